/* headless-reload.c: what of the options may change while the server runs
 *
 * A start and a reload take the same way. All or nothing: what can be wrong comes first, and after
 * that nothing fails. Those who are connected notice nothing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-reload.h"

#include <glib/gi18n.h>

#include "headless-log.h"
#include "headless-rows.h"

static ChatExposure
read_exposure (const char *text)
{
  for (guint i = 0; headless_exposures[i] != NULL; i++)
    {
      if (g_str_equal (headless_exposures[i], text))
        return i;
    }
  return CHAT_EXPOSURE_OFF;
}

/**
 * headless_apply:
 * @host: the host
 * @options: options
 * @error: return location for an error with the place of the wrong value
 *
 * Gives a host all options that may change at any time.
 *
 * Returns: whether they count now; with an error none does
 */
gboolean
headless_apply (ChatHost *host, HeadlessOptions *options, GError **error)
{
  if (!chat_host_set_static_folder (host, options->static_folder, error))
    {
      headless_options_prefix_error (options, "static", error);
      return FALSE;
    }

  if (!chat_host_set_access (host, (const char *const *)options->origins,
                             (const char *const *)options->hosts, error) ||
      !chat_host_set_trusted_proxies (host, (const char *const *)options->proxies, error))
    return FALSE;

  chat_host_set_exposure (host, read_exposure (options->healthz), read_exposure (options->metrics));
  chat_service_set_title (chat_host_get_service (host), options->title);
  headless_log_set_level (options->log_level);
  return TRUE;
}

/* They count from the next start only, so each reload says so again. */
static void
warn_of_others (HeadlessOptions *started, HeadlessOptions *again)
{
  guint n_rows;
  const HeadlessRow *rows = headless_rows_get (&n_rows);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;
  g_autofree char *all = NULL;

  for (guint i = 0; i < n_rows; i++)
    {
      if (!rows[i].reloads && !headless_row_is_equal (&rows[i], started, again))
        g_strv_builder_add (builder, rows[i].name);
    }

  names = g_strv_builder_end (builder);
  if (*names == NULL)
    return;

  all = g_strjoinv (", ", names);
  /* Translators: names of options, with commas between them */
  headless_log_print (G_LOG_LEVEL_WARNING, _ ("madang: this needs a restart: %s"), all);
}

/**
 * headless_reload:
 * @host: the host
 * @options: the options that the server started with
 *
 * Reads the file again and takes over what may change, or keeps all as it is if something is wrong.
 * One line says which.
 */
void
headless_reload (ChatHost *host, HeadlessOptions *started)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HeadlessOptions) again = headless_options_read_again (started, &error);

  if (again == NULL || !headless_apply (host, again, &error))
    {
      headless_log_print (G_LOG_LEVEL_ERROR, _ ("madang: nothing is changed: %s"), error->message);
      return;
    }

  headless_log_print (G_LOG_LEVEL_INFO, "%s", _ ("madang: the options are read again"));
  warn_of_others (started, again);
}
