/* test-requests.c: what a program has a say in while its server looks at requests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "engine-fixture.h"

typedef struct
{
  EngineFixture parent;
  GQueue asked; /* of EngineioIncoming */
  gboolean allow_at_once;
  const char *id;
  GString *log;
} Fixture;

/* {{{ The fixture */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  engine_fixture_set_up (&fixture->parent, data);
  fixture->log = g_string_new (NULL);
}

static void
start (Fixture *fixture, gconstpointer data)
{
  engine_fixture_start (&fixture->parent, data);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_queue_clear_full (&fixture->asked, g_object_unref);
  engine_fixture_tear_down (&fixture->parent, data);
  g_string_free (fixture->log, TRUE);
}

static void
expect_log (Fixture *fixture, const char *expected)
{
  g_assert_cmpstr (fixture->log->str, ==, expected);
  g_string_truncate (fixture->log, 0);
}

static gboolean
on_allow_request (EngineioOptions *options, EngineioIncoming *incoming, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_queue_push_tail (&fixture->asked, g_object_ref (incoming));
  if (fixture->allow_at_once)
    engineio_incoming_allow (incoming);
  return TRUE;
}

static EngineioIncoming *
wait_for_question (Fixture *fixture)
{
  test_wait (!g_queue_is_empty (&fixture->asked));
  return g_queue_pop_head (&fixture->asked);
}

static void
note_error (EngineioOptions *options,
            SoupServerMessage *message,
            guint code,
            const char *text,
            const char *context,
            gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->log, "%u/%s/%s ", code, text, context != NULL ? context : "-");
}

#define CONNECT(signal, function)                                                                  \
  g_signal_connect (fixture->parent.options, signal, G_CALLBACK (function), fixture)

static RawResponse *
ask (Fixture *fixture, const char *method, const char *target, const char *headers)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->parent.port);
  g_autofree char *request = g_strdup_printf ("%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", method,
                                              target, headers);

  return raw_client_ask (client, request);
}

static void
expect_answer (RawResponse *response, guint status, const char *type, const char *body)
{
  g_autofree char *text = raw_response_dup_body (response);
  g_autofree char *found = raw_response_get (response, "Content-Type");

  g_assert_cmpstr (text, ==, body);
  g_assert_cmpuint (response->status, ==, status);
  g_assert_cmpstr (found, ==, type);
}

static void
send_handshake (RawClient *client, const char *target)
{
  g_autofree char *request = raw_websocket_format_handshake (target, "");

  raw_client_send (client, request);
}

/* }}} */
/* {{{ allow-request */

static void
test_allow_polling (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;
  g_autoptr (EngineioIncoming) incoming = NULL;
  g_autoptr (RawResponse) response = NULL;
  g_autofree char *sid = NULL;
  g_autofree char *second = NULL;

  CONNECT ("allow-request", on_allow_request);
  start (fixture, data);
  client = raw_client_new (fixture->parent.port);
  engine_send_open (client);
  incoming = wait_for_question (fixture);
  g_assert_cmpstr (g_hash_table_lookup (engineio_incoming_get_query (incoming), "EIO"), ==, "4");
  test_settle ();
  g_assert_false (raw_client_is_readable (client));
  g_assert_cmpuint (fixture->parent.logs->len, ==, 0);

  engineio_incoming_allow (incoming);
  engineio_incoming_refuse (incoming, "too late");
  response = raw_client_read_response (client, TRUE);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpuint (fixture->parent.logs->len, ==, 1);

  /* It has a session now, so nobody is asked again. */
  sid = g_strdup (engineio_session_get_id (engine_fixture_get_last (&fixture->parent)->session));
  engine_post (client, sid, "4hello");
  engine_poll (client, sid, "4hello");
  g_assert_true (g_queue_is_empty (&fixture->asked));

  fixture->allow_at_once = TRUE;
  second = engine_open (client);
  g_assert_cmpuint (g_queue_get_length (&fixture->asked), ==, 1);
}

