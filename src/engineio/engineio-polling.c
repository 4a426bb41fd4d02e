/* engineio-polling.c: the server's end of HTTP long-polling
 *
 * A GET waits until there is something to send; a POST brings what the client sends. The server
 * above finds the session of a request and hands the request to its transport. At most one GET and
 * one POST are under way at a time; a second one is a client gone wrong and ends the session.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-polling.h"

#include "http-encoding.h"
#include "http-hangup.h"
#include "http-message.h"

struct _EngineioPolling
{
  EngineioTransport parent_instance;

  const EngineioProtocol *protocol;
  HttpPoller *poller;
  gsize max_payload;
  guint max_packets;
  gsize compression_threshold; /* G_MAXSIZE for none */
  EngineioPayloadTexts texts; /* what the client's posts have shown so far */

  SoupServerMessage *poll; /* the GET that waits */
  gboolean poll_is_paused;
  HttpHangup hangup;
  SoupServerMessage *post; /* the POST that is arriving; a weak pointer */

  gboolean closing;
  HttpTask report_task;
};

G_DEFINE_FINAL_TYPE (EngineioPolling, engineio_polling, ENGINEIO_TYPE_TRANSPORT)

/* {{{ Answers */

static GBytes *
compress (SoupServerMessage *message, GBytes *payload)
{
  HttpEncoding encoding = http_encoding_choose (message);

  http_encoding_declare (encoding, message);
  return http_encoding_pack (encoding, payload);
}

static void
answer_payload (SoupServerMessage *message, GBytes *payload, const char *type)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  http_message_ignore_range (message);
  soup_message_headers_replace (headers, "Content-Type", type);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), payload);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
}

static void
answer_ok (SoupServerMessage *message)
{
  http_message_answer (message, SOUP_STATUS_OK, "text/html", "ok");
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Cache-Control",
                                "no-store");
}

static void
answer_bad_request (SoupServerMessage *message)
{
  http_message_answer (message, SOUP_STATUS_BAD_REQUEST, "text/plain", "");
}

/* }}} */
/* {{{ Polls */

/* Node compresses a body for the sake of one packet. */
static gboolean
may_compress (EngineioPacket *const *packets, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      if (!engineio_packet_is_uncompressed (packets[i]))
        return TRUE;
    }
  return FALSE;
}

/* Ends the GET that waits, with @packets. */
static void
engineio_polling_answer_poll (EngineioPolling *self, EngineioPacket *const *packets, guint n)
{
  g_autoptr (SoupServerMessage) message = g_steal_pointer (&self->poll);
  const char *type;
  g_autoptr (GBytes) payload = self->protocol->encode (packets, n, self->texts, &type);
  g_autoptr (GBytes) body = NULL;

  if (g_bytes_get_size (payload) >= self->compression_threshold && may_compress (packets, n))
    body = compress (message, payload);
  answer_payload (message, body != NULL ? body : payload, type);
  if (self->poll_is_paused && http_hangup_unwatch (&self->hangup))
    soup_server_message_unpause (message);
}

static void
engineio_polling_answer_poll_with (EngineioPolling *self, EngineioPacketType type)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new (type, NULL, 0);

  engineio_polling_answer_poll (self, &packet, 1);
}

static void
engineio_polling_fail (EngineioPolling *self, const char *description)
{
  if (self->poll != NULL)
    engineio_polling_answer_poll_with (self, ENGINEIO_PACKET_CLOSE);

  engineio_transport_report_closed (ENGINEIO_TRANSPORT (self), ENGINEIO_CLOSE_TRANSPORT_ERROR,
                                    description);
}

static void
on_poll_hung_up (gpointer user_data)
{
  g_autoptr (EngineioPolling) self = g_object_ref (user_data);

  engineio_polling_fail (self, "the client broke its poll off");
}

static void
on_last_answer_finished (EngineioPolling *self)
{
  engineio_transport_report_closed (ENGINEIO_TRANSPORT (self), ENGINEIO_CLOSE_FORCED, NULL);
}

/* The transport is done when its last answer has left: a program that ends with its server must not
 * take the answer with it. */
static void
engineio_polling_report_when_written (EngineioPolling *self)
{
  g_signal_connect_object (self->poll, "finished", G_CALLBACK (on_last_answer_finished), self,
                           G_CONNECT_SWAPPED);
}

/* A client that is told to go gets the packet for it in the poll that comes next. The NOOP before
 * it is what Node sends there. */
