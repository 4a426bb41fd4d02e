/* test-session.c: a session's life over the loopback; the test is the peer, packet by packet
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "engineio-loopback.h"

#include "peer-fixture.h"

#define INTERVAL 25000
#define TIMEOUT  20000

typedef PeerFixture Fixture;

/* {{{ Opening */

static void
test_handshake (Fixture *fixture, gconstpointer data)
{
  engineio_session_start (fixture->log->session);
  peer_fixture_expect (fixture, "0{\"sid\":\"abc\",\"upgrades\":[],\"pingInterval\":25000,"
                                "\"pingTimeout\":20000,\"maxPayload\":1000000}");
  g_assert_cmpuint (fixture->log->n_opened, ==, 0);
  g_assert_true (engineio_session_is_open (fixture->log->session));
}

static void
test_client_opens (Fixture *fixture, gconstpointer data)
{
  EngineioSession *session = fixture->log->session;

  peer_fixture_say (fixture, "early");
  g_assert_false (engineio_session_is_open (session));
  g_assert_null (engineio_session_get_id (session));
  peer_fixture_expect (fixture, "");

  peer_fixture_open_client (fixture);
  peer_fixture_expect (fixture, "4early");
  g_assert_true (engineio_session_is_open (session));
  g_assert_cmpstr (engineio_session_get_id (session), ==, "abc");
  g_assert_cmpuint (engineio_session_get_max_payload (session), ==, 1000000);
  g_assert_null (engineio_session_get_error (session));
}

static void
test_bad_handshakes (void)
{
  static const char *const handshakes[] = {
    "0",
    "0{}",
    "0[]",
    "0null",
    "0{\"sid\":1,\"pingInterval\":1,\"pingTimeout\":1}",
    "0{\"sid\":null,\"pingInterval\":1,\"pingTimeout\":1}",
    "0{\"sid\":\"a\",\"pingInterval\":0,\"pingTimeout\":1}",
    "0{\"sid\":\"a\",\"pingInterval\":-1,\"pingTimeout\":1}",
    "0{\"sid\":\"a\",\"pingInterval\":1e99,\"pingTimeout\":1}",
    "0{\"sid\":\"a\",\"pingInterval\":[],\"pingTimeout\":1}",
    "0{\"sid\":\"a\",\"pingInterval\":99999999999,\"pingTimeout\":1}",
    "0{\"sid\":\"a\",\"pingInterval\":1}",
    "4hello",
    "4{\"sid\":\"a\",\"pingInterval\":1,\"pingTimeout\":1}",
    "6",
    "2",
    "1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (handshakes); i++)
    {
      Fixture fixture = { NULL };

      peer_fixture_set_up (&fixture, GINT_TO_POINTER (ENGINEIO_SESSION_CLIENT));
      peer_fixture_give (&fixture, handshakes[i]);
      g_assert_cmpuint (fixture.log->n_opened, ==, 0);
      g_assert_cmpuint (fixture.log->n_closed, ==, 1);
      g_assert_error (engineio_session_get_error (fixture.log->session), ENGINEIO_ERROR,
                      ENGINEIO_ERROR_NOT_ENGINEIO);
      peer_fixture_tear_down (&fixture, NULL);
    }
}

/* Old servers tell no limit. */
static void
test_no_max_payload (Fixture *fixture, gconstpointer data)
{
  peer_fixture_give (
    fixture, "0{\"sid\":\"abc\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000}");
  g_assert_cmpuint (fixture->log->n_opened, ==, 1);
  g_assert_cmpuint (engineio_session_get_max_payload (fixture->log->session), >=, G_MAXINT);
}

static void
test_dial_timeout (Fixture *fixture, gconstpointer data)
{
  engineio_session_start_dial_timer (fixture->log->session, 5000);
  test_skip_time (4900);
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
  test_skip_time (100);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_ERROR);
  g_assert_error (engineio_session_get_error (fixture->log->session), ENGINEIO_ERROR,
                  ENGINEIO_ERROR_TIMED_OUT);
}

/* Once open, the time-out of the dialing does not fire late. */
static void
test_dial_timeout_is_over (Fixture *fixture, gconstpointer data)
{
  engineio_session_start_dial_timer (fixture->log->session, 5000);
  test_skip_time (4900);
  peer_fixture_open_client (fixture);
  test_skip_time (40000);
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
}

/* }}} */
/* {{{ Heartbeat */

static void
test_ping (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      test_skip_time (INTERVAL - 100);
      peer_fixture_expect (fixture, "");
      test_skip_time (100);
      peer_fixture_expect (fixture, "2");

      /* The interval counts from the pong. */
      test_skip_time (TIMEOUT - 100);
      peer_fixture_expect (fixture, "");
      peer_fixture_give (fixture, "3");
    }
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
}

