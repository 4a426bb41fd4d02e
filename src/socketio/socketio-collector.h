/* socketio-collector.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-arguments.h"
#include "socketio-types.h"

G_BEGIN_DECLS

/**
 * SocketioCollector:
 *
 * The answers of all who got a broadcast. Adapters put in what comes.
 */
#define SOCKETIO_TYPE_COLLECTOR (socketio_collector_get_type ())

GType socketio_collector_get_type (void);

/**
 * SocketioCollectorFunc:
 * @collector: the collector
 * @user_data: data
 *
 * Called when no answer is wanted any more.
 */
typedef void (*SocketioCollectorFunc) (SocketioCollector *collector, gpointer user_data);

SocketioCollector *socketio_collector_new (GTask *task, guint timeout);
SocketioCollector *socketio_collector_ref (SocketioCollector *collector);
void socketio_collector_unref (SocketioCollector *collector);

void socketio_collector_expect_reports (SocketioCollector *collector, guint n_more);
void socketio_collector_report (SocketioCollector *collector, guint n_clients);
void socketio_collector_answer (SocketioCollector *collector, SocketioArguments *arguments);
void socketio_collector_withdraw (SocketioCollector *collector);
void socketio_collector_lose (SocketioCollector *collector);
gboolean socketio_collector_is_done (SocketioCollector *collector);
void socketio_collector_watch (SocketioCollector *collector,
                               SocketioCollectorFunc done,
                               gpointer user_data);
void socketio_collector_unwatch (SocketioCollector *collector, gpointer user_data);

GPtrArray *socketio_collector_dup_responses_of (GTask *task);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioCollector, socketio_collector_unref)

G_END_DECLS
