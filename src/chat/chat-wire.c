/* chat-wire.c: the objects of the chat as JSON, and back
 *
 * The only file that knows both. The host and the client write and read with it; the table of events in
 * the README says the same in words.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-wire.h"

#include <glib/gi18n-lib.h>

#define HISTORY_LIMIT_DEFAULT 50
#define HISTORY_LIMIT_MAX     200

/* {{{ Reading fields */

static void
set_bad_message (GError **error, const char *text)
{
  g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_BAD_MESSAGE, text);
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

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
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

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_INT64)
    return 0;
  return json_node_get_int (node);
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

static JsonObject *
get_object (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* Reads a text field. One that is missing, or null, has its default; one that is no text is an error. */
static gboolean
read_field (JsonObject *object,
            const char *name,
            const char *fallback,
            gsize max_length,
            const char **value,
            GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  *value = fallback;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  if (json_node_get_value_type (node) != G_TYPE_STRING)
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_BAD_MESSAGE,
                   /* Translators: the name of a field */
                   _("“%s” must be a text"), name);
      return FALSE;
    }
  if (strlen (json_node_get_string (node)) > max_length)
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_TOO_LARGE,
                   /* Translators: the name of a field */
                   _("“%s” is too long"), name);
      return FALSE;
    }

  *value = json_node_get_string (node);
  return TRUE;
}

static JsonObject *
get_message_object (SocketioArguments *arguments, GError **error)
{
  JsonObject *object = socketio_arguments_get_object (arguments, 0);

  if (object == NULL)
    set_bad_message (error, _("A message must be an object"));
  else if (socketio_arguments_get_n_attachments (arguments) > 0)
    {
      set_bad_message (error, _("A message cannot carry binary data"));
      return NULL;
    }
  return object;
}

static const char *
get_recipient_name (JsonObject *object)
{
  /* The clients out there spell it so. */
  return json_object_has_member (object, "recepient") ? "recepient" : "recipient";
}

/**
 * chat_wire_read_draft:
 * @arguments: the arguments of a `message`
 * @draft: (out caller-allocates): what it says; valid as long as @arguments
 * @error: return location for %CHAT_ERROR_BAD_MESSAGE or %CHAT_ERROR_TOO_LARGE
 *
 * Reads what a client wants to post. Fields that are missing have their defaults.
 *
 * Returns: whether it is a message
 */
gboolean
chat_wire_read_draft (SocketioArguments *arguments, ChatWireDraft *draft, GError **error)
{
  JsonObject *object = get_message_object (arguments, error);

  if (object == NULL ||
      !read_field (object, "sender", NULL, CHAT_ID_MAX_LENGTH, &draft->sender, error) ||
      !read_field (object, get_recipient_name (object), CHAT_RECIPIENT_ALL, CHAT_ID_MAX_LENGTH,
                   &draft->recipient, error) ||
      !read_field (object, "command", CHAT_COMMAND_CHAT, CHAT_FIELD_MAX_LENGTH, &draft->command,
                   error) ||
      !read_field (object, "type", CHAT_TYPE_TEXT, CHAT_FIELD_MAX_LENGTH, &draft->type, error))
    return FALSE;

  draft->data = json_object_get_member (object, "data");
  return TRUE;
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
  ChatWireDraft draft;

  if (!chat_wire_read_draft (arguments, &draft, error))
    return NULL;

  return chat_message_new (0, g_get_real_time () / 1000, or_nobody (draft.sender), NULL,
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
  JsonObject *object = get_object (node);

  if (object == NULL)
    return NULL;

  return chat_message_new (
    MAX (chat_wire_get_int (object, "serial"), 0), chat_wire_get_int (object, "time"),
    or_nobody (chat_wire_get_string (object, "sender")), chat_wire_get_string (object, "name"),
    chat_wire_get_string (object, "recepient"), chat_wire_get_string (object, "command"),
    chat_wire_get_string (object, "type"), json_object_get_member (object, "data"));
}

static void
add_fields (JsonObject *object, ChatMessage *message)
{
  json_object_set_string_member (object, "sender", chat_message_get_sender (message));
  json_object_set_string_member (object, "recepient", chat_message_get_recipient (message));
  json_object_set_string_member (object, "command", chat_message_get_command (message));
  json_object_set_string_member (object, "type", chat_message_get_type_name (message));
  json_object_set_member (object, "data", json_node_ref (chat_message_get_data (message)));
}

static JsonNode *
take_object (JsonObject *object)
{
  JsonNode *node = json_node_alloc ();

  json_node_init_object (node, object);
  json_object_unref (object);
  return node;
}

static JsonNode *
write_message (ChatMessage *message)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "serial", chat_message_get_serial (message));
  json_object_set_int_member (object, "time", chat_message_get_time (message));
  json_object_set_string_member (object, "name", chat_message_get_sender_name (message));
  add_fields (object, message);
  return take_object (object);
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
  JsonObject *object = json_object_new ();

  add_fields (object, message);
  return socketio_arguments_new_node (take_object (object));
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
  return socketio_arguments_new_node (write_message (message));
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
  JsonObject *object = get_object (node);
  const char *id = chat_wire_get_string (object, "id");
  const char *name = chat_wire_get_string (object, "name");
  const char *kind = chat_wire_get_string (object, "kind");

  if (id == NULL)
    return NULL;

  return chat_user_new (id, name != NULL ? name : id,
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

static JsonNode *
write_user (ChatUser *user)
{
  JsonObject *object = json_object_new ();
  gboolean plain = chat_user_get_kind (user) == CHAT_USER_PLAIN;

  json_object_set_string_member (object, "id", chat_user_get_id (user));
  json_object_set_string_member (object, "name", chat_user_get_name (user));
  json_object_set_string_member (object, "kind", plain ? "plain" : "rich");
  return take_object (object);
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

  json_object_set_member (object, "user", write_user (user));
  return socketio_arguments_new_node (take_object (object));
}

/* }}} */
/* {{{ Requests */

static JsonObject *
get_request_object (SocketioArguments *arguments, GError **error)
{
  JsonObject *object = socketio_arguments_get_object (arguments, 0);

  if (object == NULL)
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_BAD_REQUEST,
                         _("A request must be an object"));
  return object;
}

