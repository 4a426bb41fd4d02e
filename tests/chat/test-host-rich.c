/* test-host-rich.c: clients that log in: names, who is here, and what was said before
 *
 * Every test runs over the loopback and over 127.0.0.1.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "chat-fixture.h"

/* {{{ The login */

static void
test_login (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  g_autoptr (Plain) plain = plain_new (fixture);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *anna_user = NULL;
  g_autofree char *bert_user = NULL;
  g_autofree char *users = NULL;
  g_autofree char *title = NULL;
  g_autofree char *secret = NULL;
  g_autofree char *messages = NULL;
  g_autofree char *more = NULL;
  g_autofree char *expected = NULL;

  chat_fixture_post (fixture, "before");
  g_free (plain_next (anna));
  g_free (plain_next (bert));

  first = plain_log_in (anna, " Anna  ", NULL);
  anna_user = pick (first, "user");
  g_assert_true (g_str_has_suffix (anna_user, ",\"name\":\"Anna\",\"kind\":\"rich\"}"));

  second = plain_log_in (bert, "베르트", NULL);
  bert_user = pick (second, "user");
  users = pick (second, "users");
  title = pick (second, "title");
  secret = pick (second, "secret");
  messages = pick (second, "messages");
  more = pick (second, "more");
  expected = g_strdup_printf ("[%s,%s]", anna_user, bert_user);
  g_assert_cmpstr (users, ==, expected);
  g_assert_cmpstr (title, ==, "우리집");
  g_assert_cmpuint (strlen (secret), ==, 32);
  g_assert_cmpstr (messages, ==,
                   "[{\"serial\":1,\"time\":1700000000000,\"name\":\"Nobody\","
                   "\"sender\":\"nobody\",\"recepient\":\"ALL\",\"command\":\"chat\","
                   "\"type\":\"text\",\"data\":\"before\"}]");
  g_assert_cmpstr (more, ==, "false");

  /* Those who are here hear of it; the newcomer and the plain ones do not. */
  plain_expect (anna, "chat:joined [{\"user\":%s}]", bert_user);
  plain_expect_nothing (anna);
  plain_expect_nothing (bert);
  g_free (plain_next (plain));
  plain_expect_nothing (plain);

  plain_disconnect (bert);
  plain_expect (anna, "chat:left [{\"user\":%s}]", bert_user);
}

static void
test_login_wrong (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autofree char *long_name = g_strnfill (65, 'n');
  g_autofree char *long_login = g_strdup_printf ("[{\"name\":\"%s\"}]", long_name);
  g_autofree char *huge_name = g_strnfill (900000, 'n');
  g_autofree char *huge_login = g_strdup_printf ("[{\"name\":\"%s\"}]", huge_name);
  const char *const wrong[][2] = {
    { "[]", "bad-request" },
    { "[null]", "bad-request" },
    { "[\"Anna\"]", "bad-request" },
    { "[[\"Anna\"]]", "bad-request" },
    { "[{}]", "bad-name" },
    { "[{\"name\":null}]", "bad-name" },
    { "[{\"name\":1}]", "bad-name" },
    { "[{\"name\":{\"name\":\"Anna\"}}]", "bad-name" },
    { "[{\"name\":\"\"}]", "bad-name" },
    { "[{\"name\":\" \\u3000\"}]", "bad-name" },
    { "[{\"name\":\"a\\nb\"}]", "bad-name" },
    { "[{\"name\":\"a\\u202eb\"}]", "bad-name" },
    { "[{\"name\":\"Anna\",\"secret\":1}]", "bad-request" },
    { "[{\"name\":\"Anna\",\"secret\":[\"x\"]}]", "bad-request" },
    { long_login, "bad-name" },
    { huge_login, "bad-name" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    plain_expect_refusal (anna, "chat:login", wrong[i][0], wrong[i][1]);

  /* It is a plain one still. */
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 0);
  chat_fixture_post (fixture, "hello");
  g_free (plain_next (anna));
  plain_expect_nothing (anna);
}

/* A secret that nobody has is not taken over: it may be one that many would think of. */
static void
test_login_with_strange_secret (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autofree char *huge = g_strnfill (900000, 's');
  const char *const secrets[] = { "", "1234", huge };

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_autofree char *login = plain_log_in (anna, "Anna", secrets[i]);
      g_autofree char *secret = pick (login, "secret");

      g_assert_cmpuint (strlen (secret), ==, 32);
      plain_disconnect (anna);
      plain_connect (anna);
    }
}

