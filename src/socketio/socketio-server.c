/* socketio-server.c: a Socket.IO server
 *
 * Has an Engine.IO server below, whose sessions become connections, and namespaces above, which
 * clients ask to join.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-server-private.h"

#include <glib/gi18n-lib.h>

#include "engineio.h"

#include "socketio-client-files.h"
#include "socketio-connection.h"
#include "socketio-match-private.h"
#include "socketio-memory-adapter.h"
#include "socketio-namespace-private.h"
#include "socketio-server-socket-private.h"

#define CLIENT_FILES "/org/madang/socketio/client"

struct _SocketioServer
{
  GObject parent_instance;

  SocketioOptions *options;
  EngineioServer *engine;
  GHashTable *namespaces; /* name -> SocketioNamespace */
  GHashTable *connections; /* SocketioConnection -> EngineioTimer */
  SocketioParents *parents; /* of namespaces that clients have made */
  SocketioAdapterFunc adapter_func; /* NULL for rooms in memory */
  gpointer adapter_data;
  GDestroyNotify adapter_destroy;
  guint n_children;
  gboolean closed;
  gboolean done; /* closed, and nobody is left */
};

enum
{
  CLOSED,
  NEW_NAMESPACE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SocketioServer, socketio_server, G_TYPE_OBJECT)

/* {{{ Adapters */

static SocketioAdapter *
socketio_server_make_adapter (SocketioServer *self, const char *name)
{
  SocketioAdapter *adapter = NULL;

  if (self->adapter_func != NULL)
    adapter = self->adapter_func (self, name, self->adapter_data);
  return adapter != NULL ? adapter : socketio_memory_adapter_new ();
}

static void
socketio_server_clear_adapter_func (SocketioServer *self)
{
  if (self->adapter_destroy != NULL)
    self->adapter_destroy (self->adapter_data);
  self->adapter_func = NULL;
  self->adapter_data = NULL;
  self->adapter_destroy = NULL;
}

/* }}} */
/* {{{ Namespaces that clients have made */

/* A socket that is being disconnected keeps its namespace, perhaps for longer than there is a
 * server. */
static void
let_go (gpointer namespace_)
{
  socketio_namespace_watch_vacancy (namespace_, NULL, NULL);
  g_object_unref (namespace_);
}

static void
socketio_server_add_namespace (SocketioServer *self, SocketioNamespace *namespace_)
{
  if (self->options != NULL)
    socketio_namespace_start (namespace_, self->options);
  g_hash_table_insert (self->namespaces, (gpointer)socketio_namespace_get_name (namespace_),
                       namespace_);
  g_signal_emit (self, signals[NEW_NAMESPACE], 0, namespace_);
}

static void
on_child_vacant (SocketioNamespace *child, gpointer user_data)
{
  SocketioServer *self = user_data;
  g_autoptr (SocketioNamespace) guard G_GNUC_UNUSED = g_object_ref (child);

  if (!socketio_options_get_cleanup_empty_child_namespaces (self->options))
    return;

  socketio_namespace_detach (child);
  self->n_children--;
  g_hash_table_remove (self->namespaces, socketio_namespace_get_name (child));
}

static SocketioNamespace *
socketio_server_add_child (SocketioServer *self, SocketioNamespace *parent, const char *name)
{
  SocketioNamespace *child;

  if (self->n_children >= socketio_options_get_max_child_namespaces (self->options))
    return NULL;

  child = socketio_namespace_new_child (parent, name, socketio_server_make_adapter (self, name));
  socketio_namespace_watch_vacancy (child, on_child_vacant, self);
  self->n_children++;
  socketio_server_add_namespace (self, child);
  return child;
}

/* Another client may have had the child made while it was decided. */
static void
on_parent_found (SocketioNamespace *parent,
                 SocketioConnection *connection,
                 const char *name,
                 JsonNode *auth,
                 gpointer user_data)
{
  SocketioServer *self = user_data;
  SocketioNamespace *namespace_ = g_hash_table_lookup (self->namespaces, name);

  socketio_connection_end_asking (connection, name);
  if (namespace_ == NULL && parent != NULL)
    namespace_ = socketio_server_add_child (self, parent, name);

  /* Who heard of the child may have closed the connection, and dropped the server with it. */
  if (!socketio_connection_is_open (connection))
    return;
  if (namespace_ != NULL)
    socketio_namespace_admit (namespace_, connection, auth);
  else
    socketio_namespace_send_refusal (name, connection, "Invalid namespace", NULL);
}

