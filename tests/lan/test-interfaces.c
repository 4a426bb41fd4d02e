/* test-interfaces.c: the addresses that others can use
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <gio/gio.h>
#include <net/if.h>

#include "lan-avahi.h"
#include "lan-interfaces.h"
#include "lan-scope.h"

/* Each is an address of this machine, so that it can be listened on. */
static void
test_addresses (void)
{
  g_auto (GStrv) addresses = lan_interfaces_list_addresses (NULL);
  gboolean seen_ipv6 = FALSE;

  for (char **text = addresses; *text != NULL; text++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (*text);
      g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new (address, 0);
      g_autoptr (GSocketListener) listener = g_socket_listener_new ();
      g_autoptr (GError) error = NULL;

      g_assert_false (g_inet_address_get_is_loopback (address));
      g_assert_false (g_inet_address_get_is_link_local (address));
      g_socket_listener_add_address (listener, socket_address, G_SOCKET_TYPE_STREAM,
                                     G_SOCKET_PROTOCOL_TCP, NULL, NULL, &error);
      g_assert_no_error (error);
      g_socket_listener_close (listener);

      g_assert_false (seen_ipv6 && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4);
      seen_ipv6 |= g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;
      g_assert_false (g_strv_contains ((const char *const *)text + 1, *text));
    }
}

/* What is listed by name is what is listed without. */
static void
test_names (void)
{
  g_autoptr (GPtrArray) interfaces = lan_interfaces_list (NULL);
  g_auto (GStrv) addresses = lan_interfaces_list_addresses (NULL);

  g_assert_cmpuint (interfaces->len, ==, g_strv_length (addresses));
  for (guint i = 0; i < interfaces->len; i++)
    {
      LanInterface *interface = g_ptr_array_index (interfaces, i);

      g_assert_cmpuint (if_nametoindex (interface->name), >, 0);
      g_assert_cmpstr (interface->address, ==, addresses[i]);
    }
}

static void
test_loopback (void)
{
  g_assert_true (lan_interfaces_is_loopback ("127.0.0.1"));
  g_assert_true (lan_interfaces_is_loopback ("127.8.9.10"));
  g_assert_true (lan_interfaces_is_loopback ("::1"));
  g_assert_true (lan_interfaces_is_loopback ("localhost"));
  g_assert_false (lan_interfaces_is_loopback ("0.0.0.0"));
  g_assert_false (lan_interfaces_is_loopback ("192.168.0.2"));
  g_assert_false (lan_interfaces_is_loopback ("2001:db8::1"));
  g_assert_false (lan_interfaces_is_loopback ("studio.example"));
}

/* What listens on all addresses of a family is reached by each of them. */
static void
test_any (void)
{
  g_auto (GStrv) all = lan_interfaces_list_addresses (NULL);
  g_auto (GStrv) ipv4 = lan_interfaces_list_addresses ("0.0.0.0");
  g_auto (GStrv) ipv6 = lan_interfaces_list_addresses ("::");
  g_auto (GStrv) none = lan_interfaces_list_addresses ("studio.example");
  guint n_ipv4 = g_strv_length (ipv4);

  g_assert_cmpuint (n_ipv4 + g_strv_length (ipv6), ==, g_strv_length (all));
  for (guint i = 0; all[i] != NULL; i++)
    {
      g_auto (GStrv) one = lan_interfaces_list_addresses (all[i]);

      g_assert_cmpstr (all[i], ==, i < n_ipv4 ? ipv4[i] : ipv6[i - n_ipv4]);
      g_assert_cmpuint (g_strv_length (one), ==, 1);
      g_assert_cmpstr (one[0], ==, all[i]);
    }
  g_assert_cmpuint (g_strv_length (none), ==, 0);

  g_assert_true (lan_interfaces_is_any ("0.0.0.0"));
  g_assert_true (lan_interfaces_is_any ("::"));
  g_assert_false (lan_interfaces_is_any ("192.168.0.2"));
  g_assert_false (lan_interfaces_is_any ("studio.example"));
}

static void
test_scope (void)
{
  static const struct
  {
    const char *address;
    int protocol;
  } rows[] = {
    { NULL, LAN_AVAHI_ANY_PROTOCOL },
    { "studio.example", LAN_AVAHI_ANY_PROTOCOL },
    { "0.0.0.0", LAN_AVAHI_IPV4 },
    /* The listener takes nothing by IPv4 then. */
    { "::", LAN_AVAHI_IPV6 },
  };
  LanScope scope;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_true (lan_scope_find (rows[i].address, &scope));
      g_assert_cmpint (scope.interface, ==, LAN_AVAHI_ANY_INTERFACE);
      g_assert_cmpint (scope.protocol, ==, rows[i].protocol);
    }
  g_assert_false (lan_scope_find ("localhost", &scope));
  g_assert_false (lan_scope_find ("127.0.0.1", &scope));
  g_assert_false (lan_scope_find ("::1", &scope));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/lan/interfaces/addresses", test_addresses);
  g_test_add_func ("/lan/interfaces/names", test_names);
  g_test_add_func ("/lan/interfaces/loopback", test_loopback);
  g_test_add_func ("/lan/interfaces/any", test_any);
  g_test_add_func ("/lan/interfaces/scope", test_scope);

  return g_test_run ();
}
