/* socketio-msgpack-parser.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-parser.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_MSGPACK_PARSER (socketio_msgpack_parser_get_type ())

/**
 * SocketioMsgpackParser:
 *
 * Each packet is one binary message, written as MessagePack: fewer bytes where there are many
 * numbers or binary values, which stay where they are. In JavaScript it is npm's
 * `socket.io-msgpack-parser`, and in a browser the file `socket.io.msgpack.min.js`, which a server
 * hands out.
 */
G_DECLARE_FINAL_TYPE (SocketioMsgpackParser,
                      socketio_msgpack_parser,
                      SOCKETIO,
                      MSGPACK_PARSER,
                      SocketioParser)

SocketioParser *socketio_msgpack_parser_new (void);

G_END_DECLS
