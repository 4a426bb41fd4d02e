/* lan-self-test.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LanProblem:
 * @LAN_PROBLEM_NONE: others can join, as far as can be told from here
 * @LAN_PROBLEM_ONLY_HERE: it listens for this machine alone
 * @LAN_PROBLEM_NO_NETWORK: this machine has no address that others could use
 * @LAN_PROBLEM_UNREACHABLE: even this machine cannot connect to its own address
 * @LAN_PROBLEM_FIREWALLD: firewalld lets nobody in at this port
 * @LAN_PROBLEM_UFW: ufw is on, and may let nobody in
 *
 * Why others cannot join.
 */
typedef enum
{
  LAN_PROBLEM_NONE,
  LAN_PROBLEM_ONLY_HERE,
  LAN_PROBLEM_NO_NETWORK,
  LAN_PROBLEM_UNREACHABLE,
  LAN_PROBLEM_FIREWALLD,
  LAN_PROBLEM_UFW,
} LanProblem;

void lan_self_test_async (const char *address,
                          guint16 port,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
gboolean lan_self_test_finish (GAsyncResult *result, LanProblem *problem, GError **error);

char *lan_problem_describe (LanProblem problem, guint16 port);

G_END_DECLS
