/* test-session-upgrade.c: a session moves to another transport, packet by packet
 *
 * Both are loopbacks here: the rules are the session's, not the transports'.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "engineio-loopback.h"

#include "peer-fixture.h"

typedef struct
{
  PeerFixture parent;
  Peer *probe; /* the client's end of the new transport */
} Fixture;

/* {{{ The fixture */

static EngineioSession *
get_session (Fixture *fixture)
{
  return fixture->parent.log->session;
}

static void
begin (Fixture *fixture)
{
  g_autoptr (EngineioTransport) near = NULL;
  g_autoptr (EngineioTransport) far = NULL;

  g_clear_pointer (&fixture->probe, peer_free);
  engineio_loopback_new_pair (fixture->parent.poller, &near, &far);
  fixture->probe = peer_new (far);
  engineio_session_begin_upgrade (get_session (fixture), near);
  g_assert_true (engineio_session_is_upgrading (get_session (fixture)));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  peer_fixture_set_up (&fixture->parent, GINT_TO_POINTER (ENGINEIO_SESSION_SERVER));
  begin (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  peer_fixture_tear_down (&fixture->parent, data);
  peer_free (fixture->probe);
}

/* The session goes on with the old transport. */
static void
expect_old (Fixture *fixture)
{
  test_settle ();
  g_assert_false (engineio_session_is_upgrading (get_session (fixture)));
  g_assert_true (fixture->probe->closed);
  peer_expect (fixture->probe, "");
  g_ptr_array_set_size (fixture->parent.peer->received, 0);
  peer_fixture_say (&fixture->parent, "still here");
  peer_fixture_expect (&fixture->parent, "4still here");
  peer_fixture_give (&fixture->parent, "4so am I");
  session_log_expect_messages (fixture->parent.log, "so am I", NULL);
}

/* }}} */

static void
test_upgrade (Fixture *fixture, gconstpointer data)
{
  peer_give (fixture->probe, "2probe");
  peer_expect (fixture->probe, "3probe");
  g_assert_true (engineio_session_is_upgrading (get_session (fixture)));

  /* The poll that waits is ended; the NOOP never shows up at the new transport. */
  peer_fixture_expect (&fixture->parent, "6");
  peer_give (fixture->probe, "5");
  g_assert_false (engineio_session_is_upgrading (get_session (fixture)));
  test_skip_time (1000);
  peer_expect (fixture->probe, "");
  peer_fixture_expect (&fixture->parent, "");
  g_assert_true (fixture->parent.peer->closed);

  peer_fixture_say (&fixture->parent, "hello");
  peer_expect (fixture->probe, "4hello");
  peer_give (fixture->probe, "4hi");
  session_log_expect_messages (fixture->parent.log, "hi", NULL);
  g_assert_cmpuint (fixture->parent.log->n_closed, ==, 0);
}

/* A client that polls on is released again and again. */
static void
test_noops (Fixture *fixture, gconstpointer data)
{
  peer_fixture_expect (&fixture->parent, "");
  test_skip_time (1000);
  peer_fixture_expect (&fixture->parent, "");

  peer_give (fixture->probe, "2probe");
  for (guint i = 0; i < 5; i++)
    {
      peer_fixture_expect (&fixture->parent, "6");
      test_skip_time (100);
    }
}

static void
test_messages_meanwhile (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioPacket) upgrade = engineio_packet_new (ENGINEIO_PACKET_UPGRADE, NULL, 0);

  peer_fixture_say (&fixture->parent, "1");
  peer_give (fixture->probe, "2probe");
  peer_fixture_say (&fixture->parent, "2");
  peer_fixture_expect (&fixture->parent, "41,6,42");
  peer_expect (fixture->probe, "3probe");
  peer_fixture_give (&fixture->parent, "4a");

  /* Sent in the very turn in which the upgrade comes: it goes by the new transport, once. */
  engineio_transport_send (fixture->probe->transport, &upgrade, 1);
  peer_fixture_say (&fixture->parent, "3");
  peer_expect (fixture->probe, "43");
  peer_give (fixture->probe, "4b");
  peer_fixture_say (&fixture->parent, "4");
  peer_expect (fixture->probe, "44");
  peer_fixture_expect (&fixture->parent, "");
  session_log_expect_messages (fixture->parent.log, "a", "b", NULL);
}

static void
test_timeout (Fixture *fixture, gconstpointer data)
{
  peer_give (fixture->probe, "2probe");
  peer_expect (fixture->probe, "3probe");
  test_skip_time (9900);
  g_assert_true (engineio_session_is_upgrading (get_session (fixture)));
  test_skip_time (100);
  expect_old (fixture);
  test_skip_time (1000);
  peer_fixture_expect (&fixture->parent, "");
}

