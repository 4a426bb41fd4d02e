/* http-interfaces.c: the addresses of this machine
 *
 * Where others can reach what listens on all addresses. ChatHost makes URLs of them.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-interfaces.h"

#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

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

/* An address of a link alone needs the name of an interface beside it, which no browser takes. */
static GInetAddress *
get_reachable (const struct ifaddrs *entry)
{
  gsize length = entry->ifa_addr != NULL ? get_length (entry->ifa_addr) : 0;
  g_autoptr (GSocketAddress) socket_address = NULL;
  GInetAddress *address;

  if (length == 0 || (entry->ifa_flags & IFF_UP) == 0)
    return NULL;

  socket_address = g_socket_address_new_from_native (entry->ifa_addr, length);
  address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (socket_address));
  if (g_inet_address_get_is_loopback (address) || g_inet_address_get_is_link_local (address))
    return NULL;

  return g_object_ref (address);
}

static void
add_family (GPtrArray *texts, const struct ifaddrs *entries, GSocketFamily family)
{
  for (const struct ifaddrs *entry = entries; entry != NULL; entry = entry->ifa_next)
    {
      g_autoptr (GInetAddress) address = get_reachable (entry);
      g_autofree char *text = NULL;

      if (address == NULL || g_inet_address_get_family (address) != family)
        continue;

      text = g_inet_address_to_string (address);
      if (!g_ptr_array_find_with_equal_func (texts, text, g_str_equal, NULL))
        g_ptr_array_add (texts, g_steal_pointer (&text));
    }
}

/**
 * http_interfaces_list_addresses:
 *
 * Lists the addresses by which other machines can reach this one, as texts without brackets. IPv4
 * comes first: it is what people can read to each other.
 *
 * Returns: (transfer full) (array zero-terminated=1): the addresses; empty if there is no network
 */
char **
http_interfaces_list_addresses (void)
{
  GPtrArray *texts = g_ptr_array_new ();
  struct ifaddrs *entries = NULL;

  if (getifaddrs (&entries) == 0)
    {
      add_family (texts, entries, G_SOCKET_FAMILY_IPV4);
      add_family (texts, entries, G_SOCKET_FAMILY_IPV6);
      freeifaddrs (entries);
    }

  g_ptr_array_add (texts, NULL);
  return (char **)g_ptr_array_free (texts, FALSE);
}
