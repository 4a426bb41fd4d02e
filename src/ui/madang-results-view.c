/* madang-results-view.c: the results pane
 *
 * A list of everything that happened, the newest at the end. Who reads the end stays at the end;
 * who reads what was before keeps the place, and is told of what is new. At the top older messages
 * are fetched.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-results-view.h"

#include <glib/gi18n.h>

#include "madang-result-row.h"

/* How far from an edge still counts as there, in pixels. */
#define EDGE 2

/* Older messages are fetched when less than this part of a page is left above. */
#define FETCH_PAGES 0.5

struct _MadangResultsView
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkBox *content;
  GtkScrolledWindow *scroller;
  GtkListView *list;
  GtkRevealer *new_revealer;
  GtkButton *new_button;
  GtkPopoverMenu *popover;

  /* Owned */
  MadangSession *session;
  GtkMultiSelection *selection;
  GSignalGroup *model_signals;
  GCancellable *fetching; /* while a page of history is on its way */

  gboolean following; /* the end is to be seen */
  double page, upper; /* as they were when the value changed last */
  gboolean has_older;
  guint n_new;
  guint tick_id;
  guint chosen; /* what the menu is for */
};

G_DEFINE_FINAL_TYPE (MadangResultsView, madang_results_view, GTK_TYPE_WIDGET)

/* {{{ The end */

static void
madang_results_view_set_new (MadangResultsView *self, guint n)
{
  g_autofree char *text = NULL;

  self->n_new = n;
  gtk_revealer_set_reveal_child (self->new_revealer, n > 0);
  if (n == 0)
    return;

  /* Translators: how many lines have come while the user was reading above */
  text = g_strdup_printf (ngettext ("%u new line", "%u new lines", n), n);
  gtk_button_set_label (self->new_button, text);
}

static void
scroll_to (MadangResultsView *self, guint position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

/* Once a frame, when all that came is in the list and the rows have their heights. */
static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  MadangResultsView *self = MADANG_RESULTS_VIEW (widget);
  guint n = self->selection != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->selection)) : 0;

  self->tick_id = 0;
  if (self->following && n > 0)
    scroll_to (self, n - 1);
  return G_SOURCE_REMOVE;
}

static void
madang_results_view_follow (MadangResultsView *self)
{
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static void
on_scroll_to_end (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangResultsView *self = MADANG_RESULTS_VIEW (widget);

  self->following = TRUE;
  madang_results_view_set_new (self, 0);
  madang_results_view_follow (self);
}

/* }}} */
/* {{{ Older messages */

static void
on_older (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MadangResultsView) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean more = FALSE;
  gboolean came = chat_client_load_older_finish (CHAT_CLIENT (source), result, &more, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->fetching);
  self->has_older = came && more;
  if (!came)
    g_debug ("Older messages did not come: %s", error->message);
}

static void
madang_results_view_fetch_older (MadangResultsView *self)
{
  ChatClient *client = madang_session_get_client (self->session);

  if (!self->has_older || self->fetching != NULL ||
      chat_client_get_state (client) != CHAT_CLIENT_CONNECTED)
    return;

  self->fetching = g_cancellable_new ();
  chat_client_load_older_async (client, self->fetching, on_older, g_object_ref (self));
}

/* Each connection may bring a server that has more. */
static void
on_connected (MadangResultsView *self)
{
  self->has_older = TRUE;
}

/* }}} */
/* {{{ Scrolling */

/* Whoever scrolls changes the value alone; a layout changes what there is to scroll over. */
static gboolean
was_laid_out (MadangResultsView *self, double page, double upper)
{
  gboolean changed = page != self->page || upper != self->upper;

  self->page = page;
  self->upper = upper;
  return changed;
}

static void
on_scrolled (MadangResultsView *self, GtkAdjustment *adjustment)
{
  double value = gtk_adjustment_get_value (adjustment);
  double page = gtk_adjustment_get_page_size (adjustment);
  double upper = gtk_adjustment_get_upper (adjustment);
  gboolean laid_out = was_laid_out (self, page, upper);

  if (value + page >= upper - EDGE)
    {
      self->following = TRUE;
      madang_results_view_set_new (self, 0);
    }
  else if (!laid_out)
    self->following = FALSE;

  if (self->session != NULL && !self->following && value < page * FETCH_PAGES)
    madang_results_view_fetch_older (self);
}

