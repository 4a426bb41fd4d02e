/* engineio-client-options.c: how a client comes to its server
 *
 * Names and defaults are those of Node's engine.io-client 6 where it has the option. What must
 * outlive a session is here too, because a client opens one session after the other with the same
 * options.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-client-options.h"

#include "engineio-client-headers.h"
#include "engineio-deflate-extension.h"

/* libsoup allows two connections to a host, on which clients of one process would starve. */
#define MAX_CONNECTIONS 10000

struct _EngineioClientOptions
{
  EngineioOptions parent_instance;

  char **transports;
  gboolean upgrade;
  gboolean remember_upgrade;
  gboolean try_all_transports;
  gboolean timestamp_requests;
  gboolean timestamp_websocket;
  char *timestamp_param;
  gboolean add_trailing_slash;
  gboolean with_credentials;
  guint request_timeout;
  gsize max_message;
  gboolean per_message_deflate;
  guint per_message_deflate_threshold;
  char *query;
  GTlsDatabase *tls_database;
  GTlsCertificate *tls_certificate;
  gboolean force_base64;
  char **protocols;
  EngineioClientHeaders *headers;

  gboolean websocket_worked;
  SoupSession *http; /* of its own; NULL for the one that all share */
};

enum
{
  PROP_0,
  PROP_TRANSPORTS,
  PROP_UPGRADE,
  PROP_REMEMBER_UPGRADE,
  PROP_TRY_ALL_TRANSPORTS,
  PROP_TIMESTAMP_REQUESTS,
  PROP_ADD_TRAILING_SLASH,
  PROP_WITH_CREDENTIALS,
  PROP_REQUEST_TIMEOUT,
  PROP_MAX_MESSAGE,
  PROP_QUERY,
  PROP_TIMESTAMP_WEBSOCKET,
  PROP_TIMESTAMP_PARAM,
  PROP_PER_MESSAGE_DEFLATE,
  PROP_PER_MESSAGE_DEFLATE_THRESHOLD,
  PROP_FORCE_BASE64,
  PROP_PROTOCOLS,
  PROP_TLS_DATABASE,
  PROP_TLS_CERTIFICATE,
  N_PROPERTIES,
};

enum
{
  ACCEPT_CERTIFICATE,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

static const char *const default_transports[] = { "polling", "websocket", NULL };

G_DEFINE_FINAL_TYPE (EngineioClientOptions, engineio_client_options, ENGINEIO_TYPE_OPTIONS)

static void
engineio_client_options_set_transports (EngineioClientOptions *self, char **transports)
{
  g_strfreev (self->transports);
  self->transports = transports != NULL ? transports : g_strdupv ((char **)default_transports);
}

static void
engineio_client_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  EngineioClientOptions *self = ENGINEIO_CLIENT_OPTIONS (object);

