/* chat-timeline-slots.c: the ordered array inside ChatTimeline
 *
 * Messages stand in the order of their serials; each serial has one place. The slots lie in one
 * array with room at both ends, so that neither a new message nor a page of history moves what is
 * there. New messages come as batches: sorted arrays of slots, merged in one go. Here is no signal
 * and no limit; those are chat-timeline.c's.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "chat-timeline-slots.h"

static int
compare_slots (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const ChatSlot *left = a;
  const ChatSlot *right = b;
  gboolean left_follows = chat_message_get_serial (left->message) == 0;
  gboolean right_follows = chat_message_get_serial (right->message) == 0;

  if (left->key != right->key)
    return left->key < right->key ? -1 : 1;

  return left_follows - right_follows;
}

/* Where @slot goes: behind everything that is not greater. */
static gsize
find_place (const ChatSlots *self, const ChatSlot *slot)
{
  gsize low = 0, high = self->length;

  /* New messages are the newest, nearly always. */
  if (high == 0 || compare_slots (chat_slots_at (self, high - 1), slot, NULL) <= 0)
    return high;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (compare_slots (chat_slots_at (self, middle), slot, NULL) <= 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static gboolean
is_same_message (const ChatSlot *a, const ChatSlot *b)
{
  guint64 serial = chat_message_get_serial (a->message);

  return serial != 0 && serial == chat_message_get_serial (b->message);
}

static gboolean
is_known (const ChatSlots *self, const ChatSlot *slot)
{
  gsize place = find_place (self, slot);

  return place > 0 && is_same_message (chat_slots_at (self, place - 1), slot);
}

static void
clear_slot (gpointer slot)
{
  g_object_unref (((ChatSlot *)slot)->message);
}

/* Takes the messages from @messages (their owner keeps its references) to a sorted array of slots.
 * @key is the key of a message without a serial that comes first. */
GArray *
chat_slots_make_batch (GPtrArray *messages, guint64 key)
{
  GArray *batch = g_array_sized_new (FALSE, FALSE, sizeof (ChatSlot), messages->len);

  g_array_set_clear_func (batch, clear_slot);

  for (guint i = 0; i < messages->len; i++)
    {
      ChatSlot slot = { 0, g_object_ref (messages->pdata[i]) };
      guint64 serial = chat_message_get_serial (slot.message);

      key = MAX (key, serial);
      slot.key = serial != 0 ? serial : key;
      g_array_append_val (batch, slot);
    }

  g_array_sort_with_data (batch, compare_slots, NULL);

  return batch;
}

/* Keeps of a sorted batch what is new. */
void
chat_slots_drop_known (const ChatSlots *self, GArray *batch)
{
  guint kept = 0;

  for (guint i = 0; i < batch->len; i++)
    {
      ChatSlot *slot = &g_array_index (batch, ChatSlot, i);

      if (is_known (self, slot) ||
          (kept > 0 && is_same_message (&g_array_index (batch, ChatSlot, kept - 1), slot)))
        continue;

      if (kept != i)
        {
          ChatSlot moved = g_array_index (batch, ChatSlot, kept);

          g_array_index (batch, ChatSlot, kept) = *slot;
          *slot = moved;
        }
      kept++;
    }

  g_array_set_size (batch, kept);
}

/* Of the @count oldest among the slots and the batch: drops those in the batch, and returns how
 * many are in the slots. */
gsize
chat_slots_drop_oldest_of_batch (const ChatSlots *self, GArray *batch, gsize count)
{
  guint in_batch = 0;
  gsize in_slots = 0;

  while (in_batch + in_slots < count)
    {
      gboolean from_batch = in_slots == self->length ||
                            (in_batch < batch->len &&
                             compare_slots (&g_array_index (batch, ChatSlot, in_batch),
                                            chat_slots_at (self, in_slots), NULL) < 0);

      if (from_batch)
        in_batch++;
      else
        in_slots++;
    }

  if (in_batch > 0)
    g_array_remove_range (batch, 0, in_batch);

  return in_slots;
}

/* Gives both ends at least @count free slots. */
static void
spread (ChatSlots *self, gsize count)
{
  gsize needed = self->length + self->length / 4 + 2 * count;
  gsize capacity = self->capacity;
  ChatSlot *slots = self->slots;
  gsize start;

  if (capacity < needed)
    {
      capacity = needed + self->length / 4 + 32;
      slots = g_new (ChatSlot, capacity);
    }

  start = (capacity - self->length) / 2;
  if (self->length > 0)
    memmove (slots + start, self->slots + self->start, self->length * sizeof (ChatSlot));

  if (slots != self->slots)
    g_free (self->slots);
  self->slots = slots;
  self->capacity = capacity;
  self->start = start;
}

/* Opens @count slots at @position, moving the shorter side. */
static void
open_gap (ChatSlots *self, gsize position, gsize count)
{
  gsize behind = self->length - position;
  gboolean move_front = position < behind;
  gsize room = move_front ? self->start : self->capacity - self->start - self->length;

  if (room < count)
    spread (self, count);

  if (move_front)
    {
      ChatSlot *first = chat_slots_at (self, 0);

      memmove (first - count, first, position * sizeof (ChatSlot));
      self->start -= count;
    }
  else
    {
      ChatSlot *first = chat_slots_at (self, position);

      memmove (first + count, first, behind * sizeof (ChatSlot));
    }

  self->length += count;
}

/* Merges @between, sorted, with the batch into @out. */
static void
merge_sorted (ChatSlot *out, const ChatSlot *between, gsize span, GArray *batch)
{
  gsize n = 0;

  for (guint i = 0; i < batch->len; i++)
    {
      const ChatSlot *slot = &g_array_index (batch, ChatSlot, i);

      while (n < span && compare_slots (&between[n], slot, NULL) <= 0)
        *out++ = between[n++];
      *out++ = *slot;
    }

  while (n < span)
    *out++ = between[n++];
}

/* Merges a batch of which nothing is known, and empties it. What was between its first and its
 * last, usually nothing, is told by @position and @span; the same slots and the new ones are at
 * @position now. */
void
chat_slots_merge (ChatSlots *self, GArray *batch, gsize *position, gsize *span)
{
  g_autofree ChatSlot *between = NULL;
  guint count = batch->len;
  gsize end;

  *position = find_place (self, &g_array_index (batch, ChatSlot, 0));
  end = find_place (self, &g_array_index (batch, ChatSlot, count - 1));
  *span = end - *position;
  if (*span > 0)
    between = g_memdup2 (chat_slots_at (self, *position), *span * sizeof (ChatSlot));

  open_gap (self, end, count);
  merge_sorted (chat_slots_at (self, *position), between, *span, batch);

  /* The slots have the batch's references now. */
  g_array_set_clear_func (batch, NULL);
  g_array_set_size (batch, 0);
}

/* Messages without a serial that came before all others have no key. They are newer than a page
 * of history which ends with @key. */
void
chat_slots_adopt_leading (ChatSlots *self, guint64 key)
{
  gsize count = 0;

  while (count < self->length && chat_slots_at (self, count)->key == 0)
    count++;

  if (count < self->length)
    key = MIN (key, chat_slots_at (self, count)->key - 1);

  for (gsize i = 0; i < count; i++)
    chat_slots_at (self, i)->key = key;
}

/* Takes @count messages from the front; the array has their references. */
GPtrArray *
chat_slots_take_oldest (ChatSlots *self, gsize count)
{
  GPtrArray *taken = g_ptr_array_new_full (count, g_object_unref);

  for (gsize i = 0; i < count; i++)
    g_ptr_array_add (taken, chat_slots_at (self, i)->message);

  self->start += count;
  self->length -= count;

  return taken;
}

/* The first key that is a serial, 0 if there is none. */
guint64
chat_slots_get_first_key (const ChatSlots *self)
{
  for (gsize i = 0; i < self->length; i++)
    if (chat_slots_at (self, i)->key != 0)
      return chat_slots_at (self, i)->key;

  return 0;
}

guint64
chat_slots_get_last_key (const ChatSlots *self)
{
  return self->length > 0 ? chat_slots_at (self, self->length - 1)->key : 0;
}

void
chat_slots_clear (ChatSlots *self)
{
  for (gsize i = 0; i < self->length; i++)
    g_object_unref (chat_slots_at (self, i)->message);

  g_free (self->slots);
  *self = (ChatSlots){ 0 };
}
