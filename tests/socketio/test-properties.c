/* test-properties.c: what the getters of a socket say, its properties say too
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-fixture.h"

static void
test_server_socket (Pair *pair, gconstpointer data)
{
  SocketioServerSocket *far = SOCKETIO_SERVER_SOCKET (pair->far);
  g_autoptr (SocketioNamespace) namespace_ = NULL;
  g_autoptr (JsonNode) handshake = NULL;
  g_autoptr (JsonNode) auth = NULL;
  g_autofree char *address = NULL;
  g_autofree char *id = NULL;
  gboolean connected, recovered;
  guint port;

  g_object_get (far, "id", &id, "connected", &connected, "namespace", &namespace_, "remote-address",
                &address, "remote-port", &port, "auth", &auth, "handshake", &handshake, "recovered",
                &recovered, NULL);

  g_assert_cmpstr (id, ==, socketio_socket_get_id (pair->far));
  g_assert_true (connected);
  g_assert_true (namespace_ == socketio_server_of (pair->server, "/"));
  g_assert_cmpstr (address, ==, socketio_server_socket_get_remote_address (far));
  g_assert_cmpuint (port, ==, 0);
  g_assert_null (auth);
  g_assert_true (json_object_has_member (json_node_get_object (handshake), "issued"));
  g_assert_false (recovered);
}

static void
test_client_socket (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioClient) client = NULL;
  gboolean recovered;

  g_object_get (pair->near, "client", &client, "recovered", &recovered, NULL);
  g_assert_true (client == pair->client);
  g_assert_false (recovered);
}

static void
keep (SocketioNamespace *namespace_, SocketioServerSocket *socket, SocketioServerSocket **kept)
{
  g_set_object (kept, socket);
}

/* The client has an address, and says something of itself. */
static void
test_from_outside (void)
{
  g_autoptr (SocketioServer) server = socketio_server_new ();
  g_autoptr (SocketioServerSocket) far = NULL;
  g_autoptr (SocketioClient) client = NULL;
  g_autoptr (SocketioClientSocket) socket = NULL;
  g_autoptr (JsonNode) said = json_from_string ("{\"token\":\"abc\"}", NULL);
  g_autoptr (JsonNode) auth = NULL;
  g_autofree char *url = NULL;
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  gpointer gone;
  guint port;

  g_signal_connect (socketio_server_of (server, "/"), "connection", G_CALLBACK (keep), &far);
  g_assert_true (socketio_server_listen (server, "127.0.0.1", 0, NULL, &error));
  g_assert_no_error (error);
  url = g_strdup_printf ("http://127.0.0.1:%u", socketio_server_get_port (server));
  client = socketio_client_new (url);
  socket = socketio_client_socket (client, "/");
  socketio_client_socket_set_auth (socket, said);
  socketio_client_socket_connect (socket);
  test_wait (far != NULL);

  g_object_get (far, "remote-address", &address, "remote-port", &port, "auth", &auth, NULL);
  g_assert_cmpstr (address, ==, "127.0.0.1");
  g_assert_cmpuint (port, ==, socketio_server_socket_get_remote_port (far));
  g_assert_cmpuint (port, !=, 0);
  g_assert_true (json_node_equal (auth, said));

  socketio_client_disconnect (client);
  socketio_server_close (server);
  gone = far;
  g_object_add_weak_pointer (gone, &gone);
  g_clear_object (&far);
  test_wait (gone == NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  pair_test_add ("/socketio/properties/server-socket", test_server_socket);
  pair_test_add ("/socketio/properties/client-socket", test_client_socket);
  g_test_add_func ("/socketio/properties/from-outside", test_from_outside);

  return g_test_run ();
}
