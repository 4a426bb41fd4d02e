/* engineio-packet.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ENGINEIO_PACKET_ERROR (engineio_packet_error_quark ())

typedef enum
{
  ENGINEIO_PACKET_ERROR_EMPTY,
  ENGINEIO_PACKET_ERROR_UNKNOWN_TYPE,
  ENGINEIO_PACKET_ERROR_INVALID_BASE64,
  ENGINEIO_PACKET_ERROR_INVALID_UTF8,
  ENGINEIO_PACKET_ERROR_TOO_MANY,
  ENGINEIO_PACKET_ERROR_INVALID_LENGTH,
} EngineioPacketError;

GQuark engineio_packet_error_quark (void);

typedef enum
{
  ENGINEIO_PACKET_OPEN = 0,
  ENGINEIO_PACKET_CLOSE = 1,
  ENGINEIO_PACKET_PING = 2,
  ENGINEIO_PACKET_PONG = 3,
  ENGINEIO_PACKET_MESSAGE = 4,
  ENGINEIO_PACKET_UPGRADE = 5,
  ENGINEIO_PACKET_NOOP = 6,
} EngineioPacketType;

typedef struct _EngineioPacket EngineioPacket;

/**
 * EngineioPacketForm:
 * @ENGINEIO_PACKET_FORM_TYPED: bytes with their type before them
 * @ENGINEIO_PACKET_FORM_BASE64: a text with the type and base64
 *
 * What a binary packet is sent as to peers that do not take its bytes as they are.
 */
typedef enum
{
  ENGINEIO_PACKET_FORM_TYPED,
  ENGINEIO_PACKET_FORM_BASE64,
  ENGINEIO_PACKET_N_FORMS,
} EngineioPacketForm;

typedef EngineioPacket *(*EngineioPacketFunc) (EngineioPacket *packet);

#define ENGINEIO_TYPE_PACKET (engineio_packet_get_type ())

GType engineio_packet_get_type (void) G_GNUC_CONST;

EngineioPacket *engineio_packet_new (EngineioPacketType type, const char *data, gssize length);
EngineioPacket *engineio_packet_new_binary (const void *data, gsize length);
EngineioPacket *engineio_packet_new_unset (gboolean binary, gsize length, char **wire);
EngineioPacket *engineio_packet_new_from_base64 (const char *text, gsize length, GError **error);
EngineioPacket *engineio_packet_new_from_wire (const char *text, gsize length, GError **error);

EngineioPacket *engineio_packet_ref (EngineioPacket *self);
void engineio_packet_unref (EngineioPacket *self);

EngineioPacketType engineio_packet_get_packet_type (EngineioPacket *self);
gboolean engineio_packet_is_binary (EngineioPacket *self);
void engineio_packet_set_volatile (EngineioPacket *self);
gboolean engineio_packet_is_volatile (EngineioPacket *self);
void engineio_packet_set_tag (EngineioPacket *self, guint64 tag);
guint64 engineio_packet_get_tag (EngineioPacket *self);
void engineio_packet_set_uncompressed (EngineioPacket *self);
gboolean engineio_packet_is_uncompressed (EngineioPacket *self);
gsize engineio_packet_get_size (EngineioPacket *self);

const guint8 *engineio_packet_get_frame (EngineioPacket *self, gsize *length);
const guint8 *engineio_packet_get_compressed (EngineioPacket *self,
                                              const guint8 *frame,
                                              guint window_bits,
                                              gsize *length);
const char *engineio_packet_get_wire (EngineioPacket *self, gsize *length);
const char *engineio_packet_get_data (EngineioPacket *self, gsize *length);
GBytes *engineio_packet_get_bytes (EngineioPacket *self);
EngineioPacket *
engineio_packet_get_form (EngineioPacket *self, EngineioPacketForm form, EngineioPacketFunc make);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineioPacket, engineio_packet_unref)

G_END_DECLS
