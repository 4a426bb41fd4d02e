/* http-stream.c: a GIOStream over a watched socket
 *
 * The listener makes one for each connection and hands it to libsoup, which reads requests from it and
 * writes answers to it as from any pollable GIOStream. When libsoup is done with it, because it became a
 * WebSocket, its new owner reads and writes it directly and is told by a watcher when it can.
 *
 * The socket is watched edge-triggered, once, so that no system call is needed to change what is waited
 * for; `readable` and `writable` remember what the kernel said last.
 *
 * A stream may also stand over a GIOStream of somebody else (a server that we were attached to): then
 * that stream's own pollable sources take the place of the socket.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-stream-private.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Browsers keep a connection for about a minute; slow networks need a while for a request's head. A body
 * gets this long for each piece, and so does an answer that the peer does not read. */
static const guint phase_timeouts[] = {
  [HTTP_STREAM_IDLE] = 65 * 1000,
  [HTTP_STREAM_HEADERS] = 20 * 1000,
  [HTTP_STREAM_BODY] = 30 * 1000,
  [HTTP_STREAM_RESPONSE] = 0,
  [HTTP_STREAM_DETACHED] = 0,
};
#define STALLED_TIMEOUT (30 * 1000)

struct _HttpStream
{
  GIOStream parent_instance;

  HttpPoller *poller;
  HttpWatch watch;
  HttpTimer timer;
  HttpTask notify;

  GIOStream *base;
  GSource *base_readable;
  GSource *base_writable;

  GSocketAddress *remote_address;
  GInputStream *input;
  GOutputStream *output;
  GSList *read_sources;
  GSList *write_sources;

  const HttpStreamWatcher *watcher;
  gpointer watcher_data;

  int fd;
  HttpStreamPhase phase : 8;
  guint readable : 1;
  guint writable : 1;
  guint waits_to_write : 1;
  guint hung_up : 1;
  guint told_hang_up : 1;
  guint end_was_padded : 1;
};

G_DEFINE_FINAL_TYPE (HttpStream, http_stream, G_TYPE_IO_STREAM)

static G_DEFINE_QUARK (http-stream, http_stream)

static void http_stream_watch_base (HttpStream *self);

/* {{{ Readiness */

static void
wake_sources (GSList *sources)
{
  for (GSList *l = sources; l != NULL; l = l->next)
    g_source_set_ready_time (l->data, 0);
}

static void
http_stream_tell (gpointer user_data)
{
  g_autoptr (HttpStream) self = g_object_ref (user_data);

  if (self->readable)
    wake_sources (self->read_sources);
  if (self->writable)
    wake_sources (self->write_sources);

  if (self->readable && self->watcher != NULL && self->watcher->readable != NULL)
    self->watcher->readable (self, self->watcher_data);
  if (self->writable && self->waits_to_write && self->watcher != NULL &&
      self->watcher->writable != NULL)
    {
      self->waits_to_write = FALSE;
      self->watcher->writable (self, self->watcher_data);
    }
  if (self->hung_up && !self->told_hang_up && self->watcher != NULL && self->watcher->hung_up != NULL)
    {
      self->told_hang_up = TRUE;
      self->watcher->hung_up (self, self->watcher_data);
    }
}

static void
http_stream_on_events (guint32 events, gpointer user_data)
{
  HttpStream *self = user_data;

  if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
    self->hung_up = TRUE;
  if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
    self->readable = TRUE;
  if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
    self->writable = TRUE;

  http_stream_tell (self);
}

static void
http_stream_on_timeout (gpointer user_data)
{
  HttpStream *self = user_data;

  g_debug ("A connection was given up: nothing came in time (phase %d)", self->phase);
  http_stream_abort (self);
}

static void
http_stream_start_timer (HttpStream *self, guint milliseconds)
{
  if (milliseconds > 0)
    http_timer_start (self->poller, &self->timer, milliseconds);
  else
    http_timer_stop (self->poller, &self->timer);
}

/* }}} */
/* {{{ Reading and writing */

