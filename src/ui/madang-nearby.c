/* madang-nearby.c: the chats of the network, to be joined by a click
 *
 * It looks for them while it can be seen, and asks with `start.join-found` for what was clicked.
 * What the rows say comes from the network and is shown as it is, never as markup.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-nearby.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "chat-address.h"
#include "lan-browser.h"

/* How long Avahi may take to be found before its absence is told. */
#define SETTLE_MSEC 1500

struct _MadangNearby
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkBox *content;
  GtkLabel *heading;
  GtkListBox *list;
  GtkLabel *status;

  /* Owned, while it can be seen */
  LanBrowser *browser;
  guint settle_id;

  gboolean listing; /* whether there is a chat to show */
};

enum
{
  PROP_0,
  PROP_LISTING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MadangNearby, madang_nearby, GTK_TYPE_WIDGET)

/* {{{ The rows */

static void
update_row (LanChat *chat, GParamSpec *pspec, GtkWidget *row)
{
  g_autofree char *where = chat_address_format_peer (lan_chat_get_address (chat),
                                                     lan_chat_get_port (chat));
  /* Translators: the name of a computer, and its address and port */
  g_autofree char *subtitle = g_strdup_printf (_ ("%s, %s"), lan_chat_get_host (chat), where);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), lan_chat_get_name (chat));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "(sq)", lan_chat_get_address (chat),
                                    lan_chat_get_port (chat));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  lan_chat_get_name (chat), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  subtitle, -1);
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), arrow);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "start.join-found");
  g_signal_connect_object (item, "notify", G_CALLBACK (update_row), row, 0);
  update_row (item, NULL, row);
  return row;
}

/* }}} */
/* {{{ How things stand */

static const char *
describe (MadangNearby *self)
{
  if (lan_browser_get_available (self->browser))
    return _ ("No chats were found on this network yet.");

  /* Avahi may be about to answer. */
  return self->settle_id != 0 ? ""
                              : _ ("Chats on this network can't be listed, since Avahi is not "
                                   "running. Type the host and port instead.");
}

static void
madang_nearby_set_listing (MadangNearby *self, gboolean listing)
{
  if (self->listing == listing)
    return;

  self->listing = listing;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LISTING]);
}

static void
madang_nearby_update (MadangNearby *self)
{
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->browser)) > 0;

  madang_nearby_set_listing (self, any);
  gtk_widget_set_visible (GTK_WIDGET (self->heading), any);
  gtk_widget_set_visible (GTK_WIDGET (self->list), any);
  gtk_widget_set_visible (GTK_WIDGET (self->status), !any);
  gtk_label_set_label (self->status, any ? "" : describe (self));
}

static gboolean
on_settled (gpointer user_data)
{
  MadangNearby *self = user_data;

  self->settle_id = 0;
  madang_nearby_update (self);
  return G_SOURCE_REMOVE;
}

/* }}} */
/* {{{ The object */

static void
madang_nearby_map (GtkWidget *widget)
{
  MadangNearby *self = MADANG_NEARBY (widget);

  self->browser = lan_browser_new ();
  self->settle_id = g_timeout_add (SETTLE_MSEC, on_settled, self);
  g_signal_connect_object (self->browser, "items-changed", G_CALLBACK (madang_nearby_update), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->browser, "notify::available", G_CALLBACK (madang_nearby_update),
                           self, G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->browser), make_row, NULL, NULL);
  madang_nearby_update (self);

  GTK_WIDGET_CLASS (madang_nearby_parent_class)->map (widget);
}

static void
madang_nearby_stop (MadangNearby *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->browser == NULL)
    return;

  gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  g_signal_handlers_disconnect_by_data (self->browser, self);
  g_clear_object (&self->browser);
  madang_nearby_set_listing (self, FALSE);
}

static void
madang_nearby_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (madang_nearby_parent_class)->unmap (widget);
  madang_nearby_stop (MADANG_NEARBY (widget));
}

static void
madang_nearby_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MadangNearby *self = MADANG_NEARBY (object);

  switch (id)
    {
    case PROP_LISTING:
      g_value_set_boolean (value, self->listing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
madang_nearby_dispose (GObject *object)
{
  MadangNearby *self = MADANG_NEARBY (object);

  madang_nearby_stop (self);
  g_clear_pointer ((GtkWidget **)&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (madang_nearby_parent_class)->dispose (object);
}

static void
madang_nearby_class_init (MadangNearbyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->get_property = madang_nearby_get_property;
  G_OBJECT_CLASS (klass)->dispose = madang_nearby_dispose;
  widget_class->map = madang_nearby_map;
  widget_class->unmap = madang_nearby_unmap;

  /**
   * MadangNearby:listing:
   *
   * Whether there is a chat in the list, which needs the room then.
   */
  properties[PROP_LISTING] = g_param_spec_boolean ("listing", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/madang/Madang/madang-nearby.ui");
  gtk_widget_class_bind_template_child (widget_class, MadangNearby, content);
  gtk_widget_class_bind_template_child (widget_class, MadangNearby, heading);
  gtk_widget_class_bind_template_child (widget_class, MadangNearby, list);
  gtk_widget_class_bind_template_child (widget_class, MadangNearby, status);
}

static void
madang_nearby_init (MadangNearby *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* }}} */
