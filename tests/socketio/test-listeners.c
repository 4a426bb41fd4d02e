/* test-listeners.c: on, once, off, and listeners that do things while an event goes round
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-fixture.h"

/* Sends `name` from the client, and turns the loop until the server has had it. */
static void
send (Pair *pair, const char *name)
{
  socketio_socket_emit (pair->near, name, NULL);
  test_settle ();
}

static void
test_on (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new_string ("hello");

  socketio_socket_on (pair->far, "message", note_event, pair->log, NULL);
  socketio_arguments_add_int (arguments, 7);
  socketio_socket_emit (pair->near, "message", arguments);
  g_assert_cmpstr (pair->log->str, ==, "");
  test_settle ();
  assert_log (pair->log, "message(\"hello\",7)");

  send (pair, "message");
  send (pair, "other");
  assert_log (pair->log, "message()");
}

static void
note_raw (SocketioSocket *socket,
          const char *name,
          SocketioArguments *arguments,
          SocketioAck *ack,
          GString *log)
{
  note (log, "signal:%s", name);
}

static void
test_signal (Pair *pair, gconstpointer data)
{
  g_signal_connect (pair->far, "event::message", G_CALLBACK (note_raw), pair->log);
  g_signal_connect (pair->far, "event", G_CALLBACK (note_raw), pair->log);

  send (pair, "message");
  assert_log (pair->log, "signal:message signal:message");
  send (pair, "unheard of");
  assert_log (pair->log, "signal:unheard of");
}

/* A listener to every event also gets the names that nobody in the process has ever used. */
static void
test_any (Pair *pair, gconstpointer data)
{
  socketio_socket_on (pair->far, NULL, note_event, pair->log, NULL);
  socketio_socket_on (pair->far, "b", note_event, pair->log, NULL);

  send (pair, "a");
  send (pair, "b");
  send (pair, "");
  send (pair, "::detail::");
  send (pair, "마당");
  assert_log (pair->log, "a() b() b() () ::detail::() 마당()");
}

static void
test_once (Pair *pair, gconstpointer data)
{
  socketio_socket_once (pair->far, "a", note_event, pair->log, NULL);
  socketio_socket_once (pair->far, NULL, note_event, pair->log, NULL);

  socketio_socket_emit (pair->near, "b", NULL);
  socketio_socket_emit (pair->near, "a", NULL);
  socketio_socket_emit (pair->near, "a", NULL);
  test_settle ();
  assert_log (pair->log, "b() a()");
}

static void
emit_again (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer log)
{
  note (log, "once");
  g_signal_emit_by_name (socket, "event::a", "a", arguments, NULL);
}

static void
test_once_within_itself (Pair *pair, gconstpointer data)
{
  socketio_socket_once (pair->far, "a", emit_again, pair->log, NULL);
  socketio_socket_on (pair->far, "a", note_event, pair->log, NULL);

  send (pair, "a");
  assert_log (pair->log, "once a() a()");
}

static void
test_off (Pair *pair, gconstpointer data)
{
  gulong id;

  socketio_socket_on (pair->far, "a", note_event, pair->log, NULL);
  socketio_socket_on (pair->far, "a", note_event, pair->log, NULL);
  id = socketio_socket_on (pair->far, "b", note_event, pair->log, NULL);
  socketio_socket_on (pair->far, NULL, note_event, pair->log, NULL);

  socketio_socket_off (pair->far, "nobody listens to this");
  send (pair, "a");
  assert_log (pair->log, "a() a() a()");
  socketio_socket_off (pair->far, "a");
  send (pair, "a");
  send (pair, "b");
  assert_log (pair->log, "a() b() b()");
  socketio_socket_off (pair->far, NULL);
  send (pair, "b");
  assert_log (pair->log, "b()");
  g_signal_handler_disconnect (pair->far, id);
  send (pair, "b");
  assert_log (pair->log, "");
}

/* {{{ The end of a listener */

static void
count (gpointer user_data)
{
  ++*(guint *)user_data;
}

