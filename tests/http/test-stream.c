/* test-stream.c: a stream over one end of a pair of sockets; the test holds the other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-linger.h"
#include "http-stream.h"

#include "test-loop.h"

#define KIB 1024

typedef struct
{
  HttpPoller *poller;
  HttpStream *stream;
  int peer;
  guint n_readable;
  guint n_writable;
  guint n_hung_up;
  GString *read;
  gsize read_at_once;
  gsize read_at_most;
} Fixture;

/* {{{ The fixture */

static void
on_readable (HttpStream *stream, gpointer user_data)
{
  Fixture *fixture = user_data;
  char buffer[64 * KIB];
  gssize n;

  fixture->n_readable++;
  while (fixture->read->len < fixture->read_at_most)
    {
      n = http_stream_read (stream, buffer, MIN (fixture->read_at_once, sizeof buffer));
      if (n <= 0)
        break;
      g_string_append_len (fixture->read, buffer, n);
    }
}

static void
on_writable (HttpStream *stream, gpointer user_data)
{
  ((Fixture *)user_data)->n_writable++;
}

static void
on_hung_up (HttpStream *stream, gpointer user_data)
{
  ((Fixture *)user_data)->n_hung_up++;
}

static const HttpStreamWatcher watcher = {
  .readable = on_readable,
  .writable = on_writable,
  .hung_up = on_hung_up,
};

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 1);
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), ==, 0);
  fixture->poller = http_poller_ref_default ();
  fixture->peer = fds[1];
  fixture->stream = http_stream_new (fixture->poller, fds[0], address);
  fixture->read = g_string_new (NULL);
  fixture->read_at_once = 64 * KIB;
  fixture->read_at_most = G_MAXSIZE;
  g_assert_nonnull (fixture->stream);
}

static void
watch (Fixture *fixture)
{
  http_stream_set_watcher (fixture->stream, &watcher, fixture);
  test_settle ();
}

static void
close_peer (Fixture *fixture)
{
  close (fixture->peer);
  fixture->peer = -1;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  http_stream_set_watcher (fixture->stream, NULL, NULL);
  g_object_add_weak_pointer (G_OBJECT (fixture->stream), (gpointer *)&fixture->stream);
  g_object_unref (fixture->stream);
  g_assert_null (fixture->stream);
  if (fixture->peer >= 0)
    close (fixture->peer);
  g_string_free (fixture->read, TRUE);
  http_poller_unref (fixture->poller);
}

static void
send_to (Fixture *fixture, const char *text)
{
  g_assert_cmpint (write (fixture->peer, text, strlen (text)), ==, strlen (text));
}

/* What the peer has got until now. */
static char *
receive (Fixture *fixture)
{
  char buffer[64 * KIB];
  gssize n = read (fixture->peer, buffer, sizeof buffer);

  return g_strndup (buffer, MAX (n, 0));
}

/* }}} */
/* {{{ Reading and hanging up */

static void
test_arrivals (Fixture *fixture, gconstpointer data)
{
  watch (fixture);
  g_assert_cmpuint (fixture->n_readable, ==, 0);

  for (guint i = 1; i <= 5; i++)
    {
      send_to (fixture, "hello");
      test_settle ();
      g_assert_cmpuint (fixture->n_readable, ==, i);
      g_assert_cmpuint (fixture->read->len, ==, 5 * i);
      g_assert_false (http_stream_has_more (fixture->stream));
    }
}

/* A reader that stops early is not called again by the kernel; has_more tells it to come back. */
static void
test_reader_that_stops (Fixture *fixture, gconstpointer data)
{
  fixture->read_at_once = 4;
  fixture->read_at_most = 4;
  watch (fixture);
  send_to (fixture, "hello");
  test_settle ();
  g_assert_cmpstr (fixture->read->str, ==, "hell");
  g_assert_true (http_stream_has_more (fixture->stream));

  fixture->read_at_most = G_MAXSIZE;
  http_stream_set_watcher (fixture->stream, &watcher, fixture);
  test_settle ();
  g_assert_cmpstr (fixture->read->str, ==, "hello");
  g_assert_false (http_stream_has_more (fixture->stream));
}

