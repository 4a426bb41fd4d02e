/* raw-peer.h: a peer that says to a Socket.IO server what it is told, packet by packet
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "raw-websocket.h"

#include "socketio-fixture.h"

G_BEGIN_DECLS

#define RAW_PEER_TARGET "/socket.io/?EIO=4&transport=websocket"

/* A server on a port of 127.0.0.1, and the one peer that has come to its namespace `/`, if any. */
typedef struct
{
  SocketioServer *server;
  SocketioOptions *options;
  SocketioSocket *far;
  GString *log; /* what the server's sockets tell */
} RawFixture;

void raw_set_up (RawFixture *fixture, gconstpointer data);
void raw_tear_down (RawFixture *fixture, gconstpointer data);
void raw_listen (RawFixture *fixture);

#define raw_test_add(path, data, func)                                                             \
  g_test_add (path, RawFixture, data, raw_set_up, func, raw_tear_down)

/* Opens a session by WebSocket. Packets are given and expected as Socket.IO has them: `40`,
 * `42["x"]`. */
RawWebsocket *raw_peer_new (RawFixture *fixture);
RawWebsocket *raw_peer_new_joined (RawFixture *fixture);
void raw_peer_expect_joined (RawWebsocket *peer, const char *prefix);
void raw_peer_expect_end (RawWebsocket *peer);

G_END_DECLS
