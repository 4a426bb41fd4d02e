/* http-content-type.h: (pure) the type of a file, by its name
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *http_content_type_for_name (const char *name);
gboolean http_content_type_is_html (const char *type);

G_END_DECLS
