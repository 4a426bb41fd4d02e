/* test-timeline.c: the list model of messages, seen by an observer that believes items-changed
 * alone
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-timeline.h"

/* A list view in small: it has only what items-changed told it. */
typedef struct
{
  ChatTimeline *timeline;
  GPtrArray *items;
  guint n_changes;
  guint position;
  guint removed;
  guint added;
} Observer;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  Observer *self = user_data;

  g_assert_cmpuint (position + removed, <=, self->items->len);

  if (removed > 0)
    g_ptr_array_remove_range (self->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->items, position + i, g_list_model_get_item (model, position + i));

  self->n_changes++;
  self->position = position;
  self->removed = removed;
  self->added = added;
}

static void
assert_mirror (Observer *self)
{
  GListModel *model = G_LIST_MODEL (self->timeline);

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, self->items->len);
  for (guint i = 0; i < self->items->len; i++)
    {
      g_autoptr (ChatMessage) item = g_list_model_get_item (model, i);

      g_assert_true (item == self->items->pdata[i]);
    }

  g_assert_null (g_list_model_get_item (model, self->items->len));
}

static void
observer_init (Observer *self)
{
  *self = (Observer){ 0 };
  self->timeline = chat_timeline_new ();
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (self->timeline, "items-changed", G_CALLBACK (items_changed_cb), self);
}

static void
observer_clear (Observer *self)
{
  assert_mirror (self);
  g_signal_handlers_disconnect_by_data (self->timeline, self);
  g_assert_finalize_object (self->timeline);
  g_ptr_array_unref (self->items);
}

static ChatMessage *
new_message (guint64 serial)
{
  return chat_message_new (serial, serial, "id", NULL, NULL, NULL, NULL, NULL);
}

static void
append (ChatTimeline *timeline, guint64 serial)
{
  g_autoptr (ChatMessage) message = new_message (serial);

  chat_timeline_append (timeline, message);
}

/* A page of the serials first, first + 1, ... */
static GPtrArray *
new_page (guint64 first, guint count)
{
  GPtrArray *page = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < count; i++)
    g_ptr_array_add (page, new_message (first + i));

  return page;
}

static guint
prepend (ChatTimeline *timeline, guint64 first, guint count)
{
  g_autoptr (GPtrArray) page = new_page (first, count);

  return chat_timeline_prepend (timeline, page);
}

static char *
describe (Observer *self)
{
  GString *text = g_string_new (NULL);

  assert_mirror (self);
  for (guint i = 0; i < self->items->len; i++)
    g_string_append_printf (text, "%s%" G_GUINT64_FORMAT, i > 0 ? " " : "",
                            chat_message_get_serial (self->items->pdata[i]));

  return g_string_free (text, FALSE);
}

#define assert_serials(observer, expected)                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *serials = describe (observer);                                                \
    g_assert_cmpstr (serials, ==, expected);                                                       \
  }                                                                                                \
  G_STMT_END

#define assert_last_change(observer, at, less, more)                                               \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_cmpuint ((observer)->position, ==, at);                                               \
    g_assert_cmpuint ((observer)->removed, ==, less);                                              \
    g_assert_cmpuint ((observer)->added, ==, more);                                                \
  }                                                                                                \
  G_STMT_END

static gboolean
set_flag (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
test_batch (void)
{
  Observer observer;
  gboolean late = FALSE;
  guint deadline;

  observer_init (&observer);
  for (guint i = 1; i <= 1000; i++)
    append (observer.timeline, i);

  g_assert_cmpuint (observer.n_changes, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (observer.timeline)), ==, 0);
  g_assert_cmpuint (chat_timeline_get_newest_serial (observer.timeline), ==, 1000);

  deadline = g_timeout_add_seconds (10, set_flag, &late);
  while (observer.n_changes == 0 && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);
  g_source_remove (deadline);

  g_assert_cmpuint (observer.n_changes, ==, 1);
  assert_last_change (&observer, 0, 0, 1000);
  observer_clear (&observer);
}

