/* socketio-match.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "socketio-types.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_MATCH (socketio_match_get_type ())

/**
 * SocketioMatch:
 *
 * A name that a client asks for and that is no namespace yet, and the answer to be given. It may be
 * kept, to answer later; dropping it declines.
 */
G_DECLARE_FINAL_TYPE (SocketioMatch, socketio_match, SOCKETIO, MATCH, GObject)

/**
 * SocketioMatchFunc:
 * @server: the server
 * @match: the name, and the answer to be given
 * @user_data: data
 *
 * Decides whether a parent namespace takes a name.
 */
typedef void (*SocketioMatchFunc) (SocketioServer *server,
                                   SocketioMatch *match,
                                   gpointer user_data);

const char *socketio_match_get_name (SocketioMatch *match);
JsonNode *socketio_match_get_auth (SocketioMatch *match);

void socketio_match_accept (SocketioMatch *match);
void socketio_match_decline (SocketioMatch *match);

G_END_DECLS
