/* test-host.c: plain clients and a host: who is who, and who hears what
 *
 * Every test runs over the loopback and over 127.0.0.1. test-host-rich.c has those who log in,
 * test-host-wrong.c what is wrong.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-fixture.h"
#include "raw-client.h"

#define MESSAGE(sender, recipient, data)                                                           \
  "message [{\"sender\":\"" sender "\",\"recepient\":\"" recipient                                 \
  "\",\"command\":\"chat\",\"type\":\"text\",\"data\":" data "}]"

/* {{{ To all */

static void
test_all (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  g_autoptr (Plain) rich = plain_new (fixture);
  g_autofree char *login G_GNUC_UNUSED = plain_log_in (rich, "Rita", NULL);
  g_autofree char *event = NULL;

  plain_emit (anna, "message",
              "[{\"sender\":\"anna\",\"recepient\":\"ALL\",\"command\":\"chat\",\"type\":\"text\","
              "\"data\":\"안녕\"}]");
  plain_expect (anna, MESSAGE ("anna", "ALL", "\"안녕\""));
  plain_expect (bert, MESSAGE ("anna", "ALL", "\"안녕\""));
  plain_expect (rich,
                "chat:joined [{\"user\":{\"id\":\"anna\",\"name\":\"anna\",\"kind\":\"plain\"}}]");

  event = plain_next (rich);
  g_assert_true (g_str_has_prefix (event, "chat:message [{\"serial\":1,\"time\":1"));
  g_assert_true (g_str_has_suffix (event, ",\"name\":\"anna\",\"sender\":\"anna\","
                                          "\"recepient\":\"ALL\",\"command\":\"chat\","
                                          "\"type\":\"text\",\"data\":\"안녕\"}]"));
  plain_expect_nothing (anna);
  plain_expect_nothing (bert);
  plain_expect_nothing (rich);
}

static void
test_defaults (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  const char *const same[] = {
    "[{}]",
    "[{\"sender\":\"\"}]",
    "[{\"sender\":null,\"recepient\":null,\"command\":null,\"type\":null,\"data\":null}]",
    "[{\"recipient\":\"ALL\"},\"more\",1]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    {
      plain_emit (anna, "message", "%s", same[i]);
      plain_expect (anna,
                    "message [{\"sender\":\"%s\",\"recepient\":\"ALL\",\"command\":\"chat\","
                    "\"type\":\"text\",\"data\":null}]",
                    plain_get_id (anna));
    }
  plain_expect_nothing (anna);
}

static void
test_answer (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autofree char *first = plain_ask (anna, "message", "[{\"data\":1}]");
  g_autofree char *second = plain_ask (anna, "message", "[{\"data\":2}]");

  g_assert_true (g_str_has_prefix (first, "[{\"ok\":true,\"serial\":1,\"time\":1"));
  g_assert_true (g_str_has_prefix (second, "[{\"ok\":true,\"serial\":2,\"time\":1"));
}

/* What we do not know goes through as it is. */
static void
test_unknown_passes (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  const char *const values[] = {
    "\"\"",
    "\"a\\u0001\\\"\\\\\\n\\u2028🙂\"",
    "0",
    "-1.5",
    "9007199254740993",
    "1e+21",
    "true",
    "null",
    "[]",
    "{}",
    "[1,[2,[3]],{\"a\":{\"b\":null}}]",
    "{\"_placeholder\":true,\"num\":0}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *got = NULL;
      g_autofree char *object = g_strdup_printf (
        "{\"sender\":\"anna\",\"recepient\":\"ALL\",\"command\":\"그림\",\"type\":\"x/y\","
        "\"data\":%s}",
        values[i]);
      g_autofree char *expected = g_strdup_printf ("message [%s]", object);

      plain_emit (anna, "message", "[%s]", object);
      got = plain_next (bert);
      g_test_message ("%s", got);
      if (i != 1)
        g_assert_cmpstr (got, ==, expected);
    }
}

