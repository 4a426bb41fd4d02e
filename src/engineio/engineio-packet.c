/* engineio-packet.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One Engine.IO packet, encoded once for all who receive it. Pure: knows the frame header of
 * engineio-frame and the packet text of the protocol, no sockets. Its neighbours: engineio-payload
 * joins packets to polling bodies, the transports send the frame or the wire text. */

#include "config.h"

#include <string.h>

#include "engineio-deflate.h"
#include "engineio-frame.h"
#include "engineio-packet.h"

/* A compressed frame, made for the first receiver that wants it. */
typedef struct _Compressed Compressed;

struct _Compressed
{
  Compressed *next;
  const guint8 *frame; /* which of the packet's frames it stands for */
  guint window_bits;
  gsize length; /* 0 if it is no shorter */
  guint8 data[];
};

/**
 * EngineioPacket:
 *
 * An immutable, counted packet in one allocation: the header of an unmasked RFC 6455 frame, then
 * what is on the wire (the type digit and the text, or the bytes of a binary message), then a
 * zero byte that counts nowhere.
 *
 * The count is atomic, since the #GBytes of [method@Packet.get_bytes] may end in another thread.
 */
struct _EngineioPacket
{
  gatomicrefcount ref_count;
  guint8 type;
  guint8 binary;
  guint8 header_size;
  guint8 is_volatile : 1;
  guint8 is_part : 1;
  guint8 is_uncompressed : 1;
  guint64 tag;
  Compressed *compressed;
  gsize frame_length;
  EngineioPacket *forms[ENGINEIO_PACKET_N_FORMS];
  guint8 frame[];
};

G_DEFINE_BOXED_TYPE (EngineioPacket, engineio_packet, engineio_packet_ref, engineio_packet_unref)

/**
 * engineio_packet_error_quark:
 *
 * Gets the domain of the errors in packets, [error@EngineioPacketError].
 *
 * Returns: the domain, %ENGINEIO_PACKET_ERROR
 */
/* clang-format off */
G_DEFINE_QUARK (engineio-packet-error-quark, engineio_packet_error)
/* clang-format on */

