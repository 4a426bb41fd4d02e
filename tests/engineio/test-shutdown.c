/* test-shutdown.c: a server that closes, and one that goes without a word, with clients of all
 * kinds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsoup/soup.h>

#include "engine-fixture.h"

typedef struct
{
  EngineFixture parent;
  RawClient *waiting; /* a poll waits */
  RawClient *between; /* between two polls */
  char *between_sid;
  RawClient *idle; /* keeps its connection, and has no session */
  RawWebsocket *websocket;
  RawClient *upgrading;
  RawWebsocket *probe;
  SessionLog *loopback;
} Fixture;

/* {{{ The fixture */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *upgrading_sid = NULL;
  g_autoptr (EngineioSession) client = NULL;

  engine_fixture_set_up (&fixture->parent, data);
  engine_fixture_start (&fixture->parent, data);

  fixture->waiting = raw_client_new (fixture->parent.port);
  g_free (engine_open (fixture->waiting));
  engine_begin_poll (fixture->waiting, engine_fixture_get_last (&fixture->parent)->session);
  fixture->between = raw_client_new (fixture->parent.port);
  fixture->between_sid = engine_open (fixture->between);
  fixture->idle = raw_client_new (fixture->parent.port);
  engine_send_poll (fixture->idle, "unknown");
  raw_response_free (raw_client_read_response (fixture->idle, TRUE));
  fixture->websocket = engine_websocket_open (&fixture->parent);
  fixture->upgrading = raw_client_new (fixture->parent.port);
  upgrading_sid = engine_open (fixture->upgrading);
  fixture->probe = engine_websocket_upgrade (&fixture->parent, upgrading_sid);
  client = engineio_server_connect_loopback (fixture->parent.server);
  fixture->loopback = session_log_new (client, FALSE);
  test_wait (engineio_session_is_open (client));
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->parent.server), ==, 5);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  raw_client_free (fixture->waiting);
  raw_client_free (fixture->between);
  g_free (fixture->between_sid);
  raw_client_free (fixture->idle);
  raw_websocket_free (fixture->websocket);
  raw_client_free (fixture->upgrading);
  g_clear_pointer (&fixture->probe, raw_websocket_free);
  session_log_free (fixture->loopback);
  engine_fixture_tear_down (&fixture->parent, data);
}

static void
expect_end (RawWebsocket *websocket)
{
  RawFrame *frame;

  while ((frame = raw_websocket_receive (websocket)) != NULL)
    raw_frame_free (frame);
}

static void
expect_all_closed (Fixture *fixture, EngineioCloseReason reason)
{
  g_assert_cmpuint (fixture->parent.logs->len, ==, 5);
  for (guint i = 0; i < fixture->parent.logs->len; i++)
    session_log_expect_closed (fixture->parent.logs->pdata[i], reason);
}

/* }}} */

static void
test_close (Fixture *fixture, gconstpointer data)
{
  engineio_server_close (fixture->parent.server);
  engineio_server_close (fixture->parent.server);
  expect_all_closed (fixture, ENGINEIO_CLOSE_FORCED);
  engine_expect (fixture->waiting, 200, "1");
  raw_websocket_expect_close (fixture->websocket, ENGINEIO_FRAME_CLOSE_NO_STATUS);
  session_log_expect_closed (fixture->loopback, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  g_assert_cmpuint (fixture->parent.n_idle, ==, 0);

  /* Nobody new comes in, but who is still to hear of it does. */
  engine_send_open (fixture->idle);
  engine_expect (fixture->idle, 404, "");
  engine_poll (fixture->between, fixture->between_sid,
               "6\x1e"
               "1");
  g_assert_cmpuint (fixture->parent.n_idle, ==, 0);

  /* The client that was upgrading polls no more, and hears of it on its WebSocket. */
  raw_websocket_send (fixture->probe, "5");
  raw_websocket_expect_close (fixture->probe, ENGINEIO_FRAME_CLOSE_NO_STATUS);
  test_wait (fixture->parent.n_idle == 1);
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->parent.server), ==, 0);
  test_skip_time (100000);
  g_assert_cmpuint (fixture->parent.n_idle, ==, 1);
}

/* A client that is lost in the middle of its upgrade does not come back for its word. */
static void
test_close_lost_upgrade (Fixture *fixture, gconstpointer data)
{
  engineio_server_close (fixture->parent.server);
  g_clear_pointer (&fixture->probe, raw_websocket_free);
  engine_poll (fixture->between, fixture->between_sid,
               "6\x1e"
               "1");
  g_assert_cmpuint (fixture->parent.n_idle, ==, 0);
  test_skip_time (30000);
  g_assert_cmpuint (fixture->parent.n_idle, ==, 1);
}

static void
test_close_without_sessions (Fixture *fixture, gconstpointer data)
{
  engineio_server_close (fixture->parent.server);
  test_skip_time (30000);
  g_assert_cmpuint (fixture->parent.n_idle, ==, 1);

  engine_fixture_stop (&fixture->parent);
  engine_fixture_start (&fixture->parent, data);
  engineio_server_close (fixture->parent.server);
  test_settle ();
  g_assert_cmpuint (fixture->parent.n_idle, ==, 2);
}

/* A client that polls comes by a new connection to hear of the end, so the port is kept for it
 * until all sessions are gone; then another server can have it. */
