/* client-fixture.c: clients of ours, and a server that answers them from a script
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "client-fixture.h"

#include <libsoup/soup.h>
#include <string.h>

/* {{{ Clients */

EngineioClientOptions *
client_options_new (const char *first, ...)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) transports = NULL;
  va_list list;

  va_start (list, first);
  for (const char *name = first; name != NULL; name = va_arg (list, const char *))
    g_strv_builder_add (names, name);
  va_end (list);
  transports = g_strv_builder_end (names);

  return g_object_new (ENGINEIO_TYPE_CLIENT_OPTIONS, "path", "/engine.io", "transports", transports,
                       NULL);
}

SessionLog *
client_dial (EngineioClientOptions *options, const char *address)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EngineioSession) session = engineio_client_open (options, address, 20000, &error);

  g_assert_no_error (error);
  return session_log_new (session, FALSE);
}

SessionLog *
client_dial_port (EngineioClientOptions *options, guint16 port)
{
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u", port);

  return client_dial (options, address);
}

SessionLog *
client_connect (EngineioClientOptions *options, guint16 port)
{
  SessionLog *client = client_dial_port (options, port);

  test_wait (client->n_opened > 0 || client->n_closed > 0);
  g_assert_cmpuint (client->n_opened, ==, 1);
  return client;
}

void
client_say (SessionLog *log, const char *text)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);

  engineio_session_send (log->session, packet);
}

void
client_expect_error (SessionLog *client, EngineioError code)
{
  test_wait (client->n_closed > 0);
  g_test_message ("%s", engineio_session_get_error (client->session)->message);
  g_assert_error (engineio_session_get_error (client->session), ENGINEIO_ERROR, (int)code);
  g_assert_cmpuint (client->n_opened, ==, 0);
  g_assert_cmpuint (client->n_closed, ==, 1);
}

/* }}} */
/* {{{ A server with a script */

typedef struct
{
  guint status;
  char *headers; /* (nullable): `Name: value` by lines */
  GBytes *body;
} ScriptAnswer;

static void
script_answer_free (gpointer data)
{
  ScriptAnswer *answer = data;

  g_free (answer->headers);
  g_bytes_unref (answer->body);
  g_free (answer);
}

static void
add_headers (SoupServerMessage *message, const char *headers)
{
  SoupMessageHeaders *response = soup_server_message_get_response_headers (message);
  g_auto (GStrv) lines = g_strsplit (headers != NULL ? headers : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], ": ", 2);

      soup_message_headers_append (response, parts[0], parts[1]);
    }
}

static void
script_give (Script *script)
{
  while (!g_queue_is_empty (&script->answers) && !g_queue_is_empty (&script->waiting))
    {
      g_autoptr (SoupServerMessage) message = g_queue_pop_head (&script->waiting);
      ScriptAnswer *answer = g_queue_pop_head (&script->answers);
      gsize length;
      const char *data = g_bytes_get_data (answer->body, &length);

      add_headers (message, answer->headers);
      soup_server_message_set_status (message, answer->status, NULL);
      soup_server_message_set_response (message, "text/plain; charset=UTF-8", SOUP_MEMORY_COPY,
                                        data, length);
      soup_server_message_unpause (message);
      script_answer_free (answer);
    }
}

static void
on_request (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  Script *script = user_data;
  GUri *uri = soup_server_message_get_uri (message);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *cookie = soup_message_headers_get_one (headers, "Cookie");
  g_autoptr (GBytes)
    body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  g_ptr_array_add (script->requests,
                   g_strdup_printf ("%s %s?%s %.*s", soup_server_message_get_method (message), path,
                                    g_uri_get_query (uri), (int)length, text));
  g_ptr_array_add (script->cookies, g_strdup (cookie != NULL ? cookie : ""));
  soup_server_message_pause (message);
  g_queue_push_tail (&script->waiting, g_object_ref (message));
  script_give (script);
}

Script *
script_new (void)
{
  Script *script = g_new0 (Script, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  script->requests = g_ptr_array_new_with_free_func (g_free);
  script->cookies = g_ptr_array_new_with_free_func (g_free);
  script->server = soup_server_new ("raw-paths", TRUE, NULL);
  soup_server_add_handler (script->server, NULL, on_request, script, NULL);
  test_ignore_leaks (TRUE);
  soup_server_listen_local (script->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (script->server);
  script->port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);

  return script;
}

void
script_free (Script *script)
{
  soup_server_disconnect (script->server);
  g_queue_clear_full (&script->waiting, g_object_unref);
  g_object_unref (script->server);
  test_ignore_leaks (FALSE);
  g_queue_clear_full (&script->answers, script_answer_free);
  g_ptr_array_unref (script->requests);
  g_ptr_array_unref (script->cookies);
  g_free (script);
}

void
script_answer (Script *script, guint status, const char *headers, const char *body)
{
  script_answer_data (script, status, headers, body, strlen (body));
}

void
script_answer_data (Script *script,
                    guint status,
                    const char *headers,
                    const void *body,
                    gsize length)
{
  ScriptAnswer *answer = g_new (ScriptAnswer, 1);

  *answer = (ScriptAnswer){ status, g_strdup (headers), g_bytes_new (body, length) };
  g_queue_push_tail (&script->answers, answer);
  script_give (script);
}

/* Waits for the request number @n, from 1. */
const char *
script_wait (Script *script, guint n)
{
  test_wait (script->requests->len >= n);
  return script->requests->pdata[n - 1];
}

/* }}} */
