/* socketio-socket.c: the event model that both ends share
 *
 * A socket sends and receives named events. The server's sockets (socketio-server-socket.c) and the
 * client's (socketio-client-socket.c) say how a packet gets on its way and what else may come.
 * Listeners are added and removed in socketio-listeners.c; events are sent in socketio-emit.c, and
 * their answers awaited in socketio-answers.c.
 *
 * There is one list of listeners: the handlers of the signal `event`, whose detail is the event's
 * name. Names from the network never become quarks, or a stranger would let our memory grow for
 * ever: a name that nobody listens to has no quark, and then only listeners to all events are
 * called.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-socket.h"

#include <glib/gi18n-lib.h>

#include "socketio-any-private.h"
#include "socketio-marshal.h"
#include "socketio-socket-private.h"

/* GObject puts this in front of the object. What is asked for each packet is the last of it, beside
 * what a subclass has first. */
typedef struct
{
  char *id;
  char *namespace_name;
  SocketioAnswers *answers; /* NULL until one is waited for */
  gint64 kept_answers; /* the first id of those that outlive the connection */
  SocketioRetries *retries; /* NULL if events are sent once */
  guint ack_timeout;
  guint turn; /* among those of its connection */
  SocketioSocketHandle *handle; /* NULL until there is an ack */
  guint n_connects;
  gboolean connected;
  SocketioAny *any; /* NULL until there is a listener, and so is the next */
  SocketioAny *any_outgoing;
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

#define PRIVATE(self) ((SocketioSocketPrivate *)socketio_socket_get_instance_private (self))

/* {{{ Answers */

static void
on_answer_given_up (gint64 id, gpointer user_data)
{
  SocketioSocketClass *klass = SOCKETIO_SOCKET_GET_CLASS (user_data);

  if (klass->take_back != NULL)
    klass->take_back (user_data, id);
}

SocketioAnswers *
socketio_socket_get_answers (SocketioSocket *self)
{
  SocketioSocketPrivate *priv = PRIVATE (self);

  if (priv->answers == NULL)
    priv->answers = socketio_answers_new (on_answer_given_up, self);
  return priv->answers;
}

void
socketio_socket_fail_answer (SocketioSocket *self,
                             gint64 id,
                             SocketioError code,
                             const char *message)
{
  SocketioSocketPrivate *priv = PRIVATE (self);
  g_autoptr (GTask) task = NULL;

  if (priv->answers != NULL)
    task = socketio_answers_take (priv->answers, id);
  if (task != NULL)
    g_task_return_new_error (task, SOCKETIO_ERROR, code, "%s", message);
}

/* Tells those who wait for answers that none will come. */
static void
fail_tasks (GPtrArray *tasks)
{
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_new_error (tasks->pdata[i], SOCKETIO_ERROR, SOCKETIO_ERROR_DISCONNECTED,
                             _ ("The connection ended before the answer came"));
}

void
socketio_socket_fail_answers (SocketioSocket *self)
{
  SocketioSocketPrivate *priv = PRIVATE (self);
  g_autoptr (GPtrArray) tasks = NULL;

  if (priv->retries != NULL)
    socketio_retries_fail (priv->retries);
  if (priv->answers == NULL)
    return;

  tasks = socketio_answers_take_all (priv->answers, G_MAXINT64);
  fail_tasks (tasks);
}

/* Whoever waits for the answer to an event that was not sent yet goes on waiting when the
 * connection ends next. Ids grow with each event. */
void
socketio_socket_keep_answers (SocketioSocket *self, gint64 first)
{
  PRIVATE (self)->kept_answers = first;
}

/* }}} */
/* {{{ Events that are sent until they are answered */

SocketioRetries *
socketio_socket_get_retries (SocketioSocket *self)
{
  SocketioRetries *retries = PRIVATE (self)->retries;

  return retries != NULL && socketio_retries_get_limit (retries) > 0 ? retries : NULL;
}

void
socketio_socket_set_retries (SocketioSocket *self, guint retries)
{
  SocketioSocketPrivate *priv = PRIVATE (self);

  if (priv->retries == NULL && retries > 0)
    priv->retries = socketio_retries_new (self);
  if (priv->retries != NULL)
    socketio_retries_set_limit (priv->retries, retries);
}

void
socketio_socket_resume_retries (SocketioSocket *self)
{
  SocketioSocketPrivate *priv = PRIVATE (self);

  if (priv->retries != NULL)
    socketio_retries_resume (priv->retries);
}

guint
socketio_socket_get_ack_timeout (SocketioSocket *self)
{
  return PRIVATE (self)->ack_timeout;
}

/* For events that have none of their own. */
void
socketio_socket_set_ack_timeout (SocketioSocket *self, guint milliseconds)
{
  PRIVATE (self)->ack_timeout = milliseconds;
}

/* }}} */
/* {{{ Turns: the order in which the sockets of a connection are told things */

/* Puts @self behind all others. */
void
socketio_socket_take_turn (SocketioSocket *self)
{
  static guint last_turn;

  PRIVATE (self)->turn = ++last_turn;
}

/* A GCompareFunc. The difference stays right when the turns wrap around. */
int
socketio_socket_compare_turns (gconstpointer a, gconstpointer b)
{
  return (int)(PRIVATE ((gpointer)a)->turn - PRIVATE ((gpointer)b)->turn);
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
  if (connected)
    priv->n_connects++;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTED]);
}

