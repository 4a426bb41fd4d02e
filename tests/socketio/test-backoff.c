/* test-backoff.c: how long to wait before the next try
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-backoff.h"

#define N_DRAWS 20000
#define N_PARTS 8

static void
test_growth (void)
{
  g_assert_cmpuint (socketio_backoff_get_delay (1000, 5000, 0, 0), ==, 1000);
  g_assert_cmpuint (socketio_backoff_get_delay (1000, 5000, 0, 1), ==, 2000);
  g_assert_cmpuint (socketio_backoff_get_delay (1000, 5000, 0, 2), ==, 4000);
  g_assert_cmpuint (socketio_backoff_get_delay (1000, 5000, 0, 3), ==, 5000);
  g_assert_cmpuint (socketio_backoff_get_delay (1000, 5000, 0, 4), ==, 5000);
  g_assert_cmpuint (socketio_backoff_get_delay (7000, 5000, 0, 0), ==, 5000);
  g_assert_cmpuint (socketio_backoff_get_delay (1, 5000, 0, 12), ==, 4096);
}

static void
test_extremes (void)
{
  static const guint attempts[] = { 0, 1, 30, 31, 32, 63, 64, 1000, G_MAXUINT };

  for (guint i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      guint delay = socketio_backoff_get_delay (G_MAXINT, G_MAXINT, 0, attempts[i]);

      g_assert_cmpuint (delay, ==, G_MAXINT);
      if (attempts[i] >= 30)
        g_assert_cmpuint (socketio_backoff_get_delay (1, 5000, 0, attempts[i]), ==, 5000);
      for (guint n = 0; n < 1000; n++)
        g_assert_cmpuint (socketio_backoff_get_delay (1, 5000, 1, attempts[i]), <=, 10000);
    }
  g_assert_cmpuint (socketio_backoff_get_delay (1, G_MAXINT, 0, G_MAXUINT), ==, G_MAXINT);
}

/* The random part is spread over all of its range, equally, after any number of tries: beyond
 * the limit as well as before. */
static void
check_spread (guint attempts, guint base)
{
  guint parts[N_PARTS] = { 0 };
  double sum = 0;

  for (guint n = 0; n < N_DRAWS; n++)
    {
      guint delay = socketio_backoff_get_delay (1000, 5000, 0.5, attempts);

      g_assert_cmpuint (delay, >=, base / 2);
      g_assert_cmpuint (delay, <=, base + base / 2);
      parts[MIN ((delay - base / 2) * N_PARTS / base, N_PARTS - 1)]++;
      sum += delay;
    }

  g_assert_cmpfloat_with_epsilon (sum / N_DRAWS, base, base * 0.02);
  for (guint i = 0; i < N_PARTS; i++)
    {
      g_assert_cmpuint (parts[i], >, N_DRAWS / N_PARTS * 8 / 10);
      g_assert_cmpuint (parts[i], <, N_DRAWS / N_PARTS * 12 / 10);
    }
}

static void
test_spread (void)
{
  static const guint bases[] = { 1000, 2000, 4000, 5000, 5000, 5000, 5000 };

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    check_spread (i, bases[i]);
  check_spread (1000, 5000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/socketio/backoff/growth", test_growth);
  g_test_add_func ("/socketio/backoff/extremes", test_extremes);
  g_test_add_func ("/socketio/backoff/spread", test_spread);

  return g_test_run ();
}
