/* chat-store.c: what outlives a restart: messages and rich users, in SQLite
 *
 * ChatService is the one that writes; chat-store-schema opens the file; chat-store-users and
 * chat-store-prune have the calls about users and about growth. Every call is one statement and
 * commits by itself: in WAL mode, without fsync, that is cheap enough, and a message has a serial
 * only when it is safe from kill -9. Nothing here trusts the file: a row that is not a message is
 * skipped, an error of SQLite's becomes a GError and leaves the store usable.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "socketio-json.h"

#include "chat-store-private.h"
#include "chat-store-schema.h"

/* What one message's data may have, written or read; see CHAT_STORE_MAX_FIELD_BYTES. */
#define MAX_DATA_BYTES (16 * 1024 * 1024)

/* A page ends early when it has this much data: it is going to be one packet. */
#define MAX_PAGE_BYTES (1024 * 1024)

#define DEFAULT_MAX_BYTES G_GINT64_CONSTANT (1073741824)

#define MESSAGE_COLUMNS "serial, time, sender, sender_name, recipient, command, type, data"

static const char *const statement_sql[CHAT_STORE_N_STATEMENTS] = {
  [CHAT_STORE_ADD_MESSAGE] =
    "INSERT INTO messages (time, sender, sender_name, recipient, command, type, data)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
  /* Three walks along an index, each in the order of the serials, merged while they are read: a
   * page costs the same however many messages others wrote to each other. Who wrote to oneself is
   * in the second alone. */
  [CHAT_STORE_LIST_MESSAGES] =
    "SELECT " MESSAGE_COLUMNS " FROM messages WHERE recipient = 'ALL' AND serial < ?2"
    " UNION ALL SELECT " MESSAGE_COLUMNS " FROM messages"
    " WHERE recipient = ?1 AND ?1 <> 'ALL' AND serial < ?2"
    " UNION ALL SELECT " MESSAGE_COLUMNS " FROM messages INDEXED BY messages_by_private_sender"
    " WHERE sender = ?1 AND recipient <> 'ALL' AND recipient <> sender AND serial < ?2"
    " ORDER BY serial DESC",
  [CHAT_STORE_COUNT_MESSAGES] = "SELECT count(*) FROM messages WHERE recipient = ?1",
  [CHAT_STORE_COUNT_PRIVATE] =
    "SELECT count(*) FROM messages INDEXED BY messages_private WHERE recipient <> 'ALL'",
  [CHAT_STORE_DATA_VERSION] = "PRAGMA data_version",
  [CHAT_STORE_USED_BYTES] = "SELECT (page_count - freelist_count) * page_size"
                            " FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
  [CHAT_STORE_PRUNE_PUBLIC] =
    "DELETE FROM messages WHERE serial IN"
    " (SELECT serial FROM messages WHERE recipient = 'ALL' ORDER BY serial LIMIT ?1)",
  [CHAT_STORE_PRUNE_PRIVATE] =
    "DELETE FROM messages WHERE serial IN"
    " (SELECT serial FROM messages WHERE recipient <> 'ALL' ORDER BY serial LIMIT ?1)",
  [CHAT_STORE_PRUNE_OLDEST] =
    "DELETE FROM messages WHERE serial IN (SELECT serial FROM messages ORDER BY serial LIMIT ?1)",
  [CHAT_STORE_PRUNE_USERS] = "DELETE FROM users WHERE id IN (SELECT id FROM users ORDER BY seen"
                             " LIMIT max(0, min(?1, (SELECT count(*) FROM users) - ?2)))",
  [CHAT_STORE_SAVE_USER] =
    "INSERT INTO users (id, name, name_key, secret_hash, created, seen)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
    " name_key = excluded.name_key, secret_hash = excluded.secret_hash, seen = excluded.seen",
  [CHAT_STORE_FIND_USER_BY_SECRET] = "SELECT id, name FROM users WHERE secret_hash = ?1",
  [CHAT_STORE_FIND_USER] = "SELECT 1 FROM users WHERE id = ?1",
  [CHAT_STORE_TOUCH_USER] = "UPDATE users SET seen = ?2 WHERE id = ?1",
  [CHAT_STORE_FIND_ID] = "SELECT value FROM meta WHERE key = 'id'",
  /* SQLite leaves out a write that changes nothing. */
  [CHAT_STORE_TRY_WRITE] = "INSERT OR REPLACE INTO meta VALUES ('tried', ?1)",
};

G_DEFINE_FINAL_TYPE (ChatStore, chat_store, G_TYPE_OBJECT)

