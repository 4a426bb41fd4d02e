/* socketio-msgpack-parser.c: packets as MessagePack
 *
 * Written by socketio-msgpack-writer.c; socketio-msgpack-decoder.c is the way back.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-msgpack-parser.h"

#include "socketio-msgpack-decoder.h"
#include "socketio-msgpack-writer.h"
#include "socketio-wire.h"

/* A message that grew this large is not kept for the next packet. */
#define SCRATCH_SIZE (64 * 1024)

struct _SocketioMsgpackParser
{
  SocketioParser parent_instance;
};

G_DEFINE_FINAL_TYPE (SocketioMsgpackParser, socketio_msgpack_parser, SOCKETIO_TYPE_PARSER)

static void
socketio_msgpack_parser_encode (SocketioParser *parser, SocketioPacket *packet, SocketioWire *wire)
{
  static GString *scratch;
  g_autoptr (GBytes) bytes = NULL;

  if (scratch == NULL)
    scratch = g_string_sized_new (512);
  g_string_truncate (scratch, 0);
  socketio_msgpack_append_packet (scratch, packet);
  bytes = g_bytes_new_static (scratch->str, scratch->len);
  socketio_wire_add_binary (wire, bytes);

  if (scratch->allocated_len > SCRATCH_SIZE)
    {
      g_string_free (scratch, TRUE);
      scratch = NULL;
    }
}

static SocketioDecoder *
socketio_msgpack_parser_create_decoder (SocketioParser *parser)
{
  return socketio_msgpack_decoder_new ();
}

static void
socketio_msgpack_parser_class_init (SocketioMsgpackParserClass *klass)
{
  SocketioParserClass *parser_class = SOCKETIO_PARSER_CLASS (klass);

  parser_class->encode = socketio_msgpack_parser_encode;
  parser_class->create_decoder = socketio_msgpack_parser_create_decoder;
}

static void
socketio_msgpack_parser_init (SocketioMsgpackParser *self)
{
}

/**
 * socketio_msgpack_parser_new:
 *
 * Makes a parser.
 *
 * Returns: (transfer full) (type SocketioMsgpackParser): the parser
 */
SocketioParser *
socketio_msgpack_parser_new (void)
{
  return g_object_new (SOCKETIO_TYPE_MSGPACK_PARSER, NULL);
}
