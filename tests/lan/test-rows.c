/* test-rows.c: one row for each chat, however often it is seen
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "lan-rows.h"

/* Follows the model by its changes alone. */
static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  GPtrArray *copy = user_data;

  if (removed > 0)
    g_ptr_array_remove_range (copy, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (copy, position + i, g_list_model_get_item (model, position + i));
}

typedef struct
{
  LanRows *rows;
  GPtrArray *copy;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->rows = lan_rows_new ();
  self->copy = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (self->rows, "items-changed", G_CALLBACK (on_items_changed), self->copy);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_ptr_array_unref (self->copy);
  g_assert_finalize_object (self->rows);
}

/* A service is seen; its id is "-" if it has none. */
static void
see (Fixture *self,
     const char *service,
     const char *id,
     const char *name,
     const char *host,
     const char *address,
     guint16 port)
{
  g_autofree char *id_string = g_strconcat ("id=", g_str_equal (id, "-") ? "" : id, NULL);
  g_autofree char *name_string = g_strconcat ("name=", name, NULL);
  const char *strings[] = { id_string, name_string, NULL };
  g_autoptr (GVariant) txt = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
  for (guint i = 0; strings[i] != NULL; i++)
    g_variant_builder_add_value (
      &builder,
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, strings[i], strlen (strings[i]), 1));
  txt = g_variant_ref_sink (g_variant_builder_end (&builder));
  lan_rows_put (self->rows, service,
                lan_record_new (&(LanAnswer){ .instance = name,
                                              .host = host,
                                              .address = address,
                                              .interface = "eth0",
                                              .port = port,
                                              .txt = txt }));
}

/* NAME@ADDRESS:PORT of each row. */
static void
assert_rows (Fixture *self, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));

  g_assert_cmpuint (n, ==, self->copy->len);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LanChat) chat = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

      g_assert_true (chat == self->copy->pdata[i]);
      g_string_append_printf (text, "%s%s@%s:%u", i > 0 ? " " : "", lan_chat_get_name (chat),
                              lan_chat_get_address (chat), lan_chat_get_port (chat));
    }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (self->rows), n));
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_sorted (Fixture *self, gconstpointer data)
{
  see (self, "1", "b", "beta", "h", "10.0.0.1", 1);
  see (self, "2", "c", "마당", "h", "10.0.0.1", 2);
  see (self, "3", "a", "Alpha", "h", "10.0.0.1", 3);
  see (self, "4", "d", "Gamma", "h", "10.0.0.1", 4);
  assert_rows (self, "Alpha@10.0.0.1:3 beta@10.0.0.1:1 Gamma@10.0.0.1:4 마당@10.0.0.1:2");
}

/* The row goes when the last does, and its address is the best of those that are left. */
static void
test_merged (Fixture *self, gconstpointer data)
{
  see (self, "eth0 6", "id", "Yard", "desk.local", "fe80::1", 3000);
  assert_rows (self, "Yard@fe80::1%eth0:3000");
  see (self, "eth0 4", "id", "Yard", "desk.local", "10.0.0.1", 3000);
  assert_rows (self, "Yard@10.0.0.1:3000");
  see (self, "eth1 4", "id", "Yard", "desk.local", "10.0.1.1", 3000);
  assert_rows (self, "Yard@10.0.0.1:3000");

  lan_rows_remove (self->rows, "eth0 4");
  assert_rows (self, "Yard@10.0.1.1:3000");
  lan_rows_remove (self->rows, "eth1 4");
  assert_rows (self, "Yard@fe80::1%eth0:3000");
  lan_rows_remove (self->rows, "eth0 6");
  lan_rows_remove (self->rows, "eth0 6");
  assert_rows (self, "");
}

/* Two chats of one host have the same address, and a copy of a chat has the same id. */
static void
test_not_merged (Fixture *self, gconstpointer data)
{
  see (self, "1", "a", "Yard", "desk.local", "10.0.0.1", 3000);
  see (self, "2", "b", "Yard", "desk.local", "10.0.0.1", 3000);
  see (self, "3", "a", "Yard", "fake.local", "10.0.0.9", 3000);
  assert_rows (self, "Yard@10.0.0.1:3000 Yard@10.0.0.9:3000 Yard@10.0.0.1:3000");
}

