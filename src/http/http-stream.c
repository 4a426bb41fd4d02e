/* http-stream.c: a GIOStream over a watched socket
 *
 * The listener makes one for each connection and hands it to libsoup, which reads requests from it
 * and writes answers to it as from any pollable GIOStream. When libsoup is done with it, because it
 * became a WebSocket, its new owner reads and writes it directly and is told by a watcher when it
 * can.
 *
 * The socket is watched edge-triggered, once, so that no system call is needed to change what is
 * waited for; `readable` and `writable` remember what the kernel said last.
 *
 * http-stream-halves.c has what libsoup sees of a stream. A stream may also stand over a GIOStream
 * of somebody else: http-stream-base.c.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-stream-private.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* What is looked at of a list of pieces to write. */
#define MAX_VECTORS 64

/* Browsers keep a connection for about a minute; slow networks need a while for a request's head. A
 * body gets this long for each piece. */
static const guint phase_timeouts[] = {
  [HTTP_STREAM_IDLE] = 65 * 1000, [HTTP_STREAM_HEADERS] = 20 * 1000,
  [HTTP_STREAM_BODY] = 30 * 1000, [HTTP_STREAM_COUNTED_BODY] = 30 * 1000,
  [HTTP_STREAM_RESPONSE] = 0,     [HTTP_STREAM_DETACHED] = 0,
};

G_DEFINE_FINAL_TYPE (HttpStream, http_stream, G_TYPE_IO_STREAM)

static GQuark http_stream_quark (void);
/* clang-format off */
G_DEFINE_QUARK (http-stream, http_stream)
/* clang-format on */

/* {{{ Readiness */

static void
wake_sources (GSList *sources)
{
  for (GSList *l = sources; l != NULL; l = l->next)
    g_source_set_ready_time (l->data, 0);
}

void
http_stream_tell (gpointer user_data)
{
  g_autoptr (HttpStream) self = g_object_ref (user_data);

  if (self->writable)
    http_stream_flush_held (self);
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
  if (self->hung_up && !self->told_hang_up && self->watcher != NULL &&
      self->watcher->hung_up != NULL)
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

void
http_stream_start_timer (HttpStream *self, guint milliseconds)
{
  if (milliseconds > 0)
    http_timer_start (self->poller, &self->timer, milliseconds);
  else
    http_timer_stop (self->poller, &self->timer);
}

/* }}} */
/* {{{ Reading and writing */

/* Asked for every packet, so without GIOStream where that is not needed. */
static gboolean
http_stream_is_closed (HttpStream *self)
{
  return self->fd < 0 && (self->base == NULL || g_io_stream_is_closed (G_IO_STREAM (self)));
}

gssize
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

  if (http_stream_is_closed (self))
    return HTTP_STREAM_FAILED;
  if (!self->readable)
    return HTTP_STREAM_WOULD_BLOCK;

  n = self->base != NULL ? http_stream_read_base (self, buffer, count)
                         : http_stream_read_socket (self, buffer, count);

  /* epoll(7): a short read from a stream socket has drained it. Only an end that was announced is
   * still there to be read then. */
  if (n == HTTP_STREAM_WOULD_BLOCK ||
      (n > 0 && (gsize)n < count && !self->hung_up && self->base == NULL))
    self->readable = FALSE;
  if (n == 0 || n == HTTP_STREAM_FAILED)
    self->hung_up = TRUE;

  return n;
}

G_STATIC_ASSERT (sizeof (GOutputVector) == sizeof (struct iovec));
G_STATIC_ASSERT (G_STRUCT_OFFSET (GOutputVector, buffer) == offsetof (struct iovec, iov_base));
G_STATIC_ASSERT (G_STRUCT_OFFSET (GOutputVector, size) == offsetof (struct iovec, iov_len));

/* One piece takes the kernel less time by send(). */
static gssize
send_vectors (int fd, const GOutputVector *vectors, guint n_vectors)
{
  struct msghdr message = {
    .msg_iov = (struct iovec *)vectors,
    .msg_iovlen = MIN (n_vectors, MAX_VECTORS),
  };

  return n_vectors == 1 ? send (fd, vectors->buffer, vectors->size, MSG_NOSIGNAL)
                        : sendmsg (fd, &message, MSG_NOSIGNAL);
}

gssize
http_stream_write_socket (HttpStream *self, const GOutputVector *vectors, guint n_vectors)
{
  gssize n;

  do
    n = send_vectors (self->fd, vectors, n_vectors);
  while (n < 0 && errno == EINTR);

  if (n >= 0)
    return n;
  return errno == EAGAIN ? HTTP_STREAM_WOULD_BLOCK : HTTP_STREAM_FAILED;
}

/**
 * http_stream_prefetch:
 * @stream: a stream that is written to soon
 *
 * Has the cache fetch what that will need.
 */
