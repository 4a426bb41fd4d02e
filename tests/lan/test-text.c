/* test-text.c: names that fit, and the strings of a TXT record
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "lan-text.h"

static void
assert_cut (const char *text, gsize max_bytes, const char *expected)
{
  g_autofree char *cut = lan_text_cut (text, max_bytes);

  g_assert_cmpstr (cut, ==, expected);
}

static void
test_cut (void)
{
  assert_cut ("", 4, "");
  assert_cut ("마당", 6, "마당");
  assert_cut ("마당", 5, "마");
  assert_cut ("마당", 4, "마");
  assert_cut ("마당", 3, "마");
  assert_cut ("마당", 2, "");
  assert_cut ("a🎉", 4, "a");
  assert_cut ("yard", 0, "");
}

static void
assert_instance (const char *name, const char *expected)
{
  g_autofree char *instance = lan_text_make_instance (name);

  g_assert_cmpstr (instance, ==, expected);
  g_assert_cmpuint (strlen (instance), <=, LAN_INSTANCE_MAX_BYTES);
}

static void
test_instance (void)
{
  assert_instance ("우리 마당", "우리 마당");
  assert_instance ("", "Madang");
  assert_instance ("  ", "Madang");
  /* 32 of 3 bytes each: 21 fit. */
  assert_instance ("가나다라마바사아자차카타파하가나다라마바사아자차카타파하가나다라",
                   "가나다라마바사아자차카타파하가나다라마바사");
  /* What is left must not end in a space. */
  assert_instance ("가나다라마바사아자차카타파하가나다라마바 ab",
                   "가나다라마바사아자차카타파하가나다라마바 ab");
  assert_instance ("가나다라마바사아자차카타파하가나다라마바ab 나",
                   "가나다라마바사아자차카타파하가나다라마바ab");
}

static void
assert_clean (const char *text, gssize length, const char *expected)
{
  g_autofree char *clean = lan_text_clean (text, length);

  g_assert_cmpstr (clean, ==, expected);
}

static void
test_clean (void)
{
  g_autofree char *longest = g_strnfill (LAN_NAME_MAX_LENGTH, 'a');
  g_autofree char *longer = g_strnfill (LAN_NAME_MAX_LENGTH * 3, 'a');

  assert_clean ("우리 마당", -1, "우리 마당");
  assert_clean (" a\r\nb ", -1, "a��b");
  assert_clean ("a\0b", 3, "a�b");
  assert_clean ("a\xff\xfe", -1, "a��");
  assert_clean ("\xeb\xa7", -1, "��");
  assert_clean ("a\u202eb\u2028c\x07", -1, "a�b�c�");
  assert_clean ("👩\u200d💻", -1, "👩\u200d💻");
  assert_clean (longer, -1, longest);
}

static void
test_can_be_seen (void)
{
  g_assert_true (lan_text_can_be_seen ("마당"));
  g_assert_true (lan_text_can_be_seen (" . "));
  g_assert_false (lan_text_can_be_seen (""));
  g_assert_false (lan_text_can_be_seen (" \u3000\u00a0"));
  g_assert_false (lan_text_can_be_seen ("\u3164\u200d\u0301"));
}

static GVariant *
make_txt (const char *const *strings)
{
  return g_variant_ref_sink (g_variant_new_bytestring_array (strings, -1));
}

static void
assert_found (GVariant *txt, const char *key, const char *expected)
{
  gsize length;
  g_autofree char *value = lan_text_find (txt, key, &length);

  g_assert_cmpstr (value, ==, expected);
  if (value != NULL)
    g_assert_cmpuint (length, ==, strlen (expected));
}

/* What we write, we read; the NUL that D-Bus would put after a string is no part of it. */
static void
test_own_txt (void)
{
  g_autoptr (GVariant) txt = g_variant_ref_sink (lan_text_make_txt ("우리 마당", "id-1", "/"));
  g_autoptr (GVariant) without_id = g_variant_ref_sink (lan_text_make_txt ("a", NULL, "/"));
  g_autofree char *printed = g_variant_print (without_id, FALSE);

  assert_found (txt, "v", "1");
  assert_found (txt, "id", "id-1");
  assert_found (txt, "name", "우리 마당");
  assert_found (txt, "path", "/");
  g_assert_cmpuint (g_variant_n_children (without_id), ==, 3);
  g_assert_cmpstr (printed, ==,
                   "[[0x76, 0x3d, 0x31], [0x6e, 0x61, 0x6d, 0x65, 0x3d, 0x61], "
                   "[0x70, 0x61, 0x74, 0x68, 0x3d, 0x2f]]");
}

static void
test_long_txt (void)
{
  g_autofree char *name = g_strnfill (300, 'a');
  g_autofree char *rest = g_strnfill (LAN_TXT_MAX_BYTES - strlen ("name="), 'a');
  g_autoptr (GVariant) txt = g_variant_ref_sink (lan_text_make_txt (name, "id", "/"));

  assert_found (txt, "name", rest);
}

static void
test_find (void)
{
  const char *const strings[] = { "",         "=x",       "ID=first", "id=second", "flag",
                                  "name=a=b", "namely=c", "empty=",   NULL };
  g_autoptr (GVariant) plain = g_variant_ref_sink (g_variant_new_parsed (
    "[@ay [], [0x3d, 0x78], [0x49, 0x44, 0x3d, 0x61], [0x69, 0x64, 0x3d, "
    "0x62], [0x66, 0x6c, 0x61, 0x67], [0x6e, 0x3d, 0x3d, 0x62], [0x65, 0x3d]]"));
  g_autoptr (GVariant) terminated = make_txt (strings);
  g_autoptr (GVariant)
    none = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("ay"), NULL, 0));
  gsize length;
  g_autofree char *first = lan_text_find (terminated, "id", &length);

  assert_found (plain, "id", "a");
  assert_found (plain, "flag", NULL);
  assert_found (plain, "n", "=b");
  assert_found (plain, "e", "");
  assert_found (plain, "missing", NULL);
  assert_found (plain, "f", NULL);
  assert_found (none, "id", NULL);
  /* A NUL is a byte like any other. */
  g_assert_cmpmem (first, length, "first", 6);
}

/* Nobody may make us look through thousands of strings, nor take one that no record can have. */
static void
test_hostile_txt (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) many = NULL;
  g_autofree char *huge = g_strnfill (70000, 'x');
  g_autofree char *first = g_strconcat ("id=", huge, NULL);
  const char *const large[] = { first, NULL };
  g_autoptr (GVariant) crowded = NULL;
  g_autoptr (GVariant) txt = make_txt (large);

  for (guint i = 0; i < 10000; i++)
    g_strv_builder_add (builder, "x=y");
  g_strv_builder_add (builder, "id=late");
  many = g_strv_builder_end (builder);
  crowded = make_txt ((const char *const *)many);

  assert_found (crowded, "id", NULL);
  assert_found (txt, "id", NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lan/text/cut", test_cut);
  g_test_add_func ("/lan/text/instance", test_instance);
  g_test_add_func ("/lan/text/clean", test_clean);
  g_test_add_func ("/lan/text/can-be-seen", test_can_be_seen);
  g_test_add_func ("/lan/text/own-txt", test_own_txt);
  g_test_add_func ("/lan/text/long-txt", test_long_txt);
  g_test_add_func ("/lan/text/find", test_find);
  g_test_add_func ("/lan/text/hostile-txt", test_hostile_txt);

  return g_test_run ();
}
