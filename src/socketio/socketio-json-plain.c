/* socketio-json-plain.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Recognizes JSON that needs no reading. Most payloads are as JSON.stringify has written them, and
 * would leave socketio-json-writer.c with the bytes that they came with. Of such a text a tree is
 * made only if somebody looks into it, and whoever passes it on needs none.
 *
 * Plain is what is easily seen to be so: an array without spaces and exponents, with short
 * fractions, escapes of one letter, and objects of few names. All else is left to socketio-json.c,
 * and so is to say what is wrong. */

#include "config.h"

#include "socketio-json-plain.h"
#include "socketio-json.h"

#include <string.h>

#define MAX_DEPTH 16

/* Each name is compared with those before it. */
#define MAX_NAMES 16

/* Integers of so many digits fit into a gint64. */
#define MAX_DIGITS 18

/* No two numbers of so many digits are the same double, so each is the shortest text of its own,
 * which is what is written. */
#define MAX_DIGITS_OF_DOUBLE 15

/* With more of them behind the point JavaScript writes an exponent. */
#define MAX_ZEROS 5

typedef struct
{
  const char *start;
  gsize length;
} Name;

typedef struct
{
  const char *at;
  const char *end;
  guint depth;
  guint n_values;
  guint8 seen; /* the kinds of bytes in strings */
} Reader;

/* What the bytes of a string are. */
enum
{
  ASCII = 0,
  HIGH = 1,
  SPECIAL = 2
};

static const guint8 byte_kinds[256] = {
  [0 ... 0x1f] = SPECIAL,
  ['"'] = SPECIAL,
  ['\\'] = SPECIAL,
  [0x80 ... 0xff] = HIGH,
};

static gboolean read_value (Reader *self);

static inline gboolean
take (Reader *self, char c)
{
  if (self->at == self->end || *self->at != c)
    return FALSE;

  self->at++;
  return TRUE;
}

static gboolean
read_string (Reader *self)
{
  static const char letters[] = { '"', '\\', 'b', 'f', 'n', 'r', 't' };

  if (!take (self, '"'))
    return FALSE;

  while (TRUE)
    {
      const char *at = self->at;
      guint8 kind, seen = self->seen;

      for (; at < self->end && (kind = byte_kinds[(guint8)*at]) != SPECIAL; at++)
        seen |= kind;
      self->at = at;
      self->seen = seen;

      if (take (self, '"'))
        return TRUE;
      if (!take (self, '\\') || self->at == self->end ||
          memchr (letters, *self->at, sizeof letters) == NULL)
        return FALSE;
      self->at++;
    }
}

static gsize
skip_digits (Reader *self)
{
  const char *digits = self->at;

  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
  return self->at - digits;
}

/* A zero at its end would not be written. */
static gboolean
read_fraction (Reader *self, gboolean below_one, gsize n_before)
{
  gsize n_zeros = 0, n;

  while (take (self, '0'))
    n_zeros++;
  n = skip_digits (self);

  return n > 0 && self->at[-1] != '0' && n_before + n_zeros + n <= MAX_DIGITS_OF_DOUBLE &&
         !(below_one && n_zeros > MAX_ZEROS);
}

/* Minus zero is written as 0. */
static gboolean
read_number (Reader *self)
{
  gboolean negative = take (self, '-');
  gboolean zero = take (self, '0');
  gsize n_digits = zero ? 1 : skip_digits (self);

  if (take (self, '.'))
    return n_digits > 0 && read_fraction (self, zero, n_digits);
  return n_digits > 0 && n_digits <= MAX_DIGITS && !(zero && negative);
}

static gboolean
read_word (Reader *self, const char *word, gsize length)
{
  if (self->end - self->at < length || memcmp (self->at, word, length) != 0)
    return FALSE;

  self->at += length;
  return TRUE;
}

static gboolean
read_array (Reader *self, SocketioJsonPlain *plain)
{
  const char *start = ++self->at;

  plain->n_elements = 0;
  plain->first_length = 0;
  if (take (self, ']'))
    return TRUE;

  do
    {
      if (!read_value (self))
        return FALSE;
      if (plain->n_elements++ == 0)
        plain->first_length = self->at - start;
    }
  while (take (self, ','));

  return take (self, ']');
}

/* Of a name that is repeated only the last value would be written. */
static gboolean
read_name (Reader *self, Name *names, guint n_names)
{
  Name name = { self->at, 0 };

  if (n_names == MAX_NAMES || !read_string (self))
    return FALSE;

  name.length = self->at - name.start;
  for (guint i = 0; i < n_names; i++)
    if (names[i].length == name.length && memcmp (names[i].start, name.start, name.length) == 0)
      return FALSE;

  names[n_names] = name;
  return take (self, ':');
}

static gboolean
read_object (Reader *self)
{
  Name names[MAX_NAMES];
  guint n_names = 0;

  self->at++;
  if (take (self, '}'))
    return TRUE;

  do
    if (!read_name (self, names, n_names++) || !read_value (self))
      return FALSE;
  while (take (self, ','));

  return take (self, '}');
}

static gboolean
read_inner (Reader *self, gboolean is_object)
{
  SocketioJsonPlain unused;
  gboolean plain;

  if (self->depth == MAX_DEPTH)
    return FALSE;

  self->depth++;
  plain = is_object ? read_object (self) : read_array (self, &unused);
  self->depth--;
  return plain;
}

static gboolean
read_value (Reader *self)
{
  if (self->at == self->end || ++self->n_values == SOCKETIO_JSON_MAX_VALUES)
    return FALSE;

  switch (*self->at)
    {
    case '"':
      return read_string (self);
    case '{':
      return read_inner (self, TRUE);
    case '[':
      return read_inner (self, FALSE);
    case 't':
      return read_word (self, "true", 4);
    case 'f':
      return read_word (self, "false", 5);
    case 'n':
      return read_word (self, "null", 4);
    default:
      return read_number (self);
    }
}

/**
 * socketio_json_plain_check:
 * @text: any bytes
 * @length: how many
 * @plain: (out): what is in it, if it is plain
 *
 * Tells whether @text is an array that [func@socketio_json_parse] would take, and
 * [func@socketio_json_append] write again with the same bytes. That it does not find out is no
 * error: it only knows the usual.
 *
 * Returns: whether it is surely so
 */
gboolean
socketio_json_plain_check (const char *text, gsize length, SocketioJsonPlain *plain)
{
  Reader reader = { .at = text };

  if (length == 0 || *text != '[')
    return FALSE;

  reader.end = text + length;
  if (!read_array (&reader, plain) || reader.at < reader.end)
    return FALSE;
  return reader.seen == ASCII || g_utf8_validate_len (text, length, NULL);
}

/**
 * socketio_json_plain_next_member:
 * @at: (inout): where the object begins; afterwards, where its next member does
 * @end: the end of the text
 * @member: (out caller-allocates): the member, which points into the text
 *
 * Walks through the members of an object that is in a text that [func@socketio_json_plain_check]
 * has found to be plain.
 *
 * Returns: whether there was one more
 */
gboolean
socketio_json_plain_next_member (const char **at, const char *end, SocketioJsonMember *member)
{
  Reader reader = { .at = *at, .end = end };

  if (!take (&reader, '{') && !take (&reader, ','))
    return FALSE;

  member->name = reader.at + 1;
  if (!read_string (&reader))
    return FALSE;

  member->name_length = reader.at - 1 - member->name;
  member->value = reader.at + 1;
  if (!take (&reader, ':') || !read_value (&reader))
    return FALSE;

  member->value_length = reader.at - member->value;
  *at = reader.at;
  return TRUE;
}
