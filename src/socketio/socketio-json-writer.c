/* socketio-json-writer.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Writes json-glib's tree the way JSON.stringify would, whatever the locale. json-glib's generator
 * is not used: its numbers are not always JSON. socketio-json.c is the way back. */

#include "config.h"

#include "socketio-json.h"

#include <math.h>
#include <string.h>

/* Deeper values are written as null, so that a tree that contains itself comes to an end. */
#define MAX_DEPTH 256

/* Enough for 17 digits, a point and an exponent. */
#define TEXT_SIZE 32

/* Up to here every integer is a double of its own. */
#define MAX_SAFE_DOUBLE 9007199254740992.0

/* The number digits * 10^exponent. */
typedef struct
{
  gint64 digits;
  int exponent;
} Decimal;

/* An open array or object. */
typedef struct
{
  JsonArray *array;
  guint index;
  guint length;
  JsonObjectIter members;
} Level;

static void
append_escape (GString *out, guint8 byte)
{
  switch (byte)
    {
    case '"':
      g_string_append (out, "\\\"");
      break;
    case '\\':
      g_string_append (out, "\\\\");
      break;
    case '\b':
      g_string_append (out, "\\b");
      break;
    case '\f':
      g_string_append (out, "\\f");
      break;
    case '\n':
      g_string_append (out, "\\n");
      break;
    case '\r':
      g_string_append (out, "\\r");
      break;
    case '\t':
      g_string_append (out, "\\t");
      break;
    default:
      g_string_append_printf (out, "\\u%04x", byte);
      break;
    }
}

/**
 * socketio_json_append_string:
 * @out: where to append
 * @string: the string
 *
 * Appends @string as a JSON string, quotes included. What is not UTF-8 in it becomes U+FFFD.
 */
void
socketio_json_append_string (GString *out, const char *string)
{
  g_autofree char *valid = NULL;

  g_return_if_fail (out != NULL);
  g_return_if_fail (string != NULL);

  if (!g_utf8_validate (string, -1, NULL))
    string = valid = g_utf8_make_valid (string, -1);

  g_string_append_c (out, '"');
  while (*string != '\0')
    {
      const char *run = string;

      while ((guint8)*string >= 0x20 && *string != '"' && *string != '\\')
        string++;
      g_string_append_len (out, run, string - run);

      if (*string != '\0')
        append_escape (out, *string++);
    }
  g_string_append_c (out, '"');
}

/**
 * socketio_json_append_int:
 * @out: where to append
 * @value: the number
 *
 * Appends an integer.
 */
void
socketio_json_append_int (GString *out, gint64 value)
{
  char text[TEXT_SIZE], *at = text + TEXT_SIZE;
  guint64 rest = value < 0 ? -(guint64)value : (guint64)value;

  g_return_if_fail (out != NULL);

  do
    *--at = '0' + rest % 10;
  while ((rest /= 10) > 0);
  if (value < 0)
    *--at = '-';
  g_string_append_len (out, at, text + TEXT_SIZE - at);
}

/* The nearest decimal of so many digits to a positive double. */
static Decimal
round_decimal (double value, int n_digits)
{
  char text[TEXT_SIZE], format[] = "%.00e";
  Decimal decimal = { 0, 0 };
  const char *at;

  format[2] += (n_digits - 1) / 10;
  format[3] += (n_digits - 1) % 10;
  g_ascii_formatd (text, TEXT_SIZE, format, value);

  for (at = text; *at != 'e'; at++)
    if (*at != '.')
      decimal.digits = decimal.digits * 10 + (*at - '0');
  decimal.exponent = (int)g_ascii_strtoll (at + 1, NULL, 10) - (n_digits - 1);
  return decimal;
}

static gboolean
reads_as (Decimal decimal, double value)
{
  char text[TEXT_SIZE];

  g_snprintf (text, TEXT_SIZE, "%" G_GINT64_FORMAT "e%d", decimal.digits, decimal.exponent);
  return g_ascii_strtod (text, NULL) == value;
}

/* The shortest decimal that reads back as the same positive double; of several the nearest. */
static Decimal
find_shortest (double value)
{
  /* Any 15 digits survive the way through a double, so what has fewer is found among them, with
   * zeros at its end. Subnormal doubles hold fewer digits. */
  int n_digits = value < G_MINDOUBLE ? 1 : 15;
  Decimal decimal;

  for (; n_digits < 17; n_digits++)
    {
      decimal = round_decimal (value, n_digits);
      if (reads_as (decimal, value))
        return decimal;
    }

  /* Above a power of two, doubles stand twice as far apart as below it. So the nearest decimal may
   * lie too low, and the next one above be right. */
  decimal.digits++;
  if (reads_as (decimal, value))
    return decimal;
  return round_decimal (value, 17);
}

/* Appends a double that is finite and positive, by the rules of Number::toString in ECMA-262: with
 * a point between 1e-6 and 1e21, with an exponent beyond. */
