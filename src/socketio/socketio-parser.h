/* socketio-parser.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-packet.h"

G_BEGIN_DECLS

/**
 * SOCKETIO_PARSER_MAX_ATTACHMENTS:
 *
 * How many attachments a packet may have unless told otherwise; the same as in socket.io-parser
 * since 4.2.6.
 */
#define SOCKETIO_PARSER_MAX_ATTACHMENTS 10

/**
 * SOCKETIO_PARSER_MAX_ATTACHMENT_BYTES:
 *
 * How many bytes the attachments of one packet may have together unless told otherwise: ten
 * messages of the default size.
 */
#define SOCKETIO_PARSER_MAX_ATTACHMENT_BYTES (10 * 1000 * 1000)

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
 * Why a packet was refused. A payload that is not JSON gives a [enum@SocketioJsonError].
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

/**
 * SocketioParser:
 *
 * Joins the texts and the binary messages of one session to packets.
 */
typedef struct _SocketioParser SocketioParser;

SocketioParser *socketio_parser_new (void);
void socketio_parser_free (SocketioParser *self);

void socketio_parser_set_max_attachments (SocketioParser *self, guint max_attachments);
void socketio_parser_set_max_attachment_bytes (SocketioParser *self, gsize max_bytes);

gboolean socketio_parser_add_text (SocketioParser *self,
                                   const char *text,
                                   gsize length,
                                   SocketioPacket **packet,
                                   GError **error);
gboolean socketio_parser_add_binary (SocketioParser *self,
                                     GBytes *bytes,
                                     SocketioPacket **packet,
                                     GError **error);
gboolean socketio_parser_is_pending (SocketioParser *self);
void socketio_parser_reset (SocketioParser *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioParser, socketio_parser_free)

G_END_DECLS
