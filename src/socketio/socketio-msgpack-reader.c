/* socketio-msgpack-reader.c: MessagePack from the network as json-glib's tree
 *
 * Reads all of the MessagePack specification, with the limits of socketio-json.c: arrays and maps
 * here, without recursion, what is in them in socketio-msgpack-values.c. socketio-msgpack-writer.c
 * is the way back.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-msgpack-reader-private.h"

#include "socketio-json-tree.h"
#include "socketio-placeholder.h"

typedef SocketioMsgpackReader Reader;
typedef SocketioMsgpackLevel Level;

/* {{{ Arrays and maps */

static gboolean
close_level (Reader *self, GError **error)
{
  Level *level = &self->levels[self->depth - 1];
  SocketioJsonEntry *entries = (SocketioJsonEntry *)(gpointer)self->entries->data +
                               level->first_entry;
  guint n_entries = self->entries->len - level->first_entry;
  JsonNode *node;

  if (level->is_map)
    node = socketio_json_tree_new_object (entries, n_entries, self->scratch->str);
  else
    node = socketio_json_tree_new_array (entries, n_entries);
  if (node == NULL)
    return socketio_msgpack_reader_fail (self, SOCKETIO_JSON_ERROR_SIZE, "Colliding names in a map",
                                         error);

  self->has_lookalike |= level->is_map && socketio_placeholder_check (node);
  g_array_set_size (self->entries, level->first_entry);
  g_string_truncate (self->scratch, level->first_name);
  self->depth--;
  return socketio_msgpack_reader_push (self, node, error);
}

/* JavaScript makes a text of a number that is a name. */
static gboolean
read_numeric_name (Reader *self, guint8 first, gsize *start, GError **error)
{
  g_autoptr (JsonNode) number = NULL;

  if (first > 0x7f && first < 0xe0 && (first < 0xcc || first > 0xd3))
    return socketio_msgpack_reader_fail (self, SOCKETIO_JSON_ERROR_SYNTAX,
                                         "A name that is no string", error);
  number = socketio_msgpack_reader_read_integer (self, first, error);
  if (number == NULL)
    return FALSE;

  *start = self->scratch->len;
  socketio_json_append (self->scratch, number);
  return TRUE;
}

static gboolean
read_name (Reader *self, GError **error)
{
  gsize *start = &self->levels[self->depth - 1].name;
  const guint8 *first = socketio_msgpack_reader_take (self, 1, error);
  guint64 length;
  gboolean is_read;

  if (first == NULL)
    return FALSE;

  if (*first >= 0xa0 && *first <= 0xbf)
    is_read = socketio_msgpack_reader_read_string (self, *first & 0x1f, start, error);
  else if (*first >= 0xd9 && *first <= 0xdb)
    is_read = socketio_msgpack_reader_take_number (self, 1 << (*first - 0xd9), &length, error) &&
              socketio_msgpack_reader_read_string (self, length, start, error);
  else
    is_read = read_numeric_name (self, *first, start, error);

  if (is_read)
    g_string_append_c (self->scratch, '\0');
  return is_read;
}

/* Each value has a byte at least, and each name. */
static gboolean
check_count (Reader *self, guint64 count, gboolean is_map, GError **error)
{
  return count <= (guint64)(self->end - self->at) / (is_map ? 2 : 1) ||
         socketio_msgpack_reader_fail_early (self, error);
}

/* An array or map that is not empty is only opened: what comes next is its first value. */
static gboolean
open_level (Reader *self, gboolean is_map, guint64 count, gboolean *opened, GError **error)
{
  if (self->depth == SOCKETIO_JSON_MAX_DEPTH)
    return socketio_msgpack_reader_fail (self, SOCKETIO_JSON_ERROR_DEPTH,
                                         "MessagePack is nested too deeply", error);
  if (!check_count (self, count, is_map, error))
    return FALSE;

  self->levels[self->depth++] = (Level){
    .is_map = is_map,
    .n_left = count,
    .first_entry = self->entries->len,
    .first_name = self->scratch->len,
  };
  if (count == 0)
    return close_level (self, error);
  *opened = TRUE;
  return !is_map || read_name (self, error);
}

