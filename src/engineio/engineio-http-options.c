/* engineio-http-options.c: how the server treats what comes by HTTP
 *
 * The base of EngineioOptions, which adds limits and timers. Beside values it has what a program
 * may want a say in: signals and hooks, which the server calls while it looks at a request. Names
 * and defaults are those of Node's engine.io 6.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-http-options-private.h"

#include "engineio-incoming.h"

typedef struct
{
  EngineioUseFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Hook;

typedef struct
{
  EngineioHttpSettings settings;
  GArray *hooks; /* of Hook */
} EngineioHttpOptionsPrivate;

enum
{
  PROP_0,
  PROP_ADD_TRAILING_SLASH,
  PROP_COOKIE_NAME,
  PROP_COOKIE_PATH,
  PROP_COOKIE_SAME_SITE,
  PROP_COOKIE_HTTP_ONLY,
  PROP_COOKIE_SECURE,
  PROP_HTTP_COMPRESSION,
  PROP_HTTP_COMPRESSION_THRESHOLD,
  PROP_PER_MESSAGE_DEFLATE,
  PROP_PER_MESSAGE_DEFLATE_THRESHOLD,
  PROP_INITIAL_PACKET,
  PROP_DESTROY_UPGRADE,
  PROP_DESTROY_UPGRADE_TIMEOUT,
  N_PROPERTIES,
};

enum
{
  ALLOW_REQUEST,
  GENERATE_ID,
  INITIAL_HEADERS,
  HEADERS,
  CONNECTION_ERROR,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_PRIVATE (EngineioHttpOptions, engineio_http_options, G_TYPE_OBJECT)

#define PRIVATE(self)                                                                              \
  ((EngineioHttpOptionsPrivate *)engineio_http_options_get_instance_private (self))

/* Each property is one field: where it lies. */
static gpointer
find_field (EngineioHttpSettings *settings, guint id)
{
  const gpointer fields[N_PROPERTIES] = {
    [PROP_ADD_TRAILING_SLASH] = &settings->add_trailing_slash,
    [PROP_COOKIE_NAME] = &settings->cookie_name,
    [PROP_COOKIE_PATH] = &settings->cookie_path,
    [PROP_COOKIE_SAME_SITE] = &settings->cookie_same_site,
    [PROP_COOKIE_HTTP_ONLY] = &settings->cookie_http_only,
    [PROP_COOKIE_SECURE] = &settings->cookie_secure,
    [PROP_HTTP_COMPRESSION] = &settings->http_compression,
    [PROP_HTTP_COMPRESSION_THRESHOLD] = &settings->http_compression_threshold,
    [PROP_PER_MESSAGE_DEFLATE] = &settings->per_message_deflate,
    [PROP_PER_MESSAGE_DEFLATE_THRESHOLD] = &settings->per_message_deflate_threshold,
    [PROP_INITIAL_PACKET] = &settings->initial_packet,
    [PROP_DESTROY_UPGRADE] = &settings->destroy_upgrade,
    [PROP_DESTROY_UPGRADE_TIMEOUT] = &settings->destroy_upgrade_timeout,
  };

  return fields[id];
}

static void
engineio_http_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  gpointer field = find_field (&PRIVATE (ENGINEIO_HTTP_OPTIONS (object))->settings, id);

  if (G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, *(char **)field);
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, *(gboolean *)field);
  else
    g_value_set_uint (value, *(guint *)field);
}

/* What goes into a header must not end it. */
static gboolean
is_harmless (guint id, const char *text)
{
  return id == PROP_INITIAL_PACKET || text == NULL || strpbrk (text, ";,\r\n") == NULL;
}

static void
set_text (char **field, guint id, const char *text)
{
  g_return_if_fail (is_harmless (id, text));

  g_free (*field);
  *field = g_strdup (text);
}

static void
engineio_http_options_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  gpointer field = find_field (&PRIVATE (ENGINEIO_HTTP_OPTIONS (object))->settings, id);

  if (G_VALUE_HOLDS_STRING (value))
    set_text (field, id, g_value_get_string (value));
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    *(gboolean *)field = g_value_get_boolean (value);
  else
    *(guint *)field = g_value_get_uint (value);
}

