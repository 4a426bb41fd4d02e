/* chat-metrics.c: what a host counts
 *
 * chat-host.c and chat-peer.c count; chat-monitor.c asks for the text. What can be found out when
 * somebody asks is not counted: it costs nothing while nobody does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-metrics.h"

#include "chat-peer.h"

/**
 * chat_metrics_new:
 *
 * Begins to count.
 *
 * Returns: (transfer full): the metrics
 */
ChatMetrics *
chat_metrics_new (void)
{
  return g_rc_box_new0 (ChatMetrics);
}

/**
 * chat_metrics_ref:
 * @metrics: the metrics
 *
 * Returns: (transfer full): @metrics
 */
ChatMetrics *
chat_metrics_ref (ChatMetrics *self)
{
  return g_rc_box_acquire (self);
}

/**
 * chat_metrics_unref:
 * @metrics: (transfer full): the metrics
 *
 * Releases @metrics.
 */
void
chat_metrics_unref (ChatMetrics *self)
{
  g_rc_box_release (self);
}

/* {{{ Counting */

static void
on_refused (SocketioOptions *options,
            gpointer message,
            guint code,
            const char *text,
            const char *context,
            gpointer user_data)
{
  ChatMetrics *self = user_data;

  if (code < CHAT_METRICS_N_REFUSALS)
    self->n_refused[code]++;
}

static void
on_room_created (SocketioAdapter *adapter, const char *room, gpointer user_data)
{
  ChatMetrics *self = user_data;

  self->n_rooms++;
}

static void
on_room_deleted (SocketioAdapter *adapter, const char *room, gpointer user_data)
{
  ChatMetrics *self = user_data;

  self->n_rooms--;
}

static void
connect_to (gpointer instance, const char *signal, gpointer callback, ChatMetrics *self)
{
  g_signal_connect_data (instance, signal, G_CALLBACK (callback), chat_metrics_ref (self),
                         (GClosureNotify)(void *)chat_metrics_unref, 0);
}

/**
 * chat_metrics_watch:
 * @metrics: the metrics
 * @server: a server that nobody has connected to yet
 * @options: its options
 *
 * Counts the rooms of @server, and the requests that it refuses.
 */
void
chat_metrics_watch (ChatMetrics *self, SocketioServer *server, SocketioOptions *options)
{
  SocketioAdapter *adapter = socketio_namespace_get_adapter (socketio_server_of (server, "/"));

  connect_to (adapter, "create-room", on_room_created, self);
  connect_to (adapter, "delete-room", on_room_deleted, self);
  connect_to (options, "connection-error", on_refused, self);
}

/**
 * chat_metrics_count_closed:
 * @metrics: the metrics
 * @reason: why
 *
 * Counts a client that is gone.
 */
void
chat_metrics_count_closed (ChatMetrics *self, SocketioDisconnectReason reason)
{
  if (reason < G_N_ELEMENTS (self->n_closed))
    self->n_closed[reason]++;
}

/**
 * chat_metrics_count_posted:
 * @metrics: the metrics
 * @message: a message that was posted
 *
 * Counts a message. One with a serial was kept before it was posted, so that the storage works.
 */
void
chat_metrics_count_posted (ChatMetrics *self, ChatMessage *message)
{
  if (chat_message_is_public (message))
    self->n_public++;
  else
    self->n_private++;
  if (chat_message_get_serial (message) != 0)
    self->storage_fails = FALSE;
}

/**
 * chat_metrics_count_error:
 * @metrics: the metrics
 * @error: what a client is told
 *
 * Counts an error.
 */
void
chat_metrics_count_error (ChatMetrics *self, const GError *error)
{
  gint code = error->domain == CHAT_ERROR ? error->code : CHAT_ERROR_FAILED;

  if (code < 0 || code > CHAT_ERROR_FAILED)
    code = CHAT_ERROR_FAILED;
  self->n_errors[code]++;
  if (code == CHAT_ERROR_STORAGE)
    self->storage_fails = TRUE;
}

/* }}} */
/* {{{ Writing */

static void
write_clients_of_kind (HttpExposition *exposition,
                       SocketioServer *server,
                       const char *room,
                       const char *kind)
{
  static const char *const transports[] = { "polling", "websocket", "loopback" };
  g_autoptr (SocketioTarget) target = socketio_server_to (server, room);
  g_autoptr (GPtrArray) sockets = socketio_target_list_sockets (target);
  guint counts[G_N_ELEMENTS (transports)] = { 0 };

  for (guint i = 0; i < sockets->len; i++)
    {
      const char *name = socketio_server_socket_get_transport_name (sockets->pdata[i]);

      for (guint k = 0; k < G_N_ELEMENTS (transports); k++)
        counts[k] += g_strcmp0 (name, transports[k]) == 0;
    }
  for (guint k = 0; k < G_N_ELEMENTS (transports); k++)
    http_exposition_add (exposition, counts[k], "transport", transports[k], "kind", kind, NULL);
}

