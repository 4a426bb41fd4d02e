/* http-origin.h: (pure) origins and host names
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "http-types.h"

G_BEGIN_DECLS

/**
 * HttpOrigin:
 * @scheme: in lower case
 * @host: in lower case and ASCII, an IPv6 address without brackets
 * @port: the port, or the default port of http and https, or 0
 *
 * An origin in its normal form.
 */
typedef struct
{
  char *scheme;
  char *host;
  guint16 port;
} HttpOrigin;

HttpOrigin *http_origin_parse (const char *text, GError **error);
char *http_origin_to_string (const HttpOrigin *origin);
gboolean http_origin_is_host (const HttpOrigin *origin, const char *host, gboolean secure);
guint16 http_origin_default_port (const char *scheme);
void http_origin_free (HttpOrigin *origin);

char *http_host_normalize (const char *name, GError **error);
gboolean http_host_parse (const char *text, char **host, guint16 *port, GError **error);
gboolean http_host_is_address (const char *host);
gboolean http_host_is_loopback (const char *host);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpOrigin, http_origin_free)

G_END_DECLS
