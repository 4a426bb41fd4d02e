/* socketio-ack.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-arguments.h"
#include "socketio-types.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_ACK (socketio_ack_get_type ())

G_DECLARE_FINAL_TYPE (SocketioAck, socketio_ack, SOCKETIO, ACK, GObject)

SocketioAck *socketio_ack_new (SocketioSocket *socket, gint64 id);

void socketio_ack_send (SocketioAck *ack, SocketioArguments *arguments);
gboolean socketio_ack_is_answered (SocketioAck *ack);

G_END_DECLS
