/* test-own-adapter.c: a server whose rooms are kept by an adapter of the program's own
 *
 * It notes what is broadcast, as one that joins several servers would send it to the others, and
 * leaves the rest to the adapter in memory.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-fixture.h"

/* {{{ The adapter */

#define TEST_TYPE_ADAPTER (test_adapter_get_type ())
G_DECLARE_FINAL_TYPE (TestAdapter, test_adapter, TEST, ADAPTER, SocketioMemoryAdapter)

struct _TestAdapter
{
  SocketioMemoryAdapter parent_instance;

  GString *log;
};

G_DEFINE_FINAL_TYPE (TestAdapter, test_adapter, SOCKETIO_TYPE_MEMORY_ADAPTER)

static void
test_adapter_broadcast (SocketioAdapter *adapter,
                        SocketioPacket *packet,
                        const SocketioAudience *audience)
{
  note (TEST_ADAPTER (adapter)->log, "sent:%s:%s", socketio_packet_get_namespace (packet),
        socketio_packet_get_name (packet));
  SOCKETIO_ADAPTER_CLASS (test_adapter_parent_class)->broadcast (adapter, packet, audience);
}

static void
test_adapter_started (SocketioAdapter *adapter, SocketioOptions *options)
{
  note (TEST_ADAPTER (adapter)->log, "started");
  SOCKETIO_ADAPTER_CLASS (test_adapter_parent_class)->init (adapter, options);
}

static void
test_adapter_closed (SocketioAdapter *adapter)
{
  note (TEST_ADAPTER (adapter)->log, "closed");
  SOCKETIO_ADAPTER_CLASS (test_adapter_parent_class)->close (adapter);
}

static void
test_adapter_class_init (TestAdapterClass *klass)
{
  SocketioAdapterClass *adapter_class = SOCKETIO_ADAPTER_CLASS (klass);

  adapter_class->init = test_adapter_started;
  adapter_class->close = test_adapter_closed;
  adapter_class->broadcast = test_adapter_broadcast;
}

static void
test_adapter_init (TestAdapter *self)
{
}

/* }}} */

static SocketioAdapter *
make_adapter (SocketioServer *server, const char *name, gpointer log)
{
  TestAdapter *adapter = g_object_new (TEST_TYPE_ADAPTER, NULL);

  adapter->log = log;
  note (log, "made:%s", name);
  return SOCKETIO_ADAPTER (adapter);
}

static void
note_destroyed (gpointer log)
{
  note (log, "destroyed");
}

/* Each namespace has one, whoever has it made. */
static void
test_namespaces (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GRegex) pattern = g_regex_new ("^/dyn-", 0, 0, NULL);
  SocketioServer *server = socketio_server_new ();
  SocketioClient *client;
  SocketioSocket *socket;
  SocketioNamespace *parent;

  socketio_server_set_adapter_func (server, make_adapter, log, note_destroyed);
  parent = socketio_server_of_pattern (server, pattern);
  socketio_server_of (server, "/a");
  assert_log (log, "made:/ made:/a");
  client = client_new_loopback (server);
  socket = connect_socket (client, "/dyn-1");
  assert_log (log, "started started made:/dyn-1 started");

  socketio_socket_on (socket, "x", note_event, log, NULL);
  socketio_namespace_emit (parent, "x", NULL);
  test_settle ();
  assert_log (log, "sent:/dyn-1:x x()");

  g_object_unref (socket);
  drop_client (&client);
  close_server (&server);
  assert_log (log, "closed closed closed destroyed");
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer log)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sockets = socketio_target_fetch_sockets_finish (result, &error);

  g_assert_no_error (error);
  note (log, "fetched:%u", sockets->len);
}

/* Rooms, and what an adapter does for those in them, work as with the one that is there. */
static void
test_rooms (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  SocketioServer *server = socketio_server_new ();
  g_autoptr (SocketioTarget) everybody = NULL;
  g_autoptr (SocketioTarget) room = NULL;
  SocketioClient *client;
  SocketioSocket *socket;

  socketio_server_set_adapter_func (server, make_adapter, log, NULL);
  client = client_new_loopback (server);
  socket = connect_socket (client, "/");
  socketio_socket_on (socket, "x", note_event, log, NULL);
  note_client_socket (SOCKETIO_CLIENT_SOCKET (socket), log);
  g_string_truncate (log, 0);

  everybody = socketio_server_everybody (server);
  room = socketio_server_to (server, "r");
  socketio_target_emit (room, "x", NULL);
  socketio_target_sockets_join (everybody, "r");
  socketio_target_emit (room, "x", NULL);
  socketio_target_fetch_sockets_async (room, NULL, on_fetched, log);
  test_settle ();
  assert_log (log, "sent:/:x sent:/:x fetched:1 x()");

  socketio_target_disconnect_sockets (room, FALSE);
  test_settle ();
  assert_log (log, "disconnect:io server disconnect");

  g_object_unref (socket);
  drop_client (&client);
  close_server (&server);
}

static SocketioAdapter *
make_adapter_for_some (SocketioServer *server, const char *name, gpointer log)
{
  if (g_str_equal (name, "/own"))
    return make_adapter (server, name, log);

  if (g_str_equal (name, "/"))
    socketio_server_of (server, "/own");
  return NULL;
}

/* A function that makes none leaves the namespace the usual one; and it may have others made. */
static void
test_some (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  SocketioServer *server = socketio_server_new ();
  SocketioClient *client;
  SocketioSocket *socket;

  socketio_server_of (server, "/a");
  socketio_server_of (server, "/b");
  socketio_server_set_adapter_func (server, make_adapter_for_some, log, NULL);
  assert_log (log, "made:/own");
  client = client_new_loopback (server);
  socket = connect_socket (client, "/");
  socketio_socket_on (socket, "x", note_event, log, NULL);
  g_string_truncate (log, 0);
  socketio_server_emit (server, "x", NULL);
  test_settle ();
  assert_log (log, "x()");

  g_object_unref (socket);
  drop_client (&client);
  close_server (&server);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/socketio/own-adapter/namespaces", test_namespaces);
  g_test_add_func ("/socketio/own-adapter/rooms", test_rooms);
  g_test_add_func ("/socketio/own-adapter/some", test_some);

  return g_test_run ();
}
