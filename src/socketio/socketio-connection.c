/* socketio-connection.c: one session, its decoder, and the sockets that share it
 *
 * Reads the packets of an Engine.IO session and gives each to the socket of its namespace. Both
 * ends have it: the server's handler makes a socket when a CONNECT strays in, the client's manager
 * adds them before.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-connection.h"

/* How many names a peer may ask for at a time that are no namespaces yet. */
#define MAX_ASKING 100

/* With so many names those that were left are forgotten: a peer may make them up. */
#define MAX_LEFT 100

struct _SocketioConnection
{
  GObject parent_instance;

  EngineioSession *session;
  const SocketioDialect *dialect;
  SocketioParser *parser;
  SocketioDecoder *decoder; /* NULL if the parser has failed to make one */
  /* namespace -> SocketioSocket, connected or about to be; NULL where one was put out, because
   * the peer may not know yet */
  GHashTable *sockets;
  GHashTable *asking; /* set of names that may become namespaces; NULL for none */

  const SocketioConnectionHandler *handler;
  gpointer handler_data;

  gboolean closing;
  SocketioDisconnectReason close_reason;
  char *complaint; /* what was wrong with a packet */
};

G_DEFINE_FINAL_TYPE (SocketioConnection, socketio_connection, G_TYPE_OBJECT)

/* {{{ What the session brings */

static gboolean
socketio_connection_decode (SocketioConnection *self,
                            EngineioPacket *packet,
                            SocketioPacket **decoded,
                            GError **error)
{
  SocketioDecoderClass *klass;
  g_autoptr (GBytes) bytes = NULL;
  const char *text;
  gsize length;

  *decoded = NULL;
  if (self->decoder == NULL)
    return FALSE;

  klass = SOCKETIO_DECODER_GET_CLASS (self->decoder);
  if (engineio_packet_is_binary (packet))
    {
      bytes = engineio_packet_get_bytes (packet);
      return klass->add_binary (self->decoder, bytes, decoded, error);
    }

  text = engineio_packet_get_data (packet, &length);
  return klass->add_text (self->decoder, text, length, decoded, error);
}

static void
socketio_connection_route (SocketioConnection *self, SocketioPacket *packet)
{
  const char *namespace_name = socketio_packet_get_namespace (packet);
  SocketioSocket *socket = g_hash_table_lookup (self->sockets, namespace_name);

  if (socket != NULL)
    {
      g_autoptr (SocketioSocket) guard G_GNUC_UNUSED = g_object_ref (socket);

      socketio_socket_receive (socket, packet);
    }
  else
    self->handler->stray (self, packet, self->handler_data);
}

/* Who is told of the packet first may close the connection, and then nobody else is. */
static void
socketio_connection_take (SocketioConnection *self, SocketioPacket *packet)
{
  if (self->handler->packet != NULL)
    self->handler->packet (self, packet, self->handler_data);
  if (self->handler != NULL && !self->closing)
    socketio_connection_route (self, packet);
}

/* Who is told may close the connection for a reason of its own. */
static void
socketio_connection_refuse (SocketioConnection *self, const GError *error)
{
  SocketioDisconnectReason reason = self->handler->bad_packet;

  g_debug ("Session %s: %s", engineio_session_get_id (self->session), error->message);
  g_free (self->complaint);
  self->complaint = g_strdup (error->message);
  if (self->handler->unreadable != NULL)
    self->handler->unreadable (self, error, self->handler_data);
  socketio_connection_close (self, reason);
}

