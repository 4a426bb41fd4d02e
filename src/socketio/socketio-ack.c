/* socketio-ack.c: the answer that an event wants
 *
 * Comes with an event whose sender waits for an answer, and may be kept to answer later.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-ack.h"

#include "socketio-socket-private.h"

struct _SocketioAck
{
  GObject parent_instance;

  SocketioSocketHandle *socket; /* NULL when the answer is no socket's */
  gint64 id;
  guint n_connects; /* by which of the socket's connections the event came */
  gboolean answered;

  /* Where the answer goes when it is no socket's. */
  SocketioAckFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
};

G_DEFINE_FINAL_TYPE (SocketioAck, socketio_ack, G_TYPE_OBJECT)

static void
socketio_ack_finalize (GObject *object)
{
  SocketioAck *self = SOCKETIO_ACK (object);

  g_clear_pointer (&self->socket, g_rc_box_release);
  if (self->destroy != NULL)
    self->destroy (self->user_data);

  G_OBJECT_CLASS (socketio_ack_parent_class)->finalize (object);
}

static void
socketio_ack_class_init (SocketioAckClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = socketio_ack_finalize;
}

static void
socketio_ack_init (SocketioAck *self)
{
}

SocketioAck *
socketio_ack_new (SocketioSocket *socket, gint64 id, guint n_connects)
{
  SocketioAck *self = g_object_new (SOCKETIO_TYPE_ACK, NULL);

  self->socket = socket != NULL ? socketio_socket_ref_handle (socket) : NULL;
  self->id = id;
  self->n_connects = n_connects;

  return self;
}

/**
 * socketio_ack_new_for_func:
 * @func: (scope notified) (closure user_data) (destroy destroy): gets the answer
 * @user_data: data for @func
 * @destroy: (nullable): frees @user_data
 *
 * Makes the ack of an event that came by no socket: from another server. For adapters.
 *
 * Returns: (transfer full): the ack
 */
SocketioAck *
socketio_ack_new_for_func (SocketioAckFunc func, gpointer user_data, GDestroyNotify destroy)
{
  SocketioAck *self = socketio_ack_new (NULL, 0, 0);

  self->func = func;
  self->user_data = user_data;
  self->destroy = destroy;
  return self;
}

/**
 * socketio_ack_send:
 * @ack: an ack
 * @arguments: (nullable) (transfer none): the answer, which cannot be added to any more; %NULL for
 *   an empty one
 *
 * Answers. An ack answers once; further calls do nothing, and so does an answer to a socket that is
 * gone, or that has another connection than the one that the event came by.
 */
void
socketio_ack_send (SocketioAck *self, SocketioArguments *arguments)
{
  g_autoptr (SocketioSocket) socket = NULL;

  g_return_if_fail (SOCKETIO_IS_ACK (self));

  if (self->answered)
    return;

  self->answered = TRUE;
  if (self->func != NULL)
    self->func (arguments, self->user_data);
  if (self->socket == NULL || self->socket->socket == NULL)
    return;

  socket = g_object_ref (self->socket->socket);
  socketio_socket_send_ack (socket, self->id, self->n_connects, arguments);
}

/**
 * socketio_ack_is_answered:
 * @ack: an ack
 *
 * Tells whether there is still an answer to give.
 *
 * Returns: whether the answer was given
 */
gboolean
socketio_ack_is_answered (SocketioAck *self)
{
  g_return_val_if_fail (SOCKETIO_IS_ACK (self), FALSE);

  return self->answered;
}
