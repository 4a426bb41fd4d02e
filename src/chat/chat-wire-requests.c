/* chat-wire-requests.c: what is asked and answered, as JSON
 *
 * The login, the history and the errors; chat-wire.c has the messages and the users in them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <socketio-json.h>

#include "chat-wire-private.h"

#define HISTORY_LIMIT_DEFAULT 50
#define HISTORY_LIMIT_MAX     200

/* A part of what may be in one text: there are the users beside the messages. */
#define PAGE_MAX_VALUES (SOCKETIO_JSON_MAX_VALUES / 4)
#define MESSAGE_VALUES  9

/* {{{ Requests */

static JsonObject *
get_request_object (SocketioArguments *arguments, GError **error)
{
  JsonObject *object = socketio_arguments_get_object (arguments, 0);

  if (object == NULL)
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_BAD_REQUEST,
                         _ ("A request must be an object"));
  return object;
}

static void
set_bad_field (GError **error, const char *name)
{
  g_set_error (error, CHAT_ERROR, CHAT_ERROR_BAD_REQUEST,
               /* Translators: the name of a field */
               _ ("“%s” has the wrong form"), name);
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

  if (!chat_wire_get_optional_string (object, "secret", secret))
    {
      set_bad_field (error, "secret");
      return FALSE;
    }
  if (!chat_wire_get_optional_string (object, "name", name) || *name == NULL)
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_BAD_NAME, _ ("A name is needed"));
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
  return socketio_arguments_new_node (chat_wire_take_object (object));
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
chat_wire_read_history (SocketioArguments *arguments, guint64 *before, guint *limit, GError **error)
{
  JsonObject *object = get_request_object (arguments, error);
  gint64 end;
  gint64 wanted;

  if (object == NULL)
    return FALSE;
  if (!chat_wire_get_optional_count (object, "before", &end))
    {
      set_bad_field (error, "before");
      return FALSE;
    }
  if (!chat_wire_get_optional_count (object, "limit", &wanted))
    {
      set_bad_field (error, "limit");
      return FALSE;
    }

  *before = end;
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
  return socketio_arguments_new_node (chat_wire_take_object (object));
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

/* Where the page begins so that whoever reads it can: there is a limit to the values in one text.
 */
static guint
find_first_that_fits (GPtrArray *messages)
{
  guint room = PAGE_MAX_VALUES;
  guint first = messages->len;

  while (first > 0)
    {
      JsonNode *data = chat_message_get_data (messages->pdata[first - 1]);
      guint n = MESSAGE_VALUES + chat_wire_count_values (data, SOCKETIO_JSON_MAX_DEPTH, room);

      if (n > room && first < messages->len)
        break;
      room -= MIN (n, room);
      first--;
    }
  return first;
}

static void
add_messages (JsonObject *object, GPtrArray *messages, gboolean more)
{
  JsonArray *array = json_array_new ();
  guint first = find_first_that_fits (messages);

  more = more || first > 0;
  for (guint i = first; i < messages->len; i++)
    json_array_add_element (array, chat_wire_write_message_node (messages->pdata[i]));
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

  json_object_set_member (object, "user", chat_wire_write_user_node (user));
  json_object_set_string_member (object, "secret", secret);
  json_object_set_string_member (object, "title", title);
  for (guint i = 0; i < g_list_model_get_n_items (users); i++)
    {
      g_autoptr (ChatUser) other = g_list_model_get_item (users, i);

      json_array_add_element (array, chat_wire_write_user_node (other));
    }
  json_object_set_array_member (object, "users", array);
  add_messages (object, messages, more);
  return socketio_arguments_new_node (chat_wire_take_object (object));
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
  return socketio_arguments_new_node (chat_wire_take_object (object));
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
  return socketio_arguments_new_node (chat_wire_take_object (object));
}

static JsonNode *
write_error (const GError *error)
{
  JsonObject *object = json_object_new ();
  int code = error->domain == CHAT_ERROR ? error->code : CHAT_ERROR_FAILED;

  json_object_set_string_member (object, "code", chat_error_to_code (code));
  json_object_set_string_member (object, "message", error->message);
  return chat_wire_take_object (object);
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
  return socketio_arguments_new_node (chat_wire_take_object (object));
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

  refusal = chat_wire_get_object (object != NULL ? json_object_get_member (object, "error") : NULL);
  code = chat_wire_get_string (refusal, "code");
  message = chat_wire_get_string (refusal, "message");
  g_set_error_literal (error, CHAT_ERROR,
                       code != NULL ? chat_error_from_code (code) : CHAT_ERROR_FAILED,
                       message != NULL ? message : _ ("The server's answer cannot be read"));
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
