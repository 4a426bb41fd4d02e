/* main.c: options first; then the window or the server
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <locale.h>

#include <glib/gi18n.h>

#include "headless-options.h"
#include "headless-server.h"

/* A program that runs where it was built finds its translations there. */
static const char *
get_locale_dir (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program != NULL && g_str_has_prefix (program, BUILD_ROOT G_DIR_SEPARATOR_S)
           ? BUILD_LOCALEDIR
           : LOCALEDIR;
}

static void
set_up_language (void)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, get_locale_dir ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char *argv[])
{
  g_autoptr (HeadlessOptions) options = headless_options_new ();
  g_auto (GStrv) arguments = g_strdupv (argv);
  g_autoptr (GError) error = NULL;

  set_up_language ();
  g_log_writer_default_set_use_stderr (TRUE);
  g_set_prgname ("madang");

  if (!headless_options_parse (options, &arguments, &error))
    {
      g_printerr ("madang: %s\n", error->message);
      return 1;
    }

  if (options->version)
    {
      g_print ("madang %s\n", PACKAGE_VERSION);
      return 0;
    }
  if (options->server)
    return headless_server_run (options);

  g_printerr ("madang: %s\n", _ ("This build has no window; --server hosts a chat without one"));
  return 1;
}