/* Sockets that are always ready must not keep the messages back. */
static gboolean
busy_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
test_batch_under_load (void)
{
  Observer observer;
  gboolean late = FALSE;
  guint busy = g_idle_add_full (G_PRIORITY_DEFAULT, busy_cb, NULL, NULL);
  guint deadline = g_timeout_add_seconds (10, set_flag, &late);

  observer_init (&observer);
  append (observer.timeline, 1);
  while (observer.n_changes == 0 && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);

  g_source_remove (deadline);
  g_source_remove (busy);
  observer_clear (&observer);
}

static void
test_flush (void)
{
  Observer observer;

  observer_init (&observer);
  chat_timeline_flush (observer.timeline);
  g_assert_cmpuint (observer.n_changes, ==, 0);

  append (observer.timeline, 1);
  chat_timeline_flush (observer.timeline);
  append (observer.timeline, 2);
  append (observer.timeline, 3);
  chat_timeline_flush (observer.timeline);
  chat_timeline_flush (observer.timeline);

  g_assert_cmpuint (observer.n_changes, ==, 2);
  assert_last_change (&observer, 1, 0, 2);
  assert_serials (&observer, "1 2 3");
  observer_clear (&observer);
}

static void
test_order (void)
{
  Observer observer;

  observer_init (&observer);
  append (observer.timeline, 30);
  append (observer.timeline, 10);
  append (observer.timeline, 40);
  chat_timeline_flush (observer.timeline);
  assert_serials (&observer, "10 30 40");

  append (observer.timeline, 50);
  append (observer.timeline, 35);
  chat_timeline_flush (observer.timeline);
  assert_serials (&observer, "10 30 35 40 50");
  assert_last_change (&observer, 2, 1, 3);

  append (observer.timeline, 20);
  chat_timeline_flush (observer.timeline);
  assert_serials (&observer, "10 20 30 35 40 50");
  assert_last_change (&observer, 1, 0, 1);
  observer_clear (&observer);
}

static void
test_duplicates (void)
{
  Observer observer;

  observer_init (&observer);
  append (observer.timeline, 2);
  append (observer.timeline, 1);
  append (observer.timeline, 2);
  chat_timeline_flush (observer.timeline);
  assert_serials (&observer, "1 2");

  append (observer.timeline, 1);
  append (observer.timeline, 2);
  chat_timeline_flush (observer.timeline);
  g_assert_cmpuint (observer.n_changes, ==, 1);

  append (observer.timeline, 1);
  append (observer.timeline, 3);
  append (observer.timeline, 2);
  chat_timeline_flush (observer.timeline);
  assert_serials (&observer, "1 2 3");
  assert_last_change (&observer, 2, 0, 1);
  observer_clear (&observer);
}

static void
test_prepend (void)
{
  Observer observer;

  observer_init (&observer);
  append (observer.timeline, 50);
  chat_timeline_flush (observer.timeline);

  g_assert_cmpuint (prepend (observer.timeline, 40, 10), ==, 10);
  assert_last_change (&observer, 0, 0, 10);
  g_assert_cmpuint (chat_timeline_get_oldest_serial (observer.timeline), ==, 40);

  /* A page that overlaps. */
  g_assert_cmpuint (prepend (observer.timeline, 35, 10), ==, 5);
  assert_last_change (&observer, 0, 0, 5);
  g_assert_cmpuint (prepend (observer.timeline, 35, 10), ==, 0);
  g_assert_cmpuint (prepend (observer.timeline, 35, 0), ==, 0);

  g_assert_cmpuint (observer.n_changes, ==, 3);
  g_assert_cmpuint (chat_timeline_get_oldest_serial (observer.timeline), ==, 35);
  g_assert_cmpuint (chat_timeline_get_newest_serial (observer.timeline), ==, 50);
  observer_clear (&observer);
}

