/* chat-timeline.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "chat-message.h"

G_BEGIN_DECLS

#define CHAT_TIMELINE_DEFAULT_MAX_LENGTH 100000

#define CHAT_TYPE_TIMELINE (chat_timeline_get_type ())

G_DECLARE_FINAL_TYPE (ChatTimeline, chat_timeline, CHAT, TIMELINE, GObject)

ChatTimeline *chat_timeline_new (void);

void chat_timeline_append (ChatTimeline *self, ChatMessage *message);
guint chat_timeline_prepend (ChatTimeline *self, GPtrArray *older);
void chat_timeline_flush (ChatTimeline *self);
void chat_timeline_clear (ChatTimeline *self);

guint64 chat_timeline_get_oldest_serial (ChatTimeline *self);
guint64 chat_timeline_get_newest_serial (ChatTimeline *self);

guint chat_timeline_get_max_length (ChatTimeline *self);
void chat_timeline_set_max_length (ChatTimeline *self, guint max_length);

G_END_DECLS