static void
chat_store_finalize (GObject *object)
{
  chat_store_close (CHAT_STORE (object));

  G_OBJECT_CLASS (chat_store_parent_class)->finalize (object);
}

static void
chat_store_class_init (ChatStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chat_store_finalize;
}

static void
chat_store_init (ChatStore *self)
{
  self->max_bytes = DEFAULT_MAX_BYTES;
}

static gboolean
prepare_statements (ChatStore *self, GError **error)
{
  for (guint i = 0; i < CHAT_STORE_N_STATEMENTS; i++)
    if (sqlite3_prepare_v3 (self->database, statement_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                            &self->statements[i], NULL) != SQLITE_OK)
      {
        chat_store_schema_set_error (error, self->database,
                                     _ ("The database does not have the expected form"));
        return FALSE;
      }

  return TRUE;
}

sqlite3_stmt *
chat_store_get_statement (ChatStore *self, ChatStoreStatement which, GError **error)
{
  if (self->database == NULL)
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_STORAGE, _ ("The database is closed"));

  return self->statements[which];
}

/* Unbinds too: the bindings borrow their text from the caller. */
void
chat_store_reset_statement (sqlite3_stmt *statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}

void
chat_store_bind_text (sqlite3_stmt *statement, int index, const char *text)
{
  sqlite3_bind_text (statement, index, text, -1, SQLITE_STATIC);
}

/* Runs a statement without rows. Returns SQLITE_DONE, or what went wrong with @error set. */
int
chat_store_run_statement (ChatStore *self,
                          sqlite3_stmt *statement,
                          const char *doing,
                          GError **error)
{
  int result = sqlite3_step (statement);

  /* The reset changes what sqlite3_errmsg () says. */
  if (result != SQLITE_DONE)
    chat_store_schema_set_error (error, self->database, doing);
  chat_store_reset_statement (statement);

  return result;
}

/* Runs a statement that gives one number. */
gboolean
chat_store_run_query (ChatStore *self,
                      sqlite3_stmt *statement,
                      gint64 *value,
                      const char *doing,
                      GError **error)
{
  gboolean found = sqlite3_step (statement) == SQLITE_ROW;

  if (found)
    *value = sqlite3_column_int64 (statement, 0);
  else
    chat_store_schema_set_error (error, self->database, doing);
  chat_store_reset_statement (statement);

  return found;
}

/* NULL unless the column is text that we could have written. */
const char *
chat_store_column_text (sqlite3_stmt *statement, int column, int max_bytes)
{
  const char *text;
  int length;

  if (sqlite3_column_type (statement, column) != SQLITE_TEXT)
    return NULL;

  text = (const char *)sqlite3_column_text (statement, column);
  length = sqlite3_column_bytes (statement, column);

  /* With a length given, GLib takes an embedded NUL for invalid. */
  if (text == NULL || length > max_bytes || !g_utf8_validate (text, length, NULL))
    return NULL;

  return text;
}

static JsonNode *
column_json (sqlite3_stmt *statement, int column)
{
  const char *text = chat_store_column_text (statement, column, MAX_DATA_BYTES);

  return text != NULL ? socketio_json_parse (text, strlen (text), NULL) : NULL;
}

static ChatMessage *
read_message (sqlite3_stmt *statement)
{
  g_autoptr (JsonNode) data = NULL;
  const char *fields[5];
  gint64 serial = sqlite3_column_int64 (statement, 0);

  if (serial <= 0 || sqlite3_column_type (statement, 1) != SQLITE_INTEGER)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      fields[i] = chat_store_column_text (statement, i + 2, CHAT_STORE_MAX_FIELD_BYTES);
      if (fields[i] == NULL)
        return NULL;
    }

  data = column_json (statement, 7);
  if (data == NULL)
    return NULL;

  return chat_message_new (serial, sqlite3_column_int64 (statement, 1), fields[0], fields[1],
                           fields[2], fields[3], fields[4], data);
}

/* Newest first; looks one message past the page to know whether there are @more. */
static int
read_page (sqlite3_stmt *statement, guint limit, GPtrArray *page, gboolean *more)
{
  gsize bytes = 0;
  guint skipped = 0;
  int result;

  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    {
      g_autoptr (ChatMessage) message = read_message (statement);

      if (message == NULL)
        {
          skipped++;
          continue;
        }

      bytes += sqlite3_column_bytes (statement, 7);
      if (page->len >= limit || (page->len > 0 && bytes > MAX_PAGE_BYTES))
        {
          *more = TRUE;
          result = SQLITE_DONE;
          break;
        }
      g_ptr_array_add (page, g_steal_pointer (&message));
    }

  if (skipped > 0)
    g_message (_ ("Skipped %u messages in the database that cannot be read"), skipped);

  return result;
}

