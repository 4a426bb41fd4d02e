/* test-static.c: files from a folder or the GResource
 *
 * Raw requests against a server over a folder full of traps. After each answer the same connection
 * must serve another file: an answer that was framed wrongly shows there.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "http-folder.h"
#include "http-static.h"
#include "raw-client.h"
#include "static-resources.h"

#define OUTSIDE   "OUTSIDE THE FOLDER"
#define HIDDEN    "HIDDEN"
#define STYLE     "body { color: green }\n"
#define MEGABYTE  (1024 * 1024)
#define HUGE_SIZE (100 * MEGABYTE)
#define HUGE_TAIL "the end of it"

typedef struct
{
  char *base;
  char *root;
  HttpStatic *files;
  SoupServer *server;
  guint16 port;
} Fixture;

/* {{{ The folder */

static char *
in_root (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->root, name, NULL);
}

static void
write_file (Fixture *fixture, const char *name, const char *content)
{
  g_autofree char *path = in_root (fixture, name);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
}

static void
make_link (Fixture *fixture, const char *target, const char *name)
{
  g_autofree char *path = in_root (fixture, name);

  g_assert_cmpint (symlink (target, path), ==, 0);
}

static void
set_time (Fixture *fixture, const char *name, gint64 seconds)
{
  g_autofree char *path = in_root (fixture, name);
  struct timespec times[2] = { { .tv_sec = seconds }, { .tv_sec = seconds, .tv_nsec = 5 } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static void
make_sparse (Fixture *fixture, const char *name, goffset size)
{
  g_autofree char *path = in_root (fixture, name);
  int fd = open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, size), ==, 0);
  g_assert_cmpint (pwrite (fd, HUGE_TAIL, strlen (HUGE_TAIL), size - strlen (HUGE_TAIL)), ==,
                   strlen (HUGE_TAIL));
  close (fd);
}

static void
make_special_files (Fixture *fixture)
{
  g_autofree char *fifo = in_root (fixture, "fifo");
  g_autofree char *device = in_root (fixture, "device");
  g_autofree char *unreadable = in_root (fixture, "unreadable.txt");

  g_assert_cmpint (mkfifo (fifo, 0644), ==, 0);
  write_file (fixture, "unreadable.txt", HIDDEN);
  g_assert_cmpint (g_chmod (unreadable, 0), ==, 0);

  /* Needs privileges; without them there is no device and a 404 all the same. */
  (void)mknod (device, S_IFCHR | 0644, makedev (1, 5));
}

static void
fill_folder (Fixture *fixture)
{
  g_autofree char *outside = g_build_filename (fixture->base, "outside.txt", NULL);
  g_autofree char *inside = in_root (fixture, "style.css");

  g_assert_true (g_file_set_contents (outside, OUTSIDE, -1, NULL));
  write_file (fixture, "index.html", "<!doctype html><title>Index</title>\n");
  write_file (fixture, "style.css", STYLE);
  write_file (fixture, "digits.txt", "0123456789");
  write_file (fixture, "empty.txt", "");
  write_file (fixture, "with space.txt", "space");
  write_file (fixture, "größe.txt", "größe");
  write_file (fixture, "100%.txt", "percent");
  write_file (fixture, "a?b#c.txt", "odd");
  write_file (fixture, "sub/index.html", "sub");
  write_file (fixture, "sub/data.json", "{}");
  write_file (fixture, "sub dir:1/index.html", "subdir");
  write_file (fixture, "bare/file.txt", "bare");
  write_file (fixture, ".secret", HIDDEN);
  write_file (fixture, ".git/config", HIDDEN);
  write_file (fixture, "sub/.htaccess", HIDDEN);
  write_file (fixture, "sub/.well-known/x", HIDDEN);
  write_file (fixture, ".well-known/security.txt", "security");
  write_file (fixture, ".well-known/.secret", HIDDEN);
  write_file (fixture, ".well-known-not/x", HIDDEN);
  write_file (fixture, "..\\outside.txt", HIDDEN);
  write_file (fixture, "new\nline.txt", HIDDEN);
  make_link (fixture, "style.css", "link-inside.css");
  make_link (fixture, "../digits.txt", "sub/link-inside.txt");
  make_link (fixture, "sub", "link-sub");
  make_link (fixture, "../outside.txt", "link-outside");
  make_link (fixture, "/etc/passwd", "link-absolute");
  make_link (fixture, inside, "link-absolute-inside");
  make_link (fixture, "/etc", "link-folder");
  make_link (fixture, "..", "link-up");
  make_link (fixture, ".secret", "link-secret");
  make_link (fixture, "/proc/self/root", "link-magic");
  make_link (fixture, "link-loop", "link-loop");
  make_link (fixture, "nowhere", "link-broken");
  make_special_files (fixture);
  set_time (fixture, "digits.txt", 784111777);
}

static int
remove_entry (const char *path, const struct stat *status, int type, struct FTW *walk)
{
  return remove (path);
}

/* }}} */

static void
on_request (SoupServer *server,
            SoupServerMessage *msg,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  http_static_handle (user_data, msg, path);
}

