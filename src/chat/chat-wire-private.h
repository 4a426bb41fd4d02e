/* chat-wire-private.h: what the two halves of chat-wire share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "chat-wire.h"

G_BEGIN_DECLS

JsonObject *chat_wire_get_object (JsonNode *node);
gboolean chat_wire_get_optional_string (JsonObject *object, const char *name, const char **value);
gboolean chat_wire_get_optional_count (JsonObject *object, const char *name, gint64 *value);
const char *chat_wire_get_recipient_name (JsonObject *object);
guint chat_wire_count_values (JsonNode *node, guint max_depth, guint max_values);

JsonNode *chat_wire_take_object (JsonObject *object);
JsonNode *chat_wire_write_message_node (ChatMessage *message);
JsonNode *chat_wire_write_user_node (ChatUser *user);

G_END_DECLS
