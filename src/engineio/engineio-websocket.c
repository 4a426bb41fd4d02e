/* engineio-websocket.c: a WebSocket, the server's end or the client's
 *
 * Runs on a stream that libsoup has finished the handshake on. Frames come ready from the packets,
 * the same bytes for every receiver; what the socket does not take stays in the session's queue,
 * but for the one packet that was cut in the middle. Reading goes through the stateful frame
 * decoder.
 *
 * A client's frames are masked, each with a key of its own, so they are copied: a batch of them at
 * a time, and no further one before that is written.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-websocket.h"

#include <sys/random.h>

#include "http-linger.h"

#include "engineio-deflate.h"
#include "engineio-frame-decoder.h"
#include "engineio-utf8.h"

/* Read at a time; when that was not all, others have their turn first. */
#define READ_SIZE (32 * 1024)

/* Frames written in one system call. */
#define WRITE_VECTORS 64

/* A batch of masked frames ends with the one that reaches this. */
#define MASKED_BATCH (64 * 1024)

/* Pings and a close frame that wait for a socket that is full. A peer that pings and does not read
 * is not answered any further. */
#define MAX_CONTROL_BYTES 1024

/* How long the peer has to answer a close frame. */
#define CLOSE_TIMEOUT 2000

struct _EngineioWebsocket
{
  EngineioTransport parent_instance;

  /* First what writing needs, side by side. */
  HttpStream *stream;
  const EngineioProtocol *protocol;
  EngineioPacket *cut_packet; /* its first cut_offset bytes are written */
  GByteArray *masked; /* a client's frames, of which masked_offset bytes are written */
  GByteArray *control; /* control frames that could not be written yet */
  guint window_bits; /* 0 for no compression */
  guint is_client : 1;
  guint wants_drained : 1;
  guint sent_close : 1;
  guint closing : 1;
  gsize compression_threshold;
  gsize cut_offset;
  gsize masked_offset;

  HttpPoller *poller;
  EngineioFrameDecoder *decoder;
  gsize max_message;
  GBytes *early;
  HttpTask read_task;
  HttpTimer close_timer;
};

G_DEFINE_FINAL_TYPE (EngineioWebsocket, engineio_websocket, ENGINEIO_TYPE_TRANSPORT)

static void
engineio_websocket_release (EngineioWebsocket *self)
{
  if (self->stream == NULL)
    return;

  http_timer_stop (self->poller, &self->close_timer);
  http_task_cancel (self->poller, &self->read_task);
  http_stream_set_watcher (self->stream, NULL, NULL);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->cut_packet, engineio_packet_unref);
  g_clear_pointer (&self->masked, g_byte_array_unref);
  g_clear_pointer (&self->control, g_byte_array_unref);
  g_clear_pointer (&self->early, g_bytes_unref);
}

static void
engineio_websocket_end (EngineioWebsocket *self,
                        EngineioCloseReason reason,
                        const char *description)
{
  g_autoptr (EngineioWebsocket) guard G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (HttpStream) stream = NULL;

  if (self->stream == NULL)
    return;

  stream = g_object_ref (self->stream);
  engineio_websocket_release (self);
  if (self->sent_close && !http_stream_is_hung_up (stream))
    http_linger (stream);
  else
    g_io_stream_close (G_IO_STREAM (stream), NULL, NULL);

  engineio_transport_report_closed (ENGINEIO_TRANSPORT (self), reason, description);
}

/* {{{ Writing */

static gboolean
engineio_websocket_has_leftovers (EngineioWebsocket *self)
{
  return self->cut_packet != NULL || self->masked != NULL || self->control != NULL;
}

/* The same for every receiver with the same parameters, and each time that it is asked for. */
static const guint8 *
engineio_websocket_get_frame (EngineioWebsocket *self, EngineioPacket *packet, gsize *length)
{
  const guint8 *frame = self->protocol->get_frame (packet, length);
  gsize wire_length;

  if (self->window_bits == 0 || engineio_packet_is_uncompressed (packet))
    return frame;

  engineio_packet_get_wire (packet, &wire_length);
  if (wire_length == 0 || wire_length < self->compression_threshold)
    return frame;
  return engineio_packet_get_compressed (packet, frame, self->window_bits, length);
}

