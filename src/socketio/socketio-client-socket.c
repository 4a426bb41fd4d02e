/* socketio-client-socket.c: one namespace, at the client
 *
 * Sends events, and keeps those that are sent before the socket is connected, in order. How it
 * comes into the namespace, when the manager (socketio-client.c) has a connection and again after
 * each reconnection, is in socketio-client-join.c.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-client-socket.h"

#include <glib/gi18n-lib.h>

#include "socketio-client-socket-private.h"

#define TOO_LARGE _ ("This is more than the server takes at once")

enum
{
  PROP_0,
  PROP_CLIENT,
  PROP_RECOVERED,
  PROP_RETRIES,
  PROP_ACK_TIMEOUT,
  PROP_MAX_WAITING_EVENTS,
  PROP_MAX_WAITING_BYTES,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];
guint socketio_client_socket_signals[SOCKETIO_CLIENT_SOCKET_N_SIGNALS];

G_DEFINE_FINAL_TYPE (SocketioClientSocket, socketio_client_socket, SOCKETIO_TYPE_SOCKET)

static const char *
socketio_client_socket_nsp (SocketioClientSocket *self)
{
  return socketio_socket_get_namespace_name (SOCKETIO_SOCKET (self));
}

/* {{{ Sending */

/* A server closes the connection of who sends it more than it takes. */
static gboolean
check_size (SocketioConnection *connection, SocketioWire *wire, GError **error)
{
  if (socketio_wire_fits (wire, socketio_connection_get_session (connection)))
    return TRUE;

  g_set_error_literal (error, SOCKETIO_ERROR, SOCKETIO_ERROR_TOO_LARGE, TOO_LARGE);
  return FALSE;
}

static gboolean
socketio_client_socket_send_later (SocketioClientSocket *self,
                                   SocketioPacket *packet,
                                   SocketioSendFlags flags,
                                   GError **error)
{
  if (flags & SOCKETIO_SEND_VOLATILE)
    return TRUE;
  if (!socketio_outbox_push (self->outbox, self->client->parser, packet, flags, error))
    return FALSE;

  if (socketio_socket_listens_to_outgoing (SOCKETIO_SOCKET (self)))
    socketio_outbox_keep_packet (self->outbox, packet);
  return TRUE;
}

static gboolean
socketio_client_socket_send (SocketioSocket *socket,
                             SocketioPacket *packet,
                             SocketioSendFlags flags,
                             GError **error)
{
  SocketioClientSocket *self = SOCKETIO_CLIENT_SOCKET (socket);
  SocketioConnection *connection = socketio_client_get_connection (self->client);
  g_autoptr (SocketioConnection) guard G_GNUC_UNUSED = NULL;
  g_autoptr (SocketioWire) wire = NULL;

  if (connection == NULL || !socketio_socket_is_connected (socket) ||
      socketio_connection_is_stale (connection))
    return socketio_client_socket_send_later (self, packet, flags, error);

  /* A parser of the program's own may disconnect the client. */
  guard = g_object_ref (connection);
  wire = socketio_wire_new (self->client->parser, packet);
  if (!check_size (connection, wire, error))
    return FALSE;

  if (socketio_connection_send_wire (connection, wire, flags))
    socketio_socket_tell_outgoing (socket, packet);
  return TRUE;
}

static void
socketio_client_socket_take_back (SocketioSocket *socket, gint64 id)
{
  socketio_outbox_take_back (SOCKETIO_CLIENT_SOCKET (socket)->outbox, id);
}

/* What is to be told of it is kept in @sent and in @too_large, the ids of those that the server
 * would not take: who is told may send, and that goes behind all that waits. */
void
socketio_client_socket_send_outbox (SocketioClientSocket *self,
                                    SocketioConnection *connection,
                                    GPtrArray *sent,
                                    GArray *too_large)
{
  SocketioWire *wire;
  SocketioPacket *packet;
  gint64 id;

  while ((wire = socketio_outbox_pop (self->outbox, &id, &packet)) != NULL)
    {
      gboolean fits = check_size (connection, wire, NULL);

      if (fits)
        socketio_connection_send_wire (connection, wire, SOCKETIO_SEND_DEFAULT);
      else
        g_array_append_val (too_large, id);
      if (fits && packet != NULL)
        g_ptr_array_add (sent, socketio_packet_ref (packet));
      socketio_wire_unref (wire);
      g_clear_pointer (&packet, socketio_packet_unref);
    }
}

