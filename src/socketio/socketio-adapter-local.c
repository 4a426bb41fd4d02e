/* socketio-adapter-local.c: what an adapter does for the members of this server
 *
 * Delivers to them, and moves many of them at once, through the emitter. It is all that there is to
 * do where there are no other servers, so these are an adapter's defaults.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-adapter-private.h"

#include "socketio-remote-socket.h"
#include "socketio-wire-private.h"

/* So many members are looked ahead at. Where there are thousands of them, what a delivery costs is
 * to wait for their memory: so it is fetched while those before them get the packet. */
#define LOOK_AHEAD 8

typedef struct
{
  SocketioAdapterPrivate *priv;
  SocketioWire *wire;
  gboolean is_volatile;
  gint64 id; /* that answers bear, if there are any */

  gpointer coming[LOOK_AHEAD];
  guint n_met;
} Delivery;

static void
deliver (Delivery *delivery, gpointer member)
{
  SocketioAdapterPrivate *priv = delivery->priv;
  gboolean sent = priv->emitter->deliver (member, delivery->wire, delivery->is_volatile,
                                          priv->user_data);

  if (sent && delivery->id != SOCKETIO_PACKET_NO_ID)
    priv->emitter->add_wait (delivery->id, member, priv->user_data);
}

static void
prefetch (Delivery *delivery, guint place, SocketioPrefetchStep step)
{
  gpointer member = delivery->coming[place % LOOK_AHEAD];

  if (member != NULL && delivery->priv->emitter->prefetch != NULL)
    delivery->priv->emitter->prefetch (member, step);
}

/* Nobody is called back from within a delivery, so the members stay. */
static void
meet_member (gpointer member, gpointer user_data)
{
  Delivery *delivery = user_data;
  guint place = delivery->n_met++;
  gpointer first = delivery->coming[place % LOOK_AHEAD];

  delivery->coming[place % LOOK_AHEAD] = member;
  prefetch (delivery, place, SOCKETIO_PREFETCH_NEAR);
  prefetch (delivery, place + LOOK_AHEAD / 2, SOCKETIO_PREFETCH_DEEP);
  if (first != NULL)
    deliver (delivery, first);
}

static void
deliver_to_audience (SocketioAdapter *self, const SocketioAudience *audience, Delivery *delivery)
{
  if (audience->uncompressed)
    socketio_wire_set_uncompressed (delivery->wire);
  socketio_adapter_foreach (self, audience, meet_member, delivery);
  for (guint i = 0; i < LOOK_AHEAD; i++)
    {
      gpointer member = delivery->coming[delivery->n_met++ % LOOK_AHEAD];

      if (member != NULL)
        deliver (delivery, member);
    }
}

/**
 * socketio_adapter_deliver_wire:
 * @adapter: an adapter
 * @packet: a packet
 * @wire: the same, encoded
 * @audience: whom it goes to
 *
 * Delivers @wire to the members of @audience on this server. For subclasses.
 */
void
socketio_adapter_deliver_wire (SocketioAdapter *self,
                               SocketioPacket *packet,
                               SocketioWire *wire,
                               const SocketioAudience *audience)
{
  Delivery delivery = { .priv = socketio_adapter_get_private (self),
                        .wire = wire,
                        .is_volatile = audience->is_volatile,
                        .id = SOCKETIO_PACKET_NO_ID };

  if (delivery.priv->emitter == NULL)
    return;

  deliver_to_audience (self, audience, &delivery);
  delivery.priv->emitter->delivered (packet, delivery.priv->user_data);
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
  g_autoptr (SocketioWire)
    wire = socketio_wire_new (socketio_adapter_get_private (self)->parser, packet);

  socketio_adapter_deliver_wire (self, packet, wire, audience);
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
  SocketioAdapterPrivate *priv = socketio_adapter_get_private (self);
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
  delivery.wire = wire = socketio_wire_new (priv->parser, numbered);
  deliver_to_audience (self, audience, &delivery);
  priv->emitter->delivered (packet, priv->user_data);
  priv->emitter->end_wait (delivery.id, priv->user_data);
}

static guint
socketio_adapter_real_count_servers (SocketioAdapter *self)
{
  return 1;
}

/* {{{ Many at once */

typedef struct
{
  const SocketioEmitter *emitter;
  GPtrArray *members;
} Crowd;

