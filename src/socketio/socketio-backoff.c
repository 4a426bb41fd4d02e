/* socketio-backoff.c: how long to wait before the next try
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-backoff.h"

/* By then every delay has reached its limit. */
#define MAX_DOUBLINGS 31

/**
 * socketio_backoff_get_delay:
 * @delay: milliseconds before the first try
 * @delay_max: milliseconds that the delay grows to, 2^31 - 1 at most
 * @factor: how large the random part is, from 0 to 1
 * @attempts: how often it was tried in vain
 *
 * Gets a delay that doubles with each try up to a limit, with a random part that is different for
 * each client, so that a server which comes back is not run over by all of them at once. The random
 * part is applied behind the limit, so that it never goes: in Node's client it is gone from the
 * fifth try on.
 *
 * Returns: milliseconds, from (1 - @factor) to (1 + @factor) times the delay
 */
guint
socketio_backoff_get_delay (guint delay, guint delay_max, double factor, guint attempts)
{
  double base = (double)delay * (G_GUINT64_CONSTANT (1) << MIN (attempts, MAX_DOUBLINGS));

  base = MIN (base, (double)delay_max);
  return base + base * factor * g_random_double_range (-1.0, 1.0);
}
