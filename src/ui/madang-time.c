/* madang-time.c: when something happened, as the user's desktop and language write it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-time.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <langinfo.h>

#define DESKTOP_SCHEMA "org.gnome.desktop.interface"

/* For how long what follows is taken as known, in microseconds. */
#define KNOWN_FOR G_USEC_PER_SEC

/* Where and when the user is. A pane binds hundreds of rows at once, and to ask for the zone alone
 * takes longer than to write the time. */
typedef struct
{
  gint64 until; /* of the monotonic clock */
  GTimeZone *zone;
  gboolean uses_12_hours;
  int year, day;
} Present;

/* {{{ 12 or 24 hours */

static GSettings *
get_desktop_settings (void)
{
  static GSettings *settings;
  static gsize initialized;

  if (g_once_init_enter (&initialized))
    {
      GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
      g_autoptr (GSettingsSchema)
        schema = source != NULL ? g_settings_schema_source_lookup (source, DESKTOP_SCHEMA, TRUE)
                                : NULL;

      if (schema != NULL && g_settings_schema_has_key (schema, "clock-format"))
        settings = g_settings_new_full (schema, NULL, NULL);
      g_once_init_leave (&initialized, 1);
    }
  return settings;
}

/* The desktop's choice comes before the locale's habit. */
static gboolean
uses_12_hours (void)
{
  GSettings *settings = get_desktop_settings ();
  g_autofree char *format = settings != NULL ? g_settings_get_string (settings, "clock-format")
                                             : NULL;
  g_autoptr (GVariant)
    chosen = settings != NULL ? g_settings_get_user_value (settings, "clock-format") : NULL;

  if (chosen != NULL)
    return g_str_equal (format, "12h");

  return g_str_has_suffix (nl_langinfo (T_FMT), "%p") || g_str_equal (nl_langinfo (T_FMT), "%r");
}

/* }}} */
/* {{{ The present */

static void
look_around (Present *self)
{
  g_autoptr (GDateTime) now = NULL;

  g_clear_pointer (&self->zone, g_time_zone_unref);
  self->zone = g_time_zone_new_local ();
  self->uses_12_hours = uses_12_hours ();
  now = g_date_time_new_now (self->zone);
  self->year = g_date_time_get_year (now);
  self->day = g_date_time_get_day_of_year (now);
  self->until = g_get_monotonic_time () + KNOWN_FOR;
}

static const Present *
get_present (void)
{
  static Present present;

  if (g_get_monotonic_time () >= present.until)
    look_around (&present);
  return &present;
}

static gboolean
is_today (const Present *present, GDateTime *when)
{
  return g_date_time_get_year (when) == present->year &&
         g_date_time_get_day_of_year (when) == present->day;
}

/* }}} */

static const char *
get_clock_format (const Present *present)
{
  return present->uses_12_hours
           /* Translators: the time of day with 12 hours, for g_date_time_format () */
           ? _ ("%-I:%M %p")
           /* Translators: the time of day with 24 hours, for g_date_time_format () */
           : _ ("%H:%M");
}

/* A server may name any time; one that no calendar has is shown as nothing. */
static char *
format (gint64 time, gboolean with_date)
{
  const Present *present = get_present ();
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / 1000);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_timezone (utc, present->zone) : NULL;
  g_autofree char *clock = local != NULL ? g_date_time_format (local, get_clock_format (present))
                                         : NULL;
  g_autofree char *date = NULL;

  if (clock == NULL)
    return g_strdup ("");
  if (!with_date && is_today (present, local))
    return g_steal_pointer (&clock);

  /* Translators: a date without the year, for g_date_time_format () */
  date = g_date_time_format (local, with_date ? "%x" : _ ("%b %-e"));
  /* Translators: a date and a time of day */
  return g_strdup_printf (C_ ("date and time", "%s, %s"), date, clock);
}

/**
 * madang_time_format:
 * @time: milliseconds since 1970, UTC
 *
 * Returns: (transfer full): the time of day, with the date if it is not today
 */
char *
madang_time_format (gint64 time)
{
  return format (time, FALSE);
}

/**
 * madang_time_format_full:
 * @time: milliseconds since 1970, UTC
 *
 * Returns: (transfer full): the date and the time of day
 */
char *
madang_time_format_full (gint64 time)
{
  return format (time, TRUE);
}
