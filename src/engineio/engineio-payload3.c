/* engineio-payload3.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The bodies of HTTP long-polling in protocol 3. There are two forms, and both ends use both:
 *
 *   text    the length in UTF-16 units as decimal digits, a colon, and the packet
 *   binary  a byte 0 for a text or 1 for bytes, the length in bytes as decimal digits with the
 *           values 0 to 9, a byte 255, and the packet
 *
 * Pure: engineio-packet3 reads and writes the packets themselves. */

#include "config.h"

#include <string.h>

#include "engineio-packet3.h"
#include "engineio-payload3.h"
#include "engineio-text3.h"
#include "engineio-utf8.h"

/* More than any body has bytes, and no number of so many digits overflows. */
#define MAX_DIGITS 10

#define RECORD_TEXT   0
#define RECORD_BINARY 1
#define RECORD_START  255

/* {{{ Writing */

static guint
count_digits (gsize number)
{
  guint n = 1;

  for (; number > 9; number /= 10)
    n++;
  return n;
}

/* Writes @number with its digits from @zero on. */
static char *
write_number (char *out, gsize number, char zero)
{
  guint n = count_digits (number);

  for (guint i = n; i > 0; i--, number /= 10)
    out[i - 1] = zero + number % 10;
  return out + n;
}

static gsize
get_text_record_size (EngineioPacket *packet)
{
  gsize length, units;
  const char *wire = engineio_packet_get_wire (packet, &length);

  if (engineio_packet_is_binary (packet))
    length = units = engineio_packet3_get_base64_size (packet);
  else
    units = engineio_text3_count_units (wire, length);
  return count_digits (units) + 1 + length;
}

static gsize
get_twice_record_size (EngineioPacket *packet)
{
  gsize length;
  const char *wire = engineio_packet_get_wire (packet, &length);

  if (engineio_packet_is_binary (packet))
    return get_text_record_size (packet);
  return count_digits (length) + 1 + engineio_text3_get_twice_size (wire, length);
}

static gsize
get_binary_record_size (EngineioPacket *packet)
{
  gsize length;

  engineio_packet_get_wire (packet, &length);
  length += engineio_packet_is_binary (packet) ? 1 : 0;
  return 1 + count_digits (length) + 1 + length;
}

static char *
write_base64_record (char *out, EngineioPacket *packet)
{
  out = write_number (out, engineio_packet3_get_base64_size (packet), '0');
  *out++ = ':';
  return engineio_packet3_write_base64 (packet, out);
}

static char *
write_text_record (char *out, EngineioPacket *packet)
{
  gsize length;
  const char *wire = engineio_packet_get_wire (packet, &length);

  if (engineio_packet_is_binary (packet))
    return write_base64_record (out, packet);

  out = write_number (out, engineio_text3_count_units (wire, length), '0');
  *out++ = ':';
  memcpy (out, wire, length);
  return out + length;
}

static char *
write_twice_record (char *out, EngineioPacket *packet)
{
  gsize length;
  const char *wire = engineio_packet_get_wire (packet, &length);

  if (engineio_packet_is_binary (packet))
    return write_base64_record (out, packet);

  out = write_number (out, length, '0');
  *out++ = ':';
  return engineio_text3_write_twice (out, wire, length);
}

static char *
write_binary_record (char *out, EngineioPacket *packet)
{
  gboolean binary = engineio_packet_is_binary (packet);
  gsize length;
  const char *wire = engineio_packet_get_wire (packet, &length);

  *out++ = binary ? RECORD_BINARY : RECORD_TEXT;
  out = write_number (out, length + (binary ? 1 : 0), 0);
  *out++ = (char)RECORD_START;
  if (binary)
    *out++ = ENGINEIO_PACKET_MESSAGE;
  if (length > 0)
    memcpy (out, wire, length);
  return out + length;
}

