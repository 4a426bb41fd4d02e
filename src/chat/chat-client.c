/* chat-client.c: a chat that is reached over the network, or over the loopback of its host
 *
 * Keeps who is here and what was said in list models for any viewer. Here are the object and its
 * connection; chat-client-login.c takes it from there, chat-client-events.c hears,
 * chat-client-requests.c asks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "chat-client-private.h"
#include "chat-host-private.h"

enum
{
  PROP_0,
  PROP_STATE,
  PROP_TITLE,
  PROP_LOGIN_TIMEOUT,
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

void
chat_client_set_state (ChatClient *self, ChatClientState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
chat_client_set_title (ChatClient *self, const char *title)
{
  if (g_strcmp0 (self->title, title) == 0)
    return;

  g_free (self->title);
  self->title = g_strdup (title);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

void
chat_client_set_id (ChatClient *self, const char *id)
{
  g_autofree char *old G_GNUC_UNUSED = self->id;

  self->id = g_strdup (id);
}

void
chat_client_announce_connected (ChatClient *self)
{
  g_signal_emit (self, signals[CONNECTED], 0);
}

void
chat_client_announce_disconnected (ChatClient *self, const char *reason)
{
  g_signal_emit (self, signals[DISCONNECTED], 0, reason);
}

void
chat_client_announce_failed (ChatClient *self, const GError *error)
{
  g_signal_emit (self, signals[FAILED], 0, error);
}

void
chat_client_announce_received (ChatClient *self, ChatMessage *message)
{
  g_signal_emit (self, signals[RECEIVED], 0, message);
}

/* {{{ The connection */

/* Errors that another try will not change. */
static gboolean
is_final (const GError *error)
{
  return g_error_matches (error, SOCKETIO_ERROR, SOCKETIO_ERROR_NOT_ADMITTED) ||
         g_error_matches (error, SOCKETIO_ERROR, SOCKETIO_ERROR_PROTOCOL_VERSION) ||
         g_error_matches (error, SOCKETIO_ERROR, SOCKETIO_ERROR_INVALID_ADDRESS);
}

static void
on_connect_error (ChatClient *self, const GError *error, JsonNode *data)
{
  g_autoptr (ChatClient) guard G_GNUC_UNUSED = g_object_ref (self);

  if (is_final (error))
    chat_client_disconnect (self);
  chat_client_announce_failed (self, error);
}

/* The reason in words that a person understands. */
static const char *
explain (SocketioDisconnectReason reason)
{
  switch (reason)
    {
    case SOCKETIO_DISCONNECT_IO_CLIENT:
      return _ ("You left");
    case SOCKETIO_DISCONNECT_IO_SERVER:
      return _ ("The server ended it");
    case SOCKETIO_DISCONNECT_PING_TIMEOUT:
      return _ ("The server was not heard of any more");
    case SOCKETIO_DISCONNECT_TRANSPORT_CLOSE:
      return _ ("The server closed the connection");
    case SOCKETIO_DISCONNECT_NETWORK_LOST:
      return _ ("The network is gone");
    case SOCKETIO_DISCONNECT_PARSE_ERROR:
      return _ ("The server sent something that cannot be read");
    case SOCKETIO_DISCONNECT_TRANSPORT_ERROR:
    case SOCKETIO_DISCONNECT_FORCED_CLOSE:
    case SOCKETIO_DISCONNECT_SERVER_SHUTTING_DOWN:
    case SOCKETIO_DISCONNECT_FORCED_SERVER_CLOSE:
    case SOCKETIO_DISCONNECT_CLIENT_NAMESPACE:
    case SOCKETIO_DISCONNECT_SERVER_NAMESPACE:
    default:
      return _ ("The connection broke");
    }
}

/* Who had not got in yet has nothing to lose, and goes on trying; unless it was put out. */
static void
on_disconnect (ChatClient *self, SocketioDisconnectReason reason, const char *description)
{
  g_autoptr (ChatClient) guard G_GNUC_UNUSED = g_object_ref (self);
  gboolean was_in = self->state == CHAT_CLIENT_CONNECTED;
  gboolean again = reason != SOCKETIO_DISCONNECT_IO_CLIENT &&
                   reason != SOCKETIO_DISCONNECT_IO_SERVER;
  g_autoptr (GError) error = NULL;

  chat_client_stop_joining (self);
  chat_roster_replace (self->users, NULL);
  if (!again)
    chat_client_set_state (self, CHAT_CLIENT_DISCONNECTED);
  else if (was_in)
    chat_client_set_state (self, CHAT_CLIENT_RECONNECTING);

  if (was_in)
    chat_client_announce_disconnected (self, explain (reason));
  else if (reason == SOCKETIO_DISCONNECT_IO_SERVER)
    {
      error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_FAILED, explain (reason));
      chat_client_announce_failed (self, error);
    }
}

