/* http-validators.c: (pure) has it changed since you last asked?
 *
 * The conditions that a request may set (RFC 9110, section 13): a browser that has a file already
 * asks for it on the condition that it changed, a broken download goes on if it did not.
 * http-static asks here before it answers.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-validators.h"

#include <stdio.h>

static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

typedef enum
{
  COMPARE_STRONG,
  COMPARE_WEAK,
} Comparison;

/**
 * http_date_format:
 * @seconds: seconds since 1970
 *
 * Returns: (transfer full) (nullable): the time as HTTP writes it (RFC 9110, section 5.6.7), or
 * %NULL if it is outside the years that can be written
 */
char *
http_date_format (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  return time != NULL ? soup_date_time_to_string (time, SOUP_DATE_HTTP) : NULL;
}

static int
find_name (const char *const *names, gsize n_names, const char *name)
{
  for (gsize i = 0; i < n_names; i++)
    {
      if (strcmp (names[i], name) == 0)
        return i;
    }

  return -1;
}

/**
 * http_date_parse:
 * @text: a date
 * @seconds: (out): seconds since 1970
 *
 * Reads a date in the one form that HTTP still writes, `Sun, 06 Nov 1994 08:49:37 GMT`. The two
 * obsolete ones are as good as no date.
 *
 * Returns: whether @text is one
 */
gboolean
http_date_parse (const char *text, gint64 *seconds)
{
  char weekday[4], month[4];
  int day, year, hour, minute, second;
  int length = 0;
  int month_index;
  g_autoptr (GDateTime) time = NULL;

  if (sscanf (text, "%3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", weekday, &day, month, &year,
              &hour, &minute, &second, &length) != 7 ||
      length != (int)strlen ("Sun, 06 Nov 1994 08:49:37 GMT") || text[length] != '\0')
    return FALSE;

  month_index = find_name (months, G_N_ELEMENTS (months), month);
  if (month_index < 0 || find_name (weekdays, G_N_ELEMENTS (weekdays), weekday) < 0)
    return FALSE;

  /* The leap second has a name in HTTP and none in GLib. */
  time = g_date_time_new_utc (year, month_index + 1, day, hour, minute, MIN (second, 59));
  if (time == NULL)
    return FALSE;

  *seconds = g_date_time_to_unix (time);

  return TRUE;
}

/* Takes one entity tag off a list. A tag may contain commas, so that the list cannot just be split.
 */
static gboolean
next_tag (const char **text, gboolean *weak, const char **tag, gsize *length)
{
  const char *p = *text + strspn (*text, " \t,");
  const char *end;

  *weak = g_str_has_prefix (p, "W/");
  if (*weak)
    p += 2;

  if (*p != '"' || (end = strchr (p + 1, '"')) == NULL)
    return FALSE;

  *tag = p;
  *length = end + 1 - p;
  *text = end + 1;

  return TRUE;
}

static gboolean
list_has_tag (const char *text, const char *etag, Comparison comparison)
{
  gboolean weak;
  const char *tag;
  gsize length;

  if (strcmp (text, "*") == 0)
    return TRUE;

  while (next_tag (&text, &weak, &tag, &length))
    {
      if (weak && comparison == COMPARE_STRONG)
        continue;

      if (strncmp (tag, etag, length) == 0)
        return TRUE;
    }

  return FALSE;
}

/* Whether a header is there, and whether one of its lines names our tag. */
static gboolean
find_tag (SoupMessageHeaders *headers,
          const char *name,
          const char *etag,
          Comparison comparison,
          gboolean *matches)
{
  SoupMessageHeadersIter iter;
  const char *header_name, *value;
  gboolean found = FALSE;

  *matches = FALSE;
  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &header_name, &value))
    {
      if (g_ascii_strcasecmp (header_name, name) != 0)
        continue;

      found = TRUE;
      *matches = *matches || list_has_tag (value, etag, comparison);
    }

  return found;
}

static gboolean
get_date (SoupMessageHeaders *headers, const char *name, gint64 *seconds)
{
  const char *value = soup_message_headers_get_one (headers, name);

  return value != NULL && http_date_parse (value, seconds);
}

static gboolean
is_the_client_mistaken (const HttpValidators *validators, SoupMessageHeaders *request)
{
  gboolean matches;
  gint64 date;

  if (find_tag (request, "If-Match", validators->etag, COMPARE_STRONG, &matches))
    return !matches;

  return validators->modified >= 0 && get_date (request, "If-Unmodified-Since", &date) &&
         validators->modified > date;
}

static gboolean
does_the_client_have_it (const HttpValidators *validators, SoupMessageHeaders *request)
{
  gboolean matches;
  gint64 date;

  if (find_tag (request, "If-None-Match", validators->etag, COMPARE_WEAK, &matches))
    return matches;

  return validators->modified >= 0 && get_date (request, "If-Modified-Since", &date) &&
         validators->modified <= date;
}

/**
 * http_validators_check:
 * @validators: those of the file
 * @request: the headers of a GET or HEAD request
 *
 * Weighs the conditions of a request in their order (RFC 9110, section 13.2.2). A condition on the
 * tag takes the place of the one on the date.
 *
 * Returns: the status to answer with: 200, 304 or 412
 */
guint
http_validators_check (const HttpValidators *validators, SoupMessageHeaders *request)
{
  if (is_the_client_mistaken (validators, request))
    return SOUP_STATUS_PRECONDITION_FAILED;

  if (does_the_client_have_it (validators, request))
    return SOUP_STATUS_NOT_MODIFIED;

  return SOUP_STATUS_OK;
}

/**
 * http_validators_allow_range:
 * @validators: those of the file
 * @request: the headers of a GET request
 *
 * Whether the part that the client has already is of the same version, if it asks (`If-Range`, RFC
 * 9110, section 13.1.5). A date must be the very same.
 *
 * Returns: whether a `Range` may be honoured
 */
gboolean
http_validators_allow_range (const HttpValidators *validators, SoupMessageHeaders *request)
{
  const char *value = soup_message_headers_get_one (request, "If-Range");
  gint64 date;

  if (value == NULL)
    return TRUE;

  if (strchr (value, '"') != NULL)
    return strcmp (value, validators->etag) == 0;

  return http_date_parse (value, &date) && date == validators->modified;
}
