/* test-client-recovery.c: what a client tells when it joins, and how it takes up where it ended
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-server.h"

static void
set_delay (FakeServer *fake)
{
  g_object_set (fake->client, "reconnection-delay", 10000, "randomization-factor", 0.0, NULL);
}

static void
lose (FakeServer *fake)
{
  engineio_session_close (fake->session);
  test_wait (!socketio_client_is_open (fake->client));
  test_settle ();
  assert_log (fake->log, "close:transport close disconnect:transport close");
  test_skip_time (10000);
}

static void
let_in (FakeServer *fake, const char *answer)
{
  fake_say (fake, answer);
  test_wait (socketio_socket_is_connected (SOCKETIO_SOCKET (fake->socket)));
  test_settle ();
}

/* {{{ Recovery */

static void
test_recovered (FakeServer *fake, gconstpointer data)
{
  set_delay (fake);
  fake_connect (fake);
  let_in (fake, "0{\"sid\":\"one\",\"pid\":\"p1\"}");
  g_assert_false (socketio_client_socket_is_recovered (fake->socket));
  fake_say (fake, "2[\"a\",1,\"o1\"]");
  fake_say (fake, "2[\"b\",2]");
  test_settle ();
  assert_log (fake->log, "open connect a(1,\"o1\") b(2)");

  /* What was missed comes before we are let in, and is told when we are. */
  lose (fake);
  fake_expect (fake, "0{\"pid\":\"p1\",\"offset\":\"o1\"}");
  fake_say (fake, "2[\"missed\",\"o2\"]");
  fake_say (fake, "2[\"missed too\",\"o3\"]");
  test_settle ();
  assert_log (fake->log, "attempt:1 open reconnect:1");
  let_in (fake, "0{\"sid\":\"one\",\"pid\":\"p1\"}");
  g_assert_true (socketio_client_socket_is_recovered (fake->socket));
  assert_log (fake->log, "missed(\"o2\") missed too(\"o3\") connect");

  /* The next time by the last of them; but now the server knows us no more. */
  lose (fake);
  fake_expect (fake, "0{\"pid\":\"p1\",\"offset\":\"o3\"}");
  let_in (fake, "0{\"sid\":\"two\",\"pid\":\"p2\"}");
  g_assert_false (socketio_client_socket_is_recovered (fake->socket));
  assert_log (fake->log, "attempt:1 open reconnect:1 connect");
  lose (fake);
  fake_expect (fake, "0{\"pid\":\"p2\"}");
}

/* No server that has no recovery is told anything. */
static void
test_without (FakeServer *fake, gconstpointer data)
{
  set_delay (fake);
  fake_let_in (fake);
  fake_say (fake, "2[\"a\",\"no offset\"]");
  test_settle ();
  assert_log (fake->log, "a(\"no offset\")");
  lose (fake);
  fake_expect (fake, "0");
}

static void
test_early_acks (FakeServer *fake, gconstpointer data)
{
  fake_connect (fake);
  fake_say (fake, "23[\"question\",1]");
  test_settle ();
  assert_log (fake->log, "open");
  let_in (fake, "0{\"sid\":\"one\"}");
  assert_log (fake->log, "question(1) connect");
  fake_expect (fake, "33[1]");
}

/* Events that came early, and then we were not let in, or the connection was lost. */
static void
test_early_in_vain (FakeServer *fake, gconstpointer data)
{
  g_object_set (fake->socket, "max-waiting-events", 1, NULL);
  set_delay (fake);
  fake_connect (fake);
  fake_say (fake, "2[\"early\"]");
  fake_say (fake, "4{\"message\":\"no\"}");
  test_settle ();
  assert_log (fake->log, "open close:io client disconnect refused:no:");

  fake_connect (fake);
  fake_say (fake, "2[\"early\"]");
  engineio_session_close (fake->session);
  test_wait (!socketio_client_is_open (fake->client));
  test_skip_time (10000);
  fake_expect (fake, "0");
  let_in (fake, "0{\"sid\":\"one\"}");
  assert_log (fake->log, "open close:transport close attempt:1 open reconnect:1 connect");
}

static void
test_many_early (FakeServer *fake, gconstpointer data)
{
  g_autoptr (GString) expected = g_string_new ("open");

  fake_connect (fake);
  for (guint i = 0; i < 1200; i++)
    {
      g_autofree char *event = g_strdup_printf ("2[\"e\",%u]", i);

      fake_say (fake, event);
      g_string_append_printf (expected, " e(%u)", i);
    }
  fake_say (fake, "0{\"sid\":\"one\"}");
  test_wait (socketio_socket_is_connected (SOCKETIO_SOCKET (fake->socket)));
  test_settle ();
  g_string_append (expected, " connect");
  assert_log (fake->log, expected->str);
}

