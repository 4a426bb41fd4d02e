/* chat-timeline.c: the messages that a viewer sees, as a GListModel
 *
 * ChatClient appends what arrives and prepends pages of history; a list view shows the model.
 * A view pays for every items-changed, so what is appended waits for a moment and comes out as one
 * change. chat-timeline-slots keeps the order; here are the batches, the limit and the signals.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-timeline.h"
#include "chat-timeline-slots.h"

/* About one frame. A timeout of default priority and not an idle: under load sockets would starve
 * an idle, and a viewer would see nothing for as long as messages pour in. */
#define BATCH_MS 16

/* When the timeline is full, room is made for this part of it at once: views pay for each removal.
 */
#define TRIM_PART 16

struct _ChatTimeline
{
  GObject parent_instance;

  /* What was announced. */
  ChatSlots slots;

  guint max_length;

  /* Appended and not yet announced, in the order of arrival. */
  GPtrArray *pending;
  guint flush_id;
};

enum
{
  PROP_0,
  PROP_MAX_LENGTH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void chat_timeline_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatTimeline,
                               chat_timeline,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      chat_timeline_list_model_init))

static void
announce (ChatTimeline *self, gsize position, gsize removed, gsize added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
remove_oldest (ChatTimeline *self, gsize count)
{
  g_autoptr (GPtrArray) removed = chat_slots_take_oldest (&self->slots, count);

  announce (self, 0, removed->len, 0);
}

/* How many of the oldest must go so that the batch fits. */
static gsize
count_excess (ChatTimeline *self, GArray *batch, gsize trim_at_least)
{
  gsize total = self->slots.length + batch->len;

  if (batch->len == 0 || total <= self->max_length)
    return 0;

  return MAX (total - self->max_length, MIN (trim_at_least, self->slots.length));
}

/* A removal is announced, and a listener may change the timeline: look again after it. */
static void
make_fit (ChatTimeline *self, GArray *batch, gsize trim_at_least)
{
  gsize excess;

  chat_slots_drop_known (&self->slots, batch);

  while ((excess = count_excess (self, batch, trim_at_least)) > 0)
    {
      gsize count = chat_slots_drop_oldest_of_batch (&self->slots, batch, excess);

      if (count > 0)
        {
          remove_oldest (self, count);
          chat_slots_drop_known (&self->slots, batch);
        }
    }
}

static guint
insert_batch (ChatTimeline *self, GArray *batch, gsize trim_at_least)
{
  gsize position, span;
  guint count;

  make_fit (self, batch, trim_at_least);
  count = batch->len;
  if (count == 0)
    return 0;

  chat_slots_merge (&self->slots, batch, &position, &span);
  announce (self, position, span, span + count);

  return count;
}

static gboolean
flush_cb (gpointer user_data)
{
  ChatTimeline *self = user_data;

  self->flush_id = 0;
  chat_timeline_flush (self);

  return G_SOURCE_REMOVE;
}

static void
chat_timeline_dispose (GObject *object)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  g_clear_handle_id (&self->flush_id, g_source_remove);

  G_OBJECT_CLASS (chat_timeline_parent_class)->dispose (object);
}

static void
chat_timeline_finalize (GObject *object)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  chat_slots_clear (&self->slots);
  g_clear_pointer (&self->pending, g_ptr_array_unref);

  G_OBJECT_CLASS (chat_timeline_parent_class)->finalize (object);
}

