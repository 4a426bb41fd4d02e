/* socketio-server-socket.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-screening.h"
#include "socketio-socket.h"
#include "socketio-target.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_SERVER_SOCKET (socketio_server_socket_get_type ())

/**
 * SocketioServerSocket:
 *
 * The server's end of a client's connection to one namespace. Once disconnected it stays so; a
 * client that comes back gets another one.
 */
G_DECLARE_FINAL_TYPE (SocketioServerSocket,
                      socketio_server_socket,
                      SOCKETIO,
                      SERVER_SOCKET,
                      SocketioSocket)

SocketioNamespace *socketio_server_socket_get_namespace (SocketioServerSocket *socket);
const char *socketio_server_socket_get_remote_address (SocketioServerSocket *socket);
guint16 socketio_server_socket_get_remote_port (SocketioServerSocket *socket);
const char *socketio_server_socket_get_transport_name (SocketioServerSocket *socket);
const char *socketio_server_socket_get_initial_transport_name (SocketioServerSocket *socket);
JsonNode *socketio_server_socket_get_auth (SocketioServerSocket *socket);
JsonNode *socketio_server_socket_dup_handshake (SocketioServerSocket *socket);
const char *socketio_server_socket_get_header (SocketioServerSocket *socket, const char *name);

void
socketio_server_socket_set_data (SocketioServerSocket *socket, const char *name, JsonNode *value);
JsonNode *socketio_server_socket_get_data (SocketioServerSocket *socket, const char *name);
gboolean socketio_server_socket_is_recovered (SocketioServerSocket *socket);

void socketio_server_socket_use (SocketioServerSocket *socket,
                                 SocketioScreenFunc func,
                                 gpointer user_data,
                                 GDestroyNotify destroy);

void socketio_server_socket_join (SocketioServerSocket *socket, const char *room);
void socketio_server_socket_leave (SocketioServerSocket *socket, const char *room);
char **socketio_server_socket_list_rooms (SocketioServerSocket *socket);

SocketioTarget *socketio_server_socket_broadcast (SocketioServerSocket *socket);
SocketioTarget *socketio_server_socket_to (SocketioServerSocket *socket, const char *room);

void socketio_server_socket_disconnect (SocketioServerSocket *socket, gboolean close);

G_END_DECLS
