/* madang-people.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "madang-session.h"

G_BEGIN_DECLS

#define MADANG_TYPE_PEOPLE (madang_people_get_type ())

G_DECLARE_FINAL_TYPE (MadangPeople, madang_people, MADANG, PEOPLE, GtkWidget)

void madang_people_set_session (MadangPeople *self, MadangSession *session);
void madang_people_set_chosen (MadangPeople *self, const char *id);

G_END_DECLS
