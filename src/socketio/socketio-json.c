/* socketio-json.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads JSON from the network into json-glib's tree, strictly as RFC 8259 has it. json-glib's own
 * parser is not used: it recurses without a bound, takes texts that are no JSON and spoils numbers
 * that are. socketio-json-tree.c builds the tree, socketio-json-writer.c is the way back,
 * socketio-json-decoder.c the main caller. */

#include "config.h"

#include "socketio-json-tree.h"
#include "socketio-json.h"

#include <math.h>
#include <string.h>

#define REPLACEMENT_CHARACTER 0xfffd

/* An open array or object. */
typedef struct
{
  gboolean is_object;
  guint first_entry;
  gsize first_name;
  gsize name;
} Level;

typedef struct
{
  const char *text;
  const char *at;
  const char *end;
  Level levels[SOCKETIO_JSON_MAX_DEPTH];
  guint depth;
  guint n_values;
  GArray *entries; /* finished values whose array or object is still open */
  GString *scratch; /* the names in open objects, each with its NUL; then the string being read */
  GError **error;
} Reader;

/* What the bytes of a string are. */
enum
{
  PLAIN = 0,
  HIGH,
  SPECIAL
};

static const guint8 byte_kinds[256] = {
  [0 ... 0x1f] = SPECIAL,
  ['"'] = SPECIAL,
  ['\\'] = SPECIAL,
  [0x80 ... 0xff] = HIGH,
};

/* clang-format off */
G_DEFINE_QUARK (socketio-json-error-quark, socketio_json_error)
/* clang-format on */

static gboolean
fail (Reader *self, SocketioJsonError code, const char *message)
{
  g_set_error (self->error, SOCKETIO_JSON_ERROR, code, "%s at byte %" G_GSIZE_FORMAT, message,
               (gsize)(self->at - self->text));
  return FALSE;
}

static gboolean
fail_syntax (Reader *self, const char *expected)
{
  if (self->at == self->end)
    return fail (self, SOCKETIO_JSON_ERROR_SYNTAX, "JSON ends too early");
  return fail (self, SOCKETIO_JSON_ERROR_SYNTAX, expected);
}

static inline void
skip_space (Reader *self)
{
  while (self->at < self->end &&
         (*self->at == ' ' || *self->at == '\n' || *self->at == '\r' || *self->at == '\t'))
    self->at++;
}

static inline gboolean
take (Reader *self, char c)
{
  if (self->at == self->end || *self->at != c)
    return FALSE;

  self->at++;
  return TRUE;
}

static void
clear_entry (gpointer data)
{
  SocketioJsonEntry *entry = data;

  g_clear_pointer (&entry->value, json_node_unref);
}

static gboolean
push_value (Reader *self, JsonNode *value)
{
  SocketioJsonEntry entry = { self->depth > 0 ? self->levels[self->depth - 1].name : 0, value };

  g_array_append_val (self->entries, entry);
  if (++self->n_values > SOCKETIO_JSON_MAX_VALUES)
    return fail (self, SOCKETIO_JSON_ERROR_SIZE, "Too many values in JSON");
  return TRUE;
}

static gboolean
read_hex (Reader *self, gunichar *c)
{
  gunichar value = 0;

  for (guint i = 0; i < 4; i++, self->at++)
    {
      if (self->at == self->end || !g_ascii_isxdigit (*self->at))
        return fail_syntax (self, "Bad \\u escape");
      value = value << 4 | g_ascii_xdigit_value (*self->at);
    }

  *c = value;
  return TRUE;
}

/* JSON.stringify writes halves of a surrogate pair as escapes when a string holds them alone. UTF-8
 * cannot, so they become U+FFFD, as they do in JavaScript's own TextEncoder. So does U+0000, which
 * no C string can hold: whoever sends a text that somebody has pasted is not to lose its
 * connection. */
static gboolean
read_unicode_escape (Reader *self)
{
  gunichar c, low;

  if (!read_hex (self, &c))
    return FALSE;

  if (c >= 0xd800 && c <= 0xdbff && self->end - self->at >= 6 && memcmp (self->at, "\\u", 2) == 0)
    {
      const char *second = self->at;

      self->at += 2;
      if (!read_hex (self, &low))
        return FALSE;
      if (low >= 0xdc00 && low <= 0xdfff)
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
      else
        self->at = second;
    }

  if (c == 0 || (c >= 0xd800 && c <= 0xdfff))
    c = REPLACEMENT_CHARACTER;
  g_string_append_unichar (self->scratch, c);
  return TRUE;
}

