/* test-static-large.c: files larger than the memory they may take
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "static-fixture.h"

#define MEGABYTE  (1024 * 1024)
#define HUGE_SIZE (100 * MEGABYTE)

/* Address sanitizers keep freed memory for a while. */
#if defined(__SANITIZE_ADDRESS__)
#define KEEPS_FREED_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEPS_FREED_MEMORY 1
#endif
#endif

static gsize
get_resident_bytes (void)
{
  g_autofree char *text = NULL;
  gulong total, resident;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%lu %lu", &total, &resident), ==, 2);

  return resident * sysconf (_SC_PAGESIZE);
}

static void
assert_tail (RawClient *client)
{
  gsize length = strlen (TAIL);

  g_assert_cmpuint (client->received->len, >=, length);
  g_assert_cmpmem (client->received->data + client->received->len - length, length, TAIL, length);
}

/* Reads a body in small steps, lets the server run between any two, and keeps the end of it only.
 */
static gsize
drain_slowly (RawClient *client, gsize length, gsize *max_resident)
{
  gsize n_read = client->received->len;
  guint steps = 0;

  while (n_read < length)
    {
      gsize n = raw_client_receive (client, MIN (16 * 1024, length - n_read));

      if (n == 0)
        break;

      n_read += n;
      if (client->received->len > 64 * 1024)
        g_byte_array_remove_range (client->received, 0, client->received->len - 1024);
      if (++steps % 64 == 0)
        *max_resident = MAX (*max_resident, get_resident_bytes ());
    }

  return n_read;
}

static void
assert_small (gsize before, gsize after)
{
  g_test_message ("%" G_GSIZE_FORMAT " KiB before, %" G_GSIZE_FORMAT " KiB at most", before / 1024,
                  after / 1024);

#ifndef KEEPS_FREED_MEMORY
  g_assert_cmpuint (after, <, before + 8 * MEGABYTE);
#endif
}

static void
test_huge (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) head = NULL;
  g_autoptr (RawResponse) end = NULL;
  g_autoptr (RawResponse) whole = NULL;
  gsize before, resident;

  fixture_make_sparse (fixture, "huge.bin", HUGE_SIZE);
  assert_goes_on (client);
  before = resident = get_resident_bytes ();

  head = ask (client, "HEAD", "/huge.bin", NULL);
  g_assert_cmpint (head->announced, ==, HUGE_SIZE);

  end = ask (client, "GET", "/huge.bin", "Range: bytes=-13\r\n");
  g_assert_cmpuint (end->status, ==, 206);
  assert_header (end, "Content-Range", "bytes 104857587-104857599/104857600");
  assert_body (end, TAIL);

  raw_client_send (client, "GET /huge.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
  whole = raw_client_read_head (client);
  g_assert_cmpuint (whole->status, ==, 200);
  g_assert_cmpint (whole->announced, ==, HUGE_SIZE);
  g_assert_cmpuint (drain_slowly (client, HUGE_SIZE, &resident), ==, HUGE_SIZE);
  assert_tail (client);
  assert_small (before, resident);

  g_byte_array_set_size (client->received, 0);
  assert_goes_on (client);
}

/* More than one range of a large file would have to be in memory: the whole is sent. */
static void
test_large_ranges (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) many = NULL;
  g_autoptr (RawResponse) middle = NULL;

  fixture_make_sparse (fixture, "large.bin", 2 * MEGABYTE);
  many = ask (client, "GET", "/large.bin", "Range: bytes=0-1,4-5\r\n");
  g_assert_cmpuint (many->status, ==, 200);
  g_assert_cmpuint (many->body->len, ==, 2 * MEGABYTE);
  middle = ask (client, "GET", "/large.bin", "Range: bytes=100000-1999999\r\n");
  g_assert_cmpuint (middle->status, ==, 206);
  g_assert_cmpuint (middle->body->len, ==, 1900000);
  assert_goes_on (client);
}

/* Beyond 32 bits: only what is asked for may be read. */
static void
test_enormous (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) head = NULL;
  g_autoptr (RawResponse) end = NULL;

  fixture_make_sparse (fixture, "enormous.bin", G_GINT64_CONSTANT (5) << 30);
  head = ask (client, "HEAD", "/enormous.bin", NULL);
  g_assert_cmpint (head->announced, ==, G_GINT64_CONSTANT (5) << 30);
  end = ask (client, "GET", "/enormous.bin", "Range: bytes=5368709107-\r\n");
  assert_body (end, TAIL);
  assert_header (end, "Content-Range", "bytes 5368709107-5368709119/5368709120");
}

static void
truncate_file (Fixture *fixture, const char *name, goffset size)
{
  g_autofree char *path = fixture_path (fixture, name);

  g_assert_cmpint (truncate (path, size), ==, 0);
}

static void
test_truncated (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawClient) other = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = NULL;
  gsize n_read, resident = 0;

  fixture_make_sparse (fixture, "shrinking.bin", 50 * MEGABYTE);
  raw_client_send (client, "GET /shrinking.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
  response = raw_client_read_head (client);
  g_assert_cmpint (response->announced, ==, 50 * MEGABYTE);

  truncate_file (fixture, "shrinking.bin", 10);
  n_read = drain_slowly (client, 50 * MEGABYTE, &resident);
  g_assert_cmpuint (n_read, <, 50 * MEGABYTE);
  g_assert_true (raw_client_is_closed (client));
  assert_goes_on (other);
}

/* Clients that leave in the middle must leave nothing behind. */
static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static gboolean
on_second (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
test_abandoned (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  guint before = count_descriptors ();
  gboolean over = FALSE;
  guint deadline;

  fixture_make_sparse (fixture, "large.bin", 20 * MEGABYTE);
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autoptr (RawResponse) response = NULL;

      raw_client_send (client, "GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
      response = raw_client_read_head (client);
      g_assert_cmpuint (response->status, ==, 200);
    }

  deadline = g_timeout_add_seconds (20, on_second, &over);
  while (count_descriptors () > before && !over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (over);
  g_source_remove (deadline);
}

static void
test_pipelined (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  fixture_make_sparse (fixture, "large.bin", 2 * MEGABYTE);
  for (guint i = 0; i < 5; i++)
    raw_client_send (client, "GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (RawResponse) response = raw_client_read_response (client, TRUE);

      g_assert_cmpuint (response->body->len, ==, 2 * MEGABYTE);
      g_assert_cmpmem (response->body->data + response->body->len - strlen (TAIL), strlen (TAIL),
                       TAIL, strlen (TAIL));
    }
  assert_goes_on (client);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/static/huge", test_huge);
  g_test_add_func ("/http/static/large-ranges", test_large_ranges);
  g_test_add_func ("/http/static/enormous", test_enormous);
  g_test_add_func ("/http/static/truncated", test_truncated);
  g_test_add_func ("/http/static/abandoned", test_abandoned);
  g_test_add_func ("/http/static/pipelined", test_pipelined);

  return g_test_run ();
}
