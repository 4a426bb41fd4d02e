/* socketio-socket.c: the event model that both ends share
 *
 * A socket sends and receives named events. The server's sockets (socketio-server-socket.c) and the
 * client's (socketio-client-socket.c) say how a packet gets on its way and what else may come; listeners,
 * emits and acks are here.
 *
 * There is one list of listeners: the handlers of the signal `event`, whose detail is the event's name.
 * Names from the network never become quarks, or a stranger would let our memory grow for ever: a name
 * that nobody listens to has no quark, and then only listeners to all events are called.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-socket.h"

#include <glib/gi18n-lib.h>

#include "engineio.h"

#include "socketio-marshal.h"
#include "socketio-socket-private.h"

typedef struct
{
  char *id;
  char *namespace_name;
  GHashTable *pending; /* ack id -> Pending */
  gint64 next_ack_id;
  gboolean connected;
} SocketioSocketPrivate;

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAMESPACE_NAME,
  PROP_CONNECTED,
  N_PROPERTIES,
};

enum
{
  EVENT,
  DISCONNECT,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SocketioSocket, socketio_socket, G_TYPE_OBJECT)

#define PRIVATE(self) ((SocketioSocketPrivate *) socketio_socket_get_instance_private (self))

/* {{{ Answers that are awaited */

typedef struct
{
  SocketioSocket *socket; /* not owned: it owns this */
  gint64 id;
  GTask *task;
  EngineioTimer *timer;
  GSource *cancel_source;
} Pending;

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  g_clear_pointer (&pending->timer, engineio_timer_free);
  if (pending->cancel_source != NULL)
    g_source_destroy (pending->cancel_source);
  g_clear_pointer (&pending->cancel_source, g_source_unref);
  g_clear_object (&pending->task);
  g_free (pending);
}

/* Takes the pending answer off the table; the caller finishes its task. */
static GTask *
socketio_socket_take_pending (SocketioSocket *self, gint64 id)
{
  SocketioSocketPrivate *priv = PRIVATE (self);
  Pending *pending;
  GTask *task;

  if (priv->pending == NULL)
    return NULL;

  pending = g_hash_table_lookup (priv->pending, &id);
  if (pending == NULL)
    return NULL;

  task = g_object_ref (pending->task);
  g_hash_table_remove (priv->pending, &id);
  return task;
}

static void
on_ack_timeout (gpointer user_data)
{
  Pending *pending = user_data;
  g_autoptr (GTask) task = socketio_socket_take_pending (pending->socket, pending->id);

  g_task_return_new_error (task, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT,
                           _("No answer came in time"));
}

static gboolean
on_ack_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Pending *pending = user_data;
  g_autoptr (GTask) task = socketio_socket_take_pending (pending->socket, pending->id);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
socketio_socket_drop_pending (SocketioSocket *self)
{
  SocketioSocketPrivate *priv = PRIVATE (self);
  g_autoptr (GHashTable) pending = g_steal_pointer (&priv->pending);
  GHashTableIter iter;
  gpointer value;

  if (pending == NULL)
    return;

  g_hash_table_iter_init (&iter, pending);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_task_return_new_error (((Pending *) value)->task, SOCKETIO_ERROR,
                             SOCKETIO_ERROR_DISCONNECTED,
                             _("The connection ended before the answer came"));
}

static void
pending_watch_cancellable (Pending *pending)
{
  GCancellable *cancellable = g_task_get_cancellable (pending->task);

  if (cancellable == NULL)
    return;

  pending->cancel_source = g_cancellable_source_new (cancellable);
  g_source_set_callback (pending->cancel_source, G_SOURCE_FUNC (on_ack_cancelled), pending, NULL);
  g_source_attach (pending->cancel_source, NULL);
}

