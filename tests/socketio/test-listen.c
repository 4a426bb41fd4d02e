/* test-listen.c: where a server can be reached, and its options
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsoup/soup.h>

#include "raw-peer.h"

/* {{{ On a listener of its own */

static void
test_remote (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (peer->client->socket, NULL);
  SocketioServerSocket *socket = SOCKETIO_SERVER_SOCKET (fixture->far);

  g_assert_cmpstr (socketio_server_socket_get_remote_address (socket), ==, "127.0.0.1");
  g_assert_cmpuint (socketio_server_socket_get_remote_port (socket), ==,
                    g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local)));
  g_assert_cmpstr (socketio_server_socket_get_transport_name (socket), ==, "websocket");
  g_assert_null (socketio_server_socket_get_auth (socket));
  g_assert_cmpuint (socketio_server_get_n_connections (fixture->server), ==, 1);
}

static void
test_loopback (Pair *pair, gconstpointer data)
{
  SocketioServerSocket *socket = SOCKETIO_SERVER_SOCKET (pair->far);

  g_assert_cmpstr (socketio_server_socket_get_remote_address (socket), ==, "127.0.0.1");
  g_assert_cmpuint (socketio_server_socket_get_remote_port (socket), ==, 0);
  g_assert_cmpstr (socketio_server_socket_get_transport_name (socket), ==, "loopback");
  g_assert_null (socketio_client_get_address (pair->client));
  g_assert_cmpuint (socketio_server_get_port (pair->server), ==, 0);
  g_assert_null (socketio_server_get_soup_server (pair->server));
}

/* Clients by the network and one within the process are in the same rooms. */
static void
test_both (Pair *pair, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (socketio_server_listen (pair->server, "127.0.0.1", 0, NULL, &error));
  g_assert_no_error (error);
  peer = raw_websocket_new (socketio_server_get_port (pair->server), RAW_PEER_TARGET);
  raw_frame_free (raw_websocket_receive (peer));
  raw_websocket_send (peer, "40");
  raw_peer_expect_joined (peer, "40");

  socketio_socket_on (pair->near, NULL, note_event, pair->log, NULL);
  socketio_server_emit (pair->server, "x", NULL);
  raw_websocket_expect (peer, "42[\"x\"]");
  test_settle ();
  assert_log (pair->log, "x()");
}

/* After a failure it can be tried again. */
static void
test_port_in_use (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (SocketioServer) other = socketio_server_new ();
  g_autoptr (GError) error = NULL;
  guint16 port;

  raw_listen (fixture);
  port = socketio_server_get_port (fixture->server);
  g_assert_false (socketio_server_listen (other, "127.0.0.1", port, fixture->options, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (socketio_server_get_port (other), ==, 0);
  g_assert_true (socketio_server_listen (other, "127.0.0.1", 0, fixture->options, NULL));
  g_assert_cmpuint (socketio_server_get_port (other), !=, 0);
  socketio_server_close (other);
}

/* As in Node, the main namespace is there though nobody asked for it. */
static void
test_main_namespace (void)
{
  g_autoptr (SocketioServer) server = socketio_server_new ();
  g_autoptr (SocketioClient) client = client_new_loopback (server);
  g_autoptr (SocketioSocket) socket = connect_socket (client, "/");

  g_assert_true (socketio_socket_is_connected (socket));
  g_clear_object (&socket);
  drop_client (&client);
  close_server (&server);
}

static void
on_closed (SocketioServer *server, gboolean *closed)
{
  *closed = TRUE;
}

/* A port is free when its server says that it is closed. */
static void
test_port_again (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (SocketioServer) next = socketio_server_new ();
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);
  g_autoptr (GError) error = NULL;
  guint16 port = socketio_server_get_port (fixture->server);
  gboolean closed = FALSE;

  g_signal_connect (fixture->server, "closed", G_CALLBACK (on_closed), &closed);
  socketio_server_close (fixture->server);
  raw_websocket_free (g_steal_pointer (&peer));
  test_wait (closed);
  socketio_server_listen (next, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  socketio_server_close (next);
}

static void
listen_again (SocketioServer *server, gpointer options)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (socketio_server_listen (server, "127.0.0.1", 0, options, &error));
  g_assert_no_error (error);
}

/* A server that was closed goes on with what it had. */
static void
test_listen_again (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);
  g_autoptr (RawWebsocket) again = NULL;
  gboolean closed = FALSE;

  g_signal_connect (fixture->server, "closed", G_CALLBACK (listen_again), fixture->options);
  g_signal_connect (fixture->server, "closed", G_CALLBACK (on_closed), &closed);
  socketio_server_close (fixture->server);
  raw_websocket_free (g_steal_pointer (&peer));
  test_wait (closed);
  assert_log (fixture->log, "far:server shutting down");

  again = raw_peer_new_joined (fixture);
  raw_websocket_send (again, "421[\"x\"]");
  raw_websocket_expect (again, "431[]");
  assert_log (fixture->log, "x()");
  g_signal_handlers_disconnect_by_func (fixture->server, listen_again, fixture->options);
}

