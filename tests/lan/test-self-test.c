/* test-self-test.c: what a host learns of its firewall and its networks
 *
 * The system bus is one of the test's own, with a firewalld on it that knows what the test says.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "lan-firewall.h"
#include "lan-interfaces.h"
#include "lan-self-test.h"

#define PORT 3000

typedef struct
{
  const char *name;
  const char *zone_of_interface;
  const char *zone; /* that has the settings below */
  const char *target;
  const char *ports; /* as a value in GVariant's text format */
  const char *services; /* the same */
  const char *error; /* what all questions are answered by */
  gboolean closed;
} Firewall;

static const Firewall firewalls[] = {
  { .name = "closed", .zone_of_interface = "home", .zone = "home", .closed = TRUE },
  { .name = "default-zone", .zone_of_interface = "", .zone = "public", .closed = TRUE },
  { .name = "drop", .zone_of_interface = "home", .zone = "home", .target = "DROP", .closed = TRUE },
  { .name = "accept", .zone_of_interface = "home", .zone = "home", .target = "ACCEPT" },
  { .name = "port", .zone_of_interface = "home", .zone = "home", .ports = "[('3000', 'tcp')]" },
  { .name = "other-ports",
    .zone_of_interface = "home",
    .zone = "home",
    .ports =
      "[('3000', 'udp'), ('2999', 'tcp'), ('3001-4000', 'tcp'), ('', 'tcp'), ('x-9', 'tcp')]",
    .closed = TRUE },
  { .name = "range",
    .zone_of_interface = "",
    .zone = "public",
    .ports = "[('22', 'tcp'), ('1025-65535', 'tcp')]" },
  { .name = "service",
    .zone_of_interface = "home",
    .zone = "home",
    .services = "['ssh', 'madang', 'mdns']" },
  { .name = "other-services",
    .zone_of_interface = "home",
    .zone = "home",
    .services = "['ssh', 'mdns']",
    .closed = TRUE },
  { .name = "denied", .error = "org.freedesktop.PolicyKit1.Error.NotAuthorized" },
};

static const Firewall *current;

/* {{{ firewalld, as firewalld.dbus(5) has it */

static const char introspection[] =
  "<node>"
  "  <interface name='org.fedoraproject.FirewallD1'>"
  "    <method name='getDefaultZone'><arg type='s' direction='out'/></method>"
  "    <method name='getServiceSettings2'>"
  "      <arg type='s' direction='in'/><arg type='a{sv}' direction='out'/>"
  "    </method>"
  "  </interface>"
  "  <interface name='org.fedoraproject.FirewallD1.zone'>"
  "    <method name='getZoneOfInterface'>"
  "      <arg type='s' direction='in'/><arg type='s' direction='out'/>"
  "    </method>"
  "    <method name='getZoneSettings2'>"
  "      <arg type='s' direction='in'/><arg type='a{sv}' direction='out'/>"
  "    </method>"
  "  </interface>"
  "</node>";

static void
add_parsed (GVariantBuilder *builder, const char *key, const char *type, const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *value;

  if (text == NULL)
    return;

  value = g_variant_parse (G_VARIANT_TYPE (type), text, NULL, NULL, &error);
  g_assert_no_error (error);
  g_variant_builder_add (builder, "{sv}", key, value);
  g_variant_unref (value);
}

static GVariant *
get_zone_settings (void)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&builder, "{sv}", "short", g_variant_new_string ("A zone"));
  g_variant_builder_add (
    &builder, "{sv}", "target",
    g_variant_new_string (current->target != NULL ? current->target : "default"));
  add_parsed (&builder, "ports", "a(ss)", current->ports);
  add_parsed (&builder, "services", "as", current->services);
  return g_variant_new ("(a{sv})", &builder);
}

static GVariant *
get_service_settings (const char *name)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sv}"));
  if (g_str_equal (name, "ssh"))
    add_parsed (&builder, "ports", "a(ss)", "[('22', 'tcp')]");
  else if (g_str_equal (name, "madang"))
    add_parsed (&builder, "ports", "a(ss)", "[('3000', 'tcp')]");
  return g_variant_new ("(a{sv})", &builder);
}

static GVariant *
answer (const char *method, GVariant *parameters)
{
  const char *argument = NULL;

  if (g_str_equal (method, "getDefaultZone"))
    return g_variant_new ("(s)", "public");

  g_variant_get (parameters, "(&s)", &argument);
  if (g_str_equal (method, "getZoneOfInterface"))
    return g_variant_new ("(s)", current->zone_of_interface);
  if (g_str_equal (method, "getServiceSettings2"))
    return get_service_settings (argument);

  g_assert_cmpstr (argument, ==, current->zone);
  return get_zone_settings ();
}

static void
on_call (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  if (current->error != NULL)
    g_dbus_method_invocation_return_dbus_error (invocation, current->error, "No");
  else
    g_dbus_method_invocation_return_value (invocation, answer (method, parameters));
}

static void
export_firewalld (GDBusConnection *connection)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (introspection, NULL);

  for (GDBusInterfaceInfo **interface = info->interfaces; *interface != NULL; interface++)
    g_assert_cmpuint (g_dbus_connection_register_object (connection,
                                                         "/org/fedoraproject/FirewallD1",
                                                         *interface, &vtable, NULL, NULL, NULL),
                      >, 0);
}