static void
reverse (GPtrArray *array)
{
  for (guint i = 0, j = array->len; i + 1 < j; i++)
    {
      gpointer item = array->pdata[i];

      array->pdata[i] = array->pdata[--j];
      array->pdata[j] = item;
    }
}

static gboolean
check_sizes (ChatMessage *message, const char *data, GError **error)
{
  const char *const fields[] = {
    chat_message_get_sender (message),    chat_message_get_sender_name (message),
    chat_message_get_recipient (message), chat_message_get_command (message),
    chat_message_get_type_name (message),
  };
  gboolean fits = strlen (data) <= MAX_DATA_BYTES;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    fits = fits && strlen (fields[i]) <= CHAT_STORE_MAX_FIELD_BYTES;

  if (!fits)
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_TOO_LARGE,
                         _ ("The message is too large to be kept"));

  return fits;
}

static void
bind_message (sqlite3_stmt *statement, ChatMessage *message, const char *data)
{
  sqlite3_bind_int64 (statement, 1, chat_message_get_time (message));
  chat_store_bind_text (statement, 2, chat_message_get_sender (message));
  chat_store_bind_text (statement, 3, chat_message_get_sender_name (message));
  chat_store_bind_text (statement, 4, chat_message_get_recipient (message));
  chat_store_bind_text (statement, 5, chat_message_get_command (message));
  chat_store_bind_text (statement, 6, chat_message_get_type_name (message));
  chat_store_bind_text (statement, 7, data);
}

/**
 * chat_store_get_default_folder:
 *
 * Returns: (transfer full) (type filename): the folder for the messages of who named no other
 */
char *
chat_store_get_default_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "madang", NULL);
}

/**
 * chat_store_new:
 * @folder: (nullable) (type filename): the folder of the database, made with mode 0700 if there is
 *   none; %NULL for a store in memory, which is gone with the object
 * @error: return location
 *
 * Opens the store. An older database is brought up to date.
 *
 * Returns: (transfer full): a store, or %NULL with %CHAT_ERROR_STORAGE when the folder or the file
 *   cannot be made, read or written, is no database, is another program's or of a newer version
 */
ChatStore *
chat_store_new (const char *folder, GError **error)
{
  g_autoptr (ChatStore) self = g_object_new (CHAT_TYPE_STORE, NULL);

  self->database = chat_store_schema_open (folder, error);
  if (self->database == NULL || !prepare_statements (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * chat_store_close:
 * @self: a store
 *
 * Closes the database now, before the last reference goes. Later calls fail with
 * %CHAT_ERROR_STORAGE. To close twice is fine.
 */
void
chat_store_close (ChatStore *self)
{
  g_return_if_fail (CHAT_IS_STORE (self));

  for (guint i = 0; i < CHAT_STORE_N_STATEMENTS; i++)
    g_clear_pointer (&self->statements[i], sqlite3_finalize);

  g_clear_pointer (&self->database, sqlite3_close);
}

/**
 * chat_store_dup_id:
 * @self: a store
 *
 * Reads the id that the chat got with its database, an UUID.
 *
 * Returns: (transfer full) (nullable): the id, or %NULL if somebody removed it
 */
char *
chat_store_dup_id (ChatStore *self)
{
  sqlite3_stmt *statement;
  char *id = NULL;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);

  statement = chat_store_get_statement (self, CHAT_STORE_FIND_ID, NULL);
  if (statement == NULL)
    return NULL;

  if (sqlite3_step (statement) == SQLITE_ROW)
    id = g_strdup (chat_store_column_text (statement, 0, CHAT_STORE_MAX_FIELD_BYTES));
  chat_store_reset_statement (statement);

  return id;
}

/**
 * chat_store_add_message:
 * @self: a store
 * @message: a message; its serial does not matter
 * @error: return location
 *
 * Keeps a message. When this returns the message is committed: killing the process does not lose
 * it. A power cut may lose the last ones. Use [method@Chat.Message.with_serial] to go on with.
 *
 * Returns: the message's serial, larger than every one before, also than those that were pruned; 0
 *   with %CHAT_ERROR_TOO_LARGE, or with %CHAT_ERROR_STORAGE when the disk is full, the database
 *   locked or broken. A later call may succeed.
 */
guint64
chat_store_add_message (ChatStore *self, ChatMessage *message, GError **error)
{
  g_autofree char *data = NULL;
  sqlite3_stmt *statement;
  GString *json;

  g_return_val_if_fail (CHAT_IS_STORE (self), 0);
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), 0);

  statement = chat_store_get_statement (self, CHAT_STORE_ADD_MESSAGE, error);
  if (statement == NULL)
    return 0;

  json = g_string_new (NULL);
  chat_message_append_data (message, json);
  data = g_string_free (json, FALSE);
  if (!check_sizes (message, data, error))
    return 0;

  bind_message (statement, message, data);
  if (chat_store_run_statement (self, statement, _ ("The message could not be kept"), error) !=
      SQLITE_DONE)
    return 0;

  if (chat_message_is_public (message))
    self->n_public++;
  else
    self->n_private++;

  return sqlite3_last_insert_rowid (self->database);
}

