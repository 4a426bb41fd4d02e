/* engineio-frame.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* RFC 6455 frames as bytes: headers, masks, control frames, close codes. Pure and without state;
 * engineio-frame-decoder reads frames, engineio-packet holds messages that are ready to send. */

#include "config.h"

#include <string.h>

#include "engineio-frame.h"

/* clang-format off */
G_DEFINE_QUARK (engineio-frame-error-quark, engineio_frame_error)
/* clang-format on */

/**
 * engineio_frame_error_get_close_code:
 * @error: an error
 *
 * Returns: the close code (RFC 6455 section 7.4.1) that tells the peer of @error; 1011 if it is
 *   no %ENGINEIO_FRAME_ERROR
 */
guint16
engineio_frame_error_get_close_code (const GError *error)
{
  if (error == NULL || error->domain != ENGINEIO_FRAME_ERROR)
    return ENGINEIO_FRAME_CLOSE_INTERNAL_ERROR;

  switch ((EngineioFrameError)error->code)
    {
    case ENGINEIO_FRAME_ERROR_PROTOCOL:
      return ENGINEIO_FRAME_CLOSE_PROTOCOL_ERROR;
    case ENGINEIO_FRAME_ERROR_INVALID_UTF8:
    case ENGINEIO_FRAME_ERROR_INVALID_DEFLATE:
      return ENGINEIO_FRAME_CLOSE_INVALID_DATA;
    case ENGINEIO_FRAME_ERROR_TOO_MANY_FRAGMENTS:
      return ENGINEIO_FRAME_CLOSE_POLICY;
    case ENGINEIO_FRAME_ERROR_TOO_BIG:
      return ENGINEIO_FRAME_CLOSE_TOO_BIG;
    default:
      return ENGINEIO_FRAME_CLOSE_INTERNAL_ERROR;
    }
}

/**
 * engineio_frame_get_header_size:
 * @payload_length: the bytes of a payload
 *
 * Returns: the bytes of a header without a mask (RFC 6455 section 5.2): 2, 4 or 10
 */
gsize
engineio_frame_get_header_size (guint64 payload_length)
{
  if (payload_length <= 125)
    return 2;

  return payload_length <= G_MAXUINT16 ? 4 : 10;
}

/**
 * engineio_frame_write_header:
 * @out: (out caller-allocates): where the header goes
 * @opcode: an #EngineioFrameOpcode
 * @fin: whether this is the last, or only, frame of a message
 * @payload_length: the bytes of the payload, below 2^63
 * @mask: (nullable) (array fixed-size=4): the masking key, which clients must use
 *
 * Writes the header of a frame.
 *
 * Returns: the bytes written, 2 to 14
 */
gsize
engineio_frame_write_header (guint8 out[ENGINEIO_FRAME_MAX_HEADER],
                             guint8 opcode,
                             gboolean fin,
                             guint64 payload_length,
                             const guint8 *mask)
{
  gsize size = engineio_frame_get_header_size (payload_length);
  guint64 length = GUINT64_TO_BE (payload_length);

  out[0] = (fin ? 0x80 : 0) | (opcode & 0x0f);
  out[1] = size == 2 ? payload_length : size == 4 ? 126 : 127;
  /* The extended length is the low end of the 64 bits in network order: none, two or all eight. */
  memcpy (out + 2, (const guint8 *)&length + 8 - (size - 2), size - 2);

  if (mask != NULL)
    {
      out[1] |= 0x80;
      memcpy (out + size, mask, 4);
      size += 4;
    }

  return size;
}

/**
 * engineio_frame_mask:
 * @data: (inout) (array length=length): a piece of a payload
 * @length: its bytes
 * @mask: (array fixed-size=4): the masking key
 * @offset: how many bytes of the payload came before this piece
 *
 * Masks or unmasks in place; both are the same (RFC 6455 section 5.3).
 */
