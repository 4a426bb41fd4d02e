/* client-watch.h: a ChatClient whose signals are kept
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "chat-fixture.h"

G_BEGIN_DECLS

/**
 * ClientWatch:
 * @log: the states and signals that there were, in order, each with a space behind it
 * @received: the texts of the messages that were announced, each with a space behind it
 *
 * A client and what it told.
 */
typedef struct
{
  ChatClient *client;
  GString *log;
  GString *received;
} ClientWatch;

ClientWatch *client_watch_new (ChatFixture *fixture, const char *name);
ClientWatch *client_watch_new_for_client (ChatClient *client);
void client_watch_connect (ClientWatch *watch);
void client_watch_free (ClientWatch *watch);

void client_watch_assert_log (ClientWatch *watch, const char *expected);
void client_watch_assert_received (ClientWatch *watch, const char *expected);

char *client_watch_list_timeline (ClientWatch *watch);
void client_watch_assert_timeline (ClientWatch *watch, const char *expected);
void client_watch_assert_numbers (ClientWatch *watch, guint first, guint last);
void client_watch_assert_users (ClientWatch *watch, const char *expected);

void client_watch_post (ClientWatch *watch, const char *recipient, const char *text);
void client_watch_assert_not_posted (ClientWatch *watch,
                                     const char *recipient,
                                     const char *text,
                                     GQuark domain,
                                     int code);
gboolean client_watch_load_older (ClientWatch *watch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClientWatch, client_watch_free)

G_END_DECLS
