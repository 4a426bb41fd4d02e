/* test-disconnect.c: each way to the end, as both ends see it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "raw-peer.h"

/* {{{ Server and client of ours */

static void
note_both (Pair *pair)
{
  note_client (pair->client, pair->log);
  note_client_socket (SOCKETIO_CLIENT_SOCKET (pair->near), pair->log);
  note_server_socket (SOCKETIO_SERVER_SOCKET (pair->far), pair->log);
}

static void
test_by_client (Pair *pair, gconstpointer data)
{
  note_both (pair);
  socketio_client_socket_disconnect (SOCKETIO_CLIENT_SOCKET (pair->near));
  assert_log (pair->log, "close:io client disconnect disconnect:io client disconnect");
  g_assert_null (socketio_socket_get_id (pair->near));
  g_assert_false (socketio_client_socket_is_active (SOCKETIO_CLIENT_SOCKET (pair->near)));
  test_settle ();
  assert_log (pair->log, "far:client namespace disconnect");
  test_skip_time (100000);
  assert_log (pair->log, "");
}

static void
test_by_server (Pair *pair, gconstpointer data)
{
  note_both (pair);
  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (pair->far), FALSE);
  assert_log (pair->log, "far:server namespace disconnect");
  test_settle ();
  assert_log (pair->log, "close:io client disconnect disconnect:io server disconnect");
  g_assert_false (socketio_client_socket_is_active (SOCKETIO_CLIENT_SOCKET (pair->near)));
  test_skip_time (100000);
  assert_log (pair->log, "");
}

static void
test_by_server_whole (Pair *pair, gconstpointer data)
{
  note_both (pair);
  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (pair->far), TRUE);
  assert_log (pair->log, "far:server namespace disconnect");
  g_assert_cmpuint (socketio_server_get_n_connections (pair->server), ==, 0);
  test_settle ();
  assert_log (pair->log, "close:io client disconnect disconnect:io server disconnect");
  test_skip_time (100000);
  assert_log (pair->log, "");
}

/* Being put out of one namespace says nothing about the others. */
static void
note_namespace (SocketioSocket *socket,
                SocketioDisconnectReason reason,
                const char *text,
                GString *log)
{
  note (log, "%s", socketio_socket_get_namespace_name (socket));
}

/* The sockets of a connection hear of its end in the order in which they joined, at both ends. */
static void
test_order (Pair *pair, gconstpointer data)
{
  static const char *const names[] = { "/m", "/a", "/z", "/b", "/k" };
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);

  g_signal_connect (pair->near, "disconnect", G_CALLBACK (note_namespace), pair->log);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      socketio_server_of (pair->server, names[i]);
      g_ptr_array_add (sockets, connect_socket (pair->client, names[i]));
      g_signal_connect (sockets->pdata[i], "disconnect", G_CALLBACK (note_namespace), pair->log);
    }
  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (pair->far), TRUE);
  test_settle ();
  assert_log (pair->log, "/ /m /a /z /b /k");
}

static void
test_other_namespaces (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioSocket) other = NULL;

  socketio_server_of (pair->server, "/other");
  other = connect_socket (pair->client, "/other");
  note_both (pair);
  note_client_socket (SOCKETIO_CLIENT_SOCKET (other), pair->log);

  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (pair->far), FALSE);
  test_settle ();
  assert_log (pair->log, "far:server namespace disconnect disconnect:io server disconnect");
  g_assert_true (socketio_socket_is_connected (other));

  socketio_client_socket_connect (SOCKETIO_CLIENT_SOCKET (pair->near));
  test_settle ();
  assert_log (pair->log, "connect");
  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (pair->far), TRUE);
  test_settle ();
  assert_log (pair->log, "disconnect:io server disconnect close:io client disconnect "
                         "disconnect:io server disconnect");
  g_assert_false (socketio_socket_is_connected (other));
}

static void
test_server_closes (Pair *pair, gconstpointer data)
{
  note_both (pair);
  socketio_server_close (pair->server);
  assert_log (pair->log, "far:server shutting down");
  test_settle ();
  assert_log (pair->log, "close:transport close disconnect:transport close");
  g_assert_true (socketio_client_socket_is_active (SOCKETIO_CLIENT_SOCKET (pair->near)));
}

/* Both ends' timers are due before either has heard of the other. */
static void
test_server_silent (Pair *pair, gconstpointer data)
{
  note_both (pair);
  test_skip_time (45000);
  assert_log (pair->log, "close:ping timeout disconnect:ping timeout far:transport close");
}

/* A listener that connects again from within. */
static void
reconnect (SocketioSocket *socket,
           SocketioDisconnectReason reason,
           const char *description,
           gpointer user_data)
{
  socketio_client_socket_connect (SOCKETIO_CLIENT_SOCKET (socket));
}