static void
chat_timeline_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  switch (prop_id)
    {
    case PROP_MAX_LENGTH:
      g_value_set_uint (value, self->max_length);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chat_timeline_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  switch (prop_id)
    {
    case PROP_MAX_LENGTH:
      chat_timeline_set_max_length (self, g_value_get_uint (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chat_timeline_class_init (ChatTimelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_timeline_dispose;
  object_class->finalize = chat_timeline_finalize;
  object_class->get_property = chat_timeline_get_property;
  object_class->set_property = chat_timeline_set_property;

  /**
   * ChatTimeline:max-length:
   *
   * How many messages the timeline holds at most. The oldest go first.
   */
  properties[PROP_MAX_LENGTH] = g_param_spec_uint (
    "max-length", NULL, NULL, 1, G_MAXINT, CHAT_TIMELINE_DEFAULT_MAX_LENGTH,
    G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chat_timeline_init (ChatTimeline *self)
{
  self->max_length = CHAT_TIMELINE_DEFAULT_MAX_LENGTH;
  self->pending = g_ptr_array_new_with_free_func (g_object_unref);
}

static GType
chat_timeline_get_item_type (GListModel *model)
{
  return CHAT_TYPE_MESSAGE;
}

static guint
chat_timeline_get_n_items (GListModel *model)
{
  return CHAT_TIMELINE (model)->slots.length;
}

static gpointer
chat_timeline_get_item (GListModel *model, guint position)
{
  ChatTimeline *self = CHAT_TIMELINE (model);

  if (position >= self->slots.length)
    return NULL;

  return g_object_ref (chat_slots_at (&self->slots, position)->message);
}

static void
chat_timeline_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = chat_timeline_get_item_type;
  iface->get_n_items = chat_timeline_get_n_items;
  iface->get_item = chat_timeline_get_item;
}

/**
 * chat_timeline_new:
 *
 * Returns: (transfer full): an empty timeline
 */
ChatTimeline *
chat_timeline_new (void)
{
  return g_object_new (CHAT_TYPE_TIMELINE, NULL);
}

/**
 * chat_timeline_append:
 * @self: a timeline
 * @message: a message that has just arrived
 *
 * Adds a message at the place that its serial says, usually the end. One without a serial follows
 * the last one that is there. A message that is there already is ignored.
 *
 * The list changes within about a frame (16 ms), when the main loop runs, or at once by
 * [method@Chat.Timeline.flush].
 */
void
chat_timeline_append (ChatTimeline *self, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_TIMELINE (self));
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  g_ptr_array_add (self->pending, g_object_ref (message));

  if (self->pending->len >= self->max_length)
    chat_timeline_flush (self);
  else if (self->flush_id == 0)
    self->flush_id = g_timeout_add (BATCH_MS, flush_cb, self);
}

/**
 * chat_timeline_prepend:
 * @self: a timeline
 * @older: (element-type ChatMessage): a page of history, the oldest first
 *
 * Adds a page of older messages, in one change, before this returns. Those that are there already
 * are ignored. Of those for which there is no room the oldest are ignored: history does not push
 * out what is newer.
 *
 * Returns: how many were added
 */
guint
chat_timeline_prepend (ChatTimeline *self, GPtrArray *older)
{
  g_autoptr (ChatTimeline) alive = NULL;
  g_autoptr (GArray) batch = NULL;

  g_return_val_if_fail (CHAT_IS_TIMELINE (self), 0);
  g_return_val_if_fail (older != NULL, 0);

  if (older->len == 0)
    return 0;

  alive = g_object_ref (self);
  batch = chat_slots_make_batch (older, 0);
  chat_slots_adopt_leading (&self->slots, g_array_index (batch, ChatSlot, batch->len - 1).key);

  return insert_batch (self, batch, 0);
}

/**
 * chat_timeline_flush:
 * @self: a timeline
 *
 * Announces now what was appended. There is one change for it, and one before it if the timeline
 * is full and its oldest messages have to go.
 */
void
chat_timeline_flush (ChatTimeline *self)
{
  g_autoptr (ChatTimeline) alive = NULL;
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (GArray) batch = NULL;

  g_return_if_fail (CHAT_IS_TIMELINE (self));

  g_clear_handle_id (&self->flush_id, g_source_remove);
  if (self->pending->len == 0)
    return;

  alive = g_object_ref (self);
  pending = g_steal_pointer (&self->pending);
  self->pending = g_ptr_array_new_with_free_func (g_object_unref);

  batch = chat_slots_make_batch (pending, chat_slots_get_last_key (&self->slots));
  insert_batch (self, batch, self->max_length / TRIM_PART);
}

/**
 * chat_timeline_clear:
 * @self: a timeline
 *
 * Forgets all messages, also those that were not announced yet.
 */
void
chat_timeline_clear (ChatTimeline *self)
{
  g_return_if_fail (CHAT_IS_TIMELINE (self));

  g_clear_handle_id (&self->flush_id, g_source_remove);
  g_ptr_array_set_size (self->pending, 0);

  if (self->slots.length > 0)
    remove_oldest (self, self->slots.length);
}

/**
 * chat_timeline_get_oldest_serial:
 * @self: a timeline
 *
 * Returns: the serial before which the next page of history ends; 0 if there is none, which asks
 *   for the newest page
 */
guint64
chat_timeline_get_oldest_serial (ChatTimeline *self)
{
  g_return_val_if_fail (CHAT_IS_TIMELINE (self), 0);

  return chat_slots_get_first_key (&self->slots);
}

/**
 * chat_timeline_get_newest_serial:
 * @self: a timeline
 *
 * Returns: the largest serial there is, announced or not; 0 if there is none
 */
guint64
chat_timeline_get_newest_serial (ChatTimeline *self)
{
  guint64 newest;

  g_return_val_if_fail (CHAT_IS_TIMELINE (self), 0);

  newest = chat_slots_get_last_key (&self->slots);

  for (guint i = 0; i < self->pending->len; i++)
    newest = MAX (newest, chat_message_get_serial (self->pending->pdata[i]));

  return newest;
}

/**
 * chat_timeline_get_max_length:
 * @self: a timeline
 *
 * Returns: how many messages it holds at most
 */
guint
chat_timeline_get_max_length (ChatTimeline *self)
{
  g_return_val_if_fail (CHAT_IS_TIMELINE (self), 0);

  return self->max_length;
}

/**
 * chat_timeline_set_max_length:
 * @self: a timeline
 * @max_length: how many messages to hold at most, 1 or more
 *
 * Sets the limit. What is over it goes at once.
 */
void
chat_timeline_set_max_length (ChatTimeline *self, guint max_length)
{
  g_autoptr (ChatTimeline) alive = NULL;

  g_return_if_fail (CHAT_IS_TIMELINE (self));
  g_return_if_fail (max_length > 0);

  if (self->max_length == max_length)
    return;

  alive = g_object_ref (self);
  self->max_length = max_length;
  if (self->slots.length > max_length)
    remove_oldest (self, self->slots.length - max_length);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_LENGTH]);
}
