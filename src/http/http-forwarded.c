/* http-forwarded.c: (pure) the proxies that are believed, and what they say
 *
 * A proxy in front of us is the peer of every connection, and tells in X-Forwarded-For who asked
 * it. Anybody can write such a header, so that it counts only as far as the addresses in it are
 * those of proxies that somebody named. http-client.c takes it from a request.
 *
 * The header Forwarded (RFC 7239) is not read: a proxy that writes the one passes the other on as
 * it came, so that of two only one can be believed, and every proxy knows X-Forwarded-For.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-forwarded.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* No request passes more proxies of ours. */
#define MAX_HOPS 32

/* An IPv6 address in brackets with a port has 54 characters at most. */
#define MAX_NODE 64

struct _HttpProxies
{
  GPtrArray *masks; /* of GInetAddressMask */
};

/* {{{ The proxies */

/* An address of IPv4 may be written as one of IPv6 (RFC 4291, section 2.5.5.2). */
static GInetAddress *
unmap (GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);
  static const guint8 prefix[12] = { [10] = 0xff, [11] = 0xff };

  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6 ||
      memcmp (bytes, prefix, sizeof prefix) != 0)
    return g_object_ref (address);

  return g_inet_address_new_from_bytes (bytes + sizeof prefix, G_SOCKET_FAMILY_IPV4);
}

/**
 * http_proxies_new:
 *
 * Makes a list without proxies: nobody's word counts.
 *
 * Returns: (transfer full): the list
 */
HttpProxies *
http_proxies_new (void)
{
  HttpProxies *self = g_new0 (HttpProxies, 1);

  self->masks = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

/**
 * http_proxies_free:
 * @proxies: (transfer full): a list
 *
 * Frees the list.
 */
void
http_proxies_free (HttpProxies *self)
{
  g_ptr_array_unref (self->masks);
  g_free (self);
}

/**
 * http_proxies_add:
 * @proxies: a list
 * @text: an IP address, or a network as `address/bits`
 * @error: return location for an error
 *
 * Adds a proxy, or all that are in a network.
 *
 * Returns: %TRUE, or %FALSE with `HTTP_ERROR_INVALID_HOST`
 */
gboolean
http_proxies_add (HttpProxies *self, const char *text, GError **error)
{
  GInetAddressMask *mask;

  g_return_val_if_fail (text != NULL, FALSE);

  mask = g_inet_address_mask_new_from_string (text, NULL);
  if (mask == NULL)
    {
      g_set_error (error, HTTP_ERROR, HTTP_ERROR_INVALID_HOST,
                   /* Translators: what somebody named as the address of a proxy */
                   _ ("“%s” is no IP address, and no network such as 10.0.0.0/8"), text);
      return FALSE;
    }

  g_ptr_array_add (self->masks, mask);
  return TRUE;
}

/**
 * http_proxies_are_none:
 * @proxies: a list
 *
 * Returns: whether nobody's word counts
 */
gboolean
http_proxies_are_none (HttpProxies *self)
{
  return self->masks->len == 0;
}

/**
 * http_proxies_contain:
 * @proxies: a list
 * @address: an IP address
 *
 * Returns: whether @address is that of a proxy in the list
 */
gboolean
http_proxies_contain (HttpProxies *self, GInetAddress *address)
{
  g_autoptr (GInetAddress) plain = unmap (address);

  for (guint i = 0; i < self->masks->len; i++)
    {
      if (g_inet_address_mask_matches (g_ptr_array_index (self->masks, i), plain))
        return TRUE;
    }
  return FALSE;
}

/* }}} */
/* {{{ The chain */

static gboolean
read_port (const char *text, guint16 *port)
{
  guint64 value;

  *port = 0;
  if (*text == '\0')
    return TRUE;
  if (*text != ':' || !g_ascii_string_to_unsigned (text + 1, 10, 1, G_MAXUINT16, &value, NULL))
    return FALSE;

  *port = (guint16)value;
  return TRUE;
}

static GInetAddress *
parse_address (const char *text)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  return address != NULL ? unmap (address) : NULL;
}

