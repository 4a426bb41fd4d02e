/* fake-server.h: an Engine.IO server that says to Socket.IO clients what it is told
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "engineio.h"

#include "socketio-fixture.h"

G_BEGIN_DECLS

typedef struct
{
  EngineioServer *server;
  EngineioOptions *options;
  EngineioSession *session; /* the last client's */
  guint n_sessions;
  GString *heard; /* from all of them, each packet with a space behind it */

  SocketioClient *client;
  SocketioClientSocket *socket; /* on `/` */
  GString *log; /* what the client and the socket tell */
} FakeServer;

void fake_set_up (FakeServer *fake, gconstpointer data);
void fake_tear_down (FakeServer *fake, gconstpointer data);

#define fake_test_add(path, func)                                                                  \
  g_test_add (path, FakeServer, NULL, fake_set_up, func, fake_tear_down)

/* Packets are without Engine.IO's type: `0{"sid":"x"}`, `2["x"]`. */
void fake_say (FakeServer *fake, const char *packet);
void fake_expect (FakeServer *fake, const char *packets);
void fake_connect (FakeServer *fake);
void fake_let_in (FakeServer *fake);

G_END_DECLS
