/* test-excerpt.c: what a row shows of a text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-excerpt.h"

static void
expect (const char *text, guint max_characters, guint max_lines, const char *expected, gboolean cut)
{
  gboolean was_cut;
  g_autofree char *excerpt = madang_excerpt (text, max_characters, max_lines, &was_cut);

  g_assert_cmpstr (excerpt, ==, expected);
  g_assert_cmpint (was_cut, ==, cut);
}

static void
test_whole (void)
{
  expect ("", 10, 10, "", FALSE);
  expect ("안녕하세요 👋", 10, 1, "안녕하세요 👋", FALSE);
  expect ("one\ntwo", 7, 2, "one\ntwo", FALSE);
  expect ("<b> &amp; %s", 100, 1, "<b> &amp; %s", FALSE);
  /* Letters with the marks that languages have. */
  expect ("g\u0323\u0304 \u0e19\u0e49\u0e33 👩\u200d👩\u200d👧", 100, 1,
          "g\u0323\u0304 \u0e19\u0e49\u0e33 👩\u200d👩\u200d👧", FALSE);
}

static void
test_cut (void)
{
  expect ("안녕하세요", 2, 1, "안녕…", TRUE);
  expect ("one\ntwo\nthree", 100, 2, "one\ntwo…", TRUE);
  expect ("one\n", 100, 1, "one…", TRUE);
}

static void
test_words (void)
{
  g_autofree char *word = g_strnfill (60, 'x');
  g_autofree char *two = g_strconcat (word, word, " ", word, NULL);
  g_autofree char *broken = g_strconcat (word, "\u200b", word, " ", word, NULL);

  expect (word, 1000, 1, word, FALSE);
  expect (two, 1000, 1, broken, FALSE);
}

static void
test_marks (void)
{
  GString *text = g_string_new ("z");
  GString *kept = g_string_new ("z");

  for (guint i = 0; i < 1000; i++)
    {
      g_string_append (text, "\u0335");
      if (i < 8)
        g_string_append (kept, "\u0335");
    }
  g_string_append (text, "ok");
  g_string_append (kept, "ok");
  expect (text->str, 2000, 1, kept->str, FALSE);
  g_string_free (text, TRUE);
  g_string_free (kept, TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/excerpt/whole", test_whole);
  g_test_add_func ("/ui/excerpt/cut", test_cut);
  g_test_add_func ("/ui/excerpt/words", test_words);
  g_test_add_func ("/ui/excerpt/marks", test_marks);

  return g_test_run ();
}
