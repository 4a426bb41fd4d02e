/* http-poller.c: one epoll set behind one GSource of the main loop
 *
 * The lowest floor of the house. GLib walks every GSource in each turn of the loop, so that a
 * source for each client costs a server with thousands of them dearly. Here all descriptors sit in
 * one epoll set, all timers in one heap and all work put off in one queue, and the main loop sees
 * one source. The listener and the streams above use it; sessions keep their timers in it.
 *
 * GTK paints at a lower priority than this source has. So a turn is cut off after a slice of time,
 * and each time that a slice's worth of time was spent, be it in one turn or in many, the next turn
 * waits below GTK's redraw: a busy server does not starve the window. Descriptors, timers and tasks
 * have a share of the slice each, so that none of them starves the others.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-poller.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "http-task-ring.h"

/* A frame at 60 Hz is 16.6 ms; with a quarter of it the window keeps most of its time. */
#define SHARE_MICROSECONDS 1300
#define SLICE_MICROSECONDS (3 * SHARE_MICROSECONDS)

/* Below GDK_PRIORITY_REDRAW (G_PRIORITY_HIGH_IDLE + 20), above plain idle work. */
#define YIELD_PRIORITY (G_PRIORITY_HIGH_IDLE + 30)

#define BATCH 256

/* An array for fewer is not worth making anew. */
#define MANY_TIMERS 1024

/* The clock is read once for so many calls. */
#define CLOCK_STRIDE 8

typedef struct
{
  GSource parent;
  HttpPoller *poller;
} PollerSource;

struct _HttpPoller
{
  GSource *source;
  gpointer epoll_tag; /* in the source */
  int epoll_fd;

  struct epoll_event batch[BATCH];
  guint batch_position;
  guint batch_length;

  GPtrArray *timers;
  guint most_timers; /* at one time, since their array was made */
  HttpTaskRing tasks;

  gint64 ahead; /* of the system's clock */
  gint64 deadline;
  gint64 spent; /* since others had their turn */
  gint64 longest; /* turn */
  guint strides;
  gboolean dispatching;
  gboolean held; /* until this turn ends */
  GThread *thread;
};

static HttpPoller *default_poller;

static void
http_poller_begin_share (HttpPoller *poller)
{
  poller->deadline = g_get_monotonic_time () + SHARE_MICROSECONDS;
  poller->strides = 0;
}

static gboolean
http_poller_share_is_over (HttpPoller *poller)
{
  if (++poller->strides % CLOCK_STRIDE != 0)
    return FALSE;

  return g_get_monotonic_time () >= poller->deadline;
}

/* {{{ Timers: a binary heap, each timer knows its place (counted from 1; 0 is "not running") */

static HttpTimer *
timer_at (HttpPoller *poller, guint position)
{
  return g_ptr_array_index (poller->timers, position - 1);
}

static void
timer_put (HttpPoller *poller, HttpTimer *timer, guint position)
{
  g_ptr_array_index (poller->timers, position - 1) = timer;
  timer->position = position;
}

static void
timer_sift_up (HttpPoller *poller, HttpTimer *timer)
{
  guint position = timer->position;

  while (position > 1 && timer_at (poller, position / 2)->due > timer->due)
    {
      timer_put (poller, timer_at (poller, position / 2), position);
      position /= 2;
    }
  timer_put (poller, timer, position);
}

static void
timer_sift_down (HttpPoller *poller, HttpTimer *timer)
{
  guint position = timer->position;
  guint child;

  while ((child = position * 2) <= poller->timers->len)
    {
      if (child < poller->timers->len &&
          timer_at (poller, child + 1)->due < timer_at (poller, child)->due)
        child++;
      if (timer_at (poller, child)->due >= timer->due)
        break;
      timer_put (poller, timer_at (poller, child), position);
      position = child;
    }
  timer_put (poller, timer, position);
}

