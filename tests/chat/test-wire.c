/* test-wire.c: JSON to objects and back, whatever stands in it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <socketio-json.h>
#include <string.h>

#include "chat-wire.h"

static SocketioArguments *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = socketio_json_parse (text, -1, &error);

  g_assert_no_error (error);
  return socketio_arguments_new_for_array (json_node_get_array (node), 0, NULL);
}

static char *
format (SocketioArguments *arguments)
{
  g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, 1);
  return socketio_json_to_string (socketio_arguments_get_node (arguments, 0));
}

static void
assert_json (SocketioArguments *arguments, const char *expected)
{
  g_autofree char *text = format (arguments);

  g_assert_cmpstr (text, ==, expected);
  socketio_arguments_unref (arguments);
}

static ChatMessage *
make_message (guint64 serial, const char *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = socketio_json_parse (data, -1, &error);

  g_assert_no_error (error);
  return chat_message_new (serial, 1700000000000, "a1", "Anna", "b1", "그림", "png", node);
}

/* {{{ Messages */

static void
test_message (void)
{
  g_autoptr (ChatMessage) message = make_message (7, "{\"x\":[1,null]}");
  g_autoptr (SocketioArguments) rich = chat_wire_write_rich (message);
  g_autoptr (ChatMessage) same = chat_wire_read_message (socketio_arguments_get_node (rich, 0));
  g_autofree char *text = chat_message_dup_display_text (same);

  assert_json (chat_wire_write_plain (message),
               "{\"sender\":\"a1\",\"recepient\":\"b1\",\"command\":\"그림\",\"type\":\"png\","
               "\"data\":{\"x\":[1,null]}}");
  assert_json (chat_wire_write_rich (message),
               "{\"serial\":7,\"time\":1700000000000,\"name\":\"Anna\",\"sender\":\"a1\","
               "\"recepient\":\"b1\",\"command\":\"그림\",\"type\":\"png\","
               "\"data\":{\"x\":[1,null]}}");

  g_assert_cmpuint (chat_message_get_serial (same), ==, 7);
  g_assert_cmpint (chat_message_get_time (same), ==, 1700000000000);
  g_assert_cmpstr (chat_message_get_sender (same), ==, "a1");
  g_assert_cmpstr (chat_message_get_sender_name (same), ==, "Anna");
  g_assert_cmpstr (chat_message_get_recipient (same), ==, "b1");
  g_assert_cmpstr (chat_message_get_command (same), ==, "그림");
  g_assert_cmpstr (chat_message_get_type_name (same), ==, "png");
  g_assert_cmpstr (text, ==, "{\"x\":[1,null]}");
}

static void
test_message_defaults (void)
{
  const char *const texts[] = {
    "[{}]",
    "[{\"serial\":-5,\"time\":\"x\",\"sender\":null,\"name\":1,\"recepient\":[],\"command\":{},"
    "\"type\":false}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (SocketioArguments) arguments = parse (texts[i]);
      g_autoptr (ChatMessage)
        message = chat_wire_read_message (socketio_arguments_get_node (arguments, 0));

      g_assert_cmpuint (chat_message_get_serial (message), ==, 0);
      g_assert_cmpint (chat_message_get_time (message), ==, 0);
      g_assert_cmpstr (chat_message_get_sender (message), ==, "");
      g_assert_cmpstr (chat_message_get_sender_name (message), ==, "?");
      g_assert_cmpstr (chat_message_get_recipient (message), ==, "ALL");
      g_assert_cmpstr (chat_message_get_command (message), ==, "chat");
      g_assert_cmpstr (chat_message_get_type_name (message), ==, "text");
      g_assert_null (chat_message_get_text (message));
    }
  g_assert_null (chat_wire_read_message (NULL));
}

