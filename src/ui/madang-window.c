/* madang-window.c: one window: the form, then the chat that it led to
 *
 * What can be done in it is in madang-window-actions.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-window-private.h"

#include <glib/gi18n.h>

#include "madang-application.h"
#include "madang-link.h"
#include "madang-settings.h"

G_DEFINE_FINAL_TYPE (MadangWindow, madang_window, ADW_TYPE_APPLICATION_WINDOW)

/* {{{ What is shown */

static void
madang_window_update_title (MadangWindow *self)
{
  MadangSession *session = madang_window_get_session (self);
  const char *title = session != NULL ? chat_client_get_title (madang_session_get_client (session))
                                      : NULL;

  gtk_window_set_title (GTK_WINDOW (self), title != NULL ? title : _ ("Madang"));
}

static void
madang_window_show_chat (MadangWindow *self, MadangSession *session)
{
  madang_chat_page_set_session (self->chat_page, session);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->chat_page));
  madang_chat_page_begin (self->chat_page);
}

static void
madang_window_show_form (MadangWindow *self)
{
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->start_page));
  madang_start_page_begin (self->start_page);
}

void
madang_window_show_session (MadangWindow *self, MadangSession *session)
{
  g_signal_group_set_target (self->session_signals, session);
  g_signal_group_set_target (self->client_signals,
                             session != NULL ? madang_session_get_client (session) : NULL);
  if (session != NULL)
    madang_window_show_chat (self, session);
  else
    madang_window_show_form (self);
  madang_window_update_title (self);
  madang_window_update_actions (self);
}

/**
 * madang_window_get_session:
 * @self: a window
 *
 * Returns: (transfer none) (nullable): what the window shows or showed last
 */
MadangSession *
madang_window_get_session (MadangWindow *self)
{
  return madang_chat_page_get_session (self->chat_page);
}

/* }}} */
/* {{{ What others ask of it */

/**
 * madang_window_is_free:
 * @self: a window
 *
 * Returns: whether it shows the form, so that it may be used for something else
 */
gboolean
madang_window_is_free (MadangWindow *self)
{
  return gtk_stack_get_visible_child (self->stack) == GTK_WIDGET (self->start_page);
}

/**
 * madang_window_offer:
 * @self: a window that is free
 * @hosting: whether to host a chat, or else to join one
 *
 * Shows the form for it.
 */
void
madang_window_offer (MadangWindow *self, gboolean hosting)
{
  madang_start_page_offer (self->start_page, hosting);
}

/**
 * madang_window_open_link:
 * @self: a window that is free
 * @link: a link, `madang://host:port`
 *
 * Joins that chat, or tells what is wrong with the link.
 */
void
madang_window_open_link (MadangWindow *self, const char *link)
{
  g_autofree char *text = g_utf8_make_valid (link, -1);
  g_autoptr (GError) error = NULL;
  g_autofree char *host = NULL;
  guint16 port;

  if (madang_link_read (text, &host, &port, &error))
    madang_start_page_join (self->start_page, host, port);
  else
    madang_start_page_set_problem (self->start_page, error->message);
}

/* }}} */
/* {{{ Closing */

/**
 * madang_window_close_now:
 * @self: a window
 *
 * Closes the window without asking. A chat that it hosts takes its leave in the background.
 */
void
madang_window_close_now (MadangWindow *self)
{
  MadangSession *session = madang_window_get_session (self);

  if (session != NULL)
    madang_application_end_session (MADANG_APPLICATION (g_application_get_default ()), session);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
save_size (MadangWindow *self)
{
  GSettings *settings = madang_settings_get ();
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (settings, "window-width", width);
  g_settings_set_int (settings, "window-height", height);
  g_settings_set_boolean (settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
}

static gboolean
madang_window_close_request (GtkWindow *window)
{
  MadangWindow *self = MADANG_WINDOW (window);

  save_size (self);
  if (!madang_window_ask_before_stopping (self, madang_window_close_now))
    madang_window_close_now (self);
  return TRUE;
}

/* }}} */
/* {{{ The object */

static gboolean
on_begin (gpointer user_data)
{
  MadangWindow *self = user_data;

  self->begin_id = 0;
  if (madang_window_get_session (self) == NULL)
    madang_start_page_begin (self->start_page);
  return G_SOURCE_REMOVE;
}

/* GTK 4.8 tells assistive technologies nonsense of a window whose focus was set before it could be
 * seen: they take it for none, or lose the whole program. */
static void
madang_window_map (GtkWidget *widget)
{
  MadangWindow *self = MADANG_WINDOW (widget);

  GTK_WIDGET_CLASS (madang_window_parent_class)->map (widget);
  if (self->begin_id == 0)
    self->begin_id = g_idle_add (on_begin, self);
}

static void
madang_window_dispose (GObject *object)
{
  MadangWindow *self = MADANG_WINDOW (object);

  g_clear_handle_id (&self->begin_id, g_source_remove);
  g_clear_weak_pointer (&self->question);
  g_clear_object (&self->session_signals);
  g_clear_object (&self->client_signals);

  G_OBJECT_CLASS (madang_window_parent_class)->dispose (object);
}

static void
madang_window_class_init (MadangWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = madang_window_dispose;
  widget_class->map = madang_window_map;
  GTK_WINDOW_CLASS (klass)->close_request = madang_window_close_request;

  /* What the template is made of. */
  g_type_ensure (MADANG_TYPE_START_PAGE);
  g_type_ensure (MADANG_TYPE_CHAT_PAGE);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/madang/Madang/madang-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MadangWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, MadangWindow, start_page);
  gtk_widget_class_bind_template_child (widget_class, MadangWindow, chat_page);
  madang_window_install_actions (widget_class);
}

static void
madang_window_init (MadangWindow *self)
{
  GSettings *settings = madang_settings_get ();

  self->session_signals = g_signal_group_new (MADANG_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify",
                                  G_CALLBACK (madang_window_update_actions), self);
  self->client_signals = g_signal_group_new (CHAT_TYPE_CLIENT);
  g_signal_group_connect_swapped (self->client_signals, "notify::state",
                                  G_CALLBACK (madang_window_update_actions), self);
  g_signal_group_connect_swapped (self->client_signals, "notify::title",
                                  G_CALLBACK (madang_window_update_title), self);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  madang_window_update_actions (self);
}

/**
 * madang_window_new:
 * @application: the program
 *
 * Returns: (transfer none): a window with the form, to be presented
 */
GtkWidget *
madang_window_new (GtkApplication *application)
{
  return g_object_new (MADANG_TYPE_WINDOW, "application", application, NULL);
}

/* }}} */
