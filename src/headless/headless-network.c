/* headless-network.c: tells where others can join, or why they cannot
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-network.h"

#include <glib/gi18n.h>

#include "lan-interfaces.h"
#include "lan-self-test.h"

#include "headless-log.h"

static void
on_self_test (GObject *source, GAsyncResult *result, gpointer user_data)
{
  guint16 port = GPOINTER_TO_UINT (user_data);
  g_autofree char *text = NULL;
  LanProblem problem;

  if (!lan_self_test_finish (result, &problem, NULL))
    return;

  text = lan_problem_describe (problem, port);
  if (text != NULL)
    headless_log_print (G_LOG_LEVEL_WARNING, "%s", text);
}

/**
 * headless_network_tell:
 * @host: a host that listens
 * @address: (nullable): the address that it listens on; %NULL for all
 *
 * Says on standard error, a line each, where others can join, and soon after what keeps them out if
 * that can be told.
 */
void
headless_network_tell (ChatHost *host, const char *address)
{
  gboolean only_here = address != NULL && lan_interfaces_is_loopback (address);
  g_auto (GStrv) urls = chat_host_list_urls (host);
  guint16 port = chat_host_get_port (host);

  for (char **url = urls; !only_here && *url != NULL; url++)
    {
      /* Translators: an URL */
      headless_log_print (G_LOG_LEVEL_INFO, _ ("Others can join at: %s"), *url);
    }
  lan_self_test_async (address, port, NULL, on_self_test, GUINT_TO_POINTER (port));
}
