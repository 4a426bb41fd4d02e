/* test-session-queue.c: what waits for a slow peer, and how much of it
 *
 * The loopback takes 256 packets before its peer reads them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "peer-fixture.h"

#define CAPACITY 256

typedef PeerFixture Fixture;

static void
say_numbers (Fixture *fixture, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      peer_fixture_say (fixture, text);
    }
}

static void
expect_numbers (Fixture *fixture, guint from, guint to)
{
  test_settle ();
  g_assert_cmpuint (fixture->peer->received->len, ==, to - from);
  for (guint i = from; i < to; i++)
    {
      g_autofree char *text = g_strdup_printf ("4%u", i);
      gsize length;

      g_assert_cmpstr (engineio_packet_get_wire (fixture->peer->received->pdata[i - from], &length),
                       ==, text);
    }
  g_ptr_array_set_size (fixture->peer->received, 0);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  say_numbers (fixture, 0, 10 * CAPACITY);
  g_assert_cmpuint (engineio_session_get_queued_bytes (fixture->log->session), >, 0);
  expect_numbers (fixture, 0, 10 * CAPACITY);
  g_assert_cmpuint (engineio_session_get_queued_bytes (fixture->log->session), ==, 0);

  say_numbers (fixture, 0, 3);
  expect_numbers (fixture, 0, 3);
}

/* Told once when something had to wait, and not otherwise. */
static void
test_drained (Fixture *fixture, gconstpointer data)
{
  say_numbers (fixture, 0, CAPACITY);
  test_settle ();
  g_assert_cmpuint (fixture->log->n_drained, ==, 0);
  say_numbers (fixture, 0, 3 * CAPACITY);
  test_settle ();
  g_assert_cmpuint (fixture->log->n_drained, ==, 1);
}

static void
note_writable (gpointer user_data)
{
  Fixture *fixture = user_data;

  /* The flush ran in this turn, the delivery will in the next. */
  g_assert_false (engineio_session_is_writable (fixture->log->session));
  fixture->peer->n_drained = 1000;
}

static void
test_writable (Fixture *fixture, gconstpointer data)
{
  HttpTask task;

  g_assert_true (engineio_session_is_writable (fixture->log->session));
  say_numbers (fixture, 0, 2);
  g_assert_true (engineio_session_is_writable (fixture->log->session));

  say_numbers (fixture, 2, 2 * CAPACITY);
  http_task_init (&task, note_writable, fixture);
  http_task_queue (fixture->poller, &task);
  expect_numbers (fixture, 0, 2 * CAPACITY);
  g_assert_cmpuint (fixture->peer->n_drained, ==, 1000);
  g_assert_true (engineio_session_is_writable (fixture->log->session));

  engineio_session_close (fixture->log->session);
  g_assert_false (engineio_session_is_writable (fixture->log->session));
}

/* {{{ A transport that would always take more, and yet took less than all: a socket that is full
 * may look so between two packets. */

#define TEST_TYPE_STUCK (test_stuck_get_type ())
G_DECLARE_FINAL_TYPE (TestStuck, test_stuck, TEST, STUCK, EngineioTransport)

struct _TestStuck
{
  EngineioTransport parent_instance;
  guint room;
};

G_DEFINE_FINAL_TYPE (TestStuck, test_stuck, ENGINEIO_TYPE_TRANSPORT)

static guint
test_stuck_send (EngineioTransport *transport, EngineioPacket *const *packets, guint n)
{
  TestStuck *self = TEST_STUCK (transport);
  guint taken = MIN (self->room, n);

  self->room -= taken;
  return taken;
}

static gboolean
test_stuck_is_writable (EngineioTransport *transport)
{
  return TRUE;
}

static void
test_stuck_close (EngineioTransport *transport, EngineioCloseReason reason)
{
}

static void
test_stuck_abort (EngineioTransport *transport)
{
}

static void
test_stuck_class_init (TestStuckClass *klass)
{
  EngineioTransportClass *transport_class = ENGINEIO_TRANSPORT_CLASS (klass);

  transport_class->name = "stuck";
  transport_class->send = test_stuck_send;
  transport_class->is_writable = test_stuck_is_writable;
  transport_class->close = test_stuck_close;
  transport_class->abort = test_stuck_abort;
}

static void
test_stuck_init (TestStuck *self)
{
}

static void
test_writable_with_a_queue (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestStuck) stuck = g_object_new (TEST_TYPE_STUCK, NULL);

  engineio_session_adopt_transport (fixture->log->session, ENGINEIO_TRANSPORT (stuck));
  stuck->room = 2;
  say_numbers (fixture, 0, 3);
  test_settle ();
  g_assert_false (engineio_session_is_writable (fixture->log->session));

  stuck->room = 10;
  engineio_transport_report_drained (ENGINEIO_TRANSPORT (stuck));
  g_assert_true (engineio_session_is_writable (fixture->log->session));
  g_assert_cmpuint (fixture->log->n_drained, ==, 1);
}

