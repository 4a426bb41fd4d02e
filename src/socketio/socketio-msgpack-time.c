/* socketio-msgpack-time.c: dates as JavaScript's JSON has them
 *
 * JSON has no dates. JSON.stringify writes one as a text, which is what a program gets that reads
 * JSON; so it gets the same from MessagePack, which has them. GDateTime is not used: its years end
 * at 9999.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-msgpack-time.h"

#define MS_PER_DAY G_GINT64_CONSTANT (86400000)

/* The calendar repeats itself after 400 years. */
#define DAYS_PER_ERA 146097

/* From 0000-03-01, where eras begin here, to 1970-01-01. */
#define DAYS_TO_1970 719468

/* Years are counted from March on, so that the day which not all of them have is their last. */
static void
find_date (gint64 day, gint64 *year, int *month, int *day_of_month)
{
  gint64 since = day + DAYS_TO_1970;
  gint64 era = (since >= 0 ? since : since - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
  int day_of_era = since - era * DAYS_PER_ERA;
  int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) /
                    365;
  int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int month_from_march = (5 * day_of_year + 2) / 153;

  *day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  *month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  *year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

/**
 * socketio_msgpack_time_to_string:
 * @milliseconds: a time, from 1970 on in UTC, no further from it than %SOCKETIO_MSGPACK_MAX_TIME
 *
 * Writes a time as Date.prototype.toISOString does (ECMA-262): `2026-01-31T12:00:00.000Z`, with a
 * sign and six digits for years that have not four.
 *
 * Returns: (transfer full): the text
 */
char *
socketio_msgpack_time_to_string (gint64 milliseconds)
{
  gint64 rest = milliseconds % MS_PER_DAY;
  int ms = rest < 0 ? rest + MS_PER_DAY : rest;
  gint64 year;
  int month, day;
  g_autofree char *year_text = NULL;

  find_date ((milliseconds - ms) / MS_PER_DAY, &year, &month, &day);
  year_text = g_strdup_printf (year >= 0 && year <= 9999 ? "%04d" : "%+07d", (int)year);
  return g_strdup_printf ("%s-%02d-%02dT%02d:%02d:%02d.%03dZ", year_text, month, day, ms / 3600000,
                          ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}
