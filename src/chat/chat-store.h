/* chat-store.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

/* How many messages to everyone chat_store_prune () is meant to keep. */
#define CHAT_STORE_DEFAULT_KEEP 100000

#define CHAT_TYPE_STORE (chat_store_get_type ())

G_DECLARE_FINAL_TYPE (ChatStore, chat_store, CHAT, STORE, GObject)

char *chat_store_get_default_folder (void);

ChatStore *chat_store_new (const char *folder, GError **error);
void chat_store_close (ChatStore *self);
char *chat_store_dup_id (ChatStore *self);

guint64 chat_store_add_message (ChatStore *self, ChatMessage *message, GError **error);
gboolean chat_store_try_write (ChatStore *self, GError **error);
GPtrArray *chat_store_list_messages (ChatStore *self,
                                     const char *reader,
                                     guint64 before_serial,
                                     guint limit,
                                     gboolean *more,
                                     GError **error);
gint64 chat_store_count_messages (ChatStore *self, const char *recipient, GError **error);
gboolean chat_store_get_usage (ChatStore *self, gint64 *n_messages, gint64 *bytes, GError **error);
gint chat_store_prune (ChatStore *self, guint keep, GError **error);

gboolean chat_store_save_user (ChatStore *self,
                               const char *id,
                               const char *name,
                               const char *secret_hash,
                               GError **error);
gboolean chat_store_find_user_by_secret (ChatStore *self,
                                         const char *secret_hash,
                                         char **id,
                                         char **name,
                                         GError **error);
gboolean chat_store_has_user (ChatStore *self, const char *id, GError **error);
gboolean chat_store_touch_user (ChatStore *self, const char *id, GError **error);

G_END_DECLS