static void
test_allow_websocket (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) websocket = NULL;
  g_autoptr (RawWebsocket) upgraded = NULL;
  g_autoptr (EngineioIncoming) incoming = NULL;
  g_autoptr (RawFrame) open = NULL;
  g_autoptr (RawClient) client = NULL;
  g_autofree char *sid = NULL;

  CONNECT ("allow-request", on_allow_request);
  start (fixture, data);
  client = raw_client_new (fixture->parent.port);
  send_handshake (client, ENGINE_WEBSOCKET);
  incoming = wait_for_question (fixture);
  test_settle ();
  g_assert_false (raw_client_is_readable (client));

  engineio_incoming_allow (incoming);
  websocket = raw_websocket_new_for_client (g_steal_pointer (&client));
  raw_websocket_read_handshake (websocket);
  open = raw_websocket_receive (websocket);
  g_assert_true (g_str_has_prefix (open->data, "0{"));
  raw_websocket_send (websocket, "4hello");
  raw_websocket_expect (websocket, "4hello");

  fixture->allow_at_once = TRUE;
  client = raw_client_new (fixture->parent.port);
  sid = engine_open (client);
  g_queue_clear_full (&fixture->asked, g_object_unref);
  upgraded = engine_websocket_upgrade (&fixture->parent, sid);
  g_assert_true (g_queue_is_empty (&fixture->asked));
}

static void
refuse_one (Fixture *fixture, gboolean websocket, const char *text, guint status, const char *body)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->parent.port);
  g_autoptr (EngineioIncoming) incoming = NULL;
  g_autoptr (RawResponse) response = NULL;

  if (websocket)
    send_handshake (client, ENGINE_WEBSOCKET);
  else
    engine_send_open (client);
  incoming = wait_for_question (fixture);
  engineio_incoming_refuse (incoming, text);
  response = raw_client_read_response (client, TRUE);
  expect_answer (response, status, websocket ? "text/html" : "application/json", body);
}

static void
test_refuse (Fixture *fixture, gconstpointer data)
{
  CONNECT ("allow-request", on_allow_request);
  CONNECT ("connection-error", note_error);
  start (fixture, data);

  refuse_one (fixture, FALSE, NULL, 403, "{\"code\":4,\"message\":\"Forbidden\"}");
  expect_log (fixture, "4/Forbidden/NOT_ALLOWED ");
  refuse_one (fixture, FALSE, "not \"you\"", 403, "{\"code\":4,\"message\":\"not \\\"you\\\"\"}");
  expect_log (fixture, "4/not \"you\"/NOT_ALLOWED ");
  refuse_one (fixture, TRUE, NULL, 400, "Forbidden");
  refuse_one (fixture, TRUE, "not you", 400, "not you");
  g_assert_cmpuint (fixture->parent.logs->len, ==, 0);
}

/* Whoever forgets a question has refused, and whoever is gone is not let in. */
static void
test_forget (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;
  g_autoptr (RawClient) gone = NULL;
  g_autoptr (RawResponse) response = NULL;
  EngineioIncoming *incoming;

  CONNECT ("allow-request", on_allow_request);
  start (fixture, data);
  client = raw_client_new (fixture->parent.port);
  engine_send_open (client);
  g_object_unref (wait_for_question (fixture));
  response = raw_client_read_response (client, TRUE);
  g_assert_cmpuint (response->status, ==, 403);

  gone = raw_client_new (fixture->parent.port);
  send_handshake (gone, ENGINE_WEBSOCKET);
  incoming = wait_for_question (fixture);
  raw_client_reset (gone);
  test_settle ();
  engineio_incoming_allow (incoming);
  g_object_unref (incoming);
  test_settle ();
  g_assert_cmpuint (fixture->parent.logs->len, ==, 0);
}

static void
test_server_ends_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) closed = NULL;
  g_autoptr (RawClient) gone = NULL;
  g_autoptr (EngineioIncoming) first = NULL;
  g_autoptr (EngineioIncoming) second = NULL;
  g_autoptr (RawResponse) response = NULL;

  CONNECT ("allow-request", on_allow_request);
  start (fixture, data);
  closed = raw_client_new (fixture->parent.port);
  engine_send_open (closed);
  first = wait_for_question (fixture);
  gone = raw_client_new (fixture->parent.port);
  engine_send_open (gone);
  second = wait_for_question (fixture);

  engineio_server_close (fixture->parent.server);
  engineio_incoming_allow (first);
  response = raw_client_read_response (closed, TRUE);
  g_assert_cmpuint (response->status, ==, 404);
  engine_fixture_stop (&fixture->parent);
  engineio_incoming_allow (second);
  test_settle ();
  g_assert_cmpuint (fixture->parent.logs->len, ==, 0);
}

