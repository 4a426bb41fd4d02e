/* socketio-packet.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-arguments.h"

G_BEGIN_DECLS

/**
 * SocketioPacketType:
 * @SOCKETIO_PACKET_CONNECT: joins a namespace, or tells that it is joined
 * @SOCKETIO_PACKET_DISCONNECT: leaves a namespace
 * @SOCKETIO_PACKET_EVENT: a named event
 * @SOCKETIO_PACKET_ACK: the answer to an event
 * @SOCKETIO_PACKET_CONNECT_ERROR: a namespace refused
 * @SOCKETIO_PACKET_BINARY_EVENT: an event with attachments
 * @SOCKETIO_PACKET_BINARY_ACK: an answer with attachments
 *
 * The packet types of Socket.IO protocol 5; the values are those on the wire.
 *
 * The two binary types exist on the wire only: a [struct@SocketioPacket] is an event or an ack, and
 * is sent as binary if its arguments have attachments.
 */
typedef enum
{
  SOCKETIO_PACKET_CONNECT = 0,
  SOCKETIO_PACKET_DISCONNECT = 1,
  SOCKETIO_PACKET_EVENT = 2,
  SOCKETIO_PACKET_ACK = 3,
  SOCKETIO_PACKET_CONNECT_ERROR = 4,
  SOCKETIO_PACKET_BINARY_EVENT = 5,
  SOCKETIO_PACKET_BINARY_ACK = 6,
} SocketioPacketType;

/**
 * SOCKETIO_PACKET_NO_ID:
 *
 * The id of a packet that has none: an event that asks for no ack.
 */
#define SOCKETIO_PACKET_NO_ID (-1)

/**
 * SOCKETIO_PACKET_MAX_ID:
 *
 * The largest ack id, 2^53 - 1: the largest integer up to which JavaScript counts without gaps.
 */
#define SOCKETIO_PACKET_MAX_ID ((G_GINT64_CONSTANT (1) << 53) - 1)

/**
 * SocketioPacket:
 *
 * One Socket.IO packet. It never changes.
 */
typedef struct _SocketioPacket SocketioPacket;

#define SOCKETIO_TYPE_PACKET (socketio_packet_get_type ())
GType socketio_packet_get_type (void);

SocketioPacket *socketio_packet_new_connect (const char *namespace_, JsonNode *data);
SocketioPacket *
socketio_packet_new_connect_with_query (const char *namespace_, const char *query, JsonNode *data);
SocketioPacket *socketio_packet_new_connect_error (const char *namespace_, JsonNode *data);
SocketioPacket *socketio_packet_new_disconnect (const char *namespace_);
SocketioPacket *socketio_packet_new_event (const char *namespace_,
                                           const char *name,
                                           SocketioArguments *arguments,
                                           gint64 id);
SocketioPacket *
socketio_packet_new_ack (const char *namespace_, gint64 id, SocketioArguments *arguments);
SocketioPacket *socketio_packet_ref (SocketioPacket *self);
void socketio_packet_unref (SocketioPacket *self);

SocketioPacketType socketio_packet_get_packet_type (SocketioPacket *self);
const char *socketio_packet_get_namespace (SocketioPacket *self);
gint64 socketio_packet_get_id (SocketioPacket *self);
const char *socketio_packet_get_name (SocketioPacket *self);
SocketioArguments *socketio_packet_get_arguments (SocketioPacket *self);
JsonNode *socketio_packet_get_data (SocketioPacket *self);
const char *socketio_packet_get_query (SocketioPacket *self);

void socketio_packet_encode (SocketioPacket *self, GString *text);

gboolean socketio_packet_name_is_reserved (const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioPacket, socketio_packet_unref)

G_END_DECLS
