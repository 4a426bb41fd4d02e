/* api-broadcast.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <socketio.h>

G_BEGIN_DECLS

void add_broadcast_events (SocketioServerSocket *socket);

G_END_DECLS
