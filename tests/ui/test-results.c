/* test-results.c: notes between messages
 *
 * A list that follows the model by its signals alone must always be what the model is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-message.h"
#include "madang-results.h"

typedef struct
{
  ChatTimeline *timeline;
  MadangResults *results;
  GPtrArray *mirror;
  guint64 serial;
  guint n_changes;
} Fixture;

/* {{{ The fixture */

static void
on_items_changed (Fixture *fixture, guint position, guint removed, guint added)
{
  g_assert_cmpuint (position + removed, <=, fixture->mirror->len);
  if (removed > 0)
    g_ptr_array_remove_range (fixture->mirror, position, removed);
  for (guint i = position; i < position + added; i++)
    g_ptr_array_insert (fixture->mirror, i,
                        g_list_model_get_item (G_LIST_MODEL (fixture->results), i));
  fixture->n_changes++;
}

static void
check (Fixture *fixture)
{
  GListModel *model = G_LIST_MODEL (fixture->results);
  guint n = g_list_model_get_n_items (model);

  g_assert_cmpuint (n, ==, fixture->mirror->len);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      g_assert_true (item == fixture->mirror->pdata[i]);
    }
  g_assert_null (g_list_model_get_item (model, n));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->timeline = chat_timeline_new ();
  fixture->results = madang_results_new (fixture->timeline);
  fixture->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->serial = 1000;
  g_signal_connect_swapped (fixture->results, "items-changed", G_CALLBACK (on_items_changed),
                            fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  check (fixture);
  g_ptr_array_unref (fixture->mirror);
  g_assert_finalize_object (fixture->results);
  g_assert_finalize_object (fixture->timeline);
}

static ChatMessage *
make_message (guint64 serial, gint64 age)
{
  g_autoptr (JsonNode) data = json_node_init_int (json_node_alloc (), serial);

  return chat_message_new (serial, g_get_real_time () / 1000 - age, "a", NULL, NULL, NULL, NULL,
                           data);
}

static void
say (Fixture *fixture, gint64 age)
{
  g_autoptr (ChatMessage) message = make_message (fixture->serial++, age);

  chat_timeline_append (fixture->timeline, message);
}

static void
note (Fixture *fixture, const char *text)
{
  g_autoptr (MadangNote) note = madang_note_new (text, NULL, FALSE);

  madang_results_add_note (fixture->results, note);
}

static void
flush (Fixture *fixture)
{
  chat_timeline_flush (fixture->timeline);
  madang_results_flush (fixture->results);
  check (fixture);
}

static void
prepend (Fixture *fixture, guint n, gint64 age)
{
  g_autoptr (GPtrArray) older = g_ptr_array_new_with_free_func (g_object_unref);
  guint64 first = chat_timeline_get_oldest_serial (fixture->timeline);

  first = first != 0 ? first : fixture->serial;
  for (guint i = MIN (n, first - 1); i > 0; i--)
    g_ptr_array_add (older, make_message (first - i, age));
  chat_timeline_prepend (fixture->timeline, older);
}

/* Notes by their texts, messages by their serials. */
static void
expect (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  flush (fixture);
  for (guint i = 0; i < fixture->mirror->len; i++)
    {
      gpointer item = fixture->mirror->pdata[i];

      if (text->len > 0)
        g_string_append_c (text, ' ');
      if (MADANG_IS_NOTE (item))
        g_string_append (text, madang_note_get_text (item));
      else
        g_string_append_printf (text, "%" G_GUINT64_FORMAT, chat_message_get_serial (item));
    }
  g_assert_cmpstr (text->str, ==, expected);
}

/* }}} */

static void
test_live (Fixture *fixture, gconstpointer data)
{
  madang_results_set_live (fixture->results, TRUE);
  note (fixture, "a");
  /* The server's clock is behind. */
  say (fixture, 3600 * 1000);
  note (fixture, "b");
  note (fixture, "c");
  say (fixture, 0);
  expect (fixture, "a 1000 b c 1001");
}

/* What was said before the note stands before it, also when both come within one frame. */
static void
test_order_within_a_frame (Fixture *fixture, gconstpointer data)
{
  madang_results_set_live (fixture->results, TRUE);
  say (fixture, 0);
  say (fixture, 0);
  note (fixture, "end");
  expect (fixture, "1000 1001 end");
}

