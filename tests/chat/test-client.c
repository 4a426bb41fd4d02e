/* test-client.c: ChatClient at a Madang, over the loopback and over 127.0.0.1
 *
 * test-client-servers.c has the servers that are none, or behave badly.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "client-watch.h"

/* {{{ Taking part */

static void
test_connect (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = NULL;
  ChatTimeline *timeline;

  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      chat_fixture_post (fixture, text);
    }
  anna = client_watch_new (fixture, " Anna ");
  timeline = chat_client_get_timeline (anna->client);
  g_assert_cmpstr (chat_client_get_name (anna->client), ==, " Anna ");
  g_assert_cmpstr (chat_client_get_address (anna->client), ==, fixture->url);
  g_assert_null (chat_client_get_id (anna->client));

  client_watch_connect (anna);
  client_watch_assert_log (anna, "connecting connected + ");
  client_watch_assert_users (anna, "Anna ");
  client_watch_assert_numbers (anna, 1, 3);
  client_watch_assert_received (anna, "");
  g_assert_cmpuint (chat_timeline_get_newest_serial (timeline), ==, 3);
  g_assert_cmpstr (chat_client_get_title (anna->client), ==, "우리집");
  g_assert_nonnull (chat_client_get_id (anna->client));
  g_assert_nonnull (chat_client_get_secret (anna->client));
  g_assert_false (chat_client_is_plain (anna->client));

  chat_client_connect (anna->client);
  client_watch_assert_log (anna, "");
  chat_client_disconnect (anna->client);
  client_watch_assert_log (anna, "disconnected - ");
  client_watch_assert_users (anna, "");
  chat_client_disconnect (anna->client);
  client_watch_assert_log (anna, "");
  test_settle ();
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 0);
}

static void
test_connect_again (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  g_autofree char *id = NULL;

  client_watch_connect (anna);
  id = g_strdup (chat_client_get_id (anna->client));
  client_watch_post (anna, CHAT_RECIPIENT_ALL, "1");
  chat_client_disconnect (anna->client);
  chat_fixture_post (fixture, "2");
  client_watch_connect (anna);
  client_watch_assert_log (anna, "connecting connected + disconnected - connecting connected + ");
  g_assert_cmpstr (chat_client_get_id (anna->client), ==, id);
  client_watch_assert_timeline (anna, "1 2 ");
}

static void
test_secret (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  g_autoptr (ClientWatch) again = client_watch_new (fixture, "Anne");
  g_autofree char *id G_GNUC_UNUSED = NULL;

  client_watch_connect (anna);
  chat_client_set_secret (again->client, chat_client_get_secret (anna->client));
  client_watch_connect (again);
  g_assert_cmpstr (chat_client_get_id (again->client), ==, chat_client_get_id (anna->client));
  test_settle ();
  client_watch_assert_users (anna, "Anne ");
}

static void
test_refused (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  g_autoptr (ClientWatch) other = client_watch_new (fixture, "ANNA");
  g_autoptr (ClientWatch) empty = client_watch_new (fixture, " ");

  client_watch_connect (anna);
  chat_client_connect (other->client);
  test_wait (strchr (other->log->str, '!') != NULL);
  client_watch_assert_log (other, "connecting disconnected !name-taken ");
  chat_client_connect (empty->client);
  test_wait (strchr (empty->log->str, '!') != NULL);
  client_watch_assert_log (empty, "connecting disconnected !bad-name ");

  /* When the name is free it works. */
  chat_client_disconnect (anna->client);
  test_settle ();
  client_watch_connect (other);
  client_watch_assert_log (other, "connecting connected + ");
}

static void
test_users (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  g_autoptr (ClientWatch) bert = client_watch_new (fixture, "Bert");
  g_autoptr (Plain) plain = plain_new (fixture);

  client_watch_connect (anna);
  client_watch_connect (bert);
  test_settle ();
  client_watch_assert_users (anna, "Anna Bert ");
  client_watch_assert_users (bert, "Anna Bert ");

  plain_emit (plain, "message", "[{\"sender\":\"printer\",\"command\":\"echo\"}]");
  client_watch_assert_users (anna, "Anna Bert printer* ");
  chat_client_disconnect (bert->client);
  test_settle ();
  client_watch_assert_users (anna, "Anna printer* ");
  plain_disconnect (plain);
  client_watch_assert_users (anna, "Anna ");
}

