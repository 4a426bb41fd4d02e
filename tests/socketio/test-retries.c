/* test-retries.c: events that a client sends again until they are answered
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-server.h"

static void
set_up (FakeServer *fake, guint retries)
{
  g_object_set (fake->client, "reconnection-delay", 10000, "randomization-factor", 0.0, NULL);
  g_object_set (fake->socket, "retries", retries, "ack-timeout", 5000, NULL);
}

static Answer *
ask (FakeServer *fake, const char *name)
{
  return answer_new_full (SOCKETIO_SOCKET (fake->socket), name, NULL, 0, NULL, fake->log);
}

static void
test_one_at_a_time (FakeServer *fake, gconstpointer data)
{
  SocketioSocket *socket = SOCKETIO_SOCKET (fake->socket);
  g_autoptr (Answer) b = NULL;
  g_autoptr (Answer) d = NULL;

  set_up (fake, 2);
  g_assert_true (socketio_socket_emit (socket, "a", NULL));
  b = ask (fake, "b");
  fake_let_in (fake);
  fake_expect (fake, "20[\"a\"]");
  test_settle ();
  g_assert_cmpuint (fake->heard->len, ==, 0);
  fake_say (fake, "30[]");
  fake_expect (fake, "21[\"b\"]");
  fake_say (fake, "31[\"yes\"]");
  answer_expect (b, "\"yes\"");
  socketio_socket_emit_volatile (socket, "c", NULL);
  fake_expect (fake, "2[\"c\"]");
  d = answer_new_volatile (socket, "d", 0);
  fake_expect (fake, "22[\"d\"]");
  fake_say (fake, "32[\"once\"]");
  answer_expect (d, "\"once\"");
}

static gboolean (*real_send) (SocketioSocket *socket,
                              SocketioPacket *packet,
                              SocketioSendFlags flags,
                              GError **error);
static SocketioSendFlags sent_with;

static gboolean
note_flags (SocketioSocket *socket, SocketioPacket *packet, SocketioSendFlags flags, GError **error)
{
  sent_with = flags;
  return real_send (socket, packet, flags, error);
}

/* Every try is sent as it was asked for. */
static void
test_flags (FakeServer *fake, gconstpointer data)
{
  SocketioSocket *socket = SOCKETIO_SOCKET (fake->socket);

  real_send = SOCKETIO_SOCKET_GET_CLASS (socket)->send;
  SOCKETIO_SOCKET_GET_CLASS (socket)->send = note_flags;
  set_up (fake, 1);
  fake_let_in (fake);
  g_assert_true (socketio_socket_emit_full (socket, "a", NULL, SOCKETIO_SEND_UNCOMPRESSED, NULL));
  fake_expect (fake, "20[\"a\"]");
  g_assert_cmpint (sent_with, ==, SOCKETIO_SEND_UNCOMPRESSED);
  sent_with = SOCKETIO_SEND_DEFAULT;
  test_skip_time (5000);
  fake_expect (fake, "21[\"a\"]");
  g_assert_cmpint (sent_with, ==, SOCKETIO_SEND_UNCOMPRESSED);
  SOCKETIO_SOCKET_GET_CLASS (socket)->send = real_send;
}

static void
test_time_out (FakeServer *fake, gconstpointer data)
{
  g_autoptr (Answer) a = NULL;
  g_autoptr (Answer) b = NULL;

  set_up (fake, 1);
  fake_let_in (fake);
  a = ask (fake, "a");
  b = ask (fake, "b");
  fake_expect (fake, "20[\"a\"]");
  test_skip_time (5000);
  fake_expect (fake, "21[\"a\"]");
  test_skip_time (4000);
  g_assert_false (a->done);

  /* An answer to the first try comes too late. */
  fake_say (fake, "30[]");
  test_settle ();
  g_assert_false (a->done);
  test_skip_time (1000);
  answer_expect_error (a, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT);
  fake_expect (fake, "22[\"b\"]");
  test_skip_time (5000);
  fake_expect (fake, "23[\"b\"]");
  fake_say (fake, "33[2]");
  answer_expect (b, "2");
}