static void
test_end_behind_data (Fixture *fixture, gconstpointer data)
{
  char c;

  watch (fixture);
  send_to (fixture, "bye");
  shutdown (fixture->peer, SHUT_WR);
  test_settle ();
  g_assert_cmpstr (fixture->read->str, ==, "bye");
  g_assert_cmpuint (fixture->n_hung_up, ==, 1);
  g_assert_true (http_stream_is_hung_up (fixture->stream));
  g_assert_cmpint (http_stream_read (fixture->stream, &c, 1), ==, 0);

  /* Whoever comes later learns of it too. */
  watch (fixture);
  g_assert_cmpuint (fixture->n_hung_up, ==, 2);
}

/* The end comes between the kernel's word of the data and the reading of it. */
static void
read_and_end (HttpStream *stream, gpointer user_data)
{
  Fixture *fixture = user_data;

  if (fixture->n_readable++ == 0)
    shutdown (fixture->peer, SHUT_WR);
  on_readable (stream, user_data);
}

static void
test_end_in_between (Fixture *fixture, gconstpointer data)
{
  static const HttpStreamWatcher ending = { .readable = read_and_end, .hung_up = on_hung_up };

  http_stream_set_watcher (fixture->stream, &ending, fixture);
  send_to (fixture, "bye");
  test_settle ();
  g_assert_cmpstr (fixture->read->str, ==, "bye");
  g_assert_cmpuint (fixture->n_hung_up, ==, 1);
}

static void
close_stream (HttpStream *stream, gpointer user_data)
{
  ((Fixture *)user_data)->n_readable++;
  g_io_stream_close (G_IO_STREAM (stream), NULL, NULL);
}

static void
test_closed_by_reader (Fixture *fixture, gconstpointer data)
{
  static const HttpStreamWatcher closing = { .readable = close_stream };
  guint before = test_count_descriptors ();

  http_stream_set_watcher (fixture->stream, &closing, fixture);
  send_to (fixture, "hello");
  close_peer (fixture);
  test_settle ();
  g_assert_cmpuint (fixture->n_readable, ==, 1);
  g_assert_cmpuint (test_count_descriptors (), ==, before - 2);
  g_assert_cmpint (http_stream_read (fixture->stream, &before, 1), ==, HTTP_STREAM_FAILED);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_io_stream_close_finish (G_IO_STREAM (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

static void
test_close_async (Fixture *fixture, gconstpointer data)
{
  gboolean closed = FALSE;

  g_io_stream_close_async (G_IO_STREAM (fixture->stream), G_PRIORITY_DEFAULT, NULL, on_closed,
                           &closed);
  test_wait (closed);
  g_assert_true (g_io_stream_is_closed (G_IO_STREAM (fixture->stream)));
}

/* }}} */
/* {{{ Writing */

static gsize
fill (Fixture *fixture)
{
  g_autofree char *block = g_malloc0 (8 * KIB);
  GOutputVector vectors[] = { { block, 8 * KIB }, { block, 8 * KIB } };
  gsize total = 0;
  gssize n;

  while ((n = http_stream_write (fixture->stream, vectors, 2)) > 0)
    total += n;
  g_assert_cmpint (n, ==, HTTP_STREAM_WOULD_BLOCK);

  return total;
}

static void
test_blocked_writer (Fixture *fixture, gconstpointer data)
{
  char buffer[64 * KIB];
  gsize written, received = 0;
  gssize n;

  watch (fixture);
  g_assert_cmpuint (fixture->n_writable, ==, 0);
  written = fill (fixture);
  test_settle ();
  g_assert_cmpuint (fixture->n_writable, ==, 0);

  while ((n = read (fixture->peer, buffer, sizeof buffer)) > 0)
    received += n;
  g_assert_cmpuint (received, ==, written);
  test_settle ();
  g_assert_cmpuint (fixture->n_writable, ==, 1);
  g_assert_cmpuint (fill (fixture), >, 0);
}

static void
test_write_to_the_gone (Fixture *fixture, gconstpointer data)
{
  GOutputVector vector = { "hello", 5 };

  close_peer (fixture);
  g_assert_cmpint (http_stream_write (fixture->stream, &vector, 1), ==, HTTP_STREAM_FAILED);
  g_assert_true (http_stream_is_hung_up (fixture->stream));
}

static void
test_linger (Fixture *fixture, gconstpointer data)
{
  g_autofree char *answer = NULL;
  GOutputVector vector = { "answer", 6 };

  http_stream_set_phase (fixture->stream, HTTP_STREAM_DETACHED);
  send_to (fixture, "unread");
  http_stream_write (fixture->stream, &vector, 1);
  http_linger (fixture->stream);
  test_settle ();
  g_assert_false (g_io_stream_is_closed (G_IO_STREAM (fixture->stream)));
  answer = receive (fixture);
  g_assert_cmpstr (answer, ==, "answer");
  g_assert_cmpint (read (fixture->peer, answer, 1), ==, 0);

  /* It goes as soon as the peer does ... */
  send_to (fixture, "more that nobody reads");
  close_peer (fixture);
  test_settle ();
  g_assert_true (g_io_stream_is_closed (G_IO_STREAM (fixture->stream)));
}

static void
test_linger_ends (Fixture *fixture, gconstpointer data)
{
  http_stream_set_phase (fixture->stream, HTTP_STREAM_DETACHED);
  http_linger (fixture->stream);
  test_skip_time (1900);
  g_assert_false (g_io_stream_is_closed (G_IO_STREAM (fixture->stream)));
  test_skip_time (100);
  g_assert_true (g_io_stream_is_closed (G_IO_STREAM (fixture->stream)));
}

static void
test_linger_is_bounded (Fixture *fixture, gconstpointer data)
{
  g_autofree char *block = g_malloc0 (64 * KIB);
  gsize sent = 0;

  http_stream_set_phase (fixture->stream, HTTP_STREAM_DETACHED);
  http_linger (fixture->stream);
  while (!g_io_stream_is_closed (G_IO_STREAM (fixture->stream)))
    {
      sent += MAX (send (fixture->peer, block, 64 * KIB, MSG_NOSIGNAL), 0);
      test_settle ();
      g_assert_cmpuint (sent, <, 8 * KIB * KIB);
    }
}

/* }}} */
/* {{{ Time-outs */

typedef struct
{
  HttpStreamPhase phase;
  guint milliseconds;
} Timeout;

static void
test_phase (Fixture *fixture, gconstpointer data)
{
  const Timeout *timeout = data;

  http_stream_set_phase (fixture->stream, timeout->phase);
  watch (fixture);
  if (timeout->milliseconds == 0)
    {
      test_skip_time (24 * 60 * 60 * 1000);
      g_assert_cmpuint (fixture->n_hung_up, ==, 0);
      return;
    }

  test_skip_time (timeout->milliseconds - 100);
  g_assert_cmpuint (fixture->n_hung_up, ==, 0);
  test_skip_time (100);
  g_assert_cmpuint (fixture->n_hung_up, ==, 1);
}

/* }}} */
/* {{{ What libsoup sees */

static gssize
read_half (Fixture *fixture, char *buffer, gsize count, GError **error)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (fixture->stream));

  return g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), buffer, count,
                                                   NULL, error);
}