static void
test_connect_within (Pair *pair, gconstpointer data)
{
  note_both (pair);
  g_signal_connect (pair->near, "disconnect", G_CALLBACK (reconnect), NULL);
  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (pair->far), TRUE);
  test_settle ();
  assert_log (pair->log, "far:server namespace disconnect close:io client disconnect "
                         "disconnect:io server disconnect open connect");
  g_signal_handlers_disconnect_by_func (pair->near, reconnect, NULL);
}

static void
test_connect_within_lost (Pair *pair, gconstpointer data)
{
  g_object_set (pair->client, "reconnection", FALSE, NULL);
  note_both (pair);
  g_signal_connect (pair->near, "disconnect", G_CALLBACK (reconnect), NULL);
  test_skip_time (45000);
  assert_log (pair->log, "close:ping timeout disconnect:ping timeout far:transport close "
                         "open connect");
  g_signal_handlers_disconnect_by_func (pair->near, reconnect, NULL);
}

/* }}} */
/* {{{ A server of ours and a raw peer */

static void
test_peer_leaves (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);

  raw_websocket_send (peer, "41");
  test_settle ();
  assert_log (fixture->log, "far:client namespace disconnect");
  g_assert_cmpuint (socketio_server_get_n_connections (fixture->server), ==, 1);

  raw_websocket_send (peer, "40");
  raw_peer_expect_joined (peer, "40");
}

static void
test_peer_says_goodbye (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);

  raw_websocket_send (peer, "1");
  test_wait (!socketio_socket_is_connected (fixture->far));
  assert_log (fixture->log, "far:transport close");
}

static void
test_peer_closes (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);

  raw_websocket_send_close (peer, 1000);
  test_wait (!socketio_socket_is_connected (fixture->far));
  assert_log (fixture->log, "far:transport close");
}

static void
test_peer_is_gone (RawFixture *fixture, gconstpointer data)
{
  RawWebsocket *peer = raw_peer_new_joined (fixture);

  raw_websocket_free (peer);
  test_wait (!socketio_socket_is_connected (fixture->far));
  assert_log (fixture->log, "far:transport close");
}

static void
test_peer_is_silent (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);

  test_skip_time (25000);
  raw_websocket_expect (peer, "2");
  test_skip_time (20000);
  assert_log (fixture->log, "far:ping timeout");
}

static void
test_peer_is_garbled (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);

  raw_websocket_send (peer, "x");
  test_wait (!socketio_socket_is_connected (fixture->far));
  assert_log (fixture->log, "far:parse error");
}

static void
on_too_large (SocketioSocket *socket,
              SocketioDisconnectReason reason,
              const char *description,
              char **given)
{
  *given = g_strdup (description);
}

static void
test_peer_says_too_much (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = NULL;
  g_autofree char *text = g_strnfill (2000, '4');
  g_autofree char *description = NULL;

  g_object_set (fixture->options, "max-payload", G_GUINT64_CONSTANT (1000), NULL);
  peer = raw_peer_new_joined (fixture);
  g_signal_connect (fixture->far, "disconnect", G_CALLBACK (on_too_large), &description);
  raw_websocket_send (peer, text);
  raw_websocket_expect_close (peer, 1009);
  assert_log (fixture->log, "far:transport error");
  g_assert_cmpstr (description, ==, "payload too large");
}

/* What the server sent before goes out, then the namespace's goodbye; the connection stays. What
 * was on its way from the peer is no breach. */
static void
test_put_out (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);

  socketio_socket_emit (fixture->far, "last", NULL);
  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (fixture->far), FALSE);
  g_assert_false (socketio_socket_emit (fixture->far, "too late", NULL));
  raw_websocket_send (peer, "42[\"in flight\"]");
  raw_websocket_send (peer, "451-7[\"in flight\",{\"_placeholder\":true,\"num\":0}]");
  raw_websocket_send_frame (peer, ENGINEIO_FRAME_OPCODE_BINARY, TRUE, "x", 1);
  raw_websocket_send (peer, "433[]");
  raw_websocket_send (peer, "41");
  raw_websocket_expect (peer, "42[\"last\"]");
  raw_websocket_expect (peer, "41");

  raw_websocket_send (peer, "40");
  raw_peer_expect_joined (peer, "40");
  assert_log (fixture->log, "far:server namespace disconnect");
  g_assert_true (socketio_socket_is_connected (fixture->far));
}

static void
test_put_out_whole (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = NULL;

  socketio_server_of (fixture->server, "/other");
  peer = raw_peer_new_joined (fixture);
  raw_websocket_send (peer, "40/other,");
  raw_peer_expect_joined (peer, "40/other,");

  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (fixture->far), TRUE);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (RawFrame) goodbye = raw_websocket_receive (peer);

      g_assert_true (g_str_equal (goodbye->data, "41") || g_str_equal (goodbye->data, "41/other,"));
    }
  raw_peer_expect_end (peer);
  assert_log (fixture->log, "far:server namespace disconnect");
}