static EngineioPacket *
packet_alloc (EngineioPacketType type, gboolean binary, gsize wire_length)
{
  gsize header_size = engineio_frame_get_header_size (wire_length);
  guint8 opcode = binary ? ENGINEIO_FRAME_OPCODE_BINARY : ENGINEIO_FRAME_OPCODE_TEXT;
  guint8 header[ENGINEIO_FRAME_MAX_HEADER];
  EngineioPacket *self;

  self = g_malloc (sizeof *self + header_size + wire_length + 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->type = type;
  self->binary = binary;
  self->header_size = header_size;
  self->is_volatile = FALSE;
  self->is_part = FALSE;
  self->tag = 0;
  self->is_uncompressed = FALSE;
  self->compressed = NULL;
  self->frame_length = header_size + wire_length;
  memset (self->forms, 0, sizeof self->forms);

  engineio_frame_write_header (header, opcode, TRUE, wire_length, NULL);
  memcpy (self->frame, header, header_size);
  self->frame[self->frame_length] = 0;

  return self;
}

/**
 * engineio_packet_new:
 * @type: the type
 * @data: (nullable): the text after the type digit, valid UTF-8 (not checked here)
 * @length: the bytes of @data, or -1 if it ends with a zero byte
 *
 * Makes a text packet.
 *
 * Returns: (transfer full): a new packet
 */
EngineioPacket *
engineio_packet_new (EngineioPacketType type, const char *data, gssize length)
{
  gsize size = data == NULL ? 0 : length < 0 ? strlen (data) : (gsize)length;
  EngineioPacket *self;
  guint8 *wire;

  g_return_val_if_fail (type <= ENGINEIO_PACKET_NOOP, NULL);

  self = packet_alloc (type, FALSE, 1 + size);
  wire = self->frame + self->header_size;
  wire[0] = '0' + type;
  if (size > 0)
    memcpy (wire + 1, data, size);

  return self;
}

/**
 * engineio_packet_new_binary:
 * @data: (nullable) (array length=length) (element-type guint8): any bytes
 * @length: how many
 *
 * Makes a binary packet. The protocol has binary messages alone, so its type is
 * %ENGINEIO_PACKET_MESSAGE.
 *
 * Returns: (transfer full): a new packet
 */
EngineioPacket *
engineio_packet_new_binary (const void *data, gsize length)
{
  EngineioPacket *self = packet_alloc (ENGINEIO_PACKET_MESSAGE, TRUE, length);

  if (length > 0)
    memcpy (self->frame + self->header_size, data, length);

  return self;
}

/**
 * engineio_packet_new_unset:
 * @binary: whether its frame is a binary one
 * @length: the bytes on the wire
 * @wire: (out) (transfer none): where to write them
 *
 * Makes a message whose bytes on the wire the caller writes: a form that
 * [method@Packet.get_form] keeps.
 *
 * Returns: (transfer full): a new packet
 */
EngineioPacket *
engineio_packet_new_unset (gboolean binary, gsize length, char **wire)
{
  EngineioPacket *self = packet_alloc (ENGINEIO_PACKET_MESSAGE, binary, length);

  *wire = (char *)self->frame + self->header_size;
  return self;
}

/* The value of a base64 digit (RFC 4648 section 4), or something negative. */
static inline int
base64_value (char c)
{
  static const gint8 values[] = {
    62, -1, -1, -1, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1,
    -1, -1, 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17,
    18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, -1, -1, 26, 27, 28, 29, 30, 31,
    32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
  };
  guint index = (guint8)c - (guint)'+';

  return index < G_N_ELEMENTS (values) ? values[index] : -1;
}

/* Writes the three bytes of four digits; the last @padding of those stand for "=". */
static gboolean
decode_quantum (const char *text, guint padding, guint8 *out)
{
  int a = base64_value (text[0]);
  int b = base64_value (text[1]);
  int c = padding > 1 ? 0 : base64_value (text[2]);
  int d = padding > 0 ? 0 : base64_value (text[3]);
  guint32 bits;

  if ((a | b | c | d) < 0)
    return FALSE;

  bits = (guint32)a << 18 | (guint32)b << 12 | (guint32)c << 6 | (guint32)d;
  out[0] = bits >> 16;
  if (padding < 2)
    out[1] = bits >> 8;
  if (padding < 1)
    out[2] = bits;

  /* Bits that belong to no byte must be zero, else one message has many encodings. */
  return (bits & ((1u << (8 * padding)) - 1)) == 0;
}

static gboolean
decode_base64 (const char *text, gsize length, guint padding, guint8 *out)
{
  for (; length > 4; text += 4, length -= 4, out += 3)
    if (!decode_quantum (text, 0, out))
      return FALSE;

  return length == 0 || decode_quantum (text, padding, out);
}

/**
 * engineio_packet_new_from_base64:
 * @text: (array length=length): base64 alone
 * @length: its bytes
 * @error: return location for %ENGINEIO_PACKET_ERROR_INVALID_BASE64
 *
 * Makes a binary packet of base64. It has the standard alphabet, must be padded, and nothing else
 * may stand in it.
 *
 * Returns: (transfer full): a new packet, or %NULL on error
 */
EngineioPacket *
engineio_packet_new_from_base64 (const char *text, gsize length, GError **error)
{
  g_autoptr (EngineioPacket) self = NULL;
  guint padding = 0;

  while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
    padding++;

  if (length % 4 == 0)
    {
      self = packet_alloc (ENGINEIO_PACKET_MESSAGE, TRUE, length / 4 * 3 - padding);
      if (decode_base64 (text, length, padding, self->frame + self->header_size))
        return g_steal_pointer (&self);
    }

  g_set_error_literal (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_INVALID_BASE64,
                       "A binary packet is not valid base64");
  return NULL;
}

/**
 * engineio_packet_new_from_wire:
 * @text: (array length=length): one text packet as it was received, valid UTF-8 (not checked here)
 * @length: its bytes
 * @error: return location for an error of %ENGINEIO_PACKET_ERROR
 *
 * Reads one text packet: a type digit and its data, or "b" and base64, which is a binary message
 * of a peer that cannot, or will not, send bytes. That form is legal on WebSocket too
 * (`forceBase64` of the JavaScript client). Base64 has the standard alphabet, must be padded, and
 * nothing else may stand in it.
 *
 * Returns: (transfer full): a new packet, or %NULL on error: an empty text, an unknown type,
 *   invalid base64
 */
EngineioPacket *
engineio_packet_new_from_wire (const char *text, gsize length, GError **error)
{
  if (length == 0)
    {
      g_set_error_literal (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_EMPTY,
                           "A packet has no type");
      return NULL;
    }

  if (text[0] == 'b')
    return engineio_packet_new_from_base64 (text + 1, length - 1, error);

  if (text[0] < '0' || text[0] > '6')
    {
      g_set_error (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_UNKNOWN_TYPE,
                   "A packet has the unknown type 0x%02x", (guint8)text[0]);
      return NULL;
    }

  return engineio_packet_new (text[0] - '0', text + 1, length - 1);
}

/**
 * engineio_packet_ref:
 * @self: a packet
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
EngineioPacket *
engineio_packet_ref (EngineioPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
packet_free (EngineioPacket *self)
{
  while (self->compressed != NULL)
    {
      Compressed *compressed = self->compressed;

      self->compressed = compressed->next;
      g_free (compressed);
    }
  for (guint i = 0; i < ENGINEIO_PACKET_N_FORMS; i++)
    g_clear_pointer (&self->forms[i], engineio_packet_unref);
  g_free (self);
}

/**
 * engineio_packet_unref:
 * @self: (transfer full): a packet
 *
 * Drops a reference.
 */
void
engineio_packet_unref (EngineioPacket *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->ref_count))
    packet_free (self);
}

