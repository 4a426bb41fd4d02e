/* chat-monitor.c: /healthz and /metrics
 *
 * For whoever runs the server, and their programs. To anybody else these paths are like any other
 * that is not there. No page reads them: they have no CORS headers.
 *
 * How busy the main loop is is measured when somebody asks, so that an idle server sleeps: the
 * answer waits for its turn behind whatever else there is to do, and says how long that took.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-monitor.h"

#include "http-client.h"
#include "http-hangup.h"
#include "http-message.h"

#define HEALTH_PATH  "/healthz"
#define METRICS_PATH "/metrics"

struct _ChatMonitor
{
  ChatMetrics *metrics;
  SocketioServer *server;
  ChatService *service;
  ChatExposure healthz_exposure;
  ChatExposure metrics_exposure;
};

/* A request for the metrics that waits for its turn. It outlives the host if it has to. */
typedef struct
{
  ChatMetrics *metrics;
  SocketioServer *server;
  ChatService *service;
  HttpPoller *poller;
  SoupServerMessage *message;
  HttpHangup hangup;
  gint64 asked;
  gboolean gone;
} Scrape;

/**
 * chat_monitor_new:
 * @metrics: what is counted
 * @server: the server
 * @service: the service behind it
 *
 * Makes a monitor that shows itself to this computer.
 *
 * Returns: (transfer full): the monitor
 */
ChatMonitor *
chat_monitor_new (ChatMetrics *metrics, SocketioServer *server, ChatService *service)
{
  ChatMonitor *self = g_new0 (ChatMonitor, 1);

  self->metrics = chat_metrics_ref (metrics);
  self->server = g_object_ref (server);
  self->service = g_object_ref (service);
  self->healthz_exposure = CHAT_EXPOSURE_LOOPBACK;
  self->metrics_exposure = CHAT_EXPOSURE_LOOPBACK;
  return self;
}

/**
 * chat_monitor_free:
 * @monitor: (transfer full): a monitor
 *
 * Frees the monitor.
 */
void
chat_monitor_free (ChatMonitor *self)
{
  chat_metrics_unref (self->metrics);
  g_object_unref (self->server);
  g_object_unref (self->service);
  g_free (self);
}

/**
 * chat_monitor_set_exposure:
 * @monitor: a monitor
 * @healthz: to whom /healthz is shown
 * @metrics: to whom /metrics is shown
 *
 * Chooses who sees what.
 */
void
chat_monitor_set_exposure (ChatMonitor *self, ChatExposure healthz, ChatExposure metrics)
{
  self->healthz_exposure = healthz;
  self->metrics_exposure = metrics;
}

static ChatExposure
chat_monitor_find_exposure (ChatMonitor *self, const char *path)
{
  if (g_str_equal (path, HEALTH_PATH))
    return self->healthz_exposure;
  if (g_str_equal (path, METRICS_PATH))
    return self->metrics_exposure;
  return CHAT_EXPOSURE_OFF;
}

/* What a proxy passes on comes from a loopback address if it runs beside us. So such a request
 * counts by the client's address that a trusted proxy tells; where no one who can be believed tells
 * it, the request is never taken for one of this computer. */
static gboolean
is_from_here (HttpProxies *proxies, SoupServerMessage *message)
{
  g_auto (HttpClient) client = { 0 };

  return http_client_find (proxies, message, &client) && http_client_is_loopback (&client);
}

/**
 * chat_monitor_shows:
 * @monitor: a monitor
 * @proxies: whose word counts
 * @message: a request
 * @path: what it asks for
 *
 * Returns: whether @path is to be answered here; else it is like any other
 */
gboolean
chat_monitor_shows (ChatMonitor *self,
                    HttpProxies *proxies,
                    SoupServerMessage *message,
                    const char *path)
{
  ChatExposure exposure = chat_monitor_find_exposure (self, path);

  return exposure == CHAT_EXPOSURE_ALL ||
         (exposure == CHAT_EXPOSURE_LOOPBACK && is_from_here (proxies, message));
}

/**
 * chat_monitor_check_method:
 * @message: the head of a request that [func@chat_monitor_shows] is true for
 *
 * Refuses whatever does not only read.
 */
