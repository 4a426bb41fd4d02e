/* http-stream-held.c: joins the head of an answer with what follows it
 *
 * libsoup writes an answer in two pieces, head and body, and each would be a system call and a
 * segment of its own. The first small piece waits here for the next one, at most until the end of
 * the poller's turn. The answer that opens a WebSocket goes alone: a client that begins to listen
 * when it is open would miss a message that came in the same segment.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-stream-private.h"

/* A larger piece is worth a system call of its own. */
#define MAX_HELD 4096

/* How many pieces go out with the one that is held. */
#define MAX_VECTORS 16

/**
 * http_stream_join_answers:
 * @stream: a stream that libsoup reads and writes without anything in between
 *
 * Lets what is small in an answer leave together with what follows it.
 */
void
http_stream_join_answers (HttpStream *self)
{
  self->joins_answers = TRUE;
}

/* Takes the first piece of an answer, or refuses it. A later one may find the socket full, and what
 * waited here then would be lost if libsoup closed the stream behind it. */
gboolean
http_stream_hold (HttpStream *self, const void *buffer, gsize count)
{
  gboolean begins = self->answer_begins;

  self->answer_begins = FALSE;
  if (!begins || self->held != NULL || !self->writable || self->fd < 0 || count > MAX_HELD)
    return FALSE;

  self->held = g_byte_array_sized_new (count);
  g_byte_array_append (self->held, buffer, count);
  http_task_queue (self->poller, &self->flush);
  return TRUE;
}

/* Goes on after a short write: only a socket that would block tells when it can take more. */
static gssize
http_stream_write_held_and (HttpStream *self, GOutputVector *pieces, guint n_pieces)
{
  gssize n = 0;

  while (self->held != NULL)
    {
      pieces[0] = (GOutputVector){ self->held->data, self->held->len };
      n = http_stream_write_socket (self, pieces, n_pieces);
      if (n < 0)
        return n;

      if ((gsize)n < self->held->len)
        g_byte_array_remove_range (self->held, 0, n);
      else
        {
          n -= self->held->len;
          g_clear_pointer (&self->held, g_byte_array_unref);
        }
    }
  return n;
}

/* Writes what is held and then @vectors, of which there may be none; says how much of @vectors was
 * written. */
gssize
http_stream_write_behind_held (HttpStream *self, const GOutputVector *vectors, guint n_vectors)
{
  GOutputVector pieces[1 + MAX_VECTORS];
  guint n_pieces = MIN (n_vectors, MAX_VECTORS);
  gssize n;

  if (n_pieces > 0)
    memcpy (pieces + 1, vectors, n_pieces * sizeof *vectors);
  n = http_stream_write_held_and (self, pieces, 1 + n_pieces);
  if (n != 0 || n_vectors == 0)
    return n;

  return http_stream_write_socket (self, vectors, n_vectors);
}

/* A stream that breaks tells its reader so. */
void
http_stream_flush_held (gpointer user_data)
{
  HttpStream *self = user_data;

  if (self->held == NULL)
    return;
  if (http_stream_write (self, NULL, 0) == HTTP_STREAM_FAILED)
    g_clear_pointer (&self->held, g_byte_array_unref);
}

/* A stream that is closed has one more try. Something is left only if the peer has asked for more
 * and more and does not read it. */
void
http_stream_drop_held (HttpStream *self)
{
  http_task_cancel (self->poller, &self->flush);
  http_stream_flush_held (self);
  if (self->held != NULL)
    g_debug ("An answer was not read: %u bytes are dropped", self->held->len);
  g_clear_pointer (&self->held, g_byte_array_unref);
}
