/* socketio-client-join.c: how a client's socket comes into its namespace
 *
 * Asks with what is to be told to the server, and takes its answer. If the server keeps a record of
 * the connection, it gave an id for it, and the last argument of each event is its place in the
 * record: with both a socket that comes back is given what it has missed, before it is let in. So
 * events that come early wait for that.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-client-socket-private.h"

#include <glib/gi18n-lib.h>

#define EMIT(self, signal, ...)                                                                    \
  g_signal_emit ((self), socketio_client_socket_signals[SOCKETIO_CLIENT_SOCKET_##signal], 0,       \
                 ##__VA_ARGS__)

/* {{{ Asking */

static void
copy_member (JsonObject *object, const char *name, JsonNode *node, gpointer copy)
{
  json_object_set_member (copy, name, json_node_ref (node));
}

/* What the server is told, with what it knows us again by. The caller's own members win. */
static JsonNode *
socketio_client_socket_make_data (SocketioClientSocket *self, JsonNode *auth)
{
  JsonNode *node;
  JsonObject *object;

  if (self->pid == NULL)
    return auth != NULL ? json_node_ref (auth) : NULL;

  object = json_object_new ();
  json_object_set_string_member (object, "pid", self->pid);
  if (self->offset != NULL)
    json_object_set_string_member (object, "offset", self->offset);
  if (auth != NULL)
    json_object_foreach_member (json_node_get_object (auth), copy_member, object);

  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

static void
socketio_client_socket_send_connect (SocketioClientSocket *self,
                                     SocketioConnection *connection,
                                     JsonNode *auth)
{
  const char *namespace_name = socketio_socket_get_namespace_name (SOCKETIO_SOCKET (self));
  g_autoptr (SocketioPacket) packet = socketio_packet_new_connect (
    namespace_name, socketio_client_socket_make_data (self, auth));

  self->asked = TRUE;
  socketio_connection_add_socket (connection, SOCKETIO_SOCKET (self));
  socketio_connection_send (connection, packet);
}

void
socketio_client_socket_ask (SocketioClientSocket *self, SocketioConnection *connection)
{
  if (self->auth_func == NULL)
    {
      socketio_client_socket_send_connect (self, connection, self->auth);
      return;
    }

  if (self->authenticating)
    return;
  self->authenticating = TRUE;
  self->auth_func (self, self->auth_data);
}

/**
 * socketio_client_socket_authenticate:
 * @socket: a socket
 * @auth: (nullable) (transfer none): a JSON object; %NULL to tell nothing
 *
 * Answers the function of [method@SocketioClientSocket.set_auth_func], from within it or later. If
 * the connection was lost meanwhile, the function is called again with the next one.
 */
void
socketio_client_socket_authenticate (SocketioClientSocket *self, JsonNode *auth)
{
  SocketioConnection *connection;

  g_return_if_fail (SOCKETIO_IS_CLIENT_SOCKET (self));
  g_return_if_fail (auth == NULL || JSON_NODE_HOLDS_OBJECT (auth));

  if (!self->authenticating)
    return;

  self->authenticating = FALSE;
  connection = socketio_client_get_connection (self->client);
  if (self->active && connection != NULL && !self->asked)
    socketio_client_socket_send_connect (self, connection, auth);
}

/* }}} */
/* {{{ The answer */

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

/* The server will not have us: it is not asked again by itself. */
static void
socketio_client_socket_fail (SocketioClientSocket *self,
                             SocketioConnection *connection,
                             const GError *error,
                             JsonNode *data)
{
  socketio_client_socket_leave (self, connection, SOCKETIO_DISCONNECT_IO_SERVER);
  EMIT (self, CONNECT_ERROR, error, data);
}

/* The record of the connection, which the server goes on with if it knows us again. */
static void
socketio_client_socket_set_pid (SocketioClientSocket *self, const char *pid)
{
  gboolean recovered = pid != NULL && g_strcmp0 (pid, self->pid) == 0;

  if (!recovered)
    {
      g_clear_pointer (&self->offset, g_free);
      g_free (self->pid);
      self->pid = g_strdup (pid);
    }
  socketio_client_socket_set_recovered (self, recovered);
}

static void
socketio_client_socket_note_offset (SocketioClientSocket *self, SocketioPacket *packet)
{
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);
  guint n = socketio_arguments_get_length (arguments);
  const char *offset = n > 0 ? socketio_arguments_get_string (arguments, n - 1) : NULL;

  if (self->pid == NULL || offset == NULL)
    return;

  g_free (self->offset);
  self->offset = g_strdup (offset);
}

