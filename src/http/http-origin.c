/* http-origin.c: (pure) origins and host names
 *
 * Reads what a browser writes into `Origin` and `Host`, and what a person writes into an option,
 * and brings both to one form so that they can be compared as texts. http-cors decides with it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "http-origin.h"

/* RFC 1035, section 2.3.4: a name has at most 255 octets on the wire, 253 characters in writing. */
#define MAX_NAME_LENGTH 253

/**
 * http_origin_default_port:
 * @scheme: a scheme in lower case
 *
 * Returns: the port that an origin of @scheme does not write, or 0
 */
guint16
http_origin_default_port (const char *scheme)
{
  if (strcmp (scheme, "http") == 0)
    return 80;

  if (strcmp (scheme, "https") == 0)
    return 443;

  return 0;
}

static gboolean
is_host_name (const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > MAX_NAME_LENGTH || name[0] == '.' || strstr (name, "..") != NULL)
    return FALSE;

  for (const char *p = name; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && *p != '-' && *p != '.' && *p != '_')
        return FALSE;
    }

  return TRUE;
}

/* Addresses have several spellings; GLib's is taken for all of them. */
static char *
normalize_address (const char *text, GSocketFamily family)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  if (address == NULL || g_inet_address_get_family (address) != family)
    return NULL;

  return g_inet_address_to_string (address);
}

static char *
normalize_name (const char *text)
{
  g_autofree char *ascii = NULL;
  g_autofree char *name = NULL;
  gsize length;

  if (!g_utf8_validate (text, -1, NULL))
    return NULL;

  ascii = g_str_is_ascii (text) ? g_strdup (text) : g_hostname_to_ascii (text);
  if (ascii == NULL)
    return NULL;

  name = g_ascii_strdown (ascii, -1);
  length = strlen (name);
  if (length > 1 && name[length - 1] == '.')
    name[length - 1] = '\0';

  if (!is_host_name (name))
    return NULL;

  return g_steal_pointer (&name);
}

/* A zone ("%eth0") names the link that the peer came by. It says nothing about who we are. */
static char *
normalize_bracketed (const char *text)
{
  gsize length = strlen (text);
  g_autofree char *inner = NULL;
  char *zone;

  if (length < 2 || text[length - 1] != ']')
    return NULL;

  inner = g_strndup (text + 1, length - 2);
  zone = strchr (inner, '%');
  if (zone != NULL)
    *zone = '\0';

  return normalize_address (inner, G_SOCKET_FAMILY_IPV6);
}

/**
 * http_host_normalize:
 * @name: a host name, an IPv4 address, or an IPv6 address with or without brackets; no port
 * @error: return location for an error
 *
 * Brings a host to the form in which hosts are compared: lower case, an international name in its
 * ASCII form (RFC 5891), an address as GLib writes it, without brackets and without a trailing dot.
 *
 * Returns: (transfer full): the host, or %NULL with `HTTP_ERROR_INVALID_HOST`
 */
char *
http_host_normalize (const char *name, GError **error)
{
  char *host;

  g_return_val_if_fail (name != NULL, NULL);

  if (name[0] == '[')
    host = normalize_bracketed (name);
  else if (strchr (name, ':') != NULL)
    host = normalize_address (name, G_SOCKET_FAMILY_IPV6);
  else
    host = normalize_address (name, G_SOCKET_FAMILY_IPV4) ?: normalize_name (name);

  if (host == NULL)
    g_set_error (error, HTTP_ERROR, HTTP_ERROR_INVALID_HOST, _ ("“%s” is no host name"), name);

  return host;
}

/* Where the port's colon stands, or NULL. Without brackets a second colon makes no sense; then the
 * first one is taken and the port does not parse.
 */
static const char *
find_port (const char *text)
{
  const char *start = text[0] == '[' ? strchr (text, ']') : text;

  return start != NULL ? strchr (start, ':') : NULL;
}

static gboolean
parse_port (const char *text, guint16 *port)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &value, NULL))
    return FALSE;

  *port = (guint16)value;

  return TRUE;
}

/**
 * http_host_parse:
 * @text: `host` or `host:port`, as in the `Host` header (RFC 9110, section 7.2)
 * @host: (out) (transfer full): the host as [func@http_host_normalize] gives it
 * @port: (out): the port, or 0 if there is none
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with `HTTP_ERROR_INVALID_HOST`
 */
gboolean
http_host_parse (const char *text, char **host, guint16 *port, GError **error)
{
  const char *colon;
  g_autofree char *name = NULL;

  g_return_val_if_fail (text != NULL, FALSE);

  *host = NULL;
  *port = 0;

  colon = find_port (text);
  if (colon != NULL && !parse_port (colon + 1, port))
    {
      g_set_error (error, HTTP_ERROR, HTTP_ERROR_INVALID_HOST, _ ("“%s” has no valid port"), text);
      return FALSE;
    }

  name = colon != NULL ? g_strndup (text, colon - text) : g_strdup (text);
  *host = http_host_normalize (name, error);

  return *host != NULL;
}

