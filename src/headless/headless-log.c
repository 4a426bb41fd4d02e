/* headless-log.c: --log-level
 *
 * GLib writes messages and what is worse by itself; what is less it writes for the domains that
 * G_MESSAGES_DEBUG names. A level chooses for all of ours at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-log.h"

#include <glib/gi18n.h>

/* One a layer: its G_LOG_DOMAIN. */
#define DOMAINS "Http Engineio Socketio Chat Lan Madang"

static GLogLevelFlags most = G_LOG_LEVEL_DEBUG;

/* GLib numbers what is worse lower. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if ((level & G_LOG_LEVEL_MASK) > most)
    return G_LOG_WRITER_HANDLED;

  return g_log_writer_default (level, fields, n_fields, user_data);
}

static GLogLevelFlags
read_level (const char *name)
{
  static const struct
  {
    const char *name;
    GLogLevelFlags level;
  } levels[] = {
    { "error", G_LOG_LEVEL_CRITICAL },  { "warning", G_LOG_LEVEL_WARNING },
    { "message", G_LOG_LEVEL_MESSAGE }, { "info", G_LOG_LEVEL_INFO },
    { "debug", G_LOG_LEVEL_DEBUG },
  };

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      if (g_str_equal (name, levels[i].name))
        return levels[i].level;
    }
  return 0;
}

/**
 * headless_log_set_level:
 * @name: (nullable): error, warning, message, info or debug; %NULL leaves all as GLib has it
 * @error: return location for an error that says that it is none of them
 *
 * Chooses how much is logged. To be called once, before anything is. For info and debug, domains
 * that G_MESSAGES_DEBUG names already stay the only ones.
 *
 * Returns: whether there is such a level
 */
gboolean
headless_log_set_level (const char *name, GError **error)
{
  if (name == NULL)
    return TRUE;

  most = read_level (name);
  if (most == 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("“%s” is no level: there are error, warning, message, info and debug"), name);
      return FALSE;
    }

  if (most > G_LOG_LEVEL_MESSAGE)
    g_setenv ("G_MESSAGES_DEBUG", DOMAINS, FALSE);
  g_log_set_writer_func (write_log, NULL, NULL);
  return TRUE;
}
