/* socketio-wire.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio.h"

#include "socketio-packet.h"

G_BEGIN_DECLS

typedef struct _SocketioWire SocketioWire;

SocketioWire *socketio_wire_new (SocketioPacket *packet);
void socketio_wire_free (SocketioWire *wire);

gsize socketio_wire_get_size (SocketioWire *wire);
gboolean socketio_wire_fits (SocketioWire *wire, EngineioSession *session);
void socketio_wire_send (SocketioWire *wire, EngineioSession *session);
gboolean socketio_wire_send_volatile (SocketioWire *wire, EngineioSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioWire, socketio_wire_free)

G_END_DECLS
