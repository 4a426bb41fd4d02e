/* chat-store-users.c: the rich users that ChatStore remembers
 *
 * A rich user keeps its id for as long as it brings the same secret; the store has a hash of that
 * alone. chat-store.c has the class, the messages and the pruning of both.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "chat-store-private.h"
#include "chat-store-schema.h"
#include "chat-user.h"

static gint64
now_ms (void)
{
  return g_get_real_time () / 1000;
}

static void
set_no_such_user (GError **error)
{
  g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_NO_SUCH_USER, _ ("There is no such user"));
}

/* Steps a search to its row. FALSE with an error set, and the statement reset, if there is none. */
static gboolean
find_row (ChatStore *self, sqlite3_stmt *statement, GError **error)
{
  int result = sqlite3_step (statement);

  if (result == SQLITE_ROW)
    return TRUE;

  if (result == SQLITE_DONE)
    set_no_such_user (error);
  else
    chat_store_schema_set_error (error, self->database, _ ("The user could not be looked up"));
  chat_store_reset_statement (statement);

  return FALSE;
}

/**
 * chat_store_save_user:
 * @self: a store
 * @id: the user's id
 * @name: the user's name
 * @secret_hash: a hash of the secret by which the user proves who it is
 * @error: return location
 *
 * Keeps a rich user, or changes the name and the secret of the one with this @id, and marks it as
 * seen now. Two users may bear one name here: who may have which is the service's rule.
 *
 * Returns: whether it was kept; %CHAT_ERROR_ID_TAKEN when the secret is another user's,
 *   %CHAT_ERROR_STORAGE otherwise
 */
gboolean
chat_store_save_user (ChatStore *self,
                      const char *id,
                      const char *name,
                      const char *secret_hash,
                      GError **error)
{
  g_autofree char *name_key = NULL;
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *statement;
  int result;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (id != NULL && name != NULL && secret_hash != NULL, FALSE);

  statement = chat_store_get_statement (self, CHAT_STORE_SAVE_USER, error);
  if (statement == NULL)
    return FALSE;

  name_key = chat_name_casefold (name);
  chat_store_bind_text (statement, 1, id);
  chat_store_bind_text (statement, 2, name);
  chat_store_bind_text (statement, 3, name_key);
  chat_store_bind_text (statement, 4, secret_hash);
  sqlite3_bind_int64 (statement, 5, now_ms ());
  result = chat_store_run_statement (self, statement, _ ("The user could not be kept"),
                                     &local_error);
  if (result == SQLITE_DONE)
    return TRUE;

  if ((result & 0xff) == SQLITE_CONSTRAINT)
    local_error->code = CHAT_ERROR_ID_TAKEN;
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/**
 * chat_store_find_user_by_secret:
 * @self: a store
 * @secret_hash: the hash that [method@Chat.Store.save_user] was given
 * @id: (out) (optional) (transfer full): the user's id
 * @name: (out) (optional) (transfer full): the user's name
 * @error: return location
 *
 * Finds who a rich user was when it last came.
 *
 * Returns: whether it is known; else %CHAT_ERROR_NO_SUCH_USER or %CHAT_ERROR_STORAGE
 */
gboolean
chat_store_find_user_by_secret (ChatStore *self,
                                const char *secret_hash,
                                char **id,
                                char **name,
                                GError **error)
{
  sqlite3_stmt *statement;
  const char *found_id, *found_name;
  gboolean found;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (secret_hash != NULL, FALSE);

  statement = chat_store_get_statement (self, CHAT_STORE_FIND_USER_BY_SECRET, error);
  if (statement == NULL)
    return FALSE;

  chat_store_bind_text (statement, 1, secret_hash);
  if (!find_row (self, statement, error))
    return FALSE;

  found_id = chat_store_column_text (statement, 0, CHAT_STORE_MAX_FIELD_BYTES);
  found_name = chat_store_column_text (statement, 1, CHAT_STORE_MAX_FIELD_BYTES);
  found = found_id != NULL && found_name != NULL;
  if (found && id != NULL)
    *id = g_strdup (found_id);
  if (found && name != NULL)
    *name = g_strdup (found_name);
  chat_store_reset_statement (statement);

  if (!found)
    set_no_such_user (error);

  return found;
}

/**
 * chat_store_has_user:
 * @self: a store
 * @id: an id
 * @error: return location for %CHAT_ERROR_STORAGE
 *
 * Returns: whether @id is that of a rich user; %FALSE without an error if it is not
 */
gboolean
chat_store_has_user (ChatStore *self, const char *id, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *statement;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  statement = chat_store_get_statement (self, CHAT_STORE_FIND_USER, error);
  if (statement == NULL)
    return FALSE;

  chat_store_bind_text (statement, 1, id);
  if (find_row (self, statement, &local_error))
    {
      chat_store_reset_statement (statement);
      return TRUE;
    }

  if (!g_error_matches (local_error, CHAT_ERROR, CHAT_ERROR_NO_SUCH_USER))
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * chat_store_touch_user:
 * @self: a store
 * @id: a user's id
 * @error: return location
 *
 * Marks a user as seen now, so that [method@Chat.Store.prune] keeps it for longer.
 *
 * Returns: whether it is known; else %CHAT_ERROR_NO_SUCH_USER or %CHAT_ERROR_STORAGE
 */
gboolean
chat_store_touch_user (ChatStore *self, const char *id, GError **error)
{
  sqlite3_stmt *statement;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  statement = chat_store_get_statement (self, CHAT_STORE_TOUCH_USER, error);
  if (statement == NULL)
    return FALSE;

  chat_store_bind_text (statement, 1, id);
  sqlite3_bind_int64 (statement, 2, now_ms ());
  if (chat_store_run_statement (self, statement, _ ("The user could not be kept"), error) !=
      SQLITE_DONE)
    return FALSE;

  if (sqlite3_changes (self->database) > 0)
    return TRUE;

  set_no_such_user (error);
  return FALSE;
}
