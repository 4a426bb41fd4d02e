/* test-server.c: the handshake and the refusals, byte for byte
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "engine-fixture.h"

typedef EngineFixture Fixture;

/* {{{ The fixture */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  engine_fixture_set_up (fixture, data);
  engine_fixture_start (fixture, data);
}

static void
expect_header (RawResponse *response, const char *name, const char *expected)
{
  g_autofree char *value = raw_response_get (response, name);

  g_assert_cmpstr (value, ==, expected);
}

static RawResponse *
ask (RawClient *client, const char *method, const char *target, const char *headers)
{
  g_autofree char *request = g_strdup_printf (
    "%s %s HTTP/1.1\r\n%s%s\r\n", method, target,
    strstr (headers, "Host:") == NULL ? "Host: 127.0.0.1\r\n" : "", headers);

  return raw_client_ask (client, request);
}

static void
check (Fixture *fixture,
       const char *method,
       const char *target,
       const char *headers,
       guint status,
       const char *type,
       const char *body)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = ask (client, method, target, headers);
  g_autofree char *text = raw_response_dup_body (response);

  g_test_message ("%s %s", method, target);
  if (strcmp (method, "HEAD") != 0)
    g_assert_cmpstr (text, ==, body);
  g_assert_cmpuint (response->status, ==, status);
  expect_header (response, "Content-Type", type);
  g_assert_cmpint (response->announced, ==, strlen (body));
  g_assert_cmpuint (fixture->logs->len, ==, 0);
}

static void
check_code (Fixture *fixture,
            const char *method,
            const char *target,
            const char *headers,
            guint code,
            const char *message)
{
  g_autofree char *body = g_strdup_printf ("{\"code\":%u,\"message\":\"%s\"}", code, message);

  check (fixture, method, target, headers, code == 4 ? 403 : 400, "application/json", body);
}

/* }}} */
/* {{{ Opening */

static void
test_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = ask (client, "GET", ENGINE_POLLING, "");
  g_autofree char *body = raw_response_dup_body (response);
  const char *sid = engineio_session_get_id (engine_fixture_get_last (fixture)->session);
  g_autofree char *expected = g_strdup_printf (
    "0{\"sid\":\"%s\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,"
    "\"pingTimeout\":20000,\"maxPayload\":1000000}",
    sid);

  g_assert_cmpuint (response->status, ==, 200);
  expect_header (response, "Content-Type", "text/plain; charset=UTF-8");
  expect_header (response, "Cache-Control", "no-store");
  g_assert_cmpstr (body, ==, expected);
  g_assert_cmpuint (strlen (sid), ==, 20);
  g_assert_cmpuint (strspn (sid, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_"), ==, 20);
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->server), ==, 1);
}

static void
test_open_websocket (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) websocket = raw_websocket_new (fixture->port, ENGINE_WEBSOCKET);
  g_autoptr (RawFrame) frame = raw_websocket_receive (websocket);
  SessionLog *log = engine_fixture_get_last (fixture);
  g_autofree char *expected = g_strdup_printf (
    "0{\"sid\":\"%s\",\"upgrades\":[],\"pingInterval\":25000,"
    "\"pingTimeout\":20000,\"maxPayload\":1000000}",
    engineio_session_get_id (log->session));

  g_assert_cmpstr (frame->data, ==, expected);
  g_assert_cmpstr (engineio_session_get_transport_name (log->session), ==, "websocket");
}

/* What a browser offers is declined by silence. */
static void
test_websocket_headers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *handshake = raw_websocket_format_handshake (
    ENGINE_WEBSOCKET, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
                      "Origin: http://127.0.0.1:8080\r\n");
  g_autoptr (RawResponse) response = NULL;

  raw_client_send (client, handshake);
  response = raw_client_read_head (client);
  g_assert_cmpuint (response->status, ==, 101);
  g_assert_cmpuint (raw_response_find (response, "Sec-WebSocket-Extensions", NULL), ==, 0);
  g_assert_cmpuint (raw_response_find (response, "Content-Length", NULL), ==, 0);
}

static void
test_address (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (client->socket, NULL);
  g_autofree char *sid = engine_open (client);
  SessionLog *log = engine_fixture_get_last (fixture);

  g_assert_cmpstr (engineio_session_get_remote_address (log->session), ==, "127.0.0.1");
  g_assert_cmpuint (engineio_session_get_remote_port (log->session), ==,
                    g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local)));
  g_assert_cmpstr (engineio_session_get_id (log->session), ==, sid);
}

static void
test_unique_ids (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 200; i++)
    g_hash_table_add (ids, engine_open (client));
  g_assert_cmpuint (g_hash_table_size (ids), ==, 200);
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->server), ==, 200);
}

/* }}} */
/* {{{ Refusals */

