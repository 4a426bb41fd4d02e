/* chat-store-schema.c: opens ChatStore's database and brings it up to date
 *
 * The file is FOLDER/madang.db. Its user_version counts the migrations that it has seen, its
 * application_id says that it is ours. ChatStore asks the questions; here is only what they rest
 * on: the file, the connection's settings, the tables.
 *
 * The log is written ahead (WAL) with synchronous = NORMAL. A commit is then a few writes into
 * the page cache and no fsync: when the process is killed nothing that was committed is lost; when
 * the power fails the commits since the last checkpoint may be, but the database stays whole.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "chat-store-schema.h"
#include "chat-types.h"

#define FILE_NAME "madang.db"

/* "MADG"; with it `file` and we can tell our database from another program's. */
#define APPLICATION_ID 0x4d414447

/* The main loop waits while another process holds the lock: long enough for its commit, too short
 * for a person to see. */
#define BUSY_TIMEOUT_MS 250

/* No row comes near it; a row made to hurt does not get to allocate SQLite's gigabyte. */
#define MAX_ROW_BYTES (64 * 1024 * 1024)

/* A commit writes the pages that it touched, each as a whole, and most messages are short: small
 * pages keep the log short, so that fewer checkpoints, which wait for the disk, come along. */
#define PAGE_BYTES       1024
#define CHECKPOINT_PAGES 4000

/* The last line of defence for the disk: 4 GiB. ChatStore prunes long before. */
#define MAX_PAGES 4194304

#define STR(x)  #x
#define XSTR(x) STR (x)

/* Step n makes version n + 1. A step that was released is never edited: add another. */
static const char *const migrations[] = {
  "PRAGMA application_id = " XSTR (
    APPLICATION_ID) ";"
                    "CREATE TABLE messages ("
                    "  serial INTEGER PRIMARY KEY AUTOINCREMENT,"
                    "  time INTEGER NOT NULL,"
                    "  sender TEXT NOT NULL,"
                    "  sender_name TEXT NOT NULL,"
                    "  recipient TEXT NOT NULL,"
                    "  command TEXT NOT NULL,"
                    "  type TEXT NOT NULL,"
                    "  data TEXT NOT NULL);"
                    /* An entry ends with the row's serial, so this is the order of each recipient's
                       history. */
                    "CREATE INDEX messages_by_recipient ON messages (recipient);"
                    "CREATE INDEX messages_private ON messages (serial) WHERE recipient <> 'ALL';",

  "CREATE TABLE users ("
  "  id TEXT PRIMARY KEY NOT NULL,"
  "  name TEXT NOT NULL,"
  "  name_key TEXT NOT NULL,"
  "  secret_hash TEXT NOT NULL UNIQUE,"
  "  created INTEGER NOT NULL,"
  "  seen INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE INDEX users_by_name_key ON users (name_key);"
  "CREATE INDEX users_by_seen ON users (seen);",

  /* With messages_by_recipient: what somebody sent to others, in order. */
  "CREATE INDEX messages_by_private_sender ON messages (sender)"
  " WHERE recipient <> 'ALL' AND recipient <> sender;",

  /* The chat's id is an UUID of version 4 (RFC 9562, section 5.4). */
  "CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;"
  "INSERT INTO meta VALUES ('id', lower (hex (randomblob (4)) || '-' || hex (randomblob (2)) ||"
  " '-4' || substr (hex (randomblob (2)), 2) || '-' || substr ('89AB', 1 + (random () & 3), 1) ||"
  " substr (hex (randomblob (2)), 2) || '-' || hex (randomblob (6))));",
};

/**
 * chat_store_schema_set_error:
 * @error: return location
 * @database: (nullable): the connection that failed
 * @doing: what was tried, a translated sentence without its full stop
 *
 * Sets a %CHAT_ERROR_STORAGE that tells what was tried and what SQLite said.
 */
void
chat_store_schema_set_error (GError **error, sqlite3 *database, const char *doing)
{
  const char *reason = database != NULL ? sqlite3_errmsg (database) : g_strerror (ENOMEM);

  g_set_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE, "%s: %s", doing, reason);
}

