/* socketio-target.c: to whom
 *
 * A target never changes: each step makes another one, so that one can be kept and used again.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-target.h"

#include "socketio-adapter.h"
#include "socketio-namespace.h"
#include "socketio-packet.h"
#include "socketio-socket-private.h"

struct _SocketioTarget
{
  SocketioNamespace *namespace_;
  SocketioAudience audience;
  guint timeout;
};

G_DEFINE_BOXED_TYPE (SocketioTarget, socketio_target, socketio_target_ref, socketio_target_unref)

static GPtrArray *
copy_rooms (GPtrArray *rooms, const char *more)
{
  GPtrArray *copy;

  if (rooms == NULL && more == NULL)
    return NULL;

  copy = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; rooms != NULL && i < rooms->len; i++)
    g_ptr_array_add (copy, g_strdup (rooms->pdata[i]));
  if (more != NULL)
    g_ptr_array_add (copy, g_strdup (more));
  return copy;
}

static SocketioTarget *
socketio_target_copy (SocketioTarget *self, const char *room, const char *except)
{
  SocketioTarget *copy = g_rc_box_new0 (SocketioTarget);

  copy->namespace_ = g_object_ref (self->namespace_);
  copy->timeout = self->timeout;
  copy->audience = self->audience;
  copy->audience.rooms = copy_rooms (self->audience.rooms, room);
  copy->audience.except = copy_rooms (self->audience.except, except);

  return copy;
}

/**
 * socketio_target_new:
 * @namespace_: a namespace
 *
 * Makes the target that is everybody in @namespace_.
 *
 * Returns: (transfer full): the target
 */
SocketioTarget *
socketio_target_new (SocketioNamespace *namespace_)
{
  SocketioTarget *self;

  g_return_val_if_fail (SOCKETIO_IS_NAMESPACE (namespace_), NULL);

  self = g_rc_box_new0 (SocketioTarget);
  self->namespace_ = g_object_ref (namespace_);

  return self;
}

/**
 * socketio_target_ref:
 * @target: a target
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @target
 */
SocketioTarget *
socketio_target_ref (SocketioTarget *self)
{
  return g_rc_box_acquire (self);
}

static void
socketio_target_clear (gpointer data)
{
  SocketioTarget *self = data;

  g_clear_object (&self->namespace_);
  g_clear_pointer (&self->audience.rooms, g_ptr_array_unref);
  g_clear_pointer (&self->audience.except, g_ptr_array_unref);
}

/**
 * socketio_target_unref:
 * @target: (transfer full): a target
 *
 * Releases @target.
 */
void
socketio_target_unref (SocketioTarget *self)
{
  g_rc_box_release_full (self, socketio_target_clear);
}

/**
 * socketio_target_to:
 * @target: a target
 * @room: a room, or the id of a socket
 *
 * Narrows @target to a room, or adds a room to those that it was narrowed to already.
 *
 * Returns: (transfer full): another target
 */
SocketioTarget *
socketio_target_to (SocketioTarget *self, const char *room)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (room != NULL, NULL);

  return socketio_target_copy (self, room, NULL);
}

/**
 * socketio_target_except:
 * @target: a target
 * @room: a room, or the id of a socket
 *
 * Leaves out those who are in @room.
 *
 * Returns: (transfer full): another target
 */
SocketioTarget *
socketio_target_except (SocketioTarget *self, const char *room)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (room != NULL, NULL);

  return socketio_target_copy (self, NULL, room);
}

/**
 * socketio_target_make_volatile:
 * @target: a target
 *
 * Leaves out those who cannot be sent to at once. No answer is awaited of them, also if the event
 * was dropped only when more came behind it.
 *
 * Returns: (transfer full): another target
 */
SocketioTarget *
socketio_target_make_volatile (SocketioTarget *self)
{
  SocketioTarget *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = socketio_target_copy (self, NULL, NULL);
  copy->audience.is_volatile = TRUE;
  return copy;
}

/**
 * socketio_target_make_local:
 * @target: a target
 *
 * Leaves out those who are on other servers.
 *
 * Returns: (transfer full): another target
 */
SocketioTarget *
socketio_target_make_local (SocketioTarget *self)
{
  SocketioTarget *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = socketio_target_copy (self, NULL, NULL);
  copy->audience.local = TRUE;
  return copy;
}

