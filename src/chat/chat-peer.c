/* chat-peer.c: one client of a host's chat
 *
 * Answers what a client asks for, and knows who it is: at first nobody, then a plain client with a
 * label or a person who has logged in. chat-host.c makes one for each socket and sends out what the
 * service announces.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-peer.h"

#include <glib/gi18n-lib.h>

#include "chat-wire.h"

#define LOGIN_HISTORY 50

typedef struct
{
  ChatService *service;
  ChatMetrics *metrics;
  SocketioServerSocket *socket; /* not owned: its listeners own this */
  ChatUser *user; /* NULL until the client has said something */
  guint references;
} Peer;

/* {{{ Who it is */

/**
 * chat_peer_room_of_user:
 * @id: a user's id
 *
 * Returns: (transfer full): the room that all sockets of the user are in
 */
char *
chat_peer_room_of_user (const char *id)
{
  return g_strconcat ("user:", id, NULL);
}

static void
peer_enter_room (Peer *self, const char *id)
{
  g_autofree char *room = chat_peer_room_of_user (id);

  socketio_server_socket_join (self->socket, room);
}

static void
peer_leave_room (Peer *self, const char *id)
{
  g_autofree char *room = chat_peer_room_of_user (id);

  socketio_server_socket_leave (self->socket, room);
}

/* As long as a client has said nothing the id of its socket is the id that others can write to. */
static const char *
peer_get_id (Peer *self)
{
  return self->user != NULL ? chat_user_get_id (self->user)
                            : socketio_socket_get_id (SOCKETIO_SOCKET (self->socket));
}

static void
peer_set_user (Peer *self, ChatUser *user)
{
  g_autoptr (ChatUser) old = NULL;

  peer_leave_room (self, peer_get_id (self));
  old = g_steal_pointer (&self->user);
  self->user = g_object_ref (user);
  peer_enter_room (self, chat_user_get_id (user));

  if (old != NULL)
    chat_service_leave (self->service, old);
}

static gboolean
peer_is_rich (Peer *self)
{
  return self->user != NULL && chat_user_get_kind (self->user) == CHAT_USER_RICH;
}

/* A plain client bears the label that its latest message named; one that named none keeps its id.
 */
static gboolean
peer_take_label (Peer *self, const char *label, GError **error)
{
  g_autoptr (ChatUser) user = NULL;

  if (label == NULL || *label == '\0')
    label = peer_get_id (self);
  if (self->user != NULL && g_str_equal (chat_user_get_id (self->user), label))
    return TRUE;

  user = chat_service_enter (self->service, label, error);
  if (user == NULL)
    return FALSE;

  peer_set_user (self, user);
  return TRUE;
}

/* }}} */
/* {{{ Answers */

/* An error is never silent: without an ack it comes as an event. */
static void
peer_refuse (Peer *self, SocketioAck *ack, const GError *error)
{
  g_autoptr (SocketioArguments) refusal = NULL;

  chat_metrics_count_error (self->metrics, error);
  if (ack != NULL)
    {
      refusal = chat_wire_write_refusal (error);
      socketio_ack_send (ack, refusal);
      return;
    }

  refusal = chat_wire_write_error (error);
  socketio_socket_emit (SOCKETIO_SOCKET (self->socket), CHAT_EVENT_ERROR, refusal);
}

static void
peer_answer (Peer *self, SocketioAck *ack, SocketioArguments *answer, const GError *error)
{
  if (answer == NULL)
    peer_refuse (self, ack, error);
  else if (ack != NULL)
    socketio_ack_send (ack, answer);
}

/* }}} */
/* {{{ Messages */

static ChatMessage *
peer_make_message (Peer *self, const ChatWireDraft *draft)
{
  return chat_message_new (0, g_get_real_time () / 1000, chat_user_get_id (self->user),
                           chat_user_get_name (self->user), draft->recipient, draft->command,
                           draft->type, draft->data);
}

static void
peer_echo (Peer *self, ChatMessage *message)
{
  g_autoptr (SocketioArguments) arguments = peer_is_rich (self) ? chat_wire_write_rich (message)
                                                                : chat_wire_write_plain (message);

  socketio_socket_emit (SOCKETIO_SOCKET (self->socket),
                        peer_is_rich (self) ? CHAT_EVENT_CHAT_MESSAGE : CHAT_EVENT_MESSAGE,
                        arguments);
}

/* Those who are here, and the plain clients that have not said anything yet. */
static gboolean
peer_can_reach (Peer *self, const char *id)
{
  SocketioNamespace *namespace_ = socketio_server_socket_get_namespace (self->socket);
  g_autofree char *room = chat_peer_room_of_user (id);
  g_autoptr (SocketioTarget) target = NULL;
  g_autoptr (GPtrArray) sockets = NULL;

  if (g_str_equal (id, CHAT_RECIPIENT_ALL) || chat_service_lookup (self->service, id) != NULL)
    return TRUE;

  target = socketio_namespace_to (namespace_, room);
  sockets = socketio_target_list_sockets (target);
  return sockets->len > 0;
}

static ChatMessage *
peer_post (Peer *self, const ChatWireDraft *draft, GError **error)
{
  g_autoptr (ChatMessage) message = NULL;

  if (!peer_is_rich (self) && !peer_take_label (self, draft->sender, error))
    return NULL;

  message = peer_make_message (self, draft);
  if (g_str_equal (draft->command, CHAT_COMMAND_ECHO))
    {
      peer_echo (self, message);
      return g_steal_pointer (&message);
    }

  if (!peer_can_reach (self, draft->recipient))
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_NO_SUCH_USER,
                   /* Translators: the id of a user */
                   _ ("“%s” is not here"), draft->recipient);
      return NULL;
    }
  return chat_service_post (self->service, message, error);
}

