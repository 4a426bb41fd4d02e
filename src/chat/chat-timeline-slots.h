/* chat-timeline-slots.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

/* A message without a serial stays behind the message after which it arrived, so it has the key of
 * that one. */
typedef struct
{
  guint64 key;
  ChatMessage *message;
} ChatSlot;

/* Holds a reference on each message, in the slots [start, start + length) of @slots. */
typedef struct
{
  ChatSlot *slots;
  gsize capacity;
  gsize start;
  gsize length;
} ChatSlots;

static inline ChatSlot *
chat_slots_at (const ChatSlots *self, gsize position)
{
  return &self->slots[self->start + position];
}

void chat_slots_clear (ChatSlots *self);
guint64 chat_slots_get_last_key (const ChatSlots *self);
guint64 chat_slots_get_first_key (const ChatSlots *self);
void chat_slots_adopt_leading (ChatSlots *self, guint64 key);
GPtrArray *chat_slots_take_oldest (ChatSlots *self, gsize count);

GArray *chat_slots_make_batch (GPtrArray *messages, guint64 key);
void chat_slots_drop_known (const ChatSlots *self, GArray *batch);
gsize chat_slots_drop_oldest_of_batch (const ChatSlots *self, GArray *batch, gsize count);
void chat_slots_merge (ChatSlots *self, GArray *batch, gsize *position, gsize *span);

G_END_DECLS
