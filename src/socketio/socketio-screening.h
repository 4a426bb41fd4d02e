/* socketio-screening.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-arguments.h"
#include "socketio-types.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_SCREENING (socketio_screening_get_type ())

/**
 * SocketioScreening:
 *
 * An event that is looked at before its listeners get it. It may be kept, to decide later; dropping
 * it drops the event.
 */
G_DECLARE_FINAL_TYPE (SocketioScreening, socketio_screening, SOCKETIO, SCREENING, GObject)

/**
 * SocketioScreenFunc:
 * @socket: the socket that received the event
 * @screening: the event, and the decision to be given
 * @user_data: data
 *
 * Looks at an event before the listeners of @socket get it.
 */
typedef void (*SocketioScreenFunc) (SocketioServerSocket *socket,
                                    SocketioScreening *screening,
                                    gpointer user_data);

const char *socketio_screening_get_name (SocketioScreening *screening);
SocketioArguments *socketio_screening_get_arguments (SocketioScreening *screening);
SocketioAck *socketio_screening_get_ack (SocketioScreening *screening);
void socketio_screening_replace (SocketioScreening *screening,
                                 const char *name,
                                 SocketioArguments *arguments);

void socketio_screening_pass (SocketioScreening *screening);
void socketio_screening_reject (SocketioScreening *screening, const GError *error);

G_END_DECLS
