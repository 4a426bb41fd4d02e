/* engineio-foreign.c: WebSockets that nobody answers
 *
 * A server that is attached to a SoupServer shares it with others. A request for a WebSocket on a
 * path that is not ours is for them; what nobody has answered in time is closed, so that it does
 * not stay for ever. Only requests for WebSockets are looked at.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-foreign.h"

#include "http-stream.h"

#include "engineio-http-options-private.h"
#include "engineio-refusal.h"

typedef struct
{
  HttpPoller *poller;
  HttpTimer timer;
  SoupServerMessage *message; /* not owned: the signals below end with it */
} Foreign;

static void
foreign_free (gpointer data, GClosure *closure)
{
  Foreign *self = data;

  http_timer_stop (self->poller, &self->timer);
  http_poller_unref (self->poller);
  g_free (self);
}

/* Only our half is ended, as Node does: the message belongs to whoever will not answer it. */
static void
on_timeout (gpointer user_data)
{
  Foreign *self = user_data;
  HttpStream *stream = http_stream_from_message (self->message);
  GSocket *socket = soup_server_message_get_socket (self->message);

  g_debug ("A WebSocket on a path that is not ours is ended: nobody has answered it");
  if (stream != NULL)
    http_stream_end_output (stream);
  else if (socket != NULL)
    g_socket_shutdown (socket, FALSE, TRUE, NULL);
}

/* Somebody has answered, or the client is gone. */
static void
on_settled (SoupServerMessage *message, Foreign *self)
{
  http_timer_stop (self->poller, &self->timer);
}

/* Looks after a request whose head has come, if it wants a WebSocket. */
void
engineio_foreign_watch (EngineioOptions *options, HttpPoller *poller, SoupServerMessage *message)
{
  const EngineioHttpSettings *settings = engineio_http_options_peek (options);
  Foreign *self;

  if (!settings->destroy_upgrade || !engineio_wants_websocket (message))
    return;

  self = g_new0 (Foreign, 1);
  self->poller = http_poller_ref (poller);
  self->message = message;
  http_timer_init (&self->timer, on_timeout, self);
  http_timer_start (poller, &self->timer, settings->destroy_upgrade_timeout);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (on_settled), self);
  g_signal_connect (message, "wrote-informational", G_CALLBACK (on_settled), self);
  g_signal_connect (message, "disconnected", G_CALLBACK (on_settled), self);
  g_signal_connect_data (message, "finished", G_CALLBACK (on_settled), self, foreign_free, 0);
}