/* }}} */
/* {{{ Posting */

static void
test_post (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  g_autoptr (ClientWatch) bert = client_watch_new (fixture, "Bert");
  g_autoptr (Plain) plain = plain_new (fixture);

  client_watch_connect (anna);
  client_watch_connect (bert);
  client_watch_post (anna, CHAT_RECIPIENT_ALL, "안녕");
  plain_expect (plain,
                "message [{\"sender\":\"%s\",\"recepient\":\"ALL\",\"command\":\"chat\","
                "\"type\":\"text\",\"data\":\"안녕\"}]",
                chat_client_get_id (anna->client));
  plain_emit (plain, "message", "[{\"data\":{\"x\":1}}]");
  client_watch_assert_received (anna, "안녕 {\"x\":1} ");
  client_watch_assert_received (bert, "안녕 {\"x\":1} ");
  client_watch_assert_timeline (anna, "안녕 {\"x\":1} ");
  client_watch_assert_timeline (bert, "안녕 {\"x\":1} ");
}

static void
test_post_private (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  g_autoptr (ClientWatch) bert = client_watch_new (fixture, "Bert");
  g_autoptr (ClientWatch) carl = client_watch_new (fixture, "Carl");
  g_autoptr (ChatMessage) kept = NULL;

  client_watch_connect (anna);
  client_watch_connect (bert);
  client_watch_connect (carl);
  client_watch_post (anna, chat_client_get_id (bert->client), "secret");
  client_watch_post (anna, CHAT_RECIPIENT_ALL, "open");
  client_watch_assert_received (anna, "open ");
  client_watch_assert_received (bert, "secret open ");
  client_watch_assert_received (carl, "open ");
  client_watch_assert_timeline (anna, "secret open ");

  kept = g_list_model_get_item (G_LIST_MODEL (chat_client_get_timeline (anna->client)), 0);
  g_assert_cmpstr (chat_message_get_sender (kept), ==, chat_client_get_id (anna->client));
  g_assert_cmpstr (chat_message_get_sender_name (kept), ==, "Anna");
  g_assert_cmpstr (chat_message_get_recipient (kept), ==, chat_client_get_id (bert->client));
  g_assert_cmpint (chat_message_get_time (kept), >, 1700000000000);

  /* To oneself: once. */
  client_watch_post (anna, chat_client_get_id (anna->client), "note");
  client_watch_assert_timeline (anna, "secret open note ");
  client_watch_assert_received (anna, "note ");
}

/* Who comes back finds it again, once, and those who were not meant never do. */
static void
test_private_again (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  g_autoptr (ClientWatch) bert = client_watch_new (fixture, "Bert");
  g_autoptr (ClientWatch) carl = client_watch_new (fixture, "Carl");
  g_autoptr (ChatMessage) kept = NULL;

  client_watch_connect (anna);
  client_watch_connect (bert);
  client_watch_connect (carl);
  client_watch_post (anna, chat_client_get_id (bert->client), "secret");
  client_watch_post (bert, chat_client_get_id (anna->client), "answer");
  client_watch_assert_timeline (anna, "secret answer ");
  kept = g_list_model_get_item (G_LIST_MODEL (chat_client_get_timeline (anna->client)), 0);
  g_assert_cmpuint (chat_message_get_serial (kept), ==, 1);

  chat_client_disconnect (anna->client);
  client_watch_connect (anna);
  client_watch_assert_timeline (anna, "secret answer ");

  chat_client_disconnect (bert->client);
  chat_timeline_clear (chat_client_get_timeline (bert->client));
  client_watch_connect (bert);
  client_watch_assert_timeline (bert, "secret answer ");

  chat_client_disconnect (carl->client);
  client_watch_connect (carl);
  client_watch_assert_timeline (carl, "");
}

