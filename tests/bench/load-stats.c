/* load-stats.c: what the server costs, how long things take, and the result
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The result goes out as a whole, or not at all. */
static char result[2048];
static size_t result_length;

/* Nanoseconds of CPU that all threads of a process have used, also those that have ended: the same
 * sum as utime and stime in /proc/PID/stat, which are rounded to 10 ms. */
uint64_t
load_cpu (pid_t pid)
{
  struct timespec time;
  clockid_t clock;

  if (clock_getcpuclockid (pid, &clock) != 0 || clock_gettime (clock, &time) < 0)
    load_fail ("there is no server %d any more", (int)pid);
  return time.tv_sec * UINT64_C (1000000000) + time.tv_nsec;
}

/* A number of what the kernel says of a process. */
static uint64_t
read_status (pid_t pid, const char *name)
{
  size_t length = strlen (name);
  uint64_t value = 0;
  char line[256];
  FILE *file;

  snprintf (line, sizeof line, "/proc/%d/status", (int)pid);
  file = fopen (line, "r");
  if (file == NULL)
    load_fail ("%s: %s", line, strerror (errno));

  while (fgets (line, sizeof line, file) != NULL)
    {
      if (strncmp (line, name, length) == 0)
        value = strtoull (line + length, NULL, 10);
    }
  fclose (file);
  return value;
}

/* Bytes of memory that a process has at hand. */
uint64_t
load_rss (pid_t pid)
{
  return read_status (pid, "VmRSS:") * 1024;
}

/* How often its main thread has slept so far. */
uint64_t
load_sleeps (pid_t pid)
{
  return read_status (pid, "voluntary_ctxt_switches:");
}

void
load_add_latency (Load *load, uint64_t since, uint64_t now)
{
  Latencies *all = &load->latencies;

  if (!load->measuring)
    return;

  if (all->length == all->allocated)
    {
      all->allocated = all->allocated * 2 + 65536;
      all->values = realloc (all->values, all->allocated * sizeof *all->values);
    }
  all->values[all->length++] = now > since ? (now - since) / 1000 : 0;
}

static int
compare (const void *a, const void *b)
{
  uint32_t first = *(const uint32_t *)a;
  uint32_t second = *(const uint32_t *)b;

  return (first > second) - (first < second);
}

void
load_print_begin (const char *name)
{
  result_length = snprintf (result, sizeof result, "{\"case\": \"%s\"", name);
}

void
load_print (const char *name, double value)
{
  if (result_length < sizeof result)
    result_length += snprintf (result + result_length, sizeof result - result_length,
                               ", \"%s\": %.10g", name, value);
}

void
load_print_latencies (Load *load)
{
  Latencies *all = &load->latencies;

  if (all->length == 0)
    return;

  qsort (all->values, all->length, sizeof *all->values, compare);
  load_print ("p50_us", all->values[all->length / 2]);
  load_print ("p99_us", all->values[all->length - 1 - all->length / 100]);
  load_print ("max_us", all->values[all->length - 1]);
}

void
load_print_end (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  load_print ("load_cpu_ns", time.tv_sec * 1e9 + time.tv_nsec);
  printf ("%s}\n", result);
}