/* RFC 3986, section 3.1 */
static char *
parse_scheme (const char *text, gsize length)
{
  if (length == 0 || !g_ascii_isalpha (text[0]))
    return NULL;

  for (gsize i = 1; i < length; i++)
    {
      if (!g_ascii_isalnum (text[i]) && strchr ("+-.", text[i]) == NULL)
        return NULL;
    }

  return g_ascii_strdown (text, length);
}

/**
 * http_origin_parse:
 * @text: a serialised origin, `scheme://host[:port]` (RFC 6454, section 6.2)
 * @error: return location for an error
 *
 * Parses an origin. Only `file://` has no host. A path is refused, be it a single slash: whoever
 * writes one expects it to count.
 *
 * Returns: (transfer full): the origin, or %NULL with `HTTP_ERROR_INVALID_ORIGIN`
 */
HttpOrigin *
http_origin_parse (const char *text, GError **error)
{
  const char *separator;
  const char *authority;
  g_autoptr (HttpOrigin) origin = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  origin = g_new0 (HttpOrigin, 1);
  separator = strstr (text, "://");
  if (separator == NULL || !(origin->scheme = parse_scheme (text, separator - text)))
    {
      g_set_error (error, HTTP_ERROR, HTTP_ERROR_INVALID_ORIGIN,
                   _ ("“%s” is no origin: it must read scheme://host or scheme://host:port"), text);
      return NULL;
    }

  authority = separator + strlen ("://");
  if (strpbrk (authority, "/?#@\\") != NULL)
    {
      g_set_error (error, HTTP_ERROR, HTTP_ERROR_INVALID_ORIGIN,
                   _ ("“%s” is no origin: nothing may follow the host and port, not even a slash"),
                   text);
      return NULL;
    }

  if (authority[0] == '\0' && strcmp (origin->scheme, "file") == 0)
    origin->host = g_strdup ("");
  else if (!http_host_parse (authority, &origin->host, &origin->port, NULL))
    {
      g_set_error (error, HTTP_ERROR, HTTP_ERROR_INVALID_ORIGIN,
                   _ ("“%s” is no origin: its host or port is not valid"), text);
      return NULL;
    }

  if (origin->port == 0)
    origin->port = http_origin_default_port (origin->scheme);

  return g_steal_pointer (&origin);
}

/**
 * http_origin_to_string:
 * @origin: an origin
 *
 * Writes an origin as browsers do, without the scheme's default port.
 *
 * Returns: (transfer full): the text
 */
char *
http_origin_to_string (const HttpOrigin *origin)
{
  gboolean bracketed = strchr (origin->host, ':') != NULL;
  GString *text = g_string_new (origin->scheme);

  g_string_append_printf (text, bracketed ? "://[%s]" : "://%s", origin->host);
  if (origin->port != http_origin_default_port (origin->scheme))
    g_string_append_printf (text, ":%u", origin->port);

  return g_string_free (text, FALSE);
}

/**
 * http_origin_is_host:
 * @origin: where a page comes from
 * @host: the `Host` header of its request
 * @secure: whether the request came over TLS
 *
 * Whether a page comes from the very server that it asks.
 *
 * A proxy that ends TLS in front of us leaves @host as the browser wrote it: without a port that is
 * the default of the scheme in its address bar, which is the origin's. The other way round there is
 * no such case: a page that came unprotected has no business in a protected connection.
 *
 * Returns: whether it does
 */
gboolean
http_origin_is_host (const HttpOrigin *origin, const char *host, gboolean secure)
{
  g_autofree char *name = NULL;
  guint16 port;

  if (secure && strcmp (origin->scheme, "https") != 0)
    return FALSE;

  if (!http_host_parse (host, &name, &port, NULL))
    return FALSE;

  if (port == 0)
    port = http_origin_default_port (origin->scheme);

  return port == origin->port && strcmp (name, origin->host) == 0;
}

/**
 * http_origin_free:
 * @origin: (transfer full): an origin
 *
 * Frees an origin.
 */
void
http_origin_free (HttpOrigin *origin)
{
  g_free (origin->scheme);
  g_free (origin->host);
  g_free (origin);
}

/**
 * http_host_is_address:
 * @host: a host in normal form
 *
 * Returns: whether @host is an IPv4 or IPv6 address
 */
gboolean
http_host_is_address (const char *host)
{
  return g_hostname_is_ip_address (host);
}

/**
 * http_host_is_loopback:
 * @host: a host in normal form
 *
 * Whether a host is this computer for everyone who names it: `localhost` and the names under it
 * (RFC 6761, section 6.3), 127.0.0.0/8 and ::1.
 *
 * Returns: whether it is
 */
gboolean
http_host_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  if (strcmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost"))
    return TRUE;

  address = g_inet_address_new_from_string (host);

  return address != NULL && g_inet_address_get_is_loopback (address);
}