static gboolean
execute (sqlite3 *database, const char *sql, GError **error)
{
  if (sqlite3_exec (database, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  chat_store_schema_set_error (error, database, _ ("The database could not be opened"));
  return FALSE;
}

static gboolean
query_int (sqlite3 *database, const char *sql, gint64 *value, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean found = FALSE;

  if (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    {
      *value = sqlite3_column_int64 (statement, 0);
      found = TRUE;
    }
  else
    chat_store_schema_set_error (error, database, _ ("The database could not be read"));

  sqlite3_finalize (statement);

  return found;
}

/* A file of the user's may have been made by somebody else, so nothing that it defines may run. */
static void
distrust_file (sqlite3 *database)
{
  sqlite3_db_config (database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  sqlite3_limit (database, SQLITE_LIMIT_LENGTH, MAX_ROW_BYTES);
}

static gboolean
configure (sqlite3 *database, GError **error)
{
  return execute (database,
                  "PRAGMA page_size = " XSTR (
                    PAGE_BYTES) ";"
                                "PRAGMA journal_mode = WAL;"
                                "PRAGMA wal_autocheckpoint = " XSTR (
                                  CHECKPOINT_PAGES) ";"
                                                    "PRAGMA synchronous = NORMAL;"
                                                    "PRAGMA foreign_keys = ON;"
                                                    "PRAGMA cell_size_check = ON;"
                                                    "PRAGMA journal_size_limit = 8388608;"
                                                    "PRAGMA max_page_count = " XSTR (MAX_PAGES) ";",
                  error);
}

/* Both answers come before anything is written to the file. */
static gboolean
check_ours (sqlite3 *database, GError **error)
{
  gint64 id, version, objects;

  if (sqlite3_db_readonly (database, "main") == 1)
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_STORAGE, _ ("The database is read-only"));
      return FALSE;
    }

  if (!query_int (database, "PRAGMA application_id", &id, error) ||
      !query_int (database, "PRAGMA user_version", &version, error) ||
      !query_int (database, "SELECT count(*) FROM sqlite_schema", &objects, error))
    return FALSE;

  if (id != APPLICATION_ID && (version != 0 || objects != 0))
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_STORAGE,
                           _ ("The database belongs to another program"));
      return FALSE;
    }

  if (version < 0 || version > (gint64)G_N_ELEMENTS (migrations))
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE,
                   _ ("The database is from a newer version of this program (format %d)"),
                   (int)version);
      return FALSE;
    }

  return TRUE;
}

static gboolean
run_migration (sqlite3 *database, gint64 version, GError **error)
{
  g_autofree char *set_version = g_strdup_printf ("PRAGMA user_version = %d", (int)version + 1);

  return execute (database, migrations[version], error) && execute (database, set_version, error);
}

/* The version is read again under the lock, as another process may have been faster. */
static gboolean
migrate_one (sqlite3 *database, gboolean *done, GError **error)
{
  gint64 version;

  if (!execute (database, "BEGIN IMMEDIATE", error))
    return FALSE;

  if (query_int (database, "PRAGMA user_version", &version, error))
    {
      *done = version >= (gint64)G_N_ELEMENTS (migrations);

      if ((*done || run_migration (database, version, error)) &&
          execute (database, "COMMIT", error))
        return TRUE;
    }

  sqlite3_exec (database, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

static gboolean
migrate (sqlite3 *database, GError **error)
{
  gboolean done;
  gint64 version;

  if (!query_int (database, "PRAGMA user_version", &version, error))
    return FALSE;

  done = version == (gint64)G_N_ELEMENTS (migrations);
  while (!done)
    if (!migrate_one (database, &done, error))
      return FALSE;

  return TRUE;
}

static gboolean
prepare_connection (sqlite3 *database, GError **error)
{
  sqlite3_busy_timeout (database, BUSY_TIMEOUT_MS);
  distrust_file (database);

  return check_ours (database, error) && configure (database, error) && migrate (database, error);
}

/* SQLite gives a new file the rights that the umask leaves, and its -wal and -shm those of the
 * file. People's private messages are in it, so it is made here. */
static void
create_private_file (const char *path)
{
  int fd = g_open (path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd);
}

static char *
prepare_folder (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int saved_errno = errno;
      g_autofree char *display_name = g_filename_display_name (folder);

      g_set_error (error, CHAT_ERROR, CHAT_ERROR_STORAGE, _ ("The folder %s could not be made: %s"),
                   display_name, g_strerror (saved_errno));
      return NULL;
    }

  create_private_file (path);

  return g_steal_pointer (&path);
}

/**
 * chat_store_schema_open:
 * @folder: (nullable) (type filename): where the database is or shall be; %NULL for one in memory
 * @error: return location
 *
 * Opens the database, makes it if there is none, and runs the migrations that it lacks, each in a
 * transaction of its own.
 *
 * Returns: (transfer full): a connection with its settings done, to be closed by sqlite3_close (),
 *   or %NULL with %CHAT_ERROR_STORAGE
 */
sqlite3 *
chat_store_schema_open (const char *folder, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *display_name = NULL;
  sqlite3 *database = NULL;

  path = folder != NULL ? prepare_folder (folder, error) : g_strdup (":memory:");
  if (path == NULL)
    return NULL;

  if (sqlite3_open_v2 (path, &database,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                       NULL) != SQLITE_OK)
    chat_store_schema_set_error (error, database, _ ("The database could not be opened"));
  else if (prepare_connection (database, error))
    return database;

  sqlite3_close (database);
  display_name = g_filename_display_name (path);
  g_prefix_error (error, "%s: ", display_name);
  return NULL;
}
