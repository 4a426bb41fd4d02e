/* test-results-view.c: the results pane in a real window
 *
 * It stays at the end, keeps the place of who reads above, and is fast and small however much there
 * is. The figures are printed; what is checked of them leaves much room, since machines differ.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <math.h>
#include <time.h>

#include "madang-results-view.h"
#include "madang-settings.h"
#include "test-loop.h"
#include "ui-resources.h"

#define N_MANY 100000

typedef struct
{
  MadangSession *session;
  ChatTimeline *timeline;
  GtkWindow *window;
  MadangResultsView *view;
  GtkWidget *list;
  GtkAdjustment *adjustment;
  guint64 serial;
} Fixture;

/* {{{ The fixture */

static GtkWidget *
find_child (GtkWidget *widget, GType type)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (child, type) ? child
                                                                  : find_child (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *scroller;

  fixture->session = madang_session_new_joining ("http://127.0.0.1:1", "Anna");
  fixture->timeline = chat_client_get_timeline (madang_session_get_client (fixture->session));
  madang_results_set_live (madang_session_get_results (fixture->session), TRUE);
  fixture->serial = 1000;

  fixture->view = g_object_new (MADANG_TYPE_RESULTS_VIEW, NULL);
  scroller = find_child (GTK_WIDGET (fixture->view), GTK_TYPE_SCROLLED_WINDOW);
  fixture->list = find_child (scroller, GTK_TYPE_LIST_VIEW);
  fixture->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  fixture->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (fixture->window, 700, 600);
  gtk_window_set_child (fixture->window, GTK_WIDGET (fixture->view));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (fixture->window);
  g_clear_object (&fixture->session);
}

static void
wait_for_frame (Fixture *fixture)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (fixture->view));
  gint64 frame = gdk_frame_clock_get_frame_counter (clock);

  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
  test_wait (gdk_frame_clock_get_frame_counter (clock) > frame);
}

/* Heights become known frame by frame. */
static void
settle (Fixture *fixture)
{
  for (guint i = 0; i < 8; i++)
    wait_for_frame (fixture);
}

static void
show (Fixture *fixture)
{
  madang_results_view_set_session (fixture->view, fixture->session);
  gtk_window_present (fixture->window);
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (fixture->list)));
  settle (fixture);
}

static void
say (Fixture *fixture, guint n, const char *text)
{
  g_autoptr (JsonNode) data = json_node_init_string (json_node_alloc (), text);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatMessage) message = chat_message_new (
        fixture->serial++, g_get_real_time () / 1000, "b", "Bert", NULL, NULL, NULL, data);

      chat_timeline_append (fixture->timeline, message);
    }
  chat_timeline_flush (fixture->timeline);
}

static void
prepend (Fixture *fixture, guint n)
{
  g_autoptr (GPtrArray) older = g_ptr_array_new_with_free_func (g_object_unref);
  guint64 first = chat_timeline_get_oldest_serial (fixture->timeline);

  for (guint i = n; i > 0; i--)
    g_ptr_array_add (older,
                     chat_message_new (first - i, 1000, "b", "Bert", NULL, NULL, NULL, NULL));
  chat_timeline_prepend (fixture->timeline, older);
}

static double
get_distance_to_end (Fixture *fixture)
{
  return gtk_adjustment_get_upper (fixture->adjustment) -
         gtk_adjustment_get_page_size (fixture->adjustment) -
         gtk_adjustment_get_value (fixture->adjustment);
}

/* The label of a row whose text is this, and where it is in the view. */
static GtkWidget *
find_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_label (GTK_LABEL (widget)), text) == 0)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static double
get_place (Fixture *fixture, const char *text)
{
  GtkWidget *label = find_label (fixture->list, text);
  graphene_rect_t bounds;

  g_assert_nonnull (label);
  g_assert_true (gtk_widget_compute_bounds (label, fixture->list, &bounds));
  return bounds.origin.y;
}

/* }}} */
/* {{{ Where one reads */

static void
test_follow (Fixture *fixture, gconstpointer data)
{
  say (fixture, 50, "before");
  show (fixture);
  g_assert_cmpfloat (get_distance_to_end (fixture), <, 2);

  for (guint i = 0; i < 10; i++)
    {
      say (fixture, i + 1, i % 2 == 0 ? "short" : "long\nand\nlonger\nthan\nothers");
      settle (fixture);
      g_assert_cmpfloat (get_distance_to_end (fixture), <, 2);
    }

  gtk_window_set_default_size (fixture->window, 500, 300);
  settle (fixture);
  g_assert_cmpfloat (get_distance_to_end (fixture), <, 2);
}

static void
read_above (Fixture *fixture)
{
  say (fixture, 100, "before");
  say (fixture, 1, "here");
  say (fixture, 5, "after");
  show (fixture);
  gtk_adjustment_set_value (fixture->adjustment,
                            gtk_adjustment_get_value (fixture->adjustment) - 150);
  settle (fixture);
}

static void
test_keep_place (Fixture *fixture, gconstpointer data)
{
  double place;

  read_above (fixture);
  place = get_place (fixture, "here");
  for (guint i = 0; i < 10; i++)
    {
      say (fixture, 3, "new");
      settle (fixture);
      g_assert_cmpfloat (fabs (get_place (fixture, "here") - place), <, 2);
    }
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->view), "30 new lines"));

  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "results.scroll-to-end", NULL);
  settle (fixture);
  g_assert_cmpfloat (get_distance_to_end (fixture), <, 2);
}

