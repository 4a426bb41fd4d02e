/* test-poller.c: descriptors, timers and tasks behind one source, in slices
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-poller.h"
#include "http-task-ring.h"

#include "test-loop.h"

/* {{{ Timers */

#define N_TIMERS 500

typedef struct
{
  HttpTimer timer;
  GArray *order;
  guint id;
} Numbered;

static void
note_timer (gpointer user_data)
{
  Numbered *numbered = user_data;

  g_array_append_val (numbered->order, numbered->id);
}

static void
test_timers_in_order (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  Numbered numbered[N_TIMERS];
  gint64 now = http_poller_get_time (poller);

  /* 7 has no factor in common with 500, so that this is each number once. */
  for (guint i = 0; i < N_TIMERS; i++)
    {
      numbered[i] = (Numbered){ .order = order, .id = i };
      http_timer_init (&numbered[i].timer, note_timer, &numbered[i]);
      http_timer_start_at (poller, &numbered[i].timer, now + 1000000 + (i * 7 % N_TIMERS) * 1000);
    }
  for (guint i = 0; i < N_TIMERS; i += 3)
    http_timer_stop (poller, &numbered[i].timer);
  http_timer_stop (poller, &numbered[0].timer);

  test_settle ();
  g_assert_cmpuint (order->len, ==, 0);
  test_skip_time (1000 + N_TIMERS);

  g_assert_cmpuint (order->len, ==, N_TIMERS - (N_TIMERS + 2) / 3);
  for (guint i = 1; i < order->len; i++)
    {
      guint before = g_array_index (order, guint, i - 1) * 7 % N_TIMERS;
      guint after = g_array_index (order, guint, i) * 7 % N_TIMERS;

      g_assert_cmpuint (before, <, after);
      g_assert_cmpuint (g_array_index (order, guint, i) % 3, !=, 0);
    }
}

static void
count (gpointer user_data)
{
  (*(guint *)user_data)++;
}

static void
test_timer_is_exact (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  HttpTimer timer;
  guint n = 0;

  http_timer_init (&timer, count, &n);
  http_timer_start (poller, &timer, 10000);
  test_skip_time (9900);
  g_assert_cmpuint (n, ==, 0);
  g_assert_true (http_timer_is_running (&timer));
  test_skip_time (100);
  g_assert_cmpuint (n, ==, 1);
  g_assert_false (http_timer_is_running (&timer));
  test_skip_time (100000);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_timer_in_real_time (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  gint64 began = g_get_monotonic_time ();
  HttpTimer timer;
  guint n = 0;

  http_timer_init (&timer, count, &n);
  http_timer_start (poller, &timer, 30);
  while (n == 0)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpint (g_get_monotonic_time () - began, >=, 30000);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 1000000);
}

#define N_CROWD 5000

/* A crowd's timers are stopped, from the first or from the last; those of who stays come in order.
 */
static void
test_timers_of_a_crowd (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree Numbered *numbered = g_new (Numbered, N_CROWD);
  gint64 now = http_poller_get_time (poller);

  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < N_CROWD; i++)
        {
          numbered[i] = (Numbered){ .order = order, .id = i };
          http_timer_init (&numbered[i].timer, note_timer, &numbered[i]);
          http_timer_start_at (poller, &numbered[i].timer, now + 100000000 + (N_CROWD - i) * 1000);
        }
      for (guint i = 0; i < N_CROWD; i++)
        {
          guint id = round == 0 ? i : N_CROWD - 1 - i;

          if (id % 500 != 0)
            http_timer_stop (poller, &numbered[id].timer);
        }
      if (round == 0)
        for (guint id = 0; id < N_CROWD; id += 500)
          http_timer_stop (poller, &numbered[id].timer);
    }
  test_skip_time (100000 + N_CROWD);

  g_assert_cmpuint (order->len, ==, N_CROWD / 500);
  for (guint i = 0; i < order->len; i++)
    g_assert_cmpuint (g_array_index (order, guint, i), ==, N_CROWD - 500 * (i + 1));
}

