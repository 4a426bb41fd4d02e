/* engineio-websocket-client.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "engineio-transport.h"

G_BEGIN_DECLS

#define ENGINEIO_TYPE_WEBSOCKET_CLIENT (engineio_websocket_client_get_type ())

G_DECLARE_FINAL_TYPE (EngineioWebsocketClient,
                      engineio_websocket_client,
                      ENGINEIO,
                      WEBSOCKET_CLIENT,
                      EngineioTransport)

EngineioTransport *engineio_websocket_client_new (SoupSession *http, GUri *uri, gsize max_message);

G_END_DECLS
