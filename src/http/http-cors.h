/* http-cors.h: who may ask from where
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "http-forwarded.h"
#include "http-types.h"

G_BEGIN_DECLS

#define HTTP_TYPE_CORS (http_cors_get_type ())

G_DECLARE_FINAL_TYPE (HttpCors, http_cors, HTTP, CORS, GObject)

HttpCors *http_cors_new (void);

gboolean http_cors_add_origin (HttpCors *cors, const char *origin, GError **error);
gboolean http_cors_add_origin_pattern (HttpCors *cors, const char *pattern, GError **error);
gboolean http_cors_add_host (HttpCors *cors, const char *host, GError **error);
gboolean http_cors_set_lists (HttpCors *cors,
                              const char *const *origins,
                              const char *const *hosts,
                              GError **error);
gboolean http_cors_add_trusted_proxy (HttpCors *cors, const char *proxy, GError **error);
gboolean http_cors_set_trusted_proxies (HttpCors *cors, const char *const *proxies, GError **error);
HttpProxies *http_cors_get_proxies (HttpCors *cors);
void http_cors_set_credentials (HttpCors *cors, gboolean credentials);
void http_cors_set_max_age (HttpCors *cors, int seconds);
void http_cors_set_exposed_headers (HttpCors *cors, const char *names);

gboolean http_cors_is_origin_allowed (HttpCors *cors, SoupServerMessage *msg);
gboolean http_cors_is_host_allowed (HttpCors *cors, SoupServerMessage *msg);

void http_cors_apply (HttpCors *cors, SoupServerMessage *msg);
void http_cors_refuse (HttpCors *cors, SoupServerMessage *msg);
gboolean http_cors_admit (HttpCors *cors, SoupServerMessage *msg);
gboolean http_cors_handle_preflight (HttpCors *cors, SoupServerMessage *msg);

G_END_DECLS