/* After a value: closes what ends here, up to where another value follows. */
static gboolean
close_levels (Reader *self, GError **error)
{
  while (self->depth > 0)
    {
      Level *level = &self->levels[self->depth - 1];

      if (--level->n_left > 0)
        return !level->is_map || read_name (self, error);
      if (!close_level (self, error))
        return FALSE;
    }
  return TRUE;
}

/* }}} */
/* {{{ Any value */

/* A value whose length follows the byte @first. */
static gboolean
read_sized (Reader *self, guint8 first, gboolean *opened, GError **error)
{
  static const guint8 widths[] = {
    [0xc4] = 1, [0xc5] = 2, [0xc6] = 4, [0xc7] = 1, [0xc8] = 2, [0xc9] = 4, [0xd9] = 1,
    [0xda] = 2, [0xdb] = 4, [0xdc] = 2, [0xdd] = 4, [0xde] = 2, [0xdf] = 4,
  };
  guint64 length;

  if (!socketio_msgpack_reader_take_number (self, widths[first], &length, error))
    return FALSE;

  if (first >= 0xde)
    return open_level (self, TRUE, length, opened, error);
  if (first >= 0xdc)
    return open_level (self, FALSE, length, opened, error);
  if (first >= 0xd9)
    return socketio_msgpack_reader_push_string (self, length, error);
  if (first >= 0xc7)
    return socketio_msgpack_reader_push_extension (self, length, FALSE, error);
  return socketio_msgpack_reader_push_binary (self, length, error);
}

static gboolean
read_typed (Reader *self, guint8 first, gboolean *opened, GError **error)
{
  if (first == 0xc0)
    return socketio_msgpack_reader_push_null (self, error);
  if (first == 0xc1)
    return socketio_msgpack_reader_fail (self, SOCKETIO_JSON_ERROR_SYNTAX,
                                         "A byte that means nothing", error);
  if (first <= 0xc3)
    return socketio_msgpack_reader_push_boolean (self, first == 0xc3, error);
  if (first <= 0xc9 || first >= 0xd9)
    return read_sized (self, first, opened, error);
  if (first <= 0xcb)
    return socketio_msgpack_reader_push_float (self, first == 0xca ? 4 : 8, error);
  if (first <= 0xd3)
    return socketio_msgpack_reader_push_integer (self, first, error);
  return socketio_msgpack_reader_push_extension (self, 1 << (first - 0xd4), TRUE, error);
}

static gboolean
read_value (Reader *self, gboolean *opened, GError **error)
{
  const guint8 *first = socketio_msgpack_reader_take (self, 1, error);

  *opened = FALSE;
  if (first == NULL)
    return FALSE;

  if (*first <= 0x7f || *first >= 0xe0)
    return socketio_msgpack_reader_push_integer (self, *first, error);
  if (*first <= 0x8f)
    return open_level (self, TRUE, *first & 0x0f, opened, error);
  if (*first <= 0x9f)
    return open_level (self, FALSE, *first & 0x0f, opened, error);
  if (*first <= 0xbf)
    return socketio_msgpack_reader_push_string (self, *first & 0x1f, error);
  return read_typed (self, *first, opened, error);
}

/* }}} */

static void
clear_entry (gpointer data)
{
  SocketioJsonEntry *entry = data;

  g_clear_pointer (&entry->value, json_node_unref);
}

/**
 * socketio_msgpack_reader_init:
 * @reader: (out caller-allocates): a reader
 * @message: what it is to read
 *
 * Begins to read a message.
 */
void
socketio_msgpack_reader_init (SocketioMsgpackReader *self, GBytes *message)
{
  const guint8 *data;
  gsize length;

  self->attachments = NULL;
  self->has_lookalike = FALSE;
  self->message = g_bytes_ref (message);
  data = g_bytes_get_data (message, &length);
  self->start = self->at = length > 0 ? data : (const guint8 *)"";
  self->end = self->start + length;
  self->depth = self->n_values = 0;
  self->entries = g_array_sized_new (FALSE, FALSE, sizeof (SocketioJsonEntry), 16);
  self->scratch = g_string_sized_new (128);
  g_array_set_clear_func (self->entries, clear_entry);
}