static void
http_poller_update_ready_time (HttpPoller *poller)
{
  gint64 ready_time = -1;

  g_assert (poller->thread == g_thread_self ());
  if (poller->dispatching)
    return;

  if (poller->tasks.n_tasks > 0 || poller->batch_position < poller->batch_length)
    ready_time = 0;
  else if (poller->timers->len > 0)
    ready_time = MAX (timer_at (poller, 1)->due - poller->ahead, 0);

  if (g_source_get_ready_time (poller->source) != ready_time)
    g_source_set_ready_time (poller->source, ready_time);
}

/**
 * http_timer_init:
 * @timer: a timer inside its owner's struct
 * @func: what is called when it is due
 * @user_data: data for @func, usually the owner
 *
 * Prepares @timer; it does not run yet.
 */
void
http_timer_init (HttpTimer *timer, HttpPollerFunc func, gpointer user_data)
{
  *timer = (HttpTimer){ .func = func, .user_data = user_data };
}

/**
 * http_timer_start:
 * @poller: a poller
 * @timer: an initialised timer
 * @milliseconds: from now
 *
 * Starts @timer, or sets it anew when it runs. It is due once.
 */
void
http_timer_start (HttpPoller *poller, HttpTimer *timer, guint milliseconds)
{
  http_timer_start_at (poller, timer, http_poller_get_time (poller) + (gint64)milliseconds * 1000);
}

/**
 * http_timer_start_at:
 * @poller: a poller
 * @timer: an initialised timer
 * @due: when, in microseconds of [func@http_poller_get_time]
 *
 * Starts @timer, or sets it anew when it runs. A timer that follows another one by a fixed time
 * does not drift when it is counted from that one's @due.
 */
void
http_timer_start_at (HttpPoller *poller, HttpTimer *timer, gint64 due)
{
  gboolean later = timer->position != 0 && due > timer->due;

  timer->due = due;
  if (timer->position == 0)
    {
      g_ptr_array_add (poller->timers, timer);
      timer->position = poller->timers->len;
      poller->most_timers = MAX (poller->most_timers, poller->timers->len);
    }

  if (later)
    timer_sift_down (poller, timer);
  else
    timer_sift_up (poller, timer);
  http_poller_update_ready_time (poller);
}

/* An array never shrinks by itself; after a crowd there is a new one. */
static void
http_poller_tidy_timers (HttpPoller *poller)
{
  GPtrArray *old = poller->timers;

  if (old->len > poller->most_timers / 8 || poller->most_timers < MANY_TIMERS)
    return;

  poller->timers = g_ptr_array_sized_new (old->len);
  for (guint i = 0; i < old->len; i++)
    g_ptr_array_add (poller->timers, old->pdata[i]);
  g_ptr_array_unref (old);
  poller->most_timers = poller->timers->len;
}

/**
 * http_timer_stop:
 * @poller: the poller it was started on
 * @timer: an initialised timer
 *
 * Stops @timer. Stopping one that does not run is no error. An owner stops its timers before it
 * goes.
 */
void
http_timer_stop (HttpPoller *poller, HttpTimer *timer)
{
  guint position = timer->position;
  HttpTimer *last;

  if (position == 0)
    return;

  timer->position = 0;
  last = timer_at (poller, poller->timers->len);
  g_ptr_array_set_size (poller->timers, poller->timers->len - 1);
  if (last != timer)
    {
      timer_put (poller, last, position);
      timer_sift_up (poller, last);
      timer_sift_down (poller, last);
    }
  http_poller_tidy_timers (poller);
  http_poller_update_ready_time (poller);
}

/**
 * http_timer_is_running:
 * @timer: an initialised timer
 *
 * Returns: whether @timer is waiting to be due
 */
gboolean
http_timer_is_running (const HttpTimer *timer)
{
  return timer->position != 0;
}