static void
test_transport_unknown (Fixture *fixture, gconstpointer data)
{
  static const char *const targets[] = {
    "/engine.io/",
    "/engine.io/?EIO=4",
    "/engine.io/?EIO=4&transport=abc",
    "/engine.io/?EIO=4&transport=",
    "/engine.io/?EIO=4&transport=constructor",
    "/engine.io/?EIO=4&transport=webtransport",
    "/engine.io/?EIO=4&transport=Polling",
  };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    check_code (fixture, "GET", targets[i], "", 0, "Transport unknown");
}

static void
test_sid_unknown (Fixture *fixture, gconstpointer data)
{
  static const char *const targets[] = {
    ENGINE_POLLING "&sid=abc",
    ENGINE_POLLING "&sid=__proto__",
    ENGINE_WEBSOCKET "&sid=abc",
  };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      check_code (fixture, "GET", targets[i], "", 1, "Session ID unknown");
      check_code (fixture, "POST", targets[i], "Content-Length: 0\r\n", 1, "Session ID unknown");
    }
}

/* An id that is empty is none: there are clients that always send one. */
static void
test_sid_empty (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = NULL;

  check_code (fixture, "POST", ENGINE_POLLING "&sid=", "Content-Length: 0\r\n", 2,
              "Bad handshake method");
  response = ask (client, "GET", ENGINE_POLLING "&sid=", "");
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->server), ==, 1);
}

static void
test_handshake_method (Fixture *fixture, gconstpointer data)
{
  static const char *const methods[] = { "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    check_code (fixture, methods[i], ENGINE_POLLING, "", 2, "Bad handshake method");
}

static void
test_protocol (Fixture *fixture, gconstpointer data)
{
  static const char *const targets[] = {
    "/engine.io/?transport=polling",         "/engine.io/?EIO=3&transport=polling",
    "/engine.io/?EIO=abc&transport=polling", "/engine.io/?EIO=40&transport=polling",
    "/engine.io/?EIO=&transport=polling",
  };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    check_code (fixture, "GET", targets[i], "", 5, "Unsupported protocol version");
}

static void
test_bad_request (Fixture *fixture, gconstpointer data)
{
  check_code (fixture, "GET", ENGINE_WEBSOCKET, "", 3, "Bad request");
  check_code (fixture, "GET", ENGINE_WEBSOCKET, "Upgrade: h2c\r\nConnection: Upgrade\r\n", 3,
              "Bad request");
}

static void
test_switched_off (Fixture *fixture, gconstpointer data)
{
  engine_fixture_stop (fixture);
  g_object_set (fixture->options, "polling", FALSE, NULL);
  engine_fixture_start (fixture, data);
  check_code (fixture, "GET", ENGINE_POLLING, "", 0, "Transport unknown");

  engine_fixture_stop (fixture);
  g_object_set (fixture->options, "polling", TRUE, "websocket", FALSE, NULL);
  engine_fixture_start (fixture, data);
  check_code (fixture, "GET", ENGINE_WEBSOCKET, "", 0, "Transport unknown");
}

/* Nothing of a refused WebSocket comes behind a 101. */
static void
check_websocket (Fixture *fixture,
                 const char *target,
                 const char *headers,
                 guint status,
                 const char *type,
                 const char *body)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *handshake = raw_websocket_format_handshake (target, headers);
  g_autoptr (RawResponse) response = raw_client_ask (client, handshake);
  g_autofree char *text = raw_response_dup_body (response);

  g_test_message ("%s", target);
  g_assert_cmpstr (text, ==, body);
  g_assert_cmpuint (response->status, ==, status);
  expect_header (response, "Content-Type", type);
  if (status == 400)
    {
      expect_header (response, "Connection", "close");
      g_assert_true (raw_client_is_closed (client));
    }
  g_assert_cmpuint (fixture->logs->len, ==, 0);
}

static void
test_websocket_refusals (Fixture *fixture, gconstpointer data)
{
  check_websocket (fixture, "/engine.io/?EIO=4", NULL, 400, "text/html", "Transport unknown");
  check_websocket (fixture, ENGINE_WEBSOCKET "&sid=abc", NULL, 400, "text/html",
                   "Session ID unknown");
  check_websocket (fixture, ENGINE_POLLING, NULL, 400, "text/html", "Bad request");
  check_websocket (fixture, "/engine.io/?EIO=3&transport=websocket", NULL, 400, "text/html",
                   "Unsupported protocol version");
  check_websocket (fixture, "/engine.io/?transport=websocket", NULL, 400, "text/html",
                   "Unsupported protocol version");
}

#define FORBIDDEN "{\"code\":4,\"message\":\"Forbidden\"}"

