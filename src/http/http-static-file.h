/* http-static-file.h: one file that can be served
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "http-types.h"
#include "http-validators.h"

G_BEGIN_DECLS

/**
 * HttpStaticFile:
 * @fd: the open file, or -1
 * @bytes: (nullable): the content, if it is in memory
 * @size: its length in bytes
 * @type: its `Content-Type`
 * @validators: what tells its versions apart
 *
 * A file that was found, and what there is to say about it. Counted references.
 */
typedef struct
{
  int fd;
  GBytes *bytes;
  goffset size;
  char *type;
  HttpValidators validators;
} HttpStaticFile;

HttpStaticFile *http_static_file_open (const char *folder, const char *path, GError **error);
HttpStaticFile *http_static_file_new_for_bytes (const char *path, GBytes *bytes);
HttpStaticFile *http_static_file_ref (HttpStaticFile *file);
void http_static_file_unref (HttpStaticFile *file);

gboolean http_static_file_load (HttpStaticFile *file, GError **error);
gboolean http_static_file_send (HttpStaticFile *file,
                                SoupServerMessage *msg,
                                goffset offset,
                                goffset length,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpStaticFile, http_static_file_unref)

G_END_DECLS
