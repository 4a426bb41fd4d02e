/* lan-scope.c: where an address of this machine can be reached
 *
 * A chat that listens on one address is announced where that address is, and nowhere else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "lan-scope.h"

#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include "lan-avahi.h"

static GInetAddress *
read_interface_address (const struct ifaddrs *entry)
{
  const struct sockaddr *address = entry->ifa_addr;

  if (address == NULL)
    return NULL;
  if (address->sa_family == AF_INET)
    return g_inet_address_new_from_bytes (
      (const guint8 *)&((const struct sockaddr_in *)(gconstpointer)address)->sin_addr,
      G_SOCKET_FAMILY_IPV4);
  if (address->sa_family == AF_INET6)
    return g_inet_address_new_from_bytes (
      (const guint8 *)&((const struct sockaddr_in6 *)(gconstpointer)address)->sin6_addr,
      G_SOCKET_FAMILY_IPV6);

  return NULL;
}

static int
find_interface (GInetAddress *address)
{
  struct ifaddrs *entries = NULL;
  int index = 0;

  if (getifaddrs (&entries) < 0)
    return 0;

  for (const struct ifaddrs *entry = entries; entry != NULL && index == 0; entry = entry->ifa_next)
    {
      g_autoptr (GInetAddress) own = read_interface_address (entry);

      if (own != NULL && g_inet_address_equal (own, address))
        index = if_nametoindex (entry->ifa_name);
    }
  freeifaddrs (entries);
  return index;
}

/* A scope names its interface, or its index. */
static int
find_scope_interface (const char *scope)
{
  guint64 index;

  if (g_ascii_string_to_unsigned (scope, 10, 1, G_MAXINT, &index, NULL))
    return index;

  return if_nametoindex (scope);
}

static int
get_protocol (GInetAddress *address)
{
  return g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4 ? LAN_AVAHI_IPV4
                                                                     : LAN_AVAHI_IPV6;
}

/**
 * lan_scope_find:
 * @address: (nullable): the address that a chat listens on; %NULL for all
 * @scope: (out): where to announce it
 *
 * Finds the interface that has an address. A name in the place of numbers counts as all, but for
 * `localhost`.
 *
 * Returns: whether anybody else can reach the address
 */
gboolean
lan_scope_find (const char *address, LanScope *scope)
{
  g_auto (GStrv) parts = NULL;
  g_autoptr (GInetAddress) parsed = NULL;

  scope->interface = LAN_AVAHI_ANY_INTERFACE;
  scope->protocol = LAN_AVAHI_ANY_PROTOCOL;
  if (address == NULL || *address == '\0')
    return TRUE;

  parts = g_strsplit (address, "%", 2);
  parsed = g_inet_address_new_from_string (parts[0]);
  if (parsed == NULL)
    return g_ascii_strcasecmp (address, "localhost") != 0;
  if (g_inet_address_get_is_loopback (parsed))
    return FALSE;

  /* What listens on :: takes nothing by IPv4: http-listener.c. */
  scope->protocol = get_protocol (parsed);
  if (g_inet_address_get_is_any (parsed))
    return TRUE;

  scope->interface = parts[1] != NULL ? find_scope_interface (parts[1]) : find_interface (parsed);
  return scope->interface > 0;
}
