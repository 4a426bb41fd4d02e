/* chat-client.c: a chat that is reached over the network, or over the loopback of its host
 *
 * Connects, logs in, and keeps who is here and what was said in list models for any viewer. A server that
 * does not know the login is no Madang: then it takes part as a plain client does, with `message` alone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-client.h"

#include <glib/gi18n-lib.h>

#include "chat-host-private.h"
#include "chat-wire.h"

/* A server that knows the login answers at once. */
#define LOGIN_TIMEOUT 3000
#define POST_TIMEOUT  20000
#define PAGE_SIZE     50

struct _ChatClient
{
  GObject parent_instance;

  SocketioClient *client;
  SocketioSocket *socket;
  char *address;
  char *name;
  char *title;
  char *id;
  char *secret;
  ChatClientState state;
  gboolean plain;
  GListStore *users;
  ChatTimeline *timeline;
  GCancellable *login;
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_TITLE,
  N_PROPERTIES,
};

enum
{
  CONNECTED,
  DISCONNECTED,
  FAILED,
  RECEIVED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChatClient, chat_client, G_TYPE_OBJECT)

GType
chat_client_state_get_type (void)
{
  static const GEnumValue values[] = {
    { CHAT_CLIENT_DISCONNECTED, "CHAT_CLIENT_DISCONNECTED", "disconnected" },
    { CHAT_CLIENT_CONNECTING, "CHAT_CLIENT_CONNECTING", "connecting" },
    { CHAT_CLIENT_CONNECTED, "CHAT_CLIENT_CONNECTED", "connected" },
    { CHAT_CLIENT_RECONNECTING, "CHAT_CLIENT_RECONNECTING", "reconnecting" },
    { 0, NULL, NULL },
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ChatClientState", values));

  return type;
}

static void
chat_client_set_state (ChatClient *self, ChatClientState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
chat_client_set_title (ChatClient *self, const char *title)
{
  if (g_strcmp0 (self->title, title) == 0)
    return;

  g_free (self->title);
  self->title = g_strdup (title);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

/* {{{ Who is here */

static gboolean
chat_client_find_user (ChatClient *self, const char *id, guint *position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->users));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatUser) user = g_list_model_get_item (G_LIST_MODEL (self->users), i);

      if (g_str_equal (chat_user_get_id (user), id))
        {
          *position = i;
          return TRUE;
        }
    }
  return FALSE;
}

static void
on_joined (SocketioSocket *socket,
           const char *name,
           SocketioArguments *arguments,
           SocketioAck *ack,
           gpointer user_data)
{
  ChatClient *self = user_data;
  g_autoptr (ChatUser) user = chat_wire_read_user_event (arguments);
  guint position;

  if (user != NULL && !chat_client_find_user (self, chat_user_get_id (user), &position))
    g_list_store_append (self->users, user);
}

static void
on_left (SocketioSocket *socket,
         const char *name,
         SocketioArguments *arguments,
         SocketioAck *ack,
         gpointer user_data)
{
  ChatClient *self = user_data;
  g_autoptr (ChatUser) user = chat_wire_read_user_event (arguments);
  guint position;

  if (user != NULL && chat_client_find_user (self, chat_user_get_id (user), &position))
    g_list_store_remove (self->users, position);
}

static void
on_renamed (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer user_data)
{
  ChatClient *self = user_data;
  g_autoptr (ChatUser) user = chat_wire_read_user_event (arguments);
  g_autoptr (ChatUser) known = NULL;
  guint position;

  if (user == NULL || !chat_client_find_user (self, chat_user_get_id (user), &position))
    return;

  known = g_list_model_get_item (G_LIST_MODEL (self->users), position);
  chat_user_set_name (known, chat_user_get_name (user));
}

static void
chat_client_take_users (ChatClient *self, GPtrArray *users)
{
  g_list_store_splice (self->users, 0, g_list_model_get_n_items (G_LIST_MODEL (self->users)),
                       users->pdata, users->len);
}

/* }}} */
/* {{{ What is said */

static void
chat_client_take_message (ChatClient *self, ChatMessage *message)
{
  chat_timeline_append (self->timeline, message);
  g_signal_emit (self, signals[RECEIVED], 0, message);
}

static void
on_rich_message (SocketioSocket *socket,
                 const char *name,
                 SocketioArguments *arguments,
                 SocketioAck *ack,
                 gpointer user_data)
{
  g_autoptr (ChatMessage) message =
    chat_wire_read_message (socketio_arguments_get_node (arguments, 0));

  if (message != NULL)
    chat_client_take_message (user_data, message);
}

