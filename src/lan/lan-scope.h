/* lan-scope.h: where an address of this machine can be reached
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LanScope:
 * @interface: the index of an interface, or %LAN_AVAHI_ANY_INTERFACE
 * @protocol: %LAN_AVAHI_IPV4, %LAN_AVAHI_IPV6 or %LAN_AVAHI_ANY_PROTOCOL
 *
 * What to announce on.
 */
typedef struct
{
  int interface;
  int protocol;
} LanScope;

gboolean lan_scope_find (const char *address, LanScope *scope);

G_END_DECLS