/* It does so when the program wants it to, and not when a client of the process comes back. */
static void
test_closed_for_loopback (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  socketio_server_close (pair->server);
  test_skip_time (10000);
  g_assert_false (socketio_client_is_open (pair->client));
  g_assert_true (socketio_server_listen (pair->server, "127.0.0.1", 0, NULL, &error));
  g_assert_no_error (error);
  test_skip_time (10000);
  test_wait (socketio_socket_is_connected (pair->near));
}

/* }}} */
/* {{{ Options */

static RawResponse *
ask (guint16 port, const char *target)
{
  g_autoptr (RawClient) client = raw_client_new (port);
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", target);

  return raw_client_ask (client, request);
}

static void
assert_status (guint16 port, const char *target, guint status)
{
  g_autoptr (RawResponse) response = ask (port, target);

  g_assert_cmpuint (response->status, ==, status);
}

#define POLL "?EIO=4&transport=polling"

static void
test_options (void)
{
  g_autoptr (SocketioOptions) options = socketio_options_new ();
  g_autofree char *path = NULL;

  g_object_get (options, "path", &path, NULL);
  g_assert_cmpstr (path, ==, "/socket.io");
  g_assert_cmpuint (socketio_options_get_connect_timeout (options), ==, 45000);
  g_assert_true (socketio_options_get_serve_client (options));
  g_object_set (options, "connect-timeout", 7, "serve-client", FALSE, NULL);
  g_assert_cmpuint (socketio_options_get_connect_timeout (options), ==, 7);
  g_assert_false (socketio_options_get_serve_client (options));
}

static void
test_option_lists (void)
{
  g_autoptr (SocketioOptions) options = socketio_options_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (socketio_options_add_origin (options, "http://example.org:8080", NULL));
  g_assert_false (socketio_options_add_origin (options, "example.org", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_true (socketio_options_add_host (options, "example.org", NULL));
  g_assert_false (socketio_options_add_host (options, "http://example.org", &error));
  g_assert_nonnull (error);
}

static void
test_path (RawFixture *fixture, gconstpointer data)
{
  guint16 port;

  g_object_set (fixture->options, "path", "/custom", NULL);
  raw_listen (fixture);
  port = socketio_server_get_port (fixture->server);
  assert_status (port, "/custom/" POLL, 200);
  assert_status (port, "/socket.io/" POLL, 404);
}

/* The browser's client is handed out, unless it is not wanted. */
static void
test_serve_client (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawResponse) script = NULL;
  g_autofree char *type = NULL;

  raw_listen (fixture);
  script = ask (socketio_server_get_port (fixture->server), "/socket.io/socket.io.min.js");
  g_assert_cmpuint (script->status, ==, 200);
  g_assert_cmpuint (script->body->len, >, 10000);
  type = raw_response_get (script, "Content-Type");
  g_assert_true (g_str_has_prefix (type, "application/javascript") ||
                 g_str_has_prefix (type, "text/javascript"));
}

static void
test_serve_no_client (RawFixture *fixture, gconstpointer data)
{
  g_object_set (fixture->options, "serve-client", FALSE, NULL);
  raw_listen (fixture);
  assert_status (socketio_server_get_port (fixture->server), "/socket.io/socket.io.min.js", 400);
}

/* }}} */
/* {{{ On a SoupServer that is there already */

/* libsoup 3.2 never lets go of a socket that it accepted by itself. */
void __lsan_disable (void) __attribute__ ((weak));
void __lsan_enable (void) __attribute__ ((weak));

static void
on_other_path (SoupServer *soup_server,
               SoupServerMessage *message,
               const char *path,
               GHashTable *query,
               gpointer user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "other", 5);
}

