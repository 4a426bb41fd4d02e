/* listener-fixture.c: a small SoupServer behind our listener
 *
 * It answers every request with the number of the request and the length of its body.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "listener-fixture.h"

#include "http-message.h"

static void
on_request (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  ListenerFixture *fixture = user_data;
  goffset length = soup_server_message_get_request_body (message)->length;
  g_autofree char *text = g_strdup_printf ("%u %" G_GOFFSET_FORMAT, ++fixture->n_requests, length);

  http_message_answer (message, SOUP_STATUS_OK, "text/plain", text);
}

static guint16
listen_plainly (SoupServer *server)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;
  guint16 port;

  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);

  return port;
}

static guint16
listen_with_listener (ListenerFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->listener = http_listener_new (fixture->server);
  http_listener_listen (fixture->listener, NULL, 0, &error);
  g_assert_no_error (error);

  return http_listener_get_port (fixture->listener);
}

void
listener_fixture_set_up (ListenerFixture *fixture, gconstpointer data)
{
  fixture->is_plain = data != NULL;
  if (fixture->is_plain)
    test_ignore_leaks (TRUE);
  fixture->n_requests = 0;
  fixture->listener = NULL;
  fixture->poller = http_poller_ref_default ();
  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, on_request, fixture, NULL);
  fixture->port = data != NULL ? listen_plainly (fixture->server) : listen_with_listener (fixture);
  g_assert_cmpuint (fixture->port, !=, 0);
  fixture->n_descriptors = test_count_descriptors ();
}

gboolean
listener_fixture_is_idle (ListenerFixture *fixture)
{
  if (fixture->listener != NULL && http_listener_get_n_connections (fixture->listener) > 0)
    return FALSE;

  return test_count_descriptors () == fixture->n_descriptors;
}

void
listener_fixture_tear_down (ListenerFixture *fixture, gconstpointer data)
{
  soup_server_disconnect (fixture->server);
  if (fixture->listener != NULL)
    {
      http_listener_close (fixture->listener);
      g_object_add_weak_pointer (G_OBJECT (fixture->listener), (gpointer *)&fixture->listener);
      g_object_unref (fixture->listener);
    }
  g_object_add_weak_pointer (G_OBJECT (fixture->server), (gpointer *)&fixture->server);
  g_object_unref (fixture->server);
  test_wait (fixture->listener == NULL && fixture->server == NULL);
  http_poller_unref (fixture->poller);
  if (fixture->is_plain)
    test_ignore_leaks (FALSE);
}