static void
http_poller_run_timers (HttpPoller *poller)
{
  gint64 now = http_poller_get_time (poller);

  http_poller_begin_share (poller);
  while (poller->timers->len > 0 && timer_at (poller, 1)->due <= now)
    {
      HttpTimer *timer = timer_at (poller, 1);

      http_timer_stop (poller, timer);
      timer->func (timer->user_data);
      if (http_poller_share_is_over (poller))
        break;
    }
}

/**
 * http_poller_get_time:
 * @poller: a poller
 *
 * Returns: the time that timers go by, in microseconds: [func@GLib.get_monotonic_time], unless a
 * test has skipped some
 */
gint64
http_poller_get_time (HttpPoller *poller)
{
  return g_get_monotonic_time () + poller->ahead;
}

/**
 * http_poller_get_longest_turn:
 * @poller: a poller
 *
 * Returns: how long the longest of its turns took so far, in microseconds: one that is much longer
 *   than a slice has held up everything else
 */
gint64
http_poller_get_longest_turn (HttpPoller *poller)
{
  return poller->longest;
}

/**
 * http_poller_skip_time:
 * @poller: a poller
 * @milliseconds: how many
 *
 * Puts the timers' clock forward, so that a test need not wait. What is due by then is called from
 * the main loop.
 */
void
http_poller_skip_time (HttpPoller *poller, guint milliseconds)
{
  poller->ahead += (gint64)milliseconds * 1000;
  http_poller_update_ready_time (poller);
}

/* }}} */
/* {{{ Tasks */

/**
 * http_task_init:
 * @task: a task inside its owner's struct
 * @func: the work
 * @user_data: data for @func, usually the owner
 *
 * Prepares @task; it is not queued yet.
 */
void
http_task_init (HttpTask *task, HttpPollerFunc func, gpointer user_data)
{
  *task = (HttpTask){ .func = func, .user_data = user_data };
}

/**
 * http_task_set_prefetch:
 * @task: an initialised task
 * @prefetch: called some tasks before its turn
 *
 * Has what @task needs fetched while others before it run. For one that thousands of clients have.
 */
void
http_task_set_prefetch (HttpTask *task, HttpPrefetchFunc prefetch)
{
  task->prefetch = prefetch;
}

/**
 * http_task_queue:
 * @poller: a poller
 * @task: an initialised task
 *
 * Puts @task at the end of the queue, which the poller works through in its next turn, or at the
 * end of the turn that it is in. Queueing a task that is queued already changes nothing.
 */
void
http_task_queue (HttpPoller *poller, HttpTask *task)
{
  if (task->queued)
    return;

  http_task_ring_push (&poller->tasks, task);
  http_poller_update_ready_time (poller);
}

/**
 * http_task_cancel:
 * @poller: the poller it was queued on
 * @task: an initialised task
 *
 * Takes @task out of the queue. An owner cancels its tasks before it goes.
 */
void
http_task_cancel (HttpPoller *poller, HttpTask *task)
{
  if (task->queued)
    http_task_ring_remove (&poller->tasks, task);
}

static void
http_poller_run_tasks (HttpPoller *poller)
{
  http_poller_begin_share (poller);
  for (guint n = poller->tasks.n_tasks; n > 0 && poller->tasks.n_tasks > 0; n--)
    {
      HttpTask *task = http_task_ring_pop (&poller->tasks);

      task->func (task->user_data);
      if (http_poller_share_is_over (poller))
        break;
    }
}

typedef struct
{
  HttpPollerFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Invocation;

static gboolean
on_invoked (gpointer user_data)
{
  Invocation *invocation = user_data;

  invocation->func (invocation->data);
  return G_SOURCE_REMOVE;
}

static void
invocation_free (gpointer user_data)
{
  Invocation *invocation = user_data;

  invocation->destroy (invocation->data);
  g_free (invocation);
}

/* g_main_context_invoke() would call here and now while nobody runs the context. */
static void
invoke_in_main_loop (const Invocation *invocation)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "HttpPoller invocation");
  g_source_set_callback (source, on_invoked, g_memdup2 (invocation, sizeof *invocation),
                         invocation_free);
  g_source_attach (source, NULL);
}

