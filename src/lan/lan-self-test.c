/* lan-self-test.c: whether others will get in, as far as their host can tell
 *
 * First what needs no look around, then a connection to the own address, then the firewalls
 * (lan-firewall.c). The first problem is the one to tell.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "lan-self-test.h"

#include <glib/gi18n-lib.h>

#include "lan-firewall.h"
#include "lan-interfaces.h"

/* In seconds: on one machine a connection stands at once, or something drops what it is made of. */
#define CONNECT_TIMEOUT 5

#define UFW_CONF "/etc/ufw/ufw.conf"

typedef struct
{
  LanInterface *interface; /* where others come from */
  guint16 port;
} Test;

static void
test_free (gpointer data)
{
  Test *self = data;

  lan_interface_free (self->interface);
  g_free (self);
}

static void
finish (GTask *task, LanProblem problem)
{
  g_task_return_int (task, problem);
  g_object_unref (task);
}

/* {{{ What it looks at */

static void
on_firewalld (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  gboolean closed = FALSE;

  if (lan_firewalld_ask_finish (result, &closed, NULL) && closed)
    finish (task, LAN_PROBLEM_FIREWALLD);
  else
    finish (task, lan_ufw_is_on (UFW_CONF) ? LAN_PROBLEM_UFW : LAN_PROBLEM_NONE);
}

static void
on_connected (GObject *client, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Test *self = g_task_get_task_data (task);
  g_autoptr (GSocketConnection) connection = NULL;

  connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (client), result, NULL);
  if (connection == NULL)
    {
      finish (task, LAN_PROBLEM_UNREACHABLE);
      return;
    }

  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  lan_firewalld_ask_async (self->interface->name, self->port, g_task_get_cancellable (task),
                           on_firewalld, task);
}

static void
connect_to_own_address (GTask *task)
{
  Test *self = g_task_get_task_data (task);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = NULL;

  address = g_inet_socket_address_new_from_string (self->interface->address, self->port);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, CONNECT_TIMEOUT);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address),
                                 g_task_get_cancellable (task), on_connected, task);
}

/* }}} */
/* {{{ The public API */

/* The best address, or the only one that it listens on. */
static LanInterface *
find_interface (const char *address)
{
  g_autoptr (GPtrArray) interfaces = lan_interfaces_list (address);

  return interfaces->len > 0 ? g_ptr_array_steal_index (interfaces, 0) : NULL;
}

/* Where a name leads is known to who listens on it; a link is its own network. */
static gboolean
is_testable (const char *address)
{
  g_autoptr (GInetAddress) parsed = NULL;

  if (address == NULL)
    return TRUE;

  parsed = g_inet_address_new_from_string (address);
  return parsed != NULL && !g_inet_address_get_is_link_local (parsed);
}

/**
 * lan_self_test_async:
 * @address: (nullable): the address that is listened on, or `localhost`; %NULL for all. Of other
 *   names, and of addresses that only one link knows, no problem is told.
 * @port: the port that is listened on
 * @cancellable: (nullable): what can cancel it
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Looks whether others will get in. Nothing is sent to other machines, and what listens gets one
 * connection that says nothing.
 */
void
lan_self_test_async (const char *address,
                     guint16 port,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Test *test = g_new0 (Test, 1);
  gboolean only_here = address != NULL && lan_interfaces_is_loopback (address);

  g_task_set_source_tag (task, lan_self_test_async);
  g_task_set_task_data (task, test, test_free);
  test->port = port;
  test->interface = only_here ? NULL : find_interface (address);

  if (only_here)
    finish (task, LAN_PROBLEM_ONLY_HERE);
  else if (!is_testable (address))
    finish (task, LAN_PROBLEM_NONE);
  else if (test->interface == NULL)
    finish (task, LAN_PROBLEM_NO_NETWORK);
  else
    connect_to_own_address (task);
}

/**
 * lan_self_test_finish:
 * @result: what the callback got
 * @problem: (out): why others cannot join
 * @error: return location for an error
 *
 * Returns: %FALSE with an error if it was cancelled
 */
gboolean
lan_self_test_finish (GAsyncResult *result, LanProblem *problem, GError **error)
{
  gssize value = g_task_propagate_int (G_TASK (result), error);

  if (value < 0)
    return FALSE;

  *problem = value;
  return TRUE;
}

/**
 * lan_problem_describe:
 * @problem: a problem
 * @port: the port that is listened on
 *
 * Returns: (transfer full) (nullable): what it means and what helps, in the user's language; %NULL
 * for no problem
 */
char *
lan_problem_describe (LanProblem problem, guint16 port)
{
  switch (problem)
    {
    case LAN_PROBLEM_ONLY_HERE:
      return g_strdup (_ ("Only this computer can join: that is how it was started."));
    case LAN_PROBLEM_NO_NETWORK:
      return g_strdup (_ ("This computer is on no network, so others can't join yet."));
    case LAN_PROBLEM_UNREACHABLE:
      return g_strdup_printf (
        _ ("Port %u can't be reached, so others can't join: something blocks it."), port);
    case LAN_PROBLEM_FIREWALLD:
      return g_strdup_printf (_ ("The firewall keeps others out. This opens the port: "
                                 "firewall-cmd --add-port=%u/tcp"),
                              port);
    case LAN_PROBLEM_UFW:
      return g_strdup_printf (_ ("The firewall may keep others out. This opens the port: "
                                 "ufw allow %u/tcp"),
                              port);
    case LAN_PROBLEM_NONE:
    default:
      return NULL;
    }
}

/* }}} */
