/* socketio-options.c: every limit and timer of Socket.IO, with its default
 *
 * Adds to Engine.IO's options what belongs to this layer, so that a program has one object for all.
 * The parent class does not show in the header: whoever uses Socket.IO need not see the layer
 * below.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-options.h"

#include "engineio.h"

#include "socketio-allowance.h"
#include "socketio-parser.h"

struct _SocketioOptions
{
  EngineioOptions parent_instance;

  guint connect_timeout;
  gboolean serve_client;
  SocketioParser *parser;
  gboolean cleanup_empty_child_namespaces;
  guint max_child_namespaces;
  guint max_disconnection_duration;
  gboolean skip_middlewares;
  guint recovery_max_packets;
  guint64 recovery_max_bytes;
  guint recovery_max_sessions;
  guint max_screened_events;
  guint64 max_screened_bytes;
};

typedef struct
{
  EngineioOptionsClass parent_class;
} SocketioOptionsClass;

enum
{
  PROP_0,
  PROP_CONNECT_TIMEOUT,
  PROP_SERVE_CLIENT,
  PROP_PARSER,
  PROP_CLEANUP_EMPTY_CHILD_NAMESPACES,
  PROP_MAX_CHILD_NAMESPACES,
  PROP_MAX_DISCONNECTION_DURATION,
  PROP_SKIP_MIDDLEWARES,
  PROP_RECOVERY_MAX_PACKETS,
  PROP_RECOVERY_MAX_BYTES,
  PROP_RECOVERY_MAX_SESSIONS,
  PROP_MAX_SCREENED_EVENTS,
  PROP_MAX_SCREENED_BYTES,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_TYPE (SocketioOptions, socketio_options, ENGINEIO_TYPE_OPTIONS)

static void
socketio_options_set_parser (SocketioOptions *self, SocketioParser *parser)
{
  if (parser == NULL)
    parser = socketio_parser_get_default ();
  g_set_object (&self->parser, parser);
}

static void
socketio_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SocketioOptions *self = SOCKETIO_OPTIONS (object);

  switch (id)
    {
    case PROP_CONNECT_TIMEOUT:
      g_value_set_uint (value, self->connect_timeout);
      break;
    case PROP_SERVE_CLIENT:
      g_value_set_boolean (value, self->serve_client);
      break;
    case PROP_PARSER:
      g_value_set_object (value, self->parser);
      break;
    case PROP_CLEANUP_EMPTY_CHILD_NAMESPACES:
      g_value_set_boolean (value, self->cleanup_empty_child_namespaces);
      break;
    case PROP_MAX_CHILD_NAMESPACES:
      g_value_set_uint (value, self->max_child_namespaces);
      break;
    case PROP_MAX_DISCONNECTION_DURATION:
      g_value_set_uint (value, self->max_disconnection_duration);
      break;
    case PROP_SKIP_MIDDLEWARES:
      g_value_set_boolean (value, self->skip_middlewares);
      break;
    case PROP_RECOVERY_MAX_PACKETS:
      g_value_set_uint (value, self->recovery_max_packets);
      break;
    case PROP_RECOVERY_MAX_BYTES:
      g_value_set_uint64 (value, self->recovery_max_bytes);
      break;
    case PROP_RECOVERY_MAX_SESSIONS:
      g_value_set_uint (value, self->recovery_max_sessions);
      break;
    case PROP_MAX_SCREENED_EVENTS:
      g_value_set_uint (value, self->max_screened_events);
      break;
    case PROP_MAX_SCREENED_BYTES:
      g_value_set_uint64 (value, self->max_screened_bytes);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
socketio_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SocketioOptions *self = SOCKETIO_OPTIONS (object);

  switch (id)
    {
    case PROP_CONNECT_TIMEOUT:
      self->connect_timeout = g_value_get_uint (value);
      break;
    case PROP_SERVE_CLIENT:
      self->serve_client = g_value_get_boolean (value);
      break;
    case PROP_PARSER:
      socketio_options_set_parser (self, g_value_get_object (value));
      break;
    case PROP_CLEANUP_EMPTY_CHILD_NAMESPACES:
      self->cleanup_empty_child_namespaces = g_value_get_boolean (value);
      break;
    case PROP_MAX_CHILD_NAMESPACES:
      self->max_child_namespaces = g_value_get_uint (value);
      break;
    case PROP_MAX_DISCONNECTION_DURATION:
      self->max_disconnection_duration = g_value_get_uint (value);
      break;
    case PROP_SKIP_MIDDLEWARES:
      self->skip_middlewares = g_value_get_boolean (value);
      break;
    case PROP_RECOVERY_MAX_PACKETS:
      self->recovery_max_packets = g_value_get_uint (value);
      break;
    case PROP_RECOVERY_MAX_BYTES:
      self->recovery_max_bytes = g_value_get_uint64 (value);
      break;
    case PROP_RECOVERY_MAX_SESSIONS:
      self->recovery_max_sessions = g_value_get_uint (value);
      break;
    case PROP_MAX_SCREENED_EVENTS:
      self->max_screened_events = g_value_get_uint (value);
      break;
    case PROP_MAX_SCREENED_BYTES:
      self->max_screened_bytes = g_value_get_uint64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
socketio_options_finalize (GObject *object)
{
  g_clear_object (&SOCKETIO_OPTIONS (object)->parser);

  G_OBJECT_CLASS (socketio_options_parent_class)->finalize (object);
}

static void
socketio_options_describe_clients (GParamFlags flags)
{
  /**
   * SocketioOptions:connect-timeout:
   *
   * Milliseconds that a client has to join a namespace, after which its connection is closed.
   */
  properties[PROP_CONNECT_TIMEOUT] = g_param_spec_uint ("connect-timeout", NULL, NULL, 1, G_MAXINT,
                                                        45000, flags);

  /**
   * SocketioOptions:serve-client:
   *
   * Whether the server hands out the browser's client, at `socket.io.js` below its path.
   */
  properties[PROP_SERVE_CLIENT] = g_param_spec_boolean ("serve-client", NULL, NULL, TRUE, flags);

  /**
   * SocketioOptions:parser:
   *
   * How packets are written and read; clients must have the same. By default it is
   * [class@SocketioJsonParser], and %NULL sets that.
   */
  properties[PROP_PARSER] = g_param_spec_object ("parser", NULL, NULL, SOCKETIO_TYPE_PARSER, flags);

  /**
   * SocketioOptions:max-screened-events:
   *
   * How many events of one client may wait at a time for a function that was given to
   * [method@SocketioServerSocket.use] and decides later. Over it the client's connection is closed.
   */
  properties[PROP_MAX_SCREENED_EVENTS] = g_param_spec_uint (
    "max-screened-events", NULL, NULL, 1, G_MAXUINT, SOCKETIO_ALLOWANCE_EVENTS, flags);

  /**
   * SocketioOptions:max-screened-bytes:
   *
   * How many bytes they may have together.
   */
  properties[PROP_MAX_SCREENED_BYTES] = g_param_spec_uint64 (
    "max-screened-bytes", NULL, NULL, 1, G_MAXINT64, SOCKETIO_ALLOWANCE_BYTES, flags);
}

