/* engineio-polling-client.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-dialer.h"
#include "engineio-transport.h"

#include "http-poller.h"

G_BEGIN_DECLS

#define ENGINEIO_TYPE_POLLING_CLIENT (engineio_polling_client_get_type ())

G_DECLARE_FINAL_TYPE (EngineioPollingClient,
                      engineio_polling_client,
                      ENGINEIO,
                      POLLING_CLIENT,
                      EngineioTransport)

EngineioTransport *engineio_polling_client_new (EngineioDialer *dialer, HttpPoller *poller);

void engineio_polling_client_set_session (EngineioPollingClient *polling,
                                          const char *sid,
                                          gsize max_payload);
void engineio_polling_client_pause (EngineioPollingClient *polling, HttpTask *paused);
void engineio_polling_client_resume (EngineioPollingClient *polling);

G_END_DECLS
