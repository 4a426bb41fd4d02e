/* madang-person-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "chat-user.h"

G_BEGIN_DECLS

#define MADANG_TYPE_PERSON_ROW (madang_person_row_get_type ())

G_DECLARE_FINAL_TYPE (MadangPersonRow, madang_person_row, MADANG, PERSON_ROW, GtkWidget)

GtkWidget *madang_person_row_new (void);
void madang_person_row_bind (MadangPersonRow *self, ChatUser *user, const char *own_id);
void madang_person_row_unbind (MadangPersonRow *self);

G_END_DECLS
