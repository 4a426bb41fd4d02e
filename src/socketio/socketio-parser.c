/* socketio-parser.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads what the other end of a session sends: texts and binary messages in, packets out. What it
 * refuses ends the connection. socketio-json-plain.c recognizes the usual payloads and
 * socketio-json.c reads the others; socketio-packet.c is the way back. */

#include "config.h"

#include "socketio-arguments-private.h"
#include "socketio-json-plain.h"
#include "socketio-json.h"
#include "socketio-parser.h"
#include "socketio-placeholder.h"

#include <string.h>

/* 2^53 - 1 has 16 digits. */
#define MAX_ID_DIGITS    16
#define MAX_COUNT_DIGITS 9

/* What comes before the payload of a packet. */
typedef struct
{
  SocketioPacketType type;
  guint n_attachments;
  char *namespace_; /* NULL if there is none in the text */
  char *query;
  gint64 id;
} Header;

/* A text that is being read. */
typedef struct
{
  const char *at;
  const char *end;
} Cursor;

struct _SocketioParser
{
  guint max_attachments;
  gsize max_bytes;

  /* The packet whose attachments are under way; without any, array is NULL. */
  Header header;
  JsonArray *array;
  GPtrArray *attachments;
  gsize n_bytes;
};

/* clang-format off */
G_DEFINE_QUARK (socketio-parser-error-quark, socketio_parser_error)
/* clang-format on */

static gboolean
fail (GError **error, SocketioParserError code, const char *message)
{
  g_set_error_literal (error, SOCKETIO_PARSER_ERROR, code, message);
  return FALSE;
}

