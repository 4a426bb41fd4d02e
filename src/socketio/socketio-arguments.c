/* socketio-arguments.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The arguments of an event or an ack: a JSON array, and beside it the bytes that JSON cannot hold.
 * In the array each of those is a placeholder, as on the wire (socketio-placeholder.c). An array
 * that was received still has the event's name in front, so it is read from an offset on. Most that
 * is received, or given as JSON, is kept as text (socketio-json-plain.c), and the array made when
 * somebody looks into it. socketio-packet.c writes arguments, socketio-json-decoder.c makes them.
 */

#include "config.h"

#include "socketio-arguments-private.h"
#include "socketio-json-plain.h"
#include "socketio-json.h"
#include "socketio-placeholder.h"

#include <string.h>

struct _SocketioArguments
{
  guint ref_count;
  gboolean sealed;
  JsonArray *array; /* NULL while there is only the text */
  guint offset;
  GPtrArray *attachments;

  /* What was received, and has not been changed since: a plain array, with its brackets. */
  guint n_values;
  gsize text_length; /* 0 if there is none */
  char text[];
};

G_DEFINE_BOXED_TYPE (SocketioArguments,
                     socketio_arguments,
                     socketio_arguments_ref,
                     socketio_arguments_unref)

static JsonArray *
get_array (SocketioArguments *self)
{
  if (self->array == NULL)
    {
      g_autoptr (JsonNode) node = socketio_json_parse (self->text, self->text_length, NULL);

      self->array = json_node_dup_array (node);
    }
  return self->array;
}

/**
 * socketio_arguments_new_for_array:
 * @array: the values
 * @offset: how many of them in front are no arguments
 * @attachments: (transfer full) (nullable) (element-type GBytes): what the placeholders in @array
 *   stand for; the array frees its elements
 *
 * Makes arguments of what came from the network, without copying it. @array must not be changed
 * any more. Placeholders are only heeded if there are attachments; that they are right has been
 * checked.
 *
 * Returns: (transfer full): the arguments, sealed
 */
SocketioArguments *
socketio_arguments_new_for_array (JsonArray *array, guint offset, GPtrArray *attachments)
{
  SocketioArguments *self;

  g_return_val_if_fail (array != NULL, NULL);

  self = g_new0 (SocketioArguments, 1);
  self->ref_count = 1;
  self->sealed = TRUE;
  self->array = json_array_ref (array);
  self->offset = MIN (offset, json_array_get_length (array));
  self->attachments = attachments;
  return self;
}

/**
 * socketio_arguments_new_for_plain:
 * @values: values with commas in between, of an array that [func@socketio_json_plain_check] has
 *   found to be plain
 * @length: how many bytes @values has
 * @n_values: how many values there are
 *
 * Makes arguments of what came from the network, with a copy of the text.
 *
 * Returns: (transfer full): the arguments, sealed
 */
SocketioArguments *
socketio_arguments_new_for_plain (const char *values, gsize length, guint n_values)
{
  SocketioArguments *self = g_malloc (sizeof *self + length + 2);

  *self = (SocketioArguments){
    .ref_count = 1,
    .sealed = TRUE,
    .n_values = n_values,
    .text_length = length + 2,
  };
  self->text[0] = '[';
  memcpy (self->text + 1, values, length);
  self->text[length + 1] = ']';
  return self;
}

/**
 * socketio_arguments_new:
 *
 * Makes an empty list of arguments, to be filled with the functions that add to it.
 *
 * Returns: (transfer full): the arguments
 */
SocketioArguments *
socketio_arguments_new (void)
{
  SocketioArguments *self = g_new0 (SocketioArguments, 1);

  self->ref_count = 1;
  self->array = json_array_new ();
  return self;
}

/**
 * socketio_arguments_new_string:
 * @string: the one argument
 *
 * Makes arguments of one string.
 *
 * Returns: (transfer full): the arguments
 */
SocketioArguments *
socketio_arguments_new_string (const char *string)
{
  SocketioArguments *self = socketio_arguments_new ();

  socketio_arguments_add_string (self, string);
  return self;
}