static void
engineio_http_options_finalize (GObject *object)
{
  EngineioHttpOptionsPrivate *priv = PRIVATE (ENGINEIO_HTTP_OPTIONS (object));

  g_array_unref (priv->hooks);
  g_free (priv->settings.cookie_name);
  g_free (priv->settings.cookie_path);
  g_free (priv->settings.cookie_same_site);
  g_free (priv->settings.initial_packet);

  G_OBJECT_CLASS (engineio_http_options_parent_class)->finalize (object);
}

static void
install_cookie_properties (GParamFlags flags)
{
  /**
   * EngineioHttpOptions:cookie-name:
   *
   * The name of a cookie that brings the session's id to the client, with the first answer of a
   * polling session, so that a balancer can keep the session on one server. %NULL, the default, for
   * none. Node names it `io`.
   */
  properties[PROP_COOKIE_NAME] = g_param_spec_string ("cookie-name", NULL, NULL, NULL, flags);

  /**
   * EngineioHttpOptions:cookie-path:
   *
   * The path that the cookie is sent back for; `/` by default.
   */
  properties[PROP_COOKIE_PATH] = g_param_spec_string ("cookie-path", NULL, NULL, "/", flags);

  /**
   * EngineioHttpOptions:cookie-same-site:
   *
   * Whether other sites' requests bear the cookie: `Lax`, the default, `Strict` or `None`, which
   * browsers only take with [property@EngineioHttpOptions:cookie-secure]. %NULL leaves it out.
   */
  properties[PROP_COOKIE_SAME_SITE] = g_param_spec_string ("cookie-same-site", NULL, NULL, "Lax",
                                                           flags);

  /**
   * EngineioHttpOptions:cookie-http-only:
   *
   * Whether the cookie is kept from the page's scripts; %TRUE by default.
   */
  properties[PROP_COOKIE_HTTP_ONLY] = g_param_spec_boolean ("cookie-http-only", NULL, NULL, TRUE,
                                                            flags);

  /**
   * EngineioHttpOptions:cookie-secure:
   *
   * Whether the cookie is for encrypted connections only.
   */
  properties[PROP_COOKIE_SECURE] = g_param_spec_boolean ("cookie-secure", NULL, NULL, FALSE, flags);
}

static void
install_compression_properties (GParamFlags flags)
{
  /**
   * EngineioHttpOptions:http-compression:
   *
   * Whether long answers to polls are compressed, with gzip or deflate, for a client that takes
   * that.
   */
  properties[PROP_HTTP_COMPRESSION] = g_param_spec_boolean ("http-compression", NULL, NULL, TRUE,
                                                            flags);

  /**
   * EngineioHttpOptions:http-compression-threshold:
   *
   * Bytes from which on an answer to a poll is long.
   */
  properties[PROP_HTTP_COMPRESSION_THRESHOLD] = g_param_spec_uint (
    "http-compression-threshold", NULL, NULL, 0, G_MAXINT, 1024, flags);

  /**
   * EngineioHttpOptions:per-message-deflate:
   *
   * Whether WebSocket messages are compressed (RFC 7692) with a client that offers that; %FALSE by
   * default, as it costs time. Each message stands alone, in both directions: one that goes to many
   * is compressed once, and no connection keeps a window in memory.
   */
  properties[PROP_PER_MESSAGE_DEFLATE] = g_param_spec_boolean ("per-message-deflate", NULL, NULL,
                                                               FALSE, flags);

  /**
   * EngineioHttpOptions:per-message-deflate-threshold:
   *
   * Bytes from which on a message is compressed.
   */
  properties[PROP_PER_MESSAGE_DEFLATE_THRESHOLD] = g_param_spec_uint (
    "per-message-deflate-threshold", NULL, NULL, 0, G_MAXINT, 1024, flags);
}

