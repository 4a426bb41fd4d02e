/* socketio-request.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-types.h"

typedef struct _SoupServerMessage SoupServerMessage;

G_BEGIN_DECLS

/**
 * SocketioRequest:
 *
 * A request that may be allowed or refused, now or later. It is an object of the layer below;
 * whoever answers later keeps a reference. Dropping it refuses.
 */
#ifndef __GI_SCANNER__ /* which would find a type of the layer below */
#define SOCKETIO_TYPE_REQUEST (socketio_request_get_type ())
#define SOCKETIO_REQUEST(instance)                                                                 \
  (G_TYPE_CHECK_INSTANCE_CAST ((instance), SOCKETIO_TYPE_REQUEST, SocketioRequest))
#define SOCKETIO_IS_REQUEST(instance)                                                              \
  (G_TYPE_CHECK_INSTANCE_TYPE ((instance), SOCKETIO_TYPE_REQUEST))

GType socketio_request_get_type (void);
#endif

SoupServerMessage *socketio_request_get_message (SocketioRequest *request);
const char *socketio_request_get_parameter (SocketioRequest *request, const char *name);

void socketio_request_allow (SocketioRequest *request);
void socketio_request_refuse (SocketioRequest *request, const char *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioRequest, g_object_unref)

G_END_DECLS
