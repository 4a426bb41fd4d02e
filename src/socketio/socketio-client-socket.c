/* socketio-client-socket.c: one namespace, at the client
 *
 * Asks to join when the manager (socketio-client.c) has a connection, and again after each reconnection.
 * Events that are sent before wait, in order.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-client-socket.h"

#include <glib/gi18n-lib.h>

#include "socketio-client-private.h"

struct _SocketioClientSocket
{
  SocketioSocket parent_instance;

  SocketioClient *client;
  JsonNode *auth;
  GQueue waiting; /* of SocketioPacket, until the socket is connected */

  gboolean active; /* wants to be connected */
};

enum
{
  CONNECT,
  CONNECT_ERROR,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SocketioClientSocket, socketio_client_socket, SOCKETIO_TYPE_SOCKET)

static const char *
socketio_client_socket_nsp (SocketioClientSocket *self)
{
  return socketio_socket_get_namespace_name (SOCKETIO_SOCKET (self));
}

/* {{{ Sending */

static void
socketio_client_socket_send (SocketioSocket *socket,
                             SocketioPacket *packet,
                             SocketioSendFlags flags)
{
  SocketioClientSocket *self = SOCKETIO_CLIENT_SOCKET (socket);
  SocketioConnection *connection = socketio_client_get_connection (self->client);
  g_autoptr (SocketioWire) wire = NULL;

  if (connection == NULL || !socketio_socket_is_connected (socket))
    {
      if (!(flags & SOCKETIO_SEND_VOLATILE))
        g_queue_push_tail (&self->waiting, socketio_packet_ref (packet));
      return;
    }

  wire = socketio_wire_new (packet);
  socketio_connection_send_wire (connection, wire, flags);
}

static void
socketio_client_socket_send_waiting (SocketioClientSocket *self)
{
  SocketioPacket *packet;

  while (socketio_socket_is_connected (SOCKETIO_SOCKET (self)) &&
         (packet = g_queue_pop_head (&self->waiting)) != NULL)
    {
      socketio_socket_send_packet (SOCKETIO_SOCKET (self), packet);
      socketio_packet_unref (packet);
    }
}

static void
socketio_client_socket_ask (SocketioClientSocket *self, SocketioConnection *connection)
{
  g_autoptr (SocketioPacket) packet =
    socketio_packet_new_connect (socketio_client_socket_nsp (self),
                                 self->auth != NULL ? json_node_ref (self->auth) : NULL);

  socketio_connection_add_socket (connection, SOCKETIO_SOCKET (self));
  socketio_connection_send (connection, packet);
}

/* }}} */
/* {{{ Receiving */

