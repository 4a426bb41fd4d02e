/* http-static.h: files from a folder or the GResource
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "http-types.h"

G_BEGIN_DECLS

#define HTTP_TYPE_STATIC (http_static_get_type ())

G_DECLARE_FINAL_TYPE (HttpStatic, http_static, HTTP, STATIC, GObject)

HttpStatic *http_static_new_for_folder (const char *path, GError **error);
HttpStatic *http_static_new_for_resource (GResource *resource, const char *prefix);

void http_static_set_header (HttpStatic *self, const char *name, const char *value);
void http_static_handle (HttpStatic *self, SoupServerMessage *msg, const char *path);

G_END_DECLS