static void
test_origin_and_host (Fixture *fixture, gconstpointer data)
{
  static const char *const headers[] = {
    "Origin: https://evil.example\r\n",
    "Origin: null\r\n",
    "Origin: http://127.0.0.1.evil.example\r\n",
    "Host: evil.example\r\n",
    "Host: evil.example\r\nOrigin: http://evil.example\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      check_code (fixture, "GET", ENGINE_POLLING, headers[i], 4, "Forbidden");
      check_code (fixture, "POST", ENGINE_POLLING "&sid=abc", headers[i], 4, "Forbidden");
    }
  for (guint i = 0; i < 3; i++)
    check_websocket (fixture, ENGINE_WEBSOCKET, headers[i], 403, "application/json", FORBIDDEN);
}

static void
test_allowed_origin (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = NULL;
  g_autoptr (RawResponse) refusal = NULL;

  engineio_options_add_origin (fixture->options, "https://friend.example", NULL);
  response = ask (client, "GET", ENGINE_POLLING, "Origin: https://friend.example\r\n");
  g_assert_cmpuint (response->status, ==, 200);
  expect_header (response, "Access-Control-Allow-Origin", "https://friend.example");

  /* Errors can be read by the page too. */
  refusal = ask (client, "GET", "/engine.io/", "Origin: https://friend.example\r\n");
  g_assert_cmpuint (refusal->status, ==, 400);
  expect_header (refusal, "Access-Control-Allow-Origin", "https://friend.example");
}

static void
test_preflight (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = NULL;
  g_autofree char *sid = NULL;

  engineio_options_add_origin (fixture->options, "https://friend.example", NULL);
  response = ask (client, "OPTIONS", ENGINE_POLLING,
                  "Origin: https://friend.example\r\nAccess-Control-Request-Method: POST\r\n");
  g_assert_cmpuint (response->status, ==, 204);
  g_assert_cmpint (response->announced, ==, -1);

  /* The connection goes on. */
  sid = engine_open (client);
  g_assert_cmpuint (fixture->logs->len, ==, 1);
}

/* }}} */
/* {{{ Paths and methods */

static void
test_paths (Fixture *fixture, gconstpointer data)
{
  static const char *const targets[] = {
    "/engine.io?EIO=4&transport=polling",
    "/engine.iox/?EIO=4&transport=polling",
  };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autoptr (RawResponse) response = ask (client, "GET", targets[i], "");

      g_assert_cmpuint (response->status, ==, 404);
      g_assert_cmpint (response->announced, ==, 0);
    }
  g_assert_cmpuint (fixture->logs->len, ==, 0);
}

static void
test_own_path (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;
  g_autoptr (RawResponse) first = NULL;
  g_autoptr (RawResponse) second = NULL;

  engine_fixture_stop (fixture);
  g_object_set (fixture->options, "path", "chat/socket.io/", NULL);
  engine_fixture_start (fixture, data);
  client = raw_client_new (fixture->port);
  first = ask (client, "GET", "/chat/socket.io/?EIO=4&transport=polling", "");
  g_assert_cmpuint (first->status, ==, 200);
  second = ask (client, "GET", ENGINE_POLLING, "");
  g_assert_cmpuint (second->status, ==, 404);
}

static void
test_methods_with_sid (Fixture *fixture, gconstpointer data)
{
  static const char *const methods[] = { "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "FOO" };
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *sid = engine_open (client);
  g_autofree char *target = g_strdup_printf (ENGINE_POLLING "&sid=%s", sid);

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr (RawResponse) response = ask (client, methods[i], target, "");

      g_assert_cmpuint (response->status, ==, 405);
      expect_header (response, "Allow", "GET, POST, OPTIONS");
    }

  /* The session has not noticed. */
  engine_post (client, sid, "4hello");
  engine_poll (client, sid, "4hello");
}

/* }}} */

#define ADD(path, function)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_test_add ("/server/" path, Fixture, NULL, set_up, function, engine_fixture_tear_down);       \
    g_test_add ("/server-attached/" path, Fixture, ENGINE_ATTACHED, set_up, function,              \
                engine_fixture_tear_down);                                                         \
  }                                                                                                \
  G_STMT_END

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("open/polling", test_open);
  ADD ("open/websocket", test_open_websocket);
  ADD ("open/websocket-headers", test_websocket_headers);
  ADD ("open/address", test_address);
  ADD ("open/unique-ids", test_unique_ids);
  ADD ("refusal/transport-unknown", test_transport_unknown);
  ADD ("refusal/sid-unknown", test_sid_unknown);
  ADD ("refusal/sid-empty", test_sid_empty);
  ADD ("refusal/handshake-method", test_handshake_method);
  ADD ("refusal/protocol", test_protocol);
  ADD ("refusal/bad-request", test_bad_request);
  ADD ("refusal/switched-off", test_switched_off);
  ADD ("refusal/websocket", test_websocket_refusals);
  ADD ("refusal/origin-and-host", test_origin_and_host);
  ADD ("allowed-origin", test_allowed_origin);
  ADD ("preflight", test_preflight);
  ADD ("paths", test_paths);
  ADD ("own-path", test_own_path);
  ADD ("methods-with-sid", test_methods_with_sid);

  return g_test_run ();
}