static void
test_ping_timeout (Fixture *fixture, gconstpointer data)
{
  test_skip_time (INTERVAL);
  peer_fixture_expect (fixture, "2");
  test_skip_time (TIMEOUT - 100);
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
  test_skip_time (100);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_PING_TIMEOUT);
  test_settle ();
  g_assert_true (fixture->peer->closed);
}

/* While a pong is awaited, whatever comes shows that the peer is there. */
static void
test_traffic_is_life (Fixture *fixture, gconstpointer data)
{
  test_skip_time (INTERVAL);
  for (guint i = 0; i < 5; i++)
    {
      test_skip_time (TIMEOUT - 100);
      peer_fixture_give (fixture, "4busy");
    }
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
  test_skip_time (TIMEOUT);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_PING_TIMEOUT);
}

/* A process that was held up gives its peer the time to answer all the same. */
static void
test_late_ping (Fixture *fixture, gconstpointer data)
{
  test_skip_time (INTERVAL + 3 * TIMEOUT);
  peer_fixture_expect (fixture, "2");
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
  test_skip_time (TIMEOUT - 100);
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
  peer_fixture_give (fixture, "3");
  test_skip_time (INTERVAL - 100);
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
}

static void
test_unasked_pong (Fixture *fixture, gconstpointer data)
{
  test_skip_time (INTERVAL - 100);
  peer_fixture_give (fixture, "3");
  test_skip_time (INTERVAL - 100);
  peer_fixture_expect (fixture, "");
  test_skip_time (100);
  peer_fixture_expect (fixture, "2");
}

static void
test_client_pongs (Fixture *fixture, gconstpointer data)
{
  peer_fixture_open_client (fixture);
  for (guint i = 0; i < 3; i++)
    {
      test_skip_time (INTERVAL + TIMEOUT - 100);
      g_assert_cmpuint (fixture->log->n_closed, ==, 0);
      peer_fixture_give (fixture, "2");
      peer_fixture_expect (fixture, "3");
    }
}

static void
test_client_misses_pings (Fixture *fixture, gconstpointer data)
{
  peer_fixture_open_client (fixture);
  test_skip_time (INTERVAL + TIMEOUT - 100);
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
  test_skip_time (100);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_PING_TIMEOUT);
  peer_fixture_expect (fixture, "");
}

static void
test_ping_to_server (Fixture *fixture, gconstpointer data)
{
  peer_fixture_give (fixture, "2");
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_ERROR);
  g_assert_cmpstr (fixture->log->description, ==, "invalid heartbeat direction");
}

static void
test_pong_to_client (Fixture *fixture, gconstpointer data)
{
  peer_fixture_open_client (fixture);
  peer_fixture_give (fixture, "3");
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_ERROR);
}

/* }}} */
/* {{{ Packets */

static void
test_messages (Fixture *fixture, gconstpointer data)
{
  peer_fixture_give (fixture, "4one");
  peer_fixture_give (fixture, "6");
  peer_fixture_give (fixture, "4");
  peer_fixture_give (fixture, "4three");
  session_log_expect_messages (fixture->log, "one", "", "three", NULL);

  peer_fixture_say (fixture, "a");
  peer_fixture_say (fixture, "b");
  peer_fixture_expect (fixture, "4a,4b");
}

static void
test_binary (Fixture *fixture, gconstpointer data)
{
  static const guint8 bytes[] = { 0, 1, 0xff, 0x1e, '4' };
  g_autoptr (EngineioPacket) packet = engineio_packet_new_binary (bytes, sizeof bytes);
  EngineioPacket *got;
  gsize length;

  engineio_transport_send (fixture->peer->transport, &packet, 1);
  engineio_session_send (fixture->log->session, packet);
  test_settle ();

  got = fixture->log->messages->pdata[0];
  g_assert_true (engineio_packet_is_binary (got));
  g_assert_cmpmem (engineio_packet_get_data (got, &length), length, bytes, sizeof bytes);
  got = fixture->peer->received->pdata[0];
  g_assert_true (engineio_packet_is_binary (got));
  g_assert_cmpmem (engineio_packet_get_data (got, &length), length, bytes, sizeof bytes);
}

static void
test_packet_in_wrong_place (Fixture *fixture, gconstpointer data)
{
  peer_fixture_give (fixture, "5");
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_PARSE_ERROR);
}

/* }}} */
/* {{{ Closing */