/* }}} */
/* {{{ Hooks */

static void
note_hook (EngineioIncoming *incoming, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (
    fixture->log, "%s ", soup_server_message_get_method (engineio_incoming_get_message (incoming)));
  engineio_incoming_allow (incoming);
}

static void
keep_hook (EngineioIncoming *incoming, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_queue_push_tail (&fixture->asked, g_object_ref (incoming));
}

static void
limit_hook (EngineioIncoming *incoming, gpointer user_data)
{
  SoupServerMessage *message = engineio_incoming_get_message (incoming);

  if (g_hash_table_contains (engineio_incoming_get_query (incoming), "flood"))
    {
      soup_server_message_set_status (message, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL);
      engineio_incoming_refuse (incoming, NULL);
    }
  else
    engineio_incoming_allow (incoming);
}

static void
use (Fixture *fixture, EngineioUseFunc func)
{
  engineio_http_options_use (ENGINEIO_HTTP_OPTIONS (fixture->parent.options), func, fixture, NULL);
}

static void
answer_hook (Fixture *fixture)
{
  g_autoptr (EngineioIncoming) incoming = wait_for_question (fixture);

  engineio_incoming_allow (incoming);
}

/* Every request comes by every hook, one after the other, those that wait too. */
static void
test_hooks (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;
  g_autoptr (RawResponse) response = NULL;
  const char *sid;

  use (fixture, note_hook);
  use (fixture, keep_hook);
  use (fixture, keep_hook);
  use (fixture, note_hook);
  start (fixture, data);
  client = raw_client_new (fixture->parent.port);
  engine_send_open (client);
  answer_hook (fixture);
  expect_log (fixture, "GET ");
  answer_hook (fixture);
  expect_log (fixture, "GET ");
  response = raw_client_read_response (client, TRUE);
  g_assert_cmpuint (response->status, ==, 200);

  sid = engineio_session_get_id (engine_fixture_get_last (&fixture->parent)->session);
  engine_send_post (client, sid, "4hello");
  answer_hook (fixture);
  answer_hook (fixture);
  engine_expect (client, 200, "ok");
  engine_send_poll (client, sid);
  answer_hook (fixture);
  answer_hook (fixture);
  engine_expect (client, 200, "4hello");
  expect_log (fixture, "POST POST GET GET ");

  /* A poll that waits is answered later. */
  engine_send_poll (client, sid);
  answer_hook (fixture);
  answer_hook (fixture);
  test_settle ();
  g_assert_false (raw_client_is_readable (client));
  engineio_session_send (engine_fixture_get_last (&fixture->parent)->session,
                         engine_fixture_get_last (&fixture->parent)->messages->pdata[0]);
  engine_expect (client, 200, "4hello");
}

static void
test_hook_refuses (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawResponse) answered = NULL;
  g_autoptr (RawClient) client = NULL;
  g_autoptr (RawClient) other = NULL;
  g_autoptr (RawResponse) response = NULL;
  g_autoptr (RawResponse) refused = NULL;

  use (fixture, limit_hook);
  use (fixture, keep_hook);
  CONNECT ("connection-error", note_error);
  start (fixture, data);
  answered = ask (fixture, "GET", ENGINE_POLLING "&flood=1", "");
  g_assert_cmpuint (answered->status, ==, 503);
  expect_log (fixture, "");

  client = raw_client_new (fixture->parent.port);
  engine_send_open (client);
  g_object_unref (wait_for_question (fixture));
  response = raw_client_read_response (client, TRUE);
  expect_answer (response, 400, "application/json", "{\"code\":3,\"message\":\"Bad request\"}");
  expect_log (fixture, "3/Bad request/MIDDLEWARE_FAILURE ");

  other = raw_client_new (fixture->parent.port);
  send_handshake (other, ENGINE_WEBSOCKET);
  g_object_unref (wait_for_question (fixture));
  refused = raw_client_read_response (other, TRUE);
  expect_answer (refused, 400, "text/html", "Bad request");
}

/* }}} */
/* {{{ Headers, ids and errors */

