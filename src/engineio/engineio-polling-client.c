/* engineio-polling-client.c: the client's end of HTTP long-polling
 *
 * One GET is always under way and waits for what the server sends; what the client sends goes in
 * one POST at a time, as much as the server takes in one body. The first GET opens the session: its
 * answer has the id that all further requests bear.
 *
 * To move to a WebSocket the transport is paused: the requests that are under way come to their end
 * and no new ones are made, so that nothing is lost and nothing overtakes.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-polling-client.h"

#include <glib/gi18n-lib.h>

#include "engineio-payload.h"
#include "engineio-request.h"

struct _EngineioPollingClient
{
  EngineioTransport parent_instance;

  EngineioDialer *dialer;
  HttpPoller *poller;
  char *sid; /* NULL until the session is open */
  gsize max_payload;
  guint max_packets; /* in one POST */

  EngineioRequest *poll;
  EngineioRequest *post;
  HttpTask report_task;
  HttpTask *paused_task; /* its owner's; queued once, when all requests have come to their end */

  guint pauses : 1;
  guint wants_drained : 1;
  guint closing : 1;
  guint said_goodbye : 1;
};

G_DEFINE_FINAL_TYPE (EngineioPollingClient, engineio_polling_client, ENGINEIO_TYPE_TRANSPORT)

static void engineio_polling_client_post_close (EngineioPollingClient *self);

static void
engineio_polling_client_release (EngineioPollingClient *self)
{
  g_clear_pointer (&self->poll, engineio_request_free);
  g_clear_pointer (&self->post, engineio_request_free);
  http_task_cancel (self->poller, &self->report_task);
  self->paused_task = NULL;
}

static void
engineio_polling_client_end (EngineioPollingClient *self,
                             EngineioCloseReason reason,
                             const char *description)
{
  engineio_polling_client_release (self);
  engineio_transport_report_closed (ENGINEIO_TRANSPORT (self),
                                    self->closing ? ENGINEIO_CLOSE_FORCED : reason, description);
}

/* Before the session is open it is the dialing that failed, and people are told in words. */
static void
engineio_polling_client_fail (EngineioPollingClient *self,
                              SoupMessage *message,
                              GBytes *body,
                              const GError *error)
{
  guint status = soup_message_get_status (message);
  g_autofree char *description = NULL;
  gboolean too_large = error == NULL
                         ? status == SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE
                         : g_error_matches (error, ENGINEIO_ERROR, ENGINEIO_ERROR_TOO_LARGE);

  if (self->sid == NULL && !self->closing)
    {
      engineio_polling_client_release (self);
      engineio_transport_report_error (
        ENGINEIO_TRANSPORT (self), error == NULL ? engineio_dialer_translate_status (status, body)
                                   : error->domain == ENGINEIO_ERROR
                                     ? g_error_copy (error)
                                     : engineio_dialer_translate_error (message, error));
      return;
    }

  description = error != NULL ? g_strdup (error->message)
                              : g_strdup_printf ("a polling request was answered with %u", status);
  engineio_polling_client_end (
    self, too_large ? ENGINEIO_CLOSE_TOO_LARGE : ENGINEIO_CLOSE_TRANSPORT_ERROR, description);
}

static void
engineio_polling_client_check_paused (EngineioPollingClient *self)
{
  if (self->pauses && self->poll == NULL && self->post == NULL && self->paused_task != NULL)
    http_task_queue (self->poller, g_steal_pointer (&self->paused_task));
}

/* {{{ Polls */

static gboolean
engineio_polling_client_read (EngineioPollingClient *self, GBytes *body, GError **error)
{
  EngineioTransport *transport = ENGINEIO_TRANSPORT (self);
  EngineioPayloadIter iter;
  EngineioPacket *next;
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  engineio_payload_iter_init (&iter, text, length);
  while (!engineio_transport_is_closed (transport) && !self->closing &&
         engineio_payload_iter_next (&iter, &next, error))
    {
      g_autoptr (EngineioPacket) packet = next;

      engineio_transport_report_packet (transport, packet);
    }

  return *error == NULL;
}

static void on_polled (SoupMessage *message, GBytes *body, const GError *error, gpointer user_data);

static void
engineio_polling_client_poll (EngineioPollingClient *self)
{
  self->poll = engineio_request_send (
    self->dialer, engineio_dialer_new_message (self->dialer, SOUP_METHOD_GET, "polling", self->sid),
    on_polled, self);
}

/* A server of Socket.IO 1 or 2 does not mind the version that it is asked for, and counts what it
 * answers: `97:0{"sid":...}`. In Socket.IO 1 it does so in binary form: a zero, the digits as
 * bytes, and 255. */
