/* engineio-server-http.c: what comes to the server by HTTP
 *
 * One handler on the path looks at every request before anything is done with it: who asks, for
 * which protocol, transport and session. Refusals are answered here, with the codes of the
 * protocol; the rest goes to the session's transport. A WebSocket's handshake is libsoup's; the
 * connection is taken over once the answer is written.
 *
 * libsoup's own WebSocket handlers are not used: they would look at paused polls on the same path
 * too.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "engineio-server-private.h"

#include "http-body.h"
#include "http-cors.h"
#include "http-message.h"
#include "http-stream.h"

#include "engineio-polling.h"
#include "engineio-websocket.h"

/* The codes that the protocol's errors have on the wire. */
typedef enum
{
  REFUSAL_UNKNOWN_TRANSPORT = 0,
  REFUSAL_UNKNOWN_SID = 1,
  REFUSAL_BAD_HANDSHAKE_METHOD = 2,
  REFUSAL_BAD_REQUEST = 3,
  REFUSAL_FORBIDDEN = 4,
  REFUSAL_UNSUPPORTED_PROTOCOL = 5,
  REFUSAL_NONE,
} Refusal;

static const char *const refusal_messages[] = {
  [REFUSAL_UNKNOWN_TRANSPORT] = "Transport unknown",
  [REFUSAL_UNKNOWN_SID] = "Session ID unknown",
  [REFUSAL_BAD_HANDSHAKE_METHOD] = "Bad handshake method",
  [REFUSAL_BAD_REQUEST] = "Bad request",
  [REFUSAL_FORBIDDEN] = "Forbidden",
  [REFUSAL_UNSUPPORTED_PROTOCOL] = "Unsupported protocol version",
};

/* What a request asks for. */
typedef struct
{
  const char *method;
  const char *transport;
  const char *protocol;
  const char *sid;
  gboolean upgrade;
  EngineioSession *session;
} Request;

/* {{{ Refusing */

static gboolean
wants_websocket (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *upgrade = soup_message_headers_get_one (headers, "Upgrade");

  return upgrade != NULL && g_ascii_strcasecmp (upgrade, "websocket") == 0;
}

/* A WebSocket's client gets the message alone, as from Node; a polling one gets JSON. */
static void
refuse (SoupServerMessage *message, Refusal refusal)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *text = refusal_messages[refusal];
  g_autofree char *json = NULL;

  if (wants_websocket (message))
    {
      soup_message_headers_replace (headers, "Connection", "close");
      http_message_answer (message, SOUP_STATUS_BAD_REQUEST, "text/html", text);
      return;
    }

  json = g_strdup_printf ("{\"code\":%d,\"message\":\"%s\"}", refusal, text);
  http_message_answer (message, SOUP_STATUS_BAD_REQUEST, "application/json", json);
}

static void
refuse_method (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Allow", "GET, POST, OPTIONS");
  http_message_answer (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "text/plain",
                       "Method not allowed\n");
}

/* }}} */
/* {{{ Looking at a request */

static gboolean
engineio_server_offers (EngineioServer *self, const char *transport)
{
  if (g_strcmp0 (transport, "polling") == 0)
    return engineio_options_get_polling (self->options);
  if (g_strcmp0 (transport, "websocket") == 0)
    return engineio_options_get_websocket (self->options);
  return FALSE;
}

static void
read_request (EngineioServer *self, SoupServerMessage *message, GHashTable *query, Request *request)
{
  *request = (Request){
    .method = soup_server_message_get_method (message),
    .upgrade = wants_websocket (message),
  };
  if (query == NULL)
    return;

  request->transport = g_hash_table_lookup (query, "transport");
  request->protocol = g_hash_table_lookup (query, "EIO");
  request->sid = g_hash_table_lookup (query, "sid");
  if (request->sid != NULL)
    request->session = engineio_server_lookup (self, request->sid);
}

static gboolean
is_websocket_request (const Request *request)
{
  return g_str_equal (request->transport, "websocket");
}