static void
fixture_serve (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  http_static_set_header (fixture->files, "Content-Security-Policy", "default-src 'self'");
  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, "/", on_request, fixture->files, NULL);
  soup_server_add_handler (fixture->server, "*", on_request, fixture->files, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
}

static Fixture *
fixture_new (void)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  g_autoptr (GError) error = NULL;

  fixture->base = g_dir_make_tmp ("http-static-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->root = g_build_filename (fixture->base, "root", NULL);
  fill_folder (fixture);
  fixture->files = http_static_new_for_folder (fixture->root, &error);
  g_assert_no_error (error);
  fixture_serve (fixture);

  return fixture;
}

static Fixture *
fixture_new_for_resource (GResource *resource, const char *prefix)
{
  Fixture *fixture = g_new0 (Fixture, 1);

  fixture->files = http_static_new_for_resource (resource, prefix);
  fixture_serve (fixture);

  return fixture;
}

static void
fixture_free (Fixture *fixture)
{
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->server);
  g_object_unref (fixture->files);
  if (fixture->base != NULL)
    nftw (fixture->base, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  g_free (fixture->base);
  g_free (fixture->root);
  g_free (fixture);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static RawResponse *
ask (RawClient *client, const char *method, const char *target, const char *headers)
{
  g_autofree char *request = g_strdup_printf ("%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", method,
                                              target, headers ?: "");

  return raw_client_ask (client, request);
}

static void
assert_header (RawResponse *response, const char *name, const char *expected)
{
  g_autofree char *value = raw_response_get (response, name);

  g_assert_cmpstr (value, ==, expected);
}

static void
assert_body (RawResponse *response, const char *expected)
{
  g_autofree char *body = raw_response_dup_body (response);

  g_assert_cmpstr (body, ==, expected);
  g_assert_cmpuint (response->body->len, ==, strlen (expected));
}

static void
assert_goes_on (RawClient *client)
{
  g_autoptr (RawResponse) response = ask (client, "GET", "/style.css", NULL);

  g_assert_cmpuint (response->status, ==, 200);
  assert_body (response, STYLE);
}

/* {{{ What is served, and as what */

static const struct
{
  const char *method;
  const char *target;
  guint status;
  const char *type;
  const char *body;
} serve_rows[] = {
  { "GET", "/", 200, "text/html; charset=utf-8", "<!doctype html><title>Index</title>\n" },
  { "GET", "/index.html", 200, "text/html; charset=utf-8",
    "<!doctype html><title>Index</title>\n" },
  { "GET", "/style.css", 200, "text/css; charset=utf-8", STYLE },
  { "GET", "/style.css?v=1", 200, "text/css; charset=utf-8", STYLE },
  { "GET", "/digits.txt", 200, "text/plain; charset=utf-8", "0123456789" },
  { "GET", "/empty.txt", 200, "text/plain; charset=utf-8", "" },
  { "GET", "/with%20space.txt", 200, "text/plain; charset=utf-8", "space" },
  { "GET", "/gr%C3%B6%C3%9Fe.txt", 200, "text/plain; charset=utf-8", "größe" },
  { "GET", "/100%25.txt", 200, "text/plain; charset=utf-8", "percent" },
  { "GET", "/a%3Fb%23c.txt", 200, "text/plain; charset=utf-8", "odd" },
  { "GET", "/sub/", 200, "text/html; charset=utf-8", "sub" },
  { "GET", "/sub/data.json", 200, "application/json", "{}" },
  { "GET", "/sub%2fdata.json", 200, "application/json", "{}" },
  { "GET", "/.well-known/security.txt", 200, "text/plain; charset=utf-8", "security" },
  { "GET", "/link-inside.css", 200, "text/css; charset=utf-8", STYLE },
  { "GET", "/link-sub/data.json", 200, "application/json", "{}" },
  { "GET", "/sub/link-inside.txt", 200, "text/plain; charset=utf-8", "0123456789" },
  { "HEAD", "/", 200, "text/html; charset=utf-8", "" },
  { "HEAD", "/digits.txt", 200, "text/plain; charset=utf-8", "" },
  { "HEAD", "/empty.txt", 200, "text/plain; charset=utf-8", "" },
  { "HEAD", "/missing", 404, "text/plain; charset=utf-8", "" },
  { "GET", "/missing", 404, "text/plain; charset=utf-8", "Not found\n" },
  { "GET", "/missing/", 404, "text/plain; charset=utf-8", "Not found\n" },
  { "GET", "/bare", 404, "text/plain; charset=utf-8", "Not found\n" },
  { "GET", "/bare/", 404, "text/plain; charset=utf-8", "Not found\n" },
  { "GET", "/index.html/", 404, "text/plain; charset=utf-8", "Not found\n" },
  { "POST", "/", 405, "text/plain; charset=utf-8", "Only GET and HEAD\n" },
  { "PUT", "/index.html", 405, "text/plain; charset=utf-8", "Only GET and HEAD\n" },
  { "DELETE", "/missing", 405, "text/plain; charset=utf-8", "Only GET and HEAD\n" },
  { "get", "/", 405, "text/plain; charset=utf-8", "Only GET and HEAD\n" },
  { "OPTIONS", "/", 204, NULL, "" },
  { "OPTIONS", "*", 204, NULL, "" },
  { "GET", "*", 404, "text/plain; charset=utf-8", "Not found\n" },
};

static void
test_serve (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (serve_rows); i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autoptr (RawResponse) response = NULL;
      gboolean allow = serve_rows[i].status == 405 || serve_rows[i].status == 204;

      g_test_message ("%s %s", serve_rows[i].method, serve_rows[i].target);
      response = ask (client, serve_rows[i].method, serve_rows[i].target, NULL);
      g_assert_cmpuint (response->status, ==, serve_rows[i].status);
      assert_header (response, "Content-Type", serve_rows[i].type);
      assert_header (response, "X-Content-Type-Options", "nosniff");
      assert_header (response, "Allow", allow ? "GET, HEAD, OPTIONS" : NULL);
      assert_body (response, serve_rows[i].body);
      assert_goes_on (client);
    }
}

