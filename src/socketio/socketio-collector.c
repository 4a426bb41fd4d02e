/* socketio-collector.c: the answers of many to one event
 *
 * Made for a broadcast that wants answers, and handed to the adapter. Each server that the
 * broadcast goes to reports once how many clients got it; then their answers come. It is done when
 * nobody is left to answer, when its time is up, or when its caller gives up.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-collector.h"

#include <glib/gi18n-lib.h>

#include "engineio.h"

typedef struct
{
  SocketioCollectorFunc done;
  gpointer user_data;
} Watch;

struct _SocketioCollector
{
  GTask *task; /* NULL when it is done */
  GPtrArray *responses; /* of SocketioArguments */
  EngineioTimer *timer;
  GSource *cancel_source;
  GArray *watches; /* of Watch */
  guint n_reports; /* that are still to come */
  guint n_clients;
  guint n_lost;
};

G_DEFINE_BOXED_TYPE (SocketioCollector,
                     socketio_collector,
                     socketio_collector_ref,
                     socketio_collector_unref)

static void
stop_waiting (SocketioCollector *self)
{
  g_clear_pointer (&self->timer, engineio_timer_free);
  if (self->cancel_source != NULL)
    g_source_destroy (self->cancel_source);
  g_clear_pointer (&self->cancel_source, g_source_unref);
}

/* Tells those who put answers in that none is wanted any more. What is returned is to be finished
 * as the last thing: its callback may do anything. */
static GTask *
socketio_collector_end (SocketioCollector *self)
{
  GTask *task = g_steal_pointer (&self->task);

  stop_waiting (self);
  while (self->watches->len > 0)
    {
      Watch watch = g_array_index (self->watches, Watch, self->watches->len - 1);

      g_array_set_size (self->watches, self->watches->len - 1);
      watch.done (self, watch.user_data);
    }
  return task;
}

