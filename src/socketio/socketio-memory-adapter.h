/* socketio-memory-adapter.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-adapter.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_MEMORY_ADAPTER (socketio_memory_adapter_get_type ())

G_DECLARE_FINAL_TYPE (SocketioMemoryAdapter,
                      socketio_memory_adapter,
                      SOCKETIO,
                      MEMORY_ADAPTER,
                      SocketioAdapter)

SocketioAdapter *socketio_memory_adapter_new (void);

G_END_DECLS
