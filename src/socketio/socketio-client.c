/* socketio-client.c: the manager of a client's connection
 *
 * Has the sockets, one for each namespace, which share the connection. How the connection is
 * opened, lost and opened again is in socketio-client-dial.c; the options that only pass through to
 * the layer below are in socketio-client-options.c.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-client-private.h"

enum
{
  PROP_0,
  PROP_ADDRESS,
  PROP_RECONNECTION,
  PROP_RECONNECTION_ATTEMPTS,
  PROP_RECONNECTION_DELAY,
  PROP_RECONNECTION_DELAY_MAX,
  PROP_RANDOMIZATION_FACTOR,
  PROP_TIMEOUT,
  PROP_NETWORK_MONITOR,
  PROP_PARSER,
  PROP_PATH,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];
guint socketio_client_signals[SOCKETIO_CLIENT_N_SIGNALS];

G_DEFINE_FINAL_TYPE (SocketioClient, socketio_client, G_TYPE_OBJECT)

/* What waits in a socket's outbox has been encoded. */
static void
socketio_client_set_parser (SocketioClient *self, SocketioParser *parser)
{
  g_return_if_fail (self->connection == NULL);

  if (parser == NULL)
    parser = socketio_parser_get_default ();
  g_set_object (&self->parser, parser);
}

static void
socketio_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SocketioClient *self = SOCKETIO_CLIENT (object);

  switch (id)
    {
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_RECONNECTION:
      g_value_set_boolean (value, self->reconnection);
      break;
    case PROP_RECONNECTION_ATTEMPTS:
      g_value_set_uint (value, self->reconnection_attempts);
      break;
    case PROP_RECONNECTION_DELAY:
      g_value_set_uint (value, self->reconnection_delay);
      break;
    case PROP_RECONNECTION_DELAY_MAX:
      g_value_set_uint (value, self->reconnection_delay_max);
      break;
    case PROP_RANDOMIZATION_FACTOR:
      g_value_set_double (value, self->randomization_factor);
      break;
    case PROP_TIMEOUT:
      g_value_set_uint (value, self->timeout);
      break;
    case PROP_NETWORK_MONITOR:
      g_value_set_object (value, self->monitor);
      break;
    case PROP_PARSER:
      g_value_set_object (value, self->parser);
      break;
    default:
      g_object_get_property (G_OBJECT (self->options), pspec->name, value);
      break;
    }
}

static void
socketio_client_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SocketioClient *self = SOCKETIO_CLIENT (object);

  switch (id)
    {
    case PROP_ADDRESS:
      self->address = g_value_dup_string (value);
      break;
    case PROP_RECONNECTION:
      self->reconnection = g_value_get_boolean (value);
      break;
    case PROP_RECONNECTION_ATTEMPTS:
      self->reconnection_attempts = g_value_get_uint (value);
      break;
    case PROP_RECONNECTION_DELAY:
      self->reconnection_delay = g_value_get_uint (value);
      break;
    case PROP_RECONNECTION_DELAY_MAX:
      self->reconnection_delay_max = g_value_get_uint (value);
      break;
    case PROP_RANDOMIZATION_FACTOR:
      self->randomization_factor = g_value_get_double (value);
      break;
    case PROP_TIMEOUT:
      self->timeout = g_value_get_uint (value);
      break;
    case PROP_NETWORK_MONITOR:
      socketio_client_watch_network (self, g_value_get_object (value));
      break;
    case PROP_PARSER:
      socketio_client_set_parser (self, g_value_get_object (value));
      break;
    default:
      g_object_set_property (G_OBJECT (self->options), pspec->name, value);
      break;
    }
}

static void
socketio_client_finalize (GObject *object)
{
  SocketioClient *self = SOCKETIO_CLIENT (object);

  socketio_client_watch_network (self, NULL);
  g_clear_object (&self->connection);
  g_hash_table_unref (self->wanted);
  g_hash_table_unref (self->sockets);
  engineio_timer_free (self->retry_timer);
  g_clear_object (&self->server);
  g_clear_object (&self->parser);
  g_clear_error (&self->error);
  g_clear_object (&self->options);
  g_free (self->address);

  G_OBJECT_CLASS (socketio_client_parent_class)->finalize (object);
}

