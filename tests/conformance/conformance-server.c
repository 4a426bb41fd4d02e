/* conformance-server.c: the server that the official suites want to talk to
 *
 * It stands on the public headers alone, and is the shortest example of the API. With --engine it
 * is a plain Engine.IO server that sends every message back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <engineio.h>
#include <socketio.h>

/* The suites expect these timers. */
#define PING_INTERVAL   300
#define PING_TIMEOUT    200
#define CONNECT_TIMEOUT 1000

static int port = 3000;
static char *path;
static gboolean engine;
static gboolean eio3;

static const GOptionEntry entries[] = {
  { "port", 0, 0, G_OPTION_ARG_INT, &port, "The port to listen on", "N" },
  { "path", 0, 0, G_OPTION_ARG_STRING, &path, "The path to answer below", "P" },
  { "engine", 0, 0, G_OPTION_ARG_NONE, &engine, "Engine.IO alone", NULL },
  { "eio3", 0, 0, G_OPTION_ARG_NONE, &eio3, "Let clients of protocol 3 in too", NULL },
  G_OPTION_ENTRY_NULL,
};

/* {{{ Socket.IO */

static void
on_message (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer user_data)
{
  socketio_socket_emit (socket, "message-back", arguments);
}

static void
on_message_with_ack (SocketioSocket *socket,
                     const char *name,
                     SocketioArguments *arguments,
                     SocketioAck *ack,
                     gpointer user_data)
{
  if (ack != NULL)
    socketio_ack_send (ack, arguments);
}

static void
send_auth (SocketioServerSocket *socket)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();
  JsonNode *auth = socketio_server_socket_get_auth (socket);
  g_autoptr (JsonObject) none = json_object_new ();

  if (auth != NULL)
    socketio_arguments_add_node (arguments, json_node_copy (auth));
  else
    socketio_arguments_add_node (arguments, json_node_init_object (json_node_alloc (), none));
  socketio_socket_emit (SOCKETIO_SOCKET (socket), "auth", arguments);
}

static void
on_connection (SocketioNamespace *namespace_, SocketioServerSocket *socket, gpointer user_data)
{
  send_auth (socket);
  socketio_socket_on (SOCKETIO_SOCKET (socket), "message", on_message, NULL, NULL);
  socketio_socket_on (SOCKETIO_SOCKET (socket), "message-with-ack", on_message_with_ack, NULL,
                      NULL);
}

static void
on_custom_connection (SocketioNamespace *namespace_,
                      SocketioServerSocket *socket,
                      gpointer user_data)
{
  send_auth (socket);
}

static GObject *
start_socketio (int *real_port, GError **error)
{
  g_autoptr (SocketioServer) server = socketio_server_new ();
  g_autoptr (SocketioOptions) options = socketio_options_new ();

  g_object_set (options, "ping-interval", PING_INTERVAL, "ping-timeout", PING_TIMEOUT,
                "connect-timeout", CONNECT_TIMEOUT, "allow-eio3", eio3, NULL);
  if (path != NULL)
    g_object_set (options, "path", path, NULL);

  g_signal_connect (socketio_server_of (server, "/"), "connection", G_CALLBACK (on_connection),
                    NULL);
  g_signal_connect (socketio_server_of (server, "/custom"), "connection",
                    G_CALLBACK (on_custom_connection), NULL);

  if (!socketio_server_listen (server, NULL, port, options, error))
    return NULL;
  *real_port = socketio_server_get_port (server);
  return G_OBJECT (g_steal_pointer (&server));
}

/* }}} */
/* {{{ Engine.IO */

static void
echo (EngineioSession *session, EngineioPacket *packet, gpointer user_data)
{
  engineio_session_send (session, packet);
}

static const EngineioSessionHandler echo_handler = { .message = echo };

static void
on_session (EngineioServer *server, EngineioSession *session, gpointer user_data)
{
  engineio_session_set_handler (session, &echo_handler, NULL);
}

static const EngineioServerHandler server_handler = { .session = on_session };

static GObject *
start_engineio (int *real_port, GError **error)
{
  g_autoptr (EngineioOptions) options = engineio_options_new ();
  g_autoptr (EngineioServer) server = NULL;

  g_object_set (options, "ping-interval", PING_INTERVAL, "ping-timeout", PING_TIMEOUT, "allow-eio3",
                eio3, NULL);
  if (path != NULL)
    g_object_set (options, "path", path, NULL);

  server = engineio_server_new (options, &server_handler, NULL);
  if (!engineio_server_listen (server, NULL, port, error))
    return NULL;
  *real_port = engineio_server_get_port (server);
  return G_OBJECT (g_steal_pointer (&server));
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GObject) server = NULL;
  g_autoptr (GError) error = NULL;
  int real_port = 0;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  server = engine ? start_engineio (&real_port, &error) : start_socketio (&real_port, &error);
  if (server == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  g_print ("Listening on http://localhost:%d/\n", real_port);
  g_main_loop_run (loop);

  return 0;
}
