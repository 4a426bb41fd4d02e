/* test-compression.c: which packets are compressed on their way to a client
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "engine-fixture.h"

#define LENGTH 2000

#define OFFER "Sec-WebSocket-Extensions: permessage-deflate\r\n"

typedef struct
{
  EngineFixture parent;
  EngineioPacket *packet; /* that may be compressed */
  EngineioPacket *plain; /* the same, but for that */
} Fixture;

/* {{{ The fixture */

static EngineioPacket *
make_packet (gboolean uncompressed)
{
  g_autofree char *text = g_strnfill (LENGTH, 'x');
  EngineioPacket *packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);

  if (uncompressed)
    engineio_packet_set_uncompressed (packet);
  return packet;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  engine_fixture_set_up (&fixture->parent, data);
  g_object_set (fixture->parent.options, "per-message-deflate", TRUE, NULL);
  engine_fixture_start (&fixture->parent, data);
  fixture->packet = make_packet (FALSE);
  fixture->plain = make_packet (TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  engineio_packet_unref (fixture->packet);
  engineio_packet_unref (fixture->plain);
  engine_fixture_tear_down (&fixture->parent, data);
}

/* Opens a WebSocket that takes compressed messages, and reads its handshake packet. */
static RawWebsocket *
open_deflated (Fixture *fixture)
{
  g_autofree char *handshake = raw_websocket_format_handshake (ENGINE_WEBSOCKET, OFFER);
  RawWebsocket *websocket = raw_websocket_new_for_client (raw_client_new (fixture->parent.port));
  g_autoptr (RawFrame) open = NULL;

  engineio_frame_decoder_allow_compressed (websocket->decoder);
  raw_client_send (websocket->client, handshake);
  raw_websocket_read_handshake (websocket);
  open = raw_websocket_receive (websocket);
  g_assert_false (open->compressed);

  return websocket;
}

static void
expect_frame (RawWebsocket *websocket, gboolean compressed)
{
  g_autoptr (RawFrame) frame = raw_websocket_receive (websocket);

  g_assert_nonnull (frame);
  g_assert_true (frame->compressed == compressed);
  if (compressed)
    g_assert_cmpuint (frame->length, <, LENGTH / 10);
  else
    g_assert_cmpuint (frame->length, ==, LENGTH + 1);
}

static void
send_to_last (Fixture *fixture, EngineioPacket *packet)
{
  engineio_session_send (engine_fixture_get_last (&fixture->parent)->session, packet);
}

static void
expect_encoding (RawClient *client, const char *sid, const char *encoding)
{
  g_autofree char *request = g_strdup_printf (
    "GET " ENGINE_POLLING "&sid=%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n",
    sid);
  g_autoptr (RawResponse) response = raw_client_ask (client, request);
  g_autofree char *found = raw_response_get (response, "Content-Encoding");

  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpstr (found, ==, encoding);
}

/* }}} */

static void
test_websocket (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) websocket = open_deflated (fixture);

  send_to_last (fixture, fixture->packet);
  send_to_last (fixture, fixture->plain);
  send_to_last (fixture, fixture->packet);
  expect_frame (websocket, TRUE);
  expect_frame (websocket, FALSE);
  expect_frame (websocket, TRUE);
}

/* The same packet goes to those who take it compressed and to those who do not. */
static void
test_shared (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) deflated = open_deflated (fixture);
  g_autoptr (RawWebsocket) other = NULL;

  send_to_last (fixture, fixture->packet);
  other = engine_websocket_open (&fixture->parent);
  send_to_last (fixture, fixture->packet);
  expect_frame (deflated, TRUE);
  expect_frame (other, FALSE);
}

/* One packet in a body that may be compressed is enough for the body. */
static void
test_polling (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->parent.port);
  g_autofree char *sid = engine_open (client);

  send_to_last (fixture, fixture->packet);
  expect_encoding (client, sid, "gzip");
  send_to_last (fixture, fixture->plain);
  expect_encoding (client, sid, NULL);
  send_to_last (fixture, fixture->plain);
  send_to_last (fixture, fixture->packet);
  expect_encoding (client, sid, "gzip");
}

#define ADD(path, function)                                                                        \
  g_test_add ("/compression/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("websocket", test_websocket);
  ADD ("shared", test_shared);
  ADD ("polling", test_polling);

  return g_test_run ();
}