/* A parser of the program's own may close the connection while it reads. */
static void
on_message (EngineioSession *session, EngineioPacket *engine_packet, gpointer user_data)
{
  g_autoptr (SocketioConnection) self = g_object_ref (user_data);
  g_autoptr (SocketioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_read = socketio_connection_decode (self, engine_packet, &packet, &error);

  if (self->handler == NULL)
    return;

  if (!is_read)
    {
      if (error == NULL)
        error = g_error_new_literal (SOCKETIO_PARSER_ERROR, SOCKETIO_PARSER_ERROR_PAYLOAD,
                                     "The parser does not say why");
      socketio_connection_refuse (self, error);
    }
  else if (packet != NULL)
    socketio_connection_take (self, packet);
}

static SocketioDisconnectReason
translate_reason (EngineioCloseReason reason)
{
  switch (reason)
    {
    case ENGINEIO_CLOSE_TRANSPORT_CLOSE:
      return SOCKETIO_DISCONNECT_TRANSPORT_CLOSE;
    case ENGINEIO_CLOSE_PING_TIMEOUT:
      return SOCKETIO_DISCONNECT_PING_TIMEOUT;
    case ENGINEIO_CLOSE_PARSE_ERROR:
      return SOCKETIO_DISCONNECT_PARSE_ERROR;
    case ENGINEIO_CLOSE_FORCED:
      return SOCKETIO_DISCONNECT_FORCED_CLOSE;
    case ENGINEIO_CLOSE_TRANSPORT_ERROR:
    case ENGINEIO_CLOSE_TOO_LARGE:
    case ENGINEIO_CLOSE_QUEUE_FULL:
    default:
      return SOCKETIO_DISCONNECT_TRANSPORT_ERROR;
    }
}

static const char *
describe (EngineioCloseReason reason, const char *description)
{
  if (reason == ENGINEIO_CLOSE_TOO_LARGE)
    return "payload too large";
  if (reason == ENGINEIO_CLOSE_QUEUE_FULL)
    return "send queue full";
  return description;
}

static void
on_closed (EngineioSession *session,
           EngineioCloseReason engine_reason,
           const char *description,
           gpointer user_data)
{
  g_autoptr (SocketioConnection) self = g_object_ref (user_data);
  const SocketioConnectionHandler *handler = g_steal_pointer (&self->handler);
  SocketioDisconnectReason reason = self->closing ? self->close_reason
                                                  : translate_reason (engine_reason);
  GList *sockets = socketio_connection_list_sockets (self);

  description = self->complaint != NULL ? self->complaint : describe (engine_reason, description);
  if (self->decoder != NULL)
    socketio_decoder_reset (self->decoder);
  g_hash_table_remove_all (self->sockets);

  handler->closed (self, reason, description, self->handler_data);
  for (GList *l = sockets; l != NULL; l = l->next)
    socketio_socket_close (l->data, reason, description);
  g_list_free_full (sockets, g_object_unref);
}

/* A broadcast that some would have answered. Its ack id is none that another namespace has given.
 */
static void
on_dropped (EngineioSession *session, guint64 id, gpointer user_data)
{
  g_autoptr (SocketioConnection) self = g_object_ref (user_data);
  GList *sockets = socketio_connection_list_sockets (self);

  for (GList *l = sockets; l != NULL; l = l->next)
    {
      SocketioSocketClass *klass = SOCKETIO_SOCKET_GET_CLASS (l->data);

      if (klass->dropped != NULL)
        klass->dropped (l->data, id);
    }
  g_list_free_full (sockets, g_object_unref);
}

static void
on_opened (EngineioSession *session, gpointer user_data)
{
  SocketioConnection *self = user_data;

  if (self->handler->opened != NULL)
    self->handler->opened (self, self->handler_data);
}

static void
on_upgraded (EngineioSession *session, gpointer user_data)
{
  g_autoptr (SocketioConnection) self = g_object_ref (user_data);

  if (self->handler->upgraded != NULL)
    self->handler->upgraded (self, self->handler_data);
}

static void
on_pinged (EngineioSession *session, gpointer user_data)
{
  g_autoptr (SocketioConnection) self = g_object_ref (user_data);

  if (self->handler->pinged != NULL)
    self->handler->pinged (self, self->handler_data);
}

static const EngineioSessionHandler session_handler = {
  .opened = on_opened,
  .message = on_message,
  .dropped = on_dropped,
  .upgraded = on_upgraded,
  .pinged = on_pinged,
  .closed = on_closed,
};

/* }}} */

static void
socketio_connection_dispose (GObject *object)
{
  SocketioConnection *self = SOCKETIO_CONNECTION (object);

  if (self->session != NULL)
    {
      engineio_session_set_handler (self->session, NULL, NULL);
      engineio_session_close (self->session);
    }
  g_clear_object (&self->session);
  g_hash_table_remove_all (self->sockets);

  G_OBJECT_CLASS (socketio_connection_parent_class)->dispose (object);
}

static void
socketio_connection_finalize (GObject *object)
{
  SocketioConnection *self = SOCKETIO_CONNECTION (object);

  g_clear_pointer (&self->asking, g_hash_table_unref);
  g_hash_table_unref (self->sockets);
  g_free (self->complaint);
  g_clear_object (&self->decoder);
  g_object_unref (self->parser);

  G_OBJECT_CLASS (socketio_connection_parent_class)->finalize (object);
}

static void
socketio_connection_class_init (SocketioConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = socketio_connection_dispose;
  object_class->finalize = socketio_connection_finalize;
}

static void
clear_socket (gpointer data)
{
  if (data != NULL)
    g_object_unref (data);
}

static void
socketio_connection_init (SocketioConnection *self)
{
  self->sockets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, clear_socket);
}

