/* test-websocket.c: the server's WebSocket, frame by frame over real sockets
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/socket.h>

#include "engine-fixture.h"

#define INTERVAL    25000
#define TIMEOUT     20000
#define MAX_PAYLOAD 1000000

#define TEXT         ENGINEIO_FRAME_OPCODE_TEXT
#define BINARY       ENGINEIO_FRAME_OPCODE_BINARY
#define CONTINUATION ENGINEIO_FRAME_OPCODE_CONTINUATION

typedef struct
{
  EngineFixture parent;
  RawWebsocket *websocket;
  SessionLog *log;
} Fixture;

/* {{{ The fixture */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  engine_fixture_set_up (&fixture->parent, data);
  engine_fixture_start (&fixture->parent, data);
  fixture->websocket = engine_websocket_open (&fixture->parent);
  fixture->log = engine_fixture_get_last (&fixture->parent);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->websocket, raw_websocket_free);
  engine_fixture_tear_down (&fixture->parent, data);
}

static void
expect_gone (Fixture *fixture)
{
  g_clear_pointer (&fixture->websocket, raw_websocket_free);
  test_wait (engine_fixture_is_idle (&fixture->parent));
}

/* }}} */
/* {{{ Messages */

static void
test_text (Fixture *fixture, gconstpointer data)
{
  raw_websocket_send (fixture->websocket, "4hello");
  raw_websocket_expect (fixture->websocket, "4hello");
  raw_websocket_send (fixture->websocket, "4");
  raw_websocket_expect (fixture->websocket, "4");
  raw_websocket_send (fixture->websocket, "4마당 😀");
  raw_websocket_expect (fixture->websocket, "4마당 😀");
}

static void
test_binary (Fixture *fixture, gconstpointer data)
{
  static const guint8 bytes[] = { 1, 2, 3, 4, 0, 0xff };
  g_autoptr (RawFrame) frame = NULL;
  g_autoptr (RawFrame) empty = NULL;

  raw_websocket_send_frame (fixture->websocket, BINARY, TRUE, bytes, sizeof bytes);
  frame = raw_websocket_receive (fixture->websocket);
  g_assert_true (frame->binary);
  g_assert_cmpmem (frame->data, frame->length, bytes, sizeof bytes);

  raw_websocket_send_frame (fixture->websocket, BINARY, TRUE, NULL, 0);
  empty = raw_websocket_receive (fixture->websocket);
  g_assert_true (empty->binary);
  g_assert_cmpuint (empty->length, ==, 0);
}

static void
test_sizes (Fixture *fixture, gconstpointer data)
{
  static const gsize sizes[] = { 124, 125, 126, 127, 32767, 65534, 65535, 65536, 65537, 300000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = g_strnfill (sizes[i], 'a');

      text[0] = '4';
      raw_websocket_send (fixture->websocket, text);
      raw_websocket_expect (fixture->websocket, text);
    }
}

static void
test_fragments (Fixture *fixture, gconstpointer data)
{
  raw_websocket_send_frame (fixture->websocket, TEXT, FALSE, "4he", 3);
  test_settle ();
  raw_websocket_send_frame (fixture->websocket, ENGINEIO_FRAME_OPCODE_PING, TRUE, "x", 1);
  raw_websocket_send_frame (fixture->websocket, CONTINUATION, FALSE, "ll", 2);
  raw_websocket_send_frame (fixture->websocket, CONTINUATION, TRUE, "o", 1);
  {
    g_autoptr (RawFrame) pong = raw_websocket_receive (fixture->websocket);

    g_assert_cmpint (pong->type, ==, ENGINEIO_FRAME_PONG);
    g_assert_cmpstr (pong->data, ==, "x");
  }
  raw_websocket_expect (fixture->websocket, "4hello");
}

static void
test_byte_by_byte (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) frame = raw_websocket_encode (TEXT, TRUE, "4hello", 6);

  for (guint i = 0; i < frame->len; i++)
    {
      test_settle ();
      g_assert_cmpuint (fixture->log->messages->len, ==, 0);
      raw_client_send_data (fixture->websocket->client, frame->data + i, 1);
    }
  raw_websocket_expect (fixture->websocket, "4hello");
}

static void
test_many_in_one_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *text = g_strdup_printf ("4%u", i);
      g_autoptr (GByteArray) frame = raw_websocket_encode (TEXT, TRUE, text, strlen (text));

      g_byte_array_append (all, frame->data, frame->len);
    }
  raw_client_send_data (fixture->websocket->client, all->data, all->len);
  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *text = g_strdup_printf ("4%u", i);

      raw_websocket_expect (fixture->websocket, text);
    }
}

