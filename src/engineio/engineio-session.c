/* engineio-session.c: the state machine of a session, the same for both ends
 *
 * A session outlives its transports: it begins on one and may move to a better one
 * (engineio-session-upgrade.c). It keeps what the transport cannot take yet in a bounded queue
 * (engineio-session-queue.c), keeps the heartbeat (engineio-session-heartbeat.c) and gives messages
 * up to whoever set its handler.
 *
 * All ways to the end lead through engineio_session_end().
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "engineio-http-options-private.h"
#include "engineio-payload.h"
#include "engineio-session-private.h"

G_DEFINE_FINAL_TYPE (EngineioSession, engineio_session, G_TYPE_OBJECT)

static const EngineioTransportHandler transport_handler;

/* {{{ The end */

static void
engineio_session_tell_owner (EngineioSession *self)
{
  if (self->owner_func != NULL)
    self->owner_func (self, self->owner);
}

static void
engineio_session_release (EngineioSession *self)
{
  self->state = ENGINEIO_SESSION_CLOSED;
  engineio_session_stop_heartbeat (self);
  engineio_session_cancel_upgrade (self);
  engineio_queue_clear (&self->queue);
  http_task_cancel (self->poller, &self->flush_task);
  engineio_transport_set_handler (self->transport, NULL, NULL);
  engineio_transport_abort (self->transport);
}

/* The transport, or the time that it had to finish, is over. */
void
engineio_session_finish (EngineioSession *self)
{
  if (self->state == ENGINEIO_SESSION_CLOSED)
    return;

  engineio_session_release (self);
  engineio_session_tell_owner (self);
  if (self->keeps_itself)
    {
      self->keeps_itself = FALSE;
      g_object_unref (self);
    }
}

/* Nobody above may care for the session any more, so it keeps itself until its transport is done.
 */
static void
engineio_session_close_transport (EngineioSession *self, EngineioCloseReason reason)
{
  self->keeps_itself = TRUE;
  g_object_ref (self);
  engineio_session_start_close_timer (self);
  if (self->lingers)
    http_task_queue (self->poller, &self->flush_task);
  else
    {
      engineio_queue_clear (&self->queue);
      engineio_transport_close (self->transport, reason);
    }
}

static void
engineio_session_end (EngineioSession *self, EngineioCloseReason reason, const char *description)
{
  g_autoptr (EngineioSession) guard G_GNUC_UNUSED = g_object_ref (self);
  gboolean was_open = self->state == ENGINEIO_SESSION_OPEN;
  const EngineioSessionHandler *handler;

  if (self->state >= ENGINEIO_SESSION_CLOSING)
    return;

  handler = g_steal_pointer (&self->handler);
  g_debug ("Session %s ends: %s (%s)", self->id, engineio_close_reason_to_string (reason),
           description != NULL ? description : "-");
  engineio_session_stop_heartbeat (self);
  engineio_session_stop_upgrading (self);
  self->state = ENGINEIO_SESSION_CLOSING;
  self->lingers = reason == ENGINEIO_CLOSE_FORCED;
  if (!self->lingers || !engineio_session_is_probed (self))
    engineio_session_cancel_upgrade (self);

  if (!was_open || reason == ENGINEIO_CLOSE_QUEUE_FULL ||
      engineio_transport_is_closed (self->transport))
    engineio_session_release (self);
  else
    engineio_session_close_transport (self, reason);

  if (handler != NULL && handler->closed != NULL)
    handler->closed (self, reason, description, self->handler_data);
  engineio_session_tell_owner (self);
}

/**
 * engineio_session_close:
 * @session: a session
 *
 * Closes the session: what was sent before still goes out, then the peer is told. The handler is
 * told at once, with %ENGINEIO_CLOSE_FORCED.
 */
void
engineio_session_close (EngineioSession *self)
{
  engineio_session_end (self, ENGINEIO_CLOSE_FORCED, NULL);
}

/**
 * engineio_session_fail:
 * @session: a session
 * @reason: why
 * @description: (nullable): more about it, for the log
 *
 * Ends the session because of what its peer did or did not do. What waits in the queue is dropped.
 */
void
engineio_session_fail (EngineioSession *self, EngineioCloseReason reason, const char *description)
{
  engineio_session_end (self, reason, description);
}

