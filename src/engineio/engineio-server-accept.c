/* engineio-server-accept.c: how a session comes to its transport
 *
 * engineio-server-http.c has looked at a request and let it in. Here a session is opened by polling
 * or by a WebSocket, or one that there is gets another poll, or a WebSocket to move to. A
 * WebSocket's handshake is libsoup's; the connection is taken over once the answer is written.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-http-options-private.h"
#include "engineio-server-private.h"

#include "http-client.h"
#include "http-cors.h"
#include "http-stream.h"

#include "engineio-deflate.h"
#include "engineio-polling.h"
#include "engineio-refusal.h"
#include "engineio-websocket.h"

/* Bytes of a session id of the program's own. */
#define MAX_ID 64

/* {{{ Sessions */

/* Where the client is, which may be behind a proxy. */
char *
engineio_server_get_remote (EngineioServer *self, SoupServerMessage *message, guint16 *port)
{
  HttpCors *cors = engineio_options_get_cors (self->options);
  g_auto (HttpClient) client = { 0 };

  *port = 0;
  if (!http_client_find (http_cors_get_proxies (cors), message, &client))
    return NULL;

  *port = client.port;
  return g_inet_address_to_string (client.address);
}

static EngineioOpening *
engineio_server_make_opening (EngineioServer *self, SoupServerMessage *message)
{
  HttpCors *cors = engineio_options_get_cors (self->options);

  return engineio_opening_new (message,
                               http_client_is_secure (http_cors_get_proxies (cors), message));
}

/* What a program's own ids may be made of: they stand in addresses, in a cookie and in JSON. */
static gboolean
is_good_id (const char *id)
{
  gsize length = strlen (id);

  return length > 0 && length <= MAX_ID &&
         strspn (id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.~") == length;
}

/* Returns: (nullable): %NULL if the request is refused */
static char *
engineio_server_choose_id (EngineioServer *self, SoupServerMessage *message)
{
  const EngineioRefusal refusal = { ENGINEIO_REFUSAL_BAD_REQUEST, "ID_GENERATION_ERROR" };
  g_autofree char *id = engineio_http_options_generate_id (self->options, message);

  if (id == NULL)
    return engineio_make_id ();
  if (is_good_id (id) && engineio_server_lookup (self, id) == NULL)
    return g_steal_pointer (&id);

  engineio_server_refuse (self, message, refusal);
  return NULL;
}

/* }}} */
/* {{{ WebSocket */

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
  char *sid; /* of the session to be upgraded, or NULL */
  char *id; /* of the session to be opened, or NULL */
  const EngineioProtocol *protocol;
  guint window_bits; /* 0 for no compression */
} Handshake;

static void
handshake_free (gpointer data, GClosure *closure)
{
  Handshake *handshake = data;

  g_clear_weak_pointer (&handshake->server);
  g_free (handshake->sid);
  g_free (handshake->id);
  g_free (handshake);
}