static GBytes *
write_body (EngineioPacket *const *packets,
            guint n_packets,
            gsize (*get_size) (EngineioPacket *packet),
            char *(*write) (char *out, EngineioPacket *packet))
{
  gsize size = 0;
  g_autofree char *body = NULL;
  char *out;

  for (guint i = 0; i < n_packets; i++)
    size += get_size (packets[i]);

  out = body = g_malloc (size);
  for (guint i = 0; i < n_packets; i++)
    out = write (out, packets[i]);

  return g_bytes_new_take (g_steal_pointer (&body), size);
}

static gboolean
is_ascii (EngineioPacket *packet)
{
  gsize length;
  const char *wire = engineio_packet_get_wire (packet, &length);

  return !engineio_packet_is_binary (packet) && engineio_text3_count_units (wire, length) == length;
}

/**
 * engineio_payload3_encode:
 * @packets: (array length=n_packets): packets in order, at least one
 * @n_packets: how many
 * @texts: how the client encodes its own
 * @content_type: (out): a static string
 *
 * Joins packets to one polling body for a client that takes bytes. With anything but ASCII in it
 * the body is a binary one. Bytes need that; and a browser's client of Socket.IO 1 counts the bytes
 * of a text body where the protocol counts UTF-16 units, and would take it for a broken one.
 *
 * Returns: (transfer full): the body
 */
GBytes *
engineio_payload3_encode (EngineioPacket *const *packets,
                          guint n_packets,
                          EngineioPayloadTexts texts,
                          const char **content_type)
{
  for (guint i = 0; i < n_packets; i++)
    if (!is_ascii (packets[i]))
      {
        *content_type = ENGINEIO_PAYLOAD_BINARY;
        return write_body (packets, n_packets, get_binary_record_size, write_binary_record);
      }

  return engineio_payload3_encode_base64 (packets, n_packets, texts, content_type);
}

/**
 * engineio_payload3_encode_base64:
 * @packets: (array length=n_packets): packets in order, at least one
 * @n_packets: how many
 * @texts: how the client encodes its own
 * @content_type: (out): a static string
 *
 * Joins packets to one polling body for a client that takes no bytes.
 *
 * Returns: (transfer full): the body, valid UTF-8 if the packets are
 */
GBytes *
engineio_payload3_encode_base64 (EngineioPacket *const *packets,
                                 guint n_packets,
                                 EngineioPayloadTexts texts,
                                 const char **content_type)
{
  *content_type = ENGINEIO_PAYLOAD_TEXT;
  if (texts == ENGINEIO_PAYLOAD_TEXTS_TWICE)
    return write_body (packets, n_packets, get_twice_record_size, write_twice_record);
  return write_body (packets, n_packets, get_text_record_size, write_text_record);
}

static guint
fit (EngineioPacket *const *packets,
     guint n_packets,
     gsize max_size,
     gsize (*get_size) (EngineioPacket *packet))
{
  guint limit = MIN (n_packets, ENGINEIO_PAYLOAD_MAX_PACKETS);
  gsize total = 0;
  guint n;

  for (n = 0; n < limit; n++)
    {
      total += get_size (packets[n]);
      if (n > 0 && total > max_size)
        break;
    }

  return n;
}

/**
 * engineio_payload3_fit:
 * @packets: (array length=n_packets): packets in the order they will be sent
 * @n_packets: how many
 * @texts: how the client encodes its own
 * @max_size: the bytes that a body may have
 *
 * Tells how many packets the next body of [func@payload3_encode] can take. A single packet over the
 * limit still goes, by itself.
 *
 * Returns: a number from 1 to @n_packets and to %ENGINEIO_PAYLOAD_MAX_PACKETS, or 0 if there are
 *   no packets
 */
guint
engineio_payload3_fit (EngineioPacket *const *packets,
                       guint n_packets,
                       EngineioPayloadTexts texts,
                       gsize max_size)
{
  return fit (packets, n_packets, max_size, get_binary_record_size);
}

/**
 * engineio_payload3_fit_base64:
 * @packets: (array length=n_packets): packets in the order they will be sent
 * @n_packets: how many
 * @texts: how the client encodes its own
 * @max_size: the bytes that a body may have
 *
 * The same for [func@payload3_encode_base64].
 *
 * Returns: a number from 1 to @n_packets and to %ENGINEIO_PAYLOAD_MAX_PACKETS, or 0 if there are
 *   no packets
 */