static void
on_initial_headers (EngineioOptions *options, SoupServerMessage *message, gpointer user_data)
{
  soup_message_headers_append (soup_server_message_get_response_headers (message), "X-First", "1");
}

static void
on_headers (EngineioOptions *options, SoupServerMessage *message, gpointer user_data)
{
  soup_message_headers_append (soup_server_message_get_response_headers (message), "X-Each", "1");
}

static void
check_headers (RawClient *client, gboolean first)
{
  g_autoptr (RawResponse) response = raw_client_read_response (client, TRUE);

  g_assert_cmpuint (raw_response_find (response, "X-First", NULL), ==, first ? 1 : 0);
  g_assert_cmpuint (raw_response_find (response, "X-Each", NULL), ==, 1);
  g_assert_cmpuint (raw_response_find (response, "Set-Cookie", NULL), ==, first ? 1 : 0);
}

static void
test_headers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;
  g_autoptr (RawClient) other = NULL;
  g_autoptr (RawResponse) handshake = NULL;
  const char *sid;

  g_object_set (fixture->parent.options, "cookie-name", "io", NULL);
  CONNECT ("initial-headers", on_initial_headers);
  CONNECT ("headers", on_headers);
  start (fixture, data);
  client = raw_client_new (fixture->parent.port);
  engine_send_open (client);
  check_headers (client, TRUE);
  sid = engineio_session_get_id (engine_fixture_get_last (&fixture->parent)->session);
  engine_send_post (client, sid, "4hello");
  check_headers (client, FALSE);
  engine_send_poll (client, sid);
  check_headers (client, FALSE);

  other = raw_client_new (fixture->parent.port);
  send_handshake (other, ENGINE_WEBSOCKET);
  handshake = raw_client_read_head (other);
  g_assert_cmpuint (handshake->status, ==, 101);
  g_assert_cmpuint (raw_response_find (handshake, "X-First", NULL), ==, 1);
  g_assert_cmpuint (raw_response_find (handshake, "X-Each", NULL), ==, 1);
}

static void
expect_cookie (Fixture *fixture, const char *format)
{
  g_autoptr (RawResponse) response = ask (fixture, "GET", ENGINE_POLLING, "");
  g_autofree char *cookie = raw_response_get (response, "Set-Cookie");
  const char *sid = engineio_session_get_id (engine_fixture_get_last (&fixture->parent)->session);
  g_auto (GStrv) parts = g_strsplit (format, "SID", 2);
  g_autofree char *expected = g_strjoin (sid, parts[0], parts[1], NULL);

  g_assert_cmpstr (cookie, ==, expected);
}

static void
test_cookie (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawResponse) without = NULL;

  start (fixture, data);
  without = ask (fixture, "GET", ENGINE_POLLING, "");
  g_assert_cmpuint (raw_response_find (without, "Set-Cookie", NULL), ==, 0);

  g_object_set (fixture->parent.options, "cookie-name", "io", NULL);
  expect_cookie (fixture, "io=SID; Path=/; HttpOnly; SameSite=Lax");
  g_object_set (fixture->parent.options, "cookie-name", "my", "cookie-path", "/chat",
                "cookie-http-only", FALSE, "cookie-same-site", "None", "cookie-secure", TRUE, NULL);
  expect_cookie (fixture, "my=SID; Path=/chat; Secure; SameSite=None");
  g_object_set (fixture->parent.options, "cookie-path", NULL, "cookie-same-site", NULL,
                "cookie-secure", FALSE, NULL);
  expect_cookie (fixture, "my=SID");
}

static char *
on_generate_id (EngineioOptions *options, SoupServerMessage *message, gpointer user_data)
{
  Fixture *fixture = user_data;

  return g_strdup (fixture->id);
}

static void
check_bad_id (Fixture *fixture, const char *id)
{
  g_autoptr (RawResponse) polling = NULL;
  g_autoptr (RawClient) client = raw_client_new (fixture->parent.port);
  g_autoptr (RawResponse) websocket = NULL;

  fixture->id = id;
  polling = ask (fixture, "GET", ENGINE_POLLING, "");
  expect_answer (polling, 400, "application/json", "{\"code\":3,\"message\":\"Bad request\"}");
  send_handshake (client, ENGINE_WEBSOCKET);
  websocket = raw_client_read_response (client, TRUE);
  expect_answer (websocket, 400, "text/html", "Bad request");
  expect_log (fixture, "3/Bad request/ID_GENERATION_ERROR 3/Bad request/ID_GENERATION_ERROR ");
}

