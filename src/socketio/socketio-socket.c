/* socketio-socket.c: the event model that both ends share
 *
 * A socket sends and receives named events. The server's sockets (socketio-server-socket.c) and the
 * client's (socketio-client-socket.c) say how a packet gets on its way and what else may come. Listeners
 * are added and removed in socketio-listeners.c; answers are awaited in socketio-answers.c.
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

#include "socketio-answers.h"
#include "socketio-marshal.h"
#include "socketio-socket-private.h"

typedef struct
{
  char *id;
  char *namespace_name;
  SocketioAnswers *answers; /* NULL until one is waited for */
  guint n_connects;
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

/* {{{ Up: what the ends' sockets call */

void
socketio_socket_fail_answer (SocketioSocket *self, gint64 id, SocketioError code, const char *message)
{
  SocketioSocketPrivate *priv = PRIVATE (self);
  g_autoptr (GTask) task = NULL;

  if (priv->answers != NULL)
    task = socketio_answers_take (priv->answers, id);
  if (task != NULL)
    g_task_return_new_error (task, SOCKETIO_ERROR, code, "%s", message);
}

/* Those who wait for answers are told that none will come. */
void
socketio_socket_fail_answers (SocketioSocket *self)
{
  SocketioSocketPrivate *priv = PRIVATE (self);

  if (priv->answers != NULL)
    socketio_answers_fail_all (priv->answers, SOCKETIO_ERROR_DISCONNECTED,
                               _("The connection ended before the answer came"));
}

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
  if (connected)
    priv->n_connects++;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTED]);
}

static void
socketio_socket_dispatch_event (SocketioSocket *self, SocketioPacket *packet)
{
  const char *name = socketio_packet_get_name (packet);
  gint64 id = socketio_packet_get_id (packet);
  g_autoptr (SocketioAck) ack = NULL;

  if (id != SOCKETIO_PACKET_NO_ID)
    ack = socketio_ack_new (self, id, PRIVATE (self)->n_connects);
  g_signal_emit (self, signals[EVENT], g_quark_try_string (name), name,
                 socketio_packet_get_arguments (packet), ack);
}

