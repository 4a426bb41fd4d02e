/* socketio-socket-private.h: what the two ends' sockets and the connection see of their base
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-answers.h"
#include "socketio-packet.h"
#include "socketio-retries.h"
#include "socketio-socket.h"

G_BEGIN_DECLS

/* What an ack keeps of its socket, which may go first. A GWeakRef would do the same, but most acks
 * are gone with their event, and it costs more than all else that they do. */
typedef struct
{
  SocketioSocket *socket; /* NULL once it is gone */
} SocketioSocketHandle;

SocketioSocketHandle *socketio_socket_ref_handle (SocketioSocket *self);

SocketioAck *socketio_ack_new (SocketioSocket *socket, gint64 id, guint n_connects);

gboolean socketio_check_event_name (const char *name, GError **error);

void socketio_socket_take_turn (SocketioSocket *self);
int socketio_socket_compare_turns (gconstpointer a, gconstpointer b);

void socketio_socket_set_id (SocketioSocket *self, const char *id);
void socketio_socket_set_connected (SocketioSocket *self, gboolean connected);

void socketio_socket_send_ack (SocketioSocket *self,
                               gint64 id,
                               guint n_connects,
                               SocketioArguments *arguments);

void socketio_socket_receive (SocketioSocket *self, SocketioPacket *packet);
void socketio_socket_close (SocketioSocket *self,
                            SocketioDisconnectReason reason,
                            const char *description);

gboolean socketio_socket_listens_to_outgoing (SocketioSocket *self);
void socketio_socket_tell_outgoing (SocketioSocket *self, SocketioPacket *packet);
void socketio_socket_dispatch (SocketioSocket *self, SocketioPacket *packet);
void
socketio_socket_dispatch_event (SocketioSocket *self, SocketioPacket *packet, SocketioAck *ack);
SocketioAck *socketio_socket_make_ack (SocketioSocket *self, SocketioPacket *packet);
SocketioAnswers *socketio_socket_get_answers (SocketioSocket *self);
void socketio_socket_fail_answer (SocketioSocket *self,
                                  gint64 id,
                                  SocketioError code,
                                  const char *message);
void socketio_socket_fail_answers (SocketioSocket *self);
void socketio_socket_keep_answers (SocketioSocket *self, gint64 first);

SocketioRetries *socketio_socket_get_retries (SocketioSocket *self);
void socketio_socket_set_retries (SocketioSocket *self, guint retries);
void socketio_socket_resume_retries (SocketioSocket *self);
guint socketio_socket_get_ack_timeout (SocketioSocket *self);
void socketio_socket_set_ack_timeout (SocketioSocket *self, guint milliseconds);
void socketio_socket_try (SocketioSocket *self,
                          const char *name,
                          SocketioArguments *arguments,
                          guint timeout,
                          SocketioSendFlags flags,
                          GTask *task);
void socketio_socket_announce_disconnect (SocketioSocket *self,
                                          SocketioDisconnectReason reason,
                                          const char *description);

G_END_DECLS
