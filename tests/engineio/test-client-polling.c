/* test-client-polling.c: our client by long-polling, and its move to a WebSocket
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "client-fixture.h"

typedef EngineFixture Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  engine_fixture_set_up (fixture, data);
  engine_fixture_start (fixture, NULL);
}

static SessionLog *
connect_polling (Fixture *fixture)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", NULL);

  return client_connect (options, fixture->port);
}

static void
expect_transport (SessionLog *client, const char *name)
{
  test_wait (g_str_equal (engineio_session_get_transport_name (client->session), name));
}

/* {{{ Talking */

static void
test_open (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_polling (fixture);
  SessionLog *server = engine_fixture_get_last (fixture);

  g_assert_cmpstr (engineio_session_get_id (client->session), ==,
                   engineio_session_get_id (server->session));
  g_assert_cmpuint (engineio_session_get_max_payload (client->session), ==, 1000000);
  test_settle ();
  expect_transport (client, "polling");
  g_assert_true (engineio_session_is_writable (client->session));
  session_log_free (client);
}

static void
test_echo (Fixture *fixture, gconstpointer data)
{
  static const guint8 bytes[] = { 1, 2, 3, 0, 0xff };
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary (bytes, sizeof bytes);
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", NULL);
  SessionLog *client = client_dial_port (options, fixture->port);
  EngineioPacket *got;
  gsize length;

  client_say (client, "early");
  client_say (client, "마당 😀");
  session_log_expect_messages (client, "early", "마당 😀", NULL);
  engineio_session_send (client->session, binary);
  client_say (client, "behind");
  test_wait (client->messages->len == 2);
  got = client->messages->pdata[0];
  g_assert_true (engineio_packet_is_binary (got));
  g_assert_cmpmem (engineio_packet_get_data (got, &length), length, bytes, sizeof bytes);
  session_log_free (client);
}

/* The server would answer a body that is too large with 413. */
static void
test_max_payload (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (300, 'a');
  SessionLog *client;

  g_object_set (fixture->options, "max-payload", G_GUINT64_CONSTANT (1000), NULL);
  client = connect_polling (fixture);
  for (guint i = 0; i < 20; i++)
    client_say (client, text);
  test_wait (client->messages->len == 20 || client->n_closed > 0);
  g_assert_cmpuint (client->n_closed, ==, 0);
  g_assert_cmpuint (client->n_drained, >=, 1);
  session_log_free (client);
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_polling (fixture);
  g_autofree char *text = g_strnfill (1000000, 'a');

  client_say (client, text);
  session_log_expect_closed (client, ENGINEIO_CLOSE_TOO_LARGE);
  session_log_free (client);
}

/* Base64 makes a third more of bytes. */
static void
test_takes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *bytes = g_strnfill (900, 'a');
  g_autoptr (EngineioPacket) text = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, bytes, 900);
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary (bytes, 900);
  g_autoptr (EngineioPacket) smaller = engineio_packet_new_binary (bytes, 749);
  SessionLog *client;

  g_object_set (fixture->options, "max-payload", G_GUINT64_CONSTANT (1001), NULL);
  client = connect_polling (fixture);
  g_assert_true (engineio_session_takes (client->session, text));
  g_assert_false (engineio_session_takes (client->session, binary));
  g_assert_true (engineio_session_takes (client->session, smaller));
  engineio_session_send (client->session, smaller);
  test_wait (client->messages->len == 1 || client->n_closed > 0);
  g_assert_cmpuint (client->n_closed, ==, 0);
  session_log_free (client);
}

static void
test_server_sends_too_much (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", NULL);
  g_autofree char *text = g_strnfill (20000, 'a');
  SessionLog *client;

  g_object_set (options, "max-message", G_GUINT64_CONSTANT (10000), NULL);
  client = client_connect (options, fixture->port);
  client_say (engine_fixture_get_last (fixture), text);
  session_log_expect_closed (client, ENGINEIO_CLOSE_TOO_LARGE);
  session_log_free (client);
}