void
socketio_client_socket_tell_sent (SocketioClientSocket *self, GPtrArray *sent, GArray *too_large)
{
  for (guint i = 0; i < sent->len; i++)
    socketio_socket_tell_outgoing (SOCKETIO_SOCKET (self), sent->pdata[i]);
  for (guint i = 0; i < too_large->len; i++)
    socketio_socket_fail_answer (SOCKETIO_SOCKET (self), g_array_index (too_large, gint64, i),
                                 SOCKETIO_ERROR_TOO_LARGE, TOO_LARGE);
}

void
socketio_client_socket_say_goodbye (SocketioClientSocket *self, SocketioConnection *connection)
{
  g_autoptr (SocketioPacket)
    packet = socketio_packet_new_disconnect (socketio_client_socket_nsp (self));

  socketio_connection_send (connection, packet);
}

/* }}} */
/* {{{ The end */

/* What waits to be sent still has its answer before it. */
void
socketio_client_socket_end (SocketioClientSocket *self,
                            SocketioDisconnectReason reason,
                            const char *description)
{
  socketio_client_socket_forget_early (self);
  self->authenticating = FALSE;
  socketio_socket_keep_answers (SOCKETIO_SOCKET (self),
                                socketio_outbox_get_first_id (self->outbox));
  socketio_socket_set_id (SOCKETIO_SOCKET (self), NULL);
  socketio_socket_announce_disconnect (SOCKETIO_SOCKET (self), reason, description);
}

/* Not connected any more, nor by itself again. */
void
socketio_client_socket_leave (SocketioClientSocket *self,
                              SocketioConnection *connection,
                              SocketioDisconnectReason reason)
{
  self->active = FALSE;
  if (connection != NULL && !self->asked)
    socketio_connection_remove_socket (connection, SOCKETIO_SOCKET (self));
  socketio_client_release (self->client, self);
  socketio_client_socket_end (self, reason, NULL);
}

static void
socketio_client_socket_closed (SocketioSocket *socket,
                               SocketioDisconnectReason reason,
                               const char *description)
{
  SocketioClientSocket *self = SOCKETIO_CLIENT_SOCKET (socket);

  self->asked = FALSE;
  self->stale = FALSE;
  socketio_client_socket_end (self, reason, description);
}

/* }}} */
/* {{{ What the manager tells */

void
socketio_client_socket_on_open (SocketioClientSocket *self)
{
  socketio_client_socket_ask (self, socketio_client_get_connection (self->client));
}

void
socketio_client_socket_on_error (SocketioClientSocket *self, const GError *error)
{
  g_signal_emit (self, socketio_client_socket_signals[SOCKETIO_CLIENT_SOCKET_CONNECT_ERROR], 0,
                 error, NULL);
}

void
socketio_client_socket_on_given_up (SocketioClientSocket *self)
{
  self->active = FALSE;
}

/* }}} */

void
socketio_client_socket_set_recovered (SocketioClientSocket *self, gboolean recovered)
{
  if (self->recovered == recovered)
    return;

  self->recovered = recovered;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECOVERED]);
}

static void
set_allowance (SocketioAllowance *allowance, const SocketioAllowance *limits)
{
  allowance->max_events = limits->max_events;
  allowance->max_bytes = limits->max_bytes;
}

/* The limits stand in the allowance of the early events; all that waits has the same. */
static void
socketio_client_socket_apply_limits (SocketioClientSocket *self)
{
  SocketioRetries *retries = socketio_socket_get_retries (SOCKETIO_SOCKET (self));

  set_allowance (socketio_outbox_get_allowance (self->outbox), &self->early_allowance);
  if (retries != NULL)
    set_allowance (socketio_retries_get_allowance (retries), &self->early_allowance);
}

