/* madang-person-row.c: somebody in the list of people, or everybody
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-person-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _MadangPersonRow
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkBox *content;
  AdwAvatar *avatar;
  GtkLabel *name_label;
  GtkLabel *tag_label;

  /* Owned */
  GBindingGroup *bindings;
};

G_DEFINE_FINAL_TYPE (MadangPersonRow, madang_person_row, GTK_TYPE_WIDGET)

static const char *
get_tag (ChatUser *user, const char *own_id)
{
  if (g_strcmp0 (chat_user_get_id (user), own_id) == 0)
    return _ ("you");

  return chat_user_get_kind (user) == CHAT_USER_PLAIN
           /* Translators: a program that knows no names, only labels */
           ? _ ("plain client")
           : NULL;
}

/**
 * madang_person_row_bind:
 * @self: a row
 * @user: a user; the one with the id %CHAT_RECIPIENT_ALL stands for everybody
 * @own_id: (nullable): the id of the window's user
 *
 * Shows a user, also when its name changes.
 */
void
madang_person_row_bind (MadangPersonRow *self, ChatUser *user, const char *own_id)
{
  gboolean everybody = g_str_equal (chat_user_get_id (user), CHAT_RECIPIENT_ALL);
  const char *tag = everybody ? NULL : get_tag (user, own_id);

  g_binding_group_set_source (self->bindings, user);
  adw_avatar_set_icon_name (self->avatar, everybody ? "system-users-symbolic" : NULL);
  adw_avatar_set_show_initials (self->avatar, !everybody);
  gtk_label_set_label (self->tag_label, tag != NULL ? tag : "");
  gtk_widget_set_visible (GTK_WIDGET (self->tag_label), tag != NULL);
}

/**
 * madang_person_row_unbind:
 * @self: a row
 *
 * Forgets the user.
 */
void
madang_person_row_unbind (MadangPersonRow *self)
{
  g_binding_group_set_source (self->bindings, NULL);
}

static void
madang_person_row_dispose (GObject *object)
{
  MadangPersonRow *self = MADANG_PERSON_ROW (object);

  g_clear_object (&self->bindings);
  g_clear_pointer ((GtkWidget **)&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (madang_person_row_parent_class)->dispose (object);
}

static void
madang_person_row_class_init (MadangPersonRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = madang_person_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/madang/Madang/madang-person-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MadangPersonRow, content);
  gtk_widget_class_bind_template_child (widget_class, MadangPersonRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, MadangPersonRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, MadangPersonRow, tag_label);
}

static void
madang_person_row_init (MadangPersonRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->bindings = g_binding_group_new ();
  g_binding_group_bind (self->bindings, "name", self->name_label, "label", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->bindings, "name", self->avatar, "text", G_BINDING_SYNC_CREATE);
}

/**
 * madang_person_row_new:
 *
 * Returns: (transfer floating): a row that shows nobody yet
 */
GtkWidget *
madang_person_row_new (void)
{
  return g_object_new (MADANG_TYPE_PERSON_ROW, NULL);
}
