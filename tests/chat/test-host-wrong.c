/* test-host-wrong.c: what is no message is an error, and never silence; and what comes back
 *
 * Every test runs over the loopback and over 127.0.0.1.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-fixture.h"

/* {{{ What is wrong */

static void
test_wrong (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  g_autofree char *long_id = g_strnfill (129, 'x');
  g_autofree char *long_sender = g_strdup_printf ("[{\"sender\":\"%s\"}]", long_id);
  g_autofree char *long_recipient = g_strdup_printf ("[{\"recepient\":\"%s\"}]", long_id);
  g_autofree char *long_command = g_strdup_printf ("[{\"command\":\"%s\"}]", long_id);
  g_autofree char *long_type = g_strdup_printf ("[{\"type\":\"%s\"}]", long_id);
  const char *const wrong[][2] = {
    { "[]", "bad-message" },
    { "[null]", "bad-message" },
    { "[\"hello\"]", "bad-message" },
    { "[1]", "bad-message" },
    { "[true]", "bad-message" },
    { "[[{}]]", "bad-message" },
    { "[null,{}]", "bad-message" },
    { "[{\"sender\":1}]", "bad-message" },
    { "[{\"sender\":{}}]", "bad-message" },
    { "[{\"sender\":\"ALL\"}]", "bad-message" },
    { "[{\"recepient\":[]}]", "bad-message" },
    { "[{\"recipient\":false}]", "bad-message" },
    { "[{\"command\":1.5}]", "bad-message" },
    { "[{\"type\":[\"text\"]}]", "bad-message" },
    { long_sender, "too-large" },
    { long_recipient, "too-large" },
    { long_command, "too-large" },
    { long_type, "too-large" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    plain_expect_refusal (anna, "message", wrong[i][0], wrong[i][1]);
  plain_expect_nothing (bert);
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 0);
}

static void
test_wrong_binary (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  g_autofree char *told = NULL;
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_init_object (json_node_alloc (), object);

  json_object_set_member (object, "data", socketio_arguments_attach (arguments, bytes));
  json_object_unref (object);
  socketio_arguments_add_node (arguments, node);
  socketio_socket_emit (anna->socket, "message", arguments);
  told = plain_next (anna);
  g_assert_true (g_str_has_prefix (told, "error [{\"code\":\"bad-message\""));
}

static char *
nest (guint depth)
{
  g_autofree char *open = g_strnfill (depth, '[');
  g_autofree char *shut = g_strnfill (depth, ']');

  return g_strconcat (open, shut, NULL);
}

static char *
make_list (guint n_values)
{
  GString *list = g_string_new ("[0");

  for (guint i = 2; i < n_values; i++)
    g_string_append (list, ",0");
  g_string_append_c (list, ']');
  return g_string_free (list, FALSE);
}

/* What one may say others must be able to read, in the history too; see test-client.c. */
static void
test_deep_and_many (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autofree char *deep = nest (60);
  g_autofree char *deeper = nest (61);
  g_autofree char *many = make_list (65536);
  g_autofree char *too_many = make_list (65537);
  const char *const good[] = { deep, many };
  const char *const bad[] = { deeper, too_many };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *answer = plain_ask (anna, "message", "[{\"data\":%s}]", good[i]);
      g_autofree char *object = g_strdup_printf ("[{\"data\":%s}]", bad[i]);

      g_assert_true (g_str_has_prefix (answer, "[{\"ok\":true,"));
      g_free (plain_next (anna));
      plain_expect_refusal (anna, "message", object, "too-large");
    }
}

/* Whatever stands in a field: an answer comes, and nothing breaks. */
static void
test_odd_fields (ChatFixture *fixture, gconstpointer data)
{
  const char *const fields[][2] = {
    { "message", "sender" },     { "message", "recepient" },
    { "message", "recipient" },  { "message", "command" },
    { "message", "type" },       { "message", "data" },
    { "message", "" },           { "chat:login", "name" },
    { "chat:login", "secret" },  { "chat:history", "before" },
    { "chat:history", "limit" }, { "echo", "x" },
  };
  const char *const values[] = {
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    "1e300",
    "-9223372036854775808",
    "18446744073709551616",
    "\"\"",
    "\" \"",
    "\"ALL\"",
    "\"ECHO\"",
    "\"\\u202e\"",
    "\"\\ud800\"",
    "[]",
    "{}",
    "[[[]]]",
    "{\"\":{\"\":[]}}",
    "{\"user\":{\"id\":[]}}",
  };

  for (guint f = 0; f < G_N_ELEMENTS (fields); f++)
    {
      g_autoptr (Plain) plain = plain_new (fixture);

      for (guint v = 0; v < G_N_ELEMENTS (values); v++)
        {
          g_autofree char *answer = plain_ask (
            plain, fields[f][0], "[{\"name\":\"Name\",\"%s\":%s}]", fields[f][1], values[v]);

          g_assert_true (g_str_has_prefix (answer, "[{"));
        }
      plain_emit (plain, fields[f][0], "[{\"%s\":null}]", fields[f][1]);
    }
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 0);
}

/* }}} */
/* {{{ Echo */

static void
test_echo_message (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  const char *object = "[{\"sender\":\"anna\",\"recepient\":\"nobody\",\"command\":\"echo\","
                       "\"type\":\"json\",\"data\":[1,{\"a\":null}]}]";
  g_autofree char *expected = g_strconcat ("message ", object, NULL);
  g_autofree char *answer = NULL;

  plain_emit (anna, "message", "%s", object);
  plain_expect (anna, "%s", expected);
  answer = plain_ask (anna, "message", "%s", object);
  g_assert_true (g_str_has_prefix (answer, "[{\"ok\":true,\"serial\":0,"));
  plain_expect (anna, "%s", expected);
  plain_expect_nothing (anna);
  plain_expect_nothing (bert);
}

static void
test_echo_event (ChatFixture *fixture, gconstpointer data)
{
  g_autoptr (Plain) anna = plain_new (fixture);
  g_autoptr (Plain) bert = plain_new (fixture);
  const char *const values[] = { "[]", "[null]", "[{\"a\":[1,\"둘\"]},2,\"three\"]" };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      plain_expect_answer (anna, "echo", values[i], values[i]);
      plain_expect_nothing (anna);
      plain_emit (anna, "echo", "%s", values[i]);
      plain_expect (anna, "echo %s", values[i]);
      plain_expect_nothing (anna);
    }
  plain_expect_nothing (bert);
  g_assert_cmpuint (chat_fixture_count_users (fixture), ==, 0);
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  chat_fixture_add ("host-wrong", "fields", test_wrong);
  chat_fixture_add ("host-wrong", "binary", test_wrong_binary);
  chat_fixture_add ("host-wrong", "deep-and-many", test_deep_and_many);
  chat_fixture_add ("host-wrong", "odd", test_odd_fields);
  chat_fixture_add ("host-wrong", "echo/message", test_echo_message);
  chat_fixture_add ("host-wrong", "echo/event", test_echo_event);

  return g_test_run ();
}
