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

/**
 * SocketioJsonMember:
 * @name: the name, without its quotes, as it is written
 * @name_length: how many bytes @name has
 * @value: the value, as it is written
 * @value_length: how many bytes @value has
 *
 * A member of an object whose text is plain.
 */
typedef struct
{
  const char *name;
  gsize name_length;
  const char *value;
  gsize value_length;
} SocketioJsonMember;

gboolean socketio_json_plain_check (const char *text, gsize length, SocketioJsonPlain *plain);
gboolean
socketio_json_plain_next_member (const char **at, const char *end, SocketioJsonMember *member);

G_END_DECLS
