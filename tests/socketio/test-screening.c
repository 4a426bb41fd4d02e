/* test-screening.c: events that are looked at before their listeners get them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-fixture.h"

static void
pass (SocketioServerSocket *socket, SocketioScreening *screening, gpointer log)
{
  g_autofree char *text = format_arguments (socketio_screening_get_arguments (screening));

  note (log, "pass:%s(%s)", socketio_screening_get_name (screening), text);
  socketio_screening_pass (screening);
}

static void
reject (SocketioServerSocket *socket, SocketioScreening *screening, gpointer log)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "no");

  socketio_screening_reject (screening, error);
  socketio_screening_pass (screening);
}

static void
keep (SocketioServerSocket *socket, SocketioScreening *screening, gpointer kept)
{
  g_ptr_array_add (kept, g_object_ref (screening));
}

static void
drop (SocketioServerSocket *socket, SocketioScreening *screening, gpointer log)
{
}

static void
on_error (SocketioServerSocket *socket, GError *error, GString *log)
{
  note (log, "error:%s", error->message);
}

static void
use (Pair *pair, SocketioScreenFunc func, gpointer user_data)
{
  socketio_server_socket_use (SOCKETIO_SERVER_SOCKET (pair->far), func, user_data, NULL);
}

static void
listen (Pair *pair)
{
  socketio_socket_on (pair->far, NULL, note_event, pair->log, NULL);
  g_signal_connect (pair->far, "error", G_CALLBACK (on_error), pair->log);
}

static void
test_pass (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new_string ("1");
  g_autoptr (Answer) answer = NULL;

  listen (pair);
  use (pair, pass, pair->log);
  use (pair, pass, pair->log);
  answer = answer_new (pair->near, "x", arguments, 0);
  answer_expect (answer, "\"1\"");
  assert_log (pair->log, "pass:x(\"1\") pass:x(\"1\") x(\"1\")");
}

static void
test_reject (Pair *pair, gconstpointer data)
{
  listen (pair);
  use (pair, reject, pair->log);
  use (pair, pass, pair->log);
  socketio_socket_emit (pair->near, "x", NULL);
  test_settle ();
  assert_log (pair->log, "error:no");
  g_assert_true (socketio_socket_is_connected (pair->far));
}

static void
wrap (SocketioServerSocket *socket, SocketioScreening *screening, gpointer log)
{
  g_autoptr (SocketioArguments)
    arguments = socketio_arguments_new_string (socketio_screening_get_name (screening));

  socketio_screening_replace (screening, "wrap", arguments);
  socketio_screening_pass (screening);
  socketio_screening_replace (screening, "late", NULL);
}

/* Those behind get what the function has made of the event; its sender has the answer to that. */
static void
test_replace (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new_string ("1");
  g_autoptr (Answer) answer = NULL;

  socketio_socket_on (pair->far, "wrap", note_event, pair->log, NULL);
  use (pair, pass, pair->log);
  use (pair, wrap, NULL);
  use (pair, pass, pair->log);
  answer = answer_new (pair->near, "x", arguments, 0);
  answer_expect (answer, "\"x\"");
  assert_log (pair->log, "pass:x(\"1\") pass:wrap(\"x\") wrap(\"x\")");
}

static void
answer_and_reject (SocketioServerSocket *socket, SocketioScreening *screening, gpointer log)
{
  SocketioAck *ack = socketio_screening_get_ack (screening);
  g_autoptr (SocketioArguments) no = socketio_arguments_new_string ("no");

  if (ack != NULL)
    socketio_ack_send (ack, no);
  reject (socket, screening, log);
}

static void
answer_and_pass (SocketioServerSocket *socket, SocketioScreening *screening, gpointer log)
{
  socketio_ack_send (socketio_screening_get_ack (screening), NULL);
  socketio_screening_pass (screening);
}

/* Who asks for an answer gets one, though its event is dropped. */
static void
test_answer (Pair *pair, gconstpointer data)
{
  g_autoptr (Answer) answer = answer_new (pair->near, "x", NULL, 0);

  listen (pair);
  use (pair, answer_and_reject, pair->log);
  answer_expect (answer, "\"no\"");
  assert_log (pair->log, "error:no");
  socketio_socket_emit (pair->near, "x", NULL);
  test_settle ();
  assert_log (pair->log, "error:no");
}

/* The first answer counts, whoever gives it. */
static void
test_answer_first (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new_string ("1");
  g_autoptr (Answer) answer = answer_new (pair->near, "x", arguments, 0);

  listen (pair);
  use (pair, answer_and_pass, NULL);
  answer_expect (answer, "");
  assert_log (pair->log, "x(\"1\")");
}

