/* socketio-namespace.c: a named place on a server
 *
 * Knows who is there. How one gets in is in socketio-namespace-admit.c; rooms and broadcasts are
 * the adapter's, which reaches the sockets by socketio-namespace-emitter.c.
 *
 * A parent is a namespace that nobody joins: it has children, which are made when a client asks for
 * a name that the parent takes (socketio-match.c).
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-namespace-private.h"

#include "socketio-marshal.h"
#include "socketio-parent-adapter.h"
#include "socketio-server-socket.h"

enum
{
  PROP_0,
  PROP_NAME,
  N_PROPERTIES,
};

enum
{
  CONNECTION,
  SERVER_EVENT,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SocketioNamespace, socketio_namespace, G_TYPE_OBJECT)

/* {{{ The object */

static void
step_clear (gpointer data)
{
  SocketioNamespaceStep *step = data;

  if (step->destroy != NULL)
    step->destroy (step->user_data);
}

static void
step_unref (gpointer data)
{
  g_rc_box_release_full (data, step_clear);
}

static void
socketio_namespace_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, SOCKETIO_NAMESPACE (object)->name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

/* A child is none of its parent's any more. */
void
socketio_namespace_detach (SocketioNamespace *self)
{
  if (self->parent != NULL && g_hash_table_lookup (self->parent->children, self->name) == self)
    g_hash_table_remove (self->parent->children, self->name);
}

/* It may live on, but is done with this namespace. */
static void
socketio_namespace_drop_adapter (SocketioNamespace *self)
{
  socketio_adapter_set_emitter (self->adapter, NULL, NULL);
  socketio_adapter_close (self->adapter);
}

static void
socketio_namespace_dispose (GObject *object)
{
  SocketioNamespace *self = SOCKETIO_NAMESPACE (object);

  socketio_namespace_drop_adapter (self);
  g_hash_table_remove_all (self->sockets);
  socketio_namespace_detach (self);
  g_clear_object (&self->parent);

  G_OBJECT_CLASS (socketio_namespace_parent_class)->dispose (object);
}

static void
socketio_namespace_finalize (GObject *object)
{
  SocketioNamespace *self = SOCKETIO_NAMESPACE (object);

  g_clear_pointer (&self->waits, socketio_waits_free);
  g_clear_pointer (&self->children, g_hash_table_unref);
  g_clear_pointer (&self->pids, g_hash_table_unref);
  g_hash_table_unref (self->pending);
  g_hash_table_unref (self->sockets);
  g_ptr_array_unref (self->steps);
  g_clear_object (&self->adapter);
  g_free (self->name);

  G_OBJECT_CLASS (socketio_namespace_parent_class)->finalize (object);
}

static void
socketio_namespace_class_init (SocketioNamespaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = socketio_namespace_get_property;
  object_class->dispose = socketio_namespace_dispose;
  object_class->finalize = socketio_namespace_finalize;

  /**
   * SocketioNamespace:name:
   *
   * The name, which begins with a slash.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "/",
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * SocketioNamespace::connection:
   * @namespace_: the namespace
   * @socket: who has joined
   *
   * A client has been admitted and connected. Here listeners are put on its socket. A parent emits
   * it for each socket of its children, before they do; the socket knows in which of them it is.
   */
  signals[CONNECTION] = g_signal_new ("connection", SOCKETIO_TYPE_NAMESPACE, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 1,
                                      SOCKETIO_TYPE_SERVER_SOCKET);

  /**
   * SocketioNamespace::server-event:
   * @namespace_: the namespace
   * @name: the event's name
   * @arguments: its arguments
   * @ack: (nullable): the answer to be given, if one is wanted
   *
   * Another server has sent an event with [method@SocketioNamespace.server_side_emit].
   */
  signals[SERVER_EVENT] = g_signal_new ("server-event", SOCKETIO_TYPE_NAMESPACE, G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, socketio_marshal_VOID__STRING_BOXED_OBJECT,
                                        G_TYPE_NONE, 3, G_TYPE_STRING, SOCKETIO_TYPE_ARGUMENTS,
                                        SOCKETIO_TYPE_ACK);
}

static void
socketio_namespace_init (SocketioNamespace *self)
{
  self->sockets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->pending = g_hash_table_new (NULL, NULL);
  self->steps = g_ptr_array_new_with_free_func (step_unref);
}

