/* test-message.c: messages, users, names and the words of errors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-message.h"
#include "chat-user.h"
#include "socketio-json.h"

static ChatMessage *
message_from_json (const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) data = socketio_json_parse (json, -1, &error);

  g_assert_no_error (error);

  return chat_message_new (7, 1234, "id-1", "김철수", "ALL", "chat", "text", data);
}

static void
test_message_fields (void)
{
  g_autoptr (ChatMessage) message = message_from_json ("\"안녕\"");

  g_assert_cmpuint (chat_message_get_serial (message), ==, 7);
  g_assert_cmpint (chat_message_get_time (message), ==, 1234);
  g_assert_cmpstr (chat_message_get_sender (message), ==, "id-1");
  g_assert_cmpstr (chat_message_get_sender_name (message), ==, "김철수");
  g_assert_cmpstr (chat_message_get_recipient (message), ==, "ALL");
  g_assert_cmpstr (chat_message_get_command (message), ==, "chat");
  g_assert_cmpstr (chat_message_get_type_name (message), ==, "text");
  g_assert_cmpstr (chat_message_get_text (message), ==, "안녕");
  g_assert_true (json_node_is_immutable (chat_message_get_data (message)));
  g_assert_true (chat_message_is_public (message));
}

static void
test_message_defaults (void)
{
  g_autoptr (ChatMessage) message = chat_message_new (0, 0, "id-1", NULL, NULL, NULL, NULL, NULL);
  g_autofree char *text = chat_message_dup_display_text (message);

  g_assert_cmpstr (chat_message_get_sender_name (message), ==, "id-1");
  g_assert_cmpstr (chat_message_get_recipient (message), ==, CHAT_RECIPIENT_ALL);
  g_assert_cmpstr (chat_message_get_command (message), ==, CHAT_COMMAND_CHAT);
  g_assert_cmpstr (chat_message_get_type_name (message), ==, CHAT_TYPE_TEXT);
  g_assert_null (chat_message_get_text (message));
  g_assert_cmpstr (text, ==, "null");
}

static void
test_message_display_text (void)
{
  const struct
  {
    const char *json;
    const char *text;
    const char *display;
  } cases[] = {
    { "\"a \\\"b\\\"\\n\"", "a \"b\"\n", "a \"b\"\n" },
    { "\"\"", "", "" },
    { "12.5", NULL, "12.5" },
    { "true", NULL, "true" },
    { "null", NULL, "null" },
    { "[1, \"가\", {}]", NULL, "[1,\"가\",{}]" },
    { "{\"a\": [true, null]}", NULL, "{\"a\":[true,null]}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChatMessage) message = message_from_json (cases[i].json);
      g_autofree char *display = chat_message_dup_display_text (message);

      g_assert_cmpstr (chat_message_get_text (message), ==, cases[i].text);
      g_assert_cmpstr (display, ==, cases[i].display);
    }
}

static void
test_message_with_serial (void)
{
  g_autoptr (ChatMessage) draft = message_from_json ("{\"a\": 1}");
  g_autoptr (ChatMessage) stored = chat_message_with_serial (draft, 99);

  g_assert_cmpuint (chat_message_get_serial (draft), ==, 7);
  g_assert_cmpuint (chat_message_get_serial (stored), ==, 99);
  g_assert_cmpint (chat_message_get_time (stored), ==, 1234);
  g_assert_cmpstr (chat_message_get_sender (stored), ==, "id-1");
  g_assert_cmpstr (chat_message_get_sender_name (stored), ==, "김철수");
  g_assert_true (chat_message_get_data (draft) == chat_message_get_data (stored));
}

static void
test_message_text_with_serial (void)
{
  g_autoptr (ChatMessage) draft = message_from_json ("\"가\"");
  g_autoptr (ChatMessage) early = chat_message_with_serial (draft, 1);
  JsonNode *data = chat_message_get_data (draft);
  g_autoptr (ChatMessage) late = chat_message_with_serial (draft, 2);

  g_assert_true (chat_message_get_data (draft) == data);
  g_clear_object (&draft);
  g_assert_cmpstr (chat_message_get_text (early), ==, "가");
  g_assert_cmpstr (json_node_get_string (chat_message_get_data (early)), ==, "가");
  g_assert_cmpstr (chat_message_get_text (late), ==, "가");
  g_assert_cmpstr (json_node_get_string (chat_message_get_data (late)), ==, "가");
}

/* The data of a message from the wire is a member of an object that goes away. json-glib's own
 * reader leaves it unsealed, with a pointer to its parent. */
