/* test-acks.c: answers to events: given, late, twice, or never
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "raw-peer.h"

static void
test_answer (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioArguments) one = socketio_arguments_new_string ("one");
  g_autoptr (SocketioArguments) other = socketio_arguments_new_string ("other");
  g_autoptr (Answer) up = NULL;
  g_autoptr (Answer) down = NULL;
  g_autoptr (Answer) empty = NULL;

  socketio_socket_on (pair->far, "a", note_event, pair->log, NULL);
  socketio_socket_on (pair->near, "b", note_event, pair->log, NULL);
  up = answer_new (pair->near, "a", one, 0);
  down = answer_new (pair->far, "b", other, 1000);
  empty = answer_new (pair->far, "b", NULL, 0);

  answer_expect (up, "\"one\"");
  answer_expect (down, "\"other\"");
  answer_expect (empty, "");
}

/* The answers come as they are given, not in the order of the questions. */
static void
keep_ack (SocketioSocket *socket,
          const char *name,
          SocketioArguments *arguments,
          SocketioAck *ack,
          gpointer acks)
{
  g_assert_false (socketio_ack_is_answered (ack));
  g_ptr_array_add (acks, g_object_ref (ack));
}

static void
give (SocketioAck *ack, const char *text)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new_string (text);

  socketio_ack_send (ack, arguments);
}

static void
test_order (Pair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) acks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (Answer) first = NULL;
  g_autoptr (Answer) second = NULL;

  socketio_socket_on (pair->far, "a", keep_ack, acks, NULL);
  first = answer_new (pair->near, "a", NULL, 0);
  second = answer_new (pair->near, "a", NULL, 0);
  test_wait (acks->len == 2);

  give (acks->pdata[1], "to the second");
  answer_expect (second, "\"to the second\"");
  g_assert_false (first->done);
  give (acks->pdata[0], "to the first");
  answer_expect (first, "\"to the first\"");
}

static void
test_once_only (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) acks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);

  socketio_socket_off (fixture->far, NULL);
  socketio_socket_on (fixture->far, "a", keep_ack, acks, NULL);
  raw_websocket_send (peer, "427[\"a\"]");
  test_wait (acks->len == 1);
  give (acks->pdata[0], "first");
  g_assert_true (socketio_ack_is_answered (acks->pdata[0]));
  give (acks->pdata[0], "again");
  raw_websocket_expect (peer, "437[\"first\"]");
  socketio_socket_emit (fixture->far, "end", NULL);
  raw_websocket_expect (peer, "42[\"end\"]");
}

static void
test_no_ack_wanted (Pair *pair, gconstpointer data)
{
  socketio_socket_on (pair->far, "a", note_event, pair->log, NULL);
  socketio_socket_on (pair->near, NULL, note_event, pair->log, NULL);
  socketio_socket_emit (pair->near, "a", NULL);
  test_settle ();
  assert_log (pair->log, "a()");
}

/* {{{ Answers that do not come */

static void
test_timeout (Pair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) acks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (Answer) answer = NULL;
  g_autoptr (Answer) patient = NULL;

  socketio_socket_on (pair->far, "a", keep_ack, acks, NULL);
  answer = answer_new (pair->near, "a", NULL, 10000);
  patient = answer_new (pair->near, "a", NULL, 0);
  test_skip_time (9000);
  g_assert_false (answer->done);
  test_skip_time (1000);
  answer_expect_error (answer, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT);

  give (acks->pdata[0], "too late");
  give (acks->pdata[1], "in time");
  answer_expect (patient, "\"in time\"");
}

static void
test_cancel (Pair *pair, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) acks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (Answer) answer = NULL;
  g_autoptr (Answer) at_once = NULL;

  socketio_socket_on (pair->far, "a", keep_ack, acks, NULL);
  answer = answer_new_full (pair->near, "a", NULL, 1000, cancellable, NULL);
  test_settle ();
  g_cancellable_cancel (cancellable);
  answer_expect_error (answer, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  give (acks->pdata[0], "too late");

  at_once = answer_new_full (pair->near, "a", NULL, 1000, cancellable, NULL);
  answer_expect_error (at_once, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_skip_time (1000);
  g_assert_cmpuint (acks->len, ==, 1);
}

/* Once there is an answer, or none will come, it is too late to cancel. */
static void
test_cancel_late (Pair *pair, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (Answer) given = NULL;
  g_autoptr (Answer) late = NULL;

  socketio_socket_on (pair->far, "a", note_event, pair->log, NULL);
  given = answer_new_full (pair->near, "a", NULL, 0, cancellable, NULL);
  late = answer_new_full (pair->near, "b", NULL, 1000, cancellable, NULL);
  answer_expect (given, "");
  test_skip_time (1000);
  answer_expect_error (late, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT);
  g_cancellable_cancel (cancellable);
  test_settle ();
}

/* All that wait are told, in order, behind the socket's listeners. */
static void
test_disconnect (Pair *pair, gconstpointer data)
{
  g_autoptr (Answer) first = NULL;
  g_autoptr (Answer) second = NULL;
  g_autoptr (Answer) third = NULL;
  g_autoptr (Answer) far = NULL;

  note_client_socket (SOCKETIO_CLIENT_SOCKET (pair->near), pair->log);
  note_server_socket (SOCKETIO_SERVER_SOCKET (pair->far), pair->log);
  first = answer_new_full (pair->near, "a", NULL, 0, NULL, pair->log);
  second = answer_new_full (pair->near, "b", NULL, 1000, NULL, pair->log);
  third = answer_new_full (pair->near, "c", NULL, 0, NULL, pair->log);
  far = answer_new_full (pair->far, "d", NULL, 0, NULL, pair->log);
  test_settle ();

  socketio_client_socket_disconnect (SOCKETIO_CLIENT_SOCKET (pair->near));
  test_settle ();
  assert_log (pair->log, "disconnect:io client disconnect unanswered:a unanswered:b unanswered:c "
                         "far:client namespace disconnect unanswered:d");
  answer_expect_error (first, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED);
  answer_expect_error (second, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED);
  answer_expect_error (third, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED);
  answer_expect_error (far, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED);
}

static void
test_not_connected (Pair *pair, gconstpointer data)
{
  g_autoptr (Answer) answer = NULL;

  socketio_client_disconnect (pair->client);
  test_settle ();
  g_assert_false (socketio_socket_emit (pair->far, "a", NULL));
  answer = answer_new (pair->far, "a", NULL, 0);
  answer_expect_error (answer, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED);
}

static void
ask_again (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer **next = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_null (socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result, &error));
  *next = answer_new (SOCKETIO_SOCKET (source), "a", NULL, 1000);
}

