/* socketio-client-dial.c: how a client comes to its connection
 *
 * Opens the connection when a socket wants to be connected, closes it when none does any more, and
 * opens it again when it was lost, after a delay. The object and its options are in
 * socketio-client.c.
 *
 * A client is in one of four states: it has a connection, which is open or being opened; its last
 * try failed at once, which is told from the main loop; it waits for the next try; or no socket
 * wants anything.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-client-private.h"

#include "socketio-backoff.h"
#include "socketio-server-private.h"

static void socketio_client_dial (SocketioClient *self);

#define EMIT(self, signal, ...)                                                                    \
  g_signal_emit ((self), socketio_client_signals[SOCKETIO_CLIENT_##signal], 0, ##__VA_ARGS__)

/* In the order in which they were opened. Each with a reference: whoever is told something may
 * disconnect others. */
GList *
socketio_client_list_wanted (SocketioClient *self)
{
  GList *sockets = g_hash_table_get_keys (self->wanted);

  g_list_foreach (sockets, (GFunc)(void *)g_object_ref, NULL);
  return g_list_sort (sockets, socketio_socket_compare_turns);
}

static void
socketio_client_tell (SocketioClient *self,
                      void (*tell) (SocketioClientSocket *socket, const GError *error),
                      const GError *error)
{
  GList *sockets = socketio_client_list_wanted (self);

  for (GList *l = sockets; l != NULL; l = l->next)
    {
      if (g_hash_table_contains (self->wanted, l->data))
        tell (l->data, error);
    }
  g_list_free_full (sockets, g_object_unref);
}

/* {{{ Trying again */

static gboolean
socketio_client_may_retry (SocketioClient *self)
{
  return self->reconnection && g_hash_table_size (self->wanted) > 0 &&
         (self->reconnection_attempts == 0 || self->attempts < self->reconnection_attempts) &&
         /* What is no address will not become one. */
         !g_error_matches (self->error, SOCKETIO_ERROR, SOCKETIO_ERROR_INVALID_ADDRESS);
}

static void
socketio_client_retry_later (SocketioClient *self)
{
  self->reconnecting = socketio_client_may_retry (self);
  if (self->reconnecting)
    engineio_timer_start (self->retry_timer,
                          socketio_backoff_get_delay (self->reconnection_delay,
                                                      self->reconnection_delay_max,
                                                      self->randomization_factor, self->attempts));
}

/* All clients hear of a network at the same time. */
#define SOON 500

/* The network is back: what waits for the next try need not wait any longer. */
void
socketio_client_retry_soon (SocketioClient *self)
{
  if (self->reconnecting && self->connection == NULL && self->failure_source == 0)
    engineio_timer_start (self->retry_timer, g_random_int_range (1, SOON));
}

/* The network is gone. A connection that is being opened will see for itself. */
void
socketio_client_lose_network (SocketioClient *self)
{
  g_autoptr (SocketioClient) guard G_GNUC_UNUSED = g_object_ref (self);

  if (self->open)
    socketio_connection_fail (
      self->connection, SOCKETIO_DISCONNECT_NETWORK_LOST,
      socketio_disconnect_reason_to_string (SOCKETIO_DISCONNECT_NETWORK_LOST));
}

gboolean
socketio_client_is_trying (SocketioClient *self)
{
  return self->connection != NULL || self->failure_source != 0 || self->reconnecting;
}

/* Lets go of the sockets, unless there is something left to hope for: they keep the client
 * alive, and it them. Each can be connected again by hand. */
static void
socketio_client_give_up (SocketioClient *self)
{
  gboolean failed = self->reconnection_attempts > 0 &&
                    self->attempts >= self->reconnection_attempts;
  GList *sockets;

  if (socketio_client_is_trying (self) || g_hash_table_size (self->wanted) == 0)
    return;

  self->attempts = 0;
  sockets = socketio_client_list_wanted (self);
  g_hash_table_remove_all (self->wanted);
  for (GList *l = sockets; l != NULL; l = l->next)
    socketio_client_socket_on_given_up (l->data);
  g_list_free_full (sockets, g_object_unref);

  if (failed)
    EMIT (self, RECONNECT_FAILED);
}

