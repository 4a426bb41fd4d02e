/* socketio-adapter.c: who is in which room, and how a broadcast reaches them
 *
 * Abstract, so that rooms can span several servers. The one in memory is socketio-memory-adapter.c;
 * what all of them do with the members of this server is in socketio-adapter-local.c.
 * An adapter knows no sockets: its members are opaque, and a narrow emitter delivers to them.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-adapter-private.h"

enum
{
  CREATE_ROOM,
  DELETE_ROOM,
  JOIN_ROOM,
  LEAVE_ROOM,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SocketioAdapter, socketio_adapter, G_TYPE_OBJECT)

#define PRIVATE(self)                                                                              \
  ((SocketioAdapterPrivate *)socketio_adapter_get_instance_private ((SocketioAdapter *)(self)))

SocketioAdapterPrivate *
socketio_adapter_get_private (SocketioAdapter *self)
{
  return PRIVATE (self);
}

static void
socketio_adapter_finalize (GObject *object)
{
  g_clear_object (&PRIVATE (object)->parser);

  G_OBJECT_CLASS (socketio_adapter_parent_class)->finalize (object);
}

static void
socketio_adapter_class_init (SocketioAdapterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = socketio_adapter_finalize;
  socketio_adapter_set_defaults (klass);

  /**
   * SocketioAdapter::create-room:
   * @adapter: the adapter
   * @room: its name
   *
   * There is a room now: somebody is about to join it. The room of a socket's own id is one too.
   */
  signals[CREATE_ROOM] = g_signal_new ("create-room", SOCKETIO_TYPE_ADAPTER, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * SocketioAdapter::delete-room:
   * @adapter: the adapter
   * @room: its name
   *
   * The last one has left a room.
   */
  signals[DELETE_ROOM] = g_signal_new ("delete-room", SOCKETIO_TYPE_ADAPTER, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * SocketioAdapter::join-room:
   * @adapter: the adapter
   * @room: its name
   * @id: the id of the socket
   *
   * A socket of this server has joined a room.
   */
  signals[JOIN_ROOM] = g_signal_new ("join-room", SOCKETIO_TYPE_ADAPTER, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  /**
   * SocketioAdapter::leave-room:
   * @adapter: the adapter
   * @room: its name
   * @id: the id of the socket
   *
   * A socket of this server has left a room.
   */
  signals[LEAVE_ROOM] = g_signal_new ("leave-room", SOCKETIO_TYPE_ADAPTER, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                                      G_TYPE_STRING);
}

static void
socketio_adapter_init (SocketioAdapter *self)
{
  PRIVATE (self)->parser = g_object_ref (socketio_parser_get_default ());
}

/**
 * socketio_adapter_set_emitter:
 * @adapter: an adapter
 * @emitter: (nullable): static functions that reach one member
 * @user_data: data for them
 *
 * Sets how members are reached. The namespace does that.
 */
void
socketio_adapter_set_emitter (SocketioAdapter *self,
                              const SocketioEmitter *emitter,
                              gpointer user_data)
{
  PRIVATE (self)->emitter = emitter;
  PRIVATE (self)->user_data = user_data;
}

/**
 * socketio_adapter_add_member:
 * @adapter: an adapter
 * @member: a member
 * @id: its id
 *
 * Adds a member, which is in no room but its own.
 */
void
socketio_adapter_add_member (SocketioAdapter *self, gpointer member, const char *id)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->add_member (self, member, id);
}

/**
 * socketio_adapter_remove_member:
 * @adapter: an adapter
 * @member: a member
 * @id: its id
 *
 * Removes a member from every room.
 */
void
socketio_adapter_remove_member (SocketioAdapter *self, gpointer member, const char *id)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->remove_member (self, member, id);
}

/**
 * socketio_adapter_join:
 * @adapter: an adapter
 * @member: a member
 * @room: a room's name
 *
 * Puts a member into a room. Joining twice is the same as joining once.
 */
void
socketio_adapter_join (SocketioAdapter *self, gpointer member, const char *room)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->join (self, member, room);
}

/**
 * socketio_adapter_leave:
 * @adapter: an adapter
 * @member: a member
 * @room: a room's name
 *
 * Takes a member out of a room, if it is in there.
 */
