/* madang-settings.c: what is kept from one start to the next
 *
 * The program finds its schema where it was built or installed, or where the system keeps schemas;
 * g_settings_new () would end the process where there is none.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-settings.h"

#include <glib/gi18n.h>

static GSettings *settings;

static GSettingsSchema *
look_up_in_folder (const char *folder)
{
  GSettingsSchemaSource *parent = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource)
    source = g_settings_schema_source_new_from_directory (folder, parent, TRUE, NULL);

  return source != NULL ? g_settings_schema_source_lookup (source, APP_ID, FALSE) : NULL;
}

static GSettingsSchema *
look_up (const char *folder)
{
  GSettingsSchemaSource *system = g_settings_schema_source_get_default ();
  GSettingsSchema *schema = look_up_in_folder (folder);

  if (schema == NULL && system != NULL)
    schema = g_settings_schema_source_lookup (system, APP_ID, TRUE);

  return schema;
}

/**
 * madang_settings_init:
 * @folder: where to look first
 * @error: return location for an error that says what is missing
 *
 * Finds the settings. To be called once, before anything else of this file.
 *
 * Returns: whether there are any
 */
gboolean
madang_settings_init (const char *folder, GError **error)
{
  g_autoptr (GSettingsSchema) schema = look_up (folder);

  if (schema == NULL)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
                   /* Translators: the id of a settings schema */
                   _ ("The settings schema %s is not installed"), APP_ID);
      return FALSE;
    }

  settings = g_settings_new_full (schema, NULL, NULL);
  return TRUE;
}

/**
 * madang_settings_get:
 *
 * Returns: (transfer none): the settings of the program
 */
GSettings *
madang_settings_get (void)
{
  g_assert (settings != NULL);

  return settings;
}
