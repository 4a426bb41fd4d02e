/* socketio-arguments-private.h: arguments as text
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-arguments.h"

G_BEGIN_DECLS

SocketioArguments *
socketio_arguments_new_for_plain (const char *values, gsize length, guint n_values);
void socketio_arguments_append (SocketioArguments *self, GString *text);

G_END_DECLS
