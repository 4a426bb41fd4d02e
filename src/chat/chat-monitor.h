/* chat-monitor.h: /healthz and /metrics
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "http-forwarded.h"

#include "chat-host.h"
#include "chat-metrics.h"

G_BEGIN_DECLS

typedef struct _ChatMonitor ChatMonitor;

ChatMonitor *chat_monitor_new (ChatMetrics *metrics, SocketioServer *server, ChatService *service);
void chat_monitor_free (ChatMonitor *monitor);

void chat_monitor_set_exposure (ChatMonitor *monitor, ChatExposure healthz, ChatExposure metrics);

gboolean chat_monitor_shows (ChatMonitor *monitor,
                             HttpProxies *proxies,
                             SoupServerMessage *message,
                             const char *path);
void chat_monitor_check_method (SoupServerMessage *message);
void chat_monitor_handle (ChatMonitor *monitor,
                          SoupServerMessage *message,
                          const char *path,
                          gboolean closing);

G_END_DECLS
