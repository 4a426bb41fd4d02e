/* test-listener.c: accepting, keeping alive and giving up, over real sockets
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "listener-fixture.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>

typedef ListenerFixture Fixture;

/* {{{ Addresses */

static void
test_both_families (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) four = raw_client_new_to ("127.0.0.1", fixture->port);
  g_autoptr (RawResponse) first = raw_client_ask (four, LISTENER_REQUEST);
  g_autoptr (RawClient) six = NULL;
  g_autoptr (RawResponse) second = NULL;

  g_assert_cmpuint (first->status, ==, 200);
  if (!g_file_test ("/proc/net/if_inet6", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("This machine has no IPv6");
      return;
    }

  six = raw_client_new_to ("::1", fixture->port);
  second = raw_client_ask (six, LISTENER_REQUEST);
  g_assert_cmpuint (second->status, ==, 200);
}

static void
test_port_in_use (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HttpListener) other = http_listener_new (fixture->server);
  g_autofree char *text = g_strdup_printf ("Port %u of 127.0.0.1 is already in use", fixture->port);
  g_autoptr (GError) error = NULL;

  g_assert_false (http_listener_listen (other, "127.0.0.1", fixture->port, &error));
  g_assert_error (error, HTTP_ERROR, HTTP_ERROR_ADDRESS_IN_USE);
  g_assert_cmpstr (error->message, ==, text);
  g_assert_cmpuint (http_listener_get_port (other), ==, 0);

  /* One that failed may try again. */
  g_clear_error (&error);
  g_assert_true (http_listener_listen (other, "127.0.0.1", 0, &error));
  g_assert_no_error (error);
}

static void
test_addresses (Fixture *fixture, gconstpointer data)
{
  static const char *const good[] = { "127.0.0.1", "localhost", "0.0.0.0", "127.0.0.2" };
  static const char *const bad[] = { "192.0.2.1", "256.1.1.1", "no.such.host.invalid", "" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (HttpListener) listener = http_listener_new (fixture->server);
      g_autoptr (GError) error = NULL;

      http_listener_listen (listener, good[i], 0, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (http_listener_get_port (listener), !=, 0);
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (HttpListener) listener = http_listener_new (fixture->server);
      g_autoptr (GError) error = NULL;

      g_assert_false (http_listener_listen (listener, bad[i], 0, &error));
      g_assert_nonnull (error);
      g_test_message ("%s: %s", bad[i], error->message);
    }
}

static void
test_stop_and_start (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 200; i++)
    {
      Fixture other;
      g_autoptr (RawClient) client = NULL;
      g_autoptr (RawResponse) response = NULL;

      listener_fixture_set_up (&other, NULL);
      client = raw_client_new (other.port);
      response = raw_client_ask (client, LISTENER_REQUEST);
      g_assert_cmpuint (response->status, ==, 200);
      listener_fixture_tear_down (&other, NULL);
      g_assert_true (raw_client_is_closed (client));
    }
  g_assert_true (listener_fixture_is_idle (fixture));
}

/* }}} */
/* {{{ Requests */

static void
expect (RawClient *client, const char *body)
{
  g_autoptr (RawResponse) response = raw_client_read_response (client, TRUE);
  g_autofree char *text = raw_response_dup_body (response);

  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpstr (text, ==, body);
}

static void
test_keep_alive (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  for (guint i = 1; i <= 20; i++)
    {
      g_autofree char *body = g_strdup_printf ("%u 0", i);

      raw_client_send (client, LISTENER_REQUEST);
      expect (client, body);
    }
  g_assert_cmpuint (http_listener_get_n_connections (fixture->listener), ==, 1);
}

