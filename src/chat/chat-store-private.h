/* chat-store-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <sqlite3.h>

#include "chat-store.h"

G_BEGIN_DECLS

/* What one field may have, written or read. The service's own limits are lower; this one stands
 * against a file that somebody else made. */
#define CHAT_STORE_MAX_FIELD_BYTES 1024

/* Each is prepared once, when the store opens. */
typedef enum
{
  CHAT_STORE_ADD_MESSAGE,
  CHAT_STORE_LIST_MESSAGES,
  CHAT_STORE_COUNT_MESSAGES,
  CHAT_STORE_COUNT_PRIVATE,
  CHAT_STORE_DATA_VERSION,
  CHAT_STORE_USED_BYTES,
  CHAT_STORE_PRUNE_PUBLIC,
  CHAT_STORE_PRUNE_PRIVATE,
  CHAT_STORE_PRUNE_OLDEST,
  CHAT_STORE_PRUNE_USERS,
  CHAT_STORE_SAVE_USER,
  CHAT_STORE_FIND_USER_BY_SECRET,
  CHAT_STORE_FIND_USER,
  CHAT_STORE_TOUCH_USER,
  CHAT_STORE_FIND_ID,
  CHAT_STORE_TRY_WRITE,
  CHAT_STORE_N_STATEMENTS
} ChatStoreStatement;

struct _ChatStore
{
  GObject parent_instance;

  sqlite3 *database;
  sqlite3_stmt *statements[CHAT_STORE_N_STATEMENTS];

  /* For pruning: how many messages there are, as of this data version. */
  gint64 n_public;
  gint64 n_private;
  gint64 data_version;
  gint64 max_bytes;
};

sqlite3_stmt *chat_store_get_statement (ChatStore *self, ChatStoreStatement which, GError **error);
int chat_store_run_statement (ChatStore *self,
                              sqlite3_stmt *statement,
                              const char *doing,
                              GError **error);
gboolean chat_store_run_query (ChatStore *self,
                               sqlite3_stmt *statement,
                               gint64 *value,
                               const char *doing,
                               GError **error);
void chat_store_reset_statement (sqlite3_stmt *statement);
void chat_store_bind_text (sqlite3_stmt *statement, int index, const char *text);
const char *chat_store_column_text (sqlite3_stmt *statement, int column, int max_bytes);

G_END_DECLS
