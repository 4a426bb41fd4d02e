/* engineio-options.c: every limit and timer of Engine.IO, with its default
 *
 * What has to do with HTTP requests is in its parent, engineio-http-options.c.
 *
 * Defaults are those of Node's engine.io 6 where it has the option. The limits of the queue are our
 * own: Node has none, and one client that does not read can take all memory there.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-options.h"

#include "http-cors.h"

#include "engineio-http-options-private.h"

typedef struct
{
  char *path;
  HttpCors *cors;
  guint ping_interval;
  guint ping_timeout;
  guint upgrade_timeout;
  guint close_timeout;
  gsize max_payload;
  gsize max_queue_bytes;
  guint max_queue_packets;
  gsize soft_queue_bytes;
  guint soft_queue_packets;
  guint max_payload_packets;
  gboolean allow_upgrades;
  gboolean allow_eio3;
  gboolean polling;
  gboolean websocket;
} EngineioOptionsPrivate;

enum
{
  PROP_0,
  PROP_PATH,
  PROP_CORS,
  PROP_PING_INTERVAL,
  PROP_PING_TIMEOUT,
  PROP_UPGRADE_TIMEOUT,
  PROP_CLOSE_TIMEOUT,
  PROP_MAX_PAYLOAD,
  PROP_MAX_QUEUE_BYTES,
  PROP_MAX_QUEUE_PACKETS,
  PROP_SOFT_QUEUE_BYTES,
  PROP_SOFT_QUEUE_PACKETS,
  PROP_MAX_PAYLOAD_PACKETS,
  PROP_ALLOW_UPGRADES,
  PROP_ALLOW_EIO3,
  PROP_POLLING,
  PROP_WEBSOCKET,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_TYPE_WITH_PRIVATE (EngineioOptions, engineio_options, ENGINEIO_TYPE_HTTP_OPTIONS)

#define PRIVATE(self) ((EngineioOptionsPrivate *)engineio_options_get_instance_private (self))

/* "/chat/" and "/chat" are the same path; what is kept has no slash at its end. */
static char *
normalize_path (const char *path)
{
  char *kept = g_strdup_printf ("%s%s", *path == '/' ? "" : "/", path);
  gsize length = strlen (kept);

  while (length > 1 && kept[length - 1] == '/')
    kept[--length] = '\0';
  return kept;
}

static void
engineio_options_set_path (EngineioOptions *self, const char *path)
{
  EngineioOptionsPrivate *priv = PRIVATE (self);

  g_free (priv->path);
  priv->path = normalize_path (path != NULL ? path
                                            : ENGINEIO_OPTIONS_GET_CLASS (self)->default_path);
}

