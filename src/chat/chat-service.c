/* chat-service.c: the rules of the chat
 *
 * Who is here, who may bear which name and id, and what becomes of a message: it is stored first
 * and then announced. The one writer of the store. Knows nothing of sockets: chat-host.c puts it
 * behind a server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-service.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/random.h>

#include "chat-roster.h"

/* A secret stands for a person on one device: 24 random bytes cannot be guessed. */
#define SECRET_BYTES 24
#define ID_BYTES     9

/* The store is pruned at the first message and then once for so many. */
#define PRUNE_INTERVAL 1000

struct _ChatService
{
  GObject parent_instance;

  ChatStore *store;
  char *id;
  char *title;
  ChatRoster *roster;
  GHashTable *presences; /* id -> how often the user is here: in two tabs, or as two plain clients
                            with the same label */
  GHashTable
    *names; /* what chat_name_casefold () makes of a name -> the id of the person who bears it */
  guint posted;
  guint prune_id;
};

enum
{
  POSTED,
  JOINED,
  LEFT,
  RENAMED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChatService, chat_service, G_TYPE_OBJECT)

/* {{{ Who is here */

static char *
make_token (gsize n_bytes)
{
  guint8 bytes[SECRET_BYTES];
  char *token;

  if (getrandom (bytes, n_bytes, 0) != (gssize)n_bytes)
    g_error ("The system has no random numbers");

  token = g_base64_encode (bytes, n_bytes);
  return g_strdelimit (g_strdelimit (token, "+", '-'), "/", '_');
}

static char *
hash_secret (const char *secret)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, secret, -1);
}

/* Names are unique among the people who are here, so that each key has one owner. */
static void
chat_service_claim_name (ChatService *self, ChatUser *user)
{
  if (chat_user_get_kind (user) == CHAT_USER_RICH)
    g_hash_table_insert (self->names, chat_name_casefold (chat_user_get_name (user)),
                         g_strdup (chat_user_get_id (user)));
}

static void
chat_service_release_name (ChatService *self, ChatUser *user)
{
  g_autofree char *key = NULL;

  if (chat_user_get_kind (user) != CHAT_USER_RICH)
    return;

  key = chat_name_casefold (chat_user_get_name (user));
  g_hash_table_remove (self->names, key);
}

static gboolean
chat_service_name_is_taken (ChatService *self, const char *name, const char *id)
{
  g_autofree char *key = chat_name_casefold (name);
  const char *owner = g_hash_table_lookup (self->names, key);

  return owner != NULL && !g_str_equal (owner, id);
}

static void
chat_service_add_presence (ChatService *self, ChatUser *user)
{
  const char *id = chat_user_get_id (user);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->presences, id));

  g_hash_table_insert (self->presences, g_strdup (id), GUINT_TO_POINTER (count + 1));
  if (count > 0)
    return;

  chat_service_claim_name (self, user);
  chat_roster_add (self->roster, user);
  g_signal_emit (self, signals[JOINED], 0, user);
}

static void
chat_service_rename (ChatService *self, ChatUser *user, const char *name)
{
  if (g_str_equal (chat_user_get_name (user), name))
    return;

  chat_service_release_name (self, user);
  chat_user_set_name (user, name);
  chat_service_claim_name (self, user);
  g_signal_emit (self, signals[RENAMED], 0, user);
}

/**
 * chat_service_find_user:
 * @service: a service
 * @secret: (nullable): what an earlier login gave
 * @id: (out) (transfer full) (nullable): the id of who has the secret
 * @error: return location for %CHAT_ERROR_STORAGE
 *
 * Finds who has a secret. One that nobody has is no error: the chat may be another one, with the
 * same address. Then @id is %NULL.
 *
 * Returns: whether the store could be asked
 */
