/* socketio-wire.c: a packet encoded once, for as many sessions as it goes to
 *
 * A parser (socketio-parser.c) adds the messages. Most packets are one, and have their place within
 * the wire.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-wire-private.h"

#include <string.h>

struct _SocketioWire
{
  guint ref_count;
  guint64 position; /* in the log of events; 0 for none */
  gint64 id; /* that its answers bear */
  gboolean sealed;
  gsize size;
  guint n_packets;
  guint n_places;
  EngineioPacket **packets; /* places, or what was allocated when those were full */
  EngineioPacket *places[];
};

G_DEFINE_BOXED_TYPE (SocketioWire, socketio_wire, socketio_wire_ref, socketio_wire_unref)

static void
socketio_wire_grow (SocketioWire *self)
{
  EngineioPacket **packets = self->packets != self->places ? self->packets : NULL;

  self->n_places *= 2;
  packets = g_renew (EngineioPacket *, packets, self->n_places);
  if (self->packets == self->places)
    memcpy (packets, self->places, self->n_packets * sizeof *packets);
  self->packets = packets;
}

/* Takes @packet. */
static void
socketio_wire_add (SocketioWire *self, EngineioPacket *packet)
{
  if (self->n_packets == self->n_places)
    socketio_wire_grow (self);

  self->packets[self->n_packets++] = packet;
  self->size += engineio_packet_get_size (packet);
}

/**
 * socketio_wire_new:
 * @parser: what both ends have
 * @packet: a packet
 *
 * Encodes @packet.
 *
 * Returns: (transfer full): what goes to the sessions
 */
SocketioWire *
socketio_wire_new (SocketioParser *parser, SocketioPacket *packet)
{
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);
  guint n = arguments != NULL ? socketio_arguments_get_n_attachments (arguments) : 0;
  SocketioWire *self = g_malloc (sizeof (SocketioWire) + (n + 1) * sizeof (EngineioPacket *));

  *self = (SocketioWire){
    .ref_count = 1,
    .id = socketio_packet_get_id (packet),
    .n_places = n + 1,
    .packets = self->places,
  };
  SOCKETIO_PARSER_GET_CLASS (parser)->encode (parser, packet, self);
  self->sealed = TRUE;
  return self;
}

/**
 * socketio_wire_add_text:
 * @wire: where a parser writes a packet to
 * @text: (array length=length) (element-type guint8): a text, UTF-8 without U+001E, which ends a
 *   message in a polling body
 * @length: how many bytes it has
 *
 * Adds a text message behind those that are there. Only [vfunc@Parser.encode] may do that.
 */
void
socketio_wire_add_text (SocketioWire *self, const char *text, gsize length)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL || length == 0);
  g_return_if_fail (!self->sealed);

  socketio_wire_add (self, engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, length));
}

/**
 * socketio_wire_add_binary:
 * @wire: where a parser writes a packet to
 * @bytes: any bytes
 *
 * Adds a binary message behind those that are there. Only [vfunc@Parser.encode] may do that.
 */
void
socketio_wire_add_binary (SocketioWire *self, GBytes *bytes)
{
  gsize length;
  const void *data;

  g_return_if_fail (self != NULL);
  g_return_if_fail (bytes != NULL);
  g_return_if_fail (!self->sealed);

  data = g_bytes_get_data (bytes, &length);
  socketio_wire_add (self, engineio_packet_new_binary (data, length));
}

/**
 * socketio_wire_ref:
 * @wire: an encoded packet
 *
 * Returns: (transfer full): @wire
 */
SocketioWire *
socketio_wire_ref (SocketioWire *self)
{
  self->ref_count++;
  return self;
}

/**
 * socketio_wire_unref:
 * @wire: (transfer full): an encoded packet
 *
 * Lets go of @wire. Sessions keep what they have not sent yet.
 */
void
socketio_wire_unref (SocketioWire *self)
{
  if (--self->ref_count > 0)
    return;

  for (guint i = 0; i < self->n_packets; i++)
    engineio_packet_unref (self->packets[i]);
  if (self->packets != self->places)
    g_free (self->packets);
  g_free (self);
}

/**
 * socketio_wire_set_position:
 * @wire: an encoded packet
 * @position: its place in the log of events
 *
 * Remembers the place of an event that a client may get again.
 */
void
socketio_wire_set_position (SocketioWire *self, guint64 position)
{
  self->position = position;
}

/**
 * socketio_wire_get_position:
 * @wire: an encoded packet
 *
 * Returns: its place in the log of events; 0 if it is in none
 */
guint64
socketio_wire_get_position (SocketioWire *self)
{
  return self->position;
}

/**
 * socketio_wire_get_size:
 * @wire: an encoded packet
 *
 * Returns: what it counts for in a session's queue, in bytes
 */
gsize
socketio_wire_get_size (SocketioWire *self)
{
  return self->size;
}

/**
 * socketio_wire_set_uncompressed:
 * @wire: an encoded packet that was not sent yet
 *
 * Has none of its parts compressed.
 */
void
socketio_wire_set_uncompressed (SocketioWire *self)
{
  for (guint i = 0; i < self->n_packets; i++)
    engineio_packet_set_uncompressed (self->packets[i]);
}

/**
 * socketio_wire_fits:
 * @wire: an encoded packet
 * @session: a client's session
 *
 * Returns: whether the server would take all of its parts
 */
gboolean
socketio_wire_fits (SocketioWire *self, EngineioSession *session)
{
  for (guint i = 0; i < self->n_packets; i++)
    {
      if (!engineio_session_takes (session, self->packets[i]))
        return FALSE;
    }
  return TRUE;
}

/**
 * socketio_wire_send:
 * @wire: an encoded packet
 * @session: where it goes
 *
 * Sends @wire, all of its parts in a row.
 */
void
socketio_wire_send (SocketioWire *self, EngineioSession *session)
{
  engineio_session_send_packets (session, self->packets, self->n_packets);
}

/**
 * socketio_wire_send_volatile:
 * @wire: an encoded packet that is sent in no other way
 * @session: where it goes
 *
 * Sends @wire if it can leave now, all of its parts or none. If it is dropped later, the session
 * tells its ack id.
 *
 * Returns: whether it was sent
 */
gboolean
socketio_wire_send_volatile (SocketioWire *self, EngineioSession *session)
{
  for (guint i = 0; i < self->n_packets; i++)
    engineio_packet_set_volatile (self->packets[i]);
  if (self->id > 0 && self->n_packets > 0)
    engineio_packet_set_tag (self->packets[0], self->id);
  return engineio_session_send_volatile (session, self->packets, self->n_packets);
}
