/* chat-metrics-process.c: the process, by the names that Prometheus has for it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-metrics.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double
seconds_of (clockid_t clock)
{
  struct timespec time = { 0 };

  clock_gettime (clock, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

/* proc(5): the second field, the program's name, may have blanks and brackets in it. */
static gboolean
read_ticks_at_start (guint64 *ticks)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;
  const char *rest;

  if (!g_file_get_contents ("/proc/self/stat", &text, NULL, NULL) ||
      (rest = strrchr (text, ')')) == NULL)
    return FALSE;

  fields = g_strsplit (rest, " ", -1);
  if (g_strv_length (fields) <= 20)
    return FALSE;

  *ticks = g_ascii_strtoull (fields[20], NULL, 10);
  return TRUE;
}

static void
write_start (HttpExposition *exposition)
{
  guint64 ticks;
  double booted;

  if (!read_ticks_at_start (&ticks))
    return;

  booted = seconds_of (CLOCK_REALTIME) - seconds_of (CLOCK_BOOTTIME);
  http_exposition_put (exposition, "process_start_time_seconds", "gauge",
                       "When the process started, in seconds since 1970.",
                       booted + (double)ticks / sysconf (_SC_CLK_TCK));
}

static void
write_memory (HttpExposition *exposition)
{
  g_autofree char *text = NULL;
  guint64 all, resident;
  char *end;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return;

  all = g_ascii_strtoull (text, &end, 10);
  resident = g_ascii_strtoull (end, NULL, 10);
  http_exposition_put (exposition, "process_virtual_memory_bytes", "gauge",
                       "The size of the process's memory.", (double)all * sysconf (_SC_PAGESIZE));
  http_exposition_put (exposition, "process_resident_memory_bytes", "gauge",
                       "What of it is in the machine's.",
                       (double)resident * sysconf (_SC_PAGESIZE));
}

static void
write_descriptors (HttpExposition *exposition)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  struct rlimit limit;
  guint n = 0;

  while (folder != NULL && g_dir_read_name (folder) != NULL)
    n++;
  if (n > 0)
    http_exposition_put (exposition, "process_open_fds", "gauge", "Descriptors that are open.", n);
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    http_exposition_put (exposition, "process_max_fds", "gauge", "How many there may be.",
                         limit.rlim_cur);
}

/**
 * chat_metrics_write_process:
 * @exposition: where to write them
 *
 * Writes what the process takes: processor, memory, descriptors. What the system does not tell is
 * left out.
 */
void
chat_metrics_write_process (HttpExposition *exposition)
{
  http_exposition_put (exposition, "process_cpu_seconds_total", "counter",
                       "Seconds that the processor has worked for it.",
                       seconds_of (CLOCK_PROCESS_CPUTIME_ID));
  write_start (exposition);
  write_memory (exposition);
  write_descriptors (exposition);
}
