/* socketio-client-options.c: the options of a client that the layer below has
 *
 * A client has them by the same names, types and defaults, and hands each on to its
 * EngineioClientOptions.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-client-private.h"

static const char *const names[] = {
  /**
   * SocketioClient:transports:
   *
   * The transports that may be used, in the order in which they are: `polling`, `websocket`. The
   * default is polling and then WebSocket, as in JavaScript: it gets through everywhere, and the
   * connection moves on to the WebSocket by itself. A client that knows its network is connected in
   * one round trip less with WebSocket first and
   * [property@SocketioClient:try-all-transports]. To be set before the first connection, as all
   * that follows.
   */
  "transports",

  /**
   * SocketioClient:upgrade:
   *
   * Whether a connection that began with polling goes on with a WebSocket.
   */
  "upgrade",

  /**
   * SocketioClient:remember-upgrade:
   *
   * Whether to begin with the WebSocket when the connection before had one.
   */
  "remember-upgrade",

  /**
   * SocketioClient:try-all-transports:
   *
   * Whether the next transport is tried when one cannot connect. Without it only the first one is.
   */
  "try-all-transports",

  /**
   * SocketioClient:upgrade-timeout:
   *
   * Milliseconds that the move to a WebSocket may take; then polling goes on.
   */
  "upgrade-timeout",

  /**
   * SocketioClient:query:
   *
   * More parameters for every request, as they stand in a URL: `token=abc&room=1`. The server has
   * them in the socket's handshake.
   */
  "query",

  /**
   * SocketioClient:timestamp-requests:
   *
   * Whether each polling request bears a parameter with a new value, which keeps caches out:
   * [property@SocketioClient:timestamp-param].
   */
  "timestamp-requests",

  /**
   * SocketioClient:timestamp-websocket:
   *
   * Whether the request of a WebSocket bears such a parameter too, as with `timestampRequests:
   * true` in JavaScript, whose default is neither true nor false.
   */
  "timestamp-websocket",

  /**
   * SocketioClient:timestamp-param:
   *
   * The name of that parameter.
   */
  "timestamp-param",

  /**
   * SocketioClient:add-trailing-slash:
   *
   * Whether a slash stands behind the path: `/socket.io/?EIO=4`.
   */
  "add-trailing-slash",

  /**
   * SocketioClient:with-credentials:
   *
   * Whether the server's cookies are kept and sent back, also over reconnections.
   */
  "with-credentials",

  /**
   * SocketioClient:request-timeout:
   *
   * Milliseconds that a polling request may take; 0 for no limit.
   */
  "request-timeout",

  /**
   * SocketioClient:max-message:
   *
   * Bytes that the server may send in one message or polling body.
   */
  "max-message",

  /**
   * SocketioClient:max-payload-packets:
   *
   * Packets that may go in one polling body; the rest goes with the next. python-socketio takes 16
   * by default, and loses the body that has more.
   */
  "max-payload-packets",

  /**
   * SocketioClient:force-base64:
   *
   * Whether binary arguments go as base64 over a WebSocket too, in both directions, for what is in
   * between and takes texts alone. By polling they always do.
   */
  "force-base64",

  /**
   * SocketioClient:per-message-deflate:
   *
   * Whether compressed WebSocket messages (RFC 7692) are offered; it is for the server to want
   * them. What is sent with %SOCKETIO_SEND_UNCOMPRESSED stays as it is.
   */
  "per-message-deflate",

  /**
   * SocketioClient:per-message-deflate-threshold:
   *
   * Bytes from which on a message is compressed then.
   */
  "per-message-deflate-threshold",

  /**
   * SocketioClient:protocols:
   *
   * The subprotocols that a WebSocket offers, the preferred one first; %NULL for none. They mean
   * nothing to Socket.IO, but a proxy may go by them. A server of Socket.IO takes the first.
   */
  "protocols",

  /**
   * SocketioClient:tls-database:
   *
   * The authorities that the server's certificate must come from; %NULL for those of the system. In
   * JavaScript it is `ca`.
   */
  "tls-database",

  /**
   * SocketioClient:tls-certificate:
   *
   * The client's own certificate with its key, for a server that asks for one; %NULL for none. In
   * JavaScript it is `cert` and `key`.
   */
  "tls-certificate",
};

static GParamSpec *
mirror_number (GParamSpec *below, GParamFlags flags)
{
  if (G_IS_PARAM_SPEC_UINT (below))
    {
      GParamSpecUInt *number = G_PARAM_SPEC_UINT (below);

      return g_param_spec_uint (below->name, NULL, NULL, number->minimum, number->maximum,
                                number->default_value, flags);
    }
  else
    {
      GParamSpecUInt64 *number = G_PARAM_SPEC_UINT64 (below);

      return g_param_spec_uint64 (below->name, NULL, NULL, number->minimum, number->maximum,
                                  number->default_value, flags);
    }
}

/* They are no construct properties: those of the layer below have their defaults already. */
static GParamSpec *
mirror (GParamSpec *below)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  if (G_IS_PARAM_SPEC_BOOLEAN (below))
    return g_param_spec_boolean (below->name, NULL, NULL,
                                 G_PARAM_SPEC_BOOLEAN (below)->default_value, flags);
  if (G_IS_PARAM_SPEC_STRING (below))
    return g_param_spec_string (below->name, NULL, NULL, G_PARAM_SPEC_STRING (below)->default_value,
                                flags);
  if (G_IS_PARAM_SPEC_BOXED (below))
    return g_param_spec_boxed (below->name, NULL, NULL, below->value_type, flags);
  if (G_IS_PARAM_SPEC_OBJECT (below))
    return g_param_spec_object (below->name, NULL, NULL, below->value_type, flags);
  return mirror_number (below, flags);
}

void
socketio_client_install_options (GObjectClass *object_class, guint first_id)
{
  GObjectClass *below = g_type_class_ref (ENGINEIO_TYPE_CLIENT_OPTIONS);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_object_class_install_property (object_class, first_id + i,
                                     mirror (g_object_class_find_property (below, names[i])));
  g_type_class_unref (below);
}
