/* engineio-websocket-client.c: the client's end of a WebSocket
 *
 * libsoup dials, does TLS and proxies, and the handshake. Its own WebSocket queues without a limit
 * and does not tell when it has sent, so that nobody could know whether the transport is writable.
 * So the stream is taken from it, and goes on in engineio-websocket.c, masked. The dialing begins
 * when the transport is made; one that failed is reported with an error in words.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-websocket-client.h"

#include "engineio-deflate-extension.h"
#include "engineio-websocket.h"

struct _EngineioWebsocketClient
{
  EngineioTransport parent_instance;

  const EngineioProtocol *protocol;
  HttpPoller *poller;
  GCancellable *cancellable;
  SoupMessage *message;
  EngineioTransport *websocket; /* once it is connected */
  gsize max_message;
  gsize compression_threshold;
};

G_DEFINE_FINAL_TYPE (EngineioWebsocketClient, engineio_websocket_client, ENGINEIO_TYPE_TRANSPORT)

static void
engineio_websocket_client_release (EngineioWebsocketClient *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->websocket != NULL)
    engineio_transport_set_handler (self->websocket, NULL, NULL);
  g_clear_object (&self->websocket);
  g_clear_object (&self->message);
}

/* {{{ Connected */

static void
on_packet (EngineioTransport *websocket, EngineioPacket *packet, gpointer user_data)
{
  g_autoptr (EngineioTransport) self = g_object_ref (user_data);

  engineio_transport_report_packet (self, packet);
}

static void
on_drained (EngineioTransport *websocket, gpointer user_data)
{
  g_autoptr (EngineioTransport) self = g_object_ref (user_data);

  engineio_transport_report_drained (self);
}

static void
on_closed (EngineioTransport *websocket,
           EngineioCloseReason reason,
           const char *description,
           gpointer user_data)
{
  g_autoptr (EngineioTransport) self = g_object_ref (user_data);

  engineio_websocket_client_release (ENGINEIO_WEBSOCKET_CLIENT (self));
  engineio_transport_report_closed (self, reason, description);
}

static const EngineioTransportHandler websocket_handler = {
  .packet = on_packet,
  .drained = on_drained,
  .closed = on_closed,
};

/* Nobody may read the stream but us. libsoup's WebSocket waits for input with a source whose data
 * is the WebSocket itself, and reads nothing before that source is called. */
static void
stop_reading (SoupWebsocketConnection *connection)
{
  GMainContext *context = g_main_context_get_thread_default ();
  GSource *source;

  while ((source = g_main_context_find_source_by_user_data (context, connection)) != NULL)
    g_source_destroy (source);
}

/* The connection closes its stream when it goes, so it stays as long as the stream. */
static HttpStream *
take_stream (SoupWebsocketConnection *connection, HttpPoller *poller)
{
  HttpStream *stream;

  stop_reading (connection);
  stream = http_stream_new_for_iostream (poller,
                                         soup_websocket_connection_get_io_stream (connection));
  g_object_set_data_full (G_OBJECT (stream), "connection", g_object_ref (connection),
                          g_object_unref);
  return stream;
}

static void
engineio_websocket_client_set_connection (EngineioWebsocketClient *self,
                                          SoupWebsocketConnection *connection)
{
  g_autoptr (HttpStream) stream = take_stream (connection, self->poller);
  EngineioDeflateExtension *deflate = engineio_deflate_extension_find (connection);

  self->websocket = engineio_websocket_new_client (self->protocol, stream, self->max_message,
                                                   self->poller);
  if (deflate != NULL)
    engineio_websocket_set_compression (ENGINEIO_WEBSOCKET (self->websocket),
                                        engineio_deflate_extension_get_window_bits (deflate),
                                        self->compression_threshold);
  engineio_transport_set_handler (self->websocket, &websocket_handler, self);
  engineio_transport_report_drained (ENGINEIO_TRANSPORT (self));
}

/* }}} */
/* {{{ Dialing */

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EngineioWebsocketClient) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection)
    connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    engineio_transport_report_closed (ENGINEIO_TRANSPORT (self), ENGINEIO_CLOSE_FORCED, NULL);
  else if (connection != NULL)
    engineio_websocket_client_set_connection (self, connection);
  else
    engineio_transport_report_error (ENGINEIO_TRANSPORT (self),
                                     engineio_dialer_translate_error (self->message, error));
}