/* }}} */
/* {{{ To one */

static void
test_private (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  g_autoptr (Plain) rich = plain_new (fixture);
  g_autofree char *login = plain_log_in (rich, "Rita", NULL);
  g_autofree char *rich_id = pick (login, "user.id");
  g_autofree char *event = NULL;

  /* To one who has said nothing, by the id of the socket. */
  plain_emit (anna, "message", "[{\"sender\":\"anna\",\"recepient\":\"%s\",\"data\":1}]",
              plain_get_id (bert));
  plain_expect (bert,
                "message [{\"sender\":\"anna\",\"recepient\":\"%s\",\"command\":\"chat\","
                "\"type\":\"text\",\"data\":1}]",
                plain_get_id (bert));

  /* To a label, in the other spelling. */
  plain_emit (bert, "message", "[{\"sender\":\"bert\",\"recipient\":\"anna\",\"data\":2}]");
  plain_expect (anna, MESSAGE ("bert", "anna", "2"));

  /* To a person. */
  event = plain_next (rich);
  g_clear_pointer (&event, g_free);
  event = plain_next (rich);
  plain_expect_nothing (rich);
  plain_emit (anna, "message", "[{\"recepient\":\"%s\",\"data\":3}]", rich_id);
  g_clear_pointer (&event, g_free);
  event = plain_next (rich);
  g_assert_true (g_str_has_prefix (event, "chat:message [{\"serial\":0,\"time\":1"));
  g_assert_true (g_str_has_suffix (event, "\"data\":3}]"));

  plain_expect_nothing (anna);
  plain_expect_nothing (bert);
  plain_expect_nothing (rich);
}

/* What is meant for one must not go to all, however it is spelt. */
static void
test_both_spellings (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  const char *const objects[] = {
    "[{\"sender\":\"anna\",\"recepient\":null,\"recipient\":\"%s\",\"data\":1}]",
    "[{\"sender\":\"anna\",\"recepient\":\"%s\",\"recipient\":\"ALL\",\"data\":1}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    {
      g_auto (GStrv) parts = g_strsplit (objects[i], "%s", 2);
      g_autofree char *event = NULL;

      plain_emit (anna, "message", "%s%s%s", parts[0], plain_get_id (bert), parts[1]);
      event = plain_next (bert);
      plain_expect_nothing (anna);
    }
}

static void
test_private_to_nobody (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  const char *const nobody[] = { "carl", "", "all", "All", "user:anna", "plain", "rich" };

  for (guint i = 0; i < G_N_ELEMENTS (nobody); i++)
    {
      g_autofree char *object = g_strdup_printf ("[{\"sender\":\"anna\",\"recepient\":\"%s\"}]",
                                                 nobody[i]);

      plain_expect_refusal (anna, "message", object, "no-such-user");
    }
  plain_expect_nothing (bert);
}

static void
test_private_to_oneself (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);

  plain_emit (anna, "message", "[{\"sender\":\"anna\",\"recepient\":\"anna\",\"data\":1}]");
  plain_expect (anna, MESSAGE ("anna", "anna", "1"));
  plain_expect_nothing (anna);

  plain_emit (bert, "message", "[{\"recepient\":\"%s\",\"data\":1}]", plain_get_id (bert));
  g_free (plain_next (bert));
  plain_expect_nothing (bert);
  plain_expect_nothing (anna);
}

static void
test_same_label (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) one = plain_new (fixture);
  g_autoptr (Plain) other = plain_new (fixture);
  g_autoptr (Plain) anna = plain_new (fixture);

  plain_emit (one, "message", "[{\"sender\":\"printer\",\"command\":\"echo\"}]");
  g_free (plain_next (one));
  plain_emit (other, "message", "[{\"sender\":\"printer\",\"command\":\"echo\"}]");
  g_free (plain_next (other));
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 1);

  plain_emit (anna, "message", "[{\"sender\":\"anna\",\"recepient\":\"printer\",\"data\":1}]");
  plain_expect (one, MESSAGE ("anna", "printer", "1"));
  plain_expect (other, MESSAGE ("anna", "printer", "1"));
  plain_expect_nothing (anna);

  plain_disconnect (one);
  plain_emit (anna, "message", "[{\"recepient\":\"printer\",\"data\":2}]");
  plain_expect (other, MESSAGE ("anna", "printer", "2"));

  plain_disconnect (other);
  plain_expect_refusal (anna, "message", "[{\"recepient\":\"printer\"}]", "no-such-user");
}