/**
 * chat_wire_read_login:
 * @arguments: the arguments of `chat:login`
 * @name: (out): the name that is wanted
 * @secret: (out) (nullable): the secret of an earlier login
 * @error: return location for %CHAT_ERROR_BAD_REQUEST or %CHAT_ERROR_BAD_NAME
 *
 * Returns: whether it is a login
 */
gboolean
chat_wire_read_login (SocketioArguments *arguments,
                      const char **name,
                      const char **secret,
                      GError **error)
{
  JsonObject *object = get_request_object (arguments, error);

  if (object == NULL)
    return FALSE;

  *name = chat_wire_get_string (object, "name");
  *secret = chat_wire_get_string (object, "secret");
  if (*name == NULL)
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_BAD_NAME, _("A name is needed"));
      return FALSE;
    }
  return TRUE;
}

/**
 * chat_wire_write_login:
 * @name: the name that is wanted
 * @secret: (nullable): the secret of an earlier login
 *
 * Returns: (transfer full): the arguments of `chat:login`
 */
SocketioArguments *
chat_wire_write_login (const char *name, const char *secret)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "name", name);
  if (secret != NULL)
    json_object_set_string_member (object, "secret", secret);
  return socketio_arguments_new_node (take_object (object));
}

/**
 * chat_wire_read_history:
 * @arguments: the arguments of `chat:history`
 * @before: (out): the serial that the messages come before; 0 for the newest
 * @limit: (out): how many at most
 * @error: return location for %CHAT_ERROR_BAD_REQUEST
 *
 * Returns: whether it is a request for history
 */
gboolean
chat_wire_read_history (SocketioArguments *arguments,
                        guint64 *before,
                        guint *limit,
                        GError **error)
{
  JsonObject *object = get_request_object (arguments, error);
  gint64 wanted;

  if (object == NULL)
    return FALSE;

  *before = MAX (chat_wire_get_int (object, "before"), 0);
  wanted = chat_wire_get_int (object, "limit");
  *limit = wanted > 0 ? MIN (wanted, HISTORY_LIMIT_MAX) : HISTORY_LIMIT_DEFAULT;
  return TRUE;
}

/**
 * chat_wire_write_history:
 * @before: the serial that the messages come before
 * @limit: how many at most
 *
 * Returns: (transfer full): the arguments of `chat:history`
 */
SocketioArguments *
chat_wire_write_history (guint64 before, guint limit)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "before", before);
  json_object_set_int_member (object, "limit", limit);
  return socketio_arguments_new_node (take_object (object));
}

/* }}} */
/* {{{ Answers */

static JsonObject *
new_answer (gboolean ok)
{
  JsonObject *object = json_object_new ();

  json_object_set_boolean_member (object, "ok", ok);
  return object;
}

static void
add_messages (JsonObject *object, GPtrArray *messages, gboolean more)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < messages->len; i++)
    json_array_add_element (array, write_message (messages->pdata[i]));
  json_object_set_array_member (object, "messages", array);
  json_object_set_boolean_member (object, "more", more);
}

/**
 * chat_wire_write_login_answer:
 * @user: who was let in
 * @secret: what the next login should bring
 * @title: the chat's name
 * @users: who is here
 * @messages: (element-type ChatMessage): the newest messages, oldest first
 * @more: whether there are older ones
 *
 * Returns: (transfer full): the answer to `chat:login`
 */