/* Those that are too large to wait together are told early, in order, and none twice. */
static void
test_large_early (FakeServer *fake, gconstpointer data)
{
  g_object_set (fake->socket, "max-waiting-bytes", G_GUINT64_CONSTANT (50), NULL);
  fake_connect (fake);
  fake_say (fake, "2[\"e\",\"0123456789012345678901234567890123456789\"]");
  fake_say (fake, "2[\"e\",1]");
  test_settle ();
  assert_log (fake->log, "open e(\"0123456789012345678901234567890123456789\")");
  fake_say (fake, "2[\"e\",2]");
  fake_say (fake, "2[\"e\",\"01234567890123456789012345678901234567890123456789\"]");
  test_settle ();
  assert_log (fake->log, "e(1) e(2) e(\"01234567890123456789012345678901234567890123456789\")");
  fake_say (fake, "0{\"sid\":\"one\"}");
  test_wait (socketio_socket_is_connected (SOCKETIO_SOCKET (fake->socket)));
  test_settle ();
  assert_log (fake->log, "connect");
}

/* }}} */
/* {{{ Auth */

static JsonNode *
make_auth (const char *token)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "token", token);
  json_node_take_object (node, object);
  return node;
}

static void
answer_with_number (SocketioClientSocket *socket, gpointer user_data)
{
  guint *n = user_data;
  g_autofree char *token = g_strdup_printf ("t%u", ++*n);
  g_autoptr (JsonNode) auth = make_auth (token);

  socketio_client_socket_authenticate (socket, auth);
}

static void
count (SocketioClientSocket *socket, gpointer user_data)
{
  ++*(guint *)user_data;
}

static void
test_auth_with_pid (FakeServer *fake, gconstpointer data)
{
  g_autoptr (JsonNode) auth = make_auth ("t");

  set_delay (fake);
  socketio_client_socket_set_auth (fake->socket, auth);
  socketio_client_socket_connect (fake->socket);
  fake_expect (fake, "0{\"token\":\"t\"}");
  let_in (fake, "0{\"sid\":\"one\",\"pid\":\"p1\"}");
  assert_log (fake->log, "open connect");
  lose (fake);
  fake_expect (fake, "0{\"pid\":\"p1\",\"token\":\"t\"}");
  g_assert_cmpuint (json_object_get_size (json_node_get_object (auth)), ==, 1);
}

static void
test_auth_at_once (FakeServer *fake, gconstpointer data)
{
  guint n = 0;

  set_delay (fake);
  socketio_client_socket_set_auth_func (fake->socket, answer_with_number, &n, NULL);
  socketio_client_socket_connect (fake->socket);
  fake_expect (fake, "0{\"token\":\"t1\"}");
  let_in (fake, "0{\"sid\":\"one\"}");
  assert_log (fake->log, "open connect");
  lose (fake);
  fake_expect (fake, "0{\"token\":\"t2\"}");
}

static void
test_auth_later (FakeServer *fake, gconstpointer data)
{
  g_autoptr (JsonNode) auth = make_auth ("late");
  guint n = 0;

  set_delay (fake);
  socketio_client_socket_set_auth_func (fake->socket, count, &n, NULL);
  socketio_client_socket_connect (fake->socket);
  test_wait (n == 1);
  test_settle ();
  g_assert_cmpuint (fake->heard->len, ==, 0);

  /* Nothing is waiting for this answer when it comes. */
  engineio_session_close (fake->session);
  test_wait (!socketio_client_is_open (fake->client));
  socketio_client_socket_authenticate (fake->socket, auth);
  test_skip_time (10000);
  test_wait (n == 2);
  socketio_client_socket_authenticate (fake->socket, NULL);
  socketio_client_socket_authenticate (fake->socket, auth);
  fake_expect (fake, "0");
  socketio_client_socket_set_auth_func (fake->socket, NULL, NULL, NULL);
}

static void
test_auth_given_up (FakeServer *fake, gconstpointer data)
{
  guint n = 0;

  socketio_client_socket_set_auth_func (fake->socket, count, &n, NULL);
  socketio_client_socket_connect (fake->socket);
  test_wait (n == 1);
  socketio_client_socket_disconnect (fake->socket);
  socketio_client_socket_authenticate (fake->socket, NULL);
  test_settle ();
  g_assert_cmpuint (fake->heard->len, ==, 0);

  socketio_client_socket_connect (fake->socket);
  test_wait (n == 2);
  socketio_client_socket_authenticate (fake->socket, NULL);
  fake_expect (fake, "0");
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  fake_test_add ("/socketio/client-recovery/recovered", test_recovered);
  fake_test_add ("/socketio/client-recovery/without", test_without);
  fake_test_add ("/socketio/client-recovery/early-acks", test_early_acks);
  fake_test_add ("/socketio/client-recovery/early-in-vain", test_early_in_vain);
  fake_test_add ("/socketio/client-recovery/many-early", test_many_early);
  fake_test_add ("/socketio/client-recovery/large-early", test_large_early);
  fake_test_add ("/socketio/auth/with-pid", test_auth_with_pid);
  fake_test_add ("/socketio/auth/at-once", test_auth_at_once);
  fake_test_add ("/socketio/auth/later", test_auth_later);
  fake_test_add ("/socketio/auth/given-up", test_auth_given_up);

  return g_test_run ();
}
