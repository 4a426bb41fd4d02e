/* engine-fixture.c: an Engine.IO server that notes what its sessions bring, and clients for it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "engine-fixture.h"

#include <libsoup/soup.h>
#include <string.h>

/* {{{ What a session tells */

static void
on_opened (EngineioSession *session, gpointer user_data)
{
  ((SessionLog *)user_data)->n_opened++;
}

static void
on_message (EngineioSession *session, EngineioPacket *packet, gpointer user_data)
{
  SessionLog *log = user_data;

  g_assert_cmpuint (log->n_closed, ==, 0);
  g_ptr_array_add (log->messages, engineio_packet_ref (packet));
  if (log->echo)
    engineio_session_send (session, packet);
}

static void
on_drained (EngineioSession *session, gpointer user_data)
{
  ((SessionLog *)user_data)->n_drained++;
}

static void
on_closed (EngineioSession *session,
           EngineioCloseReason reason,
           const char *description,
           gpointer user_data)
{
  SessionLog *log = user_data;

  log->n_closed++;
  log->reason = reason;
  g_free (log->description);
  log->description = g_strdup (description);
}

static const EngineioSessionHandler session_handler = {
  .opened = on_opened,
  .message = on_message,
  .drained = on_drained,
  .closed = on_closed,
};

SessionLog *
session_log_new (EngineioSession *session, gboolean echo)
{
  SessionLog *log = g_new0 (SessionLog, 1);

  log->session = g_object_ref (session);
  log->echo = echo;
  log->messages = g_ptr_array_new_with_free_func ((GDestroyNotify)engineio_packet_unref);
  engineio_session_set_handler (session, &session_handler, log);

  return log;
}

void
session_log_free (SessionLog *log)
{
  engineio_session_set_handler (log->session, NULL, NULL);
  g_object_unref (log->session);
  g_ptr_array_unref (log->messages);
  g_free (log->description);
  g_free (log);
}

/* The texts of all messages until now, which the log then forgets. */
void
session_log_expect_messages (SessionLog *log, const char *first, ...)
{
  const char *text = first;
  guint n = 0;
  va_list list;

  va_start (list, first);
  for (; text != NULL; text = va_arg (list, const char *))
    {
      gsize length;

      test_wait (log->messages->len > n || log->n_closed > 0);
      g_assert_cmpuint (log->messages->len, >, n);
      g_assert_cmpstr (engineio_packet_get_data (log->messages->pdata[n++], &length), ==, text);
    }
  va_end (list);
  g_assert_cmpuint (log->messages->len, ==, n);
  g_ptr_array_set_size (log->messages, 0);
}

void
session_log_expect_closed (SessionLog *log, EngineioCloseReason reason)
{
  test_wait (log->n_closed > 0);
  g_assert_cmpuint (log->n_closed, ==, 1);
  g_assert_cmpint (log->reason, ==, reason);
  g_assert_false (engineio_session_is_open (log->session));
}

/* }}} */
/* {{{ The server */

static void
on_session (EngineioServer *server, EngineioSession *session, gpointer user_data)
{
  EngineFixture *fixture = user_data;

  g_ptr_array_add (fixture->logs, session_log_new (session, fixture->echo));
}

static void
on_idle (EngineioServer *server, gpointer user_data)
{
  ((EngineFixture *)user_data)->n_idle++;
}

static const EngineioServerHandler server_handler = { .session = on_session, .idle = on_idle };

/* Only the fixture; the options can still be changed until it starts. */
void
engine_fixture_set_up (EngineFixture *fixture, gconstpointer data)
{
  fixture->poller = http_poller_ref_default ();
  fixture->options = engineio_options_new ();
  fixture->logs = g_ptr_array_new_with_free_func ((GDestroyNotify)session_log_free);
  fixture->echo = TRUE;
}

static void
engine_fixture_attach (EngineFixture *fixture)
{
  SoupServerListenOptions options = SOUP_SERVER_LISTEN_IPV4_ONLY;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  if (!fixture->ignores_leaks)
    test_ignore_leaks (TRUE);
  fixture->ignores_leaks = TRUE;
  if (fixture->certificate != NULL)
    options |= SOUP_SERVER_LISTEN_HTTPS;
  fixture->soup_server = soup_server_new ("tls-certificate", fixture->certificate, NULL);
  soup_server_listen_local (fixture->soup_server, 0, options, &error);
  g_assert_no_error (error);
  engineio_server_attach (fixture->server, fixture->soup_server);
  uris = soup_server_get_uris (fixture->soup_server);
  fixture->port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
}

EngineioServer *
engine_fixture_make_server (EngineFixture *fixture)
{
  return engineio_server_new (fixture->options, &server_handler, fixture);
}

void
engine_fixture_start (EngineFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->server = engine_fixture_make_server (fixture);
  if (data != NULL)
    engine_fixture_attach (fixture);
  else
    {
      engineio_server_listen (fixture->server, "127.0.0.1", 0, &error);
      g_assert_no_error (error);
      fixture->port = engineio_server_get_port (fixture->server);
    }
  fixture->n_descriptors = test_count_descriptors ();
}