static void
socketio_socket_dispatch_ack (SocketioSocket *self, SocketioPacket *packet)
{
  SocketioSocketPrivate *priv = PRIVATE (self);
  g_autoptr (GTask) task = NULL;

  if (priv->answers != NULL)
    task = socketio_answers_take (priv->answers, socketio_packet_get_id (packet));
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

/* Ends the connected state and tells whoever listens. Only once for each time that it was connected. Those
 * who wait for answers are told first, as a listener may send new events that want one. */
void
socketio_socket_announce_disconnect (SocketioSocket *self,
                                     SocketioDisconnectReason reason,
                                     const char *description)
{
  g_autoptr (SocketioSocket) guard G_GNUC_UNUSED = g_object_ref (self);

  if (!PRIVATE (self)->connected)
    return;

  socketio_socket_set_connected (self, FALSE);
  socketio_socket_fail_answers (self);
  g_signal_emit (self, signals[DISCONNECT], 0, reason, description);
}

/* }}} */
/* {{{ Down and through */

/* An answer belongs to the connection that its event came by. After a reconnection the same id may be
 * another event's. */
void
socketio_socket_send_ack (SocketioSocket *self,
                          gint64 id,
                          guint n_connects,
                          SocketioArguments *arguments)
{
  SocketioSocketPrivate *priv = PRIVATE (self);
  g_autoptr (SocketioPacket) packet = NULL;

  if (!priv->connected || n_connects != priv->n_connects)
    return;

  packet = socketio_packet_new_ack (priv->namespace_name, id, arguments);
  SOCKETIO_SOCKET_GET_CLASS (self)->send (self, packet, SOCKETIO_SEND_DEFAULT, NULL);
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
  socketio_socket_fail_answers (SOCKETIO_SOCKET (object));

  G_OBJECT_CLASS (socketio_socket_parent_class)->dispose (object);
}

static void
socketio_socket_finalize (GObject *object)
{
  SocketioSocketPrivate *priv = PRIVATE (SOCKETIO_SOCKET (object));

  g_clear_pointer (&priv->answers, socketio_answers_free);
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

static gboolean
socketio_socket_send_event (SocketioSocket *self,
                            const char *name,
                            SocketioArguments *arguments,
                            gint64 id,
                            SocketioSendFlags flags,
                            GError **error)
{
  g_autoptr (SocketioPacket) packet =
    socketio_packet_new_event (PRIVATE (self)->namespace_name, name, arguments, id);

  return SOCKETIO_SOCKET_GET_CLASS (self)->send (self, packet, flags, error);
}

/**
 * socketio_socket_emit:
 * @socket: a socket
 * @name: the event's name, none of those that Socket.IO keeps for itself
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 *
 * Sends an event to the peer. At the client, an event that is sent while the socket is not connected waits
 * until it is, up to a thousand of them with 8 MiB in all; at the server it is dropped.
 *
 * Returns: %FALSE if the event was dropped, for one of the reasons that
 *   [method@SocketioSocket.emit_with_ack_finish] names. Only an answer can tell whether it arrived.
 */
gboolean
socketio_socket_emit (SocketioSocket *self, const char *name, SocketioArguments *arguments)
{
  g_return_val_if_fail (SOCKETIO_IS_SOCKET (self), FALSE);
  g_return_val_if_fail (name != NULL && !socketio_packet_name_is_reserved (name), FALSE);

  return socketio_socket_send_event (self, name, arguments, SOCKETIO_PACKET_NO_ID,
                                     SOCKETIO_SEND_DEFAULT, NULL);
}

/**
 * socketio_socket_emit_volatile:
 * @socket: a socket
 * @name: the event's name, none of those that Socket.IO keeps for itself
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 *
 * Sends an event that may be lost: it is dropped when it cannot go out now.
 */
void
socketio_socket_emit_volatile (SocketioSocket *self, const char *name, SocketioArguments *arguments)
{
  g_return_if_fail (SOCKETIO_IS_SOCKET (self));
  g_return_if_fail (name != NULL && !socketio_packet_name_is_reserved (name));

  socketio_socket_send_event (self, name, arguments, SOCKETIO_PACKET_NO_ID, SOCKETIO_SEND_VOLATILE,
                              NULL);
}

static void
on_answer_given_up (gint64 id, gpointer user_data)
{
  SocketioSocketClass *klass = SOCKETIO_SOCKET_GET_CLASS (user_data);

  if (klass->take_back != NULL)
    klass->take_back (user_data, id);
}

static void
socketio_socket_send_and_await (SocketioSocket *self,
                                const char *name,
                                SocketioArguments *arguments,
                                guint timeout,
                                GTask *task)
{
  SocketioSocketPrivate *priv = PRIVATE (self);
  g_autoptr (GError) error = NULL;
  gint64 id;

  if (priv->answers == NULL)
    priv->answers = socketio_answers_new (on_answer_given_up, self);
  id = socketio_answers_await (priv->answers, task, timeout);
  if (socketio_socket_send_event (self, name, arguments, id, SOCKETIO_SEND_DEFAULT, &error))
    return;

  g_object_unref (socketio_answers_take (priv->answers, id));
  g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * socketio_socket_emit_with_ack_async:
 * @socket: a socket
 * @name: the event's name, none of those that Socket.IO keeps for itself
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 * @timeout: milliseconds that the peer has to answer, counted from now; 0 for no limit
 * @cancellable: (nullable): to give up waiting
 * @callback: called from the main loop when the answer is there, or will not come
 * @user_data: data for @callback
 *
 * Sends an event and waits for its answer. The socket is kept alive until @callback was called. A client's
 * event that still waits for the connection when its time is up is not sent any more.
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

  g_return_if_fail (SOCKETIO_IS_SOCKET (self));
  g_return_if_fail (name != NULL && !socketio_packet_name_is_reserved (name));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, socketio_socket_emit_with_ack_async);
  if (!g_task_return_error_if_cancelled (task))
    socketio_socket_send_and_await (self, name, arguments, timeout, task);
}

/**
 * socketio_socket_emit_with_ack_finish:
 * @socket: a socket
 * @result: what the callback got
 * @error: return location for an error
 *
 * Gets the answer to an event. The errors are %SOCKETIO_ERROR_TIMED_OUT, %SOCKETIO_ERROR_DISCONNECTED,
 * %SOCKETIO_ERROR_QUEUE_FULL (too much waits for the client's connection already),
 * %SOCKETIO_ERROR_TOO_LARGE (the server would not take it) and %G_IO_ERROR_CANCELLED.
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
