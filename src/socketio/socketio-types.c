/* socketio-types.c: the names of errors and reasons
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-types.h"

/**
 * socketio_error_quark:
 *
 * Gets the domain of the errors of Socket.IO, [error@SocketioError].
 *
 * Returns: the domain, %SOCKETIO_ERROR
 */
/* clang-format off */
G_DEFINE_QUARK (socketio-error-quark, socketio_error)
/* clang-format on */

static const GEnumValue reasons[] = {
  { SOCKETIO_DISCONNECT_TRANSPORT_CLOSE, "SOCKETIO_DISCONNECT_TRANSPORT_CLOSE", "transport-close" },
  { SOCKETIO_DISCONNECT_TRANSPORT_ERROR, "SOCKETIO_DISCONNECT_TRANSPORT_ERROR", "transport-error" },
  { SOCKETIO_DISCONNECT_PING_TIMEOUT, "SOCKETIO_DISCONNECT_PING_TIMEOUT", "ping-timeout" },
  { SOCKETIO_DISCONNECT_PARSE_ERROR, "SOCKETIO_DISCONNECT_PARSE_ERROR", "parse-error" },
  { SOCKETIO_DISCONNECT_FORCED_CLOSE, "SOCKETIO_DISCONNECT_FORCED_CLOSE", "forced-close" },
  { SOCKETIO_DISCONNECT_SERVER_SHUTTING_DOWN, "SOCKETIO_DISCONNECT_SERVER_SHUTTING_DOWN",
    "server-shutting-down" },
  { SOCKETIO_DISCONNECT_FORCED_SERVER_CLOSE, "SOCKETIO_DISCONNECT_FORCED_SERVER_CLOSE",
    "forced-server-close" },
  { SOCKETIO_DISCONNECT_CLIENT_NAMESPACE, "SOCKETIO_DISCONNECT_CLIENT_NAMESPACE",
    "client-namespace" },
  { SOCKETIO_DISCONNECT_SERVER_NAMESPACE, "SOCKETIO_DISCONNECT_SERVER_NAMESPACE",
    "server-namespace" },
  { SOCKETIO_DISCONNECT_IO_SERVER, "SOCKETIO_DISCONNECT_IO_SERVER", "io-server" },
  { SOCKETIO_DISCONNECT_IO_CLIENT, "SOCKETIO_DISCONNECT_IO_CLIENT", "io-client" },
  { SOCKETIO_DISCONNECT_NETWORK_LOST, "SOCKETIO_DISCONNECT_NETWORK_LOST", "network-lost" },
  { 0, NULL, NULL },
};

static const char *const texts[] = {
  [SOCKETIO_DISCONNECT_TRANSPORT_CLOSE] = "transport close",
  [SOCKETIO_DISCONNECT_TRANSPORT_ERROR] = "transport error",
  [SOCKETIO_DISCONNECT_PING_TIMEOUT] = "ping timeout",
  [SOCKETIO_DISCONNECT_PARSE_ERROR] = "parse error",
  [SOCKETIO_DISCONNECT_FORCED_CLOSE] = "forced close",
  [SOCKETIO_DISCONNECT_SERVER_SHUTTING_DOWN] = "server shutting down",
  [SOCKETIO_DISCONNECT_FORCED_SERVER_CLOSE] = "forced server close",
  [SOCKETIO_DISCONNECT_CLIENT_NAMESPACE] = "client namespace disconnect",
  [SOCKETIO_DISCONNECT_SERVER_NAMESPACE] = "server namespace disconnect",
  [SOCKETIO_DISCONNECT_IO_SERVER] = "io server disconnect",
  [SOCKETIO_DISCONNECT_IO_CLIENT] = "io client disconnect",
  [SOCKETIO_DISCONNECT_NETWORK_LOST] = "network connection lost",
};

GType
socketio_disconnect_reason_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("SocketioDisconnectReason", reasons));

  return type;
}

/**
 * socketio_disconnect_reason_to_string:
 * @reason: a reason
 *
 * Gives the text that Node's socket.io and its client use for @reason, such as "ping timeout".
 *
 * Returns: a static string
 */
const char *
socketio_disconnect_reason_to_string (SocketioDisconnectReason reason)
{
  g_return_val_if_fail (reason < G_N_ELEMENTS (texts), NULL);

  return texts[reason];
}