SocketioArguments *
chat_wire_write_login_answer (ChatUser *user,
                              const char *secret,
                              const char *title,
                              GListModel *users,
                              GPtrArray *messages,
                              gboolean more)
{
  JsonObject *object = new_answer (TRUE);
  JsonArray *array = json_array_new ();

  json_object_set_member (object, "user", write_user (user));
  json_object_set_string_member (object, "secret", secret);
  json_object_set_string_member (object, "title", title);
  for (guint i = 0; i < g_list_model_get_n_items (users); i++)
    {
      g_autoptr (ChatUser) other = g_list_model_get_item (users, i);

      json_array_add_element (array, write_user (other));
    }
  json_object_set_array_member (object, "users", array);
  add_messages (object, messages, more);
  return socketio_arguments_new_node (take_object (object));
}

/**
 * chat_wire_write_history_answer:
 * @messages: (element-type ChatMessage): messages, oldest first
 * @more: whether there are older ones
 *
 * Returns: (transfer full): the answer to `chat:history`
 */
SocketioArguments *
chat_wire_write_history_answer (GPtrArray *messages, gboolean more)
{
  JsonObject *object = new_answer (TRUE);

  add_messages (object, messages, more);
  return socketio_arguments_new_node (take_object (object));
}

/**
 * chat_wire_write_posted:
 * @message: a message that was posted
 *
 * Returns: (transfer full): the answer to a `message`
 */
SocketioArguments *
chat_wire_write_posted (ChatMessage *message)
{
  JsonObject *object = new_answer (TRUE);

  json_object_set_int_member (object, "serial", chat_message_get_serial (message));
  json_object_set_int_member (object, "time", chat_message_get_time (message));
  return socketio_arguments_new_node (take_object (object));
}

static JsonNode *
write_error (const GError *error)
{
  JsonObject *object = json_object_new ();
  int code = error->domain == CHAT_ERROR ? error->code : CHAT_ERROR_FAILED;

  json_object_set_string_member (object, "code", chat_error_to_code (code));
  json_object_set_string_member (object, "message", error->message);
  return take_object (object);
}

/**
 * chat_wire_write_error:
 * @error: an error
 *
 * Returns: (transfer full): the arguments of an `error` event
 */
SocketioArguments *
chat_wire_write_error (const GError *error)
{
  return socketio_arguments_new_node (write_error (error));
}

/**
 * chat_wire_write_refusal:
 * @error: an error
 *
 * Returns: (transfer full): the answer to a request that failed
 */
SocketioArguments *
chat_wire_write_refusal (const GError *error)
{
  JsonObject *object = new_answer (FALSE);

  json_object_set_member (object, "error", write_error (error));
  return socketio_arguments_new_node (take_object (object));
}

/**
 * chat_wire_read_answer:
 * @arguments: the arguments of an answer
 * @error: return location for the error that the answer tells of, in %CHAT_ERROR
 *
 * Returns: (transfer none) (nullable): the answer, if it is a good one
 */
JsonObject *
chat_wire_read_answer (SocketioArguments *arguments, GError **error)
{
  JsonObject *object = socketio_arguments_get_object (arguments, 0);
  JsonObject *refusal;
  const char *code;
  const char *message;

  if (chat_wire_get_boolean (object, "ok"))
    return object;

  refusal = get_object (object != NULL ? json_object_get_member (object, "error") : NULL);
  code = chat_wire_get_string (refusal, "code");
  message = chat_wire_get_string (refusal, "message");
  g_set_error_literal (error, CHAT_ERROR,
                       code != NULL ? chat_error_from_code (code) : CHAT_ERROR_FAILED,
                       message != NULL ? message : _("The server's answer cannot be read"));
  return NULL;
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/**
 * chat_wire_read_messages:
 * @object: an answer with messages
 *
 * Returns: (transfer full) (element-type ChatMessage): the messages in it
 */
GPtrArray *
chat_wire_read_messages (JsonObject *object)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func (g_object_unref);
  JsonArray *array = get_array (object, "messages");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      ChatMessage *message = chat_wire_read_message (json_array_get_element (array, i));

      if (message != NULL)
        g_ptr_array_add (messages, message);
    }
  return messages;
}

/**
 * chat_wire_read_users:
 * @object: an answer with users
 *
 * Returns: (transfer full) (element-type ChatUser): the users in it
 */
GPtrArray *
chat_wire_read_users (JsonObject *object)
{
  GPtrArray *users = g_ptr_array_new_with_free_func (g_object_unref);
  JsonArray *array = get_array (object, "users");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      ChatUser *user = chat_wire_read_user (json_array_get_element (array, i));

      if (user != NULL)
        g_ptr_array_add (users, user);
    }
  return users;
}

/* }}} */
