/* test-polling.c: long-polling over real sockets
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "engine-fixture.h"

#define INTERVAL 25000
#define TIMEOUT  20000

typedef struct
{
  EngineFixture parent;
  RawClient *poller; /* the client's connection for polls */
  RawClient *poster; /* and for posts */
  char *sid;
  SessionLog *log;
} Fixture;

/* {{{ The fixture */

static void
open_session (Fixture *fixture)
{
  fixture->poller = raw_client_new (fixture->parent.port);
  fixture->poster = raw_client_new (fixture->parent.port);
  fixture->sid = engine_open (fixture->poller);
  fixture->log = engine_fixture_get_last (&fixture->parent);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  engine_fixture_set_up (&fixture->parent, data);
  engine_fixture_start (&fixture->parent, data);
  open_session (fixture);
}

static void
drop_clients (Fixture *fixture)
{
  g_clear_pointer (&fixture->poller, raw_client_free);
  g_clear_pointer (&fixture->poster, raw_client_free);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  drop_clients (fixture);
  g_free (fixture->sid);
  engine_fixture_tear_down (&fixture->parent, data);
}

static void
begin_poll (Fixture *fixture)
{
  engine_begin_poll (fixture->poller, fixture->log->session);
  g_assert_false (raw_client_is_readable (fixture->poller));
}

static void
expect_unknown (Fixture *fixture)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->parent.port);

  engine_send_poll (client, fixture->sid);
  engine_expect (client, 400, "{\"code\":1,\"message\":\"Session ID unknown\"}");
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->parent.server), ==, 0);
}

static void
say (Fixture *fixture, const char *text)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);

  engineio_session_send (fixture->log->session, packet);
}

/* }}} */
/* {{{ Messages */

static void
test_post_then_poll (Fixture *fixture, gconstpointer data)
{
  engine_post (fixture->poster, fixture->sid, "4hello");
  engine_poll (fixture->poller, fixture->sid, "4hello");
  engine_post (fixture->poster, fixture->sid,
               "4test1\x1e"
               "4test2\x1e"
               "4test3");
  engine_poll (fixture->poller, fixture->sid,
               "4test1\x1e"
               "4test2\x1e"
               "4test3");
  engine_post (fixture->poster, fixture->sid,
               "4hello\x1e"
               "bAQIDBA==");
  engine_poll (fixture->poller, fixture->sid,
               "4hello\x1e"
               "bAQIDBA==");
}

static void
test_poll_then_post (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 5; i++)
    {
      begin_poll (fixture);
      engine_post (fixture->poster, fixture->sid, "4hello");
      engine_expect (fixture->poller, 200, "4hello");
    }
  g_assert_cmpuint (fixture->parent.logs->len, ==, 1);
}

/* A payload of binary data whose base64 begins like a text message. */
static void
test_base64_with_a_four (Fixture *fixture, gconstpointer data)
{
  engine_post (fixture->poster, fixture->sid, "b4AAA");
  engine_poll (fixture->poller, fixture->sid, "b4AAA");
  g_assert_true (engineio_packet_is_binary (fixture->log->messages->pdata[0]));
}

static void
expect_numbers (Fixture *fixture, guint first, guint end)
{
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = first; i < end; i++)
    g_string_append_printf (expected, "%s4%u", i > first ? "\x1e" : "", i);
  engine_poll (fixture->poller, fixture->sid, expected->str);
}

/* As many at a time as every client takes. */
static void
test_many_messages (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      say (fixture, text);
    }
  for (guint i = 0; i < 3000; i += 16)
    expect_numbers (fixture, i, MIN (i + 16, 3000));
}

static void
test_unicode (Fixture *fixture, gconstpointer data)
{
  engine_post (fixture->poster, fixture->sid, "4마당 😀 é");
  engine_poll (fixture->poller, fixture->sid, "4마당 😀 é");
}

static void
test_headers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawResponse) post = NULL;
  g_autoptr (RawResponse) poll = NULL;
  g_autofree char *type = NULL;
  g_autofree char *cache = NULL;

  engine_send_post (fixture->poster, fixture->sid, "4hello");
  post = raw_client_read_response (fixture->poster, TRUE);
  type = raw_response_get (post, "Content-Type");
  g_assert_cmpstr (type, ==, "text/html");
  g_assert_cmpint (post->announced, ==, 2);

  engine_send_poll (fixture->poller, fixture->sid);
  poll = raw_client_read_response (fixture->poller, TRUE);
  g_free (type);
  type = raw_response_get (poll, "Content-Type");
  cache = raw_response_get (poll, "Cache-Control");
  g_assert_cmpstr (type, ==, "text/plain; charset=UTF-8");
  g_assert_cmpstr (cache, ==, "no-store");
}

/* libsoup would cut the answer to the range. */
static void
test_range (Fixture *fixture, gconstpointer data)
{
  g_autofree char *request = g_strdup_printf ("GET " ENGINE_POLLING "&sid=%s HTTP/1.1\r\n"
                                              "Host: 127.0.0.1\r\nRange: bytes=0-1\r\n\r\n",
                                              fixture->sid);

  say (fixture, "hello");
  raw_client_send (fixture->poller, request);
  engine_expect (fixture->poller, 200, "4hello");
}

