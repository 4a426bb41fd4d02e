/* socketio-client-socket.c: one namespace, at the client
 *
 * Asks to join when the manager (socketio-client.c) has a connection, and again after each
 * reconnection. Events that are sent before wait, in order.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-client-socket.h"

#include <glib/gi18n-lib.h>

#include "socketio-client-private.h"
#include "socketio-outbox.h"

#define TOO_LARGE _ ("This is more than the server takes at once")

struct _SocketioClientSocket
{
  SocketioSocket parent_instance;

  SocketioClient *client;
  JsonNode *auth;
  SocketioOutbox *outbox; /* until the socket is connected */

  gboolean active; /* wants to be connected */
  gboolean asked; /* the server has not answered yet */
  gboolean stale; /* what it will answer to is not wanted any more */
};

enum
{
  CONNECT,
  CONNECT_ERROR,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

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
  if (socketio_wire_get_largest (wire) <= socketio_connection_get_max_payload (connection))
    return TRUE;

  g_set_error_literal (error, SOCKETIO_ERROR, SOCKETIO_ERROR_TOO_LARGE, TOO_LARGE);
  return FALSE;
}

static gboolean
socketio_client_socket_send (SocketioSocket *socket,
                             SocketioPacket *packet,
                             SocketioSendFlags flags,
                             GError **error)
{
  SocketioClientSocket *self = SOCKETIO_CLIENT_SOCKET (socket);
  SocketioConnection *connection = socketio_client_get_connection (self->client);
  g_autoptr (SocketioWire) wire = NULL;

  if (connection == NULL || !socketio_socket_is_connected (socket))
    return (flags & SOCKETIO_SEND_VOLATILE) || socketio_outbox_push (self->outbox, packet, error);

  wire = socketio_wire_new (packet);
  if (!check_size (connection, wire, error))
    return FALSE;

  socketio_connection_send_wire (connection, wire, flags);
  return TRUE;
}

static void
socketio_client_socket_take_back (SocketioSocket *socket, gint64 id)
{
  socketio_outbox_take_back (SOCKETIO_CLIENT_SOCKET (socket)->outbox, id);
}

/* Gives the ids of those that the server would not take. */
static GArray *
socketio_client_socket_send_outbox (SocketioClientSocket *self, SocketioConnection *connection)
{
  GArray *too_large = g_array_new (FALSE, FALSE, sizeof (gint64));
  SocketioWire *wire;
  gint64 id;

  while ((wire = socketio_outbox_pop (self->outbox, &id)) != NULL)
    {
      if (check_size (connection, wire, NULL))
        socketio_connection_send_wire (connection, wire, SOCKETIO_SEND_DEFAULT);
      else
        g_array_append_val (too_large, id);
      socketio_wire_unref (wire);
    }
  return too_large;
}

static void
socketio_client_socket_fail_too_large (SocketioClientSocket *self, GArray *ids)
{
  for (guint i = 0; i < ids->len; i++)
    socketio_socket_fail_answer (SOCKETIO_SOCKET (self), g_array_index (ids, gint64, i),
                                 SOCKETIO_ERROR_TOO_LARGE, TOO_LARGE);
}

static void
socketio_client_socket_ask (SocketioClientSocket *self, SocketioConnection *connection)
{
  g_autoptr (SocketioPacket) packet = socketio_packet_new_connect (
    socketio_client_socket_nsp (self), self->auth != NULL ? json_node_ref (self->auth) : NULL);

  self->asked = TRUE;
  socketio_connection_add_socket (connection, SOCKETIO_SOCKET (self));
  socketio_connection_send (connection, packet);
}

static void
socketio_client_socket_say_goodbye (SocketioClientSocket *self, SocketioConnection *connection)
{
  g_autoptr (SocketioPacket)
    packet = socketio_packet_new_disconnect (socketio_client_socket_nsp (self));

  socketio_connection_send (connection, packet);
}

/* }}} */
/* {{{ Receiving */

