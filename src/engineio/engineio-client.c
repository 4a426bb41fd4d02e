/* engineio-client.c: dials out
 *
 * The session that comes out is the same as a server's, from the other end.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

#include "engineio-client.h"
#include "engineio-session-private.h"
#include "engineio-websocket-client.h"

/* What a server may send us in one message. Node's client has no limit; a hostile server would then
 * have all memory. */
#define MAX_MESSAGE (64 * 1024 * 1024)

/* libsoup allows two connections to a host, which clients of one process would starve on. */
#define MAX_CONNECTIONS 10000

static SoupSession *
ref_http_session (void)
{
  static SoupSession *session;

  if (session != NULL)
    return g_object_ref (session);

  session = soup_session_new_with_options ("max-conns", MAX_CONNECTIONS, "max-conns-per-host",
                                           MAX_CONNECTIONS, NULL);
  g_object_add_weak_pointer (G_OBJECT (session), (gpointer *)&session);
  return session;
}

static const char *
normalize_scheme (const char *scheme)
{
  if (g_strcmp0 (scheme, "ws") == 0)
    return "http";
  if (g_strcmp0 (scheme, "wss") == 0)
    return "https";
  return scheme;
}

static GUri *
make_uri (EngineioOptions *options, const char *address, GError **error)
{
  g_autoptr (GUri) given = g_uri_parse (address, SOUP_HTTP_URI_FLAGS, NULL);
  const char *scheme = given != NULL ? normalize_scheme (g_uri_get_scheme (given)) : NULL;
  g_autofree char *path = NULL;
  g_autofree char *query = NULL;

  if (given == NULL || g_uri_get_host (given) == NULL || *g_uri_get_host (given) == '\0' ||
      (g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0))
    {
      g_set_error (error, ENGINEIO_ERROR, ENGINEIO_ERROR_INVALID_ADDRESS,
                   /* Translators: what somebody typed as an address */
                   _ ("“%s” is no address of a server"), address);
      return NULL;
    }

  path = g_strconcat (engineio_options_get_path (options), "/", NULL);
  query = g_strjoin ("&", "EIO=4&transport=websocket", g_uri_get_query (given), NULL);
  return g_uri_build (SOUP_HTTP_URI_FLAGS, scheme, NULL, g_uri_get_host (given),
                      g_uri_get_port (given), path, query, NULL);
}

/**
 * engineio_client_open:
 * @options: the path, and the limits of the session's queue
 * @address: `http://host:port`, or with https, ws or wss; a query is sent along, a path is ignored:
 * the options have it
 * @timeout: milliseconds that the server has to answer; 0 for no limit
 * @error: return location for %ENGINEIO_ERROR_INVALID_ADDRESS
 *
 * Begins to open a session by WebSocket. Its handler, to be set at once, is told `opened`, or
 * `closed` with [method@EngineioSession.get_error] telling why.
 *
 * Returns: (transfer full) (nullable): the session; %NULL with an error if @address is none
 */
EngineioSession *
engineio_client_open (EngineioOptions *options, const char *address, guint timeout, GError **error)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  g_autoptr (GUri) uri = make_uri (options, address, error);
  g_autoptr (EngineioTransport) transport = NULL;
  g_autoptr (SoupSession) http = NULL;
  EngineioSession *session;

  if (uri == NULL)
    return NULL;

  http = ref_http_session ();
  transport = engineio_websocket_client_new (http, uri, MAX_MESSAGE);
  session = engineio_session_new (ENGINEIO_SESSION_CLIENT, options, poller, transport, NULL);
  if (timeout > 0)
    engineio_session_start_dial_timer (session, timeout);

  return session;
}
