/* test-store.c: what the store keeps, and what it does with a bad disk or a bad file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chat-store-private.h"
#include "socketio-json.h"

#define APPLICATION_ID "0x4d414447"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
fixture_set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("madang-store-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "madang.db", NULL);
}

static void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  const char *suffixes[] = { "", "-wal", "-shm", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (self->path, suffixes[i], NULL);

      g_unlink (path);
    }

  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->path);
}

static ChatStore *
open_store (const char *folder)
{
  g_autoptr (GError) error = NULL;
  ChatStore *store = chat_store_new (folder, &error);

  g_assert_no_error (error);

  return store;
}

static void
assert_not_opened (const char *folder, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatStore) store = chat_store_new (folder, &error);

  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  g_assert_null (store);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, reason));
}

/* What another program may do to the file. */
static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *database = NULL;
  char *message = NULL;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  sqlite3_exec (database, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (database);
}

static guint64
add_to (ChatStore *store, const char *recipient, const char *text, GError **error)
{
  g_autoptr (JsonNode) data = json_node_init_string (json_node_alloc (), text);
  g_autoptr (ChatMessage)
    message = chat_message_new (0, 1700000000000, "sender", "보낸이", recipient, NULL, NULL, data);

  return chat_store_add_message (store, message, error);
}

static guint64
add (ChatStore *store, const char *text)
{
  g_autoptr (GError) error = NULL;
  guint64 serial = add_to (store, CHAT_RECIPIENT_ALL, text, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (serial, >, 0);

  return serial;
}

static void
add_many (ChatStore *store, guint count)
{
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i + 1);

      add (store, text);
    }
}

static GPtrArray *
list (ChatStore *store, guint64 before, guint limit, gboolean *more)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *page = chat_store_list_messages (store, CHAT_RECIPIENT_ALL, before, limit, more,
                                              &error);

  g_assert_no_error (error);

  return page;
}

static void
assert_texts (ChatStore *store, const char *expected)
{
  g_autoptr (GPtrArray) page = list (store, 0, 1000, NULL);
  g_autoptr (GString) texts = g_string_new (NULL);

  for (guint i = 0; i < page->len; i++)
    g_string_append_printf (texts, "%s%s", i > 0 ? "|" : "",
                            chat_message_get_text (page->pdata[i]));
  g_assert_cmpstr (texts->str, ==, expected);
}

static void
assert_count (ChatStore *store, const char *recipient, gint64 expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (chat_store_count_messages (store, recipient, &error), ==, expected);
  g_assert_no_error (error);
}

static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);
  g_autoptr (GPtrArray) page = NULL;
  ChatMessage *message;
  guint64 serial = add (store, "안녕 👋");

  g_clear_object (&store);
  store = open_store (fixture->folder);
  page = list (store, 0, 10, NULL);

  g_assert_cmpuint (page->len, ==, 1);
  message = page->pdata[0];
  g_assert_cmpuint (chat_message_get_serial (message), ==, serial);
  g_assert_cmpint (chat_message_get_time (message), ==, 1700000000000);
  g_assert_cmpstr (chat_message_get_sender (message), ==, "sender");
  g_assert_cmpstr (chat_message_get_sender_name (message), ==, "보낸이");
  g_assert_cmpstr (chat_message_get_recipient (message), ==, "ALL");
  g_assert_cmpstr (chat_message_get_command (message), ==, "chat");
  g_assert_cmpstr (chat_message_get_type_name (message), ==, "text");
  g_assert_cmpstr (chat_message_get_text (message), ==, "안녕 👋");
  g_assert_cmpuint (add (store, "next"), >, serial);
}

static void
test_private_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "a", "b", NULL);
  g_autofree char *path = g_build_filename (folder, "madang.db", NULL);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autoptr (ChatStore) store = open_store (folder);
  GStatBuf info;

  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (wal, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  g_clear_object (&store);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_cmpint (g_rmdir (parent), ==, 0);
}

static void
test_in_memory (void)
{
  g_autoptr (ChatStore) store = open_store (NULL);
  g_autoptr (ChatStore) other = open_store (NULL);

  add (store, "a");
  assert_texts (store, "a");
  assert_texts (other, "");
}