/* }}} */

static void
test_packet_limit (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->options, "max-queue-packets", 1000, NULL);
  say_numbers (fixture, 0, 1000);
  expect_numbers (fixture, 0, 1000);
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);

  say_numbers (fixture, 0, 1001);
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_QUEUE_FULL);
  g_assert_cmpuint (engineio_session_get_queued_bytes (fixture->log->session), ==, 0);
  test_settle ();
  g_assert_true (fixture->peer->closed);
}

static void
test_byte_limit (Fixture *fixture, gconstpointer data)
{
  /* A frame of 1 + 998 bytes has a header of 4. */
  g_autofree char *text = g_strnfill (998, 'a');

  g_object_set (fixture->options, "max-queue-bytes", (guint64)100 * 1003, NULL);
  for (guint i = 0; i < 100; i++)
    peer_fixture_say (fixture, text);
  g_assert_cmpuint (engineio_session_get_queued_bytes (fixture->log->session), ==, 100 * 1003);
  test_settle ();
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);

  for (guint i = 0; i < 101; i++)
    peer_fixture_say (fixture, text);
  g_assert_cmpuint (engineio_session_get_queued_bytes (fixture->log->session), ==, 100 * 1003);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_QUEUE_FULL);
}

/* One message may be larger than the limit, but nothing may wait behind it. */
static void
test_large_message (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (5000, 'a');

  g_object_set (fixture->options, "max-queue-bytes", (guint64)1000, NULL);
  peer_fixture_say (fixture, "head");
  peer_fixture_say (fixture, text);
  test_settle ();
  g_assert_cmpuint (fixture->peer->received->len, ==, 2);
  g_ptr_array_set_size (fixture->peer->received, 0);
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);

  peer_fixture_say (fixture, text);
  peer_fixture_say (fixture, "tail");
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_QUEUE_FULL);
}

/* One of several packets may be so too: what comes behind the first is no other message. */
static void
test_large_parts (Fixture *fixture, gconstpointer data)
{
  EngineioSession *session = fixture->log->session;
  g_autofree char *bytes = g_strnfill (5000, 'b');
  g_autoptr (EngineioPacket) text = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, "head", -1);
  g_autoptr (EngineioPacket) large = engineio_packet_new_binary (bytes, 5000);
  g_autoptr (EngineioPacket) small = engineio_packet_new_binary ("b", 1);
  EngineioPacket *packets[] = { text, large, small };

  g_object_set (fixture->options, "max-queue-bytes", (guint64)1000, NULL);
  engineio_session_send_packets (session, packets, G_N_ELEMENTS (packets));
  test_settle ();
  g_assert_cmpuint (fixture->peer->received->len, ==, 3);
  g_assert_true (engineio_session_send_volatile (session, packets, G_N_ELEMENTS (packets)));
  test_settle ();
  g_assert_cmpuint (fixture->peer->received->len, ==, 6);
  g_ptr_array_set_size (fixture->peer->received, 0);
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
}

static void
test_client_overflows (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->options, "max-queue-packets", 10, NULL);
  say_numbers (fixture, 0, 11);
  test_settle ();
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
  peer_fixture_give (fixture, "0{\"sid\":\"abc\",\"pingInterval\":1,\"pingTimeout\":1}");
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_QUEUE_FULL);
}

/* {{{ The soft limit */

/* A text and, for a length, its attachment. */
static gboolean
say_volatile (Fixture *fixture, const char *text, gsize length)
{
  g_autoptr (EngineioPacket) first = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);
  g_autofree char *bytes = g_strnfill (length, 'b');
  g_autoptr (EngineioPacket) second = engineio_packet_new_binary (bytes, length);
  EngineioPacket *packets[] = { first, second };

  engineio_packet_set_volatile (first);
  engineio_packet_set_volatile (second);
  return engineio_session_send_volatile (fixture->log->session, packets, length > 0 ? 2 : 1);
}

static void
test_soft_packet_limit (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->options, "soft-queue-packets", 6, NULL);
  g_assert_true (say_volatile (fixture, "a", 0));
  peer_fixture_say (fixture, "1");
  say_volatile (fixture, "b", 10);
  peer_fixture_say (fixture, "2");
  peer_fixture_say (fixture, "3");
  /* There is no room for both of its parts, so that there is none for it. */
  g_assert_false (say_volatile (fixture, "c", 10));
  peer_fixture_expect (fixture, "4a,41,4b,bbbbbbbbbb,42,43");

  say_volatile (fixture, "a", 10);
  for (char name[] = "1"; name[0] <= '5'; name[0]++)
    peer_fixture_say (fixture, name);
  say_volatile (fixture, "b", 0);
  peer_fixture_expect (fixture, "41,42,43,44,45,4b");
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
}

