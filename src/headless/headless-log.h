/* headless-log.h: --log-level, and the lines of the server
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The levels by name, with a %NULL behind them. */
extern const char *const headless_log_levels[];

void headless_log_set_level (const char *name);
void headless_log_print (GLogLevelFlags level, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
