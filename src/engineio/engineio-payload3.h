/* engineio-payload3.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-payload.h"

G_BEGIN_DECLS

GBytes *engineio_payload3_encode (EngineioPacket *const *packets,
                                  guint n_packets,
                                  EngineioPayloadTexts texts,
                                  const char **content_type);
GBytes *engineio_payload3_encode_base64 (EngineioPacket *const *packets,
                                         guint n_packets,
                                         EngineioPayloadTexts texts,
                                         const char **content_type);
guint engineio_payload3_fit (EngineioPacket *const *packets,
                             guint n_packets,
                             EngineioPayloadTexts texts,
                             gsize max_size);
guint engineio_payload3_fit_base64 (EngineioPacket *const *packets,
                                    guint n_packets,
                                    EngineioPayloadTexts texts,
                                    gsize max_size);

gboolean
engineio_payload3_next (EngineioPayloadIter *iter, EngineioPacket **packet, GError **error);
gboolean
engineio_payload3_next_binary (EngineioPayloadIter *iter, EngineioPacket **packet, GError **error);

G_END_DECLS
