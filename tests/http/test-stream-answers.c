/* test-stream-answers.c: what libsoup writes in pieces leaves in one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-stream.h"

#include "test-loop.h"

#define LARGE (1024 * 1024)

#define HEAD "HTTP/1.1 200 OK\r\n\r\n"

typedef struct
{
  HttpPoller *poller;
  HttpStream *stream;
  int peer;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 1);
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), ==, 0);
  fixture->poller = http_poller_ref_default ();
  fixture->peer = fds[1];
  fixture->stream = http_stream_new (fixture->poller, fds[0], address);
  g_assert_nonnull (fixture->stream);
  http_stream_join_answers (fixture->stream);
  http_stream_set_phase (fixture->stream, HTTP_STREAM_RESPONSE);
  test_settle ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->stream);
  if (fixture->peer >= 0)
    close (fixture->peer);
  http_poller_unref (fixture->poller);
}

/* As libsoup does it. Returns what was taken, -1 if that would have to wait. */
static gssize
answer (Fixture *fixture, const char *data, gsize length)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (fixture->stream));
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (output), data,
                                                         length, NULL, &error);

  if (n < 0)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  return n;
}

static void
answer_text (Fixture *fixture, const char *text)
{
  g_assert_cmpint (answer (fixture, text, strlen (text)), ==, strlen (text));
}

static void
assert_received (Fixture *fixture, const char *expected)
{
  char buffer[1024];
  gssize n = read (fixture->peer, buffer, sizeof buffer);

  g_assert_cmpmem (buffer, MAX (n, 0), expected, strlen (expected));
}

static void
test_head_and_body (Fixture *fixture, gconstpointer data)
{
  answer_text (fixture, HEAD);
  assert_received (fixture, "");
  answer_text (fixture, "body");
  assert_received (fixture, HEAD "body");
}

static void
test_head_alone (Fixture *fixture, gconstpointer data)
{
  answer_text (fixture, HEAD);
  assert_received (fixture, "");
  test_settle ();
  assert_received (fixture, HEAD);
}

static void
test_only_in_answers (Fixture *fixture, gconstpointer data)
{
  http_stream_set_phase (fixture->stream, HTTP_STREAM_BODY);
  answer_text (fixture, "HTTP/1.1 100 Continue\r\n\r\n");
  assert_received (fixture, "HTTP/1.1 100 Continue\r\n\r\n");
}

static void
test_taken_over (Fixture *fixture, gconstpointer data)
{
  const GOutputVector vectors[] = { { "one", 3 }, { "two", 3 } };

  answer_text (fixture, HEAD);
  http_stream_set_phase (fixture->stream, HTTP_STREAM_DETACHED);
  assert_received (fixture, HEAD);
  g_assert_cmpint (http_stream_write (fixture->stream, vectors, 2), ==, 6);
  assert_received (fixture, "onetwo");
}

static void
test_closed_at_once (Fixture *fixture, gconstpointer data)
{
  answer_text (fixture, HEAD);
  g_assert_true (g_io_stream_close (G_IO_STREAM (fixture->stream), NULL, NULL));
  assert_received (fixture, HEAD);
}

static void
test_output_ended (Fixture *fixture, gconstpointer data)
{
  answer_text (fixture, HEAD);
  http_stream_end_output (fixture->stream);
  assert_received (fixture, HEAD);
}

static void
test_peer_gone (Fixture *fixture, gconstpointer data)
{
  answer_text (fixture, HEAD);
  close (fixture->peer);
  fixture->peer = -1;
  test_settle ();
  g_assert_true (http_stream_is_hung_up (fixture->stream));
}

/* Heads and bodies of many answers to a peer that reads little, and late: all arrives, in order. */
static void
test_slow_reader (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) sent = g_string_new (NULL);
  g_autoptr (GString) received = g_string_new (NULL);
  char buffer[3000];
  gboolean was_blocked = FALSE;

  for (guint i = 0; i < 2000 || received->len < sent->len; i++)
    {
      gsize length = i % 2 == 0 ? 1 + i % 300 : 1 + i * 37 % 9000;
      gssize n;

      if (i % 2 == 0)
        http_stream_set_phase (fixture->stream, HTTP_STREAM_RESPONSE);
      memset (buffer, 'a' + i % 26, sizeof buffer);
      length = MIN (length, sizeof buffer);
      n = sent->len < 1000 * 1000 ? answer (fixture, buffer, length) : 0;
      if (n > 0)
        g_string_append_len (sent, buffer, n);
      was_blocked |= n < 0;

      if (n <= 0 || i % 50 == 0)
        {
          n = read (fixture->peer, buffer, sizeof buffer);
          if (n > 0)
            g_string_append_len (received, buffer, n);
          test_settle ();
        }
    }

  g_assert_true (was_blocked);
  g_assert_cmpmem (received->str, received->len, sent->str, sent->len);
}

/* What was taken arrives, however full the socket is, also if libsoup closes right behind the last
 * piece. */
static void
test_closed_behind_a_large_body (Fixture *fixture, gconstpointer data)
{
  g_autofree char *block = g_strnfill (LARGE, 'b');
  g_autofree char *buffer = g_malloc (LARGE);
  gsize taken = strlen (HEAD);
  gsize received = 0;
  gssize n;

  answer_text (fixture, HEAD);
  while ((n = answer (fixture, block, LARGE)) == LARGE)
    taken += n;
  taken += MAX (n, 0);
  while ((n = answer (fixture, block, 100)) > 0)
    taken += n;
  g_assert_true (g_io_stream_close (G_IO_STREAM (fixture->stream), NULL, NULL));

  while ((n = read (fixture->peer, buffer, LARGE)) > 0)
    received += n;
  g_assert_cmpuint (received, ==, taken);
}

/* A head that the socket did not take goes when it can. */
static void
test_head_to_a_full_socket (Fixture *fixture, gconstpointer data)
{
  g_autofree char *block = g_strnfill (LARGE, 'b');
  g_autofree char *buffer = g_malloc (LARGE);
  gsize taken = 0;
  gsize received = 0;
  gssize n;

  while ((n = answer (fixture, block, LARGE)) == LARGE)
    taken += n;
  taken += n;
  http_stream_set_phase (fixture->stream, HTTP_STREAM_RESPONSE);
  answer_text (fixture, HEAD);
  test_settle ();

  while ((n = read (fixture->peer, buffer, LARGE)) > 0)
    received += n;
  g_assert_cmpuint (received, ==, taken);
  test_settle ();
  assert_received (fixture, HEAD);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/stream-answers/head-and-body", test_head_and_body);
  ADD ("/stream-answers/head-alone", test_head_alone);
  ADD ("/stream-answers/only-in-answers", test_only_in_answers);
  ADD ("/stream-answers/taken-over", test_taken_over);
  ADD ("/stream-answers/closed-at-once", test_closed_at_once);
  ADD ("/stream-answers/output-ended", test_output_ended);
  ADD ("/stream-answers/peer-gone", test_peer_gone);
  ADD ("/stream-answers/head-to-a-full-socket", test_head_to_a_full_socket);
  ADD ("/stream-answers/closed-behind-a-large-body", test_closed_behind_a_large_body);
  ADD ("/stream-answers/slow-reader", test_slow_reader);

  return g_test_run ();
}