static void
test_sender_is_overwritten (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) rich = plain_new (fixture);
  g_autoptr (Plain) plain = plain_new (fixture);
  g_autofree char *login = plain_log_in (rich, "Rita", NULL);
  g_autofree char *id = pick (login, "user.id");
  const char *const senders[] = { "\"ALL\"", "\"somebody\"", "\"\"", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (senders); i++)
    {
      plain_emit (rich, "message", "[{\"sender\":%s,\"data\":%u}]", senders[i], i);
      plain_expect (plain,
                    "message [{\"sender\":\"%s\",\"recepient\":\"ALL\",\"command\":\"chat\","
                    "\"type\":\"text\",\"data\":%u}]",
                    id, i);
      g_free (plain_next (rich));
      plain_expect_nothing (rich);
    }
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 1);
}

static void
test_echo (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) rich = plain_new (fixture);
  g_autoptr (Plain) other = plain_new (fixture);
  g_autofree char *login G_GNUC_UNUSED = plain_log_in (rich, "Rita", NULL);
  g_autofree char *event = NULL;

  plain_emit (rich, "message", "[{\"command\":\"echo\",\"data\":[1]}]");
  event = plain_next (rich);
  g_assert_true (g_str_has_prefix (event, "chat:message [{\"serial\":0,\"time\":1"));
  g_assert_true (g_str_has_suffix (event, "\"command\":\"echo\",\"type\":\"text\",\"data\":[1]}]"));
  plain_expect_nothing (rich);
  plain_expect_nothing (other);
}

/* }}} */
/* {{{ Names */

static void
test_names (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  g_autofree char *first G_GNUC_UNUSED = plain_log_in (anna, "Ånna", NULL);
  g_autofree char *second = NULL;
  const char *const same[] = { "[{\"name\":\"Ånna\"}]", "[{\"name\":\"åNNA\"}]",
                               "[{\"name\":\" A\\u030anna\"}]", "[{\"name\":\"Åｎｎａ\"}]" };

  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    plain_expect_refusal (bert, "chat:login", same[i], "name-taken");
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 1);

  plain_disconnect (anna);
  second = plain_log_in (bert, "åNNA", NULL);
}

static void
test_rename (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  g_autofree char *first = plain_log_in (anna, "Anna", NULL);
  g_autofree char *secret = pick (first, "secret");
  g_autofree char *id = pick (first, "user.id");
  g_autofree char *second G_GNUC_UNUSED = plain_log_in (bert, "Bert", NULL);
  g_autofree char *again = NULL;
  g_autofree char *object = g_strdup_printf ("[{\"name\":\"bert\",\"secret\":\"%s\"}]", secret);

  g_free (plain_next (anna));
  again = plain_log_in (anna, "Anne", secret);
  plain_expect (
    anna, "chat:renamed [{\"user\":{\"id\":\"%s\",\"name\":\"Anne\",\"kind\":\"rich\"}}]", id);
  plain_expect (
    bert, "chat:renamed [{\"user\":{\"id\":\"%s\",\"name\":\"Anne\",\"kind\":\"rich\"}}]", id);
  plain_expect_refusal (anna, "chat:login", object, "name-taken");
  plain_expect_nothing (bert);
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 2);

  /* The old name is free. */
  g_clear_pointer (&again, g_free);
  again = plain_log_in (bert, "Anna", NULL);
  plain_disconnect (anna);
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 1);
}

/* }}} */
/* {{{ Who is here */

static void
test_two_tabs (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) watcher = plain_new (fixture);
  g_autoptr (Plain) one = plain_new (fixture);
  g_autoptr (Plain) other = plain_new (fixture);
  g_autofree char *watching G_GNUC_UNUSED = plain_log_in (watcher, "Watcher", NULL);
  g_autofree char *first = plain_log_in (one, "Anna", NULL);
  g_autofree char *secret = pick (first, "secret");
  g_autofree char *user = pick (first, "user");
  g_autofree char *id = pick (first, "user.id");
  g_autofree char *second = plain_log_in (other, "Anna", secret);
  g_autofree char *same_secret = pick (second, "secret");
  g_autofree char *same_user = pick (second, "user");

  g_assert_cmpstr (same_secret, ==, secret);
  g_assert_cmpstr (same_user, ==, user);
  plain_expect (watcher, "chat:joined [{\"user\":%s}]", user);
  plain_expect_nothing (watcher);

  /* What is for the person comes in both. */
  plain_emit (watcher, "message", "[{\"recepient\":\"%s\",\"data\":1}]", id);
  g_free (plain_next (one));
  g_free (plain_next (other));

  plain_disconnect (one);
  plain_expect_nothing (watcher);
  plain_emit (watcher, "message", "[{\"recepient\":\"%s\",\"data\":2}]", id);
  g_free (plain_next (other));
  plain_disconnect (other);
  plain_expect (watcher, "chat:left [{\"user\":%s}]", user);
  plain_expect_nothing (watcher);
}

