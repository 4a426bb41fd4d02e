/* chat-service.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "chat-message.h"
#include "chat-store.h"
#include "chat-user.h"

G_BEGIN_DECLS

#define CHAT_TYPE_SERVICE (chat_service_get_type ())

G_DECLARE_FINAL_TYPE (ChatService, chat_service, CHAT, SERVICE, GObject)

ChatService *chat_service_new (ChatStore *store, const char *title);

const char *chat_service_get_id (ChatService *service);
ChatStore *chat_service_get_store (ChatService *service);
const char *chat_service_get_title (ChatService *service);
void chat_service_set_title (ChatService *service, const char *title);
GListModel *chat_service_get_users (ChatService *service);
ChatUser *chat_service_lookup (ChatService *service, const char *id);

gboolean
chat_service_find_user (ChatService *service, const char *secret, char **id, GError **error);
ChatUser *chat_service_login (ChatService *service,
                              const char *name,
                              const char *secret,
                              char **new_secret,
                              GError **error);
ChatUser *chat_service_enter (ChatService *service, const char *id, GError **error);
void chat_service_leave (ChatService *service, ChatUser *user);

ChatMessage *chat_service_post (ChatService *service, ChatMessage *draft, GError **error);
GPtrArray *chat_service_list_history (ChatService *service,
                                      const char *reader,
                                      guint64 before,
                                      guint limit,
                                      gboolean *more,
                                      GError **error);

G_END_DECLS