static void
on_plain_message (SocketioSocket *socket,
                  const char *name,
                  SocketioArguments *arguments,
                  SocketioAck *ack,
                  gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = chat_wire_read_plain (arguments, &error);

  if (message != NULL)
    chat_client_take_message (user_data, message);
  else
    g_message (_("A message was not understood: %s"), error->message);
}

/* }}} */
/* {{{ Logging in */

static void
chat_client_become_connected (ChatClient *self)
{
  chat_client_set_state (self, CHAT_CLIENT_CONNECTED);
  g_signal_emit (self, signals[CONNECTED], 0);
}

static void
chat_client_become_plain (ChatClient *self)
{
  self->plain = TRUE;
  g_free (self->id);
  self->id = g_strdup (self->name);
  chat_client_become_connected (self);
}

static void
chat_client_read_login (ChatClient *self, JsonObject *answer)
{
  g_autoptr (ChatUser) user = chat_wire_read_user (json_object_get_member (answer, "user"));
  g_autoptr (GPtrArray) users = chat_wire_read_users (answer);
  g_autoptr (GPtrArray) messages = chat_wire_read_messages (answer);

  self->plain = FALSE;
  if (user != NULL)
    {
      g_free (self->id);
      self->id = g_strdup (chat_user_get_id (user));
    }
  chat_client_set_secret (self, chat_wire_get_string (answer, "secret"));
  chat_client_set_title (self, chat_wire_get_string (answer, "title"));
  chat_client_take_users (self, users);
  for (guint i = 0; i < messages->len; i++)
    chat_timeline_append (self->timeline, messages->pdata[i]);
  chat_timeline_flush (self->timeline);

  chat_client_become_connected (self);
}

static void
chat_client_fail (ChatClient *self, const GError *error)
{
  g_signal_emit (self, signals[FAILED], 0, error);
}

static void
on_login_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatClient) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments) arguments =
    socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result, &error);
  JsonObject *answer;

  if (arguments == NULL)
    {
      if (g_error_matches (error, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT))
        chat_client_become_plain (self);
      return;
    }

  answer = chat_wire_read_answer (arguments, &error);
  if (answer != NULL)
    chat_client_read_login (self, answer);
  else
    {
      chat_client_disconnect (self);
      chat_client_fail (self, error);
    }
}

static void
on_connect (ChatClient *self)
{
  g_autoptr (SocketioArguments) arguments = chat_wire_write_login (self->name, self->secret);

  g_clear_object (&self->login);
  self->login = g_cancellable_new ();
  socketio_socket_emit_with_ack_async (self->socket, CHAT_EVENT_LOGIN, arguments, LOGIN_TIMEOUT,
                                       self->login, on_login_answered, g_object_ref (self));
}

/* }}} */
/* {{{ The connection */

static void
on_connect_error (ChatClient *self, const GError *error, JsonNode *data)
{
  if (!socketio_client_socket_is_active (SOCKETIO_CLIENT_SOCKET (self->socket)))
    chat_client_set_state (self, CHAT_CLIENT_DISCONNECTED);
  chat_client_fail (self, error);
}

/* The reason in words that a person understands. */
static const char *
explain (SocketioDisconnectReason reason)
{
  switch (reason)
    {
    case SOCKETIO_DISCONNECT_IO_CLIENT:
      return _("You left");
    case SOCKETIO_DISCONNECT_IO_SERVER:
      return _("The server ended it");
    case SOCKETIO_DISCONNECT_PING_TIMEOUT:
      return _("The server was not heard of any more");
    case SOCKETIO_DISCONNECT_TRANSPORT_CLOSE:
      return _("The server closed the connection");
    case SOCKETIO_DISCONNECT_PARSE_ERROR:
      return _("The server sent something that cannot be read");
    case SOCKETIO_DISCONNECT_TRANSPORT_ERROR:
    case SOCKETIO_DISCONNECT_FORCED_CLOSE:
    case SOCKETIO_DISCONNECT_SERVER_SHUTTING_DOWN:
    case SOCKETIO_DISCONNECT_FORCED_SERVER_CLOSE:
    case SOCKETIO_DISCONNECT_CLIENT_NAMESPACE:
    case SOCKETIO_DISCONNECT_SERVER_NAMESPACE:
    default:
      return _("The connection broke");
    }
}

