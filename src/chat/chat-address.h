/* chat-address.h: what people type to say where a chat is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *chat_address_to_url (const char *host, guint16 port, GError **error);
char *chat_address_format_url (const char *host, guint16 port);
char *chat_address_format_peer (const char *address, guint port);

G_END_DECLS
