/* socketio-allowance.c: how many events may wait, and with how many bytes
 *
 * For all that a client's socket keeps: what waits to be sent (socketio-outbox.c), or to be
 * answered (socketio-retries.c), and what came early (socketio-client-join.c). Bytes are those of
 * the encoded form, of JSON where there is none yet; as a tree an event takes more.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-allowance.h"

#include <glib/gi18n-lib.h>

#include "socketio-types.h"
#include "socketio-wire-private.h"

/**
 * socketio_allowance_init:
 * @allowance: (out caller-allocates): an allowance
 *
 * Sets the default limits; nothing waits.
 */
void
socketio_allowance_init (SocketioAllowance *self)
{
  *self = (SocketioAllowance){ SOCKETIO_ALLOWANCE_EVENTS, SOCKETIO_ALLOWANCE_BYTES, 0, 0 };
}

/**
 * socketio_allowance_measure:
 * @packet: a packet
 *
 * Returns: the bytes that it counts for
 */
gsize
socketio_allowance_measure (SocketioPacket *packet)
{
  g_autoptr (SocketioWire) wire = socketio_wire_new (socketio_parser_get_default (), packet);

  return socketio_wire_get_size (wire);
}

/**
 * socketio_allowance_take:
 * @allowance: an allowance
 * @size: the bytes of one more event
 * @error: return location for %SOCKETIO_ERROR_QUEUE_FULL
 *
 * Counts one more event, if there is room for it.
 *
 * Returns: whether there was
 */
gboolean
socketio_allowance_take (SocketioAllowance *self, gsize size, GError **error)
{
  if (self->n_events >= self->max_events ||
      size > self->max_bytes - MIN (self->n_bytes, self->max_bytes))
    {
      g_set_error_literal (error, SOCKETIO_ERROR, SOCKETIO_ERROR_QUEUE_FULL,
                           _ ("Too much waits for the connection already"));
      return FALSE;
    }

  socketio_allowance_force (self, size);
  return TRUE;
}

/**
 * socketio_allowance_force:
 * @allowance: an allowance
 * @size: the bytes of one more event
 *
 * Counts one more event, be there room or not.
 */
void
socketio_allowance_force (SocketioAllowance *self, gsize size)
{
  self->n_events++;
  self->n_bytes += size;
}

/**
 * socketio_allowance_give_back:
 * @allowance: an allowance
 * @size: the bytes of an event that was counted
 *
 * Counts an event no more.
 */
void
socketio_allowance_give_back (SocketioAllowance *self, gsize size)
{
  self->n_events--;
  self->n_bytes -= size;
}

/**
 * socketio_allowance_is_exceeded:
 * @allowance: an allowance
 *
 * Returns: whether more waits than may
 */
gboolean
socketio_allowance_is_exceeded (const SocketioAllowance *self)
{
  return self->n_events > self->max_events || self->n_bytes > self->max_bytes;
}
