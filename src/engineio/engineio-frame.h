/* engineio-frame.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENGINEIO_FRAME_ERROR (engineio_frame_error_quark ())

/**
 * EngineioFrameError:
 * @ENGINEIO_FRAME_ERROR_PROTOCOL: the peer broke a rule of RFC 6455; close with 1002
 * @ENGINEIO_FRAME_ERROR_INVALID_UTF8: a text message or a close reason is no UTF-8; 1007
 * @ENGINEIO_FRAME_ERROR_TOO_MANY_FRAGMENTS: a flood of empty fragments; 1008
 * @ENGINEIO_FRAME_ERROR_TOO_BIG: the joined message is over the limit; 1009
 * @ENGINEIO_FRAME_ERROR_INVALID_DEFLATE: a compressed message cannot be restored; 1007
 */
typedef enum
{
  ENGINEIO_FRAME_ERROR_PROTOCOL,
  ENGINEIO_FRAME_ERROR_INVALID_UTF8,
  ENGINEIO_FRAME_ERROR_TOO_MANY_FRAGMENTS,
  ENGINEIO_FRAME_ERROR_TOO_BIG,
  ENGINEIO_FRAME_ERROR_INVALID_DEFLATE,
} EngineioFrameError;

GQuark engineio_frame_error_quark (void);
guint16 engineio_frame_error_get_close_code (const GError *error);

/* RFC 6455 section 5.2 */
typedef enum
{
  ENGINEIO_FRAME_OPCODE_CONTINUATION = 0x0,
  ENGINEIO_FRAME_OPCODE_TEXT = 0x1,
  ENGINEIO_FRAME_OPCODE_BINARY = 0x2,
  ENGINEIO_FRAME_OPCODE_CLOSE = 0x8,
  ENGINEIO_FRAME_OPCODE_PING = 0x9,
  ENGINEIO_FRAME_OPCODE_PONG = 0xa,
} EngineioFrameOpcode;

/* RFC 6455 section 7.4.1 */
#define ENGINEIO_FRAME_CLOSE_NORMAL         1000
#define ENGINEIO_FRAME_CLOSE_GOING_AWAY     1001
#define ENGINEIO_FRAME_CLOSE_PROTOCOL_ERROR 1002
#define ENGINEIO_FRAME_CLOSE_NO_STATUS      1005
#define ENGINEIO_FRAME_CLOSE_INVALID_DATA   1007
#define ENGINEIO_FRAME_CLOSE_POLICY         1008
#define ENGINEIO_FRAME_CLOSE_TOO_BIG        1009
#define ENGINEIO_FRAME_CLOSE_INTERNAL_ERROR 1011

/* The first byte of a frame: the bit that marks a compressed message (RFC 7692 section 6). */
#define ENGINEIO_FRAME_RSV1 0x40

#define ENGINEIO_FRAME_MAX_HEADER  14
#define ENGINEIO_FRAME_MAX_CONTROL 125

gsize engineio_frame_get_header_size (guint64 payload_length);
gsize engineio_frame_write_header (guint8 out[ENGINEIO_FRAME_MAX_HEADER],
                                   guint8 opcode,
                                   gboolean fin,
                                   guint64 payload_length,
                                   const guint8 *mask);
void engineio_frame_mask (guint8 *data, gsize length, const guint8 mask[4], gsize offset);
void engineio_frame_append_masked (GByteArray *out,
                                   const guint8 *frame,
                                   gsize length,
                                   const guint8 mask[4]);

gboolean engineio_frame_close_code_is_valid (guint16 code);
GBytes *engineio_frame_new_close (guint16 code, const char *reason);
GBytes *engineio_frame_new_pong (const void *data, gsize length);

G_END_DECLS
