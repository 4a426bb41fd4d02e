/* http-static-file.c: one file that can be served
 *
 * Makes a file of a folder and an entry of a GResource look alike to http-static: a length, a type,
 * validators, and a way to send a part of it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-static-file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http-content-type.h"
#include "http-file-sender.h"
#include "http-folder.h"

static HttpStaticFile *
static_file_new (const char *path)
{
  HttpStaticFile *file = g_rc_box_new0 (HttpStaticFile);
  const char *slash = strrchr (path, '/');

  file->fd = -1;
  file->type = http_content_type_for_name (slash != NULL ? slash + 1 : path);
  file->validators.modified = -1;

  return file;
}

static void
static_file_clear (HttpStaticFile *file)
{
  if (file->fd >= 0)
    close (file->fd);
  g_clear_pointer (&file->bytes, g_bytes_unref);
  g_free (file->type);
  g_free (file->validators.etag);
}

/**
 * http_static_file_ref:
 * @file: a file
 *
 * Returns: (transfer full): @file
 */
HttpStaticFile *
http_static_file_ref (HttpStaticFile *file)
{
  return g_rc_box_acquire (file);
}

/**
 * http_static_file_unref:
 * @file: (transfer full): a file
 */
void
http_static_file_unref (HttpStaticFile *file)
{
  g_rc_box_release_full (file, (GDestroyNotify)static_file_clear);
}

/* A file that exists but cannot be had now is no 404. */
static void
set_open_error (GError **error, const char *path, int code)
{
  gboolean exhausted = code == EMFILE || code == ENFILE || code == ENOMEM;

  g_set_error (error, HTTP_ERROR, exhausted ? HTTP_ERROR_FAILED : HTTP_ERROR_NOT_FOUND,
               "“%s” cannot be opened: %s", path, g_strerror (code));
}

static void
read_status (HttpStaticFile *file, const struct stat *status)
{
  gint64 changed = status->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) +
                   status->st_mtim.tv_nsec;

  file->size = status->st_size;
  file->validators.modified = status->st_mtim.tv_sec;
  file->validators.etag = g_strdup_printf (
    "\"%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x\"",
    (guint64)status->st_ino, (guint64)status->st_size, (guint64)changed);
}

/**
 * http_static_file_open:
 * @folder: the name of a folder
 * @path: a decent path in it, without its first slash
 * @error: return location for an error
 *
 * Opens a regular file. The folder is looked up each time, as it may be replaced while we serve it.
 *
 * Returns: (transfer full): the file, or %NULL with `HTTP_ERROR_NOT_FOUND`, or with
 * `HTTP_ERROR_FAILED` if the system has run out of something
 */
HttpStaticFile *
http_static_file_open (const char *folder, const char *path, GError **error)
{
  g_autoptr (HttpStaticFile) file = NULL;
  struct stat status;
  int folder_fd = http_folder_open (folder, NULL);
  int code;

  if (folder_fd < 0)
    {
      set_open_error (error, folder, errno);
      return NULL;
    }

  file = static_file_new (path);
  file->fd = http_folder_open_file (folder_fd, path);
  code = errno;
  close (folder_fd);

  if (file->fd < 0 || fstat (file->fd, &status) < 0 || !S_ISREG (status.st_mode))
    {
      set_open_error (error, path, file->fd < 0 ? code : EISDIR);
      return NULL;
    }

  read_status (file, &status);

  return g_steal_pointer (&file);
}

/**
 * http_static_file_new_for_bytes:
 * @path: the path of the file
 * @bytes: its content
 *
 * Makes a file of what is in memory. It has no date; its entity tag is made from the content.
 *
 * Returns: (transfer full): the file
 */
HttpStaticFile *
http_static_file_new_for_bytes (const char *path, GBytes *bytes)
{
  HttpStaticFile *file = static_file_new (path);
  g_autofree char *checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  file->bytes = g_bytes_ref (bytes);
  file->size = g_bytes_get_size (bytes);
  file->validators.etag = g_strdup_printf ("\"%.32s\"", checksum);

  return file;
}

/**
 * http_static_file_load:
 * @file: a file
 * @error: return location for an error
 *
 * Reads the whole file into memory, if it is not there. For small ones.
 *
 * Returns: %TRUE, or %FALSE with `HTTP_ERROR_FAILED`
 */
gboolean
http_static_file_load (HttpStaticFile *file, GError **error)
{
  if (file->bytes == NULL)
    file->bytes = http_file_read (file->fd, 0, file->size, error);

  return file->bytes != NULL;
}

/**
 * http_static_file_send:
 * @file: a file; only once if it is not in memory
 * @msg: a GET request
 * @offset: where to begin, in bytes
 * @length: how many bytes
 * @error: return location for an error
 *
 * Makes a part of the file the body of the answer.
 *
 * Returns: %TRUE, or %FALSE with `HTTP_ERROR_FAILED`; then there is no body yet
 */
gboolean
http_static_file_send (HttpStaticFile *file,
                       SoupServerMessage *msg,
                       goffset offset,
                       goffset length,
                       GError **error)
{
  g_autoptr (GBytes) part = NULL;
  int fd;

  if (file->bytes == NULL)
    {
      fd = file->fd;
      file->fd = -1;
      return http_file_send (msg, fd, offset, length, error);
    }

  part = g_bytes_new_from_bytes (file->bytes, offset, length);
  if (length > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (msg), part);

  return TRUE;
}
