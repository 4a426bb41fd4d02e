/* test-json-plain.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* What is plain must be JSON, and written again with the same bytes. What is not is only slower. */

#include "config.h"

#include "socketio-json-plain.h"
#include "socketio-json.h"

#include <string.h>

static const char *const plain_texts[] = {
  "[]",
  "[[]]",
  "[{}]",
  "[\"\"]",
  "[null,true,false]",
  "[0,1,-1,10,999999999999999999,-999999999999999999]",
  "[1.5,-0.5,0.1,-10.25,3.14159265358979,0.000001,0.000012345,12345678901234.5,1.000000001]",
  "[\"message\",{\"sender\":\"a\",\"data\":\"마당 😀 \x7f\",\"n\":12}]",
  "[\"\\\"\\\\\\b\\f\\n\\r\\t/\"]",
  "[{\"a\":{\"a\":[{\"a\":1}]},\"\":\"\",\"__proto__\":1}]",
  ("[{\"0\":0,\"1\":0,\"2\":0,\"3\":0,\"4\":0,\"5\":0,\"6\":0,\"7\":0,\"8\":0,\"9\":0,"
   "\"10\":0,\"11\":0,\"12\":0,\"13\":0,\"14\":0,\"15\":0}]"),
};

static const char *const other_texts[] = {
  /* JSON that is written otherwise, or might be. */
  "1",
  "\"a\"",
  "{}",
  " []",
  "[] ",
  "[ ]",
  "[1, 2]",
  "[{\"a\": 1}]",
  "[{\"a\" :1}]",
  "[-0]",
  "[1.0]",
  "[1.50]",
  "[0.0]",
  "[-0.0]",
  "[1.]",
  "[.5]",
  "[-.5]",
  "[01.5]",
  "[1.5.5]",
  "[1.5e1]",
  "[0.0000001]",
  "[0.30000000000000004]",
  "[1234567890123456.5]",
  "[1e2]",
  "[1E2]",
  "[9223372036854775808]",
  "[\"\\/\"]",
  "[\"\\u0041\"]",
  "[\"\\ud800\"]",
  "[{\"a\":1,\"a\":2}]",
  "[{\"a\":1,\"b\":2,\"a\":3}]",

  /* None. */
  "",
  "[",
  "]",
  "[]]",
  "[[]",
  "[,]",
  "[1,]",
  "[,1]",
  "[1 2]",
  "[1]x",
  "[01]",
  "[-]",
  "[--1]",
  "[+1]",
  "[1-]",
  "[tru]",
  "[nulll]",
  "[True]",
  "['a']",
  "[\"a]",
  "[\"\\x\"]",
  "[\"\\\"]",
  "[\"\n\"]",
  "[\"\x1f\"]",
  "[\"\xff\"]",
  "[\"\xc0\x80\"]",
  "[\"\xed\xa0\x80\"]",
  "[{]",
  "[}]",
  "[{\"a\"}]",
  "[{\"a\":}]",
  "[{\"a\":1,}]",
  "[{,}]",
  "[{1:1}]",
  "[{\"a\":1]}",
};

/* Returns: whether the text is plain. It has no NUL behind its end, so that Valgrind and ASan see
 * who reads there. */
static gboolean
check (const char *text, gsize length, SocketioJsonPlain *plain)
{
  g_autofree char *exact = g_memdup2 (text, length);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *written = NULL;

  if (!socketio_json_plain_check (exact, length, plain))
    return FALSE;

  node = socketio_json_parse (exact, length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (node)), ==, plain->n_elements);
  written = socketio_json_to_string (node);
  g_assert_cmpmem (written, strlen (written), text, length);
  return TRUE;
}

static void
test_plain (void)
{
  SocketioJsonPlain plain;

  for (guint i = 0; i < G_N_ELEMENTS (plain_texts); i++)
    {
      g_autofree char *shown = g_strescape (plain_texts[i], NULL);

      g_test_message ("%s", shown);
      g_assert_true (check (plain_texts[i], strlen (plain_texts[i]), &plain));
    }
}

static void
test_other (void)
{
  SocketioJsonPlain plain;

  for (guint i = 0; i < G_N_ELEMENTS (other_texts); i++)
    {
      g_autofree char *shown = g_strescape (other_texts[i], NULL);

      g_test_message ("%s", shown);
      g_assert_false (check (other_texts[i], strlen (other_texts[i]), &plain));
    }

  g_assert_false (check ("[\"a\0b\"]", 7, &plain));
  g_assert_false (check ("[\"\\\0\"]", 6, &plain));
  g_assert_false (check ("[]\0", 3, &plain));
  g_assert_false (socketio_json_plain_check (NULL, 0, &plain));
}