/**
 * http_poller_charge:
 * @poller: a poller
 * @microseconds: about how long
 *
 * Counts work that a function of the poller has begun and that other sources of the main loop go on
 * with, so that it is part of the slice after which GTK's redraw has its turn.
 */
void
http_poller_charge (HttpPoller *poller, guint microseconds)
{
  poller->spent += microseconds;
}

/**
 * http_poller_invoke:
 * @poller: a poller
 * @func: what is to be called
 * @data: (transfer full): data for @func
 * @destroy: frees @data, in the poller's thread too
 *
 * Calls @func in the poller's thread: at once if that is this one, else from its main loop. All
 * else that a poller does must be asked for in its own thread.
 */
void
http_poller_invoke (HttpPoller *poller, HttpPollerFunc func, gpointer data, GDestroyNotify destroy)
{
  const Invocation invocation = { func, data, destroy };

  if (poller->thread != g_thread_self ())
    {
      invoke_in_main_loop (&invocation);
      return;
    }

  func (data);
  destroy (data);
}

/* }}} */
/* {{{ Descriptors */

/**
 * http_poller_watch:
 * @poller: a poller
 * @watch: a watch inside its owner's struct, whose `func` and `user_data` are set
 * @fd: a non-blocking descriptor; it stays the caller's
 * @events: what to wait for, as epoll_ctl(2) takes it
 *
 * Watches @fd until [func@http_poller_unwatch].
 *
 * Returns: %FALSE when the kernel refuses (no memory, too many watches); errno tells
 */