static void
test_message_outlives_parent (void)
{
  g_autoptr (JsonNode) root = json_from_string ("{\"data\": {\"deep\": [\"가\"]}}", NULL);
  g_autoptr (ChatMessage) message = NULL;
  g_autofree char *text = NULL;
  JsonNode *data = json_object_get_member (json_node_get_object (root), "data");

  g_assert_nonnull (json_node_get_parent (data));
  message = chat_message_new (0, 0, "a", NULL, NULL, NULL, NULL, data);
  g_clear_pointer (&root, json_node_unref);

  data = chat_message_get_data (message);
  g_assert_null (json_node_get_parent (data));
  g_assert_true (json_node_is_immutable (data));
  g_assert_true (json_object_is_immutable (json_node_get_object (data)));
  text = chat_message_dup_display_text (message);
  g_assert_cmpstr (text, ==, "{\"deep\":[\"가\"]}");
}

static void
test_message_private (void)
{
  g_autoptr (ChatMessage) message = chat_message_new (0, 0, "a", NULL, "b", NULL, NULL, NULL);
  g_autoptr (ChatMessage) almost = chat_message_new (0, 0, "a", NULL, "all", NULL, NULL, NULL);

  g_assert_false (chat_message_is_public (message));
  g_assert_false (chat_message_is_public (almost));
}

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  (*(guint *)user_data)++;
}

static void
test_user (void)
{
  g_autoptr (ChatUser) user = chat_user_new ("id-1", "김철수", CHAT_USER_RICH);
  g_autoptr (ChatUser) plain = chat_user_new ("id-2", NULL, CHAT_USER_PLAIN);
  guint count = 0;

  g_assert_cmpstr (chat_user_get_id (user), ==, "id-1");
  g_assert_cmpstr (chat_user_get_name (user), ==, "김철수");
  g_assert_cmpint (chat_user_get_kind (user), ==, CHAT_USER_RICH);
  g_assert_cmpstr (chat_user_get_name (plain), ==, "id-2");
  g_assert_cmpint (chat_user_get_kind (plain), ==, CHAT_USER_PLAIN);

  g_signal_connect (user, "notify::name", G_CALLBACK (count_notify), &count);
  chat_user_set_name (user, "김철수");
  g_assert_cmpuint (count, ==, 0);
  chat_user_set_name (user, chat_user_get_name (user) + 3);
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpstr (chat_user_get_name (user), ==, "철수");
}

