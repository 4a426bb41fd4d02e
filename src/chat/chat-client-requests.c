/* chat-client-requests.c: what a client asks of its server
 *
 * Posting, and reading what was said before.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <socketio-json.h>
#include <string.h>

#include "chat-client-private.h"
#include "chat-wire.h"

/* A Socket.IO server takes 1,000,000 bytes in one message and hangs up at more. Some are for what
 * is around the object. */
#define POST_MAX_BYTES 999000

/* A text shorter than this fits however it is escaped. */
#define POST_SURE_BYTES (POST_MAX_BYTES / 8)

static gboolean
chat_client_check_connected (ChatClient *self, GTask *task)
{
  if (self->state == CHAT_CLIENT_CONNECTED)
    return TRUE;

  g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_NOT_LOGGED_IN,
                           _ ("There is no connection"));
  return FALSE;
}

/* {{{ Posting */

/* What is said to all comes back, and so does what one says to oneself; the rest is only known
 * here. */
static void
chat_client_keep_private (ChatClient *self, JsonNode *posted, guint64 serial, gint64 time)
{
  JsonObject *object = json_node_get_object (posted);
  const char *recipient = chat_wire_get_string (object, "recepient");
  g_autoptr (ChatMessage) message = NULL;

  if (g_str_equal (recipient, CHAT_RECIPIENT_ALL) || g_str_equal (recipient, self->id))
    return;

  message = chat_message_new (serial, time, self->id, self->name, recipient, NULL, NULL,
                              json_object_get_member (object, "data"));
  chat_timeline_append (self->timeline, message);
}

static void
on_posted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments)
    arguments = socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result, &error);
  JsonObject *answer = arguments != NULL ? chat_wire_read_answer (arguments, &error) : NULL;

  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  chat_client_keep_private (g_task_get_source_object (task), g_task_get_task_data (task),
                            MAX (chat_wire_get_int (answer, "serial"), 0),
                            chat_wire_get_int (answer, "time"));
  g_task_return_boolean (task, TRUE);
}

/* Not every server answers a plain client. */
static void
chat_client_post_plain (ChatClient *self, SocketioArguments *arguments, GTask *task)
{
  socketio_socket_emit (self->socket, CHAT_EVENT_MESSAGE, arguments);
  chat_client_keep_private (self, g_task_get_task_data (task), 0, g_get_real_time () / 1000);
  g_task_return_boolean (task, TRUE);
}

static gboolean
check_size (JsonNode *node, const char *text, GTask *task)
{
  g_autofree char *json = NULL;

  if (strlen (text) < POST_SURE_BYTES)
    return TRUE;

  json = socketio_json_to_string (node);
  if (strlen (json) <= POST_MAX_BYTES)
    return TRUE;

  g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_TOO_LARGE, _ ("The message is too long"));
  return FALSE;
}

/**
 * chat_client_post_async:
 * @client: a client
 * @recipient: %CHAT_RECIPIENT_ALL or a user's id
 * @text: what is said, UTF-8
 * @cancellable: (nullable): to give up waiting
 * @callback: called when it has been posted, or not
 * @user_data: data for @callback
 *
 * Says something. One's own words to all come back like everybody's; those to one user are put in
 * the timeline when the server has taken them.
 */
void
chat_client_post_async (ChatClient *self,
                        const char *recipient,
                        const char *text,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (SocketioArguments) arguments = NULL;
  JsonNode *node;

  g_return_if_fail (CHAT_IS_CLIENT (self));
  g_return_if_fail (recipient != NULL && text != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_client_post_async);
  if (!chat_client_check_connected (self, task))
    return;

  arguments = chat_wire_write_post (self->id, recipient, text);
  node = socketio_arguments_get_node (arguments, 0);
  if (!check_size (node, text, task))
    return;

  g_task_set_task_data (task, json_node_ref (node), (GDestroyNotify)json_node_unref);
  if (self->plain)
    chat_client_post_plain (self, arguments, task);
  else
    socketio_socket_emit_with_ack_async (self->socket, CHAT_EVENT_MESSAGE, arguments,
                                         CHAT_CLIENT_ANSWER_TIMEOUT, cancellable, on_posted,
                                         g_steal_pointer (&task));
}

/**
 * chat_client_post_finish:
 * @client: a client
 * @result: what the callback got
 * @error: return location for an error of %CHAT_ERROR or %SOCKETIO_ERROR
 *
 * Returns: whether it was posted
 */
gboolean
chat_client_post_finish (ChatClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* }}} */
/* {{{ Reading what was said before */

static void
on_history (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatClient *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments)
    arguments = socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result, &error);
  JsonObject *answer = arguments != NULL ? chat_wire_read_answer (arguments, &error) : NULL;
  g_autoptr (GPtrArray) messages = NULL;

  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  messages = chat_wire_read_messages (answer);
  chat_timeline_prepend (self->timeline, messages);
  g_task_return_boolean (task, messages->len > 0 && chat_wire_get_boolean (answer, "more"));
}

/**
 * chat_client_load_older_async:
 * @client: a client
 * @cancellable: (nullable): to give up waiting
 * @callback: called when older messages are in the timeline, or will not come
 * @user_data: data for @callback
 *
 * Fetches the page before the oldest message of the timeline.
 */
void
chat_client_load_older_async (ChatClient *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (SocketioArguments) arguments = NULL;

  g_return_if_fail (CHAT_IS_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_client_load_older_async);
  if (!chat_client_check_connected (self, task))
    return;
  if (self->plain)
    {
      g_task_return_boolean (task, FALSE);
      return;
    }

  arguments = chat_wire_write_history (chat_timeline_get_oldest_serial (self->timeline),
                                       CHAT_CLIENT_PAGE_SIZE);
  socketio_socket_emit_with_ack_async (self->socket, CHAT_EVENT_HISTORY, arguments,
                                       CHAT_CLIENT_ANSWER_TIMEOUT, cancellable, on_history,
                                       g_steal_pointer (&task));
}

/**
 * chat_client_load_older_finish:
 * @client: a client
 * @result: what the callback got
 * @more: (out): whether there are still older ones
 * @error: return location for an error of %CHAT_ERROR or %SOCKETIO_ERROR
 *
 * Returns: whether the page came
 */
gboolean
chat_client_load_older_finish (ChatClient *self,
                               GAsyncResult *result,
                               gboolean *more,
                               GError **error)
{
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  *more = g_task_propagate_boolean (G_TASK (result), &local_error);
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* }}} */