static gssize
http_stream_read_base (HttpStream *self, void *buffer, gsize count)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->base));
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (input, buffer, count, NULL, &error);

  if (n >= 0)
    return n;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return HTTP_STREAM_WOULD_BLOCK;
  return HTTP_STREAM_FAILED;
}

static gssize
http_stream_read_socket (HttpStream *self, void *buffer, gsize count)
{
  gssize n;

  do
    n = recv (self->fd, buffer, count, 0);
  while (n < 0 && errno == EINTR);

  if (n >= 0)
    return n;
  return errno == EAGAIN ? HTTP_STREAM_WOULD_BLOCK : HTTP_STREAM_FAILED;
}

/**
 * http_stream_read:
 * @stream: a stream
 * @buffer: (out caller-allocates) (array length=count): where to
 * @count: how many bytes at most, at least 1
 *
 * Reads what is there, without waiting.
 *
 * Returns: the number of bytes; 0 at the end; %HTTP_STREAM_WOULD_BLOCK; %HTTP_STREAM_FAILED
 */
gssize
http_stream_read (HttpStream *self, void *buffer, gsize count)
{
  gssize n;

  if (g_io_stream_is_closed (G_IO_STREAM (self)))
    return HTTP_STREAM_FAILED;
  if (!self->readable)
    return HTTP_STREAM_WOULD_BLOCK;

  n = self->base != NULL ? http_stream_read_base (self, buffer, count)
                         : http_stream_read_socket (self, buffer, count);

  /* epoll(7): a short read from a stream socket has drained it. Only an end that was announced is still
   * there to be read then. */
  if (n == HTTP_STREAM_WOULD_BLOCK ||
      (n > 0 && (gsize) n < count && !self->hung_up && self->base == NULL))
    self->readable = FALSE;
  if (n == 0 || n == HTTP_STREAM_FAILED)
    self->hung_up = TRUE;
  if (!self->readable && self->base != NULL)
    http_stream_watch_base (self);

  return n;
}

static gssize
http_stream_write_base (HttpStream *self, const GOutputVector *vectors, guint n_vectors)
{
  GPollableOutputStream *output =
    G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->base));
  g_autoptr (GError) error = NULL;
  gsize written = 0;
  GPollableReturn result;

  result = g_pollable_output_stream_writev_nonblocking (output, vectors, n_vectors, &written, NULL,
                                                        &error);
  if (result == G_POLLABLE_RETURN_FAILED)
    return HTTP_STREAM_FAILED;
  return result == G_POLLABLE_RETURN_OK ? (gssize) written : HTTP_STREAM_WOULD_BLOCK;
}

static gssize
http_stream_write_socket (HttpStream *self, const GOutputVector *vectors, guint n_vectors)
{
  struct iovec iov[64];
  struct msghdr message = { .msg_iov = iov, .msg_iovlen = MIN (n_vectors, G_N_ELEMENTS (iov)) };
  gssize n;

  for (guint i = 0; i < message.msg_iovlen; i++)
    {
      iov[i].iov_base = (void *) vectors[i].buffer;
      iov[i].iov_len = vectors[i].size;
    }

  do
    n = sendmsg (self->fd, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);

  if (n >= 0)
    return n;
  return errno == EAGAIN ? HTTP_STREAM_WOULD_BLOCK : HTTP_STREAM_FAILED;
}

/**
 * http_stream_write:
 * @stream: a stream
 * @vectors: (array length=n_vectors): what to write
 * @n_vectors: how many vectors, at least 1; no more than 64 are looked at
 *
 * Writes as much as the socket takes, without waiting.
 *
 * Returns: the number of bytes written; %HTTP_STREAM_WOULD_BLOCK; %HTTP_STREAM_FAILED
 */
gssize
http_stream_write (HttpStream *self, const GOutputVector *vectors, guint n_vectors)
{
  gssize n;

  if (g_io_stream_is_closed (G_IO_STREAM (self)))
    return HTTP_STREAM_FAILED;
  if (!self->writable)
    return HTTP_STREAM_WOULD_BLOCK;

  n = self->base != NULL ? http_stream_write_base (self, vectors, n_vectors)
                         : http_stream_write_socket (self, vectors, n_vectors);

  if (n == HTTP_STREAM_WOULD_BLOCK)
    {
      self->writable = FALSE;
      self->waits_to_write = TRUE;
      if (self->base != NULL)
        http_stream_watch_base (self);
    }
  else if (n == HTTP_STREAM_FAILED)
    self->hung_up = TRUE;

  return n;
}

