/* socketio-waits.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-collector.h"

G_BEGIN_DECLS

typedef struct _SocketioWaits SocketioWaits;

SocketioWaits *socketio_waits_new (void);
void socketio_waits_free (SocketioWaits *waits);

gint64 socketio_waits_begin (SocketioWaits *waits, SocketioCollector *collector);
void socketio_waits_add (SocketioWaits *waits, gint64 id, gpointer member);
void socketio_waits_commit (SocketioWaits *waits, gint64 id);

void socketio_waits_answer (SocketioWaits *waits,
                            gint64 id,
                            gpointer member,
                            SocketioArguments *arguments);
void socketio_waits_drop (SocketioWaits *waits, gint64 id, gpointer member);
void socketio_waits_leave (SocketioWaits *waits, gpointer member);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioWaits, socketio_waits_free)

G_END_DECLS
