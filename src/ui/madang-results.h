/* madang-results.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "chat-timeline.h"

#include "madang-note.h"

G_BEGIN_DECLS

/* How many notes there are at most; the oldest go first. */
#define MADANG_RESULTS_MAX_NOTES 10000

#define MADANG_TYPE_RESULTS (madang_results_get_type ())

G_DECLARE_FINAL_TYPE (MadangResults, madang_results, MADANG, RESULTS, GObject)

MadangResults *madang_results_new (ChatTimeline *timeline);

void madang_results_set_live (MadangResults *self, gboolean live);
void madang_results_add_note (MadangResults *self, MadangNote *note);
void madang_results_flush (MadangResults *self);

G_END_DECLS