/**
 * socketio_connection_new:
 * @session: a session that is open, or being opened
 * @parser: what the other end has too
 * @handler: static functions that are called from now on
 * @user_data: data for them
 *
 * Makes a connection on a session and takes its handler's place.
 *
 * Returns: (transfer full): the connection
 */
SocketioConnection *
socketio_connection_new (EngineioSession *session,
                         SocketioParser *parser,
                         const SocketioConnectionHandler *handler,
                         gpointer user_data)
{
  SocketioConnection *self = g_object_new (SOCKETIO_TYPE_CONNECTION, NULL);

  self->session = g_object_ref (session);
  self->dialect = socketio_dialect_of_session (session);
  self->parser = g_object_ref (parser);
  self->decoder = socketio_parser_create_decoder (parser);
  self->handler = handler;
  self->handler_data = user_data;
  engineio_session_set_handler (session, &session_handler, self);

  return self;
}

EngineioSession *
socketio_connection_get_session (SocketioConnection *self)
{
  return self->session;
}

SocketioParser *
socketio_connection_get_parser (SocketioConnection *self)
{
  return self->parser;
}

/* How a server speaks with the client at the other end. */
const SocketioDialect *
socketio_connection_get_dialect (SocketioConnection *self)
{
  return self->dialect;
}

/* Whether the server should have been heard of by now. The main loop may have been held up for
 * long, so that the end is known before it is told. */
gboolean
socketio_connection_is_stale (SocketioConnection *self)
{
  return engineio_session_is_stale (self->session);
}

gboolean
socketio_connection_is_open (SocketioConnection *self)
{
  return engineio_session_is_open (self->session);
}

void
socketio_connection_send (SocketioConnection *self, SocketioPacket *packet)
{
  g_autoptr (SocketioWire) wire = socketio_wire_new (self->parser, packet);

  socketio_wire_send (wire, self->session);
}

/* Returns: %FALSE if a volatile packet was dropped */
gboolean
socketio_send_wire (EngineioSession *session, SocketioWire *wire, SocketioSendFlags flags)
{
  if (flags & SOCKETIO_SEND_UNCOMPRESSED)
    socketio_wire_set_uncompressed (wire);
  if (flags & SOCKETIO_SEND_VOLATILE)
    return socketio_wire_send_volatile (wire, session);

  socketio_wire_send (wire, session);
  return TRUE;
}