/* }}} */
/* {{{ Clients gone wrong */

static void
test_two_polls (Fixture *fixture, gconstpointer data)
{
  begin_poll (fixture);
  engine_send_poll (fixture->poster, fixture->sid);
  engine_expect (fixture->poster, 400, "");
  engine_expect (fixture->poller, 200, "1");
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_ERROR);
  expect_unknown (fixture);
}

static void
test_two_posts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *head = g_strdup_printf ("POST " ENGINE_POLLING "&sid=%s HTTP/1.1\r\n"
                                           "Host: 127.0.0.1\r\nContent-Length: 6\r\n\r\n4he",
                                           fixture->sid);

  begin_poll (fixture);
  raw_client_send (fixture->poster, head);
  test_settle ();
  {
    g_autoptr (RawClient) other = raw_client_new (fixture->parent.port);

    engine_send_post (other, fixture->sid, "4hello");
    engine_expect (other, 400, "");
  }
  engine_expect (fixture->poller, 200, "1");
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_ERROR);
  raw_client_send (fixture->poster, "llo");
  engine_expect (fixture->poster, 400, "{\"code\":1,\"message\":\"Session ID unknown\"}");
  g_assert_cmpuint (fixture->log->messages->len, ==, 0);
}

/* One that broke off does not stand in the way of the next. */
static void
test_post_after_broken_post (Fixture *fixture, gconstpointer data)
{
  g_autofree char *head = g_strdup_printf ("POST " ENGINE_POLLING "&sid=%s HTTP/1.1\r\n"
                                           "Host: 127.0.0.1\r\nContent-Length: 6\r\n\r\n4he",
                                           fixture->sid);

  raw_client_send (fixture->poster, head);
  test_settle ();
  raw_client_reset (fixture->poster);
  test_settle ();
  engine_post (fixture->poller, fixture->sid, "4hello");
  session_log_expect_messages (fixture->log, "hello", NULL);
}

static void
test_octet_stream (Fixture *fixture, gconstpointer data)
{
  g_autofree char *request = g_strdup_printf (
    "POST " ENGINE_POLLING "&sid=%s HTTP/1.1\r\n"
    "Host: 127.0.0.1\r\nContent-Length: 6\r\n"
    "Content-Type: application/octet-stream\r\n\r\n4hello",
    fixture->sid);

  begin_poll (fixture);
  raw_client_send (fixture->poster, request);
  engine_expect (fixture->poster, 400, "");
  engine_expect (fixture->poller, 200, "1");
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_ERROR);
  expect_unknown (fixture);
}

static void
test_bad_payloads (void)
{
  static const char *const bodies[] = {
    "abc",
    "7",
    "",
    "\x1e",
    "4a\x1e",
    "\x1e"
    "4a",
    "4a\x1e\x1e"
    "4b",
    "4\xff",
    "b!!!!",
    "bAQ",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      Fixture fixture = { { NULL } };

      set_up (&fixture, NULL);
      engine_post (fixture.poster, fixture.sid, bodies[i]);
      session_log_expect_closed (fixture.log, ENGINEIO_CLOSE_PARSE_ERROR);
      expect_unknown (&fixture);
      tear_down (&fixture, NULL);
    }
}

/* What came before the bad packet counts. */
static void
test_half_bad_payload (Fixture *fixture, gconstpointer data)
{
  begin_poll (fixture);
  engine_post (fixture->poster, fixture->sid,
               "4good\x1e"
               "bad");
  g_assert_cmpuint (fixture->log->messages->len, ==, 1);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_PARSE_ERROR);
  engine_expect (fixture->poller, 200, "1");
}

static void
test_max_payload (Fixture *fixture, gconstpointer data)
{
  g_autofree char *equal = g_strnfill (1000000, 'a');
  g_autofree char *more = g_strnfill (1000001, 'a');

  fixture->log->echo = FALSE;
  equal[0] = more[0] = '4';
  engine_post (fixture->poster, fixture->sid, equal);
  g_assert_cmpuint (fixture->log->messages->len, ==, 1);

  engine_send_post (fixture->poster, fixture->sid, more);
  engine_expect (fixture->poster, 413, "");
  g_assert_true (raw_client_is_closed (fixture->poster));

  /* The session has not suffered. */
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
  engine_post (fixture->poller, fixture->sid, "4hello");
  g_assert_cmpuint (fixture->log->messages->len, ==, 2);
}

/* }}} */
/* {{{ Closing */

static void
test_close_while_a_poll_waits (Fixture *fixture, gconstpointer data)
{
  begin_poll (fixture);
  engineio_session_close (fixture->log->session);
  engine_expect (fixture->poller, 200, "1");
  expect_unknown (fixture);
}

static void
test_close_between_polls (Fixture *fixture, gconstpointer data)
{
  say (fixture, "last words");
  engineio_session_close (fixture->log->session);
  test_settle ();
  engine_poll (fixture->poller, fixture->sid, "4last words");
  engine_poll (fixture->poller, fixture->sid,
               "6\x1e"
               "1");
  expect_unknown (fixture);
}

