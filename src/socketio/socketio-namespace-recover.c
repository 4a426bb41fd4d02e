/* socketio-namespace-recover.c: clients that come back to the socket that they had
 *
 * A client that comes back tells the secret of its session. If the server has not noticed yet that
 * its old connection is dead, that is closed first, so that there are never two sockets of one id.
 * The session itself, and the events that it missed, are the adapter's to keep.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-json.h"
#include "socketio-namespace-private.h"
#include "socketio-server-socket-private.h"

typedef struct
{
  SocketioNamespace *namespace_;
  SocketioServerSocket *socket;
  SocketioRecoverFunc done;
} Ask;

static const char *
get_member (JsonNode *auth, const char *name)
{
  if (auth == NULL || !JSON_NODE_HOLDS_OBJECT (auth))
    return NULL;

  return socketio_json_get_string (json_object_get_member (json_node_get_object (auth), name));
}

static void
on_restored (SocketioAdapter *adapter, SocketioSession *found, gpointer user_data)
{
  Ask *ask = user_data;
  g_autoptr (SocketioSession) session = found;
  g_autoptr (SocketioNamespace) self = ask->namespace_;
  g_autoptr (SocketioServerSocket) socket = ask->socket;
  SocketioRecoverFunc done = ask->done;

  g_free (ask);
  if (!socketio_connection_is_open (socketio_server_socket_get_connection (socket)))
    {
      if (session != NULL)
        socketio_adapter_persist_session (adapter, g_steal_pointer (&session));
      return;
    }

  if (session != NULL && g_hash_table_contains (self->sockets, session->id))
    g_clear_pointer (&session, socketio_session_free);
  if (session != NULL)
    socketio_server_socket_restore (socket, g_steal_pointer (&session));
  done (self, socket);
}

static void
socketio_namespace_replace (SocketioNamespace *self, const char *pid)
{
  SocketioServerSocket *old = g_hash_table_lookup (self->pids, pid);

  if (old != NULL)
    socketio_connection_close (socketio_server_socket_get_connection (old),
                               SOCKETIO_DISCONNECT_TRANSPORT_CLOSE);
}

/* Gives @socket the session that its client says it had, if there is one, and calls @done, at once
 * or later. It is not called if the client has gone meanwhile. */
void
socketio_namespace_recover (SocketioNamespace *self,
                            SocketioServerSocket *socket,
                            SocketioRecoverFunc done)
{
  JsonNode *auth = socketio_server_socket_get_auth (socket);
  const char *pid = get_member (auth, "pid");
  Ask *ask;

  if (pid == NULL)
    {
      done (self, socket);
      return;
    }

  socketio_namespace_replace (self, pid);
  ask = g_new (Ask, 1);
  *ask = (Ask){ g_object_ref (self), g_object_ref (socket), done };
  socketio_adapter_restore_session (self->adapter, pid, get_member (auth, "offset"), on_restored,
                                    ask);
}

/* Whoever was put out, or left by itself, does not come back to its session. */
static gboolean
is_recoverable (SocketioDisconnectReason reason)
{
  switch (reason)
    {
    case SOCKETIO_DISCONNECT_TRANSPORT_CLOSE:
    case SOCKETIO_DISCONNECT_TRANSPORT_ERROR:
    case SOCKETIO_DISCONNECT_PING_TIMEOUT:
    case SOCKETIO_DISCONNECT_FORCED_CLOSE:
    case SOCKETIO_DISCONNECT_SERVER_SHUTTING_DOWN:
    case SOCKETIO_DISCONNECT_FORCED_SERVER_CLOSE:
      return TRUE;
    case SOCKETIO_DISCONNECT_PARSE_ERROR:
    case SOCKETIO_DISCONNECT_CLIENT_NAMESPACE:
    case SOCKETIO_DISCONNECT_SERVER_NAMESPACE:
    case SOCKETIO_DISCONNECT_IO_SERVER:
    case SOCKETIO_DISCONNECT_IO_CLIENT:
    case SOCKETIO_DISCONNECT_NETWORK_LOST:
    default:
      return FALSE;
    }
}

/* @socket is about to be disconnected; it is in its rooms still. */
void
socketio_namespace_persist (SocketioNamespace *self,
                            SocketioServerSocket *socket,
                            SocketioDisconnectReason reason)
{
  SocketioSession *session;

  if (self->pids == NULL || !is_recoverable (reason))
    return;

  session = socketio_server_socket_make_session (socket);
  if (session != NULL)
    socketio_adapter_persist_session (self->adapter, session);
}
