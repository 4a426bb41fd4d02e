/* socketio-namespace.c: a named place on a server
 *
 * Admits sockets, step by step through the functions that were put in its way, and knows who is
 * there. Rooms and broadcasts are the adapter's.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-namespace-private.h"

#include "socketio-admission-private.h"
#include "socketio-memory-adapter.h"
#include "socketio-server-socket-private.h"
#include "socketio-waits.h"

typedef struct
{
  SocketioUseFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Step;

struct _SocketioNamespace
{
  GObject parent_instance;

  char *name;
  SocketioAdapter *adapter;
  GHashTable *sockets; /* id -> SocketioServerSocket */
  GPtrArray *steps;
  SocketioWaits *waits; /* NULL until a broadcast wants answers */
};

enum
{
  PROP_0,
  PROP_NAME,
  N_PROPERTIES,
};

enum
{
  CONNECTION,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SocketioNamespace, socketio_namespace, G_TYPE_OBJECT)

/* {{{ Admission */

static void
socketio_namespace_connect (SocketioNamespace *self, SocketioServerSocket *socket)
{
  const char *id = socketio_socket_get_id (SOCKETIO_SOCKET (socket));

  g_hash_table_replace (self->sockets, (gpointer)id, g_object_ref (socket));
  socketio_adapter_add_member (self->adapter, socket, id);
  socketio_server_socket_connect (socket);
  if (socketio_socket_is_connected (SOCKETIO_SOCKET (socket)))
    g_signal_emit (self, signals[CONNECTION], 0, socket);
}

void
socketio_namespace_send_refusal (const char *name,
                                 SocketioConnection *connection,
                                 const char *message,
                                 JsonNode *data)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (SocketioPacket) packet = NULL;

  json_object_set_string_member (object, "message", message);
  if (data != NULL)
    json_object_set_member (object, "data", json_node_copy (data));

  packet = socketio_packet_new_connect_error (name,
                                              json_node_init_object (json_node_alloc (), object));
  socketio_connection_send (connection, packet);
}

static void on_admission_answered (SocketioServerSocket *socket,
                                   guint step,
                                   const char *message,
                                   JsonNode *data,
                                   gpointer user_data);

/* Goes on with @step, or connects the socket when there is none left. */
static void
socketio_namespace_advance (SocketioNamespace *self, SocketioServerSocket *socket, guint step)
{
  g_autoptr (SocketioAdmission) admission = NULL;
  Step *next;

  if (step == self->steps->len)
    {
      socketio_namespace_connect (self, socket);
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
    }
}

/* A client asks to join. Its socket is on the connection while it is decided, so that it cannot
 * ask a second time meanwhile. */
void
socketio_namespace_admit (SocketioNamespace *self, SocketioConnection *connection, JsonNode *auth)
{
  g_autoptr (SocketioServerSocket) socket = socketio_server_socket_new (self, connection, auth);

  socketio_connection_add_socket (connection, SOCKETIO_SOCKET (socket));
  socketio_namespace_advance (self, socket, 0);
}

void
socketio_namespace_remove_socket (SocketioNamespace *self, SocketioServerSocket *socket)
{
  const char *id = socketio_socket_get_id (SOCKETIO_SOCKET (socket));

  socketio_adapter_remove_member (self->adapter, socket, id);
  if (g_hash_table_lookup (self->sockets, id) == socket)
    g_hash_table_remove (self->sockets, id);
  if (self->waits != NULL)
    socketio_waits_leave (self->waits, socket);
}

/* }}} */
/* {{{ The adapter's way to a socket */

static gboolean
emitter_deliver (gpointer member, SocketioWire *wire, gboolean is_volatile, gpointer user_data)
{
  return socketio_connection_send_wire (socketio_server_socket_get_connection (member), wire,
                                        is_volatile ? SOCKETIO_SEND_VOLATILE
                                                    : SOCKETIO_SEND_DEFAULT);
}

static gint64
emitter_begin_wait (SocketioCollector *collector, gpointer user_data)
{
  SocketioNamespace *self = user_data;

  if (self->waits == NULL)
    self->waits = socketio_waits_new ();
  return socketio_waits_begin (self->waits, collector);
}

static void
emitter_add_wait (gint64 id, gpointer member, gpointer user_data)
{
  socketio_waits_add (SOCKETIO_NAMESPACE (user_data)->waits, id, member);
}

static void
emitter_end_wait (gint64 id, gpointer user_data)
{
  socketio_waits_commit (SOCKETIO_NAMESPACE (user_data)->waits, id);
}

static const SocketioEmitter emitter = {
  .deliver = emitter_deliver,
  .begin_wait = emitter_begin_wait,
  .add_wait = emitter_add_wait,
  .end_wait = emitter_end_wait,
};

/* An ack whose id is none of the socket's own. */
void
socketio_namespace_take_answer (SocketioNamespace *self,
                                SocketioServerSocket *socket,
                                gint64 id,
                                SocketioArguments *arguments)
{
  if (self->waits != NULL)
    socketio_waits_answer (self->waits, id, socket, arguments);
}

/* }}} */
/* {{{ The object */

static void
step_free (gpointer data)
{
  Step *step = data;

  if (step->destroy != NULL)
    step->destroy (step->user_data);
  g_free (step);
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

static void
socketio_namespace_dispose (GObject *object)
{
  SocketioNamespace *self = SOCKETIO_NAMESPACE (object);

  socketio_adapter_set_emitter (self->adapter, NULL, NULL);
  g_hash_table_remove_all (self->sockets);

  G_OBJECT_CLASS (socketio_namespace_parent_class)->dispose (object);
}

static void
socketio_namespace_finalize (GObject *object)
{
  SocketioNamespace *self = SOCKETIO_NAMESPACE (object);

  g_clear_pointer (&self->waits, socketio_waits_free);
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
   * A client has been admitted and connected. Here listeners are put on its socket.
   */
  signals[CONNECTION] = g_signal_new ("connection", SOCKETIO_TYPE_NAMESPACE, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 1,
                                      SOCKETIO_TYPE_SERVER_SOCKET);
}

static void
socketio_namespace_init (SocketioNamespace *self)
{
  self->adapter = socketio_memory_adapter_new ();
  self->sockets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->steps = g_ptr_array_new_with_free_func (step_free);
  socketio_adapter_set_emitter (self->adapter, &emitter, self);
}

SocketioNamespace *
socketio_namespace_new (const char *name)
{
  SocketioNamespace *self = g_object_new (SOCKETIO_TYPE_NAMESPACE, NULL);

  self->name = g_strdup (name);
  return self;
}

/**
 * socketio_namespace_get_name:
 * @namespace_: a namespace
 *
 * Returns: the value of [property@SocketioNamespace:name]
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
 * Returns: (transfer none) (nullable): the connected socket of that id
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
 * they were put there; the first refusal ends it.
 */
void
socketio_namespace_use (SocketioNamespace *self,
                        SocketioUseFunc func,
                        gpointer user_data,
                        GDestroyNotify destroy)
{
  Step *step;

  g_return_if_fail (SOCKETIO_IS_NAMESPACE (self));
  g_return_if_fail (func != NULL);

  step = g_new (Step, 1);
  *step = (Step){ func, user_data, destroy };
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
