/* lan-interfaces.c: the addresses of this machine
 *
 * Where others can reach what listens on all addresses. ChatHost makes URLs of them, and the form
 * that hosts a chat lets one choose among them.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "lan-interfaces.h"

#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

/* An address for documents that nobody has (RFC 5737), and the port that discards (RFC 863). */
#define ELSEWHERE      "192.0.2.1"
#define ELSEWHERE_PORT 9

/**
 * lan_interface_free:
 * @self: (nullable): an interface
 *
 * Frees it.
 */
void
lan_interface_free (LanInterface *self)
{
  if (self == NULL)
    return;

  g_free (self->name);
  g_free (self->address);
  g_free (self);
}

/* {{{ What there is */

static gsize
get_length (const struct sockaddr *address)
{
  switch (address->sa_family)
    {
    case AF_INET:
      return sizeof (struct sockaddr_in);
    case AF_INET6:
      return sizeof (struct sockaddr_in6);
    default:
      return 0;
    }
}

/* An address of a link alone needs the name of an interface beside it, which no browser takes. What
 * does not run has no cable in it. */
static GInetAddress *
get_reachable (const struct ifaddrs *entry)
{
  const guint flags = IFF_UP | IFF_RUNNING;
  gsize length = entry->ifa_addr != NULL ? get_length (entry->ifa_addr) : 0;
  g_autoptr (GSocketAddress) socket_address = NULL;
  GInetAddress *address;

  if (length == 0 || (entry->ifa_flags & flags) != flags)
    return NULL;

  socket_address = g_socket_address_new_from_native (entry->ifa_addr, length);
  address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (socket_address));
  if (g_inet_address_get_is_loopback (address) || g_inet_address_get_is_link_local (address))
    return NULL;

  return g_object_ref (address);
}

static gboolean
has_address (gconstpointer interface, gconstpointer address)
{
  return g_str_equal (((const LanInterface *)interface)->address, address);
}

static void
add (GPtrArray *interfaces, const char *name, GInetAddress *address)
{
  g_autofree char *text = g_inet_address_to_string (address);
  LanInterface *interface;

  if (g_ptr_array_find_with_equal_func (interfaces, text, has_address, NULL))
    return;

  interface = g_new0 (LanInterface, 1);
  interface->name = g_strdup (name);
  interface->address = g_steal_pointer (&text);
  g_ptr_array_add (interfaces, interface);
}

static void
add_family (GPtrArray *interfaces, const struct ifaddrs *entries, GSocketFamily family)
{
  for (const struct ifaddrs *entry = entries; entry != NULL; entry = entry->ifa_next)
    {
      g_autoptr (GInetAddress) address = get_reachable (entry);

      if (address != NULL && g_inet_address_get_family (address) == family)
        add (interfaces, entry->ifa_name, address);
    }
}

/* }}} */
/* {{{ Which is the best one */

/* The address that this machine would send from. Nothing is sent: a datagram socket only looks up
 * the route. */
static char *
find_own_address (void)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                             G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress)
    elsewhere = g_inet_socket_address_new_from_string (ELSEWHERE, ELSEWHERE_PORT);
  g_autoptr (GSocketAddress) own = NULL;

  if (socket == NULL || !g_socket_connect (socket, elsewhere, NULL, NULL))
    return NULL;

  own = g_socket_get_local_address (socket, NULL);
  return own != NULL ? g_inet_address_to_string (
                         g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (own)))
                     : NULL;
}

/* A machine with containers has many networks, and people are on the one with the router. */
static void
put_best_first (GPtrArray *interfaces)
{
  g_autofree char *own = find_own_address ();
  guint index;

  if (own != NULL && g_ptr_array_find_with_equal_func (interfaces, own, has_address, &index))
    g_ptr_array_insert (interfaces, 0, g_ptr_array_steal_index (interfaces, index));
}

/* }}} */

/* What listens on 0.0.0.0 is on all of IPv4, and what listens on :: on all of IPv6 alone. */
static gboolean
covers (const char *listened, const LanInterface *interface)
{
  g_autoptr (GInetAddress) any = g_inet_address_new_from_string (listened);
  g_autoptr (GInetAddress) own = g_inet_address_new_from_string (interface->address);

  return any != NULL && own != NULL &&
         (g_inet_address_get_is_any (any)
            ? g_inet_address_get_family (any) == g_inet_address_get_family (own)
            : g_inet_address_equal (any, own));
}

static void
keep_covered (GPtrArray *interfaces, const char *listened)
{
  for (guint i = interfaces->len; i > 0; i--)
    {
      if (!covers (listened, g_ptr_array_index (interfaces, i - 1)))
        g_ptr_array_remove_index (interfaces, i - 1);
    }
}

/**
 * lan_interfaces_list:
 * @listened: (nullable): the IP address that is listened on, perhaps that of all of a family; %NULL
 *   for all of both
 *
 * Lists the addresses by which other machines can reach this one. IPv4 comes first: it is what
 * people can read to each other. The very first is the one on the way to the router.
 *
 * Returns: (transfer full) (element-type LanInterface): the addresses; empty if there is no network
 */
GPtrArray *
lan_interfaces_list (const char *listened)
{
  GPtrArray *interfaces = g_ptr_array_new_with_free_func ((GDestroyNotify)lan_interface_free);
  struct ifaddrs *entries = NULL;

  if (getifaddrs (&entries) != 0)
    return interfaces;

  add_family (interfaces, entries, G_SOCKET_FAMILY_IPV4);
  put_best_first (interfaces);
  add_family (interfaces, entries, G_SOCKET_FAMILY_IPV6);
  freeifaddrs (entries);
  if (listened != NULL)
    keep_covered (interfaces, listened);
  return interfaces;
}

/**
 * lan_interfaces_list_addresses:
 * @listened: (nullable): as in [func@lan_interfaces_list]
 *
 * The same as [func@lan_interfaces_list], without the names.
 *
 * Returns: (transfer full) (array zero-terminated=1): the addresses; empty if there is no network
 */
char **
lan_interfaces_list_addresses (const char *listened)
{
  g_autoptr (GPtrArray) interfaces = lan_interfaces_list (listened);
  char **addresses = g_new0 (char *, interfaces->len + 1);

  for (guint i = 0; i < interfaces->len; i++)
    addresses[i] = g_strdup (((LanInterface *)g_ptr_array_index (interfaces, i))->address);
  return addresses;
}

/**
 * lan_interfaces_is_loopback:
 * @address: an IP address without brackets, or a name
 *
 * Returns: whether only this machine can reach it
 */
gboolean
lan_interfaces_is_loopback (const char *address)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);

  return parsed != NULL ? g_inet_address_get_is_loopback (parsed)
                        : g_str_equal (address, "localhost");
}

/**
 * lan_interfaces_is_any:
 * @address: an IP address without brackets, or a name
 *
 * Returns: whether it stands for all addresses of a family
 */
gboolean
lan_interfaces_is_any (const char *address)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);

  return parsed != NULL && g_inet_address_get_is_any (parsed);
}