/* }}} */
/* {{{ Labels */

static void
test_relabel (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  g_autoptr (Plain) rich = plain_new (fixture);
  g_autofree char *login G_GNUC_UNUSED = plain_log_in (rich, "Rita", NULL);
  g_autofree char *to_socket = g_strdup_printf ("[{\"sender\":\"bert\",\"recepient\":\"%s\"}]",
                                                plain_get_id (anna));

  plain_emit (anna, "message", "[{\"sender\":\"a1\",\"command\":\"echo\"}]");
  plain_emit (anna, "message", "[{\"sender\":\"a2\",\"command\":\"echo\"}]");
  plain_emit (anna, "message", "[{\"command\":\"echo\"}]");
  plain_expect (rich,
                "chat:joined [{\"user\":{\"id\":\"a1\",\"name\":\"a1\",\"kind\":\"plain\"}}]");
  plain_expect (rich,
                "chat:joined [{\"user\":{\"id\":\"a2\",\"name\":\"a2\",\"kind\":\"plain\"}}]");
  plain_expect (rich, "chat:left [{\"user\":{\"id\":\"a1\",\"name\":\"a1\",\"kind\":\"plain\"}}]");
  plain_expect_nothing (rich);

  /* The label counts, neither an earlier one nor the id of the socket. */
  plain_expect_refusal (bert, "message", to_socket, "no-such-user");
  plain_expect_refusal (bert, "message", "[{\"recepient\":\"a1\"}]", "no-such-user");
  for (guint i = 0; i < 3; i++)
    g_free (plain_next (anna));
  plain_emit (bert, "message", "[{\"recepient\":\"a2\",\"data\":1}]");
  plain_expect (anna, MESSAGE ("bert", "a2", "1"));

  plain_disconnect (anna);
  plain_expect (rich,
                "chat:joined [{\"user\":{\"id\":\"bert\",\"name\":\"bert\",\"kind\":\"plain\"}}]");
  plain_expect (rich, "chat:left [{\"user\":{\"id\":\"a2\",\"name\":\"a2\",\"kind\":\"plain\"}}]");
}

/* The id of a silent client's socket is a label like any other: both who bear it are meant. */
static void
test_label_of_a_silent_one (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) silent = plain_new (fixture);
  g_autoptr (Plain) thief = plain_new (fixture);
  g_autoptr (Plain) anna = plain_new (fixture);

  plain_emit (thief, "message", "[{\"sender\":\"%s\",\"command\":\"echo\"}]",
              plain_get_id (silent));
  g_free (plain_next (thief));
  plain_emit (anna, "message", "[{\"sender\":\"anna\",\"recepient\":\"%s\"}]",
              plain_get_id (silent));
  g_free (plain_next (silent));
  g_free (plain_next (thief));

  plain_disconnect (thief);
  plain_emit (anna, "message", "[{\"recepient\":\"%s\"}]", plain_get_id (silent));
  g_free (plain_next (silent));
}