/* What a name needs to be had, without the main loop. */
static void
own_name (GDBusConnection *connection)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  reply = g_dbus_connection_call_sync (
    connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
    "RequestName", g_variant_new ("(su)", "org.fedoraproject.FirewallD1", 0),
    G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

/* }}} */
/* {{{ The tests */

static void
on_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static gboolean
ask_firewalld (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean closed = FALSE;

  lan_firewalld_ask_async ("lan0", PORT, NULL, on_result, &result);
  g_assert_true (lan_firewalld_ask_finish (wait_result (&result), &closed, &error));
  g_assert_no_error (error);
  return closed;
}

static LanProblem
run_self_test (const char *address, guint16 port)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LanProblem problem = LAN_PROBLEM_NONE;

  lan_self_test_async (address, port, NULL, on_result, &result);
  g_assert_true (lan_self_test_finish (wait_result (&result), &problem, &error));
  g_assert_no_error (error);
  return problem;
}

static void
test_no_firewalld (void)
{
  g_assert_false (ask_firewalld ());
}

static void
test_firewalld (gconstpointer data)
{
  current = data;
  g_assert_true (ask_firewalld () == current->closed);
}

static void
test_firewalld_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean closed = TRUE;

  current = &firewalls[0];
  lan_firewalld_ask_async ("lan0", PORT, cancellable, on_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (lan_firewalld_ask_finish (wait_result (&result), &closed, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (closed);
}

static void
test_ufw (void)
{
  static const struct
  {
    const char *text;
    gboolean on;
  } files[] = {
    { "# /etc/ufw/ufw.conf\nENABLED=yes\nLOGLEVEL=low\n", TRUE },
    { "ENABLED=YES", TRUE },
    { "  ENABLED=yes  \r\n", TRUE },
    { "ENABLED=no\nLOGLEVEL=low\n", FALSE },
    { "# ENABLED=yes\n", FALSE },
    { "", FALSE },
  };
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("ufw-XXXXXX.conf", &path, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_assert_true (g_file_set_contents (path, files[i].text, -1, NULL));
      g_assert_true (lan_ufw_is_on (path) == files[i].on);
    }

  g_close (fd, NULL);
  g_unlink (path);
  g_assert_false (lan_ufw_is_on (path));
}

static void
test_only_here (void)
{
  const char *addresses[] = { "localhost", "127.0.0.1", "::1" };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    g_assert_cmpint (run_self_test (addresses[i], PORT), ==, LAN_PROBLEM_ONLY_HERE);
}

static void
test_no_network (void)
{
  /* An address of documents (RFC 3849), which this machine does not have. */
  g_assert_cmpint (run_self_test ("2001:db8:ffff::1", PORT), ==, LAN_PROBLEM_NO_NETWORK);
  /* It cannot be told. */
  g_assert_cmpint (run_self_test ("studio.example", PORT), ==, LAN_PROBLEM_NONE);
  g_assert_cmpint (run_self_test ("fe80::1", PORT), ==, LAN_PROBLEM_NONE);
}

/* What listens, what does not, and what firewalld says then. */
static void
test_connection (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_auto (GStrv) addresses = lan_interfaces_list_addresses (NULL);
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  if (*addresses == NULL)
    {
      g_test_skip ("this machine has no network");
      return;
    }

  current = &firewalls[0];
  g_assert_cmpint (run_self_test (NULL, port), ==, LAN_PROBLEM_FIREWALLD);
  current = &firewalls[3];
  g_assert_cmpint (run_self_test (addresses[0], port), !=, LAN_PROBLEM_FIREWALLD);
  g_socket_listener_close (listener);
  g_assert_cmpint (run_self_test (NULL, port), ==, LAN_PROBLEM_UNREACHABLE);
}

/* Each problem is told, and where a port helps it is named. */
static void
test_words (void)
{
  g_assert_null (lan_problem_describe (LAN_PROBLEM_NONE, PORT));
  for (LanProblem problem = LAN_PROBLEM_ONLY_HERE; problem <= LAN_PROBLEM_UFW; problem++)
    {
      g_autofree char *text = lan_problem_describe (problem, PORT);

      g_assert_nonnull (text);
      g_assert_true (problem < LAN_PROBLEM_UNREACHABLE || strstr (text, "3000") != NULL);
    }
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_autoptr (GTestDBus) bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autoptr (GDBusConnection) connection = NULL;
  GDBusConnection *shared;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_dbus_up (bus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (bus), TRUE);
  connection = g_dbus_connection_new_for_address_sync (
    g_test_dbus_get_bus_address (bus),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, NULL);
  g_assert_nonnull (connection);
  test_no_firewalld ();
  export_firewalld (connection);
  own_name (connection);

  for (guint i = 0; i < G_N_ELEMENTS (firewalls); i++)
    {
      g_autofree char *path = g_strconcat ("/lan/firewalld/", firewalls[i].name, NULL);

      g_test_add_data_func (path, &firewalls[i], test_firewalld);
    }
  g_test_add_func ("/lan/firewalld/cancelled", test_firewalld_cancelled);
  g_test_add_func ("/lan/ufw", test_ufw);
  g_test_add_func ("/lan/self-test/only-here", test_only_here);
  g_test_add_func ("/lan/self-test/no-network", test_no_network);
  g_test_add_func ("/lan/self-test/connection", test_connection);
  g_test_add_func ("/lan/self-test/words", test_words);
  status = g_test_run ();

  shared = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
  g_dbus_connection_close_sync (shared, NULL, NULL);
  g_object_unref (shared);
  g_dbus_connection_close_sync (connection, NULL, NULL);
  g_test_dbus_stop (bus);
  return status;
}