static void
test_post_fails (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  g_autofree char *long_text = g_strnfill (1000000, 'x');
  g_autofree char *quotes = g_strnfill (600000, '"');
  g_autofree char *largest = g_strnfill (990000, 'x');

  client_watch_assert_not_posted (anna, "ALL", "x", CHAT_ERROR, CHAT_ERROR_NOT_LOGGED_IN);
  client_watch_connect (anna);
  client_watch_assert_not_posted (anna, "nobody", "x", CHAT_ERROR, CHAT_ERROR_NO_SUCH_USER);
  client_watch_assert_not_posted (anna, "ALL", long_text, CHAT_ERROR, CHAT_ERROR_TOO_LARGE);
  client_watch_assert_not_posted (anna, "ALL", quotes, CHAT_ERROR, CHAT_ERROR_TOO_LARGE);
  client_watch_assert_timeline (anna, "");

  client_watch_post (anna, "ALL", largest);
  client_watch_assert_log (anna, "connecting connected + ");
  chat_store_close (fixture->store);
  client_watch_assert_not_posted (anna, "ALL", "x", CHAT_ERROR, CHAT_ERROR_STORAGE);
}

static void
on_cut_off (GObject *source, GAsyncResult *result, gpointer user_data)
{
  int *code = user_data;
  g_autoptr (GError) error = NULL;

  chat_client_post_finish (CHAT_CLIENT (source), result, &error);
  *code = error != NULL ? error->code : -1;
}

static void
test_post_cut_off (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  int code = 0;
  int cancelled = 0;

  client_watch_connect (anna);
  chat_client_post_async (anna->client, "ALL", "x", cancellable, on_cut_off, &cancelled);
  g_cancellable_cancel (cancellable);
  chat_client_post_async (anna->client, "ALL", "x", NULL, on_cut_off, &code);
  chat_client_disconnect (anna->client);
  test_wait (code != 0 && cancelled != 0);
  g_assert_cmpint (code, ==, SOCKETIO_ERROR_DISCONNECTED);
}

/* }}} */
/* {{{ What was said before */

static void
post_numbers (ChatFixture *fixture, guint first, guint last)
{
  for (guint i = first; i <= last; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      chat_fixture_post (fixture, text);
    }
}

static void
test_older (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");

  post_numbers (fixture, 1, 120);
  client_watch_connect (anna);
  client_watch_assert_numbers (anna, 71, 120);
  g_assert_true (client_watch_load_older (anna));
  client_watch_assert_numbers (anna, 21, 120);
  g_assert_false (client_watch_load_older (anna));
  client_watch_assert_numbers (anna, 1, 120);
  g_assert_false (client_watch_load_older (anna));
  client_watch_assert_numbers (anna, 1, 120);
  client_watch_assert_received (anna, "");
}

static void
on_older_failed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  int *code = user_data;
  g_autoptr (GError) error = NULL;
  gboolean more;

  g_assert_false (chat_client_load_older_finish (CHAT_CLIENT (source), result, &more, &error));
  g_assert_false (more);
  g_assert_cmpuint (error->domain, ==, CHAT_ERROR);
  *code = error->code;
}

static void
test_older_fails (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  int code = -1;

  chat_client_load_older_async (anna->client, NULL, on_older_failed, &code);
  test_wait (code != -1);
  g_assert_cmpint (code, ==, CHAT_ERROR_NOT_LOGGED_IN);

  client_watch_connect (anna);
  chat_store_close (fixture->store);
  code = -1;
  chat_client_load_older_async (anna->client, NULL, on_older_failed, &code);
  test_wait (code != -1);
  g_assert_cmpint (code, ==, CHAT_ERROR_STORAGE);
}

/* What is posted must not make the history unreadable for others, however deep or full it is. */
static void
test_poison (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  g_autoptr (Plain) plain = plain_new (fixture);
  g_autofree char *open = g_strnfill (60, '[');
  g_autofree char *shut = g_strnfill (60, ']');
  g_autoptr (GString) list = g_string_new ("[0");

  for (guint i = 2; i < 65536; i++)
    g_string_append (list, ",0");
  g_string_append_c (list, ']');
  plain_emit (plain, "message", "[{\"sender\":\"p\",\"data\":%s%s}]", open, shut);
  for (guint i = 0; i < 6; i++)
    plain_emit (plain, "message", "[{\"data\":%s}]", list->str);

  client_watch_connect (anna);
  client_watch_assert_log (anna, "connecting connected + ");
  while (client_watch_load_older (anna))
    ;
  g_assert_cmpuint (
    g_list_model_get_n_items (G_LIST_MODEL (chat_client_get_timeline (anna->client))), ==, 7);
  plain_emit (plain, "message", "[{\"data\":%s%s}]", open, shut);
  client_watch_assert_log (anna, "");
  g_assert_cmpstr (anna->received->str, !=, "");
}