static void
test_label_taken (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) rich = plain_new (fixture);
  g_autofree char *login = plain_log_in (rich, "Rita", NULL);
  g_autofree char *rich_id = pick (login, "user.id");
  g_autofree char *object = g_strdup_printf ("[{\"sender\":\"%s\"}]", rich_id);

  plain_emit (anna, "message", "[{\"sender\":\"anna\",\"command\":\"echo\"}]");
  g_free (plain_next (anna));
  g_free (plain_next (rich));
  plain_expect_refusal (anna, "message", object, "id-taken");

  /* Also when the person is not here. */
  plain_disconnect (rich);
  plain_expect_refusal (anna, "message", object, "id-taken");

  /* The label before still holds. */
  plain_emit (anna, "message", "[{\"command\":\"echo\",\"data\":1}]");
  plain_expect (anna, "message [{\"sender\":\"anna\",\"recepient\":\"ALL\",\"command\":\"echo\","
                      "\"type\":\"text\",\"data\":1}]");
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 1);
}

/* A label is anything; the name that people read is not. */
static void
test_label_and_name (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) rich = plain_new (fixture);
  g_autofree char *login G_GNUC_UNUSED = plain_log_in (rich, "Rita", NULL);
  g_autofree char *event = NULL;

  plain_emit (anna, "message", "[{\"sender\":\"a\\u202e\\nb\",\"command\":\"echo\"}]");
  event = plain_next (rich);
  g_assert_true (g_str_has_suffix (event, ",\"name\":\"a��b\",\"kind\":\"plain\"}}]"));
  g_free (plain_next (anna));

  plain_emit (rich, "message", "[{\"recepient\":\"a\\u202e\\nb\",\"data\":1}]");
  g_clear_pointer (&event, g_free);
  event = plain_next (anna);
  g_assert_true (g_str_has_suffix (event, "\"data\":1}]"));
}

/* }}} */
/* {{{ The host itself */

static void
on_closed (ChatHost *host, gpointer user_data)
{
  guint *n_closed = user_data;

  (*n_closed)++;
}

#define CLOSED_CLIENTS 20

/* All are put out, and nobody has to hear of everybody else. */
static void
test_close (ChatFixture *fixture, gconstpointer data)
{
  Plain *clients[CLOSED_CLIENTS];
  guint n_closed = 0;

  for (guint i = 0; i < CLOSED_CLIENTS; i++)
    {
      g_autofree char *name = g_strdup_printf ("name %u", i);

      clients[i] = plain_new (fixture);
      if (i % 2 == 0)
        g_free (plain_log_in (clients[i], name, NULL));
      else
        plain_emit (clients[i], "message", "[{\"sender\":\"%s\",\"command\":\"echo\"}]", name);
    }
  g_assert_cmpuint (chat_host_get_n_clients (fixture->host), ==, CLOSED_CLIENTS);
  g_signal_connect (fixture->host, "closed", G_CALLBACK (on_closed), &n_closed);
  chat_host_close (fixture->host);
  chat_host_close (fixture->host);
  test_wait (n_closed > 0);
  test_settle ();
  g_assert_cmpuint (n_closed, ==, 1);
  g_assert_cmpuint (chat_host_get_n_clients (fixture->host), ==, 0);
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 0);

  for (guint i = 0; i < CLOSED_CLIENTS; i++)
    {
      g_assert_false (socketio_socket_is_connected (clients[i]->socket));
      for (GList *l = clients[i]->events.head; l != NULL; l = l->next)
        g_assert_false (g_str_has_prefix (l->data, "chat:left"));
      plain_free (clients[i]);
    }
}

/* A host may be dropped without being closed, with clients who are there. */
static void
test_drop (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) rich = plain_new (fixture);
  g_autofree char *login G_GNUC_UNUSED = plain_log_in (rich, "Rita", NULL);

  plain_emit (anna, "message", "[{\"sender\":\"anna\"}]");
  g_assert_finalize_object (g_steal_pointer (&fixture->host));
  test_wait (!socketio_socket_is_connected (anna->socket));
  test_wait (!socketio_socket_is_connected (rich->socket));
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 0);

  /* They try to come back, in vain. */
  test_skip_time (10000);
  g_assert_false (socketio_socket_is_connected (anna->socket));
  socketio_client_disconnect (anna->client);
  socketio_client_disconnect (rich->client);
  test_settle ();
  g_assert_finalize_object (g_steal_pointer (&fixture->service));
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
}

