/* socketio-screening-private.h: what a server's socket sees of screenings
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-packet.h"
#include "socketio-screening.h"

G_BEGIN_DECLS

typedef struct _SocketioScreens SocketioScreens;

/* Called once, unless the event was dropped: @error is %NULL when it has passed everything. */
typedef void (*SocketioScreensFunc) (SocketioServerSocket *socket,
                                     SocketioPacket *packet,
                                     SocketioAck *ack,
                                     const GError *error);

/* Called when too many events wait for a decision. */
typedef void (*SocketioScreensFullFunc) (SocketioServerSocket *socket);

SocketioScreens *socketio_screens_new (SocketioScreensFunc func,
                                       SocketioScreensFullFunc full,
                                       guint max_events,
                                       gsize max_bytes);
void socketio_screens_free (SocketioScreens *self);
void socketio_screens_add (SocketioScreens *self,
                           SocketioScreenFunc func,
                           gpointer user_data,
                           GDestroyNotify destroy);
void
socketio_screens_run (SocketioScreens *self, SocketioServerSocket *socket, SocketioPacket *packet);

G_END_DECLS
