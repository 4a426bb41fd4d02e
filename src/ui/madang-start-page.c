/* madang-start-page.c: the form to join a chat or to host one
 *
 * Tells while one types what will not work, and asks the window for a session with what was typed:
 * `win.join` with an URL and a name, `win.host` with a title, an address, a port and a name.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-start-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "chat-address.h"
#include "chat-user.h"

#include "madang-nearby.h"
#include "madang-network-row.h"
#include "madang-settings.h"

struct _MadangStartPage
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkBox *content;
  GtkToggleButton *join_toggle;
  GtkToggleButton *host_toggle;
  GtkLabel *tagline;
  MadangNearby *nearby;
  AdwEntryRow *name_row;
  AdwEntryRow *host_row;
  AdwEntryRow *title_row;
  AdwEntryRow *port_row;
  MadangNetworkRow *network_row;
  GtkLabel *problem_label;
  GtkButton *start_button;
};

G_DEFINE_FINAL_TYPE (MadangStartPage, madang_start_page, GTK_TYPE_WIDGET)

/* {{{ What was typed */

static gboolean
is_joining (MadangStartPage *self)
{
  return gtk_toggle_button_get_active (self->join_toggle);
}

static const char *
get_text (AdwEntryRow *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static gboolean
read_port (const char *text, guint16 *port)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &value, NULL))
    return FALSE;

  *port = value;
  return TRUE;
}

static char *
dup_url (MadangStartPage *self, GError **error)
{
  guint16 port;

  return read_port (get_text (self->port_row), &port)
           ? chat_address_to_url (get_text (self->host_row), port, error)
           : NULL;
}

/* The host may not know a name for the chat yet. */
static char *
dup_title (MadangStartPage *self, GError **error)
{
  const char *text = get_text (self->title_row);

  return *text == '\0' ? g_strdup (_ ("Madang")) : chat_name_normalize (text, error);
}

/* }}} */
/* {{{ What is wrong */

/* Nobody is blamed for what they have not typed yet. */
static gboolean
check_row (AdwEntryRow *row, gboolean good)
{
  gboolean wrong = !good && *get_text (row) != '\0';

  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  gtk_accessible_update_state (
    GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (row))), GTK_ACCESSIBLE_STATE_INVALID,
    wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  return good;
}

static void
show_problem (MadangStartPage *self, const char *problem)
{
  gtk_label_set_label (self->problem_label, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), problem != NULL);
}

static void
madang_start_page_check (MadangStartPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = chat_name_normalize (get_text (self->name_row), &error);
  g_autofree char *title = dup_title (self, error == NULL ? &error : NULL);
  g_autofree char *url = dup_url (self, error == NULL ? &error : NULL);
  guint16 port;
  gboolean good = check_row (self->name_row, name != NULL);

  good &= check_row (self->port_row, read_port (get_text (self->port_row), &port));
  if (is_joining (self))
    good &= check_row (self->host_row, url != NULL);
  else
    good &= check_row (self->title_row, title != NULL);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "start.start", good);
}

static void
on_changed (MadangStartPage *self)
{
  show_problem (self, NULL);
  madang_start_page_check (self);
}

/* A port has digits only, and not too many: what makes it wrong is not taken. */
static void
on_insert_port (GtkEditable *editable, const char *text, int length, int *position)
{
  g_autofree char *inserted = length < 0 ? g_strdup (text) : g_strndup (text, length);
  GString *result = g_string_new (gtk_editable_get_text (editable));
  guint16 port;

  g_strstrip (inserted);
  g_string_insert (result, *position, inserted);
  if (!g_str_equal (inserted, "") && read_port (result->str, &port) &&
      g_ascii_isdigit (*result->str))
    {
      g_signal_handlers_block_by_func (editable, on_insert_port, NULL);
      gtk_editable_insert_text (editable, inserted, -1, position);
      g_signal_handlers_unblock_by_func (editable, on_insert_port, NULL);
    }
  else
    gtk_widget_error_bell (GTK_WIDGET (editable));

  g_signal_stop_emission_by_name (editable, "insert-text");
  g_string_free (result, TRUE);
}

