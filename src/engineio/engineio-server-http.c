/* engineio-server-http.c: what comes to the server by HTTP
 *
 * One handler on the path looks at every request before anything is done with it: who asks, for
 * which protocol, transport and session. Refusals are answered here, with the codes of the
 * protocol; engineio-server-accept.c has the rest.
 *
 * libsoup's own WebSocket handlers are not used: they would look at paused polls on the same path
 * too.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "engineio-http-options-private.h"
#include "engineio-incoming-private.h"
#include "engineio-server-private.h"

#include "http-body.h"
#include "http-cors.h"
#include "http-message.h"

#include "engineio-foreign.h"
#include "engineio-polling.h"
#include "engineio-refusal.h"

/* Between lines about clients that are refused for their protocol, in microseconds. */
#define LOG_INTERVAL G_TIME_SPAN_MINUTE

/* {{{ Looking at a request */

static void
refuse_method (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Allow", "GET, POST, OPTIONS");
  http_message_answer (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "text/plain",
                       "Method not allowed\n");
}

static gboolean
engineio_server_offers (EngineioServer *self, const char *transport)
{
  if (g_strcmp0 (transport, "polling") == 0)
    return engineio_options_get_polling (self->options);
  if (g_strcmp0 (transport, "websocket") == 0)
    return engineio_options_get_websocket (self->options);
  return FALSE;
}

/* An empty value is none, as in JavaScript. */
static const char *
lookup (GHashTable *query, const char *name)
{
  const char *value = g_hash_table_lookup (query, name);

  return value != NULL && *value != '\0' ? value : NULL;
}

static void
read_request (EngineioServer *self,
              SoupServerMessage *message,
              GHashTable *query,
              EngineioServerRequest *request)
{
  *request = (EngineioServerRequest){
    .method = soup_server_message_get_method (message),
    .upgrade = engineio_wants_websocket (message),
  };
  if (query == NULL)
    return;

  request->transport = g_hash_table_lookup (query, "transport");
  request->base64 = lookup (query, "b64") != NULL;
  request->eio = g_hash_table_lookup (query, "EIO");
  request->protocol = engineio_protocol_find (request->eio, request->base64);
  request->sid = lookup (query, "sid");
  if (request->sid != NULL)
    request->session = engineio_server_lookup (self, request->sid);
}

static gboolean
is_websocket_request (const EngineioServerRequest *request)
{
  return g_str_equal (request->transport, "websocket");
}

static const EngineioRefusal no_refusal = { ENGINEIO_REFUSAL_NONE, NULL };
static const EngineioRefusal no_handshake = { ENGINEIO_REFUSAL_BAD_REQUEST,
                                              "TRANSPORT_HANDSHAKE_ERROR" };
static const EngineioRefusal other_transport = { ENGINEIO_REFUSAL_BAD_REQUEST,
                                                 "TRANSPORT_MISMATCH" };

static EngineioRefusal
check_session_request (const EngineioServerRequest *request)
{
  gboolean websocket = is_websocket_request (request);

  if (request->session == NULL)
    return (EngineioRefusal){ ENGINEIO_REFUSAL_UNKNOWN_SID, request->sid };
  if (request->upgrade != websocket)
    return other_transport;
  if (!websocket &&
      !g_str_equal (engineio_session_get_transport_name (request->session), request->transport))
    return other_transport;
  return no_refusal;
}

static gboolean
engineio_server_speaks (EngineioServer *self, const EngineioProtocol *protocol)
{
  return protocol != NULL &&
         (protocol->revision == 4 || engineio_options_get_allow_eio3 (self->options));
}

static EngineioRefusal
check_opening_request (EngineioServer *self, const EngineioServerRequest *request)
{
  if (request->method != SOUP_METHOD_GET)
    return (EngineioRefusal){ ENGINEIO_REFUSAL_BAD_HANDSHAKE_METHOD, request->method };
  if (request->upgrade != is_websocket_request (request))
    return no_handshake;
  if (!engineio_server_speaks (self, request->protocol))
    return (EngineioRefusal){ ENGINEIO_REFUSAL_UNSUPPORTED_PROTOCOL, request->eio };
  return no_refusal;
}

static EngineioRefusal
check_request (EngineioServer *self, const EngineioServerRequest *request)
{
  if (!engineio_server_offers (self, request->transport))
    return (EngineioRefusal){ ENGINEIO_REFUSAL_UNKNOWN_TRANSPORT, request->transport };

  return request->sid != NULL ? check_session_request (request)
                              : check_opening_request (self, request);
}

