/* headless-config.c: the file of the options
 *
 * A GKeyFile whose groups and keys are those of the table. GKeyFile forgets the lines, so a scan of
 * our own finds them first, with whatever has no place in such a file: each error names its line.
 * headless-config-write.c writes such files, headless-config-file.c gets them from the disk.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-config.h"

#include <glib/gi18n.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct _HeadlessConfig
{
  char *path;
  GKeyFile *file;
  guint *lines; /* of each row; 0 where it has none */
  char *group; /* while lines are read: the one that they are in */
};

static HeadlessConfig *
headless_config_new (const char *path)
{
  HeadlessConfig *self = g_new0 (HeadlessConfig, 1);
  guint n_rows;

  headless_rows_get (&n_rows);
  self->path = g_strdup (path);
  self->file = g_key_file_new ();
  self->lines = g_new0 (guint, n_rows);
  return self;
}

void
headless_config_free (HeadlessConfig *self)
{
  g_free (self->path);
  g_key_file_unref (self->file);
  g_free (self->lines);
  g_free (self->group);
  g_free (self);
}

/* {{{ The scan */

G_GNUC_PRINTF (4, 5)
static gboolean
refuse (HeadlessConfig *self, guint line, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s:%u: %s", self->path, line,
               message);
  return FALSE;
}

static gboolean
take_group (HeadlessConfig *self, guint line, const char *text, GError **error)
{
  gsize length = strlen (text);

  if (text[length - 1] != ']')
    return refuse (self, line, error, _ ("“%s” has no “]” at its end"), text);

  g_free (self->group);
  self->group = g_strndup (text + 1, length - 2);
  return headless_rows_have_group (self->group) ||
         refuse (self, line, error, _ ("There is no group “%s”"), self->group);
}

static gboolean
take_key (HeadlessConfig *self, guint line, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *key = equals != NULL ? g_strchomp (g_strndup (text, equals - text)) : NULL;
  const HeadlessRow *row;

  if (key == NULL)
    return refuse (self, line, error, _ ("“%s” is neither “[group]” nor “key=value”"), text);
  if (self->group == NULL)
    return refuse (self, line, error, _ ("“%s” stands before the first “[group]”"), key);

  row = headless_rows_find_key (self->group, key);
  if (row == NULL)
    return refuse (self, line, error, _ ("There is no key “%s” in the group “%s”"), key,
                   self->group);
  if (self->lines[headless_row_get_index (row)] != 0)
    return refuse (self, line, error, _ ("“%s” is already set in line %u"), key,
                   self->lines[headless_row_get_index (row)]);

  self->lines[headless_row_get_index (row)] = line;
  return TRUE;
}

static gboolean
take_line (HeadlessConfig *self, guint line, const char *raw, GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (raw));

  if (*text == '\0' || *text == '#')
    return TRUE;
  return *text == '[' ? take_group (self, line, text, error) : take_key (self, line, text, error);
}

static gboolean
scan (HeadlessConfig *self, const char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (!g_utf8_validate (lines[i], -1, NULL))
        return refuse (self, i + 1, error, "%s", _ ("The line is not UTF-8"));
      if (!take_line (self, i + 1, lines[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_bytes (HeadlessConfig *self, const char *text, gsize length, GError **error)
{
  guint line = 1;

  if (memchr (text, '\0', length) == NULL)
    return TRUE;

  for (const char *byte = text; *byte != '\0'; byte++)
    line += *byte == '\n';
  return refuse (self, line, error, "%s", _ ("The line has a NUL byte: is this a text?"));
}

/* }}} */

/**
 * headless_config_parse:
 * @path: the name of the file, for errors
 * @text: what it says, with a NUL behind it
 * @length: the bytes of @text
 * @error: return location for an error with the line
 *
 * Reads a file that is in memory.
 *
 * Returns: (transfer full): the file, or %NULL with an error
 */
HeadlessConfig *
headless_config_parse (const char *path, const char *text, gsize length, GError **error)
{
  g_autoptr (HeadlessConfig) self = headless_config_new (path);

  if (!check_bytes (self, text, length, error))
    return NULL;
  if (g_str_has_prefix (text, BYTE_ORDER_MARK))
    text += strlen (BYTE_ORDER_MARK);
  if (!scan (self, text, error))
    return NULL;

  if (*text != '\0' && !g_key_file_load_from_data (self->file, text, -1, G_KEY_FILE_NONE, error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * headless_config_has:
 * @config: a file
 * @row: a row of the table
 * @place: (out) (transfer full): the file and the line where it is
 *
 * Returns: whether the file sets this option
 */
gboolean
headless_config_has (HeadlessConfig *self, const HeadlessRow *row, char **place)
{
  guint line = self->lines[headless_row_get_index (row)];

  if (line == 0)
    return FALSE;

  *place = g_strdup_printf ("%s:%u", self->path, line);
  return TRUE;
}

/**
 * headless_config_dup_texts:
 * @config: a file
 * @row: a row that it sets
 * @error: return location for an error with the line
 *
 * Returns: (transfer full): the value, as [func@Headless.row_set] takes it, or %NULL with an error
 */
char **
headless_config_dup_texts (HeadlessConfig *self, const HeadlessRow *row, GError **error)
{
  g_auto (GStrv) texts = NULL;
  GError *wrong = NULL;

  if (row->type == HEADLESS_LIST)
    texts = g_key_file_get_string_list (self->file, row->group, row->key, NULL, &wrong);
  else
    {
      texts = g_new0 (char *, 2);
      texts[0] = g_key_file_get_string (self->file, row->group, row->key, &wrong);
    }

  if (wrong != NULL)
    {
      refuse (self, self->lines[headless_row_get_index (row)], error, "%s", wrong->message);
      g_error_free (wrong);
      return NULL;
    }

  /* What stands before a value, GKeyFile leaves out by itself. */
  for (guint i = 0; texts[i] != NULL; i++)
    {
      if (row->type == HEADLESS_LIST)
        g_strchug (texts[i]);
      g_strchomp (texts[i]);
    }
  return g_steal_pointer (&texts);
}
