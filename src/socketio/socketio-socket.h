/* socketio-socket.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-ack.h"
#include "socketio-arguments.h"
#include "socketio-types.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_SOCKET (socketio_socket_get_type ())

/**
 * SocketioSocket:
 *
 * Sends and receives named events, whose arguments are JSON and bytes, and which may want an
 * answer. The base of both ends' sockets.
 */
G_DECLARE_DERIVABLE_TYPE (SocketioSocket, socketio_socket, SOCKETIO, SOCKET, GObject)

/**
 * SocketioSendFlags:
 * @SOCKETIO_SEND_DEFAULT: nothing special
 * @SOCKETIO_SEND_VOLATILE: drop the packet if it cannot go out now
 * @SOCKETIO_SEND_UNCOMPRESSED: do not compress it, however long it is
 *
 * How a packet is sent.
 */
typedef enum
{
  SOCKETIO_SEND_DEFAULT = 0,
  SOCKETIO_SEND_VOLATILE = 1 << 0,
  SOCKETIO_SEND_UNCOMPRESSED = 1 << 1,
} SocketioSendFlags;

/**
 * SocketioSocketClass:
 * @send: puts a packet on the way; %FALSE with an error of %SOCKETIO_ERROR if it drops it
 * @take_back: (nullable): nobody waits for the answer to this event any more; it need not be sent
 * @answered: (nullable): an ack has come whose id is none of the socket's own
 * @dropped: (nullable): an event that wants an answer was dropped on its way, as it may be lost
 * @receive: a packet has come for the socket
 * @closed: the connection that carries the socket has ended
 */
struct _SocketioSocketClass
{
  GObjectClass parent_class;

  gboolean (*send) (SocketioSocket *socket,
                    SocketioPacket *packet,
                    SocketioSendFlags flags,
                    GError **error);
  void (*take_back) (SocketioSocket *socket, gint64 id);
  void (*answered) (SocketioSocket *socket, gint64 id, SocketioArguments *arguments);
  void (*dropped) (SocketioSocket *socket, gint64 id);
  void (*receive) (SocketioSocket *socket, SocketioPacket *packet);
  void (*closed) (SocketioSocket *socket, SocketioDisconnectReason reason, const char *description);
};

/**
 * SocketioEventFunc:
 * @socket: the socket that received the event
 * @name: the event's name
 * @arguments: its arguments
 * @ack: (nullable): the answer to be given, if the sender waits for one
 * @user_data: data of the listener
 *
 * Listens to events.
 */
typedef void (*SocketioEventFunc) (SocketioSocket *socket,
                                   const char *name,
                                   SocketioArguments *arguments,
                                   SocketioAck *ack,
                                   gpointer user_data);

const char *socketio_socket_get_id (SocketioSocket *socket);
const char *socketio_socket_get_namespace_name (SocketioSocket *socket);
gboolean socketio_socket_is_connected (SocketioSocket *socket);

gulong socketio_socket_on (SocketioSocket *socket,
                           const char *name,
                           SocketioEventFunc callback,
                           gpointer user_data,
                           GDestroyNotify destroy);
gulong socketio_socket_once (SocketioSocket *socket,
                             const char *name,
                             SocketioEventFunc callback,
                             gpointer user_data,
                             GDestroyNotify destroy);
void socketio_socket_off (SocketioSocket *socket, const char *name);

gulong socketio_socket_on_any (SocketioSocket *socket,
                               SocketioEventFunc callback,
                               gpointer user_data,
                               GDestroyNotify destroy);
gulong socketio_socket_prepend_any (SocketioSocket *socket,
                                    SocketioEventFunc callback,
                                    gpointer user_data,
                                    GDestroyNotify destroy);
void socketio_socket_off_any (SocketioSocket *socket, gulong id);
gulong socketio_socket_on_any_outgoing (SocketioSocket *socket,
                                        SocketioEventFunc callback,
                                        gpointer user_data,
                                        GDestroyNotify destroy);
gulong socketio_socket_prepend_any_outgoing (SocketioSocket *socket,
                                             SocketioEventFunc callback,
                                             gpointer user_data,
                                             GDestroyNotify destroy);
void socketio_socket_off_any_outgoing (SocketioSocket *socket, gulong id);

gboolean
socketio_socket_emit (SocketioSocket *socket, const char *name, SocketioArguments *arguments);
gboolean socketio_socket_emit_full (SocketioSocket *socket,
                                    const char *name,
                                    SocketioArguments *arguments,
                                    SocketioSendFlags flags,
                                    GError **error);
void socketio_socket_emit_volatile (SocketioSocket *socket,
                                    const char *name,
                                    SocketioArguments *arguments);
void socketio_socket_emit_with_ack_async (SocketioSocket *socket,
                                          const char *name,
                                          SocketioArguments *arguments,
                                          guint timeout,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
void socketio_socket_emit_with_ack_full_async (SocketioSocket *socket,
                                               const char *name,
                                               SocketioArguments *arguments,
                                               SocketioSendFlags flags,
                                               guint timeout,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);
SocketioArguments *
socketio_socket_emit_with_ack_finish (SocketioSocket *socket, GAsyncResult *result, GError **error);

G_END_DECLS