static gssize
write_half (Fixture *fixture, const char *text, GError **error)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (fixture->stream));

  return g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (output), text,
                                                     strlen (text), NULL, error);
}

/* Between two requests libsoup must see a byte before the end; its answer to that goes nowhere. */
static void
test_padded_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char buffer[16];

  shutdown (fixture->peer, SHUT_WR);
  test_settle ();
  g_assert_cmpint (read_half (fixture, buffer, sizeof buffer, NULL), ==, 1);
  g_assert_cmpint (read_half (fixture, buffer, sizeof buffer, NULL), ==, 0);
  g_assert_cmpint (write_half (fixture, "HTTP/1.1 400 Bad Request", &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  g_assert_cmpint (read (fixture->peer, buffer, sizeof buffer), ==, -1);
}

static void
test_end_within_a_head (Fixture *fixture, gconstpointer data)
{
  char buffer[16];

  send_to (fixture, "GET");
  shutdown (fixture->peer, SHUT_WR);
  test_settle ();
  g_assert_cmpint (read_half (fixture, buffer, sizeof buffer, NULL), ==, 3);
  g_assert_cmpint (read_half (fixture, buffer, sizeof buffer, NULL), ==, 1);
  g_assert_cmpint (buffer[0], ==, '\0');
  g_assert_cmpint (read_half (fixture, buffer, sizeof buffer, NULL), ==, 0);
}

static void
test_end_within_a_body (Fixture *fixture, gconstpointer data)
{
  char buffer[16];

  http_stream_set_phase (fixture->stream, HTTP_STREAM_BODY);
  send_to (fixture, "abc");
  shutdown (fixture->peer, SHUT_WR);
  test_settle ();
  g_assert_cmpint (read_half (fixture, buffer, sizeof buffer, NULL), ==, 3);
  g_assert_cmpint (read_half (fixture, buffer, sizeof buffer, NULL), ==, 0);
  g_assert_cmpint (write_half (fixture, "hello", NULL), ==, 5);
}

static gboolean
on_source (GObject *half, gpointer user_data)
{
  (*(guint *)user_data)++;
  return G_SOURCE_CONTINUE;
}

/* A source is ready as long as there is something to read, however little its user reads each time.
 */
static void
test_kept_source (Fixture *fixture, gconstpointer data)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (fixture->stream));
  g_autoptr (GSource)
    source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_autoptr (GError) error = NULL;
  char buffer[16];
  guint n = 0;

  g_source_set_callback (source, G_SOURCE_FUNC (on_source), &n, NULL);
  g_source_attach (source, NULL);
  test_settle ();
  g_assert_cmpuint (n, ==, 0);

  send_to (fixture, "abc");
  for (guint i = 0; i < 3; i++)
    {
      n = 0;
      test_wait (n > 0);
      g_assert_cmpint (read_half (fixture, buffer, 1, NULL), ==, 1);
    }
  g_assert_cmpint (read_half (fixture, buffer, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  test_settle ();
  n = 0;
  test_settle ();
  g_assert_cmpuint (n, ==, 0);

  send_to (fixture, "d");
  test_wait (n > 0);
  g_source_destroy (source);
}

static void
test_blocked_half (Fixture *fixture, gconstpointer data)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (fixture->stream));
  g_autoptr (GSource) source = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *block = g_strnfill (8 * KIB, 'a');
  char buffer[64 * KIB];
  guint n = 0;

  while (write_half (fixture, block, &error) > 0)
    ;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  source = g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (output), NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (on_source), &n, NULL);
  g_source_attach (source, NULL);
  test_settle ();
  g_assert_cmpuint (n, ==, 0);

  while (read (fixture->peer, buffer, sizeof buffer) > 0)
    ;
  test_wait (n > 0);
  g_source_destroy (source);
}

