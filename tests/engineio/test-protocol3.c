/* test-protocol3.c: sessions of clients that speak protocol 3, over real sockets
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "engine-fixture.h"

#define POLLING   "/engine.io/?EIO=3&transport=polling"
#define WEBSOCKET "/engine.io/?EIO=3&transport=websocket"

#define TEXT   "text/plain; charset=UTF-8"
#define BINARY "application/octet-stream"

#define INTERVAL 25000
#define TIMEOUT  20000

typedef EngineFixture Fixture;

/* {{{ The fixture */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  engine_fixture_set_up (fixture, data);
  g_object_set (fixture->options, "allow-eio3", TRUE, NULL);
  engine_fixture_start (fixture, data);
}

static void
set_up_strict (Fixture *fixture, gconstpointer data)
{
  engine_fixture_set_up (fixture, data);
  engine_fixture_start (fixture, data);
}

static SessionLog *
get_log (Fixture *fixture)
{
  return engine_fixture_get_last (fixture);
}

static char *
get_sid (Fixture *fixture)
{
  return g_strdup (engineio_session_get_id (get_log (fixture)->session));
}

static char *
format_handshake (Fixture *fixture, const char *upgrades)
{
  return g_strdup_printf ("0{\"sid\":\"%s\",\"upgrades\":[%s],\"pingInterval\":25000,"
                          "\"pingTimeout\":20000}",
                          engineio_session_get_id (get_log (fixture)->session), upgrades);
}

static void
expect (RawClient *client, const char *type, const char *body, gsize length)
{
  g_autoptr (RawResponse) response = raw_client_read_response (client, TRUE);
  g_autofree char *real_type = raw_response_get (response, "Content-Type");

  g_assert_cmpmem (response->body->data, response->body->len, body, length);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpstr (real_type, ==, type);
}

static void
send_get (RawClient *client, const char *target)
{
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", target);

  raw_client_send (client, request);
}

/* Opens a session by polling. Returns its id, to be freed. */
static char *
open_session (Fixture *fixture, RawClient *client, const char *target)
{
  g_autofree char *handshake = NULL;
  g_autofree char *body = NULL;

  send_get (client, target);
  test_wait (raw_client_is_readable (client));
  handshake = format_handshake (fixture, "\"websocket\"");
  body = g_strdup_printf ("%zu:%s", strlen (handshake), handshake);
  expect (client, TEXT, body, strlen (body));

  return get_sid (fixture);
}

static void
poll_for (RawClient *client, const char *sid, const char *type, const char *body, gsize length)
{
  g_autofree char *target = g_strconcat (POLLING "&sid=", sid, NULL);

  send_get (client, target);
  expect (client, type, body, length);
}

static void
post (RawClient *client, const char *sid, const char *type, const char *body, gsize length)
{
  g_autofree char *head = g_strdup_printf ("POST " POLLING "&sid=%s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                           "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n",
                                           sid, type, length);

  raw_client_send (client, head);
  raw_client_send_data (client, body, length);
  expect (client, "text/html", "ok", 2);
}

#define BYTES(text) text, sizeof text - 1

static void
expect_unknown (Fixture *fixture, const char *sid)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  engine_send_poll (client, sid);
  engine_expect (client, 400, "{\"code\":1,\"message\":\"Session ID unknown\"}");
}

/* }}} */
/* {{{ Polling */

static void
test_text (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *sid = open_session (fixture, client, POLLING "&b64=1");

  g_assert_cmpuint (engineio_session_get_revision (get_log (fixture)->session), ==, 3);
  post (client, sid, TEXT, BYTES ("6:4hello10:b4AQIDBA==14:42[\"u\",\"é€😀\"]"));
  poll_for (client, sid, TEXT, BYTES ("6:4hello10:b4AQIDBA==14:42[\"u\",\"é€😀\"]"));
}

/* A client that takes bytes gets them, and may send its own in base64 all the same. */
static void
test_binary (Fixture *fixture, gconstpointer data)
{
  static const char body[] = "\0\6\xff"
                             "4hello\1\5\xff\4\1\2\3\4";
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *sid = open_session (fixture, client, POLLING);

  post (client, sid, TEXT, BYTES ("6:4hello10:b4AQIDBA=="));
  poll_for (client, sid, BINARY, body, sizeof body - 1);
  post (client, sid, BINARY, body, sizeof body - 1);
  poll_for (client, sid, BINARY, body, sizeof body - 1);
  post (client, sid, BINARY,
        BYTES ("\0\6\xff"
               "4hello"));
  poll_for (client, sid, TEXT, BYTES ("6:4hello"));
  post (client, sid, TEXT, BYTES ("2:4é"));
  poll_for (client, sid, BINARY,
            BYTES ("\0\3\xff"
                   "4é"));
}

