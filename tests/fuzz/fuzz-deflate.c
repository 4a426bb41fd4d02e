/* fuzz-deflate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Compressed WebSocket messages: any bytes as a message, as a stream of frames, as a text to be
 * compressed, and as a header of the handshake.
 *
 * Input: a byte whose low bits choose which of the four, the limit and the window or the sizes of
 * the pieces; then what it is about. */

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "engineio-deflate.h"
#include "engineio-frame-decoder.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* {{{ A message */

static void
restore_once (const guint8 *data, gsize size, gsize max, GByteArray *log)
{
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  g_autofree guint8 *message = engineio_deflate_restore (data, size, max, &length, &error);
  guint16 code = error != NULL ? engineio_frame_error_get_close_code (error) : 0;

  g_assert_true ((message == NULL) == (error != NULL));
  g_assert_cmpuint (length, <=, max);
  g_byte_array_append (log, (const guint8 *)&code, sizeof code);
  if (length > 0)
    g_byte_array_append (log, message, length);
}

/* One message never changes how the next one is read, though they share an inflater. */
static void
restore (const guint8 *data, gsize size, gsize max, GByteArray *log)
{
  g_autoptr (GByteArray) again = g_byte_array_new ();
  guint before = log->len;

  restore_once (data, size, max, log);
  restore_once (data, size, max, again);
  g_assert_cmpmem (log->data + before, log->len - before, again->data, again->len);
}

/* }}} */
/* {{{ Frames */

static GByteArray *
decode (const guint8 *data, gsize size, gsize max, gsize step)
{
  g_autoptr (EngineioFrameDecoder)
    decoder = engineio_frame_decoder_new (ENGINEIO_FRAME_ROLE_CLIENT, max);
  GByteArray *log = g_byte_array_new ();

  engineio_frame_decoder_allow_compressed (decoder);
  while (size > 0)
    {
      gsize n = MIN (step, size);
      g_autofree guint8 *piece = g_memdup2 (data, n);
      EngineioFrameResult result;
      EngineioFrame frame;

      engineio_frame_decoder_push (decoder, piece, n);
      while ((result = engineio_frame_decoder_next (decoder, &frame, NULL)) !=
             ENGINEIO_FRAME_NEED_MORE)
        {
          g_byte_array_append (log, (const guint8 *)&result, sizeof result);
          if (result == ENGINEIO_FRAME_MESSAGE && frame.compressed)
            restore (frame.data, frame.length, max, log);
        }
      data += n;
      size -= n;
    }
  return log;
}

static void
check_frames (const guint8 *data, gsize size, gsize max, gsize step)
{
  g_autoptr (GByteArray) whole = decode (data, size, max, G_MAXSIZE);
  g_autoptr (GByteArray) cut = decode (data, size, max, step);

  g_assert_cmpmem (whole->data, whole->len, cut->data, cut->len);
}

/* }}} */
/* {{{ A text, and a header */

static void
check_round_trip (const guint8 *data, gsize size, guint window_bits)
{
  g_autoptr (GBytes) packed = size > 0 ? engineio_deflate_message (data, size, window_bits) : NULL;
  g_autofree guint8 *text = NULL;
  gsize length;

  if (packed == NULL)
    return;

  g_assert_cmpuint (g_bytes_get_size (packed), <, size);
  text = engineio_deflate_restore (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed), size,
                                   &length, NULL);
  g_assert_cmpmem (text, length, data, size);
}

/* What the server agrees to is never more than the client can read. */
static void
check_negotiation (const guint8 *data, gsize size)
{
  g_autofree char *offers = g_strndup ((const char *)data, size);
  guint window_bits = 99;
  g_autofree char *answer = engineio_deflate_negotiate (offers, &window_bits);
  GHashTable *parameters = soup_header_parse_semi_param_list_strict (offers);

  if (answer != NULL)
    g_assert_true (window_bits >= 9 && window_bits <= 15);
  else
    g_assert_cmpuint (window_bits, ==, 0);

  if (engineio_deflate_read_answer (parameters, &window_bits))
    g_assert_true (window_bits == 0 || (window_bits >= 9 && window_bits <= 15));
  g_clear_pointer (&parameters, soup_header_free_param_list);
}

/* }}} */

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const gsize limits[] = { 0, 10, 1000, 100000 };
  g_autoptr (GByteArray) log = g_byte_array_new ();
  gsize limit;

  if (size < 1)
    return 0;

  limit = limits[data[0] >> 2 & 3];
  switch (data[0] & 3)
    {
    case 0:
      restore (data + 1, size - 1, limit, log);
      break;
    case 1:
      check_frames (data + 1, size - 1, limit, 1 + (data[0] >> 4));
      break;
    case 2:
      check_round_trip (data + 1, size - 1, 9 + (data[0] >> 2) % 7);
      break;
    default:
      check_negotiation (data + 1, size - 1);
      break;
    }
  return 0;
}
