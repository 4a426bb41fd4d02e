/* socketio-msgpack-values.c: MessagePack's values that have no others in them
 *
 * Numbers, strings, bytes and extensions, for socketio-msgpack-reader.c. Bytes become a placeholder
 * and an attachment (socketio-placeholder.c); what JSON has not, such as dates, becomes what
 * JavaScript's JSON makes of it. A length is only believed as far as there are bytes.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-msgpack-reader-private.h"

#include <string.h>

#include "socketio-json-tree.h"
#include "socketio-msgpack-time.h"
#include "socketio-placeholder.h"

/* The types of extensions: those of JavaScript's notepack.io, and the specification's timestamp. */
#define EXT_NOTEPACK  0
#define EXT_TIMESTAMP (-1)

/* The placeholder of bytes, an object with two members, takes as much memory as so many values. */
#define VALUES_PER_BINARY 8

#define MAX_NANOSECONDS 999999999

typedef SocketioMsgpackReader Reader;

gboolean
socketio_msgpack_reader_fail (Reader *self,
                              SocketioJsonError code,
                              const char *message,
                              GError **error)
{
  g_set_error (error, SOCKETIO_JSON_ERROR, code, "%s at byte %" G_GSIZE_FORMAT, message,
               (gsize)(self->at - self->start));
  return FALSE;
}

gboolean
socketio_msgpack_reader_fail_early (Reader *self, GError **error)
{
  return socketio_msgpack_reader_fail (self, SOCKETIO_JSON_ERROR_SYNTAX,
                                       "MessagePack ends too early", error);
}

/* {{{ Bytes */

/* Gives the next @length bytes, NULL if there are fewer. */
const guint8 *
socketio_msgpack_reader_take (Reader *self, gsize length, GError **error)
{
  const guint8 *data = self->at;

  if ((gsize)(self->end - self->at) < length)
    {
      socketio_msgpack_reader_fail_early (self, error);
      return NULL;
    }
  self->at += length;
  return data;
}

static guint64
join (const guint8 *data, guint n_bytes)
{
  guint64 value = 0;

  for (guint i = 0; i < n_bytes; i++)
    value = value << 8 | data[i];
  return value;
}

gboolean
socketio_msgpack_reader_take_number (Reader *self, guint n_bytes, guint64 *value, GError **error)
{
  const guint8 *data = socketio_msgpack_reader_take (self, n_bytes, error);

  if (data == NULL)
    return FALSE;
  *value = join (data, n_bytes);
  return TRUE;
}

/* }}} */
/* {{{ Values without others in them */

static gboolean
push_value (Reader *self, JsonNode *value, guint n_values, GError **error)
{
  SocketioJsonEntry entry = { self->depth > 0 ? self->levels[self->depth - 1].name : 0, value };

  g_array_append_val (self->entries, entry);
  self->n_values += n_values;
  if (self->n_values > SOCKETIO_JSON_MAX_VALUES)
    return socketio_msgpack_reader_fail (self, SOCKETIO_JSON_ERROR_SIZE,
                                         "Too many values in MessagePack", error);
  return TRUE;
}

gboolean
socketio_msgpack_reader_push (Reader *self, JsonNode *value, GError **error)
{
  return push_value (self, value, 1, error);
}

gboolean
socketio_msgpack_reader_push_boolean (Reader *self, gboolean value, GError **error)
{
  return socketio_msgpack_reader_push (self, json_node_init_boolean (json_node_alloc (), value),
                                       error);
}

gboolean
socketio_msgpack_reader_push_null (Reader *self, GError **error)
{
  return socketio_msgpack_reader_push (self, json_node_init_null (json_node_alloc ()), error);
}

static gboolean
push_double (Reader *self, double value, GError **error)
{
  return socketio_msgpack_reader_push (self, json_node_init_double (json_node_alloc (), value),
                                       error);
}

