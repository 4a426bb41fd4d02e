/* chat-fixture.h: a chat in this process, and clients for it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <socketio.h>

#include "chat-client.h"
#include "chat-host.h"

#include "test-loop.h"

G_BEGIN_DECLS

/**
 * ChatFixture:
 * @over_tcp: whether clients come over 127.0.0.1, and not over the loopback in memory
 * @folder: (nullable): where the messages are kept; %NULL for memory
 *
 * A host with its parts.
 */
typedef struct
{
  gboolean over_tcp;
  char *folder;
  ChatStore *store;
  ChatService *service;
  ChatHost *host;
  char *url;
} ChatFixture;

/**
 * Plain:
 * @events: what came, in order: the event's name, a space, and its arguments as a JSON array
 *
 * A client that is no ChatClient: it says what it is told, and keeps what it hears.
 */
typedef struct
{
  SocketioClient *client;
  SocketioSocket *socket;
  GQueue events;
} Plain;

void chat_fixture_set_up (ChatFixture *self, gconstpointer data);
void chat_fixture_tear_down (ChatFixture *self, gconstpointer data);
void chat_fixture_open (ChatFixture *self, guint16 port);
void chat_fixture_close (ChatFixture *self);
void chat_fixture_keep_in_folder (ChatFixture *self);
void chat_fixture_add (const char *suite,
                       const char *name,
                       void (*test) (ChatFixture *self, gconstpointer data));

guint chat_fixture_count_users (ChatFixture *self);
void chat_fixture_post (ChatFixture *self, const char *text);

Plain *plain_new (ChatFixture *self);
Plain *plain_new_for_client (SocketioClient *client);
void plain_connect (Plain *plain);
void plain_disconnect (Plain *plain);
void plain_free (Plain *plain);
const char *plain_get_id (Plain *plain);

void plain_emit (Plain *plain, const char *event, const char *format, ...) G_GNUC_PRINTF (3, 4);
char *plain_ask (Plain *plain, const char *event, const char *format, ...) G_GNUC_PRINTF (3, 4);
void plain_expect (Plain *plain, const char *format, ...) G_GNUC_PRINTF (2, 3);
char *plain_next (Plain *plain);
void plain_expect_nothing (Plain *plain);
void
plain_expect_answer (Plain *plain, const char *event, const char *arguments, const char *answer);
void
plain_expect_refusal (Plain *plain, const char *event, const char *arguments, const char *code);
char *plain_log_in (Plain *plain, const char *name, const char *secret);

char *pick (const char *json, const char *member);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Plain, plain_free)

G_END_DECLS