static void
socketio_options_describe_children (GParamFlags flags)
{
  /**
   * SocketioOptions:cleanup-empty-child-namespaces:
   *
   * Whether a namespace that was made because a client asked for it is taken away when nobody is in
   * it any more. Off, as in Node.
   */
  properties[PROP_CLEANUP_EMPTY_CHILD_NAMESPACES] = g_param_spec_boolean (
    "cleanup-empty-child-namespaces", NULL, NULL, FALSE, flags);

  /**
   * SocketioOptions:max-child-namespaces:
   *
   * How many namespaces there may be that were made because clients asked for them; then no more
   * are.
   */
  properties[PROP_MAX_CHILD_NAMESPACES] = g_param_spec_uint ("max-child-namespaces", NULL, NULL, 0,
                                                             G_MAXUINT, 10000, flags);
}

static void
socketio_options_describe_recovery (GParamFlags flags)
{
  /**
   * SocketioOptions:max-disconnection-duration:
   *
   * Milliseconds that a client has to come back after its connection broke and still get its
   * socket: the same id, rooms and data, and the events that it missed. 0, the default, is off: it
   * costs nothing then. Node's option has 120000 when it is on. Each event gets an offset as its
   * last argument.
   */
  properties[PROP_MAX_DISCONNECTION_DURATION] = g_param_spec_uint (
    "max-disconnection-duration", NULL, NULL, 0, G_MAXUINT / 4, 0, flags);

  /**
   * SocketioOptions:skip-middlewares:
   *
   * Whether a client that comes back to its session passes by what was put in its way with
   * [method@SocketioNamespace.use].
   */
  properties[PROP_SKIP_MIDDLEWARES] = g_param_spec_boolean ("skip-middlewares", NULL, NULL, TRUE,
                                                            flags);

  /**
   * SocketioOptions:recovery-max-packets:
   *
   * How many events a namespace keeps for clients that come back.
   */
  properties[PROP_RECOVERY_MAX_PACKETS] = g_param_spec_uint ("recovery-max-packets", NULL, NULL, 0,
                                                             G_MAXUINT / 4, 10000, flags);

  /**
   * SocketioOptions:recovery-max-bytes:
   *
   * How many bytes of events a namespace keeps for clients that come back.
   */
  properties[PROP_RECOVERY_MAX_BYTES] = g_param_spec_uint64 ("recovery-max-bytes", NULL, NULL, 0,
                                                             G_MAXINT64, 16 * 1024 * 1024, flags);

  /**
   * SocketioOptions:recovery-max-sessions:
   *
   * How many sessions a namespace keeps for clients to come back to.
   */
  properties[PROP_RECOVERY_MAX_SESSIONS] = g_param_spec_uint ("recovery-max-sessions", NULL, NULL,
                                                              0, G_MAXUINT / 4, 10000, flags);
}

