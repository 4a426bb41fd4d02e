/* engineio-payload.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The bodies of HTTP long-polling in protocol 4: packets joined by the record separator, binary
 * ones as "b" and base64. Pure: used by the polling transport at the server and at the client. */

#include "config.h"

#include <string.h>

#include "engineio-payload.h"
#include "engineio-utf8.h"

#define SEPARATOR 0x1e

static gsize
base64_size (gsize length)
{
  return (length / 3 + (length % 3 != 0)) * 4;
}

/**
 * engineio_payload_get_packet_size:
 * @packet: a packet
 *
 * Returns: the bytes that @packet takes in a polling body, without a separator
 */
gsize
engineio_payload_get_packet_size (EngineioPacket *packet)
{
  gsize length;

  engineio_packet_get_wire (packet, &length);
  return engineio_packet_is_binary (packet) ? 1 + base64_size (length) : length;
}

/**
 * engineio_payload_fit:
 * @packets: (array length=n_packets): packets in the order they will be sent
 * @n_packets: how many
 * @max_size: the bytes that a body may have, `maxPayload` of the handshake
 *
 * Tells how many packets the next body can take. A single packet over the limit still goes, by
 * itself, for nothing else could ever be sent after it; so does the JavaScript client.
 *
 * Returns: a number from 1 to @n_packets and to %ENGINEIO_PAYLOAD_MAX_PACKETS, or 0 if there are
 *   no packets
 */
guint
engineio_payload_fit (EngineioPacket *const *packets, guint n_packets, gsize max_size)
{
  guint limit = MIN (n_packets, ENGINEIO_PAYLOAD_MAX_PACKETS);
  gsize total = 0;
  guint n;

  for (n = 0; n < limit; n++)
    {
      total += engineio_payload_get_packet_size (packets[n]) + (n > 0 ? 1 : 0);
      if (n > 0 && total > max_size)
        break;
    }

  return n;
}

static char *
write_packet (char *out, EngineioPacket *packet)
{
  int state = 0, save = 0;
  const char *wire;
  gsize length;

  wire = engineio_packet_get_wire (packet, &length);
  if (!engineio_packet_is_binary (packet))
    {
      memcpy (out, wire, length);
      return out + length;
    }

  *out++ = 'b';
  out += g_base64_encode_step ((const guchar *)wire, length, FALSE, out, &state, &save);
  return out + g_base64_encode_close (FALSE, out, &state, &save);
}

static EngineioPacket *
make_base64 (EngineioPacket *packet)
{
  char *wire;
  EngineioPacket *form = engineio_packet_new_unset (
    FALSE, engineio_payload_get_packet_size (packet), &wire);

  write_packet (wire, packet);
  return form;
}

/**
 * engineio_payload_get_base64_frame:
 * @packet: a packet
 * @length: (out): the bytes of the frame
 *
 * Gives the RFC 6455 frame that a peer gets which takes no bytes: a binary packet is the text that
 * it is in a polling body. It is made once for all of them.
 *
 * Returns: (transfer none) (array length=length): the frame, as long as @packet lives
 */
const guint8 *
engineio_payload_get_base64_frame (EngineioPacket *packet, gsize *length)
{
  if (engineio_packet_is_binary (packet))
    packet = engineio_packet_get_form (packet, ENGINEIO_PACKET_FORM_BASE64, make_base64);
  return engineio_packet_get_frame (packet, length);
}

/**
 * engineio_payload_encode:
 * @packets: (array length=n_packets): packets in order, at least one
 * @n_packets: how many
 *
 * Joins packets to one polling body. A separator inside of a text cannot be told from one between
 * packets, the protocol has no escape for it; JSON never holds it unescaped.
 *
 * Returns: (transfer full): the body, valid UTF-8 if the packets are
 */
GBytes *
engineio_payload_encode (EngineioPacket *const *packets, guint n_packets)
{
  gsize size = n_packets > 0 ? n_packets - 1 : 0;
  g_autofree char *body = NULL;
  char *out;

  for (guint i = 0; i < n_packets; i++)
    size += engineio_payload_get_packet_size (packets[i]);

  out = body = g_malloc (size);
  for (guint i = 0; i < n_packets; i++)
    {
      if (i > 0)
        *out++ = SEPARATOR;
      out = write_packet (out, packets[i]);
    }

  return g_bytes_new_take (g_steal_pointer (&body), size);
}

/**
 * engineio_payload_iter_init:
 * @iter: an iterator
 * @body: (array length=length): a polling body, which must outlive the iteration
 * @length: its bytes
 *
 * Begins to read a body. Nothing is read ahead, so that a caller can stop anywhere.
 */
void
engineio_payload_iter_init (EngineioPayloadIter *iter, const char *body, gsize length)
{
  iter->next = body != NULL ? body : "";
  iter->left = length;
  iter->packets = 0;
  iter->texts = ENGINEIO_PAYLOAD_TEXTS_UNKNOWN;
}

/* Cuts off the text up to the next separator. The body ends with no separator after its last
 * packet, so a NULL next tells the end, and an empty rest is an empty packet. */
static const char *
take_record (EngineioPayloadIter *iter, gsize *length)
{
  const char *record = iter->next;
  const char *separator = iter->left > 0 ? memchr (record, SEPARATOR, iter->left) : NULL;

  if (separator == NULL)
    {
      *length = iter->left;
      iter->next = NULL;
      return record;
    }

  *length = separator - record;
  iter->next = separator + 1;
  iter->left -= *length + 1;
  return record;
}

static EngineioPacket *
read_packet (EngineioPayloadIter *iter, GError **error)
{
  const char *record;
  gsize length;

  if (iter->packets++ == ENGINEIO_PAYLOAD_MAX_PACKETS)
    {
      g_set_error (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_TOO_MANY,
                   "A body has more than %d packets", ENGINEIO_PAYLOAD_MAX_PACKETS);
      return NULL;
    }

  record = take_record (iter, &length);
  if (!engineio_utf8_validate (record, length))
    {
      g_set_error_literal (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_INVALID_UTF8,
                           "A packet is not valid UTF-8");
      return NULL;
    }

  return engineio_packet_new_from_wire (record, length, error);
}

/**
 * engineio_payload_iter_next:
 * @iter: an iterator
 * @packet: (out) (transfer full): the next packet, %NULL at the end and on error
 * @error: return location for an error of %ENGINEIO_PACKET_ERROR
 *
 * Reads the next packet. An empty packet is an error, and with it an empty body, two separators
 * in a row, and one at the start or the end. After an error the iteration is over; what came
 * before it counts.
 *
 * Returns: %TRUE if there is a packet, %FALSE at the end or with @error set
 */
gboolean
engineio_payload_iter_next (EngineioPayloadIter *iter, EngineioPacket **packet, GError **error)
{
  *packet = NULL;
  if (iter->next == NULL)
    return FALSE;

  *packet = read_packet (iter, error);
  if (*packet == NULL)
    iter->next = NULL;

  return *packet != NULL;
}