static void
test_port_is_free (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioServer) other = engine_fixture_make_server (&fixture->parent);
  g_autoptr (GError) error = NULL;
  RawClient *late;

  engineio_server_close (fixture->parent.server);
  g_assert_false (engineio_server_listen (other, "127.0.0.1", fixture->parent.port, NULL));
  late = raw_client_new (fixture->parent.port);
  engine_poll (late, fixture->between_sid,
               "6\x1e"
               "1");
  raw_client_free (late);

  test_skip_time (30000);
  g_assert_cmpuint (fixture->parent.n_idle, ==, 1);
  engineio_server_listen (other, "127.0.0.1", fixture->parent.port, &error);
  g_assert_no_error (error);
}

static void
test_dispose (Fixture *fixture, gconstpointer data)
{
  gpointer server = fixture->parent.server;

  g_object_add_weak_pointer (server, &server);
  g_clear_object (&fixture->parent.server);
  g_assert_null (server);
  expect_all_closed (fixture, ENGINEIO_CLOSE_FORCED);
  g_assert_cmpuint (fixture->parent.n_idle, ==, 0);
  expect_end (fixture->websocket);
  expect_end (fixture->probe);
  test_skip_time (100000);
}

static void
test_dispose_while_closing (Fixture *fixture, gconstpointer data)
{
  engineio_server_close (fixture->parent.server);
  test_settle ();
  test_dispose (fixture, data);
}

static void
drop_server (EngineioSession *session, EngineioPacket *packet, gpointer user_data)
{
  g_clear_object (&((Fixture *)user_data)->parent.server);
}

static const EngineioSessionHandler dropping_handler = { .message = drop_server };

/* The last reference goes in the middle of a request. */
static void
test_dispose_in_request (Fixture *fixture, gconstpointer data)
{
  SessionLog *log = fixture->parent.logs->pdata[1];

  engineio_session_set_handler (log->session, &dropping_handler, fixture);
  engine_send_post (fixture->between, fixture->between_sid, "4drop");
  test_wait (fixture->parent.server == NULL);
  test_skip_time (100000);
}

static void
test_dispose_in_frame (Fixture *fixture, gconstpointer data)
{
  SessionLog *log = fixture->parent.logs->pdata[2];

  engineio_session_set_handler (log->session, &dropping_handler, fixture);
  raw_websocket_send (fixture->websocket, "4drop");
  raw_websocket_send (fixture->websocket, "4drop");
  test_wait (fixture->parent.server == NULL);
  test_skip_time (100000);
}

/* The SoupServer closes its connections under us. */
static void
test_soup_server_disconnects (Fixture *fixture, gconstpointer data)
{
  soup_server_disconnect (engineio_server_get_soup_server (fixture->parent.server));
  test_settle ();
  session_log_expect_closed (fixture->parent.logs->pdata[0], ENGINEIO_CLOSE_TRANSPORT_ERROR);
  g_assert_true (raw_client_is_closed (fixture->waiting));

  /* What was taken over from it goes on. */
  raw_websocket_send (fixture->websocket, "4hello");
  raw_websocket_expect (fixture->websocket, "4hello");
}

/* A handshake is written while the server goes. */
static void
test_dispose_in_handshake (Fixture *fixture, gconstpointer data)
{
  for (guint turns = 0; turns < 12; turns++)
    {
      g_autofree char *handshake = raw_websocket_format_handshake (ENGINE_WEBSOCKET, NULL);
      g_autoptr (RawClient) client = NULL;

      if (fixture->parent.server == NULL)
        engine_fixture_start (&fixture->parent, data);
      client = raw_client_new (fixture->parent.port);
      raw_client_send (client, handshake);
      for (guint i = 0; i < turns; i++)
        g_main_context_iteration (NULL, FALSE);
      g_clear_object (&fixture->parent.server);
      test_settle ();
      if (fixture->parent.soup_server != NULL)
        soup_server_disconnect (fixture->parent.soup_server);
      g_clear_object (&fixture->parent.soup_server);
    }
}

static void
test_cycles (void)
{
  guint before = 0;

  for (guint i = 0; i < 60; i++)
    {
      Fixture fixture = { { NULL } };
      gconstpointer mode = i % 2 == 0 ? NULL : ENGINE_ATTACHED;

      set_up (&fixture, mode);
      tear_down (&fixture, mode);
      if (i == 1)
        before = test_count_descriptors ();
    }
  g_assert_cmpuint (test_count_descriptors (), <=, before + 30);
}

#define ADD(path, function)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_test_add ("/shutdown/" path, Fixture, NULL, set_up, function, tear_down);                    \
    g_test_add ("/shutdown-attached/" path, Fixture, ENGINE_ATTACHED, set_up, function,            \
                tear_down);                                                                        \
  }                                                                                                \
  G_STMT_END

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("close", test_close);
  ADD ("close-lost-upgrade", test_close_lost_upgrade);
  ADD ("close-without-sessions", test_close_without_sessions);
  g_test_add ("/shutdown/port-is-free", Fixture, NULL, set_up, test_port_is_free, tear_down);
  ADD ("dispose", test_dispose);
  ADD ("dispose-while-closing", test_dispose_while_closing);
  ADD ("dispose-in-request", test_dispose_in_request);
  ADD ("dispose-in-frame", test_dispose_in_frame);
  ADD ("dispose-in-handshake", test_dispose_in_handshake);
  ADD ("soup-server-disconnects", test_soup_server_disconnects);
  g_test_add_func ("/shutdown/cycles", test_cycles);

  return g_test_run ();
}
