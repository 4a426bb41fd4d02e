/* test-static-hostile.c: paths that lead outside, or nowhere
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "http-folder.h"
#include "static-fixture.h"

static const char *const hostile_targets[] = {
  "/../outside.txt",
  "/../../../../../../etc/passwd",
  "/sub/../../outside.txt",
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
  "/.well/x",
  "/back\\slash.txt",
  "/back%5cslash.txt",
  "/mount",
  "/mount/../outside.txt",
  "/mount..%2foutside.txt",
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
  "file:///etc/passwd",
  "index.html",
  "?",
};

/* Dots that are written as such are gone before the server sees the path; what is left lies within.
 */
static const struct
{
  const char *target;
  const char *body;
} resolved_targets[] = {
  { "/..", INDEX },
  { "/.", INDEX },
  { "/sub/..", INDEX },
  { "/sub/../index.html", INDEX },
  { "/./index.html", INDEX },
  { "/%2e%2e", INDEX },
  { "/sub/%2e%2e/index.html", INDEX },
  { "/link-up/../index.html", INDEX },
  { "/?/../outside.txt", INDEX },
  { "/sub/./data.json", "{}" },
  { "http://localhost", INDEX },
  { "http://localhost/../index.html", INDEX },
};

static void
assert_harmless (RawResponse *response)
{
  g_autofree char *body = raw_response_dup_body (response);

  g_assert_null (strstr (body, OUTSIDE));
  g_assert_null (strstr (body, HIDDEN));
  g_assert_null (strstr (body, "root:"));
  g_assert_cmpuint (raw_response_find (response, "X-Evil", NULL), ==, 0);
}

static void
check_target (Fixture *fixture, const char *target)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = NULL;

  g_test_message ("%.80s", target);
  response = ask (client, "GET", target, NULL);
  assert_harmless (response);
  g_assert_true (response->status == 404 || response->status == 400);
  if (response->status != 400)
    assert_goes_on (client);
}

static void
test_resolved (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (resolved_targets); i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autoptr (RawResponse) response = NULL;

      g_test_message ("%s", resolved_targets[i].target);
      response = ask (client, "GET", resolved_targets[i].target, NULL);
      assert_body (response, resolved_targets[i].body);
    }
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
  const char *units[] = { "a", "/a", "/", "%2f", "..%2f", "%252e%252e/", "%00", "\\" };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (GString) target = g_string_new ("/");

      while (target->len < 60000)
        g_string_append (target, units[i]);
      check_target (fixture, target->str);
    }
}

/* Links are followed while they stay within. One to a hidden name was put there by the owner. */
static void
test_links (void)
{
  static const struct
  {
    const char *target;
    guint status;
    const char *body;
  } rows[] = {
    { "/link-inside.css", 200, STYLE },
    { "/link-sub/data.json", 200, "{}" },
    { "/link-sub", 301, "This is a folder\n" },
    { "/sub/link-inside.txt", 200, "0123456789" },
    { "/link-secret", 200, HIDDEN },
  };
  g_autoptr (Fixture) fixture = fixture_new ();
  gboolean followed = can_follow_links ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autoptr (RawResponse) response = ask (client, "GET", rows[i].target, NULL);

      g_test_message ("%s", rows[i].target);
      g_assert_cmpuint (response->status, ==, followed ? rows[i].status : 404);
      assert_body (response, followed ? rows[i].body : "Not found\n");
    }
}

/* Nothing is unreadable for root, so that the server becomes nobody for a moment. */
static void
test_unreadable (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = NULL;
  gboolean privileged = geteuid () == 0;

  g_assert_cmpint (g_chmod (fixture->base, 0755), ==, 0);
  if (privileged)
    g_assert_cmpint (seteuid (65534), ==, 0);

  response = ask (client, "GET", "/unreadable.txt", NULL);
  assert_goes_on (client);
  if (privileged)
    g_assert_cmpint (seteuid (0), ==, 0);

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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/static/hostile/paths", test_hostile);
  g_test_add_func ("/http/static/hostile/resolved", test_resolved);
  g_test_add_func ("/http/static/hostile/long", test_hostile_long);
  g_test_add_func ("/http/static/hostile/by-steps", test_by_steps);
  g_test_add_func ("/http/static/hostile/links", test_links);
  g_test_add_func ("/http/static/hostile/unreadable", test_unreadable);

  return g_test_run ();
}