/* An event counts as received when its listeners have had it. */
static void
socketio_client_socket_dispatch (SocketioClientSocket *self, SocketioPacket *packet)
{
  socketio_socket_dispatch (SOCKETIO_SOCKET (self), packet);
  if (socketio_packet_get_packet_type (packet) == SOCKETIO_PACKET_EVENT)
    socketio_client_socket_note_offset (self, packet);
}

/* An event that came before we were let in. */
typedef struct
{
  SocketioPacket *packet;
  gsize size;
} Early;

static void
early_free (gpointer data)
{
  Early *early = data;

  socketio_packet_unref (early->packet);
  g_free (early);
}

static void
socketio_client_socket_tell_first_early (SocketioClientSocket *self)
{
  Early *early = g_queue_pop_head (&self->early);

  socketio_allowance_give_back (&self->early_allowance, early->size);
  socketio_client_socket_dispatch (self, early->packet);
  early_free (early);
}

static void
socketio_client_socket_tell_early (SocketioClientSocket *self)
{
  while (self->early.length > 0)
    socketio_client_socket_tell_first_early (self);
}

/* What is too much is not lost: the first ones are told early. */
static void
socketio_client_socket_keep_early (SocketioClientSocket *self, SocketioPacket *packet)
{
  Early *early = g_new (Early, 1);

  *early = (Early){ socketio_packet_ref (packet), socketio_allowance_measure (packet) };
  g_queue_push_tail (&self->early, early);
  socketio_allowance_force (&self->early_allowance, early->size);
  while (self->early.length > 0 && socketio_allowance_is_exceeded (&self->early_allowance))
    socketio_client_socket_tell_first_early (self);
}

void
socketio_client_socket_forget_early (SocketioClientSocket *self)
{
  g_queue_clear_full (&self->early, early_free);
  self->early_allowance.n_events = 0;
  self->early_allowance.n_bytes = 0;
}

static void
socketio_client_socket_on_joined (SocketioClientSocket *self,
                                  SocketioConnection *connection,
                                  SocketioPacket *packet)
{
  const char *id = get_string_member (socketio_packet_get_data (packet), "sid");
  const char *pid = get_string_member (socketio_packet_get_data (packet), "pid");
  g_autoptr (GPtrArray)
    sent = g_ptr_array_new_with_free_func ((GDestroyNotify)socketio_packet_unref);
  g_autoptr (GArray) too_large = g_array_new (FALSE, FALSE, sizeof (gint64));
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
  socketio_client_socket_set_pid (self, pid);
  socketio_socket_set_id (SOCKETIO_SOCKET (self), id);
  socketio_socket_set_connected (SOCKETIO_SOCKET (self), TRUE);
  socketio_client_socket_send_outbox (self, connection, sent, too_large);
  g_object_thaw_notify (G_OBJECT (self));

  socketio_client_socket_tell_sent (self, sent, too_large);
  socketio_client_socket_tell_early (self);
  socketio_socket_resume_retries (SOCKETIO_SOCKET (self));
  if (socketio_socket_is_connected (SOCKETIO_SOCKET (self)))
    EMIT (self, CONNECT);
}

/* An object as Node sends it; before Socket.IO 3, and where python-socketio knows no such
 * namespace, it is the bare text. */
static const char *
get_refusal (JsonNode *node)
{
  if (node != NULL && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_get_string (node);
  return get_string_member (node, "message");
}

static void
socketio_client_socket_on_refused (SocketioClientSocket *self,
                                   SocketioConnection *connection,
                                   SocketioPacket *packet)
{
  JsonNode *node = socketio_packet_get_data (packet);
  const char *message = get_refusal (node);
  JsonNode *data = NULL;
  g_autoptr (GError) error = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    data = json_object_get_member (json_node_get_object (node), "data");
  if (message == NULL)
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
    socketio_client_socket_dispatch (self, packet);
}

static gboolean
is_answer (SocketioPacketType type)
{
  return type == SOCKETIO_PACKET_CONNECT || type == SOCKETIO_PACKET_CONNECT_ERROR ||
         type == SOCKETIO_PACKET_DISCONNECT;
}

/* What does not fit the state is ignored, as Node's client does. */
void
socketio_client_socket_receive (SocketioSocket *socket, SocketioPacket *packet)
{
  SocketioClientSocket *self = SOCKETIO_CLIENT_SOCKET (socket);
  SocketioPacketType type = socketio_packet_get_packet_type (packet);

  if (socketio_socket_is_connected (socket))
    socketio_client_socket_on_packet (self, packet);
  else if (is_answer (type))
    socketio_client_socket_on_answer (self, packet);
  else if (type == SOCKETIO_PACKET_EVENT && self->active && !self->stale)
    socketio_client_socket_keep_early (self, packet);
}

/* }}} */
