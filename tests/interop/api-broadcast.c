/* api-broadcast.c: events by which a client has the server speak to many
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "api-broadcast.h"

/* An error's message, or null; then the first argument of each answer, in an array. */
static void
on_collected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SocketioAck) ack = user_data;
  g_autoptr (GPtrArray) responses = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments) report = socketio_arguments_new ();
  JsonArray *answers = json_array_new ();

  if (socketio_target_emit_with_ack_finish (result, &responses, &error))
    socketio_arguments_add_null (report);
  else
    socketio_arguments_add_string (report, error->message);
  for (guint i = 0; i < responses->len; i++)
    json_array_add_element (answers,
                            json_node_copy (socketio_arguments_get_node (responses->pdata[i], 0)));
  socketio_arguments_add_node (report, json_node_init_array (json_node_alloc (), answers));
  json_array_unref (answers);
  socketio_ack_send (ack, report);
}

/* (timeout): asks everybody in the namespace. */
static void
on_ask_all (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer user_data)
{
  SocketioServerSocket *server_socket = SOCKETIO_SERVER_SOCKET (socket);
  g_autoptr (SocketioTarget)
    all = socketio_namespace_everybody (socketio_server_socket_get_namespace (server_socket));
  g_autoptr (SocketioTarget) limited = NULL;
  gint64 timeout = 0;

  if (ack == NULL)
    return;

  socketio_arguments_get_int (arguments, 0, &timeout);
  limited = socketio_target_timeout (all, (guint)timeout);
  socketio_target_emit_with_ack_async (limited, "question", arguments, NULL, on_collected,
                                       g_object_ref (ack));
}

void
add_broadcast_events (SocketioServerSocket *server_socket)
{
  socketio_socket_on (SOCKETIO_SOCKET (server_socket), "ask-all", on_ask_all, NULL, NULL);
}