/* }}} */
/* {{{ The handshake and what stands behind it */

static void
send_handshake_with (Fixture *fixture, RawClient *client, const char *packet)
{
  g_autofree char *handshake = raw_websocket_format_handshake (ENGINE_WEBSOCKET, NULL);
  g_autoptr (GByteArray) frame = raw_websocket_encode (TEXT, TRUE, packet, strlen (packet));
  g_autoptr (GByteArray) all = g_byte_array_new ();

  g_byte_array_append (all, (guint8 *)handshake, strlen (handshake));
  g_byte_array_append (all, frame->data, frame->len);
  raw_client_send_data (client, all->data, all->len);
}

static void
test_early_frame (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket)
    websocket = raw_websocket_new_for_client (raw_client_new (fixture->parent.port));
  g_autoptr (RawFrame) open = NULL;

  send_handshake_with (fixture, websocket->client, "4early");
  raw_websocket_read_handshake (websocket);
  open = raw_websocket_receive (websocket);
  g_assert_true (g_str_has_prefix (open->data, "0{"));
  raw_websocket_expect (websocket, "4early");
  raw_websocket_send (websocket, "4later");
  raw_websocket_expect (websocket, "4later");
}

/* More than libsoup's buffer holds, so that a part of it is still in the socket. */
static void
test_large_early_frame (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket)
    websocket = raw_websocket_new_for_client (raw_client_new (fixture->parent.port));
  g_autofree char *text = g_strnfill (100000, 'a');
  g_autoptr (RawFrame) open = NULL;

  text[0] = '4';
  send_handshake_with (fixture, websocket->client, text);
  raw_websocket_read_handshake (websocket);
  open = raw_websocket_receive (websocket);
  raw_websocket_expect (websocket, text);
}

static void
test_handshake_byte_by_byte (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket)
    websocket = raw_websocket_new_for_client (raw_client_new (fixture->parent.port));
  g_autofree char *handshake = raw_websocket_format_handshake (ENGINE_WEBSOCKET, NULL);
  g_autoptr (RawFrame) open = NULL;

  for (guint i = 0; i < strlen (handshake); i++)
    {
      raw_client_send_data (websocket->client, handshake + i, 1);
      test_settle ();
    }
  raw_websocket_read_handshake (websocket);
  open = raw_websocket_receive (websocket);
  g_assert_true (g_str_has_prefix (open->data, "0{"));
}

/* On a connection that has served other requests before. */
static void
test_handshake_after_requests (Fixture *fixture, gconstpointer data)
{
  RawClient *client = raw_client_new (fixture->parent.port);
  g_autoptr (RawWebsocket) websocket = raw_websocket_new_for_client (client);
  g_autofree char *handshake = raw_websocket_format_handshake (ENGINE_WEBSOCKET, NULL);
  g_autoptr (RawFrame) open = NULL;

  g_free (engine_open (client));
  raw_client_send (client, handshake);
  raw_websocket_read_handshake (websocket);
  open = raw_websocket_receive (websocket);
  raw_websocket_send (websocket, "4hello");
  raw_websocket_expect (websocket, "4hello");
}

static void
test_bad_handshakes (Fixture *fixture, gconstpointer data)
{
  static const char *const headers[] = {
    "Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    "Sec-WebSocket-Version: 13\r\n",
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n",
    "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->parent.port);
      g_autofree char *request = g_strdup_printf (
        "GET " ENGINE_WEBSOCKET " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\n%s\r\n",
        headers[i]);
      g_autoptr (RawResponse) response = raw_client_ask (client, request);

      g_assert_cmpuint (response->status, ==, 400);
    }
  g_assert_cmpuint (fixture->parent.logs->len, ==, 1);
}

/* }}} */
/* {{{ The end */

static void
test_close (Fixture *fixture, gconstpointer data)
{
  engineio_session_close (fixture->log->session);
  raw_websocket_expect_close (fixture->websocket, ENGINEIO_FRAME_CLOSE_NO_STATUS);
  expect_gone (fixture);
}

static void
test_close_not_answered (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawFrame) frame = NULL;

  engineio_session_close (fixture->log->session);
  frame = raw_websocket_receive (fixture->websocket);
  g_assert_cmpint (frame->type, ==, ENGINEIO_FRAME_CLOSE);
  test_skip_time (1900);
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->parent.server), ==, 1);
  test_skip_time (100);
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->parent.server), ==, 0);
  test_skip_time (2000);
  g_assert_null (raw_websocket_receive (fixture->websocket));
}

