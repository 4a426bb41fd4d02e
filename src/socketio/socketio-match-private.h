/* socketio-match-private.h: what the server sees of matches and parents
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-connection.h"
#include "socketio-match.h"
#include "socketio-namespace.h"

G_BEGIN_DECLS

typedef struct _SocketioParents SocketioParents;

/* Called once: @parent is the one that takes the name, %NULL if none does. */
typedef void (*SocketioParentsFunc) (SocketioNamespace *parent,
                                     SocketioConnection *connection,
                                     const char *name,
                                     JsonNode *auth,
                                     gpointer user_data);

SocketioParents *
socketio_parents_new (SocketioServer *server, SocketioParentsFunc func, gpointer user_data);
void socketio_parents_ref (SocketioParents *self);
void socketio_parents_close (SocketioParents *self);
void socketio_parents_unref (SocketioParents *self);

SocketioNamespace *socketio_parents_add_pattern (SocketioParents *self, GRegex *pattern);
SocketioNamespace *socketio_parents_add_function (SocketioParents *self,
                                                  SocketioMatchFunc func,
                                                  gpointer user_data,
                                                  GDestroyNotify destroy);
SocketioNamespace *socketio_parents_match (SocketioParents *self, const char *name);
void socketio_parents_find (SocketioParents *self,
                            SocketioConnection *connection,
                            const char *name,
                            JsonNode *auth);

G_END_DECLS
