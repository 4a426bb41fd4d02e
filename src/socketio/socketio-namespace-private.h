/* socketio-namespace-private.h: what server and sockets see of a namespace
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-connection.h"
#include "socketio-namespace.h"

G_BEGIN_DECLS

SocketioNamespace *socketio_namespace_new (const char *name);
void
socketio_namespace_admit (SocketioNamespace *self, SocketioConnection *connection, JsonNode *auth);
void socketio_namespace_send_refusal (const char *name,
                                      SocketioConnection *connection,
                                      const char *message,
                                      JsonNode *data);
void socketio_namespace_remove_socket (SocketioNamespace *self, SocketioServerSocket *socket);
void socketio_namespace_take_answer (SocketioNamespace *self,
                                     SocketioServerSocket *socket,
                                     gint64 id,
                                     SocketioArguments *arguments);

G_END_DECLS
