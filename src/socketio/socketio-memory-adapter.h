/* socketio-memory-adapter.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-adapter.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_MEMORY_ADAPTER (socketio_memory_adapter_get_type ())

/**
 * SocketioMemoryAdapter:
 *
 * Keeps the rooms of one server in memory: what a namespace has when
 * [method@SocketioServer.set_adapter_func] says nothing else. An adapter of a program's own can
 * have one of these for the members that are here.
 */
G_DECLARE_FINAL_TYPE (SocketioMemoryAdapter,
                      socketio_memory_adapter,
                      SOCKETIO,
                      MEMORY_ADAPTER,
                      SocketioAdapter)

SocketioAdapter *socketio_memory_adapter_new (void);

G_END_DECLS
