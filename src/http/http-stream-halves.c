/* http-stream-halves.c: the input and the output stream of an HttpStream
 *
 * What libsoup, or a TLS connection, sees of a stream: both halves can be polled, in the main
 * loop's thread. They can also be read and written in blocking form, as glib-networking does for
 * its handshake from a thread of its own.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-stream-private.h"

#include <errno.h>
#include <poll.h>

/* How long an answer may wait for a peer that does not read it. */
#define STALLED_TIMEOUT (30 * 1000)

/* {{{ The source that a half's user waits on */

static gboolean
http_stream_is_ready (HttpStream *self, gboolean for_writing)
{
  return for_writing ? self->writable : self->readable;
}

static void
http_stream_add_source (HttpStream *self, GSource *source, gboolean for_writing)
{
  GSList **sources = for_writing ? &self->write_sources : &self->read_sources;

  *sources = g_slist_prepend (*sources, source);
  if (http_stream_is_ready (self, for_writing))
    g_source_set_ready_time (source, 0);
}

static void
http_stream_remove_source (HttpStream *self, GSource *source, gboolean for_writing)
{
  GSList **sources = for_writing ? &self->write_sources : &self->read_sources;

  *sources = g_slist_remove (*sources, source);
}

typedef struct
{
  GSource parent;
  GObject *half; /* owned if there is no stream, else by it */
  HttpStream *stream; /* NULL if it is gone already */
  gboolean for_writing;
} ReadySource;

/* Stays ready for as long as the stream is: a user may keep the source and read a piece at a time.
 */
static gboolean
ready_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  ReadySource *self = (ReadySource *)source;
  GPollableSourceFunc func = (GPollableSourceFunc)(void *)callback;

  if (self->stream != NULL && !http_stream_is_ready (self->stream, self->for_writing))
    g_source_set_ready_time (source, -1);
  return func != NULL ? func (self->half, user_data) : G_SOURCE_CONTINUE;
}

static void
ready_source_dispose (GSource *source)
{
  ReadySource *self = (ReadySource *)source;

  if (self->stream != NULL)
    {
      http_stream_remove_source (self->stream, source, self->for_writing);
      g_clear_object (&self->stream);
      self->half = NULL;
    }
  g_clear_object (&self->half);
}

static gboolean
ready_source_closure (GObject *half, gpointer closure)
{
  return G_SOURCE_CONTINUE;
}

/* Who makes this the child of another source gives it a dummy closure, which GObject wants to know
 * the type of. */
static GSourceFuncs ready_source_funcs = {
  .dispatch = ready_source_dispatch,
  .closure_callback = (GSourceFunc)(void *)ready_source_closure,
};

static void
add_cancellable (GSource *source, GCancellable *cancellable)
{
  g_autoptr (GSource) child = g_cancellable_source_new (cancellable);

  g_source_set_dummy_callback (child);
  g_source_add_child_source (source, child);
}

/* libsoup makes one for each request: GIO's own pollable source around it would be a second. */
static GSource *
ready_source_new (HttpStream *stream,
                  GObject *half,
                  gboolean for_writing,
                  GCancellable *cancellable)
{
  GSource *source = g_source_new (&ready_source_funcs, sizeof (ReadySource));
  ReadySource *self = (ReadySource *)source;

  g_source_set_dispose_function (source, ready_source_dispose);
  g_source_set_static_name (source, "HttpStream");
  self->half = half;
  self->for_writing = for_writing;
  if (stream != NULL)
    {
      self->stream = g_object_ref (stream);
      http_stream_add_source (stream, source, for_writing);
    }
  else
    {
      g_object_ref (half);
      g_source_set_ready_time (source, 0);
    }
  if (cancellable != NULL)
    add_cancellable (source, cancellable);

  return source;
}

/* }}} */
/* {{{ Reading and writing */

static gboolean
http_stream_needs_padding (HttpStream *self)
{
  return self->base == NULL && self->phase <= HTTP_STREAM_HEADERS && !self->end_was_padded;
}

/* libsoup up to 3.2 leaks a connection that is closed between two requests: it never notices an end
 * before the first byte of a request. And it takes a head that was cut off behind a line for a
 * whole one, without the headers that are missing. So it gets one byte more that no head may have;
 * what it answers to that goes nowhere. */
static gssize
http_stream_pad_end (HttpStream *self, guint8 *buffer)
{
  self->end_was_padded = TRUE;
  buffer[0] = '\0';
  return 1;
}

