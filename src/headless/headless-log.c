/* headless-log.c: --log-level, and the lines of the server
 *
 * GLib writes messages and what is worse by itself; what is less it writes for the domains that
 * G_MESSAGES_DEBUG names. A level chooses for all of ours at once, and may change while the server
 * runs.
 *
 * Where standard error leads to the journal, GLib hands it its messages in the journal's own form.
 * The journal's socket may be out of reach though, as in a container, and lines of ours go to
 * standard error in any case: there they begin with the priority, `<4>` for a warning
 * (sd-daemon(3)), and bear no time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-log.h"

#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One a layer: its G_LOG_DOMAIN. */
#define DOMAINS "Http Engineio Socketio Chat Lan Madang"

const char *const headless_log_levels[] = { "error", "warning", "message", "info", "debug", NULL };

/* GLib numbers what is worse lower. */
static const GLogLevelFlags flags[] = { G_LOG_LEVEL_CRITICAL, G_LOG_LEVEL_WARNING,
                                        G_LOG_LEVEL_MESSAGE, G_LOG_LEVEL_INFO, G_LOG_LEVEL_DEBUG };

static GLogLevelFlags most; /* 0 without a level */
static const char *our_domains; /* with a level that shows what GLib does not */

/* {{{ The journal */

/* systemd says which stream it has connected, by device and inode. */
static gboolean
is_journal (void)
{
  const char *stream = g_getenv ("JOURNAL_STREAM");
  struct stat status;
  g_autofree char *ours = NULL;

  if (stream == NULL || fstat (STDERR_FILENO, &status) < 0)
    return FALSE;

  ours = g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64)status.st_dev,
                          (guint64)status.st_ino);
  return g_str_equal (stream, ours);
}

/* The priorities of syslog(3), as GLib gives them to the journal too. */
static guint
get_priority (GLogLevelFlags level)
{
  if (level & G_LOG_LEVEL_ERROR)
    return 3;
  if (level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING))
    return 4;
  if (level & G_LOG_LEVEL_MESSAGE)
    return 5;
  return level & G_LOG_LEVEL_INFO ? 6 : 7;
}

/* A log that nobody reads must not stop the chat. */
static gboolean
can_write (void)
{
  struct pollfd fd = { STDERR_FILENO, POLLOUT, 0 };

  return poll (&fd, 1, 0) > 0 && (fd.revents & POLLOUT) != 0;
}

/* }}} */
/* {{{ What GLib logs */

static const char *
find_field (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, key) && fields[i].length == -1)
        return fields[i].value;
    }
  return NULL;
}

static gboolean
has_word (const char *words, const char *word)
{
  g_auto (GStrv) all = g_strsplit (words, " ", -1);

  return g_strv_contains ((const char *const *)all, "all") ||
         (word != NULL && g_strv_contains ((const char *const *)all, word));
}

static gboolean
is_wanted (GLogLevelFlags level, const GLogField *fields, gsize n_fields)
{
  const char *domains = g_getenv ("G_MESSAGES_DEBUG");

  if (most != 0 && level > most)
    return FALSE;
  if (level <= G_LOG_LEVEL_MESSAGE)
    return TRUE;

  if (domains == NULL)
    domains = our_domains;
  return domains != NULL && has_word (domains, find_field (fields, n_fields, "GLIB_DOMAIN"));
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if (!is_wanted (level & G_LOG_LEVEL_MASK, fields, n_fields))
    return G_LOG_WRITER_HANDLED;

  if (g_log_writer_is_journald (STDERR_FILENO) &&
      g_log_writer_journald (level, fields, n_fields, user_data) == G_LOG_WRITER_HANDLED)
    return G_LOG_WRITER_HANDLED;

  if (!is_journal ())
    return g_log_writer_standard_streams (level, fields, n_fields, user_data);

  headless_log_print (level, "%s: %s", find_field (fields, n_fields, "GLIB_DOMAIN"),
                      find_field (fields, n_fields, "MESSAGE"));
  return G_LOG_WRITER_HANDLED;
}

/* }}} */

/**
 * headless_log_set_level:
 * @name: (nullable): one of @headless_log_levels; %NULL leaves all as GLib has it
 *
 * Chooses how much is logged from now on. For info and debug, domains that G_MESSAGES_DEBUG names
 * already stay the only ones.
 */
void
headless_log_set_level (const char *name)
{
  static gboolean is_writer = FALSE;

  most = 0;
  for (guint i = 0; name != NULL && headless_log_levels[i] != NULL; i++)
    {
      if (g_str_equal (name, headless_log_levels[i]))
        most = flags[i];
    }
  our_domains = most > G_LOG_LEVEL_MESSAGE ? DOMAINS : NULL;

  /* GLib takes one writer for all time, and is quicker without. */
  if (!is_writer && (most != 0 || is_journal ()))
    {
      g_log_set_writer_func (write_log, NULL, NULL);
      is_writer = TRUE;
    }
}

/**
 * headless_log_print:
 * @level: how bad it is, for the journal
 * @format: the line, without a break at its end
 * @...: what @format asks for
 *
 * Writes a line to standard error, whatever the level of the log. It is dropped where nobody reads.
 */
void
headless_log_print (GLogLevelFlags level, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  if (!can_write ())
    return;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  if (is_journal ())
    g_printerr ("<%u>%s\n", get_priority (level), g_strdelimit (line, "\r\n", ' '));
  else
    g_printerr ("%s\n", line);
}
