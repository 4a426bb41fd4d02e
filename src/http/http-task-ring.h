/* http-task-ring.h: what the poller keeps its tasks in
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "http-poller.h"

G_BEGIN_DECLS

/**
 * HttpTaskRing: (skip)
 * @n_tasks: how many tasks are queued
 *
 * Tasks in the order in which they were queued. Empty when it is all zeros.
 */
typedef struct
{
  guint n_tasks;

  /*< private >*/
  HttpTask **slots; /* NULL where a task was cancelled */
  guint capacity; /* a power of two, or 0 */
  guint first; /* places are counted on for ever, and taken modulo the capacity */
  guint end;
  guint most; /* places taken since it was empty */
} HttpTaskRing;

void http_task_ring_push (HttpTaskRing *self, HttpTask *task);
void http_task_ring_remove (HttpTaskRing *self, HttpTask *task);
HttpTask *http_task_ring_pop (HttpTaskRing *self);
void http_task_ring_clear (HttpTaskRing *self);

G_END_DECLS