/**
 * socketio_arguments_new_node:
 * @node: (transfer full): the one argument
 *
 * Makes arguments of one JSON value.
 *
 * Returns: (transfer full): the arguments
 */
SocketioArguments *
socketio_arguments_new_node (JsonNode *node)
{
  SocketioArguments *self = socketio_arguments_new ();

  socketio_arguments_add_node (self, node);
  return self;
}

/**
 * socketio_arguments_new_json:
 * @json: one value as JSON
 * @length: how many bytes @json has, -1 for all up to its NUL
 * @error: return location for a [error@Socketio.JsonError]
 *
 * Makes arguments of one JSON value that is a text already. That costs less than a tree of nodes:
 * a text as `JSON.stringify()` writes it is sent as it is.
 *
 * Returns: (transfer full) (nullable): the arguments, sealed; %NULL if @json is not JSON
 */
SocketioArguments *
socketio_arguments_new_json (const char *json, gssize length, GError **error)
{
  g_autoptr (SocketioArguments) self = NULL;
  SocketioJsonPlain plain;
  JsonNode *node;

  g_return_val_if_fail (json != NULL, NULL);

  self = socketio_arguments_new_for_plain (json, length < 0 ? strlen (json) : (gsize)length, 1);
  if (socketio_json_plain_check (self->text, self->text_length, &plain) && plain.n_elements == 1)
    return g_steal_pointer (&self);

  node = socketio_json_parse (json, length, error);
  if (node == NULL)
    return NULL;

  socketio_arguments_unref (self);
  self = socketio_arguments_new_node (node);
  socketio_arguments_seal (self);
  return g_steal_pointer (&self);
}

/**
 * socketio_arguments_copy:
 * @self: the arguments
 *
 * Makes a list of the same values and attachments that can be added to, even if @self cannot.
 *
 * Returns: (transfer full): the copy
 */
SocketioArguments *
socketio_arguments_copy (SocketioArguments *self)
{
  SocketioArguments *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = socketio_arguments_new ();
  for (guint i = 0; i < socketio_arguments_get_length (self); i++)
    json_array_add_element (copy->array, json_node_ref (socketio_arguments_get_node (self, i)));
  for (guint i = 0; i < socketio_arguments_get_n_attachments (self); i++)
    json_node_unref (socketio_arguments_attach (copy, socketio_arguments_get_attachment (self, i)));
  return copy;
}

/**
 * socketio_arguments_ref:
 * @self: the arguments
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
SocketioArguments *
socketio_arguments_ref (SocketioArguments *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  self->ref_count++;
  return self;
}

/**
 * socketio_arguments_unref:
 * @self: (transfer full): the arguments
 *
 * Drops a reference, and frees the arguments with the last one.
 */
void
socketio_arguments_unref (SocketioArguments *self)
{
  g_return_if_fail (self != NULL);

  if (--self->ref_count > 0)
    return;

  g_clear_pointer (&self->array, json_array_unref);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  g_free (self);
}

/**
 * socketio_arguments_add_string:
 * @self: the arguments
 * @string: the string
 *
 * Adds a string. What is not UTF-8 in it will be sent as U+FFFD.
 */
void
socketio_arguments_add_string (SocketioArguments *self, const char *string)
{
  g_return_if_fail (string != NULL);

  socketio_arguments_add_node (self, json_node_init_string (json_node_alloc (), string));
}

/**
 * socketio_arguments_add_int:
 * @self: the arguments
 * @value: the number
 *
 * Adds an integer. JavaScript rounds those beyond 2^53.
 */
void
socketio_arguments_add_int (SocketioArguments *self, gint64 value)
{
  socketio_arguments_add_node (self, json_node_init_int (json_node_alloc (), value));
}

/**
 * socketio_arguments_add_double:
 * @self: the arguments
 * @value: the number
 *
 * Adds a number. One that is not finite will be sent as `null`, as JavaScript does.
 */
