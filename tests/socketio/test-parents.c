/* test-parents.c: namespaces that are made because clients ask for them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsoup/soup.h>

#include "socketio-fixture.h"

typedef struct
{
  SocketioServer *server;
  SocketioOptions *options;
  SocketioClient *client;
  SocketioNamespace *parent;
  GPtrArray *kept; /* of SocketioMatch */
  GString *log;
} Fixture;

static void
on_new_namespace (SocketioServer *server, SocketioNamespace *namespace_, GString *log)
{
  note (log, "new:%s", socketio_namespace_get_name (namespace_));
}

static void
on_parent_connection (SocketioNamespace *parent, SocketioServerSocket *socket, GString *log)
{
  note (log, "parent:%s",
        socketio_namespace_get_name (socketio_server_socket_get_namespace (socket)));
}

static void
on_child_connection (SocketioNamespace *child, SocketioServerSocket *socket, GString *log)
{
  note (log, "child:%s", socketio_namespace_get_name (child));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  SoupServer *soup_server = soup_server_new (NULL, NULL);

  fixture->log = g_string_new (NULL);
  fixture->kept = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->options = socketio_options_new ();
  fixture->server = socketio_server_new ();
  g_signal_connect (fixture->server, "new-namespace", G_CALLBACK (on_new_namespace), fixture->log);
  socketio_server_attach (fixture->server, soup_server, fixture->options);
  g_object_unref (soup_server);
  fixture->client = client_new_loopback (fixture->server);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_set_size (fixture->kept, 0);
  drop_client (&fixture->client);
  close_server (&fixture->server);
  g_ptr_array_unref (fixture->kept);
  g_object_unref (fixture->options);
  g_string_free (fixture->log, TRUE);
}

static SocketioNamespace *
add_pattern (Fixture *fixture, const char *text)
{
  g_autoptr (GRegex) pattern = g_regex_new (text, 0, 0, NULL);
  SocketioNamespace *parent = socketio_server_of_pattern (fixture->server, pattern);

  g_signal_connect (parent, "connection", G_CALLBACK (on_parent_connection), fixture->log);
  return parent;
}

static SocketioClientSocket *
ask (Fixture *fixture, const char *name)
{
  SocketioClientSocket *socket = socketio_client_socket (fixture->client, name);

  note_client_socket (socket, fixture->log);
  socketio_client_socket_connect (socket);
  test_settle ();
  return socket;
}

static void
test_pattern (Fixture *fixture, gconstpointer data)
{
  SocketioNamespace *parent = add_pattern (fixture, "^/dyn-\\d+$");
  g_autoptr (SocketioClientSocket) one G_GNUC_UNUSED = ask (fixture, "/dyn-1");
  g_autoptr (SocketioClientSocket) other = NULL;
  g_autoptr (GPtrArray) children = NULL;
  SocketioNamespace *child;

  assert_log (fixture->log, "new:/dyn-1 parent:/dyn-1 connect");
  child = socketio_server_of (fixture->server, "/dyn-1");
  g_assert_true (socketio_namespace_get_parent (child) == parent);
  g_assert_cmpuint (socketio_namespace_get_n_sockets (child), ==, 1);
  g_assert_cmpuint (socketio_namespace_get_n_sockets (parent), ==, 0);
  children = socketio_namespace_list_children (parent);
  g_assert_cmpuint (children->len, ==, 1);
  g_assert_true (children->pdata[0] == child);
  assert_log (fixture->log, "");

  other = ask (fixture, "/dyn-x");
  assert_log (fixture->log, "refused:Invalid namespace:");
}

/* Who asks for the same name gets into the same child, whose own listeners come last. */
static void
test_same (Fixture *fixture, gconstpointer data)
{
  SocketioClient *second = client_new_loopback (fixture->server);
  g_autoptr (SocketioClientSocket) one = NULL;
  g_autoptr (SocketioSocket) two = NULL;

  add_pattern (fixture, "^/dyn-\\d+$");
  one = ask (fixture, "/dyn-1");
  g_string_truncate (fixture->log, 0);
  g_signal_connect (socketio_server_of (fixture->server, "/dyn-1"), "connection",
                    G_CALLBACK (on_child_connection), fixture->log);
  two = connect_socket (second, "/dyn-1");
  assert_log (fixture->log, "parent:/dyn-1 child:/dyn-1");
  g_clear_object (&two);
  drop_client (&second);
}

static void
refuse (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer message)
{
  socketio_admission_refuse (admission, message, NULL);
}

static void
allow (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer log)
{
  note (log, "allow:%s", socketio_namespace_get_name (namespace_));
  socketio_admission_allow (admission);
}