/* A page may bring what was appended and waits. */
static void
test_prepend_before_flush (void)
{
  Observer observer;

  observer_init (&observer);
  append (observer.timeline, 3);
  append (observer.timeline, 4);
  prepend (observer.timeline, 1, 3);
  assert_serials (&observer, "1 2 3");
  chat_timeline_flush (observer.timeline);
  assert_serials (&observer, "1 2 3 4");
  assert_last_change (&observer, 3, 0, 1);
  observer_clear (&observer);
}

static void
test_without_serial (void)
{
  Observer observer;

  observer_init (&observer);
  append (observer.timeline, 0);
  append (observer.timeline, 0);
  chat_timeline_flush (observer.timeline);
  g_assert_cmpuint (chat_timeline_get_oldest_serial (observer.timeline), ==, 0);

  /* They came after the history that is loaded now. */
  prepend (observer.timeline, 8, 2);
  assert_serials (&observer, "8 9 0 0");

  append (observer.timeline, 12);
  append (observer.timeline, 0);
  append (observer.timeline, 13);
  chat_timeline_flush (observer.timeline);
  assert_serials (&observer, "8 9 0 0 12 0 13");

  append (observer.timeline, 0);
  append (observer.timeline, 12);
  append (observer.timeline, 11);
  chat_timeline_flush (observer.timeline);
  assert_serials (&observer, "8 9 0 0 11 12 0 13 0");

  prepend (observer.timeline, 5, 3);
  assert_serials (&observer, "5 6 7 8 9 0 0 11 12 0 13 0");
  g_assert_cmpuint (chat_timeline_get_oldest_serial (observer.timeline), ==, 5);
  observer_clear (&observer);
}

static void
test_limit (void)
{
  Observer observer;

  observer_init (&observer);
  chat_timeline_set_max_length (observer.timeline, 160);
  prepend (observer.timeline, 1, 160);

  /* Room is made for more than the one. */
  append (observer.timeline, 161);
  chat_timeline_flush (observer.timeline);
  g_assert_cmpuint (observer.n_changes, ==, 3);
  assert_last_change (&observer, 150, 0, 1);
  g_assert_cmpuint (chat_timeline_get_oldest_serial (observer.timeline), ==, 11);

  /* History fills the rest and pushes nothing out. */
  g_assert_cmpuint (prepend (observer.timeline, 1, 10), ==, 9);
  g_assert_cmpuint (chat_timeline_get_oldest_serial (observer.timeline), ==, 2);
  g_assert_cmpuint (prepend (observer.timeline, 1, 1), ==, 0);

  /* What is older than all in a full timeline does not get in. */
  append (observer.timeline, 1);
  chat_timeline_flush (observer.timeline);
  g_assert_cmpuint (chat_timeline_get_newest_serial (observer.timeline), ==, 161);
  g_assert_cmpuint (chat_timeline_get_oldest_serial (observer.timeline), >, 1);

  chat_timeline_set_max_length (observer.timeline, 3);
  assert_serials (&observer, "159 160 161");
  observer_clear (&observer);
}

static void
test_limit_of_batch (void)
{
  Observer observer;

  observer_init (&observer);
  chat_timeline_set_max_length (observer.timeline, 1000);
  for (guint i = 1; i <= 25500; i++)
    append (observer.timeline, i);
  g_assert_cmpuint (observer.n_changes, >=, 25);
  chat_timeline_flush (observer.timeline);

  assert_mirror (&observer);
  g_assert_cmpuint (observer.items->len, <=, 1000);
  g_assert_cmpuint (observer.items->len, >=, 900);
  g_assert_cmpuint (chat_timeline_get_newest_serial (observer.timeline), ==, 25500);

  /* One page larger than all. */
  chat_timeline_clear (observer.timeline);
  g_assert_cmpuint (prepend (observer.timeline, 1, 1500), ==, 1000);
  g_assert_cmpuint (chat_timeline_get_oldest_serial (observer.timeline), ==, 501);
  observer_clear (&observer);
}