static void
test_close (Fixture *fixture, gconstpointer data)
{
  peer_fixture_say (fixture, "last words");
  engineio_session_close (fixture->log->session);
  g_assert_cmpuint (fixture->log->n_closed, ==, 1);
  peer_fixture_say (fixture, "too late");
  engineio_session_close (fixture->log->session);
  peer_fixture_expect (fixture, "4last words");
  g_assert_true (fixture->peer->closed);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_FORCED);

  test_skip_time (INTERVAL + TIMEOUT);
  g_assert_cmpuint (fixture->log->n_closed, ==, 1);
}

static void
test_close_while_opening (Fixture *fixture, gconstpointer data)
{
  peer_fixture_say (fixture, "never sent");
  engineio_session_close (fixture->log->session);
  peer_fixture_expect (fixture, "");
  g_assert_true (fixture->peer->closed);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_FORCED);
}

static void
test_peer_says_goodbye (Fixture *fixture, gconstpointer data)
{
  peer_fixture_give (fixture, "1");
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  test_settle ();
  g_assert_true (fixture->peer->closed);
}

static void
test_peer_vanishes (Fixture *fixture, gconstpointer data)
{
  engineio_transport_abort (fixture->peer->transport);
  test_settle ();
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
}

static void
close_and_drop (EngineioSession *session, EngineioPacket *packet, gpointer user_data)
{
  Fixture *fixture = user_data;

  engineio_session_close (session);
  g_clear_object (&fixture->log->session);
}

/* Its handler lets go of the session in the middle of it all. */
static void
test_dropped_by_handler (Fixture *fixture, gconstpointer data)
{
  static const EngineioSessionHandler handler = { .message = close_and_drop };
  gpointer session = fixture->log->session;

  g_object_add_weak_pointer (session, &session);
  engineio_session_set_handler (session, &handler, fixture);
  peer_fixture_give (fixture, "4bye");
  peer_fixture_give (fixture, "4bye");
  test_wait (session == NULL);
  g_assert_true (fixture->peer->closed);

  /* For the fixture's sake. */
  fixture->log->session = engineio_session_new (ENGINEIO_SESSION_SERVER, fixture->options,
                                                fixture->poller, fixture->peer->transport, "other");
}

static void
test_dropped_unclosed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioTransport) near = NULL;
  g_autoptr (EngineioTransport) far = NULL;
  EngineioSession *session;

  engineio_loopback_new_pair (fixture->poller, &near, &far);
  session = engineio_session_new (ENGINEIO_SESSION_SERVER, fixture->options, fixture->poller, near,
                                  "other");
  engineio_session_start (session);
  g_object_unref (session);
  test_skip_time (INTERVAL + TIMEOUT);
}

/* }}} */

#define ADD(path, role, function)                                                                  \
  g_test_add ("/session/" path, Fixture, GINT_TO_POINTER (ENGINEIO_SESSION_##role),                \
              peer_fixture_set_up, function, peer_fixture_tear_down)

static void
add_heartbeat (void)
{
  ADD ("heartbeat/ping", SERVER, test_ping);
  ADD ("heartbeat/time-out", SERVER, test_ping_timeout);
  ADD ("heartbeat/traffic", SERVER, test_traffic_is_life);
  ADD ("heartbeat/late-ping", SERVER, test_late_ping);
  ADD ("heartbeat/unasked-pong", SERVER, test_unasked_pong);
  ADD ("heartbeat/client-pongs", CLIENT, test_client_pongs);
  ADD ("heartbeat/client-misses-pings", CLIENT, test_client_misses_pings);
  ADD ("heartbeat/ping-to-server", SERVER, test_ping_to_server);
  ADD ("heartbeat/pong-to-client", CLIENT, test_pong_to_client);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("open/handshake", SERVER, test_handshake);
  ADD ("open/client", CLIENT, test_client_opens);
  g_test_add_func ("/session/open/bad-handshakes", test_bad_handshakes);
  ADD ("open/no-max-payload", CLIENT, test_no_max_payload);
  ADD ("open/time-out", CLIENT, test_dial_timeout);
  ADD ("open/time-out-is-over", CLIENT, test_dial_timeout_is_over);
  add_heartbeat ();
  ADD ("packet/messages", SERVER, test_messages);
  ADD ("packet/binary", SERVER, test_binary);
  ADD ("packet/wrong-place", SERVER, test_packet_in_wrong_place);
  ADD ("close/own", SERVER, test_close);
  ADD ("close/while-opening", CLIENT, test_close_while_opening);
  ADD ("close/goodbye", SERVER, test_peer_says_goodbye);
  ADD ("close/vanishes", SERVER, test_peer_vanishes);
  ADD ("close/dropped-by-handler", SERVER, test_dropped_by_handler);
  ADD ("close/dropped-unclosed", SERVER, test_dropped_unclosed);

  return g_test_run ();
}
