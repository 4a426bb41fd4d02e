/* socketio-json-parser.c: packets as texts with JSON, and attachments behind them
 *
 * How a packet is written stands in socketio-packet.c; socketio-json-decoder.c is the way back.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-json-parser.h"

#include "socketio-json-decoder.h"
#include "socketio-wire.h"

/* A text that grew this large is not kept for the next packet. */
#define SCRATCH_SIZE (64 * 1024)

struct _SocketioJsonParser
{
  SocketioParser parent_instance;

  guint max_attachments;
  guint64 max_attachment_bytes;
};

enum
{
  PROP_0,
  PROP_MAX_ATTACHMENTS,
  PROP_MAX_ATTACHMENT_BYTES,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (SocketioJsonParser, socketio_json_parser, SOCKETIO_TYPE_PARSER)

/* One thread encodes, so that all packets are written in the same place and copied once. */
static void
add_text (SocketioPacket *packet, SocketioWire *wire)
{
  static GString *scratch;

  if (scratch == NULL)
    scratch = g_string_sized_new (512);
  g_string_truncate (scratch, 0);
  socketio_packet_encode (packet, scratch);
  socketio_wire_add_text (wire, scratch->str, scratch->len);

  if (scratch->allocated_len > SCRATCH_SIZE)
    {
      g_string_free (scratch, TRUE);
      scratch = NULL;
    }
}

static void
socketio_json_parser_encode (SocketioParser *parser, SocketioPacket *packet, SocketioWire *wire)
{
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);
  guint n = arguments != NULL ? socketio_arguments_get_n_attachments (arguments) : 0;

  add_text (packet, wire);
  for (guint i = 0; i < n; i++)
    socketio_wire_add_binary (wire, socketio_arguments_get_attachment (arguments, i));
}

static SocketioDecoder *
socketio_json_parser_create_decoder (SocketioParser *parser)
{
  SocketioJsonParser *self = SOCKETIO_JSON_PARSER (parser);

  return socketio_json_decoder_new (self->max_attachments, self->max_attachment_bytes);
}

static void
socketio_json_parser_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SocketioJsonParser *self = SOCKETIO_JSON_PARSER (object);

  switch (id)
    {
    case PROP_MAX_ATTACHMENTS:
      g_value_set_uint (value, self->max_attachments);
      break;
    case PROP_MAX_ATTACHMENT_BYTES:
      g_value_set_uint64 (value, self->max_attachment_bytes);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
socketio_json_parser_set_property (GObject *object,
                                   guint id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  SocketioJsonParser *self = SOCKETIO_JSON_PARSER (object);

  switch (id)
    {
    case PROP_MAX_ATTACHMENTS:
      self->max_attachments = g_value_get_uint (value);
      break;
    case PROP_MAX_ATTACHMENT_BYTES:
      self->max_attachment_bytes = g_value_get_uint64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
socketio_json_parser_class_init (SocketioJsonParserClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  SocketioParserClass *parser_class = SOCKETIO_PARSER_CLASS (klass);

  object_class->get_property = socketio_json_parser_get_property;
  object_class->set_property = socketio_json_parser_set_property;
  parser_class->encode = socketio_json_parser_encode;
  parser_class->create_decoder = socketio_json_parser_create_decoder;

  /**
   * SocketioJsonParser:max-attachments:
   *
   * How many binary values a packet that is received may have, at any depth. The default is that of
   * socket.io-parser since 4.2.6.
   */
  properties[PROP_MAX_ATTACHMENTS] = g_param_spec_uint ("max-attachments", NULL, NULL, 0, G_MAXUINT,
                                                        SOCKETIO_PARSER_MAX_ATTACHMENTS, flags);

  /**
   * SocketioJsonParser:max-attachment-bytes:
   *
   * How many bytes they may have together. Each of them alone is limited by
   * [property@Engineio.Options:max-payload] at a server and [property@Socketio.Client:max-message]
   * at a client, and with their number that is all that limits them by default.
   */
  properties[PROP_MAX_ATTACHMENT_BYTES] = g_param_spec_uint64 ("max-attachment-bytes", NULL, NULL,
                                                               0, G_MAXINT64, G_MAXINT64, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
socketio_json_parser_init (SocketioJsonParser *self)
{
}

/**
 * socketio_json_parser_new:
 *
 * Makes a parser with the default limits; one with others is made with `g_object_new ()`.
 *
 * Returns: (transfer full) (type SocketioJsonParser): the parser
 */
SocketioParser *
socketio_json_parser_new (void)
{
  return g_object_new (SOCKETIO_TYPE_JSON_PARSER, NULL);
}