static SoupServer *
soup_server_new_listening (guint16 *port)
{
  g_autoptr (SoupServer) soup_server = soup_server_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  soup_server_add_handler (soup_server, NULL, on_other_path, NULL, NULL);
  soup_server_listen_local (soup_server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (soup_server);
  *port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return g_steal_pointer (&soup_server);
}

static void
assert_other_path (guint16 port)
{
  g_autoptr (RawResponse) other = ask (port, "/other");
  g_autofree char *body = raw_response_dup_body (other);

  g_assert_cmpstr (body, ==, "other");
}

static void
check_client (SocketioServer *server, guint16 port, const char *path)
{
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u", port);
  g_autoptr (SocketioClient)
    client = g_object_new (SOCKETIO_TYPE_CLIENT, "address", address, "path", path, NULL);
  g_autoptr (SocketioSocket) socket = connect_socket (client, "/");
  g_autoptr (GString) log = g_string_new (NULL);

  socketio_socket_on (socket, NULL, note_event, log, NULL);
  socketio_server_emit (server, "x", NULL);
  test_wait (log->len > 0);
  assert_log (log, "x()");
  g_clear_object (&socket);
  drop_client (&client);
}

static void
check_attach (RawFixture *fixture)
{
  guint16 port;
  g_autoptr (SoupServer) soup_server = soup_server_new_listening (&port);

  g_object_set (fixture->options, "path", "/custom", NULL);
  socketio_server_attach (fixture->server, soup_server, fixture->options);
  g_assert_true (socketio_server_get_soup_server (fixture->server) == soup_server);
  g_assert_cmpuint (socketio_server_get_port (fixture->server), ==, 0);

  assert_other_path (port);
  assert_status (port, "/custom/" POLL, 200);
  check_client (fixture->server, port, "/custom");
  g_assert_cmpstr (
    socketio_server_socket_get_remote_address (SOCKETIO_SERVER_SOCKET (fixture->far)), ==,
    "127.0.0.1");
  assert_other_path (port);

  /* What else it does goes on without us. */
  close_server (&fixture->server);
  assert_other_path (port);
  soup_server_disconnect (soup_server);
}

/* Attached, and with the listener for thousands beside the other one. */
static void
check_attach_and_listen (RawFixture *fixture)
{
  guint16 port, own;
  g_autoptr (SoupServer) soup_server = soup_server_new_listening (&port);

  socketio_server_attach (fixture->server, soup_server, NULL);
  g_assert_true (socketio_server_listen (fixture->server, "127.0.0.1", 0, NULL, NULL));
  own = socketio_server_get_port (fixture->server);
  g_assert_cmpuint (own, !=, port);
  check_client (fixture->server, port, "/socket.io");
  check_client (fixture->server, own, "/socket.io");
  assert_other_path (own);
  soup_server_disconnect (soup_server);
}

static void
attach_again (SocketioServer *server, gpointer soup_server)
{
  socketio_server_attach (server, soup_server, NULL);
}

/* One that was closed may be put on the same SoupServer, from within the signal too. */
static void
check_attach_again (RawFixture *fixture)
{
  guint16 port;
  g_autoptr (SoupServer) soup_server = soup_server_new_listening (&port);

  socketio_server_attach (fixture->server, soup_server, NULL);
  g_signal_connect (fixture->server, "closed", G_CALLBACK (attach_again), soup_server);
  check_client (fixture->server, port, "/socket.io");
  socketio_server_close (fixture->server);
  test_wait (socketio_server_get_n_connections (fixture->server) == 0);
  test_skip_time (60000);
  check_client (fixture->server, port, "/socket.io");
  g_signal_handlers_disconnect_by_func (fixture->server, attach_again, soup_server);
  soup_server_disconnect (soup_server);
}

static void
test_attached (RawFixture *fixture, gconstpointer check)
{
  if (__lsan_disable != NULL)
    __lsan_disable ();
  ((void (*) (RawFixture *))check) (fixture);
  if (__lsan_enable != NULL)
    __lsan_enable ();
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  raw_test_add ("/socketio/listen/remote", NULL, test_remote);
  pair_test_add ("/socketio/listen/loopback", test_loopback);
  pair_test_add ("/socketio/listen/both", test_both);
  g_test_add_func ("/socketio/listen/main-namespace", test_main_namespace);
  raw_test_add ("/socketio/listen/port-in-use", NULL, test_port_in_use);
  raw_test_add ("/socketio/listen/port-again", NULL, test_port_again);
  raw_test_add ("/socketio/listen/listen-again", NULL, test_listen_again);
  pair_test_add ("/socketio/listen/closed-for-loopback", test_closed_for_loopback);
  g_test_add_func ("/socketio/listen/options", test_options);
  g_test_add_func ("/socketio/listen/option-lists", test_option_lists);
  raw_test_add ("/socketio/listen/path", NULL, test_path);
  raw_test_add ("/socketio/listen/serve-client", NULL, test_serve_client);
  raw_test_add ("/socketio/listen/serve-no-client", NULL, test_serve_no_client);
  raw_test_add ("/socketio/listen/attach", check_attach, test_attached);
  raw_test_add ("/socketio/listen/attach-and-listen", check_attach_and_listen, test_attached);
  raw_test_add ("/socketio/listen/attach-again", check_attach_again, test_attached);

  return g_test_run ();
}
