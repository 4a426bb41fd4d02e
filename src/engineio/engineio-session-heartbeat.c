/* engineio-session-heartbeat.c: a session's one timer
 *
 * The server pings, and gives up a client that does not answer in time. The client answers, and
 * gives up a server that does not ping in time. In older revisions of the protocol it is the other
 * way round. A session that is closing has the same timer to say when it has waited long enough.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "engineio-session-private.h"

#define MICROSECONDS(milliseconds) ((gint64)(milliseconds)*1000)

#define MAX_LATENESS MICROSECONDS (100)

/* Whether it is this end that pings. */
static gboolean
engineio_session_pings (EngineioSession *self)
{
  return (self->role == ENGINEIO_SESSION_SERVER) == self->protocol->server_pings;
}

static void
engineio_session_set_due (EngineioSession *self, gint64 due)
{
  self->heartbeat_due = due;
  http_timer_start_at (self->poller, &self->heartbeat, due);
}

/* Counted from when the ping was due, so that what the loop's turns take does not add up; but not
 * if the process was held up for long, which is not the peer's fault. */
static void
engineio_session_ping (EngineioSession *self)
{
  g_autoptr (EngineioPacket) ping = engineio_packet_new (ENGINEIO_PACKET_PING, NULL, 0);
  gint64 now = http_poller_get_time (self->poller);
  gint64 sent = now - self->heartbeat_due < MAX_LATENESS ? self->heartbeat_due : now;

  self->awaits_pong = TRUE;
  engineio_session_send (self, ping);
  engineio_session_set_due (self, sent + MICROSECONDS (self->ping_timeout));
}

static void
engineio_session_give_up_dialing (EngineioSession *self)
{
  g_set_error_literal (&self->error, ENGINEIO_ERROR, ENGINEIO_ERROR_TIMED_OUT,
                       _ ("The server did not answer in time"));
  engineio_session_fail (self, ENGINEIO_CLOSE_TRANSPORT_ERROR, "timeout");
}

static void
on_heartbeat_due (gpointer user_data)
{
  g_autoptr (EngineioSession) self = g_object_ref (user_data);

  if (self->state == ENGINEIO_SESSION_CLOSING)
    engineio_session_finish (self);
  else if (self->state == ENGINEIO_SESSION_OPENING)
    engineio_session_give_up_dialing (self);
  else if (engineio_session_pings (self) && !self->awaits_pong)
    engineio_session_ping (self);
  else
    engineio_session_fail (self, ENGINEIO_CLOSE_PING_TIMEOUT, "no heartbeat in time");
}

void
engineio_session_init_heartbeat (EngineioSession *self)
{
  http_timer_init (&self->heartbeat, on_heartbeat_due, self);
}

void
engineio_session_start_heartbeat (EngineioSession *self)
{
  guint milliseconds = self->ping_interval;

  if (!engineio_session_pings (self))
    milliseconds += self->ping_timeout;

  self->awaits_pong = FALSE;
  engineio_session_set_due (self,
                            http_poller_get_time (self->poller) + MICROSECONDS (milliseconds));
}

void
engineio_session_stop_heartbeat (EngineioSession *self)
{
  http_timer_stop (self->poller, &self->heartbeat);
}

void
engineio_session_start_close_timer (EngineioSession *self)
{
  http_timer_start (self->poller, &self->heartbeat,
                    engineio_options_get_close_timeout (self->options));
}

/* A client's session that is not open by then is given up. */
void
engineio_session_start_dial_timer (EngineioSession *self, guint milliseconds)
{
  http_timer_start (self->poller, &self->heartbeat, milliseconds);
}

/* Anything that comes while a pong is awaited shows that the peer is alive: a browser may hold
 * timers back, or a large message may stand before the pong. */
void
engineio_session_note_traffic (EngineioSession *self)
{
  if (self->awaits_pong)
    engineio_session_set_due (self, http_poller_get_time (self->poller) +
                                      MICROSECONDS (self->ping_timeout));
}

static void
engineio_session_answer_ping (EngineioSession *self)
{
  g_autoptr (EngineioPacket) pong = engineio_packet_new (ENGINEIO_PACKET_PONG, NULL, 0);

  engineio_session_send (self, pong);
  if (self->handler != NULL && self->handler->pinged != NULL)
    self->handler->pinged (self, self->handler_data);
}

/* The caller holds a reference. */
void
engineio_session_on_heartbeat_packet (EngineioSession *self, EngineioPacketType type)
{
  if ((type == ENGINEIO_PACKET_PONG) != engineio_session_pings (self))
    {
      engineio_session_fail (self, ENGINEIO_CLOSE_TRANSPORT_ERROR, "invalid heartbeat direction");
      return;
    }

  engineio_session_start_heartbeat (self);
  if (type == ENGINEIO_PACKET_PING)
    engineio_session_answer_ping (self);
}

/**
 * engineio_session_is_stale:
 * @session: a session
 *
 * Tells whether the time for the heartbeat is up although nobody was told yet, because the main
 * loop has not had its turn since. What is sent now is likely to be lost.
 *
 * Returns: whether a client's session is about to end with %ENGINEIO_CLOSE_PING_TIMEOUT
 */
gboolean
engineio_session_is_stale (EngineioSession *self)
{
  return self->role == ENGINEIO_SESSION_CLIENT && self->state == ENGINEIO_SESSION_OPEN &&
         http_poller_get_time (self->poller) >= self->heartbeat_due;
}