static void
test_timer_set_anew (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  HttpTimer early, late;
  guint n_early = 0, n_late = 0;

  http_timer_init (&early, count, &n_early);
  http_timer_init (&late, count, &n_late);
  http_timer_start (poller, &early, 1000);
  http_timer_start (poller, &late, 5000);
  http_timer_start (poller, &early, 9000);
  http_timer_start (poller, &late, 2000);
  test_skip_time (3000);
  g_assert_cmpuint (n_early, ==, 0);
  g_assert_cmpuint (n_late, ==, 1);
  http_timer_stop (poller, &early);
}

typedef struct
{
  HttpPoller *poller;
  HttpTimer one, other;
  guint n;
} Pair;

static void
stop_the_other (gpointer user_data)
{
  Pair *pair = user_data;

  pair->n++;
  http_timer_stop (pair->poller, &pair->one);
  http_timer_stop (pair->poller, &pair->other);
}

static void
test_timer_stopped_by_another (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  Pair pair = { .poller = poller };

  http_timer_init (&pair.one, stop_the_other, &pair);
  http_timer_init (&pair.other, stop_the_other, &pair);
  http_timer_start (poller, &pair.one, 1000);
  http_timer_start (poller, &pair.other, 1000);
  test_skip_time (1000);
  g_assert_cmpuint (pair.n, ==, 1);
}

/* }}} */
/* {{{ Tasks */

typedef struct
{
  HttpPoller *poller;
  HttpTask task;
  HttpTask *victim;
  guint n;
  guint again;
} Work;

static void
work (gpointer user_data)
{
  Work *self = user_data;

  self->n++;
  if (self->victim != NULL)
    http_task_cancel (self->poller, self->victim);
  if (self->again > 0)
    {
      self->again--;
      http_task_queue (self->poller, &self->task);
    }
}

static void
test_tasks (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  Work one = { .poller = poller, .again = 3 };
  Work other = { .poller = poller };

  http_task_init (&one.task, work, &one);
  http_task_init (&other.task, work, &other);
  one.victim = &other.task;

  http_task_queue (poller, &one.task);
  http_task_queue (poller, &one.task);
  http_task_queue (poller, &other.task);
  g_assert_cmpuint (one.n, ==, 0);
  test_settle ();
  g_assert_cmpuint (one.n, ==, 4);
  g_assert_cmpuint (other.n, ==, 0);

  http_task_queue (poller, &other.task);
  http_task_cancel (poller, &other.task);
  http_task_cancel (poller, &other.task);
  test_settle ();
  g_assert_cmpuint (other.n, ==, 0);
}

#define N_TASKS 3000

/* One of many: what may happen to it, and to the others while it runs. */
typedef struct
{
  HttpPoller *poller;
  HttpTask task;
  guint n_steps;
  gboolean done;
} Member;

static Member crowd[N_TASKS];
static guint n_done;

static void
on_prefetch (gpointer user_data, HttpPrefetchStep step)
{
  Member *self = user_data;

  g_assert_false (self->done);
  g_assert_true (self->n_steps == 0 || step == HTTP_PREFETCH_DEEP);
  self->n_steps++;
}

/* Every third is cancelled by the one before the one before it. */
static void
on_turn (gpointer user_data)
{
  Member *self = user_data;
  guint i = self - crowd;

  g_assert_cmpuint (i % 3, !=, 2);
  g_assert_cmpuint (n_done++, ==, i - i / 3);
  self->done = TRUE;
  if (i % 3 == 0 && i + 2 < N_TASKS)
    http_task_cancel (self->poller, &crowd[i + 2].task);
}

static void
queue_crowd (HttpPoller *poller, guint n)
{
  n_done = 0;
  for (guint i = 0; i < n; i++)
    {
      crowd[i] = (Member){ .poller = poller };
      http_task_init (&crowd[i].task, on_turn, &crowd[i]);
      http_task_set_prefetch (&crowd[i].task, on_prefetch);
      http_task_queue (poller, &crowd[i].task);
    }
}

