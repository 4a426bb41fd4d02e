/* http-encoding.c: bodies in less bytes
 *
 * Chooses a coding that the client takes, and packs a whole body in one step, with zlib or with
 * Brotli. Used by http-bundle, and by the layer above for its own answers.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-encoding.h"

#include <zlib.h>
#ifdef HAVE_BROTLI
#include <brotli/encode.h>
#endif

#include "http-message.h"

/* zlib's own way to ask for the header of gzip. */
#define GZIP_WINDOW (MAX_WBITS + 16)

#define MEMORY_LEVEL 8

/* The two above it take ten times as long for a few percent, and the main loop waits. */
#define BROTLI_QUALITY 9

static const char *const names[HTTP_N_ENCODINGS] = {
  [HTTP_ENCODING_IDENTITY] = NULL,
  [HTTP_ENCODING_GZIP] = "gzip",
  [HTTP_ENCODING_DEFLATE] = "deflate",
  [HTTP_ENCODING_BROTLI] = "br",
};

static HttpEncoding
find_encoding (const char *name, HttpEncoding last)
{
  for (guint i = HTTP_ENCODING_GZIP; i <= last; i++)
    {
      if (g_ascii_strcasecmp (name, names[i]) == 0)
        return i;
    }

  return HTTP_ENCODING_IDENTITY;
}

static HttpEncoding
choose (SoupServerMessage *msg, HttpEncoding last)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (msg);
  const char *accepted = soup_message_headers_get_list (headers, "Accept-Encoding");
  HttpEncoding encoding = HTTP_ENCODING_IDENTITY;
  GSList *list;

  if (accepted == NULL)
    return HTTP_ENCODING_IDENTITY;

  list = soup_header_parse_quality_list (accepted, NULL);
  for (GSList *l = list; l != NULL && encoding == HTTP_ENCODING_IDENTITY; l = l->next)
    encoding = find_encoding (l->data, last);
  soup_header_free_list (list);

  return encoding;
}

/**
 * http_encoding_choose:
 * @msg: a request
 *
 * Chooses the coding of the answer by `Accept-Encoding` (RFC 9110, section 12.5.3): the one of ours
 * that the client likes best. Who says nothing gets the body as it is. Brotli is too slow for what
 * is packed for one answer.
 *
 * Returns: the coding
 */
HttpEncoding
http_encoding_choose (SoupServerMessage *msg)
{
  return choose (msg, HTTP_ENCODING_DEFLATE);
}

/**
 * http_encoding_choose_kept:
 * @msg: a request
 *
 * Does the same for a body that is packed once and kept, which may be Brotli too.
 *
 * Returns: the coding
 */
HttpEncoding
http_encoding_choose_kept (SoupServerMessage *msg)
{
#ifdef HAVE_BROTLI
  return choose (msg, HTTP_ENCODING_BROTLI);
#else
  return choose (msg, HTTP_ENCODING_DEFLATE);
#endif
}

static GBytes *
pack_with_zlib (GBytes *bytes, int window_bits)
{
  z_stream stream = { 0 };
  gsize length;
  guint8 *packed;
  gsize size;
  int result;

  if (deflateInit2 (&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, MEMORY_LEVEL,
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

#ifdef HAVE_BROTLI
static GBytes *
pack_with_brotli (GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  gsize size = BrotliEncoderMaxCompressedSize (length);
  guint8 *packed = g_malloc (size);

  if (!BrotliEncoderCompress (BROTLI_QUALITY, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, length, data,
                              &size, packed))
    g_error ("Brotli has no memory");

  return g_bytes_new_take (g_realloc (packed, size), size);
}
#endif

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
  if (encoding == HTTP_ENCODING_GZIP)
    return pack_with_zlib (bytes, GZIP_WINDOW);
  if (encoding == HTTP_ENCODING_DEFLATE)
    return pack_with_zlib (bytes, MAX_WBITS);
#ifdef HAVE_BROTLI
  if (encoding == HTTP_ENCODING_BROTLI)
    return pack_with_brotli (bytes);
#endif
  return g_bytes_ref (bytes);
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