static void
test_empty_b64 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *sid = open_session (fixture, client, POLLING "&b64=");

  post (client, sid, TEXT, BYTES ("6:b4AQI="));
  poll_for (client, sid, BINARY, BYTES ("\1\3\xff\4\1\2"));
}

/* Once a client has shown that it encodes its texts twice it gets them so; one that takes bytes
 * has them in a binary body, where they are encoded once. */
static void
test_texts_encoded_twice (Fixture *fixture, gconstpointer data)
{
  static const char *const targets[] = { POLLING "&b64=1", POLLING };
  static const char once[] = "2:4é", twice[] = "3:4\303\203\302\251";

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autofree char *sid = open_session (fixture, client, targets[i]);

      post (client, sid, TEXT, BYTES (twice));
      session_log_expect_messages (get_log (fixture), "é", NULL);
      if (i == 0)
        poll_for (client, sid, TEXT, BYTES (twice));
      else
        poll_for (client, sid, BINARY,
                  BYTES ("\0\3\xff"
                         "4é"));
      post (client, sid, TEXT, BYTES (twice));
      session_log_expect_messages (get_log (fixture), "é", NULL);
    }

  {
    g_autoptr (RawClient) client = raw_client_new (fixture->port);
    g_autofree char *sid = open_session (fixture, client, targets[0]);

    post (client, sid, TEXT, BYTES (once));
    poll_for (client, sid, TEXT, BYTES (once));
    post (client, sid, TEXT, BYTES (twice));
    poll_for (client, sid, TEXT, BYTES (twice));
    session_log_expect_messages (get_log (fixture), "é", "\303\203\302\251", NULL);
  }
}

/* Clients of the first revisions may not name one. */
static void
test_no_revision (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *sid = open_session (fixture, client, "/engine.io/?transport=polling");

  post (client, sid, TEXT, BYTES ("6:4hello"));
  poll_for (client, sid, TEXT, BYTES ("6:4hello"));
}

static void
test_bad_bodies (void)
{
  static const struct
  {
    const char *type, *body;
    gsize length;
  } bodies[] = {
    { TEXT, BYTES ("abc") },
    { TEXT, BYTES ("") },
    { TEXT, BYTES ("4hello") },
    { TEXT, BYTES ("7:4hello") },
    { TEXT, BYTES ("2:4😀") },
    { TEXT, BYTES ("99999999999999999999:4") },
    { BINARY, BYTES ("") },
    { BINARY, BYTES ("6:4hello") },
    { BINARY, BYTES ("\1\6\xff\4\1\2\3\4") },
    { BINARY, BYTES ("\1\1\1\1\1\1\1\1\1\1\1\1\1\xff\4") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      Fixture fixture = { NULL };
      g_autoptr (RawClient) client = NULL;
      g_autofree char *sid = NULL;

      set_up (&fixture, NULL);
      client = raw_client_new (fixture.port);
      sid = open_session (&fixture, client, POLLING);
      post (client, sid, bodies[i].type, bodies[i].body, bodies[i].length);
      session_log_expect_closed (get_log (&fixture), ENGINEIO_CLOSE_PARSE_ERROR);
      expect_unknown (&fixture, sid);
      engine_fixture_tear_down (&fixture, NULL);
    }
}

static void
test_goodbye (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawClient) poster = raw_client_new (fixture->port);
  g_autofree char *sid = open_session (fixture, client, POLLING);

  engine_begin_poll (client, get_log (fixture)->session);
  post (poster, sid, TEXT, BYTES ("1:1"));
  expect (client, TEXT, BYTES ("1:6"));
  session_log_expect_closed (get_log (fixture), ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  expect_unknown (fixture, sid);
}

static void
test_close (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *sid = open_session (fixture, client, POLLING);

  engineio_session_close (get_log (fixture)->session);
  poll_for (client, sid, TEXT, BYTES ("1:61:1"));
}

/* }}} */
/* {{{ Heartbeat */

static void
test_heartbeat (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *sid = open_session (fixture, client, POLLING);

  for (guint i = 0; i < 3; i++)
    {
      test_skip_time (INTERVAL + TIMEOUT - 100);
      post (client, sid, TEXT, BYTES ("1:2"));
      poll_for (client, sid, TEXT, BYTES ("1:3"));
    }
  g_assert_cmpuint (get_log (fixture)->n_closed, ==, 0);
}

/* The server never pings; a client that does not is given up after both times. */
static void
test_ping_timeout (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *sid = open_session (fixture, client, POLLING);

  engine_begin_poll (client, get_log (fixture)->session);
  test_skip_time (INTERVAL + TIMEOUT - 100);
  g_assert_false (raw_client_is_readable (client));
  g_assert_cmpuint (get_log (fixture)->n_closed, ==, 0);
  test_skip_time (100);
  session_log_expect_closed (get_log (fixture), ENGINEIO_CLOSE_PING_TIMEOUT);
  expect (client, TEXT, BYTES ("1:1"));
  expect_unknown (fixture, sid);
}

static void
test_wrong_direction (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *sid = open_session (fixture, client, POLLING);

  post (client, sid, TEXT, BYTES ("1:3"));
  session_log_expect_closed (get_log (fixture), ENGINEIO_CLOSE_TRANSPORT_ERROR);
  expect_unknown (fixture, sid);
}

/* }}} */
/* {{{ WebSocket */

static RawWebsocket *
open_websocket (Fixture *fixture, const char *target)
{
  RawWebsocket *websocket = raw_websocket_new (fixture->port, target);
  g_autoptr (RawFrame) frame = raw_websocket_receive (websocket);
  g_autofree char *expected = format_handshake (fixture, "");

  g_assert_cmpstr (frame->data, ==, expected);
  return websocket;
}

static void
send_binary (RawWebsocket *websocket, const char *data, gsize length)
{
  raw_websocket_send_frame (websocket, ENGINEIO_FRAME_OPCODE_BINARY, TRUE, data, length);
}

static void
expect_binary (RawWebsocket *websocket, const char *data, gsize length)
{
  g_autoptr (RawFrame) frame = raw_websocket_receive (websocket);

  g_assert_true (frame->binary);
  g_assert_cmpmem (frame->data, frame->length, data, length);
}

static void
test_websocket (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) websocket = open_websocket (fixture, WEBSOCKET);

  raw_websocket_send (websocket, "4é€😀");
  raw_websocket_expect (websocket, "4é€😀");
  send_binary (websocket, BYTES ("\4\1\2\3\4"));
  expect_binary (websocket, BYTES ("\4\1\2\3\4"));
  raw_websocket_send (websocket, "b4AQIDBA==");
  expect_binary (websocket, BYTES ("\4\1\2\3\4"));
  raw_websocket_send (websocket, "2");
  raw_websocket_expect (websocket, "3");
}

