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

/* (text): to everybody in the namespace. */
static void
on_say_all (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer user_data)
{
  SocketioServerSocket *server_socket = SOCKETIO_SERVER_SOCKET (socket);

  socketio_namespace_emit (socketio_server_socket_get_namespace (server_socket), "said-all",
                           arguments);
  if (ack != NULL)
    socketio_ack_send (ack, NULL);
}

/* (value): is kept with the socket. */
static void
on_remember (SocketioSocket *socket,
             const char *name,
             SocketioArguments *arguments,
             SocketioAck *ack,
             gpointer user_data)
{
  JsonNode *value = socketio_arguments_get_node (arguments, 0);

  socketio_server_socket_set_data (SOCKETIO_SERVER_SOCKET (socket), "remembered",
                                   value != NULL ? json_node_copy (value) : NULL);
  if (ack != NULL)
    socketio_ack_send (ack, NULL);
}

static void
add_member (JsonObject *object, const char *name, JsonNode *value)
{
  json_object_set_member (object, name,
                          value != NULL ? json_node_copy (value)
                                        : json_node_init_null (json_node_alloc ()));
}

/* What the server knows of the socket. */
static void
on_who_am_i (SocketioSocket *socket,
             const char *name,
             SocketioArguments *arguments,
             SocketioAck *ack,
             gpointer user_data)
{
  SocketioServerSocket *server_socket = SOCKETIO_SERVER_SOCKET (socket);
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();
  g_auto (GStrv) rooms = socketio_server_socket_list_rooms (server_socket);
  g_autoptr (SocketioArguments) answer = NULL;

  for (guint i = 0; rooms[i] != NULL; i++)
    json_array_add_string_element (array, rooms[i]);
  json_object_set_array_member (object, "rooms", array);
  json_object_set_string_member (object, "id", socketio_socket_get_id (socket));
  json_object_set_member (object, "handshake",
                          socketio_server_socket_dup_handshake (server_socket));
  json_object_set_boolean_member (object, "recovered",
                                  socketio_server_socket_is_recovered (server_socket));
  add_member (object, "remembered", socketio_server_socket_get_data (server_socket, "remembered"));
  answer = socketio_arguments_new_node (json_node_init_object (json_node_alloc (), object));
  json_object_unref (object);
  if (ack != NULL)
    socketio_ack_send (ack, answer);
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SocketioAck) ack = user_data;
  g_autoptr (GPtrArray) sockets = socketio_target_fetch_sockets_finish (result, NULL);
  g_autoptr (SocketioArguments) answer = socketio_arguments_new ();

  for (guint i = 0; sockets != NULL && i < sockets->len; i++)
    socketio_arguments_add_string (answer, socketio_remote_socket_get_id (sockets->pdata[i]));
  socketio_ack_send (ack, answer);
}

/* (room): the ids of those in it. */
static void
on_fetch (SocketioSocket *socket,
          const char *name,
          SocketioArguments *arguments,
          SocketioAck *ack,
          gpointer user_data)
{
  SocketioServerSocket *server_socket = SOCKETIO_SERVER_SOCKET (socket);
  const char *room = socketio_arguments_get_string (arguments, 0);
  g_autoptr (SocketioTarget) target = NULL;

  if (room == NULL || ack == NULL)
    return;

  target = socketio_namespace_to (socketio_server_socket_get_namespace (server_socket), room);
  socketio_target_fetch_sockets_async (target, NULL, on_fetched, g_object_ref (ack));
}

/* (what, room): "join" puts everybody into a room, "leave" takes those in it out of it, and
 * "disconnect" puts them out of the namespace. */
static void
on_move (SocketioSocket *socket,
         const char *name,
         SocketioArguments *arguments,
         SocketioAck *ack,
         gpointer user_data)
{
  SocketioServerSocket *server_socket = SOCKETIO_SERVER_SOCKET (socket);
  SocketioNamespace *namespace_ = socketio_server_socket_get_namespace (server_socket);
  const char *what = socketio_arguments_get_string (arguments, 0);
  const char *room = socketio_arguments_get_string (arguments, 1);
  g_autoptr (SocketioTarget) all = socketio_namespace_everybody (namespace_);
  g_autoptr (SocketioTarget) members = NULL;

  if (what == NULL || room == NULL || ack == NULL)
    return;

  members = socketio_target_to (all, room);
  if (g_str_equal (what, "join"))
    socketio_target_sockets_join (all, room);
  else if (g_str_equal (what, "leave"))
    socketio_target_sockets_leave (members, room);
  else
    socketio_target_disconnect_sockets (members, FALSE);
  socketio_ack_send (ack, NULL);
}

void
add_broadcast_events (SocketioServerSocket *server_socket)
{
  SocketioSocket *socket = SOCKETIO_SOCKET (server_socket);

  socketio_socket_on (socket, "ask-all", on_ask_all, NULL, NULL);
  socketio_socket_on (socket, "fetch", on_fetch, NULL, NULL);
  socketio_socket_on (socket, "move", on_move, NULL, NULL);
  socketio_socket_on (socket, "say-all", on_say_all, NULL, NULL);
  socketio_socket_on (socket, "remember", on_remember, NULL, NULL);
  socketio_socket_on (socket, "who-am-i", on_who_am_i, NULL, NULL);
}
