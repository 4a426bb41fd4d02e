/* madang-results.c: what the results pane shows, as a GListModel
 *
 * The messages of a ChatTimeline with notes between them. Nothing is copied: a note knows before
 * which message it stands (its anchor), and the place of everything follows from that. Notes wait
 * for a moment, as the timeline's messages do, so that a crowd that comes costs the view one change
 * a frame.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-results.h"

/* About one frame, as in the timeline. */
#define BATCH_MS 16

/* How many notes of one frame find their exact place among its messages, which costs the view a
 * change each. In a crowd nobody reads as fast as that. */
#define MAX_EXACT_NOTES 16

/* When there are too many notes, room is made for this part of them at once. */
#define TRIM_PART 16

typedef struct
{
  guint anchor; /* the message that it stands before; the number of messages if it is behind all */
  MadangNote *note;
} Entry;

struct _MadangResults
{
  GObject parent_instance;

  GListModel *timeline;
  guint n_messages;
  gboolean live;

  /* In the order of the list, with growing anchors. Those from n_shown on are not announced yet. */
  GArray *notes;
  guint n_shown;
  guint flush_id;
};

static void madang_results_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MadangResults,
                               madang_results,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      madang_results_list_model_init))

/* {{{ Places */

static Entry *
get_entry (MadangResults *self, guint i)
{
  return &g_array_index (self->notes, Entry, i);
}

/* How many of the first n notes stand before the message. */
static guint
count_notes_before (MadangResults *self, guint n, guint message)
{
  guint low = 0;

  for (guint high = n; low < high;)
    {
      guint middle = low + (high - low) / 2;

      if (get_entry (self, middle)->anchor < message)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* The first shown note whose place is this one or a later one. */
static guint
find_note_at (MadangResults *self, guint position)
{
  guint low = 0;

  for (guint high = self->n_shown; low < high;)
    {
      guint middle = low + (high - low) / 2;

      if (get_entry (self, middle)->anchor + middle < position)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* }}} */
/* {{{ Messages come and go */

static gint64
get_message_time (MadangResults *self, guint position)
{
  g_autoptr (ChatMessage) message = g_list_model_get_item (self->timeline, position);

  return chat_message_get_time (message);
}

/* What is said now comes behind all that has happened, whatever the server's clock says. */
static gboolean
is_live (MadangResults *self, guint position, guint removed)
{
  return self->live && removed == 0 && position == self->n_messages;
}

/* Gives the notes [from, to) their places among messages that have come to stand there: history is
 * older than what has happened since. */
static void
place_notes (MadangResults *self, guint from, guint to, guint position, guint added)
{
  guint anchor = position;

  for (guint i = from; i < to; i++)
    {
      Entry *entry = get_entry (self, i);

      while (anchor < position + added &&
             get_message_time (self, anchor) <= madang_note_get_time (entry->note))
        anchor++;
      entry->anchor = anchor;
    }
}

static void
shift_notes (MadangResults *self, guint from, guint removed, guint added)
{
  for (guint i = from; i < self->notes->len; i++)
    get_entry (self, i)->anchor += added - removed;
}

static void
drop_notes (MadangResults *self, guint count)
{
  g_array_remove_range (self->notes, 0, count);
  self->n_shown -= MIN (count, self->n_shown);
}

/* The oldest messages were removed to make room, and the notes between them go with them. */
static gboolean
is_trim (MadangResults *self, guint position, guint removed, guint added)
{
  return position == 0 && added == 0 && removed > 0 && self->n_messages > 0;
}

static void
on_timeline_changed (MadangResults *self, guint position, guint removed, guint added)
{
  gboolean live = is_live (self, position, removed);
  guint first = count_notes_before (self, self->notes->len, position);
  guint last = count_notes_before (self, self->notes->len, position + removed + 1);
  guint n_shown_first = MIN (first, self->n_shown);
  guint n_shown_last = MIN (last, self->n_shown);
  guint n_old = removed + (n_shown_last - n_shown_first);

  self->n_messages += added - removed;
  if (live)
    {
      /* All notes stay where they are, before the new messages. */
      g_list_model_items_changed (G_LIST_MODEL (self), position + self->n_shown, 0, added);
      return;
    }

  if (is_trim (self, position, removed, added))
    {
      guint n_dropped = count_notes_before (self, self->notes->len, removed);

      n_old = removed + MIN (n_dropped, self->n_shown);
      drop_notes (self, n_dropped);
      shift_notes (self, 0, removed, 0);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, n_old, 0);
      return;
    }

  shift_notes (self, last, removed, added);
  place_notes (self, first, last, position, added);
  g_list_model_items_changed (G_LIST_MODEL (self), position + n_shown_first, n_old,
                              added + (n_shown_last - n_shown_first));
}

/* }}} */
/* {{{ Notes come */

