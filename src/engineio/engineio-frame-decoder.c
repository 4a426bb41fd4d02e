/* engineio-frame-decoder.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads RFC 6455 frames from a stream of bytes that a hostile peer may have written. Pure: the
 * WebSocket transport pushes what it read and pulls messages and control frames. Its neighbours:
 * engineio-frame for the single steps, engineio-utf8 for text. */

#include "config.h"

#include <string.h>

#include "engineio-frame-decoder.h"
#include "engineio-utf8.h"

/* In one message. A sender that streams may begin or end with a fragment without data; more of
 * them only keep us busy. */
#define MAX_EMPTY_FRAGMENTS 64

#define MIN_BUFFER 256

typedef enum
{
  STATE_HEADER,
  STATE_PAYLOAD,
  STATE_OVER,
} DecoderState;

/**
 * EngineioFrameDecoder:
 *
 * The state of one direction of a WebSocket connection. Holds no buffer unless a message, or a
 * frame, has arrived in part.
 */
struct _EngineioFrameDecoder
{
  /* Borrowed: what is pushed and not yet read. */
  guint8 *input;
  gsize input_length;

  /* The joined message so far, then a control frame that came in pieces between its fragments. */
  guint8 *buffer;
  gsize buffer_length;
  gsize buffer_size;
  gsize message_length;
  gsize message_valid;
  gsize max_message;

  gsize frame_length;
  gsize frame_read;
  guint8 header[ENGINEIO_FRAME_MAX_HEADER];
  guint8 header_length;
  guint8 empty_fragments;
  guint8 state;
  guint8 role;
  guint8 message_opcode;
  guint8 allows_compressed;
  guint8 is_compressed; /* the message under way */
};

/**
 * engineio_frame_decoder_new:
 * @role: whose end this is
 * @max_message: the bytes that a message may have, all its fragments joined; equal is accepted
 *
 * Returns: (transfer full): a new decoder
 */
EngineioFrameDecoder *
engineio_frame_decoder_new (EngineioFrameRole role, gsize max_message)
{
  EngineioFrameDecoder *self = g_new0 (EngineioFrameDecoder, 1);

  self->role = role;
  /* Room for a control frame behind the longest message, without an overflow. */
  self->max_message = MIN (max_message, G_MAXSIZE / 4);

  return self;
}

/**
 * engineio_frame_decoder_free:
 * @self: (transfer full): a decoder
 */
void
engineio_frame_decoder_free (EngineioFrameDecoder *self)
{
  g_free (self->buffer);
  g_free (self);
}

/**
 * engineio_frame_decoder_allow_compressed:
 * @self: a decoder that has read nothing yet
 *
 * Takes messages that are marked as compressed. They are given as they are, and their text is not
 * checked.
 */
void
engineio_frame_decoder_allow_compressed (EngineioFrameDecoder *self)
{
  self->allows_compressed = TRUE;
}

static inline guint8
get_opcode (EngineioFrameDecoder *self)
{
  return self->header[0] & 0x0f;
}

static inline gboolean
is_final (EngineioFrameDecoder *self)
{
  return (self->header[0] & 0x80) != 0;
}

static inline gboolean
is_control (EngineioFrameDecoder *self)
{
  return (self->header[0] & 0x08) != 0;
}

static inline gboolean
is_masked (EngineioFrameDecoder *self)
{
  return (self->header[1] & 0x80) != 0;
}

static inline gsize
get_extended_size (EngineioFrameDecoder *self)
{
  guint8 length = self->header[1] & 0x7f;

  return length < 126 ? 0 : length == 126 ? 2 : 8;
}

static guint64
get_announced_length (EngineioFrameDecoder *self)
{
  gsize extended = get_extended_size (self);
  guint64 length = 0;

  if (extended == 0)
    return self->header[1] & 0x7f;

  for (gsize i = 0; i < extended; i++)
    length = length << 8 | self->header[2 + i];

  return length;
}

static gboolean
fail (GError **error, EngineioFrameError code, const char *message)
{
  g_set_error_literal (error, ENGINEIO_FRAME_ERROR, code, message);
  return FALSE;
}

static gboolean
fail_protocol (GError **error, const char *message)
{
  return fail (error, ENGINEIO_FRAME_ERROR_PROTOCOL, message);
}

static gboolean
fail_utf8 (GError **error)
{
  return fail (error, ENGINEIO_FRAME_ERROR_INVALID_UTF8, "A text is not valid UTF-8");
}