/* A client that is not told goodbye tries to come back. */
static void
test_shut_down (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);

  socketio_server_close (fixture->server);
  assert_log (fixture->log, "far:server shutting down");
  raw_peer_expect_end (peer);
}

/* }}} */
/* {{{ The signal `closed` */

static void
on_closed (SocketioServer *server, GString *log)
{
  note (log, "closed");
}

static void
test_closed (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) peer = raw_peer_new_joined (fixture);

  g_signal_connect (fixture->server, "closed", G_CALLBACK (on_closed), fixture->log);
  socketio_server_close (fixture->server);
  socketio_server_close (fixture->server);
  assert_log (fixture->log, "far:server shutting down");
  raw_peer_expect_end (peer);
  raw_websocket_send_close (peer, 1000);
  test_wait (fixture->log->len > 0);
  test_settle ();
  assert_log (fixture->log, "closed");
}

static void
test_closed_at_once (RawFixture *fixture, gconstpointer data)
{
  g_signal_connect (fixture->server, "closed", G_CALLBACK (on_closed), fixture->log);
  socketio_server_close (fixture->server);
  socketio_server_close (fixture->server);
  assert_log (fixture->log, "closed");
}

static void
test_closed_empty (RawFixture *fixture, gconstpointer data)
{
  raw_listen (fixture);
  g_signal_connect (fixture->server, "closed", G_CALLBACK (on_closed), fixture->log);
  socketio_server_close (fixture->server);
  test_settle ();
  assert_log (fixture->log, "closed");
}

/* }}} */

#define PREFIX "SOCKETIO_DISCONNECT_"

/* Languages that read the type make their own names of the nicks. */
static void
test_names (void)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (SOCKETIO_TYPE_DISCONNECT_REASON);

  for (guint i = 0; i < klass->n_values; i++)
    {
      const GEnumValue *value = &klass->values[i];
      g_autofree char *nick = g_ascii_strdown (value->value_name + strlen (PREFIX), -1);

      g_assert_cmpstr (value->value_nick, ==, g_strdelimit (nick, "_", '-'));
      g_assert_nonnull (socketio_disconnect_reason_to_string (value->value));
    }
  g_assert_cmpstr (socketio_disconnect_reason_to_string (SOCKETIO_DISCONNECT_IO_SERVER), ==,
                   "io server disconnect");
  g_assert_cmpuint (klass->n_values, ==, SOCKETIO_DISCONNECT_NETWORK_LOST + 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  pair_test_add ("/socketio/disconnect/by-client", test_by_client);
  pair_test_add ("/socketio/disconnect/by-server", test_by_server);
  pair_test_add ("/socketio/disconnect/by-server-whole", test_by_server_whole);
  pair_test_add ("/socketio/disconnect/order", test_order);
  pair_test_add ("/socketio/disconnect/other-namespaces", test_other_namespaces);
  pair_test_add ("/socketio/disconnect/server-closes", test_server_closes);
  pair_test_add ("/socketio/disconnect/server-silent", test_server_silent);
  pair_test_add ("/socketio/disconnect/connect-within", test_connect_within);
  pair_test_add ("/socketio/disconnect/connect-within-lost", test_connect_within_lost);
  raw_test_add ("/socketio/disconnect/peer-leaves", NULL, test_peer_leaves);
  raw_test_add ("/socketio/disconnect/peer-says-goodbye", NULL, test_peer_says_goodbye);
  raw_test_add ("/socketio/disconnect/peer-closes", NULL, test_peer_closes);
  raw_test_add ("/socketio/disconnect/peer-is-gone", NULL, test_peer_is_gone);
  raw_test_add ("/socketio/disconnect/peer-is-silent", NULL, test_peer_is_silent);
  raw_test_add ("/socketio/disconnect/peer-is-garbled", NULL, test_peer_is_garbled);
  raw_test_add ("/socketio/disconnect/peer-says-too-much", NULL, test_peer_says_too_much);
  raw_test_add ("/socketio/disconnect/put-out", NULL, test_put_out);
  raw_test_add ("/socketio/disconnect/put-out-whole", NULL, test_put_out_whole);
  raw_test_add ("/socketio/disconnect/shut-down", NULL, test_shut_down);
  raw_test_add ("/socketio/disconnect/closed", NULL, test_closed);
  raw_test_add ("/socketio/disconnect/closed-at-once", NULL, test_closed_at_once);
  raw_test_add ("/socketio/disconnect/closed-empty", NULL, test_closed_empty);
  g_test_add_func ("/socketio/disconnect/names", test_names);

  return g_test_run ();
}