static Refusal
check_session_request (const Request *request)
{
  if (request->session == NULL)
    return REFUSAL_UNKNOWN_SID;
  if (request->upgrade || is_websocket_request (request))
    return request->upgrade && is_websocket_request (request) ? REFUSAL_NONE : REFUSAL_BAD_REQUEST;
  if (!g_str_equal (engineio_session_get_transport_name (request->session), request->transport))
    return REFUSAL_BAD_REQUEST;
  return REFUSAL_NONE;
}

static Refusal
check_opening_request (const Request *request)
{
  if (request->method != SOUP_METHOD_GET)
    return REFUSAL_BAD_HANDSHAKE_METHOD;
  if (request->upgrade != is_websocket_request (request))
    return REFUSAL_BAD_REQUEST;
  if (g_strcmp0 (request->protocol, "4") != 0)
    return REFUSAL_UNSUPPORTED_PROTOCOL;
  return REFUSAL_NONE;
}

static Refusal
check_request (EngineioServer *self, const Request *request)
{
  if (!engineio_server_offers (self, request->transport))
    return REFUSAL_UNKNOWN_TRANSPORT;

  return request->sid != NULL ? check_session_request (request) : check_opening_request (request);
}

static gboolean
is_for_us (EngineioServer *self, const char *path)
{
  const char *prefix = engineio_options_get_path (self->options);

  return g_str_has_prefix (path, prefix) &&
         (g_str_equal (prefix, "/") || path[strlen (prefix)] == '/');
}

/* }}} */
/* {{{ WebSocket */

/* To ask libsoup for the peer of a socket of its own makes it complain in the log when the peer is
 * gone. */
static GSocketAddress *
ref_remote_address (SoupServerMessage *message)
{
  GSocket *socket = soup_server_message_get_socket (message);

  if (socket != NULL)
    return g_socket_get_remote_address (socket, NULL);
  return g_object_ref (soup_server_message_get_remote_address (message));
}