/* The options may have changed while it waited. */
void
socketio_client_on_retry (gpointer user_data)
{
  g_autoptr (SocketioClient) self = g_object_ref (user_data);

  if (!socketio_client_may_retry (self))
    {
      self->reconnecting = FALSE;
      socketio_client_give_up (self);
      return;
    }

  self->attempts++;
  EMIT (self, RECONNECT_ATTEMPT, self->attempts);
  if (self->reconnecting && self->connection == NULL)
    socketio_client_dial (self);
}

/* }}} */
/* {{{ The connection */

static int
translate_error_code (const GError *error)
{
  if (error->domain == SOCKETIO_ERROR)
    return error->code;
  if (error->domain != ENGINEIO_ERROR)
    return SOCKETIO_ERROR_UNREACHABLE;

  switch (error->code)
    {
    case ENGINEIO_ERROR_REFUSED:
      return SOCKETIO_ERROR_REFUSED;
    case ENGINEIO_ERROR_NOT_ENGINEIO:
      return SOCKETIO_ERROR_NOT_SOCKETIO;
    case ENGINEIO_ERROR_PROTOCOL_VERSION:
      return SOCKETIO_ERROR_PROTOCOL_VERSION;
    case ENGINEIO_ERROR_TIMED_OUT:
      return SOCKETIO_ERROR_TIMED_OUT;
    case ENGINEIO_ERROR_INVALID_ADDRESS:
      return SOCKETIO_ERROR_INVALID_ADDRESS;
    case ENGINEIO_ERROR_CERTIFICATE:
      return SOCKETIO_ERROR_CERTIFICATE;
    case ENGINEIO_ERROR_TOO_LARGE:
      return SOCKETIO_ERROR_TOO_LARGE;
    default:
      return SOCKETIO_ERROR_UNREACHABLE;
    }
}

static void
socketio_client_set_error (SocketioClient *self, const GError *error, const char *fallback)
{
  g_clear_error (&self->error);
  if (error != NULL)
    self->error = g_error_new_literal (SOCKETIO_ERROR, translate_error_code (error),
                                       error->message);
  else
    self->error = g_error_new_literal (SOCKETIO_ERROR, SOCKETIO_ERROR_UNREACHABLE, fallback);
}

/* The connection could not be opened. Whoever is told can see already whether it is tried again. */
static void
socketio_client_fail (SocketioClient *self)
{
  g_autoptr (GError) error = g_error_copy (self->error);
  gboolean again = self->attempts > 0;

  socketio_client_retry_later (self);
  EMIT (self, ERROR, error);
  if (again)
    EMIT (self, RECONNECT_ERROR, error);
  socketio_client_tell (self, socketio_client_socket_on_error, error);
  socketio_client_give_up (self);
}

static void
ask_to_join (SocketioClientSocket *socket, const GError *error)
{
  socketio_client_socket_on_open (socket);
}

static void
on_opened (SocketioConnection *connection, gpointer user_data)
{
  g_autoptr (SocketioClient) self = g_object_ref (user_data);
  guint attempts = self->attempts;
  gboolean again = self->reconnecting;

  self->open = TRUE;
  self->reconnecting = FALSE;
  self->attempts = 0;
  g_clear_error (&self->error);
  socketio_client_tell (self, ask_to_join, NULL);

  EMIT (self, OPEN);
  if (again && self->open)
    EMIT (self, RECONNECT, attempts);
}

