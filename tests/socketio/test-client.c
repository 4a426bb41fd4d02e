/* test-client.c: a client, its sockets, and what servers may say to it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <json-glib/json-glib.h>

#include "fake-server.h"

static void
wait_for (FakeServer *fake, const char *end)
{
  test_wait (g_str_has_suffix (fake->log->str, end));
}

/* {{{ Joining */

static void
test_join (FakeServer *fake, gconstpointer data)
{
  g_autofree char *id = NULL;

  g_assert_false (socketio_client_socket_is_active (fake->socket));
  fake_connect (fake);
  g_assert_true (socketio_client_is_open (fake->client));
  g_assert_false (socketio_socket_is_connected (SOCKETIO_SOCKET (fake->socket)));
  fake_say (fake, "0{\"sid\":\"one\",\"pid\":\"two\"}");
  wait_for (fake, "connect ");
  assert_log (fake->log, "open connect");
  g_object_get (fake->socket, "id", &id, NULL);
  g_assert_cmpstr (id, ==, "one");
  g_assert_null (socketio_client_get_error (fake->client));
}

static void
test_auth (FakeServer *fake, gconstpointer data)
{
  g_autoptr (JsonNode) auth = json_from_string ("{\"token\":\"x\"}", NULL);

  socketio_client_socket_set_auth (fake->socket, auth);
  socketio_client_socket_connect (fake->socket);
  fake_expect (fake, "0{\"token\":\"x\"}");
  fake_say (fake, "4{\"message\":\"bad\",\"data\":{\"k\":1}}");
  wait_for (fake, "} ");
  assert_log (fake->log, "open close:io client disconnect refused:bad:{\"k\":1}");

  socketio_client_socket_set_auth (fake->socket, NULL);
  fake_connect (fake);
}

static void
test_namespaces (FakeServer *fake, gconstpointer data)
{
  g_autoptr (SocketioClientSocket) other = socketio_client_socket (fake->client, "/other");
  g_autoptr (SocketioClientSocket) same = socketio_client_socket (fake->client, "/");

  g_assert_true (same == fake->socket);
  g_assert_true (socketio_client_socket_get_client (other) == fake->client);
  fake_let_in (fake);
  socketio_client_socket_connect (other);
  fake_expect (fake, "0/other,");
  fake_say (fake, "0/other,{\"sid\":\"two\"}");
  test_wait (socketio_socket_is_connected (SOCKETIO_SOCKET (other)));
  g_assert_cmpuint (fake->n_sessions, ==, 1);

  /* The last one out closes the connection. */
  socketio_client_socket_disconnect (fake->socket);
  fake_expect (fake, "1");
  g_assert_true (socketio_client_is_open (fake->client));
  socketio_client_socket_disconnect (other);
  g_assert_false (socketio_client_is_open (fake->client));
  fake_expect (fake, "1/other,");
  test_wait (fake->session == NULL);
}

static void
test_all_at_once (FakeServer *fake, gconstpointer data)
{
  g_autoptr (SocketioClientSocket) other = socketio_client_socket (fake->client, "/other");

  socketio_client_socket_connect (fake->socket);
  socketio_client_socket_connect (other);
  socketio_client_socket_connect (other);
  test_wait (fake->heard->len >= strlen ("0 0/other, "));
  g_assert_cmpuint (fake->heard->len, ==, strlen ("0 0/other, "));
  g_assert_cmpuint (fake->n_sessions, ==, 1);
  socketio_client_disconnect (fake->client);
  test_wait (fake->session == NULL);
  assert_log (fake->log, "open close:io client disconnect");
}

/* Before there is a connection, and while it is being opened. */
static void
test_left_early (FakeServer *fake, gconstpointer data)
{
  socketio_client_socket_disconnect (fake->socket);
  socketio_client_disconnect (fake->client);
  socketio_client_socket_connect (fake->socket);
  socketio_client_socket_disconnect (fake->socket);
  test_settle ();
  socketio_client_socket_connect (fake->socket);
  g_main_context_iteration (NULL, FALSE);
  socketio_client_disconnect (fake->client);
  test_settle ();
  assert_log (fake->log, "");
  fake_let_in (fake);
}

