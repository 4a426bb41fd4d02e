/* test-reconnect.c: connections that are lost, and how they come back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-server.h"

/* {{{ Lost and found */

static void
set_delays (SocketioClient *client, guint delay, guint delay_max)
{
  g_object_set (client, "reconnection-delay", delay, "reconnection-delay-max", delay_max,
                "randomization-factor", 0.0, NULL);
}

static void
lose (FakeServer *fake)
{
  engineio_session_close (fake->session);
  test_wait (!socketio_client_is_open (fake->client));
  test_settle ();
  assert_log (fake->log, "close:transport close disconnect:transport close");
}

static void
test_reconnect (FakeServer *fake, gconstpointer data)
{
  set_delays (fake->client, 10000, 10000);
  fake_let_in (fake);
  lose (fake);
  g_assert_true (socketio_client_socket_is_active (fake->socket));
  g_assert_null (socketio_socket_get_id (SOCKETIO_SOCKET (fake->socket)));
  test_skip_time (9000);
  assert_log (fake->log, "");
  test_skip_time (1000);
  fake_expect (fake, "0");
  assert_log (fake->log, "attempt:1 open reconnect:1");
  fake_say (fake, "0{\"sid\":\"two\"}");
  test_wait (socketio_socket_is_connected (SOCKETIO_SOCKET (fake->socket)));
  assert_log (fake->log, "connect");
  g_assert_cmpstr (socketio_socket_get_id (SOCKETIO_SOCKET (fake->socket)), ==, "two");

  /* It begins with the first delay again. */
  lose (fake);
  test_skip_time (10000);
  fake_expect (fake, "0");
  assert_log (fake->log, "attempt:1 open reconnect:1");
}

static void
test_every_namespace (FakeServer *fake, gconstpointer data)
{
  g_autoptr (SocketioClientSocket) other = socketio_client_socket (fake->client, "/other");
  g_autoptr (SocketioClientSocket) idle = socketio_client_socket (fake->client, "/idle");

  set_delays (fake->client, 10000, 10000);
  fake_let_in (fake);
  socketio_client_socket_connect (other);
  fake_expect (fake, "0/other,");
  lose (fake);
  test_skip_time (10000);
  test_wait (fake->heard->len >= strlen ("0 0/other, "));
  g_assert_cmpuint (fake->heard->len, ==, strlen ("0 0/other, "));
  g_assert_false (socketio_client_socket_is_active (idle));
}

/* They ask again in the order in which they were opened. */
static void
test_order (FakeServer *fake, gconstpointer data)
{
  static const char *const names[] = { "/m", "/a", "/z", "/b", "/k" };
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);

  set_delays (fake->client, 10000, 10000);
  fake_let_in (fake);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_ptr_array_add (sockets, socketio_client_socket (fake->client, names[i]));
      socketio_client_socket_connect (sockets->pdata[i]);
    }
  fake_expect (fake, "0/m, 0/a, 0/z, 0/b, 0/k,");
  lose (fake);
  test_skip_time (10000);
  fake_expect (fake, "0 0/m, 0/a, 0/z, 0/b, 0/k,");
}

static void
test_without_reconnection (FakeServer *fake, gconstpointer data)
{
  g_object_set (fake->client, "reconnection", FALSE, NULL);
  fake_let_in (fake);
  lose (fake);
  g_assert_false (socketio_client_socket_is_active (fake->socket));
  test_skip_time (100000);
  assert_log (fake->log, "");

  fake_let_in (fake);
}

/* Each socket that was given up is connected again by hand. */
static void
test_given_up_namespaces (FakeServer *fake, gconstpointer data)
{
  g_autoptr (SocketioClientSocket) other = socketio_client_socket (fake->client, "/other");

  g_object_set (fake->client, "reconnection", FALSE, NULL);
  fake_let_in (fake);
  socketio_client_socket_connect (other);
  fake_expect (fake, "0/other,");
  lose (fake);

  fake_connect (fake);
  g_assert_true (socketio_client_socket_is_active (fake->socket));
  g_assert_false (socketio_client_socket_is_active (other));
  socketio_client_socket_connect (other);
  fake_expect (fake, "0/other,");
}

