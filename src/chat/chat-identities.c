/* chat-identities.c: who the user is in which chat
 *
 * A login gives a secret that makes the next login the same person. It is kept for each chat and
 * name in a file that only the user can read, by a hash, so that the file does not tell where the
 * user was.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-identities.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define FILE_NAME "identities.ini"
#define GROUP     "Secrets"

static char *
make_key (const char *address, const char *name)
{
  g_autofree char *both = g_strconcat (address, "\n", name, NULL);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, both, -1);
}

/* A file that is not there or cannot be read has no identities. */
static GKeyFile *
load (const char *path)
{
  GKeyFile *file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error))
    g_debug ("No identities in %s: %s", path, error->message);
  return file;
}

static void
drop_oldest (GKeyFile *file)
{
  gsize n;
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, &n, NULL);

  for (gsize i = 0; keys != NULL && i + CHAT_IDENTITIES_MAX < n; i++)
    g_key_file_remove_key (file, GROUP, keys[i], NULL);
}

/**
 * chat_identities_look_up:
 * @folder: (type filename): the folder of the program's data
 * @address: where the chat is
 * @name: the user's name there
 *
 * Returns: (transfer full) (nullable): the secret that makes the next login the same person
 */
char *
chat_identities_look_up (const char *folder, const char *address, const char *name)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *key = make_key (address, name);
  g_autoptr (GKeyFile) file = load (path);

  return g_key_file_get_string (file, GROUP, key, NULL);
}

/**
 * chat_identities_keep:
 * @folder: (type filename): the folder of the program's data, made with mode 0700 if there is none
 * @address: where the chat is
 * @name: the user's name there
 * @secret: what the login gave
 * @error: return location for a %G_FILE_ERROR
 *
 * Keeps a secret for the next login.
 *
 * Returns: whether it is kept
 */
gboolean
chat_identities_keep (const char *folder,
                      const char *address,
                      const char *name,
                      const char *secret,
                      GError **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *key = make_key (address, name);
  g_autoptr (GKeyFile) file = load (path);
  g_autofree char *known = g_key_file_get_string (file, GROUP, key, NULL);
  g_autofree char *text = NULL;

  if (g_strcmp0 (known, secret) == 0)
    return TRUE;

  g_key_file_set_string (file, GROUP, key, secret);
  drop_oldest (file);
  text = g_key_file_to_data (file, NULL, NULL);
  if (g_mkdir_with_parents (folder, 0700) < 0)
    {
      g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                           g_strerror (errno));
      return FALSE;
    }
  return g_file_set_contents_full (path, text, strlen (text), G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                   error);
}
