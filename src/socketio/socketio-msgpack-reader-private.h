/* socketio-msgpack-reader-private.h: what a reader's own files see of it
 *
 * Functions that push have a value put behind those that were read; with an error they give %FALSE.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-msgpack-reader.h"

G_BEGIN_DECLS

gboolean socketio_msgpack_reader_fail (SocketioMsgpackReader *self,
                                       SocketioJsonError code,
                                       const char *message,
                                       GError **error);
gboolean socketio_msgpack_reader_fail_early (SocketioMsgpackReader *self, GError **error);
const guint8 *
socketio_msgpack_reader_take (SocketioMsgpackReader *self, gsize length, GError **error);
gboolean socketio_msgpack_reader_take_number (SocketioMsgpackReader *self,
                                              guint n_bytes,
                                              guint64 *value,
                                              GError **error);
gboolean
socketio_msgpack_reader_push (SocketioMsgpackReader *self, JsonNode *value, GError **error);
gboolean
socketio_msgpack_reader_push_boolean (SocketioMsgpackReader *self, gboolean value, GError **error);
gboolean socketio_msgpack_reader_push_null (SocketioMsgpackReader *self, GError **error);
JsonNode *
socketio_msgpack_reader_read_integer (SocketioMsgpackReader *self, guint8 first, GError **error);
gboolean
socketio_msgpack_reader_push_integer (SocketioMsgpackReader *self, guint8 first, GError **error);
gboolean
socketio_msgpack_reader_push_float (SocketioMsgpackReader *self, guint n_bytes, GError **error);
gboolean socketio_msgpack_reader_read_string (SocketioMsgpackReader *self,
                                              gsize length,
                                              gsize *start,
                                              GError **error);
gboolean
socketio_msgpack_reader_push_string (SocketioMsgpackReader *self, gsize length, GError **error);
gboolean
socketio_msgpack_reader_push_binary (SocketioMsgpackReader *self, gsize length, GError **error);
gboolean socketio_msgpack_reader_push_extension (SocketioMsgpackReader *self,
                                                 gsize length,
                                                 gboolean is_fixed,
                                                 GError **error);

G_END_DECLS