static void
ignore (SocketioSocket *socket,
        const char *name,
        SocketioArguments *arguments,
        SocketioAck *ack,
        gpointer user_data)
{
}

static void
test_destroy (Pair *pair, gconstpointer data)
{
  guint removed = 0, off = 0, once = 0, kept = 0;
  gulong id = socketio_socket_on (pair->far, "a", ignore, &removed, count);

  socketio_socket_on (pair->far, "b", ignore, &off, count);
  socketio_socket_once (pair->far, "c", ignore, &once, count);
  socketio_socket_on (pair->far, "d", ignore, &kept, count);
  socketio_socket_once (pair->far, "d", ignore, &kept, count);

  g_signal_handler_disconnect (pair->far, id);
  g_assert_cmpuint (removed, ==, 1);
  socketio_socket_off (pair->far, "b");
  g_assert_cmpuint (off, ==, 1);
  g_assert_cmpuint (once, ==, 0);
  send (pair, "c");
  send (pair, "c");
  g_assert_cmpuint (once, ==, 1);

  g_assert_cmpuint (kept, ==, 0);
  socketio_client_disconnect (pair->client);
  test_settle ();
  g_clear_object (&pair->far);
  g_assert_cmpuint (kept, ==, 2);
  g_assert_cmpuint (removed + off + once, ==, 3);
}

/* }}} */
/* {{{ Listeners that do things */

static void
remove_itself (SocketioSocket *socket,
               const char *name,
               SocketioArguments *arguments,
               SocketioAck *ack,
               gpointer log)
{
  socketio_socket_off (socket, name);
  note (log, "removed");
}

static void
test_removal_within (Pair *pair, gconstpointer data)
{
  guint destroyed = 0;

  socketio_socket_on (pair->far, NULL, note_event, pair->log, NULL);
  socketio_socket_on (pair->far, "a", remove_itself, pair->log, NULL);
  socketio_socket_on (pair->far, "a", note_event, pair->log, NULL);
  socketio_socket_on (pair->far, "a", ignore, &destroyed, count);

  send (pair, "a");
  assert_log (pair->log, "a() removed");
  g_assert_cmpuint (destroyed, ==, 1);
  send (pair, "a");
  assert_log (pair->log, "a()");
}

static void
add_another (SocketioSocket *socket,
             const char *name,
             SocketioArguments *arguments,
             SocketioAck *ack,
             gpointer log)
{
  note (log, "adding");
  socketio_socket_on (socket, name, note_event, log, NULL);
}

/* One that is added by a listener is not called for the event that is going round. */
static void
test_addition_within (Pair *pair, gconstpointer data)
{
  socketio_socket_once (pair->far, "a", add_another, pair->log, NULL);

  send (pair, "a");
  assert_log (pair->log, "adding");
  send (pair, "a");
  assert_log (pair->log, "a()");
}

static void
disconnect_server_socket (SocketioSocket *socket,
                          const char *name,
                          SocketioArguments *arguments,
                          SocketioAck *ack,
                          gpointer log)
{
  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (socket), FALSE);
  note (log, "kicked");
}

/* The other listeners still get this event; those behind it are ignored. */
static void
test_disconnect_within (Pair *pair, gconstpointer data)
{
  note_server_socket (SOCKETIO_SERVER_SOCKET (pair->far), pair->log);
  note_client_socket (SOCKETIO_CLIENT_SOCKET (pair->near), pair->log);
  socketio_socket_on (pair->far, "a", disconnect_server_socket, pair->log, NULL);
  socketio_socket_on (pair->far, NULL, note_event, pair->log, NULL);

  socketio_socket_emit (pair->near, "a", NULL);
  socketio_socket_emit (pair->near, "b", NULL);
  test_settle ();
  assert_log (pair->log,
              "far:server namespace disconnect kicked a() disconnect:io server disconnect");
}

static void
drop_far (SocketioSocket *socket,
          const char *name,
          SocketioArguments *arguments,
          SocketioAck *ack,
          gpointer user_data)
{
  Pair *pair = user_data;

  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (pair->far), TRUE);
  g_clear_object (&pair->far);
  note (pair->log, "dropped %s", name);
}

