/* madang-excerpt.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *madang_excerpt (const char *text, guint max_characters, guint max_lines, gboolean *cut);

G_END_DECLS