static void
socketio_client_socket_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SocketioRetries *retries = socketio_socket_get_retries (SOCKETIO_SOCKET (object));

  switch (id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, SOCKETIO_CLIENT_SOCKET (object)->client);
      break;
    case PROP_RECOVERED:
      g_value_set_boolean (value, SOCKETIO_CLIENT_SOCKET (object)->recovered);
      break;
    case PROP_RETRIES:
      g_value_set_uint (value, retries != NULL ? socketio_retries_get_limit (retries) : 0);
      break;
    case PROP_ACK_TIMEOUT:
      g_value_set_uint (value, socketio_socket_get_ack_timeout (SOCKETIO_SOCKET (object)));
      break;
    case PROP_MAX_WAITING_EVENTS:
      g_value_set_uint (value, SOCKETIO_CLIENT_SOCKET (object)->early_allowance.max_events);
      break;
    case PROP_MAX_WAITING_BYTES:
      g_value_set_uint64 (value, SOCKETIO_CLIENT_SOCKET (object)->early_allowance.max_bytes);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
socketio_client_socket_set_property (GObject *object,
                                     guint id,
                                     const GValue *value,
                                     GParamSpec *pspec)
{
  SocketioClientSocket *self = SOCKETIO_CLIENT_SOCKET (object);

  switch (id)
    {
    case PROP_RETRIES:
      socketio_socket_set_retries (SOCKETIO_SOCKET (self), g_value_get_uint (value));
      break;
    case PROP_ACK_TIMEOUT:
      socketio_socket_set_ack_timeout (SOCKETIO_SOCKET (self), g_value_get_uint (value));
      break;
    case PROP_MAX_WAITING_EVENTS:
      self->early_allowance.max_events = g_value_get_uint (value);
      break;
    case PROP_MAX_WAITING_BYTES:
      self->early_allowance.max_bytes = g_value_get_uint64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
  socketio_client_socket_apply_limits (self);
}

static void
socketio_client_socket_clear_auth (SocketioClientSocket *self)
{
  if (self->auth_destroy != NULL)
    self->auth_destroy (self->auth_data);
  self->auth_func = NULL;
  self->auth_data = NULL;
  self->auth_destroy = NULL;
  g_clear_pointer (&self->auth, json_node_unref);
}

static void
socketio_client_socket_finalize (GObject *object)
{
  SocketioClientSocket *self = SOCKETIO_CLIENT_SOCKET (object);

  socketio_outbox_free (self->outbox);
  socketio_client_socket_forget_early (self);
  socketio_client_socket_clear_auth (self);
  g_clear_object (&self->client);
  g_free (self->pid);
  g_free (self->offset);

  G_OBJECT_CLASS (socketio_client_socket_parent_class)->finalize (object);
}

static void
socketio_client_socket_install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  /**
   * SocketioClientSocket:client:
   *
   * The connection that the socket shares with those of other namespaces.
   */
  properties[PROP_CLIENT] = g_param_spec_object ("client", NULL, NULL, SOCKETIO_TYPE_CLIENT,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * SocketioClientSocket:recovered:
   *
   * Whether the last connection took up where the one before had ended: the id is the same, and the
   * events that were sent meanwhile have come. The server must have connection state recovery on;
   * it appends to each event the place in its record, as a last argument.
   */
  properties[PROP_RECOVERED] = g_param_spec_boolean ("recovered", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                       G_PARAM_EXPLICIT_NOTIFY);

  /**
   * SocketioClientSocket:retries:
   *
   * How often an event is sent again, when its answer does not come in time or the connection was
   * lost. 0 sends each event once. Otherwise every event asks for an answer, and the next one is
   * sent when it has come, so that none is lost and their order is kept; but the server may get one
   * more than once. To be set before the first event, with
   * [property@SocketioClientSocket:ack-timeout].
   */
  properties[PROP_RETRIES] = g_param_spec_uint ("retries", NULL, NULL, 0, G_MAXINT, 0, flags);

  /**
   * SocketioClientSocket:ack-timeout:
   *
   * Milliseconds that an answer may take where an event has no limit of its own; 0 for no limit.
   */
  properties[PROP_ACK_TIMEOUT] = g_param_spec_uint ("ack-timeout", NULL, NULL, 0, G_MAXINT, 0,
                                                    flags);

  /**
   * SocketioClientSocket:max-waiting-events:
   *
   * How many events may wait: until the socket is connected, until those before them are answered
   * if there are [property@SocketioClientSocket:retries], and those that came before the server has
   * let us in. What is emitted on top of them is dropped with %SOCKETIO_ERROR_QUEUE_FULL; what
   * comes on top of them lets the first ones be told early.
   */
  properties[PROP_MAX_WAITING_EVENTS] = g_param_spec_uint (
    "max-waiting-events", NULL, NULL, 0, G_MAXUINT, SOCKETIO_ALLOWANCE_EVENTS, flags);

  /**
   * SocketioClientSocket:max-waiting-bytes:
   *
   * How many bytes those that wait may have, as they are on the wire, just as
   * [property@SocketioClientSocket:max-waiting-events] limits their number. All that waits for the
   * connection goes out at once when it is there.
   */
  properties[PROP_MAX_WAITING_BYTES] = g_param_spec_uint64 (
    "max-waiting-bytes", NULL, NULL, 0, G_MAXSSIZE, SOCKETIO_ALLOWANCE_BYTES, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
socketio_client_socket_class_init (SocketioClientSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  SocketioSocketClass *socket_class = SOCKETIO_SOCKET_CLASS (klass);

  object_class->get_property = socketio_client_socket_get_property;
  object_class->set_property = socketio_client_socket_set_property;
  object_class->finalize = socketio_client_socket_finalize;
  socket_class->send = socketio_client_socket_send;
  socket_class->take_back = socketio_client_socket_take_back;
  socket_class->receive = socketio_client_socket_receive;
  socket_class->closed = socketio_client_socket_closed;

  socketio_client_socket_install_properties (object_class);

  /**
   * SocketioClientSocket::connect:
   * @socket: the socket
   *
   * The server has let us in, for the first time or again.
   */
  socketio_client_socket_signals[SOCKETIO_CLIENT_SOCKET_CONNECT] = g_signal_new (
    "connect", SOCKETIO_TYPE_CLIENT_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * SocketioClientSocket::connect-error:
   * @socket: the socket
   * @error: an error of %SOCKETIO_ERROR
   * @data: (nullable): what else the namespace said when it refused us
   *
   * The socket could not be connected. [method@SocketioClientSocket.is_active] tells whether it is
   * tried again by itself: not after %SOCKETIO_ERROR_NOT_ADMITTED, nor after the last try. By hand
   * it is tried again with [method@SocketioClientSocket.open].
   */
  socketio_client_socket_signals[SOCKETIO_CLIENT_SOCKET_CONNECT_ERROR] = g_signal_new (
    "connect-error", SOCKETIO_TYPE_CLIENT_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
    G_TYPE_NONE, 2, G_TYPE_ERROR, JSON_TYPE_NODE);
}

static void
socketio_client_socket_init (SocketioClientSocket *self)
{
  self->outbox = socketio_outbox_new ();
  g_queue_init (&self->early);
  socketio_allowance_init (&self->early_allowance);
}

SocketioClientSocket *
socketio_client_socket_new (SocketioClient *client, const char *namespace_name)
{
  SocketioClientSocket *self = g_object_new (SOCKETIO_TYPE_CLIENT_SOCKET, "namespace-name",
                                             namespace_name, NULL);

  self->client = g_object_ref (client);
  return self;
}

/**
 * socketio_client_socket_get_client:
 * @socket: a socket
 *
 * Gets the connection that the socket shares with those of other namespaces.
 *
 * Returns: (transfer none): the client whose connection it uses
 */
SocketioClient *
socketio_client_socket_get_client (SocketioClientSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self), NULL);

  return self->client;
}

/**
 * socketio_client_socket_set_auth:
 * @socket: a socket
 * @auth: (nullable) (transfer none): a JSON object
 *
 * Sets what the server is told when the socket asks to join.
 */
void
socketio_client_socket_set_auth (SocketioClientSocket *self, JsonNode *auth)
{
  g_return_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self));
  g_return_if_fail (auth == NULL || JSON_NODE_HOLDS_OBJECT (auth));

  socketio_client_socket_clear_auth (self);
  self->auth = auth != NULL ? json_node_ref (auth) : NULL;
}

