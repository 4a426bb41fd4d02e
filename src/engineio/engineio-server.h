/* engineio-server.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-options.h"
#include "engineio-session.h"

typedef struct _SoupServer SoupServer;

G_BEGIN_DECLS

#define ENGINEIO_TYPE_SERVER (engineio_server_get_type ())

/**
 * EngineioServer:
 *
 * An Engine.IO server: it opens sessions for the clients that ask, and hands each to its handler.
 * It works on the main context of the thread that made it.
 */
G_DECLARE_FINAL_TYPE (EngineioServer, engineio_server, ENGINEIO, SERVER, GObject)

/**
 * EngineioServerHandler:
 * @session: a session has been opened; whoever is called sets its handler
 * @idle: after [method@EngineioServer.close]: the last session's connection is gone
 *
 * The way up from a server.
 */
typedef struct
{
  void (*session) (EngineioServer *server, EngineioSession *session, gpointer user_data);
  void (*idle) (EngineioServer *server, gpointer user_data);
} EngineioServerHandler;

EngineioServer *engineio_server_new (EngineioOptions *options,
                                     const EngineioServerHandler *handler,
                                     gpointer user_data);

void engineio_server_attach (EngineioServer *server, SoupServer *soup_server);
gboolean
engineio_server_listen (EngineioServer *server, const char *address, guint16 port, GError **error);
guint16 engineio_server_get_port (EngineioServer *server);
SoupServer *engineio_server_get_soup_server (EngineioServer *server);

void engineio_server_serve (EngineioServer *server,
                            GResource *resource,
                            const char *prefix,
                            const char *version);

EngineioOptions *engineio_server_get_options (EngineioServer *server);
guint engineio_server_get_n_sessions (EngineioServer *server);
void engineio_server_get_traffic (EngineioServer *server, EngineioTraffic *traffic);
gsize engineio_server_get_queued_bytes (EngineioServer *server);

EngineioSession *engineio_server_connect_loopback (EngineioServer *server);

char *engineio_make_id (void);

void engineio_server_close (EngineioServer *server);

G_END_DECLS
