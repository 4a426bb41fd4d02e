/* engineio-utf8.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean engineio_utf8_validate (const void *data, gsize length);
gboolean engineio_utf8_advance (const void *data, gsize length, gsize *valid);

G_END_DECLS
