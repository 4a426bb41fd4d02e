/* socketio-emit.c: events on their way to the peer
 *
 * What becomes of them is for the two ends' sockets to say. Answers are awaited in
 * socketio-answers.c.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-socket-private.h"

#include <glib/gi18n-lib.h>

gboolean
socketio_check_event_name (const char *name, GError **error)
{
  if (!socketio_packet_name_is_reserved (name))
    return TRUE;

  g_set_error (error, SOCKETIO_ERROR, SOCKETIO_ERROR_RESERVED, _ ("“%s” is a reserved event name"),
               name);
  return FALSE;
}

static gboolean
socketio_socket_send_event (SocketioSocket *self,
                            const char *name,
                            SocketioArguments *arguments,
                            gint64 id,
                            SocketioSendFlags flags,
                            GError **error)
{
  g_autoptr (SocketioPacket) packet = NULL;

  if (!socketio_check_event_name (name, error))
    return FALSE;

  packet = socketio_packet_new_event (socketio_socket_get_namespace_name (self), name, arguments,
                                      id);
  return SOCKETIO_SOCKET_GET_CLASS (self)->send (self, packet, flags, error);
}

/**
 * socketio_socket_emit:
 * @socket: a socket
 * @name: the event's name, none of those that Socket.IO keeps for itself
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 *
 * Sends an event to the peer. At the client, an event that is sent while the socket is not
 * connected waits until it is, within the socket's limits; at the server it is dropped.
 *
 * Returns: %FALSE if the event was dropped, for one of the reasons that
 *   [method@SocketioSocket.emit_with_ack_finish] names. Only an answer can tell whether it arrived.
 */
gboolean
socketio_socket_emit (SocketioSocket *self, const char *name, SocketioArguments *arguments)
{
  return socketio_socket_emit_full (self, name, arguments, SOCKETIO_SEND_DEFAULT, NULL);
}

/**
 * socketio_socket_emit_full:
 * @socket: a socket
 * @name: the event's name, none of those that Socket.IO keeps for itself
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 * @flags: how it is sent
 * @error: return location for an error
 *
 * Sends an event as [method@SocketioSocket.emit] does, in a special way, and tells why if it was
 * dropped. The errors are %SOCKETIO_ERROR_RESERVED, %SOCKETIO_ERROR_DISCONNECTED,
 * %SOCKETIO_ERROR_QUEUE_FULL and %SOCKETIO_ERROR_TOO_LARGE.
 *
 * Returns: %FALSE with an error if the event was dropped
 */
