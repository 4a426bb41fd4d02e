/* socketio-placeholder.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonNode *socketio_placeholder_new (guint index);
gboolean socketio_placeholder_check (JsonNode *node);
gboolean socketio_placeholder_get_index (JsonNode *node, guint n_attachments, guint *index);
gboolean socketio_placeholder_check_array (JsonArray *array, guint n_attachments);

G_END_DECLS