/**
 * http_stream_has_more:
 * @stream: a stream
 *
 * Tells whether a reader that stopped before the stream would block should come back: nobody will tell
 * it again.
 *
 * Returns: whether there may be more to read
 */
gboolean
http_stream_has_more (HttpStream *self)
{
  return self->readable;
}

/**
 * http_stream_is_hung_up:
 * @stream: a stream
 *
 * Returns: whether the peer has closed its end or the connection broke
 */
gboolean
http_stream_is_hung_up (HttpStream *self)
{
  return self->hung_up;
}

/**
 * http_stream_end_output:
 * @stream: a stream
 *
 * Tells the peer that nothing more will be written.
 */
void
http_stream_end_output (HttpStream *self)
{
  if (self->fd >= 0)
    shutdown (self->fd, SHUT_WR);
  else if (self->base != NULL)
    g_output_stream_close (g_io_stream_get_output_stream (self->base), NULL, NULL);
}

/**
 * http_stream_abort:
 * @stream: a stream
 *
 * Breaks the connection off. Whoever reads from it is told as if the peer had closed it.
 */
void
http_stream_abort (HttpStream *self)
{
  if (g_io_stream_is_closed (G_IO_STREAM (self)))
    return;

  http_timer_stop (self->poller, &self->timer);
  if (self->fd >= 0)
    shutdown (self->fd, SHUT_RDWR);
  self->hung_up = TRUE;
  self->readable = TRUE;
  self->writable = TRUE;
  http_task_queue (self->poller, &self->notify);
}

/* }}} */
/* {{{ What libsoup reads and writes through */

static gboolean
http_stream_needs_padding (HttpStream *self)
{
  return self->base == NULL && self->phase == HTTP_STREAM_IDLE && !self->end_was_padded;
}

/* libsoup up to 3.2 leaks a connection that is closed between two requests: it never notices an end
 * before the first byte of a request. So it gets one byte there, and sees a request that breaks off. */
static gssize
http_stream_pad_end (HttpStream *self, guint8 *buffer)
{
  self->end_was_padded = TRUE;
  buffer[0] = '-';
  return 1;
}

gssize
http_stream_read_for_http (HttpStream *self, void *buffer, gsize count, GError **error)
{
  gssize n = http_stream_read (self, buffer, count);

  if ((n == 0 || n == HTTP_STREAM_FAILED) && http_stream_needs_padding (self))
    return http_stream_pad_end (self, buffer);
  if (n > 0 && self->phase == HTTP_STREAM_IDLE)
    http_stream_set_phase (self, HTTP_STREAM_HEADERS);
  if (n >= 0)
    return n;

  if (n == HTTP_STREAM_WOULD_BLOCK)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Would block");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The connection broke");
  return -1;
}

