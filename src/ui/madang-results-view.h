/* madang-results-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "madang-session.h"

G_BEGIN_DECLS

#define MADANG_TYPE_RESULTS_VIEW (madang_results_view_get_type ())

G_DECLARE_FINAL_TYPE (MadangResultsView, madang_results_view, MADANG, RESULTS_VIEW, GtkWidget)

void madang_results_view_set_session (MadangResultsView *self, MadangSession *session);

G_END_DECLS
