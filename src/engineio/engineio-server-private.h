/* engineio-server-private.h: what the server's own files see of it
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "engineio-server.h"
#include "engineio-session-private.h"

#include "http-bundle.h"
#include "http-listener.h"

G_BEGIN_DECLS

/* How the requests that come in know a server, which may be gone before they are. */
typedef struct
{
  EngineioServer *server; /* NULL once it is gone */
} EngineioServerLink;

struct _EngineioServer
{
  GObject parent_instance;

  EngineioOptions *options;
  HttpPoller *poller;
  const EngineioServerHandler *handler;
  gpointer handler_data;

  EngineioServerLink *link; /* reference-counted */
  SoupServer *soup_server;
  HttpBundle *files; /* that are handed out below our path */
  HttpListener *listener; /* when we made soup_server ourselves */

  GHashTable *sessions; /* id -> EngineioSession */
  EngineioTraffic *traffic;
  GHashTable *closing; /* set of EngineioSession, until their transport is done */
  gint64 told_of_old_client; /* when it was logged last; 0 for never */
  gboolean closed;
  gboolean told_idle;
};

/* What a request asks for. */
typedef struct
{
  const char *method;
  const char *transport;
  const char *sid;
  gboolean upgrade;
  gboolean base64;
  const char *eio;
  const EngineioProtocol *protocol; /* NULL for one that we do not speak */
  EngineioSession *session;
} EngineioServerRequest;

EngineioSession *engineio_server_add_session (EngineioServer *self,
                                              const EngineioProtocol *protocol,
                                              EngineioTransport *transport,
                                              const char *id,
                                              const char *remote_address,
                                              guint16 remote_port);
void engineio_server_announce_session (EngineioServer *self, EngineioSession *session);
EngineioSession *engineio_server_lookup (EngineioServer *self, const char *id);
void engineio_server_stop_listening (EngineioServer *self);
void engineio_server_detach (EngineioServer *self);

/* engineio-server-accept.c */

char *engineio_server_get_remote (EngineioServer *self, SoupServerMessage *message, guint16 *port);
void engineio_server_accept_websocket (EngineioServer *self,
                                       SoupServerMessage *message,
                                       const EngineioServerRequest *request);
void engineio_server_accept_polling (EngineioServer *self,
                                     SoupServerMessage *message,
                                     const EngineioServerRequest *request);
void engineio_server_handle_polling (EngineioServer *self,
                                     SoupServerMessage *message,
                                     const EngineioServerRequest *request);

G_END_DECLS
