/* socketio-session.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "socketio-types.h"

G_BEGIN_DECLS

/**
 * SocketioSession:
 * @pid: the secret by which the client asks for it
 * @id: the id of its socket
 * @rooms: the rooms that it was in, the one of its own id not among them
 * @data: (nullable): its data
 * @offset: (nullable): where the log of events stood when it first connected
 * @last_position: the position in the log of the last event that was sent to it; 0 for none
 * @missed: (element-type SocketioWire): when it is restored: what it has not got yet, in its order
 *
 * What is kept of a socket whose connection broke, so that its client can come back to it.
 */
typedef struct
{
  char *pid;
  char *id;
  char **rooms;
  JsonObject *data;
  char *offset;
  guint64 last_position;
  GPtrArray *missed;
} SocketioSession;

SocketioSession *socketio_session_new (const char *pid, const char *id);
void socketio_session_free (SocketioSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioSession, socketio_session_free)

G_END_DECLS
