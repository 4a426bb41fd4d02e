/* chat-user.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "chat-types.h"

G_BEGIN_DECLS

/**
 * ChatUserKind:
 * @CHAT_USER_PLAIN: knows the `message` event alone; its id is a label, not a login
 * @CHAT_USER_RICH: has logged in and has a name
 */
typedef enum
{
  CHAT_USER_PLAIN,
  CHAT_USER_RICH,
} ChatUserKind;

#define CHAT_TYPE_USER_KIND (chat_user_kind_get_type ())
#define CHAT_TYPE_USER      (chat_user_get_type ())

GType chat_user_kind_get_type (void);
G_DECLARE_FINAL_TYPE (ChatUser, chat_user, CHAT, USER, GObject)

ChatUser *chat_user_new (const char *id, const char *name, ChatUserKind kind);

const char *chat_user_get_id (ChatUser *self);
const char *chat_user_get_name (ChatUser *self);
ChatUserKind chat_user_get_kind (ChatUser *self);
void chat_user_set_name (ChatUser *self, const char *name);

char *chat_name_normalize (const char *name, GError **error);
char *chat_name_casefold (const char *name);
char *chat_name_from_label (const char *label);

G_END_DECLS
