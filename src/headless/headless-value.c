/* headless-value.c: the value of an option, from text and to text
 *
 * Whatever an option is told by, it comes as text; a list as several. The same texts go back to the
 * file that --print-config writes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "headless-rows.h"

#define STRING_FIELD(row, options) G_STRUCT_MEMBER (char *, options, (row)->offset)
#define INT_FIELD(row, options)    G_STRUCT_MEMBER (int, options, (row)->offset)
#define LIST_FIELD(row, options)   G_STRUCT_MEMBER (char **, options, (row)->offset)

G_GNUC_PRINTF (2, 3)
static void
set_error (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, arguments);
  va_end (arguments);
}

static gboolean
read_int (const HeadlessRow *row, const char *text, int *number, GError **error)
{
  gint64 value = 0;

  if (!g_ascii_string_to_signed (text, 10, row->min, row->max, &value, NULL))
    {
      set_error (error, _ ("“%s” is no number from %d to %d"), text, row->min, row->max);
      return FALSE;
    }

  *number = value;
  return TRUE;
}

static gboolean
read_bool (const char *text, gboolean *value, GError **error)
{
  static const char *const words[] = { "false", "true", "no", "yes", "off", "on", "0", "1" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (g_ascii_strcasecmp (text, words[i]) == 0)
        {
          *value = i % 2;
          return TRUE;
        }
    }

  set_error (error, _ ("“%s” is neither true nor false"), text);
  return FALSE;
}

static gboolean
check_choice (const HeadlessRow *row, const char *text, GError **error)
{
  g_autofree char *all = NULL;

  if (g_strv_contains (row->choices, text))
    return TRUE;

  all = g_strjoinv (", ", (char **)row->choices);
  set_error (error, _ ("“%s” is none of these: %s"), text, all);
  return FALSE;
}

static gboolean
check_not_empty (const char *text, GError **error)
{
  if (*text != '\0')
    return TRUE;

  set_error (error, "%s", _ ("The value is empty"));
  return FALSE;
}

static gboolean
check_form (const HeadlessRow *row, const char *text, GError **error)
{
  if (row->type != HEADLESS_PATH && !g_utf8_validate (text, -1, NULL))
    {
      set_error (error, "%s", _ ("The value is not UTF-8"));
      return FALSE;
    }

  return check_not_empty (text, error) &&
         (row->type != HEADLESS_CHOICE || check_choice (row, text, error));
}

static char *
read_string (const HeadlessRow *row, const char *text, GError **error)
{
  g_autofree char *kept = NULL;

  if (!check_form (row, text, error))
    return NULL;

  kept = row->check != NULL ? row->check (text, error) : g_strdup (text);
  return kept != NULL && check_not_empty (kept, error) ? g_steal_pointer (&kept) : NULL;
}

static char **
read_list (const HeadlessRow *row, const char *const *texts, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (; *texts != NULL; texts++)
    {
      g_autofree char *item = read_string (row, *texts, error);

      if (item == NULL)
        return NULL;
      g_strv_builder_add (builder, item);
    }
  return g_strv_builder_end (builder);
}

static gboolean
take_string (const HeadlessRow *row, HeadlessOptions *options, char *text)
{
  if (text == NULL)
    return FALSE;

  g_free (STRING_FIELD (row, options));
  STRING_FIELD (row, options) = text;
  return TRUE;
}

static gboolean
take_list (const HeadlessRow *row, HeadlessOptions *options, char **list)
{
  if (list == NULL)
    return FALSE;

  g_strfreev (LIST_FIELD (row, options));
  LIST_FIELD (row, options) = list;
  return TRUE;
}

/**
 * headless_row_set:
 * @row: a row
 * @options: options
 * @texts: its new value: one text, or as many as a list has
 * @error: return location for an error that says what is wrong with the value
 *
 * Gives an option another value. With an error it keeps the one that it has.
 *
 * Returns: whether the value is in order
 */
gboolean
headless_row_set (const HeadlessRow *row,
                  HeadlessOptions *options,
                  const char *const *texts,
                  GError **error)
{
  switch (row->type)
    {
    case HEADLESS_INT:
      return read_int (row, texts[0], &INT_FIELD (row, options), error);
    case HEADLESS_BOOL:
      return read_bool (texts[0], &INT_FIELD (row, options), error);
    case HEADLESS_LIST:
      return take_list (row, options, read_list (row, texts, error));
    case HEADLESS_STRING:
    case HEADLESS_PATH:
    case HEADLESS_CHOICE:
    default:
      return take_string (row, options, read_string (row, texts[0], error));
    }
}

/**
 * headless_row_set_default:
 * @row: a row
 * @options: options whose field is empty
 *
 * Gives an option the value that it has by itself.
 */
void
headless_row_set_default (const HeadlessRow *row, HeadlessOptions *options)
{
  g_autofree char *text = row->make_default != NULL ? row->make_default () : NULL;
  const char *texts[] = { text, NULL };

  if (text != NULL)
    headless_row_set (row, options, texts, NULL);
}

void
headless_row_clear (const HeadlessRow *row, HeadlessOptions *options)
{
  if (row->type == HEADLESS_LIST)
    g_clear_pointer (&LIST_FIELD (row, options), g_strfreev);
  else if (row->type == HEADLESS_INT || row->type == HEADLESS_BOOL)
    INT_FIELD (row, options) = 0;
  else
    g_clear_pointer (&STRING_FIELD (row, options), g_free);
}

/**
 * headless_row_dup_texts:
 * @row: a row
 * @options: options
 *
 * Returns: (transfer full): the value as [func@Headless.row_set] takes it; empty if there is none
 */
char **
headless_row_dup_texts (const HeadlessRow *row, HeadlessOptions *options)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (row->type == HEADLESS_LIST && LIST_FIELD (row, options) != NULL)
    g_strv_builder_addv (builder, (const char **)LIST_FIELD (row, options));
  else if (row->type == HEADLESS_BOOL)
    g_strv_builder_add (builder, INT_FIELD (row, options) ? "true" : "false");
  else if (row->type == HEADLESS_INT)
    {
      g_autofree char *number = g_strdup_printf ("%d", INT_FIELD (row, options));

      g_strv_builder_add (builder, number);
    }
  else if (row->type != HEADLESS_LIST && STRING_FIELD (row, options) != NULL)
    g_strv_builder_add (builder, STRING_FIELD (row, options));

  return g_strv_builder_end (builder);
}

gboolean
headless_row_is_equal (const HeadlessRow *row, HeadlessOptions *a, HeadlessOptions *b)
{
  g_auto (GStrv) first = headless_row_dup_texts (row, a);
  g_auto (GStrv) second = headless_row_dup_texts (row, b);

  return g_strv_equal ((const char *const *)first, (const char *const *)second);
}
