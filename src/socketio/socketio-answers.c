/* socketio-answers.c: the answers that a socket waits for
 *
 * Each is a task with the id that its event bears on the wire. It ends when the answer comes, when
 * its time is up, when its caller gives up, or when the connection is gone; whatever comes first.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-answers.h"

#include <glib/gi18n-lib.h>

#include "engineio.h"

struct _SocketioAnswers
{
  GHashTable *entries; /* id -> Entry */
  gint64 next_id;
  SocketioAnswersFunc given_up;
  gpointer user_data;
};

typedef struct
{
  SocketioAnswers *answers; /* not owned: it owns this */
  gint64 id;
  GTask *task;
  EngineioTimer *timer;
  GSource *cancel_source;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->timer, engineio_timer_free);
  if (entry->cancel_source != NULL)
    g_source_destroy (entry->cancel_source);
  g_clear_pointer (&entry->cancel_source, g_source_unref);
  g_clear_object (&entry->task);
  g_free (entry);
}

/* Frees @entry. What is returned is to be finished as the last thing: its callback may do
 * anything. */
static GTask *
entry_give_up (Entry *entry)
{
  SocketioAnswers *self = entry->answers;
  gint64 id = entry->id;
  GTask *task = socketio_answers_take (self, id);

  self->given_up (id, self->user_data);
  return task;
}

static void
on_timeout (gpointer user_data)
{
  g_autoptr (GTask) task = entry_give_up (user_data);

  g_task_return_new_error (task, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT,
                           _ ("No answer came in time"));
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = entry_give_up (user_data);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
entry_watch_cancellable (Entry *entry)
{
  GCancellable *cancellable = g_task_get_cancellable (entry->task);

  if (cancellable == NULL)
    return;

  entry->cancel_source = g_cancellable_source_new (cancellable);
  g_source_set_callback (entry->cancel_source, G_SOURCE_FUNC (on_cancelled), entry, NULL);
  g_source_attach (entry->cancel_source, NULL);
}

static void
entry_start_timer (Entry *entry, guint timeout)
{
  if (timeout == 0)
    return;

  entry->timer = engineio_timer_new (on_timeout, entry);
  engineio_timer_start (entry->timer, timeout);
}

/**
 * socketio_answers_new:
 * @given_up: called when an answer is not waited for any more, before its task is told
 * @user_data: data for @given_up
 *
 * Makes an empty table.
 *
 * Returns: (transfer full): the table
 */
SocketioAnswers *
socketio_answers_new (SocketioAnswersFunc given_up, gpointer user_data)
{
  SocketioAnswers *self = g_new0 (SocketioAnswers, 1);

  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, entry_free);
  self->given_up = given_up;
  self->user_data = user_data;

  return self;
}

/**
 * socketio_answers_free:
 * @answers: (transfer full): a table
 *
 * Frees the table. Nothing may be waited for any more.
 */
void
socketio_answers_free (SocketioAnswers *self)
{
  g_hash_table_unref (self->entries);
  g_free (self);
}

/**
 * socketio_answers_await:
 * @answers: a table
 * @task: (transfer none): what waits
 * @timeout: milliseconds until %SOCKETIO_ERROR_TIMED_OUT; 0 for no limit
 *
 * Waits for an answer; the task's cancellable ends that too.
 *
 * Returns: the id that the event shall bear
 */
gint64
socketio_answers_await (SocketioAnswers *self, GTask *task, guint timeout)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->answers = self;
  entry->id = self->next_id++;
  entry->task = g_object_ref (task);
  entry_start_timer (entry, timeout);
  entry_watch_cancellable (entry);
  g_hash_table_insert (self->entries, &entry->id, entry);

  return entry->id;
}

/**
 * socketio_answers_take:
 * @answers: a table
 * @id: an id, from the network perhaps
 *
 * Ends the waiting for one answer.
 *
 * Returns: (transfer full) (nullable): the task, to be finished by the caller; %NULL if none waits
 */
GTask *
socketio_answers_take (SocketioAnswers *self, gint64 id)
{
  Entry *entry = g_hash_table_lookup (self->entries, &id);
  GTask *task;

  if (entry == NULL)
    return NULL;

  task = g_object_ref (entry->task);
  g_hash_table_remove (self->entries, &id);
  return task;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  return ((const Entry *)a)->id < ((const Entry *)b)->id ? -1 : 1;
}

/**
 * socketio_answers_take_all:
 * @answers: a table
 * @before: an id
 *
 * Ends the waiting for all answers whose id is less than @before.
 *
 * Returns: (transfer full) (element-type GTask): the tasks in the order of the events, to be
 *   finished by the caller
 */
GPtrArray *
socketio_answers_take_all (SocketioAnswers *self, gint64 before)
{
  g_autoptr (GList)
    entries = g_list_sort (g_hash_table_get_values (self->entries), compare_entries);
  GPtrArray *tasks = g_ptr_array_new_with_free_func (g_object_unref);

  for (GList *l = entries; l != NULL && ((Entry *)l->data)->id < before; l = l->next)
    g_ptr_array_add (tasks, entry_give_up (l->data));

  return tasks;
}