static const char *
get_string_member (JsonNode *node, const char *name)
{
  JsonNode *member = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    member = json_object_get_member (json_node_get_object (node), name);
  if (member == NULL || json_node_get_value_type (member) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (member);
}

static void
socketio_client_socket_end (SocketioClientSocket *self,
                            SocketioDisconnectReason reason,
                            const char *description)
{
  socketio_socket_set_id (SOCKETIO_SOCKET (self), NULL);
  socketio_socket_announce_disconnect (SOCKETIO_SOCKET (self), reason, description);
}

/* Not connected any more, nor by itself again. */
static void
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

/* The server will not have us: it is not asked again by itself. */
static void
socketio_client_socket_fail (SocketioClientSocket *self,
                             SocketioConnection *connection,
                             const GError *error,
                             JsonNode *data)
{
  socketio_client_socket_leave (self, connection, SOCKETIO_DISCONNECT_IO_SERVER);
  g_signal_emit (self, signals[CONNECT_ERROR], 0, error, data);
}

static void
socketio_client_socket_on_joined (SocketioClientSocket *self,
                                  SocketioConnection *connection,
                                  SocketioPacket *packet)
{
  const char *id = get_string_member (socketio_packet_get_data (packet), "sid");
  g_autoptr (GArray) too_large = NULL;
  g_autoptr (GError) error = NULL;

  if (id == NULL)
    {
      error = g_error_new_literal (SOCKETIO_ERROR, SOCKETIO_ERROR_PROTOCOL_VERSION,
                                   _ ("The server speaks an older version of Socket.IO"));
      socketio_client_socket_fail (self, connection, error, NULL);
      return;
    }

  /* What waits goes before anything that a listener may send. */
  g_object_freeze_notify (G_OBJECT (self));
  socketio_socket_set_id (SOCKETIO_SOCKET (self), id);
  socketio_socket_set_connected (SOCKETIO_SOCKET (self), TRUE);
  too_large = socketio_client_socket_send_outbox (self, connection);
  g_object_thaw_notify (G_OBJECT (self));

  socketio_client_socket_fail_too_large (self, too_large);
  if (socketio_socket_is_connected (SOCKETIO_SOCKET (self)))
    g_signal_emit (self, signals[CONNECT], 0);
}

static void
socketio_client_socket_on_refused (SocketioClientSocket *self,
                                   SocketioConnection *connection,
                                   SocketioPacket *packet)
{
  JsonNode *node = socketio_packet_get_data (packet);
  const char *message = get_string_member (node, "message");
  JsonNode *data = NULL;
  g_autoptr (GError) error = NULL;

  if (message != NULL)
    data = json_object_get_member (json_node_get_object (node), "data");
  else
    message = _ ("The server refused without saying why");

  error = g_error_new_literal (SOCKETIO_ERROR, SOCKETIO_ERROR_NOT_ADMITTED, message);
  socketio_client_socket_fail (self, connection, error, data);
}

/* The answer to a question that was taken back meanwhile, and perhaps put anew: that is sent
 * now, as a server closes the connection of who asks twice at a time. */
static void
socketio_client_socket_on_stale_answer (SocketioClientSocket *self,
                                        SocketioConnection *connection,
                                        SocketioPacketType type)
{
  if (type == SOCKETIO_PACKET_CONNECT)
    socketio_client_socket_say_goodbye (self, connection);
  if (self->active)
    socketio_client_socket_ask (self, connection);
  else
    socketio_connection_remove_socket (connection, SOCKETIO_SOCKET (self));
}

static void
socketio_client_socket_on_answer (SocketioClientSocket *self, SocketioPacket *packet)
{
  SocketioConnection *connection = socketio_client_get_connection (self->client);
  SocketioPacketType type = socketio_packet_get_packet_type (packet);
  gboolean stale = self->stale;

  self->asked = FALSE;
  self->stale = FALSE;
  if (stale)
    socketio_client_socket_on_stale_answer (self, connection, type);
  else if (type == SOCKETIO_PACKET_CONNECT)
    socketio_client_socket_on_joined (self, connection, packet);
  else
    socketio_client_socket_on_refused (self, connection, packet);
}

static void
socketio_client_socket_on_packet (SocketioClientSocket *self, SocketioPacket *packet)
{
  SocketioPacketType type = socketio_packet_get_packet_type (packet);

  if (type == SOCKETIO_PACKET_DISCONNECT)
    socketio_client_socket_leave (self, socketio_client_get_connection (self->client),
                                  SOCKETIO_DISCONNECT_IO_SERVER);
  else if (type == SOCKETIO_PACKET_EVENT || type == SOCKETIO_PACKET_ACK)
    socketio_socket_dispatch (SOCKETIO_SOCKET (self), packet);
}

static gboolean
is_answer (SocketioPacketType type)
{
  return type == SOCKETIO_PACKET_CONNECT || type == SOCKETIO_PACKET_CONNECT_ERROR ||
         type == SOCKETIO_PACKET_DISCONNECT;
}

/* What does not fit the state is ignored, as Node's client does. */
static void
socketio_client_socket_receive (SocketioSocket *socket, SocketioPacket *packet)
{
  SocketioClientSocket *self = SOCKETIO_CLIENT_SOCKET (socket);

  if (socketio_socket_is_connected (socket))
    socketio_client_socket_on_packet (self, packet);
  else if (is_answer (socketio_packet_get_packet_type (packet)))
    socketio_client_socket_on_answer (self, packet);
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
  g_signal_emit (self, signals[CONNECT_ERROR], 0, error, NULL);
}

void
socketio_client_socket_on_given_up (SocketioClientSocket *self)
{
  self->active = FALSE;
}

/* }}} */

static void
socketio_client_socket_finalize (GObject *object)
{
  SocketioClientSocket *self = SOCKETIO_CLIENT_SOCKET (object);

  socketio_outbox_free (self->outbox);
  g_clear_object (&self->client);
  g_clear_pointer (&self->auth, json_node_unref);

  G_OBJECT_CLASS (socketio_client_socket_parent_class)->finalize (object);
}

static void
socketio_client_socket_class_init (SocketioClientSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  SocketioSocketClass *socket_class = SOCKETIO_SOCKET_CLASS (klass);

  object_class->finalize = socketio_client_socket_finalize;
  socket_class->send = socketio_client_socket_send;
  socket_class->take_back = socketio_client_socket_take_back;
  socket_class->receive = socketio_client_socket_receive;
  socket_class->closed = socketio_client_socket_closed;

  /**
   * SocketioClientSocket::connect:
   * @socket: the socket
   *
   * The server has let us in, for the first time or again.
   */
  signals[CONNECT] = g_signal_new ("connect", SOCKETIO_TYPE_CLIENT_SOCKET, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * SocketioClientSocket::connect-error:
   * @socket: the socket
   * @error: an error of %SOCKETIO_ERROR
   * @data: (nullable): what else the namespace said when it refused us
   *
   * The socket could not be connected. [method@SocketioClientSocket.is_active] tells whether it is
   * tried again by itself: not after %SOCKETIO_ERROR_NOT_ADMITTED, nor after the last try. By hand
   * it is tried again with [method@SocketioClientSocket.connect].
   */
  signals[CONNECT_ERROR] = g_signal_new ("connect-error", SOCKETIO_TYPE_CLIENT_SOCKET,
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                         G_TYPE_ERROR, JSON_TYPE_NODE);
}

static void
socketio_client_socket_init (SocketioClientSocket *self)
{
  self->outbox = socketio_outbox_new ();
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

  g_clear_pointer (&self->auth, json_node_unref);
  self->auth = auth != NULL ? json_node_ref (auth) : NULL;
}

/**
 * socketio_client_socket_is_active:
 * @socket: a socket
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
 * socketio_client_socket_connect:
 * @socket: a socket
 *
 * Asks the server to let us into the namespace, now or when there is a connection, and again after
 * each reconnection. The signals `connect` and `connect-error` tell what became of it, from the
 * main loop. A socket that is connected, or asks already, stays as it is.
 */
void
socketio_client_socket_connect (SocketioClientSocket *self)
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
 * socketio_client_socket_disconnect:
 * @socket: a socket
 *
 * Leaves the namespace. The last socket of a client closes the connection; what was sent before
 * still goes out. Whoever waits for an answer gets %SOCKETIO_ERROR_DISCONNECTED. Other events that
 * wait for the connection stay, and go out after the next [method@SocketioClientSocket.connect].
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