/* What was cut off goes first, then the control frames that wait behind it. */
static gboolean
engineio_websocket_write_cut (EngineioWebsocket *self)
{
  while (self->cut_packet != NULL)
    {
      gsize length;
      const guint8 *frame = engineio_websocket_get_frame (self, self->cut_packet, &length);
      GOutputVector vector = { frame + self->cut_offset, length - self->cut_offset };
      gssize n = http_stream_write (self->stream, &vector, 1);

      if (n < 0)
        return FALSE;
      self->cut_offset += n;
      if (self->cut_offset == length)
        g_clear_pointer (&self->cut_packet, engineio_packet_unref);
    }
  return TRUE;
}

static gboolean
engineio_websocket_write_masked (EngineioWebsocket *self)
{
  while (self->masked != NULL)
    {
      GOutputVector vector = { self->masked->data + self->masked_offset,
                               self->masked->len - self->masked_offset };
      gssize n = http_stream_write (self->stream, &vector, 1);

      if (n < 0)
        return FALSE;
      self->masked_offset += n;
      if (self->masked_offset == self->masked->len)
        g_clear_pointer (&self->masked, g_byte_array_unref);
    }
  return TRUE;
}

static gboolean
engineio_websocket_write_control (EngineioWebsocket *self)
{
  while (self->control != NULL)
    {
      GOutputVector vector = { self->control->data, self->control->len };
      gssize n = http_stream_write (self->stream, &vector, 1);

      if (n < 0)
        return FALSE;
      if (n == self->control->len)
        g_clear_pointer (&self->control, g_byte_array_unref);
      else
        g_byte_array_remove_range (self->control, 0, n);
    }
  return TRUE;
}

static gboolean
engineio_websocket_flush (EngineioWebsocket *self)
{
  return engineio_websocket_write_cut (self) && engineio_websocket_write_masked (self) &&
         engineio_websocket_write_control (self);
}

static void
get_mask (guint8 mask[4])
{
  static guint8 random[256];
  static guint used = sizeof random;

  if (used == sizeof random)
    {
      if (getrandom (random, sizeof random, 0) != sizeof random)
        g_error ("The kernel has no random numbers");
      used = 0;
    }
  memcpy (mask, random + used, 4);
  used += 4;
}

static void
append_masked (GByteArray *out, const guint8 *frame, gsize length)
{
  guint8 mask[4];

  get_mask (mask);
  engineio_frame_append_masked (out, frame, length, mask);
}

static void
engineio_websocket_send_control (EngineioWebsocket *self, GBytes *frame, gboolean must)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (frame, &length);

  if (self->control == NULL)
    self->control = g_byte_array_new ();
  if (!must && self->control->len + length > MAX_CONTROL_BYTES)
    ; /* it goes without */
  else if (self->is_client)
    append_masked (self->control, data, length);
  else
    g_byte_array_append (self->control, data, length);

  engineio_websocket_flush (self);
}

static void
engineio_websocket_send_close (EngineioWebsocket *self, guint16 code, const char *reason)
{
  g_autoptr (GBytes) frame = NULL;

  if (self->sent_close)
    return;

  self->sent_close = TRUE;
  frame = engineio_frame_new_close (code, reason);
  engineio_websocket_send_control (self, frame, TRUE);
}

static void
engineio_websocket_keep_cut (EngineioWebsocket *self, EngineioPacket *packet, gsize written)
{
  self->cut_packet = engineio_packet_ref (packet);
  self->cut_offset = written;
}

/* Writes one batch and says how many packets of it were taken; the last of them may be cut. */
static guint
engineio_websocket_write_batch (EngineioWebsocket *self, EngineioPacket *const *packets, guint n)
{
  GOutputVector vectors[WRITE_VECTORS];
  gssize written;
  guint taken = 0;

  for (guint i = 0; i < n; i++)
    vectors[i].buffer = engineio_websocket_get_frame (self, packets[i], &vectors[i].size);

  written = http_stream_write (self->stream, vectors, n);
  while (written > 0 && taken < n && (gsize)written >= vectors[taken].size)
    written -= vectors[taken++].size;
  if (written > 0 && taken < n)
    engineio_websocket_keep_cut (self, packets[taken++], written);
  if (written == HTTP_STREAM_FAILED)
    http_stream_abort (self->stream);

  return taken;
}

static guint
engineio_websocket_mask_batch (EngineioWebsocket *self, EngineioPacket *const *packets, guint n)
{
  guint taken = 0;

  self->masked = g_byte_array_new ();
  self->masked_offset = 0;
  while (taken < n && self->masked->len < MASKED_BATCH)
    {
      gsize length;
      const guint8 *frame = engineio_websocket_get_frame (self, packets[taken++], &length);

      append_masked (self->masked, frame, length);
    }

  return taken;
}