static void
test_heartbeat (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_polling (fixture);

  for (guint i = 0; i < 3; i++)
    {
      test_skip_time (25000);
      client_say (client, "in the POST with the pong, or behind it");
      test_wait (client->messages->len == i + 1 || client->n_closed > 0);
      test_skip_time (19000);
    }
  g_assert_cmpuint (client->n_closed, ==, 0);
  g_assert_cmpuint (engine_fixture_get_last (fixture)->n_closed, ==, 0);
  session_log_free (client);
}

/* Each has a poll that waits, and would starve the others on a few connections. */
static void
test_many_clients (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", NULL);
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify)session_log_free);

  for (guint i = 0; i < 50; i++)
    g_ptr_array_add (clients, client_dial_port (options, fixture->port));
  for (guint i = 0; i < clients->len; i++)
    {
      client_say (clients->pdata[i], "hello");
      session_log_expect_messages (clients->pdata[i], "hello", NULL);
    }
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->server), ==, 50);
  for (guint i = 0; i < clients->len; i++)
    engineio_session_close (((SessionLog *)clients->pdata[i])->session);
  test_wait (engineio_server_get_n_sessions (fixture->server) == 0);
}

/* }}} */
/* {{{ Parting */

static void
test_client_closes (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_polling (fixture);

  client_say (client, "first");
  test_wait (client->messages->len == 1);
  client_say (client, "last words");
  engineio_session_close (client->session);
  session_log_expect_closed (client, ENGINEIO_CLOSE_FORCED);
  session_log_expect_closed (engine_fixture_get_last (fixture), ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  g_assert_cmpuint (engine_fixture_get_last (fixture)->messages->len, ==, 2);
  session_log_free (client);
  test_wait (engine_fixture_is_idle (fixture));
}

static void
test_server_closes (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_polling (fixture);

  client_say (engine_fixture_get_last (fixture), "last words");
  engineio_session_close (engine_fixture_get_last (fixture)->session);
  session_log_expect_closed (client, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  g_assert_cmpuint (client->messages->len, ==, 1);
  session_log_free (client);
  test_wait (engine_fixture_is_idle (fixture));
}

static void
test_server_vanishes (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_polling (fixture);

  g_clear_object (&fixture->server);
  test_wait (client->n_closed > 0);
  g_assert_cmpuint (client->n_closed, ==, 1);
  session_log_free (client);
}

static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", "websocket", NULL);

  for (guint turns = 0; turns < 30; turns++)
    {
      SessionLog *client = client_dial_port (options, fixture->port);

      for (guint i = 0; i < turns; i++)
        g_main_context_iteration (NULL, FALSE);
      session_log_free (client);
      test_settle ();
    }
  /* On a slow machine the server takes up some of them only now. */
  for (guint i = 0; i < 3; i++)
    test_skip_time (45000);
  test_wait (engine_fixture_is_idle (fixture));
}

static void
test_closed_at_any_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", "websocket", NULL);

  for (guint turns = 0; turns < 40; turns++)
    {
      SessionLog *client = client_dial_port (options, fixture->port);

      for (guint i = 0; i < turns; i++)
        g_main_context_iteration (NULL, FALSE);
      client_say (client, "bye");
      engineio_session_close (client->session);
      session_log_expect_closed (client, ENGINEIO_CLOSE_FORCED);
      session_log_free (client);
      test_settle ();
    }
  test_skip_time (45000);
  test_wait (engine_fixture_is_idle (fixture));
}

/* }}} */
/* {{{ Moving to a WebSocket */

