/* test-many.c: many sockets at once, and what the adapter tells of rooms
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "trio.h"

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GPtrArray **sockets = user_data;
  g_autoptr (GError) error = NULL;

  *sockets = socketio_target_fetch_sockets_finish (result, &error);
  g_assert_no_error (error);
}

/* Takes @target. */
static GPtrArray *
fetch (SocketioTarget *target)
{
  GPtrArray *sockets = NULL;

  socketio_target_fetch_sockets_async (target, NULL, on_fetched, &sockets);
  socketio_target_unref (target);
  g_assert_null (sockets);
  test_wait (sockets != NULL);
  return sockets;
}

static SocketioRemoteSocket *
find (GPtrArray *sockets, const char *id)
{
  for (guint i = 0; i < sockets->len; i++)
    {
      if (g_str_equal (socketio_remote_socket_get_id (sockets->pdata[i]), id))
        return sockets->pdata[i];
    }
  g_error ("%s is not there", id);
}

static void
test_fetch (Trio *trio, gconstpointer data)
{
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) room = NULL;
  SocketioRemoteSocket *remote;
  JsonObject *handshake;

  socketio_server_socket_join (trio->far[1], "r");
  socketio_server_socket_set_data (trio->far[1], "n", json_node_init_int (json_node_alloc (), 7));
  all = fetch (socketio_server_everybody (trio->server));
  g_assert_cmpuint (all->len, ==, TRIO);
  room = fetch (socketio_server_to (trio->server, "r"));
  g_assert_cmpuint (room->len, ==, 1);

  remote = find (room, trio_id (trio, 1));
  g_assert_cmpstr (socketio_remote_socket_get_rooms (remote)[0], ==, trio_id (trio, 1));
  g_assert_cmpstr (socketio_remote_socket_get_rooms (remote)[1], ==, "r");
  g_assert_null (socketio_remote_socket_get_rooms (remote)[2]);
  g_assert_cmpint (json_object_get_int_member (socketio_remote_socket_get_data (remote), "n"), ==,
                   7);
  handshake = json_node_get_object (socketio_remote_socket_get_handshake (remote));
  g_assert_cmpstr (json_object_get_string_member (handshake, "address"), ==, "127.0.0.1");

  /* It is a snapshot. */
  socketio_server_socket_set_data (trio->far[1], "n", NULL);
  g_assert_true (json_object_has_member (socketio_remote_socket_get_data (remote), "n"));
  g_assert_null (socketio_server_socket_get_data (trio->far[1], "n"));
}

static void
test_remote (Trio *trio, gconstpointer data)
{
  g_autoptr (GPtrArray) all = fetch (socketio_server_everybody (trio->server));
  SocketioRemoteSocket *remote = find (all, trio_id (trio, 1));
  g_auto (GStrv) rooms = NULL;
  g_auto (GStrv) fewer = NULL;

  note_client_socket (SOCKETIO_CLIENT_SOCKET (trio->near[1]), trio->log);
  socketio_socket_on (trio->near[1], NULL, note_event, trio->log, NULL);
  g_assert_true (socketio_remote_socket_emit (remote, "x", NULL));
  g_assert_false (socketio_remote_socket_emit (remote, "connect", NULL));
  socketio_remote_socket_join (remote, "r");
  rooms = socketio_server_socket_list_rooms (trio->far[1]);
  g_assert_cmpstr (rooms[1], ==, "r");
  socketio_remote_socket_leave (remote, "r");
  fewer = socketio_server_socket_list_rooms (trio->far[1]);
  g_assert_null (fewer[1]);
  socketio_remote_socket_disconnect (remote, FALSE);
  test_settle ();
  assert_log (trio->log, "x() disconnect:io server disconnect");
  socketio_remote_socket_emit (remote, "y", NULL);
  socketio_remote_socket_disconnect (remote, TRUE);
  test_settle ();
  assert_log (trio->log, "");
}

static void
test_join_and_leave (Trio *trio, gconstpointer data)
{
  g_autoptr (SocketioTarget) others = socketio_server_socket_broadcast (trio->far[0]);
  g_autoptr (SocketioTarget) room = socketio_server_to (trio->server, "r");
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (GPtrArray) left = NULL;

  socketio_target_sockets_join (others, "r");
  members = socketio_target_list_sockets (room);
  g_assert_cmpuint (members->len, ==, 2);
  g_assert_false (g_ptr_array_find (members, trio->far[0], NULL));

  /* Who is meant changes while it is done. */
  socketio_target_sockets_leave (room, "r");
  left = socketio_target_list_sockets (room);
  g_assert_cmpuint (left->len, ==, 0);
}

static void
disconnect_next (SocketioServerSocket *socket,
                 SocketioDisconnectReason reason,
                 const char *description,
                 Trio *trio)
{
  note (trio->log, "gone");
  socketio_server_socket_disconnect (trio->far[2], TRUE);
}

