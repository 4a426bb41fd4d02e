/* trio.h: a server with three clients in one namespace, both ends of each
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "socketio-fixture.h"

G_BEGIN_DECLS

#define TRIO 3

typedef struct
{
  SocketioServer *server;
  SocketioNamespace *namespace_; /* where they are: the test may set it first */
  SocketioClient *clients[TRIO];
  SocketioSocket *near[TRIO];
  SocketioServerSocket *far[TRIO];
  guint n;
  GString *log;
} Trio;

void trio_set_up (Trio *trio, gconstpointer data);
void trio_tear_down (Trio *trio, gconstpointer data);

#define trio_test_add(path, func) g_test_add (path, Trio, NULL, trio_set_up, func, trio_tear_down)

void trio_drop (Trio *trio, guint i);
const char *trio_id (Trio *trio, guint i);

G_END_DECLS