static void
test_soft_byte_limit (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (998, 'a');
  gsize before;

  g_object_set (fixture->options, "soft-queue-bytes", (guint64)1100, NULL);
  say_volatile (fixture, "v", 90);
  before = engineio_session_get_queued_bytes (fixture->log->session);
  g_assert_cmpuint (before, ==, 4 + 92);
  peer_fixture_say (fixture, text);
  g_assert_cmpuint (engineio_session_get_queued_bytes (fixture->log->session), ==, before + 1003);
  say_volatile (fixture, "w", 0);
  peer_fixture_say (fixture, "x");
  g_assert_cmpuint (engineio_session_get_queued_bytes (fixture->log->session), ==, 1003 + 4);
  test_settle ();
  g_assert_cmpuint (fixture->peer->received->len, ==, 2);
  g_ptr_array_set_size (fixture->peer->received, 0);
}

/* A picture is no smaller for being volatile. */
static void
test_large_volatile (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->options, "soft-queue-bytes", (guint64)100, NULL);
  g_assert_true (say_volatile (fixture, "a", 1000));
  g_assert_false (say_volatile (fixture, "b", 1000));
  test_settle ();
  g_assert_cmpuint (fixture->peer->received->len, ==, 2);
  g_ptr_array_set_size (fixture->peer->received, 0);
}

/* What has begun to leave is not torn. */
static void
test_soft_limit_tears_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestStuck) stuck = g_object_new (TEST_TYPE_STUCK, NULL);

  g_object_set (fixture->options, "soft-queue-packets", 4, NULL);
  engineio_session_adopt_transport (fixture->log->session, ENGINEIO_TRANSPORT (stuck));
  say_volatile (fixture, "a", 10);
  say_volatile (fixture, "b", 10);
  stuck->room = 1;
  test_settle ();
  g_assert_cmpuint (engineio_session_get_queued_bytes (fixture->log->session), ==, 12 + 4 + 12);
  say_numbers (fixture, 0, 2);
  g_assert_cmpuint (engineio_session_get_queued_bytes (fixture->log->session), ==, 12 + 2 * 4);
  say_volatile (fixture, "c", 0);
  g_assert_cmpuint (engineio_session_get_queued_bytes (fixture->log->session), ==, 12 + 2 * 4);
}

/* }}} */

/* All that was sent before goes out before the end does. */
static void
test_close_waits (Fixture *fixture, gconstpointer data)
{
  say_numbers (fixture, 0, 5 * CAPACITY);
  engineio_session_close (fixture->log->session);
  expect_numbers (fixture, 0, 5 * CAPACITY);
  g_assert_true (fixture->peer->closed);
}

/* A failure drops it. */
static void
test_failure_does_not_wait (Fixture *fixture, gconstpointer data)
{
  say_numbers (fixture, 0, 5 * CAPACITY);
  engineio_session_fail (fixture->log->session, ENGINEIO_CLOSE_PARSE_ERROR, "no sense");
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_PARSE_ERROR);
  peer_fixture_expect (fixture, "");
  g_assert_true (fixture->peer->closed);
}

/* The same packet in many queues is the same memory. */
static void
test_shared_packet (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (100 * 1024, 'a');
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);
  gsize before = test_get_memory ();

  for (guint i = 0; i < 100; i++)
    engineio_session_send (fixture->log->session, packet);
  g_assert_cmpuint (test_get_memory () - before, <, 1024 * 1024);
  engineio_session_fail (fixture->log->session, ENGINEIO_CLOSE_PARSE_ERROR, NULL);
}

#define ADD(path, role, function)                                                                  \
  g_test_add ("/session-queue/" path, Fixture, GINT_TO_POINTER (ENGINEIO_SESSION_##role),          \
              peer_fixture_set_up, function, peer_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("order", SERVER, test_order);
  ADD ("drained", SERVER, test_drained);
  ADD ("writable", SERVER, test_writable);
  ADD ("writable-with-a-queue", SERVER, test_writable_with_a_queue);
  ADD ("packet-limit", SERVER, test_packet_limit);
  ADD ("byte-limit", SERVER, test_byte_limit);
  ADD ("large-message", SERVER, test_large_message);
  ADD ("large-parts", SERVER, test_large_parts);
  ADD ("client-overflows", CLIENT, test_client_overflows);
  ADD ("soft-packet-limit", SERVER, test_soft_packet_limit);
  ADD ("soft-byte-limit", SERVER, test_soft_byte_limit);
  ADD ("large-volatile", SERVER, test_large_volatile);
  ADD ("soft-limit-tears-nothing", SERVER, test_soft_limit_tears_nothing);
  ADD ("close-waits", SERVER, test_close_waits);
  ADD ("failure-does-not-wait", SERVER, test_failure_does_not_wait);
  ADD ("shared-packet", SERVER, test_shared_packet);

  return g_test_run ();
}
