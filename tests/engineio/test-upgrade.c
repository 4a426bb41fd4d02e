/* test-upgrade.c: from polling to WebSocket, over real sockets
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "engine-fixture.h"

typedef struct
{
  EngineFixture parent;
  RawClient *client;
  RawWebsocket *websocket;
  char *sid;
  SessionLog *log;
} Fixture;

/* {{{ The fixture */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  engine_fixture_set_up (&fixture->parent, data);
  engine_fixture_start (&fixture->parent, data);
  fixture->client = raw_client_new (fixture->parent.port);
  fixture->sid = engine_open (fixture->client);
  fixture->log = engine_fixture_get_last (&fixture->parent);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->websocket, raw_websocket_free);
  raw_client_free (fixture->client);
  g_free (fixture->sid);
  engine_fixture_tear_down (&fixture->parent, data);
}

static void
probe (Fixture *fixture)
{
  fixture->websocket = engine_websocket_upgrade (&fixture->parent, fixture->sid);
}

static void
upgrade (Fixture *fixture)
{
  probe (fixture);
  raw_websocket_send (fixture->websocket, "5");
  test_settle ();
  g_assert_cmpstr (engineio_session_get_transport_name (fixture->log->session), ==, "websocket");
}

static void
say (Fixture *fixture, const char *text)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);

  engineio_session_send (fixture->log->session, packet);
}

static void
expect_echo (Fixture *fixture, const char *text)
{
  g_autofree char *wire = g_strconcat ("4", text, NULL);

  raw_websocket_send (fixture->websocket, wire);
  raw_websocket_expect (fixture->websocket, wire);
  session_log_expect_messages (fixture->log, text, NULL);
}

static RawWebsocket *
open_another (Fixture *fixture)
{
  g_autofree char *target = g_strdup_printf (ENGINE_WEBSOCKET "&sid=%s", fixture->sid);

  return raw_websocket_new (fixture->parent.port, target);
}

/* }}} */

static void
test_upgrade (Fixture *fixture, gconstpointer data)
{
  probe (fixture);
  engine_poll (fixture->client, fixture->sid, "6");
  raw_websocket_send (fixture->websocket, "5");
  raw_websocket_send (fixture->websocket, "4hello");
  raw_websocket_expect (fixture->websocket, "4hello");
  g_assert_cmpuint (fixture->parent.logs->len, ==, 1);
  g_assert_null (raw_websocket_poll (fixture->websocket));
}

/* The poll that waits when the probe comes is released at once. */
static void
test_waiting_poll (Fixture *fixture, gconstpointer data)
{
  engine_begin_poll (fixture->client, fixture->log->session);
  g_assert_false (raw_client_is_readable (fixture->client));
  probe (fixture);
  engine_expect (fixture->client, 200, "6");
  raw_websocket_send (fixture->websocket, "5");
  say (fixture, "hello");
  raw_websocket_expect (fixture->websocket, "4hello");
  test_skip_time (1000);
  g_assert_null (raw_websocket_poll (fixture->websocket));
}

/* All in one segment: the handshake, the probe, the upgrade and a message. */
static void
test_all_at_once (Fixture *fixture, gconstpointer data)
{
  static const char *const packets[] = { "2probe", "5", "4hello" };
  RawClient *client = raw_client_new (fixture->parent.port);
  g_autofree char *target = g_strdup_printf (ENGINE_WEBSOCKET "&sid=%s", fixture->sid);
  g_autofree char *handshake = raw_websocket_format_handshake (target, NULL);
  g_autoptr (GByteArray) all = g_byte_array_new ();

  g_byte_array_append (all, (guint8 *)handshake, strlen (handshake));
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    {
      g_autoptr (GByteArray) frame = raw_websocket_encode (ENGINEIO_FRAME_OPCODE_TEXT, TRUE,
                                                           packets[i], strlen (packets[i]));

      g_byte_array_append (all, frame->data, frame->len);
    }

  fixture->websocket = raw_websocket_new_for_client (client);
  raw_client_send_data (client, all->data, all->len);
  raw_websocket_read_handshake (fixture->websocket);
  raw_websocket_expect (fixture->websocket, "3probe");
  raw_websocket_expect (fixture->websocket, "4hello");
}