/* One change for each run of notes with no message between them. */
static guint
drop_run (MadangResults *self, guint max)
{
  guint anchor = get_entry (self, 0)->anchor;
  guint n = 1;

  while (n < max && get_entry (self, n)->anchor == anchor)
    n++;

  drop_notes (self, n);
  g_list_model_items_changed (G_LIST_MODEL (self), anchor, n, 0);
  return n;
}

static void
madang_results_trim_notes (MadangResults *self)
{
  guint n = MADANG_RESULTS_MAX_NOTES / TRIM_PART;

  if (self->notes->len < MADANG_RESULTS_MAX_NOTES)
    return;

  madang_results_flush (self);
  while (n > 0)
    n -= drop_run (self, n);
}

static gboolean
on_flush (gpointer user_data)
{
  MadangResults *self = user_data;

  self->flush_id = 0;
  madang_results_flush (self);
  return G_SOURCE_REMOVE;
}

/**
 * madang_results_add_note:
 * @self: results
 * @note: what has just happened
 *
 * Adds a note behind all that is there. The list changes within about a frame (16 ms).
 */
void
madang_results_add_note (MadangResults *self, MadangNote *note)
{
  Entry entry = { .note = g_object_ref (note) };

  g_return_if_fail (MADANG_IS_RESULTS (self));

  /* What was said before stands before it. */
  if (self->notes->len - self->n_shown < MAX_EXACT_NOTES)
    chat_timeline_flush (CHAT_TIMELINE (self->timeline));

  madang_results_trim_notes (self);
  entry.anchor = self->n_messages;
  g_array_append_val (self->notes, entry);
  if (self->flush_id == 0)
    self->flush_id = g_timeout_add (BATCH_MS, on_flush, self);
}

/**
 * madang_results_flush:
 * @self: results
 *
 * Announces now what was added.
 */
void
madang_results_flush (MadangResults *self)
{
  guint n_old = self->n_messages + self->n_shown;
  guint first;

  g_return_if_fail (MADANG_IS_RESULTS (self));

  g_clear_handle_id (&self->flush_id, g_source_remove);
  if (self->n_shown == self->notes->len)
    return;

  first = get_entry (self, self->n_shown)->anchor + self->n_shown;
  self->n_shown = self->notes->len;
  g_list_model_items_changed (G_LIST_MODEL (self), first, n_old - first,
                              self->n_messages + self->n_shown - first);
}

/* }}} */
/* {{{ The object */

static GType
madang_results_get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
madang_results_get_n_items (GListModel *model)
{
  MadangResults *self = MADANG_RESULTS (model);

  return self->n_messages + self->n_shown;
}

static gpointer
madang_results_get_item (GListModel *model, guint position)
{
  MadangResults *self = MADANG_RESULTS (model);
  guint i = find_note_at (self, position);

  if (i < self->n_shown && get_entry (self, i)->anchor + i == position)
    return g_object_ref (get_entry (self, i)->note);

  return g_list_model_get_item (self->timeline, position - i);
}

static void
madang_results_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = madang_results_get_item_type;
  iface->get_n_items = madang_results_get_n_items;
  iface->get_item = madang_results_get_item;
}

static void
madang_results_dispose (GObject *object)
{
  MadangResults *self = MADANG_RESULTS (object);

  g_clear_handle_id (&self->flush_id, g_source_remove);

  G_OBJECT_CLASS (madang_results_parent_class)->dispose (object);
}

static void
madang_results_finalize (GObject *object)
{
  MadangResults *self = MADANG_RESULTS (object);

  g_clear_pointer (&self->notes, g_array_unref);
  g_clear_object (&self->timeline);

  G_OBJECT_CLASS (madang_results_parent_class)->finalize (object);
}

static void
madang_results_class_init (MadangResultsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = madang_results_dispose;
  object_class->finalize = madang_results_finalize;
}

static void
clear_entry (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->note);
}

static void
madang_results_init (MadangResults *self)
{
  self->notes = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->notes, clear_entry);
}

/**
 * madang_results_new:
 * @timeline: the messages
 *
 * Returns: (transfer full): results without notes
 */
MadangResults *
madang_results_new (ChatTimeline *timeline)
{
  MadangResults *self = g_object_new (MADANG_TYPE_RESULTS, NULL);

  self->timeline = G_LIST_MODEL (g_object_ref (timeline));
  self->n_messages = g_list_model_get_n_items (self->timeline);
  g_signal_connect_object (timeline, "items-changed", G_CALLBACK (on_timeline_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * madang_results_set_live:
 * @self: results
 * @live: whether what comes behind all others is said now
 *
 * Tells new messages from those that are fetched: the former follow all notes, the latter find
 * their place among them by their time.
 */
void
madang_results_set_live (MadangResults *self, gboolean live)
{
  g_return_if_fail (MADANG_IS_RESULTS (self));

  chat_timeline_flush (CHAT_TIMELINE (self->timeline));
  self->live = live;
}

/* }}} */
