/* test-roster.c: the list of who is here
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-roster.h"

static ChatUser *
make_user (guint number)
{
  g_autofree char *id = g_strdup_printf ("id-%u", number);

  return chat_user_new (id, NULL, CHAT_USER_PLAIN);
}

static gboolean
add (ChatRoster *roster, guint number)
{
  g_autoptr (ChatUser) user = make_user (number);

  return chat_roster_add (roster, user);
}

static gboolean
drop (ChatRoster *roster, guint number)
{
  g_autofree char *id = g_strdup_printf ("id-%u", number);

  return chat_roster_remove (roster, id);
}

static char *
describe (ChatRoster *roster)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (roster)); i++)
    {
      g_autoptr (ChatUser) user = g_list_model_get_item (G_LIST_MODEL (roster), i);

      g_assert_true (chat_roster_lookup (roster, chat_user_get_id (user)) == user);
      g_string_append_printf (text, "%s ", chat_user_get_id (user));
    }
  return g_string_free (text, FALSE);
}

static void
assert_ids (ChatRoster *roster, const char *expected)
{
  g_autofree char *ids = describe (roster);

  g_assert_cmpstr (ids, ==, expected);
}

/* Follows the model by its changes alone. */
static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  GPtrArray *copy = user_data;

  g_ptr_array_remove_range (copy, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (copy, position + i, g_list_model_get_item (model, position + i));
}

static void
assert_same (ChatRoster *roster, GPtrArray *copy)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (roster)), ==, copy->len);
  for (guint i = 0; i < copy->len; i++)
    {
      g_autoptr (ChatUser) user = g_list_model_get_item (G_LIST_MODEL (roster), i);

      g_assert_true (user == copy->pdata[i]);
    }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (roster), copy->len));
}

static void
test_order (void)
{
  g_autoptr (ChatRoster) roster = chat_roster_new ();

  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (roster)) == CHAT_TYPE_USER);
  for (guint i = 0; i < 4; i++)
    g_assert_true (add (roster, i));
  g_assert_false (add (roster, 2));
  assert_ids (roster, "id-0 id-1 id-2 id-3 ");

  g_assert_true (drop (roster, 1));
  g_assert_false (drop (roster, 1));
  g_assert_false (drop (roster, 9));
  g_assert_null (chat_roster_lookup (roster, "id-1"));
  assert_ids (roster, "id-0 id-2 id-3 ");

  g_assert_true (add (roster, 1));
  assert_ids (roster, "id-0 id-2 id-3 id-1 ");
}

static void
test_replace (void)
{
  g_autoptr (ChatRoster) roster = chat_roster_new ();
  g_autoptr (GPtrArray) users = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) copy = g_ptr_array_new_with_free_func (g_object_unref);

  g_signal_connect (roster, "items-changed", G_CALLBACK (on_items_changed), copy);
  chat_roster_replace (roster, NULL);
  add (roster, 7);
  g_ptr_array_add (users, make_user (1));
  g_ptr_array_add (users, make_user (2));
  g_ptr_array_add (users, make_user (1));
  chat_roster_replace (roster, users);
  assert_ids (roster, "id-1 id-2 ");
  assert_same (roster, copy);

  chat_roster_replace (roster, NULL);
  assert_ids (roster, "");
  assert_same (roster, copy);
}

static void
test_random (void)
{
  g_autoptr (ChatRoster) roster = chat_roster_new ();
  g_autoptr (GPtrArray) copy = g_ptr_array_new_with_free_func (g_object_unref);

  g_signal_connect (roster, "items-changed", G_CALLBACK (on_items_changed), copy);
  for (guint i = 0; i < 5000; i++)
    {
      guint number = g_test_rand_int_range (0, 60);

      if (g_test_rand_int_range (0, 2) == 0)
        add (roster, number);
      else
        drop (roster, number);
      assert_same (roster, copy);
    }
}

/* Were it to walk the list, this would take minutes. */
static void
test_many (void)
{
  g_autoptr (ChatRoster) roster = chat_roster_new ();
  const guint n = 100000;

  for (guint i = 0; i < n; i++)
    add (roster, i);
  for (guint i = 0; i < n; i++)
    g_assert_true (drop (roster, i * 7919u % n));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (roster)), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/roster/order", test_order);
  g_test_add_func ("/chat/roster/replace", test_replace);
  g_test_add_func ("/chat/roster/random", test_random);
  g_test_add_func ("/chat/roster/many", test_many);

  return g_test_run ();
}