static gssize
http_stream_read_for_http (HttpStream *self, void *buffer, gsize count, GError **error)
{
  gssize n = http_stream_read (self, buffer, count);

  if ((n == 0 || n == HTTP_STREAM_FAILED) && http_stream_needs_padding (self))
    return http_stream_pad_end (self, buffer);
  if (n > 0 && self->phase == HTTP_STREAM_IDLE)
    http_stream_set_phase (self, HTTP_STREAM_HEADERS);
  else if (n > 0 && self->phase == HTTP_STREAM_COUNTED_BODY)
    http_stream_set_phase (self, HTTP_STREAM_COUNTED_BODY);
  if (n >= 0)
    return n;

  if (n == HTTP_STREAM_WOULD_BLOCK)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Would block");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The connection broke");
  return -1;
}

static gssize
http_stream_write_for_http (HttpStream *self, const void *buffer, gsize count, GError **error)
{
  GOutputVector vector = { buffer, count };
  gssize n;

  if (self->end_was_padded)
    n = HTTP_STREAM_FAILED;
  else if (http_stream_hold (self, buffer, count))
    n = count;
  else
    n = http_stream_write (self, &vector, 1);

  if (n >= 0)
    {
      if (self->phase == HTTP_STREAM_RESPONSE)
        http_timer_stop (self->poller, &self->timer);
      return n;
    }

  if (n == HTTP_STREAM_WOULD_BLOCK)
    {
      if (self->phase != HTTP_STREAM_DETACHED)
        http_stream_start_timer (self, STALLED_TIMEOUT);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Would block");
    }
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "The connection broke");
  return -1;
}

/* Waits in whichever thread it is called from, and leaves all that the main loop's thread keeps
 * alone: what it remembers as readable or writable is at worst untrue for one attempt. */
static gboolean
http_stream_wait (HttpStream *self, short events)
{
  struct pollfd pollfd = { .fd = self->fd, .events = events };
  int n;

  do
    n = poll (&pollfd, 1, -1);
  while (n < 0 && errno == EINTR);

  return n > 0;
}

static gssize
http_stream_read_blocking (HttpStream *self, void *buffer, gsize count, GError **error)
{
  gssize n = HTTP_STREAM_FAILED;

  if (self->fd >= 0)
    {
      do
        n = http_stream_read_socket (self, buffer, count);
      while (n == HTTP_STREAM_WOULD_BLOCK && http_stream_wait (self, POLLIN));
    }

  if (n < 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The connection broke");
  return MAX (n, -1);
}

static gssize
http_stream_write_blocking (HttpStream *self, const void *buffer, gsize count, GError **error)
{
  GOutputVector vector = { buffer, count };
  gssize n = HTTP_STREAM_FAILED;

  if (self->fd >= 0)
    {
      do
        n = http_stream_write_socket (self, &vector, 1);
      while (n == HTTP_STREAM_WOULD_BLOCK && http_stream_wait (self, POLLOUT));
    }

  if (n < 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "The connection broke");
  return MAX (n, -1);
}

/* }}} */
/* {{{ Input */

#define HTTP_TYPE_INPUT_STREAM (http_input_stream_get_type ())
G_DECLARE_FINAL_TYPE (HttpInputStream, http_input_stream, HTTP, INPUT_STREAM, GInputStream)

struct _HttpInputStream
{
  GInputStream parent_instance;

  HttpStream *stream; /* not owned: the stream owns its halves */
};

static void http_input_stream_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HttpInputStream,
                               http_input_stream,
                               G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      http_input_stream_pollable_init))

static gssize
fail_closed (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The stream is closed");
  return -1;
}

static gssize
http_input_stream_read_nonblocking (GPollableInputStream *input,
                                    void *buffer,
                                    gsize count,
                                    GError **error)
{
  HttpInputStream *self = HTTP_INPUT_STREAM (input);

  if (self->stream == NULL)
    return fail_closed (error);

  return http_stream_read_for_http (self->stream, buffer, count, error);
}

static gssize
http_input_stream_read (GInputStream *input,
                        void *buffer,
                        gsize count,
                        GCancellable *cancellable,
                        GError **error)
{
  HttpInputStream *self = HTTP_INPUT_STREAM (input);

  if (self->stream == NULL)
    return fail_closed (error);

  return http_stream_read_blocking (self->stream, buffer, count, error);
}