/**
 * chat_client_connect:
 * @client: a client
 *
 * Connects and logs in. The signals `connected` and `failed` tell what became of it; after a
 * failure it is tried again, unless the state says otherwise.
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
  chat_client_stop_joining (self);
  chat_client_set_state (self, CHAT_CLIENT_DISCONNECTED);
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
    case PROP_LOGIN_TIMEOUT:
      g_value_set_uint (value, self->login_timeout);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
chat_client_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChatClient *self = CHAT_CLIENT (object);

  switch (id)
    {
    case PROP_LOGIN_TIMEOUT:
      self->login_timeout = g_value_get_uint (value);
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
  chat_client_stop_joining (self);
  g_clear_object (&self->socket);
  g_clear_object (&self->client);

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
chat_client_install_properties (GObjectClass *object_class)
{
  /**
   * ChatClient:state:
   *
   * Where the client stands.
   */
  properties[PROP_STATE] = g_param_spec_enum (
    "state", NULL, NULL, CHAT_TYPE_CLIENT_STATE, CHAT_CLIENT_DISCONNECTED,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * ChatClient:title:
   *
   * The chat's name, once the server has told it.
   */
  properties[PROP_TITLE] = g_param_spec_string (
    "title", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * ChatClient:login-timeout:
   *
   * Milliseconds that a server has to answer the login before it is taken for one that knows none.
   * A Madang answers at once.
   */
  properties[PROP_LOGIN_TIMEOUT] = g_param_spec_uint (
    "login-timeout", NULL, NULL, 1, G_MAXINT, 3000,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
chat_client_install_signals (void)
{
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
   * We do not take part any more. Whether the client tries to come back, the state says.
   */
  signals[DISCONNECTED] = g_signal_new ("disconnected", CHAT_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * ChatClient::failed:
   * @client: the client
   * @error: an error of %CHAT_ERROR or %SOCKETIO_ERROR
   *
   * The connection could not be opened, or the server did not let us in. It is emitted for every
   * try; the state says whether there will be another one.
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
chat_client_class_init (ChatClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = chat_client_get_property;
  object_class->set_property = chat_client_set_property;
  object_class->dispose = chat_client_dispose;
  object_class->finalize = chat_client_finalize;

  chat_client_install_properties (object_class);
  chat_client_install_signals ();
}

static void
chat_client_init (ChatClient *self)
{
  self->users = chat_roster_new ();
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
  g_signal_connect_swapped (socket, "connect", G_CALLBACK (chat_client_log_in), self);
  g_signal_connect_swapped (socket, "connect-error", G_CALLBACK (on_connect_error), self);
  g_signal_connect_swapped (socket, "disconnect", G_CALLBACK (on_disconnect), self);
  chat_client_listen (self);

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
  static const char *const transports[] = { "websocket", "polling", NULL };
  SocketioClient *client = socketio_client_new (address);
  ChatClient *self = chat_client_new_for_client (client, name);

  /* In the local network a WebSocket works and is there at once; elsewhere there may be a proxy
   * that knows none. */
  g_object_set (client, "transports", transports, "try-all-transports", TRUE, NULL);
  self->address = g_strdup (address);
  return self;
}

/**
 * chat_client_new_for_host:
 * @host: a host in this process
 * @name: the name to be called by
 *
 * Makes a client for a chat that this process hosts. It goes over the loopback. If @host is to
 * listen, it must do so before the client connects.
 *
 * Returns: (transfer full): the client
 */
ChatClient *
chat_client_new_for_host (ChatHost *host, const char *name)
{
  return chat_client_new_for_client (socketio_client_new_loopback (chat_host_get_server (host)),
                                     name);
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
  g_autofree char *old G_GNUC_UNUSED = self->secret;

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
 * Returns: whether the server is no Madang, so that there are no names, no list of people and no
 * history
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
 * chat_client_lookup_user:
 * @client: a client
 * @id: a user's id
 *
 * Returns: (transfer none) (nullable): the user of that id, if here
 */
ChatUser *
chat_client_lookup_user (ChatClient *self, const char *id)
{
  return chat_roster_lookup (self->users, id);
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
