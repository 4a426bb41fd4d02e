/* engineio-text3.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Texts as JavaScript had them when protocol 3 was young: counted in UTF-16 units, with halves of
 * surrogate pairs, and, from Socket.IO 1, encoded as UTF-8 twice over: the bytes of the text are
 * taken for characters, which are encoded once more. Pure; engineio-payload3 stands on it. */

#include "config.h"

#include <string.h>

#include "engineio-text3.h"
#include "engineio-utf8.h"

static gboolean
is_continuation (guint8 byte)
{
  return (byte & 0xc0) == 0x80;
}

/**
 * engineio_text3_count_units:
 * @text: (array length=length): a valid text
 * @length: its bytes
 *
 * Returns: its UTF-16 units: what JavaScript calls its length
 */
gsize
engineio_text3_count_units (const char *text, gsize length)
{
  gsize units = 0;

  for (gsize i = 0; i < length; i++)
    units += !is_continuation (text[i]) + ((guint8)text[i] >= 0xf0);
  return units;
}

/**
 * engineio_text3_replace_surrogates:
 * @text: (array length=length): a text that is not valid
 * @length: its bytes
 *
 * Replaces halves of surrogate pairs, which old clients write as the three bytes that a character
 * of their number would have, by U+FFFD, which has three bytes too. So do their decoders.
 */
void
engineio_text3_replace_surrogates (char *text, gsize length)
{
  guint8 *bytes = (guint8 *)text;

  for (gsize i = 0; i + 3 <= length; i++)
    if (bytes[i] == 0xed && bytes[i + 1] >= 0xa0 && bytes[i + 1] <= 0xbf &&
        is_continuation (bytes[i + 2]))
      memcpy (bytes + i, "\xef\xbf\xbd", 3);
}

/**
 * engineio_text3_get_twice_size:
 * @text: (array length=length): a text
 * @length: its bytes
 *
 * Returns: the bytes of @text encoded once more; its UTF-16 units are then @length
 */
gsize
engineio_text3_get_twice_size (const char *text, gsize length)
{
  gsize size = length;

  for (gsize i = 0; i < length; i++)
    size += (guint8)text[i] >= 0x80;
  return size;
}

/**
 * engineio_text3_write_twice:
 * @out: room for as many bytes as [func@text3_get_twice_size] says
 * @text: (array length=length): a text
 * @length: its bytes
 *
 * Encodes @text once more.
 *
 * Returns: the end of what was written
 */
char *
engineio_text3_write_twice (char *out, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      guint8 byte = text[i];

      if (byte >= 0x80)
        *out++ = (char)(0xc0 | byte >> 6);
      *out++ = (char)(byte >= 0x80 ? 0x80 | (byte & 0x3f) : byte);
    }

  return out;
}

/**
 * engineio_text3_decode_twice:
 * @text: (array length=length): a valid text
 * @length: its bytes
 * @decoded_length: (out): the bytes of the result
 *
 * Decodes a text that was encoded twice: all of its characters are bytes, and those are a text that
 * is not ASCII alone.
 *
 * Returns: (transfer full) (nullable): a valid text, not terminated; %NULL if @text was not encoded
 *   twice
 */
char *
engineio_text3_decode_twice (const char *text, gsize length, gsize *decoded_length)
{
  g_autofree char *decoded = g_malloc (length + 1);
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    {
      guint8 byte = text[i];

      /* What begins with another byte is beyond U+00FF. */
      if (byte >= 0x80 && (byte & 0xfe) != 0xc2)
        return NULL;
      decoded[n++] = (char)(byte < 0x80 ? byte : (byte & 3) << 6 | (text[++i] & 0x3f));
    }

  if (n == length)
    return NULL;
  if (!engineio_utf8_validate (decoded, n))
    engineio_text3_replace_surrogates (decoded, n);
  if (!engineio_utf8_validate (decoded, n))
    return NULL;

  *decoded_length = n;
  return g_steal_pointer (&decoded);
}
