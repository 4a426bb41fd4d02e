/* engineio-session-upgrade.c: how a session moves from polling to a WebSocket
 *
 * The client opens a WebSocket with the id of its session and probes it: "2probe" is answered
 * "3probe". Then it stops to poll, and the poll that waits still is ended with a NOOP; that one
 * goes straight to the old transport and never into the queue, so that it cannot leak into the new
 * one. With "5" the WebSocket takes over. A probe that goes wrong, or takes too long, is dropped
 * and the polling goes on.
 *
 * A client that has its answer polls no more. So a session that is closed then does not end before
 * the WebSocket has taken over, and the client hears of it there.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-session-private.h"

/* Between NOOPs for a client that polls on while it upgrades. */
#define NOOP_INTERVAL 100

#define PROBE "probe"

gboolean
engineio_session_is_upgrading (EngineioSession *self)
{
  return self->upgrade != NULL;
}

/* Whether the client has been told that it may move. */
gboolean
engineio_session_is_probed (EngineioSession *self)
{
  return self->upgrade != NULL && self->upgrade->probed;
}

/* Gives the WebSocket up, or lets it go when it has become the session's own. */
static EngineioTransport *
engineio_session_take_upgrade (EngineioSession *self)
{
  EngineioUpgrade *upgrade = g_steal_pointer (&self->upgrade);
  EngineioTransport *transport = upgrade->transport;

  engineio_transport_set_handler (transport, NULL, NULL);
  http_timer_stop (self->poller, &upgrade->timer);
  http_timer_stop (self->poller, &upgrade->noop_timer);
  g_free (upgrade);

  return transport;
}

void
engineio_session_cancel_upgrade (EngineioSession *self)
{
  g_autoptr (EngineioTransport) transport = NULL;

  if (self->upgrade == NULL)
    return;

  transport = engineio_session_take_upgrade (self);
  engineio_transport_abort (transport);
}

static void
engineio_session_refuse_upgrade (EngineioSession *self)
{
  g_autoptr (EngineioTransport) transport = engineio_session_take_upgrade (self);

  engineio_transport_dismiss (transport);
}

static void
engineio_session_complete_upgrade (EngineioSession *self)
{
  g_autoptr (EngineioTransport) transport = engineio_session_take_upgrade (self);

  engineio_session_upgrade (self, transport);
}

static void
engineio_session_release_poll (EngineioSession *self)
{
  g_autoptr (EngineioPacket) noop = NULL;

  if (engineio_transport_is_writable (self->transport))
    {
      noop = engineio_packet_new (ENGINEIO_PACKET_NOOP, NULL, 0);
      engineio_transport_send (self->transport, &noop, 1);
    }
  http_timer_start (self->poller, &self->upgrade->noop_timer, NOOP_INTERVAL);
}

static void
on_noop_due (gpointer user_data)
{
  engineio_session_release_poll (user_data);
}

static void
on_upgrade_timeout (gpointer user_data)
{
  EngineioSession *self = user_data;

  g_debug ("Session %s stays with %s: the upgrade took too long", self->id,
           engineio_session_get_transport_name (self));
  engineio_session_refuse_upgrade (self);
}

static gboolean
is_probe (EngineioPacket *packet)
{
  gsize length;
  const char *data = engineio_packet_get_data (packet, &length);

  return engineio_packet_get_packet_type (packet) == ENGINEIO_PACKET_PING &&
         length == strlen (PROBE) && memcmp (data, PROBE, length) == 0;
}

static void
engineio_session_answer_probe (EngineioSession *self)
{
  g_autoptr (EngineioPacket) pong = engineio_packet_new (ENGINEIO_PACKET_PONG, PROBE, -1);

  engineio_transport_send (self->upgrade->transport, &pong, 1);
  self->upgrade->probed = TRUE;
  engineio_session_release_poll (self);
}

static void
on_probe_packet (EngineioTransport *transport, EngineioPacket *packet, gpointer user_data)
{
  g_autoptr (EngineioSession) self = g_object_ref (user_data);

  if (is_probe (packet))
    engineio_session_answer_probe (self);
  else if (self->upgrade->probed &&
           engineio_packet_get_packet_type (packet) == ENGINEIO_PACKET_UPGRADE)
    engineio_session_complete_upgrade (self);
  else
    engineio_session_refuse_upgrade (self);
}

static void
on_probe_drained (EngineioTransport *transport, gpointer user_data)
{
}

static void
on_probe_closed (EngineioTransport *transport,
                 EngineioCloseReason reason,
                 const char *description,
                 gpointer user_data)
{
  engineio_session_cancel_upgrade (user_data);
}

static const EngineioTransportHandler probe_handler = {
  .packet = on_probe_packet,
  .drained = on_probe_drained,
  .closed = on_probe_closed,
};

/* Begins to probe @transport. One upgrade at a time: the server sees to that. */
void
engineio_session_begin_upgrade (EngineioSession *self, EngineioTransport *transport)
{
  g_assert (self->upgrade == NULL);

  self->upgrade = g_new0 (EngineioUpgrade, 1);
  self->upgrade->transport = g_object_ref (transport);
  http_timer_init (&self->upgrade->timer, on_upgrade_timeout, self);
  http_timer_init (&self->upgrade->noop_timer, on_noop_due, self);
  engineio_transport_set_handler (transport, &probe_handler, self);
  http_timer_start (self->poller, &self->upgrade->timer,
                    engineio_options_get_upgrade_timeout (self->options));
}
