/* socketio-server-private.h: the way into a server from within the process
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio.h"

#include "socketio-server.h"

G_BEGIN_DECLS

EngineioSession *socketio_server_connect_loopback (SocketioServer *self, GError **error);

G_END_DECLS