/**
 * socketio_msgpack_reader_clear:
 * @reader: a reader
 *
 * Frees what is in it.
 */
void
socketio_msgpack_reader_clear (SocketioMsgpackReader *self)
{
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  g_clear_pointer (&self->message, g_bytes_unref);
  g_clear_pointer (&self->entries, g_array_unref);
  if (self->scratch != NULL)
    g_string_free (self->scratch, TRUE);
  self->scratch = NULL;
}

/**
 * socketio_msgpack_reader_open_map:
 * @reader: a reader
 * @n_members: (out): how many names and values follow
 * @error: return location for a [enum@SocketioJsonError]
 *
 * Reads the beginning of a map, whose names and values are to be read next.
 *
 * Returns: whether it is a map
 */
gboolean
socketio_msgpack_reader_open_map (SocketioMsgpackReader *self, guint *n_members, GError **error)
{
  const guint8 *first;
  guint64 count;

  if (self->at == self->end)
    return socketio_msgpack_reader_fail (self, SOCKETIO_JSON_ERROR_EMPTY, "No MessagePack", error);

  first = socketio_msgpack_reader_take (self, 1, error);
  if (*first >= 0x80 && *first <= 0x8f)
    count = *first & 0x0f;
  else if (*first != 0xde && *first != 0xdf)
    return socketio_msgpack_reader_fail (self, SOCKETIO_JSON_ERROR_SYNTAX, "Expected a map", error);
  else if (!socketio_msgpack_reader_take_number (self, *first == 0xde ? 2 : 4, &count, error))
    return FALSE;

  *n_members = count;
  return check_count (self, count, TRUE, error);
}

/**
 * socketio_msgpack_reader_read:
 * @reader: a reader
 * @error: return location for a [enum@SocketioJsonError]
 *
 * Reads the next value, with all that is in it.
 *
 * Returns: (transfer full) (nullable): the value, sealed
 */
JsonNode *
socketio_msgpack_reader_read (SocketioMsgpackReader *self, GError **error)
{
  JsonNode *value;
  gboolean opened;

  do
    if (!read_value (self, &opened, error) || (!opened && !close_levels (self, error)))
      return NULL;
  while (self->depth > 0);

  value = g_steal_pointer (&g_array_index (self->entries, SocketioJsonEntry, 0).value);
  g_array_set_size (self->entries, 0);
  json_node_seal (value);
  return value;
}

/**
 * socketio_msgpack_reader_skip:
 * @reader: a reader
 * @error: return location for a [enum@SocketioJsonError]
 *
 * Reads the next value, and forgets what is binary in it.
 *
 * Returns: (transfer full) (nullable): something of the value
 */
JsonNode *
socketio_msgpack_reader_skip (SocketioMsgpackReader *self, GError **error)
{
  gboolean had_lookalike = self->has_lookalike;
  guint n_attachments = self->attachments != NULL ? self->attachments->len : 0;
  JsonNode *value = socketio_msgpack_reader_read (self, error);

  self->has_lookalike = had_lookalike;
  if (n_attachments > 0)
    g_ptr_array_set_size (self->attachments, n_attachments);
  else
    g_clear_pointer (&self->attachments, g_ptr_array_unref);
  return value;
}

/**
 * socketio_msgpack_reader_finish:
 * @reader: a reader
 * @error: return location for a [enum@SocketioJsonError]
 *
 * Looks whether all of the message has been read.
 *
 * Returns: whether it has
 */
gboolean
socketio_msgpack_reader_finish (SocketioMsgpackReader *self, GError **error)
{
  return self->at == self->end ||
         socketio_msgpack_reader_fail (self, SOCKETIO_JSON_ERROR_TRAILING,
                                       "More than one value in MessagePack", error);
}
