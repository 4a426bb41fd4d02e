/* http-message.h: what SoupServerMessage lacks for answers without surprises
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

guint http_message_find_header (SoupServerMessage *msg, const char *name, const char **value);
gboolean http_message_has_body (SoupServerMessage *msg);
void http_message_ignore_range (SoupServerMessage *msg);
void http_message_add_vary (SoupServerMessage *msg, const char *name);
void http_message_answer (SoupServerMessage *msg,
                          guint status,
                          const char *content_type,
                          const char *body);
void http_message_confirm_close (SoupServerMessage *msg);
void http_message_answer_empty (SoupServerMessage *msg, guint status);

G_END_DECLS
