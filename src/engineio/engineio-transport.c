/* engineio-transport.c: what carries a session's packets
 *
 * The session above gives packets down and is told by a handler what comes up; it does not know
 * which kind of transport it has. Below are long-polling, WebSocket (the server's and the client's)
 * and the in-memory loopback.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-transport.h"

#include "http-poller.h"

/* GObject puts this in front of the object. What is asked for each packet is the last of it, beside
 * what a subclass has first. */
typedef struct
{
  GError *error;
  const EngineioTransportHandler *handler;
  gpointer user_data;
  gboolean closed;
} EngineioTransportPrivate;

/* What a subclass needs to send is in so many bytes. */
#define PREFETCH_SIZE 80

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (EngineioTransport, engineio_transport, G_TYPE_OBJECT)

#define PRIVATE(self) ((EngineioTransportPrivate *)engineio_transport_get_instance_private (self))

static void
engineio_transport_finalize (GObject *object)
{
  g_clear_error (&PRIVATE (ENGINEIO_TRANSPORT (object))->error);

  G_OBJECT_CLASS (engineio_transport_parent_class)->finalize (object);
}

static void
engineio_transport_class_init (EngineioTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = engineio_transport_finalize;
}

static void
engineio_transport_init (EngineioTransport *self)
{
}

/**
 * engineio_transport_get_name:
 * @transport: a transport
 *
 * Returns: the name that the protocol gives it, "polling" or "websocket"; "loopback" for the one in
 * memory
 */
const char *
engineio_transport_get_name (EngineioTransport *self)
{
  return ENGINEIO_TRANSPORT_GET_CLASS (self)->name;
}

/**
 * engineio_transport_set_handler:
 * @transport: a transport
 * @handler: (nullable): static functions that are called from now on; %NULL for nobody
 * @user_data: data for them
 *
 * Sets who is told what the transport brings.
 */
void
engineio_transport_set_handler (EngineioTransport *self,
                                const EngineioTransportHandler *handler,
                                gpointer user_data)
{
  PRIVATE (self)->handler = handler;
  PRIVATE (self)->user_data = user_data;
}

/**
 * engineio_transport_prefetch:
 * @transport: a transport that is given packets soon
 *
 * Has the cache fetch it.
 */
void
engineio_transport_prefetch (EngineioTransport *self)
{
  EngineioTransportPrivate *priv = PRIVATE (self);

  http_prefetch (&priv->closed, (guint8 *)self + PREFETCH_SIZE - (guint8 *)&priv->closed);
}

/**
 * engineio_transport_prefetch_deep:
 * @transport: a transport that was fetched
 *
 * Has the cache fetch what it points to.
 */
void
engineio_transport_prefetch_deep (EngineioTransport *self)
{
  EngineioTransportClass *klass = ENGINEIO_TRANSPORT_GET_CLASS (self);

  if (klass->prefetch != NULL)
    klass->prefetch (self);
}

/**
 * engineio_transport_send:
 * @transport: a transport
 * @packets: (array length=n_packets): packets in order
 * @n_packets: how many
 *
 * Offers packets.
 *
 * Returns: how many of them were taken, from the first on; `drained` is reported when it can take
 * more after it took less than all
 */
guint
engineio_transport_send (EngineioTransport *self, EngineioPacket *const *packets, guint n_packets)
{
  if (PRIVATE (self)->closed)
    return 0;

  return ENGINEIO_TRANSPORT_GET_CLASS (self)->send (self, packets, n_packets);
}

/**
 * engineio_transport_is_writable:
 * @transport: a transport
 *
 * Returns: whether a packet would be taken now
 */
gboolean
engineio_transport_is_writable (EngineioTransport *self)
{
  return !PRIVATE (self)->closed && ENGINEIO_TRANSPORT_GET_CLASS (self)->is_writable (self);
}

/**
 * engineio_transport_close:
 * @transport: a transport
 * @reason: why; a WebSocket's close code tells the peer
 *
 * Ends the transport in good order. `closed` is reported when the peer has got all.
 */
void
engineio_transport_close (EngineioTransport *self, EngineioCloseReason reason)
{
  if (!PRIVATE (self)->closed)
    ENGINEIO_TRANSPORT_GET_CLASS (self)->close (self, reason);
}

