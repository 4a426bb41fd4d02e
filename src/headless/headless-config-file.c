/* headless-config-file.c: gets the file of the options from the disk
 *
 * Whatever the name leads to, the server neither waits for it nor lets it fill the memory.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "headless-config.h"

static void
set_errno_error (GError **error, const char *path, int number)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number), "%s: %s", path,
               g_strerror (number));
}

static gboolean
check_kind (int fd, const char *path, GError **error)
{
  struct stat status;

  if (fstat (fd, &status) < 0)
    set_errno_error (error, path, errno);
  else if (S_ISDIR (status.st_mode))
    set_errno_error (error, path, EISDIR);
  else if (!S_ISREG (status.st_mode))
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _ ("%s: This is no regular file"), path);
  else
    return TRUE;

  return FALSE;
}

/* It may grow while it is read. */
static GByteArray *
read_all (int fd, const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 part[4096];
  gssize n;

  while (bytes->len <= HEADLESS_CONFIG_MAX_SIZE && (n = read (fd, part, sizeof part)) != 0)
    {
      if (n > 0)
        g_byte_array_append (bytes, part, n);
      else if (errno != EINTR)
        {
          set_errno_error (error, path, errno);
          return NULL;
        }
    }

  if (bytes->len > HEADLESS_CONFIG_MAX_SIZE)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                   _ ("%s: The file is larger than %d KiB"), path, HEADLESS_CONFIG_MAX_SIZE / 1024);
      return NULL;
    }

  g_byte_array_append (bytes, (const guint8 *)"", 1);
  return g_steal_pointer (&bytes);
}

/* A pipe must not keep it waiting. */
static GByteArray *
read_path (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  GByteArray *bytes = NULL;

  if (fd < 0)
    {
      set_errno_error (error, path, errno);
      return NULL;
    }

  if (check_kind (fd, path, error))
    bytes = read_all (fd, path, error);
  close (fd);
  return bytes;
}

/**
 * headless_config_read:
 * @path: the file; after a `-`, as systemd writes it too, it need not be there
 * @error: return location for an error with the file and, if it is in one, the line
 *
 * Reads a file.
 *
 * Returns: (transfer full): the file, or %NULL with an error
 */
HeadlessConfig *
headless_config_read (const char *path, GError **error)
{
  gboolean is_optional = *path == '-';
  const char *name = is_optional ? path + 1 : path;
  g_autoptr (GByteArray) bytes = NULL;
  GError *wrong = NULL;

  bytes = read_path (name, &wrong);
  if (bytes != NULL)
    return headless_config_parse (name, (const char *)bytes->data, bytes->len - 1, error);

  if (is_optional && g_error_matches (wrong, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_error_free (wrong);
      return headless_config_parse (name, "", 0, error);
    }

  g_propagate_error (error, wrong);
  return NULL;
}
