/* lan-interfaces.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LanInterface:
 * @name: what the system calls the interface, such as `wlan0`
 * @address: an IPv4 or IPv6 address of it, without brackets
 *
 * One address of this machine that other machines can reach.
 */
typedef struct
{
  char *name;
  char *address;
} LanInterface;

void lan_interface_free (LanInterface *self);

GPtrArray *lan_interfaces_list (const char *listened);
char **lan_interfaces_list_addresses (const char *listened);
gboolean lan_interfaces_is_loopback (const char *address);
gboolean lan_interfaces_is_any (const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LanInterface, lan_interface_free)

G_END_DECLS