static gboolean
read_escape (Reader *self)
{
  static const char letters[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  const char *letter;

  self->at++;
  if (take (self, 'u'))
    return read_unicode_escape (self);

  letter = self->at < self->end ? memchr (letters, *self->at, strlen (letters)) : NULL;
  if (letter == NULL)
    return fail_syntax (self, "Bad escape");

  g_string_append_c (self->scratch, meanings[letter - letters]);
  self->at++;
  return TRUE;
}

/* Appends a string to the scratch buffer; @start is where it begins there. */
static gboolean
read_string (Reader *self, gsize *start)
{
  gboolean ascii = TRUE;

  if (!take (self, '"'))
    return fail_syntax (self, "Expected a string");

  *start = self->scratch->len;
  while (TRUE)
    {
      const char *run = self->at;
      guint8 kind;

      for (; self->at < self->end && (kind = byte_kinds[(guint8)*self->at]) != SPECIAL; self->at++)
        ascii &= kind == PLAIN;
      g_string_append_len (self->scratch, run, self->at - run);

      if (take (self, '"'))
        break;
      if (self->at == self->end || *self->at != '\\')
        return fail_syntax (self, "Control character in a string");
      if (!read_escape (self))
        return FALSE;
    }

  if (!ascii &&
      !g_utf8_validate_len (self->scratch->str + *start, self->scratch->len - *start, NULL))
    return fail (self, SOCKETIO_JSON_ERROR_ENCODING, "Invalid UTF-8 in a string");
  return TRUE;
}

static gboolean
read_string_value (Reader *self)
{
  gsize start;
  JsonNode *node;

  if (!read_string (self, &start))
    return FALSE;

  node = json_node_init_string (json_node_alloc (), self->scratch->str + start);
  g_string_truncate (self->scratch, start);
  return push_value (self, node);
}

static gboolean
skip_digits (Reader *self)
{
  if (self->at == self->end || !g_ascii_isdigit (*self->at))
    return fail_syntax (self, "Expected a digit");

  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
  return TRUE;
}

/* Walks over a number as the grammar has it; @integer tells whether it has neither a fraction nor
 * an exponent. */
static gboolean
skip_number (Reader *self, gboolean *integer)
{
  *integer = TRUE;

  take (self, '-');
  if (!take (self, '0') && !skip_digits (self))
    return FALSE;

  if (take (self, '.'))
    {
      *integer = FALSE;
      if (!skip_digits (self))
        return FALSE;
    }

  if (take (self, 'e') || take (self, 'E'))
    {
      *integer = FALSE;
      if (!take (self, '+'))
        take (self, '-');
      if (!skip_digits (self))
        return FALSE;
    }

  return TRUE;
}

/* Counts downwards, since there is one more negative integer than there are positive ones. */
static gboolean
parse_integer (const char *digits, const char *end, gint64 *value)
{
  gboolean negative = *digits == '-';
  gint64 sum = 0;

  for (digits += negative; digits < end; digits++)
    {
      if (__builtin_mul_overflow (sum, 10, &sum) ||
          __builtin_sub_overflow (sum, *digits - '0', &sum))
        return FALSE;
    }

  if (!negative && sum == G_MININT64)
    return FALSE;
  *value = negative ? sum : -sum;
  return TRUE;
}

static double
parse_double (const char *start, const char *end)
{
  char buffer[64];
  g_autofree char *copy = NULL;

  if (end - start >= sizeof buffer)
    {
      copy = g_strndup (start, end - start);
      return g_ascii_strtod (copy, NULL);
    }

  memcpy (buffer, start, end - start);
  buffer[end - start] = '\0';
  return g_ascii_strtod (buffer, NULL);
}

static gboolean
read_number (Reader *self)
{
  const char *start = self->at;
  gboolean integer;
  gint64 value;
  double number;

  if (!skip_number (self, &integer))
    return FALSE;
  if (integer && parse_integer (start, self->at, &value))
    return push_value (self, json_node_init_int (json_node_alloc (), value));

  number = parse_double (start, self->at);
  if (!isfinite (number))
    return fail (self, SOCKETIO_JSON_ERROR_NUMBER, "Number out of range");
  return push_value (self, json_node_init_double (json_node_alloc (), number));
}

static gboolean
read_word (Reader *self)
{
  static const char *const words[] = { "null", "false", "true" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i]);

      if (self->end - self->at < length || memcmp (self->at, words[i], length) != 0)
        continue;

      self->at += length;
      if (i == 0)
        return push_value (self, json_node_init_null (json_node_alloc ()));
      return push_value (self, json_node_init_boolean (json_node_alloc (), i == 2));
    }

  return fail_syntax (self, "Expected a value");
}