static void
test_reconnection (FakeServer *fake, gconstpointer data)
{
  g_autoptr (Answer) a = NULL;
  g_autoptr (Answer) b = NULL;

  set_up (fake, 3);
  fake_let_in (fake);
  a = ask (fake, "a");
  b = ask (fake, "b");
  fake_expect (fake, "20[\"a\"]");
  engineio_session_close (fake->session);
  test_wait (!socketio_client_is_open (fake->client));
  test_settle ();
  g_assert_false (a->done);
  test_skip_time (10000);
  fake_expect (fake, "0");
  fake_say (fake, "0{\"sid\":\"two\"}");
  fake_expect (fake, "21[\"a\"]");
  fake_say (fake, "31[]");
  fake_expect (fake, "22[\"b\"]");
  fake_say (fake, "32[]");
  answer_expect (a, "");
  answer_expect (b, "");
}

static void
test_given_up (FakeServer *fake, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (Answer) a = NULL;
  g_autoptr (Answer) b = NULL;
  g_autoptr (Answer) c = NULL;

  set_up (fake, 3);
  fake_let_in (fake);
  a = answer_new_full (SOCKETIO_SOCKET (fake->socket), "a", NULL, 0, cancellable, fake->log);
  b = answer_new_full (SOCKETIO_SOCKET (fake->socket), "b", NULL, 0, cancellable, fake->log);
  c = ask (fake, "c");
  fake_expect (fake, "20[\"a\"]");
  g_cancellable_cancel (cancellable);
  answer_expect_error (a, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  answer_expect_error (b, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fake_expect (fake, "21[\"c\"]");

  socketio_socket_emit (SOCKETIO_SOCKET (fake->socket), "d", NULL);
  socketio_client_socket_disconnect (fake->socket);
  answer_expect_error (c, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED);
  fake_expect (fake, "1");
  fake_connect (fake);
  fake_say (fake, "0{\"sid\":\"two\"}");
  fake_expect (fake, "22[\"d\"]");
}

static void
emit_behind (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result, &error));
  g_assert_error (error, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED);
  g_assert_true (socketio_socket_emit (SOCKETIO_SOCKET (source), "last", NULL));
}

static gboolean
disconnect (gpointer fake)
{
  socketio_client_socket_disconnect (((FakeServer *)fake)->socket);
  return G_SOURCE_REMOVE;
}

/* Who hears that no answer comes is called from within the disconnecting; there is room again. */
static void
test_emit_when_failed (FakeServer *fake, gconstpointer data)
{
  SocketioSocket *socket = SOCKETIO_SOCKET (fake->socket);

  set_up (fake, 3);
  g_object_set (fake->socket, "max-waiting-events", 2, NULL);
  fake_let_in (fake);
  socketio_socket_emit_with_ack_async (socket, "first", NULL, 0, NULL, emit_behind, NULL);
  g_assert_true (socketio_socket_emit (socket, "second", NULL));
  fake_expect (fake, "20[\"first\"]");
  g_idle_add (disconnect, fake);
  fake_expect (fake, "1");

  fake_connect (fake);
  fake_say (fake, "0{\"sid\":\"two\"}");
  fake_expect (fake, "21[\"second\"]");
  fake_say (fake, "31[]");
  fake_expect (fake, "22[\"last\"]");
}

static void
test_full (FakeServer *fake, gconstpointer data)
{
  g_autoptr (Answer) one_more = NULL;

  set_up (fake, 1);
  for (guint i = 0; i < 1000; i++)
    g_assert_true (socketio_socket_emit (SOCKETIO_SOCKET (fake->socket), "a", NULL));
  g_assert_false (socketio_socket_emit (SOCKETIO_SOCKET (fake->socket), "a", NULL));
  one_more = ask (fake, "a");
  answer_expect_error (one_more, SOCKETIO_ERROR, SOCKETIO_ERROR_QUEUE_FULL);
}

