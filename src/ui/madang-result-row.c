/* madang-result-row.c: a line of the results: a message with its five fields, or a note
 *
 * MadangResultsView makes as many as are on the screen and binds them to one item after the other,
 * so that nothing here may depend on the length of what a stranger wrote.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-result-row-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "madang-avatar.h"
#include "madang-excerpt.h"
#include "madang-settings.h"
#include "madang-text-window.h"
#include "madang-time.h"

/* What is shown of a text, in characters and lines, before one asks for all of it. */
#define TEXT_MAX_CHARACTERS 800
#define TEXT_MAX_LINES      30

/* The fields stand in one line. */
#define LINE_MAX_CHARACTERS 400

G_DEFINE_FINAL_TYPE (MadangResultRow, madang_result_row, GTK_TYPE_WIDGET)

/* {{{ Texts */

static gboolean
is_own (MadangSession *session, ChatMessage *message)
{
  return g_strcmp0 (chat_message_get_sender (message),
                    chat_client_get_id (madang_session_get_client (session))) == 0;
}

/* What is said to all comes back to who said it; what is said to another does not. */
static gboolean
was_received (MadangSession *session, ChatMessage *message)
{
  const char *id = chat_client_get_id (madang_session_get_client (session));

  return !is_own (session, message) || chat_message_is_public (message) ||
         g_strcmp0 (chat_message_get_recipient (message), id) == 0;
}

static char *
format_fields (MadangSession *session, ChatMessage *message)
{
  g_autofree char *data = chat_message_dup_display_text (message);
  g_autofree char *fields = g_strjoin (
    ",", chat_message_get_sender (message), chat_message_get_recipient (message),
    chat_message_get_command (message), chat_message_get_type_name (message), data, NULL);

  return g_strdup_printf (was_received (session, message)
                            /* Translators: the five fields of a message */
                            ? _ ("Received message: %s")
                            : _ ("Sent message: %s"),
                          fields);
}

/**
 * madang_result_to_line:
 * @session: the session that the item is of
 * @item: a message or a note
 *
 * Returns: (transfer full): the item as a line of text, with its time, to be copied
 */
char *
madang_result_to_line (MadangSession *session, GObject *item)
{
  MadangNote *note = MADANG_IS_NOTE (item) ? MADANG_NOTE (item) : NULL;
  gint64 time = note != NULL ? madang_note_get_time (note)
                             : chat_message_get_time (CHAT_MESSAGE (item));
  g_autofree char *when = madang_time_format_full (time);
  g_autofree char *text = NULL;

  if (note == NULL)
    text = format_fields (session, CHAT_MESSAGE (item));
  else if (madang_note_get_detail (note) == NULL)
    text = g_strdup (madang_note_get_text (note));
  else
    text = g_strjoin (" ", madang_note_get_text (note), madang_note_get_detail (note), NULL);

  return g_strjoin ("  ", when, text, NULL);
}

/* }}} */
/* {{{ Parts */

static GtkWidget *
find_next_part (MadangResultRow *self, MadangResultPart part)
{
  while (++part < MADANG_RESULT_N_PARTS)
    if (self->parts[part] != NULL)
      return self->parts[part];
  return NULL;
}

/* Most rows never have need of most parts, and a widget costs more than what it shows. */
static GtkWidget *
madang_result_row_show (MadangResultRow *self, MadangResultPart part)
{
  if (self->parts[part] == NULL)
    {
      self->parts[part] = madang_result_part_new (part);
      gtk_widget_insert_before (self->parts[part], GTK_WIDGET (self), find_next_part (self, part));
    }
  gtk_widget_set_visible (self->parts[part], TRUE);
  return self->parts[part];
}

static void
madang_result_row_show_text (MadangResultRow *self, MadangResultPart part, const char *text)
{
  gtk_label_set_label (GTK_LABEL (madang_result_row_show (self, part)), text);
}

static void
madang_result_row_hide (MadangResultRow *self, MadangResultPart part)
{
  if (self->parts[part] != NULL)
    gtk_widget_set_visible (self->parts[part], FALSE);
}

static void
madang_result_row_set_shown (MadangResultRow *self, MadangResultPart part, gboolean shown)
{
  if (shown)
    madang_result_row_show (self, part);
  else
    madang_result_row_hide (self, part);
}

/* }}} */
/* {{{ Binding */

static void
bind_time (MadangResultRow *self, gint64 time)
{
  g_autofree char *text = madang_time_format (time);

  madang_result_row_show_text (self, MADANG_RESULT_PART_TIME, text);
}

static void
set_kind (MadangResultRow *self, gboolean is_message)
{
  for (MadangResultPart part = MADANG_RESULT_PART_AVATAR; part < MADANG_RESULT_PART_TIME; part++)
    if (part != MADANG_RESULT_PART_TEXT &&
        (part == MADANG_RESULT_PART_ICON || part == MADANG_RESULT_PART_DETAIL) == is_message)
      madang_result_row_hide (self, part);

  if (is_message)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "note");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "note");
}

static void
bind_icon (MadangResultRow *self, gboolean is_problem)
{
  GtkWidget *icon = madang_result_row_show (self, MADANG_RESULT_PART_ICON);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon),
                                is_problem ? "dialog-warning-symbolic" : "media-record-symbolic");
  gtk_image_set_pixel_size (GTK_IMAGE (icon), is_problem ? 16 : 8);
  gtk_widget_set_css_classes (icon, is_problem ? (const char *[]){ "warning", NULL }
                                               : (const char *[]){ "dim-label", NULL });
}