void
engineio_frame_mask (guint8 *data, gsize length, const guint8 mask[4], gsize offset)
{
  guint8 key[8];
  guint64 key_word, word;
  gsize i = 0;

  for (guint n = 0; n < sizeof key; n++)
    key[n] = mask[(offset + n) & 3];
  memcpy (&key_word, key, sizeof key_word);

  /* Through memcpy, for a payload starts at any address. */
  for (; i + sizeof word <= length; i += sizeof word)
    {
      memcpy (&word, data + i, sizeof word);
      word ^= key_word;
      memcpy (data + i, &word, sizeof word);
    }

  for (; i < length; i++)
    data[i] ^= key[i & 7];
}

/* The bytes of a header that is whole and has no mask. */
static gsize
read_header_size (const guint8 *frame)
{
  guint8 length = frame[1];

  return length <= 125 ? 2 : length == 126 ? 4 : 10;
}

/**
 * engineio_frame_append_masked:
 * @out: where it goes
 * @frame: (array length=length): a whole frame as a server sends it, not masked
 * @length: its bytes
 * @mask: (array fixed-size=4): the masking key, one that nobody can guess (RFC 6455 section 10.3)
 *
 * Appends the frame as a client sends it.
 */
void
engineio_frame_append_masked (GByteArray *out,
                              const guint8 *frame,
                              gsize length,
                              const guint8 mask[4])
{
  gsize header_size = read_header_size (frame);
  guint at = out->len;

  g_byte_array_append (out, frame, header_size);
  out->data[at + 1] |= 0x80;
  g_byte_array_append (out, mask, 4);
  g_byte_array_append (out, frame + header_size, length - header_size);
  at += header_size + 4;
  engineio_frame_mask (out->data + at, out->len - at, mask, 0);
}

/**
 * engineio_frame_close_code_is_valid:
 * @code: a close code
 *
 * Returns: whether @code may stand in a close frame: 1000 to 1003, 1007 to 1014 (RFC 6455 section
 *   7.4.1 and IANA's registry), 3000 to 4999 (section 7.4.2)
 */
gboolean
engineio_frame_close_code_is_valid (guint16 code)
{
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

static GBytes *
new_control (guint8 opcode, const void *data, gsize length)
{
  guint8 frame[ENGINEIO_FRAME_MAX_HEADER + ENGINEIO_FRAME_MAX_CONTROL];
  gsize size = engineio_frame_write_header (frame, opcode, TRUE, length, NULL);

  if (length > 0)
    memcpy (frame + size, data, length);

  return g_bytes_new (frame, size + length);
}

/* As much of @reason as a close frame holds beside its code, cut between characters. */
static gsize
get_reason_length (const char *reason)
{
  gsize max = ENGINEIO_FRAME_MAX_CONTROL - 2;
  gsize length = reason != NULL ? strlen (reason) : 0;

  if (length <= max)
    return length;

  while (max > 0 && ((guint8)reason[max] & 0xc0) == 0x80)
    max--;

  return max;
}

/**
 * engineio_frame_new_close:
 * @code: a close code, or 1005 for a close frame that names none
 * @reason: (nullable): why, valid UTF-8; what goes over 123 bytes is cut off
 *
 * Makes a server's close frame (RFC 6455 section 5.5.1).
 *
 * Returns: (transfer full): the whole frame
 */
GBytes *
engineio_frame_new_close (guint16 code, const char *reason)
{
  guint8 body[ENGINEIO_FRAME_MAX_CONTROL];
  gsize length;

  if (code == ENGINEIO_FRAME_CLOSE_NO_STATUS)
    return new_control (ENGINEIO_FRAME_OPCODE_CLOSE, NULL, 0);

  length = get_reason_length (reason);
  body[0] = code >> 8;
  body[1] = code & 0xff;
  if (length > 0)
    memcpy (body + 2, reason, length);

  return new_control (ENGINEIO_FRAME_OPCODE_CLOSE, body, 2 + length);
}

/**
 * engineio_frame_new_pong:
 * @data: (nullable) (array length=length): the payload of the ping
 * @length: its bytes, at most 125
 *
 * Makes a server's answer to a ping (RFC 6455 section 5.5.3).
 *
 * Returns: (transfer full): the whole frame
 */
GBytes *
engineio_frame_new_pong (const void *data, gsize length)
{
  g_return_val_if_fail (length <= ENGINEIO_FRAME_MAX_CONTROL, NULL);

  return new_control (ENGINEIO_FRAME_OPCODE_PONG, data, length);
}