/**
 * chat_store_try_write:
 * @self: a store
 * @error: return location
 *
 * Finds out whether something can be kept now, by keeping when that was.
 *
 * Returns: whether it can; else %CHAT_ERROR_STORAGE
 */
gboolean
chat_store_try_write (ChatStore *self, GError **error)
{
  sqlite3_stmt *statement;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  statement = chat_store_get_statement (self, CHAT_STORE_TRY_WRITE, error);
  if (statement == NULL)
    return FALSE;

  sqlite3_bind_int64 (statement, 1, g_get_real_time ());
  return chat_store_run_statement (self, statement, _ ("The message could not be kept"), error) ==
         SQLITE_DONE;
}

/**
 * chat_store_list_messages:
 * @self: a store
 * @reader: the id of who reads, %CHAT_RECIPIENT_ALL for the public messages alone
 * @before_serial: the page ends before this message; 0 for the newest page
 * @limit: how many messages at most
 * @more: (out) (optional): whether there are older ones
 * @error: return location
 *
 * Reads a page of what @reader may see: what went to everyone, and what @reader sent or got. It is
 * shorter than @limit when its data would pass a mebibyte, but has one message if there is any.
 * Rows that are no messages are passed over.
 *
 * Returns: (transfer container) (element-type ChatMessage): the messages, the oldest first, or
 *   %NULL with %CHAT_ERROR_STORAGE
 */
GPtrArray *
chat_store_list_messages (ChatStore *self,
                          const char *reader,
                          guint64 before_serial,
                          guint limit,
                          gboolean *more,
                          GError **error)
{
  g_autoptr (GPtrArray) page = NULL;
  sqlite3_stmt *statement;
  gboolean has_more = FALSE;
  int result;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);
  g_return_val_if_fail (reader != NULL, NULL);

  statement = chat_store_get_statement (self, CHAT_STORE_LIST_MESSAGES, error);
  if (statement == NULL)
    return NULL;

  if (before_serial == 0 || before_serial > G_MAXINT64)
    before_serial = G_MAXINT64;
  chat_store_bind_text (statement, 1, reader);
  sqlite3_bind_int64 (statement, 2, before_serial);

  page = g_ptr_array_new_with_free_func (g_object_unref);
  result = read_page (statement, limit, page, &has_more);
  if (result != SQLITE_DONE)
    chat_store_schema_set_error (error, self->database, _ ("The messages could not be read"));
  chat_store_reset_statement (statement);
  if (result != SQLITE_DONE)
    return NULL;

  reverse (page);
  if (more != NULL)
    *more = has_more;

  return g_steal_pointer (&page);
}

/**
 * chat_store_count_messages:
 * @self: a store
 * @recipient: to whom, %CHAT_RECIPIENT_ALL for the lobby
 * @error: return location
 *
 * Returns: how many messages are kept for @recipient, or -1 with %CHAT_ERROR_STORAGE
 */
gint64
chat_store_count_messages (ChatStore *self, const char *recipient, GError **error)
{
  sqlite3_stmt *statement;
  gint64 count = -1;

  g_return_val_if_fail (CHAT_IS_STORE (self), -1);
  g_return_val_if_fail (recipient != NULL, -1);

  statement = chat_store_get_statement (self, CHAT_STORE_COUNT_MESSAGES, error);
  if (statement == NULL)
    return -1;

  chat_store_bind_text (statement, 1, recipient);
  chat_store_run_query (self, statement, &count, _ ("The messages could not be counted"), error);

  return count;
}