static void
engineio_polling_answer_last_poll (EngineioPolling *self)
{
  g_autoptr (EngineioPacket) noop = engineio_packet_new (ENGINEIO_PACKET_NOOP, NULL, 0);
  g_autoptr (EngineioPacket) close = engineio_packet_new (ENGINEIO_PACKET_CLOSE, NULL, 0);
  EngineioPacket *packets[] = { noop, close };

  engineio_polling_report_when_written (self);
  engineio_polling_answer_poll (self, packets, G_N_ELEMENTS (packets));
}

static void
engineio_polling_pause_poll (EngineioPolling *self)
{
  self->poll_is_paused = TRUE;
  soup_server_message_pause (self->poll);
  http_hangup_watch (&self->hangup, self->poller, self->poll, on_poll_hung_up, self);
}

/**
 * engineio_polling_handle_poll:
 * @polling: a transport
 * @message: a GET of its session
 *
 * Answers a poll, now or later.
 */
void
engineio_polling_handle_poll (EngineioPolling *self, SoupServerMessage *message)
{
  g_autoptr (EngineioPolling) guard G_GNUC_UNUSED = g_object_ref (self);

  if (self->poll != NULL)
    {
      answer_bad_request (message);
      engineio_polling_fail (self, "a second poll came while one waited");
      return;
    }

  self->poll = g_object_ref (message);
  self->poll_is_paused = FALSE;
  if (self->closing)
    engineio_polling_answer_last_poll (self);
  else
    engineio_transport_report_drained (ENGINEIO_TRANSPORT (self));

  if (self->poll != NULL)
    engineio_polling_pause_poll (self);
}

/* }}} */
/* {{{ Posts */

static gboolean
is_octet_stream (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *type = soup_message_headers_get_content_type (headers, NULL);

  return type != NULL && g_ascii_strcasecmp (type, ENGINEIO_PAYLOAD_BINARY) == 0;
}

static void
engineio_polling_set_post (EngineioPolling *self, SoupServerMessage *message)
{
  g_set_weak_pointer (&self->post, message);
}

/* Keeps the transport until then. A signal that watches it costs twice as much, for each POST. */
static void
on_post_finished (SoupServerMessage *message, gpointer user_data)
{
  EngineioPolling *self = user_data;

  if (self->post == message)
    engineio_polling_set_post (self, NULL);
}

/**
 * engineio_polling_begin_post:
 * @polling: a transport
 * @message: a POST of its session whose head has come
 *
 * Makes sure that there is only one at a time.
 *
 * Returns: %FALSE if another one was arriving still: then @message is answered and the session
 * ended
 */
gboolean
engineio_polling_begin_post (EngineioPolling *self, SoupServerMessage *message)
{
  g_autoptr (EngineioPolling) guard G_GNUC_UNUSED = g_object_ref (self);

  if (self->post != NULL)
    {
      answer_bad_request (message);
      engineio_polling_fail (self, "a second POST came while one was arriving");
      return FALSE;
    }

  engineio_polling_set_post (self, message);
  g_signal_connect_data (message, "finished", G_CALLBACK (on_post_finished), g_object_ref (self),
                         (GClosureNotify)(void *)g_object_unref, 0);
  return TRUE;
}

static void
engineio_polling_read_body (EngineioPolling *self,
                            GBytes *body,
                            gboolean (*read_next) (EngineioPayloadIter *iter,
                                                   EngineioPacket **packet,
                                                   GError **error))
{
  EngineioTransport *transport = ENGINEIO_TRANSPORT (self);
  g_autoptr (GError) error = NULL;
  EngineioPayloadIter iter;
  EngineioPacket *next;
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  engineio_payload_iter_init (&iter, text, length);
  iter.texts = self->texts;
  while (!engineio_transport_is_closed (transport) && !self->closing &&
         read_next (&iter, &next, &error))
    {
      g_autoptr (EngineioPacket) packet = next;

      self->texts = iter.texts;
      engineio_transport_report_packet (transport, packet);
    }

  if (error != NULL)
    {
      if (self->poll != NULL)
        engineio_polling_answer_poll_with (self, ENGINEIO_PACKET_CLOSE);
      engineio_transport_report_closed (transport, ENGINEIO_CLOSE_PARSE_ERROR, error->message);
    }
}

/**
 * engineio_polling_handle_post:
 * @polling: a transport
 * @message: a POST of its session, all of it
 *
 * Answers a POST and hands up what it brought.
 */
void
engineio_polling_handle_post (EngineioPolling *self, SoupServerMessage *message)
{
  g_autoptr (EngineioPolling) guard G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (GBytes)
    body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  gboolean binary = is_octet_stream (message);

  engineio_polling_set_post (self, NULL);
  if (binary && self->protocol->next_binary == NULL)
    {
      answer_bad_request (message);
      engineio_polling_fail (self, "a POST came in the binary form of an older protocol");
      return;
    }

  answer_ok (message);
  engineio_polling_read_body (self, body,
                              binary ? self->protocol->next_binary : self->protocol->next);
}