static void
install_request_properties (GParamFlags flags)
{
  /**
   * EngineioHttpOptions:add-trailing-slash:
   *
   * Whether requests need the slash at the end of the path. If not, `/socket.io?EIO=4` is for us as
   * well as `/socket.io/?EIO=4`.
   */
  properties[PROP_ADD_TRAILING_SLASH] = g_param_spec_boolean ("add-trailing-slash", NULL, NULL,
                                                              TRUE, flags);

  /**
   * EngineioHttpOptions:initial-packet:
   *
   * A message that every client gets right behind the handshake; %NULL, the default, for none. It
   * is one of Engine.IO, of which a client of Socket.IO makes nothing unless it is a packet of
   * that.
   */
  properties[PROP_INITIAL_PACKET] = g_param_spec_string ("initial-packet", NULL, NULL, NULL, flags);

  /**
   * EngineioHttpOptions:destroy-upgrade:
   *
   * Whether a request for a WebSocket on another path is closed when nobody has answered it in
   * time.
   */
  properties[PROP_DESTROY_UPGRADE] = g_param_spec_boolean ("destroy-upgrade", NULL, NULL, TRUE,
                                                           flags);

  /**
   * EngineioHttpOptions:destroy-upgrade-timeout:
   *
   * Milliseconds that others have to answer such a request.
   */
  properties[PROP_DESTROY_UPGRADE_TIMEOUT] = g_param_spec_uint ("destroy-upgrade-timeout", NULL,
                                                                NULL, 1, G_MAXINT, 1000, flags);
}

static gboolean
take_first_text (GSignalInvocationHint *hint,
                 GValue *result,
                 const GValue *returned,
                 gpointer user_data)
{
  g_value_copy (returned, result);
  return g_value_get_string (returned) == NULL;
}

static void
install_asking_signals (GType type)
{
  /**
   * EngineioHttpOptions::allow-request:
   * @options: the options
   * @incoming: (type GObject): the request, to be allowed or refused
   *
   * A client wants to open a session. Requests of sessions that there are do not come here. Nobody
   * who connects means that all may.
   *
   * Returns: %TRUE to decide, now or later; whoever decides later keeps a reference to @incoming.
   *   %FALSE leaves it to others.
   */
  signals[ALLOW_REQUEST] = g_signal_new ("allow-request", type, G_SIGNAL_RUN_LAST, 0,
                                         g_signal_accumulator_true_handled, NULL, NULL,
                                         G_TYPE_BOOLEAN, 1, G_TYPE_OBJECT);

  /**
   * EngineioHttpOptions::generate-id:
   * @options: the options
   * @message: the request that opens a session
   *
   * The session needs an id: 1 to 64 letters, digits, `-`, `_`, `.` or `~`, that no other has and
   * nobody can guess. If it is none, or taken, the client is refused.
   *
   * Returns: (transfer full) (nullable): the id; %NULL for one of ours
   */
  signals[GENERATE_ID] = g_signal_new ("generate-id", type, G_SIGNAL_RUN_LAST, 0, take_first_text,
                                       NULL, NULL, G_TYPE_STRING, 1, SOUP_TYPE_SERVER_MESSAGE);
}

static void
install_telling_signals (GType type)
{
  /**
   * EngineioHttpOptions::initial-headers:
   * @options: the options
   * @message: the request that opens a session
   *
   * The first answer to a client is about to be made; headers can be added to it.
   */
  signals[INITIAL_HEADERS] = g_signal_new ("initial-headers", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 1, SOUP_TYPE_SERVER_MESSAGE);

  /**
   * EngineioHttpOptions::headers:
   * @options: the options
   * @message: a request
   *
   * An answer is about to be made, be it the handshake of a WebSocket; headers can be added to it.
   */
  signals[HEADERS] = g_signal_new ("headers", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, SOUP_TYPE_SERVER_MESSAGE);

  /**
   * EngineioHttpOptions::connection-error:
   * @options: the options
   * @message: the request, which is answered already
   * @code: the code that the protocol has for the error, 0 to 5
   * @text: what the client is told
   * @context: (nullable): more about it: the transport of code 0, the id of 1, the method of 2, the
   *   version of 5; for the others INVALID_ORIGIN (an Origin or a Host that may not ask),
   *   TRANSPORT_MISMATCH, TRANSPORT_HANDSHAKE_ERROR, MIDDLEWARE_FAILURE, ID_GENERATION_ERROR or
   *   NOT_ALLOWED. It may be a stranger's text.
   *
   * A request was refused.
   */
  signals[CONNECTION_ERROR] = g_signal_new ("connection-error", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 4, SOUP_TYPE_SERVER_MESSAGE,
                                            G_TYPE_UINT, G_TYPE_STRING, G_TYPE_STRING);
}

