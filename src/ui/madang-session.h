/* madang-session.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "chat-client.h"
#include "chat-host.h"

#include "madang-results.h"

G_BEGIN_DECLS

#define MADANG_TYPE_SESSION (madang_session_get_type ())

G_DECLARE_FINAL_TYPE (MadangSession, madang_session, MADANG, SESSION, GObject)

MadangSession *madang_session_new_joining (const char *url, const char *name);
MadangSession *madang_session_new_hosting (const char *title,
                                           const char *address,
                                           guint16 port,
                                           const char *name,
                                           GError **error);

ChatClient *madang_session_get_client (MadangSession *self);
ChatHost *madang_session_get_host (MadangSession *self);
MadangResults *madang_session_get_results (MadangSession *self);
const char *madang_session_get_url (MadangSession *self);
char **madang_session_list_urls (MadangSession *self);
char *madang_session_dup_best_url (MadangSession *self);
const char *madang_session_get_obstacle (MadangSession *self);
const char *madang_session_get_problem (MadangSession *self);
gboolean madang_session_is_hosting (MadangSession *self);
guint madang_session_get_n_others (MadangSession *self);
char *madang_session_dup_name (MadangSession *self, const char *id);

void madang_session_connect (MadangSession *self);
void madang_session_stop (MadangSession *self);

G_END_DECLS