static void
test_upgrade (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", "websocket", NULL);
  SessionLog *client = client_dial_port (options, fixture->port);
  guint n = 0;

  while (client->n_opened == 0 ||
         !g_str_equal (engineio_session_get_transport_name (client->session), "websocket"))
    {
      g_autofree char *text = g_strdup_printf ("%u", n++);

      client_say (client, text);
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (client->n_closed, ==, 0);
    }

  test_wait (client->messages->len == n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      gsize length;

      g_assert_cmpstr (engineio_packet_get_data (client->messages->pdata[i], &length), ==, text);
    }
  g_assert_cmpstr (engineio_session_get_transport_name (engine_fixture_get_last (fixture)->session),
                   ==, "websocket");
  session_log_free (client);
}

static void
test_no_upgrade (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", "websocket", NULL);
  SessionLog *client;

  g_object_set (options, "upgrade", FALSE, NULL);
  client = client_connect (options, fixture->port);
  client_say (client, "one");
  session_log_expect_messages (client, "one", NULL);
  test_settle ();
  expect_transport (client, "polling");
  session_log_free (client);
}

static void
test_upgrade_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", "websocket", NULL);
  Script *script = script_new ();
  SessionLog *client = client_dial_port (options, script->port);

  script_answer (script, 200, NULL,
                 "0{\"sid\":\"a\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,"
                 "\"pingTimeout\":20000,\"maxPayload\":1000000}");
  script_wait (script, 3);
  g_assert_true (g_str_has_prefix (script->requests->pdata[1], "GET"));
  script_answer (script, 400, NULL, "no");
  script_answer (script, 400, NULL, "no");
  test_wait (client->n_closed > 0);
  g_assert_cmpuint (client->n_opened, ==, 1);
  session_log_free (client);
  script_free (script);
}

/* The probe is answered by nobody. */
static void
test_upgrade_timeout (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", "websocket", NULL);
  Script *script = script_new ();
  SessionLog *client = client_dial_port (options, script->port);

  script_answer (script, 200, NULL,
                 "0{\"sid\":\"a\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,"
                 "\"pingTimeout\":20000,\"maxPayload\":1000000}");
  script_wait (script, 3);
  test_skip_time (10000);
  client_say (client, "goes on");
  g_assert_nonnull (strstr (script_wait (script, 4), "4goes on"));
  g_assert_cmpuint (client->n_closed, ==, 0);
  session_log_free (client);
  script_free (script);
}

static void
test_remember_upgrade (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", "websocket", NULL);
  SessionLog *client;

  g_object_set (options, "remember-upgrade", TRUE, NULL);
  client = client_connect (options, fixture->port);
  expect_transport (client, "websocket");
  session_log_free (client);

  client = client_connect (options, fixture->port);
  g_assert_cmpstr (engineio_session_get_transport_name (client->session), ==, "websocket");
  session_log_free (client);
}

static void
test_try_all (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("websocket", "polling", NULL);
  SessionLog *client;

  g_object_set (fixture->options, "websocket", FALSE, NULL);
  client = client_dial_port (options, fixture->port);
  client_expect_error (client, ENGINEIO_ERROR_PROTOCOL_VERSION);
  session_log_free (client);

  g_object_set (options, "try-all-transports", TRUE, NULL);
  client = client_connect (options, fixture->port);
  client_say (client, "by polling");
  session_log_expect_messages (client, "by polling", NULL);
  expect_transport (client, "polling");
  session_log_free (client);
}

