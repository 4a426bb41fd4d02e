/* engineio-session-queue.c: what a session sends
 *
 * Sending only queues; the queue is flushed at the end of the poller's turn, so that what one turn
 * sends to a client leaves in one system call, nothing is called back from within send, and a
 * thousand receivers are served in slices. What the transport cannot take yet stays, up to a limit.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-session-private.h"

static void
engineio_session_on_queue_empty (EngineioSession *self)
{
  if (self->state == ENGINEIO_SESSION_CLOSING)
    {
      engineio_transport_close (self->transport, ENGINEIO_CLOSE_FORCED);
      return;
    }

  if (!self->was_blocked)
    return;
  self->was_blocked = FALSE;
  if (self->handler != NULL && self->handler->drained != NULL)
    self->handler->drained (self, self->handler_data);
}

void
engineio_session_flush (EngineioSession *self)
{
  guint n = self->queue.length;

  if (self->state == ENGINEIO_SESSION_OPENING || self->state == ENGINEIO_SESSION_CLOSED ||
      self->holds)
    return;

  if (n > 0)
    {
      guint taken = engineio_transport_send (self->transport, engineio_queue_peek (&self->queue),
                                             n);

      engineio_queue_take (&self->queue, taken);
      if (taken < n)
        {
          self->was_blocked = TRUE;
          return;
        }
    }
  engineio_session_on_queue_empty (self);
}

/* Whoever is told may end the session. */
static void
engineio_session_tell_dropped (EngineioSession *self)
{
  g_autoptr (GArray) dropped = g_steal_pointer (&self->dropped);

  for (guint i = 0; dropped != NULL && i < dropped->len; i++)
    {
      if (self->handler != NULL && self->handler->dropped != NULL)
        self->handler->dropped (self, g_array_index (dropped, guint64, i), self->handler_data);
    }
}

/* Whoever is told may drop the session. */
static void
engineio_session_run_slow_flush (EngineioSession *session)
{
  g_autoptr (EngineioSession) self = g_object_ref (session);

  engineio_session_tell_dropped (self);
  if (self->overflowed && self->state == ENGINEIO_SESSION_OPEN)
    engineio_session_fail (self, ENGINEIO_CLOSE_QUEUE_FULL,
                           "the client reads more slowly than it is sent to");
  else
    engineio_session_flush (self);
}

/* A transport calls nobody back from within send. */
void
engineio_session_run_flush (gpointer user_data)
{
  EngineioSession *self = user_data;

  if (self->dropped != NULL || self->overflowed || self->was_blocked ||
      self->state != ENGINEIO_SESSION_OPEN)
    engineio_session_run_slow_flush (self);
  else
    engineio_session_flush (self);
}

/* The session's turn comes soon. */
void
engineio_session_prefetch_flush (gpointer user_data, HttpPrefetchStep step)
{
  EngineioSession *self = user_data;

  if (step == HTTP_PREFETCH_NEAR)
    {
      engineio_session_prefetch (self);
      engineio_transport_prefetch (self->transport);
    }
  else
    engineio_transport_prefetch_deep (self->transport);
}

/* A message to one who reads may be of any size; only what stands before it counts. */
static gboolean
engineio_session_has_room (EngineioSession *self)
{
  return self->queue.bytes < engineio_options_get_max_queue_bytes (self->options) &&
         self->queue.length < engineio_options_get_max_queue_packets (self->options);
}

static gboolean
engineio_session_is_over_soft_limit (EngineioSession *self, gsize bytes, guint n)
{
  return self->queue.bytes + bytes > engineio_options_get_soft_queue_bytes (self->options) ||
         self->queue.length + n > engineio_options_get_soft_queue_packets (self->options);
}

static void
engineio_session_push (EngineioSession *self, EngineioPacket *packet)
{
  engineio_queue_push (&self->queue, packet);
  if (self->traffic != NULL)
    {
      self->traffic->packets_out++;
      self->traffic->bytes_out += engineio_packet_get_size (packet);
    }
}

/* Puts a message into the queue, all of it: its first packet decides for the others. Packets that
 * are still in this turn's queue are not the peer's fault, but they are memory too. */
