/* http-file-sender.h: a file on its way out
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "http-types.h"

G_BEGIN_DECLS

/**
 * HTTP_FILE_CHUNK:
 *
 * How many bytes of a file are in memory at a time.
 */
#define HTTP_FILE_CHUNK (64 * 1024)

GBytes *http_file_read (int fd, goffset offset, gsize length, GError **error);
gboolean
http_file_send (SoupServerMessage *msg, int fd, goffset offset, goffset length, GError **error);

G_END_DECLS
