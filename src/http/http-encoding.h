/* http-encoding.h: bodies in less bytes
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * HttpEncoding:
 * @HTTP_ENCODING_IDENTITY: as it is
 * @HTTP_ENCODING_GZIP: gzip (RFC 1952)
 * @HTTP_ENCODING_DEFLATE: zlib (RFC 1950), which HTTP calls `deflate`
 * @HTTP_ENCODING_BROTLI: Brotli (RFC 7932), if this was built with it
 *
 * The codings that we can send (RFC 9110, section 8.4.1).
 */
typedef enum
{
  HTTP_ENCODING_IDENTITY,
  HTTP_ENCODING_GZIP,
  HTTP_ENCODING_DEFLATE,
  HTTP_ENCODING_BROTLI,
} HttpEncoding;

#define HTTP_N_ENCODINGS 4

HttpEncoding http_encoding_choose (SoupServerMessage *msg);
HttpEncoding http_encoding_choose_kept (SoupServerMessage *msg);
GBytes *http_encoding_pack (HttpEncoding encoding, GBytes *bytes);
void http_encoding_declare (HttpEncoding encoding, SoupServerMessage *msg);

G_END_DECLS
