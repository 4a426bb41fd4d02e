/* engineio-types.c: the names of errors and reasons
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-types.h"

/**
 * engineio_error_quark:
 *
 * Gets the domain of the errors of Engine.IO, [error@EngineioError].
 *
 * Returns: the domain, %ENGINEIO_ERROR
 */
/* clang-format off */
G_DEFINE_QUARK (engineio-error-quark, engineio_error)
/* clang-format on */

/**
 * engineio_close_reason_to_string:
 * @reason: a reason
 *
 * Gives the text that Node's engine.io uses for @reason. Where it knows no such reason, a message
 * that is too large and a queue that is full, it is the reason that Node would give, "transport
 * error".
 *
 * Returns: a static string
 */
const char *
engineio_close_reason_to_string (EngineioCloseReason reason)
{
  switch (reason)
    {
    case ENGINEIO_CLOSE_TRANSPORT_CLOSE:
      return "transport close";
    case ENGINEIO_CLOSE_PING_TIMEOUT:
      return "ping timeout";
    case ENGINEIO_CLOSE_PARSE_ERROR:
      return "parse error";
    case ENGINEIO_CLOSE_FORCED:
      return "forced close";
    case ENGINEIO_CLOSE_TRANSPORT_ERROR:
    case ENGINEIO_CLOSE_TOO_LARGE:
    case ENGINEIO_CLOSE_QUEUE_FULL:
    default:
      return "transport error";
    }
}