/* The program may keep what it gets, so that a child that it has made does not go by itself. */
static SocketioNamespace *
socketio_server_make_namespace (SocketioServer *self, const char *name)
{
  SocketioNamespace *parent = socketio_parents_match (self->parents, name);
  SocketioAdapter *adapter = socketio_server_make_adapter (self, name);
  SocketioNamespace *namespace_ = parent != NULL
                                    ? socketio_namespace_new_child (parent, name, adapter)
                                    : socketio_namespace_new (name, adapter);

  socketio_server_add_namespace (self, namespace_);
  return namespace_;
}

/* A client asks for what is no namespace yet. */
static void
socketio_server_find_parent (SocketioServer *self,
                             SocketioConnection *connection,
                             SocketioPacket *packet)
{
  const char *name = socketio_packet_get_namespace (packet);

  if (socketio_connection_begin_asking (connection, name))
    socketio_parents_find (self->parents, connection, name, socketio_packet_get_data (packet));
  else
    socketio_connection_close (connection, SOCKETIO_DISCONNECT_FORCED_CLOSE);
}

/* }}} */
/* {{{ Connections */

static void
on_stray (SocketioConnection *connection, SocketioPacket *packet, gpointer user_data)
{
  SocketioServer *self = user_data;
  const SocketioDialect *dialect = socketio_connection_get_dialect (connection);
  const char *name = socketio_packet_get_namespace (packet);
  g_autoptr (JsonNode) auth = NULL;
  SocketioNamespace *namespace_ = g_hash_table_lookup (self->namespaces, name);

  if (socketio_packet_get_packet_type (packet) != SOCKETIO_PACKET_CONNECT)
    {
      if (!socketio_connection_had_socket (connection, name))
        socketio_connection_close (connection, SOCKETIO_DISCONNECT_FORCED_CLOSE);
    }
  else if (namespace_ == NULL)
    socketio_server_find_parent (self, connection, packet);
  else
    {
      auth = dialect->read_auth (packet);
      socketio_namespace_admit (namespace_, connection, auth);
    }
}

static void
on_upgraded (SocketioConnection *connection, gpointer user_data)
{
  GList *sockets = socketio_connection_list_sockets (connection);

  for (GList *l = sockets; l != NULL; l = l->next)
    socketio_server_socket_tell_upgrade (l->data);
  g_list_free_full (sockets, g_object_unref);
}

static void
on_unreadable (SocketioConnection *connection, const GError *error, gpointer user_data)
{
  GList *sockets = socketio_connection_list_sockets (connection);

  for (GList *l = sockets; l != NULL; l = l->next)
    socketio_server_socket_tell_error (l->data, error);
  g_list_free_full (sockets, g_object_unref);
}

static void
on_connection_closed (SocketioConnection *connection,
                      SocketioDisconnectReason reason,
                      const char *description,
                      gpointer user_data)
{
  SocketioServer *self = user_data;

  g_hash_table_remove (self->connections, connection);
}

static const SocketioConnectionHandler connection_handler = {
  .bad_packet = SOCKETIO_DISCONNECT_FORCED_CLOSE,
  .upgraded = on_upgraded,
  .stray = on_stray,
  .unreadable = on_unreadable,
  .closed = on_connection_closed,
};

static void
on_connect_timeout (gpointer user_data)
{
  g_autoptr (SocketioConnection) connection = g_object_ref (user_data);

  if (!socketio_connection_has_joined (connection))
    socketio_connection_close (connection, SOCKETIO_DISCONNECT_FORCED_CLOSE);
}

