/* madang-note.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define MADANG_TYPE_NOTE (madang_note_get_type ())

G_DECLARE_FINAL_TYPE (MadangNote, madang_note, MADANG, NOTE, GObject)

MadangNote *madang_note_new (const char *text, const char *detail, gboolean is_problem);

gint64 madang_note_get_time (MadangNote *self);
const char *madang_note_get_text (MadangNote *self);
const char *madang_note_get_detail (MadangNote *self);
gboolean madang_note_is_problem (MadangNote *self);

G_END_DECLS
