/* madang-session.c: what one window is about: a chat that it has joined, or one that it hosts
 *
 * Owns the client and the host, and writes what they tell into the results: every note comes from a
 * signal of theirs, never from a button. A host's own user is a client too, over the loopback in
 * memory.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-session.h"

#include <glib/gi18n.h>

#include "chat-address.h"
#include "chat-identities.h"
#include "lan-announcer.h"
#include "lan-interfaces.h"
#include "lan-self-test.h"

struct _MadangSession
{
  GObject parent_instance;

  ChatClient *client;
  ChatHost *host; /* NULL when we have joined */
  MadangResults *results;
  char *url;
  char *problem; /* what went wrong last, until we are connected */
  gboolean hosting;
  char *address; /* the one that it listens on; NULL for all */
  gboolean only_here; /* it is hosted for this machine alone */
  char *obstacle; /* why others cannot join */
  GCancellable *self_test;
  LanAnnouncer *announcer; /* while others can join */
};

enum
{
  PROP_0,
  PROP_PROBLEM,
  PROP_HOSTING,
  PROP_URLS,
  PROP_OBSTACLE,
  N_PROPERTIES,
};

enum
{
  FAILED,
  ENDED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MadangSession, madang_session, G_TYPE_OBJECT)

/* {{{ Notes */

static void
madang_session_note (MadangSession *self, const char *text, const char *detail, gboolean is_problem)
{
  g_autoptr (MadangNote) note = madang_note_new (text, detail, is_problem);

  madang_results_add_note (self->results, note);
}

static void
madang_session_set_problem (MadangSession *self, const char *problem)
{
  g_autofree char *old = NULL;

  if (g_strcmp0 (self->problem, problem) == 0)
    return;

  old = g_steal_pointer (&self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

/* }}} */
/* {{{ Who the user is */

/* The chat that is hosted here is the same one on every port. */
static const char *
get_chat (MadangSession *self)
{
  return self->host != NULL ? "here" : self->url;
}

static void
madang_session_recall_identity (MadangSession *self)
{
  g_autofree char *folder = chat_store_get_default_folder ();
  g_autofree char *secret = chat_identities_look_up (folder, get_chat (self),
                                                     chat_client_get_name (self->client));

  chat_client_set_secret (self->client, secret);
}

static void
madang_session_keep_identity (MadangSession *self)
{
  g_autofree char *folder = chat_store_get_default_folder ();
  const char *secret = chat_client_get_secret (self->client);
  g_autoptr (GError) error = NULL;

  if (secret != NULL && !chat_client_is_plain (self->client) &&
      !chat_identities_keep (folder, get_chat (self), chat_client_get_name (self->client), secret,
                             &error))
    g_message (_ ("The next login will be another person's: %s"), error->message);
}

/* }}} */
/* {{{ What the client tells */

static void
on_state (MadangSession *self)
{
  ChatClientState state = chat_client_get_state (self->client);

  madang_results_set_live (self->results, state == CHAT_CLIENT_CONNECTED);
  if (state != CHAT_CLIENT_CONNECTING)
    return;

  madang_session_set_problem (self, NULL);
  if (self->host == NULL)
    madang_session_note (self, _ ("Connect was clicked."), NULL, FALSE);
}

static void
on_connected (MadangSession *self)
{
  /* Translators: the address of a server */
  g_autofree char *text = g_strdup_printf (_ ("Connected to %s"), self->url);
  const char *detail = NULL;

  if (chat_client_is_plain (self->client))
    detail = _ ("This is another Socket.IO server: its messages are shown as they come.");
  madang_session_set_problem (self, NULL);
  madang_session_note (self, text, detail, FALSE);
  madang_session_keep_identity (self);
}

static void
on_disconnected (MadangSession *self, const char *reason)
{
  madang_session_note (self, _ ("The connection was closed."), reason, FALSE);
}

/* A server that is away fails again and again: that is told once. */
static void
on_failed (MadangSession *self, const GError *error)
{
  if (g_strcmp0 (self->problem, error->message) == 0)
    return;

  madang_session_set_problem (self, error->message);
  madang_session_note (self, error->message, NULL, TRUE);
  g_signal_emit (self, signals[FAILED], 0, error->message);
}

static void
madang_session_take_client (MadangSession *self, ChatClient *client)
{
  self->client = client;
  madang_session_recall_identity (self);
  self->results = madang_results_new (chat_client_get_timeline (client));
  g_signal_connect_object (client, "notify::state", G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "connected", G_CALLBACK (on_connected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "disconnected", G_CALLBACK (on_disconnected), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
}

/* }}} */
/* {{{ Whether others can join */

static void
on_self_test (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MadangSession *self = user_data;
  g_autofree char *old = NULL;
  LanProblem problem;

  /* It was cancelled, and the session may be gone. */
  if (!lan_self_test_finish (result, &problem, NULL))
    return;

  g_clear_object (&self->self_test);
  old = g_steal_pointer (&self->obstacle);
  self->obstacle = lan_problem_describe (problem, chat_host_get_port (self->host));
  if (g_strcmp0 (old, self->obstacle) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OBSTACLE]);
}

static void
madang_session_stop_self_test (MadangSession *self)
{
  g_cancellable_cancel (self->self_test);
  g_clear_object (&self->self_test);
}

static void
madang_session_start_self_test (MadangSession *self)
{
  madang_session_stop_self_test (self);
  self->self_test = g_cancellable_new ();
  lan_self_test_async (self->address, chat_host_get_port (self->host), self->self_test,
                       on_self_test, self);
}

/* So that the windows of others list it. */
static void
madang_session_announce (MadangSession *self)
{
  ChatService *service = chat_host_get_service (self->host);

  if (self->only_here)
    return;

  self->announcer = lan_announcer_new (chat_service_get_title (service),
                                       chat_service_get_id (service),
                                       chat_host_get_port (self->host), "/");
  lan_announcer_set_address (self->announcer, self->address);
}

static void
on_network_changed (MadangSession *self)
{
  if (!self->hosting)
    return;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_URLS]);
  madang_session_start_self_test (self);
}

/* }}} */
/* {{{ What the host tells */

static void
on_listening (MadangSession *self)
{
  madang_session_note (self, _ ("Ready to accept socket.io requests."), NULL, FALSE);
}

/* Our own user comes by no port. */
static void
on_connection (MadangSession *self, const char *address, guint port)
{
  g_autofree char *peer = NULL;
  g_autofree char *text = NULL;

  if (port == 0)
    return;

  peer = chat_address_format_peer (address, port);
  text = g_strdup_printf (_ ("connection info : %s"), peer);
  madang_session_note (self, text, NULL, FALSE);
}

static void
madang_session_set_hosting (MadangSession *self, gboolean hosting)
{
  if (self->hosting == hosting)
    return;

  self->hosting = hosting;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HOSTING]);
}

