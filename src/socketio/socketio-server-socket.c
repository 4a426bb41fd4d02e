/* socketio-server-socket.c: one client in one namespace, at the server
 *
 * Made when a client asks to join a namespace, connected when it is admitted. The connection brings
 * its packets; the namespace's adapter knows its rooms. Once it is disconnected it stays so: a
 * client that comes back gets another one (socketio-server-socket-recover.c). The part of its API
 * that is about rooms is in socketio-server-socket-rooms.c.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-server-socket-fields.h"

#include <glib/gi18n-lib.h>

enum
{
  DISCONNECTING,
  ERROR,
  UPGRADE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SocketioServerSocket, socketio_server_socket, SOCKETIO_TYPE_SOCKET)

const char *
socketio_server_socket_id (SocketioServerSocket *self)
{
  return socketio_socket_get_id (SOCKETIO_SOCKET (self));
}

static void
socketio_server_socket_end (SocketioServerSocket *self,
                            SocketioDisconnectReason reason,
                            const char *description)
{
  g_autoptr (SocketioServerSocket) guard G_GNUC_UNUSED = g_object_ref (self);

  socketio_connection_remove_socket (self->connection, SOCKETIO_SOCKET (self));
  if (!socketio_socket_is_connected (SOCKETIO_SOCKET (self)))
    {
      socketio_namespace_forget (self->namespace_, self);
      return;
    }

  self->ending = TRUE;
  g_signal_emit (self, signals[DISCONNECTING], 0, reason, description);
  socketio_namespace_persist (self->namespace_, self, reason);
  socketio_namespace_remove_socket (self->namespace_, self);
  socketio_socket_announce_disconnect (SOCKETIO_SOCKET (self), reason, description);
}

/* What it will need to be sent to. In front of the object is what its base class keeps. */
void
socketio_server_socket_prefetch (SocketioServerSocket *self)
{
  const char *object = (const char *)self;

  __builtin_prefetch (object - 1);
  __builtin_prefetch (&self->last_position);
}

void
socketio_server_socket_prefetch_session (SocketioServerSocket *self)
{
  engineio_session_prefetch (self->engine);
}

gboolean
socketio_server_socket_send_wire (SocketioServerSocket *self,
                                  SocketioWire *wire,
                                  SocketioSendFlags flags)
{
  guint64 position = socketio_wire_get_position (wire);

  if (position > 0)
    self->last_position = position;
  return socketio_send_wire (self->engine, wire, flags);
}

/* An event that may not be lost is kept until the client has come back, if it may. */
static SocketioWire *
socketio_server_socket_encode (SocketioServerSocket *self,
                               SocketioPacket *packet,
                               SocketioSendFlags flags)
{
  if (socketio_namespace_recovers (self->namespace_) && !(flags & SOCKETIO_SEND_VOLATILE) &&
      socketio_packet_get_packet_type (packet) == SOCKETIO_PACKET_EVENT &&
      socketio_packet_get_id (packet) == SOCKETIO_PACKET_NO_ID)
    return socketio_adapter_encode (socketio_namespace_get_adapter (self->namespace_), packet,
                                    socketio_server_socket_id (self));
  return socketio_wire_new (socketio_connection_get_parser (self->connection), packet);
}

static gboolean
socketio_server_socket_send (SocketioSocket *socket,
                             SocketioPacket *packet,
                             SocketioSendFlags flags,
                             GError **error)
{
  SocketioServerSocket *self = SOCKETIO_SERVER_SOCKET (socket);
  g_autoptr (SocketioWire) wire = NULL;

  if (!socketio_socket_is_connected (socket))
    {
      g_set_error_literal (error, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED,
                           _ ("The client is not connected"));
      return FALSE;
    }

  wire = socketio_server_socket_encode (self, packet, flags);
  socketio_server_socket_send_wire (self, wire, flags);
  socketio_socket_tell_outgoing (socket, packet);
  return TRUE;
}

