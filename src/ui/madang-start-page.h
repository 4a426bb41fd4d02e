/* madang-start-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MADANG_TYPE_START_PAGE (madang_start_page_get_type ())

G_DECLARE_FINAL_TYPE (MadangStartPage, madang_start_page, MADANG, START_PAGE, GtkWidget)

void madang_start_page_begin (MadangStartPage *self);
void madang_start_page_offer (MadangStartPage *self, gboolean hosting);
void madang_start_page_join (MadangStartPage *self, const char *host, guint16 port);
void madang_start_page_set_problem (MadangStartPage *self, const char *problem);

G_END_DECLS
