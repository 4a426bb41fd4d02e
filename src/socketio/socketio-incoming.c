/* socketio-incoming.c: what a packet must be, in whatever way it came
 *
 * The decoders (socketio-json-decoder.c, socketio-msgpack-decoder.c) read the parts of a packet;
 * what they may be, and what packet they make, is the same for both.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-incoming.h"

#include <string.h>

#include "socketio-decoder.h"
#include "socketio-json.h"

static gboolean
fail (GError **error, SocketioParserError code, const char *message)
{
  g_set_error_literal (error, SOCKETIO_PARSER_ERROR, code, message);
  return FALSE;
}

/**
 * socketio_incoming_clear:
 * @incoming: a packet that is being read
 *
 * Frees what is in it.
 */
void
socketio_incoming_clear (SocketioIncoming *self)
{
  g_clear_pointer (&self->namespace_, g_free);
  g_clear_pointer (&self->query, g_free);
}

static gboolean
read_query (SocketioIncoming *self, const char *query, gsize length, GError **error)
{
  if (length > SOCKETIO_PARSER_MAX_QUERY)
    return fail (error, SOCKETIO_PARSER_ERROR_NAMESPACE, "Query is too long");
  if (!g_utf8_validate_len (query, length, NULL))
    return fail (error, SOCKETIO_PARSER_ERROR_NAMESPACE, "Query is not UTF-8");

  if (self->type == SOCKETIO_PACKET_CONNECT)
    self->query = g_strndup (query, length);
  return TRUE;
}

/**
 * socketio_incoming_read_namespace:
 * @incoming: a packet whose type has been read
 * @text: the name of its namespace; it begins with a slash
 * @length: how many bytes it has
 * @error: return location for an error
 *
 * Reads the namespace. Old clients add a query to it, `/chat?token=x`, which is no part of its
 * name.
 *
 * Returns: whether it is one
 */
gboolean
socketio_incoming_read_namespace (SocketioIncoming *self,
                                  const char *text,
                                  gsize length,
                                  GError **error)
{
  const char *query = memchr (text, '?', length);

  if (query != NULL && !read_query (self, query + 1, text + length - query - 1, error))
    return FALSE;
  if (query != NULL)
    length = query - text;
  if (length > SOCKETIO_PARSER_MAX_NAMESPACE)
    return fail (error, SOCKETIO_PARSER_ERROR_NAMESPACE, "Namespace is too long");
  if (!g_utf8_validate_len (text, length, NULL))
    return fail (error, SOCKETIO_PARSER_ERROR_NAMESPACE, "Namespace is not UTF-8");

  self->namespace_ = g_strndup (text, length);
  return TRUE;
}

/**
 * socketio_incoming_set_id:
 * @incoming: an event or an ack
 * @id: its id
 * @error: return location for an error
 *
 * Sets the ack id.
 *
 * Returns: whether it is one
 */
gboolean
socketio_incoming_set_id (SocketioIncoming *self, gint64 id, GError **error)
{
  if (id < 0 || id > SOCKETIO_PACKET_MAX_ID)
    return fail (error, SOCKETIO_PARSER_ERROR_ID, "Ack id out of range");

  self->id = id;
  return TRUE;
}

/**
 * socketio_incoming_set_no_id:
 * @incoming: a packet
 * @error: return location for an error
 *
 * Takes note that there is no ack id.
 *
 * Returns: whether there need not be one
 */
gboolean
socketio_incoming_set_no_id (SocketioIncoming *self, GError **error)
{
  self->id = SOCKETIO_PACKET_NO_ID;
  return !socketio_incoming_is_ack (self) ||
         fail (error, SOCKETIO_PARSER_ERROR_ID, "Ack without an id");
}

static gboolean
is_string (JsonNode *node)
{
  return json_node_get_value_type (node) == G_TYPE_STRING;
}

