/* http-body.c: request bodies under a limit
 *
 * libsoup reads a body of any size into memory, and an answer set while the body is on its way is
 * only sent when all of it came. So a body is counted as it arrives; one that is too large, or says
 * that it will be, has its connection taken over, is answered 413 at once, and closed.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-body.h"

#include <string.h>

#include "http-linger.h"
#include "http-message.h"
#include "http-stream.h"

typedef struct
{
  gsize left;
  HttpBodyFunc too_large;
  gpointer user_data;
} Limit;

static char *
format_refusal (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  GString *text = g_string_new ("HTTP/1.1 413 Request Entity Too Large\r\n");
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  soup_message_headers_replace (headers, "Connection", "close");
  soup_message_headers_replace (headers, "Content-Length", "0");
  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    g_string_append_printf (text, "%s: %s\r\n", name, value);
  g_string_append (text, "\r\n");

  return g_string_free (text, FALSE);
}

static void
refuse (SoupServerMessage *message)
{
  g_autoptr (SoupServerMessage) guard G_GNUC_UNUSED = g_object_ref (message);
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();
  g_autofree char *answer = format_refusal (message);
  GOutputVector vector = { answer, strlen (answer) };
  g_autoptr (HttpStream) stream = http_stream_take_over (poller, message, NULL);

  http_stream_write (stream, &vector, 1);
  http_linger (stream);
}

static void
over_limit (SoupServerMessage *message, Limit *limit)
{
  HttpBodyFunc too_large = limit->too_large;
  gpointer user_data = limit->user_data;

  g_signal_handlers_disconnect_matched (message, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, limit);
  if (too_large != NULL)
    too_large (message, user_data);
  refuse (message);
}

static void
on_got_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Limit *limit = user_data;

  if (g_bytes_get_size (chunk) > limit->left)
    over_limit (message, limit);
  else
    limit->left -= g_bytes_get_size (chunk);
}

static void
limit_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

/* Whether @message says how long its body will be, and that is within @max_size or over it. A
 * length above what a goffset holds is negative here: libsoup would complain of it in the log, and
 * read without an end. */
static gboolean
is_announced (SoupServerMessage *message, gsize max_size, gboolean fits)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  goffset length = soup_message_headers_get_content_length (headers);

  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
         (length >= 0 && (gsize)length <= max_size) == fits;
}

/* In HTTP/1 libsoup reads as much of a body as was announced, and no more. */
static gboolean
is_sure_to_fit (SoupServerMessage *message, gsize max_size)
{
  return soup_server_message_get_http_version (message) <= SOUP_HTTP_1_1 &&
         is_announced (message, max_size, TRUE);
}

/**
 * http_body_limit:
 * @message: a request whose head has arrived; to be called from an early handler
 * @max_size: bytes that its body may have at most
 * @too_large: (nullable) (scope async): called if it has more
 * @user_data: data for @too_large
 *
 * Sees to it that no more than @max_size bytes of @message's body are kept. A larger body is
 * answered 413, with the response headers that are set by then, and the connection is closed; the
 * server's handlers do not see the request any more.
 */
void
http_body_limit (SoupServerMessage *message,
                 gsize max_size,
                 HttpBodyFunc too_large,
                 gpointer user_data)
{
  Limit *limit;

  if (!http_message_has_body (message) || is_sure_to_fit (message, max_size))
    return;

  limit = g_new (Limit, 1);
  *limit = (Limit){ .left = max_size, .too_large = too_large, .user_data = user_data };
  g_signal_connect_data (message, "got-chunk", G_CALLBACK (on_got_chunk), limit, limit_free, 0);

  if (is_announced (message, max_size, FALSE))
    over_limit (message, limit);
}