/* }}} */
/* {{{ Starting */

static void
keep (MadangStartPage *self, guint16 port)
{
  GSettings *settings = madang_settings_get ();
  const char *address = madang_network_row_get_address (self->network_row);

  g_settings_set_string (settings, "name", get_text (self->name_row));
  g_settings_set_string (settings, "host", get_text (self->host_row));
  g_settings_set_string (settings, "title", get_text (self->title_row));
  g_settings_set (settings, "port", "q", port);
  if (!is_joining (self))
    g_settings_set_string (settings, "address", address != NULL ? address : "");
}

static void
on_start (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangStartPage *self = MADANG_START_PAGE (widget);
  g_autofree char *name = chat_name_normalize (get_text (self->name_row), NULL);
  g_autofree char *url = is_joining (self) ? dup_url (self, NULL) : NULL;
  g_autofree char *title = dup_title (self, NULL);
  guint16 port;

  if (name == NULL || !read_port (get_text (self->port_row), &port))
    return;

  keep (self, port);
  show_problem (self, NULL);
  if (url != NULL)
    gtk_widget_activate_action (widget, "win.join", "(ss)", url, name);
  else if (title != NULL)
    gtk_widget_activate_action (widget, "win.host", "(smsqs)", title,
                                madang_network_row_get_address (self->network_row), port, name);
}

static void
on_entry_activated (MadangStartPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "start.start", NULL);
}

/**
 * madang_start_page_set_problem:
 * @self: a page
 * @problem: why it did not work, in the user's language
 *
 * Tells until something else is typed.
 */
void
madang_start_page_set_problem (MadangStartPage *self, const char *problem)
{
  show_problem (self, problem);
}

/* }}} */
/* {{{ The object */

static void
on_mode (MadangStartPage *self)
{
  gboolean joining = is_joining (self);

  gtk_widget_set_visible (GTK_WIDGET (self->nearby), joining);
  gtk_widget_set_visible (GTK_WIDGET (self->host_row), joining);
  gtk_widget_set_visible (GTK_WIDGET (self->title_row), !joining);
  gtk_widget_set_visible (GTK_WIDGET (self->network_row), !joining);
  gtk_button_set_label (self->start_button, joining ? _ ("Connect") : _ ("Start Hosting"));
  gtk_label_set_label (self->tagline, joining ? _ ("Talk with everyone on this network.")
                                              : _ ("Others join with Madang or a browser."));
  g_settings_set_string (madang_settings_get (), "mode", joining ? "join" : "host");
  on_changed (self);
}

/**
 * madang_start_page_begin:
 * @self: a page
 *
 * Puts the focus where to begin: at the name, or at the button if it is known.
 */
void
madang_start_page_begin (MadangStartPage *self)
{
  gboolean named = *get_text (self->name_row) != '\0';

  gtk_widget_grab_focus (named ? GTK_WIDGET (self->start_button) : GTK_WIDGET (self->name_row));
}

/**
 * madang_start_page_offer:
 * @self: a page
 * @hosting: whether to host a chat, or else to join one
 *
 * Shows one of its two forms.
 */
void
madang_start_page_offer (MadangStartPage *self, gboolean hosting)
{
  gtk_toggle_button_set_active (hosting ? self->host_toggle : self->join_toggle, TRUE);
}

/**
 * madang_start_page_join:
 * @self: a page
 * @host: a host name or an IP address
 * @port: its port
 *
 * Joins a chat, as if its address had been typed. If the user has no name yet, the form waits for
 * it.
 */
void
madang_start_page_join (MadangStartPage *self, const char *host, guint16 port)
{
  g_autofree char *port_text = g_strdup_printf ("%u", port);

  madang_start_page_offer (self, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->host_row), host);
  gtk_editable_set_text (GTK_EDITABLE (self->port_row), port_text);
  gtk_widget_activate_action (GTK_WIDGET (self), "start.start", NULL);
}