/* }}} */

static guint
engineio_polling_send (EngineioTransport *transport, EngineioPacket *const *packets, guint n)
{
  EngineioPolling *self = ENGINEIO_POLLING (transport);
  guint taken;

  if (self->poll == NULL)
    return 0;

  taken = self->protocol->fit (packets, MIN (n, self->max_packets), self->texts, self->max_payload);
  engineio_polling_answer_poll (self, packets, taken);
  return taken;
}

static gboolean
engineio_polling_is_writable (EngineioTransport *transport)
{
  return ENGINEIO_POLLING (transport)->poll != NULL;
}

static void
engineio_polling_report (gpointer user_data)
{
  engineio_transport_report_closed (user_data, ENGINEIO_CLOSE_FORCED, NULL);
}

/* A client that we tell to go is told in the poll that waits, or in its next one. One that went by
 * itself needs no telling, and one that failed will not find its session any more. */
static void
engineio_polling_close (EngineioTransport *transport, EngineioCloseReason reason)
{
  EngineioPolling *self = ENGINEIO_POLLING (transport);
  gboolean went = reason == ENGINEIO_CLOSE_TRANSPORT_CLOSE;

  self->closing = TRUE;
  if (self->poll != NULL)
    {
      engineio_polling_report_when_written (self);
      engineio_polling_answer_poll_with (self, went ? ENGINEIO_PACKET_NOOP : ENGINEIO_PACKET_CLOSE);
    }
  else if (reason != ENGINEIO_CLOSE_FORCED)
    http_task_queue (self->poller, &self->report_task);
}

static void
engineio_polling_abort (EngineioTransport *transport)
{
  EngineioPolling *self = ENGINEIO_POLLING (transport);

  self->closing = TRUE;
  http_task_cancel (self->poller, &self->report_task);
  engineio_polling_set_post (self, NULL);
  if (self->poll != NULL)
    engineio_polling_answer_poll_with (self, ENGINEIO_PACKET_NOOP);
}

static void
engineio_polling_dispose (GObject *object)
{
  EngineioPolling *self = ENGINEIO_POLLING (object);

  engineio_transport_abort (ENGINEIO_TRANSPORT (object));
  http_task_cancel (self->poller, &self->report_task);
  engineio_polling_set_post (self, NULL);

  G_OBJECT_CLASS (engineio_polling_parent_class)->dispose (object);
}

static void
engineio_polling_finalize (GObject *object)
{
  g_clear_pointer (&ENGINEIO_POLLING (object)->poller, http_poller_unref);

  G_OBJECT_CLASS (engineio_polling_parent_class)->finalize (object);
}

static void
engineio_polling_class_init (EngineioPollingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  EngineioTransportClass *transport_class = ENGINEIO_TRANSPORT_CLASS (klass);

  object_class->dispose = engineio_polling_dispose;
  object_class->finalize = engineio_polling_finalize;
  transport_class->name = "polling";
  transport_class->send = engineio_polling_send;
  transport_class->is_writable = engineio_polling_is_writable;
  transport_class->close = engineio_polling_close;
  transport_class->abort = engineio_polling_abort;
}

static void
engineio_polling_init (EngineioPolling *self)
{
  http_task_init (&self->report_task, engineio_polling_report, self);
}

/**
 * engineio_polling_new:
 * @protocol: how to speak with the client
 * @max_payload: bytes that the body of an answer should not exceed; a single packet may
 * @max_packets: packets that it may have
 * @poller: the poller that watches the connections
 *
 * Makes the server's end of a long-polling session.
 *
 * Returns: (transfer full): the transport
 */
EngineioTransport *
engineio_polling_new (const EngineioProtocol *protocol,
                      gsize max_payload,
                      guint max_packets,
                      HttpPoller *poller)
{
  EngineioPolling *self = g_object_new (ENGINEIO_TYPE_POLLING, NULL);

  self->protocol = protocol;
  self->max_payload = max_payload;
  self->max_packets = max_packets;
  self->compression_threshold = G_MAXSIZE;
  self->poller = http_poller_ref (poller);

  return ENGINEIO_TRANSPORT (self);
}

/**
 * engineio_polling_set_compression:
 * @polling: a transport
 * @threshold: bytes
 *
 * Compresses answers to polls from @threshold on, for a client that takes that. Without this call
 * none is.
 */
void
engineio_polling_set_compression (EngineioPolling *self, gsize threshold)
{
  self->compression_threshold = threshold;
}