static void
test_paging (void)
{
  g_autoptr (ChatStore) store = open_store (NULL);
  g_autoptr (GError) error = NULL;
  guint64 before = 0;
  guint expected = 95;
  gboolean more = TRUE;

  for (guint i = 0; i < 5; i++)
    add_to (store, "someone", "private", &error);
  add_many (store, 95);

  while (more)
    {
      g_autoptr (GPtrArray) page = list (store, before, 10, &more);

      g_assert_cmpuint (page->len, ==, MIN (10, expected));
      for (guint i = 0; i < page->len; i++)
        {
          g_autofree char *text = g_strdup_printf ("%u", expected - page->len + i + 1);

          g_assert_cmpstr (chat_message_get_text (page->pdata[i]), ==, text);
        }
      expected -= page->len;
      g_assert_true (more == (expected > 0));
      before = chat_message_get_serial (page->pdata[0]);
    }

  g_assert_cmpuint (expected, ==, 0);
  assert_count (store, CHAT_RECIPIENT_ALL, 95);
  assert_count (store, "someone", 5);
  assert_count (store, "nobody", 0);
}

static void
test_paging_edges (void)
{
  g_autoptr (ChatStore) store = open_store (NULL);
  g_autoptr (GPtrArray) none = list (store, 0, 10, NULL);
  g_autoptr (GPtrArray) zero = NULL;
  g_autoptr (GPtrArray) exact = NULL;
  g_autoptr (GPtrArray) far = NULL;
  g_autoptr (GPtrArray) before_all = NULL;
  gboolean more = TRUE;

  g_assert_cmpuint (none->len, ==, 0);
  add_many (store, 3);

  zero = list (store, 0, 0, &more);
  g_assert_cmpuint (zero->len, ==, 0);
  g_assert_true (more);
  exact = list (store, 0, 3, &more);
  g_assert_cmpuint (exact->len, ==, 3);
  g_assert_false (more);
  far = list (store, G_MAXUINT64, 2, &more);
  g_assert_cmpuint (far->len, ==, 2);
  g_assert_true (more);
  before_all = list (store, 1, 2, &more);
  g_assert_cmpuint (before_all->len, ==, 0);
  g_assert_false (more);
}

/* A page has to travel as one packet. */
static void
test_paging_by_size (void)
{
  g_autoptr (ChatStore) store = open_store (NULL);
  g_autofree char *large = g_strnfill (400 * 1024, 'x');
  g_autofree char *huge = g_strnfill (3 * 1024 * 1024, 'x');
  g_autoptr (GPtrArray) page = NULL;
  g_autoptr (GPtrArray) single = NULL;
  gboolean more = FALSE;

  for (guint i = 0; i < 6; i++)
    add (store, large);
  page = list (store, 0, 100, &more);
  g_assert_cmpuint (page->len, ==, 2);
  g_assert_true (more);

  add (store, huge);
  single = list (store, 0, 100, &more);
  g_assert_cmpuint (single->len, ==, 1);
  g_assert_true (more);
}

static guint64
add_private (ChatStore *store, const char *sender, const char *recipient, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) data = json_node_init_string (json_node_alloc (), text);
  g_autoptr (ChatMessage)
    message = chat_message_new (0, 1700000000000, sender, sender, recipient, NULL, NULL, data);
  guint64 serial = chat_store_add_message (store, message, &error);

  g_assert_no_error (error);
  return serial;
}

static void
assert_reads (ChatStore *store,
              const char *reader,
              guint64 before,
              guint limit,
              const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) texts = g_string_new (NULL);
  gboolean more;
  g_autoptr (GPtrArray)
    page = chat_store_list_messages (store, reader, before, limit, &more, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < page->len; i++)
    g_string_append_printf (texts, "%s ", chat_message_get_text (page->pdata[i]));
  g_assert_cmpstr (texts->str, ==, expected);
  g_assert_cmpint (more, ==, page->len == limit);
}

/* What went to all, and one's own; never what others wrote to each other. */
static void
test_readers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);

  add (store, "1");
  add_private (store, "anna", "bert", "2");
  add_private (store, "bert", "anna", "3");
  add_private (store, "bert", "carl", "4");
  add (store, "5");
  add_private (store, "anna", "anna", "6");
  add_private (store, "carl", "bert", "7");

  assert_reads (store, "anna", 0, 10, "1 2 3 5 6 ");
  assert_reads (store, "bert", 0, 10, "1 2 3 4 5 7 ");
  assert_reads (store, "carl", 0, 10, "1 4 5 7 ");
  assert_reads (store, CHAT_RECIPIENT_ALL, 0, 10, "1 5 ");
  assert_reads (store, "", 0, 10, "1 5 ");
  assert_reads (store, "Anna", 0, 10, "1 5 ");
  assert_reads (store, "ann%", 0, 10, "1 5 ");
  assert_reads (store, "anna' OR 1 --", 0, 10, "1 5 ");
  assert_reads (store, "anna", 0, 3, "3 5 6 ");
  assert_reads (store, "anna", 3, 1, "2 ");
  assert_reads (store, "bert", 7, 2, "4 5 ");
}

