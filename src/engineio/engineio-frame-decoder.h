/* engineio-frame-decoder.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-frame.h"

G_BEGIN_DECLS

/**
 * EngineioFrameRole:
 * @ENGINEIO_FRAME_ROLE_SERVER: reads what clients send: every frame must be masked
 * @ENGINEIO_FRAME_ROLE_CLIENT: reads what servers send: no frame may be masked
 */
typedef enum
{
  ENGINEIO_FRAME_ROLE_SERVER,
  ENGINEIO_FRAME_ROLE_CLIENT,
} EngineioFrameRole;

/**
 * EngineioFrameResult:
 * @ENGINEIO_FRAME_NEED_MORE: the input is used up
 * @ENGINEIO_FRAME_MESSAGE: a whole message, its fragments joined
 * @ENGINEIO_FRAME_PING: a ping, which wants a pong with the same payload
 * @ENGINEIO_FRAME_PONG: a pong, asked for or not
 * @ENGINEIO_FRAME_CLOSE: a close frame; nothing comes after it
 * @ENGINEIO_FRAME_FAILED: the peer broke a rule; nothing comes after it
 */
typedef enum
{
  ENGINEIO_FRAME_NEED_MORE,
  ENGINEIO_FRAME_MESSAGE,
  ENGINEIO_FRAME_PING,
  ENGINEIO_FRAME_PONG,
  ENGINEIO_FRAME_CLOSE,
  ENGINEIO_FRAME_FAILED,
} EngineioFrameResult;

/**
 * EngineioFrame:
 * @data: (array length=length): the message, the payload of a ping or pong, or a close's reason;
 *   never %NULL, not terminated
 * @length: its bytes
 * @binary: whether a message is binary, else it is valid UTF-8 (unless it is compressed)
 * @compressed: whether a message is still compressed
 * @close_code: the code of a close frame, 1005 if it had none
 *
 * What [func@frame_decoder_next] found. @data lies in the pushed input or in the decoder, and is
 * valid until the next call on the decoder or the end of that input, whatever comes first.
 */
typedef struct
{
  const guint8 *data;
  gsize length;
  gboolean binary;
  gboolean compressed;
  guint16 close_code;
} EngineioFrame;

typedef struct _EngineioFrameDecoder EngineioFrameDecoder;

EngineioFrameDecoder *engineio_frame_decoder_new (EngineioFrameRole role, gsize max_message);
void engineio_frame_decoder_free (EngineioFrameDecoder *self);

void engineio_frame_decoder_allow_compressed (EngineioFrameDecoder *self);

void engineio_frame_decoder_push (EngineioFrameDecoder *self, guint8 *data, gsize length);
EngineioFrameResult
engineio_frame_decoder_next (EngineioFrameDecoder *self, EngineioFrame *frame, GError **error);
gsize engineio_frame_decoder_get_buffered (EngineioFrameDecoder *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineioFrameDecoder, engineio_frame_decoder_free)

G_END_DECLS