static void
socketio_client_describe_reconnection (void)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;

  /**
   * SocketioClient:reconnection:
   *
   * Whether a connection that is lost, or could not be opened, is tried again. %FALSE also ends the
   * waiting for the next try.
   */
  properties[PROP_RECONNECTION] = g_param_spec_boolean ("reconnection", NULL, NULL, TRUE, flags);

  /**
   * SocketioClient:reconnection-attempts:
   *
   * How often it is tried again in a row; 0 for ever.
   */
  properties[PROP_RECONNECTION_ATTEMPTS] = g_param_spec_uint ("reconnection-attempts", NULL, NULL,
                                                              0, G_MAXUINT, 0, flags);

  /**
   * SocketioClient:reconnection-delay:
   *
   * Milliseconds before the first new try; each further one waits twice as long.
   */
  properties[PROP_RECONNECTION_DELAY] = g_param_spec_uint ("reconnection-delay", NULL, NULL, 1,
                                                           G_MAXINT, 1000, flags);

  /**
   * SocketioClient:reconnection-delay-max:
   *
   * Milliseconds that the delay grows to at most, before its random part is applied.
   */
  properties[PROP_RECONNECTION_DELAY_MAX] = g_param_spec_uint ("reconnection-delay-max", NULL, NULL,
                                                               1, G_MAXINT, 5000, flags);

  /**
   * SocketioClient:randomization-factor:
   *
   * How large the random part of a delay is: with 0.5 it is between half and one and a half of it.
   */
  properties[PROP_RANDOMIZATION_FACTOR] = g_param_spec_double ("randomization-factor", NULL, NULL,
                                                               0, 1, 0.5, flags);
}