static void
socketio_server_socket_receive (SocketioSocket *socket, SocketioPacket *packet)
{
  SocketioServerSocket *self = SOCKETIO_SERVER_SOCKET (socket);

  /* Whoever is not let in yet has nothing to say. */
  if (!socketio_socket_is_connected (socket))
    {
      socketio_connection_close (self->connection, SOCKETIO_DISCONNECT_FORCED_CLOSE);
      return;
    }

  switch (socketio_packet_get_packet_type (packet))
    {
    case SOCKETIO_PACKET_EVENT:
    case SOCKETIO_PACKET_BINARY_EVENT:
      if (self->screens != NULL)
        socketio_screens_run (self->screens, self, packet);
      else
        socketio_socket_dispatch (socket, packet);
      break;
    case SOCKETIO_PACKET_ACK:
    case SOCKETIO_PACKET_BINARY_ACK:
      socketio_socket_dispatch (socket, packet);
      break;
    case SOCKETIO_PACKET_DISCONNECT:
      socketio_server_socket_end (self, SOCKETIO_DISCONNECT_CLIENT_NAMESPACE, NULL);
      break;
    case SOCKETIO_PACKET_CONNECT:
    case SOCKETIO_PACKET_CONNECT_ERROR:
    default:
      /* A second CONNECT, or one that only a server may send. */
      socketio_connection_close (self->connection, SOCKETIO_DISCONNECT_FORCED_CLOSE);
      break;
    }
}

static void
on_screened (SocketioServerSocket *self,
             SocketioPacket *packet,
             SocketioAck *ack,
             const GError *error)
{
  g_autoptr (SocketioServerSocket) guard G_GNUC_UNUSED = g_object_ref (self);

  if (error != NULL)
    g_signal_emit (self, signals[ERROR], 0, error);
  else
    socketio_socket_dispatch_event (SOCKETIO_SOCKET (self), packet, ack);
}

static void
on_screens_full (SocketioServerSocket *self)
{
  socketio_connection_fail (self->connection, SOCKETIO_DISCONNECT_FORCED_CLOSE,
                            "too many events to decide on");
}

/* It is the answer to a broadcast, or to nothing. */
static void
socketio_server_socket_answered (SocketioSocket *socket, gint64 id, SocketioArguments *arguments)
{
  SocketioServerSocket *self = SOCKETIO_SERVER_SOCKET (socket);

  socketio_namespace_take_answer (self->namespace_, self, id, arguments);
}

static void
socketio_server_socket_dropped (SocketioSocket *socket, gint64 id)
{
  SocketioServerSocket *self = SOCKETIO_SERVER_SOCKET (socket);

  socketio_namespace_drop_answer (self->namespace_, self, id);
}

static void
socketio_server_socket_closed (SocketioSocket *socket,
                               SocketioDisconnectReason reason,
                               const char *description)
{
  socketio_server_socket_end (SOCKETIO_SERVER_SOCKET (socket), reason, description);
}

static void
socketio_server_socket_finalize (GObject *object)
{
  SocketioServerSocket *self = SOCKETIO_SERVER_SOCKET (object);

  g_clear_object (&self->namespace_);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->auth, json_node_unref);
  g_clear_pointer (&self->screens, socketio_screens_free);
  g_clear_pointer (&self->early_rooms, g_hash_table_unref);
  g_clear_pointer (&self->data, json_object_unref);
  g_clear_pointer (&self->session, socketio_session_free);
  g_free (self->pid);
  g_free (self->offset);

  G_OBJECT_CLASS (socketio_server_socket_parent_class)->finalize (object);
}

