/* madang-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "madang-session.h"

G_BEGIN_DECLS

#define MADANG_TYPE_WINDOW (madang_window_get_type ())

G_DECLARE_FINAL_TYPE (MadangWindow, madang_window, MADANG, WINDOW, AdwApplicationWindow)

GtkWidget *madang_window_new (GtkApplication *application);

MadangSession *madang_window_get_session (MadangWindow *self);
gboolean madang_window_is_free (MadangWindow *self);
void madang_window_offer (MadangWindow *self, gboolean hosting);
void madang_window_open_link (MadangWindow *self, const char *link);
void madang_window_close_now (MadangWindow *self);

G_END_DECLS