static gboolean
is_older_handshake (GBytes *body)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  gboolean binary = length > 0 && text[0] == '\0';
  gsize begin = binary ? 1 : 0;
  gsize end = begin;

  while (end < length && (binary ? (guint8)text[end] < 10 : g_ascii_isdigit (text[end])))
    end++;
  return end > begin && length - end > 3 &&
         memcmp (text + end,
                 binary ? "\xff"
                          "0{"
                        : ":0{",
                 3) == 0;
}

static GError *
explain_unreadable (GBytes *body)
{
  if (is_older_handshake (body))
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_PROTOCOL_VERSION,
                                _ ("The server speaks an older version of Socket.IO"));

  return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_NOT_ENGINEIO,
                              _ ("What answered there speaks no Socket.IO"));
}

/* What is no payload at all came from something that is no Engine.IO, or one that is too old. */
static void
engineio_polling_client_fail_to_read (EngineioPollingClient *self,
                                      GBytes *body,
                                      const GError *error)
{
  if (self->sid != NULL)
    {
      engineio_polling_client_end (self, ENGINEIO_CLOSE_PARSE_ERROR, error->message);
      return;
    }

  engineio_polling_client_release (self);
  engineio_transport_report_error (ENGINEIO_TRANSPORT (self), explain_unreadable (body));
}

static void
on_polled (SoupMessage *message, GBytes *body, const GError *error, gpointer user_data)
{
  g_autoptr (EngineioPollingClient) self = g_object_ref (user_data);
  g_autoptr (GError) unreadable = NULL;

  g_clear_pointer (&self->poll, engineio_request_free);
  if (error != NULL || soup_message_get_status (message) != SOUP_STATUS_OK)
    {
      engineio_polling_client_fail (self, message, body, error);
      return;
    }

  if (!engineio_polling_client_read (self, body, &unreadable))
    engineio_polling_client_fail_to_read (self, body, unreadable);
  else if (engineio_transport_is_closed (ENGINEIO_TRANSPORT (self)) || self->closing)
    return;
  else if (self->pauses)
    engineio_polling_client_check_paused (self);
  else if (self->poll == NULL)
    engineio_polling_client_poll (self);
}

/* }}} */
/* {{{ POSTs */

static void
on_posted (SoupMessage *message, GBytes *body, const GError *error, gpointer user_data)
{
  g_autoptr (EngineioPollingClient) self = g_object_ref (user_data);

  g_clear_pointer (&self->post, engineio_request_free);
  if (error != NULL || soup_message_get_status (message) != SOUP_STATUS_OK)
    {
      engineio_polling_client_fail (self, message, body, error);
      return;
    }

  if (self->closing)
    engineio_polling_client_post_close (self);
  else if (self->pauses)
    engineio_polling_client_check_paused (self);
  else if (self->wants_drained)
    {
      self->wants_drained = FALSE;
      engineio_transport_report_drained (ENGINEIO_TRANSPORT (self));
    }
}

static void
engineio_polling_client_post (EngineioPollingClient *self, EngineioPacket *const *packets, guint n)
{
  g_autoptr (GBytes) body = engineio_payload_encode (packets, n);
  SoupMessage *message = engineio_dialer_new_message (self->dialer, SOUP_METHOD_POST, "polling",
                                                      self->sid);

  soup_message_set_request_body_from_bytes (message, "text/plain;charset=UTF-8", body);
  self->post = engineio_request_send (self->dialer, message, on_posted, self);
}

/* Tells the server, and is done when it has answered. */
static void
engineio_polling_client_post_close (EngineioPollingClient *self)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_CLOSE, NULL, 0);

  if (self->said_goodbye)
    {
      engineio_polling_client_end (self, ENGINEIO_CLOSE_FORCED, NULL);
      return;
    }

  self->said_goodbye = TRUE;
  engineio_polling_client_post (self, &packet, 1);
}

static gboolean
engineio_polling_client_is_writable (EngineioTransport *transport)
{
  EngineioPollingClient *self = ENGINEIO_POLLING_CLIENT (transport);

  return self->sid != NULL && self->post == NULL && !self->pauses && !self->closing;
}

static guint
engineio_polling_client_send (EngineioTransport *transport, EngineioPacket *const *packets, guint n)
{
  EngineioPollingClient *self = ENGINEIO_POLLING_CLIENT (transport);
  guint taken = 0;

  if (engineio_polling_client_is_writable (transport) && n > 0)
    {
      taken = engineio_payload_fit (packets, MIN (n, self->max_packets), self->max_payload);
      engineio_polling_client_post (self, packets, taken);
    }
  self->wants_drained = taken < n;
  return taken;
}

