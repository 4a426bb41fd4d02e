/* main.c: options first; then the window or the server
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef HAVE_GUI
#include "madang-application.h"
#endif

#include "headless-config.h"
#include "headless-log.h"
#include "headless-options.h"
#include "headless-server.h"

/* A program that runs where it was built finds its translations and its schema there. */
static gboolean
runs_where_it_was_built (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program != NULL && g_str_has_prefix (program, BUILD_ROOT G_DIR_SEPARATOR_S);
}

static void
set_up_language (void)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, runs_where_it_was_built () ? BUILD_LOCALEDIR : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

/* A host of thousands needs as many descriptors as the system lets it have, and must not end when
 * one of them is gone. */
static void
set_up_process (void)
{
  struct rlimit limit;

  signal (SIGPIPE, SIG_IGN);
  if (getrlimit (RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == limit.rlim_max)
    return;

  limit.rlim_cur = limit.rlim_max;
  if (setrlimit (RLIMIT_NOFILE, &limit) < 0)
    g_debug ("The limit of descriptors stays as it is");
}

/* GLib had an allocator of its own until 2.76, which gives nothing back, and which only the
 * environment turns off: so a server starts once more. Where that fails, it goes on. */
static void
leave_slices (char *argv[])
{
  if (glib_check_version (2, 76, 0) == NULL || g_getenv ("G_SLICE") != NULL)
    return;

  g_setenv ("G_SLICE", "always-malloc", TRUE);
  execv ("/proc/self/exe", argv);
}

/* Its bytes are those of the file, whatever the encoding of the locale is. */
static int
print_config (HeadlessOptions *options)
{
  g_autofree char *text = headless_config_write (options);

  return fputs (text, stdout) < 0 || fflush (stdout) != 0 ? 1 : 0;
}

static int
run_window (HeadlessOptions *options)
{
#ifdef HAVE_GUI
  if (options->needs_server)
    {
      g_printerr ("madang: %s\n", _ ("Options like these need --server beside them"));
      return 1;
    }
  return madang_application_run_program (runs_where_it_was_built () ? BUILD_SCHEMADIR : SCHEMADIR,
                                         options->service, (const char *const *)options->links);
#else
  g_printerr ("madang: %s\n", _ ("This build has no window; --server hosts a chat without one"));
  return 1;
#endif
}

int
main (int argc, char *argv[])
{
  g_autoptr (HeadlessOptions) options = NULL;
  g_autoptr (GError) error = NULL;

  set_up_language ();
  g_log_writer_default_set_use_stderr (TRUE);
  g_set_prgname ("madang");

  options = headless_options_new ();
  if (!headless_options_parse (options, (const char *const *)argv, &error))
    {
      headless_log_print (G_LOG_LEVEL_ERROR, "madang: %s", error->message);
      return 1;
    }

  if (options->version)
    {
      g_print ("madang %s\n", PACKAGE_VERSION);
      return 0;
    }

  if (options->server && options->print_config)
    return print_config (options);

  headless_log_set_level (options->log_level);
  if (options->server)
    leave_slices (argv);
  set_up_process ();
  return options->server ? headless_server_run (options) : run_window (options);
}
