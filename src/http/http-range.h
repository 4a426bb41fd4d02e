/* http-range.h: (pure) the Range header
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * HttpRangeResult:
 * @HTTP_RANGE_WHOLE: there is nothing to cut: answer 200 with everything
 * @HTTP_RANGE_PARTIAL: answer 206 with the ranges
 * @HTTP_RANGE_UNSATISFIABLE: answer 416
 *
 * What a `Range` header asks for.
 */
typedef enum
{
  HTTP_RANGE_WHOLE,
  HTTP_RANGE_PARTIAL,
  HTTP_RANGE_UNSATISFIABLE,
} HttpRangeResult;

HttpRangeResult http_range_parse (const char *text,
                                  goffset size,
                                  SoupRange *ranges,
                                  guint max_ranges,
                                  guint *n_ranges);

G_END_DECLS