static gint64
socketio_socket_add_pending (SocketioSocket *self, GTask *task, guint timeout)
{
  SocketioSocketPrivate *priv = PRIVATE (self);
  Pending *pending = g_new0 (Pending, 1);

  pending->socket = self;
  pending->id = priv->next_ack_id++;
  pending->task = g_object_ref (task);
  if (timeout > 0)
    {
      pending->timer = engineio_timer_new (on_ack_timeout, pending);
      engineio_timer_start (pending->timer, timeout);
    }

  pending_watch_cancellable (pending);

  if (priv->pending == NULL)
    priv->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, pending_free);
  g_hash_table_insert (priv->pending, &pending->id, pending);

  return pending->id;
}

/* }}} */
/* {{{ Up: what the ends' sockets call */

void
socketio_socket_set_id (SocketioSocket *self, const char *id)
{
  SocketioSocketPrivate *priv = PRIVATE (self);

  if (g_strcmp0 (priv->id, id) == 0)
    return;

  g_free (priv->id);
  priv->id = g_strdup (id);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ID]);
}

void
socketio_socket_set_connected (SocketioSocket *self, gboolean connected)
{
  SocketioSocketPrivate *priv = PRIVATE (self);

  if (priv->connected == connected)
    return;

  priv->connected = connected;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTED]);
}

static void
socketio_socket_dispatch_event (SocketioSocket *self, SocketioPacket *packet)
{
  const char *name = socketio_packet_get_name (packet);
  gint64 id = socketio_packet_get_id (packet);
  g_autoptr (SocketioAck) ack = NULL;

  if (id != SOCKETIO_PACKET_NO_ID)
    ack = socketio_ack_new (self, id);
  g_signal_emit (self, signals[EVENT], g_quark_try_string (name), name,
                 socketio_packet_get_arguments (packet), ack);
}

static void
socketio_socket_dispatch_ack (SocketioSocket *self, SocketioPacket *packet)
{
  g_autoptr (GTask) task =
    socketio_socket_take_pending (self, socketio_packet_get_id (packet));

  if (task != NULL)
    g_task_return_pointer (task, socketio_arguments_ref (socketio_packet_get_arguments (packet)),
                           (GDestroyNotify) socketio_arguments_unref);
}

/* Gives an event to its listeners, or an ack to who waits for it. */
void
socketio_socket_dispatch (SocketioSocket *self, SocketioPacket *packet)
{
  g_autoptr (SocketioSocket) guard G_GNUC_UNUSED = g_object_ref (self);

  if (socketio_packet_get_packet_type (packet) == SOCKETIO_PACKET_EVENT)
    socketio_socket_dispatch_event (self, packet);
  else
    socketio_socket_dispatch_ack (self, packet);
}

/* Ends the connected state and tells whoever listens. Only once for each time that it was connected. */
void
socketio_socket_announce_disconnect (SocketioSocket *self,
                                     SocketioDisconnectReason reason,
                                     const char *description)
{
  g_autoptr (SocketioSocket) guard G_GNUC_UNUSED = g_object_ref (self);

  if (!PRIVATE (self)->connected)
    return;

  socketio_socket_set_connected (self, FALSE);
  socketio_socket_drop_pending (self);
  g_signal_emit (self, signals[DISCONNECT], 0, reason, description);
}

/* }}} */
/* {{{ Down and through */

void
socketio_socket_send_packet (SocketioSocket *self, SocketioPacket *packet)
{
  SOCKETIO_SOCKET_GET_CLASS (self)->send (self, packet, SOCKETIO_SEND_DEFAULT);
}

void
socketio_socket_send_ack (SocketioSocket *self, gint64 id, SocketioArguments *arguments)
{
  g_autoptr (SocketioPacket) packet =
    socketio_packet_new_ack (PRIVATE (self)->namespace_name, id, arguments);

  socketio_socket_send_packet (self, packet);
}

void
socketio_socket_receive (SocketioSocket *self, SocketioPacket *packet)
{
  SOCKETIO_SOCKET_GET_CLASS (self)->receive (self, packet);
}