static void
append_positive (GString *out, double value)
{
  Decimal decimal = find_shortest (value);
  char digits[TEXT_SIZE];
  int n_digits, point;

  for (; decimal.digits % 10 == 0; decimal.digits /= 10)
    decimal.exponent++;
  n_digits = g_snprintf (digits, TEXT_SIZE, "%" G_GINT64_FORMAT, decimal.digits);
  point = n_digits + decimal.exponent;

  if (point > 21 || point < -5)
    {
      g_string_append_c (out, digits[0]);
      if (n_digits > 1)
        g_string_append_c (out, '.');
      g_string_append_printf (out, "%se%+d", digits + 1, point - 1);
    }
  else if (point <= 0)
    g_string_append_printf (out, "0.%.*s%s", -point, "00000", digits);
  else if (point < n_digits)
    g_string_append_printf (out, "%.*s.%s", point, digits, digits + point);
  else
    g_string_append_printf (out, "%s%.*s", digits, point - n_digits, "00000000000000000000");
}

static void
append_double (GString *out, double value)
{
  if (!isfinite (value))
    g_string_append (out, "null");
  else if (value >= -MAX_SAFE_DOUBLE && value <= MAX_SAFE_DOUBLE && value == (gint64)value)
    socketio_json_append_int (out, (gint64)value);
  else if (value < 0)
    {
      g_string_append_c (out, '-');
      append_positive (out, -value);
    }
  else
    append_positive (out, value);
}

static void
append_value (GString *out, JsonNode *node)
{
  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING:
      if (json_node_get_string (node) != NULL)
        socketio_json_append_string (out, json_node_get_string (node));
      else
        g_string_append (out, "null");
      break;
    case G_TYPE_INT64:
      socketio_json_append_int (out, json_node_get_int (node));
      break;
    case G_TYPE_DOUBLE:
      append_double (out, json_node_get_double (node));
      break;
    case G_TYPE_BOOLEAN:
      g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
      break;
    default:
      g_string_append (out, "null");
      break;
    }
}

static gboolean
open_level (GString *out, Level *level, JsonNode *node)
{
  if (JSON_NODE_HOLDS_ARRAY (node) && json_node_get_array (node) != NULL)
    {
      level->array = json_node_get_array (node);
      level->length = json_array_get_length (level->array);
      g_string_append_c (out, '[');
    }
  else if (JSON_NODE_HOLDS_OBJECT (node) && json_node_get_object (node) != NULL)
    {
      level->array = NULL;
      json_object_iter_init_ordered (&level->members, json_node_get_object (node));
      g_string_append_c (out, '{');
    }
  else
    return FALSE;

  level->index = 0;
  return TRUE;
}

/* Appends what stands before the next value of an array or object, or its end. */
static gboolean
next_value (GString *out, Level *level, JsonNode **node)
{
  const char *name;
  gboolean more;

  if (level->array != NULL)
    more = level->index < level->length;
  else
    more = json_object_iter_next_ordered (&level->members, &name, node);

  if (!more)
    {
      g_string_append_c (out, level->array != NULL ? ']' : '}');
      return FALSE;
    }

  if (level->index > 0)
    g_string_append_c (out, ',');
  if (level->array != NULL)
    *node = json_array_get_element (level->array, level->index);
  else
    {
      socketio_json_append_string (out, name);
      g_string_append_c (out, ':');
    }
  level->index++;
  return TRUE;
}

/**
 * socketio_json_append:
 * @out: where to append
 * @node: the value
 *
 * Appends @node as JSON, with the bytes that JSON.stringify would write: no space, strings as they
 * are but for what must be escaped, the shortest digits that give the same double. A double that is
 * not finite becomes `null`, as does a value more than 256 levels deep.
 *
 * One difference is meant: integers are written with all their digits, although JavaScript holds
 * none exactly above 2^53.
 */
void
socketio_json_append (GString *out, JsonNode *node)
{
  Level levels[MAX_DEPTH];
  guint depth = 0;

  g_return_if_fail (out != NULL);
  g_return_if_fail (node != NULL);

  do
    {
      if (depth < MAX_DEPTH && open_level (out, &levels[depth], node))
        depth++;
      else if (JSON_NODE_HOLDS_VALUE (node))
        append_value (out, node);
      else
        g_string_append (out, "null");

      while (depth > 0 && !next_value (out, &levels[depth - 1], &node))
        depth--;
    }
  while (depth > 0);
}

/**
 * socketio_json_to_string:
 * @node: the value
 *
 * Writes @node as [func@socketio_json_append] does.
 *
 * Returns: (transfer full): the text
 */
char *
socketio_json_to_string (JsonNode *node)
{
  GString *out = g_string_new (NULL);

  socketio_json_append (out, node);
  return g_string_free (out, FALSE);
}
