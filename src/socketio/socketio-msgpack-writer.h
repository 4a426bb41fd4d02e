/* socketio-msgpack-writer.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-packet.h"

G_BEGIN_DECLS

void socketio_msgpack_append_packet (GString *out, SocketioPacket *packet);

G_END_DECLS