/* Writes on until the stream would block: nothing else makes it tell when it can take more. */
static guint
engineio_websocket_send (EngineioTransport *transport, EngineioPacket *const *packets, guint n)
{
  EngineioWebsocket *self = ENGINEIO_WEBSOCKET (transport);
  guint taken = 0;

  if (self->closing)
    return 0;

  while (engineio_websocket_flush (self) && taken < n)
    {
      guint done = self->is_client
                     ? engineio_websocket_mask_batch (self, packets + taken, n - taken)
                     : engineio_websocket_write_batch (self, packets + taken,
                                                       MIN (n - taken, WRITE_VECTORS));

      if (done == 0)
        break;
      taken += done;
    }

  if (self->masked != NULL)
    engineio_websocket_flush (self);
  self->wants_drained = taken < n || self->cut_packet != NULL || self->masked != NULL;
  return taken;
}

static gboolean
engineio_websocket_is_writable (EngineioTransport *transport)
{
  EngineioWebsocket *self = ENGINEIO_WEBSOCKET (transport);

  return !self->closing && !engineio_websocket_has_leftovers (self);
}

static void
engineio_websocket_prefetch (EngineioTransport *transport)
{
  EngineioWebsocket *self = ENGINEIO_WEBSOCKET (transport);

  if (self->stream != NULL)
    http_stream_prefetch (self->stream);
}

static void
on_stream_writable (HttpStream *stream, gpointer user_data)
{
  g_autoptr (EngineioWebsocket) self = g_object_ref (user_data);

  if (!engineio_websocket_flush (self) || self->closing || !self->wants_drained)
    return;

  self->wants_drained = FALSE;
  engineio_transport_report_drained (ENGINEIO_TRANSPORT (self));
}

/* }}} */
/* {{{ Reading */

static void
engineio_websocket_fail (EngineioWebsocket *self, const GError *error)
{
  guint16 code = engineio_frame_error_get_close_code (error);
  EngineioCloseReason reason = code == ENGINEIO_FRAME_CLOSE_TOO_BIG
                                 ? ENGINEIO_CLOSE_TOO_LARGE
                                 : ENGINEIO_CLOSE_TRANSPORT_ERROR;

  engineio_websocket_send_close (self, code, NULL);
  engineio_websocket_end (self, reason, error->message);
}