static void
test_tasks_of_a_crowd (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();

  queue_crowd (poller, N_TASKS);
  test_wait (n_done == N_TASKS / 3 * 2);
  for (guint i = 2; i < N_TASKS; i++)
    g_assert_true (!crowd[i].done || crowd[i].n_steps > 0);
}

/* What is large is kept while it is used, and goes with the crowd. */
static void
test_ring_after_crowd (void)
{
  HttpTaskRing ring = { 0 };

  for (guint n = N_TASKS; n > 0; n -= MIN (n, N_TASKS - 1))
    {
      for (guint i = 0; i < n; i++)
        {
          crowd[i] = (Member){ 0 };
          http_task_ring_push (&ring, &crowd[i].task);
        }
      g_assert_cmpuint (ring.capacity, >=, N_TASKS);
      for (guint i = 0; i < n; i++)
        g_assert_true (http_task_ring_pop (&ring) == &crowd[i].task);
      g_assert_null (http_task_ring_pop (&ring));
    }
  g_assert_cmpuint (ring.capacity, ==, 0);
}

static void
test_cancelled_crowd (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();

  queue_crowd (poller, N_TASKS);
  for (guint i = 0; i < N_TASKS; i++)
    http_task_cancel (poller, &crowd[i].task);
  test_settle ();
  g_assert_cmpuint (n_done, ==, 0);

  queue_crowd (poller, 2);
  test_wait (n_done == 2);
}

/* }}} */
/* {{{ Descriptors */

typedef struct
{
  HttpPoller *poller;
  HttpWatch watch;
  int fds[2];
  guint n;
  guint32 events;
  HttpWatch *victim;
} Socket;

static void
on_socket_events (guint32 events, gpointer user_data)
{
  Socket *self = user_data;

  self->n++;
  self->events |= events;
  if (self->victim != NULL)
    http_poller_unwatch (self->poller, self->victim);
}

static void
socket_init (Socket *self, HttpPoller *poller, guint32 events)
{
  *self = (Socket){ .poller = poller };
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, self->fds),
                   ==, 0);
  self->watch.func = on_socket_events;
  self->watch.user_data = self;
  g_assert_true (http_poller_watch (poller, &self->watch, self->fds[0], events));
}

static void
socket_clear (Socket *self)
{
  http_poller_unwatch (self->poller, &self->watch);
  close (self->fds[0]);
  close (self->fds[1]);
}

static void
test_edges (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  Socket socket;

  socket_init (&socket, poller, EPOLLIN | EPOLLRDHUP | EPOLLET);
  test_settle ();
  g_assert_cmpuint (socket.n, ==, 0);

  /* Each arrival is told once, read or not. */
  g_assert_cmpint (write (socket.fds[1], "a", 1), ==, 1);
  test_settle ();
  g_assert_cmpuint (socket.n, ==, 1);
  g_assert_cmpint (write (socket.fds[1], "b", 1), ==, 1);
  test_settle ();
  g_assert_cmpuint (socket.n, ==, 2);
  g_assert_cmpuint (socket.events, ==, EPOLLIN);

  shutdown (socket.fds[1], SHUT_WR);
  test_settle ();
  g_assert_cmpuint (socket.n, ==, 3);
  g_assert_cmpuint (socket.events, ==, EPOLLIN | EPOLLRDHUP);
  socket_clear (&socket);
}

/* Both are ready in the same turn; whichever is first takes the other one out. */
static void
test_unwatched_by_another (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  Socket one, other;

  socket_init (&one, poller, EPOLLIN);
  socket_init (&other, poller, EPOLLIN);
  one.victim = &other.watch;
  other.victim = &one.watch;
  g_assert_cmpint (write (one.fds[1], "a", 1), ==, 1);
  g_assert_cmpint (write (other.fds[1], "a", 1), ==, 1);

  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (one.n + other.n, ==, 1);
  socket_clear (&one);
  socket_clear (&other);
}

