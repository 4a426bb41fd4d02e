/* test-static-parts.c: conditions and ranges
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "static-fixture.h"

/* In headers, %s stands for the file's ETag. */

static const struct
{
  const char *headers;
  guint status;
} condition_rows[] = {
  { "If-None-Match: %s\r\n", 304 },
  { "If-None-Match: W/%s\r\n", 304 },
  { "If-None-Match: *\r\n", 304 },
  { "If-None-Match: \"a\", %s\r\n", 304 },
  { "If-None-Match: \"a,b\",W/\"c\",,%s , \"d\"\r\n", 304 },
  { "If-None-Match: \"a\"\r\nIf-None-Match: %s\r\n", 304 },
  { "If-None-Match: %s\r\nIf-None-Match: \"a\"\r\n", 304 },
  { "If-None-Match: \"a\"\r\n", 200 },
  { "If-None-Match: \"a\", %sx\r\n", 304 },
  { "If-None-Match: \"x%s\"\r\n", 200 },
  { "If-None-Match:\r\n", 200 },
  { "If-None-Match: \"\r\n", 200 },
  { "If-None-Match: \"\"\r\n", 200 },
  { "If-None-Match: W/\r\n", 200 },
  { "If-None-Match: garbage, %s\r\n", 200 },
  { "If-Modified-Since: " MODIFIED "\r\n", 304 },
  { "If-Modified-Since: " AFTER "\r\n", 304 },
  { "If-Modified-Since: " BEFORE "\r\n", 200 },
  { "If-Modified-Since: yesterday\r\n", 200 },
  { "If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT\r\n", 200 },
  { "If-Modified-Since: Sun, 31 Feb 2094 08:49:37 GMT\r\n", 200 },
  { "If-Modified-Since: Sun, 06 Nov 2094 08:49:60 GMT\r\n", 304 },
  { "If-Modified-Since: Sun, 06 Nov 2094 25:49:37 GMT\r\n", 200 },
  { "If-Modified-Since: Sun, 06 Nov 2094 08:49:37 GMT+1\r\n", 200 },
  { "If-Modified-Since: Sun, 06 Nov -094 08:49:37 GMT\r\n", 200 },
  { "If-None-Match: \"a\"\r\nIf-Modified-Since: " AFTER "\r\n", 200 },
  { "If-None-Match: %s\r\nIf-Modified-Since: " BEFORE "\r\n", 304 },
  { "If-Match: %s\r\n", 200 },
  { "If-Match: *\r\n", 200 },
  { "If-Match: W/%s\r\n", 412 },
  { "If-Match: \"a\"\r\n", 412 },
  { "If-Match: \"a\"\r\nIf-None-Match: %s\r\n", 412 },
  { "If-Match: %s\r\nIf-None-Match: %s\r\n", 304 },
  { "If-Unmodified-Since: " MODIFIED "\r\n", 200 },
  { "If-Unmodified-Since: " BEFORE "\r\n", 412 },
  { "If-Match: %s\r\nIf-Unmodified-Since: " BEFORE "\r\n", 200 },
  { "If-None-Match: %s\r\nRange: bytes=0-1\r\n", 304 },
};

static void
check_condition (Fixture *fixture, const char *method, const char *headers, guint status)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *tag = fixture_get_tag (fixture, "/digits.txt");
  g_autofree char *filled = with_tag (headers, tag);
  g_autoptr (RawResponse) response = NULL;

  g_test_message ("%s %s", method, filled);
  response = ask (client, method, "/digits.txt", filled);
  g_assert_cmpuint (response->status, ==, status);
  if (status == 304)
    {
      assert_header (response, "ETag", tag);
      assert_header (response, "Cache-Control", "no-cache");
      assert_header (response, "Content-Length", NULL);
      assert_header (response, "Content-Type", NULL);
      assert_header (response, "Transfer-Encoding", NULL);
    }
  assert_goes_on (client);
}

static void
test_conditions (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (condition_rows); i++)
    {
      check_condition (fixture, "GET", condition_rows[i].headers, condition_rows[i].status);
      check_condition (fixture, "HEAD", condition_rows[i].headers, condition_rows[i].status);
    }
}

static void
test_tag_changes (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *first = fixture_get_tag (fixture, "/digits.txt");
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  fixture_set_time (fixture, "digits.txt", 784111777, 6);
  second = fixture_get_tag (fixture, "/digits.txt");
  g_assert_cmpstr (first, !=, second);

  /* replaced by a file of the same size and date */
  fixture_write (fixture, "digits.txt", "9876543210");
  fixture_set_time (fixture, "digits.txt", 784111777, 6);
  third = fixture_get_tag (fixture, "/digits.txt");
  g_assert_cmpstr (second, !=, third);
}

