/* chat-wire.c: the objects of the chat as JSON, and back
 *
 * Messages and users; chat-wire-draft.c has what clients want to post, chat-wire-requests.c what is
 * asked and answered. Nothing else knows both sides. The host and the client write and read with
 * them; the table of events in the README says the same in words.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <socketio-json.h>

#include "chat-wire-private.h"

/* Most messages need no more bytes. */
#define MESSAGE_SIZE 500

/* {{{ Reading fields */

static gboolean
is_missing (JsonNode *node)
{
  return node == NULL || JSON_NODE_HOLDS_NULL (node);
}

static gboolean
is_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

/**
 * chat_wire_get_string:
 * @object: (nullable): an object
 * @name: a member's name
 *
 * Returns: (nullable): the member, if it is a string
 */
const char *
chat_wire_get_string (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && is_string (node) ? json_node_get_string (node) : NULL;
}

/**
 * chat_wire_get_int:
 * @object: (nullable): an object
 * @name: a member's name
 *
 * Returns: the member, if it is a whole number; else 0
 */
gint64
chat_wire_get_int (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  gint64 value;

  return node != NULL && socketio_json_get_int (node, &value) ? value : 0;
}

/**
 * chat_wire_get_boolean:
 * @object: (nullable): an object
 * @name: a member's name
 *
 * Returns: whether the member is true
 */
gboolean
chat_wire_get_boolean (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN &&
         json_node_get_boolean (node);
}

JsonObject *
chat_wire_get_object (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* A text, or nothing: FALSE if there is something else. */
gboolean
chat_wire_get_optional_string (JsonObject *object, const char *name, const char **value)
{
  JsonNode *node = json_object_get_member (object, name);

  *value = NULL;
  if (is_missing (node))
    return TRUE;
  if (!is_string (node))
    return FALSE;

  *value = json_node_get_string (node);
  return TRUE;
}

/* A whole number from 0 on, which nothing is too: FALSE if there is something else. */
gboolean
chat_wire_get_optional_count (JsonObject *object, const char *name, gint64 *value)
{
  JsonNode *node = json_object_get_member (object, name);

  *value = 0;
  return is_missing (node) || (socketio_json_get_int (node, value) && *value >= 0);
}

static guint
count_members (JsonObject *object, guint max_depth, guint max_values)
{
  JsonObjectIter iter;
  JsonNode *member;
  guint n = 1;

  json_object_iter_init (&iter, object);
  while (n <= max_values && json_object_iter_next (&iter, NULL, &member))
    n += chat_wire_count_values (member, max_depth - 1, max_values - n);
  return n;
}

static guint
count_elements (JsonArray *array, guint max_depth, guint max_values)
{
  guint n = 1;

  for (guint i = 0; n <= max_values && i < json_array_get_length (array); i++)
    n += chat_wire_count_values (json_array_get_element (array, i), max_depth - 1, max_values - n);
  return n;
}

/* How many values there are, each array and object one of them; more than @max_values if there are
 * more, or if they stand deeper than @max_depth. */
guint
chat_wire_count_values (JsonNode *node, guint max_depth, guint max_values)
{
  if (!JSON_NODE_HOLDS_OBJECT (node) && !JSON_NODE_HOLDS_ARRAY (node))
    return 1;
  if (max_depth == 0)
    return max_values + 1;
  if (JSON_NODE_HOLDS_OBJECT (node))
    return count_members (json_node_get_object (node), max_depth, max_values);
  return count_elements (json_node_get_array (node), max_depth, max_values);
}

/* The clients out there spell it "recepient". What was meant for one must never go to all because
 * it says so in the other spelling. */
const char *
chat_wire_get_recipient_name (JsonObject *object)
{
  return is_missing (json_object_get_member (object, "recepient")) ? "recipient" : "recepient";
}

static const char *
or_nobody (const char *sender)
{
  return sender != NULL ? sender : "";
}

/**
 * chat_wire_read_plain:
 * @arguments: the arguments of a `message` from a server
 * @error: return location for %CHAT_ERROR_BAD_MESSAGE or %CHAT_ERROR_TOO_LARGE
 *
 * Reads a message of five fields, as plain clients get it.
 *
 * Returns: (transfer full) (nullable): the message, with the time of now
 */
ChatMessage *
chat_wire_read_plain (SocketioArguments *arguments, GError **error)
{
  g_autofree char *name = NULL;
  g_auto (ChatWireDraft) draft = { 0 };

  if (!chat_wire_read_draft (arguments, &draft, error))
    return NULL;

  name = chat_name_from_label (or_nobody (draft.sender));
  return chat_message_new (0, g_get_real_time () / 1000, or_nobody (draft.sender), name,
                           draft.recipient, draft.command, draft.type, draft.data);
}

/* }}} */
/* {{{ Messages and users */

/**
 * chat_wire_read_message:
 * @node: (nullable): a message as rich clients get it
 *
 * Returns: (transfer full) (nullable): the message; %NULL if @node is none
 */
ChatMessage *
chat_wire_read_message (JsonNode *node)
{
  JsonObject *object = chat_wire_get_object (node);
  const char *sender = or_nobody (chat_wire_get_string (object, "sender"));
  const char *label = chat_wire_get_string (object, "name");
  g_autofree char *name = NULL;

  if (object == NULL)
    return NULL;

  name = chat_name_from_label (label != NULL ? label : sender);
  return chat_message_new (
    MAX (chat_wire_get_int (object, "serial"), 0), chat_wire_get_int (object, "time"), sender, name,
    chat_wire_get_string (object, chat_wire_get_recipient_name (object)),
    chat_wire_get_string (object, "command"), chat_wire_get_string (object, "type"),
    json_object_get_member (object, "data"));
}

JsonNode *
chat_wire_take_object (JsonObject *object)
{
  JsonNode *node = json_node_alloc ();

  json_node_init_object (node, object);
  json_object_unref (object);
  return node;
}

JsonNode *
chat_wire_write_message_node (ChatMessage *message)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "serial", chat_message_get_serial (message));
  json_object_set_int_member (object, "time", chat_message_get_time (message));
  json_object_set_string_member (object, "name", chat_message_get_sender_name (message));
  json_object_set_string_member (object, "sender", chat_message_get_sender (message));
  json_object_set_string_member (object, "recepient", chat_message_get_recipient (message));
  json_object_set_string_member (object, "command", chat_message_get_command (message));
  json_object_set_string_member (object, "type", chat_message_get_type_name (message));
  json_object_set_member (object, "data", json_node_ref (chat_message_get_data (message)));
  return chat_wire_take_object (object);
}

