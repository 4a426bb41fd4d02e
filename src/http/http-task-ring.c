/* http-task-ring.c: what the poller keeps its tasks in
 *
 * Where thousands of clients get a message, each has a task, and what the task works on was not
 * touched for so long that it is in no cache any more: then waiting for memory costs more than the
 * work. A ring of pointers, unlike a list through the tasks, tells who comes next before that one
 * is read. So while one task runs, what those behind it need is fetched already.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-task-ring.h"

#define FIRST_CAPACITY 64

/* A ring for more goes when a crowd has left. */
#define MANY_TASKS 1024

/* How many tasks before its turn a task is fetched itself, and then what it leads to. One system
 * call takes far longer than memory does. */
#define FETCH_TASK 3
#define FETCH_NEAR 2
#define FETCH_DEEP 1

static HttpTask **
slot_of (HttpTaskRing *self, guint place)
{
  return &self->slots[place & (self->capacity - 1)];
}

static void
resize (HttpTaskRing *self, guint capacity)
{
  HttpTaskRing old = *self;

  self->capacity = capacity;
  self->slots = g_new (HttpTask *, capacity);
  for (guint place = old.first; place != old.end; place++)
    *slot_of (self, place) = *slot_of (&old, place);
  g_free (old.slots);
}

/**
 * http_task_ring_push: (skip)
 * @ring: a ring
 * @task: a task that is in none
 *
 * Puts @task at the end.
 */
void
http_task_ring_push (HttpTaskRing *self, HttpTask *task)
{
  if (self->end - self->first == self->capacity)
    resize (self, MAX (self->capacity * 2, FIRST_CAPACITY));

  task->queued = TRUE;
  task->place = self->end;
  *slot_of (self, self->end++) = task;
  self->n_tasks++;
  self->most = MAX (self->most, self->end - self->first);
}

/* A ring that is far larger than what was in it last is one of a crowd that has left. */
static void
on_empty (HttpTaskRing *self)
{
  self->first = self->end;
  if (self->capacity > MANY_TASKS && self->most < self->capacity / 8)
    http_task_ring_clear (self);
  self->most = 0;
}

static void
forget (HttpTaskRing *self, HttpTask *task)
{
  task->queued = FALSE;
  if (--self->n_tasks == 0)
    on_empty (self);
}

/**
 * http_task_ring_remove: (skip)
 * @ring: a ring
 * @task: a task in it
 *
 * Takes @task out, wherever it is.
 */
void
http_task_ring_remove (HttpTaskRing *self, HttpTask *task)
{
  *slot_of (self, task->place) = NULL;
  forget (self, task);
}

static HttpTask *
peek (HttpTaskRing *self, guint ahead)
{
  return ahead < self->end - self->first ? *slot_of (self, self->first + ahead) : NULL;
}

static void
prefetch (HttpTask *task, HttpPrefetchStep step)
{
  if (task != NULL && task->prefetch != NULL)
    task->prefetch (task->user_data, step);
}

static void
look_ahead (HttpTaskRing *self)
{
  HttpTask *task = peek (self, FETCH_TASK);

  if (task != NULL)
    http_prefetch (task, sizeof *task);
  prefetch (peek (self, FETCH_NEAR), HTTP_PREFETCH_NEAR);
  prefetch (peek (self, FETCH_DEEP), HTTP_PREFETCH_DEEP);
}

/**
 * http_task_ring_pop: (skip)
 * @ring: a ring
 *
 * Takes the first task out.
 *
 * Returns: (transfer none) (nullable): the task; %NULL if there is none
 */
HttpTask *
http_task_ring_pop (HttpTaskRing *self)
{
  HttpTask *task = NULL;

  if (self->n_tasks == 0)
    return NULL;

  while (task == NULL)
    {
      look_ahead (self);
      task = *slot_of (self, self->first++);
    }
  forget (self, task);
  return task;
}

/**
 * http_task_ring_clear: (skip)
 * @ring: a ring without tasks
 *
 * Gives its memory back.
 */
void
http_task_ring_clear (HttpTaskRing *self)
{
  g_free (self->slots);
  *self = (HttpTaskRing){ 0 };
}
