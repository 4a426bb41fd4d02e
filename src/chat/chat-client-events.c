/* chat-client-events.c: what a client hears from its server without asking
 *
 * Who comes and goes, and what is said. chat-client-login.c holds messages back until it is clear
 * what the server is and what was missed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-client-private.h"
#include "chat-wire.h"

/* {{{ Who is here */

static void
on_joined (SocketioSocket *socket,
           const char *name,
           SocketioArguments *arguments,
           SocketioAck *ack,
           gpointer user_data)
{
  ChatClient *self = user_data;
  g_autoptr (ChatUser) user = chat_wire_read_user_event (arguments);

  if (user != NULL)
    chat_roster_add (self->users, user);
}

static void
on_left (SocketioSocket *socket,
         const char *name,
         SocketioArguments *arguments,
         SocketioAck *ack,
         gpointer user_data)
{
  ChatClient *self = user_data;
  g_autoptr (ChatUser) user = chat_wire_read_user_event (arguments);

  if (user != NULL)
    chat_roster_remove (self->users, chat_user_get_id (user));
}

static void
on_renamed (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer user_data)
{
  ChatClient *self = user_data;
  g_autoptr (ChatUser) user = chat_wire_read_user_event (arguments);
  ChatUser *known = user != NULL ? chat_roster_lookup (self->users, chat_user_get_id (user)) : NULL;

  if (known != NULL)
    chat_user_set_name (known, chat_user_get_name (user));
}

/* }}} */
/* {{{ What is said */

/* More than the timeline can show need not be held: the oldest would be the first to go there too.
 */
static void
chat_client_hold (ChatClient *self, ChatMessage *message)
{
  guint limit = chat_timeline_get_max_length (self->timeline);

  if (self->held->len >= limit)
    g_ptr_array_remove_range (self->held, 0, limit / 16 + 1);
  g_ptr_array_add (self->held, g_object_ref (message));
}

void
chat_client_take_message (ChatClient *self, ChatMessage *message)
{
  if (self->held != NULL)
    {
      chat_client_hold (self, message);
      return;
    }

  self->newest = MAX (self->newest, chat_message_get_serial (message));
  chat_timeline_append (self->timeline, message);
  chat_client_announce_received (self, message);
}

static void
on_rich_message (SocketioSocket *socket,
                 const char *name,
                 SocketioArguments *arguments,
                 SocketioAck *ack,
                 gpointer user_data)
{
  g_autoptr (ChatClient) self = g_object_ref (user_data);
  g_autoptr (ChatMessage)
    message = chat_wire_read_message (socketio_arguments_get_node (arguments, 0));

  if (message != NULL)
    chat_client_take_message (self, message);
}

/* What plain clients get. Who has logged in gets it in the other form. */
static void
on_plain_message (SocketioSocket *socket,
                  const char *name,
                  SocketioArguments *arguments,
                  SocketioAck *ack,
                  gpointer user_data)
{
  g_autoptr (ChatClient) self = g_object_ref (user_data);
  g_autoptr (ChatMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  if (!self->plain && self->held == NULL)
    return;

  message = chat_wire_read_plain (arguments, &error);
  if (message != NULL)
    chat_client_take_message (self, message);
  else
    g_debug ("A message cannot be read: %s", error->message);
}

/* }}} */

void
chat_client_listen (ChatClient *self)
{
  socketio_socket_on (self->socket, CHAT_EVENT_MESSAGE, on_plain_message, self, NULL);
  socketio_socket_on (self->socket, CHAT_EVENT_CHAT_MESSAGE, on_rich_message, self, NULL);
  socketio_socket_on (self->socket, CHAT_EVENT_JOINED, on_joined, self, NULL);
  socketio_socket_on (self->socket, CHAT_EVENT_LEFT, on_left, self, NULL);
  socketio_socket_on (self->socket, CHAT_EVENT_RENAMED, on_renamed, self, NULL);
}
