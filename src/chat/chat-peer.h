/* chat-peer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <socketio.h>

#include "chat-metrics.h"
#include "chat-service.h"

G_BEGIN_DECLS

/* The rooms that the host's broadcasts go to. */
#define CHAT_ROOM_PLAIN "plain"
#define CHAT_ROOM_RICH  "rich"

char *chat_peer_room_of_user (const char *id);
void chat_peer_attach (ChatService *service, ChatMetrics *metrics, SocketioServerSocket *socket);

G_END_DECLS