static void
test_unref_within (Pair *pair, gconstpointer data)
{
  socketio_socket_on (pair->far, "a", drop_far, pair, NULL);
  send (pair, "a");
  assert_log (pair->log, "dropped a");
  g_assert_false (socketio_socket_is_connected (pair->near));
}

static void
drop_near (SocketioSocket *socket,
           const char *name,
           SocketioArguments *arguments,
           SocketioAck *ack,
           gpointer user_data)
{
  Pair *pair = user_data;

  socketio_client_disconnect (pair->client);
  g_clear_object (&pair->near);
  g_clear_object (&pair->client);
  note (pair->log, "dropped %s", name);
}

static void
test_client_unref_within (Pair *pair, gconstpointer data)
{
  note_server_socket (SOCKETIO_SERVER_SOCKET (pair->far), pair->log);
  socketio_socket_on (pair->near, "a", drop_near, pair, NULL);
  socketio_socket_emit (pair->far, "a", NULL);
  socketio_socket_emit (pair->far, "a", NULL);
  test_settle ();
  assert_log (pair->log, "dropped a far:client namespace disconnect");
}

static void
close_and_drop_server (SocketioSocket *socket,
                       const char *name,
                       SocketioArguments *arguments,
                       SocketioAck *ack,
                       gpointer user_data)
{
  Pair *pair = user_data;

  socketio_server_close (pair->server);
  g_clear_object (&pair->server);
  note (pair->log, "closed");
}

static void
test_close_within (Pair *pair, gconstpointer data)
{
  note_server_socket (SOCKETIO_SERVER_SOCKET (pair->far), pair->log);
  note_client_socket (SOCKETIO_CLIENT_SOCKET (pair->near), pair->log);
  socketio_socket_on (pair->far, "a", close_and_drop_server, pair, NULL);
  send (pair, "a");
  assert_log (pair->log, "far:server shutting down closed disconnect:transport close");
}

/* A server may go without having been closed. */
static void
drop_all (SocketioSocket *socket,
          const char *name,
          SocketioArguments *arguments,
          SocketioAck *ack,
          gpointer user_data)
{
  Pair *pair = user_data;
  gpointer server = pair->server;

  g_object_add_weak_pointer (server, &server);
  socketio_client_disconnect (pair->client);
  g_clear_object (&pair->near);
  g_clear_object (&pair->client);
  g_clear_object (&pair->server);
  g_assert_null (server);
  note (pair->log, "dropped");
}

static void
test_drop_server (Pair *pair, gconstpointer data)
{
  note_server_socket (SOCKETIO_SERVER_SOCKET (pair->far), pair->log);
  socketio_socket_on (pair->far, "a", drop_all, pair, NULL);
  send (pair, "a");
  assert_log (pair->log, "far:server shutting down dropped");
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  pair_test_add ("/socketio/listeners/on", test_on);
  pair_test_add ("/socketio/listeners/signal", test_signal);
  pair_test_add ("/socketio/listeners/any", test_any);
  pair_test_add ("/socketio/listeners/once", test_once);
  pair_test_add ("/socketio/listeners/once-within-itself", test_once_within_itself);
  pair_test_add ("/socketio/listeners/off", test_off);
  pair_test_add ("/socketio/listeners/destroy", test_destroy);
  pair_test_add ("/socketio/listeners/removal-within", test_removal_within);
  pair_test_add ("/socketio/listeners/addition-within", test_addition_within);
  pair_test_add ("/socketio/listeners/disconnect-within", test_disconnect_within);
  pair_test_add ("/socketio/listeners/unref-within", test_unref_within);
  pair_test_add ("/socketio/listeners/client-unref-within", test_client_unref_within);
  pair_test_add ("/socketio/listeners/close-within", test_close_within);
  pair_test_add ("/socketio/listeners/drop-server", test_drop_server);

  return g_test_run ();
}
