/* headless-environment.c: the options in the environment
 *
 * Each option of the table has a variable: MADANG_PORT is --port. An empty one is as good as none.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-environment.h"

#define PREFIX    "MADANG_"
#define SEPARATOR ";"

/* It is for the tests of the window. */
#define DEBUG_VARIABLE PREFIX "DEBUG"

/**
 * headless_row_dup_variable:
 * @row: a row
 *
 * Returns: (transfer full): the name of its variable
 */
char *
headless_row_dup_variable (const HeadlessRow *row)
{
  g_autofree char *upper = g_ascii_strup (row->name, -1);

  return g_strconcat (PREFIX, g_strdelimit (upper, "-", '_'), NULL);
}

static char **
split_list (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, SEPARATOR, -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (char **part = parts; *part != NULL; part++)
    {
      if (*g_strstrip (*part) != '\0')
        g_strv_builder_add (builder, *part);
    }
  return g_strv_builder_end (builder);
}

/**
 * headless_environment_dup_texts:
 * @row: a row
 *
 * Returns: (transfer full) (nullable): the value, as [func@Headless.row_set] takes it
 */
char **
headless_environment_dup_texts (const HeadlessRow *row)
{
  g_autofree char *variable = headless_row_dup_variable (row);
  const char *text = g_getenv (variable);
  const char *texts[] = { text, NULL };

  if (text == NULL || *text == '\0')
    return NULL;
  return row->type == HEADLESS_LIST ? split_list (text) : g_strdupv ((char **)texts);
}

static gboolean
is_known (const char *variable)
{
  guint n_rows;
  const HeadlessRow *rows = headless_rows_get (&n_rows);

  for (guint i = 0; i < n_rows; i++)
    {
      g_autofree char *known = headless_row_dup_variable (&rows[i]);

      if (g_str_equal (known, variable))
        return TRUE;
    }
  return g_str_equal (variable, DEBUG_VARIABLE);
}

/**
 * headless_environment_list_unknown:
 *
 * Lists variables that look like ours but are none. They may belong to somebody else, or to another
 * version, so they are worth a warning and no more.
 *
 * Returns: (transfer full): their names
 */
char **
headless_environment_list_unknown (void)
{
  g_auto (GStrv) all = g_listenv ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (char **variable = all; *variable != NULL; variable++)
    {
      if (g_str_has_prefix (*variable, PREFIX) && !is_known (*variable))
        g_strv_builder_add (builder, *variable);
    }
  return g_strv_builder_end (builder);
}