static gboolean
http_input_stream_is_readable (GPollableInputStream *input)
{
  HttpInputStream *self = HTTP_INPUT_STREAM (input);

  return self->stream == NULL || http_stream_is_ready (self->stream, FALSE);
}

static GSource *
http_input_stream_create_source (GPollableInputStream *input, GCancellable *cancellable)
{
  HttpInputStream *self = HTTP_INPUT_STREAM (input);

  return ready_source_new (self->stream, G_OBJECT (input), FALSE, cancellable);
}

static gboolean
http_input_stream_close (GInputStream *input, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
http_input_stream_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = http_input_stream_is_readable;
  iface->create_source = http_input_stream_create_source;
  iface->read_nonblocking = http_input_stream_read_nonblocking;
}

static void
http_input_stream_class_init (HttpInputStreamClass *klass)
{
  GInputStreamClass *input_class = G_INPUT_STREAM_CLASS (klass);

  input_class->read_fn = http_input_stream_read;
  input_class->close_fn = http_input_stream_close;
}

static void
http_input_stream_init (HttpInputStream *self)
{
}

GInputStream *
http_input_stream_new (HttpStream *stream)
{
  HttpInputStream *self = g_object_new (HTTP_TYPE_INPUT_STREAM, NULL);

  self->stream = stream;
  return G_INPUT_STREAM (self);
}

void
http_input_stream_detach (GInputStream *input)
{
  if (input != NULL)
    HTTP_INPUT_STREAM (input)->stream = NULL;
}

/* }}} */
/* {{{ Output */

#define HTTP_TYPE_OUTPUT_STREAM (http_output_stream_get_type ())
G_DECLARE_FINAL_TYPE (HttpOutputStream, http_output_stream, HTTP, OUTPUT_STREAM, GOutputStream)

struct _HttpOutputStream
{
  GOutputStream parent_instance;

  HttpStream *stream; /* not owned: the stream owns its halves */
};

static void http_output_stream_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HttpOutputStream,
                               http_output_stream,
                               G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      http_output_stream_pollable_init))

static gssize
http_output_stream_write_nonblocking (GPollableOutputStream *output,
                                      const void *buffer,
                                      gsize count,
                                      GError **error)
{
  HttpOutputStream *self = HTTP_OUTPUT_STREAM (output);

  if (self->stream == NULL)
    return fail_closed (error);

  return http_stream_write_for_http (self->stream, buffer, count, error);
}

static gssize
http_output_stream_write (GOutputStream *output,
                          const void *buffer,
                          gsize count,
                          GCancellable *cancellable,
                          GError **error)
{
  HttpOutputStream *self = HTTP_OUTPUT_STREAM (output);

  if (self->stream == NULL)
    return fail_closed (error);

  return http_stream_write_blocking (self->stream, buffer, count, error);
}

static gboolean
http_output_stream_is_writable (GPollableOutputStream *output)
{
  HttpOutputStream *self = HTTP_OUTPUT_STREAM (output);

  return self->stream == NULL || http_stream_is_ready (self->stream, TRUE);
}

static GSource *
http_output_stream_create_source (GPollableOutputStream *output, GCancellable *cancellable)
{
  HttpOutputStream *self = HTTP_OUTPUT_STREAM (output);

  return ready_source_new (self->stream, G_OBJECT (output), TRUE, cancellable);
}

static gboolean
http_output_stream_close (GOutputStream *output, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
http_output_stream_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = http_output_stream_is_writable;
  iface->create_source = http_output_stream_create_source;
  iface->write_nonblocking = http_output_stream_write_nonblocking;
}

static void
http_output_stream_class_init (HttpOutputStreamClass *klass)
{
  GOutputStreamClass *output_class = G_OUTPUT_STREAM_CLASS (klass);

  output_class->write_fn = http_output_stream_write;
  output_class->close_fn = http_output_stream_close;
}

static void
http_output_stream_init (HttpOutputStream *self)
{
}

GOutputStream *
http_output_stream_new (HttpStream *stream)
{
  HttpOutputStream *self = g_object_new (HTTP_TYPE_OUTPUT_STREAM, NULL);

  self->stream = stream;
  return G_OUTPUT_STREAM (self);
}

void
http_output_stream_detach (GOutputStream *output)
{
  if (output != NULL)
    HTTP_OUTPUT_STREAM (output)->stream = NULL;
}

/* }}} */
