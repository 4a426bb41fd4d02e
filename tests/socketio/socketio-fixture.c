/* socketio-fixture.c: a server, a client of it within the process, and a log of what they are told
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-fixture.h"

#include "socketio-json.h"

/* {{{ The log */

void
note (GString *log, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_string_append_vprintf (log, format, args);
  va_end (args);
  g_string_append_c (log, ' ');
}

char *
take_log (GString *log)
{
  char *text = g_strchomp (g_strdup (log->str));

  g_string_truncate (log, 0);
  return text;
}

/* Values as JSON, with commas between them; bytes as `<text>`. */
char *
format_arguments (SocketioArguments *arguments)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < socketio_arguments_get_length (arguments); i++)
    {
      GBytes *bytes = socketio_arguments_get_bytes (arguments, i);
      g_autofree char *json = socketio_json_to_string (socketio_arguments_get_node (arguments, i));

      if (i > 0)
        g_string_append_c (text, ',');
      if (bytes == NULL)
        g_string_append (text, json);
      else
        g_string_append_printf (text, "<%.*s>", (int)g_bytes_get_size (bytes),
                                (const char *)g_bytes_get_data (bytes, NULL));
    }
  return g_string_free (text, FALSE);
}

void
note_event (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer log)
{
  g_autofree char *text = format_arguments (arguments);

  note (log, "%s(%s)", name, text);
  if (ack != NULL)
    socketio_ack_send (ack, arguments);
}

static void
on_open (SocketioClient *client, GString *log)
{
  note (log, "open");
}

static void
on_close (SocketioClient *client, SocketioDisconnectReason reason, const char *text, GString *log)
{
  note (log, "close:%s", socketio_disconnect_reason_to_string (reason));
}

static void
on_error (SocketioClient *client, GError *error, GString *log)
{
  g_assert_cmpuint (error->domain, ==, SOCKETIO_ERROR);
  note (log, "error:%d", error->code);
}

static void
on_reconnect_attempt (SocketioClient *client, guint attempt, GString *log)
{
  note (log, "attempt:%u", attempt);
}

static void
on_reconnect (SocketioClient *client, guint attempt, GString *log)
{
  note (log, "reconnect:%u", attempt);
}

static void
on_reconnect_failed (SocketioClient *client, GString *log)
{
  note (log, "failed");
}

void
note_client (SocketioClient *client, GString *log)
{
  g_signal_connect (client, "open", G_CALLBACK (on_open), log);
  g_signal_connect (client, "close", G_CALLBACK (on_close), log);
  g_signal_connect (client, "error", G_CALLBACK (on_error), log);
  g_signal_connect (client, "reconnect-attempt", G_CALLBACK (on_reconnect_attempt), log);
  g_signal_connect (client, "reconnect", G_CALLBACK (on_reconnect), log);
  g_signal_connect (client, "reconnect-failed", G_CALLBACK (on_reconnect_failed), log);
}

static void
on_connect (SocketioClientSocket *socket, GString *log)
{
  note (log, "connect");
}

static void
on_connect_error (SocketioClientSocket *socket, GError *error, JsonNode *data, GString *log)
{
  g_autofree char *json = data != NULL ? socketio_json_to_string (data) : NULL;

  g_assert_cmpuint (error->domain, ==, SOCKETIO_ERROR);
  if (error->code == SOCKETIO_ERROR_NOT_ADMITTED)
    note (log, "refused:%s:%s", error->message, json != NULL ? json : "");
  else
    note (log, "connect-error:%d:%s", error->code,
          socketio_client_socket_is_active (socket) ? "active" : "given-up");
}

static void
on_disconnect (SocketioSocket *socket,
               SocketioDisconnectReason reason,
               const char *text,
               GString *log)
{
  g_assert_false (socketio_socket_is_connected (socket));
  note (log, "disconnect:%s", socketio_disconnect_reason_to_string (reason));
}

static void
on_far_disconnect (SocketioSocket *socket,
                   SocketioDisconnectReason reason,
                   const char *text,
                   GString *log)
{
  g_assert_false (socketio_socket_is_connected (socket));
  note (log, "far:%s", socketio_disconnect_reason_to_string (reason));
}

void
note_client_socket (SocketioClientSocket *socket, GString *log)
{
  g_signal_connect (socket, "connect", G_CALLBACK (on_connect), log);
  g_signal_connect (socket, "connect-error", G_CALLBACK (on_connect_error), log);
  g_signal_connect (socket, "disconnect", G_CALLBACK (on_disconnect), log);
}

void
note_server_socket (SocketioServerSocket *socket, GString *log)
{
  g_signal_connect (socket, "disconnect", G_CALLBACK (on_far_disconnect), log);
}

