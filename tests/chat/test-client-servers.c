/* test-client-servers.c: ChatClient at servers that are no Madang, or a bad one
 *
 * The server answers as the test says, or not at all.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <socketio-json.h>
#include <string.h>

#include "client-watch.h"

#define USER                "\"user\":{\"id\":\"a1\",\"name\":\"Anna\",\"kind\":\"rich\"}"
#define LOGIN               "{\"ok\":true," USER ",\"secret\":\"s\",\"title\":\"T\",\"users\":[],"
#define PLAIN(sender, data) "{\"sender\":\"" sender "\",\"data\":\"" data "\"}"
#define RICH(serial, data)                                                                         \
  "{\"serial\":" serial ",\"time\":5,\"name\":\"B\",\"sender\":\"b1\",\"recepient\":\"ALL\","      \
  "\"command\":\"chat\",\"type\":\"text\",\"data\":\"" data "\"}"

/* Milliseconds until both ends have given each other up, though not what they wait for; and until
 * the client has tried again. */
#define TIME_TO_LOSE   4000
#define TIME_TO_RETURN 10000

typedef struct
{
  SocketioServer *server;
  SocketioServerSocket *socket; /* of the client that came last */
  SocketioAck *login; /* that waits for its answer */
  const char *answer; /* to the login; NULL to let it wait */
  const char *history; /* the answer to each request for history */
  GQueue heard; /* the data of each `message` */
  guint n_logins;
  guint n_history;
} Fixture;

/* {{{ The server */

static SocketioArguments *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = socketio_json_parse (text, -1, &error);

  g_assert_no_error (error);
  return socketio_arguments_new_node (node);
}

static void
answer (SocketioAck *ack, const char *text)
{
  g_autoptr (SocketioArguments) arguments = parse (text);

  socketio_ack_send (ack, arguments);
}

static void
tell (Fixture *self, const char *event, const char *text)
{
  g_autoptr (SocketioArguments) arguments = parse (text);

  socketio_socket_emit (SOCKETIO_SOCKET (self->socket), event, arguments);
}

static void
on_login (SocketioSocket *socket,
          const char *name,
          SocketioArguments *arguments,
          SocketioAck *ack,
          gpointer user_data)
{
  Fixture *self = user_data;

  self->n_logins++;
  g_set_object (&self->login, ack);
  if (self->answer != NULL)
    answer (ack, self->answer);
}

static void
on_history (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer user_data)
{
  Fixture *self = user_data;

  self->n_history++;
  if (self->history != NULL)
    answer (ack, self->history);
}

static void
on_message (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer user_data)
{
  Fixture *self = user_data;

  g_queue_push_tail (&self->heard,
                     socketio_json_to_string (socketio_arguments_get_node (arguments, 0)));
}

static void
on_connection (SocketioNamespace *namespace_, SocketioServerSocket *socket, gpointer user_data)
{
  Fixture *self = user_data;

  g_set_object (&self->socket, socket);
  socketio_socket_on (SOCKETIO_SOCKET (socket), "chat:login", on_login, self, NULL);
  socketio_socket_on (SOCKETIO_SOCKET (socket), "chat:history", on_history, self, NULL);
  socketio_socket_on (SOCKETIO_SOCKET (socket), "message", on_message, self, NULL);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (SocketioOptions) options = socketio_options_new ();
  g_autoptr (GError) error = NULL;

  g_object_set (options, "ping-interval", 1000, "ping-timeout", 1000, NULL);
  self->server = socketio_server_new ();
  g_queue_init (&self->heard);
  g_signal_connect (socketio_server_of (self->server, "/"), "connection",
                    G_CALLBACK (on_connection), self);
  g_assert_true (socketio_server_listen (self->server, "127.0.0.1", 0, options, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  socketio_server_close (self->server);
  test_settle ();
  g_clear_object (&self->login);
  g_clear_object (&self->socket);
  g_object_unref (self->server);
  g_queue_clear_full (&self->heard, g_free);
}

static ClientWatch *
make_client (Fixture *self)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u",
                                          socketio_server_get_port (self->server));
  ChatClient *client = chat_client_new (url, "Anna");

  g_object_set (client, "login-timeout", 20, NULL);
  return client_watch_new_for_client (client);
}

static void
assert_heard (Fixture *self, const char *expected)
{
  g_autofree char *text = NULL;

  test_wait (self->heard.length > 0);
  text = g_queue_pop_head (&self->heard);
  g_assert_cmpstr (text, ==, expected);
}

static gboolean
on_time (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;
  return G_SOURCE_REMOVE;
}

/* Until a time-out that began before, and is not as long, would have come. */
static void
outlast (guint timeout)
{
  gboolean is_over = FALSE;

  g_timeout_add (timeout + 20, on_time, &is_over);
  test_wait (is_over);
  test_settle ();
}