static void
socketio_server_socket_class_init (SocketioServerSocketClass *klass)
{
  SocketioSocketClass *socket_class = SOCKETIO_SOCKET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = socketio_server_socket_finalize;
  socketio_server_socket_install_properties (G_OBJECT_CLASS (klass));
  socket_class->send = socketio_server_socket_send;
  socket_class->answered = socketio_server_socket_answered;
  socket_class->dropped = socketio_server_socket_dropped;
  socket_class->receive = socketio_server_socket_receive;
  socket_class->closed = socketio_server_socket_closed;

  /**
   * SocketioServerSocket::disconnecting:
   * @socket: the socket
   * @reason: why
   * @description: (nullable): more about it, for a log
   *
   * The socket is about to be disconnected; it is in its rooms still.
   */
  signals[DISCONNECTING] = g_signal_new ("disconnecting", SOCKETIO_TYPE_SERVER_SOCKET,
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                         SOCKETIO_TYPE_DISCONNECT_REASON, G_TYPE_STRING);

  /**
   * SocketioServerSocket::error:
   * @socket: the socket
   * @error: what was given to [method@SocketioScreening.reject], or what is wrong with a packet
   *
   * An event of the client was dropped; or it has sent, in any of its namespaces, what cannot be
   * read, and its connection is closed next.
   */
  signals[ERROR] = g_signal_new ("error", SOCKETIO_TYPE_SERVER_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);

  /**
   * SocketioServerSocket::upgrade:
   * @socket: the socket
   * @transport: what carries its connection from now on: "websocket"
   *
   * The client's connection has moved to a better transport, which it may do once. A client that
   * did so before it was admitted is told of by
   * [method@SocketioServerSocket.get_initial_transport_name] alone. In Node it is an event of
   * `socket.conn`.
   */
  signals[UPGRADE] = g_signal_new ("upgrade", SOCKETIO_TYPE_SERVER_SOCKET, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
socketio_server_socket_init (SocketioServerSocket *self)
{
}

SocketioServerSocket *
socketio_server_socket_new (SocketioNamespace *namespace_,
                            SocketioConnection *connection,
                            JsonNode *auth)
{
  SocketioServerSocket *self = g_object_new (SOCKETIO_TYPE_SERVER_SOCKET, "namespace-name",
                                             socketio_namespace_get_name (namespace_), NULL);
  g_autofree char *id = socketio_connection_get_dialect (connection)
                          ->make_id (socketio_connection_get_session (connection),
                                     socketio_namespace_get_name (namespace_));

  self->namespace_ = g_object_ref (namespace_);
  self->connection = g_object_ref (connection);
  self->engine = socketio_connection_get_session (connection);
  self->auth = auth != NULL ? json_node_ref (auth) : NULL;
  self->issued = g_get_real_time () / 1000;
  socketio_socket_set_id (SOCKETIO_SOCKET (self), id);

  return self;
}

gint64
socketio_server_socket_get_issued (SocketioServerSocket *self)
{
  return self->issued;
}

SocketioConnection *
socketio_server_socket_get_connection (SocketioServerSocket *self)
{
  return self->connection;
}

/* The values themselves do not change. */
/* Returns: (nullable) (transfer full): what was put into the socket's data */
JsonObject *
socketio_server_socket_dup_data (SocketioServerSocket *self)
{
  JsonObject *copy;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (self->data == NULL)
    return NULL;

  copy = json_object_new ();
  json_object_iter_init (&iter, self->data);
  while (json_object_iter_next (&iter, &name, &value))
    json_object_set_member (copy, name, json_node_ref (value));
  return copy;
}

/* What another server may be told of the socket. */
SocketioRemoteSocket *
socketio_server_socket_describe (SocketioServerSocket *self)
{
  g_auto (GStrv) rooms = socketio_server_socket_list_rooms (self);

  return socketio_remote_socket_new (
    self->namespace_, socketio_server_socket_id (self), (const char *const *)rooms,
    socketio_server_socket_dup_data (self), socketio_server_socket_dup_handshake (self));
}

/* The socket has been admitted: its client is told first, then it takes part.
 * Returns: %FALSE if who heard of its rooms has closed the connection */
gboolean
socketio_server_socket_connect (SocketioServerSocket *self)
{
  const SocketioDialect *dialect = socketio_connection_get_dialect (self->connection);
  g_autoptr (SocketioPacket) packet = NULL;
  JsonNode *welcome;

  if (self->session != NULL)
    socketio_server_socket_resume (self);
  socketio_server_socket_join_early_rooms (self);
  if (!socketio_connection_is_open (self->connection))
    return FALSE;

  welcome = dialect->format_welcome (socketio_server_socket_id (self));
  if (welcome != NULL && socketio_namespace_recovers (self->namespace_))
    socketio_server_socket_add_recovery (self, json_node_get_object (welcome));
  packet = socketio_packet_new_connect (socketio_namespace_get_name (self->namespace_), welcome);
  socketio_connection_send (self->connection, packet);
  socketio_socket_set_connected (SOCKETIO_SOCKET (self), TRUE);
  return TRUE;
}

/* Its connection has moved. */
void
socketio_server_socket_tell_upgrade (SocketioServerSocket *self)
{
  if (socketio_socket_is_connected (SOCKETIO_SOCKET (self)))
    g_signal_emit (self, signals[UPGRADE], 0, socketio_server_socket_get_transport_name (self));
}

/* Its client has sent what cannot be read. */
void
socketio_server_socket_tell_error (SocketioServerSocket *self, const GError *error)
{
  if (socketio_socket_is_connected (SOCKETIO_SOCKET (self)))
    g_signal_emit (self, signals[ERROR], 0, error);
}

/**
 * socketio_server_socket_get_namespace:
 * @socket: a socket
 *
 * Gets its namespace.
 *
 * Returns: (transfer none): the namespace that it is in
 */
SocketioNamespace *
socketio_server_socket_get_namespace (SocketioServerSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER_SOCKET (self), NULL);

  return self->namespace_;
}

/**
 * socketio_server_socket_get_remote_address:
 * @socket: a socket
 *
 * Gets the client's address.
 *
 * Returns: (nullable): the client's IP address as text
 */
const char *
socketio_server_socket_get_remote_address (SocketioServerSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER_SOCKET (self), NULL);

  return engineio_session_get_remote_address (socketio_connection_get_session (self->connection));
}