static void
test_head_length (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) digits = ask (client, "HEAD", "/digits.txt", "Range: bytes=0-1\r\n");
  g_autoptr (RawResponse) empty = ask (client, "HEAD", "/empty.txt", NULL);
  g_autoptr (RawResponse) missing = ask (client, "HEAD", "/missing", NULL);

  g_assert_cmpuint (digits->status, ==, 200);
  g_assert_cmpint (digits->announced, ==, 10);
  g_assert_cmpint (empty->announced, ==, 0);
  g_assert_cmpint (missing->announced, ==, strlen ("Not found\n"));
  assert_goes_on (client);
}

static void
test_headers (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) page = ask (client, "GET", "/", NULL);
  g_autoptr (RawResponse) style = ask (client, "GET", "/style.css", NULL);
  g_autoptr (RawResponse) digits = ask (client, "GET", "/digits.txt", NULL);
  g_autoptr (RawResponse) plain = NULL;

  assert_header (page, "Content-Security-Policy", "default-src 'self'");
  assert_header (page, "Cache-Control", "no-cache");
  assert_header (page, "Accept-Ranges", "bytes");
  assert_header (style, "Content-Security-Policy", NULL);
  assert_header (digits, "Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");

  http_static_set_header (fixture->files, "Content-Security-Policy", NULL);
  plain = ask (client, "GET", "/", NULL);
  assert_header (plain, "Content-Security-Policy", NULL);
}

static const struct
{
  const char *name;
  const char *type;
} type_rows[] = {
  { "a.html", "text/html; charset=utf-8" },
  { "A.HTML", "text/html; charset=utf-8" },
  { "a.htm", "text/html; charset=utf-8" },
  { "a.js", "text/javascript; charset=utf-8" },
  { "a.min.js", "text/javascript; charset=utf-8" },
  { "a.mjs", "text/javascript; charset=utf-8" },
  { "a.css", "text/css; charset=utf-8" },
  { "a.svg", "image/svg+xml; charset=utf-8" },
  { "a.json", "application/json" },
  { "a.js.map", "application/json" },
  { "a.png", "image/png" },
  { "a.jpg", "image/jpeg" },
  { "a.jpeg", "image/jpeg" },
  { "a.gif", "image/gif" },
  { "a.webp", "image/webp" },
  { "a.ico", "image/vnd.microsoft.icon" },
  { "a.woff2", "font/woff2" },
  { "a.wasm", "application/wasm" },
  { "a.txt", "text/plain; charset=utf-8" },
  { "a.xml", "text/xml; charset=utf-8" },
  { "a.mp3", "audio/mpeg" },
  { "a.mp4", "video/mp4" },
  { "a.webm", "video/webm" },
  { "a.pdf", "application/pdf" },
  { "a.nothing-known", "application/octet-stream" },
  { "nothing-known", "application/octet-stream" },
  { "\xff\xfe", "application/octet-stream" },
};

static void
test_types (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  for (gsize i = 0; i < G_N_ELEMENTS (type_rows); i++)
    {
      g_autofree char *escaped = g_uri_escape_string (type_rows[i].name, NULL, FALSE);
      g_autofree char *target = g_strconcat ("/", escaped, NULL);
      g_autoptr (RawResponse) response = NULL;

      g_test_message ("%s", escaped);
      write_file (fixture, type_rows[i].name, "content");
      response = ask (client, "GET", target, NULL);
      g_assert_cmpuint (response->status, ==, 200);
      assert_header (response, "Content-Type", type_rows[i].type);
    }
}

static const struct
{
  const char *target;
  const char *location;
} redirect_rows[] = {
  { "/sub", "/sub/" },
  { "/sub?x=1&y=%2f", "/sub/?x=1&y=%2F" },
  { "/sub?", "/sub/?" },
  { "/link-sub", "/link-sub/" },
  { "/sub%20dir%3A1", "/sub%20dir:1/" },
  { "/sub%20dir:1?\"<>", "/sub%20dir:1/?%22%3C%3E" },
  /* A browser would go to the host "sub". */
  { "//sub", NULL },
  { "http://localhost/sub", "/sub/" },
  { "http://evil.example/sub", "/sub/" },
};

