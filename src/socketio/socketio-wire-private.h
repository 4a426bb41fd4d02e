/* socketio-wire-private.h: what the library does with encoded packets
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio.h"

#include "socketio-parser.h"
#include "socketio-wire.h"

G_BEGIN_DECLS

SocketioWire *socketio_wire_new (SocketioParser *parser, SocketioPacket *packet);
SocketioWire *socketio_wire_ref (SocketioWire *wire);
void socketio_wire_unref (SocketioWire *wire);

void socketio_wire_set_position (SocketioWire *wire, guint64 position);
guint64 socketio_wire_get_position (SocketioWire *wire);
gsize socketio_wire_get_size (SocketioWire *wire);
void socketio_wire_set_uncompressed (SocketioWire *wire);
gboolean socketio_wire_fits (SocketioWire *wire, EngineioSession *session);
void socketio_wire_send (SocketioWire *wire, EngineioSession *session);
gboolean socketio_wire_send_volatile (SocketioWire *wire, EngineioSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioWire, socketio_wire_unref)

G_END_DECLS
