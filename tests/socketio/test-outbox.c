/* test-outbox.c: events that are sent before there is a connection, and events that are too much
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-server.h"

#include "socketio-allowance.h"

static SocketioSocket *
get_socket (FakeServer *fake)
{
  return SOCKETIO_SOCKET (fake->socket);
}

static void
let_in (FakeServer *fake)
{
  fake_say (fake, "0{\"sid\":\"one\"}");
  test_wait (socketio_socket_is_connected (get_socket (fake)));
}

/* {{{ Waiting */

static void
emit_on_connect (SocketioSocket *socket, gpointer user_data)
{
  socketio_socket_emit (socket, "on connect", NULL);
}

static void
emit_on_notify (SocketioSocket *socket, GParamSpec *pspec, gpointer user_data)
{
  socketio_socket_emit (socket, "on notify", NULL);
}

/* What was sent first goes out first, whoever sends something when the socket gets connected. */
static void
test_order (FakeServer *fake, gconstpointer data)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new_string ("x");
  gulong id = g_signal_connect (fake->socket, "notify::connected", G_CALLBACK (emit_on_notify),
                                NULL);

  g_signal_connect (fake->socket, "notify::id", G_CALLBACK (emit_on_notify), NULL);
  g_signal_connect (fake->socket, "connect", G_CALLBACK (emit_on_connect), NULL);
  g_assert_true (socketio_socket_emit (get_socket (fake), "before connect ()", arguments));
  socketio_client_socket_connect (fake->socket);
  g_assert_true (socketio_socket_emit (get_socket (fake), "before open", NULL));
  fake_expect (fake, "0");
  g_assert_true (socketio_socket_emit (get_socket (fake), "before joined", NULL));
  let_in (fake);
  fake_expect (fake, "2[\"before connect ()\",\"x\"] 2[\"before open\"] 2[\"before joined\"] "
                     "2[\"on notify\"] 2[\"on notify\"] 2[\"on connect\"]");
  g_signal_handler_disconnect (fake->socket, id);
}

static void
answer_outgoing (SocketioSocket *socket,
                 const char *name,
                 SocketioArguments *arguments,
                 SocketioAck *ack,
                 gpointer log)
{
  note (log, "%s", name);
  if (g_str_has_prefix (name, "first"))
    socketio_socket_emit (socket, "within", NULL);
}

/* Who listens to what is sent hears of it when it goes out, and not of what is lost. */
static void
test_outgoing (FakeServer *fake, gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new_string ("x");

  socketio_socket_on_any_outgoing (get_socket (fake), answer_outgoing, log, NULL);
  socketio_socket_emit (get_socket (fake), "first", arguments);
  socketio_socket_emit (get_socket (fake), "second", NULL);
  socketio_socket_emit_volatile (get_socket (fake), "lost", NULL);
  fake_connect (fake);
  assert_log (log, "");
  let_in (fake);
  assert_log (log, "first within second");
  fake_expect (fake, "2[\"first\",\"x\"] 2[\"second\"] 2[\"within\"]");
  socketio_socket_emit_volatile (get_socket (fake), "kept", NULL);
  assert_log (log, "kept");
}

static void
test_volatile (FakeServer *fake, gconstpointer data)
{
  socketio_socket_emit_volatile (get_socket (fake), "lost", NULL);
  fake_connect (fake);
  socketio_socket_emit_volatile (get_socket (fake), "lost", NULL);
  let_in (fake);
  socketio_socket_emit_volatile (get_socket (fake), "kept", NULL);
  fake_expect (fake, "2[\"kept\"]");
}

static void
test_volatile_with_ack (FakeServer *fake, gconstpointer data)
{
  g_autoptr (Answer) lost = answer_new_volatile (get_socket (fake), "lost", 1000);
  g_autoptr (Answer) kept = NULL;

  fake_connect (fake);
  let_in (fake);
  kept = answer_new_volatile (get_socket (fake), "kept", 1000);
  fake_expect (fake, "21[\"kept\"]");
  fake_say (fake, "31[\"yes\"]");
  answer_expect (kept, "\"yes\"");
  g_assert_false (lost->done);
  test_skip_time (1000);
  answer_expect_error (lost, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT);
}

static void
test_over_reconnection (FakeServer *fake, gconstpointer data)
{
  fake_let_in (fake);
  engineio_session_close (fake->session);
  test_wait (!socketio_client_is_open (fake->client));
  test_settle ();
  socketio_socket_emit (get_socket (fake), "a", NULL);
  test_skip_time (1500);
  fake_expect (fake, "0");
  socketio_socket_emit (get_socket (fake), "b", NULL);
  let_in (fake);
  fake_expect (fake, "2[\"a\"] 2[\"b\"]");
}

