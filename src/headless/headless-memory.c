/* headless-memory.c: gives memory back when many clients have left
 *
 * A server runs for weeks, and the C library keeps what a crowd once needed: of 10,000 clients that
 * came and went, 40 MiB stayed. It has to be told to give that back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-memory.h"

#ifdef HAVE_MALLOC_TRIM
#include <malloc.h>
#endif

/* What fewer clients leave behind is not worth the walk through the heap. */
#define MIN_CROWD 200

/* The same when nobody stays. */
#define MIN_LAST 20

/* What glibc's malloc keeps for a thread: so many of each of these sizes. */
#define CACHED_CHUNKS   7
#define MIN_CACHED_SIZE 24
#define MAX_CACHED_SIZE 1032
#define CACHED_STEP     16

/* In milliseconds: those who leave together are not all gone in one turn of the loop. */
#define DELAY 500

struct _HeadlessMemory
{
  ChatHost *host;
  guint n_left; /* since the last trim */
  guint timeout_id;
};

#ifdef HAVE_MALLOC_TRIM
static gpointer
free_chunks (gpointer chunks)
{
  g_ptr_array_unref (chunks);
  return NULL;
}

/* The C library keeps the last chunks of each size that a thread has freed for when it asks again,
 * beyond the reach of malloc_trim (): 448 of them, where the crowd was, and so as many pages. So
 * they are taken out of that cache, and freed by a thread whose own ends with it. */
static void
empty_thread_cache (void)
{
  GPtrArray *chunks = g_ptr_array_new_with_free_func (g_free);
  GThread *thread;

  for (gsize size = MIN_CACHED_SIZE; size <= MAX_CACHED_SIZE; size += CACHED_STEP)
    {
      for (guint i = 0; i < CACHED_CHUNKS; i++)
        g_ptr_array_add (chunks, g_malloc (size));
    }

  thread = g_thread_try_new ("free", free_chunks, chunks, NULL);
  if (thread != NULL)
    g_thread_join (thread);
  else
    free_chunks (chunks);
}
#endif

static gboolean
on_timeout (gpointer user_data)
{
  HeadlessMemory *self = user_data;

  self->timeout_id = 0;
  self->n_left = 0;
#ifdef HAVE_MALLOC_TRIM
  empty_thread_cache ();
  malloc_trim (0);
#endif
  return G_SOURCE_REMOVE;
}

/* The walk through the heap takes the longer the more clients there are: as many must have left as
 * stay, so that each who leaves pays for a part of it that does not grow. */
static gboolean
is_worth_it (HeadlessMemory *self)
{
  guint n_here = chat_host_get_n_clients (self->host);

  return self->n_left >= (n_here > 0 ? MAX (n_here, MIN_CROWD) : MIN_LAST);
}

static void
on_disconnection (ChatHost *host, gpointer user_data)
{
  HeadlessMemory *self = user_data;

  self->n_left++;
  if (self->timeout_id == 0 && is_worth_it (self))
    self->timeout_id = g_timeout_add (DELAY, on_timeout, self);
}

/**
 * headless_memory_new:
 * @host: the host whose clients are watched; it is kept
 *
 * Gives memory back from now on.
 *
 * Returns: (transfer full): what does so
 */
HeadlessMemory *
headless_memory_new (ChatHost *host)
{
  HeadlessMemory *self = g_new0 (HeadlessMemory, 1);

  self->host = g_object_ref (host);
  g_signal_connect (host, "disconnection", G_CALLBACK (on_disconnection), self);
  return self;
}

void
headless_memory_free (HeadlessMemory *self)
{
  g_signal_handlers_disconnect_by_data (self->host, self);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_object_unref (self->host);
  g_free (self);
}