/* Neither what was asked nor what was taken back is known to the next connection. */
static void
test_lost_while_asking (FakeServer *fake, gconstpointer data)
{
  g_autoptr (SocketioClientSocket) asking = socketio_client_socket (fake->client, "/asking");
  g_autoptr (SocketioClientSocket) stale = socketio_client_socket (fake->client, "/stale");

  fake_let_in (fake);
  socketio_client_socket_connect (asking);
  fake_expect (fake, "0/asking,");
  socketio_client_socket_connect (stale);
  fake_expect (fake, "0/stale,");
  socketio_client_socket_disconnect (asking);
  socketio_client_socket_disconnect (stale);
  engineio_session_close (fake->session);
  test_wait (!socketio_client_is_open (fake->client));

  socketio_client_socket_connect (asking);
  test_skip_time (1500);
  test_wait (fake->heard->len >= strlen ("0 0/asking, "));
  g_string_truncate (fake->heard, 0);
  fake_say (fake, "0/asking,{\"sid\":\"two\"}");
  test_wait (socketio_socket_is_connected (SOCKETIO_SOCKET (asking)));
  socketio_client_socket_connect (stale);
  fake_expect (fake, "0/stale,");
  fake_say (fake, "0/stale,{\"sid\":\"three\"}");
  test_wait (socketio_socket_is_connected (SOCKETIO_SOCKET (stale)));
}

static void
on_connected (SocketioSocket *socket, GParamSpec *pspec, gpointer user_data)
{
  socketio_socket_emit (socket, "from the notify", NULL);
  socketio_client_socket_disconnect (SOCKETIO_CLIENT_SOCKET (socket));
}

/* Whoever hears first that the socket is connected may leave at once. */
static void
test_left_at_once (FakeServer *fake, gconstpointer data)
{
  gulong id = g_signal_connect (fake->socket, "notify::connected", G_CALLBACK (on_connected), NULL);

  socketio_socket_emit (SOCKETIO_SOCKET (fake->socket), "from before", NULL);
  fake_connect (fake);
  fake_say (fake, "0{\"sid\":\"one\"}");
  fake_expect (fake, "2[\"from before\"] 2[\"from the notify\"] 1");
  wait_for (fake, "disconnect ");
  assert_log (fake->log, "open close:io client disconnect disconnect:io client disconnect");
  g_signal_handler_disconnect (fake->socket, id);
}

/* }}} */
/* {{{ What a server may say */

static void
test_events (FakeServer *fake, gconstpointer data)
{
  fake_let_in (fake);
  fake_say (fake, "2[\"x\",1]");
  fake_say (fake, "27[\"y\",{\"z\":null}]");
  fake_say (fake, "3999[]");
  fake_say (fake, "2/nowhere,[\"x\"]");
  fake_say (fake, "0{\"sid\":\"again\"}");
  fake_say (fake, "4{\"message\":\"too late\"}");
  fake_say (fake, "2[\"end\"]");
  wait_for (fake, "end() ");
  assert_log (fake->log, "x(1) y({\"z\":null}) end()");
  fake_expect (fake, "37[{\"z\":null}]");
  g_assert_cmpstr (socketio_socket_get_id (SOCKETIO_SOCKET (fake->socket)), ==, "one");
}

static void
test_before_joined (FakeServer *fake, gconstpointer data)
{
  fake_connect (fake);
  fake_say (fake, "2[\"early\"]");
  fake_say (fake, "30[]");
  fake_say (fake, "0{\"sid\":\"one\"}");
  wait_for (fake, "connect ");
  assert_log (fake->log, "open early() connect");
}

