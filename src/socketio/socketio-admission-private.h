/* socketio-admission-private.h: what the namespace sees of an admission
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-admission.h"

G_BEGIN_DECLS

/* Called once: @message is %NULL when the step was allowed. */
typedef void (*SocketioAdmissionFunc) (SocketioServerSocket *socket,
                                       guint step,
                                       const char *message,
                                       JsonNode *data,
                                       gpointer user_data);

SocketioAdmission *socketio_admission_new (SocketioServerSocket *socket,
                                           guint step,
                                           SocketioAdmissionFunc func,
                                           GObject *owner);

G_END_DECLS