static void
on_join_found (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangStartPage *self = MADANG_START_PAGE (widget);
  g_autofree char *address = NULL;
  guint16 port;

  /* The row that it comes from may be gone in a moment. */
  g_variant_get (parameter, "(sq)", &address, &port);
  madang_start_page_join (self, address, port);
  if (*get_text (self->name_row) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
}

static void
madang_start_page_dispose (GObject *object)
{
  MadangStartPage *self = MADANG_START_PAGE (object);

  g_clear_pointer ((GtkWidget **)&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (madang_start_page_parent_class)->dispose (object);
}

static void
madang_start_page_class_init (MadangStartPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = madang_start_page_dispose;

  /* What the template is made of. */
  g_type_ensure (MADANG_TYPE_NEARBY);
  g_type_ensure (MADANG_TYPE_NETWORK_ROW);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/madang/Madang/madang-start-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MadangStartPage, content);
  gtk_widget_class_bind_template_child (widget_class, MadangStartPage, join_toggle);
  gtk_widget_class_bind_template_child (widget_class, MadangStartPage, host_toggle);
  gtk_widget_class_bind_template_child (widget_class, MadangStartPage, tagline);
  gtk_widget_class_bind_template_child (widget_class, MadangStartPage, nearby);
  gtk_widget_class_bind_template_child (widget_class, MadangStartPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, MadangStartPage, host_row);
  gtk_widget_class_bind_template_child (widget_class, MadangStartPage, title_row);
  gtk_widget_class_bind_template_child (widget_class, MadangStartPage, port_row);
  gtk_widget_class_bind_template_child (widget_class, MadangStartPage, network_row);
  gtk_widget_class_bind_template_child (widget_class, MadangStartPage, problem_label);
  gtk_widget_class_bind_template_child (widget_class, MadangStartPage, start_button);
  gtk_widget_class_bind_template_callback (widget_class, on_mode);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activated);
  gtk_widget_class_install_action (widget_class, "start.start", NULL, on_start);
  gtk_widget_class_install_action (widget_class, "start.join-found", "(sq)", on_join_found);
}

static void
name_entry (AdwEntryRow *row)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (row))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), -1);
}

/* The name that the system knows the user by, if it can be a name here. */
static char *
guess_name (void)
{
  const char *real_name = g_get_real_name ();

  return chat_name_normalize (g_str_equal (real_name, "Unknown") ? g_get_user_name () : real_name,
                              NULL);
}

static void
fill_in (MadangStartPage *self)
{
  GSettings *settings = madang_settings_get ();
  g_autofree char *name = g_settings_get_string (settings, "name");
  g_autofree char *host = g_settings_get_string (settings, "host");
  g_autofree char *title = g_settings_get_string (settings, "title");
  g_autofree char *address = g_settings_get_string (settings, "address");
  g_autofree char *mode = g_settings_get_string (settings, "mode");
  g_autofree char *guess = *name == '\0' ? guess_name () : g_strdup (name);
  g_autofree char *port_text = NULL;
  guint16 port;

  g_settings_get (settings, "port", "q", &port);
  port_text = g_strdup_printf ("%u", port);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), guess != NULL ? guess : "");
  gtk_editable_set_text (GTK_EDITABLE (self->host_row), host);
  gtk_editable_set_text (GTK_EDITABLE (self->title_row), *title != '\0' ? title : _ ("Madang"));
  gtk_editable_set_text (GTK_EDITABLE (self->port_row), port_text);
  madang_network_row_set_address (self->network_row, *address != '\0' ? address : NULL);
  gtk_toggle_button_set_active (g_str_equal (mode, "host") ? self->host_toggle : self->join_toggle,
                                TRUE);
}

static void
madang_start_page_init (MadangStartPage *self)
{
  AdwEntryRow *rows[4];

  gtk_widget_init_template (GTK_WIDGET (self));
  rows[0] = self->name_row;
  rows[1] = self->host_row;
  rows[2] = self->title_row;
  rows[3] = self->port_row;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    name_entry (rows[i]);
  g_signal_connect (gtk_editable_get_delegate (GTK_EDITABLE (self->port_row)), "insert-text",
                    G_CALLBACK (on_insert_port), NULL);

  fill_in (self);
  on_mode (self);
}

/* }}} */