void
socketio_socket_close (SocketioSocket *self,
                       SocketioDisconnectReason reason,
                       const char *description)
{
  SOCKETIO_SOCKET_GET_CLASS (self)->closed (self, reason, description);
}

/* }}} */
/* {{{ The object */

static void
socketio_socket_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SocketioSocketPrivate *priv = PRIVATE (SOCKETIO_SOCKET (object));

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, priv->id);
      break;
    case PROP_NAMESPACE_NAME:
      g_value_set_string (value, priv->namespace_name);
      break;
    case PROP_CONNECTED:
      g_value_set_boolean (value, priv->connected);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
socketio_socket_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SocketioSocketPrivate *priv = PRIVATE (SOCKETIO_SOCKET (object));

  switch (id)
    {
    case PROP_NAMESPACE_NAME:
      priv->namespace_name = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
socketio_socket_dispose (GObject *object)
{
  socketio_socket_drop_pending (SOCKETIO_SOCKET (object));

  G_OBJECT_CLASS (socketio_socket_parent_class)->dispose (object);
}

static void
socketio_socket_finalize (GObject *object)
{
  SocketioSocketPrivate *priv = PRIVATE (SOCKETIO_SOCKET (object));

  g_free (priv->id);
  g_free (priv->namespace_name);

  G_OBJECT_CLASS (socketio_socket_parent_class)->finalize (object);
}

static void
socketio_socket_class_init (SocketioSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = socketio_socket_get_property;
  object_class->set_property = socketio_socket_set_property;
  object_class->dispose = socketio_socket_dispose;
  object_class->finalize = socketio_socket_finalize;

  /**
   * SocketioSocket:id:
   *
   * The id that the server gave the socket when it was connected; another one after each reconnection.
   */
  properties[PROP_ID] = g_param_spec_string (
    "id", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * SocketioSocket:namespace-name:
   *
   * The name of the namespace that the socket is in, such as `/`.
   */
  properties[PROP_NAMESPACE_NAME] =
    g_param_spec_string ("namespace-name", NULL, NULL, "/",
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * SocketioSocket:connected:
   *
   * Whether events that are sent now have a way to the peer.
   */
  properties[PROP_CONNECTED] =
    g_param_spec_boolean ("connected", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * SocketioSocket::event:
   * @socket: the socket
   * @name: the event's name
   * @arguments: its arguments
   * @ack: (nullable): the answer to be given, if the sender waits for one
   *
   * An event has come. The detail is its name: `event::message` is emitted for the event `message` alone.
   */
  signals[EVENT] =
    g_signal_new ("event", SOCKETIO_TYPE_SOCKET, G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, NULL,
                  NULL, socketio_marshal_VOID__STRING_BOXED_OBJECT, G_TYPE_NONE, 3,
                  G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                  SOCKETIO_TYPE_ARGUMENTS | G_SIGNAL_TYPE_STATIC_SCOPE, SOCKETIO_TYPE_ACK);

  /**
   * SocketioSocket::disconnect:
   * @socket: the socket
   * @reason: why
   * @description: (nullable): more about it, for a log
   *
   * The socket was connected and is not any more.
   */
  signals[DISCONNECT] =
    g_signal_new ("disconnect", SOCKETIO_TYPE_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  socketio_marshal_VOID__ENUM_STRING, G_TYPE_NONE, 2,
                  SOCKETIO_TYPE_DISCONNECT_REASON, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
socketio_socket_init (SocketioSocket *self)
{
}

/**
 * socketio_socket_get_id:
 * @socket: a socket
 *
 * Returns: (nullable): the value of [property@SocketioSocket:id]
 */
const char *
socketio_socket_get_id (SocketioSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SOCKET (self), NULL);

  return PRIVATE (self)->id;
}

/**
 * socketio_socket_get_namespace_name:
 * @socket: a socket
 *
 * Returns: the value of [property@SocketioSocket:namespace-name]
 */
const char *
socketio_socket_get_namespace_name (SocketioSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SOCKET (self), NULL);

  return PRIVATE (self)->namespace_name;
}

/**
 * socketio_socket_is_connected:
 * @socket: a socket
 *
 * Returns: the value of [property@SocketioSocket:connected]
 */
gboolean
socketio_socket_is_connected (SocketioSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SOCKET (self), FALSE);

  return PRIVATE (self)->connected;
}

static gulong
socketio_socket_add_listener (SocketioSocket *self, const char *name, GClosure *closure)
{
  GQuark detail = name != NULL ? g_quark_from_string (name) : 0;

  return g_signal_connect_closure_by_id (self, signals[EVENT], detail, closure, FALSE);
}

/**
 * socketio_socket_on:
 * @socket: a socket
 * @name: (nullable): the event to listen to; %NULL for every event
 * @callback: (scope notified) (closure user_data) (destroy destroy): called for each such event
 * @user_data: data for @callback
 * @destroy: (nullable): frees @user_data when the listener is removed
 *
 * Adds a listener. It is the same as a handler of [signal@SocketioSocket::event] with @name as detail.
 *
 * Returns: the handler's id, for [func@GObject.signal_handler_disconnect]
 */
gulong
socketio_socket_on (SocketioSocket *self,
                    const char *name,
                    SocketioEventFunc callback,
                    gpointer user_data,
                    GDestroyNotify destroy)
{
  g_return_val_if_fail (SOCKETIO_IS_SOCKET (self), 0);
  g_return_val_if_fail (callback != NULL, 0);

  return socketio_socket_add_listener (
    self, name,
    g_cclosure_new (G_CALLBACK (callback), user_data, (GClosureNotify) (void *) destroy));
}

typedef struct
{
  SocketioEventFunc callback;
  gpointer user_data;
  GDestroyNotify destroy;
  gulong id;
} Once;

static void
once_free (gpointer data, GClosure *closure)
{
  Once *once = data;

  if (once->destroy != NULL)
    once->destroy (once->user_data);
  g_free (once);
}

static void
on_event_once (SocketioSocket *socket,
               const char *name,
               SocketioArguments *arguments,
               SocketioAck *ack,
               gpointer user_data)
{
  Once *once = user_data;
  gulong id = once->id;

  /* An event that the callback emits in turn must not find the listener again. */
  if (id == 0)
    return;
  once->id = 0;
  once->callback (socket, name, arguments, ack, once->user_data);
  if (g_signal_handler_is_connected (socket, id))
    g_signal_handler_disconnect (socket, id);
}

/**
 * socketio_socket_once:
 * @socket: a socket
 * @name: (nullable): the event to listen to; %NULL for any event
 * @callback: (scope notified) (closure user_data) (destroy destroy): called for the next such event
 * @user_data: data for @callback
 * @destroy: (nullable): frees @user_data when the listener is removed
 *
 * Adds a listener that is removed after its first event.
 *
 * Returns: the handler's id, for [func@GObject.signal_handler_disconnect]
 */
gulong
socketio_socket_once (SocketioSocket *self,
                      const char *name,
                      SocketioEventFunc callback,
                      gpointer user_data,
                      GDestroyNotify destroy)
{
  Once *once;

  g_return_val_if_fail (SOCKETIO_IS_SOCKET (self), 0);
  g_return_val_if_fail (callback != NULL, 0);

  once = g_new (Once, 1);
  *once = (Once){ .callback = callback, .user_data = user_data, .destroy = destroy };
  once->id = socketio_socket_add_listener (
    self, name, g_cclosure_new (G_CALLBACK (on_event_once), once, once_free));

  return once->id;
}

/**
 * socketio_socket_off:
 * @socket: a socket
 * @name: (nullable): an event's name; %NULL for those that listen to every event
 *
 * Removes all listeners to @name. One alone is removed by its id, with
 * [func@GObject.signal_handler_disconnect].
 */
void
socketio_socket_off (SocketioSocket *self, const char *name)
{
  GQuark detail = name != NULL ? g_quark_try_string (name) : 0;

  g_return_if_fail (SOCKETIO_IS_SOCKET (self));

  if (name != NULL && detail == 0)
    return;

  g_signal_handlers_disconnect_matched (self, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DETAIL,
                                        signals[EVENT], detail, NULL, NULL, NULL);
}

static void
socketio_socket_emit_full (SocketioSocket *self,
                           const char *name,
                           SocketioArguments *arguments,
                           gint64 id,
                           SocketioSendFlags flags)
{
  g_autoptr (SocketioArguments) none = NULL;
  g_autoptr (SocketioPacket) packet = NULL;

  if (arguments == NULL)
    arguments = none = socketio_arguments_new ();
  packet = socketio_packet_new_event (PRIVATE (self)->namespace_name, name, arguments, id);
  SOCKETIO_SOCKET_GET_CLASS (self)->send (self, packet, flags);
}

/**
 * socketio_socket_emit:
 * @socket: a socket
 * @name: the event's name, none of those that Socket.IO keeps for itself
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 *
 * Sends an event to the peer.
 */
void
socketio_socket_emit (SocketioSocket *self, const char *name, SocketioArguments *arguments)
{
  g_return_if_fail (SOCKETIO_IS_SOCKET (self));
  g_return_if_fail (name != NULL && !socketio_packet_name_is_reserved (name));

  socketio_socket_emit_full (self, name, arguments, SOCKETIO_PACKET_NO_ID, SOCKETIO_SEND_DEFAULT);
}

/**
 * socketio_socket_emit_volatile:
 * @socket: a socket
 * @name: the event's name
 * @arguments: (nullable) (transfer none): its arguments
 *
 * Sends an event that may be lost: it is dropped when it cannot go out now.
 */
void
socketio_socket_emit_volatile (SocketioSocket *self, const char *name, SocketioArguments *arguments)
{
  g_return_if_fail (SOCKETIO_IS_SOCKET (self));
  g_return_if_fail (name != NULL && !socketio_packet_name_is_reserved (name));

  socketio_socket_emit_full (self, name, arguments, SOCKETIO_PACKET_NO_ID, SOCKETIO_SEND_VOLATILE);
}

/**
 * socketio_socket_emit_with_ack_async:
 * @socket: a socket
 * @name: the event's name
 * @arguments: (nullable) (transfer none): its arguments
 * @timeout: milliseconds that the peer has to answer; 0 for no limit
 * @cancellable: (nullable): to give up waiting
 * @callback: called when the answer is there, or will not come
 * @user_data: data for @callback
 *
 * Sends an event and waits for its answer.
 */
void
socketio_socket_emit_with_ack_async (SocketioSocket *self,
                                     const char *name,
                                     SocketioArguments *arguments,
                                     guint timeout,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  gint64 id;

  g_return_if_fail (SOCKETIO_IS_SOCKET (self));
  g_return_if_fail (name != NULL && !socketio_packet_name_is_reserved (name));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, socketio_socket_emit_with_ack_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  id = socketio_socket_add_pending (self, task, timeout);
  socketio_socket_emit_full (self, name, arguments, id, SOCKETIO_SEND_DEFAULT);
}

/**
 * socketio_socket_emit_with_ack_finish:
 * @socket: a socket
 * @result: what the callback got
 * @error: return location for %SOCKETIO_ERROR_TIMED_OUT, %SOCKETIO_ERROR_DISCONNECTED or
 *   %G_IO_ERROR_CANCELLED
 *
 * Gets the answer to an event.
 *
 * Returns: (transfer full): the arguments of the answer; %NULL with an error
 */
SocketioArguments *
socketio_socket_emit_with_ack_finish (SocketioSocket *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* }}} */
