/* engineio-session-private.h: what the session's own files and its owners see of it
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-dialer.h"
#include "engineio-options.h"
#include "engineio-protocol.h"
#include "engineio-queue.h"
#include "engineio-session.h"
#include "engineio-transport.h"

#include "http-poller.h"

G_BEGIN_DECLS

typedef enum
{
  ENGINEIO_SESSION_OPENING,
  ENGINEIO_SESSION_OPEN,
  /* Ended for those above; the transport is still finishing. */
  ENGINEIO_SESSION_CLOSING,
  ENGINEIO_SESSION_CLOSED,
} EngineioSessionState;

typedef enum
{
  ENGINEIO_SESSION_SERVER,
  ENGINEIO_SESSION_CLIENT,
} EngineioSessionRole;

/* Told after each change to CLOSING or CLOSED, behind the handler. */
typedef void (*EngineioSessionOwnerFunc) (EngineioSession *session, gpointer owner);

typedef struct
{
  EngineioTransport *transport; /* the WebSocket that wants to take over */
  HttpTimer timer;
  HttpTimer noop_timer;
  gboolean probed;
} EngineioUpgrade;

typedef struct _EngineioDial EngineioDial;

struct _EngineioSession
{
  GObject parent_instance;

  /* What every packet on its way out needs stands together: where there are thousands of sessions,
   * fetching memory is what it costs. */
  HttpTask flush_task;
  EngineioTransport *transport;
  EngineioSessionRole role : 4;
  EngineioSessionState state : 4;
  guint awaits_pong : 1;
  guint was_blocked : 1;
  guint overflowed : 1;
  guint lingers : 1;
  guint keeps_itself : 1;
  guint holds : 1; /* nothing is sent while a client moves to another transport */
  guint may_upgrade : 1; /* the server offers a WebSocket */
  guint upgraded : 1;
  guint16 remote_port;
  EngineioQueue queue;
  GArray *dropped; /* of guint64: tags that are told in the next turn */
  HttpPoller *poller;
  EngineioOptions *options;
  EngineioTraffic *traffic; /* shared by a server's sessions; NULL for a client's */

  const EngineioSessionHandler *handler;
  gpointer handler_data;
  EngineioSessionOwnerFunc owner_func;
  gpointer owner;

  const EngineioProtocol *protocol;
  char *id;
  GError *error; /* why a client's session was not opened */
  char *remote_address;
  EngineioOpening *opening; /* of a server's session; NULL within the process */

  HttpTimer heartbeat;
  gint64 heartbeat_due;
  guint ping_interval;
  guint ping_timeout;
  gsize max_payload;

  EngineioUpgrade *upgrade; /* while one is under way */
  EngineioDial *dial; /* a client's that goes over the network */
};

EngineioSession *engineio_session_new (EngineioSessionRole role,
                                       EngineioOptions *options,
                                       HttpPoller *poller,
                                       EngineioTransport *transport,
                                       const char *id);
void engineio_session_set_protocol (EngineioSession *self, const EngineioProtocol *protocol);
void
engineio_session_set_owner (EngineioSession *self, EngineioSessionOwnerFunc func, gpointer owner);
void engineio_session_set_remote (EngineioSession *self, const char *address, guint16 port);
void engineio_session_start (EngineioSession *self);

void engineio_session_adopt_transport (EngineioSession *self, EngineioTransport *transport);
void engineio_session_upgrade (EngineioSession *self, EngineioTransport *transport);
gboolean engineio_session_is_lingering (EngineioSession *self);
void engineio_session_finish (EngineioSession *self);
void engineio_session_abort (EngineioSession *self);

void engineio_session_flush (EngineioSession *self);
void engineio_session_run_flush (gpointer session);
void engineio_session_prefetch_flush (gpointer session, HttpPrefetchStep step);

void engineio_session_init_heartbeat (EngineioSession *self);
void engineio_session_start_heartbeat (EngineioSession *self);
void engineio_session_stop_heartbeat (EngineioSession *self);
void engineio_session_start_close_timer (EngineioSession *self);
void engineio_session_start_dial_timer (EngineioSession *self, guint milliseconds);
void engineio_session_on_heartbeat_packet (EngineioSession *self, EngineioPacketType type);
void engineio_session_note_traffic (EngineioSession *self);

void engineio_session_begin_upgrade (EngineioSession *self, EngineioTransport *transport);
void engineio_session_cancel_upgrade (EngineioSession *self);
gboolean engineio_session_is_upgrading (EngineioSession *self);
gboolean engineio_session_is_probed (EngineioSession *self);

EngineioDial *engineio_dial_new (EngineioDialer *dialer, HttpPoller *poller);
void engineio_dial_free (EngineioDial *dial);
EngineioTransport *engineio_dial_next (EngineioDial *dial);
gboolean engineio_session_dial_again (EngineioSession *self);
void engineio_session_on_dialed (EngineioSession *self);
void engineio_session_stop_upgrading (EngineioSession *self);

char *engineio_handshake_format (EngineioSession *self);
gboolean engineio_handshake_read (EngineioSession *self, EngineioPacket *packet);

/* Whether a client's options have it. */
gboolean engineio_session_sends_base64 (EngineioSession *self);

G_END_DECLS