/* The pane or its rows have another size. */
static void
on_resized (MadangResultsView *self, GtkAdjustment *adjustment)
{
  if (self->following)
    madang_results_view_follow (self);
}

static void
on_items_changed (MadangResultsView *self, guint position, guint removed, guint added)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  if (self->following)
    madang_results_view_follow (self);
  else if (position + added == n && added > removed)
    madang_results_view_set_new (self, self->n_new + added - removed);
}

/* }}} */
/* {{{ Copying, and the menu */

static void
copy (MadangResultsView *self, GString *text)
{
  if (text->len > 0)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
  g_string_free (text, TRUE);
}

static void
append_line (GString *text, const char *line)
{
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
}

/* Calls back for each selected item, from the first to the last. */
static void
madang_results_view_copy_selected (MadangResultsView *self,
                                   char *(*describe) (MadangSession *session, GObject *item))
{
  g_autoptr (GtkBitset)
    selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  GString *text = g_string_new (NULL);
  GtkBitsetIter iter;
  guint position;

  for (gboolean valid = gtk_bitset_iter_init_first (&iter, selected, &position); valid;
       valid = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
      g_autofree char *line = describe (self->session, item);

      append_line (text, line);
    }
  copy (self, text);
}

static char *
get_text (MadangSession *session, GObject *item)
{
  return CHAT_IS_MESSAGE (item) ? chat_message_dup_display_text (CHAT_MESSAGE (item))
                                : g_strdup (madang_note_get_text (MADANG_NOTE (item)));
}

static void
on_copy_lines (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  madang_results_view_copy_selected (MADANG_RESULTS_VIEW (widget), madang_result_to_line);
}

static void
on_copy_text (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  madang_results_view_copy_selected (MADANG_RESULTS_VIEW (widget), get_text);
}

static ChatMessage *
dup_chosen_message (MadangResultsView *self)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), self->chosen);

  return CHAT_IS_MESSAGE (item) ? CHAT_MESSAGE (g_steal_pointer (&item)) : NULL;
}

static void
on_write_privately (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_autoptr (ChatMessage) message = dup_chosen_message (MADANG_RESULTS_VIEW (widget));

  if (message != NULL)
    gtk_widget_activate_action (widget, "chat.write-to", "s", chat_message_get_sender (message));
}

static gboolean
can_write_privately (MadangResultsView *self)
{
  g_autoptr (ChatMessage) message = dup_chosen_message (self);
  const char *own = chat_client_get_id (madang_session_get_client (self->session));

  return message != NULL && g_strcmp0 (chat_message_get_sender (message), own) != 0;
}

static void
madang_results_view_pop_up (MadangResultsView *self, guint position, double x, double y)
{
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (self->selection);
  const GdkRectangle place = { (int)x, (int)y, 1, 1 };

  self->chosen = position;
  if (!gtk_selection_model_is_selected (selection, position))
    gtk_selection_model_select_item (selection, position, TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "results.write-privately",
                                 can_write_privately (self));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &place);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
on_row_menu (GtkGesture *gesture, double x, double y, GtkListItem *item)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  GtkWidget *self = gtk_widget_get_ancestor (row, MADANG_TYPE_RESULTS_VIEW);

  if (self == NULL || !gtk_widget_translate_coordinates (row, self, x, y, &x, &y))
    return;

  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  madang_results_view_pop_up (MADANG_RESULTS_VIEW (self), gtk_list_item_get_position (item), x, y);
}

static void
on_right_click (GtkGesture *gesture, int n_press, double x, double y, GtkListItem *item)
{
  on_row_menu (gesture, x, y, item);
}

/* By keyboard the menu is for the line that was selected last. */
static void
on_menu_key (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  MadangResultsView *self = MADANG_RESULTS_VIEW (widget);
  g_autoptr (GtkBitset)
    selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  graphene_rect_t bounds;

  if (gtk_bitset_is_empty (selected) || focus == NULL ||
      !gtk_widget_compute_bounds (focus, widget, &bounds))
    return;

  madang_results_view_pop_up (self, gtk_bitset_get_maximum (selected),
                              bounds.origin.x + bounds.size.width / 2,
                              bounds.origin.y + bounds.size.height / 2);
}