static void
engineio_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  EngineioOptionsPrivate *priv = PRIVATE (ENGINEIO_OPTIONS (object));

  switch (id)
    {
    case PROP_PATH:
      g_value_set_string (value, priv->path);
      break;
    case PROP_CORS:
      g_value_set_object (value, priv->cors);
      break;
    case PROP_PING_INTERVAL:
      g_value_set_uint (value, priv->ping_interval);
      break;
    case PROP_PING_TIMEOUT:
      g_value_set_uint (value, priv->ping_timeout);
      break;
    case PROP_UPGRADE_TIMEOUT:
      g_value_set_uint (value, priv->upgrade_timeout);
      break;
    case PROP_CLOSE_TIMEOUT:
      g_value_set_uint (value, priv->close_timeout);
      break;
    case PROP_MAX_PAYLOAD:
      g_value_set_uint64 (value, priv->max_payload);
      break;
    case PROP_MAX_QUEUE_BYTES:
      g_value_set_uint64 (value, priv->max_queue_bytes);
      break;
    case PROP_MAX_QUEUE_PACKETS:
      g_value_set_uint (value, priv->max_queue_packets);
      break;
    case PROP_SOFT_QUEUE_BYTES:
      g_value_set_uint64 (value, priv->soft_queue_bytes);
      break;
    case PROP_SOFT_QUEUE_PACKETS:
      g_value_set_uint (value, priv->soft_queue_packets);
      break;
    case PROP_MAX_PAYLOAD_PACKETS:
      g_value_set_uint (value, priv->max_payload_packets);
      break;
    case PROP_ALLOW_UPGRADES:
      g_value_set_boolean (value, priv->allow_upgrades);
      break;
    case PROP_ALLOW_EIO3:
      g_value_set_boolean (value, priv->allow_eio3);
      break;
    case PROP_POLLING:
      g_value_set_boolean (value, priv->polling);
      break;
    case PROP_WEBSOCKET:
      g_value_set_boolean (value, priv->websocket);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
engineio_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  EngineioOptionsPrivate *priv = PRIVATE (ENGINEIO_OPTIONS (object));

  switch (id)
    {
    case PROP_PATH:
      engineio_options_set_path (ENGINEIO_OPTIONS (object), g_value_get_string (value));
      break;
    case PROP_CORS:
      if (g_value_get_object (value) != NULL)
        g_set_object (&priv->cors, g_value_get_object (value));
      break;
    case PROP_PING_INTERVAL:
      priv->ping_interval = g_value_get_uint (value);
      break;
    case PROP_PING_TIMEOUT:
      priv->ping_timeout = g_value_get_uint (value);
      break;
    case PROP_UPGRADE_TIMEOUT:
      priv->upgrade_timeout = g_value_get_uint (value);
      break;
    case PROP_CLOSE_TIMEOUT:
      priv->close_timeout = g_value_get_uint (value);
      break;
    case PROP_MAX_PAYLOAD:
      priv->max_payload = g_value_get_uint64 (value);
      break;
    case PROP_MAX_QUEUE_BYTES:
      priv->max_queue_bytes = g_value_get_uint64 (value);
      break;
    case PROP_MAX_QUEUE_PACKETS:
      priv->max_queue_packets = g_value_get_uint (value);
      break;
    case PROP_SOFT_QUEUE_BYTES:
      priv->soft_queue_bytes = g_value_get_uint64 (value);
      break;
    case PROP_SOFT_QUEUE_PACKETS:
      priv->soft_queue_packets = g_value_get_uint (value);
      break;
    case PROP_MAX_PAYLOAD_PACKETS:
      priv->max_payload_packets = g_value_get_uint (value);
      break;
    case PROP_ALLOW_UPGRADES:
      priv->allow_upgrades = g_value_get_boolean (value);
      break;
    case PROP_ALLOW_EIO3:
      priv->allow_eio3 = g_value_get_boolean (value);
      break;
    case PROP_POLLING:
      priv->polling = g_value_get_boolean (value);
      break;
    case PROP_WEBSOCKET:
      priv->websocket = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
engineio_options_finalize (GObject *object)
{
  EngineioOptionsPrivate *priv = PRIVATE (ENGINEIO_OPTIONS (object));

  g_free (priv->path);
  g_clear_object (&priv->cors);

  G_OBJECT_CLASS (engineio_options_parent_class)->finalize (object);
}

static void
engineio_options_describe_place (GParamFlags flags)
{
  /**
   * EngineioOptions:path:
   *
   * The path that the server answers below. A slash at its end makes no difference. %NULL, the
   * default, is `/engine.io`, and `/socket.io` where Socket.IO is spoken.
   */
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);

  /**
   * EngineioOptions:cors:
   *
   * Who may ask, and under which host names: an object of the HTTP layer, to be shared with what
   * else a program serves. [method@EngineioOptions.add_origin] and
   * [method@EngineioOptions.add_host] widen it. It has properties of its own: `credentials`,
   * `max-age`, `exposed-headers`, `allowed-headers`, `methods` and `success-status`, and a signal
   * `allow-origin` (the origin) that lets a function decide.
   */
  properties[PROP_CORS] = g_param_spec_object ("cors", NULL, NULL, HTTP_TYPE_CORS, flags);
}

static void
engineio_options_describe_timers (GParamFlags flags)
{
  /**
   * EngineioOptions:ping-interval:
   *
   * Milliseconds between a pong and the next ping of the server. The server tells its clients.
   */
  properties[PROP_PING_INTERVAL] = g_param_spec_uint ("ping-interval", NULL, NULL, 1, G_MAXINT,
                                                      25000, flags);

  /**
   * EngineioOptions:ping-timeout:
   *
   * Milliseconds that a client has to answer a ping before it is given up.
   */
  properties[PROP_PING_TIMEOUT] = g_param_spec_uint ("ping-timeout", NULL, NULL, 1, G_MAXINT, 20000,
                                                     flags);

  /**
   * EngineioOptions:upgrade-timeout:
   *
   * Milliseconds that an upgrade from polling to WebSocket may take; then it is given up and
   * polling goes on.
   */
  properties[PROP_UPGRADE_TIMEOUT] = g_param_spec_uint ("upgrade-timeout", NULL, NULL, 1, G_MAXINT,
                                                        10000, flags);

  /**
   * EngineioOptions:close-timeout:
   *
   * Milliseconds that a session which is being closed waits for its peer to fetch what is left for
   * it.
   */
  properties[PROP_CLOSE_TIMEOUT] = g_param_spec_uint ("close-timeout", NULL, NULL, 1, G_MAXINT,
                                                      30000, flags);
}

static void
engineio_options_describe_limits (GParamFlags flags)
{
  /**
   * EngineioOptions:max-payload:
   *
   * Bytes that a message on a WebSocket, or the body of a polling request, may have. The server
   * tells its clients. Node calls it `maxHttpBufferSize`.
   */
  properties[PROP_MAX_PAYLOAD] = g_param_spec_uint64 ("max-payload", NULL, NULL, 1, G_MAXINT,
                                                      1000000, flags);

  /**
   * EngineioOptions:max-payload-packets:
   *
   * Packets that one polling body of ours may have; the rest goes with the next. python-engineio
   * takes 16 by default, and loses the body that has more.
   */
  properties[PROP_MAX_PAYLOAD_PACKETS] = g_param_spec_uint ("max-payload-packets", NULL, NULL, 1,
                                                            G_MAXINT, 16, flags);

  /**
   * EngineioOptions:max-queue-bytes:
   *
   * Bytes that may wait for a client that does not read. A client that is sent more when so many
   * wait is closed. A single message may be larger.
   */
  properties[PROP_MAX_QUEUE_BYTES] = g_param_spec_uint64 ("max-queue-bytes", NULL, NULL, 1,
                                                          G_MAXINT, 16 * 1024 * 1024, flags);

  /**
   * EngineioOptions:max-queue-packets:
   *
   * Packets that may wait for a client that does not read. Over it the client is closed.
   */
  properties[PROP_MAX_QUEUE_PACKETS] = g_param_spec_uint ("max-queue-packets", NULL, NULL, 1,
                                                          G_MAXINT, 16384, flags);

  /**
   * EngineioOptions:soft-queue-bytes:
   *
   * Bytes that may wait for a client before its volatile packets are dropped: those in the queue,
   * and new ones until it is shorter. Others wait on, up to
   * [property@EngineioOptions:max-queue-bytes].
   */
  properties[PROP_SOFT_QUEUE_BYTES] = g_param_spec_uint64 ("soft-queue-bytes", NULL, NULL, 1,
                                                           G_MAXINT, 4 * 1024 * 1024, flags);

  /**
   * EngineioOptions:soft-queue-packets:
   *
   * Packets that may wait for a client before its volatile ones are dropped, as with
   * [property@EngineioOptions:soft-queue-bytes].
   */
  properties[PROP_SOFT_QUEUE_PACKETS] = g_param_spec_uint ("soft-queue-packets", NULL, NULL, 1,
                                                           G_MAXINT, 4096, flags);
}

static void
engineio_options_describe_offers (GParamFlags flags)
{
  /**
   * EngineioOptions:polling:
   *
   * Whether HTTP long-polling is offered.
   */
  properties[PROP_POLLING] = g_param_spec_boolean ("polling", NULL, NULL, TRUE, flags);

  /**
   * EngineioOptions:websocket:
   *
   * Whether WebSocket is offered.
   */
  properties[PROP_WEBSOCKET] = g_param_spec_boolean ("websocket", NULL, NULL, TRUE, flags);

  /**
   * EngineioOptions:allow-upgrades:
   *
   * Whether a session that began with polling may go on with a WebSocket.
   */
  properties[PROP_ALLOW_UPGRADES] = g_param_spec_boolean ("allow-upgrades", NULL, NULL, TRUE,
                                                          flags);

  /**
   * EngineioOptions:allow-eio3:
   *
   * Whether clients of revision 3 of the protocol may come too: those of Socket.IO 1 and 2. Node
   * calls it `allowEIO3`. Such a client takes the id of its session for that of its socket, so
   * whoever is told the one knows the other.
   */
  properties[PROP_ALLOW_EIO3] = g_param_spec_boolean ("allow-eio3", NULL, NULL, FALSE, flags);
}

static void
engineio_options_class_init (EngineioOptionsClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = engineio_options_get_property;
  object_class->set_property = engineio_options_set_property;
  object_class->finalize = engineio_options_finalize;
  klass->default_path = "/engine.io";

  engineio_options_describe_place (flags);
  engineio_options_describe_timers (flags);
  engineio_options_describe_limits (flags);
  engineio_options_describe_offers (flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
engineio_options_init (EngineioOptions *self)
{
  PRIVATE (self)->cors = http_cors_new ();
}

/**
 * engineio_options_new:
 *
 * Makes an options object with every option at its default.
 *
 * Returns: (transfer full): the options
 */
EngineioOptions *
engineio_options_new (void)
{
  return g_object_new (ENGINEIO_TYPE_OPTIONS, NULL);
}

/**
 * engineio_options_get_path:
 * @options: the options
 *
 * Gets [property@EngineioOptions:path].
 *
 * Returns: the path, without a slash at its end
 */
const char *
engineio_options_get_path (EngineioOptions *self)
{
  return PRIVATE (self)->path;
}

/**
 * engineio_options_get_cors:
 * @options: the options
 *
 * Gets [property@EngineioOptions:cors].
 *
 * Returns: (transfer none): who may ask
 */
HttpCors *
engineio_options_get_cors (EngineioOptions *self)
{
  return PRIVATE (self)->cors;
}

/**
 * engineio_options_add_origin:
 * @options: the options
 * @origin: `scheme://host[:port]`, or `*` for any
 * @error: return location for an error
 *
 * Lets the pages of @origin ask, beside those of the same host and of this machine.
 *
 * Returns: %FALSE with an error if @origin is none
 */
gboolean
engineio_options_add_origin (EngineioOptions *self, const char *origin, GError **error)
{
  return http_cors_add_origin (PRIVATE (self)->cors, origin, error);
}

/**
 * engineio_options_add_origin_pattern:
 * @options: the options
 * @pattern: a regular expression
 * @error: return location for an error of %G_REGEX_ERROR
 *
 * Lets the pages ask whose origin, `scheme://host[:port]`, has a part that matches @pattern.
 *
 * Returns: %FALSE with an error if @pattern is none
 */
gboolean
engineio_options_add_origin_pattern (EngineioOptions *self, const char *pattern, GError **error)
{
  return http_cors_add_origin_pattern (PRIVATE (self)->cors, pattern, error);
}

/**
 * engineio_options_add_host:
 * @options: the options
 * @host: a name that this server is called by, or `*` to accept any
 * @error: return location for an error
 *
 * Adds a host name to those that requests may be addressed to. IP addresses and this machine's own
 * names always are; any other is refused, because it may be a page's way to reach into the local
 * network by DNS rebinding.
 *
 * Returns: %FALSE with an error if @host is no host name
 */
gboolean
engineio_options_add_host (EngineioOptions *self, const char *host, GError **error)
{
  return http_cors_add_host (PRIVATE (self)->cors, host, error);
}

/**
 * engineio_options_add_trusted_proxy:
 * @options: the options
 * @proxy: an IP address, or a network as `address/bits`
 * @error: return location for an error
 *
 * Believes a proxy in what it says of who asks: their address in X-Forwarded-For, and what they
 * asked by in X-Forwarded-Proto and X-Forwarded-Host. Without one nobody is believed.
 *
 * Returns: %FALSE with an error if @proxy is neither
 */
gboolean
engineio_options_add_trusted_proxy (EngineioOptions *self, const char *proxy, GError **error)
{
  return http_cors_add_trusted_proxy (PRIVATE (self)->cors, proxy, error);
}

/**
 * engineio_options_get_ping_interval:
 * @options: the options
 *
 * Gets [property@EngineioOptions:ping-interval].
 *
 * Returns: milliseconds
 */
guint
engineio_options_get_ping_interval (EngineioOptions *self)
{
  return PRIVATE (self)->ping_interval;
}

/**
 * engineio_options_get_ping_timeout:
 * @options: the options
 *
 * Gets [property@EngineioOptions:ping-timeout].
 *
 * Returns: milliseconds
 */
guint
engineio_options_get_ping_timeout (EngineioOptions *self)
{
  return PRIVATE (self)->ping_timeout;
}

/**
 * engineio_options_get_upgrade_timeout:
 * @options: the options
 *
 * Gets [property@EngineioOptions:upgrade-timeout].
 *
 * Returns: milliseconds
 */
guint
engineio_options_get_upgrade_timeout (EngineioOptions *self)
{
  return PRIVATE (self)->upgrade_timeout;
}

/**
 * engineio_options_get_close_timeout:
 * @options: the options
 *
 * Gets [property@EngineioOptions:close-timeout].
 *
 * Returns: milliseconds
 */
guint
engineio_options_get_close_timeout (EngineioOptions *self)
{
  return PRIVATE (self)->close_timeout;
}

/**
 * engineio_options_get_max_payload:
 * @options: the options
 *
 * Gets [property@EngineioOptions:max-payload].
 *
 * Returns: a number of bytes
 */
gsize
engineio_options_get_max_payload (EngineioOptions *self)
{
  return PRIVATE (self)->max_payload;
}

/**
 * engineio_options_get_max_queue_bytes:
 * @options: the options
 *
 * Gets [property@EngineioOptions:max-queue-bytes].
 *
 * Returns: a number of bytes
 */
gsize
engineio_options_get_max_queue_bytes (EngineioOptions *self)
{
  return PRIVATE (self)->max_queue_bytes;
}

/**
 * engineio_options_get_max_queue_packets:
 * @options: the options
 *
 * Gets [property@EngineioOptions:max-queue-packets].
 *
 * Returns: how many
 */
guint
engineio_options_get_max_queue_packets (EngineioOptions *self)
{
  return PRIVATE (self)->max_queue_packets;
}

/**
 * engineio_options_get_soft_queue_bytes:
 * @options: the options
 *
 * Gets [property@EngineioOptions:soft-queue-bytes].
 *
 * Returns: a number of bytes
 */
gsize
engineio_options_get_soft_queue_bytes (EngineioOptions *self)
{
  return PRIVATE (self)->soft_queue_bytes;
}

/**
 * engineio_options_get_max_payload_packets:
 * @options: the options
 *
 * Gets [property@EngineioOptions:max-payload-packets].
 *
 * Returns: how many
 */
guint
engineio_options_get_max_payload_packets (EngineioOptions *self)
{
  return PRIVATE (self)->max_payload_packets;
}

/**
 * engineio_options_get_soft_queue_packets:
 * @options: the options
 *
 * Gets [property@EngineioOptions:soft-queue-packets].
 *
 * Returns: how many
 */
guint
engineio_options_get_soft_queue_packets (EngineioOptions *self)
{
  return PRIVATE (self)->soft_queue_packets;
}

/**
 * engineio_options_get_allow_upgrades:
 * @options: the options
 *
 * Gets [property@EngineioOptions:allow-upgrades].
 *
 * Returns: whether it is on
 */
gboolean
engineio_options_get_allow_upgrades (EngineioOptions *self)
{
  return PRIVATE (self)->allow_upgrades;
}

/**
 * engineio_options_get_allow_eio3:
 * @options: the options
 *
 * Gets [property@EngineioOptions:allow-eio3].
 *
 * Returns: whether it is on
 */
gboolean
engineio_options_get_allow_eio3 (EngineioOptions *self)
{
  return PRIVATE (self)->allow_eio3;
}

/**
 * engineio_options_get_polling:
 * @options: the options
 *
 * Gets [property@EngineioOptions:polling].
 *
 * Returns: whether it is on
 */
gboolean
engineio_options_get_polling (EngineioOptions *self)
{
  return PRIVATE (self)->polling;
}

/**
 * engineio_options_get_websocket:
 * @options: the options
 *
 * Gets [property@EngineioOptions:websocket].
 *
 * Returns: whether it is on
 */
gboolean
engineio_options_get_websocket (EngineioOptions *self)
{
  return PRIVATE (self)->websocket;
}
