/* socketio-outbox.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-allowance.h"
#include "socketio-packet.h"
#include "socketio-socket.h"
#include "socketio-wire-private.h"

G_BEGIN_DECLS

typedef struct _SocketioOutbox SocketioOutbox;

SocketioOutbox *socketio_outbox_new (void);
void socketio_outbox_free (SocketioOutbox *outbox);
SocketioAllowance *socketio_outbox_get_allowance (SocketioOutbox *outbox);

gboolean socketio_outbox_push (SocketioOutbox *outbox,
                               SocketioParser *parser,
                               SocketioPacket *packet,
                               SocketioSendFlags flags,
                               GError **error);
void socketio_outbox_keep_packet (SocketioOutbox *outbox, SocketioPacket *packet);
SocketioWire *socketio_outbox_pop (SocketioOutbox *outbox, gint64 *id, SocketioPacket **packet);
gint64 socketio_outbox_get_first_id (SocketioOutbox *outbox);
void socketio_outbox_take_back (SocketioOutbox *outbox, gint64 id);

G_END_DECLS
