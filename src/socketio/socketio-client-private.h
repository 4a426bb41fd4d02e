/* socketio-client-private.h: what a client's own files and its sockets see of it
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio.h"

#include "socketio-client.h"
#include "socketio-connection.h"

G_BEGIN_DECLS

struct _SocketioClient
{
  GObject parent_instance;

  char *address;
  EngineioClientOptions *options;
  SocketioServer *server; /* at the other end of a loopback */
  SocketioParser *parser;

  gboolean reconnection;
  guint reconnection_attempts;
  guint reconnection_delay;
  guint reconnection_delay_max;
  double randomization_factor;
  guint timeout;

  SocketioConnection *connection;
  GHashTable *sockets; /* namespace -> SocketioClientSocket, not owned */
  GHashTable *wanted; /* set of those that want to be connected, owned */
  EngineioTimer *retry_timer;
  GNetworkMonitor *monitor;
  gboolean has_network;
  guint failure_source;
  guint attempts;
  gboolean open;
  gboolean reconnecting;
  GError *error;
};

typedef enum
{
  SOCKETIO_CLIENT_OPEN,
  SOCKETIO_CLIENT_CLOSE,
  SOCKETIO_CLIENT_UPGRADE,
  SOCKETIO_CLIENT_PING,
  SOCKETIO_CLIENT_PACKET,
  SOCKETIO_CLIENT_ERROR,
  SOCKETIO_CLIENT_RECONNECT_ATTEMPT,
  SOCKETIO_CLIENT_RECONNECT,
  SOCKETIO_CLIENT_RECONNECT_ERROR,
  SOCKETIO_CLIENT_RECONNECT_FAILED,
  SOCKETIO_CLIENT_ACCEPT_CERTIFICATE,
  SOCKETIO_CLIENT_N_SIGNALS,
} SocketioClientSignal;

extern guint socketio_client_signals[SOCKETIO_CLIENT_N_SIGNALS];

/* socketio-client-dial.c */

/* The open connection, or NULL. */
SocketioConnection *socketio_client_get_connection (SocketioClient *self);

/* A socket wants to be connected, or does not any more: the first opens the connection, the last
 * one closes it. */
void socketio_client_acquire (SocketioClient *self, SocketioClientSocket *socket);
void socketio_client_release (SocketioClient *self, SocketioClientSocket *socket);

/* Whether there is a connection, or will be by itself. */
gboolean socketio_client_is_trying (SocketioClient *self);

GList *socketio_client_list_wanted (SocketioClient *self);
void socketio_client_on_retry (gpointer self);

/* The network is gone, or back. */
void socketio_client_lose_network (SocketioClient *self);
void socketio_client_retry_soon (SocketioClient *self);

/* socketio-client-options.c */

/* Their ids begin with first_id. */
void socketio_client_install_options (GObjectClass *object_class, guint first_id);

/* socketio-client-network.c */

void socketio_client_watch_network (SocketioClient *self, GNetworkMonitor *monitor);

/* socketio-client-socket.c */

SocketioClientSocket *
socketio_client_socket_new (SocketioClient *client, const char *namespace_name);
void socketio_client_socket_on_open (SocketioClientSocket *self);
void socketio_client_socket_on_error (SocketioClientSocket *self, const GError *error);
void socketio_client_socket_on_given_up (SocketioClientSocket *self);

G_END_DECLS