static void
engineio_session_put (EngineioSession *self, EngineioPacket *const *packets, guint n_packets)
{
  self->overflowed = !engineio_session_has_room (self);
  for (guint i = 0; i < n_packets && !self->overflowed; i++)
    engineio_session_push (self, packets[i]);
  http_task_queue (self->poller, &self->flush_task);
}

static gsize
sum_sizes (EngineioPacket *const *packets, guint n_packets)
{
  gsize bytes = 0;

  for (guint i = 0; i < n_packets; i++)
    bytes += engineio_packet_get_size (packets[i]);
  return bytes;
}

/**
 * engineio_session_prefetch: (skip)
 * @session: a session that is sent to soon
 *
 * Has the cache fetch what sending will need. Pays where there are thousands of sessions to go
 * through.
 */
void
engineio_session_prefetch (EngineioSession *self)
{
  const guint8 *start = (const guint8 *)&self->flush_task;
  const guint8 *end = (const guint8 *)&self->traffic + sizeof self->traffic;

  http_prefetch (start, end - start);
}

/**
 * engineio_session_send:
 * @session: a session
 * @packet: (transfer none): a packet; the same one may be sent to many sessions
 *
 * Sends a message of one packet, as [method@EngineioSession.send_packets] does.
 */
void
engineio_session_send (EngineioSession *self, EngineioPacket *packet)
{
  engineio_session_send_packets (self, &packet, 1);
}

/**
 * engineio_session_send_packets:
 * @session: a session
 * @packets: (array length=n_packets): the packets of one message; the same ones may be sent to many
 * sessions
 * @n_packets: how many
 *
 * Sends a message, in the order of the calls. A session that is not open drops it. One whose queue
 * is full is closed with %ENGINEIO_CLOSE_QUEUE_FULL in the main loop's next turn; before that, from
 * the soft limit on, it drops the volatile packets that wait. A message that is alone in the queue
 * may be of any size.
 */
void
engineio_session_send_packets (EngineioSession *self,
                               EngineioPacket *const *packets,
                               guint n_packets)
{
  if (self->state > ENGINEIO_SESSION_OPEN || self->overflowed)
    return;

  if (self->queue.n_volatile > 0 &&
      engineio_session_is_over_soft_limit (self, sum_sizes (packets, n_packets), n_packets))
    engineio_queue_drop_volatile (&self->queue, &self->dropped);

  engineio_session_put (self, packets, n_packets);
}

/**
 * engineio_session_send_volatile:
 * @session: a session
 * @packets: (array length=n_packets): the packets of one message, all of them marked as volatile
 * @n_packets: how many
 *
 * Sends a message that may be lost: all of it, or nothing if it could not leave in this turn or if
 * the queue would get over its soft limit. One that is alone in the queue may be of any size.
 *
 * Returns: whether it was sent
 */
gboolean
engineio_session_send_volatile (EngineioSession *self,
                                EngineioPacket *const *packets,
                                guint n_packets)
{
  for (guint i = 1; i < n_packets; i++)
    engineio_packet_set_part (packets[i]);

  if (!engineio_session_is_writable (self) ||
      (self->queue.length > 0 &&
       engineio_session_is_over_soft_limit (self, sum_sizes (packets, n_packets), n_packets)))
    return FALSE;

  engineio_session_put (self, packets, n_packets);
  return TRUE;
}

/**
 * engineio_session_get_queued_bytes:
 * @session: a session
 *
 * Tells how much waits because the peer does not read fast enough.
 *
 * Returns: the bytes that wait for the transport
 */
gsize
engineio_session_get_queued_bytes (EngineioSession *self)
{
  return self->queue.bytes;
}

/**
 * engineio_session_is_writable:
 * @session: a session
 *
 * Tells whether nothing waits.
 *
 * Returns: whether what is sent now leaves in this turn; a volatile message is only sent then
 */
gboolean
engineio_session_is_writable (EngineioSession *self)
{
  return self->state == ENGINEIO_SESSION_OPEN && !self->overflowed && !self->was_blocked &&
         !self->holds && engineio_transport_is_writable (self->transport);
}
