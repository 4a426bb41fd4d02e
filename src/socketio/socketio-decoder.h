/* socketio-decoder.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-packet.h"
#include "socketio-types.h"

G_BEGIN_DECLS

/**
 * SOCKETIO_PARSER_MAX_NAMESPACE:
 *
 * How many bytes the name of a namespace may have.
 */
#define SOCKETIO_PARSER_MAX_NAMESPACE 256

/**
 * SOCKETIO_PARSER_MAX_QUERY:
 *
 * How many bytes the query behind the name of a namespace may have: as many as web servers commonly
 * allow for the whole first line of a request.
 */
#define SOCKETIO_PARSER_MAX_QUERY 8192

/**
 * SocketioParserError:
 * @SOCKETIO_PARSER_ERROR_TYPE: no packet type of the protocol
 * @SOCKETIO_PARSER_ERROR_ATTACHMENTS: no count of attachments where one must stand, or more than
 *   the limit
 * @SOCKETIO_PARSER_ERROR_NAMESPACE: a namespace, or its query, that is too long or not UTF-8
 * @SOCKETIO_PARSER_ERROR_ID: an ack id that is too large, or none in an ack
 * @SOCKETIO_PARSER_ERROR_PAYLOAD: a payload that does not fit the packet type
 * @SOCKETIO_PARSER_ERROR_RESERVED: an event whose name only the library may emit
 * @SOCKETIO_PARSER_ERROR_PLACEHOLDER: a placeholder that names no attachment
 * @SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT: a text where an attachment must follow
 * @SOCKETIO_PARSER_ERROR_UNEXPECTED_BINARY: an attachment that no packet announced
 * @SOCKETIO_PARSER_ERROR_TOO_LARGE: attachments larger than the limit
 *
 * Why a packet was refused. A payload that cannot be read at all may give an error of another
 * domain.
 */
typedef enum
{
  SOCKETIO_PARSER_ERROR_TYPE,
  SOCKETIO_PARSER_ERROR_ATTACHMENTS,
  SOCKETIO_PARSER_ERROR_NAMESPACE,
  SOCKETIO_PARSER_ERROR_ID,
  SOCKETIO_PARSER_ERROR_PAYLOAD,
  SOCKETIO_PARSER_ERROR_RESERVED,
  SOCKETIO_PARSER_ERROR_PLACEHOLDER,
  SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT,
  SOCKETIO_PARSER_ERROR_UNEXPECTED_BINARY,
  SOCKETIO_PARSER_ERROR_TOO_LARGE,
} SocketioParserError;

#define SOCKETIO_PARSER_ERROR (socketio_parser_error_quark ())
GQuark socketio_parser_error_quark (void);

#define SOCKETIO_TYPE_DECODER (socketio_decoder_get_type ())

/**
 * SocketioDecoder:
 *
 * Makes packets of what one connection brings, which its parser at the other end has written. Each
 * connection has one of its own, from [method@SocketioParser.create_decoder].
 */
G_DECLARE_DERIVABLE_TYPE (SocketioDecoder, socketio_decoder, SOCKETIO, DECODER, GObject)

/**
 * SocketioDecoderClass:
 * @add_text: reads a text message; %FALSE with an error ends the connection. By default texts are
 *   refused
 * @add_binary: reads a binary message; by default they are refused
 * @reset: forgets what has come of a packet that is not complete; by default there is nothing to
 *   forget
 *
 * What comes is a stranger's: a decoder checks all of it, limits what it keeps, and gives an error
 * for what is no packet. It should refuse events whose names
 * [func@Socketio.Packet.name_is_reserved] knows, and namespaces whose names do not begin with a
 * slash.
 */
struct _SocketioDecoderClass
{
  GObjectClass parent_class;

  gboolean (*add_text) (SocketioDecoder *decoder,
                        const char *text,
                        gsize length,
                        SocketioPacket **packet,
                        GError **error);
  gboolean (*add_binary) (SocketioDecoder *decoder,
                          GBytes *bytes,
                          SocketioPacket **packet,
                          GError **error);
  void (*reset) (SocketioDecoder *decoder);

  gpointer padding[8];
};

gboolean socketio_decoder_add_text (SocketioDecoder *decoder,
                                    const char *text,
                                    gsize length,
                                    SocketioPacket **packet,
                                    GError **error);
gboolean socketio_decoder_add_binary (SocketioDecoder *decoder,
                                      GBytes *bytes,
                                      SocketioPacket **packet,
                                      GError **error);
void socketio_decoder_reset (SocketioDecoder *decoder);

G_END_DECLS