static gboolean
check_control (EngineioFrameDecoder *self, GError **error)
{
  if (get_opcode (self) > ENGINEIO_FRAME_OPCODE_PONG)
    return fail_protocol (error, "A frame has a reserved opcode");
  if (!is_final (self))
    return fail_protocol (error, "A control frame is fragmented");
  if ((self->header[1] & 0x7f) > ENGINEIO_FRAME_MAX_CONTROL)
    return fail_protocol (error, "A control frame is too long");

  return TRUE;
}

static gboolean
check_data (EngineioFrameDecoder *self, GError **error)
{
  guint8 opcode = get_opcode (self);

  if (opcode > ENGINEIO_FRAME_OPCODE_BINARY)
    return fail_protocol (error, "A frame has a reserved opcode");
  if (opcode == ENGINEIO_FRAME_OPCODE_CONTINUATION && self->message_opcode == 0)
    return fail_protocol (error, "A continuation frame continues nothing");
  if (opcode != ENGINEIO_FRAME_OPCODE_CONTINUATION && self->message_opcode != 0)
    return fail_protocol (error, "A message begins inside of another");

  return TRUE;
}

/* What the first two bytes of a frame tell. */
static gboolean
check_start (EngineioFrameDecoder *self, GError **error)
{
  guint8 reserved = self->header[0] & 0x70;

  /* Only the first frame of a message bears the mark (RFC 7692 section 6.1). */
  if (reserved == ENGINEIO_FRAME_RSV1 && self->allows_compressed && !is_control (self) &&
      get_opcode (self) != ENGINEIO_FRAME_OPCODE_CONTINUATION)
    reserved = 0;
  if (reserved != 0)
    return fail_protocol (error, "A frame has reserved bits set");
  if (is_masked (self) != (self->role == ENGINEIO_FRAME_ROLE_SERVER))
    return fail_protocol (error, is_masked (self) ? "A server's frame is masked"
                                                  : "A client's frame is not masked");

  return is_control (self) ? check_control (self, error) : check_data (self, error);
}

static gboolean
check_length (EngineioFrameDecoder *self, GError **error)
{
  guint64 length = get_announced_length (self);

  if (length > G_MAXINT64)
    return fail_protocol (error, "A length has its top bit set");
  if (engineio_frame_get_header_size (length) != 2 + get_extended_size (self))
    return fail_protocol (error, "A length is not in its shortest form");
  if (!is_control (self) && length > self->max_message - self->message_length)
    return fail (error, ENGINEIO_FRAME_ERROR_TOO_BIG, "A message is too big");

  return TRUE;
}

static gboolean
check_empty_fragment (EngineioFrameDecoder *self, GError **error)
{
  if (is_control (self) || is_final (self) || self->frame_length > 0)
    return TRUE;
  if (self->empty_fragments++ < MAX_EMPTY_FRAGMENTS)
    return TRUE;

  return fail (error, ENGINEIO_FRAME_ERROR_TOO_MANY_FRAGMENTS,
               "A message has too many empty fragments");
}

static void
skip_input (EngineioFrameDecoder *self, gsize n)
{
  if (n == 0)
    return;

  self->input += n;
  self->input_length -= n;
}

static gboolean
fill_header (EngineioFrameDecoder *self, gsize size)
{
  gsize n = MIN (size - self->header_length, self->input_length);

  if (n > 0)
    memcpy (self->header + self->header_length, self->input, n);
  self->header_length += n;
  skip_input (self, n);

  return self->header_length == size;
}

/* Stays in STATE_HEADER while the header is not complete. */
static gboolean
read_header (EngineioFrameDecoder *self, GError **error)
{
  if (self->header_length < 2)
    {
      if (!fill_header (self, 2))
        return TRUE;
      if (!check_start (self, error))
        return FALSE;
    }

  if (!fill_header (self, 2 + get_extended_size (self) + (is_masked (self) ? 4 : 0)))
    return TRUE;
  if (!check_length (self, error))
    return FALSE;

  self->state = STATE_PAYLOAD;
  self->frame_length = get_announced_length (self);
  self->frame_read = 0;
  if (!is_control (self) && get_opcode (self) != ENGINEIO_FRAME_OPCODE_CONTINUATION)
    {
      self->message_opcode = get_opcode (self);
      self->is_compressed = (self->header[0] & ENGINEIO_FRAME_RSV1) != 0;
    }

  return check_empty_fragment (self, error);
}

/* Whether the payload can be given as it lies in the input: it is all there, and nothing came
 * before it. */
static gboolean
is_whole (EngineioFrameDecoder *self)
{
  if (self->frame_read > 0 || self->input_length < self->frame_length)
    return FALSE;

  return is_final (self) && get_opcode (self) != ENGINEIO_FRAME_OPCODE_CONTINUATION;
}

