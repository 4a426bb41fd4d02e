/* engineio-websocket-client.c: the client's end of a WebSocket
 *
 * libsoup's own WebSocket, which dials, does TLS and proxies, and masks. It begins to dial when it
 * is made, takes nothing before it is connected, and reports a dial that failed with an error in
 * words.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "engineio-websocket-client.h"

struct _EngineioWebsocketClient
{
  EngineioTransport parent_instance;

  GCancellable *cancellable;
  SoupMessage *message;
  SoupWebsocketConnection *connection;
  gsize max_message;
  gboolean closing;
};

G_DEFINE_FINAL_TYPE (EngineioWebsocketClient, engineio_websocket_client, ENGINEIO_TYPE_TRANSPORT)

static void
engineio_websocket_client_release (EngineioWebsocketClient *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  g_clear_object (&self->message);
}

/* {{{ Connected */

static void
on_message (EngineioWebsocketClient *self, int type, GBytes *message)
{
  g_autoptr (EngineioWebsocketClient) guard G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (EngineioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (message, &length);

  if (type == SOUP_WEBSOCKET_DATA_BINARY)
    packet = engineio_packet_new_binary (data, length);
  else
    packet = engineio_packet_new_from_wire (data != NULL ? data : "", length, &error);

  if (packet != NULL)
    {
      engineio_transport_report_packet (ENGINEIO_TRANSPORT (self), packet);
      return;
    }

  soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_NO_STATUS, NULL);
  engineio_websocket_client_release (self);
  engineio_transport_report_closed (ENGINEIO_TRANSPORT (self), ENGINEIO_CLOSE_PARSE_ERROR,
                                    error->message);
}

static EngineioCloseReason
close_code_to_reason (gushort code)
{
  switch (code)
    {
    case SOUP_WEBSOCKET_CLOSE_TOO_BIG:
      return ENGINEIO_CLOSE_TOO_LARGE;
    case SOUP_WEBSOCKET_CLOSE_PROTOCOL_ERROR:
    case SOUP_WEBSOCKET_CLOSE_BAD_DATA:
      return ENGINEIO_CLOSE_TRANSPORT_ERROR;
    default:
      return ENGINEIO_CLOSE_TRANSPORT_CLOSE;
    }
}

static void
on_closed (EngineioWebsocketClient *self)
{
  g_autoptr (EngineioWebsocketClient) guard G_GNUC_UNUSED = g_object_ref (self);
  gushort code = soup_websocket_connection_get_close_code (self->connection);
  g_autofree char *description = g_strdup_printf ("the WebSocket was closed with code %u", code);

  engineio_websocket_client_release (self);
  engineio_transport_report_closed (
    ENGINEIO_TRANSPORT (self), self->closing ? ENGINEIO_CLOSE_FORCED : close_code_to_reason (code),
    description);
}

static void
on_error (EngineioWebsocketClient *self, GError *error)
{
  g_debug ("WebSocket: %s", error->message);
}

static void
engineio_websocket_client_set_connection (EngineioWebsocketClient *self,
                                          SoupWebsocketConnection *connection)
{
  self->connection = g_object_ref (connection);
  soup_websocket_connection_set_max_incoming_payload_size (connection, self->max_message);
  g_signal_connect_swapped (connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect_swapped (connection, "closed", G_CALLBACK (on_closed), self);
  g_signal_connect_swapped (connection, "error", G_CALLBACK (on_error), self);

  engineio_transport_report_drained (ENGINEIO_TRANSPORT (self));
}

/* }}} */
/* {{{ Dialing */

static GError *
refusal_to_error (guint status)
{
  if (status == SOUP_STATUS_NOT_FOUND || SOUP_STATUS_IS_SUCCESSFUL (status) ||
      SOUP_STATUS_IS_INFORMATIONAL (status))
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_NOT_ENGINEIO,
                                _ ("What answered there speaks no Socket.IO"));
  if (status == SOUP_STATUS_BAD_REQUEST)
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_PROTOCOL_VERSION,
                                _ ("The server does not take this version of Socket.IO"));

  return g_error_new (ENGINEIO_ERROR, ENGINEIO_ERROR_REFUSED,
                      /* Translators: an HTTP status such as 403 */
                      _ ("The server refused the connection (%u)"), status);
}

