/* socketio-wire.c: a packet encoded once, for as many sessions as it goes to
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-wire.h"

/* A text that grew this large is not kept for the next packet. */
#define SCRATCH_SIZE (64 * 1024)

struct _SocketioWire
{
  guint ref_count;
  guint64 position; /* in the log of events; 0 for none */
  gint64 id; /* that its answers bear */
  guint n_packets;
  gsize size;
  EngineioPacket *packets[];
};

/* One thread encodes, so that all packets are written in the same place and copied once. */
static EngineioPacket *
encode_text (SocketioPacket *packet)
{
  static GString *scratch;
  EngineioPacket *text;

  if (scratch == NULL)
    scratch = g_string_sized_new (512);
  g_string_truncate (scratch, 0);
  socketio_packet_encode (packet, scratch);
  text = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, scratch->str, scratch->len);

  if (scratch->allocated_len > SCRATCH_SIZE)
    {
      g_string_free (scratch, TRUE);
      scratch = NULL;
    }
  return text;
}

static EngineioPacket *
encode_attachment (GBytes *bytes)
{
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  return engineio_packet_new_binary (data, length);
}

static void
socketio_wire_measure (SocketioWire *self)
{
  self->size = 0;
  for (guint i = 0; i < self->n_packets; i++)
    self->size += engineio_packet_get_size (self->packets[i]);
}

/**
 * socketio_wire_new:
 * @packet: a packet
 *
 * Encodes @packet: its text, and behind it its attachments.
 *
 * Returns: (transfer full): what goes to the sessions
 */
SocketioWire *
socketio_wire_new (SocketioPacket *packet)
{
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);
  guint n = arguments != NULL ? socketio_arguments_get_n_attachments (arguments) : 0;
  SocketioWire *self = g_malloc (sizeof (SocketioWire) + (n + 1) * sizeof (EngineioPacket *));

  self->ref_count = 1;
  self->position = 0;
  self->id = socketio_packet_get_id (packet);
  self->n_packets = n + 1;
  self->packets[0] = encode_text (packet);
  for (guint i = 0; i < n; i++)
    self->packets[i + 1] = encode_attachment (socketio_arguments_get_attachment (arguments, i));
  socketio_wire_measure (self);

  return self;
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
  for (guint i = 0; i < self->n_packets; i++)
    engineio_session_send (session, self->packets[i]);
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
  if (self->id > 0)
    engineio_packet_set_tag (self->packets[0], self->id);
  return engineio_session_send_volatile (session, self->packets, self->n_packets);
}
