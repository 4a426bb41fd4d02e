/* socketio-msgpack-decoder.c: packets that come as MessagePack
 *
 * Each binary message is a packet: a map whose members are found here and whose values are read by
 * socketio-msgpack-reader.c. What they must be stands in socketio-incoming.c;
 * socketio-msgpack-writer.c is the way back.
 *
 * Clients of Socket.IO 2 have socket.io-msgpack-parser 2. It writes what joins and leaves
 * namespaces as a text with the same members in JSON, and gives events with bytes types of their
 * own.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-msgpack-decoder.h"

#include <string.h>

#include "socketio-incoming.h"
#include "socketio-json.h"
#include "socketio-msgpack-reader.h"

struct _SocketioMsgpackDecoder
{
  SocketioDecoder parent_instance;
};

G_DEFINE_FINAL_TYPE (SocketioMsgpackDecoder, socketio_msgpack_decoder, SOCKETIO_TYPE_DECODER)

/* The members of a packet; NULL for what is missing. */
typedef struct
{
  JsonNode *type;
  JsonNode *namespace_;
  JsonNode *id;
  JsonNode *data;
} Members;

static gboolean
fail (GError **error, SocketioParserError code, const char *message)
{
  g_set_error_literal (error, SOCKETIO_PARSER_ERROR, code, message);
  return FALSE;
}

