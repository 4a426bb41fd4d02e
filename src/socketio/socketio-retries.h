/* socketio-retries.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-allowance.h"
#include "socketio-arguments.h"
#include "socketio-socket.h"
#include "socketio-types.h"

G_BEGIN_DECLS

typedef struct _SocketioRetries SocketioRetries;

SocketioRetries *socketio_retries_new (SocketioSocket *socket);
void socketio_retries_free (SocketioRetries *retries);

void socketio_retries_set_limit (SocketioRetries *retries, guint limit);
guint socketio_retries_get_limit (SocketioRetries *retries);
SocketioAllowance *socketio_retries_get_allowance (SocketioRetries *retries);

gboolean socketio_retries_push (SocketioRetries *retries,
                                const char *name,
                                SocketioArguments *arguments,
                                guint timeout,
                                SocketioSendFlags flags,
                                GTask *task,
                                GError **error);
void socketio_retries_resume (SocketioRetries *retries);
void socketio_retries_fail (SocketioRetries *retries);

G_END_DECLS
