/* headless-log.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean headless_log_set_level (const char *name, GError **error);

G_END_DECLS
