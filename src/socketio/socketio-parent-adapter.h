/* socketio-parent-adapter.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-adapter.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_PARENT_ADAPTER (socketio_parent_adapter_get_type ())

G_DECLARE_FINAL_TYPE (SocketioParentAdapter,
                      socketio_parent_adapter,
                      SOCKETIO,
                      PARENT_ADAPTER,
                      SocketioAdapter)

SocketioAdapter *socketio_parent_adapter_new (GHashTable *children);

G_END_DECLS