/* }}} */
/* {{{ The end */

static void
engineio_polling_client_report (gpointer user_data)
{
  g_autoptr (EngineioPollingClient) self = g_object_ref (user_data);

  engineio_polling_client_end (self, ENGINEIO_CLOSE_FORCED, NULL);
}

static void
engineio_polling_client_close (EngineioTransport *transport, EngineioCloseReason reason)
{
  EngineioPollingClient *self = ENGINEIO_POLLING_CLIENT (transport);

  if (self->closing)
    return;

  self->closing = TRUE;
  if (self->sid == NULL || reason == ENGINEIO_CLOSE_TRANSPORT_CLOSE)
    http_task_queue (self->poller, &self->report_task);
  else if (self->post == NULL)
    engineio_polling_client_post_close (self);
}

static void
engineio_polling_client_abort (EngineioTransport *transport)
{
  engineio_polling_client_release (ENGINEIO_POLLING_CLIENT (transport));
}

static void
engineio_polling_client_dispose (GObject *object)
{
  engineio_transport_abort (ENGINEIO_TRANSPORT (object));
  engineio_polling_client_release (ENGINEIO_POLLING_CLIENT (object));

  G_OBJECT_CLASS (engineio_polling_client_parent_class)->dispose (object);
}

static void
engineio_polling_client_finalize (GObject *object)
{
  EngineioPollingClient *self = ENGINEIO_POLLING_CLIENT (object);

  g_clear_pointer (&self->dialer, engineio_dialer_unref);
  g_clear_pointer (&self->poller, http_poller_unref);
  g_free (self->sid);

  G_OBJECT_CLASS (engineio_polling_client_parent_class)->finalize (object);
}

/* }}} */

static void
engineio_polling_client_class_init (EngineioPollingClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  EngineioTransportClass *transport_class = ENGINEIO_TRANSPORT_CLASS (klass);

  object_class->dispose = engineio_polling_client_dispose;
  object_class->finalize = engineio_polling_client_finalize;
  transport_class->name = "polling";
  transport_class->send = engineio_polling_client_send;
  transport_class->is_writable = engineio_polling_client_is_writable;
  transport_class->close = engineio_polling_client_close;
  transport_class->abort = engineio_polling_client_abort;
}

static void
engineio_polling_client_init (EngineioPollingClient *self)
{
  http_task_init (&self->report_task, engineio_polling_client_report, self);
}

/**
 * engineio_polling_client_new:
 * @dialer: where its requests come from
 * @poller: the poller that its user has its timers in
 *
 * Makes a client's end of long-polling and begins to open a session.
 *
 * Returns: (transfer full): the transport
 */
EngineioTransport *
engineio_polling_client_new (EngineioDialer *dialer, HttpPoller *poller)
{
  EngineioPollingClient *self = g_object_new (ENGINEIO_TYPE_POLLING_CLIENT, NULL);

  self->dialer = engineio_dialer_ref (dialer);
  self->poller = http_poller_ref (poller);
  self->max_packets = engineio_options_get_max_payload_packets (
    ENGINEIO_OPTIONS (engineio_dialer_get_options (dialer)));
  engineio_polling_client_poll (self);

  return ENGINEIO_TRANSPORT (self);
}

/**
 * engineio_polling_client_set_session:
 * @polling: a transport
 * @sid: the session's id
 * @max_payload: bytes that the server takes in one body
 *
 * Tells what the server's handshake said. It is to be called when the handshake is reported.
 */
void
engineio_polling_client_set_session (EngineioPollingClient *self,
                                     const char *sid,
                                     gsize max_payload)
{
  g_free (self->sid);
  self->sid = g_strdup (sid);
  self->max_payload = max_payload;
}

/**
 * engineio_polling_client_pause:
 * @polling: a transport
 * @paused: queued when no request is under way any more
 *
 * Makes no more requests. What those under way bring is still reported.
 */
void
engineio_polling_client_pause (EngineioPollingClient *self, HttpTask *paused)
{
  self->pauses = TRUE;
  self->paused_task = paused;
  engineio_polling_client_check_paused (self);
}

/**
 * engineio_polling_client_resume:
 * @polling: a transport that pauses, or is about to
 *
 * Goes on as before [method@EngineioPollingClient.pause].
 */
void
engineio_polling_client_resume (EngineioPollingClient *self)
{
  if (!self->pauses || self->closing || engineio_transport_is_closed (ENGINEIO_TRANSPORT (self)))
    return;

  self->pauses = FALSE;
  self->paused_task = NULL;
  if (self->poll == NULL)
    engineio_polling_client_poll (self);
}
