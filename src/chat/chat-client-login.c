/* chat-client-login.c: from a connection to taking part
 *
 * After each connect the client logs in. A server that does not answer is no Madang: then it takes
 * part as a plain client does. The answer brings the newest messages; after an absence the pages
 * between them and what the timeline has are fetched too. What is said meanwhile is held and comes
 * last.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "chat-client-private.h"
#include "chat-wire.h"

/* What was missed is fetched in pages as large as a server gives, so many of them at most. */
#define MISSED_PAGE_SIZE 200
#define MISSED_PAGES_MAX 25

/* A request does not keep its client alive: a server may never answer. */
static GWeakRef *
weak_ref_new (ChatClient *self)
{
  GWeakRef *weak = g_new (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  return weak;
}

static ChatClient *
weak_ref_take (gpointer data)
{
  GWeakRef *weak = data;
  ChatClient *self = g_weak_ref_get (weak);

  g_weak_ref_clear (weak);
  g_free (weak);
  return self;
}

/* {{{ Taking part */

static void
chat_client_deliver (ChatClient *self, GPtrArray *held)
{
  for (guint i = 0; i < held->len; i++)
    {
      ChatMessage *message = held->pdata[i];
      gboolean is_plain = chat_message_get_serial (message) == 0;

      /* It came in the plain form before the login, and is in the history now. */
      if (is_plain && !self->plain && chat_message_is_public (message))
        continue;

      chat_client_take_message (self, message);
    }
}

static void
chat_client_take_part (ChatClient *self)
{
  g_autoptr (GPtrArray) held = g_steal_pointer (&self->held);

  g_clear_pointer (&self->missed, g_ptr_array_unref);
  chat_client_set_state (self, CHAT_CLIENT_CONNECTED);
  chat_client_announce_connected (self);
  chat_client_deliver (self, held);
}

/* }}} */
/* {{{ What was missed */

static guint64
get_first_serial (GPtrArray *messages)
{
  return messages->len > 0 ? chat_message_get_serial (messages->pdata[0]) : 0;
}

static guint64
get_last_serial (GPtrArray *messages)
{
  return messages->len > 0 ? chat_message_get_serial (messages->pdata[messages->len - 1]) : 0;
}

/* A gap that stays must not look like a conversation: then the timeline begins anew. */
static void
chat_client_show_missed (ChatClient *self, gboolean gap)
{
  if (gap)
    chat_timeline_clear (self->timeline);
  for (guint i = 0; i < self->missed->len; i++)
    chat_timeline_append (self->timeline, self->missed->pdata[i]);
  chat_timeline_flush (self->timeline);
  self->newest = MAX (gap ? 0 : self->newest, get_last_serial (self->missed));

  chat_client_take_part (self);
}

static void on_missed (GObject *source, GAsyncResult *result, gpointer user_data);

static void
chat_client_close_gap (ChatClient *self, gboolean more)
{
  guint64 first = get_first_serial (self->missed);
  gboolean gap = more && self->newest > 0 && first > self->newest + 1;
  g_autoptr (SocketioArguments) arguments = NULL;

  if (!gap || self->missed_pages == MISSED_PAGES_MAX)
    {
      chat_client_show_missed (self, gap);
      return;
    }

  self->missed_pages++;
  arguments = chat_wire_write_history (first, MISSED_PAGE_SIZE);
  socketio_socket_emit_with_ack_async (self->socket, CHAT_EVENT_HISTORY, arguments,
                                       CHAT_CLIENT_ANSWER_TIMEOUT, self->joining, on_missed,
                                       weak_ref_new (self));
}

static void
on_missed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatClient) self = weak_ref_take (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments)
    arguments = socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result, &error);
  JsonObject *answer;
  GPtrArray *messages;

  /* The connection is gone, or about to be: the next login finds the gap again. */
  if (self == NULL || self->missed == NULL ||
      (error != NULL && !g_error_matches (error, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT)))
    return;

  answer = arguments != NULL ? chat_wire_read_answer (arguments, NULL) : NULL;
  if (answer == NULL)
    {
      chat_client_show_missed (self, TRUE);
      return;
    }

  messages = chat_wire_read_messages (answer);
  g_ptr_array_extend_and_steal (messages, self->missed);
  self->missed = messages;
  chat_client_close_gap (self, chat_wire_get_boolean (answer, "more"));
}