static void
test_server_returns (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioServer) server = socketio_server_new ();
  g_autoptr (SocketioClient) client = NULL;
  g_autoptr (SocketioSocket) socket = NULL;
  g_autofree char *address = NULL;
  guint16 port;

  g_assert_true (socketio_server_listen (pair->server, "127.0.0.1", 0, NULL, NULL));
  port = socketio_server_get_port (pair->server);
  address = g_strdup_printf ("ws://127.0.0.1:%u", port);
  client = socketio_client_new (address);
  use_websocket (client);
  set_delays (client, 10000, 10000);
  socket = connect_socket (client, "/");
  note_client (client, pair->log);

  socketio_server_close (pair->server);
  test_wait (!socketio_client_is_open (client));
  test_skip_time (10000);
  test_wait (socketio_client_get_error (client) != NULL);
  socketio_server_of (server, "/");
  g_assert_true (socketio_server_listen (server, "127.0.0.1", port, NULL, NULL));
  test_skip_time (10000);
  test_wait (socketio_socket_is_connected (socket));
  assert_log (pair->log, "close:transport close attempt:1 error:1 attempt:2 open reconnect:2");
  g_assert_null (socketio_client_get_error (client));

  g_clear_object (&socket);
  drop_client (&client);
  close_server (&server);
}

/* }}} */
/* {{{ In vain: a server in the process that is closed */

static void
close_for_good (Pair *pair)
{
  socketio_server_close (pair->server);
  test_settle ();
  note_client (pair->client, pair->log);
  note_client_socket (SOCKETIO_CLIENT_SOCKET (pair->near), pair->log);
}

static void
test_growing_delay (Pair *pair, gconstpointer data)
{
  static const guint delays[] = { 10000, 20000, 40000, 50000, 50000 };

  set_delays (pair->client, 10000, 50000);
  close_for_good (pair);
  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      g_autofree char *expected = g_strdup_printf ("attempt:%u error:1 connect-error:1:active",
                                                   i + 1);

      test_skip_time (delays[i] - 1000);
      assert_log (pair->log, "");
      test_skip_time (1000);
      assert_log (pair->log, expected);
    }
}

static void
test_attempts (Pair *pair, gconstpointer data)
{
  SocketioClientSocket *near = SOCKETIO_CLIENT_SOCKET (pair->near);

  set_delays (pair->client, 10000, 10000);
  g_object_set (pair->client, "reconnection-attempts", 2, NULL);
  close_for_good (pair);
  test_skip_time (10000);
  assert_log (pair->log, "attempt:1 error:1 connect-error:1:active");
  test_skip_time (10000);
  assert_log (pair->log, "attempt:2 error:1 connect-error:1:given-up failed");
  g_assert_false (socketio_client_socket_is_active (near));
  test_skip_time (100000);
  assert_log (pair->log, "");

  /* By hand it begins anew. */
  socketio_client_socket_connect (near);
  g_assert_true (socketio_client_socket_is_active (near));
  test_settle ();
  assert_log (pair->log, "error:1 connect-error:1:active");
  test_skip_time (10000);
  test_skip_time (10000);
  assert_log (pair->log, "attempt:1 error:1 connect-error:1:active "
                         "attempt:2 error:1 connect-error:1:given-up failed");
}

/* A client that has given up keeps nothing alive. */
static void
test_given_up_and_dropped (Pair *pair, gconstpointer data)
{
  gpointer near = pair->near;
  gpointer client = pair->client;

  set_delays (pair->client, 10000, 10000);
  g_object_set (pair->client, "reconnection-attempts", 1, NULL);
  socketio_server_close (pair->server);
  test_settle ();
  g_object_add_weak_pointer (near, &near);
  g_object_add_weak_pointer (client, &client);
  g_clear_object (&pair->near);
  g_clear_object (&pair->client);
  g_assert_nonnull (client);
  test_skip_time (10000);
  g_assert_null (client);
  g_assert_null (near);
}