/* What was sent before, during and after the upgrade comes once, and in order. */
static void
test_nothing_lost (Fixture *fixture, gconstpointer data)
{
  say (fixture, "1");
  engine_poll (fixture->client, fixture->sid, "41");
  probe (fixture);
  say (fixture, "2");
  engine_poll (fixture->client, fixture->sid, "42");
  say (fixture, "3");
  raw_websocket_send (fixture->websocket, "5");
  say (fixture, "4");
  raw_websocket_expect (fixture->websocket, "43");
  raw_websocket_expect (fixture->websocket, "44");
}

static void
test_poll_after_upgrade (Fixture *fixture, gconstpointer data)
{
  upgrade (fixture);
  engine_send_poll (fixture->client, fixture->sid);
  engine_expect (fixture->client, 400, "{\"code\":3,\"message\":\"Bad request\"}");
  engine_send_post (fixture->client, fixture->sid, "4hello");
  engine_expect (fixture->client, 400, "{\"code\":3,\"message\":\"Bad request\"}");
  g_assert_cmpuint (fixture->log->messages->len, ==, 0);
  expect_echo (fixture, "still here");
}

static void
test_second_websocket (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) meanwhile = NULL;
  g_autoptr (RawWebsocket) afterwards = NULL;

  probe (fixture);
  meanwhile = open_another (fixture);
  raw_websocket_expect_close (meanwhile, ENGINEIO_FRAME_CLOSE_NO_STATUS);
  raw_websocket_send (fixture->websocket, "5");
  expect_echo (fixture, "still here");
  afterwards = open_another (fixture);
  raw_websocket_expect_close (afterwards, ENGINEIO_FRAME_CLOSE_NO_STATUS);
  expect_echo (fixture, "here again");
}

static void
test_never_ends (Fixture *fixture, gconstpointer data)
{
  probe (fixture);
  test_skip_time (9900);
  g_assert_null (raw_websocket_poll (fixture->websocket));
  test_skip_time (100);
  raw_websocket_expect_close (fixture->websocket, ENGINEIO_FRAME_CLOSE_NO_STATUS);
  engine_post (fixture->client, fixture->sid, "4hello");
  engine_poll (fixture->client, fixture->sid, "4hello");
}

static void
test_wrong_packet (Fixture *fixture, gconstpointer data)
{
  probe (fixture);
  raw_websocket_send (fixture->websocket, "4hello");
  raw_websocket_expect_close (fixture->websocket, ENGINEIO_FRAME_CLOSE_NO_STATUS);
  g_assert_cmpuint (fixture->log->messages->len, ==, 0);
  engine_post (fixture->client, fixture->sid, "4hello");
  engine_poll (fixture->client, fixture->sid, "4hello");
}

static void
test_probe_vanishes (Fixture *fixture, gconstpointer data)
{
  probe (fixture);
  g_clear_pointer (&fixture->websocket, raw_websocket_free);
  test_settle ();
  engine_post (fixture->client, fixture->sid, "4hello");
  engine_poll (fixture->client, fixture->sid, "4hello");
  session_log_expect_messages (fixture->log, "hello", NULL);

  /* And another try is welcome. */
  upgrade (fixture);
  expect_echo (fixture, "again");
}

static void
test_session_ends_meanwhile (Fixture *fixture, gconstpointer data)
{
  fixture->websocket = open_another (fixture);
  test_settle ();
  engineio_session_close (fixture->log->session);
  g_assert_null (raw_websocket_receive (fixture->websocket));
  engine_poll (fixture->client, fixture->sid,
               "6\x1e"
               "1");
  test_wait (engineio_server_get_n_sessions (fixture->parent.server) == 0);
}

/* A client that may move does not poll any more. What it was sent comes by the WebSocket, and so
 * does the word that it is over. */
