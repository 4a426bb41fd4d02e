/* raw-peer.c: a peer that says to a Socket.IO server what it is told, packet by packet
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "raw-peer.h"

static void
on_connection (SocketioNamespace *namespace_, SocketioServerSocket *socket, RawFixture *fixture)
{
  g_set_object (&fixture->far, SOCKETIO_SOCKET (socket));
  note_server_socket (socket, fixture->log);
  socketio_socket_on (SOCKETIO_SOCKET (socket), NULL, note_event, fixture->log, NULL);
}

/* It does not listen yet, so that a test can change the options. */
void
raw_set_up (RawFixture *fixture, gconstpointer data)
{
  fixture->log = g_string_new (NULL);
  fixture->options = socketio_options_new ();
  fixture->server = socketio_server_new ();
  g_signal_connect (socketio_server_of (fixture->server, "/"), "connection",
                    G_CALLBACK (on_connection), fixture);
}

void
raw_listen (RawFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  socketio_server_listen (fixture->server, "127.0.0.1", 0, fixture->options, &error);
  g_assert_no_error (error);
}

void
raw_tear_down (RawFixture *fixture, gconstpointer data)
{
  gpointer far = fixture->far;

  if (far != NULL)
    g_object_add_weak_pointer (far, &far);
  g_clear_object (&fixture->far);
  close_server (&fixture->server);
  test_wait (far == NULL);
  g_clear_object (&fixture->options);
  g_string_free (fixture->log, TRUE);
}

RawWebsocket *
raw_peer_new (RawFixture *fixture)
{
  RawWebsocket *peer;
  g_autoptr (RawFrame) open = NULL;

  if (socketio_server_get_port (fixture->server) == 0)
    raw_listen (fixture);
  peer = raw_websocket_new (socketio_server_get_port (fixture->server), RAW_PEER_TARGET);
  open = raw_websocket_receive (peer);
  g_assert_nonnull (open);
  g_assert_true (g_str_has_prefix (open->data, "0{\"sid\":\""));
  return peer;
}

/* @prefix is what stands before the id, such as `40`. */
void
raw_peer_expect_joined (RawWebsocket *peer, const char *prefix)
{
  g_autoptr (RawFrame) answer = raw_websocket_receive (peer);
  g_autofree char *start = g_strconcat (prefix, "{\"sid\":\"", NULL);

  g_assert_nonnull (answer);
  g_assert_true (g_str_has_prefix (answer->data, start));
}

RawWebsocket *
raw_peer_new_joined (RawFixture *fixture)
{
  RawWebsocket *peer = raw_peer_new (fixture);

  raw_websocket_send (peer, "40");
  raw_peer_expect_joined (peer, "40");
  return peer;
}

/* The server closes the connection without another word. */
void
raw_peer_expect_end (RawWebsocket *peer)
{
  g_autoptr (RawFrame) frame = raw_websocket_receive (peer);

  g_assert_nonnull (frame);
  if (frame->type == ENGINEIO_FRAME_MESSAGE)
    g_error ("Got %s in place of the end", frame->data);
  g_assert_cmpint (frame->type, ==, ENGINEIO_FRAME_CLOSE);
}
