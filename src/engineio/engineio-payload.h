/* engineio-payload.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-packet.h"

G_BEGIN_DECLS

/**
 * ENGINEIO_PAYLOAD_MAX_PACKETS:
 *
 * How many packets one polling body may hold.
 *
 * The protocol names no limit. A client that flushes a burst fills its body up to `maxPayload`
 * (1,000,000 bytes by default), which is about this many events of the shortest useful kind
 * (`42["tick",12]` and its separator). More than that in one request is no chat but a body made of
 * two-byte packets, where the work for each packet is out of all proportion to its size.
 */
#define ENGINEIO_PAYLOAD_MAX_PACKETS 65536

/* What a polling body says of itself. Without the charset, pages in another encoding read wrongly.
 */
#define ENGINEIO_PAYLOAD_TEXT   "text/plain; charset=UTF-8"
#define ENGINEIO_PAYLOAD_BINARY "application/octet-stream"

/**
 * EngineioPayloadTexts:
 * @ENGINEIO_PAYLOAD_TEXTS_UNKNOWN: nothing has shown it yet
 * @ENGINEIO_PAYLOAD_TEXTS_ONCE: once, as it should be
 * @ENGINEIO_PAYLOAD_TEXTS_TWICE: twice over, as Socket.IO 1 does
 *
 * How a client encodes its texts as UTF-8.
 */
typedef enum
{
  ENGINEIO_PAYLOAD_TEXTS_UNKNOWN,
  ENGINEIO_PAYLOAD_TEXTS_ONCE,
  ENGINEIO_PAYLOAD_TEXTS_TWICE,
} EngineioPayloadTexts;

/**
 * EngineioPayloadIter:
 * @texts: what is known of the client, which its packets may show
 *
 * Walks over the packets of a polling body. Lives on the stack, owns nothing, and all its other
 * fields are private.
 */
typedef struct
{
  EngineioPayloadTexts texts;

  /*< private >*/
  const char *next;
  gsize left;
  guint packets;
} EngineioPayloadIter;

GBytes *engineio_payload_encode (EngineioPacket *const *packets, guint n_packets);
gsize engineio_payload_get_packet_size (EngineioPacket *packet);
const guint8 *engineio_payload_get_base64_frame (EngineioPacket *packet, gsize *length);
guint engineio_payload_fit (EngineioPacket *const *packets, guint n_packets, gsize max_size);

void engineio_payload_iter_init (EngineioPayloadIter *iter, const char *body, gsize length);
gboolean
engineio_payload_iter_next (EngineioPayloadIter *iter, EngineioPacket **packet, GError **error);

G_END_DECLS
