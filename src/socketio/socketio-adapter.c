/* socketio-adapter.c: who is in which room, and how a broadcast reaches them
 *
 * Abstract, so that rooms can span several servers. The one in memory is socketio-memory-adapter.c.
 * An adapter knows no sockets: its members are opaque, and a narrow emitter delivers to them.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-adapter.h"

#include "socketio-wire.h"

typedef struct
{
  const SocketioEmitter *emitter;
  gpointer user_data;
} SocketioAdapterPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SocketioAdapter, socketio_adapter, G_TYPE_OBJECT)

#define PRIVATE(self) ((SocketioAdapterPrivate *)socketio_adapter_get_instance_private (self))

typedef struct
{
  SocketioAdapterPrivate *priv;
  SocketioWire *wire;
  gboolean is_volatile;
  gint64 id; /* that answers bear, if there are any */
} Delivery;

static void
deliver_to_member (gpointer member, gpointer user_data)
{
  Delivery *delivery = user_data;

  delivery->priv->emitter->deliver (member, delivery->wire, delivery->is_volatile,
                                    delivery->priv->user_data);
}

static void
deliver_and_wait (gpointer member, gpointer user_data)
{
  Delivery *delivery = user_data;
  SocketioAdapterPrivate *priv = delivery->priv;

  if (priv->emitter->deliver (member, delivery->wire, delivery->is_volatile, priv->user_data))
    priv->emitter->add_wait (delivery->id, member, priv->user_data);
}

/**
 * socketio_adapter_deliver_wire:
 * @adapter: an adapter
 * @wire: an encoded packet
 * @audience: whom it goes to
 *
 * Delivers @wire to the members of @audience on this server. For subclasses.
 */
void
socketio_adapter_deliver_wire (SocketioAdapter *self,
                               SocketioWire *wire,
                               const SocketioAudience *audience)
{
  Delivery delivery = { PRIVATE (self), wire, audience->is_volatile, SOCKETIO_PACKET_NO_ID };

  if (delivery.priv->emitter != NULL)
    socketio_adapter_foreach (self, audience, deliver_to_member, &delivery);
}

/**
 * socketio_adapter_deliver:
 * @adapter: an adapter
 * @packet: a packet
 * @audience: whom it goes to
 *
 * Delivers @packet to the members of @audience on this server, encoded once. For subclasses.
 */
void
socketio_adapter_deliver (SocketioAdapter *self,
                          SocketioPacket *packet,
                          const SocketioAudience *audience)
{
  g_autoptr (SocketioWire) wire = socketio_wire_new (packet);

  socketio_adapter_deliver_wire (self, wire, audience);
}

/**
 * socketio_adapter_deliver_with_ack:
 * @adapter: an adapter
 * @packet: an event
 * @audience: whom it goes to
 * @collector: where the answers go
 *
 * Delivers an event to the members of @audience on this server, encoded once, and reports them to
 * @collector. @packet gets an id for that. For subclasses.
 */
void
socketio_adapter_deliver_with_ack (SocketioAdapter *self,
                                   SocketioPacket *packet,
                                   const SocketioAudience *audience,
                                   SocketioCollector *collector)
{
  SocketioAdapterPrivate *priv = PRIVATE (self);
  Delivery delivery = { .priv = priv, .is_volatile = audience->is_volatile };
  g_autoptr (SocketioPacket) numbered = NULL;
  g_autoptr (SocketioWire) wire = NULL;

  if (priv->emitter == NULL)
    {
      socketio_collector_report (collector, 0);
      return;
    }

  delivery.id = priv->emitter->begin_wait (collector, priv->user_data);
  numbered = socketio_packet_new_event (socketio_packet_get_namespace (packet),
                                        socketio_packet_get_name (packet),
                                        socketio_packet_get_arguments (packet), delivery.id);
  delivery.wire = wire = socketio_wire_new (numbered);
  socketio_adapter_foreach (self, audience, deliver_and_wait, &delivery);
  priv->emitter->end_wait (delivery.id, priv->user_data);
}

static guint
socketio_adapter_real_count_servers (SocketioAdapter *self)
{
  return 1;
}

/* {{{ An adapter that keeps no sessions */

static void
socketio_adapter_real_init (SocketioAdapter *self, SocketioOptions *options)
{
}

static void
socketio_adapter_real_close (SocketioAdapter *self)
{
}

static SocketioWire *
socketio_adapter_real_encode (SocketioAdapter *self, SocketioPacket *packet, const char *id)
{
  return socketio_wire_new (packet);
}

static char *
socketio_adapter_real_get_offset (SocketioAdapter *self)
{
  return NULL;
}

static void
socketio_adapter_real_persist_session (SocketioAdapter *self, SocketioSession *session)
{
  socketio_session_free (session);
}

static void
socketio_adapter_real_restore_session (SocketioAdapter *self,
                                       const char *pid,
                                       const char *offset,
                                       SocketioRestoreFunc func,
                                       gpointer user_data)
{
  func (self, NULL, user_data);
}

/* }}} */

static void
socketio_adapter_class_init (SocketioAdapterClass *klass)
{
  klass->broadcast = socketio_adapter_deliver;
  klass->broadcast_with_ack = socketio_adapter_deliver_with_ack;
  klass->count_servers = socketio_adapter_real_count_servers;
  klass->init = socketio_adapter_real_init;
  klass->close = socketio_adapter_real_close;
  klass->encode = socketio_adapter_real_encode;
  klass->get_offset = socketio_adapter_real_get_offset;
  klass->persist_session = socketio_adapter_real_persist_session;
  klass->restore_session = socketio_adapter_real_restore_session;
}

static void
socketio_adapter_init (SocketioAdapter *self)
{
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
 * socketio_adapter_encode:
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