/* An answer that the peer does not read. */
static void
test_stalled_answer (Fixture *fixture, gconstpointer data)
{
  g_autofree char *block = g_strnfill (8 * KIB, 'a');

  http_stream_set_phase (fixture->stream, HTTP_STREAM_RESPONSE);
  while (write_half (fixture, block, NULL) > 0)
    ;
  test_skip_time (29900);
  g_assert_false (http_stream_is_hung_up (fixture->stream));
  test_skip_time (100);
  g_assert_true (http_stream_is_hung_up (fixture->stream));
}

static gpointer
echo_in_thread (gpointer user_data)
{
  Fixture *fixture = user_data;
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (fixture->stream));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (fixture->stream));
  char buffer[4 * KIB];
  gssize n;

  while ((n = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_assert_true (g_output_stream_write_all (output, buffer, n, NULL, NULL, NULL));

  return GINT_TO_POINTER (n);
}

/* As glib-networking does for a handshake: another thread reads and writes, and blocks. */
static void
test_blocking_in_thread (Fixture *fixture, gconstpointer data)
{
  g_autofree char *block = g_strnfill (64 * KIB, 'b');
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (fixture->stream));
  char buffer[64 * KIB];
  gsize sent = 0, received = 0;
  GThread *thread;

  g_io_stream_get_output_stream (G_IO_STREAM (fixture->stream));
  thread = g_thread_new ("echo", echo_in_thread, fixture);
  while (sent < 4 * KIB * KIB || received < sent)
    {
      gssize n = sent < 4 * KIB * KIB ? write (fixture->peer, block, 64 * KIB) : 0;

      sent += MAX (n, 0);
      n = read (fixture->peer, buffer, sizeof buffer);
      received += MAX (n, 0);
      g_main_context_iteration (NULL, FALSE);
    }
  shutdown (fixture->peer, SHUT_WR);
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, 0);

  /* The main loop's view of it is none the worse. */
  g_assert_true (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (input)));
}

/* }}} */
/* {{{ Other threads */

static gpointer
unref_in_thread (gpointer stream)
{
  g_object_unref (stream);
  return NULL;
}

static gpointer
close_in_thread (gpointer stream)
{
  g_assert_true (g_io_stream_close (stream, NULL, NULL));
  return NULL;
}

