/* http-client.c: who is at the other end of a request
 *
 * The address that a connection comes from is that of a proxy where there is one. Here its word is
 * taken from the request, if it counts: for whom it asks, under which name and whether by TLS.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-client.h"

#include "http-message.h"

/* What proxies write, or some of them. A request that has one of these was passed on. */
static const char *const marks[] = {
  "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via",
};

/* To ask libsoup for the peer of a socket of its own makes it complain in the log when the peer is
 * gone. */
static GSocketAddress *
ref_remote_address (SoupServerMessage *msg)
{
  GSocket *socket = soup_server_message_get_socket (msg);
  GSocketAddress *address;

  if (socket != NULL)
    return g_socket_get_remote_address (socket, NULL);

  address = soup_server_message_get_remote_address (msg);
  return address != NULL ? g_object_ref (address) : NULL;
}

static gboolean
was_passed_on (SoupServerMessage *msg)
{
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      if (http_message_find_header (msg, marks[i], NULL) > 0)
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer full) (nullable): all lines of a list */
static char *
join_list (SoupServerMessage *msg, const char *name)
{
  SoupMessageHeadersIter iter;
  const char *header_name, *value;
  g_autoptr (GString) joined = NULL;

  soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (msg));
  while (soup_message_headers_iter_next (&iter, &header_name, &value))
    {
      if (g_ascii_strcasecmp (header_name, name) != 0)
        continue;
      if (joined == NULL)
        joined = g_string_new (value);
      else
        g_string_append_printf (joined, ",%s", value);
    }
  return joined != NULL ? g_string_free (g_steal_pointer (&joined), FALSE) : NULL;
}

/**
 * http_client_find:
 * @proxies: who is believed
 * @msg: a request
 * @client: (out caller-allocates): who asks; to be cleared
 *
 * Finds out who asks, see [func@http_forwarded_trace].
 *
 * Returns: whether there is anything to be told; not if it came by something other than IP, or if
 *   the connection is gone
 */
gboolean
http_client_find (HttpProxies *proxies, SoupServerMessage *msg, HttpClient *client)
{
  g_autoptr (GSocketAddress) address = ref_remote_address (msg);
  g_autofree char *chain = NULL;
  GInetSocketAddress *peer;

  *client = (HttpClient){ 0 };
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return FALSE;

  peer = G_INET_SOCKET_ADDRESS (address);
  chain = join_list (msg, "X-Forwarded-For");
  http_forwarded_trace (proxies, g_inet_socket_address_get_address (peer),
                        g_inet_socket_address_get_port (peer), chain, client);
  if (chain == NULL && was_passed_on (msg))
    client->known = FALSE;
  return TRUE;
}

/**
 * http_client_is_proxy:
 * @proxies: who is believed
 * @msg: a request
 *
 * Returns: whether @msg comes from a proxy that is believed
 */
gboolean
http_client_is_proxy (HttpProxies *proxies, SoupServerMessage *msg)
{
  g_autoptr (GSocketAddress) address = NULL;

  if (http_proxies_are_none (proxies))
    return FALSE;

  address = ref_remote_address (msg);
  return G_IS_INET_SOCKET_ADDRESS (address) &&
         http_proxies_contain (proxies,
                               g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

/**
 * http_client_is_secure:
 * @proxies: who is believed
 * @msg: a request
 *
 * Whether who asks does so by TLS, which may end at a proxy that says so in X-Forwarded-Proto. Of
 * several values the first is that of the proxy which they asked.
 *
 * Returns: whether they do
 */
gboolean
http_client_is_secure (HttpProxies *proxies, SoupServerMessage *msg)
{
  const char *proto;

  if (g_strcmp0 (g_uri_get_scheme (soup_server_message_get_uri (msg)), "https") == 0)
    return TRUE;

  return http_message_find_header (msg, "X-Forwarded-Proto", &proto) > 0 &&
         http_client_is_proxy (proxies, msg) &&
         g_ascii_strncasecmp (proto, "https", strlen ("https")) == 0;
}

/**
 * http_client_list_hosts:
 * @proxies: who is believed
 * @msg: a request
 *
 * Lists the names that a proxy was asked by, according to X-Forwarded-Host.
 *
 * Returns: (transfer full) (nullable): the names, with or without a port; %NULL if no proxy that is
 *   believed says one
 */
char **
http_client_list_hosts (HttpProxies *proxies, SoupServerMessage *msg)
{
  g_autofree char *joined = NULL;
  char **hosts;

  if (http_message_find_header (msg, "X-Forwarded-Host", NULL) == 0 ||
      !http_client_is_proxy (proxies, msg))
    return NULL;

  joined = join_list (msg, "X-Forwarded-Host");
  hosts = g_strsplit (joined, ",", -1);
  for (char **host = hosts; *host != NULL; host++)
    g_strstrip (*host);
  return hosts;
}