gssize
http_stream_write_for_http (HttpStream *self, const void *buffer, gsize count, GError **error)
{
  GOutputVector vector = { buffer, count };
  gssize n = http_stream_write (self, &vector, 1);

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

gboolean
http_stream_wait (HttpStream *self, short events)
{
  struct pollfd pollfd = { .fd = self->fd, .events = events };
  int n;

  do
    n = poll (&pollfd, 1, -1);
  while (n < 0 && errno == EINTR);

  self->readable = TRUE;
  self->writable = TRUE;
  return n > 0;
}

gboolean
http_stream_is_ready (HttpStream *self, gboolean for_writing)
{
  return for_writing ? self->writable : self->readable;
}

void
http_stream_add_source (HttpStream *self, GSource *source, gboolean for_writing)
{
  GSList **sources = for_writing ? &self->write_sources : &self->read_sources;

  *sources = g_slist_prepend (*sources, source);
  if (http_stream_is_ready (self, for_writing))
    g_source_set_ready_time (source, 0);
}

void
http_stream_remove_source (HttpStream *self, GSource *source, gboolean for_writing)
{
  GSList **sources = for_writing ? &self->write_sources : &self->read_sources;

  *sources = g_slist_remove (*sources, source);
}

/* }}} */
/* {{{ A stream of somebody else */

static gboolean
http_stream_on_base_readable (GObject *pollable, gpointer user_data)
{
  HttpStream *self = user_data;

  g_clear_pointer (&self->base_readable, g_source_unref);
  self->readable = TRUE;
  http_stream_tell (self);
  return G_SOURCE_REMOVE;
}

static gboolean
http_stream_on_base_writable (GObject *pollable, gpointer user_data)
{
  HttpStream *self = user_data;

  g_clear_pointer (&self->base_writable, g_source_unref);
  self->writable = TRUE;
  http_stream_tell (self);
  return G_SOURCE_REMOVE;
}

static void
http_stream_watch_base (HttpStream *self)
{
  GInputStream *input = g_io_stream_get_input_stream (self->base);
  GOutputStream *output = g_io_stream_get_output_stream (self->base);

  if (!self->readable && self->base_readable == NULL)
    {
      self->base_readable =
        g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
      g_source_set_callback (self->base_readable, G_SOURCE_FUNC (http_stream_on_base_readable), self,
                             NULL);
      g_source_attach (self->base_readable, NULL);
    }
  if (!self->writable && self->base_writable == NULL)
    {
      self->base_writable =
        g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (output), NULL);
      g_source_set_callback (self->base_writable, G_SOURCE_FUNC (http_stream_on_base_writable), self,
                             NULL);
      g_source_attach (self->base_writable, NULL);
    }
}

static void
http_stream_unwatch_base (HttpStream *self)
{
  if (self->base_readable != NULL)
    g_source_destroy (self->base_readable);
  if (self->base_writable != NULL)
    g_source_destroy (self->base_writable);
  g_clear_pointer (&self->base_readable, g_source_unref);
  g_clear_pointer (&self->base_writable, g_source_unref);
}

/* }}} */
/* {{{ GIOStream and GObject */

static gboolean
http_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  HttpStream *self = HTTP_STREAM (stream);

  http_timer_stop (self->poller, &self->timer);
  http_task_cancel (self->poller, &self->notify);
  http_stream_unwatch_base (self);
  if (self->base != NULL)
    g_io_stream_close (self->base, NULL, NULL);

  if (self->fd >= 0)
    {
      http_poller_unwatch (self->poller, &self->watch);
      close (self->fd);
      self->fd = -1;
    }
  self->hung_up = TRUE;
  self->readable = TRUE;
  self->writable = TRUE;
  wake_sources (self->read_sources);
  wake_sources (self->write_sources);

  return TRUE;
}

static GInputStream *
http_stream_get_input (GIOStream *stream)
{
  HttpStream *self = HTTP_STREAM (stream);

  if (self->input == NULL)
    self->input = http_input_stream_new (self);
  return self->input;
}

static GOutputStream *
http_stream_get_output (GIOStream *stream)
{
  HttpStream *self = HTTP_STREAM (stream);

  if (self->output == NULL)
    self->output = http_output_stream_new (self);
  return self->output;
}

static void
http_stream_finalize (GObject *object)
{
  HttpStream *self = HTTP_STREAM (object);

  g_assert (self->fd < 0);
  if (self->remote_address != NULL)
    g_object_set_qdata (G_OBJECT (self->remote_address), http_stream_quark (), NULL);
  g_clear_object (&self->remote_address);
  http_input_stream_detach (self->input);
  http_output_stream_detach (self->output);
  g_clear_object (&self->input);
  g_clear_object (&self->output);
  g_clear_object (&self->base);
  g_slist_free (self->read_sources);
  g_slist_free (self->write_sources);
  g_clear_pointer (&self->poller, http_poller_unref);

  G_OBJECT_CLASS (http_stream_parent_class)->finalize (object);
}

