/* socketio-namespace.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-adapter.h"
#include "socketio-admission.h"
#include "socketio-target.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_NAMESPACE (socketio_namespace_get_type ())

/**
 * SocketioNamespace:
 *
 * A named place on a server, with an admission, rooms and sockets of its own.
 */
G_DECLARE_FINAL_TYPE (SocketioNamespace, socketio_namespace, SOCKETIO, NAMESPACE, GObject)

/**
 * SocketioUseFunc:
 * @namespace_: the namespace
 * @admission: who wants in, and the answer to be given
 * @user_data: data
 *
 * Decides whether a client may join.
 */
typedef void (*SocketioUseFunc) (SocketioNamespace *namespace_,
                                 SocketioAdmission *admission,
                                 gpointer user_data);

const char *socketio_namespace_get_name (SocketioNamespace *namespace_);
SocketioAdapter *socketio_namespace_get_adapter (SocketioNamespace *namespace_);
SocketioNamespace *socketio_namespace_get_parent (SocketioNamespace *namespace_);
GPtrArray *socketio_namespace_list_children (SocketioNamespace *namespace_);
guint socketio_namespace_get_n_sockets (SocketioNamespace *namespace_);
SocketioServerSocket *socketio_namespace_lookup (SocketioNamespace *namespace_, const char *id);

void socketio_namespace_use (SocketioNamespace *namespace_,
                             SocketioUseFunc func,
                             gpointer user_data,
                             GDestroyNotify destroy);

gboolean socketio_namespace_emit (SocketioNamespace *namespace_,
                                  const char *name,
                                  SocketioArguments *arguments);
SocketioTarget *socketio_namespace_everybody (SocketioNamespace *namespace_);
SocketioTarget *socketio_namespace_to (SocketioNamespace *namespace_, const char *room);
SocketioTarget *socketio_namespace_except (SocketioNamespace *namespace_, const char *room);

gboolean socketio_namespace_server_side_emit (SocketioNamespace *namespace_,
                                              const char *name,
                                              SocketioArguments *arguments);
void socketio_namespace_server_side_emit_with_ack_async (SocketioNamespace *namespace_,
                                                         const char *name,
                                                         SocketioArguments *arguments,
                                                         guint timeout,
                                                         GCancellable *cancellable,
                                                         GAsyncReadyCallback callback,
                                                         gpointer user_data);
gboolean socketio_namespace_server_side_emit_with_ack_finish (SocketioNamespace *namespace_,
                                                              GAsyncResult *result,
                                                              GPtrArray **responses,
                                                              GError **error);

G_END_DECLS
