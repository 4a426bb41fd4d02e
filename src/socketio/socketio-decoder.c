/* socketio-decoder.c: what reads the messages of one connection
 *
 * Abstract: each parser has a decoder of its own kind (socketio-json-decoder.c,
 * socketio-msgpack-decoder.c, or a program's). The connection feeds it and gets packets.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-decoder.h"

G_DEFINE_ABSTRACT_TYPE (SocketioDecoder, socketio_decoder, G_TYPE_OBJECT)

/**
 * socketio_parser_error_quark:
 *
 * Gets the domain of [enum@SocketioParserError].
 *
 * Returns: the domain, %SOCKETIO_PARSER_ERROR
 */
/* clang-format off */
G_DEFINE_QUARK (socketio-parser-error-quark, socketio_parser_error)
/* clang-format on */

static gboolean
socketio_decoder_real_add_text (SocketioDecoder *self,
                                const char *text,
                                gsize length,
                                SocketioPacket **packet,
                                GError **error)
{
  g_set_error_literal (error, SOCKETIO_PARSER_ERROR, SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT,
                       "A text, which this parser does not read; does the other end have another?");
  return FALSE;
}

static gboolean
socketio_decoder_real_add_binary (SocketioDecoder *self,
                                  GBytes *bytes,
                                  SocketioPacket **packet,
                                  GError **error)
{
  g_set_error_literal (error, SOCKETIO_PARSER_ERROR, SOCKETIO_PARSER_ERROR_UNEXPECTED_BINARY,
                       "Bytes, which this parser does not read; does the other end have another?");
  return FALSE;
}

static void
socketio_decoder_real_reset (SocketioDecoder *self)
{
}

static void
socketio_decoder_class_init (SocketioDecoderClass *klass)
{
  klass->add_text = socketio_decoder_real_add_text;
  klass->add_binary = socketio_decoder_real_add_binary;
  klass->reset = socketio_decoder_real_reset;
}

static void
socketio_decoder_init (SocketioDecoder *self)
{
}

/**
 * socketio_decoder_add_text: (virtual add_text)
 * @decoder: a decoder
 * @text: (array length=length) (element-type guint8): a text message of the connection, UTF-8; it
 *   may hold zero bytes
 * @length: how many bytes it has
 * @packet: (out) (transfer full) (nullable): the packet; %NULL if more of it is to come
 * @error: return location for an error, mostly one of [enum@SocketioParserError]
 *
 * Reads a text message. After an error the decoder is as new; the connection should be closed.
 *
 * Returns: whether the text was as it should be
 */
gboolean
socketio_decoder_add_text (SocketioDecoder *self,
                           const char *text,
                           gsize length,
                           SocketioPacket **packet,
                           GError **error)
{
  g_return_val_if_fail (SOCKETIO_IS_DECODER (self), FALSE);
  g_return_val_if_fail (text != NULL || length == 0, FALSE);
  g_return_val_if_fail (packet != NULL, FALSE);

  *packet = NULL;
  return SOCKETIO_DECODER_GET_CLASS (self)->add_text (self, text, length, packet, error);
}

/**
 * socketio_decoder_add_binary: (virtual add_binary)
 * @decoder: a decoder
 * @bytes: a binary message of the connection
 * @packet: (out) (transfer full) (nullable): the packet; %NULL if more of it is to come
 * @error: return location for an error, mostly one of [enum@SocketioParserError]
 *
 * Reads a binary message. After an error the decoder is as new; the connection should be closed.
 *
 * Returns: whether the bytes were as they should be
 */
gboolean
socketio_decoder_add_binary (SocketioDecoder *self,
                             GBytes *bytes,
                             SocketioPacket **packet,
                             GError **error)
{
  g_return_val_if_fail (SOCKETIO_IS_DECODER (self), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (packet != NULL, FALSE);

  *packet = NULL;
  return SOCKETIO_DECODER_GET_CLASS (self)->add_binary (self, bytes, packet, error);
}

/**
 * socketio_decoder_reset: (virtual reset)
 * @decoder: a decoder
 *
 * Forgets what has come of a packet that is not complete: the connection has ended.
 */
void
socketio_decoder_reset (SocketioDecoder *self)
{
  g_return_if_fail (SOCKETIO_IS_DECODER (self));

  SOCKETIO_DECODER_GET_CLASS (self)->reset (self);
}
