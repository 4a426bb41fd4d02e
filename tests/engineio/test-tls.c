/* test-tls.c: polling and WebSocket by https
 *
 * Once behind a SoupServer that does TLS by itself, and once with TLS over our own streams: then
 * the handshake reads and writes them from a thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <libsoup/soup.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "http-stream.h"

#include "engine-fixture.h"

/* LeakSanitizer breaks off when it looks into the threads of glib-networking's handshakes. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}

typedef struct
{
  EngineFixture parent;
  GSocketService *service; /* when TLS is over our own streams */
} Fixture;

#define OVER_STREAM GINT_TO_POINTER (1)
#define BY_SOUP     GINT_TO_POINTER (2)

/* {{{ TLS over our own streams */

static void
on_server_handshake (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  GTlsConnection *tls = G_TLS_CONNECTION (source);
  g_autoptr (GError) error = NULL;
  GSocketAddress *remote = g_object_get_data (source, "remote");

  if (!g_tls_connection_handshake_finish (tls, result, &error))
    g_test_message ("%s", error->message);
  else if (fixture->parent.soup_server != NULL)
    soup_server_accept_iostream (fixture->parent.soup_server, G_IO_STREAM (tls), remote, remote,
                                 NULL);
}

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  int fd = g_socket_get_fd (g_socket_connection_get_socket (connection));
  int yes = 1;
  g_autoptr (HttpStream)
    stream = http_stream_new (fixture->parent.poller, fcntl (fd, F_DUPFD_CLOEXEC, 0), remote);
  g_autoptr (GIOStream)
    tls = g_tls_server_connection_new (G_IO_STREAM (stream), fixture->parent.certificate, NULL);

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (tls), FALSE);
  g_object_set_data_full (G_OBJECT (tls), "remote", g_object_ref (remote), g_object_unref);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL,
                                    on_server_handshake, fixture);
  return TRUE;
}

static void
start_over_streams (Fixture *fixture)
{
  EngineFixture *engine = &fixture->parent;

  engineio_server_listen (engine->server, "127.0.0.1", 0, NULL);
  engine->soup_server = g_object_ref (engineio_server_get_soup_server (engine->server));
  fixture->service = g_socket_service_new ();
  engine->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (fixture->service), NULL,
                                                      NULL);
  g_signal_connect (fixture->service, "incoming", G_CALLBACK (on_incoming), fixture);
}

/* }}} */
/* {{{ The fixture */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "engineio", "test-certificate.pem",
                                                 NULL);
  g_autoptr (GError) error = NULL;

  engine_fixture_set_up (&fixture->parent, data);
  fixture->parent.certificate = g_tls_certificate_new_from_file (path, &error);
  g_assert_no_error (error);
  if (data == BY_SOUP)
    engine_fixture_start (&fixture->parent, ENGINE_ATTACHED);
  else
    {
      fixture->parent.server = engine_fixture_make_server (&fixture->parent);
      start_over_streams (fixture);
    }
  fixture->parent.n_descriptors = test_count_descriptors ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->service != NULL)
    {
      g_socket_service_stop (fixture->service);
      g_socket_listener_close (G_SOCKET_LISTENER (fixture->service));
      g_clear_object (&fixture->service);
    }
  engine_fixture_tear_down (&fixture->parent, data);
}

static RawClient *
dial (Fixture *fixture)
{
  RawClient *client = raw_client_new (fixture->parent.port);

  raw_client_start_tls (client);
  return client;
}

static RawWebsocket *
open_websocket (Fixture *fixture)
{
  RawWebsocket *websocket = raw_websocket_new_for_client (dial (fixture));
  g_autofree char *handshake = raw_websocket_format_handshake (ENGINE_WEBSOCKET, NULL);
  g_autoptr (RawFrame) open = NULL;

  raw_client_send (websocket->client, handshake);
  raw_websocket_read_handshake (websocket);
  open = raw_websocket_receive (websocket);
  g_assert_true (g_str_has_prefix (open->data, "0{"));

  return websocket;
}

/* }}} */

static void
test_polling (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) poller = dial (fixture);
  g_autoptr (RawClient) poster = dial (fixture);
  g_autofree char *sid = engine_open (poller);
  EngineioSession *session = engine_fixture_get_last (&fixture->parent)->session;

  for (guint i = 0; i < 5; i++)
    {
      engine_post (poster, sid, "4hello");
      engine_poll (poller, sid, "4hello");
    }

  /* A poll that waits. */
  engine_send_poll (poller, sid);
  engine_post (poster, sid, "4later");
  engine_expect (poller, 200, "4later");
  engine_begin_poll (poller, session);
  engineio_session_close (session);
  engine_expect (poller, 200, "1");
}

static void
test_large_payload (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = dial (fixture);
  g_autofree char *sid = engine_open (client);
  g_autofree char *body = g_strnfill (900000, '4');
  g_autofree char *more = g_strnfill (1000001, '4');

  engine_post (client, sid, body);
  engine_poll (client, sid, body);
  engine_send_post (client, sid, more);
  engine_expect (client, 413, "");
  g_assert_true (raw_client_is_closed (client));
}

static void
test_client_vanishes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = dial (fixture);
  g_autofree char *sid = engine_open (client);
  SessionLog *log = engine_fixture_get_last (&fixture->parent);

  g_assert_cmpstr (engineio_session_get_id (log->session), ==, sid);
  engine_begin_poll (client, log->session);
  raw_client_reset (client);
  session_log_expect_closed (log, ENGINEIO_CLOSE_TRANSPORT_ERROR);
}