static void
test_clear (void)
{
  Observer observer;

  observer_init (&observer);
  append (observer.timeline, 1);
  chat_timeline_flush (observer.timeline);
  append (observer.timeline, 2);
  chat_timeline_clear (observer.timeline);
  chat_timeline_flush (observer.timeline);
  assert_serials (&observer, "");
  g_assert_cmpuint (chat_timeline_get_newest_serial (observer.timeline), ==, 0);

  append (observer.timeline, 1);
  chat_timeline_flush (observer.timeline);
  assert_serials (&observer, "1");
  observer_clear (&observer);
}

static void
test_dispose_pending (void)
{
  ChatTimeline *timeline = chat_timeline_new ();

  append (timeline, 1);
  g_assert_finalize_object (timeline);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Handlers that change the timeline from inside a change. */
static void
meddle_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  ChatTimeline *timeline = CHAT_TIMELINE (model);
  guint *turns = user_data;

  if (++*turns > 200)
    return;

  append (timeline, 1000 + *turns);
  if (*turns % 3 == 0)
    prepend (timeline, 1000 - *turns * 2, 2);
  if (*turns % 5 == 0)
    chat_timeline_flush (timeline);
  if (*turns % 31 == 0)
    chat_timeline_clear (timeline);
}

static void
test_reentrant (void)
{
  Observer observer;
  guint turns = 0;

  observer_init (&observer);
  chat_timeline_set_max_length (observer.timeline, 16);
  g_signal_connect (observer.timeline, "items-changed", G_CALLBACK (meddle_cb), &turns);

  for (guint i = 1; i <= 300; i++)
    {
      append (observer.timeline, 2000 + i);
      chat_timeline_flush (observer.timeline);
      assert_mirror (&observer);
    }

  g_assert_cmpuint (turns, >, 200);
  g_signal_handlers_disconnect_by_data (observer.timeline, &turns);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (observer.timeline)), <=, 16);
  g_assert_cmpuint (chat_timeline_get_newest_serial (observer.timeline), ==, 2300);
  observer_clear (&observer);
}

/* A listener that, told of a removal, adds what is about to be added. */
static void
overtake_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  if (removed > 0)
    {
      append (CHAT_TIMELINE (model), 161);
      chat_timeline_flush (CHAT_TIMELINE (model));
    }
}

static void
test_overtaken (void)
{
  Observer observer;

  observer_init (&observer);
  chat_timeline_set_max_length (observer.timeline, 160);
  prepend (observer.timeline, 1, 160);
  g_signal_connect (observer.timeline, "items-changed", G_CALLBACK (overtake_cb), NULL);

  append (observer.timeline, 161);
  append (observer.timeline, 162);
  chat_timeline_flush (observer.timeline);

  g_assert_cmpuint (observer.items->len, ==, 152);
  g_assert_cmpuint (chat_timeline_get_newest_serial (observer.timeline), ==, 162);
  observer_clear (&observer);
}

/* A listener that drops the timeline from inside a change. */
static void
drop_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  g_signal_handlers_disconnect_by_func (model, drop_cb, user_data);
  g_object_unref (model);
}

static void
test_dropped_in_change (void)
{
  ChatTimeline *timeline = chat_timeline_new ();
  gboolean late = FALSE;
  guint deadline = g_timeout_add_seconds (10, set_flag, &late);

  g_object_add_weak_pointer (G_OBJECT (timeline), (gpointer *)&timeline);
  chat_timeline_set_max_length (timeline, 10);
  prepend (timeline, 1, 10);
  g_signal_connect (timeline, "items-changed", G_CALLBACK (drop_cb), NULL);
  append (timeline, 11);
  while (timeline != NULL && !late)
    g_main_context_iteration (NULL, TRUE);

  g_assert_null (timeline);
  g_assert_false (late);
  g_source_remove (deadline);
}

/* Each serial once, in order; what is without is not counted. */
static void
assert_ordered (Observer *self)
{
  guint64 last = 0;

  assert_mirror (self);
  for (guint i = 0; i < self->items->len; i++)
    {
      guint64 serial = chat_message_get_serial (self->items->pdata[i]);

      if (serial == 0)
        continue;
      g_assert_cmpuint (serial, >, last);
      last = serial;
    }
}

