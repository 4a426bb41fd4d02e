/* socketio-msgpack-decoder.h: packets that come as MessagePack
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-decoder.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_MSGPACK_DECODER (socketio_msgpack_decoder_get_type ())

G_DECLARE_FINAL_TYPE (SocketioMsgpackDecoder,
                      socketio_msgpack_decoder,
                      SOCKETIO,
                      MSGPACK_DECODER,
                      SocketioDecoder)

SocketioDecoder *socketio_msgpack_decoder_new (void);

G_END_DECLS
