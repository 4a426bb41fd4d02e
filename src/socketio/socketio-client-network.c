/* socketio-client-network.c: a client goes by what the system knows of the network
 *
 * Without it a client learns that its network is gone when a heartbeat fails, which takes three
 * quarters of a minute, and waits out its delay when the network is back long before.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-client-private.h"

static char *
get_host (SocketioClient *self)
{
  g_autoptr (GUri) uri = self->address != NULL ? g_uri_parse (self->address, G_URI_FLAGS_NONE, NULL)
                                               : NULL;

  return uri != NULL ? g_strdup (g_uri_get_host (uri)) : NULL;
}

/* What is on this machine needs no network. */
static gboolean
is_local (SocketioClient *self, const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  if (self->server != NULL || host == NULL)
    return TRUE;

  address = g_inet_address_new_from_string (host);
  if (address != NULL)
    return g_inet_address_get_is_loopback (address);

  return g_ascii_strcasecmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost");
}

/* The monitor means the Internet. A server in the local network may be there still; that can be
 * told without asking anybody where the address is a number. */
static gboolean
can_reach (SocketioClient *self, const char *host)
{
  g_autoptr (GSocketConnectable) address = NULL;

  if (!g_hostname_is_ip_address (host))
    return FALSE;

  address = g_network_address_new (host, 0);
  return g_network_monitor_can_reach (self->monitor, address, NULL, NULL);
}

/* It is also told when an address or a route has changed. */
static void
on_network_changed (SocketioClient *self, gboolean available)
{
  gboolean had_network = self->has_network;
  g_autofree char *host = get_host (self);

  self->has_network = available;
  if (is_local (self, host))
    return;

  if (available)
    socketio_client_retry_soon (self);
  else if (had_network && !can_reach (self, host))
    socketio_client_lose_network (self);
}

/* Takes the place of the monitor before; with NULL there is none. */
void
socketio_client_watch_network (SocketioClient *self, GNetworkMonitor *monitor)
{
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_func (self->monitor, on_network_changed, self);
  g_set_object (&self->monitor, monitor);
  if (monitor == NULL)
    return;

  self->has_network = g_network_monitor_get_network_available (monitor);
  g_signal_connect_object (monitor, "network-changed", G_CALLBACK (on_network_changed), self,
                           G_CONNECT_SWAPPED);
}