/* What is answered makes room again, and so does what its caller has given up. */
static void
test_full_of_bytes (FakeServer *fake, gconstpointer data)
{
  SocketioSocket *socket = SOCKETIO_SOCKET (fake->socket);
  g_autofree char *text = g_strnfill (600, 'x');
  g_autoptr (SocketioArguments) large = socketio_arguments_new_string (text);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (Answer) b = NULL;

  set_up (fake, 1);
  g_object_set (fake->socket, "max-waiting-bytes", G_GUINT64_CONSTANT (1000), NULL);
  fake_let_in (fake);
  g_assert_true (socketio_socket_emit (socket, "a", large));
  g_assert_false (socketio_socket_emit_full (socket, "a", large, SOCKETIO_SEND_DEFAULT, &error));
  g_assert_error (error, SOCKETIO_ERROR, SOCKETIO_ERROR_QUEUE_FULL);
  test_wait (g_str_has_suffix (fake->heard->str, "\"] "));
  g_string_truncate (fake->heard, 0);
  fake_say (fake, "30[]");
  test_settle ();
  b = answer_new_full (socket, "b", large, 0, cancellable, fake->log);
  g_assert_false (socketio_socket_emit (socket, "b", large));
  g_cancellable_cancel (cancellable);
  answer_expect_error (b, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (socketio_socket_emit (socket, "c", large));
}

/* Whatever way an event is sent, unless it may be lost. */
static void
test_full_emit (FakeServer *fake, gconstpointer data)
{
  SocketioSocket *socket = SOCKETIO_SOCKET (fake->socket);
  g_autoptr (GError) error = NULL;

  set_up (fake, 1);
  fake_let_in (fake);
  g_assert_true (socketio_socket_emit_full (socket, "a", NULL, SOCKETIO_SEND_DEFAULT, NULL));
  fake_expect (fake, "20[\"a\"]");
  g_assert_true (socketio_socket_emit_full (socket, "b", NULL, SOCKETIO_SEND_VOLATILE, NULL));
  fake_expect (fake, "2[\"b\"]");
  g_assert_false (socketio_socket_emit_full (socket, "connect", NULL, 0, &error));
  g_assert_error (error, SOCKETIO_ERROR, SOCKETIO_ERROR_RESERVED);
}

/* Without retries the time-out is still that of those who have none. */
static void
test_ack_timeout (FakeServer *fake, gconstpointer data)
{
  g_autoptr (Answer) a = NULL;
  g_autoptr (Answer) b = NULL;

  set_up (fake, 0);
  fake_let_in (fake);
  a = ask (fake, "a");
  b = answer_new (SOCKETIO_SOCKET (fake->socket), "b", NULL, 8000);
  test_settle ();
  fake_expect (fake, "20[\"a\"] 21[\"b\"]");
  test_skip_time (5000);
  answer_expect_error (a, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT);
  g_assert_false (b->done);
  test_skip_time (3000);
  answer_expect_error (b, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  fake_test_add ("/socketio/retries/one-at-a-time", test_one_at_a_time);
  fake_test_add ("/socketio/retries/flags", test_flags);
  fake_test_add ("/socketio/retries/time-out", test_time_out);
  fake_test_add ("/socketio/retries/reconnection", test_reconnection);
  fake_test_add ("/socketio/retries/given-up", test_given_up);
  fake_test_add ("/socketio/retries/emit-when-failed", test_emit_when_failed);
  fake_test_add ("/socketio/retries/full", test_full);
  fake_test_add ("/socketio/retries/full-of-bytes", test_full_of_bytes);
  fake_test_add ("/socketio/retries/full-emit", test_full_emit);
  fake_test_add ("/socketio/retries/ack-timeout", test_ack_timeout);

  return g_test_run ();
}
