/* socketio-options.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-types.h"

G_BEGIN_DECLS

/**
 * SocketioOptions:
 *
 * Every limit and timer of a server. It has those of Engine.IO too, as properties.
 */
#define SOCKETIO_TYPE_OPTIONS (socketio_options_get_type ())
#define SOCKETIO_OPTIONS(instance)                                                                 \
  (G_TYPE_CHECK_INSTANCE_CAST ((instance), SOCKETIO_TYPE_OPTIONS, SocketioOptions))
#define SOCKETIO_IS_OPTIONS(instance)                                                              \
  (G_TYPE_CHECK_INSTANCE_TYPE ((instance), SOCKETIO_TYPE_OPTIONS))

GType socketio_options_get_type (void);

SocketioOptions *socketio_options_new (void);

guint socketio_options_get_connect_timeout (SocketioOptions *options);
gboolean socketio_options_get_serve_client (SocketioOptions *options);
SocketioParser *socketio_options_get_parser (SocketioOptions *options);
gboolean socketio_options_get_cleanup_empty_child_namespaces (SocketioOptions *options);
guint socketio_options_get_max_child_namespaces (SocketioOptions *options);
guint socketio_options_get_max_disconnection_duration (SocketioOptions *options);
gboolean socketio_options_get_skip_middlewares (SocketioOptions *options);
guint socketio_options_get_recovery_max_packets (SocketioOptions *options);
gsize socketio_options_get_recovery_max_bytes (SocketioOptions *options);
guint socketio_options_get_recovery_max_sessions (SocketioOptions *options);
guint socketio_options_get_max_screened_events (SocketioOptions *options);
gsize socketio_options_get_max_screened_bytes (SocketioOptions *options);

gboolean socketio_options_add_origin (SocketioOptions *options, const char *origin, GError **error);
gboolean
socketio_options_add_origin_pattern (SocketioOptions *options, const char *pattern, GError **error);
gboolean socketio_options_add_host (SocketioOptions *options, const char *host, GError **error);
gboolean
socketio_options_add_trusted_proxy (SocketioOptions *options, const char *proxy, GError **error);

/**
 * SocketioRequestFunc:
 * @request: a request, to be allowed or refused now or later
 * @user_data: data of [method@SocketioOptions.use]
 *
 * Looks at an HTTP request before anything is done with it.
 */
typedef void (*SocketioRequestFunc) (SocketioRequest *request, gpointer user_data);

void socketio_options_use (SocketioOptions *options,
                           SocketioRequestFunc func,
                           gpointer user_data,
                           GDestroyNotify destroy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioOptions, g_object_unref)

G_END_DECLS
