/* headless-options.c: what the command line, the environment and the file say
 *
 * The table (headless-rows.c) says which options there are. The file gives way to the environment,
 * and both to the command line. Whatever is wrong is an error, also where something better comes
 * after it. A window has the command line alone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "headless-config.h"
#include "headless-environment.h"
#include "headless-rows.h"

#define LINK_SCHEME "madang:"

/* In characters, a path in it included. */
#define MAX_ERROR 400

/* What came on the command line, row by row. */
typedef struct
{
  GPtrArray **texts; /* of strings; NULL where nothing came */
  guint n_rows;
} Given;

/* {{{ The object */

/**
 * headless_options_new:
 *
 * Makes options with every default.
 *
 * Returns: (transfer full): the options
 */
HeadlessOptions *
headless_options_new (void)
{
  HeadlessOptions *self = g_new0 (HeadlessOptions, 1);
  guint n_rows;
  const HeadlessRow *rows = headless_rows_get (&n_rows);

  self->places = g_new0 (char *, n_rows);
  for (guint i = 0; i < n_rows; i++)
    headless_row_set_default (&rows[i], self);
  return self;
}

/**
 * headless_options_free:
 * @options: (transfer full): options
 *
 * Frees the options.
 */
void
headless_options_free (HeadlessOptions *self)
{
  guint n_rows;
  const HeadlessRow *rows = headless_rows_get (&n_rows);

  for (guint i = 0; i < n_rows; i++)
    {
      headless_row_clear (&rows[i], self);
      g_free (self->places[i]);
    }
  g_free (self->places);
  g_strfreev (self->links);
  g_strfreev (self->arguments);
  g_free (self);
}

/* The value with the place that it comes from, which errors name. */
static gboolean
headless_options_set (HeadlessOptions *self,
                      const HeadlessRow *row,
                      const char *const *texts,
                      const char *place,
                      GError **error)
{
  char **field = &self->places[headless_row_get_index (row)];

  if (!headless_row_set (row, self, texts, error))
    {
      g_prefix_error (error, "%s: ", place);
      return FALSE;
    }

  g_free (*field);
  *field = g_strdup (place);
  return TRUE;
}

/**
 * headless_options_prefix_error:
 * @options: options
 * @name: an option's name
 * @error: (inout): an error about its value that showed only in use
 *
 * Puts the place before it that the value comes from.
 */
void
headless_options_prefix_error (HeadlessOptions *self, const char *name, GError **error)
{
  const HeadlessRow *row = headless_rows_find (name);
  const char *place = self->places[headless_row_get_index (row)];

  if (place != NULL)
    g_prefix_error (error, "%s: ", place);
}

/* }}} */
/* {{{ The file and the environment */

