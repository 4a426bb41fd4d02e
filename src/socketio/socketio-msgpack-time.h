/* socketio-msgpack-time.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* ECMA-262, "Time Values and Time Range": so many milliseconds before and after 1970. */
#define SOCKETIO_MSGPACK_MAX_TIME G_GINT64_CONSTANT (8640000000000000)

char *socketio_msgpack_time_to_string (gint64 milliseconds);

G_END_DECLS
