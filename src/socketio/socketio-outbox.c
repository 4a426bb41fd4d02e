/* socketio-outbox.c: what a client's socket sends before it is connected
 *
 * Encoded at once, so that what it takes is known. JavaScript's client keeps any amount; all of it
 * would then go to the session's queue in one turn, which closes a session that is given too much.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-outbox.h"

struct _SocketioOutbox
{
  GQueue items;
  SocketioAllowance allowance;
};

typedef struct
{
  SocketioWire *wire;
  SocketioPacket *packet; /* NULL if nobody wants it */
  gint64 id;
} Item;

static void
item_free (gpointer data)
{
  Item *item = data;

  g_clear_pointer (&item->wire, socketio_wire_unref);
  g_clear_pointer (&item->packet, socketio_packet_unref);
  g_free (item);
}

/**
 * socketio_outbox_new:
 *
 * Makes an empty outbox.
 *
 * Returns: (transfer full): the outbox
 */
SocketioOutbox *
socketio_outbox_new (void)
{
  SocketioOutbox *self = g_new0 (SocketioOutbox, 1);

  g_queue_init (&self->items);
  socketio_allowance_init (&self->allowance);
  return self;
}

/**
 * socketio_outbox_free:
 * @outbox: (transfer full): an outbox
 *
 * Frees the outbox with what is in it.
 */
void
socketio_outbox_free (SocketioOutbox *self)
{
  g_queue_clear_full (&self->items, item_free);
  g_free (self);
}

/**
 * socketio_outbox_get_allowance:
 * @outbox: an outbox
 *
 * Returns: (transfer none): how much may be in it
 */
SocketioAllowance *
socketio_outbox_get_allowance (SocketioOutbox *self)
{
  return &self->allowance;
}

/**
 * socketio_outbox_push:
 * @outbox: an outbox
 * @parser: the client's
 * @packet: an event
 * @flags: how it is to be sent
 * @error: return location for %SOCKETIO_ERROR_QUEUE_FULL
 *
 * Puts @packet behind what is there.
 *
 * Returns: whether there was room for it
 */
gboolean
socketio_outbox_push (SocketioOutbox *self,
                      SocketioParser *parser,
                      SocketioPacket *packet,
                      SocketioSendFlags flags,
                      GError **error)
{
  g_autoptr (SocketioWire) wire = socketio_wire_new (parser, packet);
  Item *item;

  if (!socketio_allowance_take (&self->allowance, socketio_wire_get_size (wire), error))
    return FALSE;

  if (flags & SOCKETIO_SEND_UNCOMPRESSED)
    socketio_wire_set_uncompressed (wire);
  item = g_new (Item, 1);
  *item = (Item){ g_steal_pointer (&wire), NULL, socketio_packet_get_id (packet) };
  g_queue_push_tail (&self->items, item);
  return TRUE;
}

/**
 * socketio_outbox_keep_packet:
 * @outbox: an outbox
 * @packet: the event that was put in last
 *
 * Keeps @packet beside what it was encoded to, for who wants to know when it is sent.
 */
void
socketio_outbox_keep_packet (SocketioOutbox *self, SocketioPacket *packet)
{
  ((Item *)self->items.tail->data)->packet = socketio_packet_ref (packet);
}

static SocketioWire *
socketio_outbox_remove (SocketioOutbox *self, GList *link)
{
  Item *item = link->data;
  SocketioWire *wire = g_steal_pointer (&item->wire);

  socketio_allowance_give_back (&self->allowance, socketio_wire_get_size (wire));
  g_queue_delete_link (&self->items, link);
  item_free (item);
  return wire;
}

/**
 * socketio_outbox_pop:
 * @outbox: an outbox
 * @id: (out): the ack id of the event, or %SOCKETIO_PACKET_NO_ID
 * @packet: (out) (transfer full) (nullable): the event, if it was kept
 *
 * Takes out what was put in first.
 *
 * Returns: (transfer full) (nullable): an encoded event; %NULL if there is none
 */
SocketioWire *
socketio_outbox_pop (SocketioOutbox *self, gint64 *id, SocketioPacket **packet)
{
  GList *head = self->items.head;
  Item *item;

  if (head == NULL)
    return NULL;

  item = head->data;
  *id = item->id;
  *packet = g_steal_pointer (&item->packet);
  return socketio_outbox_remove (self, head);
}

/**
 * socketio_outbox_get_first_id:
 * @outbox: an outbox
 *
 * Returns: the ack id of the first event that has one; %G_MAXINT64 if none has
 */
gint64
socketio_outbox_get_first_id (SocketioOutbox *self)
{
  for (GList *l = self->items.head; l != NULL; l = l->next)
    {
      if (((Item *)l->data)->id != SOCKETIO_PACKET_NO_ID)
        return ((Item *)l->data)->id;
    }
  return G_MAXINT64;
}

/**
 * socketio_outbox_take_back:
 * @outbox: an outbox
 * @id: an ack id
 *
 * Drops the event of that id, if it is there.
 */
void
socketio_outbox_take_back (SocketioOutbox *self, gint64 id)
{
  for (GList *l = self->items.head; l != NULL; l = l->next)
    {
      if (((Item *)l->data)->id == id)
        {
          socketio_wire_unref (socketio_outbox_remove (self, l));
          return;
        }
    }
}
