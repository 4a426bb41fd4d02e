/* lan-text.c: (pure) what stands in a DNS-SD record
 *
 * Names that fit, and the strings of a TXT record: those that we write, and those that a stranger
 * wrote. LanAnnouncer makes records with it, lan-record.c reads them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "lan-text.h"

#include <string.h>

#define REPLACEMENT_CHARACTER 0xfffd

#define ZWNJ 0x200c
#define ZWJ  0x200d

/* More strings than this are nothing that a chat wrote. */
#define MAX_STRINGS 64

/* What a service without a name is called. */
#define DEFAULT_NAME "Madang"

/**
 * lan_text_cut:
 * @text: UTF-8
 * @max_bytes: how many bytes there is room for
 *
 * Cuts a text at the last whole character that fits.
 *
 * Returns: (transfer full): the text, or its beginning
 */
char *
lan_text_cut (const char *text, gsize max_bytes)
{
  gsize length = strlen (text);

  if (length > max_bytes)
    {
      length = max_bytes;
      while (length > 0 && ((guchar)text[length] & 0xc0) == 0x80)
        length--;
    }
  return g_strndup (text, length);
}

/* What breaks the line, turns it around or hides in it; many emoji need the joiners. */
static gboolean
is_forbidden (gunichar c)
{
  switch ((int)g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
      return TRUE;

    case G_UNICODE_FORMAT:
      return c != ZWNJ && c != ZWJ;

    default:
      return FALSE;
    }
}

/**
 * lan_text_clean:
 * @text: bytes that a stranger sent
 * @length: how many; -1 if a NUL ends them
 *
 * Makes a text that fits into one line: U+FFFD stands for what is not UTF-8 and for what would
 * break the line or turn it around, and there are at most %LAN_NAME_MAX_LENGTH characters.
 *
 * Returns: (transfer full): the text, without space around it; perhaps an empty one
 */
char *
lan_text_clean (const char *text, gssize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);
  GString *clean = g_string_new (NULL);
  guint count = 0;

  for (const char *p = valid; *p != '\0' && count < LAN_NAME_MAX_LENGTH; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (clean, is_forbidden (c) ? REPLACEMENT_CHARACTER : c);
      count++;
    }
  return g_strstrip (g_string_free (clean, FALSE));
}

/* The Hangul fillers and the empty braille cell are letters that draw nothing. */
static gboolean
is_visible (gunichar c)
{
  return g_unichar_isgraph (c) && !g_unichar_ismark (c) && c != 0x115f && c != 0x1160 &&
         c != 0x3164 && c != 0xffa0 && c != 0x2800;
}

/**
 * lan_text_can_be_seen:
 * @text: UTF-8
 *
 * Returns: whether at least one character of it draws something
 */
gboolean
lan_text_can_be_seen (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (is_visible (g_utf8_get_char (p)))
        return TRUE;
    }
  return FALSE;
}

/**
 * lan_text_make_instance:
 * @name: a chat's name
 *
 * Makes the name of a service: the chat's, as far as it fits.
 *
 * Returns: (transfer full): a name of 1 to %LAN_INSTANCE_MAX_BYTES bytes
 */
char *
lan_text_make_instance (const char *name)
{
  g_autofree char *clean = lan_text_clean (name, -1);
  char *instance = g_strstrip (lan_text_cut (clean, LAN_INSTANCE_MAX_BYTES));

  if (*instance != '\0')
    return instance;

  g_free (instance);
  return g_strdup (DEFAULT_NAME);
}

static void
add_string (GVariantBuilder *builder, const char *key, const char *value)
{
  g_autofree char *whole = NULL;
  g_autofree char *string = NULL;

  if (value == NULL)
    return;

  whole = g_strdup_printf ("%s=%s", key, value);
  string = lan_text_cut (whole, LAN_TXT_MAX_BYTES);
  g_variant_builder_add_value (
    builder, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, string, strlen (string), 1));
}

/**
 * lan_text_make_txt:
 * @name: the chat's name
 * @id: (nullable): the chat's id
 * @path: where its page is
 *
 * Makes the TXT record of a chat, of the version that we write.
 *
 * Returns: (transfer floating): an `aay`
 */
GVariant *
lan_text_make_txt (const char *name, const char *id, const char *path)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
  /* The version comes first, as RFC 6763 has it in section 6.7. */
  add_string (&builder, "v", "1");
  add_string (&builder, "id", id);
  add_string (&builder, "name", name);
  add_string (&builder, "path", path);
  return g_variant_builder_end (&builder);
}

/* Keys are ASCII, and their case does not count. */
static gboolean
has_key (const char *string, gsize length, const char *key, gsize key_length)
{
  return length > key_length && string[key_length] == '=' &&
         g_ascii_strncasecmp (string, key, key_length) == 0;
}

/**
 * lan_text_find:
 * @txt: an `aay`
 * @key: a key
 * @length: (out): the value's bytes; there may be a NUL among them
 *
 * Finds a value in a TXT record. The first of several counts (RFC 6763, section 6.4), and a key
 * without a value counts as none.
 *
 * Returns: (transfer full) (nullable): the value, any bytes, and a NUL after them
 */
char *
lan_text_find (GVariant *txt, const char *key, gsize *length)
{
  gsize key_length = strlen (key), n = MIN (g_variant_n_children (txt), MAX_STRINGS);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (txt, i);
      char *value;
      gsize size;
      const char *string = g_variant_get_fixed_array (child, &size, 1);

      if (size > LAN_TXT_MAX_BYTES || !has_key (string, size, key, key_length))
        continue;

      *length = size - key_length - 1;
      value = g_malloc0 (*length + 1);
      memcpy (value, string + key_length + 1, *length);
      return value;
    }
  return NULL;
}