gboolean
http_poller_watch (HttpPoller *poller, HttpWatch *watch, int fd, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  watch->fd = fd;
  return epoll_ctl (poller->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/**
 * http_poller_rewatch:
 * @poller: the poller
 * @watch: a watch in it
 * @events: what to wait for from now on
 *
 * Changes what @watch waits for.
 */
void
http_poller_rewatch (HttpPoller *poller, HttpWatch *watch, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (epoll_ctl (poller->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) < 0)
    g_debug ("epoll_ctl: %s", g_strerror (errno));
}

/**
 * http_poller_unwatch:
 * @poller: the poller
 * @watch: a watch in it
 *
 * Ends the watching; @watch's function is not called any more, not even for events that are on
 * their way. To be called before the descriptor is closed.
 */
void
http_poller_unwatch (HttpPoller *poller, HttpWatch *watch)
{
  epoll_ctl (poller->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);

  for (guint i = poller->batch_position; i < poller->batch_length; i++)
    {
      if (poller->batch[i].data.ptr == watch)
        poller->batch[i].data.ptr = NULL;
    }
}

static void
http_poller_fill_batch (HttpPoller *poller)
{
  int n = epoll_wait (poller->epoll_fd, poller->batch, BATCH, 0);

  poller->batch_position = 0;
  poller->batch_length = MAX (n, 0);
}

static void
http_poller_run_events (HttpPoller *poller)
{
  http_poller_begin_share (poller);
  if (poller->batch_position == poller->batch_length)
    http_poller_fill_batch (poller);

  while (poller->batch_position < poller->batch_length)
    {
      struct epoll_event *event = &poller->batch[poller->batch_position++];
      HttpWatch *watch = event->data.ptr;

      if (watch != NULL)
        watch->func (event->events, watch->user_data);
      if (http_poller_share_is_over (poller))
        break;
    }
}

/* }}} */
/* {{{ The source */

/* Work that never ends would keep all that has a lower priority from its turn, in however short
 * turns it comes. */
static void
http_poller_choose_priority (HttpPoller *poller, gint64 began)
{
  gint64 turn = g_get_monotonic_time () - began;
  int priority = G_PRIORITY_DEFAULT;

  poller->longest = MAX (poller->longest, turn);
  poller->spent += turn;
  if (poller->spent >= SLICE_MICROSECONDS)
    {
      priority = YIELD_PRIORITY;
      poller->spent = 0;
    }

  if (g_source_get_priority (poller->source) != priority)
    g_source_set_priority (poller->source, priority);
}

/* A main loop that runs inside of a turn waits as if there were no poller. GLib does that for a
 * source that may not recurse, but at a price for each turn: it takes the descriptor out of the
 * loop and puts it in again, wakes the loop up for both, and so goes through one more turn for
 * nothing. */
static void
http_poller_hold (HttpPoller *poller)
{
  g_source_modify_unix_fd (poller->source, poller->epoll_tag, 0);
  g_source_set_ready_time (poller->source, -1);
  poller->held = TRUE;
}

static void
http_poller_release (HttpPoller *poller)
{
  if (!poller->held)
    return;

  g_source_modify_unix_fd (poller->source, poller->epoll_tag, G_IO_IN);
  poller->held = FALSE;
}

/* Descriptors go before timers: after the process was held up, what has come in the meantime counts
 * before a time-out does. */
static gboolean
poller_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_autoptr (HttpPoller) poller = http_poller_ref (((PollerSource *)source)->poller);
  gint64 began = g_get_monotonic_time ();

  if (poller->dispatching)
    {
      http_poller_hold (poller);
      return G_SOURCE_CONTINUE;
    }

  poller->dispatching = TRUE;
  http_poller_run_events (poller);
  http_poller_run_timers (poller);
  http_poller_run_tasks (poller);
  poller->dispatching = FALSE;
  http_poller_release (poller);

  http_poller_choose_priority (poller, began);
  http_poller_update_ready_time (poller);

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs poller_source_funcs = { .dispatch = poller_source_dispatch };

static HttpPoller *
http_poller_new (void)
{
  HttpPoller *poller = g_rc_box_new0 (HttpPoller);

  poller->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (poller->epoll_fd < 0)
    g_error ("epoll_create1: %s", g_strerror (errno));
  poller->thread = g_thread_self ();
  poller->timers = g_ptr_array_new ();

  poller->source = g_source_new (&poller_source_funcs, sizeof (PollerSource));
  ((PollerSource *)poller->source)->poller = poller;
  g_source_set_static_name (poller->source, "HttpPoller");
  g_source_set_can_recurse (poller->source, TRUE);
  poller->epoll_tag = g_source_add_unix_fd (poller->source, poller->epoll_fd, G_IO_IN);
  g_source_attach (poller->source, NULL);

  return poller;
}

static void
http_poller_free (gpointer data)
{
  HttpPoller *poller = data;

  g_assert (poller->timers->len == 0);
  g_assert (poller->tasks.n_tasks == 0);

  if (default_poller == poller)
    default_poller = NULL;
  g_source_destroy (poller->source);
  g_source_unref (poller->source);
  close (poller->epoll_fd);
  g_ptr_array_unref (poller->timers);
  http_task_ring_clear (&poller->tasks);
}

/**
 * http_poller_ref_default:
 *
 * Gets the poller of the default main context, made when it is first asked for. Network and chat
 * run in one thread, the one that runs that context.
 *
 * Returns: (transfer full): the poller
 */
HttpPoller *
http_poller_ref_default (void)
{
  if (default_poller != NULL)
    return http_poller_ref (default_poller);

  default_poller = http_poller_new ();
  return default_poller;
}

/**
 * http_poller_ref:
 * @poller: a poller
 *
 * Returns: (transfer full): @poller
 */
HttpPoller *
http_poller_ref (HttpPoller *poller)
{
  return g_rc_box_acquire (poller);
}

/**
 * http_poller_unref:
 * @poller: (transfer full): a poller
 *
 * Releases @poller; the last one takes it off the main loop. No timer may run and no task be queued
 * then: their owners hold a reference.
 */
void
http_poller_unref (HttpPoller *poller)
{
  g_rc_box_release_full (poller, http_poller_free);
}

/* }}} */
