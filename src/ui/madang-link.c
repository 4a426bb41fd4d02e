/* madang-link.c: the address of a chat as a link, madang://host:port
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-link.h"

#include <string.h>

#include "chat-address.h"

#define SCHEME       "madang:"
#define DEFAULT_PORT 3000

/**
 * madang_link_read:
 * @link: what somebody clicked
 * @host: (out): return location for a host name, or an IP address without brackets
 * @port: (out): return location for its port, 3000 where it has none
 * @error: return location for an error that says what is wrong
 *
 * Reads `madang://host:port`. What follows, a path or a query, is dropped.
 *
 * Returns: whether it is one
 */
gboolean
madang_link_read (const char *link, char **host, guint16 *port, GError **error)
{
  const char *rest = g_ascii_strncasecmp (link, SCHEME, strlen (SCHEME)) == 0
                       ? link + strlen (SCHEME)
                       : "";
  g_autofree char *address = NULL;
  g_autofree char *url = NULL;
  int number;

  rest += strspn (rest, "/");
  address = g_strndup (rest, strcspn (rest, "/?#"));
  url = chat_address_to_url (address, DEFAULT_PORT, error);
  if (url == NULL || !g_uri_split_network (url, G_URI_FLAGS_NONE, NULL, host, &number, error))
    return FALSE;

  *port = number;
  return TRUE;
}