static GError *
dial_error_to_error (SoupMessage *message, const GError *error)
{
  guint status = soup_message_get_status (message);

  if (error->domain == SOUP_WEBSOCKET_ERROR && status != SOUP_STATUS_NONE)
    return refusal_to_error (status);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_TIMED_OUT,
                                _ ("The server did not answer in time"));
  if (error->domain == G_RESOLVER_ERROR)
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_UNREACHABLE,
                                _ ("There is no host of this name"));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_UNREACHABLE,
                                _ ("Nothing listens on this port"));
  if (error->domain == SOUP_SESSION_ERROR || error->domain == SOUP_WEBSOCKET_ERROR ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_NOT_ENGINEIO,
                                _ ("What answered there speaks no Socket.IO"));

  return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_UNREACHABLE, error->message);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EngineioWebsocketClient) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection)
    connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    {
      if (connection != NULL)
        soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
      engineio_transport_report_closed (ENGINEIO_TRANSPORT (self), ENGINEIO_CLOSE_FORCED, NULL);
      return;
    }

  if (connection != NULL)
    engineio_websocket_client_set_connection (self, connection);
  else
    engineio_transport_report_error (ENGINEIO_TRANSPORT (self),
                                     dial_error_to_error (self->message, error));
}

/* }}} */

static guint
engineio_websocket_client_send (EngineioTransport *transport,
                                EngineioPacket *const *packets,
                                guint n)
{
  EngineioWebsocketClient *self = ENGINEIO_WEBSOCKET_CLIENT (transport);

  if (self->connection == NULL ||
      soup_websocket_connection_get_state (self->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return 0;

  for (guint i = 0; i < n; i++)
    {
      gsize length;
      const char *wire = engineio_packet_get_wire (packets[i], &length);
      g_autoptr (GBytes) bytes = g_bytes_new (wire, length);

      soup_websocket_connection_send_message (self->connection,
                                              engineio_packet_is_binary (packets[i])
                                                ? SOUP_WEBSOCKET_DATA_BINARY
                                                : SOUP_WEBSOCKET_DATA_TEXT,
                                              bytes);
    }
  return n;
}

static gboolean
engineio_websocket_client_is_writable (EngineioTransport *transport)
{
  EngineioWebsocketClient *self = ENGINEIO_WEBSOCKET_CLIENT (transport);

  return self->connection != NULL &&
         soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN;
}

static void
engineio_websocket_client_close (EngineioTransport *transport, EngineioCloseReason reason)
{
  EngineioWebsocketClient *self = ENGINEIO_WEBSOCKET_CLIENT (transport);

  self->closing = TRUE;
  if (engineio_websocket_client_is_writable (transport))
    soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_NO_STATUS, NULL);
  else if (self->connection == NULL)
    g_cancellable_cancel (self->cancellable);
}

static void
engineio_websocket_client_abort (EngineioTransport *transport)
{
  EngineioWebsocketClient *self = ENGINEIO_WEBSOCKET_CLIENT (transport);
  GIOStream *stream = NULL;

  if (self->connection != NULL)
    stream = soup_websocket_connection_get_io_stream (self->connection);
  if (stream != NULL)
    g_io_stream_close (stream, NULL, NULL);
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
  g_clear_object (&ENGINEIO_WEBSOCKET_CLIENT (object)->cancellable);

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
 * @http: the SoupSession that dials
 * @uri: the server's address, with the query of the handshake
 * @max_message: bytes that a message from the server may have
 *
 * Makes a client's end of a WebSocket and begins to dial.
 *
 * Returns: (transfer full): the transport
 */
EngineioTransport *
engineio_websocket_client_new (SoupSession *http, GUri *uri, gsize max_message)
{
  EngineioWebsocketClient *self = g_object_new (ENGINEIO_TYPE_WEBSOCKET_CLIENT, NULL);

  self->max_message = max_message;
  self->message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  soup_session_websocket_connect_async (http, self->message, NULL, NULL, G_PRIORITY_DEFAULT,
                                        self->cancellable, on_connected, g_object_ref (self));

  return ENGINEIO_TRANSPORT (self);
}
