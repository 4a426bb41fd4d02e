/* engineio-polling.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "engineio-protocol.h"
#include "engineio-transport.h"

#include "http-poller.h"

G_BEGIN_DECLS

#define ENGINEIO_TYPE_POLLING (engineio_polling_get_type ())

G_DECLARE_FINAL_TYPE (EngineioPolling, engineio_polling, ENGINEIO, POLLING, EngineioTransport)

EngineioTransport *engineio_polling_new (const EngineioProtocol *protocol,
                                         gsize max_payload,
                                         guint max_packets,
                                         HttpPoller *poller);
void engineio_polling_set_compression (EngineioPolling *polling, gsize threshold);

void engineio_polling_handle_poll (EngineioPolling *polling, SoupServerMessage *message);
gboolean engineio_polling_begin_post (EngineioPolling *polling, SoupServerMessage *message);
void engineio_polling_handle_post (EngineioPolling *polling, SoupServerMessage *message);

G_END_DECLS