/* }}} */
/* {{{ The answer to the login */

static void
chat_client_refuse (ChatClient *self, const GError *error)
{
  chat_client_disconnect (self);
  chat_client_announce_failed (self, error);
}

/* The serials of another chat mean nothing here. It is another one if it does not know us any more,
 * or if it has not got as far as we have seen. */
static void
chat_client_forget_other_chat (ChatClient *self, ChatUser *user, GPtrArray *messages)
{
  gboolean knows_us = g_strcmp0 (self->id, chat_user_get_id (user)) == 0;

  if (self->id == NULL || (!self->plain && knows_us && get_last_serial (messages) >= self->newest))
    return;

  chat_timeline_clear (self->timeline);
  self->newest = 0;
}

static void
chat_client_read_login (ChatClient *self, JsonObject *answer, ChatUser *user)
{
  g_autoptr (GPtrArray) users = chat_wire_read_users (answer);
  GPtrArray *messages = chat_wire_read_messages (answer);

  chat_client_forget_other_chat (self, user, messages);
  self->plain = FALSE;
  chat_client_set_id (self, chat_user_get_id (user));
  chat_client_set_secret (self, chat_wire_get_string (answer, "secret"));
  chat_client_set_title (self, chat_wire_get_string (answer, "title"));
  chat_roster_replace (self->users, users);

  self->missed = messages;
  self->missed_pages = 0;
  if (self->held == NULL)
    self->held = g_ptr_array_new_with_free_func (g_object_unref);
  chat_client_close_gap (self, chat_wire_get_boolean (answer, "more"));
}

static void
on_login_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatClient) self = weak_ref_take (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments)
    arguments = socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result, &error);
  g_autoptr (ChatUser) user = NULL;
  JsonObject *answer;

  if (self == NULL || arguments == NULL)
    return;

  g_clear_handle_id (&self->login_timer, g_source_remove);
  answer = chat_wire_read_answer (arguments, &error);
  if (answer != NULL)
    user = chat_wire_read_user (json_object_get_member (answer, "user"));
  if (user != NULL)
    {
      chat_client_read_login (self, answer, user);
      return;
    }

  if (error == NULL)
    error = g_error_new_literal (CHAT_ERROR, CHAT_ERROR_FAILED,
                                 _ ("The server's answer cannot be read"));
  chat_client_refuse (self, error);
}

/* The answer still counts if it comes later: then it is a slow server of ours. */
static gboolean
on_login_timeout (gpointer user_data)
{
  g_autoptr (ChatClient) self = g_object_ref (user_data);

  self->login_timer = 0;
  self->plain = TRUE;
  chat_client_set_id (self, self->name);
  chat_client_take_part (self);
  return G_SOURCE_REMOVE;
}

/* }}} */

void
chat_client_log_in (ChatClient *self)
{
  g_autoptr (SocketioArguments) arguments = chat_wire_write_login (self->name, self->secret);

  chat_client_stop_joining (self);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->joining = g_cancellable_new ();
  self->login_timer = g_timeout_add (self->login_timeout, on_login_timeout, self);
  socketio_socket_emit_with_ack_async (self->socket, CHAT_EVENT_LOGIN, arguments, 0, self->joining,
                                       on_login_answered, weak_ref_new (self));
}

/* What is still to come for this connection does not count any more. */
void
chat_client_stop_joining (ChatClient *self)
{
  if (self->joining != NULL)
    g_cancellable_cancel (self->joining);
  g_clear_object (&self->joining);
  g_clear_handle_id (&self->login_timer, g_source_remove);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  g_clear_pointer (&self->missed, g_ptr_array_unref);
}