static void
test_silent_probe (Fixture *fixture, gconstpointer data)
{
  test_skip_time (10000);
  expect_old (fixture);
}

static void
test_again (Fixture *fixture, gconstpointer data)
{
  test_skip_time (10000);
  expect_old (fixture);
  begin (fixture);
  test_upgrade (fixture, data);
}

static void
test_wrong_packets (void)
{
  static const char *const wires[] = {
    "5", "4hello", "2", "2probed", "2PROBE", "3probe", "1", "6"
  };

  for (guint i = 0; i < G_N_ELEMENTS (wires); i++)
    {
      Fixture fixture = { { NULL } };

      set_up (&fixture, NULL);
      peer_give (fixture.probe, wires[i]);
      expect_old (&fixture);
      g_assert_cmpuint (fixture.parent.log->n_closed, ==, 0);
      tear_down (&fixture, NULL);
    }
}

static void
test_wrong_packet_after_probe (Fixture *fixture, gconstpointer data)
{
  peer_give (fixture->probe, "2probe");
  peer_expect (fixture->probe, "3probe");
  peer_give (fixture->probe, "4hello");
  expect_old (fixture);
}

static void
test_probe_vanishes (Fixture *fixture, gconstpointer data)
{
  peer_give (fixture->probe, "2probe");
  peer_expect (fixture->probe, "3probe");
  engineio_transport_abort (fixture->probe->transport);
  fixture->probe->closed = TRUE;
  expect_old (fixture);
}

/* Nothing is left behind of an upgrade that never ends. */
static void
test_session_closed_meanwhile (Fixture *fixture, gconstpointer data)
{
  peer_give (fixture->probe, "2probe");
  engineio_session_close (get_session (fixture));
  test_settle ();
  g_assert_true (fixture->probe->closed);
  g_assert_true (fixture->parent.peer->closed);
  test_skip_time (20000);
  session_log_expect_closed (fixture->parent.log, ENGINEIO_CLOSE_FORCED);
}

static void
test_old_transport_breaks (Fixture *fixture, gconstpointer data)
{
  peer_give (fixture->probe, "2probe");
  engineio_transport_abort (fixture->parent.peer->transport);
  test_settle ();
  session_log_expect_closed (fixture->parent.log, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  g_assert_true (fixture->probe->closed);
}

/* {{{ Heartbeat */

/* The ping that is due goes by the old transport, once, and may be answered by the new one. */
static void
test_ping_meanwhile (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->parent.options, "upgrade-timeout", 40000, NULL);
  engineio_session_cancel_upgrade (get_session (fixture));
  begin (fixture);
  test_skip_time (24900);
  peer_give (fixture->probe, "2probe");
  peer_fixture_expect (&fixture->parent, "6");
  test_skip_time (100);
  peer_fixture_expect (&fixture->parent, "6,2");
  peer_give (fixture->probe, "5");
  peer_expect (fixture->probe, "3probe");

  test_skip_time (19000);
  peer_give (fixture->probe, "3");
  test_skip_time (24000);
  peer_expect (fixture->probe, "");
  test_skip_time (1000);
  peer_expect (fixture->probe, "2");
  g_assert_cmpuint (fixture->parent.log->n_closed, ==, 0);
}

static void
test_ping_timeout_meanwhile (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->parent.options, "upgrade-timeout", 60000, NULL);
  engineio_session_cancel_upgrade (get_session (fixture));
  begin (fixture);
  peer_give (fixture->probe, "2probe");
  test_skip_time (25000);
  test_skip_time (20000);
  session_log_expect_closed (fixture->parent.log, ENGINEIO_CLOSE_PING_TIMEOUT);
  test_settle ();
  g_assert_true (fixture->probe->closed);
}

/* }}} */

#define ADD(path, function)                                                                        \
  g_test_add ("/session-upgrade/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("upgrade", test_upgrade);
  ADD ("noops", test_noops);
  ADD ("messages-meanwhile", test_messages_meanwhile);
  ADD ("time-out", test_timeout);
  ADD ("silent-probe", test_silent_probe);
  ADD ("again", test_again);
  g_test_add_func ("/session-upgrade/wrong-packets", test_wrong_packets);
  ADD ("wrong-packet-after-probe", test_wrong_packet_after_probe);
  ADD ("probe-vanishes", test_probe_vanishes);
  ADD ("session-closed", test_session_closed_meanwhile);
  ADD ("old-transport-breaks", test_old_transport_breaks);
  ADD ("ping", test_ping_meanwhile);
  ADD ("ping-time-out", test_ping_timeout_meanwhile);

  return g_test_run ();
}
