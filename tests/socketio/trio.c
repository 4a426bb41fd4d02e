/* trio.c: a server with three clients in one namespace, both ends of each
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "trio.h"

static void
on_connection (SocketioNamespace *namespace_, SocketioServerSocket *socket, Trio *trio)
{
  if (trio->n < TRIO)
    trio->far[trio->n++] = g_object_ref (socket);
}

void
trio_set_up (Trio *trio, gconstpointer data)
{
  trio->log = g_string_new (NULL);
  trio->server = socketio_server_new ();
  trio->namespace_ = socketio_server_of (trio->server, "/");
  g_signal_connect (trio->namespace_, "connection", G_CALLBACK (on_connection), trio);
  for (guint i = 0; i < TRIO; i++)
    {
      trio->clients[i] = client_new_loopback (trio->server);
      trio->near[i] = connect_socket (trio->clients[i], "/");
    }
  g_assert_cmpuint (trio->n, ==, TRIO);
}

void
trio_drop (Trio *trio, guint i)
{
  g_clear_object (&trio->near[i]);
  drop_client (&trio->clients[i]);
}

void
trio_tear_down (Trio *trio, gconstpointer data)
{
  for (guint i = 0; i < TRIO; i++)
    {
      trio_drop (trio, i);
      g_clear_object (&trio->far[i]);
    }
  close_server (&trio->server);
  g_string_free (trio->log, TRUE);
}

const char *
trio_id (Trio *trio, guint i)
{
  return socketio_socket_get_id (SOCKETIO_SOCKET (trio->far[i]));
}
