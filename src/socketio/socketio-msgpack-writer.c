/* socketio-msgpack-writer.c: packets as MessagePack
 *
 * Each value has the shortest of its forms, as the MessagePack specification wants it; only doubles
 * stay doubles. Where a placeholder stands for bytes (socketio-placeholder.c), the bytes are
 * written. socketio-msgpack-reader.c is the way back.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-msgpack-writer.h"

#include <string.h>

#include "socketio-json-parser.h"

/* Deeper values are written as nil, so that a tree that contains itself comes to an end. */
#define MAX_DEPTH 256

#define NIL 0xc0
#define NO  0xc2
#define YES 0xc3

/* The bytes that begin the forms of a kind of value: with the length in them, up to max_short; then
 * with a length of 1, 2 and 4 bytes. 0 for a form that there is not. */
typedef struct
{
  guint8 with_length;
  guint8 max_short;
  guint8 with_1;
  guint8 with_2;
  guint8 with_4;
} Forms;

static const Forms maps = { 0x80, 0x0f, 0, 0xde, 0xdf };
static const Forms arrays = { 0x90, 0x0f, 0, 0xdc, 0xdd };
static const Forms strings = { 0xa0, 0x1f, 0xd9, 0xda, 0xdb };
static const Forms binaries = { 0, 0, 0xc4, 0xc5, 0xc6 };

/* An open array or object. */
typedef struct
{
  JsonArray *array;
  guint index;
  guint length;
  JsonObjectIter members;
} Level;

typedef struct
{
  GString *out;
  SocketioArguments *arguments; /* NULL where nothing is binary */
  gsize budget; /* how many bytes of binary values may still be written */
} Writer;

/* The last @n_bytes bytes of @value, the highest first. */
static void
append_number (GString *out, guint8 first, guint64 value, guint n_bytes)
{
  char bytes[9] = { first };

  for (guint i = 0; i < n_bytes; i++)
    bytes[n_bytes - i] = value >> (8 * i) & 0xff;
  g_string_append_len (out, bytes, 1 + n_bytes);
}

static void
append_length (GString *out, const Forms *forms, guint32 length)
{
  if (forms->with_length != 0 && length <= forms->max_short)
    g_string_append_c (out, forms->with_length | length);
  else if (forms->with_1 != 0 && length <= G_MAXUINT8)
    append_number (out, forms->with_1, length, 1);
  else if (length <= G_MAXUINT16)
    append_number (out, forms->with_2, length, 2);
  else
    append_number (out, forms->with_4, length, 4);
}

static void
append_data (GString *out, const Forms *forms, const void *data, gsize length)
{
  if (length > G_MAXUINT32)
    {
      g_string_append_c (out, (char)NIL);
      return;
    }
  append_length (out, forms, length);
  g_string_append_len (out, data, length);
}

static void
append_map (GString *out, guint n_members)
{
  append_length (out, &maps, n_members);
}

static void
append_array (GString *out, guint n_elements)
{
  append_length (out, &arrays, n_elements);
}

/* What is not UTF-8 becomes U+FFFD. */
static void
append_string (GString *out, const char *string)
{
  g_autofree char *valid = NULL;

  if (!g_utf8_validate (string, -1, NULL))
    string = valid = g_utf8_make_valid (string, -1);
  append_data (out, &strings, string, strlen (string));
}

static void
append_negative (GString *out, gint64 value)
{
  if (value >= -32)
    g_string_append_c (out, (char)value);
  else if (value >= G_MININT8)
    append_number (out, 0xd0, value, 1);
  else if (value >= G_MININT16)
    append_number (out, 0xd1, value, 2);
  else if (value >= G_MININT32)
    append_number (out, 0xd2, value, 4);
  else
    append_number (out, 0xd3, value, 8);
}

/* With all of its digits; JavaScript rounds those beyond 2^53. */
static void
append_int (GString *out, gint64 value)
{
  if (value < 0)
    append_negative (out, value);
  else if (value <= G_MAXINT8)
    g_string_append_c (out, (char)value);
  else if (value <= G_MAXUINT8)
    append_number (out, 0xcc, value, 1);
  else if (value <= G_MAXUINT16)
    append_number (out, 0xcd, value, 2);
  else if (value <= G_MAXUINT32)
    append_number (out, 0xce, value, 4);
  else
    append_number (out, 0xcf, value, 8);
}

static void
append_double (GString *out, double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  append_number (out, 0xcb, bits, 8);
}

static void
append_value (GString *out, JsonNode *node)
{
  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING:
      if (json_node_get_string (node) != NULL)
        append_string (out, json_node_get_string (node));
      else
        g_string_append_c (out, (char)NIL);
      break;
    case G_TYPE_INT64:
      append_int (out, json_node_get_int (node));
      break;
    case G_TYPE_DOUBLE:
      append_double (out, json_node_get_double (node));
      break;
    case G_TYPE_BOOLEAN:
      g_string_append_c (out, (char)(json_node_get_boolean (node) ? YES : NO));
      break;
    default:
      g_string_append_c (out, (char)NIL);
      break;
    }
}