/* }}} */
/* {{{ Answers */

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  g_assert_false (answer->done);
  answer->done = TRUE;
  answer->arguments = socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result,
                                                            &answer->error);
  g_assert_true ((answer->arguments == NULL) == (answer->error != NULL));
  if (answer->log != NULL && answer->error != NULL)
    note (answer->log, "unanswered:%s", answer->name);
}

Answer *
answer_new_full (SocketioSocket *socket,
                 const char *name,
                 SocketioArguments *arguments,
                 guint timeout,
                 GCancellable *cancellable,
                 GString *log)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->name = g_strdup (name);
  answer->log = log;
  socketio_socket_emit_with_ack_async (socket, name, arguments, timeout, cancellable, on_answered,
                                       answer);
  g_assert_false (answer->done);
  return answer;
}

Answer *
answer_new_volatile (SocketioSocket *socket, const char *name, guint timeout)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->name = g_strdup (name);
  socketio_socket_emit_with_ack_full_async (socket, name, NULL, SOCKETIO_SEND_VOLATILE, timeout,
                                            NULL, on_answered, answer);
  g_assert_false (answer->done);
  return answer;
}

Answer *
answer_new (SocketioSocket *socket, const char *name, SocketioArguments *arguments, guint timeout)
{
  return answer_new_full (socket, name, arguments, timeout, NULL, NULL);
}

void
answer_free (Answer *answer)
{
  g_assert_true (answer->done);
  g_clear_pointer (&answer->arguments, socketio_arguments_unref);
  g_clear_error (&answer->error);
  g_free (answer->name);
  g_free (answer);
}

void
answer_expect (Answer *answer, const char *text)
{
  g_autofree char *given = NULL;

  test_wait (answer->done);
  g_assert_no_error (answer->error);
  given = format_arguments (answer->arguments);
  g_assert_cmpstr (given, ==, text);
}

void
answer_expect_error (Answer *answer, GQuark domain, int code)
{
  test_wait (answer->done);
  g_assert_error (answer->error, domain, code);
}

/* }}} */
/* {{{ Both ends */

SocketioClient *
client_new_loopback (SocketioServer *server)
{
  return socketio_client_new_loopback (server);
}

SocketioSocket *
connect_socket (SocketioClient *client, const char *namespace_name)
{
  SocketioClientSocket *socket = socketio_client_socket (client, namespace_name);

  socketio_client_socket_connect (socket);
  test_wait (socketio_socket_is_connected (SOCKETIO_SOCKET (socket)));
  return SOCKETIO_SOCKET (socket);
}

/* For tests that count on a connection which has settled when it is open. */
void
use_websocket (SocketioClient *client)
{
  static const char *const transports[] = { "websocket", NULL };

  g_object_set (client, "transports", transports, NULL);
}

/* Nothing may keep a client alive that has left. */
void
drop_client (SocketioClient **client)
{
  gpointer gone = *client;

  if (*client == NULL)
    return;

  socketio_client_disconnect (*client);
  g_object_add_weak_pointer (gone, &gone);
  g_clear_object (client);
  test_wait (gone == NULL);
}

/* Nor a server that is closed. */
void
close_server (SocketioServer **server)
{
  gpointer gone = *server;

  if (*server == NULL)
    return;

  socketio_server_close (*server);
  g_object_add_weak_pointer (gone, &gone);
  g_clear_object (server);
  test_wait (gone == NULL);
}

static void
on_connection (SocketioNamespace *namespace_, SocketioServerSocket *socket, gpointer user_data)
{
  Pair *pair = user_data;

  g_set_object (&pair->far, SOCKETIO_SOCKET (socket));
}

void
pair_set_up (Pair *pair, gconstpointer data)
{
  pair->log = g_string_new (NULL);
  pair->server = socketio_server_new ();
  g_signal_connect (socketio_server_of (pair->server, "/"), "connection",
                    G_CALLBACK (on_connection), pair);
  pair->client = client_new_loopback (pair->server);
  pair->near = connect_socket (pair->client, "/");
  test_wait (pair->far != NULL);
}

static void
drop_socket (SocketioSocket **socket)
{
  gpointer gone = *socket;

  if (*socket == NULL)
    return;

  g_object_add_weak_pointer (gone, &gone);
  g_clear_object (socket);
  test_wait (gone == NULL);
}

/* What the test took away itself is NULL. */
void
pair_tear_down (Pair *pair, gconstpointer data)
{
  if (pair->client != NULL)
    socketio_client_disconnect (pair->client);
  test_settle ();
  drop_socket (&pair->far);
  drop_socket (&pair->near);
  drop_client (&pair->client);
  close_server (&pair->server);
  g_string_free (pair->log, TRUE);
}

/* }}} */
