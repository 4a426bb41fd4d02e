/* test-frame.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Frames as bytes: headers at every border, masks, control frames, close codes. */

#include "config.h"

#include <string.h>

#include "engineio-frame.h"

static void
test_headers (void)
{
  static const guint8 mask[] = { 1, 2, 3, 4 };
  static const struct
  {
    guint64 length;
    gsize size;
    guint8 bytes[9];
  } rows[] = {
    { 0, 2, { 0 } },
    { 125, 2, { 125 } },
    { 126, 4, { 126, 0, 126 } },
    { 65535, 4, { 126, 0xff, 0xff } },
    { 65536, 10, { 127, 0, 0, 0, 0, 0, 1, 0, 0 } },
    { G_MAXINT64, 10, { 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint8 out[ENGINEIO_FRAME_MAX_HEADER];
      gsize size = rows[i].size;

      g_assert_cmpuint (engineio_frame_get_header_size (rows[i].length), ==, size);

      g_assert_cmpuint (engineio_frame_write_header (out, 1, TRUE, rows[i].length, NULL), ==, size);
      g_assert_cmpuint (out[0], ==, 0x81);
      g_assert_cmpmem (out + 1, size - 1, rows[i].bytes, size - 1);

      g_assert_cmpuint (engineio_frame_write_header (out, 0, FALSE, rows[i].length, mask), ==,
                        size + 4);
      g_assert_cmpuint (out[0], ==, 0);
      g_assert_cmpuint (out[1], ==, rows[i].bytes[0] | 0x80);
      g_assert_cmpmem (out + 2, size - 2, rows[i].bytes + 1, size - 2);
      g_assert_cmpmem (out + size, 4, mask, 4);
    }
}

/* Against the definition, at every alignment, length and offset around a machine word. */
static void
test_mask (void)
{
  static const guint8 mask[] = { 0x37, 0xfa, 0x21, 0x3d };

  for (gsize start = 0; start < 9; start++)
    for (gsize length = 0; length < 40; length++)
      for (gsize offset = 0; offset < 9; offset++)
        {
          guint8 data[64];

          for (gsize i = 0; i < sizeof data; i++)
            data[i] = i;
          engineio_frame_mask (data + start, length, mask, offset);
          for (gsize i = 0; i < sizeof data; i++)
            {
              gboolean inside = i >= start && i < start + length;
              guint8 key = inside ? mask[(i - start + offset) % 4] : 0;

              g_assert_cmpuint (data[i], ==, i ^ key);
            }
        }
}

static void
assert_bytes (GBytes *bytes, const void *expected, gsize length)
{
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected, length);
  g_bytes_unref (bytes);
}

static void
test_control (void)
{
  guint8 longest[2 + 125] = { 0x8a, 125 };

  /* The unmasked example of RFC 6455 section 5.7. */
  assert_bytes (engineio_frame_new_pong ("Hello", 5), "\x8a\x05Hello", 7);
  assert_bytes (engineio_frame_new_pong (NULL, 0), "\x8a\0", 2);
  assert_bytes (engineio_frame_new_pong (longest + 2, 125), longest, sizeof longest);
}

static void
test_close (void)
{
  assert_bytes (engineio_frame_new_close (1000, NULL), "\x88\x02\x03\xe8", 4);
  assert_bytes (engineio_frame_new_close (1009, "big"),
                "\x88\x05\x03\xf1"
                "big",
                7);
  assert_bytes (engineio_frame_new_close (1005, "unsaid"), "\x88\0", 2);
}

/* A long reason is cut between characters and never goes over what a control frame holds. */
static void
test_close_long_reason (void)
{
  for (gsize n = 115; n < 130; n++)
    {
      g_autofree char *filler = g_strnfill (n, 'x');
      g_autofree char *reason = g_strconcat (filler, "\xf0\x9f\x98\x80", "end", NULL);
      g_autoptr (GBytes) frame = engineio_frame_new_close (1001, reason);
      gsize size;
      const guint8 *data = g_bytes_get_data (frame, &size);
      gsize expected = n + 7 <= 123 ? n + 7 : n + 4 > 123 ? MIN (n, 123) : 123;

      g_assert_cmpuint (size, ==, 4 + expected);
      g_assert_cmpuint (data[1], ==, 2 + expected);
      g_assert_cmpmem (data + 4, expected, reason, expected);
      g_assert_true (g_utf8_validate ((const char *)data + 4, expected, NULL));
    }
}

static void
test_close_codes (void)
{
  for (guint code = 0; code <= G_MAXUINT16; code++)
    {
      gboolean named = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
      gboolean free_to_use = code >= 3000 && code <= 4999;

      g_assert_cmpint (engineio_frame_close_code_is_valid (code), ==, named || free_to_use);
    }
}

static void
test_error_codes (void)
{
  static const struct
  {
    EngineioFrameError error;
    guint code;
  } rows[] = {
    { ENGINEIO_FRAME_ERROR_PROTOCOL, 1002 },
    { ENGINEIO_FRAME_ERROR_INVALID_UTF8, 1007 },
    { ENGINEIO_FRAME_ERROR_TOO_MANY_FRAGMENTS, 1008 },
    { ENGINEIO_FRAME_ERROR_TOO_BIG, 1009 },
  };
  g_autoptr (GError) other = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_IO, "other");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (ENGINEIO_FRAME_ERROR, rows[i].error, "x");

      g_assert_cmpuint (engineio_frame_error_get_close_code (error), ==, rows[i].code);
    }

  g_assert_cmpuint (engineio_frame_error_get_close_code (other), ==, 1011);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/frame/headers", test_headers);
  g_test_add_func ("/frame/mask", test_mask);
  g_test_add_func ("/frame/control", test_control);
  g_test_add_func ("/frame/close", test_close);
  g_test_add_func ("/frame/close/long-reason", test_close_long_reason);
  g_test_add_func ("/frame/close/codes", test_close_codes);
  g_test_add_func ("/frame/error-codes", test_error_codes);

  return g_test_run ();
}
