/* socketio-json-plain.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SocketioJsonPlain:
 * @n_elements: how many elements the array has
 * @first_length: how many bytes the text of its first element has, which begins behind the bracket
 *
 * What is known of a text that [func@socketio_json_plain_check] has found to be plain.
 */
typedef struct
{
  guint n_elements;
  gsize first_length;
} SocketioJsonPlain;

gboolean socketio_json_plain_check (const char *text, gsize length, SocketioJsonPlain *plain);

G_END_DECLS