/* The server's options are known. */
void
socketio_namespace_start (SocketioNamespace *self, SocketioOptions *options)
{
  socketio_adapter_start (self->adapter, options);
  self->max_screened_events = socketio_options_get_max_screened_events (options);
  self->max_screened_bytes = socketio_options_get_max_screened_bytes (options);
  self->skip_steps = socketio_options_get_skip_middlewares (options);
  if (socketio_options_get_max_disconnection_duration (options) > 0 && self->pids == NULL)
    self->pids = g_hash_table_new (g_str_hash, g_str_equal);
}

gboolean
socketio_namespace_recovers (SocketioNamespace *self)
{
  return self->pids != NULL;
}

static SocketioNamespace *
socketio_namespace_new_full (const char *name, SocketioAdapter *adapter)
{
  SocketioNamespace *self = g_object_new (SOCKETIO_TYPE_NAMESPACE, NULL);

  self->name = g_strdup (name);
  self->adapter = adapter;
  return self;
}

/* Takes @adapter. */
SocketioNamespace *
socketio_namespace_new (const char *name, SocketioAdapter *adapter)
{
  SocketioNamespace *self = socketio_namespace_new_full (name, adapter);

  socketio_namespace_attach_emitter (self);
  return self;
}

/* Takes @adapter. Nobody is in the namespace yet. */
void
socketio_namespace_set_adapter (SocketioNamespace *self, SocketioAdapter *adapter)
{
  socketio_namespace_drop_adapter (self);
  g_clear_object (&self->adapter);
  self->adapter = adapter;
  socketio_namespace_attach_emitter (self);
}

SocketioNamespace *
socketio_namespace_new_parent (const char *name)
{
  GHashTable *children = g_hash_table_new (g_str_hash, g_str_equal);
  SocketioNamespace *self = socketio_namespace_new_full (name,
                                                         socketio_parent_adapter_new (children));

  self->children = children;
  socketio_namespace_attach_emitter (self);
  return self;
}

/* The steps are those that the parent has now, as in Node. */
SocketioNamespace *
socketio_namespace_new_child (SocketioNamespace *parent, const char *name, SocketioAdapter *adapter)
{
  SocketioNamespace *self = socketio_namespace_new (name, adapter);

  self->parent = g_object_ref (parent);
  for (guint i = 0; i < parent->steps->len; i++)
    g_ptr_array_add (self->steps, g_rc_box_acquire (parent->steps->pdata[i]));
  g_hash_table_replace (parent->children, self->name, self);
  return self;
}

void
socketio_namespace_take_server_event (SocketioNamespace *self,
                                      const char *name,
                                      SocketioArguments *arguments,
                                      SocketioAck *ack)
{
  g_signal_emit (self, signals[SERVER_EVENT], 0, name, arguments, ack);
}

void
socketio_namespace_announce (SocketioNamespace *self, SocketioServerSocket *socket)
{
  if (self->parent != NULL)
    g_signal_emit (self->parent, signals[CONNECTION], 0, socket);
  if (socketio_socket_is_connected (SOCKETIO_SOCKET (socket)))
    g_signal_emit (self, signals[CONNECTION], 0, socket);
}

/**
 * socketio_namespace_get_parent:
 * @namespace_: a namespace
 *
 * Gets the parent of a namespace that was made because a client asked for it.
 *
 * Returns: (transfer none) (nullable): the parent; %NULL for a namespace that the program made
 */
SocketioNamespace *
socketio_namespace_get_parent (SocketioNamespace *self)
{
  g_return_val_if_fail (SOCKETIO_IS_NAMESPACE (self), NULL);

  return self->parent;
}

/**
 * socketio_namespace_list_children:
 * @namespace_: a parent
 *
 * Lists the namespaces that a parent has made.
 *
 * Returns: (transfer full) (element-type SocketioNamespace): the children that there are now; none
 *   for a namespace that is no parent
 */
GPtrArray *
socketio_namespace_list_children (SocketioNamespace *self)
{
  GPtrArray *children;
  GHashTableIter iter;
  gpointer child;

  g_return_val_if_fail (SOCKETIO_IS_NAMESPACE (self), NULL);

  children = g_ptr_array_new_with_free_func (g_object_unref);
  if (self->children == NULL)
    return children;

  g_hash_table_iter_init (&iter, self->children);
  while (g_hash_table_iter_next (&iter, NULL, &child))
    g_ptr_array_add (children, g_object_ref (child));
  return children;
}

/**
 * socketio_namespace_get_name:
 * @namespace_: a namespace
 *
 * Gets [property@SocketioNamespace:name].
 *
 * Returns: its value
 */