static void
bind_note (MadangResultRow *self, MadangNote *note)
{
  const char *detail = madang_note_get_detail (note);

  set_kind (self, FALSE);
  bind_icon (self, madang_note_is_problem (note));
  madang_result_row_show_text (self, MADANG_RESULT_PART_TEXT, madang_note_get_text (note));
  if (detail != NULL)
    madang_result_row_show_text (self, MADANG_RESULT_PART_DETAIL, detail);
  else
    madang_result_row_hide (self, MADANG_RESULT_PART_DETAIL);
  bind_time (self, madang_note_get_time (note));
}

static void
bind_private (MadangResultRow *self, ChatMessage *message, gboolean own)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (chat_message_is_public (message))
    {
      madang_result_row_hide (self, MADANG_RESULT_PART_PRIVATE);
      return;
    }

  if (!own)
    {
      madang_result_row_show_text (self, MADANG_RESULT_PART_PRIVATE, _ ("private"));
      return;
    }

  name = madang_session_dup_name (self->session, chat_message_get_recipient (message));
  /* Translators: a person's name */
  text = g_strdup_printf (_ ("private to %s"), name);
  madang_result_row_show_text (self, MADANG_RESULT_PART_PRIVATE, text);
}

static void
bind_fields (MadangResultRow *self, ChatMessage *message)
{
  g_autofree char *fields = NULL;
  g_autofree char *excerpt = NULL;

  if (!g_settings_get_boolean (madang_settings_get (), "show-fields"))
    {
      madang_result_row_hide (self, MADANG_RESULT_PART_FIELDS);
      return;
    }

  fields = format_fields (self->session, message);
  excerpt = madang_excerpt (fields, LINE_MAX_CHARACTERS, G_MAXUINT, NULL);
  madang_result_row_show_text (self, MADANG_RESULT_PART_FIELDS, excerpt);
}

static void
bind_message (MadangResultRow *self, ChatMessage *message)
{
  g_autofree char *name = chat_name_from_label (chat_message_get_sender_name (message));
  g_autofree char *text = chat_message_dup_display_text (message);
  gboolean cut;
  g_autofree char *excerpt = madang_excerpt (text, TEXT_MAX_CHARACTERS, TEXT_MAX_LINES, &cut);
  gboolean own = is_own (self->session, message);

  set_kind (self, TRUE);
  madang_avatar_set_name (MADANG_AVATAR (madang_result_row_show (self, MADANG_RESULT_PART_AVATAR)),
                          name);
  madang_result_row_show_text (self, MADANG_RESULT_PART_NAME, name);
  madang_result_row_set_shown (self, MADANG_RESULT_PART_YOU, own);
  bind_private (self, message, own);
  madang_result_row_show_text (self, MADANG_RESULT_PART_TEXT, excerpt);
  madang_result_row_set_shown (self, MADANG_RESULT_PART_MORE, cut);
  bind_fields (self, message);
  bind_time (self, chat_message_get_time (message));
}

/**
 * madang_result_row_bind:
 * @self: a row
 * @item: a message or a note
 *
 * Shows an item.
 */
void
madang_result_row_bind (MadangResultRow *self, GObject *item)
{
  g_set_object (&self->item, item);
  if (MADANG_IS_NOTE (item))
    bind_note (self, MADANG_NOTE (item));
  else
    bind_message (self, CHAT_MESSAGE (item));
}

/**
 * madang_result_row_unbind:
 * @self: a row
 *
 * Forgets the item.
 */
void
madang_result_row_unbind (MadangResultRow *self)
{
  g_clear_object (&self->item);
}

/* }}} */
/* {{{ The object */

static void
on_show_all (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangResultRow *self = MADANG_RESULT_ROW (widget);
  g_autofree char *text = NULL;

  if (!CHAT_IS_MESSAGE (self->item))
    return;

  text = chat_message_dup_display_text (CHAT_MESSAGE (self->item));
  madang_text_window_present (
    GTK_WINDOW (gtk_widget_get_root (widget)),
    gtk_label_get_label (GTK_LABEL (self->parts[MADANG_RESULT_PART_NAME])), text);
}

/* Rows that are bound already follow the setting; the others see it when they are bound. */
static void
on_show_fields (MadangResultRow *self)
{
  if (CHAT_IS_MESSAGE (self->item))
    bind_fields (self, CHAT_MESSAGE (self->item));
}

static void
madang_result_row_dispose (GObject *object)
{
  MadangResultRow *self = MADANG_RESULT_ROW (object);

  g_clear_object (&self->item);
  for (MadangResultPart part = 0; part < MADANG_RESULT_N_PARTS; part++)
    g_clear_pointer (&self->parts[part], gtk_widget_unparent);

  G_OBJECT_CLASS (madang_result_row_parent_class)->dispose (object);
}

static void
madang_result_row_class_init (MadangResultRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = madang_result_row_dispose;

  madang_result_row_class_init_layout (widget_class);
  gtk_widget_class_install_action (widget_class, "result.show-all", NULL, on_show_all);
  gtk_widget_class_set_css_name (widget_class, "result");
}

static void
madang_result_row_init (MadangResultRow *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_object (madang_settings_get (), "changed::show-fields",
                           G_CALLBACK (on_show_fields), self, G_CONNECT_SWAPPED);
}

/**
 * madang_result_row_new:
 * @session: the session whose results are shown
 *
 * Returns: (transfer floating): a row that shows nothing yet
 */
GtkWidget *
madang_result_row_new (MadangSession *session)
{
  MadangResultRow *self = g_object_new (MADANG_TYPE_RESULT_ROW, NULL);

  self->session = session;
  return GTK_WIDGET (self);
}

/* }}} */