static const char *
get_string_member (JsonNode *node, const char *name)
{
  JsonNode *member = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    member = json_object_get_member (json_node_get_object (node), name);
  if (member == NULL || json_node_get_value_type (member) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (member);
}

/* The server will not have us: it is not asked again by itself. */
static void
socketio_client_socket_give_up (SocketioClientSocket *self)
{
  SocketioConnection *connection = socketio_client_get_connection (self->client);

  self->active = FALSE;
  if (connection != NULL)
    socketio_connection_remove_socket (connection, SOCKETIO_SOCKET (self));
  socketio_client_release (self->client, self);
}

static void
socketio_client_socket_fail (SocketioClientSocket *self, const GError *error, JsonNode *data)
{
  g_signal_emit (self, signals[CONNECT_ERROR], 0, error, data);
}

static void
socketio_client_socket_on_connect (SocketioClientSocket *self, SocketioPacket *packet)
{
  const char *id = get_string_member (socketio_packet_get_data (packet), "sid");
  g_autoptr (GError) error = NULL;

  if (socketio_socket_is_connected (SOCKETIO_SOCKET (self)))
    return;

  if (id == NULL)
    {
      error = g_error_new_literal (SOCKETIO_ERROR, SOCKETIO_ERROR_PROTOCOL_VERSION,
                                   _("The server speaks an older version of Socket.IO"));
      socketio_client_socket_give_up (self);
      socketio_client_socket_fail (self, error, NULL);
      return;
    }

  socketio_socket_set_id (SOCKETIO_SOCKET (self), id);
  socketio_socket_set_connected (SOCKETIO_SOCKET (self), TRUE);
  socketio_client_socket_send_waiting (self);
  g_signal_emit (self, signals[CONNECT], 0);
}

static void
socketio_client_socket_on_refused (SocketioClientSocket *self, SocketioPacket *packet)
{
  JsonNode *node = socketio_packet_get_data (packet);
  const char *message = get_string_member (node, "message");
  JsonNode *data = NULL;
  g_autoptr (GError) error = NULL;

  if (message != NULL)
    data = json_object_get_member (json_node_get_object (node), "data");
  else
    message = _("The server refused without saying why");

  error = g_error_new_literal (SOCKETIO_ERROR, SOCKETIO_ERROR_NOT_ADMITTED, message);
  socketio_client_socket_give_up (self);
  socketio_client_socket_fail (self, error, data);
}

static void
socketio_client_socket_receive (SocketioSocket *socket, SocketioPacket *packet)
{
  g_autoptr (SocketioClientSocket) self = g_object_ref (SOCKETIO_CLIENT_SOCKET (socket));

  switch (socketio_packet_get_packet_type (packet))
    {
    case SOCKETIO_PACKET_CONNECT:
      socketio_client_socket_on_connect (self, packet);
      break;
    case SOCKETIO_PACKET_CONNECT_ERROR:
      socketio_client_socket_on_refused (self, packet);
      break;
    case SOCKETIO_PACKET_DISCONNECT:
      socketio_client_socket_give_up (self);
      socketio_socket_announce_disconnect (socket, SOCKETIO_DISCONNECT_IO_SERVER, NULL);
      break;
    case SOCKETIO_PACKET_EVENT:
    case SOCKETIO_PACKET_ACK:
    case SOCKETIO_PACKET_BINARY_EVENT:
    case SOCKETIO_PACKET_BINARY_ACK:
    default:
      if (socketio_socket_is_connected (socket))
        socketio_socket_dispatch (socket, packet);
      break;
    }
}

static void
socketio_client_socket_closed (SocketioSocket *socket,
                               SocketioDisconnectReason reason,
                               const char *description)
{
  socketio_socket_set_id (socket, NULL);
  socketio_socket_announce_disconnect (socket, reason, description);
}

/* }}} */
/* {{{ What the manager tells */

void
socketio_client_socket_on_open (SocketioClientSocket *self)
{
  if (self->active)
    socketio_client_socket_ask (self, socketio_client_get_connection (self->client));
}

void
socketio_client_socket_on_error (SocketioClientSocket *self, const GError *error)
{
  if (self->active)
    socketio_client_socket_fail (self, error, NULL);
}

/* }}} */

static void
socketio_client_socket_dispose (GObject *object)
{
  SocketioClientSocket *self = SOCKETIO_CLIENT_SOCKET (object);

  g_queue_clear_full (&self->waiting, (GDestroyNotify) socketio_packet_unref);

  G_OBJECT_CLASS (socketio_client_socket_parent_class)->dispose (object);
}

static void
socketio_client_socket_finalize (GObject *object)
{
  SocketioClientSocket *self = SOCKETIO_CLIENT_SOCKET (object);

  g_clear_object (&self->client);
  g_clear_pointer (&self->auth, json_node_unref);

  G_OBJECT_CLASS (socketio_client_socket_parent_class)->finalize (object);
}

static void
socketio_client_socket_class_init (SocketioClientSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  SocketioSocketClass *socket_class = SOCKETIO_SOCKET_CLASS (klass);

  object_class->dispose = socketio_client_socket_dispose;
  object_class->finalize = socketio_client_socket_finalize;
  socket_class->send = socketio_client_socket_send;
  socket_class->receive = socketio_client_socket_receive;
  socket_class->closed = socketio_client_socket_closed;

  /**
   * SocketioClientSocket::connect:
   * @socket: the socket
   *
   * The server has let us in, for the first time or again.
   */
  signals[CONNECT] = g_signal_new ("connect", SOCKETIO_TYPE_CLIENT_SOCKET, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * SocketioClientSocket::connect-error:
   * @socket: the socket
   * @error: an error of %SOCKETIO_ERROR
   * @data: (nullable): what else the namespace said when it refused us
   *
   * The socket could not be connected. After %SOCKETIO_ERROR_NOT_ADMITTED it stays so until
   * [method@SocketioClientSocket.connect]; after other errors the client tries again, if it may.
   */
  signals[CONNECT_ERROR] =
    g_signal_new ("connect-error", SOCKETIO_TYPE_CLIENT_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 2, G_TYPE_ERROR, JSON_TYPE_NODE);
}

static void
socketio_client_socket_init (SocketioClientSocket *self)
{
  g_queue_init (&self->waiting);
}

SocketioClientSocket *
socketio_client_socket_new (SocketioClient *client, const char *namespace_name)
{
  SocketioClientSocket *self =
    g_object_new (SOCKETIO_TYPE_CLIENT_SOCKET, "namespace-name", namespace_name, NULL);

  self->client = g_object_ref (client);
  return self;
}

/**
 * socketio_client_socket_get_client:
 * @socket: a socket
 *
 * Returns: (transfer none): the client whose connection it uses
 */
SocketioClient *
socketio_client_socket_get_client (SocketioClientSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self), NULL);

  return self->client;
}

