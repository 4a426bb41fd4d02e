/* http-range.c: (pure) the Range header
 *
 * libsoup's own reading of it trusts the client: a range may begin before the first byte and end
 * after the last, and the whole may be asked for a thousand times in one request. So http-static
 * reads the header here, and libsoup only ever sees ranges that were checked.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-range.h"

/* Reads digits; more than fit count as the largest number. */
static gboolean
parse_number (const char **text, goffset *number)
{
  const char *p = *text;

  for (*number = 0; g_ascii_isdigit (*p); p++)
    {
      int digit = g_ascii_digit_value (*p);

      *number = *number > (G_MAXOFFSET - digit) / 10 ? G_MAXOFFSET : *number * 10 + digit;
    }

  if (p == *text)
    return FALSE;

  *text = p;

  return TRUE;
}

static void
skip_blanks (const char **text)
{
  *text += strspn (*text, " \t");
}

/* "-5", the last five bytes. A range of no bytes gets its start at the size, where nothing is. */
static gboolean
parse_suffix (const char **text, goffset size, SoupRange *range)
{
  goffset length;

  (*text)++;
  if (!parse_number (text, &length))
    return FALSE;

  range->start = size - MIN (length, size);
  range->end = size - 1;

  return TRUE;
}

/* "5-9" or "5-" */
static gboolean
parse_span (const char **text, goffset size, SoupRange *range)
{
  if (!parse_number (text, &range->start) || **text != '-')
    return FALSE;

  (*text)++;
  if (!parse_number (text, &range->end))
    range->end = G_MAXOFFSET;

  if (range->end < range->start)
    return FALSE;

  range->end = MIN (range->end, size - 1);

  return TRUE;
}

static gboolean
overlaps_any (const SoupRange *ranges, guint n_ranges, const SoupRange *range)
{
  for (guint i = 0; i < n_ranges; i++)
    {
      if (range->start <= ranges[i].end && ranges[i].start <= range->end)
        return TRUE;
    }

  return FALSE;
}

/* One range of the list and what separates it from the next. */
static gboolean
parse_item (const char **text, goffset size, SoupRange *range)
{
  gboolean valid;

  valid = **text == '-' ? parse_suffix (text, size, range) : parse_span (text, size, range);
  skip_blanks (text);
  if (!valid || (**text != '\0' && **text != ','))
    return FALSE;

  while (**text == ',')
    {
      (*text)++;
      skip_blanks (text);
    }

  return TRUE;
}

/**
 * http_range_parse:
 * @text: the value of a `Range` header
 * @size: the length of what is served, in bytes
 * @ranges: (array length=max_ranges): room for the ranges
 * @max_ranges: for how many
 * @n_ranges: (out): how many there are
 *
 * Reads which bytes are asked for (RFC 9110, section 14.1.2). Each range comes out within @size,
 * both ends included. Ranges that cannot be satisfied are left out when others can.
 *
 * The whole is the answer to a header that is malformed, of another unit, or asks for too much: for
 * more than @max_ranges, or for the same byte twice (section 14.2 allows to ignore these). So it is
 * for a file without bytes.
 *
 * Returns: what to answer
 */
HttpRangeResult
http_range_parse (const char *text,
                  goffset size,
                  SoupRange *ranges,
                  guint max_ranges,
                  guint *n_ranges)
{
  *n_ranges = 0;

  if (size == 0 || g_ascii_strncasecmp (text, "bytes=", strlen ("bytes=")) != 0)
    return HTTP_RANGE_WHOLE;

  text += strlen ("bytes=");
  skip_blanks (&text);
  if (*text == '\0')
    return HTTP_RANGE_WHOLE;

  while (*text != '\0')
    {
      SoupRange range;

      if (!parse_item (&text, size, &range))
        return HTTP_RANGE_WHOLE;

      if (range.start >= size)
        continue;

      if (*n_ranges == max_ranges || overlaps_any (ranges, *n_ranges, &range))
        return HTTP_RANGE_WHOLE;

      ranges[(*n_ranges)++] = range;
    }

  return *n_ranges > 0 ? HTTP_RANGE_PARTIAL : HTTP_RANGE_UNSATISFIABLE;
}