static void
test_inherited_steps (Fixture *fixture, gconstpointer data)
{
  SocketioNamespace *parent = add_pattern (fixture, "^/dyn-\\d+$");
  g_autoptr (SocketioClientSocket) one = NULL;
  g_autoptr (SocketioClientSocket) two = NULL;

  socketio_namespace_use (parent, allow, fixture->log, NULL);
  one = ask (fixture, "/dyn-1");
  assert_log (fixture->log, "new:/dyn-1 allow:/dyn-1 parent:/dyn-1 connect");
  socketio_namespace_use (parent, refuse, (gpointer) "no", NULL);
  two = ask (fixture, "/dyn-2");
  assert_log (fixture->log, "new:/dyn-2 allow:/dyn-2 refused:no:");
}

/* One that the program asks for by its name is a child like the others, and nobody gets past the
 * parent's steps by it. Unlike them it stays when it is empty: the program may have kept it. */
static void
test_by_hand (Fixture *fixture, gconstpointer data)
{
  SocketioNamespace *before = socketio_server_of (fixture->server, "/dyn-1");
  SocketioNamespace *parent = add_pattern (fixture, "^/dyn-\\d+$");
  SocketioNamespace *child;
  g_autoptr (SocketioClientSocket) one = NULL;
  g_autoptr (SocketioClientSocket) two = NULL;

  g_object_set (fixture->options, "cleanup-empty-child-namespaces", TRUE, "max-child-namespaces", 0,
                NULL);
  socketio_namespace_use (parent, allow, fixture->log, NULL);
  child = socketio_server_of (fixture->server, "/dyn-2");
  g_assert_true (socketio_namespace_get_parent (child) == parent);
  g_assert_null (socketio_namespace_get_parent (before));
  assert_log (fixture->log, "new:/dyn-1 new:/dyn-2");

  one = ask (fixture, "/dyn-1");
  assert_log (fixture->log, "connect");
  two = ask (fixture, "/dyn-2");
  assert_log (fixture->log, "allow:/dyn-2 parent:/dyn-2 connect");
  socketio_client_socket_disconnect (two);
  test_settle ();
  g_assert_cmpuint (socketio_namespace_get_n_sockets (child), ==, 0);
  g_assert_true (socketio_server_of (fixture->server, "/dyn-2") == child);
}

static void
hear (SocketioSocket *socket,
      const char *name,
      SocketioArguments *arguments,
      SocketioAck *ack,
      gpointer log)
{
  note (log, "%s:%s", socketio_socket_get_namespace_name (socket), name);
  if (ack != NULL)
    socketio_ack_send (ack, NULL);
}

static void
on_collected (GObject *source, GAsyncResult *result, gpointer log)
{
  g_autoptr (GPtrArray) responses = NULL;
  g_autoptr (GError) error = NULL;

  socketio_target_emit_with_ack_finish (result, &responses, &error);
  g_assert_no_error (error);
  note (log, "answers:%u", responses->len);
}

/* What is sent to the parent goes to all of its children and to nobody else. */
static void
test_emit (Fixture *fixture, gconstpointer data)
{
  SocketioNamespace *parent = add_pattern (fixture, "^/dyn-\\d+$");
  g_autoptr (SocketioTarget) everybody = socketio_namespace_everybody (parent);
  g_autoptr (SocketioTarget) room = socketio_namespace_to (parent, "r");
  const char *names[] = { "/dyn-1", "/dyn-2", "/" };
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);

  socketio_target_emit_with_ack_async (everybody, "x", NULL, NULL, on_collected, fixture->log);
  test_settle ();
  assert_log (fixture->log, "answers:0");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      SocketioSocket *socket = connect_socket (fixture->client, names[i]);

      socketio_socket_on (socket, NULL, hear, fixture->log, NULL);
      g_ptr_array_add (sockets, socket);
    }
  socketio_server_socket_join (
    socketio_namespace_lookup (socketio_server_of (fixture->server, "/dyn-2"),
                               socketio_socket_get_id (sockets->pdata[1])),
    "r");
  g_string_truncate (fixture->log, 0);

  socketio_target_emit (room, "y", NULL);
  test_settle ();
  assert_log (fixture->log, "/dyn-2:y");
  socketio_target_emit_with_ack_async (everybody, "x", NULL, NULL, on_collected, fixture->log);
  test_settle ();
  g_assert_nonnull (strstr (fixture->log->str, "/dyn-1:x"));
  g_assert_nonnull (strstr (fixture->log->str, "/dyn-2:x"));
  g_assert_null (strstr (fixture->log->str, "/:x"));
  g_assert_true (g_str_has_suffix (fixture->log->str, "answers:2 "));
}

static void
leave_on_outgoing (SocketioSocket *socket,
                   const char *name,
                   SocketioArguments *arguments,
                   SocketioAck *ack,
                   gpointer server)
{
  socketio_server_of (server, "/dyn-3");
  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (socket), FALSE);
}

