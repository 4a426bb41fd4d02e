/* engineio-refusal.h: how the server says no
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "engineio-server.h"

G_BEGIN_DECLS

/* The codes that the protocol's errors have on the wire. */
typedef enum
{
  ENGINEIO_REFUSAL_UNKNOWN_TRANSPORT = 0,
  ENGINEIO_REFUSAL_UNKNOWN_SID = 1,
  ENGINEIO_REFUSAL_BAD_HANDSHAKE_METHOD = 2,
  ENGINEIO_REFUSAL_BAD_REQUEST = 3,
  ENGINEIO_REFUSAL_FORBIDDEN = 4,
  ENGINEIO_REFUSAL_UNSUPPORTED_PROTOCOL = 5,
  ENGINEIO_REFUSAL_NONE,
} EngineioRefusalCode;

/* Why a request is refused: the code, and more about it for who watches. */
typedef struct
{
  EngineioRefusalCode code;
  const char *context;
} EngineioRefusal;

gboolean engineio_wants_websocket (SoupServerMessage *message);

void
engineio_server_refuse (EngineioServer *self, SoupServerMessage *message, EngineioRefusal refusal);
void engineio_server_refuse_with (EngineioServer *self,
                                  SoupServerMessage *message,
                                  EngineioRefusal refusal,
                                  const char *text);

G_END_DECLS