static void
on_session (EngineioServer *engine, EngineioSession *session, gpointer user_data)
{
  SocketioServer *self = user_data;
  SocketioConnection *connection = socketio_connection_new (
    session, socketio_options_get_parser (self->options), &connection_handler, self);
  EngineioTimer *timer = engineio_timer_new (on_connect_timeout, connection);

  engineio_timer_start (timer, socketio_options_get_connect_timeout (self->options));
  g_hash_table_insert (self->connections, connection, timer);
  if (socketio_connection_get_dialect (connection)->joins_by_itself)
    socketio_namespace_admit (socketio_server_of (self, "/"), connection, NULL);
}

static void
socketio_server_tell_closed (SocketioServer *self)
{
  self->done = TRUE;
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
on_idle (EngineioServer *engine, gpointer user_data)
{
  socketio_server_tell_closed (user_data);
}

static const EngineioServerHandler engine_handler = {
  .session = on_session,
  .idle = on_idle,
};

/* }}} */
/* {{{ The object */

static void
socketio_server_close_connections (SocketioServer *self)
{
  GList *connections = g_hash_table_get_keys (self->connections);

  self->closed = TRUE;
  g_list_foreach (connections, (GFunc)(void *)g_object_ref, NULL);
  for (GList *l = connections; l != NULL; l = l->next)
    socketio_connection_close (l->data, SOCKETIO_DISCONNECT_SERVER_SHUTTING_DOWN);
  g_list_free_full (connections, g_object_unref);
}

static void
socketio_server_dispose (GObject *object)
{
  SocketioServer *self = SOCKETIO_SERVER (object);
  EngineioServer *engine = g_steal_pointer (&self->engine);

  /* The connections first, so that their sockets still hear of it. */
  socketio_server_close_connections (self);
  g_hash_table_remove_all (self->connections);
  socketio_parents_close (self->parents);
  g_hash_table_remove_all (self->namespaces);
  g_clear_object (&engine);

  G_OBJECT_CLASS (socketio_server_parent_class)->dispose (object);
}

static void
socketio_server_finalize (GObject *object)
{
  SocketioServer *self = SOCKETIO_SERVER (object);

  socketio_server_clear_adapter_func (self);
  socketio_parents_unref (self->parents);
  g_hash_table_unref (self->connections);
  g_hash_table_unref (self->namespaces);
  g_clear_object (&self->options);

  G_OBJECT_CLASS (socketio_server_parent_class)->finalize (object);
}

static void
socketio_server_class_init (SocketioServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = socketio_server_dispose;
  object_class->finalize = socketio_server_finalize;

  /**
   * SocketioServer::closed:
   * @server: the server
   *
   * After [method@SocketioServer.close]: the last connection is gone.
   */
  signals[CLOSED] = g_signal_new ("closed", SOCKETIO_TYPE_SERVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);

  /**
   * SocketioServer::new-namespace:
   * @server: the server
   * @namespace_: the namespace
   *
   * A namespace has been made: by [method@SocketioServer.of], or because a client asked for a name
   * that a parent takes. Nobody is in it yet.
   */
  signals[NEW_NAMESPACE] = g_signal_new ("new-namespace", SOCKETIO_TYPE_SERVER, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         SOCKETIO_TYPE_NAMESPACE);
}

static void
socketio_server_init (SocketioServer *self)
{
  self->namespaces = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, let_go);
  self->connections = g_hash_table_new_full (NULL, NULL, g_object_unref,
                                             (GDestroyNotify)engineio_timer_free);

  self->parents = socketio_parents_new (self, on_parent_found, self);

  /* As in Node, there is always a place to join. */
  socketio_server_of (self, "/");
}

/**
 * socketio_server_new:
 *
 * Makes a server. Clients reach it once it is attached or listens.
 *
 * Returns: (transfer full): the server
 */
SocketioServer *
socketio_server_new (void)
{
  return g_object_new (SOCKETIO_TYPE_SERVER, NULL);
}

/**
 * socketio_server_set_adapter_func:
 * @server: a server that is not in use yet
 * @func: (scope notified) (closure user_data) (destroy destroy): makes an adapter for each
 * namespace
 * @user_data: data for @func
 * @destroy: (nullable): frees @user_data
 *
 * Has rooms and broadcasts done by adapters of the program's own, in Node `io.adapter ()`: one that
 * joins several servers, or one that keeps an eye on what is sent. The namespaces that there are
 * get new ones, all others as they are made. A parent of namespaces keeps its own, which asks those
 * of its children.
 */
