/* test-record.c: what comes from strangers, and what is left of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "lan-record.h"

/* An answer with a TXT record of these strings; no NUL among their bytes. */
static LanRecord *
read_answer (LanAnswer answer, const char *const *strings)
{
  GVariantBuilder builder;
  LanRecord *record;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
  for (; *strings != NULL; strings++)
    g_variant_builder_add_value (
      &builder, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, *strings, strlen (*strings), 1));
  answer.txt = g_variant_ref_sink (g_variant_builder_end (&builder));
  record = lan_record_new (&answer);
  g_variant_unref (answer.txt);
  return record;
}

#define ANSWER                                                                                     \
  {                                                                                                \
    .instance = "Yard", .host = "desk.local", .address = "10.0.0.7", .interface = "eth0",          \
    .port = 3000                                                                                   \
  }

static LanRecord *
read_txt (const char *first, const char *second)
{
  const char *strings[] = { first, second, NULL };
  LanAnswer answer = ANSWER;

  return read_answer (answer, strings);
}

static LanRecord *
read_address (const char *address, gboolean local)
{
  const char *none[] = { NULL };
  LanAnswer answer = ANSWER;

  answer.address = address;
  answer.local = local;
  return read_answer (answer, none);
}

static void
test_whole (void)
{
  const char *strings[] = { "v=1", "id=0-a", "name=우리 마당", "path=/chat/", NULL };
  LanAnswer answer = ANSWER;
  g_autoptr (LanRecord) record = read_answer (answer, strings);

  g_assert_cmpstr (record->id, ==, "0-a");
  g_assert_cmpstr (record->name, ==, "우리 마당");
  g_assert_cmpstr (record->host, ==, "desk.local");
  g_assert_cmpstr (record->address, ==, "10.0.0.7");
  g_assert_cmpuint (record->port, ==, 3000);
  g_assert_cmpstr (record->path, ==, "/chat/");
  g_assert_cmpuint (record->version, ==, 1);
}

static void
test_defaults (void)
{
  g_autoptr (LanRecord) record = read_txt (NULL, NULL);

  g_assert_cmpstr (record->id, ==, "");
  g_assert_cmpstr (record->name, ==, "Yard");
  g_assert_cmpstr (record->path, ==, "/");
  g_assert_cmpuint (record->version, ==, 1);
}

static void
test_ids (void)
{
  const char *bad[] = { "id=",
                        "id=a b",
                        "id=a\nb",
                        "id=<b>",
                        "id=가",
                        "id=\xff",
                        "id=0123456789012345678901234567890123456789012345678901234567890123456" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (LanRecord) record = read_txt (bad[i], NULL);

      g_assert_cmpstr (record->id, ==, "");
    }
}

static void
test_names (void)
{
  g_autoptr (LanRecord) broken = read_txt ("name=a\xff\x1b[2Jb", NULL);
  g_autoptr (LanRecord) hidden = read_txt ("name=\xe2\x80\x8b \xe3\x85\xa4", NULL);

  g_assert_cmpstr (broken->name, ==, "a��[2Jb");
  g_assert_cmpstr (hidden->name, ==, "� \u3164");
}

static void
test_no_name (void)
{
  const char *strings[] = { "name=\xe3\x85\xa4", NULL };
  LanAnswer answer = ANSWER;
  g_autoptr (LanRecord) second = read_answer (answer, strings);

  g_assert_cmpstr (second->name, ==, "Yard");
  answer.instance = " ";
  g_assert_null (read_answer (answer, strings));
}

/* One of a later version is shown, and what is no version is not one of ours. */
static void
test_versions (void)
{
  const char *bad[] = { "v=", "v=0", "v=-1", "v=1.0", "v=x", "v=65536", "v=99999999999999999999" };
  g_autoptr (LanRecord) later = read_txt ("v=2", "name=a");

  g_assert_cmpuint (later->version, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (read_txt (bad[i], NULL));
}

static void
test_paths (void)
{
  const char *bad[] = { "path=x",  "path=http://a",     "path=/a b", "path=/?q", "path=/#f",
                        "path=/@", "path=/\r\nHost: a", "path=/가",  "path=\\" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (read_txt (bad[i], NULL));
}

static void
test_hosts (void)
{
  const char *none[] = { NULL };
  g_autofree char *huge = g_strnfill (300, 'a');
  const char *bad[] = { "", huge, "\xff" };
  LanAnswer answer = ANSWER;
  g_autoptr (LanRecord) dotted = NULL;

  answer.host = "desk.local.";
  dotted = read_answer (answer, none);
  g_assert_cmpstr (dotted->host, ==, "desk.local");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      answer.host = bad[i];
      g_assert_null (read_answer (answer, none));
    }
}

static void
test_no_port (void)
{
  const char *none[] = { NULL };
  LanAnswer answer = ANSWER;

  answer.port = 0;
  g_assert_null (read_answer (answer, none));
}

static void
test_addresses (void)
{
  const char *bad[] = { "",         "desk.local", "0.0.0.0", "::",          "224.0.0.251",
                        "ff02::fb", "127.0.0.1",  "::1",     "10.0.0.7:80", "10.0.0" };
  g_autoptr (LanRecord) own = read_address ("127.0.0.1", TRUE);

  g_assert_cmpstr (own->address, ==, "127.0.0.1");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (read_address (bad[i], FALSE));
}

/* From the best to the worst. */
static void
test_ranks (void)
{
  const char *addresses[] = { "192.168.0.7", "fd00::7", "169.254.1.2", "fe80::7", "127.0.0.1" };
  guint last = 0;

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (LanRecord) record = read_address (addresses[i], TRUE);

      g_assert_cmpuint (record->rank, >=, last + (i > 0));
      last = record->rank;
    }
}

static void
test_scope (void)
{
  g_autoptr (LanRecord) link = read_address ("fe80::7", FALSE);
  g_autoptr (LanRecord) other = read_address ("fd00::7", FALSE);

  g_assert_cmpstr (link->address, ==, "fe80::7%eth0");
  g_assert_cmpstr (other->address, ==, "fd00::7");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lan/record/whole", test_whole);
  g_test_add_func ("/lan/record/defaults", test_defaults);
  g_test_add_func ("/lan/record/ids", test_ids);
  g_test_add_func ("/lan/record/names", test_names);
  g_test_add_func ("/lan/record/no-name", test_no_name);
  g_test_add_func ("/lan/record/versions", test_versions);
  g_test_add_func ("/lan/record/paths", test_paths);
  g_test_add_func ("/lan/record/hosts", test_hosts);
  g_test_add_func ("/lan/record/no-port", test_no_port);
  g_test_add_func ("/lan/record/addresses", test_addresses);
  g_test_add_func ("/lan/record/ranks", test_ranks);
  g_test_add_func ("/lan/record/scope", test_scope);

  return g_test_run ();
}
