/* http-hangup.c: notices that the client of a paused request is gone
 *
 * libsoup does not look at the connection of a message that is paused, so that a long poll whose
 * client vanished would wait for ever. The stream knows; for a server with listeners of its own the
 * socket is watched beside libsoup, for the hang-up alone.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-hangup.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

static void
on_stream_hung_up (HttpStream *stream, gpointer user_data)
{
  HttpHangup *self = user_data;

  self->func (self->user_data);
}

static void
on_socket_events (guint32 events, gpointer user_data)
{
  HttpHangup *self = user_data;

  if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
    self->func (self->user_data);
}

static const HttpStreamWatcher stream_watcher = { .hung_up = on_stream_hung_up };

/* The server itself was told to close its connections. */
static void
on_disconnected (SoupServerMessage *message, gpointer user_data)
{
  HttpHangup *self = user_data;

  self->lost = TRUE;
  self->func (self->user_data);
}

/* The descriptor is doubled, because libsoup may close its own first. */
static void
http_hangup_watch_socket (HttpHangup *self, GSocket *socket)
{
  self->fd = fcntl (g_socket_get_fd (socket), F_DUPFD_CLOEXEC, 0);
  if (self->fd < 0)
    return;

  self->watch.func = on_socket_events;
  self->watch.user_data = self;
  if (!http_poller_watch (self->poller, &self->watch, self->fd, EPOLLRDHUP | EPOLLET))
    {
      close (self->fd);
      self->fd = -1;
    }
}

/**
 * http_hangup_watch:
 * @hangup: a look-out that is not in use
 * @poller: the poller to use
 * @message: the request
 * @func: called once the client is gone; it may unwatch
 * @user_data: data for @func
 *
 * Begins to look out for the end of @message's connection.
 */
void
http_hangup_watch (HttpHangup *self,
                   HttpPoller *poller,
                   SoupServerMessage *message,
                   HttpPollerFunc func,
                   gpointer user_data)
{
  HttpStream *stream = http_stream_from_message (message);
  GSocket *socket = soup_server_message_get_socket (message);

  *self = (HttpHangup){ .poller = poller, .fd = -1, .func = func, .user_data = user_data };
  self->message = g_object_ref (message);
  self->disconnected_id = g_signal_connect (message, "disconnected", G_CALLBACK (on_disconnected),
                                            self);
  if (stream != NULL)
    {
      self->stream = g_object_ref (stream);
      http_stream_set_watcher (stream, &stream_watcher, self);
    }
  else if (socket != NULL)
    http_hangup_watch_socket (self, socket);
}

/**
 * http_hangup_unwatch:
 * @hangup: a look-out
 *
 * Ends it. Ending one that is not in use is no error, if it was filled with zeros.
 *
 * Returns: whether the message still has a connection, so that it can be unpaused
 */
gboolean
http_hangup_unwatch (HttpHangup *self)
{
  if (self->poller == NULL)
    return FALSE;

  if (self->stream != NULL)
    http_stream_set_watcher (self->stream, NULL, NULL);
  g_clear_object (&self->stream);
  if (self->fd >= 0)
    {
      http_poller_unwatch (self->poller, &self->watch);
      close (self->fd);
    }
  g_signal_handler_disconnect (self->message, self->disconnected_id);
  g_clear_object (&self->message);
  self->poller = NULL;

  return !self->lost;
}