static void
members_clear (Members *members)
{
  g_clear_pointer (&members->type, json_node_unref);
  g_clear_pointer (&members->namespace_, json_node_unref);
  g_clear_pointer (&members->id, json_node_unref);
  g_clear_pointer (&members->data, json_node_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Members, members_clear)

static JsonNode **
find_member (Members *members, const char *name)
{
  if (g_strcmp0 (name, "type") == 0)
    return &members->type;
  if (g_strcmp0 (name, "nsp") == 0)
    return &members->namespace_;
  if (g_strcmp0 (name, "id") == 0)
    return &members->id;
  if (g_strcmp0 (name, "data") == 0)
    return &members->data;
  return NULL;
}

/* Reads a name and a value. JavaScript's packets have members of its own too, such as `options`;
 * what it leaves undefined is as if it were not there. */
static gboolean
read_member (SocketioMsgpackReader *reader, Members *members, GError **error)
{
  g_autoptr (JsonNode) name = NULL;
  g_autoptr (JsonNode) value = NULL;
  JsonNode **member;

  name = socketio_msgpack_reader_read (reader, error);
  if (name == NULL)
    return FALSE;
  member = find_member (members, socketio_json_get_string (name));
  value = member != NULL ? socketio_msgpack_reader_read (reader, error)
                         : socketio_msgpack_reader_skip (reader, error);
  if (value == NULL)
    return FALSE;

  if (member != NULL)
    g_clear_pointer (member, json_node_unref);
  if (member != NULL && !JSON_NODE_HOLDS_NULL (value))
    *member = g_steal_pointer (&value);
  return TRUE;
}

static gboolean
read_members (SocketioMsgpackReader *reader, Members *members, GError **error)
{
  guint n_members;

  if (!socketio_msgpack_reader_open_map (reader, &n_members, error))
    return FALSE;

  for (guint i = 0; i < n_members; i++)
    if (!read_member (reader, members, error))
      return FALSE;
  return socketio_msgpack_reader_finish (reader, error);
}

static gboolean
read_type (JsonNode *node, SocketioIncoming *incoming, GError **error)
{
  gint64 type;

  if (!socketio_json_get_int (node, &type) || type < SOCKETIO_PACKET_CONNECT ||
      type > SOCKETIO_PACKET_BINARY_ACK)
    return fail (error, SOCKETIO_PARSER_ERROR_TYPE, "Unknown packet type");

  incoming->type = type;
  return TRUE;
}

static gboolean
read_namespace (JsonNode *node, SocketioIncoming *incoming, GError **error)
{
  const char *name = socketio_json_get_string (node);

  if (name == NULL || *name != '/')
    return fail (error, SOCKETIO_PARSER_ERROR_NAMESPACE, "No namespace");
  return socketio_incoming_read_namespace (incoming, name, strlen (name), error);
}

/* python-socketio leaves out the id of an ack if it is 0. */
static gboolean
read_id (JsonNode *node, SocketioIncoming *incoming, GError **error)
{
  gint64 id = 0;

  if (!socketio_incoming_is_ack (incoming) &&
      (node == NULL || !socketio_incoming_is_event (incoming)))
    return socketio_incoming_set_no_id (incoming, error);

  if (node != NULL && !socketio_json_get_int (node, &id))
    return fail (error, SOCKETIO_PARSER_ERROR_ID, "Ack id is no integer");
  return socketio_incoming_set_id (incoming, id, error);
}

static gboolean
read_incoming (const Members *members, SocketioIncoming *incoming, GError **error)
{
  return read_type (members->type, incoming, error) &&
         read_namespace (members->namespace_, incoming, error) &&
         read_id (members->id, incoming, error) &&
         socketio_incoming_check (incoming, members->data, error);
}

/* What looks like the placeholder of bytes would be taken for one if there are any. */
static gboolean
check_binary (SocketioMsgpackReader *reader, SocketioIncoming *incoming, GError **error)
{
  if (reader->attachments == NULL)
    return TRUE;

  if (!socketio_incoming_is_event (incoming) && !socketio_incoming_is_ack (incoming))
    return fail (error, SOCKETIO_PARSER_ERROR_PAYLOAD, "Bytes in a packet that can have none");
  if (reader->has_lookalike)
    return fail (error, SOCKETIO_PARSER_ERROR_PLACEHOLDER, "A placeholder that stands for nothing");
  return TRUE;
}

static gboolean
socketio_msgpack_decoder_add_binary (SocketioDecoder *decoder,
                                     GBytes *bytes,
                                     SocketioPacket **packet,
                                     GError **error)
{
  g_auto (SocketioMsgpackReader) reader = { 0 };
  g_auto (SocketioIncoming) incoming = { 0 };
  g_auto (Members) members = { 0 };

  socketio_msgpack_reader_init (&reader, bytes);
  if (!read_members (&reader, &members, error))
    {
      g_prefix_error (error, "Bad MessagePack: ");
      return FALSE;
    }

  if (!read_incoming (&members, &incoming, error) || !check_binary (&reader, &incoming, error))
    return FALSE;

  *packet = socketio_incoming_make_packet (&incoming, members.data,
                                           g_steal_pointer (&reader.attachments));
  return TRUE;
}

static void
find_members (JsonObject *object, Members *members)
{
  static const char *const names[] = { "type", "nsp", "id", "data" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonNode *value = json_object_get_member (object, names[i]);

      if (value != NULL && !JSON_NODE_HOLDS_NULL (value))
        *find_member (members, names[i]) = json_node_ref (value);
    }
}

static gboolean
socketio_msgpack_decoder_add_text (SocketioDecoder *decoder,
                                   const char *text,
                                   gsize length,
                                   SocketioPacket **packet,
                                   GError **error)
{
  g_auto (SocketioIncoming) incoming = { 0 };
  g_auto (Members) members = { 0 };
  g_autoptr (JsonNode) root = socketio_json_parse (text, length, NULL);

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return fail (error, SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT,
                 "A text that is no packet; does the other end have another parser?");

  find_members (json_node_get_object (root), &members);
  if (!read_incoming (&members, &incoming, error))
    return FALSE;

  *packet = socketio_incoming_make_packet (&incoming, members.data, NULL);
  return TRUE;
}

static void
socketio_msgpack_decoder_class_init (SocketioMsgpackDecoderClass *klass)
{
  SocketioDecoderClass *decoder_class = SOCKETIO_DECODER_CLASS (klass);

  decoder_class->add_text = socketio_msgpack_decoder_add_text;
  decoder_class->add_binary = socketio_msgpack_decoder_add_binary;
}

static void
socketio_msgpack_decoder_init (SocketioMsgpackDecoder *self)
{
}

/**
 * socketio_msgpack_decoder_new:
 *
 * Makes a decoder. It keeps nothing between messages.
 *
 * Returns: (transfer full): the decoder
 */
SocketioDecoder *
socketio_msgpack_decoder_new (void)
{
  return g_object_new (SOCKETIO_TYPE_MSGPACK_DECODER, NULL);
}