static void
test_stopped (Pair *pair, gconstpointer data)
{
  set_delays (pair->client, 10000, 10000);
  close_for_good (pair);
  test_skip_time (10000);
  assert_log (pair->log, "attempt:1 error:1 connect-error:1:active");
  socketio_client_socket_disconnect (SOCKETIO_CLIENT_SOCKET (pair->near));
  test_skip_time (100000);
  assert_log (pair->log, "");
}

/* Who waits for the next try does not make it when the option says no meanwhile. */
static void
test_switched_off (Pair *pair, gconstpointer data)
{
  set_delays (pair->client, 10000, 10000);
  close_for_good (pair);
  test_skip_time (10000);
  assert_log (pair->log, "attempt:1 error:1 connect-error:1:active");
  g_object_set (pair->client, "reconnection", FALSE, NULL);
  test_skip_time (100000);
  assert_log (pair->log, "");
  g_assert_false (socketio_client_socket_is_active (SOCKETIO_CLIENT_SOCKET (pair->near)));
}

static void
stop (Pair *pair)
{
  socketio_client_disconnect (pair->client);
}

static void
test_stopped_on_attempt (Pair *pair, gconstpointer data)
{
  set_delays (pair->client, 10000, 10000);
  close_for_good (pair);
  g_signal_connect_swapped (pair->client, "reconnect-attempt", G_CALLBACK (stop), pair);
  test_skip_time (10000);
  assert_log (pair->log, "attempt:1");
  test_skip_time (100000);
  assert_log (pair->log, "");
}

static void
test_stopped_on_error (Pair *pair, gconstpointer data)
{
  set_delays (pair->client, 10000, 10000);
  close_for_good (pair);
  g_signal_connect_swapped (pair->client, "error", G_CALLBACK (stop), pair);
  test_skip_time (10000);
  assert_log (pair->log, "attempt:1 error:1");
  test_skip_time (100000);
  assert_log (pair->log, "");
}

static void
drop_all (Pair *pair)
{
  g_clear_object (&pair->near);
  g_clear_object (&pair->client);
  g_clear_object (&pair->far);
  g_clear_object (&pair->server);
}

static void
test_dropped_on_failed (Pair *pair, gconstpointer data)
{
  set_delays (pair->client, 10000, 10000);
  g_object_set (pair->client, "reconnection-attempts", 1, NULL);
  close_for_good (pair);
  g_signal_connect_swapped (pair->client, "reconnect-failed", G_CALLBACK (drop_all), pair);
  test_skip_time (10000);
  assert_log (pair->log, "attempt:1 error:1 connect-error:1:given-up failed");
  g_assert_null (pair->client);
}

static void
connect_again (Pair *pair)
{
  socketio_client_socket_connect (SOCKETIO_CLIENT_SOCKET (pair->near));
}

static void
test_connect_on_error (Pair *pair, gconstpointer data)
{
  gulong id;

  g_object_set (pair->client, "reconnection", FALSE, NULL);
  close_for_good (pair);
  id = g_signal_connect_swapped (pair->near, "connect-error", G_CALLBACK (connect_again), pair);
  connect_again (pair);
  test_wait (pair->log->len > 100);
  g_signal_handler_disconnect (pair->near, id);
  test_settle ();
  g_assert_false (socketio_client_socket_is_active (SOCKETIO_CLIENT_SOCKET (pair->near)));
  g_assert_true (g_str_has_prefix (
    pair->log->str, "error:1 connect-error:1:given-up error:1 connect-error:1:given-up "));
}

static void
connect_once (SocketioClientSocket *socket)
{
  if (socketio_client_socket_is_active (socket))
    return;

  g_signal_handlers_disconnect_by_func (socket, connect_once, NULL);
  socketio_client_socket_connect (socket);
}

/* Whoever connects by hand, when told of the last try, gets all tries again. */
static void
test_begin_anew (Pair *pair, gconstpointer data)
{
  set_delays (pair->client, 10000, 10000);
  g_object_set (pair->client, "reconnection-attempts", 1, NULL);
  close_for_good (pair);
  g_signal_connect (pair->near, "connect-error", G_CALLBACK (connect_once), NULL);
  test_skip_time (10000);
  assert_log (pair->log, "attempt:1 error:1 connect-error:1:given-up "
                         "error:1 connect-error:1:active");
  test_skip_time (10000);
  assert_log (pair->log, "attempt:1 error:1 connect-error:1:given-up failed");
}