static void
socketio_client_describe_connection (void)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;

  /**
   * SocketioClient:address:
   *
   * The server's address, `http://host:port`, also with https, ws or wss.
   */
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                                    G_PARAM_STATIC_STRINGS);

  /**
   * SocketioClient:timeout:
   *
   * Milliseconds that the server has to answer; 0 for no limit.
   */
  properties[PROP_TIMEOUT] = g_param_spec_uint ("timeout", NULL, NULL, 0, G_MAXINT, 20000, flags);

  /**
   * SocketioClient:network-monitor:
   *
   * What tells whether there is a network, by default that of the system. When it goes, a
   * connection that is not to this machine is closed with %SOCKETIO_DISCONNECT_NETWORK_LOST at
   * once, and not first when a heartbeat fails; when it is back, the client tries again at once.
   * %NULL to go by heartbeats alone.
   */
  properties[PROP_NETWORK_MONITOR] = g_param_spec_object (
    "network-monitor", NULL, NULL, G_TYPE_NETWORK_MONITOR,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * SocketioClient:parser:
   *
   * How packets are written and read; the server must have the same. By default it is
   * [class@SocketioJsonParser], and %NULL sets that. To be set before the first event and the first
   * connection.
   */
  properties[PROP_PARSER] = g_param_spec_object ("parser", NULL, NULL, SOCKETIO_TYPE_PARSER,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * SocketioClient:path:
   *
   * The path that the server answers below.
   */
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, "/socket.io",
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

static void
socketio_client_install_properties (GObjectClass *object_class)
{
  socketio_client_describe_connection ();
  socketio_client_describe_reconnection ();
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  socketio_client_install_options (object_class, N_PROPERTIES);
}

static void
socketio_client_add_signal (SocketioClientSignal signal, const char *name, guint n_params, ...)
{
  va_list types;

  va_start (types, n_params);
  socketio_client_signals[signal] = g_signal_new_valist (name, SOCKETIO_TYPE_CLIENT,
                                                         G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL,
                                                         G_TYPE_NONE, n_params, types);
  va_end (types);
}

static void
socketio_client_install_signals (void)
{
  /**
   * SocketioClient::open:
   * @client: the client
   *
   * There is a connection; the sockets ask to join their namespaces.
   */
  socketio_client_add_signal (SOCKETIO_CLIENT_OPEN, "open", 0);

  /**
   * SocketioClient::close:
   * @client: the client
   * @reason: why
   * @description: (nullable): more about it, for a log
   *
   * The connection has ended; its sockets are told next.
   */
  socketio_client_add_signal (SOCKETIO_CLIENT_CLOSE, "close", 2, SOCKETIO_TYPE_DISCONNECT_REASON,
                              G_TYPE_STRING);

  /**
   * SocketioClient::upgrade:
   * @client: the client
   * @transport: what carries it from now on: "websocket"
   *
   * The connection has moved to a better transport. In JavaScript it is an event of `io.engine`.
   */
  socketio_client_add_signal (SOCKETIO_CLIENT_UPGRADE, "upgrade", 1, G_TYPE_STRING);

  /**
   * SocketioClient::ping:
   * @client: the client
   *
   * The server has sent its heartbeat, and is answered.
   */
  socketio_client_add_signal (SOCKETIO_CLIENT_PING, "ping", 0);

  /**
   * SocketioClient::packet:
   * @client: the client
   * @packet: what the server has sent
   *
   * A packet has come, of any type and for any namespace, with all of its attachments. The socket
   * of its namespace has it next. This is for a log, or to count; heartbeats are none.
   */
  socketio_client_add_signal (SOCKETIO_CLIENT_PACKET, "packet", 1, SOCKETIO_TYPE_PACKET);
}

static void
socketio_client_install_attempt_signals (void)
{
  /**
   * SocketioClient::error:
   * @client: the client
   * @error: an error of %SOCKETIO_ERROR
   *
   * The connection could not be opened. The sockets that want to be connected are told next.
   */
  socketio_client_add_signal (SOCKETIO_CLIENT_ERROR, "error", 1, G_TYPE_ERROR);

  /**
   * SocketioClient::reconnect-attempt:
   * @client: the client
   * @attempt: how often it was tried, with this time
   *
   * The connection is tried again.
   */
  socketio_client_add_signal (SOCKETIO_CLIENT_RECONNECT_ATTEMPT, "reconnect-attempt", 1,
                              G_TYPE_UINT);

  /**
   * SocketioClient::reconnect:
   * @client: the client
   * @attempt: how often it was tried
   *
   * The connection is back.
   */
  socketio_client_add_signal (SOCKETIO_CLIENT_RECONNECT, "reconnect", 1, G_TYPE_UINT);

  /**
   * SocketioClient::reconnect-error:
   * @client: the client
   * @error: an error of %SOCKETIO_ERROR
   *
   * The connection was tried again, in vain. Behind [signal@SocketioClient::error].
   */
  socketio_client_add_signal (SOCKETIO_CLIENT_RECONNECT_ERROR, "reconnect-error", 1, G_TYPE_ERROR);

  /**
   * SocketioClient::reconnect-failed:
   * @client: the client
   *
   * It was tried as often as it may be. No socket is connected by itself any more.
   */
  socketio_client_add_signal (SOCKETIO_CLIENT_RECONNECT_FAILED, "reconnect-failed", 0);
}

static void
socketio_client_install_certificate_signal (void)
{
  /**
   * SocketioClient::accept-certificate:
   * @client: the client
   * @certificate: the server's certificate
   * @errors: what is wrong with it
   *
   * The server's certificate cannot be trusted. A handler that returns %TRUE takes it all the same,
   * because it knows the certificate or has asked somebody. Otherwise the connection fails with
   * %SOCKETIO_ERROR_CERTIFICATE.
   *
   * Returns: whether to go on
   */
  socketio_client_signals[SOCKETIO_CLIENT_ACCEPT_CERTIFICATE] = g_signal_new (
    "accept-certificate", SOCKETIO_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0,
    g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 2, G_TYPE_TLS_CERTIFICATE,
    G_TYPE_TLS_CERTIFICATE_FLAGS);
}

static gboolean
on_accept_certificate (SocketioClient *self,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags errors)
{
  gboolean accepted = FALSE;

  g_signal_emit (self, socketio_client_signals[SOCKETIO_CLIENT_ACCEPT_CERTIFICATE], 0, certificate,
                 errors, &accepted);
  return accepted;
}

static void
socketio_client_class_init (SocketioClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = socketio_client_get_property;
  object_class->set_property = socketio_client_set_property;
  object_class->finalize = socketio_client_finalize;

  socketio_client_install_properties (object_class);
  socketio_client_install_signals ();
  socketio_client_install_attempt_signals ();
  socketio_client_install_certificate_signal ();
}

static void
socketio_client_init (SocketioClient *self)
{
  self->options = g_object_new (ENGINEIO_TYPE_CLIENT_OPTIONS, "path", "/socket.io", NULL);
  g_signal_connect_object (self->options, "accept-certificate", G_CALLBACK (on_accept_certificate),
                           self, G_CONNECT_SWAPPED);
  self->parser = g_object_ref (socketio_parser_get_default ());
  socketio_client_watch_network (self, g_network_monitor_get_default ());
  self->retry_timer = engineio_timer_new (socketio_client_on_retry, self);
  self->sockets = g_hash_table_new (g_str_hash, g_str_equal);
  self->wanted = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

/**
 * socketio_client_new:
 * @address: `http://host:port`, also with https, ws or wss
 *
 * Makes a client with a connection of its own, which is opened when its first socket is connected.
 * In JavaScript it is what `forceNew` gives. While a socket is connected, or may be by itself, it
 * keeps its client alive.
 *
 * Returns: (transfer full): the client
 */
SocketioClient *
socketio_client_new (const char *address)
{
  g_return_val_if_fail (address != NULL, NULL);

  return g_object_new (SOCKETIO_TYPE_CLIENT, "address", address, NULL);
}

/**
 * socketio_client_new_loopback:
 * @server: a server in this process
 *
 * Makes a client whose connection goes through memory.
 *
 * Returns: (transfer full): the client
 */
SocketioClient *
socketio_client_new_loopback (SocketioServer *server)
{
  SocketioClient *self;

  g_return_val_if_fail (SOCKETIO_IS_SERVER (server), NULL);

  self = g_object_new (SOCKETIO_TYPE_CLIENT, NULL);
  self->server = g_object_ref (server);
  return self;
}

/* The clients that socketio_client_get() has handed out and that are alive still, by address. */
static GHashTable *
get_shared_clients (void)
{
  static GHashTable *shared;

  if (shared == NULL)
    shared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return shared;
}

static void
forget_client (gpointer data, GObject *client)
{
  g_autofree char *address = data;

  g_hash_table_remove (get_shared_clients (), address);
}

/**
 * socketio_client_get:
 * @address: `http://host:port`
 *
 * Gets the client for @address that all of the process share: their sockets use one connection.
 *
 * Returns: (transfer full): the client
 */
SocketioClient *
socketio_client_get (const char *address)
{
  SocketioClient *self;

  g_return_val_if_fail (address != NULL, NULL);

  self = g_hash_table_lookup (get_shared_clients (), address);
  if (self != NULL)
    return g_object_ref (self);

  self = socketio_client_new (address);
  g_hash_table_insert (get_shared_clients (), g_strdup (address), self);
  g_object_weak_ref (G_OBJECT (self), forget_client, g_strdup (address));
  return self;
}

/**
 * socketio_client_get_address:
 * @client: a client
 *
 * Gets the address of the server.
 *
 * Returns: (nullable): the value of [property@SocketioClient:address]; %NULL for a loopback
 */
const char *
socketio_client_get_address (SocketioClient *self)
{
  g_return_val_if_fail (SOCKETIO_IS_CLIENT (self), NULL);

  return self->address;
}

/**
 * socketio_client_set_header:
 * @client: a client
 * @name: the name of an HTTP header
 * @value: (nullable): its value; %NULL to send it no more
 *
 * Sends a header with every request that is made from now on, in JavaScript `extraHeaders`.
 */
void
socketio_client_set_header (SocketioClient *self, const char *name, const char *value)
{
  g_return_if_fail (SOCKETIO_IS_CLIENT (self));
  g_return_if_fail (name != NULL);

  engineio_client_options_set_header (self->options, NULL, name, value);
}

/**
 * socketio_client_set_transport_header:
 * @client: a client
 * @transport: `polling` or `websocket`
 * @name: the name of an HTTP header
 * @value: (nullable): its value; %NULL to send it no more
 *
 * Sends a header with the requests of one transport alone, in JavaScript the `extraHeaders` in
 * `transportOptions`. It goes before one of [method@SocketioClient.set_header].
 */
void
socketio_client_set_transport_header (SocketioClient *self,
                                      const char *transport,
                                      const char *name,
                                      const char *value)
{
  g_return_if_fail (SOCKETIO_IS_CLIENT (self));
  g_return_if_fail (transport != NULL);
  g_return_if_fail (name != NULL);

  engineio_client_options_set_header (self->options, transport, name, value);
}

/**
 * socketio_client_get_initial_transport_name:
 * @client: a client
 *
 * Gets what carried it at first, before it moved to a WebSocket.
 *
 * Returns: (nullable): what carried the open connection first: "polling", "websocket" or
 *   "loopback"; %NULL if there is none. See [signal@SocketioClient::upgrade].
 */
const char *
socketio_client_get_initial_transport_name (SocketioClient *self)
{
  g_return_val_if_fail (SOCKETIO_IS_CLIENT (self), NULL);

  if (!self->open)
    return NULL;

  return engineio_session_get_initial_transport_name (
    socketio_connection_get_session (self->connection));
}

/**
 * socketio_client_get_transport_name:
 * @client: a client
 *
 * Gets what carries the connection now. An upgrade changes it.
 *
 * Returns: (nullable): what carries the connection now: `polling`, `websocket` or `loopback`; %NULL
 *   if there is none
 */
const char *
socketio_client_get_transport_name (SocketioClient *self)
{
  g_return_val_if_fail (SOCKETIO_IS_CLIENT (self), NULL);

  if (!self->open)
    return NULL;
  return engineio_session_get_transport_name (socketio_connection_get_session (self->connection));
}

/**
 * socketio_client_is_open:
 * @client: a client
 *
 * Tells whether there is a connection. Sockets join their namespaces over it.
 *
 * Returns: whether there is a connection
 */
gboolean
socketio_client_is_open (SocketioClient *self)
{
  g_return_val_if_fail (SOCKETIO_IS_CLIENT (self), FALSE);

  return self->open;
}

/**
 * socketio_client_get_error:
 * @client: a client
 *
 * Gets why the last attempt to connect failed.
 *
 * Returns: (transfer none) (nullable): why the connection could not be opened the last time; %NULL
 *   since it could
 */
const GError *
socketio_client_get_error (SocketioClient *self)
{
  g_return_val_if_fail (SOCKETIO_IS_CLIENT (self), NULL);

  return self->error;
}

static void
forget_socket (gpointer data, GObject *socket)
{
  SocketioClient *self = data;
  GHashTableIter iter;
  gpointer known;

  g_hash_table_iter_init (&iter, self->sockets);
  while (g_hash_table_iter_next (&iter, NULL, &known))
    {
      if (known == socket)
        g_hash_table_iter_remove (&iter);
    }
}

/**
 * socketio_client_socket:
 * @client: a client
 * @namespace_name: a namespace, such as `/`
 *
 * Gets the client's socket for a namespace. All of them share the connection. It is not connected
 * by this: call [method@SocketioClientSocket.open] when the listeners are in place.
 *
 * Returns: (transfer full): the socket
 */
SocketioClientSocket *
socketio_client_socket (SocketioClient *self, const char *namespace_name)
{
  SocketioClientSocket *socket;

  g_return_val_if_fail (SOCKETIO_IS_CLIENT (self), NULL);
  g_return_val_if_fail (namespace_name != NULL && *namespace_name == '/', NULL);

  socket = g_hash_table_lookup (self->sockets, namespace_name);
  if (socket != NULL)
    return g_object_ref (socket);

  socket = socketio_client_socket_new (self, namespace_name);
  g_hash_table_insert (
    self->sockets, (gpointer)socketio_socket_get_namespace_name (SOCKETIO_SOCKET (socket)), socket);
  g_object_weak_ref (G_OBJECT (socket), forget_socket, self);
  return socket;
}

/**
 * socketio_client_disconnect:
 * @client: a client
 *
 * Disconnects every socket and closes the connection.
 */
void
socketio_client_disconnect (SocketioClient *self)
{
  g_autoptr (SocketioClient) guard G_GNUC_UNUSED = NULL;
  GList *sockets;

  g_return_if_fail (SOCKETIO_IS_CLIENT (self));

  guard = g_object_ref (self);
  sockets = socketio_client_list_wanted (self);
  for (GList *l = sockets; l != NULL; l = l->next)
    socketio_client_socket_disconnect (l->data);
  g_list_free_full (sockets, g_object_unref);
}
