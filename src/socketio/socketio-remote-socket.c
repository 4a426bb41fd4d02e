/* socketio-remote-socket.c: what was known of a client's socket when it was asked for
 *
 * A snapshot, as the socket may be another server's. What is done to it goes through the adapter,
 * by the room of its id.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-remote-socket.h"

struct _SocketioRemoteSocket
{
  GObject parent_instance;

  SocketioTarget *target; /* the socket alone */
  char *id;
  char **rooms;
  JsonObject *data;
  JsonNode *handshake;
};

G_DEFINE_FINAL_TYPE (SocketioRemoteSocket, socketio_remote_socket, G_TYPE_OBJECT)

static void
socketio_remote_socket_finalize (GObject *object)
{
  SocketioRemoteSocket *self = SOCKETIO_REMOTE_SOCKET (object);

  socketio_target_unref (self->target);
  json_object_unref (self->data);
  json_node_unref (self->handshake);
  g_strfreev (self->rooms);
  g_free (self->id);

  G_OBJECT_CLASS (socketio_remote_socket_parent_class)->finalize (object);
}

static void
socketio_remote_socket_class_init (SocketioRemoteSocketClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = socketio_remote_socket_finalize;
}

static void
socketio_remote_socket_init (SocketioRemoteSocket *self)
{
}

/**
 * socketio_remote_socket_new:
 * @namespace_: the namespace that it is in
 * @id: its id
 * @rooms: the rooms that it is in, the one of its own id first
 * @data: (transfer full) (nullable): its data, a copy
 * @handshake: (transfer full): what its client said when it came
 *
 * Makes a snapshot. For adapters.
 *
 * Returns: (transfer full): the snapshot
 */
SocketioRemoteSocket *
socketio_remote_socket_new (SocketioNamespace *namespace_,
                            const char *id,
                            const char *const *rooms,
                            JsonObject *data,
                            JsonNode *handshake)
{
  SocketioRemoteSocket *self = g_object_new (SOCKETIO_TYPE_REMOTE_SOCKET, NULL);
  g_autoptr (SocketioTarget) all = socketio_target_new (namespace_);

  self->target = socketio_target_to (all, id);
  self->id = g_strdup (id);
  self->rooms = g_strdupv ((char **)rooms);
  self->data = data != NULL ? data : json_object_new ();
  self->handshake = handshake;
  return self;
}

/**
 * socketio_remote_socket_get_id:
 * @socket: a socket
 *
 * Gets its id.
 *
 * Returns: its id
 */
const char *
socketio_remote_socket_get_id (SocketioRemoteSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_REMOTE_SOCKET (self), NULL);

  return self->id;
}

/**
 * socketio_remote_socket_get_rooms:
 * @socket: a socket
 *
 * Gets its rooms.
 *
 * Returns: (transfer none): the rooms that it was in, the one of its own id first
 */
const char *const *
socketio_remote_socket_get_rooms (SocketioRemoteSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_REMOTE_SOCKET (self), NULL);

  return (const char *const *)self->rooms;
}

/**
 * socketio_remote_socket_get_data:
 * @socket: a socket
 *
 * Gets what the server keeps with the socket.
 *
 * Returns: (transfer none): what [method@SocketioServerSocket.set_data] had put there, by name
 */
JsonObject *
socketio_remote_socket_get_data (SocketioRemoteSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_REMOTE_SOCKET (self), NULL);

  return self->data;
}

/**
 * socketio_remote_socket_get_handshake:
 * @socket: a socket
 *
 * Gets what is known of its client.
 *
 * Returns: (transfer none): an object: what its client said when it came, with at least `address`
 *   and `auth`
 */
JsonNode *
socketio_remote_socket_get_handshake (SocketioRemoteSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_REMOTE_SOCKET (self), NULL);

  return self->handshake;
}

/**
 * socketio_remote_socket_get_target:
 * @socket: a socket
 *
 * Gets the target that is this socket alone, for events that want an answer or may be lost.
 *
 * Returns: (transfer none): the target
 */
SocketioTarget *
socketio_remote_socket_get_target (SocketioRemoteSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_REMOTE_SOCKET (self), NULL);

  return self->target;
}

/**
 * socketio_remote_socket_emit:
 * @socket: a socket
 * @name: the event's name
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 *
 * Sends an event to the client, if it is there still.
 *
 * Returns: %FALSE if @name is one that Socket.IO keeps for itself; then nothing is sent
 */
gboolean
socketio_remote_socket_emit (SocketioRemoteSocket *self,
                             const char *name,
                             SocketioArguments *arguments)
{
  g_return_val_if_fail (SOCKETIO_IS_REMOTE_SOCKET (self), FALSE);

  return socketio_target_emit (self->target, name, arguments);
}

/**
 * socketio_remote_socket_join:
 * @socket: a socket
 * @room: a room's name
 *
 * Puts the socket into a room.
 */
void
socketio_remote_socket_join (SocketioRemoteSocket *self, const char *room)
{
  g_return_if_fail (SOCKETIO_IS_REMOTE_SOCKET (self));

  socketio_target_sockets_join (self->target, room);
}

/**
 * socketio_remote_socket_leave:
 * @socket: a socket
 * @room: a room's name
 *
 * Takes the socket out of a room.
 */
void
socketio_remote_socket_leave (SocketioRemoteSocket *self, const char *room)
{
  g_return_if_fail (SOCKETIO_IS_REMOTE_SOCKET (self));

  socketio_target_sockets_leave (self->target, room);
}

/**
 * socketio_remote_socket_disconnect:
 * @socket: a socket
 * @close: whether to close the client's whole connection
 *
 * Puts the client out of the namespace.
 */
void
socketio_remote_socket_disconnect (SocketioRemoteSocket *self, gboolean close)
{
  g_return_if_fail (SOCKETIO_IS_REMOTE_SOCKET (self));

  socketio_target_disconnect_sockets (self->target, close);
}