/**
 * socketio_client_socket_set_auth_func:
 * @socket: a socket
 * @func: (nullable): asked each time the socket asks to join
 * @user_data: data for @func
 * @destroy: (nullable): frees @user_data
 *
 * Sets who says what the server is told when the socket asks to join, such as a token that expires.
 * It answers by [method@SocketioClientSocket.authenticate].
 */
void
socketio_client_socket_set_auth_func (SocketioClientSocket *self,
                                      SocketioAuthFunc func,
                                      gpointer user_data,
                                      GDestroyNotify destroy)
{
  g_return_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self));

  socketio_client_socket_clear_auth (self);
  self->auth_func = func;
  self->auth_data = user_data;
  self->auth_destroy = destroy;
}

/**
 * socketio_client_socket_is_recovered:
 * @socket: a socket
 *
 * Tells whether the last connection went on where the one before broke.
 *
 * Returns: the value of [property@SocketioClientSocket:recovered]
 */
gboolean
socketio_client_socket_is_recovered (SocketioClientSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self), FALSE);

  return self->recovered;
}

/**
 * socketio_client_socket_is_active:
 * @socket: a socket
 *
 * Tells whether the socket wants to be connected: it is, or its client tries to.
 *
 * Returns: whether the socket is connected or will be, by itself, when it can
 */