static void
test_client_closes (Fixture *fixture, gconstpointer data)
{
  raw_websocket_send_close (fixture->websocket, 1001);
  raw_websocket_expect_close (fixture->websocket, 1001);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  expect_gone (fixture);
}

static void
test_goodbye (Fixture *fixture, gconstpointer data)
{
  raw_websocket_send (fixture->websocket, "1");
  raw_websocket_expect_close (fixture->websocket, ENGINEIO_FRAME_CLOSE_NO_STATUS);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  expect_gone (fixture);
}

static void
test_client_vanishes (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->websocket, raw_websocket_free);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  test_wait (engine_fixture_is_idle (&fixture->parent));
}

static void
test_client_vanishes_with_a_reset (Fixture *fixture, gconstpointer data)
{
  raw_client_reset (fixture->websocket->client);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_ERROR);
  expect_gone (fixture);
}

/* What was sent before the end still counts. */
static void
test_words_before_the_end (Fixture *fixture, gconstpointer data)
{
  raw_websocket_send (fixture->websocket, "4a");
  raw_websocket_send (fixture->websocket, "4b");
  g_clear_pointer (&fixture->websocket, raw_websocket_free);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  g_assert_cmpuint (fixture->log->messages->len, ==, 2);
}

static void
test_ping_timeout (Fixture *fixture, gconstpointer data)
{
  test_skip_time (INTERVAL);
  raw_websocket_expect (fixture->websocket, "2");
  test_skip_time (TIMEOUT - 100);
  g_assert_false (raw_client_is_readable (fixture->websocket->client));
  test_skip_time (100);
  raw_websocket_expect_close (fixture->websocket, ENGINEIO_FRAME_CLOSE_NO_STATUS);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_PING_TIMEOUT);
}

/* A client that is gone without a word leaves nothing behind. */
static void
test_half_open (Fixture *fixture, gconstpointer data)
{
  test_skip_time (INTERVAL);
  test_skip_time (TIMEOUT);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_PING_TIMEOUT);
  test_skip_time (2000);
  test_skip_time (2000);
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->parent.server), ==, 0);
  g_assert_cmpuint (test_count_descriptors (), ==, fixture->parent.n_descriptors + 1);
}

static void
test_heartbeat (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      test_skip_time (INTERVAL);
      raw_websocket_expect (fixture->websocket, "2");
      g_assert_null (raw_websocket_poll (fixture->websocket));
      raw_websocket_send (fixture->websocket, "3");
      test_settle ();
    }
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
}

/* }}} */
/* {{{ Clients gone wrong */

static void
test_max_payload (Fixture *fixture, gconstpointer data)
{
  g_autofree char *equal = g_strnfill (MAX_PAYLOAD, 'a');
  g_autofree char *more = g_strnfill (MAX_PAYLOAD + 1, 'a');

  fixture->log->echo = FALSE;
  equal[0] = more[0] = '4';
  raw_websocket_send (fixture->websocket, equal);
  test_wait (fixture->log->messages->len == 1);
  raw_websocket_send (fixture->websocket, more);
  raw_websocket_expect_close (fixture->websocket, ENGINEIO_FRAME_CLOSE_TOO_BIG);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TOO_LARGE);
  expect_gone (fixture);
}

/* The limit is on the joined message, and an announced length is refused before it comes. */
static void
test_max_payload_in_fragments (Fixture *fixture, gconstpointer data)
{
  g_autofree char *half = g_strnfill (MAX_PAYLOAD / 2 + 1, '4');
  guint8 header[ENGINEIO_FRAME_MAX_HEADER] = { 0 };
  gsize size = engineio_frame_write_header (header, CONTINUATION, TRUE, MAX_PAYLOAD / 2, header);

  raw_websocket_send_frame (fixture->websocket, TEXT, FALSE, half, MAX_PAYLOAD / 2 + 1);
  raw_client_send_data (fixture->websocket->client, header, size);
  raw_websocket_expect_close (fixture->websocket, ENGINEIO_FRAME_CLOSE_TOO_BIG);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TOO_LARGE);
}

typedef struct
{
  guint8 opcode;
  const char *data;
  guint16 code;
  EngineioCloseReason reason;
} Wrong;