/* As in JSON, what a gint64 cannot hold is a double. */
static JsonNode *
new_unsigned (guint64 value)
{
  if (value <= G_MAXINT64)
    return json_node_init_int (json_node_alloc (), value);
  return json_node_init_double (json_node_alloc (), value);
}

/* Makes a number of one of the forms of integers; @first is the byte before it. NULL for none of
 * those, or if bytes are missing, which is an error then. */
JsonNode *
socketio_msgpack_reader_read_integer (Reader *self, guint8 first, GError **error)
{
  guint n_bytes = 1 << (first & 3);
  guint64 value;

  if (first <= 0x7f || first >= 0xe0)
    return json_node_init_int (json_node_alloc (), (gint8)first);
  if (first < 0xcc || first > 0xd3 ||
      !socketio_msgpack_reader_take_number (self, n_bytes, &value, error))
    return NULL;

  if (first <= 0xcf)
    return new_unsigned (value);
  return json_node_init_int (json_node_alloc (),
                             (gint64)(value << (64 - 8 * n_bytes)) >> (64 - 8 * n_bytes));
}

gboolean
socketio_msgpack_reader_push_integer (Reader *self, guint8 first, GError **error)
{
  JsonNode *node = socketio_msgpack_reader_read_integer (self, first, error);

  return node != NULL && socketio_msgpack_reader_push (self, node, error);
}

gboolean
socketio_msgpack_reader_push_float (Reader *self, guint n_bytes, GError **error)
{
  guint64 bits;
  guint32 bits_32;
  double number;
  float number_32;

  if (!socketio_msgpack_reader_take_number (self, n_bytes, &bits, error))
    return FALSE;
  if (n_bytes == sizeof number)
    {
      memcpy (&number, &bits, sizeof number);
      return push_double (self, number, error);
    }

  bits_32 = bits;
  memcpy (&number_32, &bits_32, sizeof number_32);
  return push_double (self, number_32, error);
}

/* U+0000, which no C string can hold, becomes U+FFFD, as in JSON. */
static gboolean
append_text (GString *out, const char *text, gsize length)
{
  for (const char *end = text + length; text < end; text++)
    {
      const char *nul = memchr (text, '\0', end - text);
      gsize n = (nul != NULL ? nul : end) - text;

      if (!g_utf8_validate_len (text, n, NULL))
        return FALSE;
      g_string_append_len (out, text, n);
      if (nul != NULL)
        g_string_append (out, "\357\277\275");
      text += n;
    }
  return TRUE;
}

/* Appends a string to the scratch buffer; @start is where it begins there. */
gboolean
socketio_msgpack_reader_read_string (Reader *self, gsize length, gsize *start, GError **error)
{
  const char *text = (const char *)socketio_msgpack_reader_take (self, length, error);

  if (text == NULL)
    return FALSE;

  *start = self->scratch->len;
  return append_text (self->scratch, text, length) ||
         socketio_msgpack_reader_fail (self, SOCKETIO_JSON_ERROR_ENCODING,
                                       "Invalid UTF-8 in a string", error);
}

gboolean
socketio_msgpack_reader_push_string (Reader *self, gsize length, GError **error)
{
  gsize start;
  JsonNode *node;

  if (!socketio_msgpack_reader_read_string (self, length, &start, error))
    return FALSE;

  node = json_node_init_string (json_node_alloc (), self->scratch->str + start);
  g_string_truncate (self->scratch, start);
  return socketio_msgpack_reader_push (self, node, error);
}

/* A large value shares the message's memory; a small one would keep all of that alive. */
static GBytes *
new_bytes (Reader *self, const guint8 *data, gsize length)
{
  if (length > g_bytes_get_size (self->message) / 2)
    return g_bytes_new_from_bytes (self->message, data - self->start, length);
  return g_bytes_new (data, length);
}

static JsonNode *
attach (Reader *self, const guint8 *data, gsize length)
{
  if (self->attachments == NULL)
    self->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_ptr_array_add (self->attachments, new_bytes (self, data, length));
  return socketio_placeholder_new (self->attachments->len - 1);
}

