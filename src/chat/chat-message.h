/* chat-message.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "chat-types.h"

G_BEGIN_DECLS

#define CHAT_TYPE_MESSAGE (chat_message_get_type ())

G_DECLARE_FINAL_TYPE (ChatMessage, chat_message, CHAT, MESSAGE, GObject)

ChatMessage *chat_message_new (guint64 serial,
                               gint64 time,
                               const char *sender,
                               const char *sender_name,
                               const char *recipient,
                               const char *command,
                               const char *type,
                               JsonNode *data);
ChatMessage *chat_message_with_serial (ChatMessage *self, guint64 serial);

guint64 chat_message_get_serial (ChatMessage *self);
gint64 chat_message_get_time (ChatMessage *self);
const char *chat_message_get_sender (ChatMessage *self);
const char *chat_message_get_sender_name (ChatMessage *self);
const char *chat_message_get_recipient (ChatMessage *self);
const char *chat_message_get_command (ChatMessage *self);
const char *chat_message_get_type_name (ChatMessage *self);
JsonNode *chat_message_get_data (ChatMessage *self);
const char *chat_message_get_text (ChatMessage *self);
char *chat_message_dup_display_text (ChatMessage *self);
void chat_message_append_data (ChatMessage *self, GString *json);
gboolean chat_message_is_public (ChatMessage *self);

G_END_DECLS
