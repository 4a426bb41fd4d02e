/* socketio-outbox.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-packet.h"
#include "socketio-socket.h"
#include "socketio-wire.h"

G_BEGIN_DECLS

/**
 * SOCKETIO_OUTBOX_MAX_PACKETS:
 *
 * How many packets of one socket may wait for the connection.
 */
#define SOCKETIO_OUTBOX_MAX_PACKETS 1000

/**
 * SOCKETIO_OUTBOX_MAX_BYTES:
 *
 * How many bytes they may have, encoded: half of what a session's queue takes at once.
 */
#define SOCKETIO_OUTBOX_MAX_BYTES (8 * 1024 * 1024)

typedef struct _SocketioOutbox SocketioOutbox;

SocketioOutbox *socketio_outbox_new (void);
void socketio_outbox_free (SocketioOutbox *outbox);

gboolean socketio_outbox_push (SocketioOutbox *outbox,
                               SocketioPacket *packet,
                               SocketioSendFlags flags,
                               GError **error);
SocketioWire *socketio_outbox_pop (SocketioOutbox *outbox, gint64 *id);
gint64 socketio_outbox_get_first_id (SocketioOutbox *outbox);
void socketio_outbox_take_back (SocketioOutbox *outbox, gint64 id);

G_END_DECLS
