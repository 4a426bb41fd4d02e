/* raw-websocket.c: a WebSocket client that sends what it is told, frame by frame
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "raw-websocket.h"

#include <string.h>

#include "test-loop.h"

#define MAX_MESSAGE (256 * 1024 * 1024)

/* The request that opens a WebSocket on @target; @headers are further lines, each with its end. */
char *
raw_websocket_format_handshake (const char *target, const char *headers)
{
  return g_strdup_printf ("GET %s HTTP/1.1\r\n"
                          "Host: 127.0.0.1\r\n"
                          "Upgrade: websocket\r\n"
                          "Connection: Upgrade\r\n"
                          "Sec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                          "%s\r\n",
                          target, headers != NULL ? headers : "");
}

/* Takes the client over; its handshake may have been sent or not. */
RawWebsocket *
raw_websocket_new_for_client (RawClient *client)
{
  RawWebsocket *websocket = g_new0 (RawWebsocket, 1);

  websocket->client = client;
  websocket->decoder = engineio_frame_decoder_new (ENGINEIO_FRAME_ROLE_CLIENT, MAX_MESSAGE);
  g_queue_init (&websocket->frames);

  return websocket;
}

void
raw_websocket_read_handshake (RawWebsocket *websocket)
{
  g_autoptr (RawResponse) response = raw_client_read_head (websocket->client);
  g_autofree char *accept = raw_response_get (response, "Sec-WebSocket-Accept");

  /* RFC 6455, section 1.3, has the answer to this key. */
  g_assert_cmpuint (response->status, ==, 101);
  g_assert_cmpstr (accept, ==, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

RawWebsocket *
raw_websocket_new (guint16 port, const char *target)
{
  RawWebsocket *websocket = raw_websocket_new_for_client (raw_client_new (port));
  g_autofree char *handshake = raw_websocket_format_handshake (target, NULL);

  raw_client_send (websocket->client, handshake);
  raw_websocket_read_handshake (websocket);

  return websocket;
}

void
raw_websocket_free (RawWebsocket *websocket)
{
  g_queue_clear_full (&websocket->frames, (GDestroyNotify)raw_frame_free);
  engineio_frame_decoder_free (websocket->decoder);
  raw_client_free (websocket->client);
  g_free (websocket);
}

void
raw_frame_free (RawFrame *frame)
{
  g_free (frame->data);
  g_free (frame);
}

/* {{{ Sending */

GByteArray *
raw_websocket_encode (guint8 opcode, gboolean fin, const void *data, gsize length)
{
  static const guint8 mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
  guint8 header[ENGINEIO_FRAME_MAX_HEADER];
  gsize size = engineio_frame_write_header (header, opcode, fin, length, mask);
  GByteArray *bytes = g_byte_array_sized_new (size + length);

  g_byte_array_append (bytes, header, size);
  if (length > 0)
    {
      g_byte_array_append (bytes, data, length);
      engineio_frame_mask (bytes->data + size, length, mask, 0);
    }

  return bytes;
}

void
raw_websocket_send_frame (RawWebsocket *websocket,
                          guint8 opcode,
                          gboolean fin,
                          const void *data,
                          gsize length)
{
  g_autoptr (GByteArray) bytes = raw_websocket_encode (opcode, fin, data, length);

  raw_client_send_data (websocket->client, bytes->data, bytes->len);
}

void
raw_websocket_send (RawWebsocket *websocket, const char *text)
{
  raw_websocket_send_frame (websocket, ENGINEIO_FRAME_OPCODE_TEXT, TRUE, text, strlen (text));
}

void
raw_websocket_send_close (RawWebsocket *websocket, guint16 code)
{
  guint8 body[2] = { code >> 8, code & 0xff };

  raw_websocket_send_frame (websocket, ENGINEIO_FRAME_OPCODE_CLOSE, TRUE, body, sizeof body);
}

/* }}} */
/* {{{ Receiving */

static void
decode (RawWebsocket *websocket, guint8 *data, gsize length)
{
  EngineioFrame frame;
  EngineioFrameResult result;

  engineio_frame_decoder_push (websocket->decoder, data, length);
  while ((result = engineio_frame_decoder_next (websocket->decoder, &frame, NULL)) !=
         ENGINEIO_FRAME_NEED_MORE)
    {
      RawFrame *copy = g_new0 (RawFrame, 1);

      g_assert_cmpint (result, !=, ENGINEIO_FRAME_FAILED);
      copy->type = result;
      copy->binary = frame.binary;
      copy->compressed = frame.compressed;
      copy->close_code = frame.close_code;
      copy->length = frame.length;
      copy->data = g_malloc0 (frame.length + 1);
      memcpy (copy->data, frame.data, frame.length);
      g_queue_push_tail (&websocket->frames, copy);
    }
}

static void
decode_received (RawWebsocket *websocket)
{
  GByteArray *received = websocket->client->received;

  if (received->len == 0)
    return;

  decode (websocket, received->data, received->len);
  g_byte_array_set_size (received, 0);
}

/* The next frame if there is one already; NULL otherwise, or at the end of the connection. */
RawFrame *
raw_websocket_poll (RawWebsocket *websocket)
{
  gssize n;

  decode_received (websocket);
  while (g_queue_is_empty (&websocket->frames) &&
         (n = raw_client_receive_now (websocket->client, 256 * 1024)) >= 0)
    {
      if (n == 0)
        {
          websocket->closed = TRUE;
          break;
        }
      decode_received (websocket);
    }

  return g_queue_pop_head (&websocket->frames);
}

/* The next frame; NULL at the end of the connection. */
RawFrame *
raw_websocket_receive (RawWebsocket *websocket)
{
  RawFrame *frame;

  test_wait ((frame = raw_websocket_poll (websocket)) != NULL || websocket->closed);

  return frame;
}

void
raw_websocket_expect (RawWebsocket *websocket, const char *text)
{
  g_autoptr (RawFrame) frame = raw_websocket_receive (websocket);

  g_assert_nonnull (frame);
  g_assert_cmpint (frame->type, ==, ENGINEIO_FRAME_MESSAGE);
  g_assert_false (frame->binary);
  g_assert_cmpstr (frame->data, ==, text);
}

/* A close frame comes next, and when it was answered the end of the connection. */
void
raw_websocket_expect_close (RawWebsocket *websocket, guint16 code)
{
  g_autoptr (RawFrame) frame = raw_websocket_receive (websocket);

  g_assert_nonnull (frame);
  g_assert_cmpint (frame->type, ==, ENGINEIO_FRAME_CLOSE);
  g_assert_cmpuint (frame->close_code, ==, code);
  raw_websocket_send_frame (websocket, ENGINEIO_FRAME_OPCODE_CLOSE, TRUE, NULL, 0);
  g_assert_null (raw_websocket_receive (websocket));
}

/* }}} */
