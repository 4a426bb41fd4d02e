/* http-cors-log.c: refusals on record
 *
 * A page that is refused by mistake is a riddle to whoever set up the server, so http-cors says
 * here what it refused, and this says it once, with the option that would allow it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "http-cors-log.h"

/* A stranger chooses what is remembered of him and written to the log, so both have an end: so many
 * different refusals in a period, each cut to so many bytes.
 */
#define MAX_REFUSALS 64
#define MAX_LENGTH   300
#define PERIOD       G_TIME_SPAN_HOUR

struct _HttpCorsLog
{
  GHashTable *refusals;
  gint64 since;
};

/**
 * http_cors_log_new:
 *
 * Returns: (transfer full): a record without refusals
 */
HttpCorsLog *
http_cors_log_new (void)
{
  HttpCorsLog *log = g_new0 (HttpCorsLog, 1);

  log->refusals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  log->since = g_get_monotonic_time ();

  return log;
}

/**
 * http_cors_log_free:
 * @log: (transfer full): a record
 */
void
http_cors_log_free (HttpCorsLog *log)
{
  g_hash_table_unref (log->refusals);
  g_free (log);
}

static gboolean
is_news (HttpCorsLog *log, const char *refusal)
{
  gint64 now = g_get_monotonic_time ();

  if (now - log->since > PERIOD)
    {
      g_hash_table_remove_all (log->refusals);
      log->since = now;
    }

  if (g_hash_table_size (log->refusals) >= MAX_REFUSALS)
    return FALSE;

  return g_hash_table_add (log->refusals, g_strdup (refusal));
}

/**
 * http_cors_log_refusal:
 * @log: a record
 * @header: the header for which a request was refused
 * @value: what the request has there, from the network as it came
 * @option: (nullable): the option that would allow @value, or %NULL if nothing would
 *
 * Logs a refusal, unless the same one was logged in the last hour or so.
 */
void
http_cors_log_refusal (HttpCorsLog *log, const char *header, const char *value, const char *option)
{
  g_autofree char *shortened = g_strndup (value, MAX_LENGTH);
  g_autofree char *escaped = g_strescape (shortened, NULL);
  g_autofree char *refusal = g_strdup_printf ("%s: %s", header, escaped);

  if (!is_news (log, refusal))
    return;

  if (option == NULL || strlen (value) > MAX_LENGTH)
    g_message (_ ("Refused a request with an invalid header \"%s\""), refusal);
  else
    g_message (_ ("Refused a request with \"%s\"; to allow it, add %s %s"), refusal, option,
               escaped);
}