/**
 * engineio_packet_get_packet_type:
 * @self: a packet
 *
 * Gets the type.
 *
 * Returns: the type; %ENGINEIO_PACKET_MESSAGE for all that is binary
 */
EngineioPacketType
engineio_packet_get_packet_type (EngineioPacket *self)
{
  g_return_val_if_fail (self != NULL, ENGINEIO_PACKET_NOOP);

  return self->type;
}

/**
 * engineio_packet_is_binary:
 * @self: a packet
 *
 * Tells a binary message from a text.
 *
 * Returns: whether @self is a binary message
 */
gboolean
engineio_packet_is_binary (EngineioPacket *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->binary;
}

/**
 * engineio_packet_set_volatile:
 * @self: a packet that was not sent yet
 *
 * Marks a packet that may be lost. A session drops it rather than keep it for a slow peer.
 */
void
engineio_packet_set_volatile (EngineioPacket *self)
{
  g_return_if_fail (self != NULL);

  self->is_volatile = TRUE;
}

/**
 * engineio_packet_is_volatile:
 * @self: a packet
 *
 * Tells whether [method@EngineioPacket.set_volatile] was called.
 *
 * Returns: whether @self may be lost
 */
gboolean
engineio_packet_is_volatile (EngineioPacket *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_volatile;
}

/**
 * engineio_packet_set_part:
 * @self: a packet
 *
 * Marks a packet that belongs to the one which is sent before it, as an attachment does to its
 * text. A session that has sent the one does not drop the other.
 */
void
engineio_packet_set_part (EngineioPacket *self)
{
  g_return_if_fail (self != NULL);

  self->is_part = TRUE;
}

/**
 * engineio_packet_is_part:
 * @self: a packet
 *
 * Tells whether [method@EngineioPacket.set_part] was called.
 *
 * Returns: whether @self belongs to the packet before it
 */
gboolean
engineio_packet_is_part (EngineioPacket *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_part;
}

/**
 * engineio_packet_set_uncompressed:
 * @self: a packet that was not sent yet
 *
 * Marks a packet that no transport compresses, however long it is. A polling body is compressed if
 * it has another packet that may be.
 */
void
engineio_packet_set_uncompressed (EngineioPacket *self)
{
  g_return_if_fail (self != NULL);

  self->is_uncompressed = TRUE;
}

/**
 * engineio_packet_is_uncompressed:
 * @self: a packet
 *
 * Tells whether the packet is to go out as it is.
 *
 * Returns: whether @self must not be compressed
 */
gboolean
engineio_packet_is_uncompressed (EngineioPacket *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_uncompressed;
}

/**
 * engineio_packet_set_tag:
 * @self: a packet that was not sent yet
 * @tag: a number, not 0
 *
 * Has whoever sent the packet told by @tag when a session drops it, because it is volatile, after
 * it was taken.
 */
void
engineio_packet_set_tag (EngineioPacket *self, guint64 tag)
{
  g_return_if_fail (self != NULL);

  self->tag = tag;
}

/**
 * engineio_packet_get_tag:
 * @self: a packet
 *
 * Gets what [method@EngineioPacket.set_tag] has set.
 *
 * Returns: its tag; 0 if it has none
 */
guint64
engineio_packet_get_tag (EngineioPacket *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->tag;
}

/**
 * engineio_packet_get_size:
 * @self: a packet
 *
 * Tells what a packet counts for in queues and their limits, whatever transport will send it.
 *
 * Returns: the bytes of its frame
 */
gsize
engineio_packet_get_size (EngineioPacket *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->frame_length;
}

/**
 * engineio_packet_get_frame:
 * @self: a packet
 * @length: (out): the bytes of the frame
 *
 * Gives the whole RFC 6455 frame as a server sends it: final, not masked.
 *
 * Returns: (transfer none) (array length=length): the frame, as long as @self lives
 */
