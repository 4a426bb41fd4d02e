/* http-linger.c: closes a connection whose peer may still be sending
 *
 * A socket that is closed while unread bytes wait in it sends a reset, which can overtake the last
 * answer on its way to the peer. So the sending half is closed first, and what still comes is
 * thrown away for a short while, until the peer closes too.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-linger.h"

/* As long, and as much, as a peer on a slow line needs to notice. */
#define LINGER_TIMEOUT 2000
#define LINGER_BYTES   (4 * 1024 * 1024)

typedef struct
{
  HttpStream *stream;
  HttpPoller *poller;
  HttpTimer timer;
  HttpTask task;
  gsize left;
} Linger;

static void
linger_free (Linger *self)
{
  http_timer_stop (self->poller, &self->timer);
  http_task_cancel (self->poller, &self->task);
  http_stream_set_watcher (self->stream, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (self->stream), NULL, NULL);
  g_object_unref (self->stream);
  http_poller_unref (self->poller);
  g_free (self);
}

static void
linger_on_timeout (gpointer user_data)
{
  linger_free (user_data);
}

static void
linger_read (gpointer user_data)
{
  Linger *self = user_data;
  char scrap[8192];
  gssize n = http_stream_read (self->stream, scrap, sizeof scrap);

  if (n == HTTP_STREAM_WOULD_BLOCK)
    return;
  if (n <= 0 || (gsize)n > self->left)
    {
      linger_free (self);
      return;
    }

  self->left -= n;
  http_task_queue (self->poller, &self->task);
}

static void
linger_on_readable (HttpStream *stream, gpointer user_data)
{
  linger_read (user_data);
}

static const HttpStreamWatcher linger_watcher = { .readable = linger_on_readable };

/**
 * http_linger:
 * @stream: a stream that nobody else uses any more and to which all has been written
 *
 * Closes @stream without cutting off what was written last.
 */
void
http_linger (HttpStream *stream)
{
  Linger *self = g_new0 (Linger, 1);

  self->stream = g_object_ref (stream);
  self->poller = http_poller_ref_default ();
  self->left = LINGER_BYTES;
  http_timer_init (&self->timer, linger_on_timeout, self);
  http_task_init (&self->task, linger_read, self);

  http_stream_set_watcher (stream, &linger_watcher, self);
  http_stream_end_output (stream);
  http_timer_start (self->poller, &self->timer, LINGER_TIMEOUT);
  http_task_queue (self->poller, &self->task);
}