static void
test_any_text (Fixture *fixture, gconstpointer data)
{
  const char *texts[] = {
    "",
    "'); DROP TABLE messages; --",
    "?1 :a @b $c %s %n",
    "가나다 ㄱㄴㄷ 漢字 עברית 👩‍👧",
    "\xe1\x84\x80\xe1\x85\xb5",
    "\x01\x1f\x7f\n\r\t\\\"",
    "</script><b>",
  };
  g_autoptr (ChatStore) store = open_store (fixture->folder);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) text = json_node_init_string (json_node_alloc (), texts[i]);
      g_autoptr (ChatMessage)
        message = chat_message_new (0, -1, texts[i], texts[i], texts[i], texts[i], texts[i], text);
      g_autoptr (GPtrArray) page = NULL;

      chat_store_add_message (store, message, &error);
      g_assert_no_error (error);
      page = chat_store_list_messages (store, texts[i], 0, 10, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (page->len, ==, 1);
      g_assert_cmpstr (chat_message_get_text (page->pdata[0]), ==, texts[i]);
      g_assert_cmpstr (chat_message_get_sender (page->pdata[0]), ==, texts[i]);
      g_assert_cmpstr (chat_message_get_type_name (page->pdata[0]), ==, texts[i]);
    }
}

static void
assert_round_trip (ChatStore *store, const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) data = socketio_json_parse (json, -1, &error);
  g_autoptr (ChatMessage) message = NULL;
  g_autoptr (GPtrArray) page = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  message = chat_message_new (0, 0, "a", NULL, NULL, NULL, NULL, data);
  chat_store_add_message (store, message, &error);
  g_assert_no_error (error);

  page = list (store, 0, 1, NULL);
  g_assert_cmpuint (page->len, ==, 1);
  text = socketio_json_to_string (chat_message_get_data (page->pdata[0]));
  g_assert_cmpstr (text, ==, json);
}

static void
test_any_json (void)
{
  g_autoptr (ChatStore) store = open_store (NULL);
  g_autoptr (GString) deep = g_string_new (NULL);

  assert_round_trip (store, "null");
  assert_round_trip (store, "0");
  assert_round_trip (store, "[]");
  assert_round_trip (store, "{\"a\":{\"b\":[1.5,true,\"가\"]},\"\":null}");

  for (guint i = 0; i < SOCKETIO_JSON_MAX_DEPTH; i++)
    {
      g_string_prepend_c (deep, '[');
      g_string_append_c (deep, ']');
    }
  assert_round_trip (store, deep->str);
}

static void
test_too_large (void)
{
  g_autoptr (ChatStore) store = open_store (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (17 * 1024 * 1024, 'x');
  g_autofree char *field = g_strnfill (2000, 'x');

  g_assert_cmpuint (add_to (store, CHAT_RECIPIENT_ALL, text, &error), ==, 0);
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_cmpuint (add_to (store, field, "a", &error), ==, 0);
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_TOO_LARGE);

  add (store, "b");
  assert_texts (store, "b");
}

static guint
prune_all (ChatStore *store, guint keep)
{
  guint steps = 0;
  gint removed;

  do
    {
      g_autoptr (GError) error = NULL;

      removed = chat_store_prune (store, keep, &error);
      g_assert_no_error (error);
      g_assert_cmpint (removed, <=, 500);
      steps++;
    }
  while (removed > 0);

  return steps;
}

static void
test_prune (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) page = NULL;
  guint64 newest;

  for (guint i = 0; i < 30; i++)
    add_to (store, "someone", "private", &error);
  add_many (store, 1730);
  g_assert_cmpuint (prune_all (store, 2000), ==, 1);
  assert_count (store, CHAT_RECIPIENT_ALL, 1730);

  /* In steps that are bounded. */
  g_assert_cmpuint (prune_all (store, 100), >, 3);
  assert_count (store, CHAT_RECIPIENT_ALL, 100);
  assert_count (store, "someone", 30);
  page = list (store, 0, 1000, NULL);
  g_assert_cmpstr (chat_message_get_text (page->pdata[0]), ==, "1631");
  newest = chat_message_get_serial (page->pdata[99]);

  /* What comes after a pruning counts for the next. */
  add_many (store, 7);
  for (guint i = 0; i < 80; i++)
    add_to (store, "someone", "private", &error);
  prune_all (store, 100);
  assert_count (store, CHAT_RECIPIENT_ALL, 100);
  assert_count (store, "someone", 100);
  newest += 87;

  /* What is gone gives no serial back. */
  prune_all (store, 0);
  assert_count (store, CHAT_RECIPIENT_ALL, 0);
  assert_count (store, "someone", 0);
  g_clear_object (&store);
  store = open_store (fixture->folder);
  g_assert_cmpuint (add (store, "after"), >, newest);
}

