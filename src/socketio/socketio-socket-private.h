/* socketio-socket-private.h: what the two ends' sockets and the connection see of their base
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-packet.h"
#include "socketio-socket.h"

G_BEGIN_DECLS

void socketio_socket_set_id (SocketioSocket *self, const char *id);
void socketio_socket_set_connected (SocketioSocket *self, gboolean connected);

void socketio_socket_send_packet (SocketioSocket *self, SocketioPacket *packet);
void socketio_socket_send_ack (SocketioSocket *self, gint64 id, SocketioArguments *arguments);

void socketio_socket_receive (SocketioSocket *self, SocketioPacket *packet);
void socketio_socket_close (SocketioSocket *self,
                            SocketioDisconnectReason reason,
                            const char *description);

void socketio_socket_dispatch (SocketioSocket *self, SocketioPacket *packet);
void socketio_socket_announce_disconnect (SocketioSocket *self,
                                          SocketioDisconnectReason reason,
                                          const char *description);

G_END_DECLS
