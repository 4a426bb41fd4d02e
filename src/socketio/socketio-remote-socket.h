/* socketio-remote-socket.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "socketio-target.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_REMOTE_SOCKET (socketio_remote_socket_get_type ())

/**
 * SocketioRemoteSocket:
 *
 * What was known of a client's socket when it was asked for, wherever that is.
 */
G_DECLARE_FINAL_TYPE (SocketioRemoteSocket,
                      socketio_remote_socket,
                      SOCKETIO,
                      REMOTE_SOCKET,
                      GObject)

SocketioRemoteSocket *socketio_remote_socket_new (SocketioNamespace *namespace_,
                                                  const char *id,
                                                  const char *const *rooms,
                                                  JsonObject *data,
                                                  JsonNode *handshake);

const char *socketio_remote_socket_get_id (SocketioRemoteSocket *socket);
const char *const *socketio_remote_socket_get_rooms (SocketioRemoteSocket *socket);
JsonObject *socketio_remote_socket_get_data (SocketioRemoteSocket *socket);
JsonNode *socketio_remote_socket_get_handshake (SocketioRemoteSocket *socket);
SocketioTarget *socketio_remote_socket_get_target (SocketioRemoteSocket *socket);

gboolean socketio_remote_socket_emit (SocketioRemoteSocket *socket,
                                      const char *name,
                                      SocketioArguments *arguments);
void socketio_remote_socket_join (SocketioRemoteSocket *socket, const char *room);
void socketio_remote_socket_leave (SocketioRemoteSocket *socket, const char *room);
void socketio_remote_socket_disconnect (SocketioRemoteSocket *socket, gboolean close);

G_END_DECLS