static void
test_redirect (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (redirect_rows); i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autoptr (RawResponse) response = NULL;

      g_test_message ("%s", redirect_rows[i].target);
      response = ask (client, "GET", redirect_rows[i].target, NULL);
      g_assert_cmpuint (response->status, ==, redirect_rows[i].location != NULL ? 301 : 404);
      assert_header (response, "Location", redirect_rows[i].location);
      assert_goes_on (client);
    }
}

/* }}} */
/* {{{ Conditions. %s stands for the file's ETag */

#define MODIFIED "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE   "Sun, 06 Nov 1994 08:49:36 GMT"
#define AFTER    "Sun, 06 Nov 1994 08:49:38 GMT"

static const struct
{
  const char *headers;
  guint status;
} condition_rows[] = {
  { "If-None-Match: %s\r\n", 304 },
  { "If-None-Match: W/%s\r\n", 304 },
  { "If-None-Match: *\r\n", 304 },
  { "If-None-Match: \"a\", %s\r\n", 304 },
  { "If-None-Match: \"a,b\",W/\"c\",,%s , \"d\"\r\n", 304 },
  { "If-None-Match: \"a\"\r\nIf-None-Match: %s\r\n", 304 },
  { "If-None-Match: \"a\"\r\n", 200 },
  { "If-None-Match: \"a\", %sx\r\n", 304 },
  { "If-None-Match: \"x%s\"\r\n", 200 },
  { "If-None-Match:\r\n", 200 },
  { "If-None-Match: \"\r\n", 200 },
  { "If-None-Match: \"\"\r\n", 200 },
  { "If-None-Match: W/\r\n", 200 },
  { "If-None-Match: garbage, %s\r\n", 200 },
  { "If-Modified-Since: " MODIFIED "\r\n", 304 },
  { "If-Modified-Since: " AFTER "\r\n", 304 },
  { "If-Modified-Since: " BEFORE "\r\n", 200 },
  { "If-Modified-Since: yesterday\r\n", 200 },
  { "If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT\r\n", 200 },
  { "If-Modified-Since: Sun, 31 Feb 2094 08:49:37 GMT\r\n", 200 },
  { "If-Modified-Since: Sun, 06 Nov 2094 08:49:60 GMT\r\n", 304 },
  { "If-Modified-Since: Sun, 06 Nov 2094 25:49:37 GMT\r\n", 200 },
  { "If-Modified-Since: Sun, 06 Nov 2094 08:49:37 GMT+1\r\n", 200 },
  { "If-Modified-Since: Sun, 06 Nov -094 08:49:37 GMT\r\n", 200 },
  { "If-None-Match: \"a\"\r\nIf-Modified-Since: " AFTER "\r\n", 200 },
  { "If-None-Match: %s\r\nIf-Modified-Since: " BEFORE "\r\n", 304 },
  { "If-Match: %s\r\n", 200 },
  { "If-Match: *\r\n", 200 },
  { "If-Match: W/%s\r\n", 412 },
  { "If-Match: \"a\"\r\n", 412 },
  { "If-Match: \"a\"\r\nIf-None-Match: %s\r\n", 412 },
  { "If-Match: %s\r\nIf-None-Match: %s\r\n", 304 },
  { "If-Unmodified-Since: " MODIFIED "\r\n", 200 },
  { "If-Unmodified-Since: " BEFORE "\r\n", 412 },
  { "If-Match: %s\r\nIf-Unmodified-Since: " BEFORE "\r\n", 200 },
  { "If-None-Match: %s\r\nRange: bytes=0-1\r\n", 304 },
};

static char *
with_tag (const char *headers, const char *tag)
{
  g_auto (GStrv) parts = g_strsplit (headers, "%s", -1);

  return g_strjoinv (tag, parts);
}

static char *
get_tag (Fixture *fixture, const char *target)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = ask (client, "GET", target, NULL);
  char *tag = raw_response_get (response, "ETag");

  g_assert_cmpuint (response->status, ==, 200);
  g_assert_true (g_str_has_prefix (tag, "\"") && g_str_has_suffix (tag, "\""));

  return tag;
}

static void
check_condition (Fixture *fixture, const char *method, const char *headers, guint status)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *tag = get_tag (fixture, "/digits.txt");
  g_autofree char *filled = with_tag (headers, tag);
  g_autoptr (RawResponse) response = NULL;

  g_test_message ("%s %s", method, filled);
  response = ask (client, method, "/digits.txt", filled);
  g_assert_cmpuint (response->status, ==, status);
  if (status == 304)
    {
      assert_header (response, "ETag", tag);
      assert_header (response, "Cache-Control", "no-cache");
      assert_header (response, "Content-Length", NULL);
      assert_header (response, "Content-Type", NULL);
      assert_header (response, "Transfer-Encoding", NULL);
    }
  assert_goes_on (client);
}

static void
test_conditions (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (condition_rows); i++)
    {
      check_condition (fixture, "GET", condition_rows[i].headers, condition_rows[i].status);
      check_condition (fixture, "HEAD", condition_rows[i].headers, condition_rows[i].status);
    }
}