static void
test_login_twice (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) watcher = plain_new (fixture);
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autofree char *watching G_GNUC_UNUSED = plain_log_in (watcher, "Watcher", NULL);
  g_autofree char *first = plain_log_in (anna, "Anna", NULL);
  g_autofree char *secret = pick (first, "secret");
  g_autofree char *user = pick (first, "user");
  g_autofree char *again = NULL;
  g_autofree char *other = NULL;
  g_autofree char *other_user = NULL;

  plain_expect (watcher, "chat:joined [{\"user\":%s}]", user);
  again = plain_log_in (anna, "Anna", secret);
  plain_expect_nothing (watcher);
  plain_expect_nothing (anna);

  /* As somebody else. */
  other = plain_log_in (anna, "Carla", NULL);
  other_user = pick (other, "user");
  plain_expect (watcher, "chat:joined [{\"user\":%s}]", other_user);
  plain_expect (watcher, "chat:left [{\"user\":%s}]", user);
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 2);

  plain_disconnect (anna);
  plain_expect (watcher, "chat:left [{\"user\":%s}]", other_user);
  plain_expect_nothing (watcher);
}

static void
test_login_after_plain (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  g_autofree char *login = NULL;
  g_autofree char *id = NULL;
  g_autofree char *event = NULL;

  plain_emit (anna, "message", "[{\"sender\":\"anna\",\"command\":\"echo\"}]");
  g_free (plain_next (anna));
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 1);
  login = plain_log_in (anna, "Anna", NULL);
  id = pick (login, "user.id");
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 1);
  plain_expect_refusal (bert, "message", "[{\"recepient\":\"anna\"}]", "no-such-user");

  /* It is one of the two only, and hears everything once. */
  g_free (plain_next (anna));
  plain_emit (bert, "message", "[{\"data\":1}]");
  event = plain_next (anna);
  g_assert_true (g_str_has_prefix (event, "chat:message "));
  plain_expect_nothing (anna);
}

/* Some log in, some bear labels, some are the same; then they go, in any order. */
static void
test_any_order (ChatFixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < 24; round++)
    {
      g_autoptr (GPtrArray) plains = g_ptr_array_new ();
      g_autofree char *login = NULL;
      g_autofree char *secret = NULL;

      for (guint i = 0; i < 4; i++)
        g_ptr_array_add (plains, plain_new (fixture));
      login = plain_log_in (plains->pdata[0], "Anna", NULL);
      secret = pick (login, "secret");
      g_free (plain_log_in (plains->pdata[1], "Anna", secret));
      for (guint i = 2; i < 4; i++)
        plain_emit (plains->pdata[i], "message", "[{\"sender\":\"printer\"}]");
      g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 2);

      for (guint left = 4, code = round; left > 0; code /= left, left--)
        plain_free (g_ptr_array_steal_index (plains, code % left));
      g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 0);
    }
}

/* }}} */
/* {{{ What was said before */

static void
assert_page (const char *answer, guint64 first, guint64 last, const char *more)
{
  g_autofree char *object = g_strndup (answer + 1, strlen (answer) - 2);
  g_autofree char *messages = pick (object, "messages");
  g_autofree char *has_more = pick (object, "more");
  const char *p = messages;

  for (guint64 serial = first; serial <= last; serial++)
    {
      g_autofree char *expected = g_strdup_printf ("{\"serial\":%" G_GUINT64_FORMAT ",", serial);

      p = strstr (p, "{\"serial\":");
      g_assert_nonnull (p);
      g_assert_true (g_str_has_prefix (p, expected));
      p++;
    }
  g_assert_null (strstr (p, "{\"serial\":"));
  g_assert_cmpstr (has_more, ==, more);
}

static void
expect_page (Plain *plain, const char *arguments, guint64 first, guint64 last, const char *more)
{
  g_autofree char *answer = plain_ask (plain, "chat:history", "%s", arguments);

  assert_page (answer, first, last, more);
}