void
socketio_server_set_adapter_func (SocketioServer *self,
                                  SocketioAdapterFunc func,
                                  gpointer user_data,
                                  GDestroyNotify destroy)
{
  g_autoptr (GList) namespaces = NULL;

  g_return_if_fail (SOCKETIO_IS_SERVER (self));
  g_return_if_fail (func != NULL);
  g_return_if_fail (self->engine == NULL);

  socketio_server_clear_adapter_func (self);
  self->adapter_func = func;
  self->adapter_data = user_data;
  self->adapter_destroy = destroy;

  /* Who makes an adapter may have namespaces made too. */
  namespaces = g_hash_table_get_values (self->namespaces);
  for (GList *l = namespaces; l != NULL; l = l->next)
    socketio_namespace_set_adapter (
      l->data, socketio_server_make_adapter (self, socketio_namespace_get_name (l->data)));
}

static void
socketio_server_set_options (SocketioServer *self, SocketioOptions *options)
{
  g_autoptr (GList) namespaces = g_hash_table_get_values (self->namespaces);

  self->options = options != NULL ? g_object_ref (options) : socketio_options_new ();
  for (GList *l = namespaces; l != NULL; l = l->next)
    socketio_namespace_start (l->data, self->options);
}

static void
socketio_server_start (SocketioServer *self, SocketioOptions *options)
{
  if (self->engine != NULL)
    return;

  if (self->options == NULL)
    socketio_server_set_options (self, options);
  self->engine = engineio_server_new (ENGINEIO_OPTIONS (self->options), &engine_handler, self);
  if (socketio_options_get_serve_client (self->options))
    engineio_server_serve (self->engine, socketio_client_files_get_resource (), CLIENT_FILES,
                           CLIENT_VERSION);
}

/* A server that was closed may be opened again: with the same namespaces, and who comes back to
 * them may find its session. */
static void
socketio_server_begin_anew (SocketioServer *self)
{
  if (!self->done)
    return;

  self->closed = FALSE;
  self->done = FALSE;
  if (self->engine != NULL)
    g_object_run_dispose (G_OBJECT (self->engine));
  g_clear_object (&self->engine);
}

/**
 * socketio_server_attach:
 * @server: a server that is not in use yet
 * @soup_server: a SoupServer, which may listen in its own way and serve other things
 * @options: (nullable): limits and timers; %NULL for the defaults. They must not change any more.
 *
 * Puts Socket.IO on an existing SoupServer, below the options' path. What else @soup_server does
 * stays as it is; [method@SocketioServer.listen] may be called behind this one, to have both kinds
 * of listeners. A server that was closed may be attached again, as it may listen again.
 */
void
socketio_server_attach (SocketioServer *self, SoupServer *soup_server, SocketioOptions *options)
{
  g_return_if_fail (SOCKETIO_IS_SERVER (self));
  g_return_if_fail (self->done || (self->engine == NULL && !self->closed));
  g_return_if_fail (self->options == NULL || options == NULL || options == self->options);

  socketio_server_begin_anew (self);
  socketio_server_start (self, options);
  engineio_server_attach (self->engine, soup_server);
}

/**
 * socketio_server_listen:
 * @server: a server that does not listen yet
 * @address: (nullable): an IP address or a name of this machine; %NULL for all, IPv4 and IPv6
 * @port: the port; 0 for a free one
 * @options: (nullable): limits and timers; %NULL for the defaults. They must not change any more.
 * @error: return location for an error of the listener, whose message can be shown to people
 *
 * Listens with a SoupServer of the server's own, or with the one that it is attached to. Its
 * listener is made for thousands of clients. After a failure it can be tried again, and so it can
 * when [signal@SocketioServer::closed] has told that the server is closed: it has the namespaces
 * and listeners that it had before. A server that has begun, with a try before or with a client
 * within the process, keeps the options it began with.
 *
 * Returns: whether it listens now
 */