static void
header_clear (Header *header)
{
  g_clear_pointer (&header->namespace_, g_free);
  g_clear_pointer (&header->query, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Header, header_clear)

static gboolean
take (Cursor *cursor, char c)
{
  if (cursor->at == cursor->end || *cursor->at != c)
    return FALSE;

  cursor->at++;
  return TRUE;
}

/* Reads digits, if there are any; @max_digits must not let @value overflow. */
static gboolean
read_digits (Cursor *cursor, guint max_digits, guint *n_digits, gint64 *value)
{
  *value = 0;
  for (*n_digits = 0; cursor->at < cursor->end && g_ascii_isdigit (*cursor->at); cursor->at++)
    {
      if (++*n_digits > max_digits)
        return FALSE;
      *value = *value * 10 + (*cursor->at - '0');
    }
  return TRUE;
}

static gboolean
read_type (Cursor *cursor, Header *header, GError **error)
{
  if (cursor->at == cursor->end || *cursor->at < '0' ||
      *cursor->at > '0' + SOCKETIO_PACKET_BINARY_ACK)
    return fail (error, SOCKETIO_PARSER_ERROR_TYPE, "Unknown packet type");

  header->type = *cursor->at++ - '0';
  return TRUE;
}

static gboolean
read_count (SocketioParser *self, Cursor *cursor, Header *header, GError **error)
{
  guint n_digits;
  gint64 count;

  if (header->type != SOCKETIO_PACKET_BINARY_EVENT && header->type != SOCKETIO_PACKET_BINARY_ACK)
    return TRUE;

  if (!read_digits (cursor, MAX_COUNT_DIGITS, &n_digits, &count) || n_digits == 0 ||
      !take (cursor, '-'))
    return fail (error, SOCKETIO_PARSER_ERROR_ATTACHMENTS, "Bad count of attachments");
  if (count > self->max_attachments)
    return fail (error, SOCKETIO_PARSER_ERROR_ATTACHMENTS, "Too many attachments");

  header->n_attachments = count;
  return TRUE;
}

static gboolean
read_query (const char *query, gsize length, Header *header, GError **error)
{
  if (length > SOCKETIO_PARSER_MAX_QUERY)
    return fail (error, SOCKETIO_PARSER_ERROR_NAMESPACE, "Query is too long");
  if (!g_utf8_validate_len (query, length, NULL))
    return fail (error, SOCKETIO_PARSER_ERROR_NAMESPACE, "Query is not UTF-8");

  if (header->type == SOCKETIO_PACKET_CONNECT)
    header->query = g_strndup (query, length);
  return TRUE;
}

/* A namespace goes up to a comma or the end. Old clients add a query to it, `/chat?token=x,`, which
 * is no part of its name. */
static gboolean
read_namespace (Cursor *cursor, Header *header, GError **error)
{
  const char *start = cursor->at, *end, *query;

  if (start == cursor->end || *start != '/')
    return TRUE;

  end = memchr (start, ',', cursor->end - start);
  if (end == NULL)
    end = cursor->end;
  query = memchr (start, '?', end - start);
  cursor->at = end;
  take (cursor, ',');

  if (query != NULL && !read_query (query + 1, end - query - 1, header, error))
    return FALSE;
  if (query != NULL)
    end = query;
  if (end - start > SOCKETIO_PARSER_MAX_NAMESPACE)
    return fail (error, SOCKETIO_PARSER_ERROR_NAMESPACE, "Namespace is too long");
  if (!g_utf8_validate_len (start, end - start, NULL))
    return fail (error, SOCKETIO_PARSER_ERROR_NAMESPACE, "Namespace is not UTF-8");

  header->namespace_ = g_strndup (start, end - start);
  return TRUE;
}

static gboolean
is_event (SocketioPacketType type)
{
  return type == SOCKETIO_PACKET_EVENT || type == SOCKETIO_PACKET_BINARY_EVENT;
}

static gboolean
is_ack (SocketioPacketType type)
{
  return type == SOCKETIO_PACKET_ACK || type == SOCKETIO_PACKET_BINARY_ACK;
}

static gboolean
read_id (Cursor *cursor, Header *header, GError **error)
{
  guint n_digits;

  header->id = SOCKETIO_PACKET_NO_ID;
  if (!is_event (header->type) && !is_ack (header->type))
    return TRUE;

  if (!read_digits (cursor, MAX_ID_DIGITS, &n_digits, &header->id) ||
      header->id > SOCKETIO_PACKET_MAX_ID)
    return fail (error, SOCKETIO_PARSER_ERROR_ID, "Ack id out of range");
  if (n_digits == 0 && is_ack (header->type))
    return fail (error, SOCKETIO_PARSER_ERROR_ID, "Ack without an id");

  if (n_digits == 0)
    header->id = SOCKETIO_PACKET_NO_ID;
  return TRUE;
}

static gboolean
read_header (SocketioParser *self, Cursor *cursor, Header *header, GError **error)
{
  return read_type (cursor, header, error) && read_count (self, cursor, header, error) &&
         read_namespace (cursor, header, error) && read_id (cursor, header, error);
}

/* The rest of the text; none at all is a payload of NULL. */
static gboolean
read_payload (Cursor *cursor, JsonNode **payload, GError **error)
{
  *payload = NULL;
  if (cursor->at == cursor->end)
    return TRUE;

  *payload = socketio_json_parse (cursor->at, cursor->end - cursor->at, error);
  if (*payload == NULL)
    g_prefix_error (error, "Bad payload: ");
  return *payload != NULL;
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

static gboolean
check_payload (Header *header, JsonNode *payload, GError **error)
{
  switch (header->type)
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
      return is_ack (header->type) || check_name (json_node_get_array (payload), error);
    }
}

static SocketioPacket *
make_event (Header *header, JsonArray *array, GPtrArray *attachments)
{
  g_autoptr (SocketioArguments) arguments = NULL;
  g_autofree char *number = NULL;
  JsonNode *name;

  if (is_ack (header->type))
    {
      arguments = socketio_arguments_new_for_array (array, 0, attachments);
      return socketio_packet_new_ack (header->namespace_, header->id, arguments);
    }

  name = json_array_get_element (array, 0);
  if (!is_string (name))
    number = socketio_json_to_string (name);
  arguments = socketio_arguments_new_for_array (array, 1, attachments);
  return socketio_packet_new_event (header->namespace_,
                                    number != NULL ? number : json_node_get_string (name),
                                    arguments, header->id);
}

static SocketioPacket *
make_packet (Header *header, JsonNode *payload)
{
  switch (header->type)
    {
    case SOCKETIO_PACKET_CONNECT:
      return socketio_packet_new_connect_with_query (
        header->namespace_, header->query, payload != NULL ? json_node_ref (payload) : NULL);
    case SOCKETIO_PACKET_DISCONNECT:
      return socketio_packet_new_disconnect (header->namespace_);
    case SOCKETIO_PACKET_CONNECT_ERROR:
      return socketio_packet_new_connect_error (header->namespace_, json_node_ref (payload));
    case SOCKETIO_PACKET_EVENT:
    case SOCKETIO_PACKET_ACK:
    case SOCKETIO_PACKET_BINARY_EVENT:
    case SOCKETIO_PACKET_BINARY_ACK:
    default:
      return make_event (header, json_node_get_array (payload), NULL);
    }
}

/* The name of an event at the start of a plain array, if it is one that is allowed and needs no
 * reading either. */
static char *
take_plain_name (const char *first, gsize length)
{
  g_autofree char *name = NULL;

  if (length < 2 || *first != '"' || memchr (first, '\\', length) != NULL)
    return NULL;

  name = g_strndup (first + 1, length - 2);
  return socketio_packet_name_is_reserved (name) ? NULL : g_steal_pointer (&name);
}

/* Makes a packet without reading its payload, if that is plain. What is not, or is wrong, is left
 * to the others. */
static SocketioPacket *
make_plain_packet (Header *header, Cursor *cursor)
{
  g_autoptr (SocketioArguments) arguments = NULL;
  g_autofree char *name = NULL;
  const char *values, *end;
  SocketioJsonPlain plain;

  if ((header->type != SOCKETIO_PACKET_EVENT && header->type != SOCKETIO_PACKET_ACK) ||
      !socketio_json_plain_check (cursor->at, cursor->end - cursor->at, &plain))
    return NULL;

  values = cursor->at + 1;
  end = cursor->end - 1;
  if (header->type == SOCKETIO_PACKET_ACK)
    {
      arguments = socketio_arguments_new_for_plain (values, end - values, plain.n_elements);
      return socketio_packet_new_ack (header->namespace_, header->id, arguments);
    }

  name = take_plain_name (values, plain.first_length);
  if (name == NULL)
    return NULL;
  values = MIN (values + plain.first_length + 1, end);
  arguments = socketio_arguments_new_for_plain (values, end - values, plain.n_elements - 1);
  return socketio_packet_new_event (header->namespace_, name, arguments, header->id);
}

/* Keeps a packet until its attachments are there. */
static gboolean
hold_packet (SocketioParser *self, Header *header, JsonNode *payload, GError **error)
{
  JsonArray *array = json_node_get_array (payload);

  if (!socketio_placeholder_check_array (array, header->n_attachments))
    return fail (error, SOCKETIO_PARSER_ERROR_PLACEHOLDER, "Placeholder without an attachment");

  self->header = *header;
  header->namespace_ = NULL;
  self->array = json_array_ref (array);
  self->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  self->n_bytes = 0;
  return TRUE;
}

/**
 * socketio_parser_new:
 *
 * Makes a parser for one session.
 *
 * Returns: (transfer full): the parser
 */
SocketioParser *
socketio_parser_new (void)
{
  SocketioParser *self = g_new0 (SocketioParser, 1);

  self->max_attachments = SOCKETIO_PARSER_MAX_ATTACHMENTS;
  self->max_bytes = SOCKETIO_PARSER_MAX_ATTACHMENT_BYTES;
  return self;
}

/**
 * socketio_parser_free:
 * @self: (transfer full): the parser
 *
 * Frees the parser and what it still holds.
 */
void
socketio_parser_free (SocketioParser *self)
{
  g_return_if_fail (self != NULL);

  socketio_parser_reset (self);
  g_free (self);
}

/**
 * socketio_parser_set_max_attachments:
 * @self: the parser
 * @max_attachments: how many attachments a packet may have
 *
 * Sets the limit, which is [const@SOCKETIO_PARSER_MAX_ATTACHMENTS] at first.
 */
void
socketio_parser_set_max_attachments (SocketioParser *self, guint max_attachments)
{
  g_return_if_fail (self != NULL);

  self->max_attachments = max_attachments;
}

/**
 * socketio_parser_set_max_attachment_bytes:
 * @self: the parser
 * @max_bytes: how many bytes the attachments of one packet may have together
 *
 * Sets the limit, which is [const@SOCKETIO_PARSER_MAX_ATTACHMENT_BYTES] at first.
 */
void
socketio_parser_set_max_attachment_bytes (SocketioParser *self, gsize max_bytes)
{
  g_return_if_fail (self != NULL);

  self->max_bytes = max_bytes;
}

/**
 * socketio_parser_add_text:
 * @self: the parser
 * @text: a text message of the session
 * @length: how many bytes it has
 * @packet: (out) (transfer full) (nullable): the packet, NULL if its attachments are still to come
 * @error: where to say what is wrong: a [enum@SocketioParserError], or a [enum@SocketioJsonError]
 *   for a payload that is not JSON
 *
 * Reads a text message. After an error the parser is as new; the connection should be closed.
 *
 * Returns: whether the text was as it should be
 */
gboolean
socketio_parser_add_text (SocketioParser *self,
                          const char *text,
                          gsize length,
                          SocketioPacket **packet,
                          GError **error)
{
  g_auto (Header) header = { 0 };
  g_autoptr (JsonNode) payload = NULL;
  Cursor cursor;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (text != NULL || length == 0, FALSE);
  g_return_val_if_fail (packet != NULL, FALSE);

  *packet = NULL;
  if (socketio_parser_is_pending (self))
    {
      socketio_parser_reset (self);
      return fail (error, SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT, "Text in place of an attachment");
    }

  cursor.at = length > 0 ? text : "";
  cursor.end = cursor.at + length;
  if (!read_header (self, &cursor, &header, error))
    return FALSE;
  *packet = make_plain_packet (&header, &cursor);
  if (*packet != NULL)
    return TRUE;

  if (!read_payload (&cursor, &payload, error) || !check_payload (&header, payload, error))
    return FALSE;
  if (header.n_attachments > 0)
    return hold_packet (self, &header, payload, error);

  *packet = make_packet (&header, payload);
  return TRUE;
}

/**
 * socketio_parser_add_binary:
 * @self: the parser
 * @bytes: a binary message of the session
 * @packet: (out) (transfer full) (nullable): the packet, NULL if more attachments are to come
 * @error: where to say what is wrong: a [enum@SocketioParserError]
 *
 * Reads a binary message, which is the next attachment of the packet that was announced last.
 * After an error the parser is as new; the connection should be closed.
 *
 * Returns: whether there was to be an attachment
 */
gboolean
socketio_parser_add_binary (SocketioParser *self,
                            GBytes *bytes,
                            SocketioPacket **packet,
                            GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (packet != NULL, FALSE);

  *packet = NULL;
  if (!socketio_parser_is_pending (self))
    return fail (error, SOCKETIO_PARSER_ERROR_UNEXPECTED_BINARY, "Attachment without a packet");
  if (g_bytes_get_size (bytes) > self->max_bytes - MIN (self->n_bytes, self->max_bytes))
    {
      socketio_parser_reset (self);
      return fail (error, SOCKETIO_PARSER_ERROR_TOO_LARGE, "Attachments are too large");
    }

  self->n_bytes += g_bytes_get_size (bytes);
  g_ptr_array_add (self->attachments, g_bytes_ref (bytes));
  if (self->attachments->len < self->header.n_attachments)
    return TRUE;

  *packet = make_event (&self->header, self->array, g_steal_pointer (&self->attachments));
  socketio_parser_reset (self);
  return TRUE;
}

/**
 * socketio_parser_is_pending:
 * @self: the parser
 *
 * Returns: whether attachments of a packet are still to come
 */
gboolean
socketio_parser_is_pending (SocketioParser *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->array != NULL;
}

/**
 * socketio_parser_reset:
 * @self: the parser
 *
 * Forgets a packet whose attachments are still to come.
 */
void
socketio_parser_reset (SocketioParser *self)
{
  g_return_if_fail (self != NULL);

  header_clear (&self->header);
  g_clear_pointer (&self->array, json_array_unref);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  self->n_bytes = 0;
}
