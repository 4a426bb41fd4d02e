/* socketio-server-socket-fields.h: what a server socket's own files see of it
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-adapter.h"
#include "socketio-namespace-private.h"
#include "socketio-screening-private.h"
#include "socketio-server-socket-private.h"

G_BEGIN_DECLS

struct _SocketioServerSocket
{
  SocketioSocket parent_instance;

  /* What a broadcast needs, side by side. */
  EngineioSession *engine; /* the connection's, and as long there */
  guint64 last_position; /* of the last event that it was sent, while recovery is on */

  SocketioConnection *connection;
  SocketioNamespace *namespace_;
  JsonNode *auth;
  JsonObject *data; /* NULL for none */
  gint64 issued; /* milliseconds since 1970 */
  SocketioScreens *screens; /* NULL for none */
  GHashTable *early_rooms; /* set of names, joined before it is admitted; NULL for none */

  /* While recovery is on. */
  char *pid;
  char *offset; /* where the log stood when the client first connected */
  SocketioSession *session; /* that is being restored */
  gboolean recovered;

  gboolean ending;
};

/* socketio-server-socket.c */

const char *socketio_server_socket_id (SocketioServerSocket *self);
JsonObject *socketio_server_socket_dup_data (SocketioServerSocket *self);

/* socketio-server-socket-rooms.c */

void socketio_server_socket_add_rooms (SocketioServerSocket *self, GStrvBuilder *rooms);
void socketio_server_socket_join_early_rooms (SocketioServerSocket *self);

/* socketio-server-socket-recover.c */

void socketio_server_socket_resume (SocketioServerSocket *self);
void socketio_server_socket_add_recovery (SocketioServerSocket *self, JsonObject *welcome);

G_END_DECLS
