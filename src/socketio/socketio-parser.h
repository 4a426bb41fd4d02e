/* socketio-parser.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-decoder.h"
#include "socketio-packet.h"
#include "socketio-types.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_PARSER (socketio_parser_get_type ())

/**
 * SocketioParser:
 *
 * How packets are written and read. Both ends of a connection must have the same. A parser has no
 * state: one is shared by all connections of a server or a client, and may be by several of those.
 * A subclass is a format of one's own; [the page on parsers](parsers.html) has more about it.
 */
G_DECLARE_DERIVABLE_TYPE (SocketioParser, socketio_parser, SOCKETIO, PARSER, GObject)

/**
 * SocketioParserClass:
 * @encode: writes a packet: adds the messages that it is sent as to the wire, at least one
 * @create_decoder: makes what reads the messages of one connection
 *
 * What a parser has to do.
 */
struct _SocketioParserClass
{
  GObjectClass parent_class;

  void (*encode) (SocketioParser *parser, SocketioPacket *packet, SocketioWire *wire);
  SocketioDecoder *(*create_decoder) (SocketioParser *parser);

  gpointer padding[8];
};

SocketioParser *socketio_parser_get_default (void);

void socketio_parser_encode (SocketioParser *parser, SocketioPacket *packet, SocketioWire *wire);
SocketioDecoder *socketio_parser_create_decoder (SocketioParser *parser);

G_END_DECLS