const char *
socketio_namespace_get_name (SocketioNamespace *self)
{
  g_return_val_if_fail (SOCKETIO_IS_NAMESPACE (self), NULL);

  return self->name;
}

/**
 * socketio_namespace_get_adapter:
 * @namespace_: a namespace
 *
 * Gets what keeps its rooms.
 *
 * Returns: (transfer none): the adapter that keeps its rooms
 */
SocketioAdapter *
socketio_namespace_get_adapter (SocketioNamespace *self)
{
  g_return_val_if_fail (SOCKETIO_IS_NAMESPACE (self), NULL);

  return self->adapter;
}

/**
 * socketio_namespace_get_n_sockets:
 * @namespace_: a namespace
 *
 * Counts its connected sockets.
 *
 * Returns: how many sockets are connected
 */
guint
socketio_namespace_get_n_sockets (SocketioNamespace *self)
{
  g_return_val_if_fail (SOCKETIO_IS_NAMESPACE (self), 0);

  return g_hash_table_size (self->sockets);
}

/**
 * socketio_namespace_lookup:
 * @namespace_: a namespace
 * @id: a socket's id
 *
 * Finds a socket by its id.
 *
 * Returns: (transfer none) (nullable): the socket, if it is connected to this server
 */
SocketioServerSocket *
socketio_namespace_lookup (SocketioNamespace *self, const char *id)
{
  g_return_val_if_fail (SOCKETIO_IS_NAMESPACE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return g_hash_table_lookup (self->sockets, id);
}

/**
 * socketio_namespace_use:
 * @namespace_: a namespace
 * @func: (scope notified) (closure user_data) (destroy destroy): called for each client that wants
 *   to join
 * @user_data: data for @func
 * @destroy: (nullable): frees @user_data
 *
 * Puts a decision in the way of clients that want to join. Several are asked in the order in which
 * they were put there; the first refusal ends it. Without any, everybody may join. What is put into
 * a parent holds for the children that are made after it, and goes before their own.
 */
void
socketio_namespace_use (SocketioNamespace *self,
                        SocketioUseFunc func,
                        gpointer user_data,
                        GDestroyNotify destroy)
{
  SocketioNamespaceStep *step;

  g_return_if_fail (SOCKETIO_IS_NAMESPACE (self));
  g_return_if_fail (func != NULL);

  step = g_rc_box_new (SocketioNamespaceStep);
  *step = (SocketioNamespaceStep){ func, user_data, destroy };
  g_ptr_array_add (self->steps, step);
}

/**
 * socketio_namespace_emit:
 * @namespace_: a namespace
 * @name: the event's name
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 *
 * Sends an event to everybody in the namespace.
 *
 * Returns: %FALSE if @name is one that Socket.IO keeps for itself; then nothing is sent
 */
gboolean
socketio_namespace_emit (SocketioNamespace *self, const char *name, SocketioArguments *arguments)
{
  g_autoptr (SocketioTarget) all = NULL;

  g_return_val_if_fail (SOCKETIO_IS_NAMESPACE (self), FALSE);

  all = socketio_target_new (self);
  return socketio_target_emit (all, name, arguments);
}

/**
 * socketio_namespace_everybody:
 * @namespace_: a namespace
 *
 * Makes the target that is everybody in the namespace.
 *
 * Returns: (transfer full): the target
 */
SocketioTarget *
socketio_namespace_everybody (SocketioNamespace *self)
{
  return socketio_target_new (self);
}

/**
 * socketio_namespace_to:
 * @namespace_: a namespace
 * @room: a room, or the id of a socket
 *
 * Makes the target that is everybody in @room.
 *
 * Returns: (transfer full): the target
 */
SocketioTarget *
socketio_namespace_to (SocketioNamespace *self, const char *room)
{
  g_autoptr (SocketioTarget) all = socketio_target_new (self);

  return all != NULL ? socketio_target_to (all, room) : NULL;
}

/**
 * socketio_namespace_except:
 * @namespace_: a namespace
 * @room: a room, or the id of a socket
 *
 * Makes the target that is everybody who is not in @room.
 *
 * Returns: (transfer full): the target
 */
SocketioTarget *
socketio_namespace_except (SocketioNamespace *self, const char *room)
{
  g_autoptr (SocketioTarget) all = socketio_target_new (self);

  return all != NULL ? socketio_target_except (all, room) : NULL;
}

/* }}} */