static gboolean
read_name (Reader *self)
{
  Level *level = &self->levels[self->depth - 1];

  skip_space (self);
  if (!read_string (self, &level->name))
    return FALSE;
  g_string_append_c (self->scratch, '\0');

  skip_space (self);
  if (!take (self, ':'))
    return fail_syntax (self, "Expected a colon");
  return TRUE;
}

static gboolean
open_level (Reader *self, gboolean is_object)
{
  if (self->depth == SOCKETIO_JSON_MAX_DEPTH)
    return fail (self, SOCKETIO_JSON_ERROR_DEPTH, "JSON is nested too deeply");

  self->at++;
  self->levels[self->depth++] = (Level){
    .is_object = is_object,
    .first_entry = self->entries->len,
    .first_name = self->scratch->len,
  };
  return TRUE;
}

static gboolean
close_level (Reader *self)
{
  Level *level = &self->levels[self->depth - 1];
  SocketioJsonEntry *entries = (SocketioJsonEntry *)(gpointer)self->entries->data +
                               level->first_entry;
  guint n_entries = self->entries->len - level->first_entry;
  JsonNode *node;

  if (level->is_object)
    node = socketio_json_tree_new_object (entries, n_entries, self->scratch->str);
  else
    node = socketio_json_tree_new_array (entries, n_entries);
  if (node == NULL)
    return fail (self, SOCKETIO_JSON_ERROR_SIZE, "Colliding names in a JSON object");

  g_array_set_size (self->entries, level->first_entry);
  g_string_truncate (self->scratch, level->first_name);
  self->depth--;
  return push_value (self, node);
}

/* Reads the next value. An array or object that is not empty is only opened: what comes next is
 * its first element, or the value that belongs to its first name. */
static gboolean
read_value (Reader *self, gboolean *opened)
{
  char c;

  *opened = FALSE;
  skip_space (self);
  c = self->at < self->end ? *self->at : '\0';

  if (c == '"')
    return read_string_value (self);
  if (c == '-' || g_ascii_isdigit (c))
    return read_number (self);
  if (c != '{' && c != '[')
    return read_word (self);

  if (!open_level (self, c == '{'))
    return FALSE;
  skip_space (self);
  if (take (self, c == '{' ? '}' : ']'))
    return close_level (self);
  *opened = TRUE;
  return c == '[' || read_name (self);
}

/* After a value: closes what ends here, up to the comma that announces another value. */
static gboolean
read_separators (Reader *self)
{
  while (self->depth > 0)
    {
      gboolean is_object = self->levels[self->depth - 1].is_object;

      skip_space (self);
      if (take (self, ','))
        return !is_object || read_name (self);
      if (!take (self, is_object ? '}' : ']'))
        return fail_syntax (self, is_object ? "Expected , or }" : "Expected , or ]");
      if (!close_level (self))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_document (Reader *self)
{
  gboolean opened;

  skip_space (self);
  if (self->at == self->end)
    return fail (self, SOCKETIO_JSON_ERROR_EMPTY, "No JSON");

  do
    if (!read_value (self, &opened) || (!opened && !read_separators (self)))
      return FALSE;
  while (self->depth > 0);

  skip_space (self);
  if (self->at < self->end)
    return fail (self, SOCKETIO_JSON_ERROR_TRAILING, "More than one value in JSON");
  return TRUE;
}

/**
 * socketio_json_parse:
 * @text: the text, UTF-8
 * @length: how many bytes it has, or -1 if it ends with NUL
 * @error: where to say why it was refused: a [enum@SocketioJsonError]
 *
 * Reads a JSON text, as strictly as RFC 8259 describes it.
 *
 * Integers that fit are kept as `gint64`; larger ones and all other numbers become doubles, and
 * those that a double cannot hold either are an error. Half of a surrogate pair (`"\ud800"`), which
 * JSON.stringify can write, becomes U+FFFD, and so does U+0000 (`"\u0000"`). If a name is repeated,
 * its last value wins, at the place of the first.
 *
 * Returns: (transfer full) (nullable): the value, sealed
 */
JsonNode *
socketio_json_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (GString) scratch = NULL;
  g_autoptr (GArray) entries = NULL;
  JsonNode *root = NULL;
  Reader reader;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  scratch = g_string_sized_new (128);
  entries = g_array_sized_new (FALSE, FALSE, sizeof (SocketioJsonEntry), 16);
  reader.text = reader.at = length != 0 ? text : "";
  reader.end = reader.text + (length < 0 ? strlen (text) : length);
  reader.depth = reader.n_values = 0;
  reader.entries = entries;
  reader.scratch = scratch;
  reader.error = error;

  g_array_set_clear_func (entries, clear_entry);
  if (read_document (&reader))
    {
      root = g_steal_pointer (&g_array_index (entries, SocketioJsonEntry, 0).value);
      json_node_seal (root);
    }

  return root;
}
