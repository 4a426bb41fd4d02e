/* engineio-dialer.c: the requests that a client makes, and what their errors mean
 *
 * Knows the server's address. Both of the client's transports get their requests here, with the
 * query, the headers and the care for TLS that all of them have.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-dialer.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

/* A refusal is a small object; json-glib's parser recurses. */
#define MAX_REFUSAL 1024

struct _EngineioDialer
{
  grefcount ref_count;
  EngineioClientOptions *options;
  SoupSession *http;
  GUri *address;
};

/* {{{ Addresses */

static const char *
normalize_scheme (const char *scheme)
{
  if (g_strcmp0 (scheme, "ws") == 0)
    return "http";
  if (g_strcmp0 (scheme, "wss") == 0)
    return "https";
  return scheme;
}

/* Without the scheme's alias; the path is the options'. */
static GUri *
parse_address (const char *address, GError **error)
{
  g_autoptr (GUri) given = g_uri_parse (address, SOUP_HTTP_URI_FLAGS, NULL);
  const char *scheme = given != NULL ? normalize_scheme (g_uri_get_scheme (given)) : NULL;

  if (given == NULL || g_uri_get_host (given) == NULL || *g_uri_get_host (given) == '\0' ||
      (g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0))
    {
      g_set_error (error, ENGINEIO_ERROR, ENGINEIO_ERROR_INVALID_ADDRESS,
                   /* Translators: what somebody typed as an address */
                   _ ("“%s” is no address of a server"), address);
      return NULL;
    }

  return g_uri_build (SOUP_HTTP_URI_FLAGS, scheme, NULL, g_uri_get_host (given),
                      g_uri_get_port (given), "/", g_uri_get_query (given), NULL);
}

static void
append_query (GString *query, const char *more)
{
  if (more != NULL && *more != '\0')
    g_string_append_printf (query, "&%s", more);
}

/* No two requests of this process have the same one. */
static void
append_timestamp (GString *query, const char *name)
{
  static guint serial;

  if (name == NULL)
    return;

  g_string_append_c (query, '&');
  g_string_append_uri_escaped (query, name, NULL, FALSE);
  g_string_append_printf (query, "=%" G_GINT64_MODIFIER "x%x", g_get_real_time () / 1000, serial++);
}

static GUri *
engineio_dialer_make_uri (EngineioDialer *self, const char *transport, const char *sid)
{
  const char *path = engineio_options_get_path (ENGINEIO_OPTIONS (self->options));
  gboolean slash = engineio_client_options_get_add_trailing_slash (self->options);
  g_autofree char *full_path = g_strconcat (path, slash ? "/" : "", NULL);
  g_autoptr (GString) query = g_string_new ("EIO=4&transport=");

  g_string_append (query, transport);
  if (engineio_client_options_get_force_base64 (self->options) &&
      (sid == NULL || g_str_equal (transport, "websocket")))
    g_string_append (query, "&b64=1");
  append_timestamp (query, engineio_client_options_get_timestamp_param (self->options, transport));
  if (sid != NULL)
    {
      g_string_append (query, "&sid=");
      g_string_append_uri_escaped (query, sid, NULL, FALSE);
    }
  append_query (query, engineio_client_options_get_query (self->options));
  append_query (query, g_uri_get_query (self->address));

  return g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (self->address), NULL,
                      g_uri_get_host (self->address), g_uri_get_port (self->address), full_path,
                      query->str, NULL);
}

/* }}} */
/* {{{ The object */

/**
 * engineio_dialer_new:
 * @options: how to come to the server
 * @address: `http://host:port`, or with https, ws or wss; a query is sent along, a path is ignored:
 *   the options have it
 * @error: return location for %ENGINEIO_ERROR_INVALID_ADDRESS
 *
 * Makes what the transports of one session get their requests from.
 *
 * Returns: (transfer full) (nullable): the dialer; %NULL with an error if @address is none
 */
EngineioDialer *
engineio_dialer_new (EngineioClientOptions *options, const char *address, GError **error)
{
  GUri *uri = parse_address (address, error);
  EngineioDialer *self;

  if (uri == NULL)
    return NULL;

  self = g_new0 (EngineioDialer, 1);
  g_ref_count_init (&self->ref_count);
  self->options = g_object_ref (options);
  self->http = engineio_client_options_ref_http (options);
  self->address = uri;
  return self;
}

/**
 * engineio_dialer_ref:
 * @dialer: a dialer
 *
 * Returns: (transfer full): @dialer
 */
