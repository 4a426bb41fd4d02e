/* engineio-timer.c: a timer for the layers above
 *
 * It sits in the poller's heap with all others, so that a thousand of them cost the main loop no
 * more than one.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-timer.h"

#include "http-poller.h"

struct _EngineioTimer
{
  HttpTimer timer;
  HttpPoller *poller;
};

/**
 * engineio_timer_new:
 * @func: called from the main loop when it is due
 * @user_data: data for @func
 *
 * Makes a timer that does not run yet.
 *
 * Returns: (transfer full): the timer
 */
EngineioTimer *
engineio_timer_new (void (*func) (gpointer user_data), gpointer user_data)
{
  EngineioTimer *self = g_new (EngineioTimer, 1);

  self->poller = http_poller_ref_default ();
  http_timer_init (&self->timer, func, user_data);

  return self;
}

/**
 * engineio_timer_free:
 * @timer: (transfer full): a timer
 *
 * Stops and frees the timer.
 */
void
engineio_timer_free (EngineioTimer *self)
{
  http_timer_stop (self->poller, &self->timer);
  http_poller_unref (self->poller);
  g_free (self);
}

/**
 * engineio_timer_start:
 * @timer: a timer
 * @milliseconds: from now
 *
 * Starts the timer, or sets it anew. It is due once.
 */
void
engineio_timer_start (EngineioTimer *self, guint milliseconds)
{
  http_timer_start (self->poller, &self->timer, milliseconds);
}

/**
 * engineio_timer_stop:
 * @timer: a timer
 *
 * Stops the timer, if it runs.
 */
void
engineio_timer_stop (EngineioTimer *self)
{
  http_timer_stop (self->poller, &self->timer);
}

/**
 * engineio_timer_is_running:
 * @timer: a timer
 *
 * Tells whether the timer was started and is not due yet.
 *
 * Returns: whether it will be due
 */
gboolean
engineio_timer_is_running (EngineioTimer *self)
{
  return http_timer_is_running (&self->timer);
}
