/* madang-result-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "madang-session.h"

G_BEGIN_DECLS

#define MADANG_TYPE_RESULT_ROW (madang_result_row_get_type ())

G_DECLARE_FINAL_TYPE (MadangResultRow, madang_result_row, MADANG, RESULT_ROW, GtkWidget)

GtkWidget *madang_result_row_new (MadangSession *session);

void madang_result_row_bind (MadangResultRow *self, GObject *item);
void madang_result_row_unbind (MadangResultRow *self);

char *madang_result_to_line (MadangSession *session, GObject *item);

G_END_DECLS