gboolean
chat_service_find_user (ChatService *self, const char *secret, char **id, GError **error)
{
  g_autofree char *hash = NULL;
  g_autoptr (GError) local_error = NULL;

  *id = NULL;
  if (secret == NULL || *secret == '\0')
    return TRUE;

  hash = hash_secret (secret);
  if (chat_store_find_user_by_secret (self->store, hash, id, NULL, &local_error) ||
      g_error_matches (local_error, CHAT_ERROR, CHAT_ERROR_NO_SUCH_USER))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Who somebody is, or will be from now on. The new secret is never one that was brought: it may be
 * one that others think of as well. */
static gboolean
chat_service_identify (ChatService *self,
                       const char *secret,
                       char **id,
                       char **new_secret,
                       GError **error)
{
  if (!chat_service_find_user (self, secret, id, error))
    return FALSE;

  if (*id != NULL)
    *new_secret = g_strdup (secret);
  else
    {
      *id = make_token (ID_BYTES);
      *new_secret = make_token (SECRET_BYTES);
    }
  return TRUE;
}

/**
 * chat_service_login:
 * @service: a service
 * @name: the name that the person wants
 * @secret: (nullable): what an earlier login gave, to be the same person again
 * @new_secret: (out) (transfer full): what the next login should bring
 * @error: return location for %CHAT_ERROR_BAD_NAME, %CHAT_ERROR_NAME_TAKEN or %CHAT_ERROR_STORAGE
 *
 * Lets a person in. Names are unique among those who are here, whatever their case; ids stay the
 * same for who brings the secret. Each login needs a [method@ChatService.leave].
 *
 * Returns: (transfer full) (nullable): the user
 */
ChatUser *
chat_service_login (ChatService *self,
                    const char *name,
                    const char *secret,
                    char **new_secret,
                    GError **error)
{
  g_autofree char *normal = chat_name_normalize (name, error);
  g_autofree char *id = NULL;
  g_autofree char *kept_secret = NULL;
  g_autofree char *hash = NULL;
  g_autoptr (ChatUser) user = NULL;

  if (normal == NULL || !chat_service_identify (self, secret, &id, &kept_secret, error))
    return NULL;

  if (chat_service_name_is_taken (self, normal, id))
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_NAME_TAKEN,
                   /* Translators: a person's name */
                   _ ("Somebody here is called “%s” already"), normal);
      return NULL;
    }

  hash = hash_secret (kept_secret);
  if (!chat_store_save_user (self->store, id, normal, hash, error))
    return NULL;

  user = chat_service_lookup (self, id);
  user = user != NULL ? g_object_ref (user) : chat_user_new (id, normal, CHAT_USER_RICH);
  *new_secret = g_steal_pointer (&kept_secret);
  chat_service_rename (self, user, normal);
  chat_service_add_presence (self, user);

  return g_steal_pointer (&user);
}

static gboolean
check_label (ChatService *self, const char *id, GError **error)
{
  ChatUser *present = chat_service_lookup (self, id);
  g_autoptr (GError) local_error = NULL;

  if (*id == '\0' || strlen (id) > CHAT_ID_MAX_LENGTH || g_str_equal (id, CHAT_RECIPIENT_ALL))
    g_set_error_literal (&local_error, CHAT_ERROR, CHAT_ERROR_BAD_MESSAGE,
                         /* Translators: "sender" is the name of a field */
                         _ ("The sender cannot be called so"));
  else if (present != NULL ? chat_user_get_kind (present) == CHAT_USER_RICH
                           : chat_store_has_user (self->store, id, &local_error))
    g_set_error_literal (&local_error, CHAT_ERROR, CHAT_ERROR_ID_TAKEN,
                         _ ("This sender is somebody else"));
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * chat_service_enter:
 * @service: a service
 * @id: the label that a plain client bears
 * @error: return location for %CHAT_ERROR_ID_TAKEN, %CHAT_ERROR_BAD_MESSAGE or %CHAT_ERROR_STORAGE
 *
 * Lets a plain client in. Several may bear the same label; a label that is the id of a person who
 * logs in cannot be borne. Each call needs a [method@ChatService.leave].
 *
 * Returns: (transfer full) (nullable): the user
 */
ChatUser *
chat_service_enter (ChatService *self, const char *id, GError **error)
{
  g_autoptr (ChatUser) user = NULL;
  g_autofree char *name = NULL;

  if (!check_label (self, id, error))
    return NULL;

  user = chat_service_lookup (self, id);
  if (user != NULL)
    g_object_ref (user);
  else
    {
      name = chat_name_from_label (id);
      user = chat_user_new (id, name, CHAT_USER_PLAIN);
    }
  chat_service_add_presence (self, user);

  return g_steal_pointer (&user);
}

/**
 * chat_service_leave:
 * @service: a service
 * @user: a user who was let in
 *
 * Lets a user go. Who is here several times leaves with the last one.
 */
void
chat_service_leave (ChatService *self, ChatUser *user)
{
  g_autoptr (ChatUser) guard G_GNUC_UNUSED = g_object_ref (user);
  const char *id = chat_user_get_id (user);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->presences, id));

  if (count > 1)
    {
      g_hash_table_insert (self->presences, g_strdup (id), GUINT_TO_POINTER (count - 1));
      return;
    }
  if (!g_hash_table_remove (self->presences, id))
    return;

  if (chat_user_get_kind (user) == CHAT_USER_RICH)
    chat_store_touch_user (self->store, id, NULL);
  chat_service_release_name (self, user);
  chat_roster_remove (self->roster, id);
  g_signal_emit (self, signals[LEFT], 0, user);
}

