/* chat-host-private.h: the way into a host from within the process
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <socketio.h>

#include "chat-host.h"

G_BEGIN_DECLS

SocketioServer *chat_host_get_server (ChatHost *self);

G_END_DECLS