/* Another process has removed what this one counted. */
static void
test_prune_recounts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);

  add_many (store, 20);
  prune_all (store, 20);
  run_sql (fixture->path, "DELETE FROM messages WHERE serial <= 10");
  add_many (store, 2);
  prune_all (store, 10);
  assert_count (store, CHAT_RECIPIENT_ALL, 10);
}

static void
test_prune_bytes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);
  g_autofree char *large = g_strnfill (50 * 1024, 'x');
  g_autoptr (GPtrArray) page = NULL;
  guint64 newest = 0;
  gint64 count;

  store->max_bytes = 2500 * 1024;
  for (guint i = 0; i < 100; i++)
    newest = add (store, large);
  prune_all (store, CHAT_STORE_DEFAULT_KEEP);
  count = chat_store_count_messages (store, CHAT_RECIPIENT_ALL, NULL);
  g_assert_cmpint (count, >=, 20);
  g_assert_cmpint (count, <, 50);
  page = list (store, 0, 100, NULL);
  g_assert_cmpuint (chat_message_get_serial (page->pdata[page->len - 1]), ==, newest);

  /* They are not taken for still there. */
  prune_all (store, count);
  assert_count (store, CHAT_RECIPIENT_ALL, count);
}

static void
test_prune_users (void)
{
  g_autoptr (ChatStore) store = open_store (NULL);

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *id = g_strdup_printf ("id-%u", i);

      chat_store_save_user (store, id, "name", id, &error);
      g_assert_no_error (error);
    }

  g_assert_cmpuint (prune_all (store, 20), ==, 1);
  g_assert_true (chat_store_touch_user (store, "id-0", NULL));
  prune_all (store, 5);
  prune_all (store, 0);
  g_assert_false (chat_store_touch_user (store, "id-0", NULL));
}

static void
test_users (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autofree char *name = NULL;

  g_assert_true (chat_store_save_user (store, "id-1", "김철수", "hash-1", &error));
  g_assert_true (chat_store_save_user (store, "id-2", "Alice", "hash-2", &error));
  g_clear_object (&store);
  store = open_store (fixture->folder);

  g_assert_true (chat_store_find_user_by_secret (store, "hash-1", &id, &name, &error));
  g_assert_cmpstr (id, ==, "id-1");
  g_assert_cmpstr (name, ==, "김철수");
  g_assert_true (chat_store_find_user_by_secret (store, "hash-2", NULL, NULL, &error));
  g_assert_true (chat_store_has_user (store, "id-2", &error));
  g_assert_false (chat_store_has_user (store, "Alice", &error));
  g_assert_no_error (error);
  g_assert_true (chat_store_touch_user (store, "id-1", &error));
  g_assert_no_error (error);
}

