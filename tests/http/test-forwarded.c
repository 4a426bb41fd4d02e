/* test-forwarded.c: whose word counts, and who asks according to it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "http-forwarded.h"

static HttpProxies *
make_proxies (const char *list)
{
  HttpProxies *proxies = http_proxies_new ();
  g_auto (GStrv) names = g_strsplit (list, " ", -1);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (*names[i] == '\0')
        continue;
      g_assert_true (http_proxies_add (proxies, names[i], &error));
      g_assert_no_error (error);
    }
  return proxies;
}

static const struct
{
  const char *text;
  gboolean valid;
} proxy_rows[] = {
  { "127.0.0.1", TRUE },  { "10.0.0.0/8", TRUE },    { "::1", TRUE },
  { "fd00::/8", TRUE },   { "0.0.0.0/0", TRUE },     { "", FALSE },
  { "*", FALSE },         { "localhost", FALSE },    { "10.0.0.0/33", FALSE },
  { "10.0.0.0/", FALSE }, { "10.0.0.1/8", FALSE },   { "10.0.0", FALSE },
  { "[::1]", FALSE },     { "127.0.0.1:80", FALSE },
};

static void
test_proxies (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (proxy_rows); i++)
    {
      g_autoptr (HttpProxies) proxies = http_proxies_new ();
      g_autoptr (GError) error = NULL;

      g_test_message ("\"%s\"", proxy_rows[i].text);
      g_assert_true (http_proxies_are_none (proxies));
      g_assert_cmpint (http_proxies_add (proxies, proxy_rows[i].text, &error), ==,
                       proxy_rows[i].valid);
      g_assert_cmpint (http_proxies_are_none (proxies), ==, !proxy_rows[i].valid);
      if (!proxy_rows[i].valid)
        g_assert_error (error, HTTP_ERROR, HTTP_ERROR_INVALID_HOST);
    }
}

#define LONG  "1.2.3.4,1.2.3.4,1.2.3.4,1.2.3.4,"
#define LONG8 LONG LONG LONG LONG LONG LONG LONG LONG

static const struct
{
  const char *proxies;
  const char *peer;
  const char *chain;
  const char *address;
  guint16 port;
  gboolean known;
} trace_rows[] = {
  /* nobody is believed */
  { "", "192.0.2.1", NULL, "192.0.2.1", 99, TRUE },
  { "", "127.0.0.1", NULL, "127.0.0.1", 99, TRUE },
  { "", "127.0.0.1", "192.0.2.7", "127.0.0.1", 99, FALSE },
  { "10.0.0.1", "10.0.0.2", "192.0.2.7", "10.0.0.2", 99, FALSE },
  /* one proxy */
  { "127.0.0.1", "127.0.0.1", NULL, "127.0.0.1", 99, TRUE },
  { "127.0.0.1", "127.0.0.1", "192.0.2.7", "192.0.2.7", 0, TRUE },
  { "127.0.0.1", "127.0.0.1", "  192.0.2.7 ", "192.0.2.7", 0, TRUE },
  { "127.0.0.1", "127.0.0.1", "192.0.2.7:5000", "192.0.2.7", 5000, TRUE },
  { "127.0.0.1", "127.0.0.1", "2001:db8::7", "2001:db8::7", 0, TRUE },
  { "127.0.0.1", "127.0.0.1", "[2001:db8::7]", "2001:db8::7", 0, TRUE },
  { "127.0.0.1", "127.0.0.1", "[2001:db8::7]:5000", "2001:db8::7", 5000, TRUE },
  { "127.0.0.1", "127.0.0.1", "127.0.0.5", "127.0.0.5", 0, TRUE },
  { "127.0.0.0/8", "127.0.0.9", "192.0.2.7", "192.0.2.7", 0, TRUE },
  { "::1", "::1", "192.0.2.7", "192.0.2.7", 0, TRUE },
  { "fd00::/8", "fd12::1", "192.0.2.7", "192.0.2.7", 0, TRUE },
  { "127.0.0.1", "::1", "192.0.2.7", "::1", 99, FALSE },
  /* one that somebody wrote before */
  { "127.0.0.1", "127.0.0.1", "127.0.0.1, 192.0.2.7", "192.0.2.7", 0, TRUE },
  { "127.0.0.1", "127.0.0.1", "6.6.6.6,192.0.2.7", "192.0.2.7", 0, TRUE },
  { "127.0.0.1", "127.0.0.1", "<script>,192.0.2.7", "192.0.2.7", 0, TRUE },
  { "127.0.0.1", "127.0.0.1", ",,,192.0.2.7", "192.0.2.7", 0, TRUE },
  /* several proxies */
  { "127.0.0.1 10.0.0.0/8", "127.0.0.1", "192.0.2.7, 10.1.1.1", "192.0.2.7", 0, TRUE },
  { "127.0.0.1 10.0.0.0/8", "127.0.0.1", "6.6.6.6, 192.0.2.7, 10.1.1.1, 10.2.2.2", "192.0.2.7", 0,
    TRUE },
  { "127.0.0.1 10.0.0.0/8", "127.0.0.1", "10.3.3.3, 10.1.1.1", "10.3.3.3", 0, TRUE },
  /* IPv4 in IPv6 */
  { "127.0.0.1", "::ffff:127.0.0.1", "::ffff:192.0.2.7", "192.0.2.7", 0, TRUE },
  { "", "::ffff:192.0.2.1", NULL, "192.0.2.1", 99, TRUE },
  /* what cannot be read */
  { "127.0.0.1", "127.0.0.1", "", "127.0.0.1", 99, FALSE },
  { "127.0.0.1", "127.0.0.1", "unknown", "127.0.0.1", 99, FALSE },
  { "127.0.0.1", "127.0.0.1", "192.0.2.7,", "127.0.0.1", 99, FALSE },
  { "127.0.0.1", "127.0.0.1", "192.0.2.7:", "127.0.0.1", 99, FALSE },
  { "127.0.0.1", "127.0.0.1", "192.0.2.7:0", "127.0.0.1", 99, FALSE },
  { "127.0.0.1", "127.0.0.1", "192.0.2.7:65536", "127.0.0.1", 99, FALSE },
  { "127.0.0.1", "127.0.0.1", "192.0.2.256", "127.0.0.1", 99, FALSE },
  { "127.0.0.1", "127.0.0.1", "192.0.2.7 192.0.2.8", "127.0.0.1", 99, FALSE },
  { "127.0.0.1", "127.0.0.1", "2001:db8::7:g", "127.0.0.1", 99, FALSE },
  { "127.0.0.1", "127.0.0.1", "[2001:db8::7", "127.0.0.1", 99, FALSE },
  { "127.0.0.1", "127.0.0.1", "[2001:db8::7]x", "127.0.0.1", 99, FALSE },
  { "127.0.0.1", "127.0.0.1", "[]", "127.0.0.1", 99, FALSE },
  { "127.0.0.1", "127.0.0.1", "0x7f.1", "127.0.0.1", 99, FALSE },
  { "127.0.0.1 10.0.0.0/8", "127.0.0.1", "192.0.2.7, what, 10.1.1.1", "10.1.1.1", 0, FALSE },
  { "127.0.0.1", "127.0.0.1",
    "1111111111111111111111111111111111111111111111111111111111111111111111111", "127.0.0.1", 99,
    FALSE },
  /* too many */
  { "0.0.0.0/0", "1.1.1.1", LONG8 "1.2.3.4", "1.2.3.4", 0, FALSE },
};