static void
test_wrong_frames (void)
{
  static const Wrong wrongs[] = {
    { TEXT, "abc", ENGINEIO_FRAME_CLOSE_NO_STATUS, ENGINEIO_CLOSE_PARSE_ERROR },
    { TEXT, "", ENGINEIO_FRAME_CLOSE_NO_STATUS, ENGINEIO_CLOSE_PARSE_ERROR },
    { TEXT, "5", ENGINEIO_FRAME_CLOSE_NO_STATUS, ENGINEIO_CLOSE_PARSE_ERROR },
    { TEXT, "0{}", ENGINEIO_FRAME_CLOSE_NO_STATUS, ENGINEIO_CLOSE_PARSE_ERROR },
    { TEXT, "2", ENGINEIO_FRAME_CLOSE_NO_STATUS, ENGINEIO_CLOSE_TRANSPORT_ERROR },
    { TEXT, "4\xff", ENGINEIO_FRAME_CLOSE_INVALID_DATA, ENGINEIO_CLOSE_TRANSPORT_ERROR },
    { CONTINUATION, "4a", ENGINEIO_FRAME_CLOSE_PROTOCOL_ERROR, ENGINEIO_CLOSE_TRANSPORT_ERROR },
    { 3, "4a", ENGINEIO_FRAME_CLOSE_PROTOCOL_ERROR, ENGINEIO_CLOSE_TRANSPORT_ERROR },
    { ENGINEIO_FRAME_OPCODE_CLOSE, "x", ENGINEIO_FRAME_CLOSE_PROTOCOL_ERROR,
      ENGINEIO_CLOSE_TRANSPORT_ERROR },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      Fixture fixture = { { NULL } };

      set_up (&fixture, i % 2 == 0 ? NULL : ENGINE_ATTACHED);
      raw_websocket_send_frame (fixture.websocket, wrongs[i].opcode, TRUE, wrongs[i].data,
                                strlen (wrongs[i].data));
      raw_websocket_send (fixture.websocket, "4behind");
      raw_websocket_expect_close (fixture.websocket, wrongs[i].code);
      session_log_expect_closed (fixture.log, wrongs[i].reason);
      g_assert_cmpuint (fixture.log->messages->len, ==, 0);
      expect_gone (&fixture);
      tear_down (&fixture, NULL);
    }
}

/* A client that pings and does not read. */
static void
test_flood_of_pings (Fixture *fixture, gconstpointer data)
{
  static const char payload[125] = "";
  g_autoptr (GByteArray)
    ping = raw_websocket_encode (ENGINEIO_FRAME_OPCODE_PING, TRUE, payload, sizeof payload);
  gsize before = test_get_memory ();

  for (guint i = 0; i < 100000; i++)
    raw_client_send_data (fixture->websocket->client, ping->data, ping->len);
  test_settle ();
  g_assert_cmpuint (test_get_memory (), <, before + 8 * 1024 * 1024);
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
}

/* }}} */

#define ADD(path, function)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_test_add ("/websocket/" path, Fixture, NULL, set_up, function, tear_down);                   \
    g_test_add ("/websocket-attached/" path, Fixture, ENGINE_ATTACHED, set_up, function,           \
                tear_down);                                                                        \
  }                                                                                                \
  G_STMT_END

static void
add_end (void)
{
  ADD ("end/close", test_close);
  ADD ("end/close-not-answered", test_close_not_answered);
  ADD ("end/client-closes", test_client_closes);
  ADD ("end/goodbye", test_goodbye);
  ADD ("end/vanishes", test_client_vanishes);
  ADD ("end/vanishes-with-a-reset", test_client_vanishes_with_a_reset);
  ADD ("end/words-before", test_words_before_the_end);
  ADD ("end/ping-time-out", test_ping_timeout);
  ADD ("end/half-open", test_half_open);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("message/text", test_text);
  ADD ("message/binary", test_binary);
  ADD ("message/sizes", test_sizes);
  ADD ("message/fragments", test_fragments);
  ADD ("message/byte-by-byte", test_byte_by_byte);
  ADD ("message/many-in-one-write", test_many_in_one_write);
  ADD ("handshake/early-frame", test_early_frame);
  ADD ("handshake/large-early-frame", test_large_early_frame);
  ADD ("handshake/byte-by-byte", test_handshake_byte_by_byte);
  ADD ("handshake/after-requests", test_handshake_after_requests);
  ADD ("handshake/bad", test_bad_handshakes);
  add_end ();
  ADD ("heartbeat", test_heartbeat);
  ADD ("wrong/max-payload", test_max_payload);
  ADD ("wrong/max-payload-in-fragments", test_max_payload_in_fragments);
  g_test_add_func ("/websocket/wrong/frames", test_wrong_frames);
  ADD ("wrong/flood-of-pings", test_flood_of_pings);

  return g_test_run ();
}