static gboolean
is_number (JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

static gboolean
check_name (JsonArray *array, GError **error)
{
  JsonNode *name = json_array_get_length (array) > 0 ? json_array_get_element (array, 0) : NULL;

  if (name == NULL || (!is_string (name) && !is_number (name)))
    return fail (error, SOCKETIO_PARSER_ERROR_PAYLOAD, "Event without a name");
  if (is_string (name) && socketio_packet_name_is_reserved (json_node_get_string (name)))
    return fail (error, SOCKETIO_PARSER_ERROR_RESERVED, "Event with a reserved name");
  return TRUE;
}

/**
 * socketio_incoming_check:
 * @incoming: a packet
 * @payload: (nullable): its payload
 * @error: return location for an error
 *
 * Looks whether the payload is one for the packet's type.
 *
 * Returns: whether it is
 */
gboolean
socketio_incoming_check (const SocketioIncoming *self, JsonNode *payload, GError **error)
{
  switch (self->type)
    {
    case SOCKETIO_PACKET_CONNECT:
      if (payload != NULL && !JSON_NODE_HOLDS_OBJECT (payload))
        return fail (error, SOCKETIO_PARSER_ERROR_PAYLOAD, "Connect with data that is no object");
      return TRUE;

    case SOCKETIO_PACKET_DISCONNECT:
      if (payload != NULL)
        return fail (error, SOCKETIO_PARSER_ERROR_PAYLOAD, "Disconnect with a payload");
      return TRUE;

    case SOCKETIO_PACKET_CONNECT_ERROR:
      if (payload == NULL || (!JSON_NODE_HOLDS_OBJECT (payload) && !is_string (payload)))
        return fail (error, SOCKETIO_PARSER_ERROR_PAYLOAD, "Connect error without a reason");
      return TRUE;

    case SOCKETIO_PACKET_EVENT:
    case SOCKETIO_PACKET_ACK:
    case SOCKETIO_PACKET_BINARY_EVENT:
    case SOCKETIO_PACKET_BINARY_ACK:
    default:
      if (payload == NULL || !JSON_NODE_HOLDS_ARRAY (payload))
        return fail (error, SOCKETIO_PARSER_ERROR_PAYLOAD, "Payload is no array");
      return socketio_incoming_is_ack (self) || check_name (json_node_get_array (payload), error);
    }
}

static SocketioPacket *
make_event (const SocketioIncoming *self, JsonArray *array, GPtrArray *attachments)
{
  g_autoptr (SocketioArguments) arguments = NULL;
  g_autofree char *number = NULL;
  JsonNode *name;

  if (socketio_incoming_is_ack (self))
    {
      arguments = socketio_arguments_new_for_array (array, 0, attachments);
      return socketio_packet_new_ack (self->namespace_, self->id, arguments);
    }

  name = json_array_get_element (array, 0);
  if (!is_string (name))
    number = socketio_json_to_string (name);
  arguments = socketio_arguments_new_for_array (array, 1, attachments);
  return socketio_packet_new_event (
    self->namespace_, number != NULL ? number : json_node_get_string (name), arguments, self->id);
}

/**
 * socketio_incoming_make_packet:
 * @incoming: a packet
 * @payload: (nullable): its payload, which has been checked
 * @attachments: (transfer full) (nullable) (element-type GBytes): the bytes that belong to it
 *
 * Makes the packet.
 *
 * Returns: (transfer full): the packet
 */
SocketioPacket *
socketio_incoming_make_packet (const SocketioIncoming *self,
                               JsonNode *payload,
                               GPtrArray *attachments)
{
  g_autoptr (GPtrArray) unused G_GNUC_UNUSED = NULL;

  if (socketio_incoming_is_event (self) || socketio_incoming_is_ack (self))
    return make_event (self, json_node_get_array (payload), attachments);

  /* Others have no binary values. */
  unused = attachments;
  if (self->type == SOCKETIO_PACKET_CONNECT_ERROR)
    return socketio_packet_new_connect_error (self->namespace_, json_node_ref (payload));
  if (self->type == SOCKETIO_PACKET_DISCONNECT)
    return socketio_packet_new_disconnect (self->namespace_);
  return socketio_packet_new_connect_with_query (self->namespace_, self->query,
                                                 payload != NULL ? json_node_ref (payload) : NULL);
}