static void
ask_on_disconnect (SocketioSocket *socket,
                   SocketioDisconnectReason reason,
                   const char *description,
                   Answer **next)
{
  *next = answer_new (socket, "a", NULL, 1000);
}

/* Who is told that no answer comes may ask again, and so may who is told that the socket was
 * disconnected: those are other questions, which wait for the next connection. */
static void
test_ask_within (Pair *pair, gconstpointer data)
{
  Answer *one = NULL;
  Answer *other = NULL;

  g_signal_connect (pair->near, "disconnect", G_CALLBACK (ask_on_disconnect), &one);
  socketio_socket_emit_with_ack_async (pair->near, "ignored", NULL, 0, NULL, ask_again, &other);
  test_settle ();
  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (pair->far), FALSE);
  test_settle ();
  g_assert_false (one->done);
  g_assert_false (other->done);

  test_skip_time (1000);
  answer_expect_error (one, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT);
  answer_expect_error (other, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT);
  answer_free (one);
  answer_free (other);
}

/* }}} */
/* {{{ Acks that outlive their socket */

static void
test_after_socket (Pair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) acks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (Answer) answer = NULL;
  gpointer far = pair->far;

  g_object_add_weak_pointer (far, &far);
  socketio_socket_on (pair->far, "a", keep_ack, acks, NULL);
  answer = answer_new (pair->near, "a", NULL, 0);
  test_wait (acks->len == 1);
  socketio_client_disconnect (pair->client);
  answer_expect_error (answer, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED);
  test_settle ();
  g_clear_object (&pair->far);
  g_assert_null (far);

  give (acks->pdata[0], "to nobody");
  g_assert_true (socketio_ack_is_answered (acks->pdata[0]));
}

/* Asks the client from the server, and lets it come back before it has answered. */
static void
reconnect_unanswered (Pair *pair, GPtrArray *acks)
{
  g_autoptr (Answer) answer = NULL;

  socketio_socket_on (pair->near, "a", keep_ack, acks, NULL);
  answer = answer_new (pair->far, "a", NULL, 0);
  test_wait (acks->len == 1);
  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (pair->far), TRUE);
  test_settle ();
  g_assert_true (answer->done);
}

static void
connect_again (Pair *pair)
{
  socketio_client_socket_connect (SOCKETIO_CLIENT_SOCKET (pair->near));
  test_wait (socketio_socket_is_connected (pair->near) && socketio_socket_is_connected (pair->far));
}

/* An ack is for the connection by which its event came: after a reconnection the same id is another
 * question's. */
static void
test_while_disconnected (Pair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) acks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (Answer) answer = NULL;

  reconnect_unanswered (pair, acks);
  give (acks->pdata[0], "from before");
  connect_again (pair);

  answer = answer_new (pair->far, "a", NULL, 0);
  test_wait (acks->len == 2);
  g_assert_false (answer->done);
  give (acks->pdata[1], "of now");
  answer_expect (answer, "\"of now\"");
}

static void
test_after_reconnection (Pair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) acks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (Answer) answer = NULL;

  reconnect_unanswered (pair, acks);
  connect_again (pair);

  answer = answer_new (pair->far, "a", NULL, 0);
  test_wait (acks->len == 2);
  give (acks->pdata[0], "from before");
  test_settle ();
  g_assert_false (answer->done);
  give (acks->pdata[1], "of now");
  answer_expect (answer, "\"of now\"");
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  pair_test_add ("/socketio/acks/answer", test_answer);
  pair_test_add ("/socketio/acks/order", test_order);
  raw_test_add ("/socketio/acks/once-only", NULL, test_once_only);
  pair_test_add ("/socketio/acks/no-ack-wanted", test_no_ack_wanted);
  pair_test_add ("/socketio/acks/timeout", test_timeout);
  pair_test_add ("/socketio/acks/cancel", test_cancel);
  pair_test_add ("/socketio/acks/cancel-late", test_cancel_late);
  pair_test_add ("/socketio/acks/disconnect", test_disconnect);
  pair_test_add ("/socketio/acks/not-connected", test_not_connected);
  pair_test_add ("/socketio/acks/ask-within", test_ask_within);
  pair_test_add ("/socketio/acks/after-socket", test_after_socket);
  pair_test_add ("/socketio/acks/while-disconnected", test_while_disconnected);
  pair_test_add ("/socketio/acks/after-reconnection", test_after_reconnection);

  return g_test_run ();
}
