/* http-listener.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "http-types.h"

G_BEGIN_DECLS

#define HTTP_TYPE_LISTENER (http_listener_get_type ())

G_DECLARE_FINAL_TYPE (HttpListener, http_listener, HTTP, LISTENER, GObject)

HttpListener *http_listener_new (SoupServer *server);

gboolean
http_listener_listen (HttpListener *listener, const char *address, guint16 port, GError **error);
guint16 http_listener_get_port (HttpListener *listener);
guint http_listener_get_n_connections (HttpListener *listener);
void http_listener_close (HttpListener *listener);

G_END_DECLS
