/* chat-fixture.c: a chat in this process, and clients for it
 *
 * Everything runs in one main loop, so that a loop with nothing left to do has seen all there is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-fixture.h"

#include <glib/gstdio.h>
#include <socketio-json.h>
#include <string.h>

#include "chat-host-private.h"

/* {{{ The host */

void
chat_fixture_open (ChatFixture *self, guint16 port)
{
  g_autoptr (GError) error = NULL;

  self->store = chat_store_new (self->folder, &error);
  g_assert_no_error (error);
  self->service = chat_service_new (self->store, "우리집");
  self->host = chat_host_new (self->service);
  if (!self->over_tcp)
    return;

  chat_host_listen (self->host, "127.0.0.1", port, &error);
  g_assert_no_error (error);
  g_free (self->url);
  self->url = g_strdup_printf ("http://127.0.0.1:%u", chat_host_get_port (self->host));
}

/* Nothing must be left of it but what others hold. */
void
chat_fixture_close (ChatFixture *self)
{
  chat_host_close (self->host);
  test_settle ();
  g_clear_object (&self->host);
  g_assert_finalize_object (g_steal_pointer (&self->service));
  g_assert_finalize_object (g_steal_pointer (&self->store));
}

void
chat_fixture_set_up (ChatFixture *self, gconstpointer data)
{
  self->over_tcp = g_strcmp0 (data, "tcp") == 0;
  chat_fixture_open (self, 0);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

void
chat_fixture_tear_down (ChatFixture *self, gconstpointer data)
{
  if (self->host != NULL)
    chat_fixture_close (self);
  if (self->folder != NULL)
    remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->url);
}

/* For a test that ends the chat and opens it again. */
void
chat_fixture_keep_in_folder (ChatFixture *self)
{
  g_autoptr (GError) error = NULL;

  chat_fixture_close (self);
  self->folder = g_dir_make_tmp ("madang-chat-XXXXXX", &error);
  g_assert_no_error (error);
  chat_fixture_open (self, 0);
}

/* The same test for both ways to reach the host. */
void
chat_fixture_add (const char *suite,
                  const char *name,
                  void (*test) (ChatFixture *self, gconstpointer data))
{
  const char *const ways[] = { "loopback", "tcp" };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strdup_printf ("/chat/%s/%s/%s", suite, ways[i], name);

      g_test_add (path, ChatFixture, ways[i], chat_fixture_set_up, test, chat_fixture_tear_down);
    }
}

guint
chat_fixture_count_users (ChatFixture *self)
{
  return g_list_model_get_n_items (chat_service_get_users (self->service));
}

/* Says something to all without any client. */
void
chat_fixture_post (ChatFixture *self, const char *text)
{
  g_autoptr (JsonNode) data = json_node_init_string (json_node_alloc (), text);
  g_autoptr (ChatMessage)
    draft = chat_message_new (0, 1700000000000, "nobody", "Nobody", NULL, NULL, NULL, data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message G_GNUC_UNUSED = chat_service_post (self->service, draft, &error);

  g_assert_no_error (error);
}

/* }}} */
/* {{{ Clients */

G_GNUC_PRINTF (1, 0)
static SocketioArguments *
make_arguments (const char *format, va_list values)
{
  g_autofree char *text = g_strdup_vprintf (format, values);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = socketio_json_parse (text, -1, &error);

  g_assert_no_error (error);
  return socketio_arguments_new_for_array (json_node_get_array (node), 0, NULL);
}

static char *
describe_arguments (SocketioArguments *arguments)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < socketio_arguments_get_length (arguments); i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      socketio_json_append (text, socketio_arguments_get_node (arguments, i));
    }
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static void
on_event (SocketioSocket *socket,
          const char *name,
          SocketioArguments *arguments,
          SocketioAck *ack,
          gpointer user_data)
{
  Plain *plain = user_data;
  g_autofree char *text = describe_arguments (arguments);

  g_queue_push_tail (&plain->events, g_strconcat (name, " ", text, NULL));
}

/* Takes client. */
Plain *
plain_new_for_client (SocketioClient *client)
{
  Plain *plain = g_new0 (Plain, 1);

  plain->client = client;
  plain->socket = SOCKETIO_SOCKET (socketio_client_socket (client, "/"));
  g_queue_init (&plain->events);
  socketio_socket_on (plain->socket, NULL, on_event, plain, NULL);
  return plain;
}

Plain *
plain_new (ChatFixture *self)
{
  Plain *plain;

  if (self->over_tcp)
    plain = plain_new_for_client (socketio_client_new (self->url));
  else
    plain = plain_new_for_client (socketio_client_new_loopback (chat_host_get_server (self->host)));

  plain_connect (plain);
  return plain;
}

void
plain_connect (Plain *plain)
{
  socketio_client_socket_connect (SOCKETIO_CLIENT_SOCKET (plain->socket));
  test_wait (socketio_socket_is_connected (plain->socket));
}

