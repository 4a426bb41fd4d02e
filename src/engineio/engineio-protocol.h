/* engineio-protocol.h: what differs between the revisions of the protocol
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-payload.h"

G_BEGIN_DECLS

/**
 * EngineioProtocol:
 * @revision: the number that the peer names as EIO
 * @server_pings: whether the server pings and the client answers, else it is the other way round
 * @tells_max_payload: whether the handshake has `maxPayload`
 * @get_frame: gives the RFC 6455 frame that a packet is sent in, as long as the packet lives
 * @read_message: reads a WebSocket message; a text is valid UTF-8
 * @fit: tells how many packets the next polling body can take, at least one
 * @encode: joins packets to a polling body, and names its type
 * @next: reads the next packet of a polling body; one of type `application/octet-stream` is read by
 *   @next_binary
 * @next_binary: (nullable): %NULL if there is no such form
 *
 * How sessions and transports speak with a peer. One is chosen at the handshake, and nothing else
 * asks which revision it is.
 */
typedef struct
{
  guint revision;
  gboolean server_pings;
  gboolean tells_max_payload;

  const guint8 *(*get_frame) (EngineioPacket *packet, gsize *length);
  EngineioPacket *(*read_message) (const char *data, gsize length, gboolean binary, GError **error);

  guint (*fit) (EngineioPacket *const *packets,
                guint n_packets,
                EngineioPayloadTexts texts,
                gsize max_size);
  GBytes *(*encode) (EngineioPacket *const *packets,
                     guint n_packets,
                     EngineioPayloadTexts texts,
                     const char **content_type);
  gboolean (*next) (EngineioPayloadIter *iter, EngineioPacket **packet, GError **error);
  gboolean (*next_binary) (EngineioPayloadIter *iter, EngineioPacket **packet, GError **error);
} EngineioProtocol;

/* What a client of ours speaks, with bytes or without. */
extern const EngineioProtocol engineio_protocol_current;
extern const EngineioProtocol engineio_protocol_base64;

const EngineioProtocol *engineio_protocol_find (const char *name, gboolean base64);
const EngineioProtocol *engineio_protocol_adapt (const EngineioProtocol *protocol, gboolean base64);

G_END_DECLS
