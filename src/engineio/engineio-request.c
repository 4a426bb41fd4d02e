/* engineio-request.c: one HTTP request of a client, with limits
 *
 * libsoup reads a body of any size and waits for as long as the server likes; here both have an
 * end. engineio-polling-client.c makes its polls and its POSTs by this.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-request.h"

#include <glib/gi18n-lib.h>

#include "engineio-timer.h"

#define READ_SIZE (16 * 1024)

/* The exchange outlives the request that was freed until libsoup has let go of it. */
typedef struct
{
  grefcount ref_count;
  SoupMessage *message;
  GCancellable *cancellable;
  GInputStream *stream;
  GByteArray *body;
  gsize max_body;
  guint8 buffer[READ_SIZE];
  EngineioRequest *request; /* NULL once it was freed or told */
} Exchange;

struct _EngineioRequest
{
  Exchange *exchange;
  EngineioTimer *timer;
  EngineioRequestFunc func;
  gpointer user_data;
};

static void exchange_read (Exchange *self);

static void
exchange_unref (Exchange *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Exchange, exchange_unref)

/* Tells who asked. The request is theirs to free, even while they are told. */
static void
exchange_finish (Exchange *self, const GError *error)
{
  EngineioRequest *request = g_steal_pointer (&self->request);
  g_autoptr (GBytes) body = NULL;

  if (request == NULL)
    return;

  engineio_timer_stop (request->timer);
  if (error == NULL)
    body = g_byte_array_free_to_bytes (g_steal_pointer (&self->body));
  request->func (self->message, body, error, request->user_data);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Exchange) self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (self->request == NULL)
    return;

  if (n > 0 && self->body->len + n > self->max_body)
    {
      g_cancellable_cancel (self->cancellable);
      error = g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_TOO_LARGE,
                                   _ ("The server sent more than we take"));
    }
  if (n <= 0 || error != NULL)
    {
      exchange_finish (self, error);
      return;
    }

  g_byte_array_append (self->body, self->buffer, n);
  exchange_read (self);
}

static void
exchange_read (Exchange *self)
{
  g_ref_count_inc (&self->ref_count);
  g_input_stream_read_async (self->stream, self->buffer, sizeof self->buffer, G_PRIORITY_DEFAULT,
                             self->cancellable, on_read, self);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Exchange) self = user_data;
  g_autoptr (GError) error = NULL;

  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->request == NULL)
    return;

  if (self->stream != NULL)
    exchange_read (self);
  else
    exchange_finish (self, error);
}

static void
on_timeout (gpointer user_data)
{
  EngineioRequest *request = user_data;
  g_autoptr (GError) error = g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_TIMED_OUT,
                                                  _ ("The server did not answer in time"));
  g_autoptr (Exchange) exchange = request->exchange;

  g_ref_count_inc (&exchange->ref_count);
  g_cancellable_cancel (exchange->cancellable);
  exchange_finish (exchange, error);
}

/**
 * engineio_request_send:
 * @dialer: whose options have the limits
 * @message: (transfer full): a request
 * @func: told what became of it
 * @user_data: data for @func
 *
 * Sends a request. An answer with more than [property@EngineioClientOptions:max-message] ends with
 * %ENGINEIO_ERROR_TOO_LARGE, one that takes longer than
 * [property@EngineioClientOptions:request-timeout] with %ENGINEIO_ERROR_TIMED_OUT.
 *
 * Returns: (transfer full): the request; freeing it gives it up
 */
EngineioRequest *
engineio_request_send (EngineioDialer *dialer,
                       SoupMessage *message,
                       EngineioRequestFunc func,
                       gpointer user_data)
{
  EngineioClientOptions *options = engineio_dialer_get_options (dialer);
  guint timeout = engineio_client_options_get_request_timeout (options);
  EngineioRequest *self = g_new0 (EngineioRequest, 1);
  Exchange *exchange = g_new0 (Exchange, 1);

  g_ref_count_init (&exchange->ref_count);
  exchange->message = message;
  exchange->cancellable = g_cancellable_new ();
  exchange->body = g_byte_array_new ();
  exchange->max_body = engineio_client_options_get_max_message (options);
  exchange->request = self;

  self->exchange = exchange;
  self->func = func;
  self->user_data = user_data;
  self->timer = engineio_timer_new (on_timeout, self);
  if (timeout > 0)
    engineio_timer_start (self->timer, timeout);

  g_ref_count_inc (&exchange->ref_count);
  soup_session_send_async (engineio_dialer_get_http (dialer), message, G_PRIORITY_DEFAULT,
                           exchange->cancellable, on_sent, exchange);
  return self;
}

/**
 * engineio_request_free:
 * @request: (transfer full): a request
 *
 * Frees the request. One that is not answered yet is broken off, and nobody is told.
 */
void
engineio_request_free (EngineioRequest *self)
{
  Exchange *exchange = self->exchange;

  if (exchange->request != NULL)
    g_cancellable_cancel (exchange->cancellable);
  exchange->request = NULL;
  exchange_unref (exchange);
  engineio_timer_free (self->timer);
  g_free (self);
}
