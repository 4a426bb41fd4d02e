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

/* What glibc's malloc keeps for a thread: so many of each size up to this one. */
#define CACHED_CHUNKS   7
#define MAX_CACHED_SIZE 1032

/* The same when nobody stays. */
#define MIN_LAST 20

/* In milliseconds: those who leave together are not all gone in one turn of the loop. */
#define DELAY 500

struct _HeadlessMemory
{
  ChatHost *host;
  guint n_left; /* since the last trim */
  guint timeout_id;
};

#ifdef HAVE_MALLOC_TRIM
/* The C library keeps the last chunks of each size that were freed for the next who asks, beyond
 * the reach of malloc_trim (): 448 of them, where the crowd was, and so as many pages. Chunks that
 * lie close together take their place. */
static void
renew_thread_cache (void)
{
  gpointer old[CACHED_CHUNKS], fresh[CACHED_CHUNKS];

  for (gsize size = 24; size <= MAX_CACHED_SIZE; size += 16)
    {
      for (guint i = 0; i < CACHED_CHUNKS; i++)
        old[i] = g_malloc (size);
      for (guint i = 0; i < CACHED_CHUNKS; i++)
        fresh[i] = g_malloc (size);
      for (guint i = 0; i < CACHED_CHUNKS; i++)
        g_free (fresh[i]);
      for (guint i = 0; i < CACHED_CHUNKS; i++)
        g_free (old[i]);
    }
}
#endif

static gboolean
on_timeout (gpointer user_data)
{
  HeadlessMemory *self = user_data;

  self->timeout_id = 0;
  self->n_left = 0;
#ifdef HAVE_MALLOC_TRIM
  renew_thread_cache ();
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
