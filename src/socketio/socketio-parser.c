/* socketio-parser.c: how packets are written and read
 *
 * Abstract. The usual one is socketio-json-parser.c; socketio-msgpack-parser.c is in fewer bytes,
 * and a program may have its own. What a parser writes goes to a wire (socketio-wire.c); for what
 * it reads it has decoders (socketio-decoder.c).
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-parser.h"

#include "socketio-json-parser.h"

G_DEFINE_ABSTRACT_TYPE (SocketioParser, socketio_parser, G_TYPE_OBJECT)

static void
socketio_parser_class_init (SocketioParserClass *klass)
{
}

static void
socketio_parser_init (SocketioParser *self)
{
}

/**
 * socketio_parser_get_default:
 *
 * Gets the parser that a server or a client has if it is given none: JSON, with the default limits.
 *
 * Returns: (transfer none): the parser
 */
SocketioParser *
socketio_parser_get_default (void)
{
  static SocketioParser *shared;

  if (shared == NULL)
    shared = socketio_json_parser_new ();
  return shared;
}

/**
 * socketio_parser_encode: (virtual encode)
 * @parser: a parser
 * @packet: a packet
 * @wire: where to add the messages that it is sent as
 *
 * Writes a packet, with [method@SocketioWire.add_text] and [method@SocketioWire.add_binary]. It is
 * called once, whoever the packet goes to, and must come to the same for all.
 */
void
socketio_parser_encode (SocketioParser *self, SocketioPacket *packet, SocketioWire *wire)
{
  g_return_if_fail (SOCKETIO_IS_PARSER (self));
  g_return_if_fail (packet != NULL);
  g_return_if_fail (wire != NULL);

  SOCKETIO_PARSER_GET_CLASS (self)->encode (self, packet, wire);
}

/**
 * socketio_parser_create_decoder: (virtual create_decoder)
 * @parser: a parser
 *
 * Makes what reads the messages of one connection.
 *
 * Returns: (transfer full): the decoder
 */
SocketioDecoder *
socketio_parser_create_decoder (SocketioParser *self)
{
  g_return_val_if_fail (SOCKETIO_IS_PARSER (self), NULL);

  return SOCKETIO_PARSER_GET_CLASS (self)->create_decoder (self);
}
