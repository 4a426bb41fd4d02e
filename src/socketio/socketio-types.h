/* socketio-types.h: names that all of socketio/ and its users share
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SocketioAck SocketioAck;
typedef struct _SocketioAdapter SocketioAdapter;
typedef struct _SocketioAdmission SocketioAdmission;
typedef struct _SocketioArguments SocketioArguments;
typedef struct _SocketioClient SocketioClient;
typedef struct _SocketioClientSocket SocketioClientSocket;
typedef struct _SocketioCollector SocketioCollector;
typedef struct _SocketioDecoder SocketioDecoder;
typedef struct _SocketioNamespace SocketioNamespace;
typedef struct _SocketioOptions SocketioOptions;
typedef struct _SocketioPacket SocketioPacket;
typedef struct _SocketioParser SocketioParser;
typedef struct _SocketioRequest SocketioRequest;
typedef struct _SocketioRemoteSocket SocketioRemoteSocket;
typedef struct _SocketioServer SocketioServer;
typedef struct _SocketioServerSocket SocketioServerSocket;
typedef struct _SocketioSocket SocketioSocket;
typedef struct _SocketioTarget SocketioTarget;

/**
 * SocketioWire:
 *
 * A packet that has been encoded once for all who get it: the messages that a
 * [class@SocketioParser] has written. Adapters pass it on and do not look inside.
 */
typedef struct _SocketioWire SocketioWire;

/**
 * SocketioError:
 * @SOCKETIO_ERROR_FAILED: something else
 * @SOCKETIO_ERROR_UNREACHABLE: the server could not be reached
 * @SOCKETIO_ERROR_REFUSED: the server refused the connection by HTTP
 * @SOCKETIO_ERROR_NOT_SOCKETIO: what answered speaks no Socket.IO
 * @SOCKETIO_ERROR_PROTOCOL_VERSION: the server speaks an older Socket.IO
 * @SOCKETIO_ERROR_TIMED_OUT: no answer in time: from the server, or to an event that wanted one
 * @SOCKETIO_ERROR_INVALID_ADDRESS: a text is no address of a server
 * @SOCKETIO_ERROR_NOT_ADMITTED: the namespace refused us; its own words are the message
 * @SOCKETIO_ERROR_DISCONNECTED: the socket is not connected, or was disconnected before an answer
 *   came
 * @SOCKETIO_ERROR_QUEUE_FULL: too much waits for the connection already
 * @SOCKETIO_ERROR_TOO_LARGE: larger than what the server takes in one message, or what we take
 * @SOCKETIO_ERROR_CERTIFICATE: the server's certificate cannot be trusted; the message says why
 * @SOCKETIO_ERROR_RESERVED: an event's name that Socket.IO keeps for itself
 *
 * Errors of this layer.
 */
typedef enum
{
  SOCKETIO_ERROR_FAILED,
  SOCKETIO_ERROR_UNREACHABLE,
  SOCKETIO_ERROR_REFUSED,
  SOCKETIO_ERROR_NOT_SOCKETIO,
  SOCKETIO_ERROR_PROTOCOL_VERSION,
  SOCKETIO_ERROR_TIMED_OUT,
  SOCKETIO_ERROR_INVALID_ADDRESS,
  SOCKETIO_ERROR_NOT_ADMITTED,
  SOCKETIO_ERROR_DISCONNECTED,
  SOCKETIO_ERROR_QUEUE_FULL,
  SOCKETIO_ERROR_TOO_LARGE,
  SOCKETIO_ERROR_CERTIFICATE,
  SOCKETIO_ERROR_RESERVED,
} SocketioError;

#define SOCKETIO_ERROR (socketio_error_quark ())

GQuark socketio_error_quark (void);

/**
 * SocketioDisconnectReason:
 * @SOCKETIO_DISCONNECT_TRANSPORT_CLOSE: the peer closed the connection
 * @SOCKETIO_DISCONNECT_TRANSPORT_ERROR: the connection broke, or the peer broke the protocol below
 * @SOCKETIO_DISCONNECT_PING_TIMEOUT: no heartbeat in time
 * @SOCKETIO_DISCONNECT_PARSE_ERROR: a packet that cannot be read
 * @SOCKETIO_DISCONNECT_FORCED_CLOSE: the client broke the protocol and was closed
 * @SOCKETIO_DISCONNECT_SERVER_SHUTTING_DOWN: the server was closed
 * @SOCKETIO_DISCONNECT_FORCED_SERVER_CLOSE: the server closed the whole connection
 * @SOCKETIO_DISCONNECT_CLIENT_NAMESPACE: the client left the namespace
 * @SOCKETIO_DISCONNECT_SERVER_NAMESPACE: the server put the client out of the namespace
 * @SOCKETIO_DISCONNECT_IO_SERVER: at the client: the server put us out; there is no reconnecting by
 *   itself
 * @SOCKETIO_DISCONNECT_IO_CLIENT: at the client: we left
 * @SOCKETIO_DISCONNECT_NETWORK_LOST: at the client: this machine has lost its network
 *
 * Why a socket was disconnected. The first nine are seen at the server, the first four and the last
 * three at the client. The texts are those of Node's socket.io and its client, which programs
 * compare with.
 */
typedef enum
{
  SOCKETIO_DISCONNECT_TRANSPORT_CLOSE,
  SOCKETIO_DISCONNECT_TRANSPORT_ERROR,
  SOCKETIO_DISCONNECT_PING_TIMEOUT,
  SOCKETIO_DISCONNECT_PARSE_ERROR,
  SOCKETIO_DISCONNECT_FORCED_CLOSE,
  SOCKETIO_DISCONNECT_SERVER_SHUTTING_DOWN,
  SOCKETIO_DISCONNECT_FORCED_SERVER_CLOSE,
  SOCKETIO_DISCONNECT_CLIENT_NAMESPACE,
  SOCKETIO_DISCONNECT_SERVER_NAMESPACE,
  SOCKETIO_DISCONNECT_IO_SERVER,
  SOCKETIO_DISCONNECT_IO_CLIENT,
  SOCKETIO_DISCONNECT_NETWORK_LOST,
} SocketioDisconnectReason;

#define SOCKETIO_TYPE_DISCONNECT_REASON (socketio_disconnect_reason_get_type ())

GType socketio_disconnect_reason_get_type (void);
const char *socketio_disconnect_reason_to_string (SocketioDisconnectReason reason);

G_END_DECLS
