/* chat-store-prune.c: keeps ChatStore's database from growing for ever
 *
 * Whoever may write may write a lot. ChatService calls chat_store_prune () now and then; with
 * nothing to do that costs microseconds, because the store counts what it adds (chat-store.c).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "chat-store-private.h"
#include "chat-store-schema.h"

/* Pruning shares the main loop with the clients, so one call stops soon. Rows may be large: time
 * is looked at after a few of them. */
#define STEP_ROWS 20
#define CALL_ROWS 500
#define CALL_MS   4

static gboolean
query (ChatStore *self, ChatStoreStatement which, gint64 *value, GError **error)
{
  sqlite3_stmt *statement = chat_store_get_statement (self, which, error);

  return statement != NULL && chat_store_run_query (self, statement, value,
                                                    _ ("Old messages could not be counted"), error);
}

/* The data version changes when another process has written. */
static gboolean
update_counts (ChatStore *self, GError **error)
{
  gint64 version;

  if (!query (self, CHAT_STORE_DATA_VERSION, &version, error))
    return FALSE;

  if (version == self->data_version)
    return TRUE;

  self->n_public = chat_store_count_messages (self, CHAT_RECIPIENT_ALL, error);
  if (self->n_public < 0 || !query (self, CHAT_STORE_COUNT_PRIVATE, &self->n_private, error))
    return FALSE;

  self->data_version = version;
  return TRUE;
}

/* Removes up to @rows of the oldest; -1 on errors. */
static gint
prune_rows (ChatStore *self, ChatStoreStatement which, gint64 rows, gint64 keep, GError **error)
{
  sqlite3_stmt *statement = chat_store_get_statement (self, which, error);

  if (statement == NULL)
    return -1;

  sqlite3_bind_int64 (statement, 1, MIN (rows, STEP_ROWS));
  if (which == CHAT_STORE_PRUNE_USERS)
    sqlite3_bind_int64 (statement, 2, keep);

  if (chat_store_run_statement (self, statement, _ ("Old messages could not be removed"), error) !=
      SQLITE_DONE)
    return -1;

  return sqlite3_changes (self->database);
}

/* The counts come again at the next call, as nobody looks what kinds these are. */
static gint
prune_oldest (ChatStore *self, GError **error)
{
  gint removed = prune_rows (self, CHAT_STORE_PRUNE_OLDEST, STEP_ROWS, 0, error);

  if (removed > 0)
    self->data_version = -1;

  return removed;
}

static gint
prune_counted (ChatStore *self,
               ChatStoreStatement which,
               gint64 *count,
               gint64 keep,
               GError **error)
{
  gint removed = prune_rows (self, which, *count - keep, keep, error);

  if (removed > 0)
    *count -= removed;

  return removed;
}

static gint
prune_step (ChatStore *self, gint64 keep, GError **error)
{
  gint64 used;

  if (self->n_public > keep)
    return prune_counted (self, CHAT_STORE_PRUNE_PUBLIC, &self->n_public, keep, error);

  if (self->n_private > keep)
    return prune_counted (self, CHAT_STORE_PRUNE_PRIVATE, &self->n_private, keep, error);

  if (!query (self, CHAT_STORE_USED_BYTES, &used, error))
    return -1;

  if (used > self->max_bytes)
    return prune_oldest (self, error);

  return prune_rows (self, CHAT_STORE_PRUNE_USERS, STEP_ROWS, keep, error);
}

/**
 * chat_store_get_usage:
 * @self: a store
 * @n_messages: (out): how many messages there are, to everyone and to single users
 * @bytes: (out): how much of the database is in use
 * @error: return location
 *
 * Tells how much is kept. That costs microseconds, unless another process has written meanwhile.
 *
 * Returns: %FALSE with %CHAT_ERROR_STORAGE
 */
gboolean
chat_store_get_usage (ChatStore *self, gint64 *n_messages, gint64 *bytes, GError **error)
{
  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  if (!update_counts (self, error) || !query (self, CHAT_STORE_USED_BYTES, bytes, error))
    return FALSE;

  *n_messages = self->n_public + self->n_private;
  return TRUE;
}

/**
 * chat_store_prune:
 * @self: a store
 * @keep: how many to keep, %CHAT_STORE_DEFAULT_KEEP if in doubt
 * @error: return location
 *
 * Takes a step of some milliseconds towards having at most @keep messages to everyone, as many to
 * single users, as many users, and at most 1 GiB in all. The oldest messages go, and the users
 * that were not seen for longest. Call it again, from an idle, until it returns 0.
 *
 * The file does not shrink, but its free pages are used again.
 *
 * Returns: how many messages and users went; 0 when nothing is left to do; -1 with
 *   %CHAT_ERROR_STORAGE
 */
gint
chat_store_prune (ChatStore *self, guint keep, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + CALL_MS * 1000;
  gint removed = 0, step;

  g_return_val_if_fail (CHAT_IS_STORE (self), -1);

  if (!update_counts (self, error))
    return -1;

  do
    {
      step = prune_step (self, keep, error);
      if (step < 0)
        return -1;
      removed += step;
    }
  while (step > 0 && removed < CALL_ROWS && g_get_monotonic_time () < deadline);

  return removed;
}
