/* madang-application.c: the program with windows
 *
 * One process for all windows: one of them may host a chat, and any number join others. A chat that
 * is closed may take a moment to say good-bye, and keeps the process alive for it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

#include "madang-settings.h"
#include "madang-window.h"
#include "ui-resources.h"

/* How long clients have to take their leave, in milliseconds. */
#define END_TIMEOUT 3000

struct _MadangApplication
{
  AdwApplication parent_instance;

  guint signal_ids[2];
};

G_DEFINE_FINAL_TYPE (MadangApplication, madang_application, ADW_TYPE_APPLICATION)

/* {{{ Sessions that end */

typedef struct
{
  GApplication *application;
  MadangSession *session;
  gulong ended_id;
  guint timeout_id;
} Ending;

static void
ending_free (Ending *ending)
{
  g_signal_handler_disconnect (ending->session, ending->ended_id);
  g_clear_handle_id (&ending->timeout_id, g_source_remove);
  g_object_unref (ending->session);
  g_application_release (ending->application);
  g_free (ending);
}

static gboolean
on_end_timeout (gpointer user_data)
{
  Ending *ending = user_data;

  ending->timeout_id = 0;
  ending_free (ending);
  return G_SOURCE_REMOVE;
}

/**
 * madang_application_end_session:
 * @self: the program
 * @session: a session
 *
 * Leaves a chat, and closes it if it is hosted here. The program stays until its clients are gone,
 * though not for long.
 */
void
madang_application_end_session (MadangApplication *self, MadangSession *session)
{
  Ending *ending;

  if (!madang_session_is_hosting (session))
    {
      madang_session_stop (session);
      return;
    }

  ending = g_new0 (Ending, 1);
  ending->application = G_APPLICATION (self);
  ending->session = g_object_ref (session);
  g_application_hold (ending->application);
  ending->ended_id = g_signal_connect_swapped (session, "ended", G_CALLBACK (ending_free), ending);
  ending->timeout_id = g_timeout_add (END_TIMEOUT, on_end_timeout, ending);
  madang_session_stop (session);
}

/**
 * madang_application_is_hosting:
 * @self: the program
 *
 * Returns: whether one of its windows hosts a chat
 */
gboolean
madang_application_is_hosting (MadangApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    {
      MadangSession *session = MADANG_IS_WINDOW (l->data) ? madang_window_get_session (l->data)
                                                          : NULL;

      if (session != NULL && madang_session_is_hosting (session))
        return TRUE;
    }
  return FALSE;
}

/* }}} */
/* {{{ Actions */

/* What somebody asks for from outside must not take a chat away. */
static MadangWindow *
get_free_window (GtkApplication *application)
{
  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    {
      if (MADANG_IS_WINDOW (l->data) && madang_window_is_free (l->data))
        return l->data;
    }
  return MADANG_WINDOW (madang_window_new (application));
}

static void
offer (GtkApplication *application, gboolean hosting)
{
  MadangWindow *window = get_free_window (application);

  madang_window_offer (window, hosting);
  gtk_window_present (GTK_WINDOW (window));
}

static void
on_join (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  offer (user_data, FALSE);
}

static void
on_host (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  offer (user_data, TRUE);
}

static void
on_new_window (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_present (GTK_WINDOW (madang_window_new (GTK_APPLICATION (user_data))));
}

/* Each window may ask, and stay. */
static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GList *windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (user_data)));

  for (GList *l = windows; l != NULL; l = l->next)
    {
      if (MADANG_IS_WINDOW (l->data))
        gtk_window_close (GTK_WINDOW (l->data));
    }
  g_list_free (windows);
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const char *const developers[] = { "The Madang developers", NULL };

  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (user_data)),
                         "application-name", _ ("Madang"), "application-icon", APP_ID, "version",
                         PACKAGE_VERSION, "developer-name", _ ("The Madang developers"),
                         "developers", developers, "license-type", GTK_LICENSE_GPL_3_0, "comments",
                         _ ("A chat for the local network, with Socket.IO"), NULL);
}

static const GActionEntry actions[] = {
  { .name = "join", .activate = on_join },
  { .name = "host", .activate = on_host },
  { .name = "new-window", .activate = on_new_window },
  { .name = "quit", .activate = on_quit },
  { .name = "about", .activate = on_about },
};

