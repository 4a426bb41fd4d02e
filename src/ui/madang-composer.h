/* madang-composer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "madang-session.h"

G_BEGIN_DECLS

#define MADANG_TYPE_COMPOSER (madang_composer_get_type ())

G_DECLARE_FINAL_TYPE (MadangComposer, madang_composer, MADANG, COMPOSER, GtkWidget)

void madang_composer_begin (MadangComposer *self);
void madang_composer_set_session (MadangComposer *self, MadangSession *session);
const char *madang_composer_get_recipient (MadangComposer *self);
void madang_composer_set_recipient (MadangComposer *self, const char *id);

G_END_DECLS
