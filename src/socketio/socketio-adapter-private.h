/* socketio-adapter-private.h: what the adapter's own files see of it
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-adapter.h"
#include "socketio-parser.h"

G_BEGIN_DECLS

typedef struct
{
  const SocketioEmitter *emitter; /* NULL before and after there is a namespace */
  gpointer user_data;
  SocketioParser *parser; /* of the server */
} SocketioAdapterPrivate;

SocketioAdapterPrivate *socketio_adapter_get_private (SocketioAdapter *self);
void socketio_adapter_set_defaults (SocketioAdapterClass *klass);

G_END_DECLS
