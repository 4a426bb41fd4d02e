/* test-binary.c: bytes among an event's arguments, in every place, both ways
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <json-glib/json-glib.h>

#include "socketio-fixture.h"

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
add_bytes (SocketioArguments *arguments, const char *text)
{
  g_autoptr (GBytes) bytes = bytes_of (text);

  socketio_arguments_add_bytes (arguments, bytes);
}

/* `{"before":1,"bytes":<text>,"deep":[[<text>]]}`, whose bytes are two attachments. */
static void
add_nested (SocketioArguments *arguments, const char *text)
{
  g_autoptr (GBytes) bytes = bytes_of (text);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *outer = json_array_new ();
  JsonArray *inner = json_array_new ();

  json_object_set_int_member (object, "before", 1);
  json_object_set_member (object, "bytes", socketio_arguments_attach (arguments, bytes));
  json_array_add_element (inner, socketio_arguments_attach (arguments, bytes));
  json_array_add_array_element (outer, inner);
  json_object_set_array_member (object, "deep", outer);
  json_node_take_object (node, object);
  socketio_arguments_add_node (arguments, node);
}

static void
assert_bytes (GBytes *bytes, const char *text)
{
  g_autoptr (GBytes) expected = bytes_of (text);

  g_assert_nonnull (bytes);
  g_assert_true (g_bytes_equal (bytes, expected));
}

static void
assert_nested (SocketioArguments *arguments, guint index, const char *text)
{
  JsonObject *object = socketio_arguments_get_object (arguments, index);
  JsonArray *deep = json_object_get_array_member (object, "deep");
  JsonNode *inner = json_array_get_element (json_array_get_array_element (deep, 0), 0);

  g_assert_cmpint (json_object_get_int_member (object, "before"), ==, 1);
  assert_bytes (
    socketio_arguments_lookup_bytes (arguments, json_object_get_member (object, "bytes")), text);
  assert_bytes (socketio_arguments_lookup_bytes (arguments, inner), text);
}

static SocketioArguments *
make_arguments (void)
{
  SocketioArguments *arguments = socketio_arguments_new ();

  add_bytes (arguments, "first");
  socketio_arguments_add_int (arguments, 1);
  add_bytes (arguments, "");
  add_nested (arguments, "4nested\x1e");
  socketio_arguments_add_string (arguments, "_placeholder");
  add_bytes (arguments, "last");
  return arguments;
}

static void
assert_arguments (SocketioArguments *arguments)
{
  g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, 6);
  assert_bytes (socketio_arguments_get_bytes (arguments, 0), "first");
  g_assert_null (socketio_arguments_get_bytes (arguments, 1));
  assert_bytes (socketio_arguments_get_bytes (arguments, 2), "");
  assert_nested (arguments, 3, "4nested\x1e");
  g_assert_cmpstr (socketio_arguments_get_string (arguments, 4), ==, "_placeholder");
  assert_bytes (socketio_arguments_get_bytes (arguments, 5), "last");
}

static void
check_and_answer (SocketioSocket *socket,
                  const char *name,
                  SocketioArguments *arguments,
                  SocketioAck *ack,
                  gpointer n)
{
  assert_arguments (arguments);
  ++*(guint *)n;
  if (ack != NULL)
    socketio_ack_send (ack, arguments);
}

/* The answer brings the same back, so that the way there and the way here are looked at. */
static void
check_way (SocketioSocket *from, SocketioSocket *to)
{
  g_autoptr (SocketioArguments) arguments = make_arguments ();
  g_autoptr (Answer) answer = NULL;
  guint n = 0;

  socketio_socket_on (to, "bytes", check_and_answer, &n, NULL);
  answer = answer_new (from, "bytes", arguments, 0);
  socketio_socket_emit (from, "bytes", arguments);
  test_wait (answer->done && n == 2);
  g_assert_no_error (answer->error);
  assert_arguments (answer->arguments);
}

static void
test_up (Pair *pair, gconstpointer data)
{
  check_way (pair->near, pair->far);
}

static void
test_down (Pair *pair, gconstpointer data)
{
  check_way (pair->far, pair->near);
}

static void
test_broadcast (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioArguments) arguments = make_arguments ();
  g_autoptr (SocketioClient) other_client = client_new_loopback (pair->server);
  g_autoptr (SocketioSocket) other = connect_socket (other_client, "/");
  guint n = 0;

  socketio_socket_on (pair->near, "bytes", check_and_answer, &n, NULL);
  socketio_socket_on (other, "bytes", check_and_answer, &n, NULL);
  socketio_server_emit (pair->server, "bytes", arguments);
  test_wait (n == 2);
  socketio_client_disconnect (other_client);
}

/* Attachments stay behind their text, whatever else is sent in the same turn. */
static void
test_among_others (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioArguments) one = socketio_arguments_new ();
  g_autoptr (SocketioArguments) other = socketio_arguments_new ();

  add_bytes (one, "1");
  add_bytes (one, "2");
  add_bytes (other, "3");
  socketio_socket_on (pair->near, NULL, note_event, pair->log, NULL);
  socketio_socket_emit (pair->far, "a", one);
  socketio_server_emit (pair->server, "b", NULL);
  socketio_socket_emit_volatile (pair->far, "c", other);
  socketio_server_emit (pair->server, "d", one);
  test_settle ();
  assert_log (pair->log, "a(<1>,<2>) b() c(<3>) d(<1>,<2>)");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  pair_test_add ("/socketio/binary/up", test_up);
  pair_test_add ("/socketio/binary/down", test_down);
  pair_test_add ("/socketio/binary/broadcast", test_broadcast);
  pair_test_add ("/socketio/binary/among-others", test_among_others);

  return g_test_run ();
}
