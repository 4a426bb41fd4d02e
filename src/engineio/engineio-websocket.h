/* engineio-websocket.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-options.h"
#include "engineio-protocol.h"
#include "engineio-transport.h"

#include "http-stream.h"

G_BEGIN_DECLS

#define ENGINEIO_TYPE_WEBSOCKET (engineio_websocket_get_type ())

G_DECLARE_FINAL_TYPE (EngineioWebsocket, engineio_websocket, ENGINEIO, WEBSOCKET, EngineioTransport)

EngineioTransport *engineio_websocket_new (const EngineioProtocol *protocol,
                                           HttpStream *stream,
                                           GBytes *early,
                                           gsize max_message,
                                           HttpPoller *poller);
void engineio_websocket_set_compression (EngineioWebsocket *websocket,
                                         guint window_bits,
                                         gsize threshold);
EngineioTransport *engineio_websocket_new_client (const EngineioProtocol *protocol,
                                                  HttpStream *stream,
                                                  gsize max_message,
                                                  HttpPoller *poller);

G_END_DECLS