/* }}} */
/* {{{ No Madang */

static void
test_plain (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);
  guint timeout;

  g_object_get (anna->client, "login-timeout", &timeout, NULL);
  g_assert_cmpuint (timeout, ==, 20);
  client_watch_connect (anna);
  client_watch_assert_log (anna, "connecting connected + ");
  g_assert_true (chat_client_is_plain (anna->client));
  g_assert_cmpstr (chat_client_get_id (anna->client), ==, "Anna");
  g_assert_null (chat_client_get_title (anna->client));
  client_watch_assert_users (anna, "");
  g_assert_false (client_watch_load_older (anna));

  client_watch_post (anna, "ALL", "hello");
  assert_heard (self, "{\"sender\":\"Anna\",\"recepient\":\"ALL\",\"command\":\"chat\","
                      "\"type\":\"text\",\"data\":\"hello\"}");
  client_watch_assert_timeline (anna, "");
  client_watch_post (anna, "bert", "secret");
  assert_heard (self, "{\"sender\":\"Anna\",\"recepient\":\"bert\",\"command\":\"chat\","
                      "\"type\":\"text\",\"data\":\"secret\"}");

  tell (self, "message", PLAIN ("bert", "one"));
  tell (self, "message", "\"no object\"");
  tell (self, "message", "{\"sender\":7}");
  tell (self, "chat:joined", "{}");
  tell (self, "message", PLAIN ("carl", "two"));
  test_settle ();
  client_watch_assert_received (anna, "one two ");
  client_watch_assert_timeline (anna, "secret one two ");
}

/* What comes while it is not clear yet what the server is. */
static void
test_held_plain (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);

  chat_client_connect (anna->client);
  test_wait (self->n_logins == 1);
  tell (self, "message", PLAIN ("bert", "early"));
  test_settle ();
  client_watch_assert_received (anna, "");
  test_wait (chat_client_get_state (anna->client) == CHAT_CLIENT_CONNECTED);
  client_watch_assert_received (anna, "early ");
  client_watch_assert_log (anna, "connecting connected + ");
}

/* In the plain form before the login, and in the history after it. */
static void
test_held_rich (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);

  g_object_set (anna->client, "login-timeout", 20000, NULL);
  chat_client_connect (anna->client);
  test_wait (self->n_logins == 1);
  tell (self, "message", PLAIN ("b1", "one"));
  tell (self, "message", "{\"sender\":\"b1\",\"recepient\":\"x\",\"data\":\"for me\"}");
  tell (self, "chat:message", RICH ("2", "two"));
  answer (self->login, LOGIN "\"messages\":[" RICH ("1", "one") "]}");
  tell (self, "message", PLAIN ("b1", "stray"));
  test_wait (chat_client_get_state (anna->client) == CHAT_CLIENT_CONNECTED);
  test_settle ();
  client_watch_assert_received (anna, "for me two ");
  client_watch_assert_log (anna, "connecting connected + ");
}

/* A Madang that takes its time. */
static void
test_late_answer (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);

  client_watch_connect (anna);
  g_assert_true (chat_client_is_plain (anna->client));
  tell (self, "message", PLAIN ("b1", "one"));
  test_settle ();
  client_watch_assert_timeline (anna, "one ");

  answer (self->login, LOGIN "\"messages\":[" RICH ("1", "one") "]}");
  test_wait (!chat_client_is_plain (anna->client));
  test_settle ();
  client_watch_assert_log (anna, "connecting connected + + ");
  client_watch_assert_timeline (anna, "one ");
  g_assert_cmpstr (chat_client_get_id (anna->client), ==, "a1");
  g_assert_cmpstr (chat_client_get_title (anna->client), ==, "T");
}

/* An answer in time is the end of it. */
static void
test_no_late_time_out (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);

  g_object_set (anna->client, "login-timeout", 1000, NULL);
  self->answer = LOGIN "\"messages\":[]}";
  client_watch_connect (anna);
  outlast (1000);
  g_assert_false (chat_client_is_plain (anna->client));
  client_watch_assert_log (anna, "connecting connected + ");
}

static void
test_late_refusal (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);

  client_watch_connect (anna);
  answer (self->login, "{\"ok\":false,\"error\":{\"code\":\"name-taken\",\"message\":\"m\"}}");
  test_wait (strchr (anna->log->str, '!') != NULL);
  client_watch_assert_log (anna, "connecting connected + disconnected - !name-taken ");
}

/* }}} */
/* {{{ Put out and cut off */

static void
test_put_out (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);

  self->answer = LOGIN "\"messages\":[]}";
  client_watch_connect (anna);
  socketio_server_socket_disconnect (self->socket, FALSE);
  test_wait (chat_client_get_state (anna->client) == CHAT_CLIENT_DISCONNECTED);
  client_watch_assert_log (anna, "connecting connected + disconnected - ");

  client_watch_connect (anna);
  client_watch_assert_log (anna, "connecting connected + ");
}