static EngineioTransport *
take_websocket (EngineioServer *self, SoupServerMessage *message, const Handshake *handshake)
{
  const EngineioHttpSettings *settings = engineio_http_options_peek (self->options);
  g_autoptr (GBytes) early = NULL;
  g_autoptr (HttpStream) stream = http_stream_take_over (self->poller, message, &early);
  EngineioTransport *transport = engineio_websocket_new (
    handshake->protocol, stream, early, engineio_options_get_max_payload (self->options),
    self->poller);

  if (handshake->window_bits > 0)
    engineio_websocket_set_compression (ENGINEIO_WEBSOCKET (transport), handshake->window_bits,
                                        settings->per_message_deflate_threshold);
  return transport;
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
engineio_server_begin_session (EngineioServer *self,
                               EngineioTransport *transport,
                               const Handshake *handshake,
                               EngineioOpening *opening,
                               const char *address,
                               guint16 port)
{
  EngineioSession *session = engineio_server_add_session (self, handshake->protocol, transport,
                                                          handshake->id, address, port);

  engineio_session_set_opening (session, opening);
  engineio_server_announce_session (self, session);
}

static void
on_handshake_written (SoupServerMessage *message, gpointer user_data)
{
  Handshake *handshake = user_data;
  g_autoptr (EngineioServer) self = NULL;
  g_autoptr (EngineioTransport) transport = NULL;
  g_autoptr (EngineioOpening) opening = NULL;
  g_autofree char *address = NULL;
  guint16 port;

  if (handshake->server == NULL)
    return;

  self = g_object_ref (handshake->server);
  if (handshake->sid == NULL)
    opening = engineio_server_make_opening (self, message);

  address = engineio_server_get_remote (self, message, &port);
  transport = take_websocket (self, message, handshake);
  if (handshake->sid != NULL)
    engineio_server_begin_upgrade (self, handshake->sid, transport);
  else if (self->closed || engineio_server_lookup (self, handshake->id) != NULL)
    engineio_transport_dismiss (transport);
  else
    engineio_server_begin_session (self, transport, handshake, opening, address, port);
}

static const EngineioProtocol *
choose_protocol (const EngineioServerRequest *request)
{
  if (request->session != NULL)
    return engineio_protocol_adapt (request->session->protocol, request->base64);
  return request->protocol;
}

/* Returns: the window that messages to the client may use; 0 for no compression */
static guint
engineio_server_agree_on_compression (EngineioServer *self, SoupServerMessage *message)
{
  SoupMessageHeaders *request = soup_server_message_get_request_headers (message);
  g_autofree char *answer = NULL;
  guint window_bits;

  if (!engineio_http_options_peek (self->options)->per_message_deflate)
    return 0;

  answer = engineio_deflate_negotiate (
    soup_message_headers_get_list (request, "Sec-WebSocket-Extensions"), &window_bits);
  if (answer != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  "Sec-WebSocket-Extensions", answer);
  return window_bits;
}

/* A subprotocol means nothing to us, but browsers and the package ws insist on one when they have
 * offered some. As in Node's server it is their first. */
static gboolean
engineio_server_shake_hands (SoupServerMessage *message)
{
  SoupMessageHeaders *request = soup_server_message_get_request_headers (message);
  const char *offered = soup_message_headers_get_list (request, "Sec-WebSocket-Protocol");
  GSList *names = offered != NULL ? soup_header_parse_list (offered) : NULL;
  char *first[] = { names != NULL ? names->data : NULL, NULL };
  gboolean agreed = soup_websocket_server_process_handshake (message, NULL, first, NULL, NULL);

  soup_header_free_list (names);
  return agreed;
}

void
engineio_server_accept_websocket (EngineioServer *self,
                                  SoupServerMessage *message,
                                  const EngineioServerRequest *request)
{
  g_autofree char *id = NULL;
  Handshake *handshake;

  if (request->sid == NULL && (id = engineio_server_choose_id (self, message)) == NULL)
    return;
  if (!engineio_server_shake_hands (message))
    return;

  handshake = g_new0 (Handshake, 1);
  g_set_weak_pointer (&handshake->server, self);
  handshake->sid = g_strdup (request->sid);
  handshake->id = g_steal_pointer (&id);
  handshake->protocol = choose_protocol (request);
  handshake->window_bits = engineio_server_agree_on_compression (self, message);
  g_signal_connect_data (message, "wrote-informational", G_CALLBACK (on_handshake_written),
                         handshake, handshake_free, 0);
  engineio_http_options_tell_headers (self->options, message, request->sid == NULL);
}

/* }}} */
/* {{{ Polling */

static void
set_cookie (SoupServerMessage *message, const EngineioHttpSettings *settings, const char *id)
{
  g_autoptr (GString) cookie = g_string_new (NULL);

  g_string_printf (cookie, "%s=%s", settings->cookie_name, id);
  if (settings->cookie_path != NULL)
    g_string_append_printf (cookie, "; Path=%s", settings->cookie_path);
  if (settings->cookie_http_only)
    g_string_append (cookie, "; HttpOnly");
  if (settings->cookie_secure)
    g_string_append (cookie, "; Secure");
  if (settings->cookie_same_site != NULL)
    g_string_append_printf (cookie, "; SameSite=%s", settings->cookie_same_site);
  soup_message_headers_append (soup_server_message_get_response_headers (message), "Set-Cookie",
                               cookie->str);
}

/* The handshake is all that this answer has, whatever the session is given to send right away:
 * there are clients that read no further. */
void
engineio_server_accept_polling (EngineioServer *self,
                                SoupServerMessage *message,
                                const EngineioServerRequest *request)
{
  const EngineioHttpSettings *settings = engineio_http_options_peek (self->options);
  g_autofree char *id = engineio_server_choose_id (self, message);
  g_autofree char *address = NULL;
  g_autoptr (EngineioOpening) opening = NULL;
  g_autoptr (EngineioTransport) transport = NULL;
  EngineioSession *session;
  guint16 port;

  if (id == NULL)
    return;

  if (settings->cookie_name != NULL)
    set_cookie (message, settings, id);
  engineio_http_options_tell_headers (self->options, message, TRUE);
  address = engineio_server_get_remote (self, message, &port);
  transport = engineio_polling_new (
    request->protocol, engineio_options_get_max_payload (self->options),
    engineio_options_get_max_payload_packets (self->options), self->poller);
  if (settings->http_compression)
    engineio_polling_set_compression (ENGINEIO_POLLING (transport),
                                      settings->http_compression_threshold);
  opening = engineio_server_make_opening (self, message);
  session = engineio_server_add_session (self, request->protocol, transport, id, address, port);
  engineio_session_set_opening (session, opening);
  engineio_polling_handle_poll (ENGINEIO_POLLING (transport), message);
  engineio_server_announce_session (self, session);
}

void
engineio_server_handle_polling (EngineioServer *self,
                                SoupServerMessage *message,
                                const EngineioServerRequest *request)
{
  EngineioPolling *polling = ENGINEIO_POLLING (request->session->transport);

  engineio_http_options_tell_headers (self->options, message, FALSE);
  if (request->method == SOUP_METHOD_GET)
    engineio_polling_handle_poll (polling, message);
  else
    engineio_polling_handle_post (polling, message);
}

/* }}} */
