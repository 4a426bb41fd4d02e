/* madang-chat-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "madang-session.h"

G_BEGIN_DECLS

#define MADANG_TYPE_CHAT_PAGE (madang_chat_page_get_type ())

G_DECLARE_FINAL_TYPE (MadangChatPage, madang_chat_page, MADANG, CHAT_PAGE, GtkWidget)

void madang_chat_page_begin (MadangChatPage *self);
MadangSession *madang_chat_page_get_session (MadangChatPage *self);
void madang_chat_page_set_session (MadangChatPage *self, MadangSession *session);

G_END_DECLS