/* Ends without a word to the peer. */
void
engineio_session_abort (EngineioSession *self)
{
  g_autoptr (EngineioSession) guard G_GNUC_UNUSED = g_object_ref (self);

  engineio_session_end (self, ENGINEIO_CLOSE_FORCED, NULL);
  engineio_session_finish (self);
}

/* Whether a request for this session can still be answered. */
gboolean
engineio_session_is_lingering (EngineioSession *self)
{
  return self->state == ENGINEIO_SESSION_CLOSING && self->lingers;
}

/* }}} */
/* {{{ What the transport brings */

static void
engineio_session_on_open_packet (EngineioSession *self, EngineioPacket *packet)
{
  if (engineio_packet_get_packet_type (packet) != ENGINEIO_PACKET_OPEN ||
      !engineio_handshake_read (self, packet))
    {
      g_set_error_literal (&self->error, ENGINEIO_ERROR, ENGINEIO_ERROR_NOT_ENGINEIO,
                           _ ("What answered there speaks no Socket.IO"));
      engineio_session_end (self, ENGINEIO_CLOSE_PARSE_ERROR, "the handshake cannot be read");
      return;
    }

  self->state = ENGINEIO_SESSION_OPEN;
  engineio_session_start_heartbeat (self);
  engineio_session_on_dialed (self);
  http_task_queue (self->poller, &self->flush_task);
  if (self->handler != NULL && self->handler->opened != NULL)
    self->handler->opened (self, self->handler_data);
}

static void
engineio_session_on_packet (EngineioTransport *transport,
                            EngineioPacket *packet,
                            gpointer user_data)
{
  g_autoptr (EngineioSession) self = g_object_ref (user_data);
  EngineioPacketType type = engineio_packet_get_packet_type (packet);

  if (self->state == ENGINEIO_SESSION_OPENING)
    {
      engineio_session_on_open_packet (self, packet);
      return;
    }
  if (self->state != ENGINEIO_SESSION_OPEN)
    return;

  engineio_session_note_traffic (self);
  if (self->traffic != NULL)
    {
      self->traffic->packets_in++;
      self->traffic->bytes_in += engineio_packet_get_size (packet);
    }
  switch (type)
    {
    case ENGINEIO_PACKET_MESSAGE:
      if (self->handler != NULL)
        self->handler->message (self, packet, self->handler_data);
      break;
    case ENGINEIO_PACKET_PING:
    case ENGINEIO_PACKET_PONG:
      engineio_session_on_heartbeat_packet (self, type);
      break;
    case ENGINEIO_PACKET_CLOSE:
      engineio_session_end (self, ENGINEIO_CLOSE_TRANSPORT_CLOSE, "the peer said goodbye");
      break;
    case ENGINEIO_PACKET_NOOP:
      break;
    case ENGINEIO_PACKET_OPEN:
    case ENGINEIO_PACKET_UPGRADE:
    default:
      engineio_session_end (self, ENGINEIO_CLOSE_PARSE_ERROR, "a packet in the wrong place");
      break;
    }
}

static void
engineio_session_on_drained (EngineioTransport *transport, gpointer user_data)
{
  g_autoptr (EngineioSession) self = g_object_ref (user_data);

  engineio_session_flush (self);
}

static void
engineio_session_on_closed (EngineioTransport *transport,
                            EngineioCloseReason reason,
                            const char *description,
                            gpointer user_data)
{
  g_autoptr (EngineioSession) self = g_object_ref (user_data);

  if (self->state >= ENGINEIO_SESSION_CLOSING)
    engineio_session_finish (self);
  else if (self->state != ENGINEIO_SESSION_OPENING || !engineio_session_dial_again (self))
    engineio_session_end (self, reason, description);
}

static const EngineioTransportHandler transport_handler = {
  .packet = engineio_session_on_packet,
  .drained = engineio_session_on_drained,
  .closed = engineio_session_on_closed,
};

/* Puts the session on @transport; the one before is left behind. */
void
engineio_session_adopt_transport (EngineioSession *self, EngineioTransport *transport)
{
  g_autoptr (EngineioTransport) old = g_steal_pointer (&self->transport);

  if (old != NULL)
    {
      engineio_transport_set_handler (old, NULL, NULL);
      engineio_transport_abort (old);
    }
  self->transport = g_object_ref (transport);
  engineio_transport_set_handler (transport, &transport_handler, self);
  http_task_queue (self->poller, &self->flush_task);
}

