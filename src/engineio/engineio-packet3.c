/* engineio-packet3.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One packet as revision 3 of the protocol has it. Texts are the same as in revision 4; a binary
 * message has its type in front of it, a byte 4 before bytes and a digit "4" before base64. Pure:
 * engineio-packet holds the packets, engineio-payload3 joins them to polling bodies. */

#include "config.h"

#include <string.h>

#include "engineio-packet3.h"

/* What stands before base64 on the wire. */
#define BASE64_PREFIX "b4"

static EngineioPacket *
fail_with_type (guint8 type, GError **error)
{
  g_set_error (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_UNKNOWN_TYPE,
               "A binary packet has the type 0x%02x, which is no message", type);
  return NULL;
}

/**
 * engineio_packet3_new_from_text:
 * @text: (array length=length): one text packet as it was received, valid UTF-8 (not checked here)
 * @length: its bytes
 * @error: return location for an error of %ENGINEIO_PACKET_ERROR
 *
 * Reads one text packet: a type digit and its data, or "b4" and base64, which is a binary message.
 *
 * Returns: (transfer full): a new packet, or %NULL on error
 */
EngineioPacket *
engineio_packet3_new_from_text (const char *text, gsize length, GError **error)
{
  if (length == 0 || text[0] != 'b')
    return engineio_packet_new_from_wire (text, length, error);
  if (length == 1 || text[1] != '0' + ENGINEIO_PACKET_MESSAGE)
    return fail_with_type (length > 1 ? text[1] : 'b', error);

  return engineio_packet_new_from_base64 (text + 2, length - 2, error);
}

/**
 * engineio_packet3_new_from_binary:
 * @data: (array length=length): one binary packet as it was received
 * @length: its bytes
 * @error: return location for an error of %ENGINEIO_PACKET_ERROR
 *
 * Reads one binary packet: a byte with the type, which can only be that of a message, and its data.
 *
 * Returns: (transfer full): a new packet, or %NULL on error
 */
EngineioPacket *
engineio_packet3_new_from_binary (const char *data, gsize length, GError **error)
{
  if (length == 0)
    {
      g_set_error_literal (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_EMPTY,
                           "A binary packet has no type");
      return NULL;
    }
  if (data[0] != ENGINEIO_PACKET_MESSAGE)
    return fail_with_type (data[0], error);

  return engineio_packet_new_binary (data + 1, length - 1);
}

/**
 * engineio_packet3_new_from_message:
 * @data: (array length=length): a WebSocket message
 * @length: its bytes
 * @binary: whether it is a binary one, else it is valid UTF-8 (not checked here)
 * @error: return location for an error of %ENGINEIO_PACKET_ERROR
 *
 * Reads the packet of a WebSocket message.
 *
 * Returns: (transfer full): a new packet, or %NULL on error
 */
EngineioPacket *
engineio_packet3_new_from_message (const char *data, gsize length, gboolean binary, GError **error)
{
  if (binary)
    return engineio_packet3_new_from_binary (data, length, error);
  return engineio_packet3_new_from_text (data, length, error);
}

/**
 * engineio_packet3_get_base64_size:
 * @packet: a binary packet
 *
 * Returns: the bytes of its base64 form, with what stands before it
 */
gsize
engineio_packet3_get_base64_size (EngineioPacket *packet)
{
  gsize length;

  engineio_packet_get_data (packet, &length);
  return strlen (BASE64_PREFIX) + (length / 3 + (length % 3 != 0)) * 4;
}

/**
 * engineio_packet3_write_base64:
 * @packet: a binary packet
 * @out: room for as many bytes as [func@packet3_get_base64_size] says
 *
 * Writes the base64 form of @packet.
 *
 * Returns: the end of what was written
 */
char *
engineio_packet3_write_base64 (EngineioPacket *packet, char *out)
{
  int state = 0, save = 0;
  gsize length;
  const char *data = engineio_packet_get_data (packet, &length);

  memcpy (out, BASE64_PREFIX, strlen (BASE64_PREFIX));
  out += strlen (BASE64_PREFIX);
  out += g_base64_encode_step ((const guchar *)data, length, FALSE, out, &state, &save);
  return out + g_base64_encode_close (FALSE, out, &state, &save);
}

static EngineioPacket *
make_typed (EngineioPacket *packet)
{
  gsize length;
  const char *data = engineio_packet_get_data (packet, &length);
  char *wire;
  EngineioPacket *form = engineio_packet_new_unset (TRUE, length + 1, &wire);

  wire[0] = ENGINEIO_PACKET_MESSAGE;
  if (length > 0)
    memcpy (wire + 1, data, length);

  return form;
}

static EngineioPacket *
make_base64 (EngineioPacket *packet)
{
  char *wire;
  EngineioPacket *form = engineio_packet_new_unset (
    FALSE, engineio_packet3_get_base64_size (packet), &wire);

  engineio_packet3_write_base64 (packet, wire);
  return form;
}

static const guint8 *
get_frame (EngineioPacket *packet, EngineioPacketForm form, EngineioPacketFunc make, gsize *length)
{
  if (engineio_packet_is_binary (packet))
    packet = engineio_packet_get_form (packet, form, make);
  return engineio_packet_get_frame (packet, length);
}

/**
 * engineio_packet3_get_frame:
 * @packet: a packet
 * @length: (out): the bytes of the frame
 *
 * Gives the RFC 6455 frame that a client of revision 3 gets. It is made once for all of them.
 *
 * Returns: (transfer none) (array length=length): the frame, as long as @packet lives
 */
const guint8 *
engineio_packet3_get_frame (EngineioPacket *packet, gsize *length)
{
  return get_frame (packet, ENGINEIO_PACKET_FORM_TYPED, make_typed, length);
}

/**
 * engineio_packet3_get_base64_frame:
 * @packet: a packet
 * @length: (out): the bytes of the frame
 *
 * Gives the RFC 6455 frame that a client of revision 3 gets which takes no bytes. It is made once
 * for all of them.
 *
 * Returns: (transfer none) (array length=length): the frame, as long as @packet lives
 */
const guint8 *
engineio_packet3_get_base64_frame (EngineioPacket *packet, gsize *length)
{
  return get_frame (packet, ENGINEIO_PACKET_FORM_TYPED_BASE64, make_base64, length);
}
