/* madang-chat-page.c: a chat: its results, the people, and where to write
 *
 * Puts the widgets of a session together, and says in a banner when there is no connection.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-chat-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "madang-addresses.h"
#include "madang-composer.h"
#include "madang-people.h"
#include "madang-results-view.h"

struct _MadangChatPage
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkBox *content;
  AdwWindowTitle *title;
  GtkButton *back_button;
  AdwSqueezer *disconnect_squeezer;
  GtkRevealer *banner;
  GtkSpinner *banner_spinner;
  GtkLabel *banner_label;
  GtkButton *banner_button;
  AdwFlap *flap;
  AdwToastOverlay *toasts;
  MadangResultsView *results;
  MadangComposer *composer;
  MadangAddresses *addresses;
  MadangPeople *people;

  /* Owned */
  MadangSession *session;
  GSignalGroup *session_signals;
  GSignalGroup *client_signals;
};

G_DEFINE_FINAL_TYPE (MadangChatPage, madang_chat_page, GTK_TYPE_WIDGET)

/* {{{ How things stand */

static char *
describe_state (ChatClientState state, const char *problem)
{
  switch (state)
    {
    case CHAT_CLIENT_CONNECTED:
      return NULL;
    case CHAT_CLIENT_CONNECTING:
      if (problem == NULL)
        return g_strdup (_ ("Connecting…"));
      /* Translators: why there is no connection; it is tried again */
      return g_strdup_printf (_ ("%s. Trying again…"), problem);
    case CHAT_CLIENT_RECONNECTING:
      return g_strdup (_ ("Reconnecting…"));
    case CHAT_CLIENT_DISCONNECTED:
    default:
      return g_strdup (problem != NULL ? problem : _ ("Not connected"));
    }
}

static void
madang_chat_page_update_banner (MadangChatPage *self, ChatClientState state)
{
  const char *problem = madang_session_get_problem (self->session);
  g_autofree char *text = describe_state (state, problem);
  /* Later tries can go on for days: an animation all the while would keep the computer awake. */
  gboolean first_try = state == CHAT_CLIENT_CONNECTING && problem == NULL;
  gboolean stopped = state == CHAT_CLIENT_DISCONNECTED;
  gboolean may_connect = stopped && madang_session_get_host (self->session) == NULL;

  if (text != NULL)
    gtk_label_set_label (self->banner_label, text);
  gtk_spinner_set_spinning (self->banner_spinner, first_try);
  gtk_widget_set_visible (GTK_WIDGET (self->banner_spinner), first_try);
  gtk_widget_set_visible (GTK_WIDGET (self->banner_button), may_connect);
  gtk_revealer_set_reveal_child (self->banner, text != NULL);
}

static void
madang_chat_page_update_title (MadangChatPage *self)
{
  const char *title = chat_client_get_title (madang_session_get_client (self->session));

  adw_window_title_set_title (self->title, title != NULL ? title : _ ("Madang"));
  adw_window_title_set_subtitle (self->title, madang_session_get_url (self->session));
}

static void
madang_chat_page_update_addresses (MadangChatPage *self)
{
  g_auto (GStrv) urls = madang_session_list_urls (self->session);
  g_autofree char *best = madang_session_dup_best_url (self->session);

  madang_addresses_set_urls (self->addresses, urls, best);
  madang_addresses_set_obstacle (self->addresses, madang_session_get_obstacle (self->session));
  gtk_widget_set_visible (GTK_WIDGET (self->addresses), madang_session_is_hosting (self->session));
}

static void
madang_chat_page_update (MadangChatPage *self)
{
  ChatClientState state = chat_client_get_state (madang_session_get_client (self->session));
  gboolean hosting = madang_session_is_hosting (self->session);
  gboolean ended = state == CHAT_CLIENT_DISCONNECTED && !hosting;

  madang_chat_page_update_banner (self, state);
  madang_chat_page_update_title (self);
  gtk_widget_set_visible (GTK_WIDGET (self->back_button), ended);
  gtk_widget_set_visible (GTK_WIDGET (self->disconnect_squeezer), !ended);
}

/* }}} */
/* {{{ Actions */

/* A toast takes its text for markup. */
static void
madang_chat_page_tell (MadangChatPage *self, const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (markup));
}

static void
on_problem (MadangChatPage *self, const char *problem)
{
  madang_chat_page_tell (self, problem);
}

static void
on_recipient (MadangChatPage *self)
{
  madang_people_set_chosen (self->people, madang_composer_get_recipient (self->composer));
}