/* Bytes that are meant in several places are written in each, but not without end: what comes from
 * a stranger may mean them as often as it likes. */
static void
append_binary (Writer *self, GBytes *bytes)
{
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  if (length > self->budget)
    {
      g_string_append_c (self->out, (char)NIL);
      return;
    }
  self->budget -= length;
  append_data (self->out, &binaries, length > 0 ? data : "", length);
}

static gboolean
open_level (GString *out, Level *level, JsonNode *node)
{
  if (JSON_NODE_HOLDS_ARRAY (node) && json_node_get_array (node) != NULL)
    {
      level->array = json_node_get_array (node);
      level->length = json_array_get_length (level->array);
      append_array (out, level->length);
    }
  else if (JSON_NODE_HOLDS_OBJECT (node) && json_node_get_object (node) != NULL)
    {
      level->array = NULL;
      json_object_iter_init_ordered (&level->members, json_node_get_object (node));
      append_map (out, json_object_get_size (json_node_get_object (node)));
    }
  else
    return FALSE;

  level->index = 0;
  return TRUE;
}

/* Appends the name that stands before the next value of an object. */
static gboolean
next_value (GString *out, Level *level, JsonNode **node)
{
  const char *name;

  if (level->array != NULL)
    {
      if (level->index == level->length)
        return FALSE;
      *node = json_array_get_element (level->array, level->index++);
      return TRUE;
    }

  if (!json_object_iter_next_ordered (&level->members, &name, node))
    return FALSE;
  append_string (out, name);
  return TRUE;
}

static void
append_node (Writer *self, JsonNode *node)
{
  Level levels[MAX_DEPTH];
  guint depth = 0;

  do
    {
      GBytes *bytes = self->arguments != NULL
                        ? socketio_arguments_lookup_bytes (self->arguments, node)
                        : NULL;

      if (bytes != NULL)
        append_binary (self, bytes);
      else if (depth < MAX_DEPTH && open_level (self->out, &levels[depth], node))
        depth++;
      else if (JSON_NODE_HOLDS_VALUE (node))
        append_value (self->out, node);
      else
        g_string_append_c (self->out, (char)NIL);

      while (depth > 0 && !next_value (self->out, &levels[depth - 1], &node))
        depth--;
    }
  while (depth > 0);
}

/* A value in which nothing is binary. */
static void
append_plain (GString *out, JsonNode *node)
{
  Writer writer = { .out = out };

  append_node (&writer, node);
}

/* Bytes that belong in several places stand in each of these, as long as the repetitions come to no
 * more than %SOCKETIO_PARSER_MAX_ATTACHMENT_BYTES; then they are nil. */
static void
append_arguments (GString *out, SocketioArguments *arguments)
{
  guint length = socketio_arguments_get_length (arguments);
  guint n_attachments = socketio_arguments_get_n_attachments (arguments);
  Writer writer = { out, n_attachments > 0 ? arguments : NULL,
                    SOCKETIO_PARSER_MAX_ATTACHMENT_BYTES };

  for (guint i = 0; i < n_attachments; i++)
    writer.budget += g_bytes_get_size (socketio_arguments_get_attachment (arguments, i));
  for (guint i = 0; i < length; i++)
    append_node (&writer, socketio_arguments_get_node (arguments, i));
}

static void
append_event (GString *out, SocketioPacket *packet)
{
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);
  const char *name = socketio_packet_get_name (packet);

  append_array (out, socketio_arguments_get_length (arguments) + (name != NULL ? 1 : 0));
  if (name != NULL)
    append_string (out, name);
  append_arguments (out, arguments);
}

/**
 * socketio_msgpack_append_packet:
 * @out: where to append
 * @packet: the packet
 *
 * Appends a packet as socket.io-msgpack-parser 3 does: a map of `type`, `data`, `id` and `nsp`.
 * Members that are not there are left out, as its decoder wants it of `data`.
 */
void
socketio_msgpack_append_packet (GString *out, SocketioPacket *packet)
{
  gboolean has_arguments = socketio_packet_get_arguments (packet) != NULL;
  JsonNode *data = socketio_packet_get_data (packet);
  gint64 id = socketio_packet_get_id (packet);

  append_map (out,
              2 + (has_arguments || data != NULL ? 1 : 0) + (id != SOCKETIO_PACKET_NO_ID ? 1 : 0));
  append_string (out, "type");
  append_int (out, socketio_packet_get_packet_type (packet));
  if (has_arguments || data != NULL)
    append_string (out, "data");
  if (has_arguments)
    append_event (out, packet);
  else if (data != NULL)
    append_plain (out, data);
  if (id != SOCKETIO_PACKET_NO_ID)
    {
      append_string (out, "id");
      append_int (out, id);
    }
  append_string (out, "nsp");
  append_string (out, socketio_packet_get_namespace (packet));
}