/* }}} */
/* {{{ Messages */

/* A step takes a few milliseconds; there may be many after a long pause. */
static gboolean
on_prune (gpointer user_data)
{
  ChatService *self = user_data;
  g_autoptr (GError) error = NULL;
  int removed = chat_store_prune (self->store, CHAT_STORE_DEFAULT_KEEP, &error);

  if (removed > 0)
    return G_SOURCE_CONTINUE;

  if (error != NULL)
    g_message (_ ("The oldest messages could not be removed: %s"), error->message);
  self->prune_id = 0;
  return G_SOURCE_REMOVE;
}

static void
chat_service_prune_now_and_then (ChatService *self)
{
  if (self->posted++ % PRUNE_INTERVAL == 0 && self->prune_id == 0)
    self->prune_id = g_idle_add (on_prune, self);
}

static gboolean
chat_service_is_person (ChatService *self, const char *id)
{
  ChatUser *user = chat_service_lookup (self, id);

  return user != NULL && chat_user_get_kind (user) == CHAT_USER_RICH;
}

/* A label or the id of a socket is somebody else's tomorrow, who must not read what it was told
 * today: a private message is kept if the ids of both stay theirs. */
static gboolean
chat_service_keeps (ChatService *self, ChatMessage *message)
{
  return chat_message_is_public (message) ||
         (chat_service_is_person (self, chat_message_get_sender (message)) &&
          chat_service_is_person (self, chat_message_get_recipient (message)));
}

/**
 * chat_service_post:
 * @service: a service
 * @draft: a message whose sender is here
 * @error: return location for %CHAT_ERROR_TOO_LARGE or %CHAT_ERROR_STORAGE
 *
 * Posts a message. One for all, or from a person who has logged in to another, is stored before it
 * is announced; it is never announced if it could not be. One that a plain client sends to one user
 * or gets alone is not kept, and its serial stays 0.
 *
 * Returns: (transfer full) (nullable): the message as it was announced
 */
ChatMessage *
chat_service_post (ChatService *self, ChatMessage *draft, GError **error)
{
  g_autoptr (ChatMessage) message = NULL;
  guint64 serial;

  if (!chat_service_keeps (self, draft))
    message = g_object_ref (draft);
  else
    {
      serial = chat_store_add_message (self->store, draft, error);
      if (serial == 0)
        return NULL;
      message = chat_message_with_serial (draft, serial);
      chat_service_prune_now_and_then (self);
    }

  g_signal_emit (self, signals[POSTED], 0, message);
  return g_steal_pointer (&message);
}

/**
 * chat_service_list_history:
 * @service: a service
 * @reader: (nullable): the id of the person who reads; %NULL for somebody who was never here
 * @before: the serial that the messages come before; 0 for the newest
 * @limit: how many at most
 * @more: (out): whether there are older ones
 * @error: return location for %CHAT_ERROR_STORAGE
 *
 * Reads what was said before: to all, and what @reader sent to others or got from them.
 *
 * Returns: (transfer full) (element-type ChatMessage) (nullable): the messages, oldest first
 */
