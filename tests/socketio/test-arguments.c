/* test-arguments.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Arguments as a caller builds them and as a listener reads them. */

#include "config.h"

#include "socketio-arguments-private.h"
#include "socketio-json.h"

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

static void
assert_node (JsonNode *node, const char *expected)
{
  g_autofree char *written = socketio_json_to_string (node);

  g_assert_cmpstr (written, ==, expected);
}

static void
test_build (void)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();
  gint64 value;

  g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, 0);

  socketio_arguments_add_string (arguments, "text");
  socketio_arguments_add_int (arguments, G_MAXINT64);
  socketio_arguments_add_double (arguments, 1.5);
  socketio_arguments_add_double (arguments, -3.0);
  socketio_arguments_add_boolean (arguments, TRUE);
  socketio_arguments_add_null (arguments);
  socketio_arguments_add_node (arguments, socketio_json_parse ("{\"a\":[1]}", -1, NULL));

  g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, 7);
  g_assert_cmpstr (socketio_arguments_get_string (arguments, 0), ==, "text");
  g_assert_true (socketio_arguments_get_int (arguments, 1, &value));
  g_assert_cmpint (value, ==, G_MAXINT64);
  g_assert_false (socketio_arguments_get_int (arguments, 2, &value));
  g_assert_true (socketio_arguments_get_int (arguments, 3, &value));
  g_assert_cmpint (value, ==, -3);
  g_assert_true (socketio_arguments_get_int (arguments, 3, NULL));
  assert_node (socketio_arguments_get_node (arguments, 4), "true");
  assert_node (socketio_arguments_get_node (arguments, 5), "null");
  g_assert_nonnull (socketio_arguments_get_object (arguments, 6));
  g_assert_cmpuint (socketio_arguments_get_n_attachments (arguments), ==, 0);
}

/* Whatever an argument is, it can be asked to be anything. */
static void
test_wrong_types (void)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (SocketioArguments) arguments = NULL;

  node = socketio_json_parse (
    "[null,true,1,1.5,1e30,\"s\",[],{},{\"_placeholder\":true,\"num\":0}]", -1, NULL);
  arguments = socketio_arguments_new_for_array (json_node_get_array (node), 0, NULL);

  for (guint i = 0; i < 12; i++)
    {
      gboolean exists = i < 9;

      g_assert_true ((socketio_arguments_get_node (arguments, i) != NULL) == exists);
      g_assert_true ((socketio_arguments_get_string (arguments, i) != NULL) == (i == 5));
      g_assert_true (socketio_arguments_get_int (arguments, i, NULL) == (i == 2));
      g_assert_true ((socketio_arguments_get_object (arguments, i) != NULL) == (i == 7 || i == 8));
      g_assert_null (socketio_arguments_get_bytes (arguments, i));
    }
  g_assert_null (socketio_arguments_get_attachment (arguments, 0));
}

static void
test_short_forms (void)
{
  g_autoptr (SocketioArguments) string = socketio_arguments_new_string ("only");
  g_autoptr (SocketioArguments) node = NULL;

  node = socketio_arguments_new_node (socketio_json_parse ("[1]", -1, NULL));
  g_assert_cmpuint (socketio_arguments_get_length (string), ==, 1);
  g_assert_cmpstr (socketio_arguments_get_string (string, 0), ==, "only");
  g_assert_cmpuint (socketio_arguments_get_length (node), ==, 1);
  assert_node (socketio_arguments_get_node (node, 0), "[1]");
}

/* A text that is sent as it is, one that is written anew, and what is no JSON. */
static void
test_json (void)
{
  static const char *const texts[][2] = {
    { "{\"a\":[1,\"글\"]}", "{\"a\":[1,\"글\"]}" },
    { " { \"a\" : 1e2 } ", "{\"a\":100}" },
    { "\"\\u0041\"", "\"A\"" },
    { "null", "null" },
    { "", NULL },
    { "1,2", NULL },
    { "1],[2", NULL },
    { "[1", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SocketioArguments)
        arguments = socketio_arguments_new_json (texts[i][0], -1, &error);
      g_autoptr (GString) sent = g_string_new (NULL);

      if (texts[i][1] == NULL)
        {
          g_assert_null (arguments);
          g_assert_true (error != NULL && error->domain == SOCKETIO_JSON_ERROR);
          continue;
        }

      g_assert_no_error (error);
      socketio_arguments_append (arguments, sent);
      g_assert_cmpstr (sent->str, ==, texts[i][1]);
      g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, 1);
      assert_node (socketio_arguments_get_node (arguments, 0), texts[i][1]);
    }
}

