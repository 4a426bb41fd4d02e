/* test-transports.c: what the two ends tell of their connection's transport
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "raw-peer.h"

typedef struct
{
  RawFixture parent;
  SocketioClient *client;
  SocketioSocket *near;
} Fixture;

/* {{{ The fixture */

static void
on_server_upgrade (SocketioServerSocket *socket, const char *transport, GString *log)
{
  g_assert_cmpstr (socketio_server_socket_get_transport_name (socket), ==, transport);
  note (log, "server:%s->%s", socketio_server_socket_get_initial_transport_name (socket),
        transport);
}

static void
on_client_upgrade (SocketioClient *client, const char *transport, GString *log)
{
  g_assert_cmpstr (socketio_client_get_transport_name (client), ==, transport);
  note (log, "client:%s->%s", socketio_client_get_initial_transport_name (client), transport);
}

static void
on_connection (SocketioNamespace *namespace_, SocketioServerSocket *socket, GString *log)
{
  g_signal_connect (socket, "upgrade", G_CALLBACK (on_server_upgrade), log);
}

static void
on_ping (SocketioClient *client, GString *log)
{
  note (log, "ping");
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *address = NULL;

  raw_set_up (&fixture->parent, data);
  raw_listen (&fixture->parent);
  g_signal_connect (socketio_server_of (fixture->parent.server, "/"), "connection",
                    G_CALLBACK (on_connection), fixture->parent.log);
  address = g_strdup_printf ("http://127.0.0.1:%u",
                             socketio_server_get_port (fixture->parent.server));
  fixture->client = socketio_client_new (address);
  g_signal_connect (fixture->client, "upgrade", G_CALLBACK (on_client_upgrade),
                    fixture->parent.log);
  g_signal_connect (fixture->client, "ping", G_CALLBACK (on_ping), fixture->parent.log);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->near);
  socketio_client_disconnect (fixture->client);
  test_settle ();
  drop_client (&fixture->client);
  raw_tear_down (&fixture->parent, data);
}

static gboolean
is_on (Fixture *fixture, const char *transport)
{
  return g_strcmp0 (socketio_client_get_transport_name (fixture->client), transport) == 0;
}

static void
expect_transports (Fixture *fixture, const char *initial, const char *current)
{
  SocketioServerSocket *far = SOCKETIO_SERVER_SOCKET (fixture->parent.far);

  g_assert_cmpstr (socketio_server_socket_get_initial_transport_name (far), ==, initial);
  g_assert_cmpstr (socketio_server_socket_get_transport_name (far), ==, current);
  g_assert_cmpstr (socketio_client_get_initial_transport_name (fixture->client), ==, initial);
  g_assert_cmpstr (socketio_client_get_transport_name (fixture->client), ==, current);
}

/* }}} */

/* Both ends are told, once. */
static void
test_upgrade (Fixture *fixture, gconstpointer data)
{
  fixture->near = connect_socket (fixture->client, "/");
  test_wait (is_on (fixture, "websocket"));
  test_settle ();
  assert_log (fixture->parent.log, "client:polling->websocket server:polling->websocket");
  expect_transports (fixture, "polling", "websocket");
  test_skip_time (1000);
  assert_log (fixture->parent.log, "");
}

static void
test_polling (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->client, "upgrade", FALSE, NULL);
  g_assert_null (socketio_client_get_initial_transport_name (fixture->client));
  fixture->near = connect_socket (fixture->client, "/");
  test_settle ();
  expect_transports (fixture, "polling", "polling");
  assert_log (fixture->parent.log, "");
}

static void
test_websocket (Fixture *fixture, gconstpointer data)
{
  use_websocket (fixture->client);
  fixture->near = connect_socket (fixture->client, "/");
  test_settle ();
  expect_transports (fixture, "websocket", "websocket");
  assert_log (fixture->parent.log, "");
}

static void
drop_all (SocketioServerSocket *socket, const char *transport, gpointer data)
{
  socketio_server_socket_disconnect (socket, TRUE);
}

static void
watch_to_drop (SocketioNamespace *namespace_, SocketioServerSocket *socket, gpointer data)
{
  g_signal_connect (socket, "upgrade", G_CALLBACK (drop_all), NULL);
}

static void
hang_up (SocketioClient *client, const char *transport, gpointer data)
{
  socketio_client_disconnect (client);
}

/* The answer of the namespace may come with the end, too late for anybody to see it open. */
static void
dial_until_it_ends (Fixture *fixture)
{
  SocketioClientSocket *socket = socketio_client_socket (fixture->client, "/");

  fixture->near = SOCKETIO_SOCKET (socket);
  socketio_client_socket_connect (socket);
  test_wait (fixture->parent.log->len > 0);
  test_wait (!socketio_socket_is_connected (fixture->near));
  test_wait (socketio_server_get_n_connections (fixture->parent.server) == 0);
}

/* Whoever is told may end the connection. */
static void
test_server_ends_it (Fixture *fixture, gconstpointer data)
{
  g_signal_connect (socketio_server_of (fixture->parent.server, "/"), "connection",
                    G_CALLBACK (watch_to_drop), NULL);
  dial_until_it_ends (fixture);
}

static void
test_client_ends_it (Fixture *fixture, gconstpointer data)
{
  g_signal_connect (fixture->client, "upgrade", G_CALLBACK (hang_up), NULL);
  dial_until_it_ends (fixture);
}

static void
test_ping (Fixture *fixture, gconstpointer data)
{
  use_websocket (fixture->client);
  fixture->near = connect_socket (fixture->client, "/");
  test_settle ();
  assert_log (fixture->parent.log, "");
  for (guint i = 0; i < 2; i++)
    {
      test_skip_time (25000);
      test_wait (fixture->parent.log->len > 0);
      test_settle ();
      assert_log (fixture->parent.log, "ping");
    }
}

#define ADD(path, function)                                                                        \
  g_test_add ("/socketio/transports/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("upgrade", test_upgrade);
  ADD ("polling", test_polling);
  ADD ("websocket", test_websocket);
  ADD ("server-ends-it", test_server_ends_it);
  ADD ("client-ends-it", test_client_ends_it);
  ADD ("ping", test_ping);

  return g_test_run ();
}
