/* socketio-namespace-private.h: what server and sockets see of a namespace
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-connection.h"
#include "socketio-namespace.h"
#include "socketio-waits.h"

G_BEGIN_DECLS

typedef void (*SocketioNamespaceFunc) (SocketioNamespace *namespace_, gpointer user_data);

typedef struct
{
  SocketioUseFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} SocketioNamespaceStep;

struct _SocketioNamespace
{
  GObject parent_instance;

  char *name;
  SocketioAdapter *adapter;
  GHashTable *sockets; /* id -> SocketioServerSocket */
  GHashTable *pending; /* set of those that wait to be let in, not owned */
  GPtrArray *steps; /* of SocketioNamespaceStep */
  GHashTable *pids; /* pid -> SocketioServerSocket, not owned; NULL while recovery is off */
  gboolean skip_steps; /* for clients that come back */
  guint max_screened_events;
  gsize max_screened_bytes;
  SocketioWaits *waits; /* NULL until a broadcast wants answers */
  GPtrArray *hearers; /* of a broadcast under way, who listen to what is sent; NULL for none */

  SocketioNamespace *parent; /* of a child */
  GHashTable *children; /* of a parent: name -> SocketioNamespace, not owned */
  SocketioNamespaceFunc vacant;
  gpointer vacant_data;
};

SocketioNamespace *socketio_namespace_new (const char *name, SocketioAdapter *adapter);
SocketioNamespace *socketio_namespace_new_parent (const char *name);
SocketioNamespace *socketio_namespace_new_child (SocketioNamespace *parent,
                                                 const char *name,
                                                 SocketioAdapter *adapter);
void socketio_namespace_set_adapter (SocketioNamespace *self, SocketioAdapter *adapter);
void socketio_namespace_detach (SocketioNamespace *self);
/* @socket has its old session, or none; it is connected next. */
typedef void (*SocketioRecoverFunc) (SocketioNamespace *namespace_, SocketioServerSocket *socket);

void socketio_namespace_recover (SocketioNamespace *self,
                                 SocketioServerSocket *socket,
                                 SocketioRecoverFunc done);
void socketio_namespace_persist (SocketioNamespace *self,
                                 SocketioServerSocket *socket,
                                 SocketioDisconnectReason reason);

void socketio_namespace_start (SocketioNamespace *self, SocketioOptions *options);
gboolean socketio_namespace_recovers (SocketioNamespace *self);
void socketio_namespace_attach_emitter (SocketioNamespace *self);
void socketio_namespace_announce (SocketioNamespace *self, SocketioServerSocket *socket);
void socketio_namespace_forget (SocketioNamespace *self, SocketioServerSocket *socket);
void socketio_namespace_watch_vacancy (SocketioNamespace *self,
                                       SocketioNamespaceFunc vacant,
                                       gpointer user_data);
void
socketio_namespace_admit (SocketioNamespace *self, SocketioConnection *connection, JsonNode *auth);
void socketio_namespace_send_refusal (const char *name,
                                      SocketioConnection *connection,
                                      const char *message,
                                      JsonNode *data);
void socketio_namespace_remove_socket (SocketioNamespace *self, SocketioServerSocket *socket);
void socketio_namespace_take_server_event (SocketioNamespace *self,
                                           const char *name,
                                           SocketioArguments *arguments,
                                           SocketioAck *ack);
void socketio_namespace_take_answer (SocketioNamespace *self,
                                     SocketioServerSocket *socket,
                                     gint64 id,
                                     SocketioArguments *arguments);
void
socketio_namespace_drop_answer (SocketioNamespace *self, SocketioServerSocket *socket, gint64 id);

G_END_DECLS