/* Takes the next piece of the frame's payload out of the input, in clear. */
static const guint8 *
take_payload (EngineioFrameDecoder *self, gsize *length)
{
  guint8 *data = self->input;
  gsize n = MIN (self->frame_length - self->frame_read, self->input_length);

  if (n > 0 && is_masked (self))
    engineio_frame_mask (data, n, self->header + self->header_length - 4, self->frame_read);

  self->frame_read += n;
  skip_input (self, n);
  *length = n;

  return data;
}

/* Doubles what has arrived and never trusts what is announced. The end of the message only bounds
 * the doubling, and the limit does while that end is not known. */
static void
append (EngineioFrameDecoder *self, const guint8 *data, gsize length)
{
  gsize needed = self->buffer_length + length;
  gsize end = self->max_message + ENGINEIO_FRAME_MAX_CONTROL;

  if (length == 0)
    return;
  if (!is_control (self) && is_final (self))
    end = needed + self->frame_length - self->frame_read;

  if (needed > self->buffer_size)
    {
      gsize size = MAX (self->buffer_size * 2, MIN_BUFFER);

      self->buffer_size = MAX (needed, MIN (size, end));
      self->buffer = g_realloc (self->buffer, self->buffer_size);
    }

  memcpy (self->buffer + self->buffer_length, data, length);
  self->buffer_length = needed;
}

/* Joins a piece to what came before. Text is checked as it comes, so that a bad byte ends the
 * connection before the rest of its message is sent. */
static gboolean
collect (EngineioFrameDecoder *self, const guint8 *data, gsize length, GError **error)
{
  append (self, data, length);
  if (is_control (self))
    return TRUE;

  self->message_length = self->buffer_length;
  if (self->message_opcode == ENGINEIO_FRAME_OPCODE_TEXT && !self->is_compressed &&
      !engineio_utf8_advance (self->buffer, self->message_length, &self->message_valid))
    return fail_utf8 (error);

  return TRUE;
}

static void
end_message (EngineioFrameDecoder *self)
{
  self->message_opcode = 0;
  self->message_length = 0;
  self->message_valid = 0;
  self->empty_fragments = 0;
}

/* Frees what the last call gave out of the buffer, but not the fragments of an open message. */
static void
release_delivered (EngineioFrameDecoder *self)
{
  if (self->state == STATE_PAYLOAD)
    return;

  self->buffer_length = self->message_length;
  if (self->message_opcode != 0)
    return;

  g_clear_pointer (&self->buffer, g_free);
  self->buffer_size = 0;
}

/* After an error or a close frame nothing counts any more (RFC 6455 section 1.4). */
static void
end_stream (EngineioFrameDecoder *self)
{
  self->state = STATE_OVER;
  self->input = NULL;
  self->input_length = 0;
  end_message (self);
}

static gboolean
read_close (EngineioFrame *frame, GError **error)
{
  frame->close_code = ENGINEIO_FRAME_CLOSE_NO_STATUS;
  if (frame->length == 0)
    return TRUE;
  if (frame->length == 1)
    return fail_protocol (error, "A close frame has half a code");

  frame->close_code = frame->data[0] << 8 | frame->data[1];
  frame->data += 2;
  frame->length -= 2;

  if (!engineio_frame_close_code_is_valid (frame->close_code))
    return fail_protocol (error, "A close frame has an invalid code");
  if (!engineio_utf8_validate (frame->data, frame->length))
    return fail_utf8 (error);

  return TRUE;
}

static EngineioFrameResult
deliver_control (EngineioFrameDecoder *self, EngineioFrame *frame, GError **error)
{
  switch (get_opcode (self))
    {
    case ENGINEIO_FRAME_OPCODE_PING:
      return ENGINEIO_FRAME_PING;
    case ENGINEIO_FRAME_OPCODE_PONG:
      return ENGINEIO_FRAME_PONG;
    default:
      end_stream (self);
      return read_close (frame, error) ? ENGINEIO_FRAME_CLOSE : ENGINEIO_FRAME_FAILED;
    }
}

static EngineioFrameResult
deliver_message (EngineioFrameDecoder *self, EngineioFrame *frame, GError **error)
{
  gsize valid = self->message_valid;

  frame->binary = self->message_opcode == ENGINEIO_FRAME_OPCODE_BINARY;
  frame->compressed = self->is_compressed;
  end_message (self);

  if (!frame->binary && !frame->compressed &&
      (!engineio_utf8_advance (frame->data, frame->length, &valid) || valid < frame->length))
    {
      fail_utf8 (error);
      return ENGINEIO_FRAME_FAILED;
    }

  return ENGINEIO_FRAME_MESSAGE;
}