void
http_stream_prefetch (HttpStream *self)
{
  const guint8 *start = (const guint8 *)&self->base;

  http_prefetch (start, (const guint8 *)&self->watcher - start);
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

  if (http_stream_is_closed (self))
    return HTTP_STREAM_FAILED;
  if (!self->writable)
    return HTTP_STREAM_WOULD_BLOCK;

  if (self->held != NULL)
    n = http_stream_write_behind_held (self, vectors, n_vectors);
  else
    n = self->base != NULL ? http_stream_write_base (self, vectors, n_vectors)
                           : http_stream_write_socket (self, vectors, n_vectors);

  if (n == HTTP_STREAM_WOULD_BLOCK)
    {
      self->writable = FALSE;
      self->waits_to_write = TRUE;
    }
  else if (n == HTTP_STREAM_FAILED)
    self->hung_up = TRUE;

  return n;
}

/**
 * http_stream_has_more:
 * @stream: a stream
 *
 * Tells whether a reader that stopped before the stream would block should come back: nobody will
 * tell it again.
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
  http_stream_flush_held (self);
  if (self->fd >= 0)
    shutdown (self->fd, SHUT_WR);
  else if (self->base != NULL)
    http_stream_end_base_output (self);
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
  else if (self->base != NULL)
    http_stream_break_base (self);
  self->hung_up = TRUE;
  self->readable = TRUE;
  self->writable = TRUE;
  http_task_queue (self->poller, &self->notify);
}

/* }}} */
/* {{{ GIOStream and GObject */

/* Leaves the poller. */
static void
http_stream_release (gpointer user_data)
{
  HttpStream *self = user_data;

  http_stream_drop_held (self);
  http_timer_stop (self->poller, &self->timer);
  http_task_cancel (self->poller, &self->notify);
  if (self->base != NULL)
    http_stream_close_base (self);
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
  g_clear_pointer (&self->poller, http_poller_unref);
}

/* A TLS connection over the stream may close it, or drop the last reference to it, in a thread of
 * glib-networking. What stands in the poller must be taken out of it in the poller's own thread, so
 * the stream lives on until that is done. */
static gboolean
http_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  http_poller_invoke (HTTP_STREAM (stream)->poller, http_stream_release, g_object_ref (stream),
                      g_object_unref);
  return TRUE;
}

/* GIOStream's own would close from another thread. */
static void
http_stream_close_async (GIOStream *stream,
                         int io_priority,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, http_stream_close_async);
  g_task_return_boolean (task, http_stream_close (stream, cancellable, NULL));
}

static gboolean
http_stream_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
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
  g_clear_object (&self->under);
  g_clear_pointer (&self->base_pending, g_byte_array_unref);
  g_slist_free (self->read_sources);
  g_slist_free (self->write_sources);

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
  io_stream_class->close_async = http_stream_close_async;
  io_stream_class->close_finish = http_stream_close_finish;
}

static void
http_stream_init (HttpStream *self)
{
  self->fd = -1;
  self->writable = TRUE;
  http_timer_init (&self->timer, http_stream_on_timeout, self);
  http_task_init (&self->notify, http_stream_tell, self);
  http_task_init (&self->flush, http_stream_flush_held, self);
}

/**
 * http_stream_new:
 * @poller: the poller that watches the socket
 * @fd: (transfer full): a connected, non-blocking socket
 * @remote_address: the peer's address, an object made for this stream alone: the stream is found
 * again by it ([func@http_stream_from_message])
 *
 * Makes a stream over a socket and starts to watch it.
 *
 * Returns: (transfer full) (nullable): the stream; %NULL, with @fd closed, when the kernel cannot
 * watch any more
 */
HttpStream *
http_stream_new (HttpPoller *poller, int fd, GSocketAddress *remote_address)
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
  GSocketAddress *address;

  /* A message has a socket if libsoup accepted it. To ask that one for its peer makes libsoup
   * complain in the log when the peer is gone. */
  if (soup_server_message_get_socket (message) != NULL)
    return NULL;

  address = soup_server_message_get_remote_address (message);
  return address != NULL ? g_object_get_qdata (G_OBJECT (address), http_stream_quark ()) : NULL;
}

/**
 * http_stream_set_watcher:
 * @stream: a stream
 * @watcher: (nullable): static functions to be called from now on
 * @user_data: data for them
 *
 * Sets who is told what happens on @stream. If there is something to tell already, that is told in
 * the poller's next turn.
 */
void
http_stream_set_watcher (HttpStream *self, const HttpStreamWatcher *watcher, gpointer user_data)
{
  self->watcher = watcher;
  self->watcher_data = user_data;
  self->told_hang_up = FALSE;
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

  if (phase == HTTP_STREAM_DETACHED)
    http_stream_flush_held (self);
  self->phase = phase;
  self->answer_begins = self->joins_answers && phase == HTTP_STREAM_RESPONSE;
  if (!g_io_stream_is_closed (G_IO_STREAM (self)))
    http_stream_start_timer (self, phase_timeouts[phase]);
}

/* }}} */
