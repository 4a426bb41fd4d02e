/* test-admission.c: who may join a namespace, and what becomes of those who ask
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <json-glib/json-glib.h>

#include "socketio-fixture.h"

/* A server with the namespace `/guarded`, and a client's socket for it that has not asked yet. */
typedef struct
{
  SocketioServer *server;
  SocketioNamespace *namespace_;
  SocketioClient *client;
  SocketioClientSocket *socket;
  GPtrArray *kept; /* of SocketioAdmission */
  GString *log;
} Fixture;

static void
on_connection (SocketioNamespace *namespace_, SocketioServerSocket *socket, GString *log)
{
  g_assert_true (socketio_socket_is_connected (SOCKETIO_SOCKET (socket)));
  g_assert_true (socketio_server_socket_get_namespace (socket) == namespace_);
  note (log, "connection");
  note_server_socket (socket, log);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->log = g_string_new (NULL);
  fixture->kept = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->server = socketio_server_new ();
  socketio_server_of (fixture->server, "/");
  fixture->namespace_ = socketio_server_of (fixture->server, "/guarded");
  g_signal_connect (fixture->namespace_, "connection", G_CALLBACK (on_connection), fixture->log);

  fixture->client = client_new_loopback (fixture->server);
  fixture->socket = socketio_client_socket (fixture->client, "/guarded");
  note_client_socket (fixture->socket, fixture->log);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->kept);
  if (fixture->client != NULL)
    socketio_client_disconnect (fixture->client);
  g_clear_object (&fixture->socket);
  drop_client (&fixture->client);
  close_server (&fixture->server);
  g_string_free (fixture->log, TRUE);
}

static void
ask (Fixture *fixture)
{
  socketio_client_socket_connect (fixture->socket);
  test_settle ();
}

/* {{{ Decisions */

static void
allow (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer log)
{
  SocketioServerSocket *socket = socketio_admission_get_socket (admission);

  g_assert_false (socketio_socket_is_connected (SOCKETIO_SOCKET (socket)));
  g_assert_cmpstr (socketio_server_socket_get_remote_address (socket), ==, "127.0.0.1");
  note (log, "allow");
  socketio_admission_allow (admission);
}

static void
refuse (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer log)
{
  note (log, "refuse");
  socketio_admission_refuse (admission, "no", NULL);
}

static void
drop (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer log)
{
  note (log, "drop");
}

static void
keep (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer kept)
{
  g_ptr_array_add (kept, g_object_ref (admission));
}

/* }}} */

static void
test_without_steps (Fixture *fixture, gconstpointer data)
{
  ask (fixture);
  assert_log (fixture->log, "connection connect");
  g_assert_cmpuint (socketio_namespace_get_n_sockets (fixture->namespace_), ==, 1);
  g_assert_cmpint (strlen (socketio_socket_get_id (SOCKETIO_SOCKET (fixture->socket))), ==, 20);
}

static void
test_unknown_namespace (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SocketioClientSocket) socket = socketio_client_socket (fixture->client, "/nope");

  note_client_socket (socket, fixture->log);
  socketio_client_socket_connect (socket);
  test_settle ();
  assert_log (fixture->log, "refused:Invalid namespace:");
  g_assert_false (socketio_client_socket_is_active (socket));
}

static void
test_steps (Fixture *fixture, gconstpointer data)
{
  socketio_namespace_use (fixture->namespace_, allow, fixture->log, NULL);
  socketio_namespace_use (fixture->namespace_, allow, fixture->log, NULL);
  ask (fixture);
  assert_log (fixture->log, "allow allow connection connect");
}

static void
test_refusal (Fixture *fixture, gconstpointer data)
{
  socketio_namespace_use (fixture->namespace_, allow, fixture->log, NULL);
  socketio_namespace_use (fixture->namespace_, refuse, fixture->log, NULL);
  socketio_namespace_use (fixture->namespace_, allow, fixture->log, NULL);
  ask (fixture);
  assert_log (fixture->log, "allow refuse refused:no:");
  g_assert_cmpuint (socketio_namespace_get_n_sockets (fixture->namespace_), ==, 0);
  g_assert_false (socketio_client_socket_is_active (fixture->socket));

  ask (fixture);
  assert_log (fixture->log, "allow refuse refused:no:");
}

static void
refuse_with_data (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer user_data)
{
  g_autoptr (JsonNode) data = json_from_string ("{\"code\":[1,null,\"x\"]}", NULL);

  socketio_admission_refuse (admission, "\"no\"\n", data);
}

static void
test_refusal_with_data (Fixture *fixture, gconstpointer data)
{
  socketio_namespace_use (fixture->namespace_, refuse_with_data, NULL, NULL);
  ask (fixture);
  assert_log (fixture->log, "refused:\"no\"\n:{\"code\":[1,null,\"x\"]}");
}

static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  socketio_namespace_use (fixture->namespace_, drop, fixture->log, NULL);
  ask (fixture);
  assert_log (fixture->log, "drop refused:Not admitted:");
}