static void
test_connection_close (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  raw_client_send (client, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  expect (client, "1 0");
  g_assert_true (raw_client_is_closed (client));
}

static void
test_pipelined (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  raw_client_send (
    client, LISTENER_REQUEST
    "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\nabc" LISTENER_REQUEST
    "GET / HTTP/1.1\r\n");
  expect (client, "1 0");
  expect (client, "2 3");
  expect (client, "3 0");
  raw_client_send (client, "Host: 127.0.0.1\r\n\r\n");
  expect (client, "4 0");
}

static void
test_byte_by_byte (Fixture *fixture, gconstpointer data)
{
  static const char request[] =
    "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\nabc";
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  for (guint i = 0; i < strlen (request); i++)
    {
      raw_client_send_data (client, request + i, 1);
      test_settle ();
    }
  expect (client, "1 3");
}

/* }}} */
/* {{{ Giving up */

static void
test_slow_header (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  raw_client_send (client, "GET / HTTP/1.1\r\nHost: ");
  test_skip_time (10000);
  raw_client_send (client, "127.0");
  test_skip_time (9900);
  g_assert_false (raw_client_is_readable (client));
  test_skip_time (100);
  g_assert_true (raw_client_is_closed (client));
  test_wait (http_listener_get_n_connections (fixture->listener) == 0);
  g_assert_cmpuint (fixture->n_requests, ==, 0);
}

/* What was cut off at the end of a line is no request either: a header that matters may be missing.
 */
static void
test_broken_off_head (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  raw_client_send (client, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  test_settle ();
  raw_client_end (client);
  test_settle ();
  test_wait (http_listener_get_n_connections (fixture->listener) == 0);
  g_assert_cmpuint (fixture->n_requests, ==, 0);
}

static void
test_slow_body (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  raw_client_send (client, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\na");
  test_skip_time (20000);
  raw_client_send (client, "b");
  test_skip_time (29900);
  g_assert_false (raw_client_is_readable (client));
  test_skip_time (100);
  g_assert_true (raw_client_is_closed (client));
  test_wait (http_listener_get_n_connections (fixture->listener) == 0);
  g_assert_cmpuint (fixture->n_requests, ==, 0);
}

/* The digits of a length are no piece of the body. */
static void
test_slow_chunk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  raw_client_send (client, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0");
  test_skip_time (20000);
  raw_client_send (client, "0");
  test_skip_time (9900);
  g_assert_false (raw_client_is_readable (client));
  test_skip_time (100);
  g_assert_true (raw_client_is_closed (client));
  test_wait (http_listener_get_n_connections (fixture->listener) == 0);
  g_assert_cmpuint (fixture->n_requests, ==, 0);
}

static void
test_idle (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RawClient) silent = raw_client_new (fixture->port);
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  raw_client_send (client, LISTENER_REQUEST);
  expect (client, "1 0");
  test_skip_time (64900);
  g_assert_false (raw_client_is_readable (client));
  g_assert_false (raw_client_is_readable (silent));
  test_skip_time (200);
  g_assert_true (raw_client_is_closed (client));
  g_assert_true (raw_client_is_closed (silent));
  g_assert_cmpuint (client->received->len, ==, 0);
  g_assert_cmpuint (silent->received->len, ==, 0);
  test_wait (http_listener_get_n_connections (fixture->listener) == 0);
}

/* }}} */
/* {{{ Coming and going */

#define N_CLIENTS 1000

typedef enum
{
  LEAVE_WITHOUT_A_WORD,
  LEAVE_IN_A_HEAD,
  LEAVE_WITHOUT_THE_ANSWER,
  LEAVE_WHEN_IDLE,
  LEAVE_WITH_A_RESET,
  N_WAYS,
} Way;

static void
leave (RawClient *client, Way way)
{
  switch (way)
    {
    case LEAVE_IN_A_HEAD:
      raw_client_send (client, "GET / HTTP/1.1\r\nHo");
      test_settle ();
      break;
    case LEAVE_WITHOUT_THE_ANSWER:
      raw_client_send (client, LISTENER_REQUEST);
      break;
    case LEAVE_WHEN_IDLE:
      raw_client_send (client, LISTENER_REQUEST);
      raw_response_free (raw_client_read_response (client, TRUE));
      break;
    case LEAVE_WITH_A_RESET:
      raw_client_send (client, LISTENER_REQUEST);
      raw_response_free (raw_client_read_response (client, TRUE));
      raw_client_reset (client);
      break;
    case LEAVE_WITHOUT_A_WORD:
    case N_WAYS:
    default:
      break;
    }
  raw_client_free (client);
}

static void
test_clients_come_and_go (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < N_CLIENTS; i++)
    leave (raw_client_new (fixture->port), i % N_WAYS);

  test_wait (listener_fixture_is_idle (fixture));
}

/* All are connected before the server turns to any of them. */
static void
test_storm (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify)raw_client_free);
  gint64 began = g_get_monotonic_time ();

  for (guint i = 0; i < 2 * N_CLIENTS; i++)
    g_ptr_array_add (clients, raw_client_new (fixture->port));
  for (guint i = 0; i < clients->len; i++)
    raw_client_send (clients->pdata[i], LISTENER_REQUEST);
  for (guint i = 0; i < clients->len; i++)
    raw_response_free (raw_client_read_response (clients->pdata[i], TRUE));

  g_assert_cmpuint (http_listener_get_n_connections (fixture->listener), ==, 2 * N_CLIENTS);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
  g_ptr_array_set_size (clients, 0);
  test_wait (listener_fixture_is_idle (fixture));
}

