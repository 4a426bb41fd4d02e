/* socketio-json-decoder.h: packets that come as texts with JSON, and attachments behind them
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-decoder.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_JSON_DECODER (socketio_json_decoder_get_type ())

G_DECLARE_FINAL_TYPE (SocketioJsonDecoder,
                      socketio_json_decoder,
                      SOCKETIO,
                      JSON_DECODER,
                      SocketioDecoder)

SocketioDecoder *socketio_json_decoder_new (guint max_attachments, gsize max_attachment_bytes);
gboolean socketio_json_decoder_is_pending (SocketioDecoder *decoder);

G_END_DECLS
