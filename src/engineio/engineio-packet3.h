/* engineio-packet3.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-packet.h"

G_BEGIN_DECLS

EngineioPacket *engineio_packet3_new_from_text (const char *text, gsize length, GError **error);
EngineioPacket *engineio_packet3_new_from_binary (const char *data, gsize length, GError **error);
EngineioPacket *
engineio_packet3_new_from_message (const char *data, gsize length, gboolean binary, GError **error);

const guint8 *engineio_packet3_get_frame (EngineioPacket *packet, gsize *length);
const guint8 *engineio_packet3_get_base64_frame (EngineioPacket *packet, gsize *length);

gsize engineio_packet3_get_base64_size (EngineioPacket *packet);
char *engineio_packet3_write_base64 (EngineioPacket *packet, char *out);

G_END_DECLS