gboolean
socketio_client_socket_is_active (SocketioClientSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self), FALSE);

  return self->active && (socketio_socket_is_connected (SOCKETIO_SOCKET (self)) ||
                          socketio_client_is_trying (self->client));
}

/**
 * socketio_client_socket_open:
 * @socket: a socket
 *
 * Asks the server to let us into the namespace, now or when there is a connection, and again after
 * each reconnection. The signals `connect` and `connect-error` tell what became of it, from the
 * main loop. A socket that is connected, or asks already, stays as it is.
 */
void
socketio_client_socket_open (SocketioClientSocket *self)
{
  SocketioConnection *connection;

  g_return_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self));

  connection = socketio_client_get_connection (self->client);
  if (self->active && connection != NULL)
    return;

  self->active = TRUE;
  socketio_client_acquire (self->client, self);
  if (connection != NULL && !self->asked)
    socketio_client_socket_ask (self, connection);
}

/**
 * socketio_client_socket_connect: (skip)
 * @socket: a socket
 *
 * Does the same as [method@SocketioClientSocket.open], as both names do in JavaScript. Other
 * languages have the latter alone, because their objects have a `connect` of their own, for
 * signals.
 */
void
socketio_client_socket_connect (SocketioClientSocket *self)
{
  socketio_client_socket_open (self);
}

/**
 * socketio_client_socket_disconnect:
 * @socket: a socket
 *
 * Leaves the namespace. The last socket of a client closes the connection; what was sent before
 * still goes out. Whoever waits for an answer gets %SOCKETIO_ERROR_DISCONNECTED. Other events that
 * wait for the connection stay, and go out after the next [method@SocketioClientSocket.open].
 */
void
socketio_client_socket_disconnect (SocketioClientSocket *self)
{
  SocketioConnection *connection;
  g_autoptr (SocketioClientSocket) guard G_GNUC_UNUSED = NULL;

  g_return_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self));

  guard = g_object_ref (self);
  connection = socketio_client_get_connection (self->client);
  self->stale = self->asked;
  if (connection != NULL && socketio_socket_is_connected (SOCKETIO_SOCKET (self)))
    socketio_client_socket_say_goodbye (self, connection);

  socketio_client_socket_leave (self, connection, SOCKETIO_DISCONNECT_IO_CLIENT);
  socketio_socket_fail_answers (SOCKETIO_SOCKET (self));
}
