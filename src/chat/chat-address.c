/* chat-address.c: what people type to say where a chat is
 *
 * A name or an IP address, or a whole URL that somebody sent them, becomes the one form that
 * ChatClient takes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-address.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <socketio-types.h>
#include <string.h>

/* What a browser takes a URL without a port for. */
#define HTTP_PORT  80
#define HTTPS_PORT 443

typedef struct
{
  gboolean secure;
  char *host;
  gint port;
} Address;

static void
address_clear (Address *self)
{
  g_free (self->host);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Address, address_clear)

/* {{{ The forms */

static gboolean
read_scheme (Address *self, const char *scheme)
{
  self->secure = g_ascii_strcasecmp (scheme, "https") == 0 ||
                 g_ascii_strcasecmp (scheme, "wss") == 0;

  return self->secure || g_ascii_strcasecmp (scheme, "http") == 0 ||
         g_ascii_strcasecmp (scheme, "ws") == 0;
}

static gboolean
read_url (Address *self, const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || g_uri_get_userinfo (uri) != NULL ||
      !read_scheme (self, g_uri_get_scheme (uri)))
    return FALSE;

  self->host = g_strdup (g_uri_get_host (uri));
  self->port = g_uri_get_port (uri);
  if (self->port < 0)
    self->port = self->secure ? HTTPS_PORT : HTTP_PORT;
  return self->host != NULL;
}

static gboolean
read_port (const char *text, gint *port)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &value, NULL))
    return FALSE;

  *port = value;
  return TRUE;
}

static gboolean
read_bracketed (Address *self, const char *text)
{
  const char *end = strchr (text, ']');

  if (end == NULL)
    return FALSE;

  self->host = g_strndup (text + 1, end - text - 1);
  return g_hostname_is_ip_address (self->host) &&
         (end[1] == '\0' || (end[1] == ':' && read_port (end + 2, &self->port)));
}

static gboolean
read_host_and_port (Address *self, const char *text)
{
  const char *colon = strrchr (text, ':');

  if (*text == '[')
    return read_bracketed (self, text);

  if (colon == NULL || g_hostname_is_ip_address (text))
    {
      self->host = g_strdup (text);
      return TRUE;
    }

  self->host = g_strndup (text, colon - text);
  return read_port (colon + 1, &self->port);
}

/* }}} */

static gboolean
is_host_character (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '.' || c == '_';
}

/* Names are written in any script, and sent in ASCII (RFC 5890). */
static gboolean
normalize_host (Address *self)
{
  g_autofree char *given = NULL;

  if (g_hostname_is_ip_address (self->host))
    return TRUE;

  given = g_steal_pointer (&self->host);
  self->host = g_utf8_validate (given, -1, NULL) ? g_hostname_to_ascii (given) : NULL;
  if (self->host == NULL || *self->host == '\0' || *self->host == '.')
    return FALSE;

  for (const char *c = self->host; *c != '\0'; c++)
    {
      if (!is_host_character (*c))
        return FALSE;
    }
  return TRUE;
}

/**
 * chat_address_format_url:
 * @host: a host name or an IP address without brackets
 * @port: a port
 *
 * Returns: (transfer full): `http://host:port`
 */
char *
chat_address_format_url (const char *host, guint16 port)
{
  gboolean is_ipv6 = strchr (host, ':') != NULL;

  return g_strdup_printf (is_ipv6 ? "http://[%s]:%u" : "http://%s:%u", host, port);
}

/**
 * chat_address_format_peer:
 * @address: (nullable): an IP address
 * @port: a port, or 0 if nobody knows it
 *
 * Returns: (transfer full): where somebody comes from, as people write it
 */
char *
chat_address_format_peer (const char *address, guint port)
{
  gboolean is_ipv6 = address != NULL && strchr (address, ':') != NULL;

  if (port == 0)
    return g_strdup (address != NULL ? address : "?");

  return g_strdup_printf (is_ipv6 ? "[%s]:%u" : "%s:%u", address != NULL ? address : "?", port);
}

/**
 * chat_address_to_url:
 * @host: a host name, an IP address, either with a port, or a URL
 * @port: the port, where @host names none
 * @error: return location for %SOCKETIO_ERROR_INVALID_ADDRESS
 *
 * Makes a URL of what a person typed. A port in @host comes before @port, and so does the port that
 * is the default of a URL's scheme. The path of a URL is dropped.
 *
 * Returns: (transfer full) (nullable): `http://host:port`, or the same with https
 */
char *
chat_address_to_url (const char *host, guint16 port, GError **error)
{
  g_auto (Address) address = { .port = port };
  g_autofree char *text = g_strstrip (g_strdup (host));
  g_autofree char *url = NULL;
  gboolean is_url = strstr (text, "://") != NULL;

  if (!(is_url ? read_url (&address, text) : read_host_and_port (&address, text)) ||
      !normalize_host (&address) || address.port <= 0 || address.port > G_MAXUINT16)
    {
      g_set_error (error, SOCKETIO_ERROR, SOCKETIO_ERROR_INVALID_ADDRESS,
                   /* Translators: what somebody typed as an address */
                   _ ("“%s” is no address of a server"), text);
      return NULL;
    }

  url = chat_address_format_url (address.host, address.port);
  return address.secure ? g_strconcat ("https", url + strlen ("http"), NULL)
                        : g_steal_pointer (&url);
}
