/* raw-websocket.h: a WebSocket client that sends what it is told, frame by frame
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "engineio-frame-decoder.h"

#include "raw-client.h"

G_BEGIN_DECLS

typedef struct
{
  RawClient *client;
  EngineioFrameDecoder *decoder;
  GQueue frames; /* of RawFrame */
  gboolean closed;
} RawWebsocket;

typedef struct
{
  EngineioFrameResult type;
  gboolean binary;
  gboolean compressed;
  guint16 close_code;
  gsize length;
  char *data; /* with a zero byte behind it */
} RawFrame;

char *raw_websocket_format_handshake (const char *target, const char *headers);

RawWebsocket *raw_websocket_new (guint16 port, const char *target);
RawWebsocket *raw_websocket_new_for_client (RawClient *client);
void raw_websocket_read_handshake (RawWebsocket *websocket);
void raw_websocket_free (RawWebsocket *websocket);

GByteArray *raw_websocket_encode (guint8 opcode, gboolean fin, const void *data, gsize length);
void raw_websocket_send_frame (RawWebsocket *websocket,
                               guint8 opcode,
                               gboolean fin,
                               const void *data,
                               gsize length);
void raw_websocket_send (RawWebsocket *websocket, const char *text);
void raw_websocket_send_close (RawWebsocket *websocket, guint16 code);

RawFrame *raw_websocket_receive (RawWebsocket *websocket);
RawFrame *raw_websocket_poll (RawWebsocket *websocket);
void raw_websocket_expect (RawWebsocket *websocket, const char *text);
void raw_websocket_expect_close (RawWebsocket *websocket, guint16 code);
void raw_frame_free (RawFrame *frame);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawWebsocket, raw_websocket_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawFrame, raw_frame_free)

G_END_DECLS