void
socketio_adapter_leave (SocketioAdapter *self, gpointer member, const char *room)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->leave (self, member, room);
}

/**
 * socketio_adapter_foreach:
 * @adapter: an adapter
 * @audience: who is meant
 * @func: (scope call): called for each of them on this server
 * @user_data: data for @func
 *
 * Calls @func once for each member of @audience. It must not change who is in which room.
 */
void
socketio_adapter_foreach (SocketioAdapter *self,
                          const SocketioAudience *audience,
                          SocketioMemberFunc func,
                          gpointer user_data)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->foreach (self, audience, func, user_data);
}

/**
 * socketio_adapter_foreach_room:
 * @adapter: an adapter
 * @member: a member
 * @func: (scope call): called with each room's name
 * @user_data: data for @func
 *
 * Calls @func for each room that @member has joined; the room of its own id is not among them.
 */
void
socketio_adapter_foreach_room (SocketioAdapter *self,
                               gpointer member,
                               GFunc func,
                               gpointer user_data)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->foreach_room (self, member, func, user_data);
}

/**
 * socketio_adapter_broadcast:
 * @adapter: an adapter
 * @packet: a packet
 * @audience: whom it goes to
 *
 * Sends @packet to @audience.
 */
void
socketio_adapter_broadcast (SocketioAdapter *self,
                            SocketioPacket *packet,
                            const SocketioAudience *audience)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->broadcast (self, packet, audience);
}

/**
 * socketio_adapter_broadcast_with_ack:
 * @adapter: an adapter
 * @packet: an event
 * @audience: whom it goes to
 * @collector: where the answers go
 *
 * Sends an event to @audience and collects the answers.
 */
void
socketio_adapter_broadcast_with_ack (SocketioAdapter *self,
                                     SocketioPacket *packet,
                                     const SocketioAudience *audience,
                                     SocketioCollector *collector)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->broadcast_with_ack (self, packet, audience, collector);
}

/**
 * socketio_adapter_count_servers:
 * @adapter: an adapter
 *
 * Counts the servers that share the rooms.
 *
 * Returns: how many servers the rooms span; 1 for this one alone
 */
guint
socketio_adapter_count_servers (SocketioAdapter *self)
{
  return SOCKETIO_ADAPTER_GET_CLASS (self)->count_servers (self);
}

/**
 * socketio_adapter_start:
 * @adapter: an adapter
 * @options: the server's options
 *
 * Tells the options, when the server starts or the namespace is made.
 */
void
socketio_adapter_start (SocketioAdapter *self, SocketioOptions *options)
{
  g_set_object (&PRIVATE (self)->parser, socketio_options_get_parser (options));
  SOCKETIO_ADAPTER_GET_CLASS (self)->init (self, options);
}

/**
 * socketio_adapter_close:
 * @adapter: an adapter
 *
 * Tells that its namespace is gone.
 */
void
socketio_adapter_close (SocketioAdapter *self)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->close (self);
}

/**
 * socketio_adapter_encode: (skip)
 * @adapter: an adapter
 * @packet: an event that wants no answer and may not be lost
 * @id: the id of the member that it goes to
 *
 * Encodes an event for one member, so that it can be sent again when that comes back.
 *
 * Returns: (transfer full): what is to be sent
 */
SocketioWire *
socketio_adapter_encode (SocketioAdapter *self, SocketioPacket *packet, const char *id)
{
  return SOCKETIO_ADAPTER_GET_CLASS (self)->encode (self, packet, id);
}

/**
 * socketio_adapter_get_offset:
 * @adapter: an adapter
 *
 * Gets where the log of events stands.
 *
 * Returns: (transfer full) (nullable): the offset of a client that has seen everything; %NULL if
 *   the adapter keeps no sessions
 */
char *
socketio_adapter_get_offset (SocketioAdapter *self)
{
  return SOCKETIO_ADAPTER_GET_CLASS (self)->get_offset (self);
}

/**
 * socketio_adapter_persist_session:
 * @adapter: an adapter
 * @session: (transfer full): a session whose connection broke
 *
 * Keeps a session for its client to come back.
 */
void
socketio_adapter_persist_session (SocketioAdapter *self, SocketioSession *session)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->persist_session (self, session);
}

