/* madang-people.c: who is here, and whom the next message goes to
 *
 * Everybody first, then the people by name. Choosing somebody activates `chat.write-to`; the list
 * only shows what was chosen, and never chooses by itself when somebody leaves.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-people.h"

#include <glib/gi18n.h>

#include "madang-person-row.h"

struct _MadangPeople
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkBox *content;
  GtkLabel *count_label;
  GtkListView *list;
  GtkLabel *plain_label;

  /* Owned */
  MadangSession *session;
  GSignalGroup *client_signals;
  GSignalGroup *users_signals;
  GtkSingleSelection *selection;
  char *chosen;
  gboolean showing; /* the selection follows what was chosen */
};

G_DEFINE_FINAL_TYPE (MadangPeople, madang_people, GTK_TYPE_WIDGET)

/* {{{ The chosen one */

static guint
find_user (GListModel *model, const char *id)
{
  guint n = g_list_model_get_n_items (model);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatUser) user = g_list_model_get_item (model, i);

      if (g_str_equal (chat_user_get_id (user), id))
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

static gboolean
is_selected (MadangPeople *self, const char *id)
{
  ChatUser *user = gtk_single_selection_get_selected_item (self->selection);

  return user != NULL && g_str_equal (chat_user_get_id (user), id);
}

static void
madang_people_show_chosen (MadangPeople *self)
{
  if (self->selection == NULL || is_selected (self, self->chosen))
    return;

  self->showing = TRUE;
  gtk_single_selection_set_selected (self->selection,
                                     find_user (G_LIST_MODEL (self->selection), self->chosen));
  self->showing = FALSE;
}

/**
 * madang_people_set_chosen:
 * @self: the people
 * @id: a user's id, or %CHAT_RECIPIENT_ALL
 *
 * Shows who was chosen.
 */
void
madang_people_set_chosen (MadangPeople *self, const char *id)
{
  g_autofree char *old G_GNUC_UNUSED = self->chosen;

  self->chosen = g_strdup (id);
  madang_people_show_chosen (self);
}

static void
choose (MadangPeople *self, ChatUser *user)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "chat.write-to", "s", chat_user_get_id (user));
}

/* By the keyboard, or by an assistive technology. When the chosen one leaves, nobody is selected.
 */
static void
on_selected (MadangPeople *self)
{
  ChatUser *user = gtk_single_selection_get_selected_item (self->selection);

  if (!self->showing && user != NULL && !g_str_equal (chat_user_get_id (user), self->chosen))
    choose (self, user);
}

/* Also who is chosen already: then one wants to write. */
static void
on_activate (MadangPeople *self, guint position)
{
  g_autoptr (ChatUser) user = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  choose (self, user);
  gtk_widget_activate_action (GTK_WIDGET (self), "chat.write", NULL);
}

/* }}} */
/* {{{ The list */

static void
on_users_changed (MadangPeople *self)
{
  GListModel *users = chat_client_get_users (madang_session_get_client (self->session));
  g_autofree char *count = g_strdup_printf ("%u", g_list_model_get_n_items (users));

  gtk_label_set_label (self->count_label, count);
  madang_people_show_chosen (self);
}

static void
on_state (MadangPeople *self)
{
  ChatClient *client = madang_session_get_client (self->session);
  gboolean plain = chat_client_get_state (client) == CHAT_CLIENT_CONNECTED &&
                   chat_client_is_plain (client);

  gtk_widget_set_visible (GTK_WIDGET (self->plain_label), plain);
  gtk_widget_set_visible (GTK_WIDGET (self->count_label), !plain);
}

static GListModel *
sort_users (GListModel *users)
{
  GtkExpression *name = gtk_property_expression_new (CHAT_TYPE_USER, NULL, "name");

  return G_LIST_MODEL (
    gtk_sort_list_model_new (g_object_ref (users), GTK_SORTER (gtk_string_sorter_new (name))));
}

static GListModel *
make_model (GListModel *users)
{
  GListStore *parts = g_list_store_new (G_TYPE_LIST_MODEL);
  g_autoptr (GListStore) first = g_list_store_new (CHAT_TYPE_USER);
  g_autoptr (ChatUser) everybody = chat_user_new (CHAT_RECIPIENT_ALL, _ ("All"), CHAT_USER_RICH);
  g_autoptr (GListModel) sorted = sort_users (users);

  g_list_store_append (first, everybody);
  g_list_store_append (parts, first);
  g_list_store_append (parts, sorted);
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts)));
}

static void
on_setup (MadangPeople *self, GtkListItem *item)
{
  gtk_list_item_set_child (item, madang_person_row_new ());
}

static void
on_bind (MadangPeople *self, GtkListItem *item)
{
  const char *own_id = chat_client_get_id (madang_session_get_client (self->session));

  madang_person_row_bind (MADANG_PERSON_ROW (gtk_list_item_get_child (item)),
                          gtk_list_item_get_item (item), own_id);
}

static void
on_unbind (MadangPeople *self, GtkListItem *item)
{
  madang_person_row_unbind (MADANG_PERSON_ROW (gtk_list_item_get_child (item)));
}

static void
madang_people_show (MadangPeople *self, GListModel *users)
{
  g_autoptr (GListModel) model = make_model (users);

  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, model);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
}

/**
 * madang_people_set_session:
 * @self: the people
 * @session: (nullable): a session
 *
 * Shows who is in the chat of @session.
 */
void
madang_people_set_session (MadangPeople *self, MadangSession *session)
{
  ChatClient *client = session != NULL ? madang_session_get_client (session) : NULL;
  GListModel *users = client != NULL ? chat_client_get_users (client) : NULL;

  gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->selection);
  g_set_object (&self->session, session);
  if (session != NULL)
    madang_people_show (self, users);

  g_signal_group_set_target (self->client_signals, client);
  g_signal_group_set_target (self->users_signals, users);
  if (session == NULL)
    return;

  on_users_changed (self);
  on_state (self);
}

/* }}} */
/* {{{ The object */

static void
madang_people_dispose (GObject *object)
{
  MadangPeople *self = MADANG_PEOPLE (object);

  if (self->content != NULL)
    madang_people_set_session (self, NULL);
  g_clear_object (&self->client_signals);
  g_clear_object (&self->users_signals);
  g_clear_pointer ((GtkWidget **)&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (madang_people_parent_class)->dispose (object);
}

static void
madang_people_finalize (GObject *object)
{
  g_free (MADANG_PEOPLE (object)->chosen);

  G_OBJECT_CLASS (madang_people_parent_class)->finalize (object);
}

static void
madang_people_class_init (MadangPeopleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = madang_people_dispose;
  G_OBJECT_CLASS (klass)->finalize = madang_people_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/madang/Madang/madang-people.ui");
  gtk_widget_class_bind_template_child (widget_class, MadangPeople, content);
  gtk_widget_class_bind_template_child (widget_class, MadangPeople, count_label);
  gtk_widget_class_bind_template_child (widget_class, MadangPeople, list);
  gtk_widget_class_bind_template_child (widget_class, MadangPeople, plain_label);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_unbind);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
madang_people_init (MadangPeople *self)
{
  self->chosen = g_strdup (CHAT_RECIPIENT_ALL);
  self->client_signals = g_signal_group_new (CHAT_TYPE_CLIENT);
  g_signal_group_connect_swapped (self->client_signals, "notify::state", G_CALLBACK (on_state),
                                  self);
  self->users_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->users_signals, "items-changed",
                                  G_CALLBACK (on_users_changed), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* }}} */
