/* socketio-backoff.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint socketio_backoff_get_delay (guint delay, guint delay_max, double factor, guint attempts);

G_END_DECLS