  switch (id)
    {
    case PROP_TRANSPORTS:
      g_value_set_boxed (value, self->transports);
      break;
    case PROP_UPGRADE:
      g_value_set_boolean (value, self->upgrade);
      break;
    case PROP_REMEMBER_UPGRADE:
      g_value_set_boolean (value, self->remember_upgrade);
      break;
    case PROP_TRY_ALL_TRANSPORTS:
      g_value_set_boolean (value, self->try_all_transports);
      break;
    case PROP_TIMESTAMP_REQUESTS:
      g_value_set_boolean (value, self->timestamp_requests);
      break;
    case PROP_ADD_TRAILING_SLASH:
      g_value_set_boolean (value, self->add_trailing_slash);
      break;
    case PROP_WITH_CREDENTIALS:
      g_value_set_boolean (value, self->with_credentials);
      break;
    case PROP_REQUEST_TIMEOUT:
      g_value_set_uint (value, self->request_timeout);
      break;
    case PROP_MAX_MESSAGE:
      g_value_set_uint64 (value, self->max_message);
      break;
    case PROP_QUERY:
      g_value_set_string (value, self->query);
      break;
    case PROP_TIMESTAMP_WEBSOCKET:
      g_value_set_boolean (value, self->timestamp_websocket);
      break;
    case PROP_TIMESTAMP_PARAM:
      g_value_set_string (value, self->timestamp_param);
      break;
    case PROP_PER_MESSAGE_DEFLATE:
      g_value_set_boolean (value, self->per_message_deflate);
      break;
    case PROP_PER_MESSAGE_DEFLATE_THRESHOLD:
      g_value_set_uint (value, self->per_message_deflate_threshold);
      break;
    case PROP_FORCE_BASE64:
      g_value_set_boolean (value, self->force_base64);
      break;
    case PROP_PROTOCOLS:
      g_value_set_boxed (value, self->protocols);
      break;
    case PROP_TLS_DATABASE:
      g_value_set_object (value, self->tls_database);
      break;
    case PROP_TLS_CERTIFICATE:
      g_value_set_object (value, self->tls_certificate);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
engineio_client_options_set_property (GObject *object,
                                      guint id,
                                      const GValue *value,
                                      GParamSpec *pspec)
{
  EngineioClientOptions *self = ENGINEIO_CLIENT_OPTIONS (object);

  switch (id)
    {
    case PROP_TRANSPORTS:
      engineio_client_options_set_transports (self, g_value_dup_boxed (value));
      break;
    case PROP_UPGRADE:
      self->upgrade = g_value_get_boolean (value);
      break;
    case PROP_REMEMBER_UPGRADE:
      self->remember_upgrade = g_value_get_boolean (value);
      break;
    case PROP_TRY_ALL_TRANSPORTS:
      self->try_all_transports = g_value_get_boolean (value);
      break;
    case PROP_TIMESTAMP_REQUESTS:
      self->timestamp_requests = g_value_get_boolean (value);
      break;
    case PROP_ADD_TRAILING_SLASH:
      self->add_trailing_slash = g_value_get_boolean (value);
      break;
    case PROP_WITH_CREDENTIALS:
      self->with_credentials = g_value_get_boolean (value);
      break;
    case PROP_REQUEST_TIMEOUT:
      self->request_timeout = g_value_get_uint (value);
      break;
    case PROP_MAX_MESSAGE:
      self->max_message = g_value_get_uint64 (value);
      break;
    case PROP_QUERY:
      g_free (self->query);
      self->query = g_value_dup_string (value);
      break;
    case PROP_TIMESTAMP_WEBSOCKET:
      self->timestamp_websocket = g_value_get_boolean (value);
      break;
    case PROP_TIMESTAMP_PARAM:
      g_free (self->timestamp_param);
      self->timestamp_param = g_value_dup_string (value);
      break;
    case PROP_PER_MESSAGE_DEFLATE:
      self->per_message_deflate = g_value_get_boolean (value);
      break;
    case PROP_PER_MESSAGE_DEFLATE_THRESHOLD:
      self->per_message_deflate_threshold = g_value_get_uint (value);
      break;
    case PROP_FORCE_BASE64:
      self->force_base64 = g_value_get_boolean (value);
      break;
    case PROP_PROTOCOLS:
      g_strfreev (self->protocols);
      self->protocols = g_value_dup_boxed (value);
      break;
    case PROP_TLS_DATABASE:
      g_set_object (&self->tls_database, g_value_get_object (value));
      g_clear_object (&self->http);
      break;
    case PROP_TLS_CERTIFICATE:
      g_set_object (&self->tls_certificate, g_value_get_object (value));
      g_clear_object (&self->http);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
engineio_client_options_finalize (GObject *object)
{
  EngineioClientOptions *self = ENGINEIO_CLIENT_OPTIONS (object);

  g_strfreev (self->transports);
  g_free (self->query);
  g_free (self->timestamp_param);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->tls_certificate);
  g_strfreev (self->protocols);
  engineio_client_headers_free (self->headers);
  g_clear_object (&self->http);

  G_OBJECT_CLASS (engineio_client_options_parent_class)->finalize (object);
}

static void
engineio_client_options_describe_transports (GParamFlags flags)
{
  /**
   * EngineioClientOptions:transports:
   *
   * The transports that may be used, in the order in which they are: `polling`, `websocket`. Other
   * names are passed over. %NULL sets the default, polling and then WebSocket.
   */
  properties[PROP_TRANSPORTS] = g_param_spec_boxed ("transports", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * EngineioClientOptions:upgrade:
   *
   * Whether a session that began with polling goes on with a WebSocket when the server offers that
   * and [property@EngineioClientOptions:transports] has it.
   */
  properties[PROP_UPGRADE] = g_param_spec_boolean ("upgrade", NULL, NULL, TRUE, flags);

  /**
   * EngineioClientOptions:remember-upgrade:
   *
   * Whether to begin with the WebSocket when the session before had one.
   */
  properties[PROP_REMEMBER_UPGRADE] = g_param_spec_boolean ("remember-upgrade", NULL, NULL, FALSE,
                                                            flags);

  /**
   * EngineioClientOptions:try-all-transports:
   *
   * Whether the next transport is tried when one cannot open a session. Without it only the first
   * one is.
   */
  properties[PROP_TRY_ALL_TRANSPORTS] = g_param_spec_boolean ("try-all-transports", NULL, NULL,
                                                              FALSE, flags);
}

static void
engineio_client_options_describe_requests (GParamFlags flags)
{
  /**
   * EngineioClientOptions:query:
   *
   * More parameters for every request, as they stand in a URL: `token=abc&room=1`.
   */
  properties[PROP_QUERY] = g_param_spec_string ("query", NULL, NULL, NULL, flags);

  /**
   * EngineioClientOptions:timestamp-requests:
   *
   * Whether each polling request bears a parameter with a new value, which keeps caches out:
   * [property@EngineioClientOptions:timestamp-param].
   */
  properties[PROP_TIMESTAMP_REQUESTS] = g_param_spec_boolean ("timestamp-requests", NULL, NULL,
                                                              TRUE, flags);

  /**
   * EngineioClientOptions:timestamp-websocket:
   *
   * Whether the request of a WebSocket bears such a parameter too, as with `timestampRequests:
   * true` in JavaScript, whose default is neither true nor false.
   */
  properties[PROP_TIMESTAMP_WEBSOCKET] = g_param_spec_boolean ("timestamp-websocket", NULL, NULL,
                                                               FALSE, flags);

  /**
   * EngineioClientOptions:timestamp-param:
   *
   * The name of that parameter.
   */
  properties[PROP_TIMESTAMP_PARAM] = g_param_spec_string ("timestamp-param", NULL, NULL, "t",
                                                          flags);

  /**
   * EngineioClientOptions:add-trailing-slash:
   *
   * Whether a slash stands behind the path: `/socket.io/?EIO=4`.
   */
  properties[PROP_ADD_TRAILING_SLASH] = g_param_spec_boolean ("add-trailing-slash", NULL, NULL,
                                                              TRUE, flags);

  /**
   * EngineioClientOptions:with-credentials:
   *
   * Whether the server's cookies are kept and sent back, also from one session to the next: some
   * balancers find a session's server again by them. To be set before the first session.
   */
  properties[PROP_WITH_CREDENTIALS] = g_param_spec_boolean ("with-credentials", NULL, NULL, FALSE,
                                                            flags);

  /**
   * EngineioClientOptions:request-timeout:
   *
   * Milliseconds that a polling request may take; 0 for no limit. A poll waits until the server has
   * something to say, which is a ping at the latest.
   */
  properties[PROP_REQUEST_TIMEOUT] = g_param_spec_uint ("request-timeout", NULL, NULL, 0, G_MAXINT,
                                                        0, flags);
}

static void
engineio_client_options_describe_messages (GParamFlags flags)
{
  /**
   * EngineioClientOptions:max-message:
   *
   * Bytes that the server may send in one message or polling body. Node's client has no limit, and
   * a hostile server all of its memory.
   */
  properties[PROP_MAX_MESSAGE] = g_param_spec_uint64 ("max-message", NULL, NULL, 1, G_MAXINT,
                                                      64 * 1024 * 1024, flags);

  /**
   * EngineioClientOptions:force-base64:
   *
   * Whether binary messages go as base64 over a WebSocket too, in both directions, for what is in
   * between and takes texts alone. By polling they always do.
   */
  properties[PROP_FORCE_BASE64] = g_param_spec_boolean ("force-base64", NULL, NULL, FALSE, flags);

  /**
   * EngineioClientOptions:per-message-deflate:
   *
   * Whether compressed WebSocket messages (RFC 7692) are offered; it is for the server to want
   * them. Each message stands alone, in both directions.
   */
  properties[PROP_PER_MESSAGE_DEFLATE] = g_param_spec_boolean ("per-message-deflate", NULL, NULL,
                                                               TRUE, flags);

  /**
   * EngineioClientOptions:per-message-deflate-threshold:
   *
   * Bytes from which on a message is compressed then.
   */
  properties[PROP_PER_MESSAGE_DEFLATE_THRESHOLD] = g_param_spec_uint (
    "per-message-deflate-threshold", NULL, NULL, 0, G_MAXINT, 1024, flags);

  /**
   * EngineioClientOptions:protocols:
   *
   * The subprotocols that a WebSocket offers (RFC 6455, 1.9), the preferred one first; %NULL for
   * none. They mean nothing to Engine.IO, but a proxy may go by them.
   */
  properties[PROP_PROTOCOLS] = g_param_spec_boxed ("protocols", NULL, NULL, G_TYPE_STRV, flags);
}

static void
engineio_client_options_describe_tls (GParamFlags flags)
{
  /**
   * EngineioClientOptions:tls-database:
   *
   * The authorities that a server's certificate must come from; %NULL for those of the system. In
   * JavaScript it is `ca`.
   */
  properties[PROP_TLS_DATABASE] = g_param_spec_object ("tls-database", NULL, NULL,
                                                       G_TYPE_TLS_DATABASE, flags);

  /**
   * EngineioClientOptions:tls-certificate:
   *
   * The client's own certificate with its key, for a server that asks for one; %NULL for none. In
   * JavaScript it is `cert` and `key`.
   */
  properties[PROP_TLS_CERTIFICATE] = g_param_spec_object ("tls-certificate", NULL, NULL,
                                                          G_TYPE_TLS_CERTIFICATE, flags);
}

static void
engineio_client_options_install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;

  engineio_client_options_describe_transports (flags);
  engineio_client_options_describe_requests (flags);
  engineio_client_options_describe_messages (flags);
  engineio_client_options_describe_tls (flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
engineio_client_options_class_init (EngineioClientOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = engineio_client_options_get_property;
  object_class->set_property = engineio_client_options_set_property;
  object_class->finalize = engineio_client_options_finalize;

  engineio_client_options_install_properties (object_class);

  /**
   * EngineioClientOptions::accept-certificate:
   * @options: the options
   * @certificate: the server's certificate
   * @errors: what is wrong with it
   *
   * The server's certificate cannot be trusted. A handler that returns %TRUE takes it all the same.
   * To be connected before the first session is dialed: such a client shares no connections with
   * others.
   *
   * Returns: whether to go on
   */
  signals[ACCEPT_CERTIFICATE] = g_signal_new (
    "accept-certificate", ENGINEIO_TYPE_CLIENT_OPTIONS, G_SIGNAL_RUN_LAST, 0,
    g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 2, G_TYPE_TLS_CERTIFICATE,
    G_TYPE_TLS_CERTIFICATE_FLAGS);
}

static void
engineio_client_options_init (EngineioClientOptions *self)
{
  self->headers = engineio_client_headers_new ();
}

/**
 * engineio_client_options_new:
 *
 * Makes an options object with every option at its default.
 *
 * Returns: (transfer full): the options
 */
EngineioClientOptions *
engineio_client_options_new (void)
{
  return g_object_new (ENGINEIO_TYPE_CLIENT_OPTIONS, NULL);
}

/**
 * engineio_client_options_set_header:
 * @options: the options
 * @transport: (nullable): whose requests have it, `polling` or `websocket`; %NULL for all
 * @name: the name of an HTTP header
 * @value: (nullable): its value; %NULL to send it no more
 *
 * Sends a header with requests, in place of the one that would be sent. One of a transport goes
 * before one of all.
 */
void
engineio_client_options_set_header (EngineioClientOptions *self,
                                    const char *transport,
                                    const char *name,
                                    const char *value)
{
  engineio_client_headers_set (self->headers, transport, name, value);
}

/**
 * engineio_client_options_add_headers:
 * @options: the options
 * @transport: what makes a request, `polling` or `websocket`
 * @headers: its headers
 *
 * Puts those of [method@EngineioClientOptions.set_header] in.
 */
void
engineio_client_options_add_headers (EngineioClientOptions *self,
                                     const char *transport,
                                     SoupMessageHeaders *headers)
{
  engineio_client_headers_put (self->headers, transport, headers);
}

static gboolean
is_transport (const char *name)
{
  return g_strv_contains (default_transports, name);
}

/**
 * engineio_client_options_list_transports:
 * @options: the options
 *
 * Lists the transports in the order in which they are to be tried.
 *
 * Returns: (transfer container) (element-type utf8): static names
 */
GPtrArray *
engineio_client_options_list_transports (EngineioClientOptions *self)
{
  GPtrArray *names = g_ptr_array_new ();
  gboolean again = self->remember_upgrade && self->websocket_worked;

  if (again && g_strv_contains ((const char *const *)self->transports, "websocket"))
    g_ptr_array_add (names, (gpointer) "websocket");
  for (char **name = self->transports; *name != NULL; name++)
    {
      gpointer known = (gpointer)g_intern_string (*name);

      if (is_transport (known) &&
          !g_ptr_array_find_with_equal_func (names, known, g_str_equal, NULL))
        g_ptr_array_add (names, known);
    }
  if (!self->try_all_transports && names->len > 1)
    g_ptr_array_set_size (names, 1);

  return names;
}

/**
 * engineio_client_options_get_upgrade:
 * @options: the options
 *
 * Tells whether a session may move from polling to a WebSocket:
 * [property@EngineioClientOptions:upgrade], and a WebSocket among the transports.
 *
 * Returns: whether it may
 */
gboolean
engineio_client_options_get_upgrade (EngineioClientOptions *self)
{
  return self->upgrade && g_strv_contains ((const char *const *)self->transports, "websocket");
}

/**
 * engineio_client_options_get_add_trailing_slash:
 * @options: the options
 *
 * Gets [property@EngineioClientOptions:add-trailing-slash].
 *
 * Returns: whether it is on
 */
gboolean
engineio_client_options_get_add_trailing_slash (EngineioClientOptions *self)
{
  return self->add_trailing_slash;
}

/**
 * engineio_client_options_get_timestamp_param:
 * @options: the options
 * @transport: a transport's name in the protocol
 *
 * Gets [property@EngineioClientOptions:timestamp-param], if the transport is to have it.
 *
 * Returns: (nullable): the parameter by which each of its requests differs; %NULL for none
 */
const char *
engineio_client_options_get_timestamp_param (EngineioClientOptions *self, const char *transport)
{
  gboolean wanted = g_str_equal (transport, "polling") ? self->timestamp_requests
                                                       : self->timestamp_websocket;

  return wanted ? self->timestamp_param : NULL;
}

/**
 * engineio_client_options_get_query:
 * @options: the options
 *
 * Gets [property@EngineioClientOptions:query].
 *
 * Returns: (nullable): its value
 */
const char *
engineio_client_options_get_query (EngineioClientOptions *self)
{
  return self->query;
}

/**
 * engineio_client_options_get_request_timeout:
 * @options: the options
 *
 * Gets [property@EngineioClientOptions:request-timeout].
 *
 * Returns: milliseconds
 */
guint
engineio_client_options_get_request_timeout (EngineioClientOptions *self)
{
  return self->request_timeout;
}

/**
 * engineio_client_options_get_max_message:
 * @options: the options
 *
 * Gets [property@EngineioClientOptions:max-message].
 *
 * Returns: a number of bytes
 */
gsize
engineio_client_options_get_max_message (EngineioClientOptions *self)
{
  return self->max_message;
}

/**
 * engineio_client_options_get_deflate:
 * @options: the options
 *
 * Gets [property@EngineioClientOptions:per-message-deflate].
 *
 * Returns: whether it is on
 */
gboolean
engineio_client_options_get_deflate (EngineioClientOptions *self)
{
  return self->per_message_deflate;
}

/**
 * engineio_client_options_get_deflate_threshold:
 * @options: the options
 *
 * Gets [property@EngineioClientOptions:per-message-deflate-threshold].
 *
 * Returns: a number of bytes
 */
guint
engineio_client_options_get_deflate_threshold (EngineioClientOptions *self)
{
  return self->per_message_deflate_threshold;
}

/**
 * engineio_client_options_get_force_base64:
 * @options: the options
 *
 * Gets [property@EngineioClientOptions:force-base64].
 *
 * Returns: whether it is on
 */
gboolean
engineio_client_options_get_force_base64 (EngineioClientOptions *self)
{
  return self->force_base64;
}

/**
 * engineio_client_options_get_protocols:
 * @options: the options
 *
 * Gets [property@EngineioClientOptions:protocols].
 *
 * Returns: (transfer none) (nullable): its value; %NULL also if there are none in it
 */
char **
engineio_client_options_get_protocols (EngineioClientOptions *self)
{
  return self->protocols != NULL && self->protocols[0] != NULL ? self->protocols : NULL;
}

/**
 * engineio_client_options_set_websocket_worked:
 * @options: the options
 * @worked: whether the last session had a WebSocket
 *
 * Notes what [property@EngineioClientOptions:remember-upgrade] goes by.
 */
void
engineio_client_options_set_websocket_worked (EngineioClientOptions *self, gboolean worked)
{
  self->websocket_worked = worked;
}

static SoupSession *
make_http (void)
{
  SoupSession *http = soup_session_new_with_options ("max-conns", MAX_CONNECTIONS,
                                                     "max-conns-per-host", MAX_CONNECTIONS, NULL);

  engineio_deflate_extension_add_to (http);
  return http;
}

static SoupSession *
ref_shared_http (void)
{
  static SoupSession *shared;

  if (shared != NULL)
    return g_object_ref (shared);

  shared = make_http ();
  g_object_add_weak_pointer (G_OBJECT (shared), (gpointer *)&shared);
  return shared;
}

/* Clients that share it use each other's idle connections, so all of them must trust the same
 * servers and tell them nothing of themselves. */
static gboolean
engineio_client_options_may_share_http (EngineioClientOptions *self)
{
  return !self->with_credentials && self->tls_database == NULL && self->tls_certificate == NULL &&
         !g_signal_has_handler_pending (self, signals[ACCEPT_CERTIFICATE], 0, TRUE);
}

/**
 * engineio_client_options_ref_http:
 * @options: the options
 *
 * Gets what makes the requests: one that all clients share, unless cookies are kept, there are
 * certificates of its own, or somebody listens to
 * [signal@EngineioClientOptions::accept-certificate].
 *
 * Returns: (transfer full): the SoupSession
 */
SoupSession *
engineio_client_options_ref_http (EngineioClientOptions *self)
{
  if (engineio_client_options_may_share_http (self))
    return ref_shared_http ();

  if (self->http == NULL)
    {
      self->http = make_http ();
      if (self->with_credentials)
        soup_session_add_feature_by_type (self->http, SOUP_TYPE_COOKIE_JAR);
      if (self->tls_database != NULL)
        soup_session_set_tls_database (self->http, self->tls_database);
    }
  return g_object_ref (self->http);
}

/**
 * engineio_client_options_get_tls_certificate:
 * @options: the options
 *
 * Gets [property@EngineioClientOptions:tls-certificate].
 *
 * Returns: (transfer none) (nullable): its value
 */
GTlsCertificate *
engineio_client_options_get_tls_certificate (EngineioClientOptions *self)
{
  return self->tls_certificate;
}

/**
 * engineio_client_options_accept_certificate:
 * @options: the options
 * @certificate: a server's certificate
 * @errors: what is wrong with it
 *
 * Asks the handlers of [signal@EngineioClientOptions::accept-certificate].
 *
 * Returns: whether one of them takes the certificate
 */
gboolean
engineio_client_options_accept_certificate (EngineioClientOptions *self,
                                            GTlsCertificate *certificate,
                                            GTlsCertificateFlags errors)
{
  gboolean accepted = FALSE;

  g_signal_emit (self, signals[ACCEPT_CERTIFICATE], 0, certificate, errors, &accepted);
  return accepted;
}