/* Goes on with @transport, and says so. The caller holds a reference. */
void
engineio_session_upgrade (EngineioSession *self, EngineioTransport *transport)
{
  g_debug ("Session %s goes on with %s", self->id, engineio_transport_get_name (transport));
  self->upgraded = TRUE;
  engineio_session_adopt_transport (self, transport);
  if (self->handler != NULL && self->handler->upgraded != NULL)
    self->handler->upgraded (self, self->handler_data);
}

/* }}} */
/* {{{ The object */

static void
engineio_session_dispose (GObject *object)
{
  EngineioSession *self = ENGINEIO_SESSION (object);

  self->handler = NULL;
  self->owner_func = NULL;
  if (self->state != ENGINEIO_SESSION_CLOSED)
    {
      engineio_session_stop_upgrading (self);
      engineio_session_release (self);
    }

  G_OBJECT_CLASS (engineio_session_parent_class)->dispose (object);
}

static void
engineio_session_finalize (GObject *object)
{
  EngineioSession *self = ENGINEIO_SESSION (object);

  g_clear_pointer (&self->dial, engineio_dial_free);
  g_clear_object (&self->transport);
  g_clear_object (&self->options);
  g_clear_pointer (&self->poller, http_poller_unref);
  g_clear_error (&self->error);
  g_free (self->id);
  g_free (self->remote_address);
  g_clear_pointer (&self->traffic, g_rc_box_release);
  g_clear_pointer (&self->opening, engineio_opening_unref);
  g_clear_pointer (&self->dropped, g_array_unref);

  G_OBJECT_CLASS (engineio_session_parent_class)->finalize (object);
}

static void
engineio_session_class_init (EngineioSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = engineio_session_dispose;
  object_class->finalize = engineio_session_finalize;
}

static void
engineio_session_init (EngineioSession *self)
{
  http_task_init (&self->flush_task, engineio_session_run_flush, self);
  http_task_set_prefetch (&self->flush_task, engineio_session_prefetch_flush);
  engineio_session_init_heartbeat (self);
}

EngineioSession *
engineio_session_new (EngineioSessionRole role,
                      EngineioOptions *options,
                      HttpPoller *poller,
                      EngineioTransport *transport,
                      const char *id)
{
  EngineioSession *self = g_object_new (ENGINEIO_TYPE_SESSION, NULL);

  self->role = role;
  self->options = g_object_ref (options);
  self->protocol = &engineio_protocol_current;
  self->poller = http_poller_ref (poller);
  self->id = g_strdup (id);
  self->ping_interval = engineio_options_get_ping_interval (options);
  self->ping_timeout = engineio_options_get_ping_timeout (options);
  self->max_payload = engineio_options_get_max_payload (options);
  engineio_session_adopt_transport (self, transport);

  return self;
}

/* What the client speaks, before the session starts. */
void
engineio_session_set_protocol (EngineioSession *self, const EngineioProtocol *protocol)
{
  self->protocol = protocol;
}

void
engineio_session_set_owner (EngineioSession *self, EngineioSessionOwnerFunc func, gpointer owner)
{
  self->owner_func = func;
  self->owner = owner;
}

void
engineio_session_set_remote (EngineioSession *self, const char *address, guint16 port)
{
  g_free (self->remote_address);
  self->remote_address = g_strdup (address);
  self->remote_port = port;
}

/* A server's session is open once the handshake is sent; it goes first, and what every client gets
 * right behind it. */
void
engineio_session_start (EngineioSession *self)
{
  g_autofree char *handshake = engineio_handshake_format (self);
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_OPEN, handshake, -1);
  const char *initial = engineio_http_options_peek (self->options)->initial_packet;

  self->state = ENGINEIO_SESSION_OPEN;
  engineio_session_send (self, packet);
  if (initial != NULL)
    {
      g_autoptr (EngineioPacket)
        message = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, initial, -1);

      engineio_session_send (self, message);
    }
  engineio_session_start_heartbeat (self);
}

/**
 * engineio_session_set_handler:
 * @session: a session
 * @handler: (nullable): static functions that are called from now on
 * @user_data: data for them
 *
 * Sets who is told what comes. Whoever goes before the session sets it to %NULL.
 */
void
engineio_session_set_handler (EngineioSession *self,
                              const EngineioSessionHandler *handler,
                              gpointer user_data)
{
  self->handler = handler;
  self->handler_data = user_data;
}

