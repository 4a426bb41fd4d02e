/* test-abuse.c: many clients, and clients that mean no good
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "engine-fixture.h"

#define MIB (1024 * 1024)

typedef EngineFixture Fixture;

/* {{{ The fixture */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  engine_fixture_set_up (fixture, data);
  engine_fixture_start (fixture, data);
}

static SessionLog *
open_websocket (Fixture *fixture, RawWebsocket **websocket)
{
  *websocket = engine_websocket_open (fixture);

  return engine_fixture_get_last (fixture);
}

static void
limit_receive_buffer (RawClient *client)
{
  int size = 4096;

  setsockopt (g_socket_get_fd (client->socket), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

static void
expect_served (RawWebsocket *websocket)
{
  raw_websocket_send (websocket, "4are you there?");
  raw_websocket_expect (websocket, "4are you there?");
}

/* }}} */
/* {{{ Many */

/* In each of the ways in which a polling client can leave. */
static void
test_polling_clients_come_and_go (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autofree char *sid = engine_open (client);

      if (i % 4 == 0)
        engine_post (client, sid, "1");
      else
        engine_send_poll (client, sid);
      if (i % 4 == 2)
        test_settle ();
      if (i % 4 == 3)
        raw_client_reset (client);
    }
  test_wait (engine_fixture_is_idle (fixture));
}

#define N_WEBSOCKETS 2000

static void
raise_limit (void)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = limit.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
}

static void
send_handshakes (GPtrArray *websockets)
{
  g_autofree char *handshake = raw_websocket_format_handshake (ENGINE_WEBSOCKET, NULL);

  for (guint i = 0; i < websockets->len; i++)
    raw_client_send (((RawWebsocket *)websockets->pdata[i])->client, handshake);
}

static void
read_handshakes (GPtrArray *websockets)
{
  for (guint i = 0; i < websockets->len; i++)
    {
      g_autoptr (RawFrame) open = NULL;

      raw_websocket_read_handshake (websockets->pdata[i]);
      open = raw_websocket_receive (websockets->pdata[i]);
      g_assert_true (g_str_has_prefix (open->data, "0{"));
    }
}

/* All dial before the server turns to any of them. */
static void
test_websocket_storm (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray)
    websockets = g_ptr_array_new_with_free_func ((GDestroyNotify)raw_websocket_free);
  gint64 began = g_get_monotonic_time ();

  raise_limit ();
  for (guint i = 0; i < N_WEBSOCKETS; i++)
    g_ptr_array_add (websockets, raw_websocket_new_for_client (raw_client_new (fixture->port)));
  send_handshakes (websockets);
  read_handshakes (websockets);
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->server), ==, N_WEBSOCKETS);
  g_test_message ("%u clients after %" G_GINT64_FORMAT " ms", N_WEBSOCKETS,
                  (g_get_monotonic_time () - began) / 1000);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);

  for (guint i = 0; i < websockets->len; i += 100)
    expect_served (websockets->pdata[i]);
  g_ptr_array_set_size (websockets, 0);
  test_wait (engine_fixture_is_idle (fixture));
}

static void
test_fan_out (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray)
    websockets = g_ptr_array_new_with_free_func ((GDestroyNotify)raw_websocket_free);
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, "all", -1);

  for (guint i = 0; i < 200; i++)
    g_ptr_array_add (websockets, engine_websocket_open (fixture));
  for (guint i = 0; i < fixture->logs->len; i++)
    engineio_session_send (((SessionLog *)fixture->logs->pdata[i])->session, packet);
  for (guint i = 0; i < websockets->len; i++)
    raw_websocket_expect (websockets->pdata[i], "4all");
}

/* }}} */
/* {{{ Clients that do not read */

static void
test_slow_reader (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (100000, 'a');
  RawWebsocket *slow, *other;
  SessionLog *log = open_websocket (fixture, &slow);
  gsize before = test_get_memory ();
  guint sent = 0;

  open_websocket (fixture, &other);
  limit_receive_buffer (slow->client);
  while (log->n_closed == 0)
    {
      g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);

      g_assert_cmpuint (sent++, <, 1000);
      engineio_session_send (log->session, packet);
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpuint (test_get_memory (), <, before + 40 * MIB);
      if (sent % 50 == 0)
        expect_served (other);
    }

  session_log_expect_closed (log, ENGINEIO_CLOSE_QUEUE_FULL);
  g_assert_cmpuint (engineio_session_get_queued_bytes (log->session), ==, 0);
  expect_served (other);
  raw_websocket_free (slow);
  raw_websocket_free (other);
  test_wait (engine_fixture_is_idle (fixture));
}

/* A client that fills its own queue with what it asks for. */
static void
test_greedy_sender (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (100000, '4');
  g_autoptr (GByteArray)
    frame = raw_websocket_encode (ENGINEIO_FRAME_OPCODE_TEXT, TRUE, text, 100000);
  RawWebsocket *greedy, *other;
  SessionLog *log = open_websocket (fixture, &greedy);
  gsize before = test_get_memory ();

  open_websocket (fixture, &other);
  limit_receive_buffer (greedy->client);
  for (guint i = 0; i < 1000 && log->n_closed == 0; i++)
    {
      raw_client_send_data (greedy->client, frame->data, frame->len);
      g_ptr_array_set_size (log->messages, 0);
      g_assert_cmpuint (test_get_memory (), <, before + 40 * MIB);
      if (i % 50 == 0)
        expect_served (other);
    }
  session_log_expect_closed (log, ENGINEIO_CLOSE_QUEUE_FULL);
  expect_served (other);
  raw_websocket_free (greedy);
  raw_websocket_free (other);
}