static void
test_page (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (chat_host_get_port (fixture->host));
  g_autoptr (RawResponse)
    response = raw_client_ask (client, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  g_autofree char *policy = raw_response_get (response, "Content-Security-Policy");
  g_autofree char *body = raw_response_dup_body (response);

  g_assert_cmpuint (response->status, ==, 200);
  g_assert_nonnull (policy);
  g_assert_true (g_str_has_prefix (policy, "default-src 'self';"));
  g_assert_nonnull (strstr (body, "Madang"));
}

static void
count (guint *n)
{
  (*n)++;
}

/* Where others can reach it is known once it listens, and that is told. */
static void
test_listen (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatStore) store = chat_store_new (NULL, NULL);
  g_autoptr (ChatService) service = chat_service_new (store, "우리집");
  g_autoptr (ChatHost) host = chat_host_new (service);
  g_auto (GStrv) before = chat_host_list_urls (host);
  g_auto (GStrv) after = NULL;
  g_autofree char *expected = NULL;
  guint n_told = 0;

  g_assert_cmpuint (g_strv_length (before), ==, 0);
  g_signal_connect_swapped (host, "listening", G_CALLBACK (count), &n_told);
  g_assert_false (chat_host_listen (host, "192.0.2.250", 0, &error));
  g_assert_cmpuint (n_told, ==, 0);
  chat_host_listen (host, "127.0.0.1", 0, NULL);
  g_assert_cmpuint (n_told, ==, 1);

  after = chat_host_list_urls (host);
  g_assert_cmpuint (g_strv_length (after), ==, 1);
  expected = g_strdup_printf ("http://127.0.0.1:%u", chat_host_get_port (host));
  g_assert_cmpstr (after[0], ==, expected);
  chat_host_close (host);
  test_settle ();
}

static void
test_many_come_and_go (ChatFixture *fixture, gconstpointer data)
{
  guint n_descriptors = test_count_descriptors ();
  guint n_left = 0;

  g_signal_connect_swapped (fixture->host, "disconnection", G_CALLBACK (count), &n_left);
  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (Plain) anna = plain_new (fixture);
      g_autoptr (Plain) bert = plain_new (fixture);

      if (round % 2 == 0)
        g_free (plain_log_in (anna, "Anna", NULL));
      plain_emit (bert, "message", "[{\"sender\":\"bert\",\"data\":%u}]", round);
    }
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 0);
  test_wait (test_count_descriptors () <= n_descriptors + 4);
  g_assert_cmpuint (n_left, ==, 40);
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  chat_fixture_add ("host", "all", test_all);
  chat_fixture_add ("host", "defaults", test_defaults);
  chat_fixture_add ("host", "answer", test_answer);
  chat_fixture_add ("host", "unknown-passes", test_unknown_passes);
  chat_fixture_add ("host", "private", test_private);
  chat_fixture_add ("host", "private/both-spellings", test_both_spellings);
  chat_fixture_add ("host", "private/nobody", test_private_to_nobody);
  chat_fixture_add ("host", "private/oneself", test_private_to_oneself);
  chat_fixture_add ("host", "private/same-label", test_same_label);
  chat_fixture_add ("host", "label/again", test_relabel);
  chat_fixture_add ("host", "label/silent", test_label_of_a_silent_one);
  chat_fixture_add ("host", "label/taken", test_label_taken);
  chat_fixture_add ("host", "label/name", test_label_and_name);
  chat_fixture_add ("host", "close", test_close);
  chat_fixture_add ("host", "drop", test_drop);
  chat_fixture_add ("host", "come-and-go", test_many_come_and_go);
  g_test_add_func ("/chat/host/listen", test_listen);
  g_test_add ("/chat/host/tcp/page", ChatFixture, "tcp", chat_fixture_set_up, test_page,
              chat_fixture_tear_down);

  return g_test_run ();
}
