/* fuzz-frame.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The frame decoder on any bytes. What comes out must not depend on where the stream is cut, and
 * must keep to what the decoder promises.
 *
 * Input: a byte whose low bits choose the role, the limit and the sizes of the pieces; then the
 * stream. */

#include "config.h"

#include <string.h>

#include "engineio-frame-decoder.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_utf8 (const guint8 *data, gsize length)
{
  /* GLib has another opinion on U+0000 alone. */
  for (gsize i = 0; i < length; i++)
    if (data[i] == 0)
      return;

  g_assert_true (g_utf8_validate_len ((const char *)data, length, NULL));
}

static void
check_frame (EngineioFrameResult result, const EngineioFrame *frame, gsize max)
{
  g_assert_nonnull (frame->data);

  if (result == ENGINEIO_FRAME_MESSAGE)
    g_assert_cmpuint (frame->length, <=, max);
  else
    g_assert_cmpuint (frame->length, <=, ENGINEIO_FRAME_MAX_CONTROL);

  if (result == ENGINEIO_FRAME_CLOSE)
    g_assert_true (frame->close_code == ENGINEIO_FRAME_CLOSE_NO_STATUS ||
                   engineio_frame_close_code_is_valid (frame->close_code));

  if (result == ENGINEIO_FRAME_CLOSE || (result == ENGINEIO_FRAME_MESSAGE && !frame->binary))
    check_utf8 (frame->data, frame->length);
}

static void
write_result (GByteArray *log,
              EngineioFrameResult result,
              const EngineioFrame *frame,
              GError *error)
{
  guint32 head[] = { result, frame->binary, frame->close_code, frame->length, 0 };

  g_assert_true ((error != NULL) == (result == ENGINEIO_FRAME_FAILED));
  if (error != NULL)
    head[4] = engineio_frame_error_get_close_code (error);

  g_byte_array_append (log, (const guint8 *)head, sizeof head);
  if (frame->length > 0)
    g_byte_array_append (log, frame->data, frame->length);
}

static void
feed (EngineioFrameDecoder *decoder, gsize max, const guint8 *data, gsize length, GByteArray *log)
{
  g_autofree guint8 *piece = g_memdup2 (data, length);
  EngineioFrameResult result;
  EngineioFrame frame;

  engineio_frame_decoder_push (decoder, piece, length);
  do
    {
      g_autoptr (GError) error = NULL;

      result = engineio_frame_decoder_next (decoder, &frame, &error);
      if (result == ENGINEIO_FRAME_NEED_MORE)
        break;
      write_result (log, result, &frame, error);
      if (result != ENGINEIO_FRAME_FAILED)
        check_frame (result, &frame, max);
    }
  while (TRUE);

  g_assert_cmpuint (engineio_frame_decoder_get_buffered (decoder), <=,
                    MAX (256, max + ENGINEIO_FRAME_MAX_CONTROL));
}

static GByteArray *
decode (EngineioFrameRole role, gsize max, gsize step, const guint8 *data, gsize size)
{
  g_autoptr (EngineioFrameDecoder) decoder = engineio_frame_decoder_new (role, max);
  GByteArray *log = g_byte_array_new ();

  while (size > 0)
    {
      gsize n = MIN (step, size);

      feed (decoder, max, data, n, log);
      data += n;
      size -= n;
    }

  return log;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const gsize limits[] = { 0, 10, 1000, 100000 };
  g_autoptr (GByteArray) whole = NULL;
  g_autoptr (GByteArray) cut = NULL;
  EngineioFrameRole role;
  gsize max;

  if (size < 1)
    return 0;

  role = data[0] & 1 ? ENGINEIO_FRAME_ROLE_CLIENT : ENGINEIO_FRAME_ROLE_SERVER;
  max = limits[data[0] >> 1 & 3];
  whole = decode (role, max, G_MAXSIZE, data + 1, size - 1);
  cut = decode (role, max, 1 + (data[0] >> 3), data + 1, size - 1);
  g_assert_cmpmem (whole->data, whole->len, cut->data, cut->len);

  return 0;
}