void
socketio_arguments_add_double (SocketioArguments *self, double value)
{
  socketio_arguments_add_node (self, json_node_init_double (json_node_alloc (), value));
}

/**
 * socketio_arguments_add_boolean:
 * @self: the arguments
 * @value: true or false
 *
 * Adds a boolean.
 */
void
socketio_arguments_add_boolean (SocketioArguments *self, gboolean value)
{
  socketio_arguments_add_node (self, json_node_init_boolean (json_node_alloc (), value));
}

/**
 * socketio_arguments_add_null:
 * @self: the arguments
 *
 * Adds `null`.
 */
void
socketio_arguments_add_null (SocketioArguments *self)
{
  socketio_arguments_add_node (self, json_node_init_null (json_node_alloc ()));
}

/**
 * socketio_arguments_add_node:
 * @self: the arguments
 * @node: (transfer full): the value
 *
 * Adds a JSON value. It must not be changed any more.
 */
void
socketio_arguments_add_node (SocketioArguments *self, JsonNode *node)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (!self->sealed);
  g_return_if_fail (node != NULL);

  json_array_add_element (self->array, node);
}

/**
 * socketio_arguments_add_bytes:
 * @self: the arguments
 * @bytes: the bytes
 *
 * Adds a binary argument.
 */
void
socketio_arguments_add_bytes (SocketioArguments *self, GBytes *bytes)
{
  socketio_arguments_add_node (self, socketio_arguments_attach (self, bytes));
}

/**
 * socketio_arguments_attach:
 * @self: the arguments
 * @bytes: the bytes
 *
 * Attaches @bytes without adding an argument. The caller puts the placeholder that stands for them
 * into a JSON value, and adds that to the same arguments.
 *
 * A placeholder is an ordinary object on the wire. So do not put a stranger's JSON into arguments
 * that have attachments without looking for placeholders of the stranger's own.
 *
 * Returns: (transfer full): the placeholder
 */
JsonNode *
socketio_arguments_attach (SocketioArguments *self, GBytes *bytes)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (!self->sealed, NULL);
  g_return_val_if_fail (bytes != NULL, NULL);

  if (self->attachments == NULL)
    self->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_ptr_array_add (self->attachments, g_bytes_ref (bytes));

  return socketio_placeholder_new (self->attachments->len - 1);
}

/**
 * socketio_arguments_seal:
 * @self: the arguments
 *
 * Ends the building: nothing can be added any more. A packet does this to its arguments.
 */
void
socketio_arguments_seal (SocketioArguments *self)
{
  g_return_if_fail (self != NULL);

  self->sealed = TRUE;
}

/**
 * socketio_arguments_get_length:
 * @self: the arguments
 *
 * Counts the arguments.
 *
 * Returns: how many arguments there are, binary ones included
 */
guint
socketio_arguments_get_length (SocketioArguments *self)
{
  g_return_val_if_fail (self != NULL, 0);

  if (self->text_length > 0)
    return self->n_values;
  return json_array_get_length (self->array) - self->offset;
}

/**
 * socketio_arguments_peek_json:
 * @self: the arguments
 * @length: (out): how many bytes it has
 *
 * Gets the only argument as the text that it was received as, without spaces. For who reads a
 * little of it and can do without a tree of nodes.
 *
 * Returns: (transfer none) (nullable) (array length=length) (element-type guint8): the text, which
 *   no NUL ends; %NULL if there is not one argument, or if no such text of it was kept
 */
const char *
socketio_arguments_peek_json (SocketioArguments *self, gsize *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  *length = 0;
  if (self->text_length == 0 || self->n_values != 1)
    return NULL;

  *length = self->text_length - 2;
  return self->text + 1;
}

/**
 * socketio_arguments_get_node:
 * @self: the arguments
 * @index: which one
 *
 * Gets an argument as JSON. A binary one is a placeholder there.
 *
 * Returns: (transfer none) (nullable): the argument's value, a placeholder if it is binary; NULL if
 *   there are fewer arguments
 */
