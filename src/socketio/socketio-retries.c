/* socketio-retries.c: events that are sent again until they are answered
 *
 * A queue of which only the first event is under way, so that the order is kept whatever is lost.
 * It is sent again when its answer does not come in time and after each reconnection, until it was
 * tried often enough. An event may so arrive more than once: the server has to know it again.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-retries.h"

#include <glib/gi18n-lib.h>

#include "socketio-socket-private.h"

struct _SocketioRetries
{
  SocketioSocket *socket; /* not owned: it owns this */
  guint limit;
  GQueue events;
  SocketioAllowance allowance;
  gboolean in_flight;
  guint serial; /* of the try that is under way */
};

typedef struct
{
  char *name;
  SocketioArguments *arguments;
  guint timeout;
  SocketioSendFlags flags;
  guint tries;
  gsize size;
  GTask *task; /* (nullable): who wants to know */
} Event;

static void socketio_retries_send_first (SocketioRetries *self);

static void
event_free (gpointer data)
{
  Event *event = data;

  g_free (event->name);
  socketio_arguments_unref (event->arguments);
  g_clear_object (&event->task);
  g_free (event);
}

/**
 * socketio_retries_new:
 * @socket: the socket that sends
 *
 * Makes an empty queue.
 *
 * Returns: (transfer full): the queue
 */
SocketioRetries *
socketio_retries_new (SocketioSocket *socket)
{
  SocketioRetries *self = g_new0 (SocketioRetries, 1);

  self->socket = socket;
  socketio_allowance_init (&self->allowance);
  return self;
}

/**
 * socketio_retries_free:
 * @retries: (transfer full): a queue
 *
 * Frees the queue. Nobody may wait for an answer any more.
 */
void
socketio_retries_free (SocketioRetries *self)
{
  g_queue_clear_full (&self->events, event_free);
  g_free (self);
}

/**
 * socketio_retries_set_limit:
 * @retries: a queue
 * @limit: how often an event is sent again at most
 *
 * Sets the limit, which counts for those that wait, too.
 */
void
socketio_retries_set_limit (SocketioRetries *self, guint limit)
{
  self->limit = limit;
}

/**
 * socketio_retries_get_limit:
 * @retries: a queue
 *
 * Returns: how often an event is sent again at most
 */
guint
socketio_retries_get_limit (SocketioRetries *self)
{
  return self->limit;
}

/**
 * socketio_retries_get_allowance:
 * @retries: a queue
 *
 * Returns: (transfer none): how much may be in it
 */
SocketioAllowance *
socketio_retries_get_allowance (SocketioRetries *self)
{
  return &self->allowance;
}

static Event *
socketio_retries_pop (SocketioRetries *self)
{
  Event *event = g_queue_pop_head (&self->events);

  socketio_allowance_give_back (&self->allowance, event->size);
  return event;
}

static gboolean
may_try_again (SocketioRetries *self, Event *event, const GError *error)
{
  return event->tries <= self->limit &&
         (g_error_matches (error, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT) ||
          g_error_matches (error, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED));
}

/* Takes the answer and the error. */
static void
socketio_retries_finish_first (SocketioRetries *self, SocketioArguments *answer, GError *error)
{
  Event *event = socketio_retries_pop (self);

  if (event->task != NULL && error != NULL)
    g_task_return_error (event->task, g_steal_pointer (&error));
  else if (event->task != NULL)
    g_task_return_pointer (event->task, g_steal_pointer (&answer),
                           (GDestroyNotify)socketio_arguments_unref);
  g_clear_pointer (&answer, socketio_arguments_unref);
  g_clear_error (&error);
  event_free (event);
}

static void
on_tried (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SocketioSocket) guard G_GNUC_UNUSED = SOCKETIO_SOCKET (g_object_ref (source));
  SocketioRetries *self = user_data;
  GError *error = NULL;
  SocketioArguments *answer = g_task_propagate_pointer (G_TASK (result), &error);
  guint serial = GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)));
  Event *event = g_queue_peek_head (&self->events);

  if (serial != self->serial)
    {
      g_clear_pointer (&answer, socketio_arguments_unref);
      g_clear_error (&error);
      return;
    }

  self->in_flight = FALSE;
  if (error != NULL && may_try_again (self, event, error))
    g_error_free (error);
  else
    socketio_retries_finish_first (self, answer, error);
  socketio_retries_send_first (self);
}

