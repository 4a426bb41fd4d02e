/* chat-identities.h: who the user is in which chat
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many identities are kept; the one that was kept first goes first. */
#define CHAT_IDENTITIES_MAX 500

char *chat_identities_look_up (const char *folder, const char *address, const char *name);
gboolean chat_identities_keep (const char *folder,
                               const char *address,
                               const char *name,
                               const char *secret,
                               GError **error);

G_END_DECLS