guint
engineio_payload3_fit_base64 (EngineioPacket *const *packets,
                              guint n_packets,
                              EngineioPayloadTexts texts,
                              gsize max_size)
{
  return fit (packets, n_packets, max_size,
              texts == ENGINEIO_PAYLOAD_TEXTS_TWICE ? get_twice_record_size : get_text_record_size);
}

/* }}} */
/* {{{ Reading */

static gboolean
fail (GError **error, EngineioPacketError code, const char *message)
{
  g_set_error_literal (error, ENGINEIO_PACKET_ERROR, code, message);
  return FALSE;
}

static void
skip (EngineioPayloadIter *iter, gsize length)
{
  iter->next += length;
  iter->left -= length;
}

/* Reads digits from @zero on up to @end, which must be there. A number has one writing. */
static gboolean
read_length (EngineioPayloadIter *iter, char zero, char end, gsize *length, GError **error)
{
  guint64 number = 0;
  guint n;

  for (n = 0; n < iter->left && iter->next[n] != end; n++)
    {
      guint8 digit = iter->next[n] - zero;

      if (digit > 9 || n == MAX_DIGITS || (n > 0 && number == 0))
        return fail (error, ENGINEIO_PACKET_ERROR_INVALID_LENGTH, "A length is no number");
      number = number * 10 + digit;
    }

  if (n == 0 || n == iter->left)
    return fail (error, ENGINEIO_PACKET_ERROR_INVALID_LENGTH, "A packet has no length");
  if (number > iter->left - n - 1)
    return fail (error, ENGINEIO_PACKET_ERROR_INVALID_LENGTH, "A packet is cut off");

  skip (iter, n + 1);
  *length = number;
  return TRUE;
}

