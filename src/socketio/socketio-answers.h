/* socketio-answers.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-types.h"

G_BEGIN_DECLS

typedef struct _SocketioAnswers SocketioAnswers;

/* Nobody waits for the answer to @id any more: its time is up, or the caller gave it up. */
typedef void (*SocketioAnswersFunc) (gint64 id, gpointer user_data);

SocketioAnswers *socketio_answers_new (SocketioAnswersFunc given_up, gpointer user_data);
void socketio_answers_free (SocketioAnswers *answers);

gint64 socketio_answers_await (SocketioAnswers *answers, GTask *task, guint timeout);
GTask *socketio_answers_take (SocketioAnswers *answers, gint64 id);
GPtrArray *socketio_answers_take_all (SocketioAnswers *answers, gint64 before);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioAnswers, socketio_answers_free)

G_END_DECLS
