/* socketio-target.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "socketio-arguments.h"
#include "socketio-types.h"

G_BEGIN_DECLS

/**
 * SocketioTarget:
 *
 * To whom an event goes. It never changes: each step makes another one.
 */
#define SOCKETIO_TYPE_TARGET (socketio_target_get_type ())

GType socketio_target_get_type (void);

SocketioTarget *socketio_target_new (SocketioNamespace *namespace_);
SocketioTarget *socketio_target_ref (SocketioTarget *target);
void socketio_target_unref (SocketioTarget *target);

SocketioTarget *socketio_target_to (SocketioTarget *target, const char *room);
SocketioTarget *socketio_target_except (SocketioTarget *target, const char *room);
SocketioTarget *socketio_target_make_volatile (SocketioTarget *target);
SocketioTarget *socketio_target_make_local (SocketioTarget *target);
SocketioTarget *socketio_target_compress (SocketioTarget *target, gboolean compress);
SocketioTarget *socketio_target_timeout (SocketioTarget *target, guint timeout);

gboolean
socketio_target_emit (SocketioTarget *target, const char *name, SocketioArguments *arguments);
void socketio_target_emit_with_ack_async (SocketioTarget *target,
                                          const char *name,
                                          SocketioArguments *arguments,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
gboolean
socketio_target_emit_with_ack_finish (GAsyncResult *result, GPtrArray **responses, GError **error);
GPtrArray *socketio_target_list_sockets (SocketioTarget *target);
char **socketio_target_list_rooms (SocketioTarget *target);

void socketio_target_fetch_sockets_async (SocketioTarget *target,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
GPtrArray *socketio_target_fetch_sockets_finish (GAsyncResult *result, GError **error);
void socketio_target_sockets_join (SocketioTarget *target, const char *room);
void socketio_target_sockets_leave (SocketioTarget *target, const char *room);
void socketio_target_disconnect_sockets (SocketioTarget *target, gboolean close);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioTarget, socketio_target_unref)

G_END_DECLS
