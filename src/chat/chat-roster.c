/* chat-roster.c: who is here, as a GListModel
 *
 * Users in the order in which they came, each id once. Thousands may come and go at the same time,
 * so that neither finding nor removing one may walk the list. ChatService has one, and ChatClient
 * another that follows it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-roster.h"

struct _ChatRoster
{
  GObject parent_instance;

  GSequence *users; /* of ChatUser */
  GHashTable *positions; /* id -> GSequenceIter */
};

static void chat_roster_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatRoster,
                               chat_roster,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      chat_roster_list_model_init))

static GType
chat_roster_get_item_type (GListModel *model)
{
  return CHAT_TYPE_USER;
}

static guint
chat_roster_get_n_items (GListModel *model)
{
  return g_hash_table_size (CHAT_ROSTER (model)->positions);
}

static gpointer
chat_roster_get_item (GListModel *model, guint position)
{
  ChatRoster *self = CHAT_ROSTER (model);

  if (position >= g_hash_table_size (self->positions))
    return NULL;

  return g_object_ref (g_sequence_get (g_sequence_get_iter_at_pos (self->users, position)));
}

static void
chat_roster_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = chat_roster_get_item_type;
  iface->get_n_items = chat_roster_get_n_items;
  iface->get_item = chat_roster_get_item;
}

static void
chat_roster_finalize (GObject *object)
{
  ChatRoster *self = CHAT_ROSTER (object);

  g_hash_table_unref (self->positions);
  g_sequence_free (self->users);

  G_OBJECT_CLASS (chat_roster_parent_class)->finalize (object);
}

static void
chat_roster_class_init (ChatRosterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_roster_finalize;
}

static void
chat_roster_init (ChatRoster *self)
{
  self->users = g_sequence_new (g_object_unref);
  self->positions = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * chat_roster_new:
 *
 * Returns: (transfer full): a roster with nobody in it
 */
ChatRoster *
chat_roster_new (void)
{
  return g_object_new (CHAT_TYPE_ROSTER, NULL);
}

/**
 * chat_roster_lookup:
 * @self: a roster
 * @id: a user's id
 *
 * Returns: (transfer none) (nullable): the user of that id, if here
 */
ChatUser *
chat_roster_lookup (ChatRoster *self, const char *id)
{
  GSequenceIter *position;

  g_return_val_if_fail (CHAT_IS_ROSTER (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  position = g_hash_table_lookup (self->positions, id);
  return position != NULL ? g_sequence_get (position) : NULL;
}

static gboolean
insert_last (ChatRoster *self, ChatUser *user)
{
  const char *id = chat_user_get_id (user);

  if (g_hash_table_contains (self->positions, id))
    return FALSE;

  g_hash_table_insert (self->positions, (gpointer)id,
                       g_sequence_append (self->users, g_object_ref (user)));
  return TRUE;
}

/**
 * chat_roster_add:
 * @self: a roster
 * @user: a user
 *
 * Adds a user behind the others.
 *
 * Returns: %FALSE if the id is there already; then nothing changes
 */
gboolean
chat_roster_add (ChatRoster *self, ChatUser *user)
{
  g_return_val_if_fail (CHAT_IS_ROSTER (self), FALSE);
  g_return_val_if_fail (CHAT_IS_USER (user), FALSE);

  if (!insert_last (self, user))
    return FALSE;

  g_list_model_items_changed (G_LIST_MODEL (self), g_hash_table_size (self->positions) - 1, 0, 1);
  return TRUE;
}

/**
 * chat_roster_remove:
 * @self: a roster
 * @id: a user's id
 *
 * Removes a user.
 *
 * Returns: whether it was there
 */
gboolean
chat_roster_remove (ChatRoster *self, const char *id)
{
  GSequenceIter *iter;
  guint position;

  g_return_val_if_fail (CHAT_IS_ROSTER (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  iter = g_hash_table_lookup (self->positions, id);
  if (iter == NULL)
    return FALSE;

  position = g_sequence_iter_get_position (iter);
  g_hash_table_remove (self->positions, id);
  g_sequence_remove (iter);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  return TRUE;
}

/**
 * chat_roster_replace:
 * @self: a roster
 * @users: (nullable) (element-type ChatUser): users; %NULL for nobody
 *
 * Replaces everybody, in one change. Of users with the same id the first one counts.
 */
void
chat_roster_replace (ChatRoster *self, GPtrArray *users)
{
  guint removed;

  g_return_if_fail (CHAT_IS_ROSTER (self));

  removed = g_hash_table_size (self->positions);
  g_hash_table_remove_all (self->positions);
  g_sequence_remove_range (g_sequence_get_begin_iter (self->users),
                           g_sequence_get_end_iter (self->users));
  for (guint i = 0; users != NULL && i < users->len; i++)
    insert_last (self, users->pdata[i]);

  if (removed > 0 || g_hash_table_size (self->positions) > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, removed,
                                g_hash_table_size (self->positions));
}