static void
test_rewatch (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  Socket socket;

  socket_init (&socket, poller, EPOLLIN);
  http_poller_rewatch (poller, &socket.watch, 0);
  g_assert_cmpint (write (socket.fds[1], "a", 1), ==, 1);
  test_settle ();
  g_assert_cmpuint (socket.n, ==, 0);

  http_poller_rewatch (poller, &socket.watch, EPOLLIN | EPOLLET);
  test_settle ();
  g_assert_cmpuint (socket.n, ==, 1);
  socket_clear (&socket);
}

/* }}} */
/* {{{ Slices */

static gboolean
on_idle_of_redraw (gpointer user_data)
{
  *(guint *)user_data += 1;
  return G_SOURCE_REMOVE;
}

static void
queue_and_charge (gpointer user_data)
{
  HttpTask *task = user_data;
  HttpPoller *poller = http_poller_ref_default ();

  http_poller_charge (poller, 10000);
  http_task_queue (poller, task);
  http_poller_unref (poller);
}

/* What others do for a task counts: the redraw comes before the next one, though this takes no time
 * itself. */
static void
test_charged_work (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  guint n_redraws = 0;
  HttpTask task;

  g_idle_add_full (G_PRIORITY_HIGH_IDLE + 20, on_idle_of_redraw, &n_redraws, NULL);
  http_task_init (&task, queue_and_charge, &task);
  http_task_queue (poller, &task);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (n_redraws, ==, 0);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (n_redraws, ==, 1);

  http_task_cancel (poller, &task);
}

static void
burn (guint microseconds)
{
  gint64 end = g_get_monotonic_time () + microseconds;

  while (g_get_monotonic_time () < end)
    ;
}

typedef struct
{
  HttpPoller *poller;
  HttpTask task;
  HttpTimer timer;
  guint burns;
  guint n_tasks;
  guint n_timers;
  guint n_events;
  gboolean done;
} Busy;

static void
busy_task (gpointer user_data)
{
  Busy *busy = user_data;

  burn (busy->burns);
  busy->n_tasks++;
  http_task_queue (busy->poller, &busy->task);
}

static void
busy_timer (gpointer user_data)
{
  Busy *busy = user_data;

  burn (busy->burns);
  busy->n_timers++;
  http_timer_start (busy->poller, &busy->timer, 0);
}

static gboolean
on_redraw (gpointer user_data)
{
  *(guint *)user_data += 1;
  return G_SOURCE_CONTINUE;
}

/* What GTK's frame clock does, in its priority, beside work that never ends and comes in pieces of
 * @microseconds. */
static void
check_redraw (guint microseconds)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  Busy busy = { .poller = poller, .burns = microseconds };
  guint n_redraws = 0;
  guint source = g_idle_add_full (G_PRIORITY_HIGH_IDLE + 20, on_redraw, &n_redraws, NULL);
  gint64 began = g_get_monotonic_time ();

  http_task_init (&busy.task, busy_task, &busy);
  http_task_queue (poller, &busy.task);
  while (g_get_monotonic_time () - began < 200000)
    g_main_context_iteration (NULL, TRUE);

  /* A redraw every 20 ms at the worst, and the work goes on beside them. */
  g_assert_cmpuint (n_redraws, >, 10);
  g_source_remove (source);

  began = g_get_monotonic_time ();
  busy.n_tasks = 0;
  test_wait (busy.n_tasks > 10);
  http_task_cancel (poller, &busy.task);
}

static void
test_redraw_beside_long_turns (void)
{
  check_redraw (2000);
}

/* No single turn is long here, but one follows another at once. */
static void
test_redraw_beside_short_turns (void)
{
  check_redraw (100);
}

static void
on_busy_events (guint32 events, gpointer user_data)
{
  Busy *busy = user_data;

  burn (busy->burns);
  busy->n_events++;
}

#define N_SOCKETS 400