static void
socketio_collector_check (SocketioCollector *self)
{
  g_autoptr (SocketioCollector) guard G_GNUC_UNUSED = socketio_collector_ref (self);
  g_autoptr (GTask) task = NULL;

  if (self->task == NULL || self->n_reports > 0 ||
      self->responses->len + self->n_lost < self->n_clients)
    return;

  task = socketio_collector_end (self);
  if (self->n_lost > 0)
    g_task_return_new_error (task, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED,
                             _ ("Some clients left before they answered"));
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_timeout (gpointer user_data)
{
  g_autoptr (SocketioCollector) self = socketio_collector_ref (user_data);
  g_autoptr (GTask) task = socketio_collector_end (self);

  g_task_return_new_error (task, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT,
                           _ ("No answer came in time"));
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (SocketioCollector) self = socketio_collector_ref (user_data);
  g_autoptr (GTask) task = socketio_collector_end (self);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/**
 * socketio_collector_new:
 * @task: (transfer none): what waits for the answers
 * @timeout: milliseconds that the clients have to answer; 0 for no limit
 *
 * Makes a collector, which waits for one report. @task keeps it alive until it is done.
 *
 * Returns: (transfer full): the collector
 */
SocketioCollector *
socketio_collector_new (GTask *task, guint timeout)
{
  SocketioCollector *self = g_rc_box_new0 (SocketioCollector);
  GCancellable *cancellable = g_task_get_cancellable (task);

  self->task = g_object_ref (task);
  self->responses = g_ptr_array_new_with_free_func ((GDestroyNotify)socketio_arguments_unref);
  self->watches = g_array_new (FALSE, FALSE, sizeof (Watch));
  self->n_reports = 1;
  g_task_set_task_data (task, socketio_collector_ref (self),
                        (GDestroyNotify)socketio_collector_unref);

  if (timeout > 0)
    {
      self->timer = engineio_timer_new (on_timeout, self);
      engineio_timer_start (self->timer, timeout);
    }
  if (cancellable != NULL)
    {
      self->cancel_source = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancel_source, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->cancel_source, NULL);
    }
  return self;
}

/**
 * socketio_collector_ref:
 * @collector: a collector
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @collector
 */
SocketioCollector *
socketio_collector_ref (SocketioCollector *self)
{
  return g_rc_box_acquire (self);
}

static void
socketio_collector_clear (gpointer data)
{
  SocketioCollector *self = data;

  stop_waiting (self);
  g_clear_object (&self->task);
  g_ptr_array_unref (self->responses);
  g_array_unref (self->watches);
}

/**
 * socketio_collector_unref:
 * @collector: (transfer full): a collector
 *
 * Releases @collector.
 */
void
socketio_collector_unref (SocketioCollector *self)
{
  g_rc_box_release_full (self, socketio_collector_clear);
}

/**
 * socketio_collector_expect_reports:
 * @collector: a collector
 * @n_more: how many more
 *
 * Waits for more reports than the one that it waits for from the start: one from each further
 * server.
 */
void
socketio_collector_expect_reports (SocketioCollector *self, guint n_more)
{
  self->n_reports += n_more;
}

/**
 * socketio_collector_report:
 * @collector: a collector
 * @n_clients: to how many clients a server has sent the event; 0 if it cannot be reached
 *
 * Tells how many answers may come from one server.
 */
void
socketio_collector_report (SocketioCollector *self, guint n_clients)
{
  if (self->n_reports == 0)
    return;

  self->n_reports--;
  self->n_clients += n_clients;
  socketio_collector_check (self);
}

/**
 * socketio_collector_answer:
 * @collector: a collector
 * @arguments: (transfer none): a client's answer
 *
 * Puts in an answer.
 */
void
socketio_collector_answer (SocketioCollector *self, SocketioArguments *arguments)
{
  if (self->task == NULL)
    return;

  g_ptr_array_add (self->responses, socketio_arguments_ref (arguments));
  socketio_collector_check (self);
}

/**
 * socketio_collector_withdraw:
 * @collector: a collector
 *
 * Tells that a client which was counted did not get the event, as it was volatile: it is counted no
 * more.
 */
void
socketio_collector_withdraw (SocketioCollector *self)
{
  self->n_clients--;
  socketio_collector_check (self);
}

/**
 * socketio_collector_lose:
 * @collector: a collector
 *
 * Tells that a client has left without an answer.
 */
void
socketio_collector_lose (SocketioCollector *self)
{
  self->n_lost++;
  socketio_collector_check (self);
}

/**
 * socketio_collector_is_done:
 * @collector: a collector
 *
 * Tells whether the answers have been handed over.
 *
 * Returns: whether no answer is wanted any more
 */
gboolean
socketio_collector_is_done (SocketioCollector *self)
{
  return self->task == NULL;
}

/**
 * socketio_collector_watch:
 * @collector: a collector
 * @done: (scope async): called once, when no answer is wanted any more
 * @user_data: data for @done
 *
 * Has @done called, to forget who has not answered yet.
 */
void
socketio_collector_watch (SocketioCollector *self, SocketioCollectorFunc done, gpointer user_data)
{
  Watch watch = { done, user_data };

  g_array_append_val (self->watches, watch);
}

/**
 * socketio_collector_unwatch:
 * @collector: a collector
 * @user_data: what was given to [method@SocketioCollector.watch]
 *
 * Takes that back.
 */
void
socketio_collector_unwatch (SocketioCollector *self, gpointer user_data)
{
  for (guint i = self->watches->len; i > 0; i--)
    {
      if (g_array_index (self->watches, Watch, i - 1).user_data == user_data)
        g_array_remove_index_fast (self->watches, i - 1);
    }
}

/**
 * socketio_collector_dup_responses_of:
 * @task: the task that a collector was made for, or would have been
 *
 * Gets the answers at the end of a task, also of one that failed: its time was up then.
 *
 * Returns: (transfer full) (element-type SocketioArguments): the answers that have come, in their
 *   order
 */
GPtrArray *
socketio_collector_dup_responses_of (GTask *task)
{
  SocketioCollector *self = g_task_get_task_data (task);

  return self != NULL ? g_ptr_array_ref (self->responses)
                      : g_ptr_array_new_with_free_func ((GDestroyNotify)socketio_arguments_unref);
}