SocketioAny **
socketio_socket_get_any (SocketioSocket *self, gboolean outgoing)
{
  SocketioSocketPrivate *priv = PRIVATE (self);

  return outgoing ? &priv->any_outgoing : &priv->any;
}

gboolean
socketio_socket_listens_to_outgoing (SocketioSocket *self)
{
  return PRIVATE (self)->any_outgoing != NULL;
}

/* An event has been sent: the socket's own, or a broadcast. */
void
socketio_socket_tell_outgoing (SocketioSocket *self, SocketioPacket *packet)
{
  SocketioAny *any = PRIVATE (self)->any_outgoing;

  if (any != NULL && socketio_packet_get_packet_type (packet) == SOCKETIO_PACKET_EVENT)
    socketio_any_call (any, self, socketio_packet_get_name (packet),
                       socketio_packet_get_arguments (packet), NULL);
}

/* Returns: (transfer full) (nullable): the answer that the sender of an event waits for */
SocketioAck *
socketio_socket_make_ack (SocketioSocket *self, SocketioPacket *packet)
{
  gint64 id = socketio_packet_get_id (packet);

  return id != SOCKETIO_PACKET_NO_ID ? socketio_ack_new (self, id, PRIVATE (self)->n_connects)
                                     : NULL;
}

/* Whoever calls has a reference. */
void
socketio_socket_dispatch_event (SocketioSocket *self, SocketioPacket *packet, SocketioAck *ack)
{
  const char *name = socketio_packet_get_name (packet);

  if (PRIVATE (self)->any != NULL)
    socketio_any_call (PRIVATE (self)->any, self, name, socketio_packet_get_arguments (packet),
                       ack);
  g_signal_emit (self, signals[EVENT], g_quark_try_string (name), name,
                 socketio_packet_get_arguments (packet), ack);
}

static void
socketio_socket_dispatch_ack (SocketioSocket *self, SocketioPacket *packet)
{
  SocketioSocketPrivate *priv = PRIVATE (self);
  SocketioSocketClass *klass = SOCKETIO_SOCKET_GET_CLASS (self);
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);
  gint64 id = socketio_packet_get_id (packet);
  g_autoptr (GTask) task = NULL;

  if (priv->answers != NULL)
    task = socketio_answers_take (priv->answers, id);
  if (task != NULL)
    g_task_return_pointer (task, socketio_arguments_ref (arguments),
                           (GDestroyNotify)socketio_arguments_unref);
  else if (klass->answered != NULL)
    klass->answered (self, id, arguments);
}

/* Gives an event to its listeners, or an ack to who waits for it. */
void
socketio_socket_dispatch (SocketioSocket *self, SocketioPacket *packet)
{
  g_autoptr (SocketioSocket) guard G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (SocketioAck) ack = NULL;

  if (socketio_packet_get_packet_type (packet) != SOCKETIO_PACKET_EVENT)
    {
      socketio_socket_dispatch_ack (self, packet);
      return;
    }

  ack = socketio_socket_make_ack (self, packet);
  socketio_socket_dispatch_event (self, packet, ack);
}

/* Returns: (transfer full): to be released with g_rc_box_release() */
SocketioSocketHandle *
socketio_socket_ref_handle (SocketioSocket *self)
{
  SocketioSocketPrivate *priv = PRIVATE (self);

  if (priv->handle == NULL)
    {
      priv->handle = g_rc_box_new (SocketioSocketHandle);
      priv->handle->socket = self;
    }
  return g_rc_box_acquire (priv->handle);
}

