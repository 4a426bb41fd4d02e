/* socketio-server-socket-private.h: what namespace and server see of a server's socket
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-connection.h"
#include "socketio-server-socket.h"

G_BEGIN_DECLS

SocketioServerSocket *socketio_server_socket_new (SocketioNamespace *namespace_,
                                                  SocketioConnection *connection,
                                                  JsonNode *auth);
SocketioConnection *socketio_server_socket_get_connection (SocketioServerSocket *self);
void socketio_server_socket_connect (SocketioServerSocket *self);

G_END_DECLS