/* }}} */
/* {{{ Absence */

/* Both ends give each other up. */
static void
lose (ClientWatch *watch)
{
  g_string_truncate (watch->log, 0);
  test_skip_time (100000);
  test_wait (chat_client_get_state (watch->client) == CHAT_CLIENT_RECONNECTING);
  client_watch_assert_log (watch, "reconnecting - ");
  client_watch_assert_users (watch, "");
}

static void
come_back (ClientWatch *watch)
{
  test_skip_time (10000);
  test_wait (chat_client_get_state (watch->client) == CHAT_CLIENT_CONNECTED);
  client_watch_assert_log (watch, "connected + ");
}

static void
test_absence (ChatFixture *fixture, gconstpointer data)
{
  const guint missed[] = { 0, 1, 49, 50, 51, 250, 251, 700 };
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  g_autofree char *id = NULL;
  guint last = 3;

  post_numbers (fixture, 1, last);
  client_watch_connect (anna);
  id = g_strdup (chat_client_get_id (anna->client));
  for (guint i = 0; i < G_N_ELEMENTS (missed); i++)
    {
      lose (anna);
      post_numbers (fixture, last + 1, last + missed[i]);
      last += missed[i];
      come_back (anna);
      client_watch_assert_numbers (anna, 1, last);
      g_assert_cmpstr (chat_client_get_id (anna->client), ==, id);
      client_watch_assert_users (anna, "Anna ");

      /* It goes on from there. */
      post_numbers (fixture, last + 1, last + 1);
      last++;
      test_settle ();
      client_watch_assert_numbers (anna, 1, last);
    }
}

/* While the gap is being closed others go on talking. */
static void
test_absence_and_talk (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  guint last = 1000;

  post_numbers (fixture, 1, 10);
  client_watch_connect (anna);
  client_watch_assert_received (anna, "");
  lose (anna);
  post_numbers (fixture, 11, last);
  test_skip_time (10000);
  while (chat_client_get_state (anna->client) != CHAT_CLIENT_CONNECTED)
    {
      post_numbers (fixture, last + 1, last + 1);
      last++;
      g_main_context_iteration (NULL, FALSE);
    }
  test_settle ();
  client_watch_assert_numbers (anna, 1, last);
}

/* A gap that is too large is not shown as if it was none. */
static void
test_absence_too_long (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");

  post_numbers (fixture, 1, 10);
  client_watch_connect (anna);
  lose (anna);
  post_numbers (fixture, 11, 6000);
  come_back (anna);
  client_watch_assert_numbers (anna, 951, 6000);
  g_assert_true (client_watch_load_older (anna));
  client_watch_assert_numbers (anna, 901, 6000);

  lose (anna);
  post_numbers (fixture, 6001, 6100);
  come_back (anna);
  client_watch_assert_numbers (anna, 901, 6100);
}

static void
test_restart (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = NULL;
  g_autofree char *id = NULL;
  guint16 port;

  chat_fixture_keep_in_folder (fixture);
  port = chat_host_get_port (fixture->host);
  anna = client_watch_new (fixture, "Anna");
  client_watch_connect (anna);
  id = g_strdup (chat_client_get_id (anna->client));
  client_watch_post (anna, "ALL", "1");

  chat_host_close (fixture->host);
  test_wait (chat_client_get_state (anna->client) == CHAT_CLIENT_RECONNECTING);
  chat_fixture_close (fixture);
  chat_fixture_open (fixture, port);
  post_numbers (fixture, 2, 80);
  test_skip_time (10000);
  test_wait (chat_client_get_state (anna->client) == CHAT_CLIENT_CONNECTED);
  g_assert_cmpstr (chat_client_get_id (anna->client), ==, id);
  client_watch_assert_numbers (anna, 1, 80);
}

