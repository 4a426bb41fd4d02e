/* json-lines.h: programs that a test drives by JSON, one object on each line (see peers.js)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* An object with a member `event`. */
JsonObject *json_lines_new_event (const char *name);

/* Takes object. */
void json_lines_print (JsonObject *object);

/* Gives each line of the standard input to @obey until there are no more; then @obey gets NULL. */
typedef void (*JsonLinesFunc) (JsonObject *command, gpointer user_data);

void json_lines_read (JsonLinesFunc obey, gpointer user_data);

G_END_DECLS
