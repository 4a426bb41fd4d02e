/* madang-settings.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean madang_settings_init (const char *folder, GError **error);
GSettings *madang_settings_get (void);

G_END_DECLS