static void
test_tag_changes (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *first = get_tag (fixture, "/digits.txt");
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  set_time (fixture, "digits.txt", 784111778);
  second = get_tag (fixture, "/digits.txt");
  g_assert_cmpstr (first, !=, second);

  /* replaced by a file of the same size and date */
  write_file (fixture, "digits.txt", "9876543210");
  set_time (fixture, "digits.txt", 784111778);
  third = get_tag (fixture, "/digits.txt");
  g_assert_cmpstr (second, !=, third);
}

/* }}} */
/* {{{ Ranges of "0123456789"; a body with "|" lists the parts of a multipart answer */

static const struct
{
  const char *headers;
  guint status;
  const char *content_range;
  const char *body;
} range_rows[] = {
  { "Range: bytes=0-0\r\n", 206, "bytes 0-0/10", "0" },
  { "Range: bytes=2-5\r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes=7-\r\n", 206, "bytes 7-9/10", "789" },
  { "Range: bytes=0-\r\n", 206, "bytes 0-9/10", "0123456789" },
  { "Range: bytes=9-9\r\n", 206, "bytes 9-9/10", "9" },
  { "Range: bytes=5-99\r\n", 206, "bytes 5-9/10", "56789" },
  { "Range: bytes=5-99999999999999999999999\r\n", 206, "bytes 5-9/10", "56789" },
  { "Range: bytes=-3\r\n", 206, "bytes 7-9/10", "789" },
  { "Range: bytes=-10\r\n", 206, "bytes 0-9/10", "0123456789" },
  { "Range: bytes=-99\r\n", 206, "bytes 0-9/10", "0123456789" },
  { "Range: bytes=-99999999999999999999\r\n", 206, "bytes 0-9/10", "0123456789" },
  { "Range: BYTES=2-5\r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes= 2-5 \r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes=2-5,\r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes=20-30, 2-5\r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes=10-\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=10-20\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=-0\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=99999999999999999999-\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=9223372036854775807-9223372036854775807\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=20-30, 40-\r\n", 416, "bytes */10", NULL },
  { "Range: bytes=5-2\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=\r\n", 200, NULL, "0123456789" },
  { "Range: bytes\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=-\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=--5\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=a-b\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0-5x\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0 -5\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=+1-5\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0x1-5\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0-1;2-3\r\n", 200, NULL, "0123456789" },
  { "Range: lines=0-5\r\n", 200, NULL, "0123456789" },
  { "Range: 0-5\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0-1\r\nRange: bytes=2-3\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0-1,4-5\r\n", 206, NULL, "01|45" },
  { "Range: bytes=0-1,4-5,-2\r\n", 206, NULL, "01|45|89" },
  { "Range: bytes=8-,0-1\r\n", 206, NULL, "01|89" },
  { "Range: bytes=0-0,2-2,4-4,6-6,8-8\r\n", 206, NULL, "0|2|4|6|8" },
  { "Range: bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0-5,5-9\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=0-,0-,0-,0-,0-\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Range: %s\r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes=2-5\r\nIf-Range: W/%s\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Range: \"other\"\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Range: " MODIFIED "\r\n", 206, "bytes 2-5/10", "2345" },
  { "Range: bytes=2-5\r\nIf-Range: " AFTER "\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Range: " BEFORE "\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Range: soon\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Range:\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=20-\r\nIf-Range: \"other\"\r\n", 200, NULL, "0123456789" },
  { "Range: bytes=2-5\r\nIf-Match: %s\r\n", 206, "bytes 2-5/10", "2345" },
};

static char *
join_parts (RawResponse *response)
{
  g_autofree char *type = raw_response_get (response, "Content-Type");
  g_autofree char *body = raw_response_dup_body (response);
  g_autofree char *delimiter = NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (GString) joined = g_string_new (NULL);

  g_assert_true (g_str_has_prefix (type, "multipart/byteranges; boundary="));
  delimiter = g_strconcat ("--", strchr (type, '=') + 1, NULL);
  parts = g_strsplit (body, delimiter, -1);
  for (guint i = 1; parts[i + 1] != NULL; i++)
    {
      char *content = strstr (parts[i], "\r\n\r\n") + 4;

      g_assert_nonnull (strstr (parts[i], "Content-Type: text/plain; charset=utf-8\r\n"));
      g_assert_nonnull (strstr (parts[i], "Content-Range: bytes "));
      g_string_append_printf (joined, "%s%.*s", i > 1 ? "|" : "", (int)strcspn (content, "\r"),
                              content);
    }

  return g_string_free (g_steal_pointer (&joined), FALSE);
}

static void
check_range_body (RawResponse *response, const char *expected)
{
  g_autofree char *parts = NULL;

  if (strchr (expected, '|') == NULL)
    {
      assert_body (response, expected);
      assert_header (response, "Content-Type", "text/plain; charset=utf-8");
      return;
    }

  parts = join_parts (response);
  g_assert_cmpstr (parts, ==, expected);
}