static void
test_trace (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (trace_rows); i++)
    {
      g_autoptr (HttpProxies) proxies = make_proxies (trace_rows[i].proxies);
      g_autoptr (GInetAddress) peer = g_inet_address_new_from_string (trace_rows[i].peer);
      g_autofree char *address = NULL;
      g_auto (HttpClient) client = { 0 };

      g_test_message ("[%s] %s %s", trace_rows[i].proxies, trace_rows[i].peer,
                      trace_rows[i].chain != NULL ? trace_rows[i].chain : "-");
      http_forwarded_trace (proxies, peer, 99, trace_rows[i].chain, &client);
      address = g_inet_address_to_string (client.address);
      g_assert_cmpstr (address, ==, trace_rows[i].address);
      g_assert_cmpuint (client.port, ==, trace_rows[i].port);
      g_assert_cmpint (client.known, ==, trace_rows[i].known);
    }
}

static const struct
{
  const char *proxies;
  const char *peer;
  const char *chain;
  gboolean loopback;
} loopback_rows[] = {
  { "", "127.0.0.1", NULL, TRUE },
  { "", "::1", NULL, TRUE },
  { "", "::ffff:127.0.0.1", NULL, TRUE },
  { "", "127.9.9.9", NULL, TRUE },
  { "", "192.0.2.1", NULL, FALSE },
  /* passed on by somebody who is not believed */
  { "", "127.0.0.1", "127.0.0.1", FALSE },
  { "", "192.0.2.1", "127.0.0.1", FALSE },
  { "127.0.0.1", "::1", "127.0.0.1", FALSE },
  /* passed on by a proxy */
  { "127.0.0.1", "127.0.0.1", "127.0.0.1", TRUE },
  { "127.0.0.1", "127.0.0.1", "192.0.2.7", FALSE },
  { "127.0.0.1", "127.0.0.1", "127.0.0.1, 192.0.2.7", FALSE },
  { "127.0.0.1", "127.0.0.1", "unknown", FALSE },
  { "127.0.0.1", "127.0.0.1", "::1, 127.0.0.1", TRUE },
  /* by one elsewhere, whose loopback is not ours, or by one of a network that lies */
  { "192.0.2.1", "192.0.2.1", "127.0.0.1", FALSE },
  { "192.0.2.1", "192.0.2.1", NULL, FALSE },
  { "127.0.0.1 10.0.0.0/8", "127.0.0.1", "127.0.0.1, 10.1.1.1", FALSE },
};

static void
test_loopback (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (loopback_rows); i++)
    {
      g_autoptr (HttpProxies) proxies = make_proxies (loopback_rows[i].proxies);
      g_autoptr (GInetAddress) peer = g_inet_address_new_from_string (loopback_rows[i].peer);
      g_auto (HttpClient) client = { 0 };

      g_test_message ("[%s] %s %s", loopback_rows[i].proxies, loopback_rows[i].peer,
                      loopback_rows[i].chain != NULL ? loopback_rows[i].chain : "-");
      http_forwarded_trace (proxies, peer, 99, loopback_rows[i].chain, &client);
      g_assert_cmpint (http_client_is_loopback (&client), ==, loopback_rows[i].loopback);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/forwarded/proxies", test_proxies);
  g_test_add_func ("/http/forwarded/trace", test_trace);
  g_test_add_func ("/http/forwarded/loopback", test_loopback);

  return g_test_run ();
}
