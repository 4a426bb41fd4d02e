/* test-loop.c: waiting without sleeping
 *
 * Server and clients live in one main loop. What goes over the loopback interface is there as soon
 * as it was sent, so that a loop with nothing left to do has seen all that there is to see.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "test-loop.h"

#include <stdio.h>
#include <unistd.h>

#include "http-poller.h"

#define DEADLINE (20 * G_USEC_PER_SEC)

/* How often a loop must have nothing to do until it counts as idle. */
#define IDLE_TURNS 8

static gboolean
on_tick (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/* One turn of the main loop; it waits a little if there is nothing to do. */
void
test_turn (gint64 began, const char *condition, const char *where)
{
  guint tick = 0;

  if (g_get_monotonic_time () - began > DEADLINE)
    g_error ("%s: waited in vain for %s", where, condition);

  if (g_main_context_iteration (NULL, FALSE))
    return;

  tick = g_timeout_add (2, on_tick, NULL);
  g_main_context_iteration (NULL, TRUE);
  if (g_main_context_find_source_by_id (NULL, tick) != NULL)
    g_source_remove (tick);
}

/* Until all that is on its way has arrived. */
void
test_settle (void)
{
  guint idle = 0;

  while (idle < IDLE_TURNS)
    idle = g_main_context_iteration (NULL, FALSE) ? 0 : idle + 1;
}

/* Puts the clock of all timers forward, as if so much time had gone by. */
void
test_skip_time (guint milliseconds)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();

  test_settle ();
  http_poller_skip_time (poller, milliseconds);
  test_settle ();
}

/* The same, but the loop has no turn, as if it had been held up. */
void
test_pass_time (guint milliseconds)
{
  g_autoptr (HttpPoller) poller = http_poller_ref_default ();

  http_poller_skip_time (poller, milliseconds);
}

/* In sanitizers, when they are there. */
void __lsan_disable (void) __attribute__ ((weak));
void __lsan_enable (void) __attribute__ ((weak));

/* LeakSanitizer overlooks what is allocated until this is called again with FALSE. libsoup 3.2 has
 * leaks of its own: the address of each listener, each connection that its client closes between
 * two requests, and the path of a request whose framing it does not know. */
void
test_ignore_leaks (gboolean ignore)
{
  if (__lsan_disable == NULL)
    return;

  if (ignore)
    __lsan_disable ();
  else
    __lsan_enable ();
}

guint
test_count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;

  /* One is the folder's own. */
  return n - 1;
}

#if defined(__SANITIZE_ADDRESS__)
#define KEEPS_FREED_MEMORY TRUE
#elif defined(__has_feature)
#define KEEPS_FREED_MEMORY __has_feature (address_sanitizer)
#else
#define KEEPS_FREED_MEMORY FALSE
#endif

/* The bytes of memory that the process has in use; 0 if that says nothing. */
gsize
test_get_memory (void)
{
  g_autofree char *text = NULL;
  gulong total, resident;

  if (KEEPS_FREED_MEMORY)
    return 0;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%lu %lu", &total, &resident), ==, 2);

  return (gsize)resident * sysconf (_SC_PAGESIZE);
}
