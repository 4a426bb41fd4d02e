/* socketio-retries.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-arguments.h"
#include "socketio-types.h"

G_BEGIN_DECLS

/**
 * SOCKETIO_RETRIES_MAX_EVENTS:
 *
 * How many events of one socket may wait until those before them are answered.
 */
#define SOCKETIO_RETRIES_MAX_EVENTS 1000

SocketioRetries *socketio_retries_new (SocketioSocket *socket);
void socketio_retries_free (SocketioRetries *retries);

void socketio_retries_set_limit (SocketioRetries *retries, guint limit);
guint socketio_retries_get_limit (SocketioRetries *retries);

gboolean socketio_retries_push (SocketioRetries *retries,
                                const char *name,
                                SocketioArguments *arguments,
                                guint timeout,
                                GTask *task,
                                GError **error);
void socketio_retries_resume (SocketioRetries *retries);
void socketio_retries_fail (SocketioRetries *retries);

G_END_DECLS