static void
test_binary (void)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();
  g_autoptr (GBytes) first = bytes_of ("first");
  g_autoptr (GBytes) second = bytes_of ("second");
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_init_object (json_node_alloc (), object);

  socketio_arguments_add_bytes (arguments, first);
  json_object_set_member (object, "file", socketio_arguments_attach (arguments, second));
  json_object_unref (object);
  socketio_arguments_add_node (arguments, node);

  g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, 2);
  g_assert_cmpuint (socketio_arguments_get_n_attachments (arguments), ==, 2);
  g_assert_true (socketio_arguments_get_attachment (arguments, 0) == first);
  g_assert_true (socketio_arguments_get_attachment (arguments, 1) == second);
  g_assert_null (socketio_arguments_get_attachment (arguments, 2));

  g_assert_true (socketio_arguments_get_bytes (arguments, 0) == first);
  g_assert_null (socketio_arguments_get_bytes (arguments, 1));
  object = socketio_arguments_get_object (arguments, 1);
  node = json_object_get_member (object, "file");
  g_assert_true (socketio_arguments_lookup_bytes (arguments, node) == second);
  g_assert_null (socketio_arguments_lookup_bytes (arguments, NULL));
  assert_node (socketio_arguments_get_node (arguments, 1),
               "{\"file\":{\"_placeholder\":true,\"num\":1}}");
}

/* Only what is exactly a placeholder stands for bytes. */
static void
test_lookalikes (void)
{
  static const char *const lookalikes[] = {
    "{\"_placeholder\":false,\"num\":0}",
    "{\"_placeholder\":1,\"num\":0}",
    "{\"_placeholder\":\"true\",\"num\":0}",
    "{\"_placeholder\":null,\"num\":0}",
    "{\"_placeholder\":{},\"num\":0}",
    "{\"_placeholder\":true,\"num\":1}",
    "{\"_placeholder\":true,\"num\":-1}",
    "{\"_placeholder\":true,\"num\":\"0\"}",
    "{\"_placeholder\":true,\"num\":0.5}",
    "{\"_placeholder\":true,\"num\":4294967296}",
    "{\"_placeholder\":true,\"num\":1e300}",
    "{\"_placeholder\":true,\"num\":[0]}",
    "{\"_placeholder\":true}",
    "{\"num\":0}",
    "[true,0]",
    "0",
    "null",
  };
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();
  g_autoptr (GBytes) bytes = bytes_of ("bytes");

  socketio_arguments_add_bytes (arguments, bytes);
  for (guint i = 0; i < G_N_ELEMENTS (lookalikes); i++)
    {
      g_autoptr (JsonNode) node = socketio_json_parse (lookalikes[i], -1, NULL);

      g_assert_null (socketio_arguments_lookup_bytes (arguments, node));
    }
}

/* An incoming event: the name stands in front, and no value is copied. */
static void
test_received (void)
{
  g_autoptr (JsonNode)
    node = socketio_json_parse ("[\"name\",\"a\",{\"_placeholder\":true,\"num\":0}]", -1, NULL);
  g_autoptr (GBytes) bytes = bytes_of ("bytes");
  g_autoptr (SocketioArguments) arguments = NULL;
  GPtrArray *attachments = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  JsonArray *array = json_node_get_array (node);

  g_ptr_array_add (attachments, g_bytes_ref (bytes));
  arguments = socketio_arguments_new_for_array (array, 1, attachments);

  g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, 2);
  g_assert_true (socketio_arguments_get_node (arguments, 0) == json_array_get_element (array, 1));
  g_assert_cmpstr (socketio_arguments_get_string (arguments, 0), ==, "a");
  g_assert_true (socketio_arguments_get_bytes (arguments, 1) == bytes);
  g_assert_null (socketio_arguments_get_node (arguments, 2));
}

static void
test_beyond_the_end (void)
{
  g_autoptr (JsonNode) node = socketio_json_parse ("[]", -1, NULL);
  g_autoptr (SocketioArguments) arguments = NULL;

  arguments = socketio_arguments_new_for_array (json_node_get_array (node), 1, NULL);
  g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, 0);
  g_assert_null (socketio_arguments_get_node (arguments, 0));
  g_assert_null (socketio_arguments_get_node (arguments, G_MAXUINT));
}

static void
test_copy (void)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();
  g_autoptr (SocketioArguments) copy = NULL;
  g_autoptr (GBytes) first = bytes_of ("first");
  g_autoptr (GBytes) second = bytes_of ("second");

  socketio_arguments_add_bytes (arguments, first);
  socketio_arguments_seal (arguments);
  copy = socketio_arguments_copy (arguments);
  socketio_arguments_add_string (copy, "more");
  socketio_arguments_add_bytes (copy, second);

  g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, 1);
  g_assert_cmpuint (socketio_arguments_get_length (copy), ==, 3);
  g_assert_true (socketio_arguments_get_bytes (copy, 0) == first);
  g_assert_true (socketio_arguments_get_bytes (copy, 2) == second);
}

static void
test_sealed (void)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();

  socketio_arguments_seal (arguments);
  if (g_test_subprocess ())
    {
      socketio_arguments_add_int (arguments, 1);
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*sealed*");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/arguments/build", test_build);
  g_test_add_func ("/arguments/wrong-types", test_wrong_types);
  g_test_add_func ("/arguments/short-forms", test_short_forms);
  g_test_add_func ("/arguments/json", test_json);
  g_test_add_func ("/arguments/binary", test_binary);
  g_test_add_func ("/arguments/lookalikes", test_lookalikes);
  g_test_add_func ("/arguments/received", test_received);
  g_test_add_func ("/arguments/beyond-the-end", test_beyond_the_end);
  g_test_add_func ("/arguments/copy", test_copy);
  g_test_add_func ("/arguments/sealed", test_sealed);

  return g_test_run ();
}
