/* madang-window-actions.c: what can be done in a window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-window-private.h"

#include <glib/gi18n.h>

#include "madang-application.h"
#include "madang-qr-window.h"

/* {{{ Stopping a chat that others are in */

typedef struct
{
  MadangWindow *window;
  void (*go_on) (MadangWindow *self);
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->window);
  g_free (question);
}

static void
on_answer (AdwMessageDialog *dialog, const char *answer, Question *question)
{
  if (g_str_equal (answer, "stop"))
    question->go_on (question->window);
}

static GtkWidget *
make_question (MadangWindow *self, guint n_others)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Stop Hosting?"), NULL);

  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  ngettext ("%u other is connected and will be disconnected.",
                                            "%u others are connected and will be disconnected.",
                                            n_others),
                                  n_others);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "stop",
                                    _ ("_Stop Hosting"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "stop",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  return dialog;
}

/* Returns whether it has to ask; then the answer decides whether it goes on. */
gboolean
madang_window_ask_before_stopping (MadangWindow *self, void (*go_on) (MadangWindow *self))
{
  MadangSession *session = madang_window_get_session (self);
  guint n_others = session != NULL ? madang_session_get_n_others (session) : 0;
  GtkWidget *dialog;
  Question *question;

  if (n_others == 0)
    return FALSE;
  if (self->question != NULL)
    {
      gtk_window_present (self->question);
      return TRUE;
    }

  question = g_new0 (Question, 1);
  question->window = g_object_ref (self);
  question->go_on = go_on;
  dialog = make_question (self, n_others);
  g_set_weak_pointer (&self->question, GTK_WINDOW (dialog));
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_answer), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}

/* }}} */
/* {{{ Sessions */

static void
on_join (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_autoptr (MadangSession) session = NULL;
  const char *url, *name;

  g_variant_get (parameter, "(&s&s)", &url, &name);
  session = madang_session_new_joining (url, name);
  madang_window_show_session (MADANG_WINDOW (widget), session);
  madang_session_connect (session);
}

static void
on_host (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangWindow *self = MADANG_WINDOW (widget);
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  g_autoptr (MadangSession) session = NULL;
  g_autoptr (GError) error = NULL;
  const char *title, *address, *name;
  guint16 port;

  if (madang_application_is_hosting (MADANG_APPLICATION (application)))
    {
      madang_start_page_set_problem (self->start_page, _ ("Another window hosts a chat already"));
      return;
    }

  g_variant_get (parameter, "(&sm&sq&s)", &title, &address, &port, &name);
  session = madang_session_new_hosting (title, address, port, name, &error);
  if (session == NULL)
    {
      madang_start_page_set_problem (self->start_page, error->message);
      return;
    }

  madang_window_show_session (self, session);
  madang_session_connect (session);
}

static void
on_connect (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  madang_session_connect (madang_window_get_session (MADANG_WINDOW (widget)));
}

static void
stop (MadangWindow *self)
{
  madang_session_stop (madang_window_get_session (self));
}

static void
on_disconnect (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangWindow *self = MADANG_WINDOW (widget);

  if (!madang_window_ask_before_stopping (self, stop))
    stop (self);
}

static void
on_back (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  madang_window_show_session (MADANG_WINDOW (widget), NULL);
}

/* }}} */
/* {{{ Others */

static void
on_copy_address (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangWindow *self = MADANG_WINDOW (widget);
  g_auto (GStrv) urls = madang_session_list_urls (madang_window_get_session (self));

  gtk_widget_activate_action (GTK_WIDGET (self->chat_page), "chat.copy-address", "s", urls[0]);
}

static void
on_show_qr_code (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangSession *session = madang_window_get_session (MADANG_WINDOW (widget));
  g_autofree char *url = madang_session_dup_best_url (session);

  if (url != NULL)
    gtk_window_present (GTK_WINDOW (madang_qr_window_new (GTK_WINDOW (widget), url)));
}

static void
on_show_people (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  gtk_widget_activate_action (GTK_WIDGET (MADANG_WINDOW (widget)->chat_page), "chat.show-people",
                              NULL);
}

static void
on_write (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  gtk_widget_activate_action (GTK_WIDGET (MADANG_WINDOW (widget)->chat_page), "chat.write", NULL);
}

/* }}} */

void
madang_window_update_actions (MadangWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  MadangSession *session = madang_window_get_session (self);
  gboolean on_chat = session != NULL &&
                     gtk_stack_get_visible_child (self->stack) == GTK_WIDGET (self->chat_page);
  g_autofree char *best_url = on_chat ? madang_session_dup_best_url (session) : NULL;
  gboolean ended = session != NULL && !madang_session_is_hosting (session) &&
                   chat_client_get_state (madang_session_get_client (session)) ==
                     CHAT_CLIENT_DISCONNECTED;

  gtk_widget_action_set_enabled (widget, "win.connect",
                                 on_chat && ended && madang_session_get_host (session) == NULL);
  gtk_widget_action_set_enabled (widget, "win.disconnect", on_chat && !ended);
  gtk_widget_action_set_enabled (widget, "win.back", on_chat && ended);
  gtk_widget_action_set_enabled (widget, "win.copy-address", on_chat);
  gtk_widget_action_set_enabled (widget, "win.show-qr-code", best_url != NULL);
  gtk_widget_action_set_enabled (widget, "win.show-people", on_chat);
  gtk_widget_action_set_enabled (widget, "win.write", on_chat);
}

void
madang_window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.join", "(ss)", on_join);
  gtk_widget_class_install_action (widget_class, "win.host", "(smsqs)", on_host);
  gtk_widget_class_install_action (widget_class, "win.connect", NULL, on_connect);
  gtk_widget_class_install_action (widget_class, "win.disconnect", NULL, on_disconnect);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, on_back);
  gtk_widget_class_install_action (widget_class, "win.copy-address", NULL, on_copy_address);
  gtk_widget_class_install_action (widget_class, "win.show-qr-code", NULL, on_show_qr_code);
  gtk_widget_class_install_action (widget_class, "win.show-people", NULL, on_show_people);
  gtk_widget_class_install_action (widget_class, "win.write", NULL, on_write);
}