static void
engineio_websocket_on_plain_message (EngineioWebsocket *self,
                                     const guint8 *data,
                                     gsize length,
                                     gboolean binary)
{
  g_autoptr (EngineioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;

  packet = self->protocol->read_message ((const char *)data, length, binary, &error);
  if (packet != NULL)
    engineio_transport_report_packet (ENGINEIO_TRANSPORT (self), packet);
  else
    {
      engineio_websocket_send_close (self, ENGINEIO_FRAME_CLOSE_NO_STATUS, NULL);
      engineio_websocket_end (self, ENGINEIO_CLOSE_PARSE_ERROR, error->message);
    }
}

static guint8 *
engineio_websocket_restore (EngineioWebsocket *self,
                            const EngineioFrame *frame,
                            gsize *length,
                            GError **error)
{
  g_autofree guint8 *data = engineio_deflate_restore (frame->data, frame->length, self->max_message,
                                                      length, error);

  if (data != NULL && !frame->binary && !engineio_utf8_validate ((const char *)data, *length))
    {
      g_set_error_literal (error, ENGINEIO_FRAME_ERROR, ENGINEIO_FRAME_ERROR_INVALID_UTF8,
                           "A text is not valid UTF-8");
      return NULL;
    }
  return g_steal_pointer (&data);
}

static void
engineio_websocket_on_message (EngineioWebsocket *self, const EngineioFrame *frame)
{
  g_autofree guint8 *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (self->closing)
    return;

  if (!frame->compressed)
    engineio_websocket_on_plain_message (self, frame->data, frame->length, frame->binary);
  else if ((data = engineio_websocket_restore (self, frame, &length, &error)) != NULL)
    engineio_websocket_on_plain_message (self, data, length, frame->binary);
  else
    engineio_websocket_fail (self, error);
}

/* A server tells by the code what we did wrong. */
static EngineioCloseReason
engineio_websocket_read_close_code (EngineioWebsocket *self, guint16 code)
{
  if (self->closing)
    return ENGINEIO_CLOSE_FORCED;
  if (self->is_client && code == ENGINEIO_FRAME_CLOSE_TOO_BIG)
    return ENGINEIO_CLOSE_TOO_LARGE;
  if (self->is_client &&
      (code == ENGINEIO_FRAME_CLOSE_PROTOCOL_ERROR || code == ENGINEIO_FRAME_CLOSE_INVALID_DATA))
    return ENGINEIO_CLOSE_TRANSPORT_ERROR;

  return ENGINEIO_CLOSE_TRANSPORT_CLOSE;
}

static void
engineio_websocket_on_close_frame (EngineioWebsocket *self, const EngineioFrame *frame)
{
  g_autofree char *description = g_strdup_printf ("the peer closed the WebSocket with code %u",
                                                  frame->close_code);

  /* RFC 6455, 5.5.1: the answer echoes the code. */
  engineio_websocket_send_close (self, frame->close_code, NULL);
  engineio_websocket_end (self, engineio_websocket_read_close_code (self, frame->close_code),
                          description);
}

static gboolean
engineio_websocket_handle_frame (EngineioWebsocket *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pong = NULL;
  EngineioFrame frame;

  switch (engineio_frame_decoder_next (self->decoder, &frame, &error))
    {
    case ENGINEIO_FRAME_MESSAGE:
      engineio_websocket_on_message (self, &frame);
      return TRUE;
    case ENGINEIO_FRAME_PING:
      pong = engineio_frame_new_pong (frame.data, frame.length);
      if (!self->sent_close)
        engineio_websocket_send_control (self, pong, FALSE);
      return TRUE;
    case ENGINEIO_FRAME_PONG:
      return TRUE;
    case ENGINEIO_FRAME_CLOSE:
      engineio_websocket_on_close_frame (self, &frame);
      return FALSE;
    case ENGINEIO_FRAME_FAILED:
      engineio_websocket_fail (self, error);
      return FALSE;
    case ENGINEIO_FRAME_NEED_MORE:
    default:
      return FALSE;
    }
}

static void
engineio_websocket_decode (EngineioWebsocket *self, guint8 *data, gsize length)
{
  engineio_frame_decoder_push (self->decoder, data, length);
  while (engineio_websocket_handle_frame (self) && self->stream != NULL)
    ;
}

static void
engineio_websocket_read_early (EngineioWebsocket *self)
{
  g_autoptr (GBytes) early = g_steal_pointer (&self->early);
  gsize length;
  g_autofree guint8 *data = g_bytes_unref_to_data (g_steal_pointer (&early), &length);

  engineio_websocket_decode (self, data, length);
}

static void
engineio_websocket_read (gpointer user_data)
{
  g_autoptr (EngineioWebsocket) self = g_object_ref (user_data);
  guint8 buffer[READ_SIZE];
  gssize n;

  if (self->early != NULL)
    engineio_websocket_read_early (self);
  if (self->stream == NULL)
    return;

  n = http_stream_read (self->stream, buffer, sizeof buffer);
  if (n > 0)
    engineio_websocket_decode (self, buffer, n);
  else if (n == 0)
    engineio_websocket_end (self, ENGINEIO_CLOSE_TRANSPORT_CLOSE, "the peer closed the connection");
  else if (n == HTTP_STREAM_FAILED)
    engineio_websocket_end (self, ENGINEIO_CLOSE_TRANSPORT_ERROR, "the connection broke");

  if (n > 0 && self->stream != NULL && http_stream_has_more (self->stream))
    http_task_queue (self->poller, &self->read_task);
}

static void
on_stream_readable (HttpStream *stream, gpointer user_data)
{
  engineio_websocket_read (user_data);
}

static const HttpStreamWatcher stream_watcher = {
  .readable = on_stream_readable,
  .writable = on_stream_writable,
};

/* }}} */

static void
on_close_timeout (gpointer user_data)
{
  engineio_websocket_end (user_data, ENGINEIO_CLOSE_FORCED, "the peer did not answer the close");
}

static void
engineio_websocket_close (EngineioTransport *transport, EngineioCloseReason reason)
{
  EngineioWebsocket *self = ENGINEIO_WEBSOCKET (transport);

  if (self->closing)
    return;

  self->closing = TRUE;
  engineio_websocket_send_close (self,
                                 reason == ENGINEIO_CLOSE_TOO_LARGE
                                   ? ENGINEIO_FRAME_CLOSE_TOO_BIG
                                   : ENGINEIO_FRAME_CLOSE_NO_STATUS,
                                 NULL);
  http_timer_start (self->poller, &self->close_timer, CLOSE_TIMEOUT);
}

static void
engineio_websocket_abort (EngineioTransport *transport)
{
  EngineioWebsocket *self = ENGINEIO_WEBSOCKET (transport);

  if (self->stream != NULL)
    g_io_stream_close (G_IO_STREAM (self->stream), NULL, NULL);
  engineio_websocket_release (self);
}

static void
engineio_websocket_dispose (GObject *object)
{
  engineio_transport_abort (ENGINEIO_TRANSPORT (object));

  G_OBJECT_CLASS (engineio_websocket_parent_class)->dispose (object);
}

static void
engineio_websocket_finalize (GObject *object)
{
  EngineioWebsocket *self = ENGINEIO_WEBSOCKET (object);

  g_clear_pointer (&self->decoder, engineio_frame_decoder_free);
  g_clear_pointer (&self->poller, http_poller_unref);

  G_OBJECT_CLASS (engineio_websocket_parent_class)->finalize (object);
}

static void
engineio_websocket_class_init (EngineioWebsocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  EngineioTransportClass *transport_class = ENGINEIO_TRANSPORT_CLASS (klass);

  object_class->dispose = engineio_websocket_dispose;
  object_class->finalize = engineio_websocket_finalize;
  transport_class->name = "websocket";
  transport_class->send = engineio_websocket_send;
  transport_class->is_writable = engineio_websocket_is_writable;
  transport_class->close = engineio_websocket_close;
  transport_class->abort = engineio_websocket_abort;
  transport_class->prefetch = engineio_websocket_prefetch;
}

static void
engineio_websocket_init (EngineioWebsocket *self)
{
  http_task_init (&self->read_task, engineio_websocket_read, self);
  http_timer_init (&self->close_timer, on_close_timeout, self);
}

static EngineioTransport *
make (const EngineioProtocol *protocol,
      HttpStream *stream,
      EngineioFrameRole role,
      gsize max_message,
      HttpPoller *poller)
{
  EngineioWebsocket *self = g_object_new (ENGINEIO_TYPE_WEBSOCKET, NULL);

  self->protocol = protocol;
  self->poller = http_poller_ref (poller);
  self->stream = g_object_ref (stream);
  self->is_client = role == ENGINEIO_FRAME_ROLE_CLIENT;
  self->max_message = max_message;
  self->decoder = engineio_frame_decoder_new (role, max_message);
  http_stream_set_watcher (stream, &stream_watcher, self);
  http_task_queue (poller, &self->read_task);

  return ENGINEIO_TRANSPORT (self);
}

/**
 * engineio_websocket_new:
 * @protocol: how to speak with the client
 * @stream: a connection on which the WebSocket handshake is done
 * @early: (nullable): bytes that came right behind the handshake
 * @max_message: bytes that a message may have
 * @poller: the poller that @stream is on
 *
 * Makes the server's end of a WebSocket. It reads from the poller's next turn on.
 *
 * Returns: (transfer full): the transport
 */
EngineioTransport *
engineio_websocket_new (const EngineioProtocol *protocol,
                        HttpStream *stream,
                        GBytes *early,
                        gsize max_message,
                        HttpPoller *poller)
{
  EngineioTransport *transport = make (protocol, stream, ENGINEIO_FRAME_ROLE_SERVER, max_message,
                                       poller);

  ENGINEIO_WEBSOCKET (transport)->early = early != NULL ? g_bytes_ref (early) : NULL;
  return transport;
}

/**
 * engineio_websocket_new_client:
 * @protocol: how to speak with the server
 * @stream: a connection on which the WebSocket handshake is done
 * @max_message: bytes that a message from the server may have
 * @poller: the poller that @stream is on
 *
 * Makes the client's end of a WebSocket, which masks what it sends. It reads from the poller's next
 * turn on.
 *
 * Returns: (transfer full): the transport
 */
EngineioTransport *
engineio_websocket_new_client (const EngineioProtocol *protocol,
                               HttpStream *stream,
                               gsize max_message,
                               HttpPoller *poller)
{
  return make (protocol, stream, ENGINEIO_FRAME_ROLE_CLIENT, max_message, poller);
}

/**
 * engineio_websocket_set_compression:
 * @websocket: a WebSocket that has read nothing yet
 * @window_bits: the window that its peer has, 9 to 15; 0 to take compressed messages alone
 * @threshold: bytes
 *
 * Takes compressed messages, and compresses those from @threshold on, as the handshake has agreed.
 */
void
engineio_websocket_set_compression (EngineioWebsocket *self, guint window_bits, gsize threshold)
{
  self->window_bits = window_bits;
  self->compression_threshold = threshold;
  engineio_frame_decoder_allow_compressed (self->decoder);
}
