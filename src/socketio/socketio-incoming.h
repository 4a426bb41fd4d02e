/* socketio-incoming.h: what a packet must be, in whatever way it came
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-packet.h"

G_BEGIN_DECLS

/**
 * SocketioIncoming:
 * @type: the packet's type
 * @namespace_: (nullable): its namespace; %NULL for `/`
 * @query: (nullable): what stood behind the namespace of a connect
 * @id: its ack id, or %SOCKETIO_PACKET_NO_ID
 *
 * What is known of a packet beside its payload, while it is being read.
 */
typedef struct
{
  SocketioPacketType type;
  char *namespace_;
  char *query;
  gint64 id;
} SocketioIncoming;

void socketio_incoming_clear (SocketioIncoming *incoming);

static inline gboolean
socketio_incoming_is_event (const SocketioIncoming *incoming)
{
  return incoming->type == SOCKETIO_PACKET_EVENT || incoming->type == SOCKETIO_PACKET_BINARY_EVENT;
}

static inline gboolean
socketio_incoming_is_ack (const SocketioIncoming *incoming)
{
  return incoming->type == SOCKETIO_PACKET_ACK || incoming->type == SOCKETIO_PACKET_BINARY_ACK;
}

gboolean socketio_incoming_read_namespace (SocketioIncoming *incoming,
                                           const char *text,
                                           gsize length,
                                           GError **error);
gboolean socketio_incoming_set_id (SocketioIncoming *incoming, gint64 id, GError **error);
gboolean socketio_incoming_set_no_id (SocketioIncoming *incoming, GError **error);
gboolean
socketio_incoming_check (const SocketioIncoming *incoming, JsonNode *payload, GError **error);
SocketioPacket *socketio_incoming_make_packet (const SocketioIncoming *incoming,
                                               JsonNode *payload,
                                               GPtrArray *attachments);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SocketioIncoming, socketio_incoming_clear)

G_END_DECLS