/* }}} */
/* {{{ Requests */

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", NULL);
  Script *script = script_new ();
  g_autofree char *address = g_strdup_printf ("ws://127.0.0.1:%u/path?b=2", script->port);
  SessionLog *client;

  g_object_set (options, "timestamp-requests", FALSE, "query", "a=%EA%B0%80", NULL);
  client = client_dial (options, address);
  script_answer (script, 200, NULL, SCRIPT_OPEN);
  client_say (client, "hello");
  script_wait (script, 3);
  g_assert_cmpstr (script->requests->pdata[0], ==,
                   "GET /engine.io/?EIO=4&transport=polling&a=%EA%B0%80&b=2 ");
  g_assert_cmpstr (script->requests->pdata[1], ==,
                   "GET /engine.io/?EIO=4&transport=polling&sid=s%2Fd&a=%EA%B0%80&b=2 ");
  g_assert_cmpstr (script->requests->pdata[2], ==,
                   "POST /engine.io/?EIO=4&transport=polling&sid=s%2Fd&a=%EA%B0%80&b=2 4hello");
  session_log_free (client);

  g_object_set (options, "timestamp-requests", TRUE, "add-trailing-slash", FALSE, "query", NULL,
                NULL);
  client = client_dial_port (options, script->port);
  g_assert_true (
    g_str_has_prefix (script_wait (script, 4), "GET /engine.io?EIO=4&transport=polling&t="));
  session_log_free (client);
  script_free (script);
}

static void
test_force_base64 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", NULL);
  Script *script = script_new ();
  SessionLog *client;

  g_object_set (options, "timestamp-requests", FALSE, "force-base64", TRUE, NULL);
  client = client_dial_port (options, script->port);
  script_answer (script, 200, NULL, SCRIPT_OPEN);
  g_assert_cmpstr (script_wait (script, 1), ==, "GET /engine.io/?EIO=4&transport=polling&b64=1 ");
  g_assert_cmpstr (script_wait (script, 2), ==,
                   "GET /engine.io/?EIO=4&transport=polling&sid=s%2Fd ");
  session_log_free (client);
  script_free (script);
}

/* One of a transport goes before one of all. */
static void
test_headers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", "websocket", NULL);
  Script *script = script_new ();
  SessionLog *client;

  g_object_set (options, "try-all-transports", TRUE, NULL);
  engineio_client_options_set_header (options, NULL, "Cookie", "all");
  engineio_client_options_set_header (options, "websocket", "Cookie", "websocket");
  engineio_client_options_set_header (options, "polling", "Cookie", "polling");
  engineio_client_options_set_header (options, "polling", "Cookie", NULL);
  script_answer (script, 404, NULL, "");
  client = client_dial_port (options, script->port);
  script_answer (script, 404, NULL, "");
  script_wait (script, 2);
  g_assert_cmpstr (script->cookies->pdata[0], ==, "all");
  g_assert_cmpstr (script->cookies->pdata[1], ==, "websocket");
  session_log_free (client);
  script_free (script);
}

static void
test_timestamps (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("websocket", NULL);
  Script *script = script_new ();
  SessionLog *client;

  script_answer (script, 404, NULL, "");
  client = client_dial_port (options, script->port);
  g_assert_cmpstr (script_wait (script, 1), ==, "GET /engine.io/?EIO=4&transport=websocket ");
  session_log_free (client);

  g_object_set (options, "timestamp-websocket", TRUE, "timestamp-param", "시&", NULL);
  script_answer (script, 404, NULL, "");
  client = client_dial_port (options, script->port);
  g_assert_true (g_str_has_prefix (script_wait (script, 2),
                                   "GET /engine.io/?EIO=4&transport=websocket&%EC%8B%9C%26="));
  session_log_free (client);
  script_free (script);
}

/* The poll that each client leaves behind is answered too, so that the next answers go where they
 * belong. */
static void
test_cookies (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", NULL);
  Script *script = script_new ();
  SessionLog *client;

  engineio_client_options_set_header (options, NULL, "Cookie", "own=1");
  client = client_dial_port (options, script->port);
  script_answer (script, 200, "Set-Cookie: node=7; Path=/", SCRIPT_OPEN);
  script_wait (script, 2);
  g_assert_cmpstr (script->cookies->pdata[0], ==, "own=1");
  g_assert_cmpstr (script->cookies->pdata[1], ==, "own=1");
  session_log_free (client);
  script_answer (script, 200, NULL, "6");

  engineio_client_options_set_header (options, NULL, "Cookie", NULL);
  g_object_set (options, "with-credentials", TRUE, NULL);
  for (guint n = 2; n < 6; n += 2)
    {
      client = client_dial_port (options, script->port);
      script_answer (script, 200, "Set-Cookie: node=7; Path=/", SCRIPT_OPEN);
      script_wait (script, n + 2);
      session_log_free (client);
      script_answer (script, 200, NULL, "6");
    }
  g_assert_cmpstr (script->cookies->pdata[2], ==, "");
  g_assert_cmpstr (script->cookies->pdata[3], ==, "node=7");
  g_assert_cmpstr (script->cookies->pdata[4], ==, "node=7");
  script_free (script);
}

