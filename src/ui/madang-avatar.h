/* madang-avatar.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MADANG_TYPE_AVATAR (madang_avatar_get_type ())

G_DECLARE_FINAL_TYPE (MadangAvatar, madang_avatar, MADANG, AVATAR, GtkWidget)

GtkWidget *madang_avatar_new (void);

void madang_avatar_set_name (MadangAvatar *self, const char *name);

char *madang_avatar_dup_initials (const char *name);

G_END_DECLS