static void
test_history_pages (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autofree char *login = NULL;
  g_autofree char *in_array = NULL;

  for (guint i = 1; i <= 250; i++)
    chat_fixture_post (fixture, "hello");
  test_wait (anna->events.length == 250);

  login = plain_log_in (anna, "Anna", NULL);
  in_array = g_strdup_printf ("[%s]", login);
  assert_page (in_array, 201, 250, "true");
  expect_page (anna, "[{}]", 201, 250, "true");
  expect_page (anna, "[{\"before\":null,\"limit\":null}]", 201, 250, "true");
  expect_page (anna, "[{\"before\":201}]", 151, 200, "true");
  expect_page (anna, "[{\"before\":51}]", 1, 50, "false");
  expect_page (anna, "[{\"before\":1}]", 1, 0, "false");
  expect_page (anna, "[{\"before\":9223372036854775807,\"limit\":1}]", 250, 250, "true");
  expect_page (anna, "[{\"limit\":0}]", 201, 250, "true");
  expect_page (anna, "[{\"limit\":1000000}]", 51, 250, "true");
  expect_page (anna, "[{\"before\":3,\"limit\":200}]", 1, 2, "false");
}

static void
test_history_wrong (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autofree char *login = NULL;
  const char *const wrong[] = {
    "[]",
    "[1]",
    "[null]",
    "[{\"before\":\"1\"}]",
    "[{\"before\":-1}]",
    "[{\"before\":1.5}]",
    "[{\"before\":1e300}]",
    "[{\"before\":[]}]",
    "[{\"limit\":\"50\"}]",
    "[{\"limit\":-1}]",
    "[{\"limit\":{}}]",
  };

  plain_expect_refusal (anna, "chat:history", "[{}]", "not-logged-in");
  login = plain_log_in (anna, "Anna", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    plain_expect_refusal (anna, "chat:history", wrong[i], "bad-request");
}

static void
expect_heard (Plain *plain, const char *arguments, const char *expected)
{
  g_autofree char *answer = plain_ask (plain, "chat:history", "%s", arguments);
  g_autoptr (GString) heard = g_string_new (NULL);

  for (const char *p = answer; (p = strstr (p, "\"data\":\"")) != NULL; p++)
    g_string_append_c (heard, p[strlen ("\"data\":\"")]);
  g_assert_cmpstr (heard->str, ==, expected);
}

/* However one asks, and whatever one calls oneself. */
static void
test_history_private (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  g_autoptr (Plain) eve = plain_new (fixture);
  g_autoptr (Plain) plain = NULL;
  g_autofree char *anna_login = plain_log_in (anna, "Anna", NULL);
  g_autofree char *bert_login = plain_log_in (bert, "Bert", NULL);
  g_autofree char *eve_login = plain_log_in (eve, "Eve", NULL);
  g_autofree char *anna_id = pick (anna_login, "user.id");
  g_autofree char *bert_id = pick (bert_login, "user.id");
  g_autofree char *secret = pick (anna_login, "secret");
  g_autofree char *answer = NULL;
  g_autofree char *as_anna = NULL;
  g_autofree char *label = NULL;

  chat_fixture_post (fixture, "a");
  g_free (plain_ask (anna, "message", "[{\"recepient\":\"%s\",\"data\":\"b\"}]", bert_id));
  g_free (plain_ask (bert, "message", "[{\"recipient\":\"%s\",\"data\":\"c\"}]", anna_id));
  g_free (plain_ask (eve, "message", "[{\"recepient\":\"%s\",\"data\":\"d\"}]", anna_id));
  expect_heard (anna, "[{}]", "abcd");
  expect_heard (bert, "[{}]", "abc");
  expect_heard (eve, "[{}]", "ad");

  /* Names of others in the request do not count. */
  as_anna = g_strdup_printf (
    "[{\"before\":null,\"id\":\"%s\",\"sender\":\"%s\",\"user\":{\"id\":\"%s\"},"
    "\"recepient\":\"%s\",\"secret\":\"%s\",\"limit\":200}]",
    anna_id, anna_id, anna_id, anna_id, secret);
  expect_heard (eve, as_anna, "ad");

  /* Nor does a name that is free again, or a secret that looks like an id. */
  plain_disconnect (anna);
  plain_disconnect (bert);
  g_clear_pointer (&eve_login, g_free);
  eve_login = plain_log_in (eve, "Anna", NULL);
  expect_heard (eve, "[{}]", "a");
  g_clear_pointer (&eve_login, g_free);
  eve_login = plain_log_in (eve, "Bert", bert_id);
  expect_heard (eve, "[{}]", "a");

  /* A plain client cannot bear the id, nor ask. */
  plain = plain_new (fixture);
  label = g_strdup_printf ("[{\"sender\":\"%s\"}]", anna_id);
  plain_expect_refusal (plain, "message", label, "id-taken");
  plain_expect_refusal (plain, "chat:history", "[{}]", "not-logged-in");

  /* Who has the secret is the same person, and finds it in the answer to the login. */
  plain_disconnect (eve);
  plain_connect (anna);
  answer = plain_log_in (anna, "Anna", secret);
  g_assert_nonnull (strstr (answer, "\"data\":\"b\""));
  g_assert_nonnull (strstr (answer, "\"data\":\"d\""));
}

/* }}} */
/* {{{ When the disk fails */

static void
test_storage_fails (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) rich = plain_new (fixture);
  g_autoptr (Plain) plain = plain_new (fixture);
  g_autofree char *login = plain_log_in (rich, "Rita", NULL);
  g_autofree char *id = pick (login, "user.id");
  g_autofree char *object = g_strdup_printf ("[{\"recepient\":\"%s\",\"data\":1}]", id);

  plain_emit (plain, "message", "[{\"sender\":\"anna\",\"command\":\"echo\"}]");
  g_free (plain_next (plain));
  g_free (plain_next (rich));

  chat_store_close (fixture->store);
  plain_expect_refusal (rich, "message", "[{\"data\":1}]", "storage");
  plain_expect_refusal (plain, "message", "[{\"data\":1}]", "storage");
  plain_expect_refusal (plain, "message", "[{\"sender\":\"bert\"}]", "storage");
  plain_expect_refusal (plain, "chat:login", "[{\"name\":\"Anna\"}]", "storage");
  plain_expect_refusal (rich, "chat:history", "[{}]", "storage");
  plain_expect_nothing (rich);
  plain_expect_nothing (plain);

  /* What is not kept still gets through, and it all ends well. */
  plain_emit (plain, "message", "%s", object);
  g_free (plain_next (rich));
  plain_disconnect (rich);
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 1);
}