static void
test_users_rename (void)
{
  g_autoptr (ChatStore) store = open_store (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  chat_store_save_user (store, "id-1", "Alice", "hash-1", &error);
  chat_store_save_user (store, "id-1", "'; DELETE FROM users; --", "hash-9", &error);
  g_assert_no_error (error);

  g_assert_true (chat_store_find_user_by_secret (store, "hash-9", NULL, &name, &error));
  g_assert_cmpstr (name, ==, "'; DELETE FROM users; --");
  g_assert_false (chat_store_find_user_by_secret (store, "hash-1", NULL, NULL, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NO_SUCH_USER);
}

static void
test_users_conflicts (void)
{
  g_autoptr (ChatStore) store = open_store (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  g_assert_true (chat_store_save_user (store, "id-1", "A", "hash-1", &error));
  g_assert_false (chat_store_save_user (store, "id-2", "B", "hash-1", &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_ID_TAKEN);
  g_clear_error (&error);
  g_assert_false (chat_store_save_user (store, "id-2", "B", "hash-1", NULL));

  g_assert_false (chat_store_touch_user (store, "id-2", &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NO_SUCH_USER);
  g_clear_error (&error);
  g_assert_true (chat_store_find_user_by_secret (store, "hash-1", &id, NULL, &error));
  g_assert_cmpstr (id, ==, "id-1");
}

static void
test_closed (void)
{
  g_autoptr (ChatStore) store = open_store (NULL);
  g_autoptr (GError) error = NULL;
  GPtrArray *page;

  add (store, "a");
  chat_store_close (store);
  chat_store_close (store);

  g_assert_cmpuint (add_to (store, "ALL", "b", &error), ==, 0);
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  g_clear_error (&error);
  page = chat_store_list_messages (store, "ALL", 0, 1, NULL, &error);
  g_assert_null (page);
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  g_assert_cmpint (chat_store_count_messages (store, "ALL", NULL), ==, -1);
  g_assert_cmpint (chat_store_prune (store, 1, NULL), ==, -1);
  g_assert_false (chat_store_save_user (store, "a", "b", "c", NULL));
  g_assert_false (chat_store_find_user_by_secret (store, "c", NULL, NULL, NULL));
  g_clear_error (&error);
  g_assert_false (chat_store_has_user (store, "a", &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  g_assert_false (chat_store_touch_user (store, "a", NULL));
  g_clear_error (&error);
  g_assert_false (chat_store_try_write (store, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
}

/* Somebody else writes, and then no more. */
static void
test_try_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);
  g_autofree char *id = chat_store_dup_id (store);
  g_autofree char *same_id = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *other;

  g_assert_true (chat_store_try_write (store, &error));
  g_assert_no_error (error);

  g_assert_cmpint (sqlite3_open (fixture->path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_false (chat_store_try_write (store, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  g_clear_error (&error);
  sqlite3_close (other);
  g_assert_true (chat_store_try_write (store, &error));
  g_assert_no_error (error);

  same_id = chat_store_dup_id (store);
  g_assert_cmpstr (id, ==, same_id);
}

/* The database as version 1 had it: no users. */
#define VERSION_1                                                                                  \
  "PRAGMA application_id = " APPLICATION_ID ";"                                                    \
  "CREATE TABLE messages (serial INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL,"        \
  " sender TEXT NOT NULL, sender_name TEXT NOT NULL, recipient TEXT NOT NULL,"                     \
  " command TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL);"                               \
  "CREATE INDEX messages_by_recipient ON messages (recipient);"                                    \
  "CREATE INDEX messages_private ON messages (serial) WHERE recipient <> 'ALL';"                   \
  "PRAGMA user_version = 1;"

static void
test_migration (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = NULL;
  g_autoptr (GError) error = NULL;

  run_sql (fixture->path, VERSION_1
           "INSERT INTO messages VALUES (40, 5, 'a', 'A', 'b', 'chat', 'text', '\"mine\"');"
           "INSERT INTO messages VALUES (41, 5, 'a', 'A', 'ALL', 'chat', 'text', '\"old\"');");
  store = open_store (fixture->folder);

  assert_texts (store, "old");
  assert_reads (store, "a", 0, 10, "mine old ");
  g_assert_cmpuint (add (store, "new"), ==, 42);
  g_assert_true (chat_store_save_user (store, "id", "name", "hash", &error));
  g_clear_object (&store);

  store = open_store (fixture->folder);
  assert_texts (store, "old|new");
  g_assert_true (chat_store_find_user_by_secret (store, "hash", NULL, NULL, &error));
}

/* A chat keeps its id, and no two have the same. */
static void
test_id (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);
  g_autoptr (ChatStore) other = open_store (NULL);
  g_autofree char *id = chat_store_dup_id (store);
  g_autofree char *other_id = chat_store_dup_id (other);
  g_autofree char *again = NULL;
  g_autofree char *none = NULL;

  g_assert_true (g_uuid_string_is_valid (id));
  g_assert_cmpint (id[14], ==, '4');
  g_assert_nonnull (strchr ("89ab", id[19]));
  g_assert_cmpstr (id, !=, other_id);
  g_clear_object (&store);

  store = open_store (fixture->folder);
  again = chat_store_dup_id (store);
  g_assert_cmpstr (again, ==, id);
  run_sql (fixture->path, "DELETE FROM meta;");
  none = chat_store_dup_id (store);
  g_assert_null (none);
  chat_store_close (store);
  g_assert_null (chat_store_dup_id (store));
}

/* A step that fails leaves the file as it was. */
static void
test_migration_fails (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = NULL;

  run_sql (fixture->path, VERSION_1 "CREATE TABLE users_by_seen (a);");
  assert_not_opened (fixture->folder, "users_by_seen");
  run_sql (fixture->path, "CREATE TABLE users (a); DROP TABLE users; DROP TABLE users_by_seen;");

  store = open_store (fixture->folder);
  add (store, "a");
}

static void
test_from_future (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize before_length, after_length;

  run_sql (fixture->path, VERSION_1 "PRAGMA user_version = 99;");
  g_assert_true (g_file_get_contents (fixture->path, &before, &before_length, NULL));
  assert_not_opened (fixture->folder, "newer version");
  g_assert_true (g_file_get_contents (fixture->path, &after, &after_length, NULL));
  g_assert_cmpmem (before, before_length, after, after_length);
}

static void
test_not_ours (Fixture *fixture, gconstpointer data)
{
  run_sql (fixture->path, "CREATE TABLE bookmarks (a);");
  assert_not_opened (fixture->folder, "another program");
}

static void
test_corrupt (Fixture *fixture, gconstpointer data)
{
  g_autofree char *garbage = g_strnfill (20000, 'x');

  g_assert_true (g_file_set_contents (fixture->path, garbage, 20000, NULL));
  assert_not_opened (fixture->folder, "not a database");
}

/* A file that is good at its start and broken behind it. */
static void
test_corrupt_pages (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);
  g_autoptr (GPtrArray) page = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  gsize length;

  add_many (store, 2000);
  g_clear_object (&store);
  g_assert_true (g_file_get_contents (fixture->path, &contents, &length, NULL));
  memset (contents + 8192, 0x5a, length - 8192);
  g_assert_true (g_file_set_contents (fixture->path, contents, length, NULL));

  store = chat_store_new (fixture->folder, &error);
  if (store == NULL)
    {
      g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
      return;
    }

  page = chat_store_list_messages (store, CHAT_RECIPIENT_ALL, 0, 100, NULL, &error);
  g_assert_null (page);
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_cmpuint (add_to (store, CHAT_RECIPIENT_ALL, "a", &error), ==, 0);
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
}

static void
test_truncated (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);

  add_many (store, 500);
  g_clear_object (&store);
  g_assert_cmpint (truncate (fixture->path, 5000), ==, 0);

  assert_not_opened (fixture->folder, "");
}

/* Rows that this program did not write. The columns of the made table take anything. */
static void
test_hostile_rows (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);
  g_autoptr (GPtrArray) page = NULL;
  gboolean more = TRUE;

  add (store, "first");
  g_clear_object (&store);
  run_sql (fixture->path,
           "CREATE TABLE loose (serial INTEGER PRIMARY KEY AUTOINCREMENT, time, sender,"
           " sender_name, recipient, command, type, data);"
           "INSERT INTO loose SELECT * FROM messages; DROP TABLE messages;"
           "ALTER TABLE loose RENAME TO messages;"
           "CREATE INDEX messages_by_recipient ON messages (recipient);"
           "CREATE INDEX messages_private ON messages (serial) WHERE recipient <> 'ALL';"
           "CREATE INDEX messages_by_private_sender ON messages (sender)"
           " WHERE recipient <> 'ALL' AND recipient <> sender;"
           "INSERT INTO messages VALUES"
           " (-5, 1, 'a', 'a', 'ALL', 'c', 't', '1'),"
           " (11, NULL, 'a', 'a', 'ALL', 'c', 't', '1'),"
           " (12, 1, NULL, 'a', 'ALL', 'c', 't', '1'),"
           " (13, 1, 'a', x'00ff', 'ALL', 'c', 't', '1'),"
           " (14, 1, 'a', 'a', 'ALL', 7, 't', '1'),"
           " (15, 1, 'a', 'a', 'ALL', 'c', CAST (x'61ff' AS TEXT), '1'),"
           " (16, 1, 'a' || char (0) || 'b', 'a', 'ALL', 'c', 't', '1'),"
           " (17, 1, 'a', printf ('%.*c', 5000, 'x'), 'ALL', 'c', 't', '1'),"
           " (18, 1, 'a', 'a', 'ALL', 'c', 't', NULL),"
           " (19, 1, 'a', 'a', 'ALL', 'c', 't', ''),"
           " (20, 1, 'a', 'a', 'ALL', 'c', 't', '{\"a\":'),"
           " (21, 1, 'a', 'a', 'ALL', 'c', 't', printf ('%.*c', 1000000, '[')),"
           " (22, 1, 'a', 'a', 'ALL', 'c', 't', '\"a' || char (0) || 'b\"'),"
           " (23, 1, 'a', 'a', 'ALL', 'c', 't', zeroblob (20000000)),"
           " (24, 1, 'a', 'a', 'ALL', 'c', 't', printf ('\"%.*c\"', 20000000, 'x')),"
           " (25, 'soon', 'a', 'a', 'ALL', 'c', 't', '1'),"
           " (30, 1, 'a', 'a', 'ALL', 'c', 't', '\"last\"');");

  store = open_store (fixture->folder);
  g_test_expect_message ("Chat", G_LOG_LEVEL_MESSAGE, "Skipped 16 messages*");
  page = list (store, 0, 10, &more);
  g_test_assert_expected_messages ();

  g_assert_cmpuint (page->len, ==, 2);
  g_assert_cmpstr (chat_message_get_text (page->pdata[0]), ==, "first");
  g_assert_cmpstr (chat_message_get_text (page->pdata[1]), ==, "last");
  g_assert_false (more);
  g_assert_cmpuint (add (store, "next"), ==, 31);
}

static void
test_hostile_users (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  g_clear_object (&store);
  run_sql (fixture->path, "INSERT INTO users VALUES (x'ff', 'a', 'a', 'hash-1', 0, 0),"
                          " ('id', CAST (x'ff' AS TEXT), 'b', 'hash-2', 'x', 'y');");
  store = open_store (fixture->folder);

  g_assert_false (chat_store_find_user_by_secret (store, "hash-1", &id, NULL, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NO_SUCH_USER);
  g_clear_error (&error);
  g_assert_false (chat_store_find_user_by_secret (store, "hash-2", &id, NULL, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NO_SUCH_USER);
  g_clear_error (&error);
  g_assert_null (id);
}

/* Nothing that a file defines gets to run. */
static void
test_hostile_schema (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);

  g_clear_object (&store);
  run_sql (fixture->path, "CREATE TRIGGER evil AFTER INSERT ON messages BEGIN"
                          " DELETE FROM messages; END;");
  store = open_store (fixture->folder);
  add (store, "a");
  assert_texts (store, "a");
  g_clear_object (&store);

  run_sql (fixture->path, "DROP TABLE messages; CREATE VIEW messages AS SELECT 1 AS serial;");
  assert_not_opened (fixture->folder, "expected form");
}

static void
test_not_a_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inside = g_build_filename (fixture->path, "sub", NULL);

  g_assert_true (g_file_set_contents (fixture->path, "a file", -1, NULL));
  assert_not_opened (fixture->path, "could not be made");
  assert_not_opened (inside, "could not be made");
}

static void
test_file_is_folder (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  assert_not_opened (fixture->folder, "could not be opened");
  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);
}

/* Rights do not bind root, so the one who looks is somebody else. */
static void
test_no_rights (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);
  int status = -1;
  pid_t child;

  g_clear_object (&store);
  g_assert_cmpint (g_chmod (fixture->path, 0444), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0555), ==, 0);

  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      g_autoptr (GError) error = NULL;

      if (getuid () == 0 && setuid (65534) != 0)
        _exit (2);
      store = chat_store_new (fixture->folder, &error);
      _exit (store == NULL && g_error_matches (error, CHAT_ERROR, CHAT_ERROR_STORAGE) &&
                 strstr (error->message, "read-only") != NULL
               ? 0
               : 1);
    }

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
test_locked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);
  g_autoptr (GError) error = NULL;
  sqlite3 *other = NULL;

  add (store, "before");
  g_assert_cmpint (sqlite3_open (fixture->path, &other), ==, SQLITE_OK);
  sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL);

  g_assert_cmpuint (add_to (store, CHAT_RECIPIENT_ALL, "during", &error), ==, 0);
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  assert_texts (store, "before");

  sqlite3_exec (other, "ROLLBACK", NULL, NULL, NULL);
  sqlite3_close (other);
  add (store, "after");
  assert_texts (store, "before|after");
}

static void
set_file_size_limit (rlim_t limit)
{
  struct rlimit limits;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limits), ==, 0);
  limits.rlim_cur = MIN (limit, limits.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limits), ==, 0);
}

