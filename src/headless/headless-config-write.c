/* headless-config-write.c: --print-config
 *
 * In English whatever the language is: it is a file. What has its default is commented.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-config.h"
#include "headless-environment.h"

static char *
make_value (const HeadlessRow *row, HeadlessOptions *options)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) texts = headless_row_dup_texts (row, options);
  guint n_texts = g_strv_length (texts);

  if (row->type == HEADLESS_LIST)
    g_key_file_set_string_list (file, row->group, row->key, (const char *const *)texts, n_texts);
  else
    g_key_file_set_string (file, row->group, row->key, n_texts > 0 ? texts[0] : "");
  return g_key_file_get_value (file, row->group, row->key, NULL);
}

static void
write_row (GString *text, const HeadlessRow *row, HeadlessOptions *options)
{
  g_autofree char *variable = headless_row_dup_variable (row);
  g_autofree char *value = make_value (row, options);
  g_autofree char *place = g_strdup (options->places[headless_row_get_index (row)]);

  g_string_append_printf (text, "\n# %s\n# %s%s; %s\n", row->help,
                          row->type == HEADLESS_LIST ? "A list with ; between; " : "", variable,
                          row->reloads ? "SIGHUP takes over a change" : "a change needs a restart");
  if (place != NULL)
    g_string_append_printf (text, "# From %s\n", g_strdelimit (place, "\r\n", ' '));
  g_string_append_printf (text, "%s%s=%s\n", place != NULL ? "" : "#", row->key, value);
}

/**
 * headless_config_write:
 * @options: options
 *
 * Writes options as a file that [func@Headless.config_read] reads.
 *
 * Returns: (transfer full): the text
 */
char *
headless_config_write (HeadlessOptions *options)
{
  GString *text = g_string_new ("# Madang " PACKAGE_VERSION ": the options of madang --server, "
                                "to be read with --config FILE.\n"
                                "# The environment comes before this file, and the command line "
                                "before both.\n");
  guint n_rows;
  const HeadlessRow *rows = headless_rows_get (&n_rows);
  const char *group = NULL;

  for (guint i = 0; i < n_rows; i++)
    {
      if (rows[i].group == NULL)
        continue;

      if (g_strcmp0 (rows[i].group, group) != 0)
        g_string_append_printf (text, "\n[%s]\n", rows[i].group);
      group = rows[i].group;
      write_row (text, &rows[i], options);
    }
  return g_string_free (text, FALSE);
}