void
chat_monitor_check_method (SoupServerMessage *message)
{
  const char *method = soup_server_message_get_method (message);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  if (method == SOUP_METHOD_GET || method == SOUP_METHOD_HEAD)
    return;

  soup_message_headers_replace (headers, "Allow", "GET, HEAD");
  http_message_answer (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "text/plain",
                       "Method not allowed\n");
}

/* After a failure nobody may write for long, so that it is tried again when somebody asks. */
static gboolean
chat_monitor_can_store (ChatMonitor *self)
{
  ChatMetrics *metrics = self->metrics;

  if (metrics->storage_fails)
    metrics->storage_fails = !chat_store_try_write (chat_service_get_store (self->service), NULL);
  return !metrics->storage_fails;
}

static void
chat_monitor_answer_health (ChatMonitor *self, SoupServerMessage *message, gboolean closing)
{
  if (closing)
    http_message_answer (message, SOUP_STATUS_SERVICE_UNAVAILABLE, "text/plain", "closing\n");
  else if (!chat_monitor_can_store (self))
    http_message_answer (message, SOUP_STATUS_SERVICE_UNAVAILABLE, "text/plain",
                         "messages cannot be kept\n");
  else
    http_message_answer (message, SOUP_STATUS_OK, "text/plain", "ok\n");
}

/* {{{ Metrics */

static void
scrape_free (gpointer user_data)
{
  Scrape *self = user_data;

  chat_metrics_unref (self->metrics);
  g_object_unref (self->server);
  g_object_unref (self->service);
  g_object_unref (self->message);
  http_poller_unref (self->poller);
  g_free (self);
}

static void
write_loop (Scrape *self, HttpExposition *exposition)
{
  http_exposition_put (exposition, "madang_loop_lag_seconds", "gauge",
                       "How long this answer has waited for its turn in the main loop.",
                       (double)(g_get_monotonic_time () - self->asked) / G_USEC_PER_SEC);
  http_exposition_put (exposition, "madang_loop_longest_turn_seconds", "gauge",
                       "The longest turn that the network has taken in it since the start.",
                       (double)http_poller_get_longest_turn (self->poller) / G_USEC_PER_SEC);
}

static void
scrape_answer (Scrape *self)
{
  HttpExposition *exposition = http_exposition_new ();
  g_autofree char *text = NULL;

  write_loop (self, exposition);
  chat_metrics_write (self->metrics, self->server, self->service, exposition);
  chat_metrics_write_process (exposition);
  text = http_exposition_end (exposition);
  http_message_answer (self->message, SOUP_STATUS_OK, HTTP_EXPOSITION_TYPE, text);
}

static gboolean
on_turn (gpointer user_data)
{
  Scrape *self = user_data;

  if (!self->gone && http_hangup_unwatch (&self->hangup))
    {
      scrape_answer (self);
      soup_server_message_unpause (self->message);
    }
  return G_SOURCE_REMOVE;
}

static void
on_hung_up (gpointer user_data)
{
  Scrape *self = user_data;
  gboolean is_connected;

  self->gone = TRUE;
  is_connected = http_hangup_unwatch (&self->hangup);
  soup_server_message_set_status (self->message, SOUP_STATUS_NO_CONTENT, NULL);
  if (is_connected)
    soup_server_message_unpause (self->message);
}

static void
chat_monitor_answer_metrics (ChatMonitor *self, SoupServerMessage *message)
{
  Scrape *scrape = g_new0 (Scrape, 1);

  scrape->metrics = chat_metrics_ref (self->metrics);
  scrape->server = g_object_ref (self->server);
  scrape->service = g_object_ref (self->service);
  scrape->message = g_object_ref (message);
  scrape->poller = http_poller_ref_default ();
  scrape->asked = g_get_monotonic_time ();
  soup_server_message_pause (message);
  http_hangup_watch (&scrape->hangup, scrape->poller, message, on_hung_up, scrape);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, scrape, scrape_free);
}

/* }}} */

/**
 * chat_monitor_handle:
 * @monitor: a monitor
 * @message: a request that [func@chat_monitor_shows] is true for
 * @path: what it asks for
 * @closing: whether the server is being closed
 *
 * Answers a request, now or in the main loop's next turn.
 */
void
chat_monitor_handle (ChatMonitor *self,
                     SoupServerMessage *message,
                     const char *path,
                     gboolean closing)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  if (g_str_equal (path, HEALTH_PATH))
    chat_monitor_answer_health (self, message, closing);
  else
    chat_monitor_answer_metrics (self, message);
}
