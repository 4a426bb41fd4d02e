/* socketio-msgpack-reader.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-json.h"

G_BEGIN_DECLS

/* An array or map whose values are being read. */
typedef struct
{
  gboolean is_map;
  guint n_left;
  guint first_entry;
  gsize first_name;
  gsize name;
} SocketioMsgpackLevel;

/**
 * SocketioMsgpackReader:
 * @attachments: (nullable) (element-type GBytes): the binary values that have been read
 * @has_lookalike: whether a map looks like the placeholder of one
 *
 * A message that is being read. Only what is named here is for others.
 */
typedef struct
{
  GPtrArray *attachments;
  gboolean has_lookalike;

  GBytes *message;
  const guint8 *start;
  const guint8 *at;
  const guint8 *end;
  SocketioMsgpackLevel levels[SOCKETIO_JSON_MAX_DEPTH];
  guint depth;
  guint n_values;
  GArray *entries; /* finished values whose array or map is still open */
  GString *scratch; /* the names in open maps, each with its NUL */
} SocketioMsgpackReader;

void socketio_msgpack_reader_init (SocketioMsgpackReader *reader, GBytes *message);
void socketio_msgpack_reader_clear (SocketioMsgpackReader *reader);

gboolean
socketio_msgpack_reader_open_map (SocketioMsgpackReader *reader, guint *n_members, GError **error);
JsonNode *socketio_msgpack_reader_read (SocketioMsgpackReader *reader, GError **error);
JsonNode *socketio_msgpack_reader_skip (SocketioMsgpackReader *reader, GError **error);
gboolean socketio_msgpack_reader_finish (SocketioMsgpackReader *reader, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SocketioMsgpackReader, socketio_msgpack_reader_clear)

G_END_DECLS