/* A body with "|" lists the parts of a multipart answer. */
static const struct
{
  const char *headers;
  guint status;
  const char *content_range;
  const char *body;
} range_rows[] = {
  { "Range: bytes=0-0\r\n", 206, "bytes 0-0/10", "0" },
  { "Range: bytes=2-5\r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes=7-\r\n", 206, "bytes 7-9/10", "789" },
  { "Range: bytes=0-\r\n", 206, "bytes 0-9/10", "0123456789" },
  { "Range: bytes=9-9\r\n", 206, "bytes 9-9/10", "9" },
  { "Range: bytes=5-99\r\n", 206, "bytes 5-9/10", "56789" },
  { "Range: bytes=5-99999999999999999999999\r\n", 206, "bytes 5-9/10", "56789" },
  { "Range: bytes=-3\r\n", 206, "bytes 7-9/10", "789" },
  { "Range: bytes=-10\r\n", 206, "bytes 0-9/10", "0123456789" },
  { "Range: bytes=-99\r\n", 206, "bytes 0-9/10", "0123456789" },
  { "Range: bytes=-99999999999999999999\r\n", 206, "bytes 0-9/10", "0123456789" },
  { "Range: BYTES=2-5\r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes= 2-5 \r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes=2-5,\r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes=20-30, 2-5\r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes=10-\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=10-20\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=-0\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=18446744073709551617-\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=5-18446744073709551622\r\n", 206, "bytes 5-9/10", "56789" },
  { "Range: bytes=-18446744073709551617\r\n", 206, "bytes 0-9/10", "0123456789" },
  { "Range: bytes=99999999999999999999-\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=9223372036854775807-9223372036854775807\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=20-30, 40-\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=5-2\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=\r\n", 200, NULL, "0123456789" },
  { "Range: bytes\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=-\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=--5\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=a-b\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0-5x\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0 -5\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=+1-5\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0x1-5\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0-1;2-3\r\n", 200, NULL, "0123456789" },
  { "Range: lines=0-5\r\n", 200, NULL, "0123456789" },
  { "Range: 0-5\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0-1\r\nRange: bytes=2-3\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0-1,4-5\r\n", 206, NULL, "01|45" },
  { "Range: bytes=0-1,4-5,-2\r\n", 206, NULL, "01|45|89" },
  { "Range: bytes=8-,0-1\r\n", 206, NULL, "01|89" },
  { "Range: bytes=0-0,2-2,4-4,6-6,8-8\r\n", 206, NULL, "0|2|4|6|8" },
  { "Range: bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0-5,5-9\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0-,0-,0-,0-,0-\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Range: %s\r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes=2-5\r\nIf-Range: W/%s\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Range: \"other\"\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Range: " MODIFIED "\r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes=2-5\r\nIf-Range: " AFTER "\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Range: " BEFORE "\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Range: soon\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Range:\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=20-\r\nIf-Range: \"other\"\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Match: %s\r\n", 206, "bytes 2-5/10", "2345" },
};

static char *
join_parts (RawResponse *response)
{
  g_autofree char *type = raw_response_get (response, "Content-Type");
  g_autofree char *body = raw_response_dup_body (response);
  g_autofree char *delimiter = NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (GString) joined = g_string_new (NULL);

  g_assert_true (g_str_has_prefix (type, "multipart/byteranges; boundary="));
  delimiter = g_strconcat ("--", strchr (type, '=') + 1, NULL);
  parts = g_strsplit (body, delimiter, -1);
  for (guint i = 1; parts[i + 1] != NULL; i++)
    {
      char *content = strstr (parts[i], "\r\n\r\n") + 4;

      g_assert_nonnull (strstr (parts[i], "Content-Type: text/plain; charset=utf-8\r\n"));
      g_assert_nonnull (strstr (parts[i], "Content-Range: bytes "));
      g_string_append_printf (joined, "%s%.*s", i > 1 ? "|" : "", (int)strcspn (content, "\r"),
                              content);
    }

  return g_string_free (g_steal_pointer (&joined), FALSE);
}

static void
check_range_body (RawResponse *response, const char *expected)
{
  g_autofree char *parts = NULL;

  if (strchr (expected, '|') == NULL)
    {
      assert_body (response, expected);
      assert_header (response, "Content-Type", "text/plain; charset=utf-8");
      return;
    }

  parts = join_parts (response);
  g_assert_cmpstr (parts, ==, expected);
}

static void
test_ranges (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *tag = fixture_get_tag (fixture, "/digits.txt");

  for (gsize i = 0; i < G_N_ELEMENTS (range_rows); i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autofree char *headers = with_tag (range_rows[i].headers, tag);
      g_autoptr (RawResponse) response = NULL;

      g_test_message ("%s", headers);
      response = ask (client, "GET", "/digits.txt", headers);
      g_assert_cmpuint (response->status, ==, range_rows[i].status);
      assert_header (response, "Content-Range", range_rows[i].content_range);
      if (range_rows[i].body != NULL)
        check_range_body (response, range_rows[i].body);
      assert_header (response, "ETag", range_rows[i].status == 416 ? NULL : tag);
      assert_goes_on (client);
    }
}

/* Answers that are no file must not be cut either. */
static void
test_range_elsewhere (void)
{
  const char *targets[] = { "/missing", "/sub", "/empty.txt" };
  const char *ranges[] = { "bytes=-99", "bytes=2-99", "bytes=0-,0-,0-" };
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  for (gsize i = 0; i < G_N_ELEMENTS (targets) * G_N_ELEMENTS (ranges); i++)
    {
      const char *target = targets[i / G_N_ELEMENTS (ranges)];
      g_autofree char *header = g_strdup_printf ("Range: %s\r\n",
                                                 ranges[i % G_N_ELEMENTS (ranges)]);
      g_autoptr (RawResponse) plain = ask (client, "GET", target, NULL);
      g_autoptr (RawResponse) ranged = ask (client, "GET", target, header);

      g_assert_cmpuint (ranged->status, ==, plain->status);
      g_assert_cmpmem (ranged->body->data, ranged->body->len, plain->body->data, plain->body->len);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/static/conditions", test_conditions);
  g_test_add_func ("/http/static/tag-changes", test_tag_changes);
  g_test_add_func ("/http/static/ranges", test_ranges);
  g_test_add_func ("/http/static/range-elsewhere", test_range_elsewhere);

  return g_test_run ();
}