/**
 * engineio_session_get_id:
 * @session: a session
 *
 * Gets the session id, which is a secret between the server and its client.
 *
 * Returns: (nullable): the session id that the server chose; %NULL before a client got it
 */
const char *
engineio_session_get_id (EngineioSession *self)
{
  return self->id;
}

/**
 * engineio_session_get_revision:
 * @session: a session
 *
 * Gets the revision of the protocol.
 *
 * Returns: the revision of the protocol that the peer speaks: 4, or 3 for a client of Socket.IO 1
 * or 2
 */
guint
engineio_session_get_revision (EngineioSession *self)
{
  return self->protocol->revision;
}

/**
 * engineio_session_get_transport_name:
 * @session: a session
 *
 * Gets what carries the session now. An upgrade changes it.
 *
 * Returns: the name of the transport that the session is on, "polling", "websocket" or "loopback"
 */
const char *
engineio_session_get_transport_name (EngineioSession *self)
{
  return engineio_transport_get_name (self->transport);
}

/**
 * engineio_session_get_initial_transport_name:
 * @session: a session
 *
 * Gets what carried it at first, before it moved to a WebSocket.
 *
 * Returns: the name of the transport that the session was opened by. Only long-polling is ever left
 *   for another.
 */
const char *
engineio_session_get_initial_transport_name (EngineioSession *self)
{
  return self->upgraded ? "polling" : engineio_transport_get_name (self->transport);
}

/**
 * engineio_session_get_remote_address:
 * @session: a server's session
 *
 * Gets the client's address.
 *
 * Returns: (nullable): the client's IP address as text
 */
const char *
engineio_session_get_remote_address (EngineioSession *self)
{
  return self->remote_address;
}

/**
 * engineio_session_get_remote_port:
 * @session: a server's session
 *
 * Gets the client's port.
 *
 * Returns: the port that the client's first request came from
 */
guint16
engineio_session_get_remote_port (EngineioSession *self)
{
  return self->remote_port;
}

/**
 * engineio_session_set_opening:
 * @session: a server's session
 * @opening: (transfer none): what its first request said
 *
 * Keeps @opening with the session.
 */
void
engineio_session_set_opening (EngineioSession *self, EngineioOpening *opening)
{
  g_clear_pointer (&self->opening, engineio_opening_unref);
  self->opening = engineio_opening_ref (opening);
}

/**
 * engineio_session_get_opening:
 * @session: a server's session
 *
 * Gets what the first request of the session said.
 *
 * Returns: (transfer none) (nullable): what its first request said; %NULL if there was none
 */
EngineioOpening *
engineio_session_get_opening (EngineioSession *self)
{
  return self->opening;
}

/**
 * engineio_session_get_max_payload:
 * @session: a session
 *
 * Gets the limit of what the server takes.
 *
 * Returns: the bytes that the server takes in one message or polling body, as its handshake said
 */
gsize
engineio_session_get_max_payload (EngineioSession *self)
{
  return self->max_payload;
}

/**
 * engineio_session_takes:
 * @session: a client's session
 * @packet: a packet
 *
 * Tells whether the server would take @packet, which counts for more by polling if it is binary. A
 * server closes the session of who sends it more.
 *
 * Returns: whether @packet has no more than [method@EngineioSession.get_max_payload]
 */
gboolean
engineio_session_takes (EngineioSession *self, EngineioPacket *packet)
{
  gsize size;

  engineio_packet_get_wire (packet, &size);
  if (g_str_equal (engineio_transport_get_name (self->transport), "polling") ||
      engineio_session_sends_base64 (self))
    size = engineio_payload_get_packet_size (packet);

  return size <= self->max_payload;
}

/**
 * engineio_session_get_error:
 * @session: a client's session
 *
 * Gets why a session came to nothing.
 *
 * Returns: (transfer none) (nullable): why the session could not be opened, an error of
 * %ENGINEIO_ERROR; %NULL if it was, or is still being
 */
const GError *
engineio_session_get_error (EngineioSession *self)
{
  return self->error != NULL ? self->error : engineio_transport_get_error (self->transport);
}

/**
 * engineio_session_is_open:
 * @session: a session
 *
 * Tells whether the session can be used.
 *
 * Returns: whether what is sent now has a way to the peer
 */
gboolean
engineio_session_is_open (EngineioSession *self)
{
  return self->state == ENGINEIO_SESSION_OPEN;
}

/* }}} */
