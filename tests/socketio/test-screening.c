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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  pair_test_add ("/socketio/screening/pass", test_pass);
  pair_test_add ("/socketio/screening/reject", test_reject);
  pair_test_add ("/socketio/screening/drop", test_drop);
  pair_test_add ("/socketio/screening/later", test_later);
  pair_test_add ("/socketio/screening/gone-meanwhile", test_gone_meanwhile);

  return g_test_run ();
}