static void
test_later (Fixture *fixture, gconstpointer data)
{
  socketio_namespace_use (fixture->namespace_, keep, fixture->kept, NULL);
  ask (fixture);
  assert_log (fixture->log, "");
  g_assert_cmpuint (fixture->kept->len, ==, 1);
  g_assert_cmpuint (socketio_namespace_get_n_sockets (fixture->namespace_), ==, 0);

  socketio_admission_allow (fixture->kept->pdata[0]);
  socketio_admission_refuse (fixture->kept->pdata[0], "only the first answer counts", NULL);
  g_ptr_array_set_size (fixture->kept, 0);
  test_settle ();
  assert_log (fixture->log, "connection connect");
}

static void
test_dropped_later (Fixture *fixture, gconstpointer data)
{
  socketio_namespace_use (fixture->namespace_, keep, fixture->kept, NULL);
  ask (fixture);
  g_ptr_array_set_size (fixture->kept, 0);
  test_settle ();
  assert_log (fixture->log, "refused:Not admitted:");
}

/* What is decided when the client has gone is of no effect. */
static void
test_gone_meanwhile (Fixture *fixture, gconstpointer data)
{
  gpointer socket;

  socketio_namespace_use (fixture->namespace_, keep, fixture->kept, NULL);
  ask (fixture);
  socket = socketio_admission_get_socket (fixture->kept->pdata[0]);
  g_object_add_weak_pointer (socket, &socket);
  g_clear_object (&fixture->socket);
  drop_client (&fixture->client);
  test_settle ();

  socketio_admission_allow (fixture->kept->pdata[0]);
  test_settle ();
  assert_log (fixture->log, "");
  g_assert_cmpuint (socketio_namespace_get_n_sockets (fixture->namespace_), ==, 0);
  g_ptr_array_set_size (fixture->kept, 0);
  g_assert_null (socket);
}

static void
test_server_gone_meanwhile (Fixture *fixture, gconstpointer data)
{
  socketio_namespace_use (fixture->namespace_, keep, fixture->kept, NULL);
  ask (fixture);
  g_object_set (fixture->client, "reconnection", FALSE, NULL);
  g_clear_object (&fixture->socket);
  drop_client (&fixture->client);
  close_server (&fixture->server);
  socketio_admission_allow (fixture->kept->pdata[0]);
  assert_log (fixture->log, "");
}

/* {{{ A client that changes its mind while it is decided */

static void
keep_open (Fixture *fixture)
{
  g_object_unref (connect_socket (fixture->client, "/"));
}

static void
test_left_meanwhile (Fixture *fixture, gconstpointer data)
{
  keep_open (fixture);
  socketio_namespace_use (fixture->namespace_, keep, fixture->kept, NULL);
  ask (fixture);
  socketio_client_socket_disconnect (fixture->socket);
  test_settle ();
  socketio_admission_allow (fixture->kept->pdata[0]);
  test_settle ();

  assert_log (fixture->log, "connection far:client namespace disconnect");
  g_assert_cmpuint (socketio_namespace_get_n_sockets (fixture->namespace_), ==, 0);
  g_assert_true (socketio_client_is_open (fixture->client));
}

static void
test_left_and_refused (Fixture *fixture, gconstpointer data)
{
  keep_open (fixture);
  socketio_namespace_use (fixture->namespace_, keep, fixture->kept, NULL);
  ask (fixture);
  socketio_client_socket_disconnect (fixture->socket);
  test_settle ();
  socketio_admission_refuse (fixture->kept->pdata[0], "no", NULL);
  test_settle ();
  assert_log (fixture->log, "");

  ask (fixture);
  socketio_admission_allow (fixture->kept->pdata[1]);
  test_settle ();
  assert_log (fixture->log, "connection connect");
}

/* It asks anew when it has the answer to what it took back. */
static void
test_left_and_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonNode) auth = json_from_string ("{\"second\":true}", NULL);
  JsonNode *given;

  keep_open (fixture);
  socketio_namespace_use (fixture->namespace_, keep, fixture->kept, NULL);
  ask (fixture);
  socketio_client_socket_disconnect (fixture->socket);
  socketio_client_socket_set_auth (fixture->socket, auth);
  ask (fixture);
  ask (fixture);
  g_assert_cmpuint (fixture->kept->len, ==, 1);
  g_assert_true (socketio_client_is_open (fixture->client));

  socketio_admission_allow (fixture->kept->pdata[0]);
  test_settle ();
  assert_log (fixture->log, "connection far:client namespace disconnect");
  g_assert_cmpuint (fixture->kept->len, ==, 2);
  given = socketio_server_socket_get_auth (socketio_admission_get_socket (fixture->kept->pdata[1]));
  g_assert_true (json_node_equal (given, auth));
  socketio_admission_allow (fixture->kept->pdata[1]);
  test_settle ();
  assert_log (fixture->log, "connection connect");
}