/* The bytes of a character, by its first one. What is not UTF-8 is found later. */
static gsize
get_character_size (guint8 first)
{
  if (first < 0xc0)
    return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* The bytes of the next @units. They end with a character, or the length was wrong. */
static gboolean
measure_units (EngineioPayloadIter *iter, gsize units, gsize *length, GError **error)
{
  gsize size, width;

  *length = 0;
  for (; units > 0; units -= width, *length += size)
    {
      if (*length >= iter->left)
        return fail (error, ENGINEIO_PACKET_ERROR_INVALID_LENGTH, "A packet is cut off");

      size = get_character_size (iter->next[*length]);
      width = size == 4 ? 2 : 1;
      if (size > iter->left - *length || width > units)
        return fail (error, ENGINEIO_PACKET_ERROR_INVALID_LENGTH, "A length ends in a character");
    }

  return TRUE;
}

static gboolean
count_packet (EngineioPayloadIter *iter, GError **error)
{
  if (iter->packets++ < ENGINEIO_PAYLOAD_MAX_PACKETS)
    return TRUE;

  g_set_error (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_TOO_MANY,
               "A body has more than %d packets", ENGINEIO_PAYLOAD_MAX_PACKETS);
  return FALSE;
}

/* Nothing in a request tells Socket.IO 1 from 2, so the first text that is not ASCII has to show
 * it: bytes of UTF-8 that are characters all the same are a text encoded twice. What is so by
 * chance, such as "Ã©", is what such a text looks like when it was read wrongly. */
static EngineioPacket *
read_text (EngineioPayloadIter *iter, gsize length, GError **error)
{
  g_autofree char *decoded = NULL;

  if (iter->texts != ENGINEIO_PAYLOAD_TEXTS_ONCE &&
      engineio_text3_count_units (iter->next, length) < length)
    {
      gsize decoded_length;

      decoded = engineio_text3_decode_twice (iter->next, length, &decoded_length);
      if (iter->texts == ENGINEIO_PAYLOAD_TEXTS_UNKNOWN)
        iter->texts = decoded != NULL ? ENGINEIO_PAYLOAD_TEXTS_TWICE : ENGINEIO_PAYLOAD_TEXTS_ONCE;
      if (decoded != NULL)
        return engineio_packet3_new_from_text (decoded, decoded_length, error);
    }

  return engineio_packet3_new_from_text (iter->next, length, error);
}

static EngineioPacket *
read_text_record (EngineioPayloadIter *iter, GError **error)
{
  EngineioPacket *packet;
  gsize units, length;

  if (!read_length (iter, '0', ':', &units, error) || !measure_units (iter, units, &length, error))
    return NULL;

  if (!engineio_utf8_validate (iter->next, length))
    {
      fail (error, ENGINEIO_PACKET_ERROR_INVALID_UTF8, "A packet is not valid UTF-8");
      return NULL;
    }

  packet = read_text (iter, length, error);
  skip (iter, length);
  return packet;
}

static EngineioPacket *
read_repaired_text (const char *text, gsize length, GError **error)
{
  g_autofree char *copy = g_memdup2 (text, length);

  engineio_text3_replace_surrogates (copy, length);
  if (engineio_utf8_validate (copy, length))
    return engineio_packet3_new_from_text (copy, length, error);

  fail (error, ENGINEIO_PACKET_ERROR_INVALID_UTF8, "A packet is not valid UTF-8");
  return NULL;
}

static EngineioPacket *
read_binary_record (EngineioPayloadIter *iter, GError **error)
{
  EngineioPacket *packet;
  guint8 kind = *iter->next;
  gsize length;

  if (kind > RECORD_BINARY)
    {
      fail (error, ENGINEIO_PACKET_ERROR_UNKNOWN_TYPE, "A packet is neither text nor bytes");
      return NULL;
    }

  skip (iter, 1);
  if (!read_length (iter, 0, (char)RECORD_START, &length, error))
    return NULL;

  if (kind == RECORD_BINARY)
    packet = engineio_packet3_new_from_binary (iter->next, length, error);
  else if (engineio_utf8_validate (iter->next, length))
    packet = engineio_packet3_new_from_text (iter->next, length, error);
  else
    packet = read_repaired_text (iter->next, length, error);
  skip (iter, length);
  return packet;
}

static gboolean
next (EngineioPayloadIter *iter,
      EngineioPacket **packet,
      GError **error,
      EngineioPacket *(*read) (EngineioPayloadIter *iter, GError **error))
{
  *packet = NULL;
  if (iter->next == NULL || (iter->left == 0 && iter->packets > 0))
    return FALSE;

  if (iter->left == 0)
    fail (error, ENGINEIO_PACKET_ERROR_EMPTY, "A body is empty");
  else if (count_packet (iter, error))
    *packet = read (iter, error);

  if (*packet == NULL)
    iter->next = NULL;
  return *packet != NULL;
}

/**
 * engineio_payload3_next:
 * @iter: an iterator over a text body
 * @packet: (out) (transfer full): the next packet, %NULL at the end and on error
 * @error: return location for an error of %ENGINEIO_PACKET_ERROR
 *
 * Reads the next packet of a text body. Each has its length in UTF-16 units before it. An empty
 * packet is an error, and so is an empty body. After an error the iteration is over; what came
 * before it counts.
 *
 * Returns: %TRUE if there is a packet, %FALSE at the end or with @error set
 */
gboolean
engineio_payload3_next (EngineioPayloadIter *iter, EngineioPacket **packet, GError **error)
{
  return next (iter, packet, error, read_text_record);
}

/**
 * engineio_payload3_next_binary:
 * @iter: an iterator over a binary body
 * @packet: (out) (transfer full): the next packet, %NULL at the end and on error
 * @error: return location for an error of %ENGINEIO_PACKET_ERROR
 *
 * Reads the next packet of a binary body. Each has its kind and its length in bytes before it.
 *
 * Returns: %TRUE if there is a packet, %FALSE at the end or with @error set
 */
gboolean
engineio_payload3_next_binary (EngineioPayloadIter *iter, EngineioPacket **packet, GError **error)
{
  return next (iter, packet, error, read_binary_record);
}

/* }}} */
