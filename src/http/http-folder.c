/* http-folder.c: files of a folder, and none outside of it
 *
 * A path from the network is checked twice: its text must consist of plain names, and the kernel
 * must agree at each step that the way stays within the folder. http-static serves what is found
 * here.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "http-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whatever lies there, opening it must neither wait (a FIFO) nor become our terminal. */
#define FILE_FLAGS (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

/* The kernel gives up with EAGAIN when somebody renames folders on the way; that passes. */
#define MAX_ATTEMPTS 8

static gboolean
is_decent_name (const char *name, gsize length, gboolean first)
{
  if (length == 0)
    return FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_iscntrl (name[i]) || name[i] == '\\')
        return FALSE;
    }

  return name[0] != '.' ||
         (first && length == strlen (".well-known") && strncmp (name, ".well-known", length) == 0);
}

/**
 * http_path_is_decent:
 * @path: the path of a request, decoded
 *
 * Whether a path consists of names alone: none of them is empty, but for the last, which asks for a
 * folder; none begins with a dot, but for the folder `/.well-known` (RFC 8615), so that neither
 * `..` nor a file that is hidden from its owner comes out; none has control characters or a
 * backslash.
 *
 * Returns: whether it does
 */
gboolean
http_path_is_decent (const char *path)
{
  const char *name = path;

  if (*name++ != '/')
    return FALSE;

  while (*name != '\0')
    {
      gsize length = strcspn (name, "/");

      if (!is_decent_name (name, length, name == path + 1))
        return FALSE;

      name += length;
      if (*name == '/')
        name++;
    }

  return TRUE;
}

/**
 * http_folder_open:
 * @folder: the name of a folder
 * @error: return location for an error
 *
 * Opens a folder to look for files in it.
 *
 * Returns: a file descriptor that the caller closes, or -1 with `HTTP_ERROR_NOT_FOUND`
 */
int
http_folder_open (const char *folder, GError **error)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    g_set_error (error, HTTP_ERROR, HTTP_ERROR_NOT_FOUND, _ ("The folder “%s” cannot be read: %s"),
                 folder, g_strerror (errno));

  return fd;
}

static gboolean
is_unsupported (int code)
{
  /* A sandbox may forbid the call with EPERM. */
  return code == ENOSYS || code == EPERM;
}

/**
 * http_folder_open_file:
 * @folder_fd: from [func@http_folder_open]
 * @path: a decent path, without its first slash
 *
 * Opens a file in a folder. Symbolic links are followed as long as they stay within the folder,
 * where the kernel can tell; on Linux before 5.6 they are not followed at all.
 *
 * Returns: a file descriptor that the caller closes, of anything that can be opened, or -1 with
 * `errno`
 */
int
http_folder_open_file (int folder_fd, const char *path)
{
  struct open_how how = {
    .flags = FILE_FLAGS,
    .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
  };
  int fd = -1;

  for (guint i = 0; i < MAX_ATTEMPTS; i++)
    {
      fd = syscall (SYS_openat2, folder_fd, path, &how, sizeof how);
      if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
        break;
    }

  if (fd < 0 && is_unsupported (errno))
    fd = http_folder_open_by_steps (folder_fd, path);

  return fd;
}

/**
 * http_folder_open_by_steps:
 * @folder_fd: from [func@http_folder_open]
 * @path: a decent path, without its first slash
 *
 * Does what [func@http_folder_open_file] does where the kernel offers no help: name by name,
 * following no symbolic link.
 *
 * Returns: a file descriptor that the caller closes, of anything that can be opened, or -1 with
 * `errno`
 */
int
http_folder_open_by_steps (int folder_fd, const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  int at = -1;

  errno = ENOENT;
  for (guint i = 0; names[i] != NULL; i++)
    {
      gboolean is_last = names[i + 1] == NULL;
      int flags = is_last ? FILE_FLAGS : O_PATH | O_DIRECTORY | O_CLOEXEC;
      int next = openat (i == 0 ? folder_fd : at, names[i], flags | O_NOFOLLOW);
      int code = errno;

      if (at >= 0)
        close (at);

      at = next;
      errno = code;
      if (at < 0)
        break;
    }

  return at;
}