static void
test_put_out_at_login (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);

  g_object_set (anna->client, "login-timeout", 2000, NULL);
  chat_client_connect (anna->client);
  test_wait (self->n_logins == 1);
  socketio_server_socket_disconnect (self->socket, TRUE);
  test_wait (strchr (anna->log->str, '!') != NULL);
  outlast (2000);
  client_watch_assert_log (anna, "connecting disconnected !failed ");
}

/* It had not got in, so it is not told that it is out; it goes on trying. */
static void
test_cut_off_at_login (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);

  g_object_set (anna->client, "login-timeout", 20000000, NULL);
  chat_client_connect (anna->client);
  test_wait (self->n_logins == 1);
  test_skip_time (TIME_TO_LOSE);
  self->answer = LOGIN "\"messages\":[]}";
  test_skip_time (TIME_TO_RETURN);
  test_wait (chat_client_get_state (anna->client) == CHAT_CLIENT_CONNECTED);
  client_watch_assert_log (anna, "connecting connected + ");
}

static void
test_cut_off_at_gap (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);

  self->answer = LOGIN "\"messages\":[" RICH ("1", "one") "]}";
  client_watch_connect (anna);
  self->answer = LOGIN "\"messages\":[" RICH ("100", "hundred") "],\"more\":true}";
  test_skip_time (TIME_TO_LOSE);
  test_skip_time (TIME_TO_RETURN);
  test_wait (self->n_history == 1);
  tell (self, "chat:message", RICH ("101", "live"));

  /* The gap is there still, however far the live ones have got. */
  self->history = "{\"ok\":true,\"messages\":[" RICH ("2", "two") "],\"more\":true}";
  test_skip_time (TIME_TO_LOSE);
  test_skip_time (TIME_TO_RETURN);
  test_wait (chat_client_get_state (anna->client) == CHAT_CLIENT_CONNECTED);
  client_watch_assert_timeline (anna, "one two hundred ");
}

/* }}} */
/* {{{ A bad one */

static void
test_bad_login (Fixture *self, gconstpointer data)
{
  const char *const answers[] = {
    "null",
    "7",
    "[]",
    "{}",
    "{\"ok\":1}",
    "{\"ok\":true}",
    "{\"ok\":true,\"user\":null}",
    "{\"ok\":true,\"user\":{\"name\":\"Anna\"}}",
    "{\"ok\":false}",
    "{\"ok\":false,\"error\":[]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (ClientWatch) anna = make_client (self);

      self->answer = answers[i];
      chat_client_connect (anna->client);
      test_wait (strchr (anna->log->str, '!') != NULL);
      client_watch_assert_log (anna, "connecting disconnected !failed ");
    }
}

static void
test_odd_login (Fixture *self, gconstpointer data)
{
  const char *const answers[] = {
    "{\"ok\":true," USER "}",
    "{\"ok\":true," USER ",\"secret\":1,\"title\":[],\"users\":7,\"messages\":{},\"more\":\"x\"}",
    "{\"ok\":true," USER ",\"users\":[null,{\"id\":\"x\"},{\"id\":\"x\"}],\"messages\":[1,[],{}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (ClientWatch) anna = make_client (self);

      self->answer = answers[i];
      client_watch_connect (anna);
      client_watch_assert_log (anna, "connecting connected + ");
    }
}

static void
test_odd_events (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);
  const char *const events[] = { "message",      "chat:message", "chat:joined", "chat:left",
                                 "chat:renamed", "error",        "echo",        "chat:login" };
  const char *const values[] = {
    "null",
    "1",
    "\"x\"",
    "[]",
    "{}",
    "{\"user\":null}",
    "{\"user\":{\"id\":1}}",
    "{\"user\":{\"id\":\"\",\"name\":\"\\u202e\"}}",
    "{\"serial\":-1}",
    "{\"serial\":1e300}",
    "{\"serial\":9223372036854775807,\"time\":-9223372036854775808,\"data\":[[]]}",
    "{\"sender\":[],\"recepient\":{},\"data\":{}}",
  };

  self->answer = LOGIN "\"messages\":[]}";
  client_watch_connect (anna);
  for (guint e = 0; e < G_N_ELEMENTS (events); e++)
    {
      for (guint v = 0; v < G_N_ELEMENTS (values); v++)
        tell (self, events[e], values[v]);
      socketio_socket_emit (SOCKETIO_SOCKET (self->socket), events[e], NULL);
    }
  test_settle ();
  client_watch_assert_log (anna, "connecting connected + ");
}

