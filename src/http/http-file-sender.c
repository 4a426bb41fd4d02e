/* http-file-sender.c: a file on its way out
 *
 * A file may be larger than the memory and its reader slow, so it goes chunk by chunk: the next one
 * is read when libsoup has written the one before. Nothing is mapped: a mapped file that somebody
 * truncates would kill us. http-static opens the files and writes the headers.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "http-file-sender.h"

#include <errno.h>
#include <unistd.h>

/* A reader on this very computer takes chunks as fast as we read them. After so many others get
 * their turn in the main loop.
 */
#define CHUNKS_PER_TURN 4

typedef struct
{
  int fd;
  goffset offset;
  goffset left;
  guint n_chunks;
} Sender;

static void
sender_free (Sender *sender)
{
  close (sender->fd);
  g_free (sender);
}

static void
sender_free_closure (gpointer data, GClosure *closure)
{
  sender_free (data);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sender, sender_free)

/**
 * http_file_read:
 * @fd: a file
 * @offset: where to begin, in bytes
 * @length: how many bytes
 * @error: return location for an error
 *
 * Reads a part of a file into memory.
 *
 * Returns: (transfer full): the bytes, or %NULL with `HTTP_ERROR_FAILED`; a file that ends too
 * early is an error
 */
GBytes *
http_file_read (int fd, goffset offset, gsize length, GError **error)
{
  g_autofree guint8 *data = g_malloc (length);
  gsize n_read = 0;

  while (n_read < length)
    {
      gssize n = pread (fd, data + n_read, length - n_read, offset + n_read);

      if (n < 0 && errno == EINTR)
        continue;

      if (n <= 0)
        {
          g_set_error (error, HTTP_ERROR, HTTP_ERROR_FAILED,
                       _ ("A file could not be read to its end: %s"),
                       n < 0 ? g_strerror (errno) : _ ("it was cut"));
          return NULL;
        }

      n_read += n;
    }

  return g_bytes_new_take (g_steal_pointer (&data), length);
}

static gboolean
sender_append_chunk (Sender *sender, SoupServerMessage *msg, GError **error)
{
  gsize length = MIN (sender->left, HTTP_FILE_CHUNK);
  g_autoptr (GBytes) chunk = http_file_read (sender->fd, sender->offset, length, error);

  if (chunk == NULL)
    return FALSE;

  soup_message_body_append_bytes (soup_server_message_get_response_body (msg), chunk);
  sender->offset += length;
  sender->left -= length;

  return TRUE;
}

/* The length stands in the headers already. All that is left to say is that it was not true. */
static void
break_connection (SoupServerMessage *msg)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (msg);

  if (stream != NULL)
    g_io_stream_close (stream, NULL, NULL);
}

static void
on_wrote_chunk (SoupServerMessage *msg, Sender *sender)
{
  g_autoptr (GError) error = NULL;

  if (sender->left == 0)
    return;

  if (!sender_append_chunk (sender, msg, &error))
    {
      g_message (_ ("%s; the connection is closed"), error->message);
      break_connection (msg);
      return;
    }

  if (++sender->n_chunks % CHUNKS_PER_TURN == 0)
    {
      soup_server_message_pause (msg);
      soup_server_message_unpause (msg);
    }
}

/**
 * http_file_send:
 * @msg: a GET request
 * @fd: (transfer full): a regular file; it is closed when the answer is out or has failed
 * @offset: where to begin, in bytes
 * @length: how many bytes to send
 * @error: return location for an error
 *
 * Makes a part of a file the body of the answer. The caller sets the status, 200 or 206, and the
 * other headers. Should the file end too early when the answer is on its way, the connection is
 * closed.
 *
 * Returns: %TRUE, or %FALSE with `HTTP_ERROR_FAILED` if the file cannot be read; then the answer is
 *   still the caller's to choose
 */
gboolean
http_file_send (SoupServerMessage *msg, int fd, goffset offset, goffset length, GError **error)
{
  g_autoptr (Sender) sender = g_new0 (Sender, 1);

  sender->fd = fd;
  sender->offset = offset;
  sender->left = length;

  if (length > 0 && !sender_append_chunk (sender, msg, error))
    return FALSE;

  /* This also keeps libsoup from applying a Range of its own. */
  soup_message_body_set_accumulate (soup_server_message_get_response_body (msg), FALSE);
  soup_message_headers_set_content_length (soup_server_message_get_response_headers (msg), length);
  if (sender->left > 0)
    g_signal_connect_data (msg, "wrote-chunk", G_CALLBACK (on_wrote_chunk),
                           g_steal_pointer (&sender), sender_free_closure, 0);

  return TRUE;
}
