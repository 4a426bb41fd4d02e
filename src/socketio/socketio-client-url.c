/* socketio-client-url.c: a socket by its URL
 *
 * As JavaScript's `io (url)` has it: the path is the namespace, and the sockets of one host share a
 * connection (socketio-client.c), unless that has one for the namespace already.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "socketio-client-private.h"

#define URI_FLAGS                                                                                  \
  (G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY | G_URI_FLAGS_HAS_PASSWORD |               \
   G_URI_FLAGS_SCHEME_NORMALIZE)

/* Also without a scheme, which is https then: `example.org/chat`, `//example.org`. */
static GUri *
parse_url (const char *url, GError **error)
{
  static const char *const schemes[] = { "http", "https", "ws", "wss", NULL };
  const char *slashes = strstr (url, "//");
  const char *rest = slashes == url ? url + 2 : url;
  gboolean has_scheme = slashes != NULL && slashes > url && slashes[-1] == ':';
  g_autofree char *full = has_scheme ? g_strdup (url) : g_strconcat ("https://", rest, NULL);
  g_autoptr (GUri) uri = g_uri_parse (full, URI_FLAGS, NULL);

  if (uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
      g_strv_contains (schemes, g_uri_get_scheme (uri)))
    return g_steal_pointer (&uri);

  g_set_error (error, SOCKETIO_ERROR, SOCKETIO_ERROR_INVALID_ADDRESS,
               /* Translators: what somebody typed as an address */
               _ ("“%s” is no address of a server"), url);
  return NULL;
}

/* The same for each way to write it. */
static char *
get_address (GUri *uri)
{
  gboolean secure = g_str_has_suffix (g_uri_get_scheme (uri), "s") &&
                    !g_str_equal (g_uri_get_scheme (uri), "ws");
  int port = g_uri_get_port (uri);
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (uri), -1);

  return g_uri_join (G_URI_FLAGS_NONE, secure ? "https" : "http", NULL, host,
                     port > 0 ? port
                     : secure ? 443
                              : 80,
                     "", NULL, NULL);
}

static SocketioClient *
get_client (const char *address, const char *namespace_name, gboolean force_new)
{
  g_autoptr (SocketioClient) client = NULL;

  if (force_new)
    return socketio_client_new (address);

  client = socketio_client_get (address);
  if (g_hash_table_contains (client->sockets, namespace_name))
    return socketio_client_new (address);
  return g_steal_pointer (&client);
}

/**
 * socketio_client_socket_new_for_url:
 * @url: `https://host:port/namespace?query`; http, ws and wss too, and https without a scheme
 * @force_new: whether to make a connection for this socket alone
 * @error: return location for %SOCKETIO_ERROR_INVALID_ADDRESS
 *
 * Makes a socket, which is not connected by this. The sockets of one host share a connection, but a
 * second one for the same namespace gets another. The query is sent by the first of those who share
 * one; the path of the server is [property@SocketioClient:path].
 *
 * Returns: (transfer full) (nullable): the socket; %NULL with an error
 */
SocketioClientSocket *
socketio_client_socket_new_for_url (const char *url, gboolean force_new, GError **error)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (SocketioClient) client = NULL;
  g_autofree char *address = NULL;
  const char *namespace_name;

  g_return_val_if_fail (url != NULL, NULL);

  uri = parse_url (url, error);
  if (uri == NULL)
    return NULL;

  address = get_address (uri);
  namespace_name = *g_uri_get_path (uri) != '\0' ? g_uri_get_path (uri) : "/";
  client = get_client (address, namespace_name, force_new);
  if (g_hash_table_size (client->sockets) == 0 && g_uri_get_query (uri) != NULL)
    g_object_set (client, "query", g_uri_get_query (uri), NULL);

  return socketio_client_socket (client, namespace_name);
}
