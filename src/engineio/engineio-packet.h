/* engineio-packet.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ENGINEIO_PACKET_ERROR (engineio_packet_error_quark ())

/**
 * EngineioPacketError:
 * @ENGINEIO_PACKET_ERROR_EMPTY: there is not even a type
 * @ENGINEIO_PACKET_ERROR_UNKNOWN_TYPE: the type is none of [enum@EngineioPacketType]
 * @ENGINEIO_PACKET_ERROR_INVALID_BASE64: a binary message in a text is no base64
 * @ENGINEIO_PACKET_ERROR_INVALID_UTF8: a text is no UTF-8
 * @ENGINEIO_PACKET_ERROR_TOO_MANY: a polling body has more packets than we take
 * @ENGINEIO_PACKET_ERROR_INVALID_LENGTH: in a polling body of revision 3: a length is none, or
 * points behind the end
 *
 * Why a packet or a polling body cannot be read.
 */
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

/**
 * EngineioPacketType:
 * @ENGINEIO_PACKET_OPEN: the handshake: what the server tells a client of its session
 * @ENGINEIO_PACKET_CLOSE: the session ends
 * @ENGINEIO_PACKET_PING: are you there?
 * @ENGINEIO_PACKET_PONG: the answer to that
 * @ENGINEIO_PACKET_MESSAGE: what the layer above has sent
 * @ENGINEIO_PACKET_UPGRADE: from now on over the other transport
 * @ENGINEIO_PACKET_NOOP: nothing; it ends a poll
 *
 * The packet types of Engine.IO protocol 4; the values are those on the wire.
 */
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
 * @ENGINEIO_PACKET_FORM_BASE64: a text with base64
 * @ENGINEIO_PACKET_FORM_TYPED_BASE64: a text with the type and base64
 * @ENGINEIO_PACKET_N_FORMS: how many there are
 *
 * What a binary packet is sent as to peers that do not take its bytes as they are.
 */
typedef enum
{
  ENGINEIO_PACKET_FORM_TYPED,
  ENGINEIO_PACKET_FORM_BASE64,
  ENGINEIO_PACKET_FORM_TYPED_BASE64,
  ENGINEIO_PACKET_N_FORMS,
} EngineioPacketForm;

/**
 * EngineioPacketFunc:
 * @packet: a binary packet
 *
 * Makes the form of a packet that is asked for first.
 *
 * Returns: (transfer full): a packet in that form
 */
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
void engineio_packet_set_part (EngineioPacket *self);
gboolean engineio_packet_is_part (EngineioPacket *self);
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
