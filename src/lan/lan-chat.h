/* lan-chat.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LAN_TYPE_CHAT (lan_chat_get_type ())

G_DECLARE_FINAL_TYPE (LanChat, lan_chat, LAN, CHAT, GObject)

const char *lan_chat_get_id (LanChat *chat);
const char *lan_chat_get_name (LanChat *chat);
const char *lan_chat_get_host (LanChat *chat);
const char *lan_chat_get_address (LanChat *chat);
guint16 lan_chat_get_port (LanChat *chat);
const char *lan_chat_get_path (LanChat *chat);
guint lan_chat_get_version (LanChat *chat);

G_END_DECLS