static void
random_append (Observer *self, GHashTable *serials, guint range, guint *n_without)
{
  guint count = g_test_rand_int_range (1, 30);

  for (guint i = 0; i < count; i++)
    {
      guint serial = g_test_rand_int_range (0, range);

      append (self->timeline, serial);
      if (serial == 0)
        (*n_without)++;
      else
        g_hash_table_add (serials, GUINT_TO_POINTER (serial));
    }
}

static void
random_prepend (Observer *self, GHashTable *serials, guint range)
{
  guint first = g_test_rand_int_range (1, range);
  guint count = g_test_rand_int_range (0, 30);

  prepend (self->timeline, first, count);
  for (guint i = 0; i < count; i++)
    g_hash_table_add (serials, GUINT_TO_POINTER (first + i));
}

/* Without a limit the timeline is the sorted set of all serials. */
static void
test_random (void)
{
  Observer observer;
  g_autoptr (GHashTable) serials = g_hash_table_new (NULL, NULL);
  guint n_without = 0;

  observer_init (&observer);
  for (guint round = 0; round < 400; round++)
    {
      switch (g_test_rand_int_range (0, 3))
        {
        case 0:
          random_append (&observer, serials, 50 + round * 5, &n_without);
          break;

        case 1:
          random_prepend (&observer, serials, 2000);
          break;

        default:
          chat_timeline_flush (observer.timeline);
          assert_ordered (&observer);
          break;
        }
    }

  chat_timeline_flush (observer.timeline);
  assert_ordered (&observer);
  g_assert_cmpuint (observer.items->len, ==, g_hash_table_size (serials) + n_without);
  observer_clear (&observer);
}

static void
test_random_limited (void)
{
  Observer observer;
  g_autoptr (GHashTable) serials = g_hash_table_new (NULL, NULL);
  guint n_without = 0;

  observer_init (&observer);
  for (guint round = 0; round < 1000; round++)
    {
      if (round % 50 == 0)
        chat_timeline_set_max_length (observer.timeline, g_test_rand_int_range (1, 120));
      if (g_test_rand_bit ())
        random_append (&observer, serials, 50 + round, &n_without);
      else
        random_prepend (&observer, serials, 2 + round);
      if (g_test_rand_bit ())
        chat_timeline_flush (observer.timeline);

      assert_ordered (&observer);
      g_assert_cmpuint (observer.items->len, <=, chat_timeline_get_max_length (observer.timeline));
    }
  observer_clear (&observer);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/timeline/batch", test_batch);
  g_test_add_func ("/chat/timeline/batch-under-load", test_batch_under_load);
  g_test_add_func ("/chat/timeline/flush", test_flush);
  g_test_add_func ("/chat/timeline/order", test_order);
  g_test_add_func ("/chat/timeline/duplicates", test_duplicates);
  g_test_add_func ("/chat/timeline/prepend", test_prepend);
  g_test_add_func ("/chat/timeline/prepend-before-flush", test_prepend_before_flush);
  g_test_add_func ("/chat/timeline/without-serial", test_without_serial);
  g_test_add_func ("/chat/timeline/limit", test_limit);
  g_test_add_func ("/chat/timeline/limit-of-batch", test_limit_of_batch);
  g_test_add_func ("/chat/timeline/clear", test_clear);
  g_test_add_func ("/chat/timeline/dispose-pending", test_dispose_pending);
  g_test_add_func ("/chat/timeline/reentrant", test_reentrant);
  g_test_add_func ("/chat/timeline/overtaken", test_overtaken);
  g_test_add_func ("/chat/timeline/dropped-in-change", test_dropped_in_change);
  g_test_add_func ("/chat/timeline/random", test_random);
  g_test_add_func ("/chat/timeline/random-limited", test_random_limited);

  return g_test_run ();
}