static void
test_ids (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sixty_five = g_strnfill (65, 'a');
  g_autofree char *sixty_four = g_strnfill (64, 'a');
  g_autoptr (RawClient) client = NULL;
  g_autoptr (RawWebsocket) websocket = NULL;
  g_autofree char *first = NULL;
  g_autofree char *own = NULL;

  CONNECT ("generate-id", on_generate_id);
  CONNECT ("connection-error", note_error);
  start (fixture, data);
  client = raw_client_new (fixture->parent.port);
  fixture->id = sixty_four;
  first = engine_open (client);
  g_assert_cmpstr (first, ==, sixty_four);
  fixture->id = "node-1.abc_~X";
  websocket = engine_websocket_open (&fixture->parent);
  g_assert_cmpstr (engineio_session_get_id (engine_fixture_get_last (&fixture->parent)->session),
                   ==, fixture->id);

  check_bad_id (fixture, sixty_four);
  check_bad_id (fixture, sixty_five);
  check_bad_id (fixture, "");
  check_bad_id (fixture, "a\"b");
  check_bad_id (fixture, "a b");
  fixture->id = NULL;
  own = engine_open (client);
  g_assert_cmpuint (strlen (own), ==, 20);
}

static void
test_errors (Fixture *fixture, gconstpointer data)
{
  static const char *const cases[][3] = {
    { "GET", "/engine.io/", "0/Transport unknown/- " },
    { "GET", "/engine.io/?transport=pigeon", "0/Transport unknown/pigeon " },
    { "GET", ENGINE_POLLING "&sid=nobody", "1/Session ID unknown/nobody " },
    { "PUT", ENGINE_POLLING, "2/Bad handshake method/PUT " },
    { "GET", ENGINE_WEBSOCKET, "3/Bad request/TRANSPORT_HANDSHAKE_ERROR " },
    { "GET", "/engine.io/?EIO=2&transport=polling", "5/Unsupported protocol version/2 " },
  };
  g_autoptr (RawResponse) foreign = NULL;
  g_autoptr (RawResponse) mismatch = NULL;
  g_autoptr (RawWebsocket) websocket = NULL;
  g_autofree char *target = NULL;

  CONNECT ("connection-error", note_error);
  start (fixture, data);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (RawResponse) response = ask (fixture, cases[i][0], cases[i][1], "");

      g_assert_cmpuint (response->status, ==, 400);
      expect_log (fixture, cases[i][2]);
    }

  foreign = ask (fixture, "GET", ENGINE_POLLING, "Origin: http://stranger.example\r\n");
  expect_log (fixture, "4/Forbidden/INVALID_ORIGIN ");
  websocket = engine_websocket_open (&fixture->parent);
  target = g_strdup_printf (
    ENGINE_POLLING "&sid=%s",
    engineio_session_get_id (engine_fixture_get_last (&fixture->parent)->session));
  mismatch = ask (fixture, "GET", target, "");
  expect_log (fixture, "3/Bad request/TRANSPORT_MISMATCH ");
}

/* }}} */
/* {{{ The path, and what comes first */

static void
test_trailing_slash (Fixture *fixture, gconstpointer data)
{
  static const char without[] = "/engine.io?EIO=4&transport=polling";
  g_autoptr (RawResponse) refused = NULL;
  g_autoptr (RawResponse) bare = NULL;
  g_autoptr (RawResponse) slash = NULL;
  g_autoptr (RawResponse) longer = NULL;

  start (fixture, data);
  refused = ask (fixture, "GET", without, "");
  g_assert_cmpuint (refused->status, ==, 404);

  g_object_set (fixture->parent.options, "add-trailing-slash", FALSE, NULL);
  bare = ask (fixture, "GET", without, "");
  g_assert_cmpuint (bare->status, ==, 200);
  slash = ask (fixture, "GET", ENGINE_POLLING, "");
  g_assert_cmpuint (slash->status, ==, 200);
  longer = ask (fixture, "GET", "/engine.iox?EIO=4&transport=polling", "");
  g_assert_cmpuint (longer->status, ==, 404);
}

