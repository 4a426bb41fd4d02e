/* engineio-types.h: names that all of engineio/ and its users share
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _EngineioHttpOptions EngineioHttpOptions;
typedef struct _EngineioIncoming EngineioIncoming;
typedef struct _EngineioOptions EngineioOptions;
typedef struct _EngineioServer EngineioServer;
typedef struct _EngineioSession EngineioSession;

/**
 * EngineioError:
 * @ENGINEIO_ERROR_FAILED: something else
 * @ENGINEIO_ERROR_UNREACHABLE: the server could not be reached
 * @ENGINEIO_ERROR_REFUSED: the server answered, and refused (the message says why)
 * @ENGINEIO_ERROR_NOT_ENGINEIO: what answered speaks no Engine.IO
 * @ENGINEIO_ERROR_PROTOCOL_VERSION: the server speaks another version of the protocol
 * @ENGINEIO_ERROR_TIMED_OUT: the server did not answer in time
 * @ENGINEIO_ERROR_INVALID_ADDRESS: the address is no http, https, ws or wss address
 * @ENGINEIO_ERROR_CERTIFICATE: the server's certificate cannot be trusted (the message says why)
 * @ENGINEIO_ERROR_TOO_LARGE: the server sent more than we take
 *
 * Errors of this layer.
 */
typedef enum
{
  ENGINEIO_ERROR_FAILED,
  ENGINEIO_ERROR_UNREACHABLE,
  ENGINEIO_ERROR_REFUSED,
  ENGINEIO_ERROR_NOT_ENGINEIO,
  ENGINEIO_ERROR_PROTOCOL_VERSION,
  ENGINEIO_ERROR_TIMED_OUT,
  ENGINEIO_ERROR_INVALID_ADDRESS,
  ENGINEIO_ERROR_CERTIFICATE,
  ENGINEIO_ERROR_TOO_LARGE,
} EngineioError;

#define ENGINEIO_ERROR (engineio_error_quark ())

GQuark engineio_error_quark (void);

/**
 * EngineioCloseReason:
 * @ENGINEIO_CLOSE_TRANSPORT_CLOSE: the peer closed the connection
 * @ENGINEIO_CLOSE_TRANSPORT_ERROR: the connection broke, or the peer broke the protocol
 * @ENGINEIO_CLOSE_PING_TIMEOUT: no heartbeat in time
 * @ENGINEIO_CLOSE_PARSE_ERROR: a packet that cannot be read
 * @ENGINEIO_CLOSE_FORCED: closed by this end
 * @ENGINEIO_CLOSE_TOO_LARGE: the peer sent a message over the limit
 * @ENGINEIO_CLOSE_QUEUE_FULL: the peer read too slowly for what it was sent
 *
 * Why a session ended.
 */
typedef enum
{
  ENGINEIO_CLOSE_TRANSPORT_CLOSE,
  ENGINEIO_CLOSE_TRANSPORT_ERROR,
  ENGINEIO_CLOSE_PING_TIMEOUT,
  ENGINEIO_CLOSE_PARSE_ERROR,
  ENGINEIO_CLOSE_FORCED,
  ENGINEIO_CLOSE_TOO_LARGE,
  ENGINEIO_CLOSE_QUEUE_FULL,
} EngineioCloseReason;

const char *engineio_close_reason_to_string (EngineioCloseReason reason);

G_END_DECLS
