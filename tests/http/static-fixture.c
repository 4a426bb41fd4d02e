/* static-fixture.c: a server over a folder full of traps
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "static-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

char *
fixture_path (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->root, name, NULL);
}

void
fixture_write (Fixture *fixture, const char *name, const char *content)
{
  g_autofree char *path = fixture_path (fixture, name);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
}

static void
make_link (Fixture *fixture, const char *target, const char *name)
{
  g_autofree char *path = fixture_path (fixture, name);

  g_assert_cmpint (symlink (target, path), ==, 0);
}

void
fixture_set_time (Fixture *fixture, const char *name, gint64 seconds, long nanoseconds)
{
  g_autofree char *path = fixture_path (fixture, name);
  struct timespec times[2] = { { .tv_sec = seconds },
                               { .tv_sec = seconds, .tv_nsec = nanoseconds } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

void
fixture_make_sparse (Fixture *fixture, const char *name, goffset size)
{
  g_autofree char *path = fixture_path (fixture, name);
  int fd = open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, size), ==, 0);
  g_assert_cmpint (pwrite (fd, TAIL, strlen (TAIL), size - strlen (TAIL)), ==, strlen (TAIL));
  close (fd);
}

static void
make_special_files (Fixture *fixture)
{
  g_autofree char *fifo = fixture_path (fixture, "fifo");
  g_autofree char *device = fixture_path (fixture, "device");
  g_autofree char *unreadable = fixture_path (fixture, "unreadable.txt");

  g_assert_cmpint (mkfifo (fifo, 0644), ==, 0);
  fixture_write (fixture, "unreadable.txt", HIDDEN);
  g_assert_cmpint (g_chmod (unreadable, 0), ==, 0);

  /* Needs privileges; without them there is no device and a 404 all the same. */
  (void)mknod (device, S_IFCHR | 0644, makedev (1, 5));
}

static void
fill_folder (Fixture *fixture)
{
  g_autofree char *outside = g_build_filename (fixture->base, "outside.txt", NULL);
  g_autofree char *inside = fixture_path (fixture, "style.css");

  g_assert_true (g_file_set_contents (outside, OUTSIDE, -1, NULL));
  fixture_write (fixture, "index.html", INDEX);
  fixture_write (fixture, "style.css", STYLE);
  fixture_write (fixture, "digits.txt", "0123456789");
  fixture_write (fixture, "empty.txt", "");
  fixture_write (fixture, "with space.txt", "space");
  fixture_write (fixture, "größe.txt", "größe");
  fixture_write (fixture, "100%.txt", "percent");
  fixture_write (fixture, "a?b#c.txt", "odd");
  fixture_write (fixture, "sub/index.html", "sub");
  fixture_write (fixture, "sub/data.json", "{}");
  fixture_write (fixture, "sub dir:1/index.html", "subdir");
  fixture_write (fixture, "bare/file.txt", "bare");
  fixture_write (fixture, ".secret", HIDDEN);
  fixture_write (fixture, ".git/config", HIDDEN);
  fixture_write (fixture, "sub/.htaccess", HIDDEN);
  fixture_write (fixture, "sub/.well-known/x", HIDDEN);
  fixture_write (fixture, ".well-known/security.txt", "security");
  fixture_write (fixture, ".well-known/.secret", HIDDEN);
  fixture_write (fixture, ".well-known-not/x", HIDDEN);
  fixture_write (fixture, ".well/x", HIDDEN);
  fixture_write (fixture, "back\\slash.txt", HIDDEN);
  fixture_write (fixture, "..\\outside.txt", HIDDEN);
  fixture_write (fixture, "new\nline.txt", HIDDEN);
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
  fixture_set_time (fixture, "digits.txt", 784111777, 5);
}

static int
remove_entry (const char *path, const struct stat *status, int type, struct FTW *walk)
{
  return remove (path);
}

static void
on_request (SoupServer *server,
            SoupServerMessage *msg,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  http_static_handle (user_data, msg, path);
}

/* A server may keep its files under a prefix, and may be lax about slashes. */
static void
on_mounted_request (SoupServer *server,
                    SoupServerMessage *msg,
                    const char *path,
                    GHashTable *query,
                    gpointer user_data)
{
  http_static_handle (user_data, msg, strstr (path, MOUNT) + strlen (MOUNT));
}

static void
fixture_serve (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  http_static_set_header (fixture->files, "Content-Security-Policy", "default-src 'self'");
  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, "/", on_request, fixture->files, NULL);
  soup_server_add_handler (fixture->server, MOUNT, on_mounted_request, fixture->files, NULL);
  soup_server_add_handler (fixture->server, "/" MOUNT, on_mounted_request, fixture->files, NULL);
  soup_server_add_handler (fixture->server, "*", on_request, fixture->files, NULL);
  fixture->listener = http_listener_new (fixture->server);
  http_listener_listen (fixture->listener, "127.0.0.1", 0, &error);
  g_assert_no_error (error);
  fixture->port = http_listener_get_port (fixture->listener);
}

Fixture *
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

Fixture *
fixture_new_for_resource (GResource *resource, const char *prefix)
{
  Fixture *fixture = g_new0 (Fixture, 1);

  fixture->files = http_static_new_for_resource (resource, prefix);
  fixture_serve (fixture);

  return fixture;
}

void
fixture_free (Fixture *fixture)
{
  http_listener_close (fixture->listener);
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->listener);
  g_object_unref (fixture->server);
  g_object_unref (fixture->files);
  if (fixture->base != NULL)
    nftw (fixture->base, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  g_free (fixture->base);
  g_free (fixture->root);
  g_free (fixture);
}

/* Old kernels, sandboxes and valgrind do without openat2; links are not followed there. */
gboolean
can_follow_links (void)
{
  return syscall (SYS_openat2, AT_FDCWD, "/", NULL, 0) == -1 && errno == EINVAL;
}

RawResponse *
ask (RawClient *client, const char *method, const char *target, const char *headers)
{
  g_autofree char *request = g_strdup_printf ("%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", method,
                                              target, headers ?: "");

  return raw_client_ask (client, request);
}

void
assert_header (RawResponse *response, const char *name, const char *expected)
{
  g_autofree char *value = raw_response_get (response, name);

  g_assert_cmpstr (value, ==, expected);
}

void
assert_body (RawResponse *response, const char *expected)
{
  g_autofree char *body = raw_response_dup_body (response);

  g_assert_cmpstr (body, ==, expected);
  g_assert_cmpuint (response->body->len, ==, strlen (expected));
}

void
assert_goes_on (RawClient *client)
{
  g_autoptr (RawResponse) response = ask (client, "GET", "/style.css", NULL);

  g_assert_cmpuint (response->status, ==, 200);
  assert_body (response, STYLE);
}

char *
with_tag (const char *headers, const char *tag)
{
  g_auto (GStrv) parts = g_strsplit (headers, "%s", -1);

  return g_strjoinv (tag, parts);
}

char *
fixture_get_tag (Fixture *fixture, const char *target)
{
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = ask (client, "GET", target, NULL);
  char *tag = raw_response_get (response, "ETag");

  g_assert_cmpuint (response->status, ==, 200);
  g_assert_true (g_str_has_prefix (tag, "\"") && g_str_has_suffix (tag, "\""));

  return tag;
}
