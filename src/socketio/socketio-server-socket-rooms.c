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

/* {{{ Rooms that wait until the socket is admitted */

static void
socketio_server_socket_join_early (SocketioServerSocket *self, const char *room)
{
  if (self->early_rooms == NULL)
    self->early_rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (self->early_rooms, g_strdup (room));
}

static void
socketio_server_socket_add_early_rooms (SocketioServerSocket *self, GStrvBuilder *rooms)
{
  GHashTableIter iter;
  gpointer room;

  if (self->early_rooms == NULL)
    return;

  g_hash_table_iter_init (&iter, self->early_rooms);
  while (g_hash_table_iter_next (&iter, &room, NULL))
    g_strv_builder_add (rooms, room);
}

/* The socket is a member of the namespace now. */
void
socketio_server_socket_join_early_rooms (SocketioServerSocket *self)
{
  g_autoptr (GHashTable) early = g_steal_pointer (&self->early_rooms);
  GHashTableIter iter;
  gpointer room;

  if (early == NULL)
    return;

  g_hash_table_iter_init (&iter, early);
  while (g_hash_table_iter_next (&iter, &room, NULL))
    socketio_adapter_join (socketio_namespace_get_adapter (self->namespace_), self, room);
}

/* }}} */

/**
 * socketio_server_socket_join:
 * @socket: a socket
 * @room: a room's name
 *
 * Puts the socket into a room. One that is still to be admitted, in a function of
 * [method@SocketioNamespace.use], is in it as soon as it is connected. A socket that is
 * disconnected joins nothing.
 */
void
socketio_server_socket_join (SocketioServerSocket *self, const char *room)
{
  g_return_if_fail (SOCKETIO_IS_SERVER_SOCKET (self));
  g_return_if_fail (room != NULL);

  if (socketio_socket_is_connected (SOCKETIO_SOCKET (self)))
    socketio_adapter_join (socketio_namespace_get_adapter (self->namespace_), self, room);
  else if (!self->ending)
    socketio_server_socket_join_early (self, room);
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

  if (self->early_rooms != NULL)
    g_hash_table_remove (self->early_rooms, room);
  socketio_adapter_leave (socketio_namespace_get_adapter (self->namespace_), self, room);
}

/**
 * socketio_server_socket_list_rooms:
 * @socket: a socket
 *
 * Lists its rooms.
 *
 * Returns: (transfer full): the rooms that the socket is in, the one of its own id first; before it
 *   is admitted, those that it will be in
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
  else
    socketio_server_socket_add_early_rooms (self, rooms);
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
