/* engineio-session.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-opening.h"
#include "engineio-packet.h"
#include "engineio-types.h"

G_BEGIN_DECLS

/**
 * EngineioTraffic:
 * @packets_in: packets that clients have sent, heartbeats too
 * @packets_out: packets that were sent to clients, each counted for each client
 * @bytes_in: the bytes of the data in @packets_in
 * @bytes_out: the bytes of the data in @packets_out
 *
 * What a server's sessions have exchanged since it was made, before it is framed or compressed.
 */
typedef struct
{
  guint64 packets_in;
  guint64 packets_out;
  guint64 bytes_in;
  guint64 bytes_out;
} EngineioTraffic;

#define ENGINEIO_TYPE_SESSION (engineio_session_get_type ())

/**
 * EngineioSession:
 *
 * Messages both ways between a client and a server, over whatever transport carries it now. Both
 * ends have one, with the same state machine: open, heartbeat, upgrade, a bounded queue, close.
 */
G_DECLARE_FINAL_TYPE (EngineioSession, engineio_session, ENGINEIO, SESSION, GObject)

/**
 * EngineioSessionHandler:
 * @opened: a client's session has been accepted by its server; a server's session is open from the
 * start
 * @message: a message has come: a packet of type MESSAGE, text or binary
 * @drained: all that was sent is on its way, after something had to wait
 * @dropped: (nullable): a volatile packet with this tag was taken and then dropped, as others came
 * behind it
 * @upgraded: (nullable): the session has moved to another transport
 * @pinged: (nullable): the peer has sent its heartbeat, and is answered
 * @closed: the session has ended, whoever ended it; nothing comes after this
 *
 * The way up from a session. All of it is called from the main loop; `closed` also from
 * [method@EngineioSession.close].
 */
typedef struct
{
  void (*opened) (EngineioSession *session, gpointer user_data);
  void (*message) (EngineioSession *session, EngineioPacket *packet, gpointer user_data);
  void (*drained) (EngineioSession *session, gpointer user_data);
  void (*dropped) (EngineioSession *session, guint64 tag, gpointer user_data);
  void (*upgraded) (EngineioSession *session, gpointer user_data);
  void (*pinged) (EngineioSession *session, gpointer user_data);
  void (*closed) (EngineioSession *session,
                  EngineioCloseReason reason,
                  const char *description,
                  gpointer user_data);
} EngineioSessionHandler;

void engineio_session_set_handler (EngineioSession *session,
                                   const EngineioSessionHandler *handler,
                                   gpointer user_data);

const char *engineio_session_get_id (EngineioSession *session);
guint engineio_session_get_revision (EngineioSession *session);
const char *engineio_session_get_transport_name (EngineioSession *session);
const char *engineio_session_get_initial_transport_name (EngineioSession *session);
const char *engineio_session_get_remote_address (EngineioSession *session);
guint16 engineio_session_get_remote_port (EngineioSession *session);
void engineio_session_set_opening (EngineioSession *session, EngineioOpening *opening);
EngineioOpening *engineio_session_get_opening (EngineioSession *session);
gsize engineio_session_get_max_payload (EngineioSession *session);
gboolean engineio_session_takes (EngineioSession *session, EngineioPacket *packet);
gsize engineio_session_get_queued_bytes (EngineioSession *session);

const GError *engineio_session_get_error (EngineioSession *session);

gboolean engineio_session_is_open (EngineioSession *session);
gboolean engineio_session_is_writable (EngineioSession *session);
gboolean engineio_session_is_stale (EngineioSession *session);

void engineio_session_prefetch (EngineioSession *session);
void engineio_session_send (EngineioSession *session, EngineioPacket *packet);
void engineio_session_send_packets (EngineioSession *session,
                                    EngineioPacket *const *packets,
                                    guint n_packets);
gboolean engineio_session_send_volatile (EngineioSession *session,
                                         EngineioPacket *const *packets,
                                         guint n_packets);
void engineio_session_close (EngineioSession *session);
void engineio_session_fail (EngineioSession *session,
                            EngineioCloseReason reason,
                            const char *description);

G_END_DECLS