static void
test_websocket_base64 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) websocket = open_websocket (fixture, WEBSOCKET "&b64=1");

  send_binary (websocket, BYTES ("\4\1\2\3\4"));
  raw_websocket_expect (websocket, "b4AQIDBA==");
}

static void
test_websocket_refused (void)
{
  static const struct
  {
    const char *data;
    gsize length;
    gboolean binary;
  } messages[] = {
    { BYTES ("\1\2"), TRUE },   { BYTES (""), TRUE },   { BYTES ("abc"), FALSE },
    { BYTES ("bAQI="), FALSE }, { BYTES ("7"), FALSE }, { BYTES (""), FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      Fixture fixture = { NULL };
      g_autoptr (RawWebsocket) websocket = NULL;

      set_up (&fixture, NULL);
      websocket = open_websocket (&fixture, WEBSOCKET);
      raw_websocket_send_frame (
        websocket, messages[i].binary ? ENGINEIO_FRAME_OPCODE_BINARY : ENGINEIO_FRAME_OPCODE_TEXT,
        TRUE, messages[i].data, messages[i].length);
      session_log_expect_closed (get_log (&fixture), ENGINEIO_CLOSE_PARSE_ERROR);
      g_clear_pointer (&websocket, raw_websocket_free);
      engine_fixture_tear_down (&fixture, NULL);
    }
}

/* One packet for sessions of both protocols, which get it in their own ways. */
static void
test_both_protocols (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) old = open_websocket (fixture, WEBSOCKET);
  g_autoptr (RawWebsocket) shy = open_websocket (fixture, WEBSOCKET "&b64=1");
  g_autoptr (RawWebsocket) new = engine_websocket_open (fixture);
  g_autoptr (EngineioPacket) packet = engineio_packet_new_binary ("\1\2", 2);

  for (guint i = 0; i < fixture->logs->len; i++)
    engineio_session_send (((SessionLog *)fixture->logs->pdata[i])->session, packet);
  expect_binary (old, BYTES ("\4\1\2"));
  raw_websocket_expect (shy, "b4AQI=");
  expect_binary (new, BYTES ("\1\2"));
}