/* Returns: %FALSE if a volatile packet was dropped */
gboolean
socketio_connection_send_wire (SocketioConnection *self,
                               SocketioWire *wire,
                               SocketioSendFlags flags)
{
  return socketio_send_wire (self->session, wire, flags);
}

void
socketio_connection_add_socket (SocketioConnection *self, SocketioSocket *socket)
{
  socketio_socket_take_turn (socket);
  g_hash_table_replace (self->sockets, g_strdup (socketio_socket_get_namespace_name (socket)),
                        g_object_ref (socket));
}

/* A socket that was connected leaves its namespace's name behind, so that events which were on
 * their way when it was put out are not taken for a breach of the protocol. */
void
socketio_connection_remove_socket (SocketioConnection *self, SocketioSocket *socket)
{
  const char *namespace_name = socketio_socket_get_namespace_name (socket);

  if (g_hash_table_lookup (self->sockets, namespace_name) != socket)
    return;

  if (socketio_socket_is_connected (socket) && g_hash_table_size (self->sockets) <= MAX_LEFT)
    g_hash_table_replace (self->sockets, g_strdup (namespace_name), NULL);
  else
    g_hash_table_remove (self->sockets, namespace_name);
}

/* Whether a socket was in the namespace and is not any more. */
gboolean
socketio_connection_had_socket (SocketioConnection *self, const char *namespace_name)
{
  gpointer socket;

  return g_hash_table_lookup_extended (self->sockets, namespace_name, NULL, &socket) &&
         socket == NULL;
}

/* Returns: %FALSE if the peer asks for @name already, or for too many */
gboolean
socketio_connection_begin_asking (SocketioConnection *self, const char *name)
{
  if (self->asking == NULL)
    self->asking = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return g_hash_table_size (self->asking) < MAX_ASKING &&
         g_hash_table_add (self->asking, g_strdup (name));
}

void
socketio_connection_end_asking (SocketioConnection *self, const char *name)
{
  g_hash_table_remove (self->asking, name);
  if (g_hash_table_size (self->asking) == 0)
    g_clear_pointer (&self->asking, g_hash_table_unref);
}

/* Whether the peer has ever joined a namespace. */
gboolean
socketio_connection_has_joined (SocketioConnection *self)
{
  GHashTableIter iter;
  gpointer socket;

  g_hash_table_iter_init (&iter, self->sockets);
  while (g_hash_table_iter_next (&iter, NULL, &socket))
    {
      if (socket == NULL || socketio_socket_is_connected (socket))
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer full): the sockets in the order in which they were added, each with a
 * reference */
GList *
socketio_connection_list_sockets (SocketioConnection *self)
{
  GList *sockets = NULL;
  GHashTableIter iter;
  gpointer socket;

  g_hash_table_iter_init (&iter, self->sockets);
  while (g_hash_table_iter_next (&iter, NULL, &socket))
    {
      if (socket != NULL)
        sockets = g_list_prepend (sockets, g_object_ref (socket));
    }

  return g_list_sort (sockets, socketio_socket_compare_turns);
}

/* Closes the session; the handler and every socket hear @reason. */
void
socketio_connection_close (SocketioConnection *self, SocketioDisconnectReason reason)
{
  g_autoptr (SocketioConnection) guard G_GNUC_UNUSED = g_object_ref (self);

  if (self->closing)
    return;

  self->closing = TRUE;
  self->close_reason = reason;
  engineio_session_close (self->session);
}

/* The same, but nothing that is on its way is waited for: it will not arrive, or is not worth it.
 */
void
socketio_connection_fail (SocketioConnection *self,
                          SocketioDisconnectReason reason,
                          const char *description)
{
  g_autoptr (SocketioConnection) guard G_GNUC_UNUSED = g_object_ref (self);

  if (self->closing)
    return;

  self->closing = TRUE;
  self->close_reason = reason;
  engineio_session_fail (self->session, ENGINEIO_CLOSE_TRANSPORT_ERROR, description);
}