/* A limit on the size of files stands in for the disk that is full. */
static void
test_disk_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = open_store (fixture->folder);
  g_autofree char *large = g_strnfill (300 * 1024, 'x');
  g_autoptr (GError) error = NULL;
  guint64 serial;

  add (store, "before");
  signal (SIGXFSZ, SIG_IGN);
  set_file_size_limit (200 * 1024);
  serial = add_to (store, CHAT_RECIPIENT_ALL, large, &error);
  set_file_size_limit (RLIM_INFINITY);

  g_assert_cmpuint (serial, ==, 0);
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE);
  assert_texts (store, "before");
  add (store, "after");
  assert_texts (store, "before|after");
  g_clear_object (&store);
  store = open_store (fixture->folder);
  assert_texts (store, "before|after");
}

/* Writes the serial of each message as soon as the store gave it. */
static void G_GNUC_NORETURN
write_until_killed (const char *folder, int fd)
{
  g_autoptr (ChatStore) store = chat_store_new (folder, NULL);

  for (;;)
    {
      guint64 serial = add_to (store, CHAT_RECIPIENT_ALL, "살아남은 글", NULL);

      if (serial == 0 || write (fd, &serial, sizeof serial) != sizeof serial)
        _exit (1);
    }
}

static guint64
read_until_killed (pid_t child, int fd, guint64 enough)
{
  guint64 serial = 0, last = 0;

  while (read (fd, &serial, sizeof serial) == sizeof serial)
    {
      g_assert_cmpuint (serial, ==, last + 1);
      last = serial;
      if (last == enough)
        g_assert_cmpint (kill (child, SIGKILL), ==, 0);
    }

  return last;
}