/* Each beginning of a plain text, and each text with one byte changed: whatever is plain still must
 * be JSON. */
static void
test_spoilt (void)
{
  const char text[] = "[\"e\\n마\",{\"a\":[12,true,false],\"b\":null,\"c\":-1},[],{}]";
  const gsize length = strlen (text);
  SocketioJsonPlain plain;

  for (gsize i = 0; i < length; i++)
    {
      g_assert_false (check (text, i, &plain));
      for (guint byte = 0; byte < 256; byte++)
        {
          g_autofree char *spoilt = g_memdup2 (text, length);

          spoilt[i] = byte;
          check (spoilt, length, &plain);
        }
    }
}

static void
test_outline (void)
{
  SocketioJsonPlain plain;

  g_assert_true (check ("[]", 2, &plain));
  g_assert_cmpuint (plain.n_elements, ==, 0);
  g_assert_cmpuint (plain.first_length, ==, 0);

  g_assert_true (check ("[[1,2,3]]", 9, &plain));
  g_assert_cmpuint (plain.n_elements, ==, 1);
  g_assert_cmpuint (plain.first_length, ==, 7);

  g_assert_true (check ("[\"ab\",[1,2],{\"a\":1}]", 20, &plain));
  g_assert_cmpuint (plain.n_elements, ==, 3);
  g_assert_cmpuint (plain.first_length, ==, 4);
}

static GString *
repeat (const char *start, const char *middle, guint n, const char *end)
{
  GString *text = g_string_new (start);

  for (guint i = 0; i < n; i++)
    g_string_append (text, middle);
  g_string_append (text, end);
  return text;
}

/* Its limits are within those of the parser, and it does not go on beyond them. */
static void
test_limits (void)
{
  g_autoptr (GString) most = repeat ("[1", ",1", SOCKETIO_JSON_MAX_VALUES - 2, "]");
  g_autoptr (GString) many = repeat ("[1", ",1", SOCKETIO_JSON_MAX_VALUES - 1, "]");
  g_autoptr (GString) deep = repeat ("[", "[", 1000 * 1000, "]");
  g_autoptr (GString) digits = repeat ("[", "1", 19, "]");
  g_autoptr (GString) names = g_string_new ("[{\"a\":1");
  SocketioJsonPlain plain;

  g_assert_true (check (most->str, most->len, &plain));
  g_assert_false (check (many->str, many->len, &plain));
  g_assert_false (check (deep->str, deep->len, &plain));
  g_assert_false (check (digits->str, digits->len, &plain));

  for (guint i = 0; i < 16; i++)
    g_string_append_printf (names, ",\"%u\":1", i);
  g_string_append (names, "}]");
  g_assert_false (check (names->str, names->len, &plain));
}

static void
assert_member (const char **at, const char *end, const char *name, const char *value)
{
  SocketioJsonMember member;

  g_assert_true (socketio_json_plain_next_member (at, end, &member));
  g_assert_cmpmem (member.name, member.name_length, name, strlen (name));
  g_assert_cmpmem (member.value, member.value_length, value, strlen (value));
}

static void
test_members (void)
{
  const char *text = "[{\"a\":1,\"b\":[\"}\",{\"c\":2}],\"\":\"x\\\"y\"},{}]";
  const char *end = text + strlen (text), *at = text + 1;
  SocketioJsonMember member;
  SocketioJsonPlain plain;

  g_assert_true (check (text, strlen (text), &plain));
  assert_member (&at, end, "a", "1");
  assert_member (&at, end, "b", "[\"}\",{\"c\":2}]");
  assert_member (&at, end, "", "\"x\\\"y\"");
  g_assert_false (socketio_json_plain_next_member (&at, end, &member));

  at = strstr (text, "{}");
  g_assert_false (socketio_json_plain_next_member (&at, end, &member));
  at = end;
  g_assert_false (socketio_json_plain_next_member (&at, end, &member));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json-plain/plain", test_plain);
  g_test_add_func ("/json-plain/other", test_other);
  g_test_add_func ("/json-plain/spoilt", test_spoilt);
  g_test_add_func ("/json-plain/outline", test_outline);
  g_test_add_func ("/json-plain/limits", test_limits);
  g_test_add_func ("/json-plain/members", test_members);

  return g_test_run ();
}