static void
disconnect_other (SocketioClientSocket *socket,
                  GError *error,
                  JsonNode *data,
                  SocketioClientSocket *other)
{
  socketio_client_socket_disconnect (other);
}

/* One that was disconnected meanwhile is not told. */
static void
test_disconnected_by_other (Pair *pair, gconstpointer data)
{
  SocketioClientSocket *near = SOCKETIO_CLIENT_SOCKET (pair->near);
  g_autoptr (SocketioClientSocket) other = socketio_client_socket (pair->client, "/other");

  set_delays (pair->client, 10000, 10000);
  close_for_good (pair);
  socketio_client_socket_connect (other);
  note_client_socket (other, pair->log);
  g_signal_connect (near, "connect-error", G_CALLBACK (disconnect_other), other);
  g_signal_connect (other, "connect-error", G_CALLBACK (disconnect_other), near);
  test_skip_time (10000);
  assert_log (pair->log, "attempt:1 error:1 connect-error:1:active");
}

/* }}} */
/* {{{ Many clients of one server */

#define N_CLIENTS 40
#define N_SLICES  10

static void
count_attempt (SocketioClient *client, guint attempt, guint *n)
{
  ++*n;
}

/* Beyond the limit too they come back one by one. */
static void
test_spread (Pair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = 0, n_slices = 0;

  for (guint i = 0; i < N_CLIENTS; i++)
    {
      SocketioClient *client = client_new_loopback (pair->server);

      g_object_set (client, "reconnection-delay", 10000, "reconnection-delay-max", 10000, NULL);
      g_signal_connect (client, "reconnect-attempt", G_CALLBACK (count_attempt), &n);
      g_object_unref (connect_socket (client, "/"));
      g_ptr_array_add (clients, client);
    }
  socketio_server_close (pair->server);
  test_skip_time (4000);
  g_assert_cmpuint (n, ==, 0);
  for (guint i = 0; i < N_SLICES; i++)
    {
      guint before = n;

      test_skip_time (1100);
      n_slices += n > before;
    }

  g_assert_cmpuint (n, >=, N_CLIENTS);
  g_assert_cmpuint (n_slices, >=, N_SLICES / 2);
  g_ptr_array_foreach (clients, (GFunc)(void *)socketio_client_disconnect, NULL);
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  fake_test_add ("/socketio/reconnect/reconnect", test_reconnect);
  fake_test_add ("/socketio/reconnect/every-namespace", test_every_namespace);
  fake_test_add ("/socketio/reconnect/order", test_order);
  fake_test_add ("/socketio/reconnect/without-reconnection", test_without_reconnection);
  fake_test_add ("/socketio/reconnect/given-up-namespaces", test_given_up_namespaces);
  pair_test_add ("/socketio/reconnect/server-returns", test_server_returns);
  pair_test_add ("/socketio/reconnect/growing-delay", test_growing_delay);
  pair_test_add ("/socketio/reconnect/attempts", test_attempts);
  pair_test_add ("/socketio/reconnect/given-up-and-dropped", test_given_up_and_dropped);
  pair_test_add ("/socketio/reconnect/stopped", test_stopped);
  pair_test_add ("/socketio/reconnect/switched-off", test_switched_off);
  pair_test_add ("/socketio/reconnect/stopped-on-attempt", test_stopped_on_attempt);
  pair_test_add ("/socketio/reconnect/stopped-on-error", test_stopped_on_error);
  pair_test_add ("/socketio/reconnect/dropped-on-failed", test_dropped_on_failed);
  pair_test_add ("/socketio/reconnect/connect-on-error", test_connect_on_error);
  pair_test_add ("/socketio/reconnect/begin-anew", test_begin_anew);
  pair_test_add ("/socketio/reconnect/disconnected-by-other", test_disconnected_by_other);
  pair_test_add ("/socketio/reconnect/spread", test_spread);

  return g_test_run ();
}
