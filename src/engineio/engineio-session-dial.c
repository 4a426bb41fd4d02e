/* engineio-session-dial.c: how a client's session comes to its transports
 *
 * It is opened by the first transport of the options, or by the next ones when that fails. One that
 * was opened by polling then tries a WebSocket beside it: "2probe" is answered "3probe". Then no
 * more polls are made; when the last request has come to its end, "5" moves the session to the
 * WebSocket, and what waited in the queue goes out there. A probe that goes wrong is dropped, and
 * the polling goes on. The server's part is engineio-session-upgrade.c.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-polling-client.h"
#include "engineio-session-private.h"
#include "engineio-websocket-client.h"

#define PROBE "probe"

struct _EngineioDial
{
  EngineioDialer *dialer;
  HttpPoller *poller;
  GPtrArray *names; /* of transports that were not tried yet */
  guint next;

  EngineioTransport *probe; /* the WebSocket that is being tried */
  gboolean asked;
  HttpTimer timer;
  HttpTask paused_task;
};

/* {{{ Opening */

EngineioDial *
engineio_dial_new (EngineioDialer *dialer, HttpPoller *poller)
{
  EngineioDial *self = g_new0 (EngineioDial, 1);

  self->dialer = engineio_dialer_ref (dialer);
  self->poller = http_poller_ref (poller);
  self->names = engineio_client_options_list_transports (engineio_dialer_get_options (dialer));
  return self;
}

void
engineio_dial_free (EngineioDial *self)
{
  engineio_dialer_unref (self->dialer);
  http_poller_unref (self->poller);
  g_ptr_array_unref (self->names);
  g_free (self);
}

/* The next transport to try, which dials already, or NULL. */
EngineioTransport *
engineio_dial_next (EngineioDial *self)
{
  const char *name = self->next < self->names->len ? self->names->pdata[self->next] : NULL;

  if (name == NULL)
    return NULL;

  self->next++;
  if (g_str_equal (name, "websocket"))
    return engineio_websocket_client_new (self->dialer, NULL, self->poller);
  return engineio_polling_client_new (self->dialer, self->poller);
}

static void
engineio_session_note_websocket (EngineioSession *self, gboolean worked)
{
  engineio_client_options_set_websocket_worked (engineio_dialer_get_options (self->dial->dialer),
                                                worked);
}

/* Whether there is another transport to open the session by. */
gboolean
engineio_session_dial_again (EngineioSession *self)
{
  g_autoptr (EngineioTransport) transport = NULL;

  if (self->dial == NULL)
    return FALSE;

  engineio_session_note_websocket (self, FALSE);
  transport = engineio_dial_next (self->dial);
  if (transport == NULL)
    return FALSE;

  engineio_session_adopt_transport (self, transport);
  return TRUE;
}

/* }}} */
/* {{{ Moving to a WebSocket */

/* Gives the WebSocket up, or lets it go when it has become the session's own. */
static EngineioTransport *
engineio_session_take_probe (EngineioSession *self)
{
  EngineioDial *dial = self->dial;

  http_timer_stop (dial->poller, &dial->timer);
  http_task_cancel (dial->poller, &dial->paused_task);
  engineio_transport_set_handler (dial->probe, NULL, NULL);
  self->holds = FALSE;
  http_task_queue (self->poller, &self->flush_task);
  return g_steal_pointer (&dial->probe);
}

void
engineio_session_stop_upgrading (EngineioSession *self)
{
  g_autoptr (EngineioTransport) probe = NULL;

  if (self->dial == NULL || self->dial->probe == NULL)
    return;

  probe = engineio_session_take_probe (self);
  engineio_transport_dismiss (probe);
  if (ENGINEIO_IS_POLLING_CLIENT (self->transport))
    engineio_polling_client_resume (ENGINEIO_POLLING_CLIENT (self->transport));
}

static void
on_probe_timeout (gpointer user_data)
{
  EngineioSession *self = user_data;

  g_debug ("Session %s stays with polling: the upgrade took too long", self->id);
  engineio_session_stop_upgrading (self);
}

/* All that was sent by polling has arrived. */
static void
on_paused (gpointer user_data)
{
  g_autoptr (EngineioSession) self = g_object_ref (user_data);
  g_autoptr (EngineioTransport) websocket = engineio_session_take_probe (self);
  g_autoptr (EngineioPacket) upgrade = engineio_packet_new (ENGINEIO_PACKET_UPGRADE, NULL, 0);

  engineio_transport_send (websocket, &upgrade, 1);
  engineio_session_note_websocket (self, TRUE);
  engineio_session_upgrade (self, websocket);
}

static void
on_probe_packet (EngineioTransport *probe, EngineioPacket *packet, gpointer user_data)
{
  EngineioSession *self = user_data;
  gsize length;
  const char *data = engineio_packet_get_data (packet, &length);

  if (self->holds || engineio_packet_get_packet_type (packet) != ENGINEIO_PACKET_PONG ||
      length != strlen (PROBE) || memcmp (data, PROBE, length) != 0)
    {
      engineio_session_stop_upgrading (self);
      return;
    }

  self->holds = TRUE;
  engineio_polling_client_pause (ENGINEIO_POLLING_CLIENT (self->transport),
                                 &self->dial->paused_task);
}

/* It is connected, or has room again. */
static void
on_probe_drained (EngineioTransport *probe, gpointer user_data)
{
  EngineioSession *self = user_data;
  g_autoptr (EngineioPacket) ping = engineio_packet_new (ENGINEIO_PACKET_PING, PROBE, -1);

  if (!self->dial->asked)
    self->dial->asked = engineio_transport_send (probe, &ping, 1) == 1;
}

static void
on_probe_closed (EngineioTransport *probe,
                 EngineioCloseReason reason,
                 const char *description,
                 gpointer user_data)
{
  engineio_session_stop_upgrading (user_data);
}

static const EngineioTransportHandler probe_handler = {
  .packet = on_probe_packet,
  .drained = on_probe_drained,
  .closed = on_probe_closed,
};

static void
engineio_session_probe_websocket (EngineioSession *self)
{
  EngineioDial *dial = self->dial;

  http_timer_init (&dial->timer, on_probe_timeout, self);
  http_task_init (&dial->paused_task, on_paused, self);
  dial->probe = engineio_websocket_client_new (dial->dialer, self->id, dial->poller);
  engineio_transport_set_handler (dial->probe, &probe_handler, self);
  http_timer_start (dial->poller, &dial->timer,
                    engineio_options_get_upgrade_timeout (self->options));
}

/* The server's handshake has been read. */
void
engineio_session_on_dialed (EngineioSession *self)
{
  if (self->dial == NULL)
    return;

  if (!ENGINEIO_IS_POLLING_CLIENT (self->transport))
    {
      engineio_session_note_websocket (self, TRUE);
      return;
    }

  engineio_polling_client_set_session (ENGINEIO_POLLING_CLIENT (self->transport), self->id,
                                       self->max_payload);
  if (self->may_upgrade &&
      engineio_client_options_get_upgrade (engineio_dialer_get_options (self->dial->dialer)))
    engineio_session_probe_websocket (self);
}

gboolean
engineio_session_sends_base64 (EngineioSession *self)
{
  return self->dial != NULL && engineio_client_options_get_force_base64 (
                                 engineio_dialer_get_options (self->dial->dialer));
}

/* }}} */