static void
test_initial_packet (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawResponse) response = NULL;
  g_autoptr (RawWebsocket) websocket = NULL;
  g_autofree char *body = NULL;

  g_object_set (fixture->parent.options, "initial-packet", "안녕", NULL);
  start (fixture, data);
  response = ask (fixture, "GET", ENGINE_POLLING, "");
  body = raw_response_dup_body (response);
  g_assert_true (g_str_has_prefix (body, "0{"));
  g_assert_true (g_str_has_suffix (body, "}\x1e"
                                         "4안녕"));

  websocket = engine_websocket_open (&fixture->parent);
  raw_websocket_expect (websocket, "4안녕");
}

/* }}} */
/* {{{ WebSockets of others */

static void
pause_request (SoupServer *server,
               SoupServerMessage *message,
               const char *path,
               GHashTable *query,
               gpointer user_data)
{
  SoupServerMessage **paused = user_data;

  g_set_object (paused, message);
  soup_server_message_pause (message);
}

static RawClient *
ask_other (Fixture *fixture, gboolean websocket, SoupServerMessage **paused)
{
  RawClient *client = raw_client_new (fixture->parent.port);

  if (websocket)
    send_handshake (client, "/other");
  else
    raw_client_send (client, "GET /other HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  test_wait (*paused != NULL);
  return client;
}

static void
expect_answered_late (RawClient *client, SoupServerMessage **paused)
{
  g_autoptr (SoupServerMessage) message = g_steal_pointer (paused);
  g_autoptr (RawResponse) response = NULL;

  test_settle ();
  g_assert_false (raw_client_is_readable (client));
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_unpause (message);
  response = raw_client_read_response (client, TRUE);
  g_assert_cmpuint (response->status, ==, 200);
}

static void
test_destroy_upgrade (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SoupServerMessage) paused = NULL;
  g_autoptr (RawClient) in_time = NULL;
  g_autoptr (RawClient) late = NULL;
  g_autoptr (RawClient) plain = NULL;
  g_autoptr (SoupServerMessage) message = NULL;

  start (fixture, data);
  soup_server_add_handler (engineio_server_get_soup_server (fixture->parent.server), "/other",
                           pause_request, &paused, NULL);
  in_time = ask_other (fixture, TRUE, &paused);
  test_skip_time (900);
  expect_answered_late (in_time, &paused);

  plain = ask_other (fixture, FALSE, &paused);
  test_skip_time (1500);
  expect_answered_late (plain, &paused);

  late = ask_other (fixture, TRUE, &paused);
  test_skip_time (1100);
  g_assert_true (raw_client_is_closed (late));
  message = g_steal_pointer (&paused);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_unpause (message);
  test_settle ();
}

static void
test_keep_upgrade (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SoupServerMessage) paused = NULL;
  g_autoptr (RawClient) client = NULL;

  g_object_set (fixture->parent.options, "destroy-upgrade", FALSE, NULL);
  start (fixture, data);
  soup_server_add_handler (engineio_server_get_soup_server (fixture->parent.server), "/other",
                           pause_request, &paused, NULL);
  client = ask_other (fixture, TRUE, &paused);
  test_skip_time (5000);
  expect_answered_late (client, &paused);
}

/* }}} */

#define ADD(path, function)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_test_add ("/requests/" path, Fixture, NULL, set_up, function, tear_down);                    \
    g_test_add ("/requests-attached/" path, Fixture, ENGINE_ATTACHED, set_up, function,            \
                tear_down);                                                                        \
  }                                                                                                \
  G_STMT_END

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("allow/polling", test_allow_polling);
  ADD ("allow/websocket", test_allow_websocket);
  ADD ("allow/refuse", test_refuse);
  ADD ("allow/forget", test_forget);
  ADD ("allow/server-ends-first", test_server_ends_first);
  ADD ("hooks/order", test_hooks);
  ADD ("hooks/refuse", test_hook_refuses);
  ADD ("headers", test_headers);
  ADD ("cookie", test_cookie);
  ADD ("ids", test_ids);
  ADD ("errors", test_errors);
  ADD ("trailing-slash", test_trailing_slash);
  ADD ("initial-packet", test_initial_packet);
  ADD ("destroy-upgrade", test_destroy_upgrade);
  ADD ("keep-upgrade", test_keep_upgrade);

  return g_test_run ();
}
