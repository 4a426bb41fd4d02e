/* socketio-ack.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-arguments.h"
#include "socketio-types.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_ACK (socketio_ack_get_type ())

/**
 * SocketioAck:
 *
 * The answer that an event wants. It may be kept, to answer later.
 */
G_DECLARE_FINAL_TYPE (SocketioAck, socketio_ack, SOCKETIO, ACK, GObject)

/**
 * SocketioAckFunc:
 * @arguments: (nullable): the answer
 * @user_data: data
 *
 * Takes an answer on its way.
 */
typedef void (*SocketioAckFunc) (SocketioArguments *arguments, gpointer user_data);

SocketioAck *
socketio_ack_new_for_func (SocketioAckFunc func, gpointer user_data, GDestroyNotify destroy);

void socketio_ack_send (SocketioAck *ack, SocketioArguments *arguments);
gboolean socketio_ack_is_answered (SocketioAck *ack);

G_END_DECLS