static void
ignore_packet (EngineioTransport *self, EngineioPacket *packet, gpointer user_data)
{
}

static void
ignore_drained (EngineioTransport *self, gpointer user_data)
{
}

static void
release_closed (EngineioTransport *self,
                EngineioCloseReason reason,
                const char *description,
                gpointer user_data)
{
  g_object_unref (self);
}

static const EngineioTransportHandler parting_handler = {
  .packet = ignore_packet,
  .drained = ignore_drained,
  .closed = release_closed,
};

/**
 * engineio_transport_dismiss:
 * @transport: a transport that no session wants
 *
 * Ends the transport in good order. It lives until its peer has heard of it, whoever else drops it.
 */
void
engineio_transport_dismiss (EngineioTransport *self)
{
  if (PRIVATE (self)->closed)
    return;

  engineio_transport_set_handler (g_object_ref (self), &parting_handler, NULL);
  engineio_transport_close (self, ENGINEIO_CLOSE_FORCED);
}

/**
 * engineio_transport_abort:
 * @transport: a transport
 *
 * Breaks the transport off. Nothing is reported any more.
 */
void
engineio_transport_abort (EngineioTransport *self)
{
  g_autoptr (EngineioTransport) guard G_GNUC_UNUSED = g_object_ref (self);

  if (PRIVATE (self)->closed)
    return;

  PRIVATE (self)->closed = TRUE;
  PRIVATE (self)->handler = NULL;
  ENGINEIO_TRANSPORT_GET_CLASS (self)->abort (self);
}

/**
 * engineio_transport_is_closed:
 * @transport: a transport
 *
 * Returns: whether it was broken off or has reported its end
 */
gboolean
engineio_transport_is_closed (EngineioTransport *self)
{
  return PRIVATE (self)->closed;
}

/**
 * engineio_transport_report_packet:
 * @transport: a transport
 * @packet: (transfer none): what came
 *
 * Hands @packet up. For subclasses.
 */
void
engineio_transport_report_packet (EngineioTransport *self, EngineioPacket *packet)
{
  EngineioTransportPrivate *priv = PRIVATE (self);

  if (priv->handler != NULL)
    priv->handler->packet (self, packet, priv->user_data);
}

/**
 * engineio_transport_report_drained:
 * @transport: a transport
 *
 * Tells that more can be sent. For subclasses.
 */
void
engineio_transport_report_drained (EngineioTransport *self)
{
  EngineioTransportPrivate *priv = PRIVATE (self);

  if (priv->handler != NULL)
    priv->handler->drained (self, priv->user_data);
}

/**
 * engineio_transport_report_closed:
 * @transport: a transport
 * @reason: why
 * @description: (nullable): more about it, for the log
 *
 * Tells that the transport has ended. For subclasses; a second report is ignored.
 */
void
engineio_transport_report_closed (EngineioTransport *self,
                                  EngineioCloseReason reason,
                                  const char *description)
{
  EngineioTransportPrivate *priv = PRIVATE (self);
  const EngineioTransportHandler *handler = g_steal_pointer (&priv->handler);

  if (priv->closed)
    return;

  priv->closed = TRUE;
  if (handler != NULL)
    handler->closed (self, reason, description, priv->user_data);
}

/**
 * engineio_transport_report_error:
 * @transport: a transport
 * @error: (transfer full): why it could not be opened
 *
 * Tells that the transport has ended before it was open. For subclasses that dial.
 */
void
engineio_transport_report_error (EngineioTransport *self, GError *error)
{
  EngineioTransportPrivate *priv = PRIVATE (self);

  g_clear_error (&priv->error);
  priv->error = error;
  engineio_transport_report_closed (self, ENGINEIO_CLOSE_TRANSPORT_ERROR, error->message);
}

/**
 * engineio_transport_get_error:
 * @transport: a transport
 *
 * Returns: (transfer none) (nullable): why it could not be opened; %NULL if it was, or is still
 * being
 */
const GError *
engineio_transport_get_error (EngineioTransport *self)
{
  return PRIVATE (self)->error;
}
