/* frames.c: tells when a GTK program paints; for LD_PRELOAD, so that the program is the real one
 *
 * Writes a line for each frame of the first window to the file $BENCH_FRAMES: microseconds of
 * CLOCK_MONOTONIC. Between SIGUSR1 and SIGUSR2 the window paints all the time, as it would under an
 * animation; else it only paints when it has to. With $BENCH_ONE_FRAME the program ends after one.
 * Each frame that follows a key has a second number: milliseconds of when that was pressed, by the
 * clock of the display, which is CLOCK_MONOTONIC too.
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
static guint32 pressed; /* when the key was that no frame has followed yet, or 0 */

/* More than one controller sees a key, and more keys than one may come before a frame. */
static gboolean
on_key_pressed (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer user_data)
{
  if (pressed == 0)
    pressed = gtk_event_controller_get_current_event_time (g_value_get_object (&values[0]));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_after_paint (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer user_data)
{
  GdkFrameClock *clock = g_value_get_object (&values[0]);

  if (watched == NULL)
    watched = clock;
  if (clock != watched)
    return G_SOURCE_CONTINUE;

  fprintf (output, "%" G_GINT64_FORMAT, g_get_monotonic_time ());
  if (pressed != 0)
    fprintf (output, " %" G_GUINT32_FORMAT, pressed);
  fputc ('\n', output);
  pressed = 0;
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
watch_signal (GType type, const char *name, GSignalEmissionHook hook)
{
  g_type_class_unref (g_type_class_ref (type));
  g_signal_add_emission_hook (g_signal_lookup (name, type), 0, hook, NULL, NULL);
}

static void
watch_frames (const char *path)
{
  watch_signal (GDK_TYPE_FRAME_CLOCK, "after-paint", on_after_paint);
  watch_signal (GTK_TYPE_EVENT_CONTROLLER_KEY, "key-pressed", on_key_pressed);
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