/**
 * socketio_target_compress:
 * @target: a target
 * @compress: whether what is sent may be compressed, as it may from the start
 *
 * Says whether events are compressed for those who take that, when they are long enough and the
 * server's options allow it. %FALSE saves the work for what is short of patterns, such as pictures.
 *
 * Returns: (transfer full): another target
 */
SocketioTarget *
socketio_target_compress (SocketioTarget *self, gboolean compress)
{
  SocketioTarget *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = socketio_target_copy (self, NULL, NULL);
  copy->audience.uncompressed = !compress;
  return copy;
}

/**
 * socketio_target_timeout:
 * @target: a target
 * @timeout: milliseconds; 0 for no limit, as it is from the start
 *
 * Limits the time that clients have to answer.
 *
 * Returns: (transfer full): another target
 */
SocketioTarget *
socketio_target_timeout (SocketioTarget *self, guint timeout)
{
  SocketioTarget *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = socketio_target_copy (self, NULL, NULL);
  copy->timeout = timeout;
  return copy;
}

static SocketioPacket *
socketio_target_make_event (SocketioTarget *self, const char *name, SocketioArguments *arguments)
{
  return socketio_packet_new_event (socketio_namespace_get_name (self->namespace_), name, arguments,
                                    SOCKETIO_PACKET_NO_ID);
}

/**
 * socketio_target_emit:
 * @target: a target
 * @name: the event's name, none of those that Socket.IO keeps for itself
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 *
 * Sends an event to each socket that is meant, once, even if it is in several of the rooms.
 *
 * Returns: %FALSE if @name is one that Socket.IO keeps for itself; then nothing is sent
 */
gboolean
socketio_target_emit (SocketioTarget *self, const char *name, SocketioArguments *arguments)
{
  g_autoptr (SocketioPacket) packet = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  if (socketio_packet_name_is_reserved (name))
    return FALSE;

  packet = socketio_target_make_event (self, name, arguments);
  socketio_adapter_broadcast (socketio_namespace_get_adapter (self->namespace_), packet,
                              &self->audience);
  return TRUE;
}

/**
 * socketio_target_emit_with_ack_async:
 * @target: a target
 * @name: the event's name, none of those that Socket.IO keeps for itself
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 * @cancellable: (nullable): to give up waiting
 * @callback: called from the main loop when all have answered, or the waiting is over
 * @user_data: data for @callback
 *
 * Sends an event to each socket that is meant and waits for the answers of all of them. How long,
 * is said by [method@SocketioTarget.timeout]. The source object of @callback is the namespace.
 */
void
socketio_target_emit_with_ack_async (SocketioTarget *self,
                                     const char *name,
                                     SocketioArguments *arguments,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioPacket) packet = NULL;
  g_autoptr (SocketioCollector) collector = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL);

  task = g_task_new (self->namespace_, cancellable, callback, user_data);
  g_task_set_source_tag (task, socketio_target_emit_with_ack_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!socketio_check_event_name (name, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  packet = socketio_target_make_event (self, name, arguments);
  collector = socketio_collector_new (task, self->timeout);
  socketio_adapter_broadcast_with_ack (socketio_namespace_get_adapter (self->namespace_), packet,
                                       &self->audience, collector);
}

/**
 * socketio_target_emit_with_ack_finish:
 * @result: what the callback got
 * @responses: (out) (optional) (transfer full) (element-type SocketioArguments): the answers that
 *   came, in their order; also if there is an error, when they are those that came before it
 * @error: return location for an error
 *
 * Gets the answers of many. The errors are %SOCKETIO_ERROR_TIMED_OUT (not all have answered in
 * time), %SOCKETIO_ERROR_DISCONNECTED (the others have, but some left), %SOCKETIO_ERROR_RESERVED
 * and %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether all have answered
 */
gboolean
socketio_target_emit_with_ack_finish (GAsyncResult *result, GPtrArray **responses, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, socketio_target_emit_with_ack_async),
                        FALSE);

  if (responses != NULL)
    *responses = socketio_collector_dup_responses_of (G_TASK (result));
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
add_socket (gpointer member, gpointer user_data)
{
  g_ptr_array_add (user_data, g_object_ref (member));
}

/**
 * socketio_target_list_sockets:
 * @target: a target
 *
 * Lists the sockets that are meant, on this server.
 *
 * Returns: (transfer full) (element-type SocketioServerSocket): the sockets
 */
