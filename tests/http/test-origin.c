/* test-origin.c: origins and host names
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-origin.h"

typedef struct
{
  const char *text;
  const char *normal;
} ParseRow;

static const ParseRow origin_rows[] = {
  { "http://example.com", "http://example.com" },
  { "HTTP://Example.COM", "http://example.com" },
  { "http://example.com:80", "http://example.com" },
  { "https://example.com:443", "https://example.com" },
  { "https://example.com:80", "https://example.com:80" },
  { "http://example.com:8080", "http://example.com:8080" },
  { "http://example.com.", "http://example.com" },
  { "http://bücher.example", "http://xn--bcher-kva.example" },
  { "http://BÜCHER.example:81", "http://xn--bcher-kva.example:81" },
  { "http://채팅.example", "http://xn--ou6bo7j.example" },
  { "http://127.0.0.1:3000", "http://127.0.0.1:3000" },
  { "http://[::1]:3000", "http://[::1]:3000" },
  { "http://[0:0:0:0:0:0:0:1]", "http://[::1]" },
  { "http://[2001:DB8::5]", "http://[2001:db8::5]" },
  { "file://", "file://" },
  { "capacitor://localhost", "capacitor://localhost" },
  { "chrome-extension://abcdef", "chrome-extension://abcdef" },
  { "", NULL },
  { "example.com", NULL },
  { "example.com:80", NULL },
  { "//example.com", NULL },
  { "://example.com", NULL },
  { "1http://example.com", NULL },
  { "ht tp://example.com", NULL },
  { "http://", NULL },
  { "http:///", NULL },
  { "http://example.com/", NULL },
  { "http://example.com/chat", NULL },
  { "http://example.com?x", NULL },
  { "http://example.com#x", NULL },
  { "http://example.com\\x", NULL },
  { "http://user@example.com", NULL },
  { "http://exam ple.com", NULL },
  { "http://example.com ", NULL },
  { "http://example..com", NULL },
  { "http://.example.com", NULL },
  { "http://.", NULL },
  { "http://example.com:", NULL },
  { "http://example.com:0", NULL },
  { "http://example.com:65536", NULL },
  { "http://example.com:80x", NULL },
  { "http://example.com:-1", NULL },
  { "http://example.com:+80", NULL },
  { "http://example.com:99999999999999999999", NULL },
  { "http://[::1", NULL },
  { "http://[::1]x", NULL },
  { "http://[::1]80", NULL },
  { "http://[]", NULL },
  { "http://[127.0.0.1]", NULL },
  { "http://::1", NULL },
  { "http://example.com\xff", NULL },
  { "http://*.example.com", NULL },
  { "http://example.com,http://b.example", NULL },
};

static void
test_parse_origin (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (origin_rows); i++)
    {
      const ParseRow *row = &origin_rows[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (HttpOrigin) origin = http_origin_parse (row->text, &error);
      g_autofree char *normal = origin != NULL ? http_origin_to_string (origin) : NULL;
      g_autofree char *escaped = g_strescape (row->text, NULL);

      g_test_message ("%s", escaped);
      g_assert_cmpstr (normal, ==, row->normal);
      if (row->normal == NULL)
        g_assert_error (error, HTTP_ERROR, HTTP_ERROR_INVALID_ORIGIN);
      else
        g_assert_no_error (error);
    }
}

static void
test_parse_long (void)
{
  g_autofree char *label = g_strnfill (60000, 'a');
  g_autofree char *dots = g_strnfill (60000, '.');
  g_autofree char *text = g_strconcat ("http://", label, NULL);
  g_autofree char *dotted = g_strconcat ("http://a", dots, NULL);

  g_assert_null (http_origin_parse (text, NULL));
  g_assert_null (http_origin_parse (dotted, NULL));
  g_assert_null (http_host_normalize (label, NULL));
}

static const struct
{
  const char *origin;
  const char *host;
  gboolean secure;
  gboolean same;
} same_rows[] = {
  { "http://a.example", "a.example", FALSE, TRUE },
  { "http://a.example", "A.Example:80", FALSE, TRUE },
  { "http://a.example:3000", "a.example:3000", FALSE, TRUE },
  { "http://a.example:3000", "a.example", FALSE, FALSE },
  { "http://a.example", "a.example:3000", FALSE, FALSE },
  { "http://a.example", "b.example", FALSE, FALSE },
  { "http://a.example", "a.example.", FALSE, TRUE },
  { "http://[::1]:81", "[0::1]:81", FALSE, TRUE },
  /* TLS ends in a proxy */
  { "https://a.example", "a.example", FALSE, TRUE },
  { "https://a.example:8443", "a.example:8443", FALSE, TRUE },
  { "https://a.example", "a.example:80", FALSE, FALSE },
  /* TLS ends here */
  { "https://a.example", "a.example", TRUE, TRUE },
  { "https://a.example:8443", "a.example:8443", TRUE, TRUE },
  { "http://a.example", "a.example", TRUE, FALSE },
  { "http://a.example:8443", "a.example:8443", TRUE, FALSE },
  { "http://a.example", "", FALSE, FALSE },
  { "http://a.example", "a.example:", FALSE, FALSE },
};

static void
test_same_origin (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (same_rows); i++)
    {
      g_autoptr (HttpOrigin) origin = http_origin_parse (same_rows[i].origin, NULL);

      g_test_message ("%s at %s", same_rows[i].origin, same_rows[i].host);
      g_assert_cmpint (http_origin_is_host (origin, same_rows[i].host, same_rows[i].secure), ==,
                       same_rows[i].same);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/origin/parse", test_parse_origin);
  g_test_add_func ("/http/origin/parse-long", test_parse_long);
  g_test_add_func ("/http/origin/is-host", test_same_origin);

  return g_test_run ();
}
