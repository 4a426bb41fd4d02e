/* test-identities.c: who the user is in which chat
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "chat-identities.h"

typedef struct
{
  char *top;
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->top = g_dir_make_tmp ("madang-identities-XXXXXX", NULL);
  fixture->folder = g_build_filename (fixture->top, "data", NULL);
  fixture->path = g_build_filename (fixture->folder, "identities.ini", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_rmdir (fixture->folder);
  g_assert_cmpint (g_rmdir (fixture->top), ==, 0);
  g_free (fixture->top);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
keep (Fixture *fixture, const char *address, const char *name, const char *secret)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (chat_identities_keep (fixture->folder, address, name, secret, &error));
  g_assert_no_error (error);
}

static void
expect (Fixture *fixture, const char *address, const char *name, const char *expected)
{
  g_autofree char *secret = chat_identities_look_up (fixture->folder, address, name);

  g_assert_cmpstr (secret, ==, expected);
}

static void
test_keep (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  struct stat status;

  expect (fixture, "http://a:1", "안나", NULL);
  keep (fixture, "http://a:1", "안나", "one");
  keep (fixture, "http://a:1", "Bert", "two");
  keep (fixture, "http://b:1", "안나", "three");
  keep (fixture, "http://a:1", "안나", "four");
  expect (fixture, "http://a:1", "안나", "four");
  expect (fixture, "http://a:1", "Bert", "two");
  expect (fixture, "http://b:1", "안나", "three");
  expect (fixture, "http://b:1", "Bert", NULL);

  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (stat (fixture->folder, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_null (strstr (text, "http"));
}

static void
test_bounded (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < CHAT_IDENTITIES_MAX + 10; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      keep (fixture, "http://a:1", name, name);
    }
  expect (fixture, "http://a:1", "9", NULL);
  expect (fixture, "http://a:1", "10", "10");
  expect (fixture, "http://a:1", "509", "509");
}

/* What somebody else made of the file is no reason not to go on. */
static void
test_broken (Fixture *fixture, gconstpointer data)
{
  keep (fixture, "http://a:1", "Anna", "one");
  g_assert_true (g_file_set_contents (fixture->path, "\xff\xfe[[no key file", -1, NULL));
  expect (fixture, "http://a:1", "Anna", NULL);
  keep (fixture, "http://a:1", "Anna", "two");
  expect (fixture, "http://a:1", "Anna", "two");
}

static void
test_no_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (chat_identities_keep ("/dev/null/none", "http://a:1", "Anna", "one", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR);
}

#define add(name, function)                                                                        \
  g_test_add ("/chat/identities/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("keep", test_keep);
  add ("bounded", test_bounded);
  add ("broken", test_broken);
  add ("no-folder", test_no_folder);

  return g_test_run ();
}
