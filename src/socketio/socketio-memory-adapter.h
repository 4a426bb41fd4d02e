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
 * Keeps the rooms of one server in memory, and sessions for clients that come back: what a
 * namespace has when [method@SocketioServer.set_adapter_func] says nothing else. A subclass that
 * joins several servers sends to the others what they have to know, and leaves the rest to this
 * one.
 */
G_DECLARE_DERIVABLE_TYPE (SocketioMemoryAdapter,
                          socketio_memory_adapter,
                          SOCKETIO,
                          MEMORY_ADAPTER,
                          SocketioAdapter)

/**
 * SocketioMemoryAdapterClass:
 * @parent_class: the parent's, with all that an adapter does
 *
 * The class of [class@SocketioMemoryAdapter].
 */
struct _SocketioMemoryAdapterClass
{
  SocketioAdapterClass parent_class;

  /*< private >*/
  gpointer padding[4];
};

SocketioAdapter *socketio_memory_adapter_new (void);

G_END_DECLS