static void
on_write (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangChatPage *self = MADANG_CHAT_PAGE (widget);

  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
  madang_composer_begin (self->composer);
}

static void
on_write_to (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangChatPage *self = MADANG_CHAT_PAGE (widget);

  madang_composer_set_recipient (self->composer, g_variant_get_string (parameter, NULL));
}

static void
on_copy_address (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          g_variant_get_string (parameter, NULL));
  madang_chat_page_tell (MADANG_CHAT_PAGE (widget), _ ("Address copied"));
}

static void
on_show_people (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  AdwFlap *flap = MADANG_CHAT_PAGE (widget)->flap;

  adw_flap_set_reveal_flap (flap, !adw_flap_get_reveal_flap (flap));
}

/* }}} */
/* {{{ The object */

/**
 * madang_chat_page_get_session:
 * @self: a page
 *
 * Returns: (transfer none) (nullable): the session that is shown
 */
MadangSession *
madang_chat_page_get_session (MadangChatPage *self)
{
  return self->session;
}

/**
 * madang_chat_page_set_session:
 * @self: a page
 * @session: (nullable): a session
 *
 * Shows a session.
 */
void
madang_chat_page_set_session (MadangChatPage *self, MadangSession *session)
{
  if (!g_set_object (&self->session, session))
    return;

  madang_results_view_set_session (self->results, session);
  madang_composer_set_session (self->composer, session);
  madang_people_set_session (self->people, session);
  g_signal_group_set_target (self->session_signals, session);
  g_signal_group_set_target (self->client_signals,
                             session != NULL ? madang_session_get_client (session) : NULL);
  if (session == NULL)
    return;

  madang_chat_page_update_addresses (self);
  madang_chat_page_update (self);
}

/**
 * madang_chat_page_begin:
 * @self: a page
 *
 * Puts the focus where to write.
 */
void
madang_chat_page_begin (MadangChatPage *self)
{
  madang_composer_begin (self->composer);
}

static void
madang_chat_page_dispose (GObject *object)
{
  MadangChatPage *self = MADANG_CHAT_PAGE (object);

  if (self->content != NULL)
    madang_chat_page_set_session (self, NULL);
  g_clear_object (&self->session_signals);
  g_clear_object (&self->client_signals);
  g_clear_pointer ((GtkWidget **)&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (madang_chat_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, content);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, title);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, disconnect_squeezer);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, banner);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, banner_spinner);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, banner_label);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, banner_button);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, flap);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, results);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, composer);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, addresses);
  gtk_widget_class_bind_template_child (widget_class, MadangChatPage, people);
  gtk_widget_class_bind_template_callback (widget_class, on_problem);
  gtk_widget_class_bind_template_callback (widget_class, on_recipient);
}

static void
madang_chat_page_class_init (MadangChatPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = madang_chat_page_dispose;

  /* What the template is made of. */
  g_type_ensure (MADANG_TYPE_ADDRESSES);
  g_type_ensure (MADANG_TYPE_COMPOSER);
  g_type_ensure (MADANG_TYPE_PEOPLE);
  g_type_ensure (MADANG_TYPE_RESULTS_VIEW);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/madang/Madang/madang-chat-page.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "chat.write", NULL, on_write);
  gtk_widget_class_install_action (widget_class, "chat.write-to", "s", on_write_to);
  gtk_widget_class_install_action (widget_class, "chat.copy-address", "s", on_copy_address);
  gtk_widget_class_install_action (widget_class, "chat.show-people", NULL, on_show_people);
}

static void
madang_chat_page_init (MadangChatPage *self)
{
  static const char *const about_addresses[] = { "notify::urls", "notify::hosting",
                                                 "notify::obstacle" };

  self->session_signals = g_signal_group_new (MADANG_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify",
                                  G_CALLBACK (madang_chat_page_update), self);
  for (guint i = 0; i < G_N_ELEMENTS (about_addresses); i++)
    g_signal_group_connect_swapped (self->session_signals, about_addresses[i],
                                    G_CALLBACK (madang_chat_page_update_addresses), self);
  g_signal_group_connect_swapped (self->session_signals, "failed", G_CALLBACK (on_problem), self);
  self->client_signals = g_signal_group_new (CHAT_TYPE_CLIENT);
  g_signal_group_connect_swapped (self->client_signals, "notify",
                                  G_CALLBACK (madang_chat_page_update), self);

  gtk_widget_init_template (GTK_WIDGET (self));
}

/* }}} */