/* Sockets that are always readable, a timer that is always due and a task that queues itself. */
static void
test_no_kind_starves_another (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  Busy busy = { .poller = poller, .burns = 50 };
  g_autofree Socket *sockets = g_new0 (Socket, N_SOCKETS);

  for (guint i = 0; i < N_SOCKETS; i++)
    {
      socket_init (&sockets[i], poller, EPOLLIN);
      sockets[i].watch.func = on_busy_events;
      sockets[i].watch.user_data = &busy;
      g_assert_cmpint (write (sockets[i].fds[1], "a", 1), ==, 1);
    }
  http_task_init (&busy.task, busy_task, &busy);
  http_timer_init (&busy.timer, busy_timer, &busy);
  http_task_queue (poller, &busy.task);
  http_timer_start (poller, &busy.timer, 0);

  test_wait (busy.n_events > 4 * N_SOCKETS);
  g_assert_cmpuint (busy.n_tasks, >, 20);
  g_assert_cmpuint (busy.n_timers, >, 20);

  http_task_cancel (poller, &busy.task);
  http_timer_stop (poller, &busy.timer);
  for (guint i = 0; i < N_SOCKETS; i++)
    socket_clear (&sockets[i]);
}

/* }}} */

static void
test_poller_goes (void)
{
  guint before = test_count_descriptors ();

  for (guint i = 0; i < 100; i++)
    {
      HttpPoller *poller = http_poller_ref_default ();

      test_settle ();
      http_poller_unref (poller);
    }
  g_assert_cmpuint (test_count_descriptors (), ==, before);
}

/* {{{ A main loop inside of a turn */

typedef struct
{
  HttpPoller *poller;
  HttpTimer outer, inner;
  guint n_inner, n_seen, n_turns;
} Nested;

static gboolean
on_nested_timeout (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_nested (gpointer user_data)
{
  Nested *self = user_data;
  gboolean done = FALSE;

  http_timer_start (self->poller, &self->inner, 0);
  g_timeout_add (100, on_nested_timeout, &done);
  while (!done)
    {
      g_main_context_iteration (NULL, TRUE);
      self->n_turns++;
    }
  self->n_seen = self->n_inner;
}

/* The poller waits until it is over, and does not keep it busy meanwhile. */
static void
test_nested_loop (void)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  Nested self = { .poller = poller };

  http_timer_init (&self.outer, run_nested, &self);
  http_timer_init (&self.inner, count, &self.n_inner);
  for (guint i = 1; i <= 2; i++)
    {
      http_timer_start (poller, &self.outer, 0);
      while (self.n_inner < i)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (self.n_seen, ==, i - 1);
      g_assert_cmpuint (self.n_turns, <, 20 * i);
    }
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/poller/timers/order", test_timers_in_order);
  g_test_add_func ("/poller/timers/crowd", test_timers_of_a_crowd);
  g_test_add_func ("/poller/timers/exact", test_timer_is_exact);
  g_test_add_func ("/poller/timers/real-time", test_timer_in_real_time);
  g_test_add_func ("/poller/timers/anew", test_timer_set_anew);
  g_test_add_func ("/poller/timers/stopped-by-another", test_timer_stopped_by_another);
  g_test_add_func ("/poller/tasks", test_tasks);
  g_test_add_func ("/poller/tasks/crowd", test_tasks_of_a_crowd);
  g_test_add_func ("/poller/tasks/ring-after-crowd", test_ring_after_crowd);
  g_test_add_func ("/poller/tasks/cancelled-crowd", test_cancelled_crowd);
  g_test_add_func ("/poller/descriptors/edges", test_edges);
  g_test_add_func ("/poller/descriptors/unwatched-by-another", test_unwatched_by_another);
  g_test_add_func ("/poller/descriptors/rewatch", test_rewatch);
  g_test_add_func ("/poller/slices/charged-work", test_charged_work);
  g_test_add_func ("/poller/slices/redraw-beside-long-turns", test_redraw_beside_long_turns);
  g_test_add_func ("/poller/slices/redraw-beside-short-turns", test_redraw_beside_short_turns);
  g_test_add_func ("/poller/slices/no-kind-starves-another", test_no_kind_starves_another);
  g_test_add_func ("/poller/nested-loop", test_nested_loop);
  g_test_add_func ("/poller/goes", test_poller_goes);

  return g_test_run ();
}
