/* socketio-server-socket-private.h: what namespace and server see of a server's socket
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-connection.h"
#include "socketio-remote-socket.h"
#include "socketio-server-socket.h"
#include "socketio-session.h"

G_BEGIN_DECLS

void socketio_server_socket_install_properties (GObjectClass *object_class);
SocketioServerSocket *socketio_server_socket_new (SocketioNamespace *namespace_,
                                                  SocketioConnection *connection,
                                                  JsonNode *auth);
SocketioConnection *socketio_server_socket_get_connection (SocketioServerSocket *self);
gboolean socketio_server_socket_send_wire (SocketioServerSocket *self,
                                           SocketioWire *wire,
                                           SocketioSendFlags flags);
void socketio_server_socket_prefetch (SocketioServerSocket *self);
void socketio_server_socket_prefetch_session (SocketioServerSocket *self);
SocketioRemoteSocket *socketio_server_socket_describe (SocketioServerSocket *self);
gint64 socketio_server_socket_get_issued (SocketioServerSocket *self);
void socketio_server_socket_restore (SocketioServerSocket *self, SocketioSession *session);
SocketioSession *socketio_server_socket_make_session (SocketioServerSocket *self);
const char *socketio_server_socket_make_pid (SocketioServerSocket *self);
gboolean socketio_server_socket_connect (SocketioServerSocket *self);
void socketio_server_socket_tell_upgrade (SocketioServerSocket *self);
void socketio_server_socket_tell_error (SocketioServerSocket *self, const GError *error);

G_END_DECLS
