/* socketio-client-socket-private.h: what a client socket's own files see of it
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-allowance.h"
#include "socketio-client-private.h"
#include "socketio-client-socket.h"
#include "socketio-outbox.h"
#include "socketio-retries.h"
#include "socketio-socket-private.h"

G_BEGIN_DECLS

struct _SocketioClientSocket
{
  SocketioSocket parent_instance;

  SocketioClient *client;
  SocketioOutbox *outbox; /* until the socket is connected */

  JsonNode *auth;
  SocketioAuthFunc auth_func;
  gpointer auth_data;
  GDestroyNotify auth_destroy;

  gboolean active; /* wants to be connected */
  gboolean authenticating; /* auth_func has not answered yet */
  gboolean asked; /* the server has not answered yet */
  gboolean stale; /* what it will answer to is not wanted any more */

  char *pid; /* by which the server knows us again */
  char *offset; /* of the last event that came */
  gboolean recovered;
  GQueue early; /* events that came before we were let in */
  SocketioAllowance early_allowance;
};

typedef enum
{
  SOCKETIO_CLIENT_SOCKET_CONNECT,
  SOCKETIO_CLIENT_SOCKET_CONNECT_ERROR,
  SOCKETIO_CLIENT_SOCKET_N_SIGNALS,
} SocketioClientSocketSignal;

extern guint socketio_client_socket_signals[SOCKETIO_CLIENT_SOCKET_N_SIGNALS];

/* socketio-client-socket.c */

void socketio_client_socket_send_outbox (SocketioClientSocket *self,
                                         SocketioConnection *connection,
                                         GPtrArray *sent,
                                         GArray *too_large);
void
socketio_client_socket_tell_sent (SocketioClientSocket *self, GPtrArray *sent, GArray *too_large);
void socketio_client_socket_set_recovered (SocketioClientSocket *self, gboolean recovered);
void
socketio_client_socket_say_goodbye (SocketioClientSocket *self, SocketioConnection *connection);
void socketio_client_socket_end (SocketioClientSocket *self,
                                 SocketioDisconnectReason reason,
                                 const char *description);
void socketio_client_socket_leave (SocketioClientSocket *self,
                                   SocketioConnection *connection,
                                   SocketioDisconnectReason reason);

/* socketio-client-join.c */

void socketio_client_socket_ask (SocketioClientSocket *self, SocketioConnection *connection);
void socketio_client_socket_receive (SocketioSocket *socket, SocketioPacket *packet);
void socketio_client_socket_forget_early (SocketioClientSocket *self);

G_END_DECLS
