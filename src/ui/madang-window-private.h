/* madang-window-private.h: the class, in two files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "madang-chat-page.h"
#include "madang-start-page.h"
#include "madang-window.h"

G_BEGIN_DECLS

struct _MadangWindow
{
  AdwApplicationWindow parent_instance;

  /* Template widgets */
  GtkStack *stack;
  MadangStartPage *start_page;
  MadangChatPage *chat_page;

  /* Owned */
  GSignalGroup *session_signals;
  GSignalGroup *client_signals;

  guint begin_id;
  GtkWindow *question; /* a weak pointer, while it is asked */
};

/* madang-window.c */
void madang_window_show_session (MadangWindow *self, MadangSession *session);

/* madang-window-actions.c */
void madang_window_install_actions (GtkWidgetClass *widget_class);
void madang_window_update_actions (MadangWindow *self);
gboolean madang_window_ask_before_stopping (MadangWindow *self, void (*go_on) (MadangWindow *self));

G_END_DECLS
