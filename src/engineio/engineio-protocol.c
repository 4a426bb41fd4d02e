/* engineio-protocol.c: the revisions of the protocol that a server can speak
 *
 * Revision 4 is that of Socket.IO 3 and later; its codecs are engineio-packet and engineio-payload.
 * Revision 3 is that of Socket.IO 1 and 2, with engineio-packet3 and engineio-payload3. Each comes
 * in two forms, because a client can say that it takes no bytes, and does so for each transport
 * anew.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-protocol.h"

#include "engineio-packet3.h"
#include "engineio-payload3.h"

static EngineioPacket *
read_message (const char *data, gsize length, gboolean binary, GError **error)
{
  if (binary)
    return engineio_packet_new_binary (data, length);
  return engineio_packet_new_from_wire (data, length, error);
}

static guint
fit (EngineioPacket *const *packets, guint n_packets, EngineioPayloadTexts texts, gsize max_size)
{
  return engineio_payload_fit (packets, n_packets, max_size);
}

static GBytes *
encode (EngineioPacket *const *packets,
        guint n_packets,
        EngineioPayloadTexts texts,
        const char **content_type)
{
  *content_type = ENGINEIO_PAYLOAD_TEXT;
  return engineio_payload_encode (packets, n_packets);
}

const EngineioProtocol engineio_protocol_current = {
  .revision = 4,
  .server_pings = TRUE,
  .tells_max_payload = TRUE,
  .get_frame = engineio_packet_get_frame,
  .read_message = read_message,
  .fit = fit,
  .encode = encode,
  .next = engineio_payload_iter_next,
};

const EngineioProtocol engineio_protocol_base64 = {
  .revision = 4,
  .server_pings = TRUE,
  .tells_max_payload = TRUE,
  .get_frame = engineio_payload_get_base64_frame,
  .read_message = read_message,
  .fit = fit,
  .encode = encode,
  .next = engineio_payload_iter_next,
};

static const EngineioProtocol protocol_3 = {
  .revision = 3,
  .get_frame = engineio_packet3_get_frame,
  .read_message = engineio_packet3_new_from_message,
  .fit = engineio_payload3_fit,
  .encode = engineio_payload3_encode,
  .next = engineio_payload3_next,
  .next_binary = engineio_payload3_next_binary,
};

static const EngineioProtocol protocol_3_base64 = {
  .revision = 3,
  .get_frame = engineio_packet3_get_base64_frame,
  .read_message = engineio_packet3_new_from_message,
  .fit = engineio_payload3_fit_base64,
  .encode = engineio_payload3_encode_base64,
  .next = engineio_payload3_next,
  .next_binary = engineio_payload3_next_binary,
};

/**
 * engineio_protocol_find:
 * @name: (nullable): the EIO of a request; %NULL if it has none, which clients up to revision 3 may
 *   leave out
 * @base64: whether the request asks for base64 in place of bytes
 *
 * Finds the revision that a client speaks.
 *
 * Returns: (nullable): a static object; %NULL if we do not speak it
 */
const EngineioProtocol *
engineio_protocol_find (const char *name, gboolean base64)
{
  if (g_strcmp0 (name, "4") == 0)
    return engineio_protocol_adapt (&engineio_protocol_current, base64);
  if (name == NULL || g_str_equal (name, "3"))
    return engineio_protocol_adapt (&protocol_3, base64);
  return NULL;
}

/**
 * engineio_protocol_adapt:
 * @protocol: what a session speaks
 * @base64: whether a request of it asks for base64 in place of bytes
 *
 * Gives the form of @protocol that the transport of a request speaks.
 *
 * Returns: a static object
 */
const EngineioProtocol *
engineio_protocol_adapt (const EngineioProtocol *protocol, gboolean base64)
{
  if (protocol->revision == 4)
    return base64 ? &engineio_protocol_base64 : &engineio_protocol_current;
  return base64 ? &protocol_3_base64 : &protocol_3;
}