static void
expect_end (Fixture *fixture)
{
  char byte;

  test_settle ();
  g_assert_true (read (fixture->peer, &byte, 1) == 0 || errno == ECONNRESET);
}

/* As when a TLS connection gives up its handshake: the thread that did it has the last reference.
 */
static void
test_last_reference_in_thread (void)
{
  Fixture fixture = { NULL };

  set_up (&fixture, NULL);
  send_to (&fixture, "hello");
  http_stream_abort (fixture.stream);
  g_thread_join (g_thread_new ("drops", unref_in_thread, fixture.stream));
  expect_end (&fixture);

  close_peer (&fixture);
  g_string_free (fixture.read, TRUE);
  http_poller_unref (fixture.poller);
}

/* The main loop has something to tell of the stream in the meantime. */
static void
test_last_references_while_busy (void)
{
  guint before = test_count_descriptors ();

  for (guint i = 0; i < 200; i++)
    {
      Fixture fixture = { NULL };
      GThread *thread;

      set_up (&fixture, NULL);
      send_to (&fixture, "hello");
      thread = g_thread_new ("drops", unref_in_thread, fixture.stream);
      test_settle ();
      g_thread_join (thread);
      expect_end (&fixture);
      close_peer (&fixture);
      g_string_free (fixture.read, TRUE);
      http_poller_unref (fixture.poller);
    }
  g_assert_cmpuint (test_count_descriptors (), <=, before + 1);
}

static void
test_close_in_thread (Fixture *fixture, gconstpointer data)
{
  watch (fixture);
  g_thread_join (g_thread_new ("closes", close_in_thread, fixture->stream));
  g_assert_true (g_io_stream_is_closed (G_IO_STREAM (fixture->stream)));
  expect_end (fixture);
  g_assert_cmpint (http_stream_read (fixture->stream, &(char){ 0 }, 1), ==, HTTP_STREAM_FAILED);
}

/* }}} */

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
#define ADD_PHASE(path, timeout)                                                                   \
  g_test_add ("/stream/phase/" path, Fixture, timeout, set_up, test_phase, tear_down)

static void
add_phases (void)
{
  static const Timeout idle = { HTTP_STREAM_IDLE, 65000 };
  static const Timeout headers = { HTTP_STREAM_HEADERS, 20000 };
  static const Timeout body = { HTTP_STREAM_BODY, 30000 };
  static const Timeout counted = { HTTP_STREAM_COUNTED_BODY, 30000 };
  static const Timeout response = { HTTP_STREAM_RESPONSE, 0 };
  static const Timeout detached = { HTTP_STREAM_DETACHED, 0 };

  ADD_PHASE ("idle", &idle);
  ADD_PHASE ("headers", &headers);
  ADD_PHASE ("body", &body);
  ADD_PHASE ("counted-body", &counted);
  ADD_PHASE ("response", &response);
  ADD_PHASE ("detached", &detached);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/stream/read/arrivals", test_arrivals);
  ADD ("/stream/read/reader-that-stops", test_reader_that_stops);
  ADD ("/stream/read/end-behind-data", test_end_behind_data);
  ADD ("/stream/read/end-in-between", test_end_in_between);
  ADD ("/stream/closed-by-reader", test_closed_by_reader);
  ADD ("/stream/close-async", test_close_async);
  ADD ("/stream/write/blocked", test_blocked_writer);
  ADD ("/stream/write/gone", test_write_to_the_gone);
  ADD ("/stream/linger/answer", test_linger);
  ADD ("/stream/linger/ends", test_linger_ends);
  ADD ("/stream/linger/bounded", test_linger_is_bounded);
  add_phases ();
  ADD ("/stream/half/padded-end", test_padded_end);
  ADD ("/stream/half/end-within-a-head", test_end_within_a_head);
  ADD ("/stream/half/end-within-a-body", test_end_within_a_body);
  ADD ("/stream/half/kept-source", test_kept_source);
  ADD ("/stream/half/blocked", test_blocked_half);
  ADD ("/stream/half/stalled-answer", test_stalled_answer);
  ADD ("/stream/half/blocking-in-thread", test_blocking_in_thread);
  g_test_add_func ("/stream/thread/last-reference", test_last_reference_in_thread);
  g_test_add_func ("/stream/thread/last-references", test_last_references_while_busy);
  ADD ("/stream/thread/close", test_close_in_thread);

  return g_test_run ();
}
