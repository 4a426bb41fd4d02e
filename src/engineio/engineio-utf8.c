/* engineio-utf8.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* UTF-8 as the wire has it: with lengths instead of terminators, with U+0000 allowed, and in
 * pieces. The frame decoder and the polling payload stand on it. */

#include "config.h"

#include <string.h>

#include "engineio-utf8.h"

#define HIGH_BITS G_GUINT64_CONSTANT (0x8080808080808080)

static gsize
count_ascii (const guint8 *data, gsize length)
{
  gsize n = 0;
  guint64 word;

  for (; n + sizeof word <= length; n += sizeof word)
    {
      memcpy (&word, data + n, sizeof word);
      if (word & HIGH_BITS)
        break;
    }

  return n;
}

/* Whether @data, which is no whole character, may become one when more bytes follow. */
static gboolean
is_unfinished (const guint8 *data, gsize length)
{
  guint8 low = 0x80, high = 0xbf;
  gsize size;

  if (data[0] >= 0xc2 && data[0] <= 0xdf)
    size = 2;
  else if (data[0] >= 0xe0 && data[0] <= 0xef)
    size = 3;
  else if (data[0] >= 0xf0 && data[0] <= 0xf4)
    size = 4;
  else
    return FALSE;

  if (length >= size)
    return FALSE;

  /* The second byte tells overlong forms, surrogates and what is above U+10FFFF (RFC 3629, 4). */
  switch (data[0])
    {
    case 0xe0:
      low = 0xa0;
      break;
    case 0xed:
      high = 0x9f;
      break;
    case 0xf0:
      low = 0x90;
      break;
    case 0xf4:
      high = 0x8f;
      break;
    default:
      break;
    }

  return (length < 2 || (data[1] >= low && data[1] <= high)) &&
         (length < 3 || (data[2] & 0xc0) == 0x80);
}

/**
 * engineio_utf8_advance:
 * @data: (array length=length): the text so far
 * @length: its bytes
 * @valid: (inout): how many bytes from the start are known to be whole valid characters
 *
 * Goes on checking a text that arrives in pieces, from where the last call stopped.
 *
 * A character that is cut off at the end is left for the next call, so that after the last piece
 * the text is valid if, and only if, *@valid equals @length. No byte is looked at more than four
 * times, however small the pieces are.
 *
 * Returns: %FALSE if no continuation can make this text valid
 */
gboolean
engineio_utf8_advance (const void *data, gsize length, gsize *valid)
{
  const guint8 *bytes = data;
  const char *end;

  while (*valid < length)
    {
      *valid += count_ascii (bytes + *valid, length - *valid);
      if (g_utf8_validate_len ((const char *)bytes + *valid, length - *valid, &end))
        {
          *valid = length;
          return TRUE;
        }

      *valid = (const guint8 *)end - bytes;
      if (bytes[*valid] != 0)
        return is_unfinished (bytes + *valid, length - *valid);

      /* GLib takes U+0000 for an error, Unicode does not. */
      (*valid)++;
    }

  return TRUE;
}

/**
 * engineio_utf8_validate:
 * @data: (array length=length): a whole text
 * @length: its bytes
 *
 * Checks a whole text. U+0000 is a character like any other.
 *
 * Returns: whether @data is valid UTF-8
 */
gboolean
engineio_utf8_validate (const void *data, gsize length)
{
  gsize valid = 0;

  return engineio_utf8_advance (data, length, &valid) && valid == length;
}
