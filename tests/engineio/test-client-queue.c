/* test-client-queue.c: our client's WebSocket at a server that does not read
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "client-fixture.h"

#define CHUNK (100 * 1000)

/* What the sockets' buffers of one connection may hold, with much room. */
#define MAX_CHUNKS 200

typedef struct
{
  SoupServer *server;
  SoupWebsocketConnection *connection;
  EngineioClientOptions *options;
  SessionLog *client;
} Fixture;

/* libsoup would read at once. */
static void
on_websocket (SoupServer *server,
              SoupServerMessage *message,
              const char *path,
              SoupWebsocketConnection *connection,
              gpointer user_data)
{
  Fixture *fixture = user_data;
  GSource *source = g_main_context_find_source_by_user_data (NULL, connection);

  g_assert_nonnull (source);
  g_source_destroy (source);
  fixture->connection = g_object_ref (connection);
  soup_websocket_connection_send_text (connection, SCRIPT_OPEN);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GSList *uris;

  test_ignore_leaks (TRUE);
  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_websocket_handler (fixture->server, NULL, NULL, NULL, on_websocket, fixture,
                                     NULL);
  g_assert_true (soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (fixture->server);
  fixture->options = client_options_new ("websocket", NULL);
  /* Or the texts are hardly anything on the way. */
  g_object_set (fixture->options, "per-message-deflate", FALSE, NULL);
  fixture->client = client_connect (fixture->options, g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  session_log_free (fixture->client);
  g_object_unref (fixture->options);
  g_object_unref (fixture->connection);
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->server);
  test_settle ();
  test_ignore_leaks (FALSE);
}

/* Says how many pieces the connection took. */
static guint
fill (Fixture *fixture)
{
  g_autofree char *text = g_strnfill (CHUNK, 'a');
  guint n = 0;

  while (engineio_session_is_writable (fixture->client->session) && n < MAX_CHUNKS)
    {
      client_say (fixture->client, text);
      test_settle ();
      n++;
    }
  return n;
}

static gsize
read_all (Fixture *fixture)
{
  GIOStream *stream = soup_websocket_connection_get_io_stream (fixture->connection);
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  g_autofree char *buffer = g_malloc (CHUNK);
  gsize total = 0;
  gssize n;

  while ((n = g_pollable_input_stream_read_nonblocking (input, buffer, CHUNK, NULL, NULL)) > 0)
    {
      total += n;
      test_settle ();
    }
  return total;
}

static void
test_writable (Fixture *fixture, gconstpointer data)
{
  guint n = fill (fixture);

  g_test_message ("%u pieces of %u bytes", n, CHUNK);
  g_assert_cmpuint (n, <, MAX_CHUNKS);
  g_assert_false (engineio_session_is_writable (fixture->client->session));
  client_say (fixture->client, "waits");
  test_settle ();
  g_assert_cmpuint (fixture->client->n_drained, ==, 0);

  g_assert_cmpuint (read_all (fixture), >, n * CHUNK);
  test_wait (fixture->client->n_drained == 1);
  g_assert_true (engineio_session_is_writable (fixture->client->session));
  g_assert_cmpuint (engineio_session_get_queued_bytes (fixture->client->session), ==, 0);
}

static void
test_bounded (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (CHUNK, 'a');

  fill (fixture);
  g_object_set (fixture->options, "max-queue-bytes", G_GUINT64_CONSTANT (1000000), NULL);
  for (guint i = 0; i < 20; i++)
    client_say (fixture->client, text);
  session_log_expect_closed (fixture->client, ENGINEIO_CLOSE_QUEUE_FULL);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/client-queue/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("writable", test_writable);
  ADD ("bounded", test_bounded);

  return g_test_run ();
}
