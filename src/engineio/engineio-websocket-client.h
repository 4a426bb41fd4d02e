/* engineio-websocket-client.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-dialer.h"
#include "engineio-transport.h"

#include "http-poller.h"

G_BEGIN_DECLS

#define ENGINEIO_TYPE_WEBSOCKET_CLIENT (engineio_websocket_client_get_type ())

G_DECLARE_FINAL_TYPE (EngineioWebsocketClient,
                      engineio_websocket_client,
                      ENGINEIO,
                      WEBSOCKET_CLIENT,
                      EngineioTransport)

EngineioTransport *
engineio_websocket_client_new (EngineioDialer *dialer, const char *sid, HttpPoller *poller);

G_END_DECLS
