/* socketio-json-parser.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-parser.h"

G_BEGIN_DECLS

/**
 * SOCKETIO_PARSER_MAX_ATTACHMENTS:
 *
 * How many attachments a packet may have unless told otherwise; the same as in socket.io-parser
 * since 4.2.6.
 */
#define SOCKETIO_PARSER_MAX_ATTACHMENTS 10

/**
 * SOCKETIO_PARSER_MAX_ATTACHMENT_BYTES:
 *
 * How many bytes those that belong in several places may come to where a format has no attachments,
 * and has to repeat them: ten messages of the default size.
 */
#define SOCKETIO_PARSER_MAX_ATTACHMENT_BYTES (10 * 1000 * 1000)

#define SOCKETIO_TYPE_JSON_PARSER (socketio_json_parser_get_type ())

/**
 * SocketioJsonParser:
 *
 * The usual parser: each packet is a text with JSON, and behind it a binary message for each binary
 * value. It is the format of the protocol's text, and what every Socket.IO speaks.
 */
G_DECLARE_FINAL_TYPE (SocketioJsonParser,
                      socketio_json_parser,
                      SOCKETIO,
                      JSON_PARSER,
                      SocketioParser)

SocketioParser *socketio_json_parser_new (void);

G_END_DECLS