const guint8 *
engineio_packet_get_frame (EngineioPacket *self, gsize *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  *length = self->frame_length;
  return self->frame;
}

static Compressed *
compress_frame (const guint8 *frame, gsize length, guint window_bits)
{
  gsize header_size = (frame[1] & 0x7f) < 126 ? 2 : (frame[1] & 0x7f) == 126 ? 4 : 10;
  g_autoptr (GBytes)
    payload = engineio_deflate_message (frame + header_size, length - header_size, window_bits);
  guint8 header[ENGINEIO_FRAME_MAX_HEADER];
  const void *data;
  Compressed *self;

  if (payload == NULL)
    return g_new0 (Compressed, 1);

  data = g_bytes_get_data (payload, &length);
  header_size = engineio_frame_write_header (header, frame[0] & 0x0f, TRUE, length, NULL);
  header[0] |= ENGINEIO_FRAME_RSV1;
  self = g_malloc (sizeof *self + header_size + length);
  self->length = header_size + length;
  memcpy (self->data, header, header_size);
  memcpy (self->data + header_size, data, length);
  return self;
}

/**
 * engineio_packet_get_compressed:
 * @self: a packet
 * @frame: the frame of @self that is to be compressed, not an empty one
 * @window_bits: the window that the receiver has, 9 to 15
 * @length: (inout): the bytes of @frame, and then of what is returned
 *
 * Gives @frame in its compressed form (RFC 7692), which is made once for all receivers with the
 * same window and kept as long as @self.
 *
 * Returns: (transfer none) (array length=length): the frame as long as @self lives; @frame itself
 * if that is shorter
 */
const guint8 *
engineio_packet_get_compressed (EngineioPacket *self,
                                const guint8 *frame,
                                guint window_bits,
                                gsize *length)
{
  Compressed *found = self->compressed;

  while (found != NULL && (found->frame != frame || found->window_bits != window_bits))
    found = found->next;

  if (found == NULL)
    {
      found = compress_frame (frame, *length, window_bits);
      found->frame = frame;
      found->window_bits = window_bits;
      found->next = self->compressed;
      self->compressed = found;
    }
  if (found->length == 0)
    return frame;

  *length = found->length;
  return found->data;
}

/**
 * engineio_packet_get_wire:
 * @self: a packet
 * @length: (out): its bytes
 *
 * Gives what a WebSocket message carries: the type digit and the text, or the bytes of a binary
 * message.
 *
 * Returns: (transfer none) (array length=length): the packet, with a zero byte after it, as long
 *   as @self lives
 */
const char *
engineio_packet_get_wire (EngineioPacket *self, gsize *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  *length = self->frame_length - self->header_size;
  return (const char *)self->frame + self->header_size;
}

/**
 * engineio_packet_get_data:
 * @self: a packet
 * @length: (out): its bytes
 *
 * Gives the data alone: the text after the type digit, or the bytes of a binary message.
 *
 * Returns: (transfer none) (array length=length): the data, with a zero byte after it, as long as
 *   @self lives
 */
const char *
engineio_packet_get_data (EngineioPacket *self, gsize *length)
{
  guint8 offset;

  g_return_val_if_fail (self != NULL, NULL);

  offset = self->header_size + (self->binary ? 0 : 1);
  *length = self->frame_length - offset;
  return (const char *)self->frame + offset;
}

/**
 * engineio_packet_get_bytes:
 * @self: a packet
 *
 * Gives the data of [method@Packet.get_data] without a copy. May be kept and dropped in any
 * thread.
 *
 * Returns: (transfer full): the data, which keeps @self alive
 */
GBytes *
engineio_packet_get_bytes (EngineioPacket *self)
{
  const char *data;
  gsize length;

  g_return_val_if_fail (self != NULL, NULL);

  data = engineio_packet_get_data (self, &length);
  return g_bytes_new_with_free_func (data, length, (GDestroyNotify)engineio_packet_unref,
                                     engineio_packet_ref (self));
}

/**
 * engineio_packet_get_form:
 * @self: a binary packet
 * @form: which form
 * @make: (scope call): makes it when it is asked for first
 *
 * Gives another form of @self, made once for all who receive it.
 *
 * Returns: (transfer none): the form, as long as @self lives
 */
EngineioPacket *
engineio_packet_get_form (EngineioPacket *self, EngineioPacketForm form, EngineioPacketFunc make)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->forms[form] == NULL)
    self->forms[form] = make (self);
  return self->forms[form];
}