static GInetAddress *
parse_bracketed (char *node, guint16 *port)
{
  char *end = strchr (node, ']');

  if (end == NULL || !read_port (end + 1, port))
    return NULL;

  *end = '\0';
  return parse_address (node + 1);
}

/* One member of the list. There is no rule for it: some proxies write a port, some brackets. */
static GInetAddress *
parse_node (const char *text, gsize length, guint16 *port)
{
  char node[MAX_NODE];
  char *colon;

  if (length >= sizeof node)
    return NULL;

  memcpy (node, text, length);
  node[length] = '\0';
  g_strstrip (node);
  if (node[0] == '[')
    return parse_bracketed (node, port);

  *port = 0;
  colon = strchr (node, ':');
  if (colon == NULL || strchr (colon + 1, ':') != NULL)
    return parse_address (node);
  if (!read_port (colon, port))
    return NULL;

  *colon = '\0';
  return parse_address (node);
}

static const char *
find_last_node (const char *chain, gsize length)
{
  while (length > 0 && chain[length - 1] != ',')
    length--;
  return chain + length;
}

static void
client_move (HttpClient *self, GInetAddress *address, guint16 port)
{
  self->here = self->here && g_inet_address_get_is_loopback (address);
  g_clear_object (&self->address);
  self->address = address;
  self->port = port;
}

/* Returns: whether there is more of the chain to be looked at */
static gboolean
client_step_back (HttpClient *self, HttpProxies *proxies, const char *node, gsize length)
{
  guint16 port;
  GInetAddress *address = parse_node (node, length, &port);

  if (address == NULL)
    {
      self->known = FALSE;
      return FALSE;
    }

  client_move (self, address, port);
  return http_proxies_contain (proxies, address);
}

/**
 * http_forwarded_trace:
 * @proxies: who is believed
 * @peer: the address of who sent the request
 * @port: their port
 * @chain: (nullable): the whole X-Forwarded-For of the request, its lines joined by commas; %NULL
 *   if it has none
 * @client: (out caller-allocates): who asks
 *
 * Follows a request back to its origin: from @peer, and then from the right end of @chain to the
 * left, for as long as each is a proxy that is believed. The first that is none is who asks; when
 * all are, it is the one at the left end. What cannot be read ends the way at the proxy that wrote
 * it.
 */
void
http_forwarded_trace (HttpProxies *proxies,
                      GInetAddress *peer,
                      guint16 port,
                      const char *chain,
                      HttpClient *client)
{
  gsize length = chain != NULL ? strlen (chain) : 0;
  const char *node;
  guint n_hops = 0;

  *client = (HttpClient){ unmap (peer), port, TRUE, FALSE };
  client->here = g_inet_address_get_is_loopback (client->address);
  if (chain == NULL)
    return;
  if (!http_proxies_contain (proxies, client->address))
    {
      client->known = FALSE;
      return;
    }

  do
    {
      node = find_last_node (chain, length);
      if (++n_hops > MAX_HOPS)
        {
          client->known = FALSE;
          return;
        }
      if (!client_step_back (client, proxies, node, chain + length - node))
        return;
      length = node > chain ? (gsize)(node - chain) - 1 : 0;
    }
  while (node > chain);
}

/**
 * http_client_is_loopback:
 * @client: who asks
 *
 * Whether a request comes from this computer. One that somebody passed on without saying for whom
 * is never taken for one: the proxy beside us is at a loopback address, and whoever it serves is
 * not. What a proxy elsewhere calls a loopback address is one of its own computer, so that each on
 * the way must be at one.
 *
 * Returns: whether it does
 */
gboolean
http_client_is_loopback (const HttpClient *client)
{
  return client->known && client->here;
}

/**
 * http_client_clear:
 * @client: who asked
 *
 * Frees what @client holds.
 */
void
http_client_clear (HttpClient *client)
{
  g_clear_object (&client->address);
}

/* }}} */