/* }}} */
/* {{{ No descriptors left */

static gint64
get_cpu_time (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

#define SPARE 8

/* Runs in a process of its own, whose clients are made before the limit falls. */
static void
exhaust_descriptors (Fixture *fixture)
{
  RawClient *clients[2 * SPARE];
  struct rlimit limit = { .rlim_cur = 0, .rlim_max = 0 };
  gint64 cpu_time;

  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    clients[i] = raw_client_new (fixture->port);
  limit.rlim_cur = limit.rlim_max = test_count_descriptors () + SPARE;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);

  test_wait (http_listener_get_n_connections (fixture->listener) >= SPARE - 2);
  cpu_time = get_cpu_time ();
  for (gint64 end = g_get_monotonic_time () + 500000; g_get_monotonic_time () < end;)
    test_turn (end, "half a second", G_STRLOC);
  g_assert_cmpint (get_cpu_time () - cpu_time, <, 250000);

  /* Those that are served go on, and make room for the others. */
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      raw_client_send (clients[i], LISTENER_REQUEST);
      raw_response_free (raw_client_read_response (clients[i], TRUE));
      raw_client_free (clients[i]);
    }
}

static void
test_no_descriptors (Fixture *fixture, gconstpointer data)
{
  if (g_test_subprocess ())
    {
      exhaust_descriptors (fixture);
      return;
    }

  g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*no descriptors left*");
  g_test_trap_assert_stderr_unmatched ("*no descriptors left*no descriptors left*");
}

/* }}} */

#define ADD(path, function)                                                                        \
  g_test_add ("/listener/" path, Fixture, NULL, listener_fixture_set_up, function,                 \
              listener_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("address/both-families", test_both_families);
  ADD ("address/port-in-use", test_port_in_use);
  ADD ("address/names", test_addresses);
  ADD ("stop-and-start", test_stop_and_start);
  ADD ("request/keep-alive", test_keep_alive);
  ADD ("request/connection-close", test_connection_close);
  ADD ("request/pipelined", test_pipelined);
  ADD ("request/byte-by-byte", test_byte_by_byte);
  ADD ("time-out/slow-header", test_slow_header);
  ADD ("request/broken-off-head", test_broken_off_head);
  ADD ("time-out/slow-body", test_slow_body);
  ADD ("time-out/slow-chunk", test_slow_chunk);
  ADD ("time-out/idle", test_idle);
  ADD ("clients/come-and-go", test_clients_come_and_go);
  ADD ("clients/storm", test_storm);
  ADD ("no-descriptors", test_no_descriptors);

  return g_test_run ();
}