static void
on_host_closed (MadangSession *self)
{
  madang_session_note (self, _ ("The chat is closed."), NULL, FALSE);
  madang_session_stop_self_test (self);
  g_clear_object (&self->announcer);
  madang_session_set_hosting (self, FALSE);
  g_signal_emit (self, signals[ENDED], 0);
}

static void
madang_session_watch_host (MadangSession *self)
{
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (on_network_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host, "listening", G_CALLBACK (on_listening), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host, "connection", G_CALLBACK (on_connection), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host, "closed", G_CALLBACK (on_host_closed), self,
                           G_CONNECT_SWAPPED);
}

/* }}} */
/* {{{ The object */

static void
madang_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MadangSession *self = MADANG_SESSION (object);

  switch (id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_HOSTING:
      g_value_set_boolean (value, self->hosting);
      break;
    case PROP_OBSTACLE:
      g_value_set_string (value, self->obstacle);
      break;
    case PROP_URLS:
      g_value_take_boxed (value, madang_session_list_urls (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
madang_session_dispose (GObject *object)
{
  MadangSession *self = MADANG_SESSION (object);

  madang_session_stop_self_test (self);
  if (self->client != NULL)
    madang_session_stop (self);
  g_clear_object (&self->client);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (madang_session_parent_class)->dispose (object);
}

static void
madang_session_finalize (GObject *object)
{
  MadangSession *self = MADANG_SESSION (object);

  g_clear_object (&self->results);
  g_free (self->url);
  g_free (self->problem);
  g_free (self->address);
  g_free (self->obstacle);

  G_OBJECT_CLASS (madang_session_parent_class)->finalize (object);
}

static void
madang_session_class_init (MadangSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = madang_session_get_property;
  object_class->dispose = madang_session_dispose;
  object_class->finalize = madang_session_finalize;

  /**
   * MadangSession:problem:
   *
   * Why there is no connection, in the user's language; %NULL while there is one.
   */
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                    G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MadangSession:hosting:
   *
   * Whether others can join here.
   */
  properties[PROP_HOSTING] = g_param_spec_boolean ("hosting", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                     G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MadangSession:urls:
   *
   * Where others can reach the chat, as [method@MadangSession.list_urls] has it. They change with
   * the networks of this machine.
   */
  properties[PROP_URLS] = g_param_spec_boxed ("urls", NULL, NULL, G_TYPE_STRV,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MadangSession:obstacle:
   *
   * Why others cannot join the chat that is hosted here, in the user's language; %NULL if they can,
   * or while it is not known.
   */
  properties[PROP_OBSTACLE] = g_param_spec_string ("obstacle", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                     G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * MadangSession::failed:
   * @session: the session
   * @problem: what went wrong, in the user's language
   *
   * Connecting did not work, for a reason that was not told before.
   */
  signals[FAILED] = g_signal_new ("failed", MADANG_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * MadangSession::ended:
   * @session: the session
   *
   * The chat that was hosted here is closed, and everybody has left.
   */
  signals[ENDED] = g_signal_new ("ended", MADANG_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
madang_session_init (MadangSession *self)
{
}

/**
 * madang_session_new_joining:
 * @url: `http://host:port`
 * @name: the name to be called by
 *
 * Returns: (transfer full): a session that joins a chat when it is told to connect
 */
MadangSession *
madang_session_new_joining (const char *url, const char *name)
{
  MadangSession *self = g_object_new (MADANG_TYPE_SESSION, NULL);

  self->url = g_strdup (url);
  madang_session_take_client (self, chat_client_new (url, name));
  return self;
}

/* For the tests: whatever works over the loopback works over the network too. */
static ChatClient *
make_own_client (MadangSession *self, const char *address, guint16 port, const char *name)
{
  g_autofree char *url = chat_address_format_url (address != NULL ? address : "127.0.0.1", port);

  return g_strcmp0 (g_getenv ("MADANG_DEBUG"), "tcp") == 0
           ? chat_client_new (url, name)
           : chat_client_new_for_host (self->host, name);
}

static gboolean
madang_session_open_host (MadangSession *self, const char *title, GError **error)
{
  g_autofree char *folder = chat_store_get_default_folder ();
  g_autoptr (ChatStore) store = chat_store_new (folder, error);
  g_autoptr (ChatService) service = NULL;

  if (store == NULL)
    return FALSE;

  service = chat_service_new (store, title);
  self->host = chat_host_new (service);
  return TRUE;
}

/**
 * madang_session_new_hosting:
 * @title: the name of the chat
 * @address: (nullable): the address of this machine to listen on, or `localhost`; %NULL for all
 * @port: the port to listen on, 1 or more
 * @name: the name to be called by
 * @error: return location for an error that can be shown
 *
 * Hosts a chat.
 *
 * Returns: (transfer full) (nullable): a session whose chat is open to others, and which its own
 * user joins when it is told to connect
 */
MadangSession *
madang_session_new_hosting (const char *title,
                            const char *address,
                            guint16 port,
                            const char *name,
                            GError **error)
{
  g_autoptr (MadangSession) self = g_object_new (MADANG_TYPE_SESSION, NULL);

  if (!madang_session_open_host (self, title, error))
    return NULL;

  self->url = chat_address_format_url (address != NULL ? address : "localhost", port);
  self->address = g_strdup (address);
  self->only_here = address != NULL && lan_interfaces_is_loopback (address);
  madang_session_take_client (self, make_own_client (self, address, port, name));
  madang_session_watch_host (self);
  if (!chat_host_listen (self->host, address, port, error))
    return NULL;

  self->hosting = TRUE;
  madang_session_start_self_test (self);
  madang_session_announce (self);
  return g_steal_pointer (&self);
}

/**
 * madang_session_get_client:
 * @self: a session
 *
 * Returns: (transfer none): the client of the window's user
 */
ChatClient *
madang_session_get_client (MadangSession *self)
{
  return self->client;
}

/**
 * madang_session_get_host:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the host, if the chat is or was hosted here
 */
ChatHost *
madang_session_get_host (MadangSession *self)
{
  return self->host;
}

/**
 * madang_session_get_results:
 * @self: a session
 *
 * Returns: (transfer none): all that has happened
 */
MadangResults *
madang_session_get_results (MadangSession *self)
{
  return self->results;
}

/**
 * madang_session_get_url:
 * @self: a session
 *
 * Returns: where the chat is, as seen from this machine
 */
const char *
madang_session_get_url (MadangSession *self)
{
  return self->url;
}

/**
 * madang_session_list_urls:
 * @self: a session
 *
 * Returns: (transfer full): where others can reach the chat: what was joined, or every address of
 * this machine, and without a network the one that works on this machine alone
 */
char **
madang_session_list_urls (MadangSession *self)
{
  const char *only[] = { self->url, NULL };
  g_auto (GStrv) urls = self->host != NULL ? chat_host_list_urls (self->host) : NULL;

  return urls != NULL && *urls != NULL ? g_steal_pointer (&urls) : g_strdupv ((char **)only);
}

/**
 * madang_session_dup_best_url:
 * @self: a session
 *
 * Returns: (transfer full) (nullable): where others can reach the chat that is hosted here; %NULL
 * if they cannot, or if it is hosted elsewhere
 */
char *
madang_session_dup_best_url (MadangSession *self)
{
  g_auto (GStrv) urls = self->hosting ? chat_host_list_urls (self->host) : NULL;

  return urls != NULL && *urls != NULL && !self->only_here ? g_strdup (*urls) : NULL;
}

/**
 * madang_session_get_obstacle:
 * @self: a session
 *
 * Returns: (nullable): the value of [property@MadangSession:obstacle]
 */
const char *
madang_session_get_obstacle (MadangSession *self)
{
  return self->obstacle;
}

/**
 * madang_session_get_problem:
 * @self: a session
 *
 * Returns: (nullable): the value of [property@MadangSession:problem]
 */
const char *
madang_session_get_problem (MadangSession *self)
{
  return self->problem;
}

/**
 * madang_session_is_hosting:
 * @self: a session
 *
 * Returns: the value of [property@MadangSession:hosting]
 */
gboolean
madang_session_is_hosting (MadangSession *self)
{
  return self->hosting;
}

/**
 * madang_session_get_n_others:
 * @self: a session
 *
 * Returns: how many clients beside our own would be disconnected if this stopped
 */
guint
madang_session_get_n_others (MadangSession *self)
{
  guint n = self->hosting ? chat_host_get_n_clients (self->host) : 0;
  gboolean own = chat_client_get_state (self->client) == CHAT_CLIENT_CONNECTED;

  return n > 0 && own ? n - 1 : n;
}

/**
 * madang_session_dup_name:
 * @self: a session
 * @id: a user's id, or %CHAT_RECIPIENT_ALL
 *
 * Returns: (transfer full): what to call the user; the id if it is not here
 */
char *
madang_session_dup_name (MadangSession *self, const char *id)
{
  ChatUser *user = chat_client_lookup_user (self->client, id);

  if (g_str_equal (id, CHAT_RECIPIENT_ALL))
    /* Translators: everybody in the chat, as the receiver of a message */
    return g_strdup (_ ("All"));

  return user != NULL ? g_strdup (chat_user_get_name (user)) : chat_name_from_label (id);
}

/**
 * madang_session_connect:
 * @self: a session
 *
 * Connects, or connects again after the connection was given up.
 */
void
madang_session_connect (MadangSession *self)
{
  chat_client_connect (self->client);
}

/**
 * madang_session_stop:
 * @self: a session
 *
 * Leaves the chat, and closes it if it is hosted here; then [signal@MadangSession::ended] follows.
 */
void
madang_session_stop (MadangSession *self)
{
  g_clear_object (&self->announcer);
  chat_client_disconnect (self->client);
  if (self->host != NULL)
    chat_host_close (self->host);
}

/* }}} */