static void
check_refusal (FakeServer *fake, const char *answer, const char *log)
{
  fake_connect (fake);
  fake_say (fake, answer);
  test_wait (!socketio_client_socket_is_active (fake->socket));
  test_settle ();
  assert_log (fake->log, log);
  test_skip_time (100000);
  g_assert_cmpuint (fake->log->len, ==, 0);
}

static void
test_refusals (FakeServer *fake, gconstpointer data)
{
  check_refusal (fake, "4{\"message\":\"no\"}", "open close:io client disconnect refused:no:");
  check_refusal (fake, "4{}",
                 "open close:io client disconnect "
                 "refused:The server refused without saying why:");
  check_refusal (fake, "4\"old\"", "open close:io client disconnect refused:old:");
  check_refusal (fake, "4{\"message\":[]}",
                 "open close:io client disconnect "
                 "refused:The server refused without saying why:");
  check_refusal (fake, "1",
                 "open close:io client disconnect "
                 "refused:The server refused without saying why:");
  /* As a server of version 2 does. */
  check_refusal (fake, "0", "open close:io client disconnect connect-error:4:given-up");
  check_refusal (fake, "0{\"sid\":7}", "open close:io client disconnect connect-error:4:given-up");
}

static void
test_put_out (FakeServer *fake, gconstpointer data)
{
  fake_let_in (fake);
  fake_say (fake, "1");
  wait_for (fake, "disconnect ");
  assert_log (fake->log, "close:io client disconnect disconnect:io server disconnect");
  g_assert_false (socketio_client_socket_is_active (fake->socket));
}

static void
check_garbage (FakeServer *fake, const char *garbage)
{
  fake_say (fake, garbage);
  wait_for (fake, "disconnect:parse error ");
  assert_log (fake->log, "close:parse error disconnect:parse error");
  g_assert_true (socketio_client_socket_is_active (fake->socket));
  socketio_client_disconnect (fake->client);
  test_wait (fake->session == NULL);
}

static void
test_garbage (FakeServer *fake, gconstpointer data)
{
  static const char *const garbage[] = { "x", "2", "2[\"connect\"]", "2{}", "9[]", "511-[\"x\"]" };

  for (guint i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      fake_let_in (fake);
      check_garbage (fake, garbage[i]);
    }
}

/* }}} */
/* {{{ Who shares what */

static void
test_force_new (FakeServer *fake, gconstpointer data)
{
  const char *address = socketio_client_get_address (fake->client);
  g_autoptr (SocketioClient) other = socketio_client_new (address);
  g_autoptr (SocketioClientSocket) socket = socketio_client_socket (other, "/");

  fake_let_in (fake);
  socketio_client_socket_connect (socket);
  test_wait (socketio_client_is_open (other));
  g_assert_cmpuint (fake->n_sessions, ==, 2);
  socketio_client_disconnect (other);
}

static void
test_shared (FakeServer *fake, gconstpointer data)
{
  const char *address = socketio_client_get_address (fake->client);
  g_autoptr (SocketioClient) one = socketio_client_get (address);
  g_autoptr (SocketioClient) same = socketio_client_get (address);
  g_autoptr (SocketioClient) other = socketio_client_get ("http://127.0.0.1:1");
  gpointer gone = one;

  g_assert_true (one == same);
  g_assert_true (one != other);
  g_assert_true (one != fake->client);

  g_object_add_weak_pointer (gone, &gone);
  g_clear_object (&one);
  g_clear_object (&same);
  g_assert_null (gone);
  one = socketio_client_get (address);
  g_assert_cmpstr (socketio_client_get_address (one), ==, address);
}

