/* socketio-server-socket-rooms.c: the rooms of a server's socket, and whom it speaks to
 *
 * Who is in which room is for the namespace's adapter to know.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-server-socket-fields.h"

static void
add_room (gpointer room, gpointer user_data)
{
  g_strv_builder_add (user_data, room);
}

void
socketio_server_socket_add_rooms (SocketioServerSocket *self, GStrvBuilder *rooms)
{
  socketio_adapter_foreach_room (socketio_namespace_get_adapter (self->namespace_), self, add_room,
                                 rooms);
}

/**
 * socketio_server_socket_join:
 * @socket: a socket
 * @room: a room's name
 *
 * Puts the socket into a room. A socket that is disconnected joins nothing.
 */
void
socketio_server_socket_join (SocketioServerSocket *self, const char *room)
{
  g_return_if_fail (SOCKETIO_IS_SERVER_SOCKET (self));
  g_return_if_fail (room != NULL);

  if (socketio_socket_is_connected (SOCKETIO_SOCKET (self)))
    socketio_adapter_join (socketio_namespace_get_adapter (self->namespace_), self, room);
}

/**
 * socketio_server_socket_leave:
 * @socket: a socket
 * @room: a room's name
 *
 * Takes the socket out of a room.
 */
void
socketio_server_socket_leave (SocketioServerSocket *self, const char *room)
{
  g_return_if_fail (SOCKETIO_IS_SERVER_SOCKET (self));
  g_return_if_fail (room != NULL);

  socketio_adapter_leave (socketio_namespace_get_adapter (self->namespace_), self, room);
}

/**
 * socketio_server_socket_list_rooms:
 * @socket: a socket
 *
 * Lists its rooms.
 *
 * Returns: (transfer full): the rooms that the socket is in, the one of its own id first
 */
char **
socketio_server_socket_list_rooms (SocketioServerSocket *self)
{
  g_autoptr (GStrvBuilder) rooms = NULL;

  g_return_val_if_fail (SOCKETIO_IS_SERVER_SOCKET (self), NULL);

  rooms = g_strv_builder_new ();
  if (socketio_socket_is_connected (SOCKETIO_SOCKET (self)))
    {
      g_strv_builder_add (rooms, socketio_server_socket_id (self));
      socketio_server_socket_add_rooms (self, rooms);
    }
  return g_strv_builder_end (rooms);
}

/**
 * socketio_server_socket_broadcast:
 * @socket: a socket
 *
 * Makes the target that is everybody in the namespace but this socket.
 *
 * Returns: (transfer full): the target
 */
SocketioTarget *
socketio_server_socket_broadcast (SocketioServerSocket *self)
{
  g_autoptr (SocketioTarget) all = NULL;

  g_return_val_if_fail (SOCKETIO_IS_SERVER_SOCKET (self), NULL);

  all = socketio_target_new (self->namespace_);
  return socketio_target_except (all, socketio_server_socket_id (self));
}

/**
 * socketio_server_socket_to:
 * @socket: a socket
 * @room: a room's name, or another socket's id
 *
 * Makes the target that is everybody in @room but this socket.
 *
 * Returns: (transfer full): the target
 */
SocketioTarget *
socketio_server_socket_to (SocketioServerSocket *self, const char *room)
{
  g_autoptr (SocketioTarget) others = socketio_server_socket_broadcast (self);

  return others != NULL ? socketio_target_to (others, room) : NULL;
}