/* Those whose callers have given up are not sent any more. */
static void
socketio_retries_drop_cancelled (SocketioRetries *self)
{
  Event *event;

  while ((event = g_queue_peek_head (&self->events)) != NULL && event->task != NULL &&
         g_cancellable_is_cancelled (g_task_get_cancellable (event->task)))
    {
      g_task_return_error_if_cancelled (event->task);
      event_free (socketio_retries_pop (self));
    }
}

static void
socketio_retries_send_first (SocketioRetries *self)
{
  g_autoptr (GTask) task = NULL;
  Event *event;

  if (self->in_flight || !socketio_socket_is_connected (self->socket))
    return;
  socketio_retries_drop_cancelled (self);
  event = g_queue_peek_head (&self->events);
  if (event == NULL)
    return;

  self->in_flight = TRUE;
  event->tries++;
  task = g_task_new (self->socket,
                     event->task != NULL ? g_task_get_cancellable (event->task) : NULL, on_tried,
                     self);
  g_task_set_source_tag (task, socketio_retries_send_first);
  g_task_set_task_data (task, GUINT_TO_POINTER (++self->serial), NULL);
  socketio_socket_try (self->socket, event->name, event->arguments, event->timeout, event->flags,
                       task);
}

/**
 * socketio_retries_push:
 * @retries: a queue
 * @name: the event's name
 * @arguments: (nullable) (transfer none): its arguments
 * @timeout: milliseconds that each try has; 0 for the socket's own
 * @flags: how each try is sent
 * @task: (nullable) (transfer none): told the answer, or why there is none
 * @error: return location for %SOCKETIO_ERROR_QUEUE_FULL
 *
 * Puts an event behind those that are there, and sends it if it is the first.
 *
 * Returns: whether there was room for it
 */
gboolean
socketio_retries_push (SocketioRetries *self,
                       const char *name,
                       SocketioArguments *arguments,
                       guint timeout,
                       SocketioSendFlags flags,
                       GTask *task,
                       GError **error)
{
  g_autoptr (SocketioPacket) packet = socketio_packet_new_event (NULL, name, arguments, 0);
  gsize size = socketio_allowance_measure (packet);
  Event *event;

  if (!socketio_allowance_take (&self->allowance, size, error))
    return FALSE;

  event = g_new0 (Event, 1);
  event->name = g_strdup (name);
  event->arguments = socketio_arguments_ref (socketio_packet_get_arguments (packet));
  event->timeout = timeout;
  event->flags = flags;
  event->size = size;
  event->task = task != NULL ? g_object_ref (task) : NULL;
  g_queue_push_tail (&self->events, event);
  socketio_retries_send_first (self);
  return TRUE;
}

/**
 * socketio_retries_resume:
 * @retries: a queue
 *
 * Sends the first event, as its socket is connected now.
 */
void
socketio_retries_resume (SocketioRetries *self)
{
  socketio_retries_send_first (self);
}

/* All at once: whoever is told may emit, and that goes behind those that stay. */
static GPtrArray *
socketio_retries_take_awaited (SocketioRetries *self)
{
  GPtrArray *awaited = g_ptr_array_new_with_free_func (event_free);

  for (guint n = self->events.length; n > 0; n--)
    {
      Event *event = g_queue_pop_head (&self->events);

      if (event->task == NULL)
        {
          g_queue_push_tail (&self->events, event);
          continue;
        }
      socketio_allowance_give_back (&self->allowance, event->size);
      g_ptr_array_add (awaited, event);
    }
  return awaited;
}

/**
 * socketio_retries_fail:
 * @retries: a queue
 *
 * Drops the events whose answers somebody waits for, who is told %SOCKETIO_ERROR_DISCONNECTED. The
 * others stay.
 */
void
socketio_retries_fail (SocketioRetries *self)
{
  g_autoptr (GPtrArray) failed = socketio_retries_take_awaited (self);

  self->in_flight = FALSE;
  self->serial++;
  for (guint i = 0; i < failed->len; i++)
    {
      Event *event = failed->pdata[i];

      g_task_return_new_error (event->task, SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED,
                               _ ("The connection ended before the answer came"));
    }
}