/* It says that there is more, again and again. */
static void
test_endless_history (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);

  self->answer = LOGIN "\"messages\":[" RICH ("1", "one") "]}";
  client_watch_connect (anna);
  self->answer = LOGIN "\"messages\":[" RICH ("100", "hundred") "],\"more\":true}";
  self->history = "{\"ok\":true,\"messages\":[" RICH ("90", "ninety") "],\"more\":true}";
  test_skip_time (TIME_TO_LOSE);
  test_skip_time (TIME_TO_RETURN);
  test_wait (chat_client_get_state (anna->client) == CHAT_CLIENT_CONNECTED);
  g_assert_cmpuint (self->n_history, ==, 25);
  client_watch_assert_timeline (anna, "ninety hundred ");

  self->history = "{\"ok\":true,\"messages\":[],\"more\":true}";
  g_assert_false (client_watch_load_older (anna));
}

/* It does not give what was missed: then the timeline begins where there is no gap. */
static void
test_no_history (Fixture *self, gconstpointer data)
{
  g_autoptr (ClientWatch) anna = make_client (self);

  self->answer = LOGIN "\"messages\":[" RICH ("1", "one") "]}";
  client_watch_connect (anna);
  self->answer = LOGIN "\"messages\":[" RICH ("100", "hundred") "],\"more\":true}";
  self->history = "{\"ok\":false}";
  test_skip_time (TIME_TO_LOSE);
  test_skip_time (TIME_TO_RETURN);
  test_wait (chat_client_get_state (anna->client) == CHAT_CLIENT_CONNECTED);
  client_watch_assert_timeline (anna, "hundred ");
}

/* }}} */
/* {{{ None at all */

static void
test_invalid_address (void)
{
  const char *const addresses[] = { "", "nonsense", "ftp://127.0.0.1:1", "http://",
                                    "http://:99999" };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (ClientWatch)
        anna = client_watch_new_for_client (chat_client_new (addresses[i], "Anna"));

      for (guint j = 0; j < 2; j++)
        {
          chat_client_connect (anna->client);
          test_wait (strchr (anna->log->str, '!') != NULL);
          client_watch_assert_log (anna, "connecting disconnected ! ");
        }
    }
}

static void
test_nobody_there (void)
{
  g_autoptr (SocketioServer) server = socketio_server_new ();
  g_autoptr (ClientWatch) anna = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  guint16 port;

  socketio_server_listen (server, "127.0.0.1", 0, NULL, &error);
  g_assert_no_error (error);
  port = socketio_server_get_port (server);
  url = g_strdup_printf ("http://127.0.0.1:%u", port);
  g_clear_object (&server);

  /* Each try is told; in between it is still connecting. */
  anna = client_watch_new_for_client (chat_client_new (url, "Anna"));
  g_object_set (anna->client, "login-timeout", 20, NULL);
  chat_client_connect (anna->client);
  test_wait (strchr (anna->log->str, '!') != NULL);
  client_watch_assert_log (anna, "connecting ! ");
  test_skip_time (TIME_TO_RETURN);
  test_wait (strchr (anna->log->str, '!') != NULL);
  client_watch_assert_log (anna, "! ");
  g_assert_cmpint (chat_client_get_state (anna->client), ==, CHAT_CLIENT_CONNECTING);

  server = socketio_server_new ();
  socketio_server_of (server, "/");
  socketio_server_listen (server, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  test_skip_time (TIME_TO_RETURN);
  test_wait (chat_client_get_state (anna->client) == CHAT_CLIENT_CONNECTED);
  client_watch_assert_log (anna, "connected + ");
}

/* }}} */

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/chat/client-servers/plain", test_plain);
  ADD ("/chat/client-servers/held/plain", test_held_plain);
  ADD ("/chat/client-servers/held/rich", test_held_rich);
  ADD ("/chat/client-servers/late/answer", test_late_answer);
  ADD ("/chat/client-servers/late/refusal", test_late_refusal);
  ADD ("/chat/client-servers/late/no-time-out", test_no_late_time_out);
  ADD ("/chat/client-servers/put-out", test_put_out);
  ADD ("/chat/client-servers/put-out/at-login", test_put_out_at_login);
  ADD ("/chat/client-servers/cut-off/at-login", test_cut_off_at_login);
  ADD ("/chat/client-servers/cut-off/at-gap", test_cut_off_at_gap);
  ADD ("/chat/client-servers/bad-login", test_bad_login);
  ADD ("/chat/client-servers/odd-login", test_odd_login);
  ADD ("/chat/client-servers/odd-events", test_odd_events);
  ADD ("/chat/client-servers/endless-history", test_endless_history);
  ADD ("/chat/client-servers/no-history", test_no_history);
  g_test_add_func ("/chat/client-servers/invalid-address", test_invalid_address);
  g_test_add_func ("/chat/client-servers/nobody-there", test_nobody_there);

  return g_test_run ();
}