/**
 * socketio_server_socket_get_remote_port:
 * @socket: a socket
 *
 * Gets the client's port.
 *
 * Returns: the port that the client's first request came from; 0 for one within the process
 */
guint16
socketio_server_socket_get_remote_port (SocketioServerSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER_SOCKET (self), 0);

  return engineio_session_get_remote_port (socketio_connection_get_session (self->connection));
}

/**
 * socketio_server_socket_get_transport_name:
 * @socket: a socket
 *
 * Gets what carries the socket now. An upgrade changes it.
 *
 * Returns: what carries the socket now: "polling", "websocket" or "loopback"
 */
const char *
socketio_server_socket_get_transport_name (SocketioServerSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER_SOCKET (self), NULL);

  return engineio_session_get_transport_name (socketio_connection_get_session (self->connection));
}

/**
 * socketio_server_socket_get_initial_transport_name:
 * @socket: a socket
 *
 * Gets what carried it at first, before it moved to a WebSocket.
 *
 * Returns: what carried the client's connection first: "polling", "websocket" or "loopback". See
 *   [signal@SocketioServerSocket::upgrade].
 */
const char *
socketio_server_socket_get_initial_transport_name (SocketioServerSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER_SOCKET (self), NULL);

  return engineio_session_get_initial_transport_name (
    socketio_connection_get_session (self->connection));
}

/**
 * socketio_server_socket_get_auth:
 * @socket: a socket
 *
 * Gets what the client said of itself when it asked to join.
 *
 * Returns: (transfer none) (nullable): the object that the client sent when it asked to join, its
 *   `auth` option, or the namespace's `query` from a client of Socket.IO 1 or 2; %NULL if it sent
 *   none
 */
JsonNode *
socketio_server_socket_get_auth (SocketioServerSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER_SOCKET (self), NULL);

  return self->auth;
}

/**
 * socketio_server_socket_set_data:
 * @socket: a socket
 * @name: what the value is called
 * @value: (nullable) (transfer full): the value, not to be changed any more; %NULL takes it away
 *
 * Keeps a value of the program's own with the socket. A client that comes back to its session finds
 * it again.
 */
