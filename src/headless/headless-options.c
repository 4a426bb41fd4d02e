/* headless-options.c: the command line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "chat-store.h"
#include "chat-user.h"

#define DEFAULT_PORT 3000
#define NO_PORT      G_MININT
#define LINK_SCHEME  "madang:"

/**
 * headless_options_new:
 *
 * Makes options with every default but those that depend on others.
 *
 * Returns: (transfer full): the options
 */
HeadlessOptions *
headless_options_new (void)
{
  HeadlessOptions *self = g_new0 (HeadlessOptions, 1);

  self->port = NO_PORT;
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
  g_free (self->address);
  g_free (self->static_folder);
  g_strfreev (self->links);
  g_free (self->log_level);
  g_strfreev (self->origins);
  g_strfreev (self->hosts);
  g_free (self->data_dir);
  g_free (self->title);
  g_free (self);
}

static void
find_what_needs_server (HeadlessOptions *self)
{
  self->needs_server = self->port != NO_PORT || self->address != NULL ||
                       self->static_folder != NULL || self->origins != NULL ||
                       self->hosts != NULL || self->data_dir != NULL || self->title != NULL;
  if (self->port == NO_PORT)
    self->port = DEFAULT_PORT;
}

static gboolean
check_port (HeadlessOptions *self, GError **error)
{
  if (self->port >= 0 && self->port <= G_MAXUINT16)
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("%d is no port: ports go from 0 to 65535"), self->port);
  return FALSE;
}

/* As it stands in an URL. */
static void
strip_brackets (HeadlessOptions *self)
{
  g_autofree char *address = NULL;

  if (self->address == NULL || *self->address != '[' || !g_str_has_suffix (self->address, "]"))
    return;

  address = g_steal_pointer (&self->address);
  self->address = g_strndup (address + 1, strlen (address) - 2);
}

/* Everybody's window shows it. */
static gboolean
check_title (HeadlessOptions *self, GError **error)
{
  g_autofree char *given = g_steal_pointer (&self->title);

  if (given == NULL)
    return TRUE;

  self->title = chat_name_normalize (given, error);
  return self->title != NULL;
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
set_defaults (HeadlessOptions *self)
{
  if (self->data_dir == NULL)
    self->data_dir = chat_store_get_default_folder ();
  if (self->title == NULL)
    self->title = g_strdup (_ ("Madang"));
}

/**
 * headless_options_parse:
 * @options: options as they were made
 * @arguments: (inout): the command line, the program's name first
 * @error: return location for an error that says what is wrong in one line
 *
 * Reads the command line.
 *
 * Returns: whether it is in order
 */
gboolean
headless_options_parse (HeadlessOptions *self, char ***arguments, GError **error)
{
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_NONE, &self->server, N_ ("Host a chat without a window"), NULL },
    { "address", 0, 0, G_OPTION_ARG_STRING, &self->address,
      N_ ("Listen on this address only (default: all)"), N_ ("ADDR") },
    { "port", 0, 0, G_OPTION_ARG_INT, &self->port,
      N_ ("Listen on this port (default: 3000; 0: a free one)"), N_ ("N") },
    { "static", 0, 0, G_OPTION_ARG_FILENAME, &self->static_folder,
      N_ ("Serve this folder in place of the built-in page"), N_ ("DIR") },
    { "cors-origin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->origins,
      N_ ("Let pages of this origin take part (* for any; may be repeated)"), N_ ("ORIGIN") },
    { "allowed-host", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->hosts,
      N_ ("Accept requests for this host name (* for any; may be repeated)"), N_ ("NAME") },
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &self->data_dir,
      N_ ("Keep the messages in this folder"), N_ ("DIR") },
    /* As a string it would be refused where no locale is set, as for a service of the system. */
    { "name", 0, 0, G_OPTION_ARG_FILENAME, &self->title, N_ ("The name of the chat"),
      N_ ("TITLE") },
    { "log-level", 0, 0, G_OPTION_ARG_STRING, &self->log_level,
      N_ ("Log so much: error, warning, message, info or debug (default: message)"), N_ ("LEVEL") },
    { "gapplication-service", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &self->service, NULL,
      NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, N_ ("Show the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ ("A chat for the local network, with Socket.IO"));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_description (
    context, _ ("Without --server it opens a window; madang://HOST:PORT joins a chat in it."));
  if (!g_option_context_parse_strv (context, arguments, error) ||
      !take_links (self, *arguments, error))
    return FALSE;

  find_what_needs_server (self);
  if (!check_port (self, error) || !check_title (self, error))
    return FALSE;

  strip_brackets (self);
  set_defaults (self);
  return TRUE;
}