/**
 * socketio_adapter_restore_session:
 * @adapter: an adapter
 * @pid: what the client says is its session
 * @offset: (nullable): the last offset that the client has seen; %NULL if it has seen none
 * @func: (scope async): called once, at once or later
 * @user_data: data for @func
 *
 * Gives a session back, with what its client has missed. It can be given back once.
 */
void
socketio_adapter_restore_session (SocketioAdapter *self,
                                  const char *pid,
                                  const char *offset,
                                  SocketioRestoreFunc func,
                                  gpointer user_data)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->restore_session (self, pid, offset, func, user_data);
}

/**
 * socketio_adapter_join_all:
 * @adapter: an adapter
 * @audience: who is meant
 * @room: a room's name
 *
 * Puts everybody in @audience into @room.
 */
void
socketio_adapter_join_all (SocketioAdapter *self,
                           const SocketioAudience *audience,
                           const char *room)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->join_all (self, audience, room);
}

/**
 * socketio_adapter_leave_all:
 * @adapter: an adapter
 * @audience: who is meant
 * @room: a room's name
 *
 * Takes everybody in @audience out of @room.
 */
void
socketio_adapter_leave_all (SocketioAdapter *self,
                            const SocketioAudience *audience,
                            const char *room)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->leave_all (self, audience, room);
}

/**
 * socketio_adapter_disconnect_all:
 * @adapter: an adapter
 * @audience: who is meant
 * @close: whether to close their whole connections
 *
 * Puts everybody in @audience out of the namespace.
 */
void
socketio_adapter_disconnect_all (SocketioAdapter *self,
                                 const SocketioAudience *audience,
                                 gboolean close)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->disconnect_all (self, audience, close);
}

/**
 * socketio_adapter_fetch:
 * @adapter: an adapter
 * @audience: who is meant
 * @task: (transfer none): ended with an array of [class@SocketioRemoteSocket], or an error
 *
 * Finds out about everybody in @audience.
 */
void
socketio_adapter_fetch (SocketioAdapter *self, const SocketioAudience *audience, GTask *task)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->fetch (self, audience, task);
}

/**
 * socketio_adapter_server_side_emit:
 * @adapter: an adapter
 * @name: the event's name
 * @arguments: its arguments
 * @collector: (nullable): where the answers go, if they are wanted
 *
 * Sends an event to the other servers.
 */
void
socketio_adapter_server_side_emit (SocketioAdapter *self,
                                   const char *name,
                                   SocketioArguments *arguments,
                                   SocketioCollector *collector)
{
  SOCKETIO_ADAPTER_GET_CLASS (self)->server_side_emit (self, name, arguments, collector);
}

static gboolean
socketio_adapter_is_watched (SocketioAdapter *self, guint signal)
{
  return PRIVATE (self)->emitter != NULL &&
         g_signal_has_handler_pending (self, signals[signal], 0, TRUE);
}

/**
 * socketio_adapter_tell_room:
 * @adapter: an adapter
 * @room: a room's name
 * @created: whether it is new, or gone
 *
 * Emits [signal@SocketioAdapter::create-room] or [signal@SocketioAdapter::delete-room]. For
 * subclasses.
 */
void
socketio_adapter_tell_room (SocketioAdapter *self, const char *room, gboolean created)
{
  guint signal = created ? CREATE_ROOM : DELETE_ROOM;

  if (socketio_adapter_is_watched (self, signal))
    g_signal_emit (self, signals[signal], 0, room);
}

/**
 * socketio_adapter_tell_member:
 * @adapter: an adapter
 * @room: a room's name
 * @member: who
 * @joined: whether it has joined, or left
 *
 * Emits [signal@SocketioAdapter::join-room] or [signal@SocketioAdapter::leave-room]. For
 * subclasses.
 */
void
socketio_adapter_tell_member (SocketioAdapter *self,
                              const char *room,
                              gpointer member,
                              gboolean joined)
{
  guint signal = joined ? JOIN_ROOM : LEAVE_ROOM;

  if (socketio_adapter_is_watched (self, signal))
    g_signal_emit (self, signals[signal], 0, room, PRIVATE (self)->emitter->get_id (member));
}
