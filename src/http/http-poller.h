/* http-poller.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _HttpPoller HttpPoller;
typedef struct _HttpWatch HttpWatch;
typedef struct _HttpTimer HttpTimer;
typedef struct _HttpTask HttpTask;

/**
 * HttpWatchFunc:
 * @events: the epoll events that were seen (`EPOLLIN`, `EPOLLOUT`, `EPOLLRDHUP`, ...)
 * @user_data: the watch's data
 *
 * Called from the main loop when a watched descriptor is ready.
 */
typedef void (*HttpWatchFunc) (guint32 events, gpointer user_data);

/**
 * HttpPollerFunc:
 * @user_data: the timer's or task's data
 *
 * Called from the main loop when a timer is due or a task's turn has come.
 */
typedef void (*HttpPollerFunc) (gpointer user_data);

/**
 * HttpPrefetchStep:
 * @HTTP_PREFETCH_NEAR: what the owner points to
 * @HTTP_PREFETCH_DEEP: what that points to
 *
 * Memory is fetched in steps, because a pointer has to be there before it can be followed.
 */
typedef enum
{
  HTTP_PREFETCH_NEAR,
  HTTP_PREFETCH_DEEP,
} HttpPrefetchStep;

/**
 * HttpPrefetchFunc:
 * @user_data: the task's data
 * @step: how near the task's turn is
 *
 * Called some tasks before a task's turn, so that memory which it will need is in the cache by
 * then. It may only look; the task may be cancelled yet.
 */
typedef void (*HttpPrefetchFunc) (gpointer user_data, HttpPrefetchStep step);

/**
 * HttpWatch:
 *
 * A watched descriptor. It lives inside its owner's struct; all fields are private.
 */
struct _HttpWatch
{
  HttpWatchFunc func;
  gpointer user_data;
  int fd;
};

/**
 * HttpTimer:
 *
 * A place in the poller's heap of timers. It lives inside its owner's struct, zero-filled before
 * [func@http_timer_init]; all fields are private.
 */
struct _HttpTimer
{
  HttpPollerFunc func;
  gpointer user_data;
  gint64 due;
  guint position;
};

/**
 * HttpTask:
 *
 * Work put off to the end of the poller's turn. It lives inside its owner's struct; all fields are
 * private.
 */
struct _HttpTask
{
  HttpPollerFunc func;
  HttpPrefetchFunc prefetch;
  gpointer user_data;
  guint place;
  gboolean queued;
};

/* Has the cache fetch some memory without waiting for it. */
static inline void
http_prefetch (const void *start, gsize size)
{
  const char *bytes = start;

  for (gsize i = 0; i < size; i += 64)
    __builtin_prefetch (bytes + i);
  __builtin_prefetch (bytes + size - 1);
}

HttpPoller *http_poller_ref_default (void);
HttpPoller *http_poller_ref (HttpPoller *poller);
void http_poller_unref (HttpPoller *poller);

gint64 http_poller_get_time (HttpPoller *poller);
gint64 http_poller_get_longest_turn (HttpPoller *poller);
void http_poller_skip_time (HttpPoller *poller, guint milliseconds);

void http_poller_charge (HttpPoller *poller, guint microseconds);

void
http_poller_invoke (HttpPoller *poller, HttpPollerFunc func, gpointer data, GDestroyNotify destroy);

gboolean http_poller_watch (HttpPoller *poller, HttpWatch *watch, int fd, guint32 events);
void http_poller_rewatch (HttpPoller *poller, HttpWatch *watch, guint32 events);
void http_poller_unwatch (HttpPoller *poller, HttpWatch *watch);

void http_timer_init (HttpTimer *timer, HttpPollerFunc func, gpointer user_data);
void http_timer_start (HttpPoller *poller, HttpTimer *timer, guint milliseconds);
void http_timer_start_at (HttpPoller *poller, HttpTimer *timer, gint64 due);
void http_timer_stop (HttpPoller *poller, HttpTimer *timer);
gboolean http_timer_is_running (const HttpTimer *timer);

void http_task_init (HttpTask *task, HttpPollerFunc func, gpointer user_data);
void http_task_set_prefetch (HttpTask *task, HttpPrefetchFunc prefetch);
void http_task_queue (HttpPoller *poller, HttpTask *task);
void http_task_cancel (HttpPoller *poller, HttpTask *task);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpPoller, http_poller_unref)

G_END_DECLS