static void
test_session_ends_after_probe (Fixture *fixture, gconstpointer data)
{
  probe (fixture);
  say (fixture, "goodbye");
  engineio_session_close (fixture->log->session);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_FORCED);
  test_settle ();
  g_assert_null (raw_websocket_poll (fixture->websocket));
  raw_websocket_send (fixture->websocket, "5");
  raw_websocket_expect (fixture->websocket, "4goodbye");
  raw_websocket_expect_close (fixture->websocket, ENGINEIO_FRAME_CLOSE_NO_STATUS);
  test_wait (engineio_server_get_n_sessions (fixture->parent.server) == 0);
}

/* One that polls all the same hears of it there. */
static void
test_session_ends_before_poll (Fixture *fixture, gconstpointer data)
{
  probe (fixture);
  engineio_session_close (fixture->log->session);
  test_settle ();
  engine_poll (fixture->client, fixture->sid,
               "6\x1e"
               "1");
  g_assert_null (raw_websocket_receive (fixture->websocket));
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->parent.server), ==, 0);
}

static void
test_not_allowed (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->parent.options, "allow-upgrades", FALSE, NULL);
  fixture->websocket = open_another (fixture);
  raw_websocket_expect_close (fixture->websocket, ENGINEIO_FRAME_CLOSE_NO_STATUS);
  engine_post (fixture->client, fixture->sid, "4hello");
  engine_poll (fixture->client, fixture->sid, "4hello");
  engine_send_open (fixture->client);
  {
    g_autoptr (RawResponse) response = raw_client_read_response (fixture->client, TRUE);
    g_autofree char *text = raw_response_dup_body (response);

    g_assert_nonnull (strstr (text, "\"upgrades\":[],"));
  }
}

/* {{{ Heartbeat */

static void
test_heartbeat_afterwards (Fixture *fixture, gconstpointer data)
{
  test_skip_time (20000);
  upgrade (fixture);
  test_skip_time (5000);
  raw_websocket_expect (fixture->websocket, "2");
  g_assert_null (raw_websocket_poll (fixture->websocket));
  raw_websocket_send (fixture->websocket, "3");
  test_skip_time (24900);
  g_assert_null (raw_websocket_poll (fixture->websocket));
  test_skip_time (100);
  raw_websocket_expect (fixture->websocket, "2");
}

/* Due while the upgrade is under way, when no poll waits: it comes by the WebSocket, once. */
static void
test_heartbeat_meanwhile (Fixture *fixture, gconstpointer data)
{
  test_skip_time (24000);
  probe (fixture);
  engine_poll (fixture->client, fixture->sid, "6");
  test_skip_time (1000);
  raw_websocket_send (fixture->websocket, "5");
  raw_websocket_expect (fixture->websocket, "2");
  raw_websocket_send (fixture->websocket, "3");
  test_skip_time (24000);
  g_assert_null (raw_websocket_poll (fixture->websocket));
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
}

/* }}} */

#define ADD(path, function)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_test_add ("/upgrade/" path, Fixture, NULL, set_up, function, tear_down);                     \
    g_test_add ("/upgrade-attached/" path, Fixture, ENGINE_ATTACHED, set_up, function, tear_down); \
  }                                                                                                \
  G_STMT_END

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("upgrade", test_upgrade);
  ADD ("waiting-poll", test_waiting_poll);
  ADD ("all-at-once", test_all_at_once);
  ADD ("nothing-lost", test_nothing_lost);
  ADD ("poll-after-upgrade", test_poll_after_upgrade);
  ADD ("second-websocket", test_second_websocket);
  ADD ("never-ends", test_never_ends);
  ADD ("wrong-packet", test_wrong_packet);
  ADD ("probe-vanishes", test_probe_vanishes);
  ADD ("session-ends", test_session_ends_meanwhile);
  ADD ("session-ends-after-probe", test_session_ends_after_probe);
  ADD ("session-ends-before-poll", test_session_ends_before_poll);
  ADD ("not-allowed", test_not_allowed);
  ADD ("heartbeat/afterwards", test_heartbeat_afterwards);
  ADD ("heartbeat/meanwhile", test_heartbeat_meanwhile);

  return g_test_run ();
}