static gboolean
is_for_us (EngineioServer *self, const char *path)
{
  const char *prefix = engineio_options_get_path (self->options);
  gboolean needs_slash = engineio_http_options_peek (self->options)->add_trailing_slash;

  if (!g_str_has_prefix (path, prefix))
    return FALSE;

  path += strlen (prefix);
  return g_str_equal (prefix, "/") || *path == '/' || (*path == '\0' && !needs_slash);
}

/* }}} */
/* {{{ The handlers */

static void
on_body_too_large (SoupServerMessage *message, gpointer user_data)
{
  g_message ("%s", _ ("A request's body was refused: payload too large"));
}

static gboolean
is_post_for_session (const EngineioServerRequest *request)
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
  EngineioServerRequest request;

  if (!is_for_us (self, path))
    {
      http_body_limit (message, 0, NULL, NULL);
      return;
    }

  http_message_confirm_close (message);
  if (!http_cors_admit (cors, message))
    engineio_http_options_tell_refusal (self->options, message, ENGINEIO_REFUSAL_FORBIDDEN,
                                        "Forbidden", "INVALID_ORIGIN");
  else if (!http_cors_handle_preflight (cors, message))
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

  return self->files != NULL && name[0] == '/' && name[1] != '\0' &&
         http_bundle_handle (self->files, message, name + 1);
}

static gboolean
is_known_method (const EngineioServerRequest *request)
{
  return request->method == SOUP_METHOD_GET || request->method == SOUP_METHOD_POST;
}

static void
engineio_server_accept (EngineioServer *self,
                        SoupServerMessage *message,
                        const EngineioServerRequest *request)
{
  if (request->upgrade)
    engineio_server_accept_websocket (self, message, request);
  else if (request->session != NULL)
    engineio_server_handle_polling (self, message, request);
  else
    engineio_server_accept_polling (self, message, request);
}

/* It is allowed; what it needs may be there no more. */
static void
engineio_server_accept_asked (EngineioServer *self, SoupServerMessage *message, GHashTable *query)
{
  EngineioServerRequest request;
  EngineioRefusal refusal;

  read_request (self, message, query, &request);
  refusal = check_request (self, &request);
  if (refusal.code != ENGINEIO_REFUSAL_NONE)
    engineio_server_refuse (self, message, refusal);
  else
    engineio_server_accept (self, message, &request);
}

static void
on_asked (EngineioIncoming *incoming, gboolean allowed, const char *text, GObject *owner)
{
  const EngineioRefusal refusal = { ENGINEIO_REFUSAL_FORBIDDEN, "NOT_ALLOWED" };
  EngineioServer *self = ENGINEIO_SERVER (owner);
  SoupServerMessage *message = engineio_incoming_get_message (incoming);

  if (self->closed)
    http_message_answer (message, SOUP_STATUS_NOT_FOUND, "text/plain", "");
  else if (allowed)
    engineio_server_accept_asked (self, message, engineio_incoming_get_query (incoming));
  else
    engineio_server_refuse_with (self, message, refusal, text);
}

/* Asks whether a client may open a session. */
static void
engineio_server_ask (EngineioServer *self, SoupServerMessage *message, GHashTable *query)
{
  g_autoptr (EngineioIncoming)
    incoming = engineio_incoming_new (self->poller, message, query, 0, on_asked, G_OBJECT (self));

  if (engineio_http_options_ask (self->options, incoming))
    engineio_incoming_wait (incoming);
  else
    engineio_incoming_allow (incoming);
}

static gboolean
is_news (EngineioServer *self)
{
  gint64 now = http_poller_get_time (self->poller);

  if (self->told_of_old_client != 0 && now - self->told_of_old_client < LOG_INTERVAL)
    return FALSE;

  self->told_of_old_client = now;
  return TRUE;
}

/* Who runs the server wonders why a client cannot come in, so it is said how it could. A stranger
 * can make that happen as often as he likes; it is not said more than once a minute. */
static void
engineio_server_log_old_client (EngineioServer *self, SoupServerMessage *message)
{
  guint16 port;
  g_autofree char *address = engineio_server_get_remote (self, message, &port);

  if (is_news (self))
    /* Translators: the argument is an IP address; "allow-eio3" is the name of an option. */
    g_message (_ ("Refused a client of Socket.IO 2 or older (protocol 3) from %s; to let such "
                  "clients in, set the option allow-eio3"),
               address != NULL ? address : "?");
}

