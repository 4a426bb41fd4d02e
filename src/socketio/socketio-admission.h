/* socketio-admission.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "socketio-types.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_ADMISSION (socketio_admission_get_type ())

/**
 * SocketioAdmission:
 *
 * A client that asks to join a namespace, and the answer to be given. It may be kept, to answer
 * later; dropping it refuses.
 */
G_DECLARE_FINAL_TYPE (SocketioAdmission, socketio_admission, SOCKETIO, ADMISSION, GObject)

SocketioServerSocket *socketio_admission_get_socket (SocketioAdmission *admission);

void socketio_admission_allow (SocketioAdmission *admission);
void socketio_admission_refuse (SocketioAdmission *admission, const char *message, JsonNode *data);

G_END_DECLS