/* }}} */
/* {{{ Rows */

static void
on_setup (MadangResultsView *self, GtkListItem *item)
{
  GtkWidget *row = madang_result_row_new (self->session);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *long_press = gtk_gesture_long_press_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_right_click), item);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (long_press), TRUE);
  g_signal_connect (long_press, "pressed", G_CALLBACK (on_row_menu), item);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (long_press));
  gtk_list_item_set_child (item, row);
}

static void
on_bind (MadangResultsView *self, GtkListItem *item)
{
  madang_result_row_bind (MADANG_RESULT_ROW (gtk_list_item_get_child (item)),
                          gtk_list_item_get_item (item));
}

static void
on_unbind (MadangResultsView *self, GtkListItem *item)
{
  madang_result_row_unbind (MADANG_RESULT_ROW (gtk_list_item_get_child (item)));
}

/* Rows belong to a session, so each session has a factory. */
static GtkListItemFactory *
make_factory (MadangResultsView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, G_CONNECT_SWAPPED);
  return factory;
}

/* }}} */
/* {{{ The object */

static void
madang_results_view_forget (MadangResultsView *self)
{
  if (self->fetching != NULL)
    g_cancellable_cancel (self->fetching);
  g_clear_object (&self->fetching);
  gtk_list_view_set_model (self->list, NULL);
  gtk_list_view_set_factory (self->list, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->session);
}

/**
 * madang_results_view_set_session:
 * @self: a view
 * @session: (nullable): a session
 *
 * Shows the results of @session.
 */
void
madang_results_view_set_session (MadangResultsView *self, MadangSession *session)
{
  g_autoptr (GtkListItemFactory) factory = NULL;
  GListModel *results;

  if (self->session == session)
    return;

  madang_results_view_forget (self);
  self->following = TRUE;
  madang_results_view_set_new (self, 0);
  g_signal_group_set_target (self->model_signals,
                             session != NULL ? madang_session_get_client (session) : NULL);
  if (session == NULL)
    return;

  self->session = g_object_ref (session);
  results = G_LIST_MODEL (madang_session_get_results (session));
  self->selection = gtk_multi_selection_new (g_object_ref (results));
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  factory = make_factory (self);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
}

static void
madang_results_view_dispose (GObject *object)
{
  MadangResultsView *self = MADANG_RESULTS_VIEW (object);

  if (self->content != NULL)
    madang_results_view_set_session (self, NULL);
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_object (&self->model_signals);
  g_clear_pointer ((GtkWidget **)&self->popover, gtk_widget_unparent);
  g_clear_pointer ((GtkWidget **)&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (madang_results_view_parent_class)->dispose (object);
}

static void
madang_results_view_class_init (MadangResultsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = madang_results_view_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/madang/Madang/madang-results-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MadangResultsView, content);
  gtk_widget_class_bind_template_child (widget_class, MadangResultsView, scroller);
  gtk_widget_class_bind_template_child (widget_class, MadangResultsView, list);
  gtk_widget_class_bind_template_child (widget_class, MadangResultsView, new_revealer);
  gtk_widget_class_bind_template_child (widget_class, MadangResultsView, new_button);
  gtk_widget_class_bind_template_child (widget_class, MadangResultsView, popover);

  gtk_widget_class_install_action (widget_class, "results.copy-text", NULL, on_copy_text);
  gtk_widget_class_install_action (widget_class, "results.copy-lines", NULL, on_copy_lines);
  gtk_widget_class_install_action (widget_class, "results.write-privately", NULL,
                                   on_write_privately);
  gtk_widget_class_install_action (widget_class, "results.scroll-to-end", NULL, on_scroll_to_end);
  gtk_widget_class_install_action (widget_class, "results.menu", NULL, on_menu_key);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK,
                                       "results.copy-lines", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "results.menu",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "results.menu", NULL);
}

static void
madang_results_view_init (MadangResultsView *self)
{
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));
  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_resized), self, G_CONNECT_SWAPPED);

  self->model_signals = g_signal_group_new (CHAT_TYPE_CLIENT);
  g_signal_group_connect_swapped (self->model_signals, "connected", G_CALLBACK (on_connected),
                                  self);
}

/* }}} */
