/* socketio-namespace-admit.c: how a socket gets into a namespace, and out of it
 *
 * Step by step through the functions that were put in its way (socketio-admission.c), each of which
 * may answer later.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-admission-private.h"
#include "socketio-namespace-private.h"
#include "socketio-server-socket-private.h"

static void
socketio_namespace_connect (SocketioNamespace *self, SocketioServerSocket *socket)
{
  const char *id = socketio_socket_get_id (SOCKETIO_SOCKET (socket));

  if (self->pids != NULL)
    g_hash_table_replace (self->pids, (gpointer)socketio_server_socket_make_pid (socket), socket);
  g_hash_table_remove (self->pending, socket);
  g_hash_table_replace (self->sockets, (gpointer)id, g_object_ref (socket));
  socketio_adapter_add_member (self->adapter, socket, id);
  if (!socketio_server_socket_connect (socket))
    socketio_namespace_remove_socket (self, socket);
  else if (socketio_socket_is_connected (SOCKETIO_SOCKET (socket)))
    socketio_namespace_announce (self, socket);
}

void
socketio_namespace_send_refusal (const char *name,
                                 SocketioConnection *connection,
                                 const char *message,
                                 JsonNode *data)
{
  const SocketioDialect *dialect = socketio_connection_get_dialect (connection);
  g_autoptr (SocketioPacket)
    packet = socketio_packet_new_connect_error (name, dialect->format_refusal (message, data));

  socketio_connection_send (connection, packet);
}

static void on_admission_answered (SocketioServerSocket *socket,
                                   guint step,
                                   const char *message,
                                   JsonNode *data,
                                   gpointer user_data);

/* Nothing is in the socket's way any more. */
static void
socketio_namespace_finish (SocketioNamespace *self, SocketioServerSocket *socket)
{
  if (self->pids != NULL && !self->skip_steps)
    socketio_namespace_recover (self, socket, socketio_namespace_connect);
  else
    socketio_namespace_connect (self, socket);
}

/* Goes on with @step, or connects the socket when there is none left. */
static void
socketio_namespace_advance (SocketioNamespace *self, SocketioServerSocket *socket, guint step)
{
  g_autoptr (SocketioAdmission) admission = NULL;
  SocketioNamespaceStep *next;

  if (step == self->steps->len)
    {
      socketio_namespace_finish (self, socket);
      return;
    }

  next = self->steps->pdata[step];
  admission = socketio_admission_new (socket, step, on_admission_answered, G_OBJECT (self));
  next->func (self, admission, next->user_data);
}

static void
on_admission_answered (SocketioServerSocket *socket,
                       guint step,
                       const char *message,
                       JsonNode *data,
                       gpointer user_data)
{
  SocketioNamespace *self = user_data;
  SocketioConnection *connection = socketio_server_socket_get_connection (socket);

  /* The client may have gone while it was decided. */
  if (!socketio_connection_is_open (connection))
    return;

  if (message == NULL)
    socketio_namespace_advance (self, socket, step + 1);
  else
    {
      socketio_connection_remove_socket (connection, SOCKETIO_SOCKET (socket));
      socketio_namespace_send_refusal (self->name, connection, message, data);
      socketio_namespace_forget (self, socket);
    }
}

static void
on_recovered (SocketioNamespace *self, SocketioServerSocket *socket)
{
  if (socketio_server_socket_is_recovered (socket))
    socketio_namespace_connect (self, socket);
  else
    socketio_namespace_advance (self, socket, 0);
}

/* A client asks to join. Its socket is on the connection while it is decided, so that it cannot
 * ask a second time meanwhile. */
void
socketio_namespace_admit (SocketioNamespace *self, SocketioConnection *connection, JsonNode *auth)
{
  g_autoptr (SocketioServerSocket) socket = socketio_server_socket_new (self, connection, auth);

  g_hash_table_add (self->pending, socket);
  socketio_connection_add_socket (connection, SOCKETIO_SOCKET (socket));
  if (self->pids != NULL && self->skip_steps)
    socketio_namespace_recover (self, socket, on_recovered);
  else
    socketio_namespace_advance (self, socket, 0);
}

static void
socketio_namespace_check_vacant (SocketioNamespace *self)
{
  if (self->vacant != NULL && g_hash_table_size (self->sockets) == 0 &&
      g_hash_table_size (self->pending) == 0)
    self->vacant (self, self->vacant_data);
}

/* @socket will not be let in. */
void
socketio_namespace_forget (SocketioNamespace *self, SocketioServerSocket *socket)
{
  if (g_hash_table_remove (self->pending, socket))
    socketio_namespace_check_vacant (self);
}

/* Has @vacant called when nobody is there any more, nor waits to be let in. */
void
socketio_namespace_watch_vacancy (SocketioNamespace *self,
                                  SocketioNamespaceFunc vacant,
                                  gpointer user_data)
{
  self->vacant = vacant;
  self->vacant_data = user_data;
}

void
socketio_namespace_remove_socket (SocketioNamespace *self, SocketioServerSocket *socket)
{
  const char *id = socketio_socket_get_id (SOCKETIO_SOCKET (socket));

  if (self->pids != NULL &&
      g_hash_table_lookup (self->pids, socketio_server_socket_make_pid (socket)) == socket)
    g_hash_table_remove (self->pids, socketio_server_socket_make_pid (socket));
  socketio_adapter_remove_member (self->adapter, socket, id);
  if (g_hash_table_lookup (self->sockets, id) == socket)
    g_hash_table_remove (self->sockets, id);
  if (self->waits != NULL)
    socketio_waits_leave (self->waits, socket);
  socketio_namespace_check_vacant (self);
}
