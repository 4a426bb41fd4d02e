/* socketio-allowance.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-packet.h"

G_BEGIN_DECLS

/**
 * SOCKETIO_ALLOWANCE_EVENTS:
 *
 * How many events may wait, unless told otherwise.
 */
#define SOCKETIO_ALLOWANCE_EVENTS 1000

/**
 * SOCKETIO_ALLOWANCE_BYTES:
 *
 * How many bytes they may have, unless told otherwise: half of what a session's queue takes at
 * once.
 */
#define SOCKETIO_ALLOWANCE_BYTES (8 * 1024 * 1024)

/**
 * SocketioAllowance:
 * @max_events: how many events may wait
 * @max_bytes: how many bytes they may have
 * @n_events: how many wait
 * @n_bytes: the bytes that they have
 *
 * How much of something may wait, and how much does.
 */
typedef struct
{
  guint max_events;
  gsize max_bytes;
  guint n_events;
  gsize n_bytes;
} SocketioAllowance;

void socketio_allowance_init (SocketioAllowance *allowance);
gsize socketio_allowance_measure (SocketioPacket *packet);
gboolean socketio_allowance_take (SocketioAllowance *allowance, gsize size, GError **error);
void socketio_allowance_force (SocketioAllowance *allowance, gsize size);
void socketio_allowance_give_back (SocketioAllowance *allowance, gsize size);
gboolean socketio_allowance_is_exceeded (const SocketioAllowance *allowance);

G_END_DECLS
