/* chat-wire-draft.c: what a client wants to post, and what is wrong with it
 *
 * The one that reads what strangers send most of. chat-wire.c has the messages that are posted.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <socketio-json-plain.h>
#include <socketio-json.h>
#include <string.h>

#include "chat-wire-private.h"

/* Data goes out again inside of others' answers, and what is read there has limits too. An answer
 * wraps it in an array, an object, another array and the message's object; a page has many of them.
 */
#define DATA_MAX_DEPTH  (SOCKETIO_JSON_MAX_DEPTH - 4)
#define DATA_MAX_VALUES (SOCKETIO_JSON_MAX_VALUES / 8)

/* {{{ From a tree of nodes */

static void
set_bad_message (GError **error, const char *text)
{
  g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_BAD_MESSAGE, text);
}

static gboolean
set_too_large (GError **error, const char *name)
{
  g_set_error (error, CHAT_ERROR, CHAT_ERROR_TOO_LARGE,
               /* Translators: the name of a field */
               _ ("“%s” is too long"), name);
  return FALSE;
}

/* Reads a text field. One that is missing, or null, has its default; one that is no text is an
 * error. */
static gboolean
read_field (JsonObject *object,
            const char *name,
            const char *fallback,
            gsize max_length,
            const char **value,
            GError **error)
{
  if (!chat_wire_get_optional_string (object, name, value))
    {
      g_set_error (error, CHAT_ERROR, CHAT_ERROR_BAD_MESSAGE,
                   /* Translators: the name of a field */
                   _ ("“%s” must be a text"), name);
      return FALSE;
    }
  if (*value == NULL)
    *value = fallback;

  return *value == NULL || strlen (*value) <= max_length || set_too_large (error, name);
}

static gboolean
check_data (JsonNode *data, GError **error)
{
  return data == NULL ||
         chat_wire_count_values (data, DATA_MAX_DEPTH, DATA_MAX_VALUES) <= DATA_MAX_VALUES ||
         set_too_large (error, "data");
}

static JsonObject *
get_message_object (SocketioArguments *arguments, GError **error)
{
  JsonObject *object = socketio_arguments_get_object (arguments, 0);

  if (object == NULL)
    set_bad_message (error, _ ("A message must be an object"));
  else if (socketio_arguments_get_n_attachments (arguments) > 0)
    set_bad_message (error, _ ("A message cannot carry binary data"));
  else
    return object;

  return NULL;
}

/* }}} */
/* {{{ From the text */

typedef enum
{
  DRAFT_SENDER,
  DRAFT_RECEPIENT,
  DRAFT_COMMAND,
  DRAFT_TYPE,
  DRAFT_DATA,
  N_DRAFT_FIELDS
} DraftField;

static const struct
{
  const char *name;
  gsize max_length;
} draft_fields[N_DRAFT_FIELDS] = {
  [DRAFT_SENDER] = { "sender", CHAT_ID_MAX_LENGTH },
  [DRAFT_RECEPIENT] = { "recepient", CHAT_ID_MAX_LENGTH },
  [DRAFT_COMMAND] = { "command", CHAT_FIELD_MAX_LENGTH },
  [DRAFT_TYPE] = { "type", CHAT_FIELD_MAX_LENGTH },
  [DRAFT_DATA] = { "data", G_MAXSIZE },
};

static gboolean
is_named (const SocketioJsonMember *member, const char *name)
{
  return member->name_length == strlen (name) &&
         memcmp (member->name, name, member->name_length) == 0;
}

/* A string that stands for itself, and is not too long. Another value of a name that we know is
 * left to the tree of nodes, which knows what to say. */
static gboolean
note_field (const SocketioJsonMember *member, SocketioJsonMember *fields)
{
  for (guint i = 0; i < N_DRAFT_FIELDS; i++)
    {
      if (!is_named (member, draft_fields[i].name))
        continue;

      fields[i] = *member;
      return *member->value == '"' && member->value_length - 2 <= draft_fields[i].max_length &&
             memchr (member->value, '\\', member->value_length) == NULL;
    }
  return !is_named (member, "recipient");
}

static const char *
take_field (const SocketioJsonMember *field, const char *fallback, char **room)
{
  char *text = *room;
  gsize length;

  if (field->value == NULL)
    return fallback;

  length = field->value_length - 2;
  memcpy (text, field->value + 1, length);
  text[length] = '\0';
  *room = text + length + 1;
  return text;
}

/* Most messages are an object of such strings: to make a tree of it costs more than all else that
 * is done to read it. */
static gboolean
read_usual_draft (SocketioArguments *arguments, ChatWireDraft *draft)
{
  SocketioJsonMember fields[N_DRAFT_FIELDS] = { 0 }, member;
  const char *json, *end;
  char *room;
  gsize length;

  json = socketio_arguments_peek_json (arguments, &length);
  if (json == NULL || *json != '{')
    return FALSE;

  end = json + length;
  while (socketio_json_plain_next_member (&json, end, &member))
    {
      if (!note_field (&member, fields))
        return FALSE;
    }
  if (fields[DRAFT_DATA].value == NULL)
    return FALSE;

  draft->texts = room = g_malloc (length);
  draft->sender = take_field (&fields[DRAFT_SENDER], NULL, &room);
  draft->recipient = take_field (&fields[DRAFT_RECEPIENT], CHAT_RECIPIENT_ALL, &room);
  draft->command = take_field (&fields[DRAFT_COMMAND], CHAT_COMMAND_CHAT, &room);
  draft->type = take_field (&fields[DRAFT_TYPE], CHAT_TYPE_TEXT, &room);
  draft->own_data = json_node_init_string (json_node_alloc (),
                                           take_field (&fields[DRAFT_DATA], NULL, &room));
  draft->data = draft->own_data;
  return TRUE;
}

/* }}} */

/**
 * chat_wire_draft_clear:
 * @draft: a draft, or zeros
 *
 * Frees what a draft holds.
 */
void
chat_wire_draft_clear (ChatWireDraft *draft)
{
  g_clear_pointer (&draft->texts, g_free);
  g_clear_pointer (&draft->own_data, json_node_unref);
}

/**
 * chat_wire_read_draft:
 * @arguments: the arguments of a `message`
 * @draft: (out caller-allocates): what it says; valid as long as @arguments, to be cleared by
 *   chat_wire_draft_clear ()
 * @error: return location for %CHAT_ERROR_BAD_MESSAGE or %CHAT_ERROR_TOO_LARGE
 *
 * Reads what a client wants to post. Fields that are missing have their defaults.
 *
 * Returns: whether it is a message
 */
gboolean
chat_wire_read_draft (SocketioArguments *arguments, ChatWireDraft *draft, GError **error)
{
  JsonObject *object;

  *draft = (ChatWireDraft){ 0 };
  if (read_usual_draft (arguments, draft))
    return TRUE;

  object = get_message_object (arguments, error);
  if (object == NULL ||
      !read_field (object, "sender", NULL, CHAT_ID_MAX_LENGTH, &draft->sender, error) ||
      !read_field (object, chat_wire_get_recipient_name (object), CHAT_RECIPIENT_ALL,
                   CHAT_ID_MAX_LENGTH, &draft->recipient, error) ||
      !read_field (object, "command", CHAT_COMMAND_CHAT, CHAT_FIELD_MAX_LENGTH, &draft->command,
                   error) ||
      !read_field (object, "type", CHAT_TYPE_TEXT, CHAT_FIELD_MAX_LENGTH, &draft->type, error))
    return FALSE;

  draft->data = json_object_get_member (object, "data");
  return check_data (draft->data, error);
}