/* A socket that is wanted keeps its client; one that is not keeps nothing. */
static void
test_references (FakeServer *fake, gconstpointer data)
{
  gpointer client = fake->client;
  gpointer socket = fake->socket;

  g_object_add_weak_pointer (client, &client);
  g_object_add_weak_pointer (socket, &socket);
  fake_let_in (fake);
  g_clear_object (&fake->client);
  g_clear_object (&fake->socket);
  fake_say (fake, "2[\"x\"]");
  wait_for (fake, "x() ");
  g_assert_nonnull (client);

  fake_say (fake, "1");
  test_wait (socket == NULL && client == NULL);
}

/* }}} */
/* {{{ All packets */

static void
note_packet (SocketioClient *client, SocketioPacket *packet, gpointer log)
{
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);
  const char *name = socketio_packet_get_name (packet);
  g_autofree char *text = arguments != NULL ? format_arguments (arguments) : NULL;

  note (log, "packet:%d%s:%s:%" G_GINT64_FORMAT ":%s", socketio_packet_get_packet_type (packet),
        socketio_packet_get_namespace (packet), name != NULL ? name : "",
        socketio_packet_get_id (packet), text != NULL ? text : "");
}

static void
test_packets (FakeServer *fake, gconstpointer data)
{
  g_autoptr (EngineioPacket) attachment = engineio_packet_new_binary ("b", 1);

  g_signal_connect (fake->client, "packet", G_CALLBACK (note_packet), fake->log);
  fake_connect (fake);
  fake_say (fake, "0{\"sid\":\"one\"}");
  wait_for (fake, "connect ");
  assert_log (fake->log, "open packet:0/::-1: connect");

  fake_say (fake, "51-7[\"x\",{\"_placeholder\":true,\"num\":0}]");
  engineio_session_send (fake->session, attachment);
  fake_say (fake, "2/other,[\"y\",1]");
  fake_say (fake, "39[2]");
  fake_say (fake, "4/nowhere,{\"message\":\"no\"}");
  fake_say (fake, "1");
  wait_for (fake, "disconnect ");
  assert_log (fake->log, "packet:2/:x:7:<b> x(<b>) packet:2/other:y:-1:1 packet:3/::9:2 "
                         "packet:4/nowhere::-1: packet:1/::-1: close:io client disconnect "
                         "disconnect:io server disconnect");
}

static void
hang_up (SocketioClient *client, SocketioPacket *packet, gpointer user_data)
{
  socketio_client_disconnect (client);
}

/* Nobody else hears of the packet then. */
static void
test_packet_closes (FakeServer *fake, gconstpointer data)
{
  fake_let_in (fake);
  g_signal_connect (fake->client, "packet", G_CALLBACK (hang_up), NULL);
  fake_say (fake, "2[\"x\"]");
  wait_for (fake, "disconnect ");
  test_settle ();
  assert_log (fake->log, "close:io client disconnect disconnect:io client disconnect");
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  fake_test_add ("/socketio/client/join", test_join);
  fake_test_add ("/socketio/client/auth", test_auth);
  fake_test_add ("/socketio/client/namespaces", test_namespaces);
  fake_test_add ("/socketio/client/all-at-once", test_all_at_once);
  fake_test_add ("/socketio/client/left-early", test_left_early);
  fake_test_add ("/socketio/client/lost-while-asking", test_lost_while_asking);
  fake_test_add ("/socketio/client/left-at-once", test_left_at_once);
  fake_test_add ("/socketio/client/events", test_events);
  fake_test_add ("/socketio/client/before-joined", test_before_joined);
  fake_test_add ("/socketio/client/refusals", test_refusals);
  fake_test_add ("/socketio/client/put-out", test_put_out);
  fake_test_add ("/socketio/client/garbage", test_garbage);
  fake_test_add ("/socketio/client/force-new", test_force_new);
  fake_test_add ("/socketio/client/shared", test_shared);
  fake_test_add ("/socketio/client/references", test_references);
  fake_test_add ("/socketio/client/packets", test_packets);
  fake_test_add ("/socketio/client/packet-closes", test_packet_closes);

  return g_test_run ();
}