/* Every message that is posted comes here: it is written as text, without a tree of nodes. */
static void
append_member (GString *json, const char *name, const char *value)
{
  g_string_append (json, name);
  socketio_json_append_string (json, value);
}

static SocketioArguments *
take_fields (GString *json, ChatMessage *message)
{
  SocketioArguments *arguments;

  append_member (json, "\"sender\":", chat_message_get_sender (message));
  append_member (json, ",\"recepient\":", chat_message_get_recipient (message));
  append_member (json, ",\"command\":", chat_message_get_command (message));
  append_member (json, ",\"type\":", chat_message_get_type_name (message));
  g_string_append (json, ",\"data\":");
  chat_message_append_data (message, json);
  g_string_append_c (json, '}');

  arguments = socketio_arguments_new_json (json->str, json->len, NULL);
  g_string_free (json, TRUE);
  return arguments;
}

/**
 * chat_wire_write_plain:
 * @message: a message
 *
 * Returns: (transfer full): the arguments of a `message` event: one object of five fields
 */
SocketioArguments *
chat_wire_write_plain (ChatMessage *message)
{
  GString *json = g_string_sized_new (MESSAGE_SIZE);

  g_string_append_c (json, '{');
  return take_fields (json, message);
}

/**
 * chat_wire_write_rich:
 * @message: a message
 *
 * Returns: (transfer full): the arguments of a `chat:message` event
 */
SocketioArguments *
chat_wire_write_rich (ChatMessage *message)
{
  GString *json = g_string_sized_new (MESSAGE_SIZE);

  g_string_append (json, "{\"serial\":");
  socketio_json_append_int (json, chat_message_get_serial (message));
  g_string_append (json, ",\"time\":");
  socketio_json_append_int (json, chat_message_get_time (message));
  append_member (json, ",\"name\":", chat_message_get_sender_name (message));
  g_string_append_c (json, ',');
  return take_fields (json, message);
}

/**
 * chat_wire_write_post:
 * @sender: (nullable): who sends; a server that we are logged in to knows
 * @recipient: whom it goes to
 * @text: what is said
 *
 * Returns: (transfer full): the arguments of a `message` to a server
 */
SocketioArguments *
chat_wire_write_post (const char *sender, const char *recipient, const char *text)
{
  g_autoptr (ChatMessage) message = NULL;
  JsonNode *data = json_node_init_string (json_node_alloc (), text);

  message = chat_message_new (0, 0, or_nobody (sender), NULL, recipient, NULL, NULL, data);
  json_node_unref (data);
  return chat_wire_write_plain (message);
}

/**
 * chat_wire_read_user:
 * @node: (nullable): a user
 *
 * Returns: (transfer full) (nullable): the user; %NULL if @node is none
 */
ChatUser *
chat_wire_read_user (JsonNode *node)
{
  JsonObject *object = chat_wire_get_object (node);
  const char *id = chat_wire_get_string (object, "id");
  const char *label = chat_wire_get_string (object, "name");
  const char *kind = chat_wire_get_string (object, "kind");
  g_autofree char *name = NULL;

  if (id == NULL)
    return NULL;

  name = chat_name_from_label (label != NULL ? label : id);
  return chat_user_new (id, name,
                        g_strcmp0 (kind, "plain") == 0 ? CHAT_USER_PLAIN : CHAT_USER_RICH);
}

/**
 * chat_wire_read_user_event:
 * @arguments: the arguments of `chat:joined`, `chat:left` or `chat:renamed`
 *
 * Returns: (transfer full) (nullable): whom it is about
 */
ChatUser *
chat_wire_read_user_event (SocketioArguments *arguments)
{
  JsonObject *object = socketio_arguments_get_object (arguments, 0);

  return chat_wire_read_user (object != NULL ? json_object_get_member (object, "user") : NULL);
}

JsonNode *
chat_wire_write_user_node (ChatUser *user)
{
  JsonObject *object = json_object_new ();
  gboolean plain = chat_user_get_kind (user) == CHAT_USER_PLAIN;

  json_object_set_string_member (object, "id", chat_user_get_id (user));
  json_object_set_string_member (object, "name", chat_user_get_name (user));
  json_object_set_string_member (object, "kind", plain ? "plain" : "rich");
  return chat_wire_take_object (object);
}

/**
 * chat_wire_write_user_event:
 * @user: a user
 *
 * Returns: (transfer full): the arguments of `chat:joined`, `chat:left` or `chat:renamed`
 */
SocketioArguments *
chat_wire_write_user_event (ChatUser *user)
{
  JsonObject *object = json_object_new ();

  json_object_set_member (object, "user", chat_wire_write_user_node (user));
  return socketio_arguments_new_node (chat_wire_take_object (object));
}

/* }}} */