static void
on_disconnect (ChatClient *self, SocketioDisconnectReason reason, const char *description)
{
  gboolean again = reason != SOCKETIO_DISCONNECT_IO_CLIENT && reason != SOCKETIO_DISCONNECT_IO_SERVER;

  if (self->login != NULL)
    g_cancellable_cancel (self->login);
  g_list_store_remove_all (self->users);
  chat_client_set_state (self, again ? CHAT_CLIENT_RECONNECTING : CHAT_CLIENT_DISCONNECTED);
  g_signal_emit (self, signals[DISCONNECTED], 0, explain (reason));
}

/**
 * chat_client_connect:
 * @client: a client
 *
 * Connects and logs in. The signals `connected` and `failed` tell what became of it; after a failure it is
 * tried again, unless the state says otherwise.
 */
void
chat_client_connect (ChatClient *self)
{
  g_return_if_fail (CHAT_IS_CLIENT (self));

  if (self->state != CHAT_CLIENT_DISCONNECTED)
    return;

  chat_client_set_state (self, CHAT_CLIENT_CONNECTING);
  socketio_client_socket_connect (SOCKETIO_CLIENT_SOCKET (self->socket));
}

/**
 * chat_client_disconnect:
 * @client: a client
 *
 * Leaves the chat.
 */
void
chat_client_disconnect (ChatClient *self)
{
  g_autoptr (ChatClient) guard G_GNUC_UNUSED = NULL;

  g_return_if_fail (CHAT_IS_CLIENT (self));

  guard = g_object_ref (self);
  socketio_client_disconnect (self->client);
  chat_client_set_state (self, CHAT_CLIENT_DISCONNECTED);
}

/* }}} */
/* {{{ Posting and reading on */

static void
chat_client_keep_private (ChatClient *self, JsonObject *answer, JsonNode *posted)
{
  JsonObject *object = json_node_get_object (posted);
  g_autoptr (ChatMessage) message = chat_message_new (
    0, chat_wire_get_int (answer, "time"), self->id, self->name,
    json_object_get_string_member (object, "recepient"), NULL, NULL,
    json_object_get_member (object, "data"));

  if (!chat_message_is_public (message))
    chat_timeline_append (self->timeline, message);
}

static void
on_posted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments) arguments =
    socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result, &error);
  JsonObject *answer = arguments != NULL ? chat_wire_read_answer (arguments, &error) : NULL;

  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  chat_client_keep_private (g_task_get_source_object (task), answer, g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);
}

static gboolean
chat_client_check_connected (ChatClient *self, GTask *task)
{
  if (self->state == CHAT_CLIENT_CONNECTED)
    return TRUE;

  g_task_return_new_error (task, CHAT_ERROR, CHAT_ERROR_NOT_LOGGED_IN, _("There is no connection"));
  return FALSE;
}

/**
 * chat_client_post_async:
 * @client: a client
 * @recipient: %CHAT_RECIPIENT_ALL or a user's id
 * @text: what is said
 * @cancellable: (nullable): to give up waiting
 * @callback: called when it has been posted, or not
 * @user_data: data for @callback
 *
 * Says something. One's own words to all come back like everybody's.
 */
void
chat_client_post_async (ChatClient *self,
                        const char *recipient,
                        const char *text,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (SocketioArguments) arguments = NULL;

  g_return_if_fail (CHAT_IS_CLIENT (self));

  g_task_set_source_tag (task, chat_client_post_async);
  if (!chat_client_check_connected (self, task))
    return;

  arguments = chat_wire_write_post (self->id, recipient, text);
  if (self->plain)
    {
      /* Not every server answers. */
      socketio_socket_emit (self->socket, CHAT_EVENT_MESSAGE, arguments);
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_task_set_task_data (task, json_node_ref (socketio_arguments_get_node (arguments, 0)),
                        (GDestroyNotify) json_node_unref);
  socketio_socket_emit_with_ack_async (self->socket, CHAT_EVENT_MESSAGE, arguments, POST_TIMEOUT,
                                       cancellable, on_posted, g_steal_pointer (&task));
}

/**
 * chat_client_post_finish:
 * @client: a client
 * @result: what the callback got
 * @error: return location for an error of %CHAT_ERROR or %SOCKETIO_ERROR
 *
 * Returns: whether it was posted
 */
gboolean
chat_client_post_finish (ChatClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_history (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatClient *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments) arguments =
    socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result, &error);
  JsonObject *answer = arguments != NULL ? chat_wire_read_answer (arguments, &error) : NULL;
  g_autoptr (GPtrArray) messages = NULL;

  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  messages = chat_wire_read_messages (answer);
  chat_timeline_prepend (self->timeline, messages);
  g_task_return_boolean (task, chat_wire_get_boolean (answer, "more"));
}