static void
test_answers (FakeServer *fake, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (Answer) given = answer_new (get_socket (fake), "given", NULL, 0);
  g_autoptr (Answer) late = answer_new (get_socket (fake), "late", NULL, 1000);
  g_autoptr (Answer)
    cancelled = answer_new_full (get_socket (fake), "cancelled", NULL, 0, cancellable, NULL);

  /* What nobody waits for any more is not sent. */
  test_skip_time (1000);
  answer_expect_error (late, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT);
  g_cancellable_cancel (cancellable);
  answer_expect_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  fake_connect (fake);
  let_in (fake);
  fake_expect (fake, "20[\"given\"]");
  fake_say (fake, "30[\"yes\"]");
  answer_expect (given, "\"yes\"");
}

static void
test_disconnect (FakeServer *fake, gconstpointer data)
{
  g_autoptr (Answer) answer = answer_new (get_socket (fake), "a", NULL, 0);

  socketio_socket_emit (get_socket (fake), "b", NULL);
  socketio_client_socket_disconnect (fake->socket);
  answer_expect_error (answer, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED);
  fake_connect (fake);
  let_in (fake);
  fake_expect (fake, "2[\"b\"]");
}

static void
test_binary (FakeServer *fake, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("bytes", 5);
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();

  socketio_arguments_add_bytes (arguments, bytes);
  socketio_socket_emit (get_socket (fake), "a", arguments);
  socketio_socket_emit (get_socket (fake), "b", NULL);
  fake_connect (fake);
  let_in (fake);
  fake_expect (fake, "51-[\"a\",{\"_placeholder\":true,\"num\":0}] bytes 2[\"b\"]");
}

/* }}} */
/* {{{ Too much */

static void
test_count (FakeServer *fake, gconstpointer data)
{
  g_autoptr (Answer) answer = NULL;

  for (guint i = 0; i < SOCKETIO_ALLOWANCE_EVENTS; i++)
    g_assert_true (socketio_socket_emit (get_socket (fake), "a", NULL));
  g_assert_false (socketio_socket_emit (get_socket (fake), "b", NULL));
  answer = answer_new (get_socket (fake), "b", NULL, 0);
  answer_expect_error (answer, SOCKETIO_ERROR, SOCKETIO_ERROR_QUEUE_FULL);

  fake_connect (fake);
  let_in (fake);
  g_assert_true (socketio_socket_emit (get_socket (fake), "c", NULL));
  test_wait (g_str_has_suffix (fake->heard->str, "2[\"c\"] "));
  g_assert_cmpuint (fake->heard->len, ==, (SOCKETIO_ALLOWANCE_EVENTS + 1) * strlen ("2[\"a\"] "));
  g_assert_true (socketio_socket_is_connected (get_socket (fake)));
}

static void
test_limits (FakeServer *fake, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint max_events;
  guint64 max_bytes;

  g_object_get (fake->socket, "max-waiting-events", &max_events, "max-waiting-bytes", &max_bytes,
                NULL);
  g_assert_cmpuint (max_events, ==, 1000);
  g_assert_cmpuint (max_bytes, ==, 8 * 1024 * 1024);

  g_object_set (fake->socket, "max-waiting-events", 2, NULL);
  g_assert_true (socketio_socket_emit (get_socket (fake), "a", NULL));
  g_assert_true (socketio_socket_emit (get_socket (fake), "a", NULL));
  g_assert_false (socketio_socket_emit_full (get_socket (fake), "a", NULL, 0, &error));
  g_assert_error (error, SOCKETIO_ERROR, SOCKETIO_ERROR_QUEUE_FULL);
  /* What waits already stays when the limit gets smaller. */
  g_object_set (fake->socket, "max-waiting-events", 100, "max-waiting-bytes",
                G_GUINT64_CONSTANT (5), NULL);
  g_assert_false (socketio_socket_emit (get_socket (fake), "a", NULL));
  fake_connect (fake);
  let_in (fake);
  fake_expect (fake, "2[\"a\"] 2[\"a\"]");
}

static SocketioArguments *
new_large (gsize length)
{
  g_autofree char *text = g_strnfill (length, 'x');

  return socketio_arguments_new_string (text);
}

/* As many bytes as may wait do not overrun the session when it opens. */
static void
test_bytes (FakeServer *fake, gconstpointer data)
{
  g_autoptr (SocketioArguments) large = new_large (900 * 1000);
  g_autoptr (SocketioArguments) huge = new_large (SOCKETIO_ALLOWANCE_BYTES);
  guint n = 0;

  g_assert_false (socketio_socket_emit (get_socket (fake), "huge", huge));
  while (socketio_socket_emit (get_socket (fake), "a", large))
    n++;
  g_assert_cmpuint (n, ==, SOCKETIO_ALLOWANCE_BYTES / (900 * 1000));
  g_assert_true (socketio_socket_emit (get_socket (fake), "small", NULL));

  fake_connect (fake);
  let_in (fake);
  test_wait (g_str_has_suffix (fake->heard->str, "2[\"small\"] "));
  g_assert_cmpuint (fake->heard->len, >, n * 900 * 1000);
  g_assert_true (socketio_socket_is_connected (get_socket (fake)));

  /* There is room for as many again. */
  socketio_client_socket_disconnect (fake->socket);
  for (guint i = 0; i < n; i++)
    g_assert_true (socketio_socket_emit (get_socket (fake), "a", large));
}