GPtrArray *
socketio_target_list_sockets (SocketioTarget *self)
{
  GPtrArray *sockets;

  g_return_val_if_fail (self != NULL, NULL);

  sockets = g_ptr_array_new_with_free_func (g_object_unref);
  socketio_adapter_foreach (socketio_namespace_get_adapter (self->namespace_), &self->audience,
                            add_socket, sockets);
  return sockets;
}

typedef struct
{
  SocketioAdapter *adapter;
  GHashTable *rooms;
} RoomSearch;

static void
note_room (gpointer room, gpointer rooms)
{
  if (!g_hash_table_contains (rooms, room))
    g_hash_table_add (rooms, g_strdup (room));
}

static void
note_rooms_of (gpointer member, gpointer user_data)
{
  RoomSearch *search = user_data;

  socketio_adapter_foreach_room (search->adapter, member, note_room, search->rooms);
}

/**
 * socketio_target_list_rooms:
 * @target: a target
 *
 * Lists the rooms that the sockets which are meant are in, on this server; for everybody these are
 * all that there are, in JavaScript `adapter.rooms`. The rooms of the sockets' own ids are left
 * out. A parent of namespaces has none: its children do.
 *
 * Returns: (transfer full): their names, in no order
 */
char **
socketio_target_list_rooms (SocketioTarget *self)
{
  RoomSearch search = { NULL, NULL };
  char **rooms;
  guint n;

  g_return_val_if_fail (self != NULL, NULL);

  search.adapter = socketio_namespace_get_adapter (self->namespace_);
  search.rooms = g_hash_table_new (g_str_hash, g_str_equal);
  socketio_adapter_foreach (search.adapter, &self->audience, note_rooms_of, &search);
  rooms = (char **)g_hash_table_get_keys_as_array (search.rooms, &n);
  g_hash_table_unref (search.rooms);
  return rooms;
}

/* {{{ Many at once */

static SocketioAdapter *
socketio_target_get_adapter (SocketioTarget *self)
{
  return socketio_namespace_get_adapter (self->namespace_);
}

/**
 * socketio_target_fetch_sockets_async:
 * @target: a target
 * @cancellable: (nullable): to give up
 * @callback: called from the main loop
 * @user_data: data for @callback
 *
 * Finds out which sockets are meant, on all servers. The source object of @callback is the
 * namespace.
 */
void
socketio_target_fetch_sockets_async (SocketioTarget *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (self != NULL);

  task = g_task_new (self->namespace_, cancellable, callback, user_data);
  g_task_set_source_tag (task, socketio_target_fetch_sockets_async);
  if (!g_task_return_error_if_cancelled (task))
    socketio_adapter_fetch (socketio_target_get_adapter (self), &self->audience, task);
}

/**
 * socketio_target_fetch_sockets_finish:
 * @result: what the callback got
 * @error: return location for an error
 *
 * Gets the sockets that are meant. With one server there is no error but %G_IO_ERROR_CANCELLED, and
 * %G_IO_ERROR_NOT_SUPPORTED for a parent of namespaces, as in Node: ask its children.
 *
 * Returns: (transfer full) (element-type SocketioRemoteSocket): the sockets; %NULL with an error
 */
GPtrArray *
socketio_target_fetch_sockets_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, socketio_target_fetch_sockets_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * socketio_target_sockets_join:
 * @target: a target
 * @room: a room's name
 *
 * Puts each socket that is meant into @room.
 */
void
socketio_target_sockets_join (SocketioTarget *self, const char *room)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (room != NULL);

  socketio_adapter_join_all (socketio_target_get_adapter (self), &self->audience, room);
}

/**
 * socketio_target_sockets_leave:
 * @target: a target
 * @room: a room's name
 *
 * Takes each socket that is meant out of @room.
 */
void
socketio_target_sockets_leave (SocketioTarget *self, const char *room)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (room != NULL);

  socketio_adapter_leave_all (socketio_target_get_adapter (self), &self->audience, room);
}

/**
 * socketio_target_disconnect_sockets:
 * @target: a target
 * @close: whether to close their whole connections, with their sockets in other namespaces
 *
 * Puts each socket that is meant out of the namespace.
 */
void
socketio_target_disconnect_sockets (SocketioTarget *self, gboolean close)
{
  g_autoptr (SocketioTarget) guard G_GNUC_UNUSED = NULL;

  g_return_if_fail (self != NULL);

  guard = socketio_target_ref (self);
  socketio_adapter_disconnect_all (socketio_target_get_adapter (self), &self->audience, close);
}

/* }}} */