static gboolean
take_file (HeadlessOptions *self, HeadlessConfig *config, GError **error)
{
  guint n_rows;
  const HeadlessRow *rows = headless_rows_get (&n_rows);

  for (guint i = 0; i < n_rows; i++)
    {
      g_autofree char *place = NULL;
      g_auto (GStrv) texts = NULL;

      if (!headless_config_has (config, &rows[i], &place))
        continue;

      texts = headless_config_dup_texts (config, &rows[i], error);
      if (texts == NULL ||
          !headless_options_set (self, &rows[i], (const char *const *)texts, place, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_environment (HeadlessOptions *self, GError **error)
{
  guint n_rows;
  const HeadlessRow *rows = headless_rows_get (&n_rows);

  for (guint i = 0; i < n_rows; i++)
    {
      g_autofree char *variable = headless_row_dup_variable (&rows[i]);
      g_auto (GStrv) texts = headless_environment_dup_texts (&rows[i]);

      if (texts != NULL &&
          !headless_options_set (self, &rows[i], (const char *const *)texts, variable, error))
        return FALSE;
    }
  return TRUE;
}

/* }}} */
/* {{{ The command line */

static void
given_init (Given *given)
{
  headless_rows_get (&given->n_rows);
  given->texts = g_new0 (GPtrArray *, given->n_rows);
}

static void
given_clear (Given *given)
{
  for (guint i = 0; i < given->n_rows; i++)
    g_clear_pointer (&given->texts[i], g_ptr_array_unref);
  g_free (given->texts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Given, given_clear)

/* A list takes all that come, any other option the last one. */
static gboolean
on_option (const char *name, const char *value, gpointer user_data, GError **error)
{
  Given *given = user_data;
  const HeadlessRow *row = headless_rows_find (name + strlen ("--"));
  GPtrArray **texts = &given->texts[headless_row_get_index (row)];

  if (row->type != HEADLESS_LIST)
    g_clear_pointer (texts, g_ptr_array_unref);
  if (*texts == NULL)
    *texts = g_ptr_array_new_null_terminated (1, g_free, TRUE);
  g_ptr_array_add (*texts, g_strdup (value != NULL ? value : "true"));
  return TRUE;
}

static gboolean
take_given (HeadlessOptions *self, Given *given, GError **error)
{
  const HeadlessRow *rows = headless_rows_get (&given->n_rows);

  for (guint i = 0; i < given->n_rows; i++)
    {
      g_autofree char *place = g_strconcat ("--", rows[i].name, NULL);

      if (given->texts[i] != NULL &&
          !headless_options_set (self, &rows[i], (const char *const *)given->texts[i]->pdata, place,
                                 error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
needs_server (HeadlessOptions *self, Given *given)
{
  const HeadlessRow *rows = headless_rows_get (&given->n_rows);

  for (guint i = 0; i < given->n_rows; i++)
    {
      if (given->texts[i] != NULL && !rows[i].window)
        return TRUE;
    }
  return self->print_config;
}

/* What is no option is a chat to join; a server has no use for that. */
static gboolean
take_links (HeadlessOptions *self, char **arguments, GError **error)
{
  guint n = arguments[0] != NULL ? 1 : 0;

  for (guint i = n; arguments[i] != NULL; i++)
    {
      if (!self->server &&
          g_ascii_strncasecmp (arguments[i], LINK_SCHEME, strlen (LINK_SCHEME)) == 0)
        continue;

      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   /* Translators: a word on the command line */
                   _ ("“%s” is no option"), arguments[i]);
      return FALSE;
    }

  self->links = g_strdupv (arguments + n);
  return TRUE;
}

static void
add_rows (GOptionGroup *group)
{
  guint n_rows;
  const HeadlessRow *rows = headless_rows_get (&n_rows);

  for (guint i = 0; i < n_rows; i++)
    {
      /* Text in the encoding of the locale would be refused where none is set, as for a service of
       * the system. */
      int flags = G_OPTION_FLAG_FILENAME |
                  (rows[i].type == HEADLESS_BOOL ? G_OPTION_FLAG_OPTIONAL_ARG : 0);
      const GOptionEntry entries[] = {
        { rows[i].name, 0, flags, G_OPTION_ARG_CALLBACK, on_option, rows[i].help,
          rows[i].argument },
        G_OPTION_ENTRY_NULL,
      };

      g_option_group_add_entries (group, entries);
    }
}

static GOptionContext *
make_context (HeadlessOptions *self, Given *given)
{
  const GOptionEntry first[] = {
    { "server", 0, 0, G_OPTION_ARG_NONE, &self->server, N_ ("Host a chat without a window"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const GOptionEntry last[] = {
    { "print-config", 0, 0, G_OPTION_ARG_NONE, &self->print_config,
      N_ ("Show the configuration as a file, and be done"), NULL },
    { "gapplication-service", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &self->service, NULL,
      NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, N_ ("Show the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  GOptionContext *context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new ("", "", "", given, NULL);

  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_group_add_entries (group, first);
  add_rows (group);
  g_option_group_add_entries (group, last);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context, _ ("A chat for the local network, with Socket.IO"));
  g_option_context_set_description (
    context, _ ("Without --server it opens a window; madang://HOST:PORT joins a chat in it."));
  return context;
}

static gboolean
parse_command_line (HeadlessOptions *self, Given *given, GError **error)
{
  g_autoptr (GOptionContext) context = make_context (self, given);
  g_auto (GStrv) arguments = g_strdupv (self->arguments);

  if (!g_option_context_parse_strv (context, &arguments, error) ||
      !take_links (self, arguments, error))
    return FALSE;

  self->needs_server = needs_server (self, given);
  return TRUE;
}

/* }}} */

/* Which file it is, is known only after the others. */
static gboolean
take_all (HeadlessOptions *self, Given *given, GError **error)
{
  g_autoptr (HeadlessConfig) config = NULL;

  if (!self->server)
    return take_given (self, given, error);

  if (!take_environment (self, error) || !take_given (self, given, error))
    return FALSE;
  if (self->config == NULL)
    return TRUE;

  config = headless_config_read (self->config, error);
  return config != NULL && take_file (self, config, error) && take_environment (self, error) &&
         take_given (self, given, error);
}

/* An error is one line that a person reads, and may repeat what is wrong, which need not be text.
 */
static void
shorten_error (GError **error)
{
  g_autofree char *valid = NULL;
  g_autofree char *start = NULL;

  if (error == NULL)
    return;

  valid = g_utf8_make_valid ((*error)->message, -1);
  if (g_utf8_strlen (valid, -1) <= MAX_ERROR)
    return;

  start = g_utf8_substring (valid, 0, MAX_ERROR);
  g_free ((*error)->message);
  (*error)->message = g_strconcat (start, "…", NULL);
}

/**
 * headless_options_parse:
 * @options: options as they were made
 * @arguments: the command line, the program's name first
 * @error: return location for an error that says what is wrong in one line, and where
 *
 * Reads the command line, and for a server the environment and the file too.
 *
 * Returns: whether all is in order
 */
gboolean
headless_options_parse (HeadlessOptions *self, const char *const *arguments, GError **error)
{
  g_auto (Given) given;

  given_init (&given);
  self->arguments = g_strdupv ((char **)arguments);
  if (parse_command_line (self, &given, error) && take_all (self, &given, error))
    return TRUE;

  shorten_error (error);
  return FALSE;
}

/**
 * headless_options_read_again:
 * @options: options
 * @error: return location for an error that says what is wrong in one line, and where
 *
 * Reads the file of these options again. What the command line and the environment said still
 * holds.
 *
 * Returns: (transfer full): new options, or %NULL with an error
 */
HeadlessOptions *
headless_options_read_again (HeadlessOptions *self, GError **error)
{
  g_autoptr (HeadlessOptions) again = headless_options_new ();

  if (!headless_options_parse (again, (const char *const *)self->arguments, error))
    return NULL;
  return g_steal_pointer (&again);
}
