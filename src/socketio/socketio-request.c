/* socketio-request.c: a request that waits for leave
 *
 * Engine.IO's object under a name of this layer, so that who uses Socket.IO need not see the layer
 * below.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-request.h"

#include "engineio.h"

GType
socketio_request_get_type (void)
{
  return ENGINEIO_TYPE_INCOMING;
}

/**
 * socketio_request_get_message:
 * @request: a request
 *
 * Gets the request, to look at it and to add to the headers of its answer.
 *
 * Returns: (transfer none): the request as libsoup has it: its method, headers and address, and the
 *   headers of the answer
 */
SoupServerMessage *
socketio_request_get_message (SocketioRequest *self)
{
  g_return_val_if_fail (SOCKETIO_IS_REQUEST (self), NULL);

  return engineio_incoming_get_message (ENGINEIO_INCOMING (self));
}

/**
 * socketio_request_get_parameter:
 * @request: a request
 * @name: a name
 *
 * Looks a parameter of the request's address up.
 *
 * Returns: (nullable): its value, decoded; %NULL if there is none
 */
const char *
socketio_request_get_parameter (SocketioRequest *self, const char *name)
{
  GHashTable *query;

  g_return_val_if_fail (SOCKETIO_IS_REQUEST (self), NULL);

  query = engineio_incoming_get_query (ENGINEIO_INCOMING (self));
  return query != NULL ? g_hash_table_lookup (query, name) : NULL;
}

/**
 * socketio_request_allow:
 * @request: a request
 *
 * Lets the request go on. Only the first answer counts.
 */
void
socketio_request_allow (SocketioRequest *self)
{
  g_return_if_fail (SOCKETIO_IS_REQUEST (self));

  engineio_incoming_allow (ENGINEIO_INCOMING (self));
}

/**
 * socketio_request_refuse:
 * @request: a request
 * @message: (nullable): what a client that wanted to connect is told, valid UTF-8; "Forbidden" if
 *   %NULL
 *
 * Refuses the request. A polling client gets 403 and the code 4, one that asked for a WebSocket 400
 * and the message alone, before its handshake is answered.
 */
void
socketio_request_refuse (SocketioRequest *self, const char *message)
{
  g_return_if_fail (SOCKETIO_IS_REQUEST (self));

  engineio_incoming_refuse (ENGINEIO_INCOMING (self), message);
}
