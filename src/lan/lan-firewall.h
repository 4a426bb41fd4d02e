/* lan-firewall.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void lan_firewalld_ask_async (const char *interface,
                              guint16 port,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean lan_firewalld_ask_finish (GAsyncResult *result, gboolean *closed, GError **error);

gboolean lan_ufw_is_on (const char *path);

G_END_DECLS
