/* chat-client.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "chat-host.h"
#include "chat-message.h"
#include "chat-timeline.h"
#include "chat-user.h"

G_BEGIN_DECLS

/**
 * ChatClientState:
 * @CHAT_CLIENT_DISCONNECTED: there is no connection, and none is tried
 * @CHAT_CLIENT_CONNECTING: the first connection is being opened
 * @CHAT_CLIENT_CONNECTED: we take part
 * @CHAT_CLIENT_RECONNECTING: the connection was lost and is tried again
 *
 * Where a client stands.
 */
typedef enum
{
  CHAT_CLIENT_DISCONNECTED,
  CHAT_CLIENT_CONNECTING,
  CHAT_CLIENT_CONNECTED,
  CHAT_CLIENT_RECONNECTING,
} ChatClientState;

#define CHAT_TYPE_CLIENT_STATE (chat_client_state_get_type ())
#define CHAT_TYPE_CLIENT       (chat_client_get_type ())

GType chat_client_state_get_type (void);
G_DECLARE_FINAL_TYPE (ChatClient, chat_client, CHAT, CLIENT, GObject)

ChatClient *chat_client_new (const char *address, const char *name);
ChatClient *chat_client_new_for_host (ChatHost *host, const char *name);

const char *chat_client_get_address (ChatClient *client);
const char *chat_client_get_name (ChatClient *client);
const char *chat_client_get_title (ChatClient *client);
const char *chat_client_get_id (ChatClient *client);
const char *chat_client_get_secret (ChatClient *client);
void chat_client_set_secret (ChatClient *client, const char *secret);
ChatClientState chat_client_get_state (ChatClient *client);
gboolean chat_client_is_plain (ChatClient *client);
GListModel *chat_client_get_users (ChatClient *client);
ChatUser *chat_client_lookup_user (ChatClient *client, const char *id);
ChatTimeline *chat_client_get_timeline (ChatClient *client);

void chat_client_connect (ChatClient *client);
void chat_client_disconnect (ChatClient *client);

void chat_client_post_async (ChatClient *client,
                             const char *recipient,
                             const char *text,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean chat_client_post_finish (ChatClient *client, GAsyncResult *result, GError **error);

void chat_client_load_older_async (ChatClient *client,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean chat_client_load_older_finish (ChatClient *client,
                                        GAsyncResult *result,
                                        gboolean *more,
                                        GError **error);

G_END_DECLS
