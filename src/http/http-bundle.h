/* http-bundle.h: the files of one version of something
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _HttpBundle HttpBundle;

HttpBundle *http_bundle_new (GResource *resource, const char *prefix, const char *version);
void http_bundle_free (HttpBundle *bundle);

gboolean http_bundle_handle (HttpBundle *bundle, SoupServerMessage *msg, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpBundle, http_bundle_free)

G_END_DECLS
