/* client-watch.c: a ChatClient whose signals are kept
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "client-watch.h"

#include <stdlib.h>

/* {{{ What it tells */

static void
on_state (ClientWatch *self)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (CHAT_TYPE_CLIENT_STATE);
  GEnumValue *state = g_enum_get_value (states, chat_client_get_state (self->client));

  g_string_append_printf (self->log, "%s ", state->value_nick);
}

static void
on_connected (ClientWatch *self)
{
  g_string_append (self->log, "+ ");
}

static void
on_disconnected (ClientWatch *self, const char *reason)
{
  g_assert_cmpstr (reason, !=, NULL);
  g_string_append (self->log, "- ");
}

static void
on_failed (ClientWatch *self, const GError *error)
{
  g_test_message ("failed: %s", error->message);
  if (error->domain == CHAT_ERROR)
    g_string_append_printf (self->log, "!%s ", chat_error_to_code (error->code));
  else
    g_string_append (self->log, "! ");
}

static void
on_received (ClientWatch *self, ChatMessage *message)
{
  g_autofree char *text = chat_message_dup_display_text (message);

  g_string_append_printf (self->received, "%s ", text);
}

/* }}} */

/* Takes client. */
ClientWatch *
client_watch_new_for_client (ChatClient *client)
{
  ClientWatch *self = g_new0 (ClientWatch, 1);

  self->client = client;
  self->log = g_string_new (NULL);
  self->received = g_string_new (NULL);
  g_signal_connect_swapped (client, "notify::state", G_CALLBACK (on_state), self);
  g_signal_connect_swapped (client, "connected", G_CALLBACK (on_connected), self);
  g_signal_connect_swapped (client, "disconnected", G_CALLBACK (on_disconnected), self);
  g_signal_connect_swapped (client, "failed", G_CALLBACK (on_failed), self);
  g_signal_connect_swapped (client, "received", G_CALLBACK (on_received), self);
  return self;
}

ClientWatch *
client_watch_new (ChatFixture *fixture, const char *name)
{
  return client_watch_new_for_client (fixture->over_tcp
                                        ? chat_client_new (fixture->url, name)
                                        : chat_client_new_for_host (fixture->host, name));
}

void
client_watch_connect (ClientWatch *self)
{
  chat_client_connect (self->client);
  test_wait (chat_client_get_state (self->client) == CHAT_CLIENT_CONNECTED);
}

/* Nothing may hold the client when it has left. */
void
client_watch_free (ClientWatch *self)
{
  chat_client_disconnect (self->client);
  test_settle ();
  g_signal_handlers_disconnect_by_data (self->client, self);
  g_assert_finalize_object (self->client);
  test_settle ();
  g_string_free (self->log, TRUE);
  g_string_free (self->received, TRUE);
  g_free (self);
}

void
client_watch_assert_log (ClientWatch *self, const char *expected)
{
  g_assert_cmpstr (self->log->str, ==, expected);
  g_string_truncate (self->log, 0);
}

void
client_watch_assert_received (ClientWatch *self, const char *expected)
{
  g_assert_cmpstr (self->received->str, ==, expected);
  g_string_truncate (self->received, 0);
}

char *
client_watch_list_timeline (ClientWatch *self)
{
  ChatTimeline *timeline = chat_client_get_timeline (self->client);
  GString *text = g_string_new (NULL);

  chat_timeline_flush (timeline);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (timeline)); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (G_LIST_MODEL (timeline), i);
      g_autofree char *data = chat_message_dup_display_text (message);

      g_string_append_printf (text, "%s ", data);
    }
  return g_string_free (text, FALSE);
}

void
client_watch_assert_timeline (ClientWatch *self, const char *expected)
{
  g_autofree char *text = client_watch_list_timeline (self);

  g_assert_cmpstr (text, ==, expected);
}

/* The timeline has these numbers, each once and in order. */
void
client_watch_assert_numbers (ClientWatch *self, guint first, guint last)
{
  g_autofree char *text = client_watch_list_timeline (self);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  g_assert_cmpuint (g_strv_length (words), ==, last - first + 2);
  for (guint i = first; i <= last; i++)
    g_assert_cmpint (atoi (words[i - first]), ==, i);
}

void
client_watch_assert_users (ClientWatch *self, const char *expected)
{
  GListModel *users = chat_client_get_users (self->client);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (users); i++)
    {
      g_autoptr (ChatUser) user = g_list_model_get_item (users, i);

      g_string_append_printf (text, "%s%s ", chat_user_get_name (user),
                              chat_user_get_kind (user) == CHAT_USER_PLAIN ? "*" : "");
    }
  g_assert_cmpstr (text->str, ==, expected);
}

/* {{{ What it is asked to do */

static void
on_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static gboolean
try_post (ClientWatch *self, const char *recipient, const char *text, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_client_post_async (self->client, recipient, text, NULL, on_result, &result);
  g_assert_null (result);
  test_wait (result != NULL);
  return chat_client_post_finish (self->client, result, error);
}

void
client_watch_post (ClientWatch *self, const char *recipient, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (try_post (self, recipient, text, &error));
  g_assert_no_error (error);
  test_settle ();
}

void
client_watch_assert_not_posted (ClientWatch *self,
                                const char *recipient,
                                const char *text,
                                GQuark domain,
                                int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (try_post (self, recipient, text, &error));
  g_assert_error (error, domain, code);
  g_test_message ("not posted: %s", error->message);
}

gboolean
client_watch_load_older (ClientWatch *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean more;

  chat_client_load_older_async (self->client, NULL, on_result, &result);
  test_wait (result != NULL);
  g_assert_true (chat_client_load_older_finish (self->client, result, &more, &error));
  g_assert_no_error (error);
  return more;
}

/* }}} */