static void
test_keep_place_with_history (Fixture *fixture, gconstpointer data)
{
  double place;

  read_above (fixture);
  place = get_place (fixture, "here");
  prepend (fixture, 50);
  settle (fixture);
  g_assert_cmpfloat (fabs (get_place (fixture, "here") - place), <, 2);
}

/* }}} */
/* {{{ Very much */

/* Nothing that a stranger sends may keep the window from painting. */
static void
show_hostile (Fixture *fixture, const char *what, const char *text)
{
  gint64 began = g_get_monotonic_time ();

  for (guint i = 0; i < 10; i++)
    {
      say (fixture, 1, text);
      wait_for_frame (fixture);
    }
  g_test_message ("10 texts of %s, a frame each: %.1f ms a frame", what,
                  (g_get_monotonic_time () - began) / 10 / 1000.0);
  settle (fixture);
  g_assert_cmpfloat (get_distance_to_end (fixture), <, 2);
}

static void
test_hostile_texts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *line = g_strnfill (900000, 'x');
  g_autofree char *lines = g_strnfill (900000, '\n');
  g_autoptr (GString) marks = g_string_new ("z");

  for (guint i = 0; i < 100000; i++)
    g_string_append (marks, "\u0335\u0489");
  show (fixture);
  show_hostile (fixture, "one line", line);
  show_hostile (fixture, "empty lines", lines);
  show_hostile (fixture, "marks", marks->str);
  show_hostile (fixture, "controls", "\u202eright to left <b>no markup</b> &amp; %s\u202e");
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 difference = *(const gint64 *)a - *(const gint64 *)b;

  return difference < 0 ? -1 : difference > 0;
}

/* Microseconds that this process has worked, whatever else the machine does. */
static gint64
get_work (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* Microseconds of the frames, and of the work in them, while the list is scrolled from one end to
 * the other. */
static GArray *
scroll (Fixture *fixture, guint n_frames, GArray *work)
{
  GArray *frames = g_array_new (FALSE, FALSE, sizeof (gint64));
  double upper = gtk_adjustment_get_upper (fixture->adjustment);

  for (guint i = 0; i < n_frames; i++)
    {
      gint64 began = g_get_monotonic_time ();
      gint64 worked = get_work ();
      gint64 took;

      /* By less than a page, as one does who reads; now and then by a leap. */
      gtk_adjustment_set_value (fixture->adjustment,
                                i % 20 == 0 ? upper * i / n_frames
                                            : gtk_adjustment_get_value (fixture->adjustment) + 150);
      wait_for_frame (fixture);
      took = g_get_monotonic_time () - began;
      g_array_append_val (frames, took);
      worked = get_work () - worked;
      g_array_append_val (work, worked);
    }
  g_array_sort (frames, compare);
  g_array_sort (work, compare);
  return frames;
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  gsize before, with_messages, shown;
  gint64 began, worked;
  g_autoptr (GArray) frames = NULL;
  g_autoptr (GArray) work = g_array_new (FALSE, FALSE, sizeof (gint64));

  show (fixture);
  before = test_get_memory ();
  say (fixture, N_MANY - 1, "Twenty bytes of text");
  with_messages = test_get_memory ();

  madang_results_view_set_session (fixture->view, NULL);
  settle (fixture);
  began = g_get_monotonic_time ();
  worked = get_work ();
  madang_results_view_set_session (fixture->view, fixture->session);
  wait_for_frame (fixture);
  g_test_message ("%u results shown within %.1f ms, %.1f ms of work", N_MANY,
                  (g_get_monotonic_time () - began) / 1000.0, (get_work () - worked) / 1000.0);

  settle (fixture);
  frames = scroll (fixture, 400, work);
  shown = test_get_memory ();
  g_test_message ("scrolling, 400 frames: p50 %.1f ms, p95 %.1f ms, longest %.1f ms",
                  g_array_index (frames, gint64, 200) / 1000.0,
                  g_array_index (frames, gint64, 380) / 1000.0,
                  g_array_index (frames, gint64, 399) / 1000.0);
  g_test_message ("work in them: p50 %.1f ms, p95 %.1f ms, longest %.1f ms",
                  g_array_index (work, gint64, 200) / 1000.0,
                  g_array_index (work, gint64, 380) / 1000.0,
                  g_array_index (work, gint64, 399) / 1000.0);
  g_test_message ("memory: %.1f MB for the messages, %.1f MB more for the view",
                  (with_messages - before) / 1e6, (shown - with_messages) / 1e6);

  g_assert_cmpuint (shown - before, <, 150 * 1000 * 1000);
  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "results.scroll-to-end", NULL);
  settle (fixture);
  g_assert_cmpfloat (get_distance_to_end (fixture), <, 2);
}

/* }}} */

#define add(name, function)                                                                        \
  g_test_add ("/ui/results-view/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_resources_register (ui_get_resource ());
  madang_settings_init (BUILD_SCHEMADIR, &error);
  g_assert_no_error (error);

  add ("follow", test_follow);
  add ("keep-place", test_keep_place);
  add ("keep-place-with-history", test_keep_place_with_history);
  add ("hostile-texts", test_hostile_texts);
  add ("many", test_many);

  return g_test_run ();
}
