/* engineio-loopback.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-transport.h"

#include "http-poller.h"

G_BEGIN_DECLS

#define ENGINEIO_TYPE_LOOPBACK (engineio_loopback_get_type ())

G_DECLARE_FINAL_TYPE (EngineioLoopback, engineio_loopback, ENGINEIO, LOOPBACK, EngineioTransport)

void
engineio_loopback_new_pair (HttpPoller *poller, EngineioTransport **one, EngineioTransport **other);

G_END_DECLS
