/* chat-roster.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "chat-user.h"

G_BEGIN_DECLS

#define CHAT_TYPE_ROSTER (chat_roster_get_type ())

G_DECLARE_FINAL_TYPE (ChatRoster, chat_roster, CHAT, ROSTER, GObject)

ChatRoster *chat_roster_new (void);

ChatUser *chat_roster_lookup (ChatRoster *self, const char *id);
gboolean chat_roster_add (ChatRoster *self, ChatUser *user);
gboolean chat_roster_remove (ChatRoster *self, const char *id);
void chat_roster_replace (ChatRoster *self, GPtrArray *users);

G_END_DECLS
