/* test-network.c: a client whose network goes and comes back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-fixture.h"

/* {{{ A monitor that says what it is told */

#define TEST_TYPE_MONITOR (test_monitor_get_type ())

G_DECLARE_FINAL_TYPE (TestMonitor, test_monitor, TEST, MONITOR, GObject)

struct _TestMonitor
{
  GObject parent_instance;

  gboolean available;
  gboolean reaches;
};

static void
test_monitor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == 1)
    g_value_set_boolean (value, TEST_MONITOR (object)->available);
  else if (id == 2)
    g_value_set_boolean (value, FALSE);
  else
    g_value_set_enum (value, G_NETWORK_CONNECTIVITY_FULL);
}

static gboolean
test_monitor_init_it (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
initable_init (GInitableIface *iface)
{
  iface->init = test_monitor_init_it;
}

static gboolean
test_monitor_can_reach (GNetworkMonitor *monitor,
                        GSocketConnectable *connectable,
                        GCancellable *cancellable,
                        GError **error)
{
  return TEST_MONITOR (monitor)->reaches;
}

static void
monitor_init (GNetworkMonitorInterface *iface)
{
  iface->can_reach = test_monitor_can_reach;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestMonitor,
                               test_monitor,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_init)
                                 G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, monitor_init))

static void
test_monitor_class_init (TestMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = test_monitor_get_property;
  g_object_class_override_property (object_class, 1, "network-available");
  g_object_class_override_property (object_class, 2, "network-metered");
  g_object_class_override_property (object_class, 3, "connectivity");
}

static void
test_monitor_init (TestMonitor *self)
{
  self->available = TRUE;
}

static void
tell (TestMonitor *monitor, gboolean available)
{
  monitor->available = available;
  g_signal_emit_by_name (monitor, "network-changed", available);
  test_settle ();
}

/* }}} */

typedef struct
{
  SocketioServer *server;
  SocketioClient *client;
  SocketioSocket *socket;
  TestMonitor *monitor;
  GString *log;
} Fixture;

/* The address of the data reaches this machine; it is a loopback address, or none. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *address = NULL;

  fixture->log = g_string_new (NULL);
  fixture->server = socketio_server_new ();
  socketio_server_of (fixture->server, "/");
  g_assert_true (socketio_server_listen (fixture->server, "127.0.0.1", 0, NULL, NULL));
  address = g_strdup_printf ("http://%s:%u", (const char *)data,
                             socketio_server_get_port (fixture->server));
  fixture->monitor = g_object_new (TEST_TYPE_MONITOR, NULL);
  fixture->client = socketio_client_new (address);
  use_websocket (fixture->client);
  g_object_set (fixture->client, "network-monitor", fixture->monitor, "reconnection-delay", 100000,
                "reconnection-delay-max", 100000, NULL);
  fixture->socket = connect_socket (fixture->client, "/");
  note_client (fixture->client, fixture->log);
  note_client_socket (SOCKETIO_CLIENT_SOCKET (fixture->socket), fixture->log);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  socketio_client_disconnect (fixture->client);
  g_clear_object (&fixture->socket);
  drop_client (&fixture->client);
  close_server (&fixture->server);
  g_object_unref (fixture->monitor);
  g_string_free (fixture->log, TRUE);
}

static void
test_lost (Fixture *fixture, gconstpointer data)
{
  tell (fixture->monitor, FALSE);
  assert_log (fixture->log, "close:network connection lost disconnect:network connection lost");
  g_assert_true (socketio_client_socket_is_active (SOCKETIO_CLIENT_SOCKET (fixture->socket)));
  test_skip_time (1000);
  assert_log (fixture->log, "");

  tell (fixture->monitor, TRUE);
  test_skip_time (500);
  test_wait (socketio_socket_is_connected (fixture->socket));
  assert_log (fixture->log, "attempt:1 open reconnect:1 connect");
}

static void
test_unaffected (Fixture *fixture, gconstpointer data)
{
  tell (fixture->monitor, FALSE);
  tell (fixture->monitor, FALSE);
  tell (fixture->monitor, TRUE);
  assert_log (fixture->log, "");
  g_assert_true (socketio_socket_is_connected (fixture->socket));
}

static void
test_reachable (Fixture *fixture, gconstpointer data)
{
  fixture->monitor->reaches = TRUE;
  test_unaffected (fixture, data);
}

static void
test_without_monitor (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->client, "network-monitor", NULL, NULL);
  test_unaffected (fixture, data);
}

#define ADD(path, address, function)                                                               \
  g_test_add ("/socketio/network/" path, Fixture, address, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("lost", "0.0.0.0", test_lost);
  ADD ("reachable", "0.0.0.0", test_reachable);
  ADD ("without-monitor", "0.0.0.0", test_without_monitor);
  ADD ("loopback", "127.0.0.1", test_unaffected);
  ADD ("localhost", "localhost", test_unaffected);

  return g_test_run ();
}