/* A server would close the connection for a message over its limit. */
static void
test_too_large (FakeServer *fake, gconstpointer data)
{
  g_autoptr (SocketioArguments) large = new_large (1000);
  g_autoptr (SocketioArguments) fits = new_large (1000 - strlen ("42[\"a\",\"\"]"));
  g_autoptr (Answer) waited = NULL;
  g_autoptr (Answer) answer = NULL;

  g_object_set (fake->options, "max-payload", G_GUINT64_CONSTANT (1000), NULL);
  socketio_socket_emit (get_socket (fake), "lost", large);
  waited = answer_new (get_socket (fake), "lost", large, 0);
  socketio_socket_emit (get_socket (fake), "small", NULL);
  fake_connect (fake);
  let_in (fake);
  fake_expect (fake, "2[\"small\"]");
  answer_expect_error (waited, SOCKETIO_ERROR, SOCKETIO_ERROR_TOO_LARGE);

  g_assert_false (socketio_socket_emit (get_socket (fake), "a", large));
  answer = answer_new (get_socket (fake), "a", large, 0);
  answer_expect_error (answer, SOCKETIO_ERROR, SOCKETIO_ERROR_TOO_LARGE);
  g_assert_true (socketio_socket_emit (get_socket (fake), "a", fits));
  test_wait (fake->heard->len == 1000);
  g_assert_true (socketio_socket_is_connected (get_socket (fake)));
}

static void
test_too_large_bytes (FakeServer *fake, gconstpointer data)
{
  g_autofree char *data_1000 = g_strnfill (1001, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new (data_1000, 1001);
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();

  socketio_arguments_add_bytes (arguments, bytes);
  g_object_set (fake->options, "max-payload", G_GUINT64_CONSTANT (1000), NULL);
  fake_let_in (fake);
  g_assert_false (socketio_socket_emit (get_socket (fake), "a", arguments));
  socketio_socket_emit (get_socket (fake), "b", NULL);
  fake_expect (fake, "2[\"b\"]");
}

/* }}} */

/* The loop was held up for so long that the server cannot be there any more. */
static void
test_stale (FakeServer *fake, gconstpointer data)
{
  g_autoptr (Answer) sent = NULL;
  g_autoptr (Answer) late = NULL;

  g_object_set (fake->client, "reconnection-delay", 10000, "randomization-factor", 0.0, NULL);
  fake_let_in (fake);
  sent = answer_new (SOCKETIO_SOCKET (fake->socket), "sent", NULL, 0);
  fake_expect (fake, "20[\"sent\"]");
  test_pass_time (45000);
  late = answer_new (SOCKETIO_SOCKET (fake->socket), "late", NULL, 0);
  test_settle ();
  assert_log (fake->log, "close:ping timeout disconnect:ping timeout");
  answer_expect_error (sent, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED);
  g_assert_false (late->done);

  test_skip_time (10000);
  fake_expect (fake, "0");
  fake_say (fake, "0{\"sid\":\"two\"}");
  fake_expect (fake, "21[\"late\"]");
  fake_say (fake, "31[true]");
  answer_expect (late, "true");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  fake_test_add ("/socketio/outbox/order", test_order);
  fake_test_add ("/socketio/outbox/outgoing", test_outgoing);
  fake_test_add ("/socketio/outbox/volatile", test_volatile);
  fake_test_add ("/socketio/outbox/volatile-with-ack", test_volatile_with_ack);
  fake_test_add ("/socketio/outbox/over-reconnection", test_over_reconnection);
  fake_test_add ("/socketio/outbox/answers", test_answers);
  fake_test_add ("/socketio/outbox/disconnect", test_disconnect);
  fake_test_add ("/socketio/outbox/binary", test_binary);
  fake_test_add ("/socketio/outbox/count", test_count);
  fake_test_add ("/socketio/outbox/limits", test_limits);
  fake_test_add ("/socketio/outbox/bytes", test_bytes);
  fake_test_add ("/socketio/outbox/too-large", test_too_large);
  fake_test_add ("/socketio/outbox/too-large-bytes", test_too_large_bytes);
  fake_test_add ("/socketio/outbox/stale", test_stale);

  return g_test_run ();
}