/* The client does not come back for its last packet. */
static void
test_close_without_a_poll (Fixture *fixture, gconstpointer data)
{
  engineio_session_close (fixture->log->session);
  test_skip_time (29900);
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->parent.server), ==, 1);
  test_skip_time (100);
  expect_unknown (fixture);
}

static void
test_messages_after_close (Fixture *fixture, gconstpointer data)
{
  engineio_session_close (fixture->log->session);
  engine_post (fixture->poster, fixture->sid, "4too late");
  g_assert_cmpuint (fixture->log->messages->len, ==, 0);
  engine_poll (fixture->poller, fixture->sid,
               "6\x1e"
               "1");
}

static void
test_goodbye (Fixture *fixture, gconstpointer data)
{
  begin_poll (fixture);
  engine_post (fixture->poster, fixture->sid, "1");
  engine_expect (fixture->poller, 200, "6");
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  expect_unknown (fixture);
}

static void
test_goodbye_without_a_poll (Fixture *fixture, gconstpointer data)
{
  engine_post (fixture->poster, fixture->sid,
               "4a\x1e"
               "1\x1e"
               "4b");
  g_assert_cmpuint (fixture->log->messages->len, ==, 1);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  expect_unknown (fixture);
}

static void
test_client_vanishes (Fixture *fixture, gconstpointer data)
{
  begin_poll (fixture);
  g_clear_pointer (&fixture->poller, raw_client_free);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_ERROR);
  expect_unknown (fixture);
}

static void
test_client_vanishes_with_a_reset (Fixture *fixture, gconstpointer data)
{
  begin_poll (fixture);
  raw_client_reset (fixture->poller);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_TRANSPORT_ERROR);
  expect_unknown (fixture);
}

/* }}} */
/* {{{ Heartbeat */

static void
test_heartbeat (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      begin_poll (fixture);
      test_skip_time (INTERVAL - 100);
      g_assert_false (raw_client_is_readable (fixture->poller));
      test_skip_time (100);
      engine_expect (fixture->poller, 200, "2");
      engine_post (fixture->poster, fixture->sid, "3");
    }
}

/* Whether it polls or not: without a pong it is gone after both times. */
static void
test_ping_timeout (Fixture *fixture, gconstpointer data)
{
  test_skip_time (INTERVAL);
  test_skip_time (TIMEOUT - 100);
  g_assert_cmpuint (fixture->log->n_closed, ==, 0);
  test_skip_time (100);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_PING_TIMEOUT);
  expect_unknown (fixture);
}

static void
test_ping_timeout_in_a_poll (Fixture *fixture, gconstpointer data)
{
  test_skip_time (INTERVAL);
  engine_poll (fixture->poller, fixture->sid, "2");
  begin_poll (fixture);
  test_skip_time (TIMEOUT);
  session_log_expect_closed (fixture->log, ENGINEIO_CLOSE_PING_TIMEOUT);
  engine_expect (fixture->poller, 200, "1");
  expect_unknown (fixture);
}

/* }}} */

#define ADD(path, function)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_test_add ("/polling/" path, Fixture, NULL, set_up, function, tear_down);                     \
    g_test_add ("/polling-attached/" path, Fixture, ENGINE_ATTACHED, set_up, function, tear_down); \
  }                                                                                                \
  G_STMT_END

static void
add_closing (void)
{
  ADD ("close/while-a-poll-waits", test_close_while_a_poll_waits);
  ADD ("close/between-polls", test_close_between_polls);
  ADD ("close/without-a-poll", test_close_without_a_poll);
  ADD ("close/messages-after", test_messages_after_close);
  ADD ("close/goodbye", test_goodbye);
  ADD ("close/goodbye-without-a-poll", test_goodbye_without_a_poll);
  ADD ("close/vanishes", test_client_vanishes);
  ADD ("close/vanishes-with-a-reset", test_client_vanishes_with_a_reset);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("message/post-then-poll", test_post_then_poll);
  ADD ("message/poll-then-post", test_poll_then_post);
  ADD ("message/base64-with-a-four", test_base64_with_a_four);
  ADD ("message/many", test_many_messages);
  ADD ("message/unicode", test_unicode);
  ADD ("message/headers", test_headers);
  ADD ("message/range", test_range);
  ADD ("wrong/two-polls", test_two_polls);
  ADD ("wrong/two-posts", test_two_posts);
  ADD ("wrong/post-after-broken-post", test_post_after_broken_post);
  ADD ("wrong/octet-stream", test_octet_stream);
  g_test_add_func ("/polling/wrong/bad-payloads", test_bad_payloads);
  ADD ("wrong/half-bad-payload", test_half_bad_payload);
  ADD ("wrong/max-payload", test_max_payload);
  add_closing ();
  ADD ("heartbeat/ping", test_heartbeat);
  ADD ("heartbeat/time-out", test_ping_timeout);
  ADD ("heartbeat/time-out-in-a-poll", test_ping_timeout_in_a_poll);

  return g_test_run ();
}
