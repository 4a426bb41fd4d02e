/* engineio-text3.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gsize engineio_text3_count_units (const char *text, gsize length);
void engineio_text3_replace_surrogates (char *text, gsize length);

gsize engineio_text3_get_twice_size (const char *text, gsize length);
char *engineio_text3_write_twice (char *out, const char *text, gsize length);
char *engineio_text3_decode_twice (const char *text, gsize length, gsize *decoded_length);

G_END_DECLS
