/* test-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Reading JSON strictly, writing it as JavaScript does, and what a stranger may try. */

#include "config.h"

#include "socketio-json.h"

#include <locale.h>
#include <math.h>
#include <string.h>

typedef struct
{
  const char *text;
  const char *written;
} Accepted;

static const Accepted accepted[] = {
  { "null", "null" },
  { "true", "true" },
  { "false", "false" },
  { " \t\r\n[ 1 , 2 ]\n", "[1,2]" },
  { "[]", "[]" },
  { "[ ]", "[]" },
  { "{}", "{}" },
  { "{ }", "{}" },
  { "[[],{},[{}]]", "[[],{},[{}]]" },
  { "{\"b\" : 1 , \"a\" : {\"c\":[]}}", "{\"b\":1,\"a\":{\"c\":[]}}" },
  { "{\"\":\"\"}", "{\"\":\"\"}" },

  { "0", "0" },
  { "-0", "0" },
  { "-0.0", "0" },
  { "-1", "-1" },
  { "1.0", "1" },
  { "1.50", "1.5" },
  { "1e2", "100" },
  { "1E+2", "100" },
  { "1e-2", "0.01" },
  { "9223372036854775807", "9223372036854775807" },
  { "-9223372036854775808", "-9223372036854775808" },
  { "9223372036854775808", "9223372036854776000" },
  { "-9223372036854775809", "-9223372036854776000" },
  { "123456789012345678901234567890", "1.2345678901234568e+29" },
  { "1e20", "100000000000000000000" },
  { "1e21", "1e+21" },
  { "1e308", "1e+308" },
  { "1e-400", "0" },
  { "0.1", "0.1" },
  { "0.000001", "0.000001" },
  { "0.0000001", "1e-7" },
  { "1.7976931348623157e308", "1.7976931348623157e+308" },
  { "2.2250738585072014e-308", "2.2250738585072014e-308" },
  { "5e-324", "5e-324" },
  { "0.30000000000000004", "0.30000000000000004" },
  { "9007199254740993.0", "9007199254740992" },
  { "1234567890123456.7", "1234567890123456.8" },
  { "-123.456", "-123.456" },
  { "5.684341886080802e-14", "5.684341886080802e-14" },
  { "0.0000000000000000000000000000000000000000000000000000000000000000000000000001", "1e-76" },

  { "\"\"", "\"\"" },
  { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
  { "\"\\u0001\\u001f\\u007f\"", "\"\\u0001\\u001f\x7f\"" },
  { "\"\\u00e9\\u20AC\\uac00\"", "\"é€가\"" },
  { "\"\\ud83d\\ude00 😀\"", "\"😀 😀\"" },
  { "\"\\u2028\"", "\"\xe2\x80\xa8\"" },
  { "\"\\ud800\"", "\"\xef\xbf\xbd\"" },
  { "\"\\udc00\"", "\"\xef\xbf\xbd\"" },
  { "\"a\\u0000b\"", "\"a\xef\xbf\xbd\x62\"" },
  { "{\"\\u0000\":\"\\u0000\"}", "{\"\xef\xbf\xbd\":\"\xef\xbf\xbd\"}" },
  { "\"\\ud800x\"", "\"\xef\xbf\xbdx\"" },
  { "\"\\ud800\\u0041\"", "\"\xef\xbf\xbd\x41\"" },
  { "\"\\ud800\\ud83d\\ude00\"", "\"\xef\xbf\xbd😀\"" },
  { "\"\\udc00\\ud800\"", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },

  { "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}" },
  { "{\"__proto__\":1}", "{\"__proto__\":1}" },
};

static void
test_accepted (gconstpointer user_data)
{
  const Accepted *row = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = socketio_json_parse (row->text, -1, &error);
  g_autofree char *written = NULL;

  g_assert_no_error (error);
  g_assert_true (json_node_is_immutable (node));
  written = socketio_json_to_string (node);
  g_assert_cmpstr (written, ==, row->written);
}

typedef struct
{
  const char *text;
  SocketioJsonError code;
} Refused;

static const Refused refused[] = {
  { "", SOCKETIO_JSON_ERROR_EMPTY },
  { " \n", SOCKETIO_JSON_ERROR_EMPTY },

  { "1 2", SOCKETIO_JSON_ERROR_TRAILING },
  { "[] x", SOCKETIO_JSON_ERROR_TRAILING },
  { "{}}", SOCKETIO_JSON_ERROR_TRAILING },
  { "nullx", SOCKETIO_JSON_ERROR_TRAILING },
  { "01", SOCKETIO_JSON_ERROR_TRAILING },
  { "-01", SOCKETIO_JSON_ERROR_TRAILING },
  { "0x10", SOCKETIO_JSON_ERROR_TRAILING },
  { "1;", SOCKETIO_JSON_ERROR_TRAILING },
  { "1 // one", SOCKETIO_JSON_ERROR_TRAILING },

  { "'a'", SOCKETIO_JSON_ERROR_SYNTAX },
  { "['a']", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{'a':1}", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{a:1}", SOCKETIO_JSON_ERROR_SYNTAX },
  { "var a=[1];", SOCKETIO_JSON_ERROR_SYNTAX },
  { "/* one */ 1", SOCKETIO_JSON_ERROR_SYNTAX },
  { "[1 /* one */]", SOCKETIO_JSON_ERROR_SYNTAX },
  { "undefined", SOCKETIO_JSON_ERROR_SYNTAX },
  { "NaN", SOCKETIO_JSON_ERROR_SYNTAX },
  { "Infinity", SOCKETIO_JSON_ERROR_SYNTAX },
  { "-Infinity", SOCKETIO_JSON_ERROR_SYNTAX },
  { "TRUE", SOCKETIO_JSON_ERROR_SYNTAX },
  { "nul", SOCKETIO_JSON_ERROR_SYNTAX },
  { "t", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\xef\xbb\xbf[]", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\xc2\xa0[]", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\v[]", SOCKETIO_JSON_ERROR_SYNTAX },

  { "+1", SOCKETIO_JSON_ERROR_SYNTAX },
  { "-", SOCKETIO_JSON_ERROR_SYNTAX },
  { "- 1", SOCKETIO_JSON_ERROR_SYNTAX },
  { ".5", SOCKETIO_JSON_ERROR_SYNTAX },
  { "1.", SOCKETIO_JSON_ERROR_SYNTAX },
  { "1.e5", SOCKETIO_JSON_ERROR_SYNTAX },
  { "1e", SOCKETIO_JSON_ERROR_SYNTAX },
  { "1e+", SOCKETIO_JSON_ERROR_SYNTAX },
  { "[1.]", SOCKETIO_JSON_ERROR_SYNTAX },
  { "[01]", SOCKETIO_JSON_ERROR_SYNTAX },
  { "[0x10]", SOCKETIO_JSON_ERROR_SYNTAX },

  { "[", SOCKETIO_JSON_ERROR_SYNTAX },
  { "]", SOCKETIO_JSON_ERROR_SYNTAX },
  { "[1", SOCKETIO_JSON_ERROR_SYNTAX },
  { "[1,", SOCKETIO_JSON_ERROR_SYNTAX },
  { "[1,]", SOCKETIO_JSON_ERROR_SYNTAX },
  { "[,1]", SOCKETIO_JSON_ERROR_SYNTAX },
  { "[1,,2]", SOCKETIO_JSON_ERROR_SYNTAX },
  { "[1 2]", SOCKETIO_JSON_ERROR_SYNTAX },
  { "[1}", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{]", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{\"a\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{\"a\":", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{\"a\":1", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{\"a\":1,", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{\"a\":1,}", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{\"a\" 1}", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{\"a\"}", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{\"a\":1]", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{1:2}", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{,}", SOCKETIO_JSON_ERROR_SYNTAX },

  { "\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"a", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"\\", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"\\\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"\\x41\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"\\'\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"\\u\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"\\u12\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"\\u123g\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"\\u+123\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"\\ud800\\u12\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"\\ud800\\", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"a\nb\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"a\tb\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "\"\x1f\"", SOCKETIO_JSON_ERROR_SYNTAX },
  { "{\"a\nb\":1}", SOCKETIO_JSON_ERROR_SYNTAX },

  { "1e400", SOCKETIO_JSON_ERROR_NUMBER },
  { "[-1e400]", SOCKETIO_JSON_ERROR_NUMBER },
  { "1e99999999999999999999", SOCKETIO_JSON_ERROR_NUMBER },
  { "1.7976931348623159e308", SOCKETIO_JSON_ERROR_NUMBER },

  { "\"\xff\"", SOCKETIO_JSON_ERROR_ENCODING },
  { "\"\xc3\"", SOCKETIO_JSON_ERROR_ENCODING },
  { "\"\xc3\\u00a9\"", SOCKETIO_JSON_ERROR_ENCODING },
  { "\"\xc0\x80\"", SOCKETIO_JSON_ERROR_ENCODING },
  { "\"\xed\xa0\x80\"", SOCKETIO_JSON_ERROR_ENCODING },
  { "\"\xf4\x90\x80\x80\"", SOCKETIO_JSON_ERROR_ENCODING },
  { "{\"\xff\":1}", SOCKETIO_JSON_ERROR_ENCODING },
};

static void
assert_refused (const char *text, gssize length, SocketioJsonError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (socketio_json_parse (text, length, &error));
  g_assert_error (error, SOCKETIO_JSON_ERROR, (int)code);
}

static void
test_refused (gconstpointer user_data)
{
  const Refused *row = user_data;

  assert_refused (row->text, -1, row->code);
}

static void
test_length (void)
{
  g_autoptr (JsonNode) node = socketio_json_parse ("[12345", 0, NULL);
  g_autofree char *exact = g_memdup2 ("12345", 5);

  g_assert_null (node);
  assert_refused (NULL, 0, SOCKETIO_JSON_ERROR_EMPTY);
  assert_refused ("12\0", 3, SOCKETIO_JSON_ERROR_TRAILING);
  assert_refused ("\0", 1, SOCKETIO_JSON_ERROR_SYNTAX);
  assert_refused ("\"a\0b\"", 5, SOCKETIO_JSON_ERROR_SYNTAX);
  assert_refused ("true", 3, SOCKETIO_JSON_ERROR_SYNTAX);

  /* No byte behind the end is read. */
  node = socketio_json_parse (exact, 5, NULL);
  g_assert_cmpint (json_node_get_int (node), ==, 12345);
}

/* Every beginning of a good text is refused, and none leaks. */
static void
test_cut_short (void)
{
  const char text[] =
    "{\"a\":[1.5e3,\"\\u00e9\\ud83d\\ude00x\",{\"b\":null,\"c\":[true,false]},[],{}]}";

  for (gsize length = 1; length < strlen (text); length++)
    {
      g_autofree char *exact = g_memdup2 (text, length);

      assert_refused (exact, length, SOCKETIO_JSON_ERROR_SYNTAX);
    }
}

static char *
nest (const char *open, const char *inner, const char *close, guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, inner);
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  static const char *const brackets[][2] = { { "[", "]" }, { "{\"a\":", "}" } };

  for (guint i = 0; i < G_N_ELEMENTS (brackets); i++)
    {
      g_autofree char *good = nest (brackets[i][0], "1", brackets[i][1], SOCKETIO_JSON_MAX_DEPTH);
      g_autofree char *bad = nest (brackets[i][0], "1", brackets[i][1],
                                   SOCKETIO_JSON_MAX_DEPTH + 1);
      g_autofree char *awful = nest (brackets[i][0], "1", brackets[i][1], 100 * 1000);
      g_autoptr (JsonNode) node = socketio_json_parse (good, -1, NULL);
      g_autofree char *written = socketio_json_to_string (node);

      g_assert_cmpstr (written, ==, good);
      assert_refused (bad, -1, SOCKETIO_JSON_ERROR_DEPTH);
      assert_refused (awful, -1, SOCKETIO_JSON_ERROR_DEPTH);
    }
}

/* An array is a value, too: so it may have one element less than the limit. */
static void
test_many_values (void)
{
  g_autofree char *inner = nest ("0,", "0", "", SOCKETIO_JSON_MAX_VALUES - 2);
  g_autofree char *good = g_strconcat ("[", inner, "]", NULL);
  g_autofree char *bad = g_strconcat ("[", inner, ",0]", NULL);
  g_autoptr (JsonNode) node = socketio_json_parse (good, -1, NULL);

  g_assert_cmpuint (json_array_get_length (json_node_get_array (node)), ==,
                    SOCKETIO_JSON_MAX_VALUES - 1);
  assert_refused (bad, -1, SOCKETIO_JSON_ERROR_SIZE);
}

/* Whatever a server takes by default can be read. */
static void
test_full_payload (void)
{
  g_autofree char *inner = nest ("0,", "0", "", 499 * 1000);
  g_autofree char *text = g_strconcat ("[", inner, "]", NULL);
  g_autoptr (JsonNode) node = socketio_json_parse (text, -1, NULL);

  g_assert_nonnull (node);
}

static void
test_long_numbers (void)
{
  g_autofree char *digits = nest ("1", "", "", 1000 * 1000);
  g_autofree char *zeros = nest ("0", "", "", 1000 * 1000);
  g_autofree char *fraction = g_strconcat ("0.", digits, NULL);
  g_autofree char *tiny = g_strconcat ("0.", zeros, "1", NULL);
  g_autofree char *exponent = g_strconcat ("1e-", digits, NULL);
  const char *texts[] = { fraction, tiny, exponent };

  assert_refused (digits, -1, SOCKETIO_JSON_ERROR_NUMBER);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (JsonNode) node = socketio_json_parse (texts[i], -1, NULL);

      g_assert_cmpfloat (json_node_get_double (node), ==, i == 0 ? 1.0 / 9 : 0);
    }
}

/* Numbers are copied to have an end, and short ones into a buffer. */
static void
test_number_lengths (void)
{
  double margin = 1;

  for (guint length = 1; length < 200; length++, margin /= 10)
    {
      g_autofree char *digits = g_strnfill (length, '3');
      g_autofree char *text = g_strconcat ("0.", digits, NULL);
      g_autofree char *exact = g_memdup2 (text, length + 2);
      g_autoptr (JsonNode) node = socketio_json_parse (exact, length + 2, NULL);

      g_assert_cmpfloat_with_epsilon (json_node_get_double (node), 1.0 / 3, margin);
    }
}

/* Names that are repeated would cost quadratic time if each were looked up in a list. */
static void
test_many_members (void)
{
  const guint n_names = 50 * 1000;
  g_autoptr (GString) text = g_string_new ("{");
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;

  for (guint i = 0; i < 2 * n_names; i++)
    g_string_append_printf (text, "\"name-%u\":%u,", i < n_names ? i : i - n_names, i);
  for (guint i = 0; i < n_names; i++)
    g_string_append_printf (text, "\"name-%u\":\"last\",", n_names - 1);
  text->str[text->len - 1] = '}';

  g_test_timer_start ();
  node = socketio_json_parse (text->str, text->len, NULL);
  g_assert_cmpfloat (g_test_timer_elapsed (), <, 3);

  object = json_node_get_object (node);
  g_assert_cmpuint (json_object_get_size (object), ==, n_names);
  g_assert_cmpint (json_object_get_int_member (object, "name-7"), ==, n_names + 7);
  g_assert_cmpstr (json_object_get_string_member (object, "name-49999"), ==, "last");
}

static void
test_order_of_members (void)
{
  g_autoptr (GString) text = g_string_new ("{\"z\":0,\"same\":0");
  g_autoptr (GString) expected = g_string_new ("{\"z\":0,\"same\":99");
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *written = NULL;

  for (guint i = 0; i < 100; i++)
    {
      g_string_append_printf (text, ",\"n%u\":[%u],\"same\":%u", 100 - i, i, i);
      g_string_append_printf (expected, ",\"n%u\":[%u]", 100 - i, i);
    }
  g_string_append_c (text, '}');
  g_string_append_c (expected, '}');

  node = socketio_json_parse (text->str, -1, NULL);
  written = socketio_json_to_string (node);
  g_assert_cmpstr (written, ==, expected->str);
}

/* In GLib's hash of strings, "aX" and "b7" are the same, wherever they stand. */
static void
test_equal_hashes (void)
{
  g_autoptr (GString) text = g_string_new ("{");

  for (guint i = 0; i < 1 << 12; i++)
    {
      g_string_append_c (text, '"');
      for (guint bit = 0; bit < 12; bit++)
        g_string_append (text, i & 1 << bit ? "aX" : "b7");
      g_string_append (text, "\":0,");
    }
  text->str[text->len - 1] = '}';

  assert_refused (text->str, text->len, SOCKETIO_JSON_ERROR_SIZE);
}

/* Different hashes that meet in one bucket of a table of 1024. */
static void
test_equal_buckets (void)
{
  g_autoptr (GString) text = g_string_new ("{");
  guint n_names = 0;

  for (guint i = 0; n_names < 900; i++)
    {
      char name[16];

      g_snprintf (name, sizeof name, "%u", i);
      if (g_str_hash (name) * 11 % 1021 != 0)
        continue;
      g_string_append_printf (text, "\"%s\":0,", name);
      n_names++;
    }
  text->str[text->len - 1] = '}';

  assert_refused (text->str, text->len, SOCKETIO_JSON_ERROR_SIZE);
}

static void
assert_written (JsonNode *node, const char *expected)
{
  g_autoptr (JsonNode) owned = node;
  g_autofree char *written = socketio_json_to_string (owned);

  g_assert_cmpstr (written, ==, expected);
}

static void
test_write_doubles (void)
{
  static const struct
  {
    double value;
    const char *written;
  } rows[] = {
    { NAN, "null" },
    { INFINITY, "null" },
    { -INFINITY, "null" },
    { -0.0, "0" },
    { 1e21, "1e+21" },
    { -1e21, "-1e+21" },
    { 1e20, "100000000000000000000" },
    { 123456789012345680000.0, "123456789012345680000" },
    { 0.1, "0.1" },
    { 1.0 / 3, "0.3333333333333333" },
    { 2.0 / 3, "0.6666666666666666" },
    { 0.000001, "0.000001" },
    { 1.5e-7, "1.5e-7" },
    { 1e100, "1e+100" },
    { 4.35, "4.35" },
    { 9007199254740992.0, "9007199254740992" },
    { 9007199254740994.0, "9007199254740994" },
    { 4503599627370495.5, "4503599627370495.5" },
    { 0x1p-1074, "5e-324" },
    { 0x1p-1022, "2.2250738585072014e-308" },
    { 0x1p-44, "5.684341886080802e-14" },
    { 0x1p70, "1.1805916207174113e+21" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_written (json_node_init_double (json_node_alloc (), rows[i].value), rows[i].written);
}

static void
test_write_strings (void)
{
  static const char *const rows[][2] = {
    { "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
    { "\b\f\n\r\t\v\x01\x1f\x7f", "\"\\b\\f\\n\\r\\t\\u000b\\u0001\\u001f\x7f\"" },
    { "é가😀", "\"é가😀\"" },
    { "a\xff"
      "b",
      "\"a\xef\xbf\xbd"
      "b\"" },
    { "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "\xc3", "\"\xef\xbf\xbd\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) out = g_string_new ("before ");

      assert_written (json_node_init_string (json_node_alloc (), rows[i][0]), rows[i][1]);

      socketio_json_append_string (out, rows[i][0]);
      g_assert_true (g_str_has_prefix (out->str, "before "));
      g_assert_cmpstr (out->str + strlen ("before "), ==, rows[i][1]);
    }
}

static void
test_write_hollow (void)
{
  assert_written (json_node_new (JSON_NODE_ARRAY), "null");
  assert_written (json_node_new (JSON_NODE_OBJECT), "null");
  assert_written (json_node_new (JSON_NODE_VALUE), "null");
  assert_written (json_node_new (JSON_NODE_NULL), "null");
  assert_written (json_node_init_string (json_node_alloc (), NULL), "null");
}

static void
test_write_deep (void)
{
  JsonNode *node = json_node_init_int (json_node_alloc (), 1);
  g_autofree char *expected = nest ("[", "null", "]", 256);

  for (guint i = 0; i < 2000; i++)
    {
      JsonArray *array = json_array_new ();

      json_array_add_element (array, node);
      node = json_node_init_array (json_node_alloc (), array);
      json_array_unref (array);
    }

  assert_written (node, expected);
}

static void
test_write_endless (void)
{
  g_autoptr (JsonArray) array = json_array_new ();
  g_autofree char *expected = nest ("[", "null", "]", 256);

  json_array_add_array_element (array, json_array_ref (array));
  assert_written (json_node_init_array (json_node_alloc (), array), expected);
  json_array_remove_element (array, 0);
}

/* A locale with a decimal comma must change nothing. */
static void
test_locale (void)
{
  static const char *const locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8",
                                         "ru_RU.UTF-8" };
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *written = NULL;
  guint i = 0;

  while (i < G_N_ELEMENTS (locales) && setlocale (LC_ALL, locales[i]) == NULL)
    i++;
  if (i == G_N_ELEMENTS (locales))
    {
      g_test_skip ("no locale with a decimal comma");
      return;
    }

  node = socketio_json_parse ("[1.5,2.25e-7]", -1, NULL);
  written = socketio_json_to_string (node);
  setlocale (LC_ALL, "C");
  g_assert_cmpstr (written, ==, "[1.5,2.25e-7]");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      g_autofree char *path = g_strdup_printf ("/json/accepted/%u", i);

      g_test_add_data_func (path, &accepted[i], test_accepted);
    }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *path = g_strdup_printf ("/json/refused/%u", i);

      g_test_add_data_func (path, &refused[i], test_refused);
    }

  g_test_add_func ("/json/length", test_length);
  g_test_add_func ("/json/cut-short", test_cut_short);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/many-values", test_many_values);
  g_test_add_func ("/json/full-payload", test_full_payload);
  g_test_add_func ("/json/long-numbers", test_long_numbers);
  g_test_add_func ("/json/number-lengths", test_number_lengths);
  g_test_add_func ("/json/many-members", test_many_members);
  g_test_add_func ("/json/order-of-members", test_order_of_members);
  g_test_add_func ("/json/equal-hashes", test_equal_hashes);
  g_test_add_func ("/json/equal-buckets", test_equal_buckets);
  g_test_add_func ("/json/write/doubles", test_write_doubles);
  g_test_add_func ("/json/write/strings", test_write_strings);
  g_test_add_func ("/json/write/hollow", test_write_hollow);
  g_test_add_func ("/json/write/deep", test_write_deep);
  g_test_add_func ("/json/write/endless", test_write_endless);
  g_test_add_func ("/json/locale", test_locale);

  return g_test_run ();
}
