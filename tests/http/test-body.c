/* test-body.c: request bodies under a limit, behind our listener and behind libsoup's own
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "listener-fixture.h"

#include <string.h>

#include "http-body.h"

#define LIMIT 1000

typedef struct
{
  ListenerFixture parent;
  guint n_refused;
} Fixture;

/* {{{ The fixture */

static void
on_too_large (SoupServerMessage *message, gpointer user_data)
{
  ((Fixture *)user_data)->n_refused++;
}

static void
on_head (SoupServer *server,
         SoupServerMessage *message,
         const char *path,
         GHashTable *query,
         gpointer user_data)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "X-Own",
                                "kept");
  http_body_limit (message, LIMIT, on_too_large, user_data);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  listener_fixture_set_up (&fixture->parent, data);
  soup_server_add_early_handler (fixture->parent.server, NULL, on_head, fixture, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  listener_fixture_tear_down (&fixture->parent, data);
}

static RawClient *
begin (Fixture *fixture, const char *headers)
{
  RawClient *client = raw_client_new (fixture->parent.port);
  g_autofree char *head = g_strconcat ("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n", headers, "\r\n",
                                       NULL);

  raw_client_send (client, head);
  return client;
}

static void
expect_ok (Fixture *fixture, RawClient *client, const char *body)
{
  g_autoptr (RawResponse) response = raw_client_read_response (client, TRUE);
  g_autofree char *text = raw_response_dup_body (response);

  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpstr (text, ==, body);
  g_assert_cmpuint (fixture->n_refused, ==, 0);
}

static void
expect_refusal (Fixture *fixture, RawClient *client)
{
  g_autoptr (RawResponse) response = raw_client_read_head (client);
  g_autofree char *connection = raw_response_get (response, "Connection");
  g_autofree char *own = raw_response_get (response, "X-Own");

  g_assert_cmpuint (response->status, ==, 413);
  g_assert_cmpint (response->announced, ==, 0);
  g_assert_cmpstr (connection, ==, "close");
  g_assert_cmpstr (own, ==, "kept");
  g_assert_cmpuint (fixture->n_refused, ==, 1);
  g_assert_cmpuint (fixture->parent.n_requests, ==, 0);
}

static void
send_chunk (RawClient *client, gsize size)
{
  g_autofree char *content = g_strnfill (size, 'c');
  g_autofree char *chunk = g_strdup_printf ("%zx\r\n%s\r\n", size, content);

  raw_client_send (client, chunk);
}

/* }}} */

static void
test_at_the_limit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = begin (fixture, "Content-Length: 1000\r\n");
  g_autofree char *body = g_strnfill (LIMIT, 'b');

  raw_client_send (client, body);
  expect_ok (fixture, client, "1 1000");
}

static void
test_over_the_limit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = begin (fixture, "Content-Length: 1001\r\n");

  expect_refusal (fixture, client);
  g_assert_true (raw_client_is_closed (client));
}

/* Nothing of it need come for the answer. */
static void
test_announced (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = begin (fixture, "Content-Length: 10000000000\r\n");

  expect_refusal (fixture, client);
  g_assert_true (raw_client_is_closed (client));
}

/* Lengths that do not fit into 63 bits, or not even into 64. */
static void
test_announced_beyond_measure (Fixture *fixture, gconstpointer data)
{
  static const char *const lengths[] = { "9223372036854775808", "18446744073709551615",
                                         "18446744073709551616" };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *header = g_strdup_printf ("Content-Length: %s\r\n", lengths[i]);
      g_autoptr (RawClient) client = begin (fixture, header);

      fixture->n_refused = 0;
      expect_refusal (fixture, client);
      g_assert_true (raw_client_is_closed (client));
    }
}

/* One that goes on to send does not lose the answer to a reset. */
static void
test_sender_goes_on (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = begin (fixture, "Content-Length: 10000000000\r\n");
  g_autofree char *block = g_strnfill (64 * 1024, 'b');

  for (guint i = 0; i < 16; i++)
    {
      raw_client_send (client, block);
      test_settle ();
    }
  expect_refusal (fixture, client);
}

static void
test_chunks (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = begin (fixture, "Transfer-Encoding: chunked\r\n");

  for (guint i = 0; i < 4; i++)
    send_chunk (client, LIMIT / 4);
  raw_client_send (client, "0\r\n\r\n");
  expect_ok (fixture, client, "1 1000");
}

static void
test_too_many_chunks (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = begin (fixture, "Transfer-Encoding: chunked\r\n");

  for (guint i = 0; i < 4; i++)
    send_chunk (client, LIMIT / 4);
  test_settle ();
  g_assert_cmpuint (fixture->n_refused, ==, 0);
  send_chunk (client, 1);
  expect_refusal (fixture, client);
}

/* No room is made for what is only announced. */
static void
test_huge_chunk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = begin (fixture, "Transfer-Encoding: chunked\r\n");
  g_autofree char *content = g_strnfill (LIMIT + 1, 'c');

  raw_client_send (client, "7fffffff\r\n");
  raw_client_send (client, content);
  expect_refusal (fixture, client);
}

static void
test_expect_continue (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) small = begin (fixture, "Content-Length: 3\r\nExpect: 100-continue\r\n");
  g_autoptr (RawClient) large = NULL;
  g_autoptr (RawResponse) go_on = raw_client_read_head (small);

  g_assert_cmpuint (go_on->status, ==, 100);
  raw_client_send (small, "abc");
  expect_ok (fixture, small, "1 3");

  fixture->parent.n_requests = 0;
  large = begin (fixture, "Content-Length: 1001\r\nExpect: 100-continue\r\n");
  expect_refusal (fixture, large);
}

static void
test_strange_lengths (Fixture *fixture, gconstpointer data)
{
  static const char *const headers[] = {
    "Content-Length: -1\r\n",
    "Content-Length: 18446744073709551616\r\n",
    "Content-Length: 3\r\nContent-Length: 30000\r\n",
    "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
    "Content-Length: \r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (RawClient) client = begin (fixture, headers[i]);

      raw_client_send (client, "abc");
      raw_client_end (client);
      while (raw_client_receive (client, 4096) > 0)
        ;
    }

  /* libsoup's own listener leaks a connection that is closed between two requests. */
  if (data != LISTENER_PLAIN)
    test_wait (listener_fixture_is_idle (&fixture->parent));
}

/* {{{ Table */

#define ADD(path, function)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_test_add ("/body/" path, Fixture, NULL, set_up, function, tear_down);                        \
    g_test_add ("/body-plain/" path, Fixture, LISTENER_PLAIN, set_up, function, tear_down);        \
  }                                                                                                \
  G_STMT_END

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("at-the-limit", test_at_the_limit);
  ADD ("over-the-limit", test_over_the_limit);
  ADD ("announced", test_announced);
  ADD ("announced-beyond-measure", test_announced_beyond_measure);
  ADD ("sender-goes-on", test_sender_goes_on);
  ADD ("chunks", test_chunks);
  ADD ("too-many-chunks", test_too_many_chunks);
  ADD ("huge-chunk", test_huge_chunk);
  ADD ("expect-continue", test_expect_continue);
  ADD ("strange-lengths", test_strange_lengths);

  return g_test_run ();
}

/* }}} */