static void
engineio_server_check (EngineioServer *self, SoupServerMessage *message, GHashTable *query)
{
  EngineioServerRequest request;
  EngineioRefusal refusal;

  read_request (self, message, query, &request);
  refusal = check_request (self, &request);
  if (refusal.code == ENGINEIO_REFUSAL_UNSUPPORTED_PROTOCOL && request.protocol != NULL)
    engineio_server_log_old_client (self, message);
  if (request.sid != NULL && !is_known_method (&request))
    refuse_method (message);
  else if (refusal.code != ENGINEIO_REFUSAL_NONE)
    engineio_server_refuse (self, message, refusal);
  else if (request.sid == NULL)
    engineio_server_ask (self, message, query);
  else
    engineio_server_accept (self, message, &request);
}

static void engineio_server_pass (EngineioServer *self,
                                  SoupServerMessage *message,
                                  GHashTable *query,
                                  guint step);

static void
on_passed (EngineioIncoming *incoming, gboolean allowed, const char *text, GObject *owner)
{
  const EngineioRefusal refusal = { ENGINEIO_REFUSAL_BAD_REQUEST, "MIDDLEWARE_FAILURE" };
  EngineioServer *self = ENGINEIO_SERVER (owner);
  SoupServerMessage *message = engineio_incoming_get_message (incoming);

  if (allowed)
    engineio_server_pass (self, message, engineio_incoming_get_query (incoming),
                          engineio_incoming_get_step (incoming) + 1);
  else if (soup_server_message_get_status (message) == SOUP_STATUS_NONE)
    engineio_server_refuse (self, message, refusal);
}

/* Has a request pass the hooks, from @step on. */
static void
engineio_server_pass (EngineioServer *self,
                      SoupServerMessage *message,
                      GHashTable *query,
                      guint step)
{
  g_autoptr (EngineioIncoming) incoming = NULL;

  if (!engineio_http_options_has_hook (self->options, step))
    {
      engineio_server_check (self, message, query);
      return;
    }

  incoming = engineio_incoming_new (self->poller, message, query, step, on_passed, G_OBJECT (self));
  engineio_http_options_call_hook (self->options, step, incoming);
  engineio_incoming_wait (incoming);
}

static gboolean
is_for_session (EngineioServer *self, SoupServerMessage *message, GHashTable *query)
{
  EngineioServerRequest request;

  read_request (self, message, query, &request);
  return request.session != NULL;
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

  if (!is_for_us (self, path) || (self->closed && !is_for_session (self, message, query)))
    http_message_answer (message, SOUP_STATUS_NOT_FOUND, "text/plain", "");
  else if (!engineio_server_handle_file (self, message, path))
    engineio_server_pass (self, message, query, 0);
}

/* }}} */

/* {{{ What is not for us */

static void
on_any_request_head (SoupServerMessage *message, gpointer user_data)
{
  EngineioServerLink *link = user_data;
  EngineioServer *self = link->server;
  GUri *uri = soup_server_message_get_uri (message);

  if (self == NULL)
    return;
  if (uri != NULL && !is_for_us (self, g_uri_get_path (uri)))
    engineio_foreign_watch (self->options, self->poller, message);
}

static void
unlink_request (gpointer link, GClosure *closure)
{
  g_rc_box_release (link);
}

/* A signal that watches the server costs twice as much, for each request. */
static void
on_any_request_started (EngineioServer *self, SoupServerMessage *message)
{
  g_signal_connect_data (message, "got-headers", G_CALLBACK (on_any_request_head),
                         g_rc_box_acquire (self->link), unlink_request, 0);
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
  if (engineio_http_options_peek (self->options)->destroy_upgrade)
    g_signal_connect_object (soup_server, "request-started", G_CALLBACK (on_any_request_started),
                             self, G_CONNECT_SWAPPED);
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
 * Gets the port of [method@EngineioServer.listen], which may have been asked for any.
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
 * Gets the libsoup server, to serve other things beside Engine.IO.
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

      g_signal_handlers_disconnect_by_func (self->soup_server, on_any_request_started, self);
      soup_server_remove_handler (self->soup_server, path);
      if (self->listener != NULL)
        soup_server_disconnect (self->soup_server);
    }
  g_clear_object (&self->listener);
  g_clear_object (&self->soup_server);
}
