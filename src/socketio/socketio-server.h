/* socketio-server.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-match.h"
#include "socketio-namespace.h"
#include "socketio-options.h"
#include "socketio-server-socket.h"

typedef struct _SoupServer SoupServer;

G_BEGIN_DECLS

#define SOCKETIO_TYPE_SERVER (socketio_server_get_type ())

/**
 * SocketioServer:
 *
 * A Socket.IO server: its namespaces, and the connections of its clients. It works on the main
 * context of the thread that made it.
 */
G_DECLARE_FINAL_TYPE (SocketioServer, socketio_server, SOCKETIO, SERVER, GObject)

/**
 * SocketioTraffic:
 * @packets_in: packets of Engine.IO that clients have sent, heartbeats too
 * @packets_out: packets that were sent to clients, each counted for each client
 * @bytes_in: the bytes of the data in @packets_in
 * @bytes_out: the bytes of the data in @packets_out
 * @bytes_queued: what waits now because clients do not read fast enough
 *
 * What a server has exchanged with its clients, before it is framed or compressed.
 */
typedef struct
{
  guint64 packets_in;
  guint64 packets_out;
  guint64 bytes_in;
  guint64 bytes_out;
  guint64 bytes_queued;
} SocketioTraffic;

/**
 * SocketioAdapterFunc:
 * @server: the server
 * @name: the name of a namespace that is being made
 * @user_data: data
 *
 * Makes the adapter of a namespace, for [method@SocketioServer.set_adapter_func].
 *
 * Returns: (transfer full) (nullable): the adapter; %NULL for rooms in memory, as without it
 */
typedef SocketioAdapter *(*SocketioAdapterFunc) (SocketioServer *server,
                                                 const char *name,
                                                 gpointer user_data);

SocketioServer *socketio_server_new (void);
void socketio_server_set_adapter_func (SocketioServer *server,
                                       SocketioAdapterFunc func,
                                       gpointer user_data,
                                       GDestroyNotify destroy);

void
socketio_server_attach (SocketioServer *server, SoupServer *soup_server, SocketioOptions *options);
gboolean socketio_server_listen (SocketioServer *server,
                                 const char *address,
                                 guint16 port,
                                 SocketioOptions *options,
                                 GError **error);
guint16 socketio_server_get_port (SocketioServer *server);
SoupServer *socketio_server_get_soup_server (SocketioServer *server);

SocketioNamespace *socketio_server_of (SocketioServer *server, const char *name);
SocketioNamespace *socketio_server_of_pattern (SocketioServer *server, GRegex *pattern);
SocketioNamespace *socketio_server_of_function (SocketioServer *server,
                                                SocketioMatchFunc func,
                                                gpointer user_data,
                                                GDestroyNotify destroy);
guint socketio_server_get_n_connections (SocketioServer *server);
void socketio_server_get_traffic (SocketioServer *server, SocketioTraffic *traffic);

gboolean
socketio_server_emit (SocketioServer *server, const char *name, SocketioArguments *arguments);
SocketioTarget *socketio_server_everybody (SocketioServer *server);
SocketioTarget *socketio_server_to (SocketioServer *server, const char *room);
SocketioTarget *socketio_server_except (SocketioServer *server, const char *room);
void socketio_server_use (SocketioServer *server,
                          SocketioUseFunc func,
                          gpointer user_data,
                          GDestroyNotify destroy);

void socketio_server_close (SocketioServer *server);

G_END_DECLS
