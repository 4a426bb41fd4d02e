/* socketio-wire.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-packet.h"
#include "socketio-types.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_WIRE (socketio_wire_get_type ())
GType socketio_wire_get_type (void);

void socketio_wire_add_text (SocketioWire *wire, const char *text, gsize length);
void socketio_wire_add_binary (SocketioWire *wire, GBytes *bytes);

G_END_DECLS