static void
engineio_http_options_class_init (EngineioHttpOptionsClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = engineio_http_options_get_property;
  object_class->set_property = engineio_http_options_set_property;
  object_class->finalize = engineio_http_options_finalize;

  install_request_properties (flags);
  install_cookie_properties (flags);
  install_compression_properties (flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  install_asking_signals (G_TYPE_FROM_CLASS (klass));
  install_telling_signals (G_TYPE_FROM_CLASS (klass));
}

static void
hook_clear (gpointer data)
{
  Hook *hook = data;

  if (hook->destroy != NULL)
    hook->destroy (hook->user_data);
}

static void
engineio_http_options_init (EngineioHttpOptions *self)
{
  PRIVATE (self)->hooks = g_array_new (FALSE, FALSE, sizeof (Hook));
  g_array_set_clear_func (PRIVATE (self)->hooks, hook_clear);
}

/**
 * engineio_http_options_use:
 * @options: the options
 * @func: (scope notified) (closure user_data) (destroy destroy): called for each request
 * @user_data: data for @func
 * @destroy: (nullable): frees @user_data
 *
 * Adds a function that every request of the protocol must pass, before it is looked at and whether
 * it has a session or not. They are called in the order in which they were added, each when the one
 * before has allowed the request. A refusal is answered 400 with the code 3, unless the function
 * has set a status of its own on the message.
 */
void
engineio_http_options_use (EngineioHttpOptions *self,
                           EngineioUseFunc func,
                           gpointer user_data,
                           GDestroyNotify destroy)
{
  Hook hook = { func, user_data, destroy };

  g_return_if_fail (ENGINEIO_IS_HTTP_OPTIONS (self));
  g_return_if_fail (func != NULL);

  g_array_append_val (PRIVATE (self)->hooks, hook);
}

const EngineioHttpSettings *
engineio_http_options_peek (gpointer options)
{
  return &PRIVATE (options)->settings;
}

gboolean
engineio_http_options_has_hook (gpointer options, guint step)
{
  return step < PRIVATE (options)->hooks->len;
}

void
engineio_http_options_call_hook (gpointer options, guint step, EngineioIncoming *incoming)
{
  /* A copy: the function may add others. */
  Hook hook = g_array_index (PRIVATE (options)->hooks, Hook, step);

  hook.func (incoming, hook.user_data);
}

/* Whether somebody decides; if not, the request is allowed. */
gboolean
engineio_http_options_ask (gpointer options, EngineioIncoming *incoming)
{
  gboolean taken = FALSE;

  g_signal_emit (options, signals[ALLOW_REQUEST], 0, incoming, &taken);
  return taken;
}

char *
engineio_http_options_generate_id (gpointer options, SoupServerMessage *message)
{
  char *id = NULL;

  g_signal_emit (options, signals[GENERATE_ID], 0, message, &id);
  return id;
}

void
engineio_http_options_tell_headers (gpointer options, SoupServerMessage *message, gboolean initial)
{
  if (initial)
    g_signal_emit (options, signals[INITIAL_HEADERS], 0, message);
  g_signal_emit (options, signals[HEADERS], 0, message);
}

void
engineio_http_options_tell_refusal (gpointer options,
                                    SoupServerMessage *message,
                                    guint code,
                                    const char *text,
                                    const char *context)
{
  g_signal_emit (options, signals[CONNECTION_ERROR], 0, message, code, text, context);
}