void
socketio_server_socket_set_data (SocketioServerSocket *self, const char *name, JsonNode *value)
{
  g_return_if_fail (SOCKETIO_IS_SERVER_SOCKET (self));
  g_return_if_fail (name != NULL);

  if (value != NULL)
    {
      if (self->data == NULL)
        self->data = json_object_new ();
      json_object_set_member (self->data, name, value);
    }
  else if (self->data != NULL)
    json_object_remove_member (self->data, name);
}

/**
 * socketio_server_socket_get_data:
 * @socket: a socket
 * @name: what the value is called
 *
 * Gets a value that the program keeps with the socket.
 *
 * Returns: (transfer none) (nullable): the value that was set by
 *   [method@SocketioServerSocket.set_data]
 */
JsonNode *
socketio_server_socket_get_data (SocketioServerSocket *self, const char *name)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER_SOCKET (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return self->data != NULL ? json_object_get_member (self->data, name) : NULL;
}

/**
 * socketio_server_socket_is_recovered:
 * @socket: a socket
 *
 * Tells whether the client came back to a session that it had: the socket has the id, the rooms and
 * the data of the one before, and the client gets all that it missed.
 *
 * Returns: the value of [property@SocketioServerSocket:recovered]
 */
gboolean
socketio_server_socket_is_recovered (SocketioServerSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER_SOCKET (self), FALSE);

  return self->recovered;
}

/**
 * socketio_server_socket_use:
 * @socket: a socket
 * @func: (scope notified) (closure user_data) (destroy destroy): called for each event of the
 * client
 * @user_data: data for @func
 * @destroy: (nullable): frees @user_data
 *
 * Has events looked at before the socket's listeners get them. Several functions are called in the
 * order in which they were put there; the first rejection drops the event. A function may decide
 * later; how much may wait for that is limited by [property@SocketioOptions:max-screened-events]
 * and [property@SocketioOptions:max-screened-bytes].
 */
void
socketio_server_socket_use (SocketioServerSocket *self,
                            SocketioScreenFunc func,
                            gpointer user_data,
                            GDestroyNotify destroy)
{
  g_return_if_fail (SOCKETIO_IS_SERVER_SOCKET (self));
  g_return_if_fail (func != NULL);

  if (self->screens == NULL)
    self->screens = socketio_screens_new (on_screened, on_screens_full,
                                          self->namespace_->max_screened_events,
                                          self->namespace_->max_screened_bytes);
  socketio_screens_add (self->screens, func, user_data, destroy);
}

static void
socketio_server_socket_say_goodbye (SocketioServerSocket *self)
{
  g_autoptr (SocketioPacket) packet = NULL;

  if (self->ending || !socketio_socket_is_connected (SOCKETIO_SOCKET (self)))
    return;

  packet = socketio_packet_new_disconnect (socketio_namespace_get_name (self->namespace_));
  socketio_connection_send (self->connection, packet);
  socketio_server_socket_end (self, SOCKETIO_DISCONNECT_SERVER_NAMESPACE, NULL);
}

/**
 * socketio_server_socket_disconnect:
 * @socket: a socket
 * @close: whether to close the whole connection, with the client's sockets in other namespaces
 *
 * Puts the client out of the namespace. It will not come back by itself. What was sent to it before
 * still goes out. A socket that is not connected stays as it is.
 */
void
socketio_server_socket_disconnect (SocketioServerSocket *self, gboolean close)
{
  g_autoptr (SocketioServerSocket) guard G_GNUC_UNUSED = NULL;
  GList *sockets;

  g_return_if_fail (SOCKETIO_IS_SERVER_SOCKET (self));

  guard = g_object_ref (self);
  if (!socketio_socket_is_connected (SOCKETIO_SOCKET (self)))
    return;

  if (!close)
    {
      socketio_server_socket_say_goodbye (self);
      return;
    }

  sockets = socketio_connection_list_sockets (self->connection);
  for (GList *l = sockets; l != NULL; l = l->next)
    socketio_server_socket_say_goodbye (l->data);
  g_list_free_full (sockets, g_object_unref);
  socketio_connection_close (self->connection, SOCKETIO_DISCONNECT_FORCED_SERVER_CLOSE);
}
