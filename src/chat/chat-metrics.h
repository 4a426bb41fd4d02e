/* chat-metrics.h: what a host counts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <socketio.h>

#include "http-exposition.h"

#include "chat-service.h"

G_BEGIN_DECLS

/* The codes with which Engine.IO refuses a request. */
#define CHAT_METRICS_N_REFUSALS 6

/**
 * ChatMetrics:
 * @n_opened: clients that have connected
 * @n_closed: clients that are gone, by the reason
 * @n_public: messages to everyone that were posted
 * @n_private: messages to one that were posted
 * @n_errors: errors that clients were told, by the code
 * @n_refused: requests that were refused, by the code
 * @n_rooms: rooms that somebody is in now
 * @storage_fails: whether something could not be kept or read, and nothing was kept since
 *
 * What a host has counted since it was made. Each is one addition where it happens.
 */
typedef struct
{
  guint64 n_opened;
  guint64 n_closed[SOCKETIO_DISCONNECT_NETWORK_LOST + 1];
  guint64 n_public;
  guint64 n_private;
  guint64 n_errors[CHAT_ERROR_FAILED + 1];
  guint64 n_refused[CHAT_METRICS_N_REFUSALS];
  guint64 n_rooms;
  gboolean storage_fails;
} ChatMetrics;

ChatMetrics *chat_metrics_new (void);
ChatMetrics *chat_metrics_ref (ChatMetrics *metrics);
void chat_metrics_unref (ChatMetrics *metrics);

void chat_metrics_watch (ChatMetrics *metrics, SocketioServer *server, SocketioOptions *options);
void chat_metrics_count_closed (ChatMetrics *metrics, SocketioDisconnectReason reason);
void chat_metrics_count_posted (ChatMetrics *metrics, ChatMessage *message);
void chat_metrics_count_error (ChatMetrics *metrics, const GError *error);

void chat_metrics_write (ChatMetrics *metrics,
                         SocketioServer *server,
                         ChatService *service,
                         HttpExposition *exposition);
void chat_metrics_write_process (HttpExposition *exposition);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatMetrics, chat_metrics_unref)

G_END_DECLS