static void
test_disconnect (Trio *trio, gconstpointer data)
{
  g_autoptr (SocketioTarget) others = socketio_server_except (trio->server, trio_id (trio, 0));

  g_signal_connect (trio->far[1], "disconnect", G_CALLBACK (disconnect_next), trio);
  socketio_target_disconnect_sockets (others, TRUE);
  assert_log (trio->log, "gone");
  g_assert_cmpuint (socketio_namespace_get_n_sockets (trio->namespace_), ==, 1);
  g_assert_true (socketio_socket_is_connected (SOCKETIO_SOCKET (trio->far[0])));
}

/* {{{ Rooms */

static void
on_create_room (SocketioAdapter *adapter, const char *room, GString *log)
{
  note (log, "create:%s", room);
}

static void
on_delete_room (SocketioAdapter *adapter, const char *room, GString *log)
{
  note (log, "delete:%s", room);
}

static void
on_join_room (SocketioAdapter *adapter, const char *room, const char *id, GString *log)
{
  note (log, "join:%s", room);
  g_assert_cmpuint (strlen (id), ==, 20);
}

static void
on_leave_room (SocketioAdapter *adapter, const char *room, const char *id, GString *log)
{
  note (log, "leave:%s", room);
}

static void
test_rooms (Trio *trio, gconstpointer data)
{
  SocketioAdapter *adapter = socketio_namespace_get_adapter (trio->namespace_);
  g_autofree char *expected = NULL;
  g_autofree char *id = g_strdup (trio_id (trio, 1));

  g_signal_connect (adapter, "create-room", G_CALLBACK (on_create_room), trio->log);
  g_signal_connect (adapter, "delete-room", G_CALLBACK (on_delete_room), trio->log);
  g_signal_connect (adapter, "join-room", G_CALLBACK (on_join_room), trio->log);
  g_signal_connect (adapter, "leave-room", G_CALLBACK (on_leave_room), trio->log);
  socketio_server_socket_join (trio->far[0], "r");
  socketio_server_socket_join (trio->far[0], "r");
  socketio_server_socket_join (trio->far[1], "r");
  socketio_server_socket_leave (trio->far[0], "r");
  socketio_server_socket_leave (trio->far[0], "r");
  assert_log (trio->log, "create:r join:r join:r leave:r");
  socketio_server_socket_disconnect (trio->far[1], FALSE);
  expected = g_strdup_printf ("leave:r delete:r leave:%s delete:%s", id, id);
  assert_log (trio->log, expected);
}

/* }}} */
/* {{{ Other servers */

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Trio *trio = user_data;
  g_autoptr (GPtrArray) responses = NULL;
  g_autoptr (GError) error = NULL;

  socketio_namespace_server_side_emit_with_ack_finish (SOCKETIO_NAMESPACE (source), result,
                                                       &responses, &error);
  if (error != NULL)
    note (trio->log, "error:%d", error->code);
  else
    note (trio->log, "answers:%u", responses->len);
}

static void
on_server_event (SocketioNamespace *namespace_,
                 const char *name,
                 SocketioArguments *arguments,
                 SocketioAck *ack,
                 Trio *trio)
{
  note (trio->log, "server:%s", name);
  if (ack != NULL)
    socketio_ack_send (ack, arguments);
}

static void
take_answer (SocketioArguments *arguments, gpointer user_data)
{
  g_autofree char *text = format_arguments (arguments);

  note (user_data, "answer:%s", text);
}

/* There are none, so all of them have answered. What one would send is given to the adapter. */
static void
test_servers (Trio *trio, gconstpointer data)
{
  g_autofree char *reserved = g_strdup_printf ("answers:0 error:%d", SOCKETIO_ERROR_RESERVED);
  SocketioAdapter *adapter = socketio_namespace_get_adapter (trio->namespace_);
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new_string ("1");
  g_autoptr (SocketioAck) ack = socketio_ack_new_for_func (take_answer, trio->log, NULL);

  g_signal_connect (trio->namespace_, "server-event", G_CALLBACK (on_server_event), trio);
  g_assert_true (socketio_namespace_server_side_emit (trio->namespace_, "x", NULL));
  g_assert_false (socketio_namespace_server_side_emit (trio->namespace_, "connection", NULL));
  socketio_namespace_server_side_emit_with_ack_async (trio->namespace_, "x", NULL, 0, NULL,
                                                      on_answered, trio);
  socketio_namespace_server_side_emit_with_ack_async (trio->namespace_, "connect", NULL, 0, NULL,
                                                      on_answered, trio);
  test_settle ();
  assert_log (trio->log, reserved);

  socketio_adapter_receive_server_event (adapter, "y", arguments, ack);
  socketio_ack_send (ack, NULL);
  assert_log (trio->log, "server:y answer:\"1\"");
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  trio_test_add ("/socketio/many/fetch", test_fetch);
  trio_test_add ("/socketio/many/remote", test_remote);
  trio_test_add ("/socketio/many/join-and-leave", test_join_and_leave);
  trio_test_add ("/socketio/many/disconnect", test_disconnect);
  trio_test_add ("/socketio/many/rooms", test_rooms);
  trio_test_add ("/socketio/many/servers", test_servers);

  return g_test_run ();
}