static void
test_plain (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments)
    good = parse ("[{\"sender\":\"a\\nb\",\"recipient\":\"c\",\"data\":\"hi\"}]");
  g_autoptr (SocketioArguments) bad = parse ("[\"hi\"]");
  g_autoptr (ChatMessage) message = chat_wire_read_plain (good, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (chat_message_get_sender (message), ==, "a\nb");
  g_assert_cmpstr (chat_message_get_sender_name (message), ==, "a�b");
  g_assert_cmpstr (chat_message_get_recipient (message), ==, "c");
  g_assert_cmpint (chat_message_get_time (message), >, 1700000000000);
  g_assert_null (chat_wire_read_plain (bad, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_BAD_MESSAGE);
}

static char *
format_draft (SocketioArguments *arguments)
{
  g_autoptr (GError) error = NULL;
  g_auto (ChatWireDraft) draft = { 0 };
  g_autofree char *data = NULL;

  if (!chat_wire_read_draft (arguments, &draft, &error))
    return g_strdup (error->message);

  data = draft.data != NULL ? socketio_json_to_string (draft.data) : NULL;
  return g_strdup_printf ("%s %s %s %s %s", draft.sender, draft.recipient, draft.command,
                          draft.type, data);
}

/* What is read from the text is what is read from the tree. */
static void
test_draft (void)
{
  g_autofree char *long_id = g_strnfill (5000, 'x');
  const struct
  {
    const char *object;
    const char *expected;
  } drafts[] = {
    { "{\"data\":\"hi\"}", "(null) ALL chat text \"hi\"" },
    { "{\"sender\":\"a\",\"recepient\":\"b\",\"command\":\"c\",\"type\":\"d\",\"data\":\"글\"}",
      "a b c d \"글\"" },
    { "{\"data\":\"\",\"type\":\"\",\"more\":{\"data\":[1,\"}\"]},\"sender\":\"\"}",
      " ALL chat  \"\"" },
    { "{\"data\":\"a\\nb \\\"c\\\"\",\"sender\":\"a\"}", "a ALL chat text \"a\\nb \\\"c\\\"\"" },
    { "{\"sender\":\"a\\tb\",\"data\":\"\"}", "a\tb ALL chat text \"\"" },
    { "{\"recipient\":\"b\",\"data\":\"hi\"}", "(null) b chat text \"hi\"" },
    { "{\"recipient\":\"b\",\"recepient\":\"c\",\"data\":\"hi\"}", "(null) c chat text \"hi\"" },
    { "{\"recepient\":null,\"recipient\":\"b\",\"data\":\"hi\"}", "(null) b chat text \"hi\"" },
    { "{\"data\":{\"x\":[1]}}", "(null) ALL chat text {\"x\":[1]}" },
    { "{}", "(null) ALL chat text (null)" },
    { "{\"type\":1,\"data\":\"hi\"}", "“type” must be a text" },
    { "[1]", "A message must be an object" },
    { "\"data\"", "A message must be an object" },
    { long_id, "“sender” is too long" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (drafts); i++)
    {
      g_autofree char *object = drafts[i].object != long_id
                                  ? g_strdup (drafts[i].object)
                                  : g_strdup_printf ("{\"sender\":\"%s\",\"data\":\"\"}", long_id);
      g_autofree char *array = g_strdup_printf ("[%s]", object);
      g_autoptr (SocketioArguments) tree = parse (array);
      g_autoptr (SocketioArguments) text = socketio_arguments_new_json (object, -1, NULL);
      g_autofree char *from_tree = format_draft (tree);
      g_autofree char *from_text = format_draft (text);
      gsize length;

      g_assert_null (socketio_arguments_peek_json (tree, &length));
      g_assert_nonnull (socketio_arguments_peek_json (text, &length));
      g_assert_cmpuint (length, ==, strlen (object));
      g_assert_cmpstr (from_tree, ==, drafts[i].expected);
      g_assert_cmpstr (from_text, ==, drafts[i].expected);
    }
}

static void
test_post (void)
{
  assert_json (chat_wire_write_post ("a", "ALL", "안녕 \"you\""),
               "{\"sender\":\"a\",\"recepient\":\"ALL\",\"command\":\"chat\",\"type\":\"text\","
               "\"data\":\"안녕 \\\"you\\\"\"}");
  assert_json (chat_wire_write_post (NULL, "b", ""),
               "{\"sender\":\"\",\"recepient\":\"b\",\"command\":\"chat\",\"type\":\"text\","
               "\"data\":\"\"}");
}

/* }}} */
/* {{{ Users */

static void
test_user (void)
{
  g_autoptr (ChatUser) anna = chat_user_new ("a1", "Anna", CHAT_USER_RICH);
  g_autoptr (ChatUser) printer = chat_user_new ("p", NULL, CHAT_USER_PLAIN);
  g_autoptr (SocketioArguments) event = chat_wire_write_user_event (anna);
  g_autoptr (ChatUser) same = chat_wire_read_user_event (event);

  assert_json (chat_wire_write_user_event (anna),
               "{\"user\":{\"id\":\"a1\",\"name\":\"Anna\",\"kind\":\"rich\"}}");
  assert_json (chat_wire_write_user_event (printer),
               "{\"user\":{\"id\":\"p\",\"name\":\"p\",\"kind\":\"plain\"}}");
  g_assert_cmpstr (chat_user_get_id (same), ==, "a1");
  g_assert_cmpstr (chat_user_get_name (same), ==, "Anna");
  g_assert_cmpint (chat_user_get_kind (same), ==, CHAT_USER_RICH);
}

static void
test_user_odd (void)
{
  const char *const none[] = { "[]",
                               "[1]",
                               "[{}]",
                               "[{\"user\":1}]",
                               "[{\"user\":{}}]",
                               "[{\"user\":{\"id\":5}}]",
                               "[{\"user\":[{\"id\":\"a\"}]}]" };
  const char *const some[][2] = {
    { "[{\"user\":{\"id\":\"a\"}}]", "a" },
    { "[{\"user\":{\"id\":\"\",\"name\":[]}}]", "?" },
    { "[{\"user\":{\"id\":\"a\",\"name\":\"x\\u202ey\",\"kind\":7}}]", "x�y" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    {
      g_autoptr (SocketioArguments) arguments = parse (none[i]);

      g_assert_null (chat_wire_read_user_event (arguments));
    }
  for (guint i = 0; i < G_N_ELEMENTS (some); i++)
    {
      g_autoptr (SocketioArguments) arguments = parse (some[i][0]);
      g_autoptr (ChatUser) user = chat_wire_read_user_event (arguments);

      g_assert_cmpstr (chat_user_get_name (user), ==, some[i][1]);
      g_assert_cmpint (chat_user_get_kind (user), ==, CHAT_USER_RICH);
    }
}

/* }}} */
/* {{{ Requests and answers */

static void
test_login (void)
{
  g_autoptr (SocketioArguments) with = chat_wire_write_login ("Anna", "s3cret");
  g_autoptr (GError) error = NULL;
  const char *name;
  const char *secret;

  assert_json (chat_wire_write_login ("Anna", NULL), "{\"name\":\"Anna\"}");
  g_assert_true (chat_wire_read_login (with, &name, &secret, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (name, ==, "Anna");
  g_assert_cmpstr (secret, ==, "s3cret");
}

static void
test_history (void)
{
  g_autoptr (SocketioArguments) request = chat_wire_write_history (17, 30);
  g_autoptr (GError) error = NULL;
  guint64 before;
  guint limit;

  assert_json (chat_wire_write_history (17, 30), "{\"before\":17,\"limit\":30}");
  g_assert_true (chat_wire_read_history (request, &before, &limit, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (before, ==, 17);
  g_assert_cmpuint (limit, ==, 30);
}

static void
test_refusal (void)
{
  g_autoptr (GError) ours = g_error_new (CHAT_ERROR, CHAT_ERROR_NAME_TAKEN, "“%s” is", "Anna");
  g_autoptr (GError) other = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "broken");
  g_autoptr (SocketioArguments) refusal = chat_wire_write_refusal (ours);
  g_autoptr (GError) error = NULL;

  assert_json (chat_wire_write_error (ours), "{\"code\":\"name-taken\",\"message\":\"“Anna” is\"}");
  assert_json (chat_wire_write_refusal (other),
               "{\"ok\":false,\"error\":{\"code\":\"failed\",\"message\":\"broken\"}}");
  g_assert_null (chat_wire_read_answer (refusal, &error));
  g_assert_error (error, CHAT_ERROR, CHAT_ERROR_NAME_TAKEN);
  g_assert_cmpstr (error->message, ==, "“Anna” is");
}

static void
test_answer_odd (void)
{
  const char *const bad[] = {
    "[]",
    "[null]",
    "[true]",
    "[[]]",
    "[{}]",
    "[{\"ok\":1}]",
    "[{\"ok\":\"true\"}]",
    "[{\"ok\":false}]",
    "[{\"ok\":false,\"error\":7}]",
    "[{\"error\":{\"code\":{}}}]",
    "[{\"ok\":false,\"error\":{\"code\":\"?\",\"message\":null}}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (SocketioArguments) arguments = parse (bad[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (chat_wire_read_answer (arguments, &error));
      g_assert_error (error, CHAT_ERROR, CHAT_ERROR_FAILED);
    }
}

static void
test_login_answer (void)
{
  g_autoptr (ChatUser) anna = chat_user_new ("a1", "Anna", CHAT_USER_RICH);
  g_autoptr (GListStore) users = g_list_store_new (CHAT_TYPE_USER);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (SocketioArguments) answer = NULL;
  g_autoptr (GPtrArray) same_users = NULL;
  g_autoptr (GPtrArray) same_messages = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  g_list_store_append (users, anna);
  g_ptr_array_add (messages, make_message (1, "\"hi\""));
  answer = chat_wire_write_login_answer (anna, "s", "T\n\"", G_LIST_MODEL (users), messages, TRUE);
  object = chat_wire_read_answer (answer, &error);
  g_assert_no_error (error);
  same_users = chat_wire_read_users (object);
  same_messages = chat_wire_read_messages (object);
  g_assert_cmpuint (same_users->len, ==, 1);
  g_assert_cmpuint (same_messages->len, ==, 1);
  g_assert_cmpstr (chat_wire_get_string (object, "title"), ==, "T\n\"");
  g_assert_true (chat_wire_get_boolean (object, "more"));
}

/* Elements that are nothing we know are passed over. */
static void
test_lists_odd (void)
{
  g_autoptr (SocketioArguments) arguments = parse (
    "[{\"users\":[1,null,{},[],{\"id\":\"a\"}],\"messages\":[1,null,[],{},{\"serial\":3}]}]");
  g_autoptr (SocketioArguments) wrong = parse ("[{\"users\":{},\"messages\":\"x\"}]");
  g_autoptr (GPtrArray) users = chat_wire_read_users (socketio_arguments_get_object (arguments, 0));
  g_autoptr (GPtrArray)
    messages = chat_wire_read_messages (socketio_arguments_get_object (arguments, 0));
  g_autoptr (GPtrArray) no_users = chat_wire_read_users (socketio_arguments_get_object (wrong, 0));
  g_autoptr (GPtrArray)
    no_messages = chat_wire_read_messages (socketio_arguments_get_object (wrong, 0));

  g_assert_cmpuint (users->len, ==, 1);
  g_assert_cmpuint (messages->len, ==, 2);
  g_assert_cmpuint (no_users->len, ==, 0);
  g_assert_cmpuint (no_messages->len, ==, 0);
}

/* There is a limit to the values in one text: the page has the newest ones that fit. */
static void
test_page_fits (void)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) list = g_string_new ("[0");
  g_autoptr (SocketioArguments) answer = NULL;
  g_autoptr (GPtrArray) same = NULL;
  g_autoptr (JsonNode) parsed = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  for (guint i = 2; i < 65536; i++)
    g_string_append (list, ",0");
  g_string_append_c (list, ']');
  for (guint i = 1; i <= 6; i++)
    g_ptr_array_add (messages, make_message (i, list->str));

  answer = chat_wire_write_history_answer (messages, FALSE);
  same = chat_wire_read_messages (socketio_arguments_get_object (answer, 0));
  g_assert_cmpuint (same->len, ==, 1);
  g_assert_cmpuint (chat_message_get_serial (same->pdata[0]), ==, 6);
  g_assert_true (chat_wire_get_boolean (socketio_arguments_get_object (answer, 0), "more"));
  text = format (answer);
  parsed = socketio_json_parse (text, -1, &error);
  g_assert_no_error (error);
}

/* }}} */
/* {{{ Anything */

static char *
make_json (guint depth)
{
  const char *const scalars[] = { "null",
                                  "true",
                                  "0",
                                  "-7",
                                  "1.5",
                                  "1e300",
                                  "\"\"",
                                  "\"ALL\"",
                                  "\"x\\u0001\\u202e\"",
                                  "9223372036854775807" };
  const char *const names[] = { "sender",   "recepient", "recipient", "command", "type",  "data",
                                "name",     "secret",    "before",    "limit",   "user",  "users",
                                "messages", "id",        "kind",      "ok",      "error", "code",
                                "message",  "serial",    "time" };
  gboolean is_object = g_test_rand_int_range (0, 3) > 0;
  GString *text;

  if (depth == 0 || g_test_rand_int_range (0, 3) == 0)
    return g_strdup (scalars[g_test_rand_int_range (0, G_N_ELEMENTS (scalars))]);

  text = g_string_new (is_object ? "{" : "[");
  for (int n = g_test_rand_int_range (0, 5); n > 0; n--)
    {
      g_autofree char *value = make_json (depth - 1);

      if (is_object)
        g_string_append_printf (text,
                                "\"%s\":", names[g_test_rand_int_range (0, G_N_ELEMENTS (names))]);
      g_string_append_printf (text, "%s%s", value, n > 1 ? "," : "");
    }
  g_string_append_c (text, is_object ? '}' : ']');
  return g_string_free (text, FALSE);
}

static void
read_as_client (SocketioArguments *arguments)
{
  g_autoptr (ChatMessage) plain G_GNUC_UNUSED = chat_wire_read_plain (arguments, NULL);
  g_autoptr (ChatUser) user G_GNUC_UNUSED = chat_wire_read_user_event (arguments);
  g_autoptr (ChatMessage) message = NULL;
  JsonObject *answer = chat_wire_read_answer (arguments, NULL);

  if (socketio_arguments_get_length (arguments) > 0)
    message = chat_wire_read_message (socketio_arguments_get_node (arguments, 0));
  if (answer != NULL)
    {
      g_ptr_array_unref (chat_wire_read_users (answer));
      g_ptr_array_unref (chat_wire_read_messages (answer));
    }
  if (message != NULL)
    socketio_arguments_unref (chat_wire_write_rich (message));
}

/* What is no request has an error, and what is one has none. */
static void
read_as_host (SocketioArguments *arguments)
{
  g_autoptr (GError) draft_error = NULL;
  g_autoptr (GError) login_error = NULL;
  g_autoptr (GError) history_error = NULL;
  g_auto (ChatWireDraft) draft = { 0 };
  const char *name;
  const char *secret;
  guint64 before;
  guint limit;

  g_assert_true (chat_wire_read_draft (arguments, &draft, &draft_error) == (draft_error == NULL));
  g_assert_true (chat_wire_read_login (arguments, &name, &secret, &login_error) ==
                 (login_error == NULL));
  g_assert_true (chat_wire_read_history (arguments, &before, &limit, &history_error) ==
                 (history_error == NULL));
  if (history_error == NULL)
    g_assert_true (limit >= 1 && limit <= 200 && before <= G_MAXINT64);
}

static void
test_anything (void)
{
  for (guint i = 0; i < 30000; i++)
    {
      g_autofree char *value = make_json (5);
      g_autofree char *text = g_strdup_printf ("[%s]", i % 100 == 0 ? "" : value);
      g_autoptr (SocketioArguments) arguments = parse (text);

      read_as_host (arguments);
      read_as_client (arguments);
    }
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/wire/message", test_message);
  g_test_add_func ("/chat/wire/message/defaults", test_message_defaults);
  g_test_add_func ("/chat/wire/plain", test_plain);
  g_test_add_func ("/chat/wire/draft", test_draft);
  g_test_add_func ("/chat/wire/post", test_post);
  g_test_add_func ("/chat/wire/user", test_user);
  g_test_add_func ("/chat/wire/user/odd", test_user_odd);
  g_test_add_func ("/chat/wire/login", test_login);
  g_test_add_func ("/chat/wire/login/answer", test_login_answer);
  g_test_add_func ("/chat/wire/history", test_history);
  g_test_add_func ("/chat/wire/refusal", test_refusal);
  g_test_add_func ("/chat/wire/answer/odd", test_answer_odd);
  g_test_add_func ("/chat/wire/lists/odd", test_lists_odd);
  g_test_add_func ("/chat/wire/page-fits", test_page_fits);
  g_test_add_func ("/chat/wire/anything", test_anything);

  return g_test_run ();
}