/* }}} */

static void
on_connected_disconnect (SocketioSocket *socket, GParamSpec *pspec, gpointer user_data)
{
  if (socketio_socket_is_connected (socket))
    socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (socket), FALSE);
}

static void
allow_and_watch (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer user_data)
{
  g_signal_connect (socketio_admission_get_socket (admission), "notify::connected",
                    G_CALLBACK (on_connected_disconnect), NULL);
  socketio_admission_allow (admission);
}

/* One that is put out before anybody has heard of it is not announced. */
static void
test_put_out_at_once (Fixture *fixture, gconstpointer data)
{
  socketio_namespace_use (fixture->namespace_, allow_and_watch, NULL, NULL);
  ask (fixture);
  assert_log (fixture->log, "connect disconnect:io server disconnect");
  g_assert_cmpuint (socketio_namespace_get_n_sockets (fixture->namespace_), ==, 0);
}

/* {{{ Rooms that are joined before */

static void
assert_rooms (char **rooms, const char *expected)
{
  g_autofree char *joined = g_strjoinv (" ", rooms);

  g_assert_cmpstr (joined, ==, expected);
  g_strfreev (rooms);
}

static void
join_and_keep (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer kept)
{
  SocketioServerSocket *socket = socketio_admission_get_socket (admission);

  socketio_server_socket_join (socket, "passing");
  socketio_server_socket_join (socket, "room");
  socketio_server_socket_join (socket, "room");
  socketio_server_socket_leave (socket, "passing");
  assert_rooms (socketio_server_socket_list_rooms (socket), "room");
  keep (namespace_, admission, kept);
}

static void
emit_to_room (Fixture *fixture)
{
  g_autoptr (SocketioTarget) target = socketio_namespace_to (fixture->namespace_, "room");

  socketio_target_emit (target, "hello", NULL);
  test_settle ();
}

static void
test_join_before (Fixture *fixture, gconstpointer data)
{
  SocketioServerSocket *socket;
  g_autofree char *rooms = NULL;

  socketio_socket_on (SOCKETIO_SOCKET (fixture->socket), "hello", note_event, fixture->log, NULL);
  socketio_namespace_use (fixture->namespace_, join_and_keep, fixture->kept, NULL);
  ask (fixture);
  emit_to_room (fixture);
  assert_log (fixture->log, "");

  socket = socketio_admission_get_socket (fixture->kept->pdata[0]);
  socketio_admission_allow (fixture->kept->pdata[0]);
  rooms = g_strdup_printf ("%s room", socketio_socket_get_id (SOCKETIO_SOCKET (socket)));
  assert_rooms (socketio_server_socket_list_rooms (socket), rooms);
  emit_to_room (fixture);
  assert_log (fixture->log, "connection connect hello()");

  socketio_server_socket_disconnect (socket, FALSE);
  socketio_server_socket_join (socket, "room");
  assert_rooms (socketio_server_socket_list_rooms (socket), "");
}

static void
test_join_and_refuse (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SocketioTarget) all = socketio_namespace_everybody (fixture->namespace_);

  socketio_namespace_use (fixture->namespace_, join_and_keep, fixture->kept, NULL);
  ask (fixture);
  socketio_admission_refuse (fixture->kept->pdata[0], "no", NULL);
  emit_to_room (fixture);
  assert_log (fixture->log, "refused:no:");
  assert_rooms (socketio_target_list_rooms (all), "");
}

/* }}} */

static void
count (gpointer user_data)
{
  ++*(guint *)user_data;
}

static void
test_destroy (Fixture *fixture, gconstpointer data)
{
  guint destroyed = 0;

  socketio_namespace_use (fixture->namespace_, keep, &destroyed, count);
  g_clear_object (&fixture->socket);
  drop_client (&fixture->client);
  g_assert_cmpuint (destroyed, ==, 0);
  close_server (&fixture->server);
  g_assert_cmpuint (destroyed, ==, 1);
}

#define add(name, func)                                                                            \
  g_test_add ("/socketio/admission/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("without-steps", test_without_steps);
  add ("unknown-namespace", test_unknown_namespace);
  add ("steps", test_steps);
  add ("refusal", test_refusal);
  add ("refusal-with-data", test_refusal_with_data);
  add ("dropped", test_dropped);
  add ("later", test_later);
  add ("dropped-later", test_dropped_later);
  add ("gone-meanwhile", test_gone_meanwhile);
  add ("server-gone-meanwhile", test_server_gone_meanwhile);
  add ("left-meanwhile", test_left_meanwhile);
  add ("left-and-refused", test_left_and_refused);
  add ("left-and-back", test_left_and_back);
  add ("put-out-at-once", test_put_out_at_once);
  add ("join-before", test_join_before);
  add ("join-and-refuse", test_join_and_refuse);
  add ("destroy", test_destroy);

  return g_test_run ();
}
