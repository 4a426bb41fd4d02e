/* chat-client-private.h: the class, in three files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <socketio.h>

#include "chat-client.h"
#include "chat-roster.h"

G_BEGIN_DECLS

/* How many messages a page of history has for who scrolls back. */
#define CHAT_CLIENT_PAGE_SIZE 50

/* Milliseconds that a server has to answer a request. */
#define CHAT_CLIENT_ANSWER_TIMEOUT 20000

struct _ChatClient
{
  GObject parent_instance;

  SocketioClient *client;
  SocketioSocket *socket;
  char *address;
  char *name;
  char *title;
  char *id;
  char *secret;
  ChatClientState state;
  gboolean plain;
  ChatRoster *users;
  ChatTimeline *timeline;

  /* From a connect until we take part. */
  guint login_timeout;
  guint login_timer;
  GCancellable *joining;
  GPtrArray *held; /* messages that came meanwhile; NULL when nothing is held */
  GPtrArray *missed;
  guint missed_pages;

  /* The timeline has every message to all up to this one, back to where it begins. */
  guint64 newest;
};

/* chat-client.c */
void chat_client_set_state (ChatClient *self, ChatClientState state);
void chat_client_set_title (ChatClient *self, const char *title);
void chat_client_set_id (ChatClient *self, const char *id);
void chat_client_announce_connected (ChatClient *self);
void chat_client_announce_disconnected (ChatClient *self, const char *reason);
void chat_client_announce_failed (ChatClient *self, const GError *error);
void chat_client_announce_received (ChatClient *self, ChatMessage *message);

/* chat-client-login.c */
void chat_client_log_in (ChatClient *self);
void chat_client_stop_joining (ChatClient *self);

/* chat-client-events.c */
void chat_client_listen (ChatClient *self);
void chat_client_take_message (ChatClient *self, ChatMessage *message);

G_END_DECLS