/* Each transport says anew whether it takes bytes: in Node, polling does not and WebSocket does. */
static void
test_upgrade (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *sid = open_session (fixture, client, POLLING "&b64=1");
  g_autofree char *target = g_strconcat (WEBSOCKET "&sid=", sid, NULL);
  g_autoptr (RawWebsocket) websocket = NULL;

  post (client, sid, TEXT, BYTES ("6:b4AQI="));
  poll_for (client, sid, TEXT, BYTES ("6:b4AQI="));
  websocket = raw_websocket_new (fixture->port, target);
  raw_websocket_send (websocket, "2probe");
  raw_websocket_expect (websocket, "3probe");
  poll_for (client, sid, TEXT, BYTES ("1:6"));
  raw_websocket_send (websocket, "5");
  send_binary (websocket, BYTES ("\4\1\2"));
  expect_binary (websocket, BYTES ("\4\1\2"));
  test_skip_time (INTERVAL + TIMEOUT);
  session_log_expect_closed (get_log (fixture), ENGINEIO_CLOSE_PING_TIMEOUT);
}

/* }}} */
/* {{{ Refusals */

static void
check_refused (Fixture *fixture, const char *target)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  send_get (client, target);
  engine_expect (client, 400, "{\"code\":5,\"message\":\"Unsupported protocol version\"}");
  g_assert_cmpuint (fixture->logs->len, ==, 0);
}

static void
keep_line (const char *domain, GLogLevelFlags level, const char *line, gpointer lines)
{
  g_ptr_array_add (lines, g_strdup (line));
}

/* One line a minute, however many come. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *handshake = raw_websocket_format_handshake (WEBSOCKET, "");
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  guint handler = g_log_set_handler ("Engineio", G_LOG_LEVEL_MESSAGE, keep_line, lines);

  check_refused (fixture, POLLING);
  g_assert_cmpuint (lines->len, ==, 1);
  g_assert_nonnull (strstr (lines->pdata[0], "Socket.IO 2 or older (protocol 3) from 127.0.0.1"));
  g_assert_nonnull (strstr (lines->pdata[0], "allow-eio3"));
  check_refused (fixture, POLLING);
  check_refused (fixture, "/engine.io/?transport=polling");
  raw_client_send (client, handshake);
  engine_expect (client, 400, "Unsupported protocol version");
  test_skip_time (59000);
  check_refused (fixture, POLLING);
  g_assert_cmpuint (lines->len, ==, 1);

  test_skip_time (1000);
  check_refused (fixture, POLLING);
  g_assert_cmpuint (lines->len, ==, 2);
  g_log_remove_handler ("Engineio", handler);
}

/* A protocol that no option lets in is nothing to write of. */
static void
test_unknown_revisions (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "", "2", "5", "33", "abc", "03", "3.0", "%00" };
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  guint handler = g_log_set_handler ("Engineio", G_LOG_LEVEL_MESSAGE, keep_line, lines);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *target = g_strdup_printf ("/engine.io/?EIO=%s&transport=polling", names[i]);

      check_refused (fixture, target);
    }
  g_assert_cmpuint (lines->len, ==, 0);
  g_log_remove_handler ("Engineio", handler);
}

/* A page that may not ask learns nothing else, and writes nothing else. */
static void
test_origin_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  guint handler = g_log_set_handler ("Engineio", G_LOG_LEVEL_MESSAGE, keep_line, lines);

  raw_client_send (client, "GET " POLLING " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                           "Origin: http://evil.example\r\n\r\n");
  engine_expect (client, 403, "{\"code\":4,\"message\":\"Forbidden\"}");
  g_assert_cmpuint (lines->len, ==, 0);
  g_log_remove_handler ("Engineio", handler);
}

/* }}} */

#define ADD(path, function)                                                                        \
  g_test_add ("/protocol3/" path, Fixture, NULL, set_up, function, engine_fixture_tear_down)

#define ADD_STRICT(path, function)                                                                 \
  g_test_add ("/protocol3/" path, Fixture, NULL, set_up_strict, function, engine_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("polling/text", test_text);
  ADD ("polling/binary", test_binary);
  ADD ("polling/empty-b64", test_empty_b64);
  ADD ("polling/texts-encoded-twice", test_texts_encoded_twice);
  ADD ("polling/no-revision", test_no_revision);
  g_test_add_func ("/protocol3/polling/bad-bodies", test_bad_bodies);
  ADD ("polling/goodbye", test_goodbye);
  ADD ("polling/close", test_close);
  ADD ("heartbeat/ping", test_heartbeat);
  ADD ("heartbeat/time-out", test_ping_timeout);
  ADD ("heartbeat/wrong-direction", test_wrong_direction);
  ADD ("websocket/messages", test_websocket);
  ADD ("websocket/base64", test_websocket_base64);
  g_test_add_func ("/protocol3/websocket/refused", test_websocket_refused);
  ADD ("websocket/both-protocols", test_both_protocols);
  ADD ("upgrade", test_upgrade);
  ADD_STRICT ("refused", test_refused);
  ADD ("refused/unknown-revisions", test_unknown_revisions);
  ADD_STRICT ("refused/origin-first", test_origin_first);

  return g_test_run ();
}
