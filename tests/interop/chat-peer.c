/* chat-peer.c: our own client as a program, for the tests beside other people's clients
 *
 *   chat-peer URL NAME [LOGIN-TIMEOUT]
 *
 * Takes part in a chat by ChatClient; a server that answers no login within so many milliseconds is
 * a plain one. Each line on standard output is a JSON object whose `event` says what it is; each
 * line on standard input is a command:
 *
 *   out: started {}
 *        connected {id, name, title, plain, secret}   users {users: [{id, name, kind}]}
 *        message {message: {serial, time, name, sender, recepient, command, type, data}}
 *        disconnected {reason, state}                  failed {code, message, state}
 *        posted {ok, message?}                         older {ok, more, messages: [...]}
 *        quit {}
 *   in:  {"post": {"to": "ALL" | id, "text": "..."}}   {"older": true}   {"quit": true}
 *
 * `older` has the whole timeline as it is then, oldest first. The end of standard input is a quit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <locale.h>

#include "chat-client.h"
#include "chat-wire.h"

#include "json-lines.h"

typedef struct
{
  GMainLoop *loop;
  ChatClient *client;
} Peer;

/* {{{ Out */

static JsonNode *
write_message (ChatMessage *message)
{
  g_autoptr (SocketioArguments) arguments = chat_wire_write_rich (message);

  return json_node_ref (socketio_arguments_get_node (arguments, 0));
}

static void
set_state (JsonObject *object, ChatClient *client)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (CHAT_TYPE_CLIENT_STATE);
  GEnumValue *state = g_enum_get_value (states, chat_client_get_state (client));

  json_object_set_string_member (object, "state", state->value_nick);
}

static void
on_connected (ChatClient *client, Peer *self)
{
  JsonObject *object = json_lines_new_event ("connected");

  json_object_set_string_member (object, "id", chat_client_get_id (client));
  json_object_set_string_member (object, "name", chat_client_get_name (client));
  json_object_set_string_member (object, "title", chat_client_get_title (client));
  json_object_set_string_member (object, "secret", chat_client_get_secret (client));
  json_object_set_boolean_member (object, "plain", chat_client_is_plain (client));
  json_lines_print (object);
}

static void
on_disconnected (ChatClient *client, const char *reason, Peer *self)
{
  JsonObject *object = json_lines_new_event ("disconnected");

  json_object_set_string_member (object, "reason", reason);
  set_state (object, client);
  json_lines_print (object);
}

static void
on_failed (ChatClient *client, const GError *error, Peer *self)
{
  JsonObject *object = json_lines_new_event ("failed");

  if (error->domain == CHAT_ERROR)
    json_object_set_string_member (object, "code", chat_error_to_code (error->code));
  json_object_set_string_member (object, "message", error->message);
  set_state (object, client);
  json_lines_print (object);
}

static void
on_received (ChatClient *client, ChatMessage *message, Peer *self)
{
  JsonObject *object = json_lines_new_event ("message");

  json_object_set_member (object, "message", write_message (message));
  json_lines_print (object);
}

static void
print_users (Peer *self)
{
  GListModel *users = chat_client_get_users (self->client);
  JsonObject *object = json_lines_new_event ("users");
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (users); i++)
    {
      g_autoptr (ChatUser) user = g_list_model_get_item (users, i);
      JsonObject *entry = json_object_new ();
      gboolean plain = chat_user_get_kind (user) == CHAT_USER_PLAIN;

      json_object_set_string_member (entry, "id", chat_user_get_id (user));
      json_object_set_string_member (entry, "name", chat_user_get_name (user));
      json_object_set_string_member (entry, "kind", plain ? "plain" : "rich");
      json_array_add_object_element (array, entry);
    }
  json_object_set_array_member (object, "users", array);
  json_lines_print (object);
}

static void
on_users_changed (GListModel *users, guint position, guint removed, guint added, Peer *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ChatUser) user = g_list_model_get_item (users, i);

      g_signal_connect_swapped (user, "notify::name", G_CALLBACK (print_users), self);
    }
  print_users (self);
}

/* }}} */
/* {{{ In */

/* Takes error. */
static JsonObject *
new_result (const char *name, GError *error)
{
  JsonObject *object = json_lines_new_event (name);

  json_object_set_boolean_member (object, "ok", error == NULL);
  if (error != NULL)
    json_object_set_string_member (object, "message", error->message);
  g_clear_error (&error);
  return object;
}

static void
on_posted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  chat_client_post_finish (CHAT_CLIENT (source), result, &error);
  json_lines_print (new_result ("posted", error));
}

static void
on_older (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ChatClient *client = CHAT_CLIENT (source);
  GListModel *timeline = G_LIST_MODEL (chat_client_get_timeline (client));
  JsonArray *array = json_array_new ();
  GError *error = NULL;
  gboolean more = FALSE;
  JsonObject *object;

  chat_client_load_older_finish (client, result, &more, &error);
  chat_timeline_flush (CHAT_TIMELINE (timeline));
  for (guint i = 0; i < g_list_model_get_n_items (timeline); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (timeline, i);

      json_array_add_element (array, write_message (message));
    }

  object = new_result ("older", error);
  json_object_set_boolean_member (object, "more", more);
  json_object_set_array_member (object, "messages", array);
  json_lines_print (object);
}

static void
quit (Peer *self)
{
  chat_client_disconnect (self->client);
  json_lines_print (json_lines_new_event ("quit"));
  g_main_loop_quit (self->loop);
}

static void
obey (JsonObject *command, gpointer user_data)
{
  Peer *self = user_data;
  JsonObject *post = NULL;

  if (command == NULL)
    {
      quit (self);
      return;
    }

  if (json_object_has_member (command, "post"))
    post = json_object_get_object_member (command, "post");

  if (post != NULL)
    chat_client_post_async (self->client, chat_wire_get_string (post, "to"),
                            chat_wire_get_string (post, "text"), NULL, on_posted, self);
  else if (chat_wire_get_boolean (command, "older"))
    chat_client_load_older_async (self->client, NULL, on_older, self);
  else if (chat_wire_get_boolean (command, "quit"))
    quit (self);
  else
    g_error ("Not a command");
}

/* }}} */

static void
watch_client (Peer *self)
{
  g_signal_connect (self->client, "connected", G_CALLBACK (on_connected), self);
  g_signal_connect (self->client, "disconnected", G_CALLBACK (on_disconnected), self);
  g_signal_connect (self->client, "failed", G_CALLBACK (on_failed), self);
  g_signal_connect (self->client, "received", G_CALLBACK (on_received), self);
  g_signal_connect (chat_client_get_users (self->client), "items-changed",
                    G_CALLBACK (on_users_changed), self);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (ChatClient) client = NULL;
  Peer self = { loop, NULL };

  setlocale (LC_ALL, "");
  g_log_writer_default_set_use_stderr (TRUE);
  if (argc < 3)
    {
      g_printerr ("Usage: chat-peer URL NAME [LOGIN-TIMEOUT]\n");
      return 1;
    }

  json_lines_print (json_lines_new_event ("started"));
  self.client = client = chat_client_new (argv[1], argv[2]);
  if (argc > 3)
    g_object_set (client, "login-timeout", (guint)g_ascii_strtoull (argv[3], NULL, 10), NULL);
  watch_client (&self);
  chat_client_connect (client);
  json_lines_read (obey, &self);
  g_main_loop_run (loop);

  return 0;
}
