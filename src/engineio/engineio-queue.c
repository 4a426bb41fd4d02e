/* engineio-queue.c: packets that wait for a transport
 *
 * Mostly a session sends one packet in a turn and the socket takes it at once, so one packet waits
 * without memory of its own. The array that more of them need is gone when the queue is empty.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-queue.h"

#define FIRST_CAPACITY 8

static EngineioPacket **
get_packets (EngineioQueue *queue)
{
  return queue->array != NULL ? queue->array + queue->head : &queue->only;
}

static void
start_array (EngineioQueue *queue)
{
  queue->capacity = FIRST_CAPACITY;
  queue->array = g_new (EngineioPacket *, queue->capacity);
  queue->array[0] = g_steal_pointer (&queue->only);
  queue->head = 0;
}

/* Moves the packets to the front when half of the array is behind them, else doubles it. */
static void
make_room (EngineioQueue *queue)
{
  if (queue->head > queue->capacity / 2)
    {
      memmove (queue->array, queue->array + queue->head, queue->length * sizeof *queue->array);
      queue->head = 0;
    }
  else
    {
      queue->capacity *= 2;
      queue->array = g_renew (EngineioPacket *, queue->array, queue->capacity);
    }
}

/**
 * engineio_queue_push: (skip)
 * @queue: a queue
 * @packet: (transfer none): a packet
 *
 * Puts @packet at the end.
 */
void
engineio_queue_push (EngineioQueue *queue, EngineioPacket *packet)
{
  if (queue->length > 0 && queue->array == NULL)
    start_array (queue);
  else if (queue->array != NULL && queue->head + queue->length == queue->capacity)
    make_room (queue);

  get_packets (queue)[queue->length++] = engineio_packet_ref (packet);
  queue->bytes += engineio_packet_get_size (packet);
  if (engineio_packet_is_volatile (packet))
    queue->n_volatile++;
}

/**
 * engineio_queue_peek: (skip)
 * @queue: a queue
 *
 * Returns: (array): the packets that wait, until the queue changes
 */
EngineioPacket *const *
engineio_queue_peek (EngineioQueue *queue)
{
  return get_packets (queue);
}

static void
forget (EngineioQueue *queue, EngineioPacket *packet)
{
  queue->length--;
  queue->bytes -= engineio_packet_get_size (packet);
  if (engineio_packet_is_volatile (packet))
    queue->n_volatile--;
  engineio_packet_unref (packet);
}

/* An empty queue keeps no memory. */
static void
tidy (EngineioQueue *queue)
{
  if (queue->length > 0)
    return;

  queue->only = NULL;
  g_clear_pointer (&queue->array, g_free);
}

/**
 * engineio_queue_take: (skip)
 * @queue: a queue
 * @n: how many, no more than there are
 *
 * Takes the first packets out and drops them.
 */
void
engineio_queue_take (EngineioQueue *queue, guint n)
{
  EngineioPacket **packets = get_packets (queue);

  for (guint i = 0; i < n; i++)
    forget (queue, packets[i]);
  queue->head += n;
  tidy (queue);
}

/**
 * engineio_queue_clear: (skip)
 * @queue: a queue
 *
 * Drops all packets.
 */
void
engineio_queue_clear (EngineioQueue *queue)
{
  engineio_queue_take (queue, queue->length);
}

static void
note_tag (GArray **tags, guint64 tag)
{
  if (tag == 0)
    return;

  if (*tags == NULL)
    *tags = g_array_new (FALSE, FALSE, sizeof tag);
  g_array_append_val (*tags, tag);
}

/**
 * engineio_queue_drop_volatile: (skip)
 * @queue: a queue
 * @tags: (inout) (nullable) (element-type guint64): gets the tags of those that have one; made when
 *   it is needed
 *
 * Drops the volatile packets, but for parts in front: what they belong to has left already, and the
 * peer waits for them.
 */
void
engineio_queue_drop_volatile (EngineioQueue *queue, GArray **tags)
{
  EngineioPacket **packets = get_packets (queue);
  guint length = queue->length;
  guint kept = 0;

  while (kept < length && engineio_packet_is_part (packets[kept]))
    kept++;
  for (guint i = kept; i < length; i++)
    {
      if (engineio_packet_is_volatile (packets[i]))
        {
          note_tag (tags, engineio_packet_get_tag (packets[i]));
          forget (queue, packets[i]);
        }
      else
        packets[kept++] = packets[i];
    }
  tidy (queue);
}
