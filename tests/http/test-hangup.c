/* test-hangup.c: the client of a request that waits goes away, behind our listener and behind
 * libsoup's
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "listener-fixture.h"

#include "http-hangup.h"
#include "http-message.h"

typedef struct
{
  ListenerFixture parent;
  SoupServerMessage *waiting;
  HttpHangup hangup;
  guint n_hung_up;
  gboolean connected;
} Fixture;

/* {{{ The fixture: a request to /wait waits until it is answered */

static void
answer (Fixture *fixture)
{
  g_autoptr (SoupServerMessage) message = g_steal_pointer (&fixture->waiting);

  http_message_answer (message, SOUP_STATUS_OK, "text/plain", "answer");
  fixture->connected = http_hangup_unwatch (&fixture->hangup);
  if (fixture->connected)
    soup_server_message_unpause (message);
}

static void
on_hung_up (gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_hung_up++;
  answer (fixture);
}

static void
on_wait (SoupServer *server,
         SoupServerMessage *message,
         const char *path,
         GHashTable *query,
         gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->waiting = g_object_ref (message);
  soup_server_message_pause (message);
  http_hangup_watch (&fixture->hangup, fixture->parent.poller, message, on_hung_up, fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  listener_fixture_set_up (&fixture->parent, data);
  soup_server_add_handler (fixture->parent.server, "/wait", on_wait, fixture, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_null (fixture->waiting);
  listener_fixture_tear_down (&fixture->parent, data);
}

static RawClient *
ask (Fixture *fixture)
{
  RawClient *client = raw_client_new (fixture->parent.port);

  raw_client_send (client, "GET /wait HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  test_wait (fixture->waiting != NULL);
  return client;
}

static void
expect_answer (RawClient *client)
{
  g_autoptr (RawResponse) response = raw_client_read_response (client, TRUE);
  g_autofree char *text = raw_response_dup_body (response);

  g_assert_cmpstr (text, ==, "answer");
}

/* }}} */

static void
test_answer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = ask (fixture);

  for (guint i = 0; i < 5; i++)
    {
      test_settle ();
      g_assert_false (raw_client_is_readable (client));
      answer (fixture);
      expect_answer (client);
      raw_client_send (client, "GET /wait HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
      test_wait (fixture->waiting != NULL);
    }
  answer (fixture);
  g_assert_cmpuint (fixture->n_hung_up, ==, 0);
}

static void
expect_gone (Fixture *fixture)
{
  test_wait (fixture->n_hung_up > 0);
  test_wait (listener_fixture_is_idle (&fixture->parent));
  g_assert_cmpuint (fixture->n_hung_up, ==, 1);
}

static void
test_end (Fixture *fixture, gconstpointer data)
{
  raw_client_free (ask (fixture));
  expect_gone (fixture);
}

static void
test_reset (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = ask (fixture);

  raw_client_reset (client);
  expect_gone (fixture);
}

/* The end may have come before the request was looked at. */
static void
test_end_at_once (Fixture *fixture, gconstpointer data)
{
  RawClient *client = raw_client_new (fixture->parent.port);

  raw_client_send (client, "GET /wait HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  raw_client_free (client);
  expect_gone (fixture);
}

/* What the client sends meanwhile is no end. */
static void
test_more_requests (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = ask (fixture);

  raw_client_send (client, LISTENER_REQUEST);
  test_settle ();
  g_assert_cmpuint (fixture->n_hung_up, ==, 0);
  answer (fixture);
  expect_answer (client);
  raw_response_free (raw_client_read_response (client, TRUE));
}

/* The server itself closes its connections: then the message must not be touched any more. */
static void
test_server_disconnects (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = ask (fixture);

  soup_server_disconnect (fixture->parent.server);
  g_assert_cmpuint (fixture->n_hung_up, ==, 1);
  g_assert_false (fixture->connected);
  g_assert_true (raw_client_is_closed (client));
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  for (guint i = 1; i <= 300; i++)
    {
      RawClient *client = ask (fixture);

      if (i % 2 == 0)
        raw_client_reset (client);
      raw_client_free (client);
      test_wait (fixture->n_hung_up == i);
    }
  test_wait (listener_fixture_is_idle (&fixture->parent));
}

/* {{{ Table */

#define ADD(path, function)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_test_add ("/hangup/" path, Fixture, NULL, set_up, function, tear_down);                      \
    g_test_add ("/hangup-plain/" path, Fixture, LISTENER_PLAIN, set_up, function, tear_down);      \
  }                                                                                                \
  G_STMT_END

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("answer", test_answer);
  ADD ("end", test_end);
  ADD ("reset", test_reset);
  ADD ("end-at-once", test_end_at_once);
  ADD ("more-requests", test_more_requests);
  ADD ("server-disconnects", test_server_disconnects);
  ADD ("many", test_many);

  return g_test_run ();
}

/* }}} */