static void
test_name_accepted (void)
{
  const struct
  {
    const char *typed;
    const char *name;
  } cases[] = {
    { "Alice", "Alice" },
    { "  Alice B. \t", "Alice B." },
    { "\xe3\x80\x80김 철수\xc2\xa0", "김 철수" },
    /* Hangul as macOS types it, in parts. */
    { "\xe1\x84\x80\xe1\x85\xb5\xe1\x86\xb7", "김" },
    { "e\xcc\x81", "é" },
    /* A family, held together by joiners. */
    { "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7",
      "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7" },
    { "<b>'; DROP TABLE users; --", "<b>'; DROP TABLE users; --" },
    { "שלום", "שלום" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *name = chat_name_normalize (cases[i].typed, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

static void
test_name_refused (void)
{
  const char *cases[] = {
    NULL,
    "",
    " \t\xe3\x80\x80",
    "a\nb",
    "a\x01",
    "a\x7f",
    "\xc2\x85x\xc2\x85y",
    "a\xe2\x80\xa8"
    "b",
    "a\xe2\x80\xae"
    "b",
    "a\xe2\x81\xa6"
    "b",
    "a\xe2\x80\x8e",
    "a\xd8\x9c"
    "b",
    "a\xe2\x80\x8b"
    "b",
    "a\xef\xbb\xbf",
    "\xe2\x80\x8d",
    "\xe3\x85\xa4",
    "\xcc\x81",
    "\xff\xfe",
    "a\xed\xa0\x80",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *name = chat_name_normalize (cases[i], &error);

      g_assert_error (error, CHAT_ERROR, CHAT_ERROR_BAD_NAME);
      g_assert_null (name);
    }
}

static char *
repeat (const char *text, guint count)
{
  GString *string = g_string_new (NULL);

  for (guint i = 0; i < count; i++)
    g_string_append (string, text);

  return g_string_free (string, FALSE);
}

static void
test_name_length (void)
{
  const struct
  {
    const char *part;
    guint count;
    gboolean fits;
  } cases[] = {
    { "가", 64, TRUE },
    { "가", 65, FALSE },
    { "\xe1\x84\x80\xe1\x85\xb5\xe1\x86\xb7", 64, TRUE },
    { "x\xcc\xb2", 33, FALSE },
    { "a", 1000000, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *typed = repeat (cases[i].part, cases[i].count);
      g_autofree char *name = chat_name_normalize (typed, &error);

      g_assert_true ((name != NULL) == cases[i].fits);
      if (!cases[i].fits)
        g_assert_error (error, CHAT_ERROR, CHAT_ERROR_BAD_NAME);
    }
}

static void
test_name_casefold (void)
{
  const struct
  {
    const char *a;
    const char *b;
    gboolean same;
  } cases[] = {
    { "Alice", "aLICE", TRUE },
    { "Straße", "STRASSE", TRUE },
    { "Ａｌｉｃｅ", "alice", TRUE },
    { "김", "\xe1\x84\x80\xe1\x85\xb5\xe1\x86\xb7", TRUE },
    { "김  철수", "김 철수", TRUE },
    { "Al\xe2\x80\x8cice", "Alice", TRUE },
    { "\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4", TRUE },
    { "Alice", "Alicia", FALSE },
    { "김철수", "김 철수", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *a = chat_name_casefold (cases[i].a);
      g_autofree char *b = chat_name_casefold (cases[i].b);

      g_assert_true (g_str_equal (a, b) == cases[i].same);
    }
}

static void
test_error_codes (void)
{
  for (int code = CHAT_ERROR_BAD_MESSAGE; code <= CHAT_ERROR_FAILED; code++)
    g_assert_cmpint (chat_error_from_code (chat_error_to_code (code)), ==, code);

  g_assert_cmpstr (chat_error_to_code (CHAT_ERROR_BAD_MESSAGE), ==, "bad-message");
  g_assert_cmpstr (chat_error_to_code (CHAT_ERROR_NOT_LOGGED_IN), ==, "not-logged-in");
  g_assert_cmpstr (chat_error_to_code (-1), ==, "failed");
  g_assert_cmpstr (chat_error_to_code (1000), ==, "failed");
  g_assert_cmpint (chat_error_from_code ("whatever"), ==, CHAT_ERROR_FAILED);
  g_assert_cmpint (chat_error_from_code (NULL), ==, CHAT_ERROR_FAILED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/message/fields", test_message_fields);
  g_test_add_func ("/chat/message/defaults", test_message_defaults);
  g_test_add_func ("/chat/message/display-text", test_message_display_text);
  g_test_add_func ("/chat/message/with-serial", test_message_with_serial);
  g_test_add_func ("/chat/message/text-with-serial", test_message_text_with_serial);
  g_test_add_func ("/chat/message/outlives-parent", test_message_outlives_parent);
  g_test_add_func ("/chat/message/private", test_message_private);
  g_test_add_func ("/chat/user", test_user);
  g_test_add_func ("/chat/name/accepted", test_name_accepted);
  g_test_add_func ("/chat/name/refused", test_name_refused);
  g_test_add_func ("/chat/name/length", test_name_length);
  g_test_add_func ("/chat/name/casefold", test_name_casefold);
  g_test_add_func ("/chat/error-codes", test_error_codes);

  return g_test_run ();
}