static void
on_connection (SocketioNamespace *parent, SocketioServerSocket *socket, gpointer server)
{
  socketio_socket_on_any_outgoing (SOCKETIO_SOCKET (socket), leave_on_outgoing, server, NULL);
}

static void
on_all_left (GObject *source, GAsyncResult *result, gpointer log)
{
  g_autoptr (GError) error = NULL;

  socketio_target_emit_with_ack_finish (result, NULL, &error);
  note (log, "%s", error != NULL ? "left" : "answered");
}

/* Who is told of what is sent may have children made, and others end with their last socket. */
static void
test_emit_changes_children (Fixture *fixture, gconstpointer data)
{
  SocketioNamespace *parent = add_pattern (fixture, "^/dyn-\\d+$");
  g_autoptr (SocketioTarget) everybody = socketio_namespace_everybody (parent);
  g_autoptr (SocketioSocket) keeper G_GNUC_UNUSED = connect_socket (fixture->client, "/");
  g_autoptr (SocketioClientSocket) one = NULL;
  g_autoptr (SocketioClientSocket) two = NULL;

  g_object_set (fixture->options, "cleanup-empty-child-namespaces", TRUE, NULL);
  g_signal_connect (parent, "connection", G_CALLBACK (on_connection), fixture->server);
  one = ask (fixture, "/dyn-1");
  two = ask (fixture, "/dyn-2");
  g_string_truncate (fixture->log, 0);
  socketio_target_emit (everybody, "x", NULL);
  test_settle ();
  assert_log (fixture->log, "new:/dyn-3 disconnect:io server disconnect "
                            "disconnect:io server disconnect");

  socketio_client_socket_connect (one);
  socketio_client_socket_connect (two);
  test_settle ();
  g_string_truncate (fixture->log, 0);
  socketio_target_emit_with_ack_async (everybody, "x", NULL, NULL, on_all_left, fixture->log);
  test_settle ();
  assert_log (fixture->log, "left disconnect:io server disconnect disconnect:io server disconnect");
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer log)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sockets = socketio_target_fetch_sockets_finish (result, &error);

  if (sockets != NULL)
    note (log, "fetched:%u", sockets->len);
  else
    note (log, "%s:%d", g_quark_to_string (error->domain), error->code);
}

/* As in Node; its children can be asked. */
static void
test_fetch (Fixture *fixture, gconstpointer data)
{
  SocketioNamespace *parent = add_pattern (fixture, "^/dyn-\\d+$");
  g_autoptr (SocketioTarget) everybody = socketio_namespace_everybody (parent);
  g_autoptr (SocketioSocket) socket = connect_socket (fixture->client, "/dyn-1");
  SocketioNamespace *child = socketio_server_of (fixture->server, "/dyn-1");
  g_autoptr (SocketioTarget) all = socketio_namespace_everybody (child);
  g_auto (GStrv) no_rooms = NULL;
  g_auto (GStrv) rooms = NULL;
  g_autofree char *expected = NULL;

  socketio_server_socket_join (socketio_namespace_lookup (child, socketio_socket_get_id (socket)),
                               "r");
  g_string_truncate (fixture->log, 0);
  socketio_target_fetch_sockets_async (everybody, NULL, on_fetched, fixture->log);
  socketio_target_fetch_sockets_async (all, NULL, on_fetched, fixture->log);
  test_settle ();
  expected = g_strdup_printf ("%s:%d fetched:1", g_quark_to_string (G_IO_ERROR),
                              G_IO_ERROR_NOT_SUPPORTED);
  assert_log (fixture->log, expected);

  no_rooms = socketio_target_list_rooms (everybody);
  g_assert_cmpuint (g_strv_length (no_rooms), ==, 0);
  rooms = socketio_target_list_rooms (all);
  g_assert_cmpstr (rooms[0], ==, "r");
}

/* {{{ Functions */

static void
keep (SocketioServer *server, SocketioMatch *match, gpointer user_data)
{
  Fixture *fixture = user_data;
  JsonNode *auth = socketio_match_get_auth (match);

  note (fixture->log, "asked:%s:%s", socketio_match_get_name (match),
        auth != NULL ? "auth" : "none");
  g_ptr_array_add (fixture->kept, g_object_ref (match));
}

static void
decline (SocketioServer *server, SocketioMatch *match, gpointer log)
{
  note (log, "declined");
  socketio_match_decline (match);
}

static void
test_function (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SocketioClientSocket) socket = NULL;

  socketio_server_of_function (fixture->server, decline, fixture->log, NULL);
  socketio_server_of_function (fixture->server, keep, fixture, NULL);
  socket = ask (fixture, "/later");
  assert_log (fixture->log, "declined asked:/later:none");
  socketio_match_accept (fixture->kept->pdata[0]);
  socketio_match_decline (fixture->kept->pdata[0]);
  test_settle ();
  assert_log (fixture->log, "new:/later connect");
}