static char *
get_remote (SoupServerMessage *message, guint16 *port)
{
  g_autoptr (GSocketAddress) address = ref_remote_address (message);

  *port = 0;
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return NULL;

  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  return g_inet_address_to_string (
    g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

static gboolean
can_be_upgraded (EngineioServer *self, EngineioSession *session)
{
  return engineio_session_is_open (session) && !engineio_session_is_upgrading (session) &&
         engineio_options_get_allow_upgrades (self->options) &&
         g_str_equal (engineio_session_get_transport_name (session), "polling");
}

typedef struct
{
  EngineioServer *server; /* a weak pointer */
  char *sid;
} Handshake;

static void
handshake_free (gpointer data, GClosure *closure)
{
  Handshake *handshake = data;

  g_clear_weak_pointer (&handshake->server);
  g_free (handshake->sid);
  g_free (handshake);
}

static EngineioTransport *
take_websocket (EngineioServer *self, SoupServerMessage *message)
{
  g_autoptr (GBytes) early = NULL;
  g_autoptr (HttpStream) stream = http_stream_take_over (self->poller, message, &early);

  return engineio_websocket_new (stream, early, engineio_options_get_max_payload (self->options),
                                 self->poller);
}

static void
engineio_server_begin_upgrade (EngineioServer *self, const char *sid, EngineioTransport *transport)
{
  EngineioSession *session = engineio_server_lookup (self, sid);

  if (session != NULL && can_be_upgraded (self, session))
    engineio_session_begin_upgrade (session, transport);
  else
    engineio_transport_dismiss (transport);
}

static void
on_handshake_written (SoupServerMessage *message, gpointer user_data)
{
  Handshake *handshake = user_data;
  g_autoptr (EngineioServer) self = NULL;
  g_autoptr (EngineioTransport) transport = NULL;
  g_autofree char *address = NULL;
  guint16 port;

  if (handshake->server == NULL)
    return;

  self = g_object_ref (handshake->server);
  address = get_remote (message, &port);
  transport = take_websocket (self, message);
  if (handshake->sid != NULL)
    engineio_server_begin_upgrade (self, handshake->sid, transport);
  else if (self->closed)
    engineio_transport_dismiss (transport);
  else
    engineio_server_open_session (self, transport, address, port);
}

static void
engineio_server_accept_websocket (EngineioServer *self,
                                  SoupServerMessage *message,
                                  const Request *request)
{
  Handshake *handshake;

  if (!soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL))
    return;

  handshake = g_new0 (Handshake, 1);
  g_set_weak_pointer (&handshake->server, self);
  handshake->sid = g_strdup (request->sid);
  g_signal_connect_data (message, "wrote-informational", G_CALLBACK (on_handshake_written),
                         handshake, handshake_free, 0);
}

/* }}} */
/* {{{ Polling */

static void
engineio_server_accept_polling (EngineioServer *self, SoupServerMessage *message)
{
  guint16 port;
  g_autofree char *address = get_remote (message, &port);
  g_autoptr (EngineioTransport) transport = engineio_polling_new (
    engineio_options_get_max_payload (self->options), self->poller);

  engineio_server_open_session (self, transport, address, port);
  engineio_polling_handle_poll (ENGINEIO_POLLING (transport), message);
}

static void
engineio_server_handle_polling (EngineioServer *self,
                                SoupServerMessage *message,
                                const Request *request)
{
  EngineioPolling *polling = ENGINEIO_POLLING (request->session->transport);

  if (request->method == SOUP_METHOD_GET)
    engineio_polling_handle_poll (polling, message);
  else
    engineio_polling_handle_post (polling, message);
}

/* }}} */
/* {{{ The handlers */

static void
on_body_too_large (SoupServerMessage *message, gpointer user_data)
{
  g_message ("%s", _ ("A request's body was refused: payload too large"));
}

static gboolean
is_post_for_session (const Request *request)
{
  return request->method == SOUP_METHOD_POST && request->session != NULL &&
         ENGINEIO_IS_POLLING (request->session->transport);
}

/* The head of a request has come. What is refused here is not read any further than the limit. */
static void
on_request_head (SoupServer *soup_server,
                 SoupServerMessage *message,
                 const char *path,
                 GHashTable *query,
                 gpointer user_data)
{
  EngineioServer *self = user_data;
  HttpCors *cors = engineio_options_get_cors (self->options);
  Request request;

  if (!is_for_us (self, path))
    {
      http_body_limit (message, 0, NULL, NULL);
      return;
    }

  http_message_confirm_close (message);
  if (http_cors_admit (cors, message) && !http_cors_handle_preflight (cors, message))
    {
      read_request (self, message, query, &request);
      if (is_post_for_session (&request))
        engineio_polling_begin_post (ENGINEIO_POLLING (request.session->transport), message);
    }
  http_body_limit (message, engineio_options_get_max_payload (self->options), on_body_too_large,
                   NULL);
}

static gboolean
engineio_server_handle_file (EngineioServer *self, SoupServerMessage *message, const char *path)
{
  const char *prefix = engineio_options_get_path (self->options);
  const char *name = path + (g_str_equal (prefix, "/") ? 0 : strlen (prefix));

  return self->files != NULL && *name == '/' && http_bundle_handle (self->files, message, name + 1);
}

static gboolean
is_known_method (const Request *request)
{
  return request->method == SOUP_METHOD_GET || request->method == SOUP_METHOD_POST;
}

static void
engineio_server_handle (EngineioServer *self, SoupServerMessage *message, const Request *request)
{
  Refusal refusal;

  if (request->sid != NULL && !is_known_method (request))
    {
      refuse_method (message);
      return;
    }

  refusal = check_request (self, request);
  if (refusal != REFUSAL_NONE)
    refuse (message, refusal);
  else if (request->upgrade)
    engineio_server_accept_websocket (self, message, request);
  else if (request->session != NULL)
    engineio_server_handle_polling (self, message, request);
  else
    engineio_server_accept_polling (self, message);
}

/* A server that closes still answers the sessions which wait to hear of it. */
static void
on_request (SoupServer *soup_server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  g_autoptr (EngineioServer) self = g_object_ref (user_data);
  Request request;

  read_request (self, message, query, &request);
  if (!is_for_us (self, path) || (self->closed && request.session == NULL))
    http_message_answer (message, SOUP_STATUS_NOT_FOUND, "text/plain", "");
  else if (!engineio_server_handle_file (self, message, path))
    engineio_server_handle (self, message, &request);
}

/* }}} */

/**
 * engineio_server_attach:
 * @server: a server that is not attached yet
 * @soup_server: the SoupServer to put it on
 *
 * Answers the requests to the options' path on @soup_server. What else @soup_server does stays as
 * it is.
 */
void
engineio_server_attach (EngineioServer *self, SoupServer *soup_server)
{
  const char *path = engineio_options_get_path (self->options);

  g_return_if_fail (ENGINEIO_IS_SERVER (self));
  g_return_if_fail (SOUP_IS_SERVER (soup_server));
  g_return_if_fail (self->soup_server == NULL);

  self->soup_server = g_object_ref (soup_server);
  soup_server_add_early_handler (soup_server, path, on_request_head, self, NULL);
  soup_server_add_handler (soup_server, path, on_request, self, NULL);
}

/**
 * engineio_server_serve:
 * @server: a server
 * @resource: a resource
 * @prefix: the folder in it
 * @version: the version of the files, which becomes their entity tag
 *
 * Hands out the files of a resource's folder below the server's path: scripts and their source
 * maps.
 */
void
engineio_server_serve (EngineioServer *self,
                       GResource *resource,
                       const char *prefix,
                       const char *version)
{
  g_return_if_fail (ENGINEIO_IS_SERVER (self));

  g_clear_pointer (&self->files, http_bundle_free);
  self->files = http_bundle_new (resource, prefix, version);
}

/**
 * engineio_server_listen:
 * @server: a server that is not attached yet, or one that does not listen any more
 * @address: (nullable): an IP address or a name of this machine; %NULL for all
 * @port: the port; 0 for a free one
 * @error: return location for an error
 *
 * Listens with a SoupServer of its own, on the fast listener and streams of the HTTP layer.
 *
 * Returns: whether it listens now
 */
gboolean
engineio_server_listen (EngineioServer *self, const char *address, guint16 port, GError **error)
{
  g_return_val_if_fail (ENGINEIO_IS_SERVER (self), FALSE);
  g_return_val_if_fail (self->listener == NULL, FALSE);

  if (self->soup_server == NULL)
    {
      g_autoptr (SoupServer) soup_server = soup_server_new (NULL, NULL);

      engineio_server_attach (self, soup_server);
    }

  self->listener = http_listener_new (self->soup_server);
  if (http_listener_listen (self->listener, address, port, error))
    return TRUE;

  g_clear_object (&self->listener);
  return FALSE;
}

/**
 * engineio_server_get_port:
 * @server: a server
 *
 * Returns: the port that it listens on; 0 if it does not, or if it was attached to a server that
 * listens by itself
 */
guint16
engineio_server_get_port (EngineioServer *self)
{
  return self->listener != NULL ? http_listener_get_port (self->listener) : 0;
}

/**
 * engineio_server_get_soup_server:
 * @server: a server
 *
 * Returns: (transfer none) (nullable): the SoupServer that it is on
 */
SoupServer *
engineio_server_get_soup_server (EngineioServer *self)
{
  return self->soup_server;
}

void
engineio_server_stop_listening (EngineioServer *self)
{
  if (self->listener != NULL)
    http_listener_close (self->listener);
}

void
engineio_server_detach (EngineioServer *self)
{
  if (self->soup_server != NULL)
    {
      const char *path = engineio_options_get_path (self->options);

      soup_server_remove_handler (self->soup_server, path);
      if (self->listener != NULL)
        soup_server_disconnect (self->soup_server);
    }
  g_clear_object (&self->listener);
  g_clear_object (&self->soup_server);
}
