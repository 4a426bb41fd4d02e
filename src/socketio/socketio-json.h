/* socketio-json.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * SOCKETIO_JSON_MAX_DEPTH:
 *
 * How many arrays and objects may stand inside one another in a text that
 * [func@socketio_json_parse] takes: `[[1]]` is two deep.
 */
#define SOCKETIO_JSON_MAX_DEPTH 64

/**
 * SOCKETIO_JSON_MAX_VALUES:
 *
 * How many values (arrays, objects and what is in them; names do not count) one text may hold. A
 * value may take two bytes of text but takes fifty to three hundred of memory, so a limit on the
 * text alone would not do. A text of a million bytes, the most that a server takes by default,
 * cannot have more.
 */
#define SOCKETIO_JSON_MAX_VALUES (512 * 1024)

/**
 * SocketioJsonError:
 * @SOCKETIO_JSON_ERROR_SYNTAX: not the grammar of RFC 8259
 * @SOCKETIO_JSON_ERROR_EMPTY: no value at all
 * @SOCKETIO_JSON_ERROR_TRAILING: something after the value
 * @SOCKETIO_JSON_ERROR_DEPTH: deeper than [const@SOCKETIO_JSON_MAX_DEPTH]
 * @SOCKETIO_JSON_ERROR_SIZE: more values than [const@SOCKETIO_JSON_MAX_VALUES], or an object whose
 *   names are chosen to make a hash table slow
 * @SOCKETIO_JSON_ERROR_NUMBER: a number that no double can hold, such as `1e400`
 * @SOCKETIO_JSON_ERROR_ENCODING: a string that is not UTF-8
 *
 * Why a text was refused.
 */
typedef enum
{
  SOCKETIO_JSON_ERROR_SYNTAX,
  SOCKETIO_JSON_ERROR_EMPTY,
  SOCKETIO_JSON_ERROR_TRAILING,
  SOCKETIO_JSON_ERROR_DEPTH,
  SOCKETIO_JSON_ERROR_SIZE,
  SOCKETIO_JSON_ERROR_NUMBER,
  SOCKETIO_JSON_ERROR_ENCODING,
} SocketioJsonError;

#define SOCKETIO_JSON_ERROR (socketio_json_error_quark ())
GQuark socketio_json_error_quark (void);

JsonNode *socketio_json_parse (const char *text, gssize length, GError **error);

const char *socketio_json_get_string (JsonNode *node);
gboolean socketio_json_get_int (JsonNode *node, gint64 *value);

void socketio_json_append (GString *out, JsonNode *node);
void socketio_json_append_int (GString *out, gint64 value);
void socketio_json_append_string (GString *out, const char *string);
char *socketio_json_to_string (JsonNode *node);

G_END_DECLS
