/* chat-message.c: one message, which never changes
 *
 * A window may hold a hundred thousand of these, so each is small: words that come again and again
 * (who, to whom, what kind) are shared between all messages, and data that is a string, as nearly
 * all is, becomes a JsonNode for those alone who ask for one.
 * chat-wire makes messages from the wire's JSON, ChatStore keeps them and numbers them,
 * ChatTimeline lists them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-json.h"

#include "chat-message.h"

struct _ChatMessage
{
  GObject parent_instance;

  guint64 serial;
  gint64 time;
  /* GRefStrings, interned for as long as a message has them. */
  char *sender;
  char *sender_name;
  char *recipient;
  char *command;
  char *type;
  /* One of the two, or both for the same string. The node is sealed. */
  char *text;
  JsonNode *data;
};

G_DEFINE_FINAL_TYPE (ChatMessage, chat_message, G_TYPE_OBJECT)

static void
chat_message_finalize (GObject *object)
{
  ChatMessage *self = CHAT_MESSAGE (object);

  g_clear_pointer (&self->sender, g_ref_string_release);
  g_clear_pointer (&self->sender_name, g_ref_string_release);
  g_clear_pointer (&self->recipient, g_ref_string_release);
  g_clear_pointer (&self->command, g_ref_string_release);
  g_clear_pointer (&self->type, g_ref_string_release);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->data, json_node_unref);

  G_OBJECT_CLASS (chat_message_parent_class)->finalize (object);
}

static void
chat_message_class_init (ChatMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chat_message_finalize;
}

static void
chat_message_init (ChatMessage *self)
{
}

/* The copy shares the tree below the node but not its parent: a member of an object that is about
 * to go would keep a pointer to it. */
static JsonNode *
seal_copy (JsonNode *data)
{
  JsonNode *copy = data != NULL ? json_node_copy (data) : json_node_new (JSON_NODE_NULL);

  json_node_seal (copy);

  return copy;
}

static gboolean
is_string (JsonNode *data)
{
  return data != NULL && JSON_NODE_HOLDS_VALUE (data) &&
         json_node_get_value_type (data) == G_TYPE_STRING;
}

static char *
intern (const char *text, const char *fallback)
{
  return g_ref_string_new_intern (text != NULL ? text : fallback);
}

/**
 * chat_message_new:
 * @serial: the store's number, or 0 for a message that is not stored
 * @time: when it was posted, in milliseconds since 1970, UTC
 * @sender: the id of who sends, UTF-8
 * @sender_name: (nullable): the name of who sends; %NULL for the id
 * @recipient: (nullable): the id of who receives; %NULL for %CHAT_RECIPIENT_ALL
 * @command: (nullable): the kind of the data; %NULL for %CHAT_COMMAND_CHAT
 * @type: (nullable): the form of the data; %NULL for %CHAT_TYPE_TEXT
 * @data: (nullable): the data, any JSON, %NULL for JSON's null. Its tree is shared and sealed, so
 *   the caller must not change it any more.
 *
 * Returns: (transfer full): a message
 */
ChatMessage *
chat_message_new (guint64 serial,
                  gint64 time,
                  const char *sender,
                  const char *sender_name,
                  const char *recipient,
                  const char *command,
                  const char *type,
                  JsonNode *data)
{
  ChatMessage *self;

  g_return_val_if_fail (sender != NULL, NULL);

  self = g_object_new (CHAT_TYPE_MESSAGE, NULL);
  self->serial = serial;
  self->time = time;
  self->sender = intern (sender, NULL);
  self->sender_name = intern (sender_name, sender);
  self->recipient = intern (recipient, CHAT_RECIPIENT_ALL);
  self->command = intern (command, CHAT_COMMAND_CHAT);
  self->type = intern (type, CHAT_TYPE_TEXT);
  if (is_string (data))
    self->text = json_node_dup_string (data);
  else
    self->data = seal_copy (data);

  return self;
}

/**
 * chat_message_with_serial:
 * @self: a message
 * @serial: the number that the store gave
 *
 * Returns: (transfer full): a message that differs from @self in its serial alone
 */
ChatMessage *
chat_message_with_serial (ChatMessage *self, guint64 serial)
{
  ChatMessage *copy;

  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  copy = g_object_new (CHAT_TYPE_MESSAGE, NULL);
  copy->serial = serial;
  copy->time = self->time;
  copy->sender = g_ref_string_acquire (self->sender);
  copy->sender_name = g_ref_string_acquire (self->sender_name);
  copy->recipient = g_ref_string_acquire (self->recipient);
  copy->command = g_ref_string_acquire (self->command);
  copy->type = g_ref_string_acquire (self->type);
  copy->text = g_strdup (self->text);
  copy->data = self->data != NULL ? json_node_ref (self->data) : NULL;

  return copy;
}

/**
 * chat_message_get_serial:
 * @self: a message
 *
 * Returns: the store's number, which grows with every message; 0 if the message is not stored
 */
guint64
chat_message_get_serial (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->serial;
}

/**
 * chat_message_get_time:
 * @self: a message
 *
 * Returns: when it was posted, in milliseconds since 1970, UTC
 */
gint64
chat_message_get_time (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->time;
}

/**
 * chat_message_get_sender:
 * @self: a message
 *
 * Returns: the id of who sends
 */
const char *
chat_message_get_sender (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->sender;
}

/**
 * chat_message_get_sender_name:
 * @self: a message
 *
 * Returns: the name that the sender had when it was posted
 */
const char *
chat_message_get_sender_name (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->sender_name;
}

/**
 * chat_message_get_recipient:
 * @self: a message
 *
 * Returns: the id of who receives, or %CHAT_RECIPIENT_ALL
 */
const char *
chat_message_get_recipient (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->recipient;
}

/**
 * chat_message_get_command:
 * @self: a message
 *
 * Returns: the kind of the data
 */
const char *
chat_message_get_command (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->command;
}

/**
 * chat_message_get_type_name:
 * @self: a message
 *
 * (`chat_message_get_type ()` is the GType.)
 *
 * Returns: the form of the data
 */
const char *
chat_message_get_type_name (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->type;
}

/**
 * chat_message_get_data:
 * @self: a message
 *
 * Returns: (transfer none): the data, sealed
 */
JsonNode *
chat_message_get_data (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  if (self->data == NULL)
    {
      self->data = json_node_init_string (json_node_alloc (), self->text);
      json_node_seal (self->data);
    }

  return self->data;
}

/**
 * chat_message_get_text:
 * @self: a message
 *
 * Returns: (nullable): the data if it is a string
 */
const char *
chat_message_get_text (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->text;
}

/**
 * chat_message_dup_display_text:
 * @self: a message
 *
 * Returns: (transfer full): the data as a person can read it: a string as it is, other JSON as
 *   compact text
 */
char *
chat_message_dup_display_text (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->text != NULL ? g_strdup (self->text) : socketio_json_to_string (self->data);
}

/**
 * chat_message_append_data:
 * @self: a message
 * @json: where to append
 *
 * Appends the data as JSON.
 */
void
chat_message_append_data (ChatMessage *self, GString *json)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  if (self->text != NULL)
    socketio_json_append_string (json, self->text);
  else
    socketio_json_append (json, self->data);
}

/**
 * chat_message_is_public:
 * @self: a message
 *
 * Returns: whether it goes to everyone
 */
gboolean
chat_message_is_public (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), FALSE);

  return g_str_equal (self->recipient, CHAT_RECIPIENT_ALL);
}