static void
test_without_id (Fixture *self, gconstpointer data)
{
  see (self, "eth0", "-", "Yard", "desk.local", "10.0.0.1", 3000);
  see (self, "eth1", "-", "Yard", "desk.local", "10.0.1.1", 3000);
  see (self, "other", "-", "Yard", "desk.local", "10.0.0.1", 3001);
  assert_rows (self, "Yard@10.0.0.1:3000 Yard@10.0.0.1:3001");
}

static void
on_notify (LanChat *chat, GParamSpec *pspec, gpointer user_data)
{
  GString *names = user_data;

  g_string_append_printf (names, "%s ", pspec->name);
}

/* The row is the same object, and says what changed. */
static void
test_changes (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (LanChat) chat = NULL;

  see (self, "1", "a", "Yard", "desk.local", "10.0.0.1", 3000);
  see (self, "2", "b", "Zoo", "desk.local", "10.0.0.2", 3000);
  chat = g_list_model_get_item (G_LIST_MODEL (self->rows), 0);
  g_signal_connect (chat, "notify", G_CALLBACK (on_notify), names);

  see (self, "1", "a", "Yard", "desk.local", "10.0.0.1", 3000);
  g_assert_cmpstr (names->str, ==, "");
  see (self, "1", "a", "Zoos", "desk.local", "10.0.0.1", 3001);
  assert_rows (self, "Zoo@10.0.0.2:3000 Zoos@10.0.0.1:3001");
  g_assert_true (self->copy->pdata[1] == chat);
  g_assert_nonnull (strstr (names->str, "name "));
  g_assert_nonnull (strstr (names->str, "port "));
  g_assert_null (strstr (names->str, "host "));
}

/* A service whose record is another chat's now belongs to that one. */
static void
test_moves (Fixture *self, gconstpointer data)
{
  see (self, "1", "a", "Yard", "desk.local", "10.0.0.1", 3000);
  see (self, "2", "a", "Yard", "desk.local", "10.0.1.1", 3000);
  see (self, "1", "b", "Beach", "desk.local", "10.0.0.1", 3000);
  assert_rows (self, "Beach@10.0.0.1:3000 Yard@10.0.1.1:3000");
  see (self, "2", "b", "Beach", "desk.local", "10.0.1.1", 3000);
  assert_rows (self, "Beach@10.0.0.1:3000");
}

static void
see_number (Fixture *self, guint number)
{
  g_autofree char *id = g_strdup_printf ("%u", number);

  see (self, id, id, "Yard", "desk.local", "10.0.0.1", 3000);
}

static void
test_full (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < LAN_ROWS_MAX + 50; i++)
    see_number (self, i);
  g_assert_cmpuint (self->copy->len, ==, LAN_ROWS_MAX);

  /* Who has a row keeps it, and one that goes leaves its place. */
  see (self, "again", "0", "Yard", "desk.local", "10.0.0.2", 3000);
  g_assert_cmpuint (self->copy->len, ==, LAN_ROWS_MAX);
  lan_rows_remove (self->rows, "1");
  g_assert_cmpuint (self->copy->len, ==, LAN_ROWS_MAX - 1);
  see_number (self, LAN_ROWS_MAX);
  g_assert_cmpuint (self->copy->len, ==, LAN_ROWS_MAX);

  lan_rows_clear (self->rows);
  assert_rows (self, "");
  see_number (self, 1);
  assert_rows (self, "Yard@10.0.0.1:3000");
}

#define add_test(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/lan/rows/sorted", test_sorted);
  add_test ("/lan/rows/merged", test_merged);
  add_test ("/lan/rows/not-merged", test_not_merged);
  add_test ("/lan/rows/without-id", test_without_id);
  add_test ("/lan/rows/changes", test_changes);
  add_test ("/lan/rows/moves", test_moves);
  add_test ("/lan/rows/full", test_full);

  return g_test_run ();
}
