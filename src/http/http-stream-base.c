/* http-stream-base.c: a stream over a GIOStream of somebody else
 *
 * A server that we were attached to accepts by itself, perhaps with TLS. Once it has handed a
 * connection over, its pollable halves take the place of the socket here, and all above is the
 * same.
 *
 * It is here, too, that a connection is taken over from libsoup.
 *
 * TLS has two ways of its own. A write that blocks has been taken for good: the next one must offer
 * the same bytes. So what the base does not take at once is kept here, as if it had been written.
 * And to close it can block until the peer reads: so a connection that cannot be written is broken
 * off first.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-stream-private.h"

/* What one TLS record holds. */
#define PENDING_SIZE (16 * 1024)

static GPollableInputStream *
get_input (HttpStream *self)
{
  return G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->base));
}

static GPollableOutputStream *
get_output (HttpStream *self)
{
  return G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->base));
}

/* {{{ Readiness */

static gboolean
on_base_readable (GObject *pollable, gpointer user_data)
{
  HttpStream *self = user_data;

  g_clear_pointer (&self->base_readable, g_source_unref);
  self->readable = TRUE;
  http_stream_tell (self);
  return G_SOURCE_REMOVE;
}

static void
wait_to_read (HttpStream *self)
{
  if (self->base_readable != NULL)
    return;

  self->base_readable = g_pollable_input_stream_create_source (get_input (self), NULL);
  g_source_set_callback (self->base_readable, G_SOURCE_FUNC (on_base_readable), self, NULL);
  g_source_attach (self->base_readable, NULL);
}

static void wait_to_write (HttpStream *self);

/* Writes what is pending; whether all of it is gone. */
static gssize
flush_pending (HttpStream *self)
{
  while (self->base_pending != NULL)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_pollable_output_stream_write_nonblocking (
        get_output (self), self->base_pending->data, self->base_pending->len, NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          wait_to_write (self);
          return HTTP_STREAM_WOULD_BLOCK;
        }
      if (n < 0)
        return HTTP_STREAM_FAILED;
      if ((guint)n == self->base_pending->len)
        g_clear_pointer (&self->base_pending, g_byte_array_unref);
      else
        g_byte_array_remove_range (self->base_pending, 0, n);
    }
  return 0;
}

static gboolean
on_base_writable (GObject *pollable, gpointer user_data)
{
  HttpStream *self = user_data;

  g_clear_pointer (&self->base_writable, g_source_unref);
  if (flush_pending (self) != HTTP_STREAM_WOULD_BLOCK)
    {
      self->writable = TRUE;
      http_stream_tell (self);
    }
  return G_SOURCE_REMOVE;
}

static void
wait_to_write (HttpStream *self)
{
  if (self->base_writable != NULL)
    return;

  self->base_writable = g_pollable_output_stream_create_source (get_output (self), NULL);
  g_source_set_callback (self->base_writable, G_SOURCE_FUNC (on_base_writable), self, NULL);
  g_source_attach (self->base_writable, NULL);
}

static void
stop_waiting (HttpStream *self)
{
  if (self->base_readable != NULL)
    g_source_destroy (self->base_readable);
  if (self->base_writable != NULL)
    g_source_destroy (self->base_writable);
  g_clear_pointer (&self->base_readable, g_source_unref);
  g_clear_pointer (&self->base_writable, g_source_unref);
}

/* }}} */
/* {{{ Reading and writing */

gssize
http_stream_read_base (HttpStream *self, void *buffer, gsize count)
{
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (get_input (self), buffer, count, NULL,
                                                       &error);

  if (n >= 0)
    return n;
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return HTTP_STREAM_FAILED;

  wait_to_read (self);
  return HTTP_STREAM_WOULD_BLOCK;
}