gboolean
socketio_msgpack_reader_push_binary (Reader *self, gsize length, GError **error)
{
  const guint8 *data = socketio_msgpack_reader_take (self, length, error);

  return data != NULL && push_value (self, attach (self, data, length), VALUES_PER_BINARY, error);
}

/* }}} */
/* {{{ Extensions */

/* What is no time in JavaScript is null in its JSON. */
static gboolean
push_time (Reader *self, gint64 milliseconds, GError **error)
{
  g_autofree char *text = NULL;

  if (milliseconds < -SOCKETIO_MSGPACK_MAX_TIME || milliseconds > SOCKETIO_MSGPACK_MAX_TIME)
    return socketio_msgpack_reader_push_null (self, error);

  text = socketio_msgpack_time_to_string (milliseconds);
  return socketio_msgpack_reader_push (self, json_node_init_string (json_node_alloc (), text),
                                       error);
}

static gboolean
push_seconds (Reader *self, gint64 seconds, guint64 nanoseconds, GError **error)
{
  if (nanoseconds > MAX_NANOSECONDS)
    return socketio_msgpack_reader_fail (self, SOCKETIO_JSON_ERROR_SYNTAX,
                                         "More nanoseconds than a second has", error);
  if (seconds < -SOCKETIO_MSGPACK_MAX_TIME / 1000 || seconds > SOCKETIO_MSGPACK_MAX_TIME / 1000)
    return socketio_msgpack_reader_push_null (self, error);
  return push_time (self, seconds * 1000 + (gint64)(nanoseconds / 1000000), error);
}

/* As notepack.io gives what it does not know: [type, bytes]. */
static gboolean
push_unknown (Reader *self, gint8 type, const guint8 *data, gsize length, GError **error)
{
  JsonArray *array;
  JsonNode *node;

  if (self->depth == SOCKETIO_JSON_MAX_DEPTH)
    return socketio_msgpack_reader_fail (self, SOCKETIO_JSON_ERROR_DEPTH,
                                         "MessagePack is nested too deeply", error);

  array = json_array_sized_new (2);
  node = json_node_init_array (json_node_alloc (), array);
  json_array_add_int_element (array, type);
  json_array_add_element (array, attach (self, data, length));
  json_array_unref (array);
  return push_value (self, node, 2 + VALUES_PER_BINARY, error);
}

/* An extension has a form with its length before it, or one of a fixed length, and notepack.io
 * means something else by each. */
gboolean
socketio_msgpack_reader_push_extension (Reader *self,
                                        gsize length,
                                        gboolean is_fixed,
                                        GError **error)
{
  const guint8 *head = socketio_msgpack_reader_take (self, 1, error);
  const guint8 *data = head != NULL ? socketio_msgpack_reader_take (self, length, error) : NULL;
  gint8 type;

  if (data == NULL)
    return FALSE;

  type = (gint8)*head;
  if (type == EXT_NOTEPACK && !is_fixed) /* an ArrayBuffer */
    return push_value (self, attach (self, data, length), VALUES_PER_BINARY, error);
  if (type == EXT_NOTEPACK && length == 1) /* undefined */
    return socketio_msgpack_reader_push_null (self, error);
  if (type == EXT_NOTEPACK && length == 8) /* a Date */
    return push_time (self, (gint64)join (data, 8), error);
  if (type == EXT_TIMESTAMP && length == 4)
    return push_seconds (self, (gint64)join (data, 4), 0, error);
  if (type == EXT_TIMESTAMP && length == 8)
    return push_seconds (self, (gint64)(join (data, 8) & ((G_GUINT64_CONSTANT (1) << 34) - 1)),
                         join (data, 8) >> 34, error);
  if (type == EXT_TIMESTAMP && length == 12)
    return push_seconds (self, (gint64)join (data + 4, 8), join (data, 4), error);
  return push_unknown (self, type, data, length, error);
}

/* }}} */
