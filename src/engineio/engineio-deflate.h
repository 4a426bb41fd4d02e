/* engineio-deflate.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *engineio_deflate_negotiate (const char *offers, guint *window_bits);

GBytes *engineio_deflate_message (const void *data, gsize length, guint window_bits);
guint8 *engineio_deflate_restore (const void *data,
                                  gsize length,
                                  gsize max_length,
                                  gsize *restored_length,
                                  GError **error);

G_END_DECLS