JsonNode *
socketio_arguments_get_node (SocketioArguments *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (index >= socketio_arguments_get_length (self))
    return NULL;
  return json_array_get_element (get_array (self), self->offset + index);
}

/**
 * socketio_arguments_get_string:
 * @self: the arguments
 * @index: which one
 *
 * Gets an argument that is a string.
 *
 * Returns: (transfer none) (nullable): the argument, NULL if it is not a string or not there
 */
const char *
socketio_arguments_get_string (SocketioArguments *self, guint index)
{
  return socketio_json_get_string (socketio_arguments_get_node (self, index));
}

/**
 * socketio_arguments_get_int:
 * @self: the arguments
 * @index: which one
 * @value: (out) (optional): where to put the argument
 *
 * Reads an argument that is an integer. A number such as `3.0` is one.
 *
 * Returns: whether there is such an argument and it is an integer
 */
gboolean
socketio_arguments_get_int (SocketioArguments *self, guint index, gint64 *value)
{
  gint64 unused;

  return socketio_json_get_int (socketio_arguments_get_node (self, index),
                                value != NULL ? value : &unused);
}

/**
 * socketio_arguments_get_object:
 * @self: the arguments
 * @index: which one
 *
 * Gets an argument that is a JSON object.
 *
 * Returns: (transfer none) (nullable): the argument, NULL if it is not an object or not there
 */
JsonObject *
socketio_arguments_get_object (SocketioArguments *self, guint index)
{
  JsonNode *node = socketio_arguments_get_node (self, index);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  return json_node_get_object (node);
}

/**
 * socketio_arguments_lookup_bytes:
 * @self: the arguments
 * @placeholder: (nullable): any value from inside the arguments
 *
 * Finds the bytes that stand somewhere inside an argument.
 *
 * Returns: (transfer none) (nullable): the bytes, NULL if @placeholder is no placeholder; in
 *   arguments without attachments nothing is one
 */
GBytes *
socketio_arguments_lookup_bytes (SocketioArguments *self, JsonNode *placeholder)
{
  guint index;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->attachments == NULL || placeholder == NULL ||
      !socketio_placeholder_check (placeholder) ||
      !socketio_placeholder_get_index (placeholder, self->attachments->len, &index))
    return NULL;
  return self->attachments->pdata[index];
}

/**
 * socketio_arguments_get_bytes:
 * @self: the arguments
 * @index: which one
 *
 * Gets an argument that is binary.
 *
 * Returns: (transfer none) (nullable): the argument, NULL if it is not binary or not there
 */
GBytes *
socketio_arguments_get_bytes (SocketioArguments *self, guint index)
{
  return socketio_arguments_lookup_bytes (self, socketio_arguments_get_node (self, index));
}

/**
 * socketio_arguments_get_n_attachments:
 * @self: the arguments
 *
 * Counts the binary values, in all arguments and within them.
 *
 * Returns: how many binary values there are, at any depth
 */
guint
socketio_arguments_get_n_attachments (SocketioArguments *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->attachments != NULL ? self->attachments->len : 0;
}

/**
 * socketio_arguments_get_attachment:
 * @self: the arguments
 * @index: which one, in the order in which they are sent
 *
 * Gets a binary value by its number, which is what its placeholder has.
 *
 * Returns: (transfer none) (nullable): the attachment, NULL if there are fewer
 */
GBytes *
socketio_arguments_get_attachment (SocketioArguments *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (index >= socketio_arguments_get_n_attachments (self))
    return NULL;
  return self->attachments->pdata[index];
}

/**
 * socketio_arguments_append:
 * @self: the arguments
 * @text: where to append
 *
 * Appends the arguments as JSON, with commas in between.
 */
void
socketio_arguments_append (SocketioArguments *self, GString *text)
{
  guint length = socketio_arguments_get_length (self);

  if (self->text_length > 0)
    {
      g_string_append_len (text, self->text + 1, self->text_length - 2);
      return;
    }

  for (guint i = 0; i < length; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      socketio_json_append (text, socketio_arguments_get_node (self, i));
    }
}