static void
hold_member (gpointer member, gpointer user_data)
{
  Crowd *crowd = user_data;

  crowd->emitter->hold (member);
  g_ptr_array_add (crowd->members, member);
}

/* Who is there now: what is done to one may change who is there.
 * Returns: (transfer full): the members, held */
static GPtrArray *
socketio_adapter_gather (SocketioAdapter *self, const SocketioAudience *audience)
{
  const SocketioEmitter *emitter = socketio_adapter_get_private (self)->emitter;
  Crowd crowd = { emitter, g_ptr_array_new () };

  if (emitter == NULL)
    return crowd.members;

  g_ptr_array_set_free_func (crowd.members, emitter->release);
  socketio_adapter_foreach (self, audience, hold_member, &crowd);
  return crowd.members;
}

static void
socketio_adapter_real_join_all (SocketioAdapter *self,
                                const SocketioAudience *audience,
                                const char *room)
{
  g_autoptr (GPtrArray) members = socketio_adapter_gather (self, audience);

  for (guint i = 0; i < members->len; i++)
    socketio_adapter_get_private (self)->emitter->join (members->pdata[i], room);
}

static void
socketio_adapter_real_leave_all (SocketioAdapter *self,
                                 const SocketioAudience *audience,
                                 const char *room)
{
  g_autoptr (GPtrArray) members = socketio_adapter_gather (self, audience);

  for (guint i = 0; i < members->len; i++)
    socketio_adapter_get_private (self)->emitter->leave (members->pdata[i], room);
}

static void
socketio_adapter_real_disconnect_all (SocketioAdapter *self,
                                      const SocketioAudience *audience,
                                      gboolean close)
{
  const SocketioEmitter *emitter = socketio_adapter_get_private (self)->emitter;
  g_autoptr (GPtrArray) members = socketio_adapter_gather (self, audience);

  for (guint i = 0; i < members->len; i++)
    emitter->disconnect (members->pdata[i], close);
}

static void
socketio_adapter_real_fetch (SocketioAdapter *self, const SocketioAudience *audience, GTask *task)
{
  g_autoptr (GPtrArray) members = socketio_adapter_gather (self, audience);
  GPtrArray *described = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < members->len; i++)
    g_ptr_array_add (described,
                     socketio_adapter_get_private (self)->emitter->describe (members->pdata[i]));
  g_task_return_pointer (task, described, (GDestroyNotify)g_ptr_array_unref);
}

/* There are no others. */
static void
socketio_adapter_real_server_side_emit (SocketioAdapter *self,
                                        const char *name,
                                        SocketioArguments *arguments,
                                        SocketioCollector *collector)
{
  if (collector != NULL)
    socketio_collector_report (collector, 0);
}

/* }}} */
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
  return socketio_wire_new (socketio_adapter_get_private (self)->parser, packet);
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

/**
 * socketio_adapter_receive_server_event:
 * @adapter: an adapter
 * @name: the event's name
 * @arguments: its arguments
 * @ack: (nullable): the answer to be given, if one is wanted
 *
 * Gives the namespace an event that another server has sent. For subclasses.
 */
void
socketio_adapter_receive_server_event (SocketioAdapter *self,
                                       const char *name,
                                       SocketioArguments *arguments,
                                       SocketioAck *ack)
{
  SocketioAdapterPrivate *priv = socketio_adapter_get_private (self);

  if (priv->emitter != NULL)
    priv->emitter->server_event (name, arguments, ack, priv->user_data);
}

void
socketio_adapter_set_defaults (SocketioAdapterClass *klass)
{
  klass->broadcast = socketio_adapter_deliver;
  klass->broadcast_with_ack = socketio_adapter_deliver_with_ack;
  klass->count_servers = socketio_adapter_real_count_servers;
  klass->join_all = socketio_adapter_real_join_all;
  klass->leave_all = socketio_adapter_real_leave_all;
  klass->disconnect_all = socketio_adapter_real_disconnect_all;
  klass->fetch = socketio_adapter_real_fetch;
  klass->server_side_emit = socketio_adapter_real_server_side_emit;
  klass->init = socketio_adapter_real_init;
  klass->close = socketio_adapter_real_close;
  klass->encode = socketio_adapter_real_encode;
  klass->get_offset = socketio_adapter_real_get_offset;
  klass->persist_session = socketio_adapter_real_persist_session;
  klass->restore_session = socketio_adapter_real_restore_session;
}
