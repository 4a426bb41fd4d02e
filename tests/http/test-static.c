/* test-static.c: files from a folder or the GResource
 *
 * After each answer the same connection must serve another file: an answer that was framed wrongly
 * shows there.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gstdio.h>

#include "static-fixture.h"
#include "static-resources.h"

static const struct
{
  const char *method;
  const char *target;
  guint status;
  const char *type;
  const char *body;
} serve_rows[] = {
  { "GET", "/", 200, "text/html; charset=utf-8", INDEX },
  { "GET", "/index.html", 200, "text/html; charset=utf-8", INDEX },
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
      fixture_write (fixture, type_rows[i].name, "content");
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
  { "/sub%20dir%3A1", "/sub%20dir:1/" },
  { "/sub%20dir:1?\"<>", "/sub%20dir:1/?%22%3C%3E" },
  /* A browser would go to the host "sub". */
  { "//sub", NULL },
  { "/mount/sub", "/mount/sub/" },
  { "//mount/sub", "/mount/sub/" },
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

static void
check_resource (Fixture *fixture)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) page = ask (client, "GET", "/", NULL);
  g_autoptr (RawResponse) script = ask (client, "GET", "/app.js", NULL);
  g_autoptr (RawResponse) part = ask (client, "GET", "/app.js", "Range: bytes=0-6\r\n");
  g_autoptr (RawResponse) parts = ask (client, "GET", "/app.js", "Range: bytes=0-1,-2\r\n");
  g_autoptr (RawResponse) whole = ask (client, "GET", "/app.js", "Range: bytes=0-,0-\r\n");
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
  g_assert_cmpuint (whole->status, ==, 200);
  g_assert_cmpuint (whole->body->len, ==, 23);
  g_assert_cmpint (head->announced, ==, page->announced);
  assert_header (folder, "Location", "/sub/");
  assert_body (sub, "<!doctype html><title>Sub</title>\n");
}

static void
check_resource_tags (Fixture *fixture)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *page = fixture_get_tag (fixture, "/");
  g_autofree char *script = fixture_get_tag (fixture, "/app.js");
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

static void
test_no_folder (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *file = fixture_path (fixture, "index.html");
  g_autofree char *missing = fixture_path (fixture, "missing");
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
  fixture_write (fixture, "style.css", STYLE);
  assert_goes_on (client);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/static/serve", test_serve);
  g_test_add_func ("/http/static/head-length", test_head_length);
  g_test_add_func ("/http/static/headers", test_headers);
  g_test_add_func ("/http/static/types", test_types);
  g_test_add_func ("/http/static/redirect", test_redirect);
  g_test_add_func ("/http/static/no-folder", test_no_folder);
  g_test_add_func ("/http/static/folder-replaced", test_folder_replaced);
  g_test_add_func ("/http/static/resource", test_resource);

  return g_test_run ();
}