static void
test_history (Fixture *fixture, gconstpointer data)
{
  note (fixture, "connect");
  say (fixture, 5000);
  say (fixture, 4000);
  chat_timeline_flush (fixture->timeline);
  madang_results_set_live (fixture->results, TRUE);
  note (fixture, "connected");
  say (fixture, 0);
  expect (fixture, "1000 1001 connect connected 1002");

  prepend (fixture, 2, 9000);
  expect (fixture, "998 999 1000 1001 connect connected 1002");
}

/* After an absence, what was missed follows what is known of it. */
static void
test_missed (Fixture *fixture, gconstpointer data)
{
  madang_results_set_live (fixture->results, TRUE);
  say (fixture, 0);
  note (fixture, "closed");
  flush (fixture);
  madang_results_set_live (fixture->results, FALSE);
  say (fixture, -1000);
  chat_timeline_flush (fixture->timeline);
  madang_results_set_live (fixture->results, TRUE);
  note (fixture, "again");
  expect (fixture, "1000 closed 1001 again");
}

static void
test_clear (Fixture *fixture, gconstpointer data)
{
  madang_results_set_live (fixture->results, TRUE);
  say (fixture, 0);
  note (fixture, "a");
  say (fixture, 0);
  note (fixture, "b");
  flush (fixture);
  chat_timeline_clear (fixture->timeline);
  expect (fixture, "a b");
  say (fixture, 0);
  expect (fixture, "a b 1002");
}

/* With the oldest messages the notes between them go. */
static void
test_trim (Fixture *fixture, gconstpointer data)
{
  madang_results_set_live (fixture->results, TRUE);
  note (fixture, "first");
  for (guint i = 0; i < 10; i++)
    {
      say (fixture, 0);
      if (i % 3 == 0)
        note (fixture, i == 0 ? "a" : i == 3 ? "b" : i == 6 ? "c" : "d");
    }
  expect (fixture, "first 1000 a 1001 1002 1003 b 1004 1005 1006 c 1007 1008 1009 d");
  chat_timeline_set_max_length (fixture->timeline, 4);
  expect (fixture, "1006 c 1007 1008 1009 d");
}

/* A crowd that comes costs one change a frame, and what it leaves is bounded. */
static void
test_many_notes (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < MADANG_RESULTS_MAX_NOTES; i++)
    note (fixture, "came");
  g_assert_cmpuint (fixture->n_changes, ==, 0);
  flush (fixture);
  g_assert_cmpuint (fixture->n_changes, ==, 1);

  for (guint i = 0; i < MADANG_RESULTS_MAX_NOTES; i++)
    note (fixture, "came");
  flush (fixture);
  g_assert_cmpuint (fixture->mirror->len, <=, MADANG_RESULTS_MAX_NOTES);
  g_assert_cmpuint (fixture->n_changes, <, 50);
}

static void
do_something (Fixture *fixture)
{
  switch (g_test_rand_int_range (0, 9))
    {
    case 0:
    case 1:
      say (fixture, g_test_rand_int_range (-10000, 10000));
      break;
    case 2:
    case 3:
      note (fixture, "note");
      break;
    case 4:
      prepend (fixture, g_test_rand_int_range (1, 5), g_test_rand_int_range (0, 10000));
      break;
    case 5:
      madang_results_set_live (fixture->results, g_test_rand_bit ());
      break;
    case 6:
      chat_timeline_flush (fixture->timeline);
      break;
    case 7:
      madang_results_flush (fixture->results);
      break;
    default:
      if (g_test_rand_int_range (0, 20) == 0)
        chat_timeline_clear (fixture->timeline);
      break;
    }
}

static void
test_random (Fixture *fixture, gconstpointer data)
{
  chat_timeline_set_max_length (fixture->timeline, 40);
  for (guint i = 0; i < 20000; i++)
    {
      do_something (fixture);
      check (fixture);
    }
}

#define add(name, function)                                                                        \
  g_test_add ("/ui/results/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("live", test_live);
  add ("order-within-a-frame", test_order_within_a_frame);
  add ("history", test_history);
  add ("missed", test_missed);
  add ("clear", test_clear);
  add ("trim", test_trim);
  add ("many-notes", test_many_notes);
  add ("random", test_random);

  return g_test_run ();
}