static void
test_request_timeout (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", NULL);
  Script *script = script_new ();
  SessionLog *client;

  g_object_set (options, "request-timeout", 5000, NULL);
  client = client_dial_port (options, script->port);
  script_wait (script, 1);
  test_skip_time (5000);
  client_expect_error (client, ENGINEIO_ERROR_TIMED_OUT);
  session_log_free (client);

  client = client_dial_port (options, script->port);
  script_answer (script, 200, NULL, "");
  script_answer (script, 200, NULL, SCRIPT_OPEN);
  script_wait (script, 3);
  test_skip_time (5000);
  session_log_expect_closed (client, ENGINEIO_CLOSE_TRANSPORT_ERROR);
  session_log_free (client);
  script_free (script);
}

typedef struct
{
  guint status;
  const char *body;
  EngineioError code;
} Refusal;

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  static const Refusal refusals[] = {
    { 200, "", ENGINEIO_ERROR_NOT_ENGINEIO },
    { 200, "<html>", ENGINEIO_ERROR_NOT_ENGINEIO },
    { 200, "4hello", ENGINEIO_ERROR_NOT_ENGINEIO },
    { 200, "0{}", ENGINEIO_ERROR_NOT_ENGINEIO },
    { 200, "97:0{\"sid\":\"x\"}", ENGINEIO_ERROR_PROTOCOL_VERSION },
    { 200, "97:", ENGINEIO_ERROR_NOT_ENGINEIO },
    { 200, ":0{}", ENGINEIO_ERROR_NOT_ENGINEIO },
    { 404, "", ENGINEIO_ERROR_NOT_ENGINEIO },
    { 400, "", ENGINEIO_ERROR_PROTOCOL_VERSION },
    { 400, "{\"code\":5,\"message\":\"Unsupported protocol version\"}",
      ENGINEIO_ERROR_PROTOCOL_VERSION },
    { 400, "{\"code\":0,\"message\":\"Transport unknown\"}", ENGINEIO_ERROR_REFUSED },
    { 403, "{\"code\":4,\"message\":\"Forbidden\"}", ENGINEIO_ERROR_REFUSED },
    { 403, "{\"code\":[],\"message\":{}}", ENGINEIO_ERROR_REFUSED },
    { 503, "[[", ENGINEIO_ERROR_REFUSED },
  };
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", NULL);
  Script *script = script_new ();

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      SessionLog *client = client_dial_port (options, script->port);

      g_test_message ("%u %s", refusals[i].status, refusals[i].body);
      script_answer (script, refusals[i].status, NULL, refusals[i].body);
      client_expect_error (client, refusals[i].code);
      session_log_free (client);
    }
  script_free (script);
}

/* A server of Socket.IO 1, and what is as strange but not that. */
static void
test_binary_refusals (Fixture *fixture, gconstpointer data)
{
  static const char bodies[][10] = { "\0\1\2\xff"
                                     "0{}",
                                     "\0\xff"
                                     "0{}",
                                     "\0\1\2", "\0" };
  static const gsize lengths[] = { 7, 5, 3, 1 };
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", NULL);
  Script *script = script_new ();

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      SessionLog *client = client_dial_port (options, script->port);

      script_answer_data (script, 200, NULL, bodies[i], lengths[i]);
      client_expect_error (client,
                           i == 0 ? ENGINEIO_ERROR_PROTOCOL_VERSION : ENGINEIO_ERROR_NOT_ENGINEIO);
      session_log_free (client);
    }
  script_free (script);
}