/* The sockets are told by the connection, behind this. */
static void
on_closed (SocketioConnection *connection,
           SocketioDisconnectReason reason,
           const char *description,
           gpointer user_data)
{
  g_autoptr (SocketioClient) self = g_object_ref (user_data);
  gboolean was_open = self->open;

  self->open = FALSE;
  g_clear_object (&self->connection);

  if (was_open)
    {
      socketio_client_retry_later (self);
      EMIT (self, CLOSE, reason, description);
      socketio_client_give_up (self);
    }
  else if (reason != SOCKETIO_DISCONNECT_IO_CLIENT)
    {
      socketio_client_set_error (
        self, engineio_session_get_error (socketio_connection_get_session (connection)),
        description != NULL ? description : "");
      socketio_client_fail (self);
    }
}

static void
on_upgraded (SocketioConnection *connection, gpointer user_data)
{
  g_autoptr (SocketioClient) self = g_object_ref (user_data);

  EMIT (self, UPGRADE, socketio_client_get_transport_name (self));
}

static void
on_pinged (SocketioConnection *connection, gpointer user_data)
{
  g_autoptr (SocketioClient) self = g_object_ref (user_data);

  EMIT (self, PING);
}

static void
on_packet (SocketioConnection *connection, SocketioPacket *packet, gpointer user_data)
{
  g_autoptr (SocketioClient) self = g_object_ref (user_data);

  EMIT (self, PACKET, packet);
}

static void
on_stray (SocketioConnection *connection, SocketioPacket *packet, gpointer user_data)
{
  g_debug ("A packet for %s, where no socket of ours is", socketio_packet_get_namespace (packet));
}

static const SocketioConnectionHandler connection_handler = {
  .bad_packet = SOCKETIO_DISCONNECT_PARSE_ERROR,
  .opened = on_opened,
  .upgraded = on_upgraded,
  .pinged = on_pinged,
  .packet = on_packet,
  .stray = on_stray,
  .closed = on_closed,
};

static EngineioSession *
socketio_client_open_session (SocketioClient *self, GError **error)
{
  if (self->server != NULL)
    return socketio_server_connect_loopback (self->server, error);

  return engineio_client_open (self->options, self->address, self->timeout, error);
}

static gboolean
on_dial_failed (gpointer user_data)
{
  g_autoptr (SocketioClient) self = g_object_ref (user_data);

  self->failure_source = 0;
  socketio_client_fail (self);
  return G_SOURCE_REMOVE;
}

static void
socketio_client_dial (SocketioClient *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EngineioSession) session = socketio_client_open_session (self, &error);

  if (session != NULL)
    {
      self->connection = socketio_connection_new (session, self->parser, &connection_handler, self);
      return;
    }

  socketio_client_set_error (self, error, "");
  self->failure_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_dial_failed, self, NULL);
}

/* }}} */
/* {{{ What the sockets want */

SocketioConnection *
socketio_client_get_connection (SocketioClient *self)
{
  return self->open ? self->connection : NULL;
}

void
socketio_client_acquire (SocketioClient *self, SocketioClientSocket *socket)
{
  if (g_hash_table_add (self->wanted, g_object_ref (socket)))
    socketio_socket_take_turn (SOCKETIO_SOCKET (socket));
  if (socketio_client_is_trying (self))
    return;

  self->attempts = 0;
  socketio_client_dial (self);
}

static void
socketio_client_hang_up (SocketioClient *self)
{
  engineio_timer_stop (self->retry_timer);
  g_clear_handle_id (&self->failure_source, g_source_remove);
  self->reconnecting = FALSE;
  self->attempts = 0;
  if (self->connection != NULL)
    socketio_connection_close (self->connection, SOCKETIO_DISCONNECT_IO_CLIENT);
}

void
socketio_client_release (SocketioClient *self, SocketioClientSocket *socket)
{
  g_autoptr (SocketioClient) guard G_GNUC_UNUSED = g_object_ref (self);

  if (g_hash_table_remove (self->wanted, socket) && g_hash_table_size (self->wanted) == 0)
    socketio_client_hang_up (self);
}

/* }}} */