/* The payload of the frame is complete, and the message with it. */
static EngineioFrameResult
deliver (EngineioFrameDecoder *self,
         const guint8 *data,
         gsize length,
         EngineioFrame *frame,
         GError **error)
{
  frame->data = length > 0 ? data : (const guint8 *)"";
  frame->length = length;

  return is_control (self) ? deliver_control (self, frame, error)
                           : deliver_message (self, frame, error);
}

static EngineioFrameResult
read_payload (EngineioFrameDecoder *self, EngineioFrame *frame, GError **error)
{
  gboolean whole = is_whole (self);
  const guint8 *data;
  gsize length, start;

  data = take_payload (self, &length);
  if (!whole && !collect (self, data, length, error))
    return ENGINEIO_FRAME_FAILED;
  if (self->frame_read < self->frame_length)
    return ENGINEIO_FRAME_NEED_MORE;

  self->state = STATE_HEADER;
  self->header_length = 0;
  if (!whole && !is_final (self))
    return ENGINEIO_FRAME_NEED_MORE;

  if (!whole)
    {
      start = is_control (self) ? self->message_length : 0;
      length = self->buffer_length - start;
      data = length > 0 ? self->buffer + start : NULL;
    }

  return deliver (self, data, length, frame, error);
}

static EngineioFrameResult
read_frame (EngineioFrameDecoder *self, EngineioFrame *frame, GError **error)
{
  if (self->state == STATE_HEADER && !read_header (self, error))
    return ENGINEIO_FRAME_FAILED;

  /* Out of input in the middle of a header, or there was a close frame. */
  if (self->state != STATE_PAYLOAD)
    return ENGINEIO_FRAME_NEED_MORE;

  return read_payload (self, frame, error);
}

/**
 * engineio_frame_decoder_push:
 * @self: a decoder that has read all of its last input
 * @data: (array length=length): what was read from the peer; will be unmasked in place
 * @length: its bytes
 *
 * Lends the next piece of the stream, which may be cut anywhere. It must stay until
 * [method@FrameDecoder.next] returns %ENGINEIO_FRAME_NEED_MORE, or until the decoder is freed.
 */
void
engineio_frame_decoder_push (EngineioFrameDecoder *self, guint8 *data, gsize length)
{
  g_return_if_fail (self->input_length == 0);

  if (self->state == STATE_OVER)
    return;

  self->input = data;
  self->input_length = length;
}

/**
 * engineio_frame_decoder_next:
 * @self: a decoder
 * @frame: (out caller-allocates): what was found, see [struct@Frame]
 * @error: return location for an error of %ENGINEIO_FRAME_ERROR
 *
 * Reads on to the next message or control frame.
 *
 * A message that lies in one piece in the input is given where it is; only what is split is
 * copied, and a buffer grows with what has arrived, not with what is announced. An announced
 * length over the limit fails at once. Text is valid UTF-8.
 *
 * The caller pulls in a loop until %ENGINEIO_FRAME_NEED_MORE, which means that the input is used
 * up. It may free the decoder between two calls. After %ENGINEIO_FRAME_CLOSE and
 * %ENGINEIO_FRAME_FAILED the stream is over: the rest of the input, and what is pushed later, is
 * dropped, and the result is always %ENGINEIO_FRAME_NEED_MORE. A ping wants its payload sent
 * back, a close its code, an error the code of [func@frame_error_get_close_code].
 *
 * Returns: what was found; @frame is set unless %ENGINEIO_FRAME_NEED_MORE or
 *   %ENGINEIO_FRAME_FAILED, @error is set if %ENGINEIO_FRAME_FAILED
 */
EngineioFrameResult
engineio_frame_decoder_next (EngineioFrameDecoder *self, EngineioFrame *frame, GError **error)
{
  EngineioFrameResult result;

  memset (frame, 0, sizeof *frame);
  release_delivered (self);

  do
    result = read_frame (self, frame, error);
  while (result == ENGINEIO_FRAME_NEED_MORE && self->input_length > 0);

  if (result == ENGINEIO_FRAME_FAILED)
    {
      end_stream (self);
      release_delivered (self);
      memset (frame, 0, sizeof *frame);
    }

  return result;
}

/**
 * engineio_frame_decoder_get_buffered:
 * @self: a decoder
 *
 * Returns: the bytes of memory that hold a message or frame which has not arrived in full; 0 in
 *   an idle decoder, at most the message limit and 125
 */
gsize
engineio_frame_decoder_get_buffered (EngineioFrameDecoder *self)
{
  return self->buffer_size;
}
