/* test-utf8.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* UTF-8 with lengths, zero bytes and cuts anywhere. */

#include "config.h"

#include <string.h>

#include "engineio-utf8.h"

static const char *const good[] = {
  "",
  "plain text that is longer than a word of the machine",
  "\xc2\x80 \xdf\xbf",
  "\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf",
  "\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf",
  "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5",
  "1234567\xc3\xa9 12345678\xe2\x82\xac 123456\xf0\x9f\x98\x80",
};

/* Each with how many of its bytes could still be the start of something valid. */
static const struct
{
  const char *text;
  gsize hopeful;
} bad[] = {
  { "\x80", 0 },
  { "\xbf", 0 },
  { "\xc0\x80", 0 },
  { "\xc1\xbf", 0 },
  { "\xc3\x28", 1 },
  { "\xe0\x80\x80", 1 },
  { "\xe0\x9f\xbf", 1 },
  { "\xed\xa0\x80", 1 },
  { "\xed\xbf\xbf", 1 },
  { "\xe2\x82\x28", 2 },
  { "\xe2\x82\xe2", 2 },
  { "\xf0\x80\x80\x80", 1 },
  { "\xf0\x8f\xbf\xbf", 1 },
  { "\xf4\x90\x80\x80", 1 },
  { "\xf0\x9f\x28", 2 },
  { "\xf0\x9f\x98\x28", 3 },
  { "\xf5\x80\x80\x80", 0 },
  { "\xf8\x88\x80\x80\x80", 0 },
  { "\xff", 0 },
  { "12345678\xc3\xa9\xff", 10 },
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (engineio_utf8_validate (good[i], strlen (good[i])));

  g_assert_true (engineio_utf8_validate (NULL, 0));
}

/* Byte by byte a good text is never refused, and only a whole character counts as valid. */
static void
test_good_in_pieces (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      gsize length = strlen (good[i]);
      gsize valid = 0;

      for (gsize n = 0; n <= length; n++)
        {
          g_assert_true (engineio_utf8_advance (good[i], n, &valid));
          g_assert_cmpuint (valid, <=, n);
          g_assert_cmpint (engineio_utf8_validate (good[i], n), ==, valid == n);
        }
      g_assert_cmpuint (valid, ==, length);
    }
}

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      gsize length = strlen (bad[i].text);

      g_assert_false (engineio_utf8_validate (bad[i].text, length));

      /* Refused at the very byte that spoils it, in pieces as at once. */
      for (gsize n = 0; n <= length; n++)
        {
          gsize valid = 0;

          g_assert_cmpint (engineio_utf8_advance (bad[i].text, n, &valid), ==, n <= bad[i].hopeful);
        }
    }
}

static void
test_unfinished (void)
{
  const char text[] = "ab\xf0\x9f\x98\x80";

  for (gsize n = 3; n < 6; n++)
    {
      gsize valid = 0;

      g_assert_true (engineio_utf8_advance (text, n, &valid));
      g_assert_cmpuint (valid, ==, 2);
      g_assert_false (engineio_utf8_validate (text, n));
    }
}

static void
test_zero_bytes (void)
{
  static const char zeros[100000];

  g_assert_true (engineio_utf8_validate ("a\0b\0\xc3\xa9", 6));
  g_assert_false (engineio_utf8_validate ("a\0b\0\xc3\0", 6));
  g_assert_true (engineio_utf8_validate (zeros, sizeof zeros));
}

/* Every code point, alone and against what GLib says of it. */
static void
test_all_code_points (void)
{
  for (gunichar c = 1; c < 0x110000; c++)
    {
      char text[6];
      int length = g_unichar_to_utf8 (c, text);
      gboolean surrogate = c >= 0xd800 && c <= 0xdfff;

      g_assert_cmpint (engineio_utf8_validate (text, length), ==, !surrogate);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/utf8/good", test_good);
  g_test_add_func ("/utf8/good/in-pieces", test_good_in_pieces);
  g_test_add_func ("/utf8/bad", test_bad);
  g_test_add_func ("/utf8/unfinished", test_unfinished);
  g_test_add_func ("/utf8/zero-bytes", test_zero_bytes);
  g_test_add_func ("/utf8/all-code-points", test_all_code_points);

  return g_test_run ();
}
