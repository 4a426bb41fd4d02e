/* fake-server.c: an Engine.IO server that says to Socket.IO clients what it is told
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-server.h"

static void
on_message (EngineioSession *session, EngineioPacket *packet, gpointer user_data)
{
  FakeServer *fake = user_data;
  gsize length;
  const char *data = engineio_packet_get_data (packet, &length);

  g_string_append_len (fake->heard, data, length);
  g_string_append_c (fake->heard, ' ');
}

static void
on_closed (EngineioSession *session,
           EngineioCloseReason reason,
           const char *description,
           gpointer user_data)
{
  FakeServer *fake = user_data;

  if (fake->session == session)
    g_clear_object (&fake->session);
}

static const EngineioSessionHandler session_handler = {
  .message = on_message,
  .closed = on_closed,
};

static void
on_session (EngineioServer *server, EngineioSession *session, gpointer user_data)
{
  FakeServer *fake = user_data;

  fake->n_sessions++;
  g_set_object (&fake->session, session);
  engineio_session_set_handler (session, &session_handler, fake);
}

static const EngineioServerHandler server_handler = { .session = on_session };

void
fake_set_up (FakeServer *fake, gconstpointer data)
{
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  fake->heard = g_string_new (NULL);
  fake->log = g_string_new (NULL);
  fake->options = g_object_new (ENGINEIO_TYPE_OPTIONS, "path", "/socket.io", NULL);
  fake->server = engineio_server_new (fake->options, &server_handler, fake);
  engineio_server_listen (fake->server, "127.0.0.1", 0, &error);
  g_assert_no_error (error);

  address = g_strdup_printf ("http://127.0.0.1:%u", engineio_server_get_port (fake->server));
  fake->client = socketio_client_new (address);
  use_websocket (fake->client);
  fake->socket = socketio_client_socket (fake->client, "/");
  note_client (fake->client, fake->log);
  note_client_socket (fake->socket, fake->log);
  socketio_socket_on (SOCKETIO_SOCKET (fake->socket), NULL, note_event, fake->log, NULL);
}

void
fake_tear_down (FakeServer *fake, gconstpointer data)
{
  if (fake->client != NULL)
    socketio_client_disconnect (fake->client);
  g_clear_object (&fake->socket);
  drop_client (&fake->client);
  if (fake->session != NULL)
    engineio_session_set_handler (fake->session, NULL, NULL);
  g_clear_object (&fake->session);
  g_clear_object (&fake->server);
  g_clear_object (&fake->options);
  g_string_free (fake->heard, TRUE);
  g_string_free (fake->log, TRUE);
}

void
fake_say (FakeServer *fake, const char *text)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);

  engineio_session_send (fake->session, packet);
}

void
fake_expect (FakeServer *fake, const char *packets)
{
  test_wait (fake->heard->len > strlen (packets));
  assert_log (fake->heard, packets);
}

/* Until the client has asked to join. */
void
fake_connect (FakeServer *fake)
{
  socketio_client_socket_connect (fake->socket);
  fake_expect (fake, "0");
}

void
fake_let_in (FakeServer *fake)
{
  fake_connect (fake);
  fake_say (fake, "0{\"sid\":\"one\"}");
  test_wait (socketio_socket_is_connected (SOCKETIO_SOCKET (fake->socket)));
  assert_log (fake->log, "open connect");
}