static void
socketio_options_class_init (SocketioOptionsClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = socketio_options_finalize;
  object_class->get_property = socketio_options_get_property;
  object_class->set_property = socketio_options_set_property;
  klass->parent_class.default_path = "/socket.io";

  socketio_options_describe_clients (flags);
  socketio_options_describe_children (flags);
  socketio_options_describe_recovery (flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
socketio_options_init (SocketioOptions *self)
{
}

/**
 * socketio_options_new:
 *
 * Makes an options object with every option at its default. Beside its own properties it has those
 * of Engine.IO: `path` (here `/socket.io`), `ping-interval`, `ping-timeout`, `upgrade-timeout`,
 * `close-timeout`, `max-payload`, `max-payload-packets`, `max-queue-bytes`, `max-queue-packets`,
 * `soft-queue-bytes`, `soft-queue-packets`, `allow-upgrades`, `allow-eio3`, `polling`, `websocket`,
 * `cors`, `add-trailing-slash`, `cookie-name` and the rest of `cookie-`, `http-compression`,
 * `http-compression-threshold`, `per-message-deflate`, `per-message-deflate-threshold`,
 * `initial-packet`, `destroy-upgrade` and `destroy-upgrade-timeout`; and its signals
 * `allow-request`, whose request is a [struct@SocketioRequest], `generate-id`, `initial-headers`,
 * `headers` and `connection-error`.
 *
 * `cors` is an object with properties of its own: `credentials`, `max-age`, `exposed-headers`,
 * `allowed-headers`, `methods` and `success-status`, and a signal `allow-origin` that lets a
 * function decide about an origin.
 *
 * Returns: (transfer full): the options
 */
SocketioOptions *
socketio_options_new (void)
{
  return g_object_new (SOCKETIO_TYPE_OPTIONS, NULL);
}

/**
 * socketio_options_get_connect_timeout:
 * @options: the options
 *
 * Gets [property@SocketioOptions:connect-timeout].
 *
 * Returns: milliseconds
 */
guint
socketio_options_get_connect_timeout (SocketioOptions *self)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), 0);

  return self->connect_timeout;
}

/**
 * socketio_options_get_serve_client:
 * @options: the options
 *
 * Gets [property@SocketioOptions:serve-client].
 *
 * Returns: whether it is on
 */
gboolean
socketio_options_get_serve_client (SocketioOptions *self)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), FALSE);

  return self->serve_client;
}

/**
 * socketio_options_get_parser:
 * @options: the options
 *
 * Gets [property@SocketioOptions:parser].
 *
 * Returns: (transfer none): the parser
 */
SocketioParser *
socketio_options_get_parser (SocketioOptions *self)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), NULL);

  return self->parser;
}

/**
 * socketio_options_get_cleanup_empty_child_namespaces:
 * @options: the options
 *
 * Gets [property@SocketioOptions:cleanup-empty-child-namespaces].
 *
 * Returns: whether it is on
 */
gboolean
socketio_options_get_cleanup_empty_child_namespaces (SocketioOptions *self)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), FALSE);

  return self->cleanup_empty_child_namespaces;
}

/**
 * socketio_options_get_max_child_namespaces:
 * @options: the options
 *
 * Gets [property@SocketioOptions:max-child-namespaces].
 *
 * Returns: how many
 */
guint
socketio_options_get_max_child_namespaces (SocketioOptions *self)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), 0);

  return self->max_child_namespaces;
}

/**
 * socketio_options_get_max_disconnection_duration:
 * @options: the options
 *
 * Gets [property@SocketioOptions:max-disconnection-duration].
 *
 * Returns: milliseconds
 */
guint
socketio_options_get_max_disconnection_duration (SocketioOptions *self)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), 0);

  return self->max_disconnection_duration;
}

/**
 * socketio_options_get_skip_middlewares:
 * @options: the options
 *
 * Gets [property@SocketioOptions:skip-middlewares].
 *
 * Returns: whether it is on
 */
gboolean
socketio_options_get_skip_middlewares (SocketioOptions *self)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), FALSE);

  return self->skip_middlewares;
}

/**
 * socketio_options_get_recovery_max_packets:
 * @options: the options
 *
 * Gets [property@SocketioOptions:recovery-max-packets].
 *
 * Returns: how many
 */
