/* socketio-dialect.h: what differs for clients of older protocols
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio.h"

#include "socketio-packet.h"

G_BEGIN_DECLS

/**
 * SocketioDialect:
 * @joins_by_itself: whether a client is in the namespace `/` without asking, as soon as it is
 *   admitted
 * @make_id: makes the id of a socket
 * @format_welcome: gives the data of the packet that tells a client its socket's id; %NULL for none
 * @format_refusal: gives the data of the packet that refuses a client; what it is told, and
 *   (nullable) more about it
 * @read_auth: gives what a client says of itself when it asks to join; %NULL for nothing
 *
 * How a server speaks with a client, where that is not the same for all. One is chosen when the
 * session is opened.
 */
typedef struct
{
  gboolean joins_by_itself;

  char *(*make_id) (EngineioSession *session, const char *namespace_name);
  JsonNode *(*format_welcome) (const char *id);
  JsonNode *(*format_refusal) (const char *message, JsonNode *data);
  JsonNode *(*read_auth) (SocketioPacket *connect);
} SocketioDialect;

const SocketioDialect *socketio_dialect_of_session (EngineioSession *session);

G_END_DECLS