/**
 * socketio_client_socket_set_auth:
 * @socket: a socket
 * @auth: (nullable) (transfer none): a JSON object
 *
 * Sets what the server is told when the socket asks to join.
 */
void
socketio_client_socket_set_auth (SocketioClientSocket *self, JsonNode *auth)
{
  g_return_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self));
  g_return_if_fail (auth == NULL || JSON_NODE_HOLDS_OBJECT (auth));

  g_clear_pointer (&self->auth, json_node_unref);
  self->auth = auth != NULL ? json_node_ref (auth) : NULL;
}

/**
 * socketio_client_socket_is_active:
 * @socket: a socket
 *
 * Returns: whether the socket is connected or will be, by itself, when it can
 */
gboolean
socketio_client_socket_is_active (SocketioClientSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self), FALSE);

  return self->active && (socketio_socket_is_connected (SOCKETIO_SOCKET (self)) ||
                          socketio_client_will_retry (self->client));
}

/**
 * socketio_client_socket_connect:
 * @socket: a socket
 *
 * Asks the server to let us into the namespace, now or when there is a connection. The signals `connect`
 * and `connect-error` tell what became of it.
 */
void
socketio_client_socket_connect (SocketioClientSocket *self)
{
  SocketioConnection *connection;

  g_return_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self));

  if (self->active)
    return;

  self->active = TRUE;
  connection = socketio_client_get_connection (self->client);
  socketio_client_acquire (self->client, self);
  if (connection != NULL)
    socketio_client_socket_ask (self, connection);
}

/**
 * socketio_client_socket_disconnect:
 * @socket: a socket
 *
 * Leaves the namespace. The last socket of a client closes the connection.
 */
void
socketio_client_socket_disconnect (SocketioClientSocket *self)
{
  SocketioConnection *connection;
  g_autoptr (SocketioPacket) packet = NULL;
  g_autoptr (SocketioClientSocket) guard G_GNUC_UNUSED = NULL;

  g_return_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self));

  guard = g_object_ref (self);
  connection = socketio_client_get_connection (self->client);
  if (socketio_socket_is_connected (SOCKETIO_SOCKET (self)) && connection != NULL)
    {
      packet = socketio_packet_new_disconnect (socketio_client_socket_nsp (self));
      socketio_connection_send (connection, packet);
    }

  socketio_client_socket_give_up (self);
  socketio_client_socket_closed (SOCKETIO_SOCKET (self), SOCKETIO_DISCONNECT_IO_CLIENT, NULL);
}
