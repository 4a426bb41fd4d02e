/* engineio-timer.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _EngineioTimer EngineioTimer;

EngineioTimer *engineio_timer_new (void (*func) (gpointer user_data), gpointer user_data);
void engineio_timer_free (EngineioTimer *timer);

void engineio_timer_start (EngineioTimer *timer, guint milliseconds);
void engineio_timer_stop (EngineioTimer *timer);
gboolean engineio_timer_is_running (EngineioTimer *timer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineioTimer, engineio_timer_free)

G_END_DECLS