gboolean
socketio_socket_emit_full (SocketioSocket *self,
                           const char *name,
                           SocketioArguments *arguments,
                           SocketioSendFlags flags,
                           GError **error)
{
  SocketioRetries *retries;

  g_return_val_if_fail (SOCKETIO_IS_SOCKET (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  retries = socketio_socket_get_retries (self);
  if (retries != NULL && !(flags & SOCKETIO_SEND_VOLATILE))
    return socketio_check_event_name (name, error) &&
           socketio_retries_push (retries, name, arguments, 0, flags, NULL, error);

  return socketio_socket_send_event (self, name, arguments, SOCKETIO_PACKET_NO_ID, flags, error);
}

/**
 * socketio_socket_emit_volatile:
 * @socket: a socket
 * @name: the event's name, none of those that Socket.IO keeps for itself
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 *
 * Sends an event that may be lost: it is dropped when it cannot go out now.
 */
void
socketio_socket_emit_volatile (SocketioSocket *self, const char *name, SocketioArguments *arguments)
{
  g_return_if_fail (SOCKETIO_IS_SOCKET (self));
  g_return_if_fail (name != NULL);

  socketio_socket_send_event (self, name, arguments, SOCKETIO_PACKET_NO_ID, SOCKETIO_SEND_VOLATILE,
                              NULL);
}

/* Sends an event once; the task has its answer. */
void
socketio_socket_try (SocketioSocket *self,
                     const char *name,
                     SocketioArguments *arguments,
                     guint timeout,
                     SocketioSendFlags flags,
                     GTask *task)
{
  SocketioAnswers *answers = socketio_socket_get_answers (self);
  guint limit = timeout > 0 ? timeout : socketio_socket_get_ack_timeout (self);
  gint64 id = socketio_answers_await (answers, task, limit);
  g_autoptr (GError) error = NULL;

  if (socketio_socket_send_event (self, name, arguments, id, flags, &error))
    return;

  g_object_unref (socketio_answers_take (answers, id));
  g_task_return_error (task, g_steal_pointer (&error));
}

static void
socketio_socket_send_and_await (SocketioSocket *self,
                                const char *name,
                                SocketioArguments *arguments,
                                SocketioSendFlags flags,
                                guint timeout,
                                GTask *task)
{
  SocketioRetries *retries = socketio_socket_get_retries (self);
  GError *error = NULL;

  if (retries == NULL || (flags & SOCKETIO_SEND_VOLATILE))
    socketio_socket_try (self, name, arguments, timeout, flags, task);
  else if (!socketio_retries_push (retries, name, arguments, timeout, flags, task, &error))
    g_task_return_error (task, error);
}

/**
 * socketio_socket_emit_with_ack_async:
 * @socket: a socket
 * @name: the event's name, none of those that Socket.IO keeps for itself
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 * @timeout: milliseconds that the peer has to answer, counted from now; 0 for a client socket's
 *   `ack-timeout`, which is no limit by default
 * @cancellable: (nullable): to give up waiting
 * @callback: called from the main loop when the answer is there, or will not come
 * @user_data: data for @callback
 *
 * Sends an event and waits for its answer. The socket is kept alive until @callback was called. A
 * client's event that still waits for the connection when its time is up is not sent any more.
 */
void
socketio_socket_emit_with_ack_async (SocketioSocket *self,
                                     const char *name,
                                     SocketioArguments *arguments,
                                     guint timeout,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  socketio_socket_emit_with_ack_full_async (self, name, arguments, SOCKETIO_SEND_DEFAULT, timeout,
                                            cancellable, callback, user_data);
}

/**
 * socketio_socket_emit_with_ack_full_async:
 * @socket: a socket
 * @name: the event's name, none of those that Socket.IO keeps for itself
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 * @flags: how it is sent
 * @timeout: milliseconds that the peer has to answer, as in
 *   [method@SocketioSocket.emit_with_ack_async]
 * @cancellable: (nullable): to give up waiting
 * @callback: called from the main loop when the answer is there, or will not come
 * @user_data: data for @callback
 *
 * Sends an event as [method@SocketioSocket.emit_with_ack_async] does, in a special way; it is
 * finished by [method@SocketioSocket.emit_with_ack_finish] too. As in JavaScript, a volatile event
 * that was dropped is one that is not answered, so it should have a time-out.
 */
void
socketio_socket_emit_with_ack_full_async (SocketioSocket *self,
                                          const char *name,
                                          SocketioArguments *arguments,
                                          SocketioSendFlags flags,
                                          guint timeout,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SOCKETIO_IS_SOCKET (self));
  g_return_if_fail (name != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, socketio_socket_emit_with_ack_full_async);
  if (!g_task_return_error_if_cancelled (task))
    socketio_socket_send_and_await (self, name, arguments, flags, timeout, task);
}

/**
 * socketio_socket_emit_with_ack_finish:
 * @socket: a socket
 * @result: what the callback got
 * @error: return location for an error
 *
 * Gets the answer to an event. The errors are %SOCKETIO_ERROR_TIMED_OUT,
 * %SOCKETIO_ERROR_DISCONNECTED, %SOCKETIO_ERROR_QUEUE_FULL (too much waits for the client's
 * connection already), %SOCKETIO_ERROR_TOO_LARGE (the server would not take it) and
 * %G_IO_ERROR_CANCELLED; %SOCKETIO_ERROR_RESERVED is that of a name that Socket.IO keeps for
 * itself.
 *
 * Returns: (transfer full): the arguments of the answer; %NULL with an error
 */
SocketioArguments *
socketio_socket_emit_with_ack_finish (SocketioSocket *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
