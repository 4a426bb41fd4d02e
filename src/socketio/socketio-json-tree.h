/* socketio-json-tree.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * SocketioJsonEntry:
 * @name: where in the buffer of names the name of a member starts; unused in an array
 * @value: (transfer full): the value
 *
 * An element of an array, or a member of an object, that is not made yet.
 */
typedef struct
{
  gsize name;
  JsonNode *value;
} SocketioJsonEntry;

JsonNode *socketio_json_tree_new_array (SocketioJsonEntry *entries, guint n_entries);
JsonNode *
socketio_json_tree_new_object (SocketioJsonEntry *entries, guint n_entries, const char *names);

G_END_DECLS
