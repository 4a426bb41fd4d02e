/* socketio-client-private.h: what a client's sockets see of their manager
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-client.h"
#include "socketio-connection.h"

G_BEGIN_DECLS

/* The open connection, or NULL. */
SocketioConnection *socketio_client_get_connection (SocketioClient *self);

/* A socket wants to be connected, or does not any more: the first opens the connection, the last one
 * closes it. */
void socketio_client_acquire (SocketioClient *self, SocketioClientSocket *socket);
void socketio_client_release (SocketioClient *self, SocketioClientSocket *socket);
gboolean socketio_client_will_retry (SocketioClient *self);

SocketioClientSocket *socketio_client_socket_new (SocketioClient *client, const char *namespace_name);
void socketio_client_socket_on_open (SocketioClientSocket *self);
void socketio_client_socket_on_error (SocketioClientSocket *self, const GError *error);

G_END_DECLS
