/* socketio-client-socket.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-socket.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_CLIENT_SOCKET (socketio_client_socket_get_type ())

/**
 * SocketioClientSocket:
 *
 * The client's end of a connection to one namespace. It outlives its connections: after each
 * reconnection it joins again, with another id. While it wants to be connected, it and its client
 * keep each other alive; it ends with [method@SocketioClientSocket.disconnect], or when the client
 * gives up.
 */
G_DECLARE_FINAL_TYPE (SocketioClientSocket,
                      socketio_client_socket,
                      SOCKETIO,
                      CLIENT_SOCKET,
                      SocketioSocket)

/**
 * SocketioAuthFunc:
 * @socket: a socket that asks to join
 * @user_data: data of who set it
 *
 * Is to call [method@SocketioClientSocket.authenticate], at once or later.
 */
typedef void (*SocketioAuthFunc) (SocketioClientSocket *socket, gpointer user_data);

SocketioClientSocket *
socketio_client_socket_new_for_url (const char *url, gboolean force_new, GError **error);

SocketioClient *socketio_client_socket_get_client (SocketioClientSocket *socket);
void socketio_client_socket_set_auth (SocketioClientSocket *socket, JsonNode *auth);
void socketio_client_socket_set_auth_func (SocketioClientSocket *socket,
                                           SocketioAuthFunc func,
                                           gpointer user_data,
                                           GDestroyNotify destroy);
void socketio_client_socket_authenticate (SocketioClientSocket *socket, JsonNode *auth);
gboolean socketio_client_socket_is_recovered (SocketioClientSocket *socket);
gboolean socketio_client_socket_is_active (SocketioClientSocket *socket);

void socketio_client_socket_open (SocketioClientSocket *socket);
void socketio_client_socket_connect (SocketioClientSocket *socket);
void socketio_client_socket_disconnect (SocketioClientSocket *socket);

G_END_DECLS
