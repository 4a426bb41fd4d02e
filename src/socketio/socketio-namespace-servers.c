/* socketio-namespace-servers.c: events for the other servers that share a namespace
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-namespace-private.h"

#include <glib/gi18n-lib.h>

/* These are the names that Node keeps for the namespace itself. */
static gboolean
check_name (const char *name, GError **error)
{
  static const char *const reserved[] = { "connect", "connection", "new_namespace", NULL };

  if (!g_strv_contains (reserved, name))
    return TRUE;

  g_set_error (error, SOCKETIO_ERROR, SOCKETIO_ERROR_RESERVED, _ ("“%s” is a reserved event name"),
               name);
  return FALSE;
}

static SocketioArguments *
ref_arguments (SocketioArguments *arguments)
{
  SocketioArguments *own = arguments != NULL ? socketio_arguments_ref (arguments)
                                             : socketio_arguments_new ();

  socketio_arguments_seal (own);
  return own;
}

/**
 * socketio_namespace_server_side_emit:
 * @namespace_: a namespace
 * @name: the event's name
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 *
 * Sends an event to the other servers that share the namespace, whose
 * [signal@SocketioNamespace::server-event] gets it. With one server it goes nowhere.
 *
 * Returns: %FALSE if @name is one that Socket.IO keeps for itself; then nothing is sent
 */
gboolean
socketio_namespace_server_side_emit (SocketioNamespace *self,
                                     const char *name,
                                     SocketioArguments *arguments)
{
  g_autoptr (SocketioArguments) own = NULL;

  g_return_val_if_fail (SOCKETIO_IS_NAMESPACE (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  if (!check_name (name, NULL))
    return FALSE;

  own = ref_arguments (arguments);
  socketio_adapter_server_side_emit (self->adapter, name, own, NULL);
  return TRUE;
}

/**
 * socketio_namespace_server_side_emit_with_ack_async:
 * @namespace_: a namespace
 * @name: the event's name
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 * @timeout: milliseconds that the servers have to answer; 0 for no limit
 * @cancellable: (nullable): to give up waiting
 * @callback: called from the main loop when all have answered, or the waiting is over
 * @user_data: data for @callback
 *
 * Sends an event to the other servers that share the namespace and waits for the answers of all.
 */
void
socketio_namespace_server_side_emit_with_ack_async (SocketioNamespace *self,
                                                    const char *name,
                                                    SocketioArguments *arguments,
                                                    guint timeout,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments) own = NULL;
  g_autoptr (SocketioCollector) collector = NULL;

  g_return_if_fail (SOCKETIO_IS_NAMESPACE (self));
  g_return_if_fail (name != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, socketio_namespace_server_side_emit_with_ack_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!check_name (name, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  own = ref_arguments (arguments);
  collector = socketio_collector_new (task, timeout);
  socketio_adapter_server_side_emit (self->adapter, name, own, collector);
}

/**
 * socketio_namespace_server_side_emit_with_ack_finish:
 * @namespace_: a namespace
 * @result: what the callback got
 * @responses: (out) (optional) (transfer full) (element-type SocketioArguments): the answers that
 *   came, in their order; also if there is an error, when they are those that came before it
 * @error: return location for an error
 *
 * Gets the answers of the other servers. The errors are those of
 * [func@Target.emit_with_ack_finish].
 *
 * Returns: whether all have answered
 */
gboolean
socketio_namespace_server_side_emit_with_ack_finish (SocketioNamespace *self,
                                                     GAsyncResult *result,
                                                     GPtrArray **responses,
                                                     GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (responses != NULL)
    *responses = socketio_collector_dup_responses_of (G_TASK (result));
  return g_task_propagate_boolean (G_TASK (result), error);
}