/* At the same address there may be another chat, whose numbers mean something else. */
static void
test_another_chat (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  guint16 port = chat_host_get_port (fixture->host);
  g_autofree char *id = NULL;

  post_numbers (fixture, 1, 20);
  client_watch_connect (anna);
  id = g_strdup (chat_client_get_id (anna->client));
  chat_fixture_close (fixture);
  chat_fixture_open (fixture, port);
  post_numbers (fixture, 1001, 1060);
  test_skip_time (10000);
  test_wait (chat_client_get_state (anna->client) == CHAT_CLIENT_CONNECTED);
  g_assert_cmpstr (chat_client_get_id (anna->client), !=, id);
  client_watch_assert_numbers (anna, 1011, 1060);
}

/* }}} */
/* {{{ Leaving in the middle */

/* Whoever drops a client wants to hear nothing of it any more. */
static void
test_drop (ChatFixture *fixture, gconstpointer data)
{
  for (guint turns = 0; turns < 60; turns++)
    {
      ChatClient *client = fixture->over_tcp ? chat_client_new (fixture->url, "Anna")
                                             : chat_client_new_for_host (fixture->host, "Anna");

      chat_client_connect (client);
      for (guint i = 0; i < turns; i++)
        g_main_context_iteration (NULL, FALSE);
      if (turns % 2 == 0)
        chat_client_disconnect (client);
      g_assert_finalize_object (client);
      test_settle ();
    }
  test_wait (chat_fixture_count_users (fixture) == 0);
  test_wait (chat_host_get_n_clients (fixture->host) == 0);
}

static void
on_connected_leave (ChatClient *client, gpointer user_data)
{
  chat_client_disconnect (client);
}

static void
on_disconnected_return (ChatClient *client, const char *reason, gpointer user_data)
{
  guint *n = user_data;

  if (++*n < 5)
    chat_client_connect (client);
}

static void
test_leave_in_handlers (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = client_watch_new (fixture, "Anna");
  guint n = 0;

  post_numbers (fixture, 1, 3);
  g_signal_connect (anna->client, "connected", G_CALLBACK (on_connected_leave), NULL);
  g_signal_connect (anna->client, "disconnected", G_CALLBACK (on_disconnected_return), &n);
  chat_client_connect (anna->client);
  test_wait (n == 5);
  test_settle ();
  g_assert_cmpint (chat_client_get_state (anna->client), ==, CHAT_CLIENT_DISCONNECTED);
  client_watch_assert_numbers (anna, 1, 3);
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 0);
}

/* }}} */

#define ADD_TCP(path, test)                                                                        \
  g_test_add (path, ChatFixture, "tcp", chat_fixture_set_up, test, chat_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  chat_fixture_add ("client", "connect", test_connect);
  chat_fixture_add ("client", "connect/again", test_connect_again);
  chat_fixture_add ("client", "secret", test_secret);
  chat_fixture_add ("client", "refused", test_refused);
  chat_fixture_add ("client", "users", test_users);
  chat_fixture_add ("client", "post", test_post);
  chat_fixture_add ("client", "post/private", test_post_private);
  chat_fixture_add ("client", "post/private/again", test_private_again);
  chat_fixture_add ("client", "post/fails", test_post_fails);
  chat_fixture_add ("client", "post/cut-off", test_post_cut_off);
  chat_fixture_add ("client", "older", test_older);
  chat_fixture_add ("client", "older/fails", test_older_fails);
  chat_fixture_add ("client", "poison", test_poison);
  chat_fixture_add ("client", "absence", test_absence);
  chat_fixture_add ("client", "absence/talk", test_absence_and_talk);
  chat_fixture_add ("client", "absence/too-long", test_absence_too_long);
  chat_fixture_add ("client", "drop", test_drop);
  chat_fixture_add ("client", "leave-in-handlers", test_leave_in_handlers);
  ADD_TCP ("/chat/client/tcp/restart", test_restart);
  ADD_TCP ("/chat/client/tcp/another-chat", test_another_chat);

  return g_test_run ();
}
