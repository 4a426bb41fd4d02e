/* socketio-connection.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio.h"

#include "socketio-dialect.h"
#include "socketio-packet.h"
#include "socketio-socket-private.h"
#include "socketio-wire-private.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_CONNECTION (socketio_connection_get_type ())

G_DECLARE_FINAL_TYPE (SocketioConnection, socketio_connection, SOCKETIO, CONNECTION, GObject)

/**
 * SocketioConnectionHandler:
 * @bad_packet: the reason that this end gives when it closes the connection for a packet that it
 *   cannot read
 * @opened: (nullable): the session is open; at the client only
 * @upgraded: (nullable): the session has moved to another transport
 * @pinged: (nullable): the other end has sent its heartbeat
 * @packet: (nullable): a packet has come; its socket, or @stray, has it next
 * @stray: a packet for a namespace that no socket of the connection is in
 * @unreadable: (nullable): a packet that cannot be read has come; the connection is closed next
 * @closed: the session has ended; its sockets are told next
 *
 * The way up from a connection, beside its sockets.
 */
typedef struct
{
  SocketioDisconnectReason bad_packet;
  void (*opened) (SocketioConnection *connection, gpointer user_data);
  void (*upgraded) (SocketioConnection *connection, gpointer user_data);
  void (*pinged) (SocketioConnection *connection, gpointer user_data);
  void (*packet) (SocketioConnection *connection, SocketioPacket *packet, gpointer user_data);
  void (*stray) (SocketioConnection *connection, SocketioPacket *packet, gpointer user_data);
  void (*unreadable) (SocketioConnection *connection, const GError *error, gpointer user_data);
  void (*closed) (SocketioConnection *connection,
                  SocketioDisconnectReason reason,
                  const char *description,
                  gpointer user_data);
} SocketioConnectionHandler;

SocketioConnection *socketio_connection_new (EngineioSession *session,
                                             SocketioParser *parser,
                                             const SocketioConnectionHandler *handler,
                                             gpointer user_data);
EngineioSession *socketio_connection_get_session (SocketioConnection *connection);
SocketioParser *socketio_connection_get_parser (SocketioConnection *connection);
const SocketioDialect *socketio_connection_get_dialect (SocketioConnection *connection);

gboolean socketio_connection_is_stale (SocketioConnection *connection);
gboolean socketio_connection_is_open (SocketioConnection *connection);
void socketio_connection_send (SocketioConnection *connection, SocketioPacket *packet);
gboolean socketio_send_wire (EngineioSession *session, SocketioWire *wire, SocketioSendFlags flags);
gboolean socketio_connection_send_wire (SocketioConnection *connection,
                                        SocketioWire *wire,
                                        SocketioSendFlags flags);

void socketio_connection_add_socket (SocketioConnection *connection, SocketioSocket *socket);
void socketio_connection_remove_socket (SocketioConnection *connection, SocketioSocket *socket);
gboolean
socketio_connection_had_socket (SocketioConnection *connection, const char *namespace_name);
gboolean socketio_connection_begin_asking (SocketioConnection *connection, const char *name);
void socketio_connection_end_asking (SocketioConnection *connection, const char *name);
gboolean socketio_connection_has_joined (SocketioConnection *connection);
GList *socketio_connection_list_sockets (SocketioConnection *connection);

void socketio_connection_fail (SocketioConnection *connection,
                               SocketioDisconnectReason reason,
                               const char *description);
void socketio_connection_close (SocketioConnection *connection, SocketioDisconnectReason reason);

G_END_DECLS
