/* test-loop.h: waiting without sleeping
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * test_wait:
 * @condition: an expression
 *
 * Turns the main loop until @condition holds; after 20 seconds the test fails and names it.
 */
#define test_wait(condition)                                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 test_began = g_get_monotonic_time ();                                                   \
    while (!(condition))                                                                           \
      test_turn (test_began, G_STRINGIFY (condition), G_STRLOC);                                   \
  }                                                                                                \
  G_STMT_END

void test_turn (gint64 began, const char *condition, const char *where);
void test_settle (void);
void test_skip_time (guint milliseconds);
void test_pass_time (guint milliseconds);

void test_ignore_leaks (gboolean ignore);
guint test_count_descriptors (void);
gsize test_get_memory (void);

G_END_DECLS
