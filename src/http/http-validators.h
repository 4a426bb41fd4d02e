/* http-validators.h: (pure) has it changed since you last asked?
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * HttpValidators:
 * @etag: the strong entity tag, with its quotes
 * @modified: when it was last changed, in seconds since 1970, or -1 if unknown
 *
 * What tells one version of a file from the next.
 */
typedef struct
{
  char *etag;
  gint64 modified;
} HttpValidators;

guint http_validators_check (const HttpValidators *validators, SoupMessageHeaders *request);
gboolean
http_validators_allow_range (const HttpValidators *validators, SoupMessageHeaders *request);

char *http_date_format (gint64 seconds);
gboolean http_date_parse (const char *text, gint64 *seconds);

G_END_DECLS