/* }}} */

static guint
engineio_websocket_client_send (EngineioTransport *transport,
                                EngineioPacket *const *packets,
                                guint n)
{
  EngineioWebsocketClient *self = ENGINEIO_WEBSOCKET_CLIENT (transport);

  return self->websocket != NULL ? engineio_transport_send (self->websocket, packets, n) : 0;
}

static gboolean
engineio_websocket_client_is_writable (EngineioTransport *transport)
{
  EngineioWebsocketClient *self = ENGINEIO_WEBSOCKET_CLIENT (transport);

  return self->websocket != NULL && engineio_transport_is_writable (self->websocket);
}

static void
engineio_websocket_client_close (EngineioTransport *transport, EngineioCloseReason reason)
{
  EngineioWebsocketClient *self = ENGINEIO_WEBSOCKET_CLIENT (transport);

  if (self->websocket != NULL)
    engineio_transport_close (self->websocket, reason);
  else
    g_cancellable_cancel (self->cancellable);
}

static void
engineio_websocket_client_abort (EngineioTransport *transport)
{
  EngineioWebsocketClient *self = ENGINEIO_WEBSOCKET_CLIENT (transport);

  if (self->websocket != NULL)
    engineio_transport_abort (self->websocket);
  engineio_websocket_client_release (self);
}

static void
engineio_websocket_client_dispose (GObject *object)
{
  engineio_transport_abort (ENGINEIO_TRANSPORT (object));
  engineio_websocket_client_release (ENGINEIO_WEBSOCKET_CLIENT (object));

  G_OBJECT_CLASS (engineio_websocket_client_parent_class)->dispose (object);
}

static void
engineio_websocket_client_finalize (GObject *object)
{
  EngineioWebsocketClient *self = ENGINEIO_WEBSOCKET_CLIENT (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->poller, http_poller_unref);

  G_OBJECT_CLASS (engineio_websocket_client_parent_class)->finalize (object);
}

static void
engineio_websocket_client_class_init (EngineioWebsocketClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  EngineioTransportClass *transport_class = ENGINEIO_TRANSPORT_CLASS (klass);

  object_class->dispose = engineio_websocket_client_dispose;
  object_class->finalize = engineio_websocket_client_finalize;
  transport_class->name = "websocket";
  transport_class->send = engineio_websocket_client_send;
  transport_class->is_writable = engineio_websocket_client_is_writable;
  transport_class->close = engineio_websocket_client_close;
  transport_class->abort = engineio_websocket_client_abort;
}

static void
engineio_websocket_client_init (EngineioWebsocketClient *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * engineio_websocket_client_new:
 * @dialer: where its request comes from
 * @sid: (nullable): the session that is to move to it; %NULL to open one
 * @poller: the poller that watches the connection
 *
 * Makes a client's end of a WebSocket and begins to dial. It takes nothing before it is connected,
 * which it reports as `drained`.
 *
 * Returns: (transfer full): the transport
 */
EngineioTransport *
engineio_websocket_client_new (EngineioDialer *dialer, const char *sid, HttpPoller *poller)
{
  EngineioWebsocketClient *self = g_object_new (ENGINEIO_TYPE_WEBSOCKET_CLIENT, NULL);
  EngineioClientOptions *options = engineio_dialer_get_options (dialer);

  self->protocol = engineio_client_options_get_force_base64 (options) ? &engineio_protocol_base64
                                                                      : &engineio_protocol_current;
  self->poller = http_poller_ref (poller);
  self->max_message = engineio_client_options_get_max_message (options);
  self->compression_threshold = engineio_client_options_get_deflate_threshold (options);
  self->message = engineio_dialer_new_message (dialer, SOUP_METHOD_GET, "websocket", sid);
  if (!engineio_client_options_get_deflate (options))
    engineio_deflate_extension_disable (self->message);
  soup_session_websocket_connect_async (engineio_dialer_get_http (dialer), self->message, NULL,
                                        engineio_client_options_get_protocols (options),
                                        G_PRIORITY_DEFAULT, self->cancellable, on_connected,
                                        g_object_ref (self));

  return ENGINEIO_TRANSPORT (self);
}