static void
test_websocket (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) websocket = open_websocket (fixture);
  static const guint8 bytes[] = { 1, 2, 3, 0 };
  g_autoptr (RawFrame) frame = NULL;

  raw_websocket_send (websocket, "4hello");
  raw_websocket_expect (websocket, "4hello");
  raw_websocket_send_frame (websocket, ENGINEIO_FRAME_OPCODE_BINARY, TRUE, bytes, sizeof bytes);
  frame = raw_websocket_receive (websocket);
  g_assert_cmpmem (frame->data, frame->length, bytes, sizeof bytes);
  raw_websocket_send_close (websocket, 1000);
  raw_websocket_expect_close (websocket, 1000);
  session_log_expect_closed (engine_fixture_get_last (&fixture->parent),
                             ENGINEIO_CLOSE_TRANSPORT_CLOSE);
}

static void
test_upgrade (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = dial (fixture);
  g_autofree char *sid = engine_open (client);
  g_autofree char *target = g_strdup_printf (ENGINE_WEBSOCKET "&sid=%s", sid);
  g_autofree char *handshake = raw_websocket_format_handshake (target, NULL);
  g_autoptr (RawWebsocket) websocket = raw_websocket_new_for_client (dial (fixture));

  raw_client_send (websocket->client, handshake);
  raw_websocket_send (websocket, "2probe");
  raw_websocket_read_handshake (websocket);
  raw_websocket_expect (websocket, "3probe");
  raw_websocket_send (websocket, "5");
  raw_websocket_send (websocket, "4hello");
  raw_websocket_expect (websocket, "4hello");
}

static void
test_large_messages (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) websocket = open_websocket (fixture);
  g_autofree char *text = g_strnfill (900000, '4');

  for (guint i = 0; i < 3; i++)
    {
      raw_websocket_send (websocket, text);
      raw_websocket_expect (websocket, text);
    }
}

#define N_MESSAGES 400

/* A client that reads only when the server is stuck in the middle of a message, and pings in
 * between: every byte comes, and in order. */
static void
test_blocked_writer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawWebsocket) websocket = open_websocket (fixture);
  SessionLog *log = engine_fixture_get_last (&fixture->parent);
  guint n_messages = 0, n_pongs = 0;

  for (guint i = 0; i < N_MESSAGES; i++)
    {
      g_autofree char *text = g_strnfill (30000 + 7 * i, 'a' + i % 26);
      g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);

      engineio_session_send (log->session, packet);
    }
  test_settle ();
  g_assert_cmpuint (engineio_session_get_queued_bytes (log->session), >, 1000000);
  for (guint i = 0; i < 3; i++)
    raw_websocket_send_frame (websocket, ENGINEIO_FRAME_OPCODE_PING, TRUE, "ping", 4);
  test_settle ();

  while (n_messages < N_MESSAGES || n_pongs < 3)
    {
      g_autoptr (RawFrame) frame = raw_websocket_receive (websocket);

      g_assert_nonnull (frame);
      if (frame->type == ENGINEIO_FRAME_PONG)
        {
          n_pongs++;
          continue;
        }
      g_assert_cmpuint (frame->length, ==, 1 + 30000 + 7 * n_messages);
      for (gsize i = 1; i < frame->length; i++)
        g_assert_cmpint (frame->data[i], ==, 'a' + n_messages % 26);
      n_messages++;
    }
  test_wait (engineio_session_get_queued_bytes (log->session) == 0);
}

/* To close a TLS connection means to write; a peer that does not read must not stop the main loop.
 */
static void
test_close_while_blocked (Fixture *fixture, gconstpointer data)
{
  RawWebsocket *websocket = open_websocket (fixture);
  SessionLog *log = engine_fixture_get_last (&fixture->parent);
  g_autofree char *text = g_strnfill (1000000, 'a');
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);
  gint64 began;

  for (guint i = 0; i < 15; i++)
    engineio_session_send (log->session, packet);
  test_settle ();
  began = g_get_monotonic_time ();
  engineio_session_fail (log->session, ENGINEIO_CLOSE_PARSE_ERROR, NULL);
  test_skip_time (2000);
  test_skip_time (2000);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 2 * G_USEC_PER_SEC);
  raw_websocket_free (websocket);
}

static void
test_garbage (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->parent.port);

      raw_client_send (client, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
      while (raw_client_receive (client, 4096) > 0)
        ;
    }
}

static void
test_come_and_go (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 30; i++)
    {
      RawWebsocket *websocket = open_websocket (fixture);

      if (i % 2 == 0)
        raw_client_reset (websocket->client);
      raw_websocket_free (websocket);
      test_wait (engineio_server_get_n_sessions (fixture->parent.server) == 0);

      /* The first one starts the threads that do the handshakes, and they stay. */
      if (i == 0)
        fixture->parent.n_descriptors = test_count_descriptors ();
    }
  test_wait (engine_fixture_is_idle (&fixture->parent));
}

#define ADD(path, function)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_test_add ("/tls/over-stream/" path, Fixture, OVER_STREAM, set_up, function, tear_down);      \
    g_test_add ("/tls/by-soup/" path, Fixture, BY_SOUP, set_up, function, tear_down);              \
  }                                                                                                \
  G_STMT_END

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_print ("1..0 # SKIP There is no TLS backend\n");
      return 0;
    }

  ADD ("polling", test_polling);
  ADD ("large-payload", test_large_payload);
  ADD ("client-vanishes", test_client_vanishes);
  ADD ("websocket", test_websocket);
  ADD ("upgrade", test_upgrade);
  ADD ("large-messages", test_large_messages);
  ADD ("blocked-writer", test_blocked_writer);
  ADD ("close-while-blocked", test_close_while_blocked);
  ADD ("garbage", test_garbage);
  ADD ("come-and-go", test_come_and_go);

  return g_test_run ();
}