/**
 * chat_client_load_older_async:
 * @client: a client
 * @cancellable: (nullable): to give up waiting
 * @callback: called when older messages are in the timeline, or will not come
 * @user_data: data for @callback
 *
 * Fetches the page before the oldest message of the timeline.
 */
void
chat_client_load_older_async (ChatClient *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (SocketioArguments) arguments = NULL;

  g_return_if_fail (CHAT_IS_CLIENT (self));

  g_task_set_source_tag (task, chat_client_load_older_async);
  if (!chat_client_check_connected (self, task))
    return;
  if (self->plain)
    {
      g_task_return_boolean (task, FALSE);
      return;
    }

  arguments =
    chat_wire_write_history (chat_timeline_get_oldest_serial (self->timeline), PAGE_SIZE);
  socketio_socket_emit_with_ack_async (self->socket, CHAT_EVENT_HISTORY, arguments, POST_TIMEOUT,
                                       cancellable, on_history, g_steal_pointer (&task));
}

/**
 * chat_client_load_older_finish:
 * @client: a client
 * @result: what the callback got
 * @more: (out): whether there are still older ones
 * @error: return location for an error of %CHAT_ERROR or %SOCKETIO_ERROR
 *
 * Returns: whether the page came
 */
gboolean
chat_client_load_older_finish (ChatClient *self,
                               GAsyncResult *result,
                               gboolean *more,
                               GError **error)
{
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  *more = g_task_propagate_boolean (G_TASK (result), &local_error);
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* }}} */
/* {{{ The object */

static void
chat_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatClient *self = CHAT_CLIENT (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
chat_client_dispose (GObject *object)
{
  ChatClient *self = CHAT_CLIENT (object);

  if (self->socket != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->socket, self);
      socketio_client_disconnect (self->client);
    }
  g_clear_object (&self->socket);
  g_clear_object (&self->client);
  g_clear_object (&self->login);

  G_OBJECT_CLASS (chat_client_parent_class)->dispose (object);
}

static void
chat_client_finalize (GObject *object)
{
  ChatClient *self = CHAT_CLIENT (object);

  g_clear_object (&self->users);
  g_clear_object (&self->timeline);
  g_free (self->address);
  g_free (self->name);
  g_free (self->title);
  g_free (self->id);
  g_free (self->secret);

  G_OBJECT_CLASS (chat_client_parent_class)->finalize (object);
}

