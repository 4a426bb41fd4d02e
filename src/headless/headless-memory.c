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

/* A crowd takes a while to leave. */
#define DELAY_SECONDS 2

struct _HeadlessMemory
{
  ChatHost *host;
  guint peak; /* clients at one time since the last trim */
  guint timeout_id;
};

static gboolean
on_timeout (gpointer user_data)
{
  HeadlessMemory *self = user_data;

  self->timeout_id = 0;
  self->peak = chat_host_get_n_clients (self->host);
#ifdef HAVE_MALLOC_TRIM
  malloc_trim (0);
#endif
  return G_SOURCE_REMOVE;
}

static void
on_connection (ChatHost *host, const char *address, guint port, gpointer user_data)
{
  HeadlessMemory *self = user_data;

  self->peak = MAX (self->peak, chat_host_get_n_clients (host));
}

static void
on_disconnection (ChatHost *host, gpointer user_data)
{
  HeadlessMemory *self = user_data;

  if (self->timeout_id == 0 && self->peak >= MIN_CROWD &&
      chat_host_get_n_clients (host) <= self->peak / 2)
    self->timeout_id = g_timeout_add_seconds (DELAY_SECONDS, on_timeout, self);
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
  g_signal_connect (host, "connection", G_CALLBACK (on_connection), self);
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