static void
on_message (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer user_data)
{
  Peer *self = user_data;
  g_autoptr (ChatMessage) message = NULL;
  g_autoptr (SocketioArguments) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (ChatWireDraft) draft = { 0 };

  if (chat_wire_read_draft (arguments, &draft, &error))
    message = peer_post (self, &draft, &error);
  if (message != NULL && ack == NULL)
    return;

  if (message != NULL)
    answer = chat_wire_write_posted (message);
  peer_answer (self, ack, answer, error);
}

static void
on_echo (SocketioSocket *socket,
         const char *name,
         SocketioArguments *arguments,
         SocketioAck *ack,
         gpointer user_data)
{
  if (ack != NULL)
    socketio_ack_send (ack, arguments);
  else
    socketio_socket_emit (socket, CHAT_EVENT_ECHO, arguments);
}

/* }}} */
/* {{{ What rich clients ask for */

static void
peer_become_rich (Peer *self, ChatUser *user)
{
  peer_set_user (self, user);
  socketio_server_socket_leave (self->socket, CHAT_ROOM_PLAIN);
  socketio_server_socket_join (self->socket, CHAT_ROOM_RICH);
}

/* The history is read first: who is refused must not be in. */
static SocketioArguments *
peer_log_in (Peer *self, SocketioArguments *arguments, GError **error)
{
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (ChatUser) user = NULL;
  g_autofree char *known_id = NULL;
  g_autofree char *secret = NULL;
  const char *name;
  const char *old_secret;
  gboolean more;

  if (!chat_wire_read_login (arguments, &name, &old_secret, error) ||
      !chat_service_find_user (self->service, old_secret, &known_id, error))
    return NULL;

  messages = chat_service_list_history (self->service, known_id, 0, LOGIN_HISTORY, &more, error);
  if (messages == NULL)
    return NULL;

  user = chat_service_login (self->service, name, old_secret, &secret, error);
  if (user == NULL)
    return NULL;

  peer_become_rich (self, user);
  return chat_wire_write_login_answer (user, secret, chat_service_get_title (self->service),
                                       chat_service_get_users (self->service), messages, more);
}

static void
on_login (SocketioSocket *socket,
          const char *name,
          SocketioArguments *arguments,
          SocketioAck *ack,
          gpointer user_data)
{
  Peer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments) answer = peer_log_in (self, arguments, &error);

  peer_answer (self, ack, answer, error);
}

static SocketioArguments *
peer_read_history (Peer *self, SocketioArguments *arguments, GError **error)
{
  g_autoptr (GPtrArray) messages = NULL;
  guint64 before;
  guint limit;
  gboolean more;

  if (!peer_is_rich (self))
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NOT_LOGGED_IN,
                           _ ("Only who has logged in can read what was said before"));
      return NULL;
    }
  if (!chat_wire_read_history (arguments, &before, &limit, error))
    return NULL;

  messages = chat_service_list_history (self->service, peer_get_id (self), before, limit, &more,
                                        error);
  return messages != NULL ? chat_wire_write_history_answer (messages, more) : NULL;
}

static void
on_history (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer user_data)
{
  Peer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments) answer = peer_read_history (self, arguments, &error);

  peer_answer (self, ack, answer, error);
}

/* }}} */

static void
on_disconnect (SocketioSocket *socket,
               SocketioDisconnectReason reason,
               const char *description,
               gpointer user_data)
{
  Peer *self = user_data;
  g_autoptr (ChatUser) user = g_steal_pointer (&self->user);

  if (user != NULL)
    chat_service_leave (self->service, user);
}

static void
peer_unref (gpointer data)
{
  Peer *self = data;

  if (--self->references > 0)
    return;

  g_clear_object (&self->user);
  g_object_unref (self->service);
  chat_metrics_unref (self->metrics);
  g_free (self);
}

static const struct
{
  const char *event;
  SocketioEventFunc callback;
} listeners[] = {
  { CHAT_EVENT_MESSAGE, on_message },
  { CHAT_EVENT_ECHO, on_echo },
  { CHAT_EVENT_LOGIN, on_login },
  { CHAT_EVENT_HISTORY, on_history },
};

/* One listener for all: each one costs memory and time for each client. */
static void
on_event (SocketioSocket *socket,
          const char *name,
          SocketioArguments *arguments,
          SocketioAck *ack,
          gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    {
      if (g_str_equal (name, listeners[i].event))
        {
          listeners[i].callback (socket, name, arguments, ack, user_data);
          return;
        }
    }
}

/**
 * chat_peer_attach:
 * @service: the service of the chat
 * @metrics: what is counted of it
 * @socket: a client that has connected
 *
 * Lets a client take part. It is a plain one until it logs in.
 */
void
chat_peer_attach (ChatService *service, ChatMetrics *metrics, SocketioServerSocket *socket)
{
  Peer *self = g_new0 (Peer, 1);

  self->service = g_object_ref (service);
  self->metrics = chat_metrics_ref (metrics);
  self->socket = socket;
  socketio_server_socket_join (socket, CHAT_ROOM_PLAIN);
  peer_enter_room (self, peer_get_id (self));

  self->references = 2;
  socketio_socket_on (SOCKETIO_SOCKET (socket), NULL, on_event, self, peer_unref);
  g_signal_connect_data (socket, "disconnect", G_CALLBACK (on_disconnect), self,
                         (GClosureNotify)(void *)peer_unref, 0);
}