static void
test_restart (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = NULL;
  g_autoptr (Plain) bert = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *id = NULL;
  g_autofree char *secret = NULL;
  g_autofree char *same_id = NULL;
  g_autofree char *in_array = NULL;
  g_autofree char *object = NULL;

  chat_fixture_keep_in_folder (fixture);
  anna = plain_new (fixture);
  first = plain_log_in (anna, "Anna", NULL);
  id = pick (first, "user.id");
  secret = pick (first, "secret");
  for (guint i = 0; i < 3; i++)
    g_free (plain_ask (anna, "message", "[{\"data\":%u}]", i));
  plain_free (g_steal_pointer (&anna));

  chat_fixture_close (fixture);
  chat_fixture_open (fixture, 0);

  bert = plain_new (fixture);
  object = g_strdup_printf ("[{\"sender\":\"%s\"}]", id);
  plain_expect_refusal (bert, "message", object, "id-taken");
  second = plain_log_in (bert, "Anne", secret);
  same_id = pick (second, "user.id");
  g_assert_cmpstr (same_id, ==, id);
  in_array = g_strdup_printf ("[%s]", second);
  assert_page (in_array, 1, 3, "false");
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  chat_fixture_add ("host-rich", "login", test_login);
  chat_fixture_add ("host-rich", "login/wrong", test_login_wrong);
  chat_fixture_add ("host-rich", "login/strange-secret", test_login_with_strange_secret);
  chat_fixture_add ("host-rich", "login/twice", test_login_twice);
  chat_fixture_add ("host-rich", "login/after-plain", test_login_after_plain);
  chat_fixture_add ("host-rich", "sender", test_sender_is_overwritten);
  chat_fixture_add ("host-rich", "echo", test_echo);
  chat_fixture_add ("host-rich", "names", test_names);
  chat_fixture_add ("host-rich", "rename", test_rename);
  chat_fixture_add ("host-rich", "two-tabs", test_two_tabs);
  chat_fixture_add ("host-rich", "any-order", test_any_order);
  chat_fixture_add ("host-rich", "history/pages", test_history_pages);
  chat_fixture_add ("host-rich", "history/wrong", test_history_wrong);
  chat_fixture_add ("host-rich", "history/private", test_history_private);
  chat_fixture_add ("host-rich", "storage-fails", test_storage_fails);
  chat_fixture_add ("host-rich", "restart", test_restart);

  return g_test_run ();
}