gboolean
socketio_server_listen (SocketioServer *self,
                        const char *address,
                        guint16 port,
                        SocketioOptions *options,
                        GError **error)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER (self), FALSE);
  g_return_val_if_fail (!self->closed || self->done, FALSE);
  g_return_val_if_fail (self->options == NULL || options == NULL || options == self->options,
                        FALSE);

  socketio_server_begin_anew (self);
  socketio_server_start (self, options);
  return engineio_server_listen (self->engine, address, port, error);
}

/**
 * socketio_server_get_port:
 * @server: a server
 *
 * Gets the port of [method@SocketioServer.listen], which may have been asked for any.
 *
 * Returns: the port that it listens on; 0 if it does not, or not by itself
 */
guint16
socketio_server_get_port (SocketioServer *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER (self), 0);

  return self->engine != NULL ? engineio_server_get_port (self->engine) : 0;
}

/**
 * socketio_server_get_soup_server:
 * @server: a server
 *
 * Gets the libsoup server.
 *
 * Returns: (transfer none) (nullable): the SoupServer that it is on, to serve other things beside
 *   it
 */
SoupServer *
socketio_server_get_soup_server (SocketioServer *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER (self), NULL);

  return self->engine != NULL ? engineio_server_get_soup_server (self->engine) : NULL;
}

/**
 * socketio_server_of:
 * @server: a server
 * @name: a name that begins with a slash
 *
 * Gets a namespace, which is made when it is first asked for. Clients can only join those that were
 * made, or whose names a parent takes. A name that matches the pattern of a parent that was made
 * before gives a child of that parent, with all that holds for those that clients have made.
 *
 * Returns: (transfer none): the namespace
 */
SocketioNamespace *
socketio_server_of (SocketioServer *self, const char *name)
{
  SocketioNamespace *namespace_;

  g_return_val_if_fail (SOCKETIO_IS_SERVER (self), NULL);
  g_return_val_if_fail (name != NULL && *name == '/', NULL);

  namespace_ = g_hash_table_lookup (self->namespaces, name);
  return namespace_ != NULL ? namespace_ : socketio_server_make_namespace (self, name);
}

/**
 * socketio_server_of_pattern:
 * @server: a server
 * @pattern: what the names must match
 *
 * Makes a parent: a namespace that nobody joins, but that gets a child for each other name that a
 * client asks for and that matches. Names are at most 256 bytes long, and there are at most
 * [property@SocketioOptions:max-child-namespaces] children. They inherit the parent's decisions
 * ([method@SocketioNamespace.use]) and its listeners to [signal@SocketioNamespace::connection];
 * what is sent to the parent goes to all of its children.
 *
 * Returns: (transfer none): the parent
 */
SocketioNamespace *
socketio_server_of_pattern (SocketioServer *self, GRegex *pattern)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER (self), NULL);
  g_return_val_if_fail (pattern != NULL, NULL);

  return socketio_parents_add_pattern (self->parents, pattern);
}

/**
 * socketio_server_of_function:
 * @server: a server
 * @func: (scope notified) (closure user_data) (destroy destroy): decides about each name
 * @user_data: data for @func
 * @destroy: (nullable): frees @user_data
 *
 * Makes a parent as [method@SocketioServer.of_pattern] does, where a function decides which names
 * it takes, at once or later.
 *
 * Returns: (transfer none): the parent
 */
SocketioNamespace *
socketio_server_of_function (SocketioServer *self,
                             SocketioMatchFunc func,
                             gpointer user_data,
                             GDestroyNotify destroy)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER (self), NULL);
  g_return_val_if_fail (func != NULL, NULL);

  return socketio_parents_add_function (self->parents, func, user_data, destroy);
}

/**
 * socketio_server_get_n_connections:
 * @server: a server
 *
 * Counts the connections.
 *
 * Returns: how many clients are connected, whatever namespaces they are in
 */
guint
socketio_server_get_n_connections (SocketioServer *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER (self), 0);

  return g_hash_table_size (self->connections);
}

/**
 * socketio_server_get_traffic:
 * @server: a server
 * @traffic: (out caller-allocates): what was exchanged
 *
 * Gets what was sent and received since the server began to listen, for whoever watches over it. It
 * takes a look at each connection.
 */