GPtrArray *
chat_service_list_history (ChatService *self,
                           const char *reader,
                           guint64 before,
                           guint limit,
                           gboolean *more,
                           GError **error)
{
  return chat_store_list_messages (self->store, reader != NULL ? reader : CHAT_RECIPIENT_ALL,
                                   before, limit, more, error);
}

/* }}} */
/* {{{ The object */

static void
chat_service_finalize (GObject *object)
{
  ChatService *self = CHAT_SERVICE (object);

  g_clear_handle_id (&self->prune_id, g_source_remove);
  g_hash_table_unref (self->presences);
  g_hash_table_unref (self->names);
  g_clear_object (&self->roster);
  g_clear_object (&self->store);
  g_free (self->id);
  g_free (self->title);

  G_OBJECT_CLASS (chat_service_parent_class)->finalize (object);
}

static void
chat_service_class_init (ChatServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_service_finalize;

  /**
   * ChatService::posted:
   * @service: the service
   * @message: the message
   *
   * A message was posted, to all or to one.
   */
  signals[POSTED] = g_signal_new ("posted", CHAT_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, CHAT_TYPE_MESSAGE);

  /**
   * ChatService::joined:
   * @service: the service
   * @user: the user
   *
   * Somebody came.
   */
  signals[JOINED] = g_signal_new ("joined", CHAT_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, CHAT_TYPE_USER);

  /**
   * ChatService::left:
   * @service: the service
   * @user: the user
   *
   * Somebody left.
   */
  signals[LEFT] = g_signal_new ("left", CHAT_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, CHAT_TYPE_USER);

  /**
   * ChatService::renamed:
   * @service: the service
   * @user: the user
   *
   * Somebody who is here has another name now.
   */
  signals[RENAMED] = g_signal_new ("renamed", CHAT_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, CHAT_TYPE_USER);
}

static void
chat_service_init (ChatService *self)
{
  self->roster = chat_roster_new ();
  self->presences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * chat_service_new:
 * @store: where messages and identities are kept
 * @title: the chat's name
 *
 * Makes the service of a chat that nobody is in yet.
 *
 * Returns: (transfer full): the service
 */
ChatService *
chat_service_new (ChatStore *store, const char *title)
{
  ChatService *self = g_object_new (CHAT_TYPE_SERVICE, NULL);

  self->store = g_object_ref (store);
  self->id = chat_store_dup_id (store);
  self->title = g_strdup (title);

  return self;
}

/**
 * chat_service_get_id:
 * @service: a service
 *
 * Returns: (nullable): the chat's id, an UUID, which a restart does not change
 */
const char *
chat_service_get_id (ChatService *self)
{
  return self->id;
}

/**
 * chat_service_get_store:
 * @service: a service
 *
 * Returns: (transfer none): where it keeps the messages
 */
ChatStore *
chat_service_get_store (ChatService *self)
{
  return self->store;
}

/**
 * chat_service_get_title:
 * @service: a service
 *
 * Returns: the chat's name
 */
const char *
chat_service_get_title (ChatService *self)
{
  return self->title;
}

/**
 * chat_service_set_title:
 * @service: a service
 * @title: another name of the chat
 *
 * Names the chat anew. Who logs in from now on is told so.
 */
void
chat_service_set_title (ChatService *self, const char *title)
{
  char *copy = g_strdup (title);

  g_free (self->title);
  self->title = copy;
}

/**
 * chat_service_get_users:
 * @service: a service
 *
 * Returns: (transfer none): the users who are here, a list of [class@ChatUser]
 */
GListModel *
chat_service_get_users (ChatService *self)
{
  return G_LIST_MODEL (self->roster);
}

/**
 * chat_service_lookup:
 * @service: a service
 * @id: a user's id
 *
 * Returns: (transfer none) (nullable): the user of that id, if here
 */
ChatUser *
chat_service_lookup (ChatService *self, const char *id)
{
  return chat_roster_lookup (self->roster, id);
}

/* }}} */