static void
test_ranges (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *tag = get_tag (fixture, "/digits.txt");

  for (gsize i = 0; i < G_N_ELEMENTS (range_rows); i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autofree char *headers = with_tag (range_rows[i].headers, tag);
      g_autoptr (RawResponse) response = NULL;

      g_test_message ("%s", headers);
      response = ask (client, "GET", "/digits.txt", headers);
      g_assert_cmpuint (response->status, ==, range_rows[i].status);
      assert_header (response, "Content-Range", range_rows[i].content_range);
      if (range_rows[i].body != NULL)
        check_range_body (response, range_rows[i].body);
      assert_header (response, "ETag", range_rows[i].status == 416 ? NULL : tag);
      assert_goes_on (client);
    }
}

/* Answers that are no file must not be cut either. */
static void
test_range_elsewhere (void)
{
  const char *targets[] = { "/missing", "/sub", "/empty.txt" };
  const char *ranges[] = { "bytes=-99", "bytes=2-99", "bytes=0-,0-,0-" };
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);

  for (gsize i = 0; i < G_N_ELEMENTS (targets) * G_N_ELEMENTS (ranges); i++)
    {
      const char *target = targets[i / G_N_ELEMENTS (ranges)];
      g_autofree char *header = g_strdup_printf ("Range: %s\r\n",
                                                 ranges[i % G_N_ELEMENTS (ranges)]);
      g_autoptr (RawResponse) plain = ask (client, "GET", target, NULL);
      g_autoptr (RawResponse) ranged = ask (client, "GET", target, header);

      g_assert_cmpuint (ranged->status, ==, plain->status);
      g_assert_cmpmem (ranged->body->data, ranged->body->len, plain->body->data, plain->body->len);
    }
}

/* }}} */
/* {{{ Hostile paths */

static const char *const hostile_targets[] = {
  "/../outside.txt",
  "/../../../../../../etc/passwd",
  "/sub/../../outside.txt",
  "/sub/../index.html",
  "/..",
  "/sub/..",
  "/.",
  "/./index.html",
  "/sub/./index.html",
  "/...",
  "/.../index.html",
  "/%2e%2e/outside.txt",
  "/%2E%2E/outside.txt",
  "/.%2e/outside.txt",
  "/..%2foutside.txt",
  "/%2e%2e%2foutside.txt",
  "/sub/..%2f..%2foutside.txt",
  "/%252e%252e/outside.txt",
  "/%252e%252e%252foutside.txt",
  "/%25252e%25252e/outside.txt",
  "/..\\outside.txt",
  "/..%5coutside.txt",
  "/%5c..%5coutside.txt",
  "/sub\\..\\..\\outside.txt",
  "/\\etc\\passwd",
  "/%c0%ae%c0%ae/outside.txt",
  "/%c0%ae%c0%ae%c0%afoutside.txt",
  "/%e0%80%ae%e0%80%ae/outside.txt",
  "/%uff0e%uff0e/outside.txt",
  "/%",
  "/%2",
  "/%zz",
  "/%ff%fe",
  "//etc/passwd",
  "///etc/passwd",
  "/%2fetc/passwd",
  "/%2f%2fetc%2fpasswd",
  "//index.html",
  "/sub//data.json",
  "/sub///",
  "/%00",
  "/index.html%00",
  "/index.html%00.txt",
  "/%00/../outside.txt",
  "/index.html%0d%0aX-Evil:%20yes",
  "/new%0aline.txt",
  "/index.html%20",
  "/index.html.",
  "/index.html::$DATA",
  "/~root",
  "/~root/",
  "/.secret",
  "/%2esecret",
  "/.git/config",
  "/.git/",
  "/.git",
  "/sub/.htaccess",
  "/sub/.well-known/x",
  "/.well-known/.secret",
  "/.well-known-not/x",
  "/.well-known/../.secret",
  "/link-outside",
  "/link-absolute",
  "/link-absolute-inside",
  "/link-folder/passwd",
  "/link-folder/",
  "/link-up/outside.txt",
  "/link-up/root/index.html",
  "/link-magic/etc/passwd",
  "/link-loop",
  "/link-loop/x",
  "/link-broken",
  "/fifo",
  "/fifo/",
  "/device",
  "http://localhost/../outside.txt",
  "http://localhost/%2e%2e/outside.txt",
  "http://localhost",
  "file:///etc/passwd",
  "index.html",
  "?",
  "/?/../outside.txt",
};

static void
check_refused (RawResponse *response, const char *target)
{
  g_autofree char *body = raw_response_dup_body (response);
  gboolean index = strcmp (target, "http://localhost") == 0 || g_str_has_prefix (target, "/?");

  g_assert_null (strstr (body, OUTSIDE));
  g_assert_null (strstr (body, HIDDEN));
  g_assert_null (strstr (body, "root:"));
  g_assert_cmpuint (raw_response_find (response, "X-Evil", NULL), ==, 0);
  if (index)
    g_assert_cmpuint (response->status, ==, 200);
  else
    g_assert_true (response->status == 404 || response->status == 400);
}

static void
check_target (Fixture *fixture, const char *target)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = NULL;

  g_test_message ("%.80s", target);
  response = ask (client, "GET", target, NULL);
  check_refused (response, target);
  if (response->status != 400)
    assert_goes_on (client);
}

static void
test_hostile (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (hostile_targets); i++)
    check_target (fixture, hostile_targets[i]);
}