void
socketio_server_get_traffic (SocketioServer *self, SocketioTraffic *traffic)
{
  EngineioTraffic counted = { 0 };

  g_return_if_fail (SOCKETIO_IS_SERVER (self));
  g_return_if_fail (traffic != NULL);

  *traffic = (SocketioTraffic){ 0 };
  if (self->engine == NULL)
    return;

  engineio_server_get_traffic (self->engine, &counted);
  traffic->packets_in = counted.packets_in;
  traffic->packets_out = counted.packets_out;
  traffic->bytes_in = counted.bytes_in;
  traffic->bytes_out = counted.bytes_out;
  traffic->bytes_queued = engineio_server_get_queued_bytes (self->engine);
}

/**
 * socketio_server_emit:
 * @server: a server
 * @name: the event's name
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 *
 * Sends an event to everybody in the namespace `/`. In Node it is `io.sockets.emit ()`.
 *
 * Returns: %FALSE if @name is one that Socket.IO keeps for itself; then nothing is sent
 */
gboolean
socketio_server_emit (SocketioServer *self, const char *name, SocketioArguments *arguments)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER (self), FALSE);

  return socketio_namespace_emit (socketio_server_of (self, "/"), name, arguments);
}

/**
 * socketio_server_everybody:
 * @server: a server
 *
 * Makes the target that is everybody in the namespace `/`.
 *
 * Returns: (transfer full): the target
 */
SocketioTarget *
socketio_server_everybody (SocketioServer *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER (self), NULL);

  return socketio_target_new (socketio_server_of (self, "/"));
}

/**
 * socketio_server_to:
 * @server: a server
 * @room: a room, or the id of a socket
 *
 * Makes the target that is everybody in @room in the namespace `/`.
 *
 * Returns: (transfer full): the target
 */
SocketioTarget *
socketio_server_to (SocketioServer *self, const char *room)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER (self), NULL);

  return socketio_namespace_to (socketio_server_of (self, "/"), room);
}

/**
 * socketio_server_except:
 * @server: a server
 * @room: a room, or the id of a socket
 *
 * Makes the target that is everybody in the namespace `/` who is not in @room.
 *
 * Returns: (transfer full): the target
 */
SocketioTarget *
socketio_server_except (SocketioServer *self, const char *room)
{
  g_return_val_if_fail (SOCKETIO_IS_SERVER (self), NULL);

  return socketio_namespace_except (socketio_server_of (self, "/"), room);
}

/**
 * socketio_server_use:
 * @server: a server
 * @func: (scope notified) (closure user_data) (destroy destroy): called for each client that wants
 *   to join `/`
 * @user_data: data for @func
 * @destroy: (nullable): frees @user_data
 *
 * Is [method@SocketioNamespace.use] of the namespace `/`.
 */
void
socketio_server_use (SocketioServer *self,
                     SocketioUseFunc func,
                     gpointer user_data,
                     GDestroyNotify destroy)
{
  g_return_if_fail (SOCKETIO_IS_SERVER (self));

  socketio_namespace_use (socketio_server_of (self, "/"), func, user_data, destroy);
}

/**
 * socketio_server_close:
 * @server: a server
 *
 * Lets nobody in any more and closes all connections. Clients that reconnect by themselves will try
 * to. The signal [signal@SocketioServer::closed] tells when it is done and the port is free: after
 * this call, or within it if there was no connection. Then it may listen or be attached again;
 * until it does, it stays closed for clients within the process too.
 */
void
socketio_server_close (SocketioServer *self)
{
  g_autoptr (SocketioServer) guard G_GNUC_UNUSED = NULL;

  g_return_if_fail (SOCKETIO_IS_SERVER (self));

  guard = g_object_ref (self);
  if (self->closed)
    return;

  socketio_server_close_connections (self);
  if (self->engine != NULL)
    engineio_server_close (self->engine);
  else
    socketio_server_tell_closed (self);
}

EngineioSession *
socketio_server_connect_loopback (SocketioServer *self, GError **error)
{
  if (self->closed)
    {
      g_set_error_literal (error, SOCKETIO_ERROR, SOCKETIO_ERROR_UNREACHABLE,
                           _ ("The server is closed"));
      return NULL;
    }

  socketio_server_start (self, NULL);
  return engineio_server_connect_loopback (self->engine);
}

/* }}} */