static void
add_accels (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *accels[3];
  } accels[] = {
    { "app.new-window", { "<Control>n" } },   { "app.quit", { "<Control>q" } },
    { "app.show-fields", { "<Control>i" } },  { "window.close", { "<Control>w" } },
    { "win.connect", { "<Control>r" } },      { "win.disconnect", { "<Control>d" } },
    { "win.back", { "<Alt>Left" } },          { "win.copy-address", { "<Control><Shift>c" } },
    { "win.show-qr-code", { "<Control>b" } }, { "win.show-people", { "F9" } },
    { "win.write", { "<Control>l" } },        { "win.show-help-overlay", { "<Control>question" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (application, accels[i].action, accels[i].accels);
}

/* }}} */
/* {{{ The object */

/* Whoever ends the program from outside does not want to be asked. */
static gboolean
on_signal (gpointer user_data)
{
  GList *windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (user_data)));

  for (GList *l = windows; l != NULL; l = l->next)
    {
      if (MADANG_IS_WINDOW (l->data))
        madang_window_close_now (MADANG_WINDOW (l->data));
    }
  g_list_free (windows);
  return G_SOURCE_CONTINUE;
}

static void
madang_application_startup (GApplication *application)
{
  MadangApplication *self = MADANG_APPLICATION (application);
  g_autoptr (GAction)
    show_fields = g_settings_create_action (madang_settings_get (), "show-fields");

  G_APPLICATION_CLASS (madang_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  g_action_map_add_action (G_ACTION_MAP (self), show_fields);
  add_accels (GTK_APPLICATION (self));
  self->signal_ids[0] = g_unix_signal_add (SIGTERM, on_signal, self);
  self->signal_ids[1] = g_unix_signal_add (SIGINT, on_signal, self);
}

/* A second start shows what there is. */
static void
madang_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    window = GTK_WINDOW (madang_window_new (GTK_APPLICATION (application)));
  gtk_window_present (window);
}

/* Links to chats: each gets a window of its own. */
static void
madang_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      MadangWindow *window = get_free_window (GTK_APPLICATION (application));
      g_autofree char *link = g_file_get_uri (files[i]);

      madang_window_open_link (window, link);
      gtk_window_present (GTK_WINDOW (window));
    }
}

static void
madang_application_dispose (GObject *object)
{
  MadangApplication *self = MADANG_APPLICATION (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);

  G_OBJECT_CLASS (madang_application_parent_class)->dispose (object);
}

static void
madang_application_class_init (MadangApplicationClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = madang_application_dispose;
  G_APPLICATION_CLASS (klass)->startup = madang_application_startup;
  G_APPLICATION_CLASS (klass)->activate = madang_application_activate;
  G_APPLICATION_CLASS (klass)->open = madang_application_open;
}

static void
madang_application_init (MadangApplication *self)
{
}

/**
 * madang_application_run_program:
 * @schema_folder: a folder where the settings' schema may be
 * @as_service: whether to wait for what the session bus asks for, without a window
 * @links: (array zero-terminated=1) (nullable): chats to join, as `madang://host:port`
 *
 * Runs the program with windows, or lets the one that runs already do what is asked for.
 *
 * Returns: the exit status
 */
int
madang_application_run_program (const char *schema_folder,
                                gboolean as_service,
                                const char *const *links)
{
  g_autoptr (MadangApplication) self = NULL;
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (arguments, (gpointer) "madang");
  if (as_service)
    g_ptr_array_add (arguments, (gpointer) "--gapplication-service");
  for (guint i = 0; links != NULL && links[i] != NULL; i++)
    g_ptr_array_add (arguments, (gpointer)links[i]);
  g_ptr_array_add (arguments, NULL);

  if (!gtk_init_check ())
    {
      g_printerr ("madang: %s\n", _ ("There is no display; --server hosts a chat without one"));
      return 1;
    }
  if (!madang_settings_init (schema_folder, &error))
    {
      g_printerr ("madang: %s\n", error->message);
      return 1;
    }

  g_resources_register (ui_get_resource ());
  g_set_application_name (_ ("Madang"));
  self = g_object_new (MADANG_TYPE_APPLICATION, "application-id", APP_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/org/madang/Madang",
                       NULL);
  return g_application_run (G_APPLICATION (self), arguments->len - 1, (char **)arguments->pdata);
}

/* }}} */
