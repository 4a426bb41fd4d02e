/* http-encoding.c: bodies in less bytes
 *
 * Chooses a coding that the client takes, and packs a whole body with zlib in one step. Brotli
 * would need one more library. Used by http-bundle, and by the layer above for its own answers.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-encoding.h"

#include <zlib.h>

#include "http-message.h"

/* zlib's own way to ask for the header of gzip. */
#define GZIP_WINDOW (MAX_WBITS + 16)

#define MEMORY_LEVEL 8

static const char *const names[HTTP_N_ENCODINGS] = {
  [HTTP_ENCODING_IDENTITY] = NULL,
  [HTTP_ENCODING_GZIP] = "gzip",
  [HTTP_ENCODING_DEFLATE] = "deflate",
};

static HttpEncoding
find_encoding (const char *name)
{
  for (guint i = HTTP_ENCODING_GZIP; i < HTTP_N_ENCODINGS; i++)
    {
      if (g_ascii_strcasecmp (name, names[i]) == 0)
        return i;
    }

  return HTTP_ENCODING_IDENTITY;
}

/**
 * http_encoding_choose:
 * @msg: a request
 *
 * Chooses the coding of the answer by `Accept-Encoding` (RFC 9110, section 12.5.3): the one of ours
 * that the client likes best. Who says nothing gets the body as it is.
 *
 * Returns: the coding
 */
HttpEncoding
http_encoding_choose (SoupServerMessage *msg)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (msg);
  const char *accepted = soup_message_headers_get_list (headers, "Accept-Encoding");
  HttpEncoding encoding = HTTP_ENCODING_IDENTITY;
  GSList *list;

  if (accepted == NULL)
    return HTTP_ENCODING_IDENTITY;

  list = soup_header_parse_quality_list (accepted, NULL);
  for (GSList *l = list; l != NULL && encoding == HTTP_ENCODING_IDENTITY; l = l->next)
    encoding = find_encoding (l->data);
  soup_header_free_list (list);

  return encoding;
}

/**
 * http_encoding_pack:
 * @encoding: a coding
 * @bytes: a body
 *
 * Packs @bytes.
 *
 * Returns: (transfer full): the packed body, or @bytes itself without a coding
 */
GBytes *
http_encoding_pack (HttpEncoding encoding, GBytes *bytes)
{
  z_stream stream = { 0 };
  gsize length;
  guint8 *packed;
  gsize size;
  int result;

  if (encoding == HTTP_ENCODING_IDENTITY)
    return g_bytes_ref (bytes);

  if (deflateInit2 (&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                    encoding == HTTP_ENCODING_GZIP ? GZIP_WINDOW : MAX_WBITS, MEMORY_LEVEL,
                    Z_DEFAULT_STRATEGY) != Z_OK)
    g_error ("zlib has no memory");

  stream.next_in = (Bytef *)g_bytes_get_data (bytes, &length);
  stream.avail_in = length;
  size = deflateBound (&stream, length);
  stream.next_out = packed = g_malloc (size);
  stream.avail_out = size;
  result = deflate (&stream, Z_FINISH);
  g_assert (result == Z_STREAM_END);
  size = stream.total_out;
  deflateEnd (&stream);

  return g_bytes_new_take (g_realloc (packed, size), size);
}

/**
 * http_encoding_declare:
 * @encoding: the coding that was chosen for @msg
 * @msg: a request
 *
 * Sets the headers of the answer that name the coding, and say that it was chosen.
 */
void
http_encoding_declare (HttpEncoding encoding, SoupServerMessage *msg)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (msg);

  http_message_add_vary (msg, "Accept-Encoding");
  if (encoding != HTTP_ENCODING_IDENTITY)
    soup_message_headers_replace (headers, "Content-Encoding", names[encoding]);
}
