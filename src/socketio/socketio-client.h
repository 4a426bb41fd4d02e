/* socketio-client.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-client-socket.h"
#include "socketio-server.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_CLIENT (socketio_client_get_type ())

/**
 * SocketioClient:
 *
 * The connection to a server, which the sockets of all its namespaces share. It is opened by the
 * first socket that wants to be connected, opened again when it is lost, and closed by the last
 * one.
 */
G_DECLARE_FINAL_TYPE (SocketioClient, socketio_client, SOCKETIO, CLIENT, GObject)

SocketioClient *socketio_client_new (const char *address);
SocketioClient *socketio_client_new_loopback (SocketioServer *server);
SocketioClient *socketio_client_get (const char *address);

const char *socketio_client_get_address (SocketioClient *client);
void socketio_client_set_header (SocketioClient *client, const char *name, const char *value);
void socketio_client_set_transport_header (SocketioClient *client,
                                           const char *transport,
                                           const char *name,
                                           const char *value);
const char *socketio_client_get_initial_transport_name (SocketioClient *client);
const char *socketio_client_get_transport_name (SocketioClient *client);
gboolean socketio_client_is_open (SocketioClient *client);
const GError *socketio_client_get_error (SocketioClient *client);

SocketioClientSocket *socketio_client_socket (SocketioClient *client, const char *namespace_name);
void socketio_client_disconnect (SocketioClient *client);

G_END_DECLS