static void
test_hostile_long (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  const char *units[] = { "a", "/a", "/", "%2f", "../", "/..", "%00", "\\" };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (GString) target = g_string_new ("/");

      while (target->len < 60000)
        g_string_append (target, units[i]);
      check_target (fixture, target->str);
    }
}

/* A secret link to a hidden name was put there by the owner; it is his to follow. */
static void
test_link_to_hidden (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = ask (client, "GET", "/link-secret", NULL);

  g_assert_cmpuint (response->status, ==, 200);
}

static void
test_unreadable (void)
{
  g_autoptr (Fixture) fixture = NULL;
  g_autoptr (RawClient) client = NULL;
  g_autoptr (RawResponse) response = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("Everything is readable for root");
      return;
    }

  fixture = fixture_new ();
  client = raw_client_new (fixture->port);
  response = ask (client, "GET", "/unreadable.txt", NULL);
  g_assert_cmpuint (response->status, ==, 404);
}

/* The way without openat2: none of the links, all of the rest. */
static void
test_by_steps (void)
{
  static const struct
  {
    const char *path;
    gboolean found;
  } rows[] = {
    { "index.html", TRUE },
    { "sub/index.html", TRUE },
    { ".well-known/security.txt", TRUE },
    { "missing", FALSE },
    { "missing/x", FALSE },
    { "index.html/x", FALSE },
    { "link-inside.css", FALSE },
    { "link-sub/data.json", FALSE },
    { "link-outside", FALSE },
    { "link-folder/passwd", FALSE },
    { "link-up/outside.txt", FALSE },
    { "link-magic/etc/passwd", FALSE },
    { "link-loop", FALSE },
    { "", FALSE },
  };
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GError) error = NULL;
  int folder_fd = http_folder_open (fixture->root, &error);

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      int fd = http_folder_open_by_steps (folder_fd, rows[i].path);

      g_test_message ("%s", rows[i].path);
      g_assert_cmpint (fd >= 0, ==, rows[i].found);
      if (fd >= 0)
        close (fd);
    }
  close (folder_fd);
}

static void
test_no_folder (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *file = in_root (fixture, "index.html");
  g_autofree char *missing = in_root (fixture, "missing");
  g_autoptr (GError) error = NULL;

  g_assert_null (http_static_new_for_folder (missing, &error));
  g_assert_error (error, HTTP_ERROR, HTTP_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, missing));
  g_clear_error (&error);
  g_assert_null (http_static_new_for_folder (file, &error));
  g_assert_error (error, HTTP_ERROR, HTTP_ERROR_NOT_FOUND);
}

static void
test_folder_replaced (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *aside = g_build_filename (fixture->base, "aside", NULL);
  g_autoptr (RawResponse) gone = NULL;

  g_assert_cmpint (g_rename (fixture->root, aside), ==, 0);
  gone = ask (client, "GET", "/style.css", NULL);
  g_assert_cmpuint (gone->status, ==, 404);
  write_file (fixture, "style.css", STYLE);
  assert_goes_on (client);
}

/* }}} */
/* {{{ Resources */

static void
check_resource (Fixture *fixture)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) page = ask (client, "GET", "/", NULL);
  g_autoptr (RawResponse) script = ask (client, "GET", "/app.js", NULL);
  g_autoptr (RawResponse) part = ask (client, "GET", "/app.js", "Range: bytes=0-6\r\n");
  g_autoptr (RawResponse) parts = ask (client, "GET", "/app.js", "Range: bytes=0-1,-2\r\n");
  g_autoptr (RawResponse) head = ask (client, "HEAD", "/index.html", NULL);
  g_autoptr (RawResponse) folder = ask (client, "GET", "/sub", NULL);
  g_autoptr (RawResponse) sub = ask (client, "GET", "/sub/", NULL);

  assert_body (page, "<!doctype html><title>Static</title>\n");
  assert_header (page, "Content-Type", "text/html; charset=utf-8");
  assert_header (page, "Content-Security-Policy", "default-src 'self'");
  assert_header (page, "Last-Modified", NULL);
  assert_body (script, "console.log (\"hello\");\n");
  assert_header (script, "Content-Type", "text/javascript; charset=utf-8");
  assert_body (part, "console");
  assert_header (part, "Content-Range", "bytes 0-6/23");
  g_assert_cmpuint (parts->status, ==, 206);
  g_assert_cmpint (head->announced, ==, page->announced);
  assert_header (folder, "Location", "/sub/");
  assert_body (sub, "<!doctype html><title>Sub</title>\n");
}

static void
check_resource_tags (Fixture *fixture)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *page = get_tag (fixture, "/");
  g_autofree char *script = get_tag (fixture, "/app.js");
  g_autofree char *headers = g_strdup_printf ("If-None-Match: %s\r\n", page);
  g_autoptr (RawResponse) same = ask (client, "GET", "/index.html", headers);
  g_autoptr (RawResponse) other = ask (client, "GET", "/app.js", headers);
  g_autoptr (RawResponse) date = ask (client, "GET", "/", "If-Modified-Since: " AFTER "\r\n");

  g_assert_cmpstr (page, !=, script);
  g_assert_cmpuint (same->status, ==, 304);
  g_assert_cmpuint (other->status, ==, 200);
  g_assert_cmpuint (date->status, ==, 200);
}

