/* test-exposition.c: the text that Prometheus reads
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <locale.h>

#include "http-exposition.h"

static void
test_text (void)
{
  HttpExposition *exposition = http_exposition_new ();
  g_autofree char *text = NULL;

  http_exposition_put (exposition, "a_total", "counter", "What \"a\" is\nand \\ is", 3);
  http_exposition_begin (exposition, "b", "gauge", "B");
  http_exposition_add (exposition, 0.25, "kind", "x", NULL);
  http_exposition_add (exposition, -1, "kind", "a\"b\\c\nd", "more", "\xff", NULL);
  http_exposition_begin (exposition, "c", "gauge", "None");
  text = http_exposition_end (exposition);

  g_assert_cmpstr (text, ==,
                   "# HELP a_total What \"a\" is\\nand \\\\ is\n# TYPE a_total counter\na_total 3\n"
                   "# HELP b B\n# TYPE b gauge\nb{kind=\"x\"} 0.25\n"
                   "b{kind=\"a\\\"b\\\\c\\nd\",more=\"\xef\xbf\xbd\"} -1\n"
                   "# HELP c None\n# TYPE c gauge\n");
}

static const struct
{
  double value;
  const char *text;
} value_rows[] = {
  { 0, "0" },
  { 1, "1" },
  { 0.5, "0.5" },
  { 123456789012345.0, "123456789012345" },
  { 1795765000.25, "1795765000.25" },
  { 1e20, "1e+20" },
};

static void
test_values (void)
{
  const char *before = setlocale (LC_ALL, NULL);

  if (setlocale (LC_ALL, "de_DE.UTF-8") == NULL)
    g_test_message ("There is no locale with a decimal comma here");

  for (gsize i = 0; i < G_N_ELEMENTS (value_rows); i++)
    {
      HttpExposition *exposition = http_exposition_new ();
      g_autofree char *text = NULL;
      g_autofree char *expected = g_strdup_printf ("# HELP a A\n# TYPE a gauge\na %s\n",
                                                   value_rows[i].text);

      http_exposition_put (exposition, "a", "gauge", "A", value_rows[i].value);
      text = http_exposition_end (exposition);
      g_assert_cmpstr (text, ==, expected);
    }
  setlocale (LC_ALL, before);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/exposition/text", test_text);
  g_test_add_func ("/http/exposition/values", test_values);

  return g_test_run ();
}
