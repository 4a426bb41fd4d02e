/* socketio-any-private.h: the listeners to every event, coming or going
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-socket.h"

G_BEGIN_DECLS

typedef struct _SocketioAny SocketioAny;

SocketioAny **socketio_socket_get_any (SocketioSocket *self, gboolean outgoing);

void socketio_any_free (SocketioAny *self);
void socketio_any_call (SocketioAny *self,
                        SocketioSocket *socket,
                        const char *name,
                        SocketioArguments *arguments,
                        SocketioAck *ack);

G_END_DECLS