EngineioDialer *
engineio_dialer_ref (EngineioDialer *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * engineio_dialer_unref:
 * @dialer: (transfer full): a dialer
 */
void
engineio_dialer_unref (EngineioDialer *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  g_object_unref (self->options);
  g_object_unref (self->http);
  g_uri_unref (self->address);
  g_free (self);
}

/**
 * engineio_dialer_get_options:
 * @dialer: a dialer
 *
 * Returns: (transfer none): how it comes to the server
 */
EngineioClientOptions *
engineio_dialer_get_options (EngineioDialer *self)
{
  return self->options;
}

/**
 * engineio_dialer_get_http:
 * @dialer: a dialer
 *
 * Returns: (transfer none): what sends its requests
 */
SoupSession *
engineio_dialer_get_http (EngineioDialer *self)
{
  return self->http;
}

/* }}} */
/* {{{ Requests */

static gboolean
on_accept_certificate (SoupMessage *message,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags errors,
                       gpointer options)
{
  return engineio_client_options_accept_certificate (options, certificate, errors);
}

/**
 * engineio_dialer_new_message:
 * @dialer: a dialer
 * @method: GET or POST
 * @transport: the transport's name in the protocol
 * @sid: (nullable): the session's id, once it has one
 *
 * Makes a request to the server.
 *
 * Returns: (transfer full): the request
 */
SoupMessage *
engineio_dialer_new_message (EngineioDialer *self,
                             const char *method,
                             const char *transport,
                             const char *sid)
{
  g_autoptr (GUri) uri = engineio_dialer_make_uri (self, transport, sid);
  SoupMessage *message = soup_message_new_from_uri (method, uri);

  engineio_client_options_add_headers (self->options, transport,
                                       soup_message_get_request_headers (message));
  g_signal_connect_object (message, "accept-certificate", G_CALLBACK (on_accept_certificate),
                           self->options, 0);
  soup_message_set_tls_client_certificate (
    message, engineio_client_options_get_tls_certificate (self->options));
  return message;
}

/* }}} */
/* {{{ Errors */

static JsonObject *
parse_refusal (JsonParser *parser, GBytes *body)
{
  gsize length = 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  JsonNode *root = NULL;

  if (length > 0 && length <= MAX_REFUSAL &&
      json_parser_load_from_data (parser, text, length, NULL))
    root = json_parser_get_root (parser);

  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
}

/* Engine.IO's own words, `{"code":4,"message":"Forbidden"}`. Code 5 is another version. */
static GError *
translate_refusal (GBytes *body)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *object = parse_refusal (parser, body);
  JsonNode *message = object != NULL ? json_object_get_member (object, "message") : NULL;
  JsonNode *code = object != NULL ? json_object_get_member (object, "code") : NULL;

  if (message == NULL || json_node_get_value_type (message) != G_TYPE_STRING || code == NULL ||
      !JSON_NODE_HOLDS_VALUE (code))
    return NULL;
  if (json_node_get_int (code) == 5)
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_PROTOCOL_VERSION,
                                _ ("The server does not take this version of Socket.IO"));

  return g_error_new (ENGINEIO_ERROR, ENGINEIO_ERROR_REFUSED,
                      /* Translators: the server's own words follow */
                      _ ("The server refused the connection: %s"), json_node_get_string (message));
}

/**
 * engineio_dialer_translate_status:
 * @status: the HTTP status of an answer that opened no session
 * @body: (nullable): its body
 *
 * Returns: (transfer full): what that means, an error of %ENGINEIO_ERROR
 */
GError *
engineio_dialer_translate_status (guint status, GBytes *body)
{
  GError *refusal = translate_refusal (body);

  if (refusal != NULL)
    return refusal;
  if (status == SOUP_STATUS_NOT_FOUND || SOUP_STATUS_IS_SUCCESSFUL (status) ||
      SOUP_STATUS_IS_INFORMATIONAL (status))
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_NOT_ENGINEIO,
                                _ ("What answered there speaks no Socket.IO"));
  if (status == SOUP_STATUS_BAD_REQUEST)
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_PROTOCOL_VERSION,
                                _ ("The server does not take this version of Socket.IO"));

  return g_error_new (ENGINEIO_ERROR, ENGINEIO_ERROR_REFUSED,
                      /* Translators: an HTTP status such as 403 */
                      _ ("The server refused the connection (%u)"), status);
}

static const char *
describe_certificate (GTlsCertificateFlags errors)
{
  if (errors & G_TLS_CERTIFICATE_REVOKED)
    return _ ("The server's certificate was revoked");
  if (errors & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return _ ("The server's certificate is for another name");
  if (errors & G_TLS_CERTIFICATE_EXPIRED)
    return _ ("The server's certificate has expired");
  if (errors & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    return _ ("The server's certificate is not valid yet");
  if (errors & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return _ ("Nobody that we know vouches for the server's certificate");
  if (errors & G_TLS_CERTIFICATE_INSECURE)
    return _ ("The server's certificate is not safe");

  return _ ("The server's certificate cannot be trusted");
}

static GError *
translate_tls_error (SoupMessage *message, const GError *error)
{
  GTlsCertificateFlags errors = soup_message_get_tls_peer_certificate_errors (message);

  if (errors == 0 && !g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_UNREACHABLE, error->message);

  return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_CERTIFICATE,
                              describe_certificate (errors));
}

static GError *
translate_network_error (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_TIMED_OUT,
                                _ ("The server did not answer in time"));
  if (error->domain == G_RESOLVER_ERROR)
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_UNREACHABLE,
                                _ ("There is no host of this name"));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_UNREACHABLE,
                                _ ("Nothing listens on this port"));
  if (error->domain == SOUP_SESSION_ERROR || error->domain == SOUP_WEBSOCKET_ERROR ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_NOT_ENGINEIO,
                                _ ("What answered there speaks no Socket.IO"));

  return g_error_new_literal (ENGINEIO_ERROR, ENGINEIO_ERROR_UNREACHABLE, error->message);
}

/**
 * engineio_dialer_translate_error:
 * @message: a request that opened no session
 * @error: what libsoup said of it
 *
 * Returns: (transfer full): what that means, an error of %ENGINEIO_ERROR
 */
GError *
engineio_dialer_translate_error (SoupMessage *message, const GError *error)
{
  guint status = soup_message_get_status (message);

  if (error->domain == G_TLS_ERROR)
    return translate_tls_error (message, error);
  if (error->domain == SOUP_WEBSOCKET_ERROR && status != SOUP_STATUS_NONE)
    return engineio_dialer_translate_status (status, NULL);

  return translate_network_error (error);
}

/* }}} */