/* A session by polling whose client fetches nothing. */
static void
test_no_polls (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *sid = engine_open (client);
  SessionLog *log = engine_fixture_get_last (fixture);

  for (guint i = 0; i < 20000 && log->n_closed == 0; i++)
    {
      engine_post (client, sid, "4hello");
      g_ptr_array_set_size (log->messages, 0);
    }
  session_log_expect_closed (log, ENGINEIO_CLOSE_QUEUE_FULL);
  engine_send_poll (client, sid);
  engine_expect (client, 400, "{\"code\":1,\"message\":\"Session ID unknown\"}");
}

/* A poll whose answer is not read is given up. */
static void
test_poll_not_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *sid = engine_open (client);
  SessionLog *log = engine_fixture_get_last (fixture);
  g_autofree char *text = g_strnfill (15 * MIB, 'a');
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);

  limit_receive_buffer (client);
  engineio_session_send (log->session, packet);
  engine_send_poll (client, sid);
  test_settle ();
  test_skip_time (30000);
  test_skip_time (20000);
  session_log_expect_closed (log, ENGINEIO_CLOSE_PING_TIMEOUT);
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->server), ==, 0);
  test_wait (test_count_descriptors () == fixture->n_descriptors + 1);
}

/* }}} */
/* {{{ Clients that send nonsense */

static void
test_many_small_frames (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  RawWebsocket *flood, *other;
  SessionLog *log = open_websocket (fixture, &flood);

  log->echo = FALSE;
  open_websocket (fixture, &other);
  for (guint i = 0; i < 200000; i++)
    {
      g_autoptr (GByteArray)
        frame = raw_websocket_encode (ENGINEIO_FRAME_OPCODE_TEXT, TRUE, "4", 1);

      g_byte_array_append (all, frame->data, frame->len);
    }

  /* The other one does not wait until all of that is read. */
  for (gsize sent = 0; sent < all->len; sent += MIN (all->len - sent, 100000))
    {
      raw_client_send_data (flood->client, all->data + sent, MIN (all->len - sent, 100000));
      expect_served (other);
    }
  test_wait (log->messages->len == 200000);
  raw_websocket_free (flood);
  raw_websocket_free (other);
}

static void
test_random_bytes (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 300; i++)
    {
      RawWebsocket *websocket = engine_websocket_open (fixture);
      guint32 bytes[64];

      for (guint j = 0; j < G_N_ELEMENTS (bytes); j++)
        bytes[j] = g_test_rand_int ();
      raw_client_send_data (websocket->client, bytes, sizeof bytes);
      test_settle ();
      raw_websocket_free (websocket);
    }
  test_wait (engine_fixture_is_idle (fixture));
}

static void
test_random_requests (Fixture *fixture, gconstpointer data)
{
  static const char *const pieces[] = {
    "GET ",
    "POST ",
    ENGINE_POLLING,
    ENGINE_WEBSOCKET,
    "&sid=",
    " HTTP/1.1\r\n",
    "Host: 127.0.0.1\r\n",
    "Upgrade: websocket\r\n",
    "Connection: Upgrade\r\n",
    "Content-Length: 5\r\n",
    "\r\n",
    "4abc",
    "Transfer-Encoding: chunked\r\n",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    "\xff",
    "Sec-WebSocket-Version: 13\r\n",
    "Expect: 100-continue\r\n",
    "Range: bytes=0-1,2-3\r\n",
    "%00",
    "OPTIONS * HTTP/1.0\r\n",
    "\n\n",
    "5\r\n",
    "Origin: null\r\n",
    " HTTP/1.0\r\n",
    "*",
    "http://",
    ":",
  };

  test_ignore_leaks (TRUE);
  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      guint n = g_test_rand_int_range (1, 12);

      for (guint j = 0; j < n; j++)
        raw_client_send (client, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      test_settle ();
    }
  test_skip_time (25000);
  test_skip_time (20000);
  test_skip_time (30000);
  if (data != ENGINE_ATTACHED)
    test_wait (engine_fixture_is_idle (fixture));
  test_ignore_leaks (FALSE);
}

/* Whoever opens sessions and never comes back for them. */
static void
test_abandoned_sessions (Fixture *fixture, gconstpointer data)
{
  RawClient *client = raw_client_new (fixture->port);

  for (guint i = 0; i < 2000; i++)
    g_free (engine_open (client));
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->server), ==, 2000);
  raw_client_free (client);
  test_skip_time (25000);
  test_skip_time (20000);
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->server), ==, 0);
}

/* }}} */

#define ADD(path, function)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_test_add ("/abuse/" path, Fixture, NULL, set_up, function, engine_fixture_tear_down);        \
    g_test_add ("/abuse-attached/" path, Fixture, ENGINE_ATTACHED, set_up, function,               \
                engine_fixture_tear_down);                                                         \
  }                                                                                                \
  G_STMT_END

#define ADD_OWN(path, function)                                                                    \
  g_test_add ("/abuse/" path, Fixture, NULL, set_up, function, engine_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD_OWN ("many/polling-clients-come-and-go", test_polling_clients_come_and_go);
  ADD_OWN ("many/websocket-storm", test_websocket_storm);
  ADD ("many/fan-out", test_fan_out);
  ADD ("not-reading/slow-reader", test_slow_reader);
  ADD ("not-reading/greedy-sender", test_greedy_sender);
  ADD ("not-reading/no-polls", test_no_polls);
  ADD_OWN ("not-reading/poll-not-read", test_poll_not_read);
  ADD ("nonsense/many-small-frames", test_many_small_frames);
  ADD ("nonsense/random-bytes", test_random_bytes);
  ADD ("nonsense/random-requests", test_random_requests);
  ADD ("nonsense/abandoned-sessions", test_abandoned_sessions);

  return g_test_run ();
}