void
engine_fixture_stop (EngineFixture *fixture)
{
  if (fixture->soup_server != NULL)
    soup_server_disconnect (fixture->soup_server);
  g_clear_object (&fixture->server);
  g_clear_object (&fixture->soup_server);
}

void
engine_fixture_tear_down (EngineFixture *fixture, gconstpointer data)
{
  gpointer server = fixture->server;

  if (server != NULL)
    g_object_add_weak_pointer (server, &server);
  engine_fixture_stop (fixture);
  test_wait (server == NULL);
  g_ptr_array_unref (fixture->logs);
  g_clear_object (&fixture->options);
  g_clear_object (&fixture->certificate);
  /* What still says goodbye to its peer. */
  test_skip_time (2000);
  http_poller_unref (fixture->poller);
  if (fixture->ignores_leaks)
    test_ignore_leaks (FALSE);
  fixture->ignores_leaks = FALSE;
}

SessionLog *
engine_fixture_get_last (EngineFixture *fixture)
{
  g_assert_cmpuint (fixture->logs->len, >, 0);

  return fixture->logs->pdata[fixture->logs->len - 1];
}

gboolean
engine_fixture_is_idle (EngineFixture *fixture)
{
  return engineio_server_get_n_sessions (fixture->server) == 0 &&
         test_count_descriptors () == fixture->n_descriptors;
}

/* }}} */
/* {{{ Clients by polling */

static void
send_request (RawClient *client, const char *method, const char *sid, const char *body)
{
  g_autofree char *request = NULL;

  if (body != NULL)
    request = g_strdup_printf ("%s " ENGINE_POLLING "&sid=%s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                               "Content-Type: text/plain;charset=UTF-8\r\n"
                               "Content-Length: %zu\r\n\r\n%s",
                               method, sid, strlen (body), body);
  else
    request = g_strdup_printf ("%s " ENGINE_POLLING "%s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                               method, sid != NULL ? "&sid=" : "", sid != NULL ? sid : "");
  raw_client_send (client, request);
}

void
engine_send_open (RawClient *client)
{
  send_request (client, "GET", NULL, NULL);
}

void
engine_send_poll (RawClient *client, const char *sid)
{
  send_request (client, "GET", sid, NULL);
}

void
engine_send_post (RawClient *client, const char *sid, const char *body)
{
  send_request (client, "POST", sid, body);
}

void
engine_expect (RawClient *client, guint status, const char *body)
{
  g_autoptr (RawResponse) response = raw_client_read_response (client, TRUE);
  g_autofree char *text = raw_response_dup_body (response);

  g_assert_cmpstr (text, ==, body);
  g_assert_cmpuint (response->status, ==, status);
}

/* Opens a session. Returns its id, to be freed. */
char *
engine_open (RawClient *client)
{
  static const char prefix[] = "0{\"sid\":\"";
  g_autoptr (RawResponse) response = NULL;
  g_autofree char *text = NULL;

  engine_send_open (client);
  response = raw_client_read_response (client, TRUE);
  text = raw_response_dup_body (response);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_true (g_str_has_prefix (text, prefix));

  return g_strndup (text + strlen (prefix), strcspn (text + strlen (prefix), "\""));
}

void
engine_post (RawClient *client, const char *sid, const char *body)
{
  engine_send_post (client, sid, body);
  engine_expect (client, 200, "ok");
}

void
engine_poll (RawClient *client, const char *sid, const char *expected)
{
  engine_send_poll (client, sid);
  engine_expect (client, 200, expected);
}

/* Polls, and waits until the server has the poll, for which there is nothing yet. */
void
engine_begin_poll (RawClient *client, EngineioSession *session)
{
  engine_send_poll (client, engineio_session_get_id (session));
  test_wait (engineio_session_is_writable (session));
}

/* }}} */
/* {{{ Clients by WebSocket */

/* Opens a session; its handshake packet is read. */
RawWebsocket *
engine_websocket_open (EngineFixture *fixture)
{
  RawWebsocket *websocket = raw_websocket_new (fixture->port, ENGINE_WEBSOCKET);
  g_autoptr (RawFrame) open = raw_websocket_receive (websocket);

  g_assert_nonnull (open);
  g_assert_true (g_str_has_prefix (open->data, "0{\"sid\":\""));

  return websocket;
}

/* Opens a WebSocket for a session that there is, and has it probed. */
RawWebsocket *
engine_websocket_upgrade (EngineFixture *fixture, const char *sid)
{
  g_autofree char *target = g_strdup_printf (ENGINE_WEBSOCKET "&sid=%s", sid);
  RawWebsocket *websocket = raw_websocket_new (fixture->port, target);

  raw_websocket_send (websocket, "2probe");
  raw_websocket_expect (websocket, "3probe");

  return websocket;
}

/* }}} */