/* One that is dropped leaves the name to those behind it. */
static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SocketioClientSocket) socket = NULL;
  g_autoptr (SocketioClientSocket) other = NULL;

  socketio_server_of_function (fixture->server, keep, fixture, NULL);
  add_pattern (fixture, "^/la");
  socket = ask (fixture, "/later");
  g_ptr_array_set_size (fixture->kept, 0);
  test_settle ();
  assert_log (fixture->log, "asked:/later:none new:/later parent:/later connect");
  other = ask (fixture, "/other");
  g_ptr_array_set_size (fixture->kept, 0);
  test_settle ();
  assert_log (fixture->log, "asked:/other:none refused:Invalid namespace:");
}

static void
test_gone_meanwhile (Fixture *fixture, gconstpointer data)
{
  socketio_server_of_function (fixture->server, keep, fixture, NULL);
  g_object_unref (ask (fixture, "/later"));
  g_object_set (fixture->client, "reconnection", FALSE, NULL);
  drop_client (&fixture->client);
  test_settle ();
  socketio_match_accept (fixture->kept->pdata[0]);
  assert_log (fixture->log, "asked:/later:none");
}

static void
test_server_gone_meanwhile (Fixture *fixture, gconstpointer data)
{
  socketio_server_of_function (fixture->server, keep, fixture, NULL);
  g_object_unref (ask (fixture, "/later"));
  g_object_set (fixture->client, "reconnection", FALSE, NULL);
  drop_client (&fixture->client);
  close_server (&fixture->server);
  socketio_match_accept (fixture->kept->pdata[0]);
}

/* }}} */
/* {{{ Limits */

static void
test_cleanup (Fixture *fixture, gconstpointer data)
{
  SocketioNamespace *parent = add_pattern (fixture, "^/dyn-\\d+$");
  g_autoptr (SocketioSocket) keeper G_GNUC_UNUSED = connect_socket (fixture->client, "/");
  g_autoptr (SocketioClientSocket) socket = NULL;
  g_autoptr (GPtrArray) children = NULL;
  gpointer child;

  g_object_set (fixture->options, "cleanup-empty-child-namespaces", TRUE, NULL);
  socket = ask (fixture, "/dyn-1");
  child = socketio_server_of (fixture->server, "/dyn-1");
  g_object_add_weak_pointer (child, &child);
  g_string_truncate (fixture->log, 0);
  socketio_client_socket_disconnect (socket);
  test_wait (child == NULL);
  children = socketio_namespace_list_children (parent);
  g_assert_cmpuint (children->len, ==, 0);

  socketio_client_socket_connect (socket);
  test_settle ();
  assert_log (fixture->log, "disconnect:io client disconnect new:/dyn-1 parent:/dyn-1 connect");
}

/* A child that nobody got into is taken away too; Node keeps it for ever. */
static void
test_cleanup_refused (Fixture *fixture, gconstpointer data)
{
  SocketioNamespace *parent = add_pattern (fixture, "^/dyn-\\d+$");
  g_autoptr (SocketioClientSocket) socket = NULL;
  g_autoptr (GPtrArray) children = NULL;

  g_object_set (fixture->options, "cleanup-empty-child-namespaces", TRUE, NULL);
  socketio_namespace_use (parent, refuse, (gpointer) "no", NULL);
  socket = ask (fixture, "/dyn-1");
  assert_log (fixture->log, "new:/dyn-1 refused:no:");
  children = socketio_namespace_list_children (parent);
  g_assert_cmpuint (children->len, ==, 0);
}

static void
test_limit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SocketioClientSocket) one = NULL;
  g_autoptr (SocketioClientSocket) two = NULL;

  g_object_set (fixture->options, "max-child-namespaces", 1, NULL);
  add_pattern (fixture, "^/dyn-\\d+$");
  one = ask (fixture, "/dyn-1");
  two = ask (fixture, "/dyn-2");
  assert_log (fixture->log, "new:/dyn-1 parent:/dyn-1 connect refused:Invalid namespace:");
}

/* }}} */

#define add(name, func)                                                                            \
  g_test_add ("/socketio/parents/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("pattern", test_pattern);
  add ("same", test_same);
  add ("inherited-steps", test_inherited_steps);
  add ("by-hand", test_by_hand);
  add ("emit", test_emit);
  add ("emit-changes-children", test_emit_changes_children);
  add ("fetch", test_fetch);
  add ("function", test_function);
  add ("dropped", test_dropped);
  add ("gone-meanwhile", test_gone_meanwhile);
  add ("server-gone-meanwhile", test_server_gone_meanwhile);
  add ("cleanup", test_cleanup);
  add ("cleanup-refused", test_cleanup_refused);
  add ("limit", test_limit);

  return g_test_run ();
}