/* Many small frames make one record. */
static GByteArray *
join (const GOutputVector *vectors, guint n_vectors)
{
  GByteArray *joined = g_byte_array_sized_new (PENDING_SIZE);

  for (guint i = 0; i < n_vectors && joined->len < PENDING_SIZE; i++)
    g_byte_array_append (joined, vectors[i].buffer,
                         MIN (vectors[i].size, PENDING_SIZE - joined->len));
  return joined;
}

gssize
http_stream_write_base (HttpStream *self, const GOutputVector *vectors, guint n_vectors)
{
  gssize n = flush_pending (self);
  gsize taken;

  if (n < 0)
    return n;

  self->base_pending = join (vectors, n_vectors);
  taken = self->base_pending->len;

  return flush_pending (self) == HTTP_STREAM_FAILED ? HTTP_STREAM_FAILED : (gssize)taken;
}

/* }}} */
/* {{{ The end */

/* libsoup leaves it on the stream that it hands over. */
static GSocket *
get_socket (HttpStream *self)
{
  return g_object_get_data (G_OBJECT (self->base), "GSocket");
}

static gboolean
can_be_closed_at_once (HttpStream *self)
{
  return flush_pending (self) == 0 && g_pollable_output_stream_is_writable (get_output (self));
}

void
http_stream_end_base_output (HttpStream *self)
{
  GSocket *socket = get_socket (self);

  if (can_be_closed_at_once (self))
    g_output_stream_close (G_OUTPUT_STREAM (get_output (self)), NULL, NULL);
  if (socket != NULL)
    g_socket_shutdown (socket, FALSE, TRUE, NULL);
}

void
http_stream_break_base (HttpStream *self)
{
  GSocket *socket = get_socket (self);

  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
  else if (self->under != NULL)
    http_stream_abort (self->under);
}

void
http_stream_close_base (HttpStream *self)
{
  if (!can_be_closed_at_once (self))
    http_stream_break_base (self);
  stop_waiting (self);
  g_io_stream_close (self->base, NULL, NULL);
}

/* }}} */
/* {{{ Taking over from HTTP */

/* What came behind the last request is in libsoup's buffer, no more than this, and one read empties
 * it. */
#define MAX_EARLY (16 * 1024)

static GBytes *
read_early (GIOStream *stolen)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stolen));
  guint8 buffer[MAX_EARLY];
  gssize n = g_pollable_input_stream_read_nonblocking (input, buffer, sizeof buffer, NULL, NULL);

  return n > 0 ? g_bytes_new (buffer, n) : NULL;
}

/* Whether nothing, such as TLS, stands between libsoup and @stream. */
static gboolean
is_direct (GIOStream *stolen, HttpStream *stream)
{
  g_autoptr (GIOStream) base = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (stolen), "base-iostream") == NULL)
    return FALSE;

  g_object_get (stolen, "base-iostream", &base, NULL);
  return base == G_IO_STREAM (stream);
}

/**
 * http_stream_take_over:
 * @poller: the poller that is to watch the connection
 * @message: a request; it is over for libsoup
 * @early: (out) (optional) (transfer full) (nullable): what the peer has sent behind the request
 * already
 *
 * Takes the connection of @message from libsoup, whoever accepted it.
 *
 * Returns: (transfer full): the connection, in %HTTP_STREAM_DETACHED
 */
HttpStream *
http_stream_take_over (HttpPoller *poller, SoupServerMessage *message, GBytes **early)
{
  HttpStream *found = http_stream_from_message (message);
  g_autoptr (HttpStream) stream = found != NULL ? g_object_ref (found) : NULL;
  g_autoptr (GIOStream) stolen = NULL;

  if (stream != NULL)
    http_stream_set_phase (stream, HTTP_STREAM_DETACHED);
  stolen = soup_server_message_steal_connection (message);
  if (stream == NULL || !is_direct (stolen, stream))
    {
      HttpStream *over = http_stream_new_for_iostream (poller, stolen);

      over->under = g_steal_pointer (&stream);
      return over;
    }

  if (early != NULL)
    *early = read_early (stolen);
  return g_steal_pointer (&stream);
}

/* }}} */
