/* chat-wire.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <socketio.h>

#include "chat-message.h"
#include "chat-user.h"

G_BEGIN_DECLS

/* What plain clients know. */
#define CHAT_EVENT_MESSAGE "message"
#define CHAT_EVENT_ECHO    "echo"
#define CHAT_EVENT_ERROR   "error"

/* What rich clients know beside it. */
#define CHAT_EVENT_LOGIN        "chat:login"
#define CHAT_EVENT_HISTORY      "chat:history"
#define CHAT_EVENT_CHAT_MESSAGE "chat:message"
#define CHAT_EVENT_JOINED       "chat:joined"
#define CHAT_EVENT_LEFT         "chat:left"
#define CHAT_EVENT_RENAMED      "chat:renamed"

/**
 * ChatWireDraft:
 * @sender: (nullable): the sender that the object names
 * @recipient: whom it goes to
 * @command: the kind of data
 * @type: the form of the data
 * @data: the data
 *
 * What a `message` object says. The strings belong to the object, or to the draft.
 */
typedef struct
{
  const char *sender;
  const char *recipient;
  const char *command;
  const char *type;
  JsonNode *data;

  /*< private >*/
  char *texts;
  JsonNode *own_data;
} ChatWireDraft;

void chat_wire_draft_clear (ChatWireDraft *draft);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatWireDraft, chat_wire_draft_clear)

gboolean chat_wire_read_draft (SocketioArguments *arguments, ChatWireDraft *draft, GError **error);
ChatMessage *chat_wire_read_plain (SocketioArguments *arguments, GError **error);
ChatMessage *chat_wire_read_message (JsonNode *node);
ChatUser *chat_wire_read_user (JsonNode *node);
ChatUser *chat_wire_read_user_event (SocketioArguments *arguments);

SocketioArguments *chat_wire_write_plain (ChatMessage *message);
SocketioArguments *chat_wire_write_rich (ChatMessage *message);
SocketioArguments *chat_wire_write_user_event (ChatUser *user);
SocketioArguments *
chat_wire_write_post (const char *sender, const char *recipient, const char *text);

gboolean chat_wire_read_login (SocketioArguments *arguments,
                               const char **name,
                               const char **secret,
                               GError **error);
SocketioArguments *chat_wire_write_login (const char *name, const char *secret);
SocketioArguments *chat_wire_write_login_answer (ChatUser *user,
                                                 const char *secret,
                                                 const char *title,
                                                 GListModel *users,
                                                 GPtrArray *messages,
                                                 gboolean more);

gboolean chat_wire_read_history (SocketioArguments *arguments,
                                 guint64 *before,
                                 guint *limit,
                                 GError **error);
SocketioArguments *chat_wire_write_history (guint64 before, guint limit);
SocketioArguments *chat_wire_write_history_answer (GPtrArray *messages, gboolean more);

SocketioArguments *chat_wire_write_posted (ChatMessage *message);
SocketioArguments *chat_wire_write_error (const GError *error);
SocketioArguments *chat_wire_write_refusal (const GError *error);

JsonObject *chat_wire_read_answer (SocketioArguments *arguments, GError **error);
const char *chat_wire_get_string (JsonObject *object, const char *name);
gint64 chat_wire_get_int (JsonObject *object, const char *name);
gboolean chat_wire_get_boolean (JsonObject *object, const char *name);
GPtrArray *chat_wire_read_messages (JsonObject *object);
GPtrArray *chat_wire_read_users (JsonObject *object);

G_END_DECLS