static void
test_drop (Pair *pair, gconstpointer data)
{
  listen (pair);
  use (pair, drop, NULL);
  socketio_socket_emit (pair->near, "x", NULL);
  test_settle ();
  assert_log (pair->log, "");
}

static void
test_later (Pair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_object_unref);

  listen (pair);
  use (pair, keep, kept);
  socketio_socket_emit (pair->near, "x", NULL);
  socketio_socket_emit (pair->near, "y", NULL);
  test_settle ();
  g_assert_cmpuint (kept->len, ==, 2);
  socketio_screening_pass (kept->pdata[1]);
  socketio_screening_pass (kept->pdata[0]);
  socketio_screening_pass (kept->pdata[0]);
  assert_log (pair->log, "y() x()");
}

/* What is decided when the client has gone is of no effect. */
static void
test_gone_meanwhile (Pair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_object_unref);

  listen (pair);
  use (pair, keep, kept);
  socketio_socket_emit (pair->near, "x", NULL);
  test_settle ();
  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (pair->far), FALSE);
  socketio_screening_pass (kept->pdata[0]);
  assert_log (pair->log, "");
}

static void
on_disconnect (SocketioSocket *socket,
               SocketioDisconnectReason reason,
               const char *description,
               GString *log)
{
  note (log, "disconnect:%s:%s", socketio_disconnect_reason_to_string (reason), description);
}

/* What the client sent behind the event that was too much is not looked at. */
static void
expect_full (Pair *pair, GPtrArray *kept, guint n_kept, SocketioArguments *arguments)
{
  g_signal_connect (pair->far, "disconnect", G_CALLBACK (on_disconnect), pair->log);
  use (pair, keep, kept);
  for (guint i = 0; i < n_kept; i++)
    socketio_socket_emit (pair->near, "x", arguments);
  test_settle ();
  g_assert_cmpuint (kept->len, ==, n_kept);
  assert_log (pair->log, "");

  for (guint i = 0; i < 10; i++)
    socketio_socket_emit (pair->near, "x", arguments);
  test_wait (!socketio_socket_is_connected (pair->far));
  g_assert_cmpuint (kept->len, ==, n_kept + 1);
  assert_log (pair->log, "disconnect:forced close:too many events to decide on");
  socketio_screening_pass (kept->pdata[0]);
}

static void
test_too_many (Pair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_object_unref);

  expect_full (pair, kept, 1000, NULL);
}

static void
test_too_large (Pair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *text = g_strnfill (900000, 'a');
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new_string (text);

  expect_full (pair, kept, 9, arguments);
}

/* Only what waits at a time counts. */
static void
test_many_dropped (Pair *pair, gconstpointer data)
{
  use (pair, drop, NULL);
  for (guint i = 0; i < 1500; i++)
    socketio_socket_emit (pair->near, "x", NULL);
  test_settle ();
  g_assert_true (socketio_socket_is_connected (pair->far));
}

static void
test_many_decided (Pair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_object_unref);

  use (pair, keep, kept);
  use (pair, keep, kept);
  for (guint i = 0; i < 1500; i++)
    {
      socketio_socket_emit (pair->near, "x", NULL);
      test_wait (kept->len == 2 * i + 1);
      socketio_screening_pass (kept->pdata[2 * i]);
      g_assert_cmpuint (kept->len, ==, 2 * i + 2);
      socketio_screening_pass (kept->pdata[2 * i + 1]);
    }
  g_assert_true (socketio_socket_is_connected (pair->far));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  pair_test_add ("/socketio/screening/pass", test_pass);
  pair_test_add ("/socketio/screening/reject", test_reject);
  pair_test_add ("/socketio/screening/replace", test_replace);
  pair_test_add ("/socketio/screening/answer", test_answer);
  pair_test_add ("/socketio/screening/answer-first", test_answer_first);
  pair_test_add ("/socketio/screening/drop", test_drop);
  pair_test_add ("/socketio/screening/later", test_later);
  pair_test_add ("/socketio/screening/gone-meanwhile", test_gone_meanwhile);
  pair_test_add ("/socketio/screening/too-many", test_too_many);
  pair_test_add ("/socketio/screening/too-large", test_too_large);
  pair_test_add ("/socketio/screening/many-dropped", test_many_dropped);
  pair_test_add ("/socketio/screening/many-decided", test_many_decided);

  return g_test_run ();
}