static void
chat_client_class_init (ChatClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = chat_client_get_property;
  object_class->dispose = chat_client_dispose;
  object_class->finalize = chat_client_finalize;

  /**
   * ChatClient:state:
   *
   * Where the client stands.
   */
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, CHAT_TYPE_CLIENT_STATE, CHAT_CLIENT_DISCONNECTED,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * ChatClient:title:
   *
   * The chat's name, once the server has told it.
   */
  properties[PROP_TITLE] = g_param_spec_string (
    "title", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * ChatClient::connected:
   * @client: the client
   *
   * We take part, for the first time or again.
   */
  signals[CONNECTED] = g_signal_new ("connected", CHAT_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);

  /**
   * ChatClient::disconnected:
   * @client: the client
   * @reason: why, in the user's language
   *
   * The connection has ended.
   */
  signals[DISCONNECTED] = g_signal_new ("disconnected", CHAT_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * ChatClient::failed:
   * @client: the client
   * @error: an error of %CHAT_ERROR or %SOCKETIO_ERROR
   *
   * The connection could not be opened, or the server did not let us in.
   */
  signals[FAILED] = g_signal_new ("failed", CHAT_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);

  /**
   * ChatClient::received:
   * @client: the client
   * @message: the message, which is in the timeline too
   *
   * A message has come.
   */
  signals[RECEIVED] = g_signal_new ("received", CHAT_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, CHAT_TYPE_MESSAGE);
}

static void
chat_client_init (ChatClient *self)
{
  self->users = g_list_store_new (CHAT_TYPE_USER);
  self->timeline = chat_timeline_new ();
}

/* Takes client. */
static ChatClient *
chat_client_new_for_client (SocketioClient *client, const char *name)
{
  ChatClient *self = g_object_new (CHAT_TYPE_CLIENT, NULL);
  SocketioSocket *socket = SOCKETIO_SOCKET (socketio_client_socket (client, "/"));

  self->client = client;
  self->socket = socket;
  self->name = g_strdup (name);
  g_signal_connect_swapped (socket, "connect", G_CALLBACK (on_connect), self);
  g_signal_connect_swapped (socket, "connect-error", G_CALLBACK (on_connect_error), self);
  g_signal_connect_swapped (socket, "disconnect", G_CALLBACK (on_disconnect), self);
  socketio_socket_on (socket, CHAT_EVENT_MESSAGE, on_plain_message, self, NULL);
  socketio_socket_on (socket, CHAT_EVENT_CHAT_MESSAGE, on_rich_message, self, NULL);
  socketio_socket_on (socket, CHAT_EVENT_JOINED, on_joined, self, NULL);
  socketio_socket_on (socket, CHAT_EVENT_LEFT, on_left, self, NULL);
  socketio_socket_on (socket, CHAT_EVENT_RENAMED, on_renamed, self, NULL);

  return self;
}

/**
 * chat_client_new:
 * @address: `http://host:port`
 * @name: the name to be called by
 *
 * Makes a client for a chat on the network.
 *
 * Returns: (transfer full): the client
 */
ChatClient *
chat_client_new (const char *address, const char *name)
{
  ChatClient *self = chat_client_new_for_client (socketio_client_new (address), name);

  self->address = g_strdup (address);
  return self;
}

/**
 * chat_client_new_for_host:
 * @host: a host in this process
 * @name: the name to be called by
 *
 * Makes a client for a chat that this process hosts. It goes over the loopback.
 *
 * Returns: (transfer full): the client
 */
ChatClient *
chat_client_new_for_host (ChatHost *host, const char *name)
{
  return chat_client_new_for_client (
    socketio_client_new_loopback (chat_host_get_server (host)), name);
}

/**
 * chat_client_get_address:
 * @client: a client
 *
 * Returns: (nullable): the address of its server; %NULL over the loopback
 */
const char *
chat_client_get_address (ChatClient *self)
{
  return self->address;
}

/**
 * chat_client_get_name:
 * @client: a client
 *
 * Returns: the name to be called by
 */
const char *
chat_client_get_name (ChatClient *self)
{
  return self->name;
}

/**
 * chat_client_get_title:
 * @client: a client
 *
 * Returns: (nullable): the value of [property@ChatClient:title]
 */
const char *
chat_client_get_title (ChatClient *self)
{
  return self->title;
}

/**
 * chat_client_get_id:
 * @client: a client
 *
 * Returns: (nullable): our id in the chat, once we are in
 */
const char *
chat_client_get_id (ChatClient *self)
{
  return self->id;
}

/**
 * chat_client_get_secret:
 * @client: a client
 *
 * Returns: (nullable): what makes the next login the same person as this one
 */
const char *
chat_client_get_secret (ChatClient *self)
{
  return self->secret;
}

/**
 * chat_client_set_secret:
 * @client: a client
 * @secret: (nullable): the secret of an earlier login at the same chat
 *
 * Sets who we are before we connect.
 */
void
chat_client_set_secret (ChatClient *self, const char *secret)
{
  g_autofree char *old = self->secret;

  self->secret = g_strdup (secret);
}

/**
 * chat_client_get_state:
 * @client: a client
 *
 * Returns: the value of [property@ChatClient:state]
 */
ChatClientState
chat_client_get_state (ChatClient *self)
{
  return self->state;
}

/**
 * chat_client_is_plain:
 * @client: a client
 *
 * Returns: whether the server is no Madang, so that there are no names, no list of people and no history
 */
gboolean
chat_client_is_plain (ChatClient *self)
{
  return self->plain;
}

/**
 * chat_client_get_users:
 * @client: a client
 *
 * Returns: (transfer none): who is here, a list of [class@ChatUser]
 */
GListModel *
chat_client_get_users (ChatClient *self)
{
  return G_LIST_MODEL (self->users);
}

/**
 * chat_client_get_timeline:
 * @client: a client
 *
 * Returns: (transfer none): what was said
 */
ChatTimeline *
chat_client_get_timeline (ChatClient *self)
{
  return self->timeline;
}

/* }}} */
