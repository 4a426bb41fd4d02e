/* socketio-recovery.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-adapter.h"
#include "socketio-session.h"

G_BEGIN_DECLS

typedef struct _SocketioRecovery SocketioRecovery;

/**
 * SocketioRecoveryLimits:
 * @session_age: milliseconds that a session is kept after its connection broke
 * @packet_age: milliseconds that an event is kept
 * @max_sessions: how many sessions are kept
 * @max_packets: how many events are kept
 * @max_bytes: how many bytes of events are kept
 * @max_missed_packets: how many events a session may have missed
 * @max_missed_bytes: how many bytes of them
 *
 * What is kept, and for how long.
 */
typedef struct
{
  guint session_age;
  guint packet_age;
  guint max_sessions;
  guint max_packets;
  gsize max_bytes;
  guint max_missed_packets;
  gsize max_missed_bytes;
} SocketioRecoveryLimits;

SocketioRecovery *
socketio_recovery_new (const SocketioRecoveryLimits *limits, SocketioParser *parser);
void socketio_recovery_free (SocketioRecovery *recovery);

char *socketio_recovery_get_offset (SocketioRecovery *recovery);
SocketioWire *socketio_recovery_record (SocketioRecovery *recovery,
                                        SocketioPacket *packet,
                                        const SocketioAudience *audience,
                                        const char *only);
void socketio_recovery_persist (SocketioRecovery *recovery, SocketioSession *session);
SocketioSession *
socketio_recovery_restore (SocketioRecovery *recovery, const char *pid, const char *offset);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioRecovery, socketio_recovery_free)

G_END_DECLS