guint
socketio_options_get_recovery_max_packets (SocketioOptions *self)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), 0);

  return self->recovery_max_packets;
}

/**
 * socketio_options_get_recovery_max_bytes:
 * @options: the options
 *
 * Gets [property@SocketioOptions:recovery-max-bytes].
 *
 * Returns: a number of bytes
 */
gsize
socketio_options_get_recovery_max_bytes (SocketioOptions *self)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), 0);

  return self->recovery_max_bytes;
}

/**
 * socketio_options_get_recovery_max_sessions:
 * @options: the options
 *
 * Gets [property@SocketioOptions:recovery-max-sessions].
 *
 * Returns: how many
 */
guint
socketio_options_get_recovery_max_sessions (SocketioOptions *self)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), 0);

  return self->recovery_max_sessions;
}

/**
 * socketio_options_get_max_screened_events:
 * @options: the options
 *
 * Gets [property@SocketioOptions:max-screened-events].
 *
 * Returns: how many
 */
guint
socketio_options_get_max_screened_events (SocketioOptions *self)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), 0);

  return self->max_screened_events;
}

/**
 * socketio_options_get_max_screened_bytes:
 * @options: the options
 *
 * Gets [property@SocketioOptions:max-screened-bytes].
 *
 * Returns: a number of bytes
 */
gsize
socketio_options_get_max_screened_bytes (SocketioOptions *self)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), 0);

  return self->max_screened_bytes;
}

/**
 * socketio_options_add_origin:
 * @options: the options
 * @origin: `scheme://host[:port]`, or `*` for any
 * @error: return location for an error
 *
 * Lets the pages of @origin connect, beside those of the same host and of this machine.
 *
 * Returns: %FALSE with an error if @origin is none
 */
gboolean
socketio_options_add_origin (SocketioOptions *self, const char *origin, GError **error)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), FALSE);

  return engineio_options_add_origin (ENGINEIO_OPTIONS (self), origin, error);
}

/**
 * socketio_options_add_origin_pattern:
 * @options: the options
 * @pattern: a regular expression
 * @error: return location for an error of %G_REGEX_ERROR
 *
 * Lets the pages connect whose origin, `scheme://host[:port]` in lower case and without a default
 * port, has a part that matches @pattern. An expression without `^` and `$` allows more than it
 * looks like.
 *
 * Returns: %FALSE with an error if @pattern is none
 */
gboolean
socketio_options_add_origin_pattern (SocketioOptions *self, const char *pattern, GError **error)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), FALSE);

  return engineio_options_add_origin_pattern (ENGINEIO_OPTIONS (self), pattern, error);
}

/**
 * socketio_options_add_host:
 * @options: the options
 * @host: a name that this server is called by, or `*` to accept any
 * @error: return location for an error
 *
 * Adds a host name to those that requests may be addressed to. IP addresses and this machine's own
 * names always are.
 *
 * Returns: %FALSE with an error if @host is no host name
 */
gboolean
socketio_options_add_host (SocketioOptions *self, const char *host, GError **error)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), FALSE);

  return engineio_options_add_host (ENGINEIO_OPTIONS (self), host, error);
}

/**
 * socketio_options_add_trusted_proxy:
 * @options: the options
 * @proxy: an IP address, or a network as `address/bits`
 * @error: return location for an error
 *
 * Believes a proxy in front of the server in what it says of who asks: the address of a socket is
 * then what it wrote last into X-Forwarded-For, or who came before other proxies that are believed;
 * X-Forwarded-Proto and X-Forwarded-Host tell how a page was asked for. Without one nobody is
 * believed.
 *
 * Returns: %FALSE with an error if @proxy is neither
 */
gboolean
socketio_options_add_trusted_proxy (SocketioOptions *self, const char *proxy, GError **error)
{
  g_return_val_if_fail (SOCKETIO_IS_OPTIONS (self), FALSE);

  return engineio_options_add_trusted_proxy (ENGINEIO_OPTIONS (self), proxy, error);
}

/**
 * socketio_options_use:
 * @options: the options
 * @func: (scope notified) (closure user_data) (destroy destroy): called for each request
 * @user_data: data for @func
 * @destroy: (nullable): frees @user_data
 *
 * Adds a function that every HTTP request of the protocol must pass, in the order in which they
 * were added: whoever wants a session, every poll and every WebSocket. A refusal is answered 400,
 * unless the function has set a status of its own on the message. In Node it is `io.engine.use ()`.
 */
void
socketio_options_use (SocketioOptions *self,
                      SocketioRequestFunc func,
                      gpointer user_data,
                      GDestroyNotify destroy)
{
  g_return_if_fail (SOCKETIO_IS_OPTIONS (self));

  engineio_http_options_use (ENGINEIO_HTTP_OPTIONS (self), (EngineioUseFunc)(void *)func, user_data,
                             destroy);
}