static void
http_stream_class_init (HttpStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GIOStreamClass *io_stream_class = G_IO_STREAM_CLASS (klass);

  object_class->finalize = http_stream_finalize;
  io_stream_class->get_input_stream = http_stream_get_input;
  io_stream_class->get_output_stream = http_stream_get_output;
  io_stream_class->close_fn = http_stream_close;
}

static void
http_stream_init (HttpStream *self)
{
  self->fd = -1;
  self->writable = TRUE;
  http_timer_init (&self->timer, http_stream_on_timeout, self);
  http_task_init (&self->notify, http_stream_tell, self);
}

/**
 * http_stream_new:
 * @poller: the poller that watches the socket
 * @fd: (transfer full): a connected, non-blocking socket
 * @remote_address: the peer's address, an object made for this stream alone: the stream is found again
 *   by it ([func@http_stream_from_message])
 *
 * Makes a stream over a socket and starts to watch it.
 *
 * Returns: (transfer full) (nullable): the stream; %NULL, with @fd closed, when the kernel cannot watch
 *   any more
 */
HttpStream *
http_stream_new (HttpPoller *poller,
                 int fd,
                 GSocketAddress *remote_address)
{
  g_autoptr (HttpStream) self = g_object_new (HTTP_TYPE_STREAM, NULL);

  self->poller = http_poller_ref (poller);
  self->watch.func = http_stream_on_events;
  self->watch.user_data = self;
  if (!http_poller_watch (poller, &self->watch, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET))
    {
      close (fd);
      return NULL;
    }
  self->fd = fd;

  self->remote_address = g_object_ref (remote_address);
  g_object_set_qdata (G_OBJECT (remote_address), http_stream_quark (), self);
  http_stream_set_phase (self, HTTP_STREAM_IDLE);

  return g_steal_pointer (&self);
}

/**
 * http_stream_new_for_iostream:
 * @poller: the poller that the rest of the connection uses
 * @base: a stream whose two halves are pollable, already taken over from HTTP
 *
 * Puts a stream over one that somebody else made, so that it can be driven in the same way.
 *
 * Returns: (transfer full): the stream
 */
HttpStream *
http_stream_new_for_iostream (HttpPoller *poller, GIOStream *base)
{
  HttpStream *self = g_object_new (HTTP_TYPE_STREAM, NULL);

  self->poller = http_poller_ref (poller);
  self->base = g_object_ref (base);
  self->readable = TRUE;
  self->phase = HTTP_STREAM_DETACHED;

  return self;
}

/**
 * http_stream_from_message:
 * @message: a request
 *
 * Finds the stream that a request came in on.
 *
 * Returns: (transfer none) (nullable): the stream; %NULL when the server has listeners of its own
 */
HttpStream *
http_stream_from_message (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return address != NULL ? g_object_get_qdata (G_OBJECT (address), http_stream_quark ()) : NULL;
}

/**
 * http_stream_set_watcher:
 * @stream: a stream
 * @watcher: (nullable): static functions to be called from now on
 * @user_data: data for them
 *
 * Sets who is told what happens on @stream. If there is something to tell already, that is told in the
 * poller's next turn.
 */
void
http_stream_set_watcher (HttpStream *self, const HttpStreamWatcher *watcher, gpointer user_data)
{
  self->watcher = watcher;
  self->watcher_data = user_data;
  if (watcher != NULL && (self->readable || self->hung_up) &&
      !g_io_stream_is_closed (G_IO_STREAM (self)))
    http_task_queue (self->poller, &self->notify);
}

/**
 * http_stream_set_phase:
 * @stream: a stream
 * @phase: what it is used for now
 *
 * Sets the phase and starts its time-out. A stream that was taken over stays so.
 */
void
http_stream_set_phase (HttpStream *self, HttpStreamPhase phase)
{
  if (self->phase == HTTP_STREAM_DETACHED)
    return;

  self->phase = phase;
  if (!g_io_stream_is_closed (G_IO_STREAM (self)))
    http_stream_start_timer (self, phase_timeouts[phase]);
}

/* }}} */
