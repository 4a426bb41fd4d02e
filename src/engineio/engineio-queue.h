/* engineio-queue.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-packet.h"

G_BEGIN_DECLS

/**
 * EngineioQueue: (skip)
 * @length: how many packets wait
 * @bytes: their bytes
 * @n_volatile: how many of them are volatile
 *
 * Packets that wait for a transport, first in, first out. Empty when it is all zeros.
 */
typedef struct
{
  guint length;
  guint n_volatile;
  gsize bytes;

  /*< private >*/
  EngineioPacket *only; /* while there is no array */
  EngineioPacket **array;
  guint head;
  guint capacity;
} EngineioQueue;

void engineio_queue_push (EngineioQueue *queue, EngineioPacket *packet);
EngineioPacket *const *engineio_queue_peek (EngineioQueue *queue);
void engineio_queue_take (EngineioQueue *queue, guint n);
void engineio_queue_clear (EngineioQueue *queue);
void engineio_queue_drop_volatile (EngineioQueue *queue, GArray **tags);

G_END_DECLS