static void
check_resource_edges (Fixture *fixture)
{
  const char *targets[] = { "/missing",
                            "/missing/",
                            "/../private/app.js",
                            "/%2e%2e/private/app.js",
                            "/..%2fprivate/app.js",
                            "//index.html",
                            "/sub/..",
                            "/index.html/",
                            "/%ff%fe",
                            "/index.html%00",
                            "/..\\private\\app.js" };

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autoptr (RawResponse) response = ask (client, "GET", targets[i], NULL);

      g_test_message ("%s", targets[i]);
      g_assert_true (response->status == 404 || response->status == 400);
    }
}

static void
test_resource (void)
{
  const char *prefixes[] = { "/org/example/web", "/org/example/web/" };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (prefixes); i++)
    {
      GResource *resource = i % 2 == 0 ? NULL : static_files_get_resource ();
      g_autoptr (Fixture) fixture = fixture_new_for_resource (resource, prefixes[i / 2]);

      check_resource (fixture);
      check_resource_tags (fixture);
      check_resource_edges (fixture);
    }
}

/* }}} */
/* {{{ Large files */

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
  gsize length = strlen (HUGE_TAIL);

  g_assert_cmpuint (client->received->len, >=, length);
  g_assert_cmpmem (client->received->data + client->received->len - length, length, HUGE_TAIL,
                   length);
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

#if !defined(__SANITIZE_ADDRESS__)
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

  make_sparse (fixture, "huge.bin", HUGE_SIZE);
  assert_goes_on (client);
  before = resident = get_resident_bytes ();

  head = ask (client, "HEAD", "/huge.bin", NULL);
  g_assert_cmpint (head->announced, ==, HUGE_SIZE);

  end = ask (client, "GET", "/huge.bin", "Range: bytes=-13\r\n");
  g_assert_cmpuint (end->status, ==, 206);
  assert_header (end, "Content-Range", "bytes 104857587-104857599/104857600");
  assert_body (end, HUGE_TAIL);

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

  make_sparse (fixture, "large.bin", 2 * MEGABYTE);
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

  make_sparse (fixture, "enormous.bin", G_GINT64_CONSTANT (5) << 30);
  head = ask (client, "HEAD", "/enormous.bin", NULL);
  g_assert_cmpint (head->announced, ==, G_GINT64_CONSTANT (5) << 30);
  end = ask (client, "GET", "/enormous.bin", "Range: bytes=5368709107-\r\n");
  assert_body (end, HUGE_TAIL);
  assert_header (end, "Content-Range", "bytes 5368709107-5368709119/5368709120");
}

static void
truncate_file (Fixture *fixture, const char *name, goffset size)
{
  g_autofree char *path = in_root (fixture, name);

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

  make_sparse (fixture, "shrinking.bin", 50 * MEGABYTE);
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

  make_sparse (fixture, "large.bin", 20 * MEGABYTE);
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

  make_sparse (fixture, "large.bin", 2 * MEGABYTE);
  for (guint i = 0; i < 5; i++)
    raw_client_send (client, "GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (RawResponse) response = raw_client_read_response (client, TRUE);

      g_assert_cmpuint (response->body->len, ==, 2 * MEGABYTE);
      g_assert_cmpmem (response->body->data + response->body->len - strlen (HUGE_TAIL),
                       strlen (HUGE_TAIL), HUGE_TAIL, strlen (HUGE_TAIL));
    }
  assert_goes_on (client);
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/static/serve", test_serve);
  g_test_add_func ("/http/static/head-length", test_head_length);
  g_test_add_func ("/http/static/headers", test_headers);
  g_test_add_func ("/http/static/types", test_types);
  g_test_add_func ("/http/static/redirect", test_redirect);
  g_test_add_func ("/http/static/conditions", test_conditions);
  g_test_add_func ("/http/static/tag-changes", test_tag_changes);
  g_test_add_func ("/http/static/ranges", test_ranges);
  g_test_add_func ("/http/static/range-elsewhere", test_range_elsewhere);
  g_test_add_func ("/http/static/hostile/paths", test_hostile);
  g_test_add_func ("/http/static/hostile/long", test_hostile_long);
  g_test_add_func ("/http/static/hostile/by-steps", test_by_steps);
  g_test_add_func ("/http/static/link-to-hidden", test_link_to_hidden);
  g_test_add_func ("/http/static/unreadable", test_unreadable);
  g_test_add_func ("/http/static/no-folder", test_no_folder);
  g_test_add_func ("/http/static/folder-replaced", test_folder_replaced);
  g_test_add_func ("/http/static/resource", test_resource);
  g_test_add_func ("/http/static/huge", test_huge);
  g_test_add_func ("/http/static/large-ranges", test_large_ranges);
  g_test_add_func ("/http/static/enormous", test_enormous);
  g_test_add_func ("/http/static/truncated", test_truncated);
  g_test_add_func ("/http/static/abandoned", test_abandoned);
  g_test_add_func ("/http/static/pipelined", test_pipelined);

  return g_test_run ();
}