/* Ends the connected state and tells whoever listens. Only once for each time that it was
 * connected. Those who wait for answers are told last, but without those who began to wait
 * meanwhile. */
void
socketio_socket_announce_disconnect (SocketioSocket *self,
                                     SocketioDisconnectReason reason,
                                     const char *description)
{
  g_autoptr (SocketioSocket) guard G_GNUC_UNUSED = g_object_ref (self);
  SocketioSocketPrivate *priv = PRIVATE (self);
  g_autoptr (GPtrArray) unanswered = NULL;

  if (!priv->connected)
    return;

  if (priv->answers != NULL)
    unanswered = socketio_answers_take_all (priv->answers, priv->kept_answers);
  socketio_socket_set_connected (self, FALSE);
  g_signal_emit (self, signals[DISCONNECT], 0, reason, description);
  if (unanswered != NULL)
    fail_tasks (unanswered);
}

/* }}} */
/* {{{ Down and through */

/* An answer belongs to the connection that its event came by. After a reconnection the same id
 * may be another event's. */
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
  SocketioSocketPrivate *priv = PRIVATE (SOCKETIO_SOCKET (object));

  if (priv->handle != NULL)
    priv->handle->socket = NULL;
  g_clear_pointer (&priv->handle, g_rc_box_release);

  G_OBJECT_CLASS (socketio_socket_parent_class)->dispose (object);
}

static void
socketio_socket_finalize (GObject *object)
{
  SocketioSocketPrivate *priv = PRIVATE (SOCKETIO_SOCKET (object));

  g_clear_pointer (&priv->retries, socketio_retries_free);
  g_clear_pointer (&priv->answers, socketio_answers_free);
  g_clear_pointer (&priv->any, socketio_any_free);
  g_clear_pointer (&priv->any_outgoing, socketio_any_free);
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
   * The id that the server gave the socket when it was connected; another one after each
   * reconnection.
   */
  properties[PROP_ID] = g_param_spec_string (
    "id", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * SocketioSocket:namespace-name:
   *
   * The name of the namespace that the socket is in, such as `/`.
   */
  properties[PROP_NAMESPACE_NAME] = g_param_spec_string (
    "namespace-name", NULL, NULL, "/",
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * SocketioSocket:connected:
   *
   * Whether events that are sent now have a way to the peer.
   */
  properties[PROP_CONNECTED] = g_param_spec_boolean ("connected", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                       G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * SocketioSocket::event:
   * @socket: the socket
   * @name: the event's name
   * @arguments: its arguments
   * @ack: (nullable): the answer to be given, if the sender waits for one
   *
   * An event has come. The detail is its name: `event::message` is emitted for the event `message`
   * alone.
   */
  signals[EVENT] = g_signal_new (
    "event", SOCKETIO_TYPE_SOCKET, G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, NULL, NULL,
    socketio_marshal_VOID__STRING_BOXED_OBJECT, G_TYPE_NONE, 3,
    G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
    SOCKETIO_TYPE_ARGUMENTS | G_SIGNAL_TYPE_STATIC_SCOPE, SOCKETIO_TYPE_ACK);
  /* With it, an event that has one listener needs no GValues. */
  g_signal_set_va_marshaller (signals[EVENT], SOCKETIO_TYPE_SOCKET,
                              socketio_marshal_VOID__STRING_BOXED_OBJECTv);

  /**
   * SocketioSocket::disconnect:
   * @socket: the socket
   * @reason: why
   * @description: (nullable): more about it, for a log
   *
   * The socket was connected and is not any more.
   */
  signals[DISCONNECT] = g_signal_new ("disconnect", SOCKETIO_TYPE_SOCKET, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, socketio_marshal_VOID__ENUM_STRING, G_TYPE_NONE,
                                      2, SOCKETIO_TYPE_DISCONNECT_REASON,
                                      G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
socketio_socket_init (SocketioSocket *self)
{
  PRIVATE (self)->kept_answers = G_MAXINT64;
}

/**
 * socketio_socket_get_id:
 * @socket: a socket
 *
 * Gets [property@SocketioSocket:id].
 *
 * Returns: (nullable): its value
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
 * Gets [property@SocketioSocket:namespace-name].
 *
 * Returns: its value
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
 * Gets [property@SocketioSocket:connected].
 *
 * Returns: whether it is on
 */
gboolean
socketio_socket_is_connected (SocketioSocket *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SOCKET (self), FALSE);

  return PRIVATE (self)->connected;
}

/* }}} */