static void
test_killed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatStore) store = NULL;
  guint64 acknowledged;
  int fds[2], status = 0;
  pid_t child;

  g_assert_cmpint (pipe (fds), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      close (fds[0]);
      write_until_killed (fixture->folder, fds[1]);
    }

  close (fds[1]);
  acknowledged = read_until_killed (child, fds[0], 2500);
  close (fds[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpuint (acknowledged, >=, 2500);

  store = open_store (fixture->folder);
  g_assert_cmpint (chat_store_count_messages (store, CHAT_RECIPIENT_ALL, NULL), >=, acknowledged);
  for (guint64 before = 0; before != 1;)
    {
      g_autoptr (GPtrArray) page = list (store, before, 1000, NULL);

      for (guint i = 0; i < page->len; i++)
        g_assert_cmpstr (chat_message_get_text (page->pdata[i]), ==, "살아남은 글");
      before = chat_message_get_serial (page->pdata[0]);
    }
}

#define add_store_test(path, function)                                                             \
  g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_store_test ("/chat/store/restart", test_restart);
  add_store_test ("/chat/store/private-files", test_private_files);
  g_test_add_func ("/chat/store/in-memory", test_in_memory);
  g_test_add_func ("/chat/store/paging", test_paging);
  g_test_add_func ("/chat/store/paging-edges", test_paging_edges);
  g_test_add_func ("/chat/store/paging-by-size", test_paging_by_size);
  add_store_test ("/chat/store/any-text", test_any_text);
  g_test_add_func ("/chat/store/any-json", test_any_json);
  g_test_add_func ("/chat/store/too-large", test_too_large);
  add_store_test ("/chat/store/prune", test_prune);
  add_store_test ("/chat/store/prune-recounts", test_prune_recounts);
  add_store_test ("/chat/store/prune-bytes", test_prune_bytes);
  g_test_add_func ("/chat/store/prune-users", test_prune_users);
  add_store_test ("/chat/store/users", test_users);
  g_test_add_func ("/chat/store/users-rename", test_users_rename);
  g_test_add_func ("/chat/store/users-conflicts", test_users_conflicts);
  g_test_add_func ("/chat/store/closed", test_closed);
  add_store_test ("/chat/store/readers", test_readers);
  add_store_test ("/chat/store/migration", test_migration);
  add_store_test ("/chat/store/id", test_id);
  add_store_test ("/chat/store/migration-fails", test_migration_fails);
  add_store_test ("/chat/store/from-future", test_from_future);
  add_store_test ("/chat/store/not-ours", test_not_ours);
  add_store_test ("/chat/store/try-write", test_try_write);
  add_store_test ("/chat/store/corrupt", test_corrupt);
  add_store_test ("/chat/store/corrupt-pages", test_corrupt_pages);
  add_store_test ("/chat/store/truncated", test_truncated);
  add_store_test ("/chat/store/hostile-rows", test_hostile_rows);
  add_store_test ("/chat/store/hostile-users", test_hostile_users);
  add_store_test ("/chat/store/hostile-schema", test_hostile_schema);
  add_store_test ("/chat/store/not-a-folder", test_not_a_folder);
  add_store_test ("/chat/store/file-is-folder", test_file_is_folder);
  add_store_test ("/chat/store/no-rights", test_no_rights);
  add_store_test ("/chat/store/locked", test_locked);
  add_store_test ("/chat/store/disk-full", test_disk_full);
  add_store_test ("/chat/store/killed", test_killed);

  return g_test_run ();
}
