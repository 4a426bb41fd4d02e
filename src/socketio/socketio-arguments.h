/* socketio-arguments.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * SocketioArguments:
 *
 * The arguments of one event or of one ack: a list of JSON values and of binary ones. It is built
 * once, then sent, and from then on never changes; received ones cannot be changed at all.
 */
typedef struct _SocketioArguments SocketioArguments;

#define SOCKETIO_TYPE_ARGUMENTS (socketio_arguments_get_type ())
GType socketio_arguments_get_type (void);

SocketioArguments *socketio_arguments_new (void);
SocketioArguments *socketio_arguments_new_string (const char *string);
SocketioArguments *socketio_arguments_new_node (JsonNode *node);
SocketioArguments *socketio_arguments_new_json (const char *json, gssize length, GError **error);
SocketioArguments *
socketio_arguments_new_for_array (JsonArray *array, guint offset, GPtrArray *attachments);
SocketioArguments *socketio_arguments_copy (SocketioArguments *self);
SocketioArguments *socketio_arguments_ref (SocketioArguments *self);
void socketio_arguments_unref (SocketioArguments *self);

void socketio_arguments_add_string (SocketioArguments *self, const char *string);
void socketio_arguments_add_int (SocketioArguments *self, gint64 value);
void socketio_arguments_add_double (SocketioArguments *self, double value);
void socketio_arguments_add_boolean (SocketioArguments *self, gboolean value);
void socketio_arguments_add_null (SocketioArguments *self);
void socketio_arguments_add_node (SocketioArguments *self, JsonNode *node);
void socketio_arguments_add_bytes (SocketioArguments *self, GBytes *bytes);
JsonNode *socketio_arguments_attach (SocketioArguments *self, GBytes *bytes);
void socketio_arguments_seal (SocketioArguments *self);

guint socketio_arguments_get_length (SocketioArguments *self);
const char *socketio_arguments_peek_json (SocketioArguments *self, gsize *length);
JsonNode *socketio_arguments_get_node (SocketioArguments *self, guint index);
const char *socketio_arguments_get_string (SocketioArguments *self, guint index);
gboolean socketio_arguments_get_int (SocketioArguments *self, guint index, gint64 *value);
JsonObject *socketio_arguments_get_object (SocketioArguments *self, guint index);
GBytes *socketio_arguments_get_bytes (SocketioArguments *self, guint index);
GBytes *socketio_arguments_lookup_bytes (SocketioArguments *self, JsonNode *placeholder);
guint socketio_arguments_get_n_attachments (SocketioArguments *self);
GBytes *socketio_arguments_get_attachment (SocketioArguments *self, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioArguments, socketio_arguments_unref)

G_END_DECLS
