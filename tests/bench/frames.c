/* frames.c: tells when a GTK program paints; for LD_PRELOAD, so that the program is the real one
 *
 * Writes a line for each frame of the first window to the file $BENCH_FRAMES: microseconds of
 * CLOCK_MONOTONIC. Between SIGUSR1 and SIGUSR2 the window paints all the time, as it would under an
 * animation; else it only paints when it has to. With $BENCH_ONE_FRAME the program ends after one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <dlfcn.h>
#include <glib-unix.h>
#include <gtk/gtk.h>
#include <stdio.h>
#include <stdlib.h>

static FILE *output;
static GdkFrameClock *watched;

static gboolean
on_after_paint (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer user_data)
{
  GdkFrameClock *clock = g_value_get_object (&values[0]);

  if (watched == NULL)
    watched = clock;
  if (clock != watched)
    return G_SOURCE_CONTINUE;

  fprintf (output, "%" G_GINT64_FORMAT "\n", g_get_monotonic_time ());
  if (g_getenv ("BENCH_ONE_FRAME") != NULL)
    _exit (0);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_begin (gpointer user_data)
{
  gdk_frame_clock_begin_updating (watched);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_end (gpointer user_data)
{
  gdk_frame_clock_end_updating (watched);
  return G_SOURCE_CONTINUE;
}

static void
watch_frames (const char *path)
{
  g_type_class_unref (g_type_class_ref (GDK_TYPE_FRAME_CLOCK));
  g_signal_add_emission_hook (g_signal_lookup ("after-paint", GDK_TYPE_FRAME_CLOCK), 0,
                              on_after_paint, NULL, NULL);
  output = fopen (path, "w");
  if (output == NULL)
    g_error ("%s cannot be written", path);
  setlinebuf (output);
  g_unix_signal_add (SIGUSR1, on_begin, NULL);
  g_unix_signal_add (SIGUSR2, on_end, NULL);
}

int
g_application_run (GApplication *application, int n_arguments, char **arguments)
{
  int (*run) (GApplication *, int, char **);

  *(void **)&run = dlsym (RTLD_NEXT, "g_application_run");
  if (g_getenv ("BENCH_FRAMES") != NULL)
    watch_frames (g_getenv ("BENCH_FRAMES"));
  return run (application, n_arguments, arguments);
}
