/* engineio-loopback.c: a transport in memory
 *
 * Two transports that are each other's peer. They carry encoded packets only, as a socket would,
 * take no more than a socket's buffer would, and deliver from the main loop, never inside send:
 * whoever works over a loopback works over a network too. The host's own window and most tests use
 * it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-loopback.h"

/* Packets that are on their way in one direction, before the sender has to wait. */
#define CAPACITY 256

struct _EngineioLoopback
{
  EngineioTransport parent_instance;

  HttpPoller *poller;
  EngineioLoopback *peer; /* not owned; each clears the other's when it goes */
  GQueue inbox;
  HttpTask deliver_task;

  guint peer_waits : 1;
  guint peer_closed : 1;
  guint closing : 1;
};

G_DEFINE_FINAL_TYPE (EngineioLoopback, engineio_loopback, ENGINEIO_TYPE_TRANSPORT)

static void
engineio_loopback_part (EngineioLoopback *self)
{
  EngineioLoopback *peer = g_steal_pointer (&self->peer);

  http_task_cancel (self->poller, &self->deliver_task);
  g_queue_clear_full (&self->inbox, (GDestroyNotify)engineio_packet_unref);
  if (peer == NULL)
    return;

  peer->peer = NULL;
  peer->peer_closed = TRUE;
  http_task_queue (peer->poller, &peer->deliver_task);
}

static void
engineio_loopback_let_peer_go_on (EngineioLoopback *self)
{
  EngineioLoopback *peer = self->peer;

  if (peer == NULL || !self->peer_waits || self->inbox.length > CAPACITY / 2)
    return;

  self->peer_waits = FALSE;
  engineio_transport_report_drained (ENGINEIO_TRANSPORT (peer));
}

static void
engineio_loopback_deliver (gpointer user_data)
{
  g_autoptr (EngineioLoopback) self = g_object_ref (user_data);
  EngineioTransport *transport = ENGINEIO_TRANSPORT (self);

  if (self->closing)
    {
      engineio_loopback_part (self);
      engineio_transport_report_closed (transport, ENGINEIO_CLOSE_FORCED, NULL);
      return;
    }

  for (guint n = self->inbox.length; n > 0 && self->inbox.length > 0; n--)
    {
      g_autoptr (EngineioPacket) packet = g_queue_pop_head (&self->inbox);

      engineio_transport_report_packet (transport, packet);
    }
  engineio_loopback_let_peer_go_on (self);

  if (self->peer_closed && self->inbox.length == 0)
    engineio_transport_report_closed (transport, ENGINEIO_CLOSE_TRANSPORT_CLOSE,
                                      "the other end was closed");
}

/* A packet arrives as if it had been read from a socket: another object with the same bytes. */
static EngineioPacket *
copy_packet (EngineioPacket *packet)
{
  gsize length;
  const char *data = engineio_packet_get_data (packet, &length);

  if (engineio_packet_is_binary (packet))
    return engineio_packet_new_binary (data, length);
  return engineio_packet_new (engineio_packet_get_packet_type (packet), data, length);
}

static guint
engineio_loopback_send (EngineioTransport *transport, EngineioPacket *const *packets, guint n)
{
  EngineioLoopback *self = ENGINEIO_LOOPBACK (transport);
  guint taken = 0;

  if (self->peer == NULL || self->closing)
    return n;

  while (taken < n && self->peer->inbox.length < CAPACITY)
    g_queue_push_tail (&self->peer->inbox, copy_packet (packets[taken++]));

  self->peer->peer_waits = taken < n;
  http_task_queue (self->poller, &self->peer->deliver_task);
  return taken;
}

static gboolean
engineio_loopback_is_writable (EngineioTransport *transport)
{
  EngineioLoopback *self = ENGINEIO_LOOPBACK (transport);

  return self->peer != NULL && !self->closing && self->peer->inbox.length < CAPACITY;
}

static void
engineio_loopback_close (EngineioTransport *transport, EngineioCloseReason reason)
{
  EngineioLoopback *self = ENGINEIO_LOOPBACK (transport);

  self->closing = TRUE;
  http_task_queue (self->poller, &self->deliver_task);
}

static void
engineio_loopback_abort (EngineioTransport *transport)
{
  engineio_loopback_part (ENGINEIO_LOOPBACK (transport));
}

static void
engineio_loopback_dispose (GObject *object)
{
  engineio_transport_abort (ENGINEIO_TRANSPORT (object));
  engineio_loopback_part (ENGINEIO_LOOPBACK (object));

  G_OBJECT_CLASS (engineio_loopback_parent_class)->dispose (object);
}

static void
engineio_loopback_finalize (GObject *object)
{
  g_clear_pointer (&ENGINEIO_LOOPBACK (object)->poller, http_poller_unref);

  G_OBJECT_CLASS (engineio_loopback_parent_class)->finalize (object);
}

static void
engineio_loopback_class_init (EngineioLoopbackClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  EngineioTransportClass *transport_class = ENGINEIO_TRANSPORT_CLASS (klass);

  object_class->dispose = engineio_loopback_dispose;
  object_class->finalize = engineio_loopback_finalize;
  transport_class->name = "loopback";
  transport_class->send = engineio_loopback_send;
  transport_class->is_writable = engineio_loopback_is_writable;
  transport_class->close = engineio_loopback_close;
  transport_class->abort = engineio_loopback_abort;
}

static void
engineio_loopback_init (EngineioLoopback *self)
{
  http_task_init (&self->deliver_task, engineio_loopback_deliver, self);
}

static EngineioLoopback *
engineio_loopback_new (HttpPoller *poller)
{
  EngineioLoopback *self = g_object_new (ENGINEIO_TYPE_LOOPBACK, NULL);

  self->poller = http_poller_ref (poller);
  return self;
}

/**
 * engineio_loopback_new_pair:
 * @poller: the poller that delivers
 * @one: (out) (transfer full): a transport
 * @other: (out) (transfer full): its peer
 *
 * Makes two transports that are connected with each other.
 */
void
engineio_loopback_new_pair (HttpPoller *poller, EngineioTransport **one, EngineioTransport **other)
{
  EngineioLoopback *a = engineio_loopback_new (poller);
  EngineioLoopback *b = engineio_loopback_new (poller);

  a->peer = b;
  b->peer = a;
  *one = ENGINEIO_TRANSPORT (a);
  *other = ENGINEIO_TRANSPORT (b);
}