void
plain_disconnect (Plain *plain)
{
  socketio_client_disconnect (plain->client);
  test_settle ();
}

void
plain_free (Plain *plain)
{
  socketio_client_disconnect (plain->client);
  test_settle ();
  g_signal_handlers_disconnect_by_data (plain->socket, plain);
  g_clear_object (&plain->socket);
  g_assert_finalize_object (g_steal_pointer (&plain->client));
  g_queue_clear_full (&plain->events, g_free);
  g_free (plain);
}

const char *
plain_get_id (Plain *plain)
{
  return socketio_socket_get_id (plain->socket);
}

/* The format makes the JSON array of the event's arguments. */
void
plain_emit (Plain *plain, const char *event, const char *format, ...)
{
  g_autoptr (SocketioArguments) arguments = NULL;
  va_list values;

  va_start (values, format);
  arguments = make_arguments (format, values);
  va_end (values);
  socketio_socket_emit (plain->socket, event, arguments);
  test_settle ();
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SocketioArguments **answer = user_data;
  g_autoptr (GError) error = NULL;

  *answer = socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result, &error);
  g_assert_no_error (error);
}

/* Returns the arguments of the answer as a JSON array. */
char *
plain_ask (Plain *plain, const char *event, const char *format, ...)
{
  g_autoptr (SocketioArguments) arguments = NULL;
  g_autoptr (SocketioArguments) answer = NULL;
  va_list values;

  va_start (values, format);
  arguments = make_arguments (format, values);
  va_end (values);
  socketio_socket_emit_with_ack_async (plain->socket, event, arguments, 0, NULL, on_answered,
                                       &answer);
  test_wait (answer != NULL);
  return describe_arguments (answer);
}

/* The next event, which may be under way; to be freed. */
char *
plain_next (Plain *plain)
{
  test_wait (plain->events.length > 0);
  return g_queue_pop_head (&plain->events);
}

void
plain_expect (Plain *plain, const char *format, ...)
{
  g_autofree char *event = plain_next (plain);
  g_autofree char *expected = NULL;
  va_list values;

  va_start (values, format);
  expected = g_strdup_vprintf (format, values);
  va_end (values);
  g_assert_cmpstr (event, ==, expected);
}

void
plain_expect_nothing (Plain *plain)
{
  test_settle ();
  g_assert_cmpstr (g_queue_peek_head (&plain->events), ==, NULL);
}

void
plain_expect_answer (Plain *plain, const char *event, const char *arguments, const char *answer)
{
  g_autofree char *text = plain_ask (plain, event, "%s", arguments);

  g_assert_cmpstr (text, ==, answer);
}

/* With an ack the refusal is the answer; without one it is the event `error`. */
void
plain_expect_refusal (Plain *plain, const char *event, const char *arguments, const char *code)
{
  g_autofree char *answer = plain_ask (plain, event, "%s", arguments);
  g_autofree char *told = NULL;
  g_autofree char *in_answer = g_strdup_printf (
    "[{\"ok\":false,\"error\":{\"code\":\"%s\",\"message\":\"", code);
  g_autofree char *in_event = g_strdup_printf ("error [{\"code\":\"%s\",\"message\":\"", code);

  g_test_message ("%s %.80s: %s", event, arguments, answer);
  g_assert_true (g_str_has_prefix (answer, in_answer));

  plain_emit (plain, event, "%s", arguments);
  told = plain_next (plain);
  g_assert_true (g_str_has_prefix (told, in_event));
  plain_expect_nothing (plain);
}

/* Logs in and returns the answer, the object without an array around it. */
char *
plain_log_in (Plain *plain, const char *name, const char *secret)
{
  g_autofree char *answer = NULL;

  if (secret != NULL)
    answer = plain_ask (plain, "chat:login", "[{\"name\":\"%s\",\"secret\":\"%s\"}]", name, secret);
  else
    answer = plain_ask (plain, "chat:login", "[{\"name\":\"%s\"}]", name);
  g_test_message ("chat:login %s: %.80s", name, answer);
  g_assert_true (g_str_has_prefix (answer, "[{\"ok\":true,"));
  return g_strndup (answer + 1, strlen (answer) - 2);
}

/* }}} */

/* Finds a value by the names on the way to it, "user.id": a string as it is, other values as JSON.
 */
char *
pick (const char *json, const char *member)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = socketio_json_parse (json, -1, &error);
  g_auto (GStrv) names = g_strsplit (member, ".", -1);
  JsonNode *node = root;

  g_assert_no_error (error);
  for (char **name = names; *name != NULL; name++)
    {
      g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
      node = json_object_get_member (json_node_get_object (node), *name);
      g_assert_nonnull (node);
    }

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return socketio_json_to_string (node);
}