typedef struct
{
  guint status;
  const char *body;
  EngineioCloseReason reason;
} BrokenPoll;

static void
test_broken_polls (Fixture *fixture, gconstpointer data)
{
  static const BrokenPoll polls[] = {
    { 200, "", ENGINEIO_CLOSE_PARSE_ERROR },
    { 200, "9", ENGINEIO_CLOSE_PARSE_ERROR },
    { 200, "4a\x1e", ENGINEIO_CLOSE_PARSE_ERROR },
    { 200, "b*", ENGINEIO_CLOSE_PARSE_ERROR },
    { 200, "5", ENGINEIO_CLOSE_PARSE_ERROR },
    { 200, "3", ENGINEIO_CLOSE_TRANSPORT_ERROR },
    { 200, "1", ENGINEIO_CLOSE_TRANSPORT_CLOSE },
    { 400, "{\"code\":1,\"message\":\"Session ID unknown\"}", ENGINEIO_CLOSE_TRANSPORT_ERROR },
    { 502, "", ENGINEIO_CLOSE_TRANSPORT_ERROR },
  };
  g_autoptr (EngineioClientOptions) options = client_options_new ("polling", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (polls); i++)
    {
      Script *script = script_new ();
      SessionLog *client = client_dial_port (options, script->port);

      g_test_message ("%u %s", polls[i].status, polls[i].body);
      script_answer (script, 200, NULL, SCRIPT_OPEN);
      script_answer (script, polls[i].status, NULL, polls[i].body);
      session_log_expect_closed (client, polls[i].reason);
      g_assert_cmpuint (client->n_opened, ==, 1);
      session_log_free (client);
      test_settle ();
      script_free (script);
    }
}

static void
test_no_transport (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = client_options_new ("pigeon", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (engineio_client_open (options, "http://127.0.0.1", 0, &error));
  g_assert_error (error, ENGINEIO_ERROR, ENGINEIO_ERROR_FAILED);
}

/* }}} */

#define ADD(path, function)                                                                        \
  g_test_add ("/client-polling/" path, Fixture, NULL, set_up, function, engine_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("open", test_open);
  ADD ("echo", test_echo);
  ADD ("max-payload", test_max_payload);
  ADD ("too-large", test_too_large);
  ADD ("takes", test_takes);
  ADD ("server-sends-too-much", test_server_sends_too_much);
  ADD ("heartbeat", test_heartbeat);
  ADD ("many-clients", test_many_clients);
  ADD ("parting/client-closes", test_client_closes);
  ADD ("parting/server-closes", test_server_closes);
  ADD ("parting/server-vanishes", test_server_vanishes);
  ADD ("parting/dropped", test_dropped);
  ADD ("parting/closed-at-any-time", test_closed_at_any_time);
  ADD ("upgrade/done", test_upgrade);
  ADD ("upgrade/off", test_no_upgrade);
  ADD ("upgrade/refused", test_upgrade_refused);
  ADD ("upgrade/timeout", test_upgrade_timeout);
  ADD ("upgrade/remembered", test_remember_upgrade);
  ADD ("try-all", test_try_all);
  ADD ("request/addresses", test_requests);
  ADD ("request/force-base64", test_force_base64);
  ADD ("request/headers", test_headers);
  ADD ("request/timestamps", test_timestamps);
  ADD ("request/cookies", test_cookies);
  ADD ("request/timeout", test_request_timeout);
  ADD ("error/refusals", test_refusals);
  ADD ("error/binary-refusals", test_binary_refusals);
  ADD ("error/broken-polls", test_broken_polls);
  ADD ("error/no-transport", test_no_transport);

  return g_test_run ();
}
