/* madang-time.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *madang_time_format (gint64 time);
char *madang_time_format_full (gint64 time);

G_END_DECLS