static void
write_clients (ChatMetrics *self, SocketioServer *server, HttpExposition *exposition)
{
  http_exposition_begin (exposition, "madang_clients", "gauge",
                         "Clients that are connected now; rich ones have logged in.");
  write_clients_of_kind (exposition, server, CHAT_ROOM_PLAIN, "plain");
  write_clients_of_kind (exposition, server, CHAT_ROOM_RICH, "rich");

  http_exposition_put (exposition, "madang_clients_opened_total", "counter",
                       "Clients that have connected.", self->n_opened);
  http_exposition_begin (exposition, "madang_clients_closed_total", "counter",
                         "Clients that are gone.");
  for (guint i = 0; i < G_N_ELEMENTS (self->n_closed); i++)
    http_exposition_add (exposition, self->n_closed[i], "reason",
                         socketio_disconnect_reason_to_string (i), NULL);
  http_exposition_put (exposition, "madang_rooms", "gauge",
                       "Rooms that somebody is in now, each client's own among them.",
                       self->n_rooms);
}

static void
write_messages (ChatMetrics *self, HttpExposition *exposition)
{
  http_exposition_begin (exposition, "madang_messages_total", "counter",
                         "Messages that were posted, to everyone or to one.");
  http_exposition_add (exposition, self->n_public, "kind", "public", NULL);
  http_exposition_add (exposition, self->n_private, "kind", "private", NULL);

  http_exposition_begin (exposition, "madang_errors_total", "counter",
                         "Errors that clients were told.");
  for (guint i = 0; i < G_N_ELEMENTS (self->n_errors); i++)
    http_exposition_add (exposition, self->n_errors[i], "code", chat_error_to_code (i), NULL);
}

static void
write_refusals (ChatMetrics *self, HttpExposition *exposition)
{
  static const char *const codes[CHAT_METRICS_N_REFUSALS] = { "0", "1", "2", "3", "4", "5" };

  http_exposition_begin (exposition, "madang_refusals_total", "counter",
                         "Requests that were refused, by the code of Engine.IO.");
  for (guint i = 0; i < CHAT_METRICS_N_REFUSALS; i++)
    http_exposition_add (exposition, self->n_refused[i], "code", codes[i], NULL);
}

static void
write_traffic (SocketioServer *server, HttpExposition *exposition)
{
  SocketioTraffic traffic;

  socketio_server_get_traffic (server, &traffic);
  http_exposition_begin (exposition, "madang_packets_total", "counter",
                         "Packets of Engine.IO that were exchanged, heartbeats too.");
  http_exposition_add (exposition, traffic.packets_in, "direction", "in", NULL);
  http_exposition_add (exposition, traffic.packets_out, "direction", "out", NULL);
  http_exposition_begin (exposition, "madang_packet_bytes_total", "counter",
                         "Bytes in these packets, before they are framed or compressed.");
  http_exposition_add (exposition, traffic.bytes_in, "direction", "in", NULL);
  http_exposition_add (exposition, traffic.bytes_out, "direction", "out", NULL);
  http_exposition_put (exposition, "madang_queued_bytes", "gauge",
                       "What waits now because clients do not read fast enough.",
                       traffic.bytes_queued);
}

static void
write_store (ChatService *service, HttpExposition *exposition)
{
  gint64 n_messages, bytes;

  if (!chat_store_get_usage (chat_service_get_store (service), &n_messages, &bytes, NULL))
    return;

  http_exposition_put (exposition, "madang_stored_messages", "gauge", "Messages that are kept.",
                       n_messages);
  http_exposition_put (exposition, "madang_store_bytes", "gauge",
                       "Bytes of the database that are in use.", bytes);
}

/**
 * chat_metrics_write:
 * @metrics: the metrics
 * @server: the server that they are of
 * @service: the service behind it
 * @exposition: where to write them
 *
 * Writes the metrics of the chat. That takes a look at each client.
 */
void
chat_metrics_write (ChatMetrics *self,
                    SocketioServer *server,
                    ChatService *service,
                    HttpExposition *exposition)
{
  http_exposition_begin (exposition, "madang_build_info", "gauge", "Which version this is.");
  http_exposition_add (exposition, 1, "version", PACKAGE_VERSION, NULL);
  write_clients (self, server, exposition);
  write_messages (self, exposition);
  write_refusals (self, exposition);
  write_traffic (server, exposition);
  write_store (service, exposition);
}

/* }}} */
