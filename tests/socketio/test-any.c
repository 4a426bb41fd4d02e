/* test-any.c: listeners to every event, coming or going
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "trio.h"

static GString *the_log;

static void
hear (SocketioSocket *socket,
      const char *name,
      SocketioArguments *arguments,
      SocketioAck *ack,
      gpointer letter)
{
  note (the_log, "%s:%s", (const char *)letter, name);
}

#define LETTER(letter) ((gpointer)letter)

static void
test_order (Trio *trio, gconstpointer data)
{
  SocketioSocket *far = SOCKETIO_SOCKET (trio->far[0]);
  gulong id;

  the_log = trio->log;
  socketio_socket_on (far, "x", hear, LETTER ("x"), NULL);
  socketio_socket_on_any (far, hear, LETTER ("a"), NULL);
  id = socketio_socket_on_any (far, hear, LETTER ("b"), NULL);
  socketio_socket_prepend_any (far, hear, LETTER ("c"), NULL);
  socketio_socket_emit (trio->near[0], "x", NULL);
  test_settle ();
  assert_log (trio->log, "c:x a:x b:x x:x");

  socketio_socket_off_any (far, id);
  socketio_socket_off_any (far, id + 100);
  socketio_socket_emit (trio->near[0], "y", NULL);
  test_settle ();
  assert_log (trio->log, "c:y a:y");
  socketio_socket_off_any (far, 0);
  socketio_socket_emit (trio->near[0], "x", NULL);
  test_settle ();
  assert_log (trio->log, "x:x");
}

static void
off_all (SocketioSocket *socket,
         const char *name,
         SocketioArguments *arguments,
         SocketioAck *ack,
         gpointer n)
{
  ++*(guint *)n;
  socketio_socket_off_any (socket, 0);
  socketio_socket_on_any (socket, off_all, n, NULL);
}

/* One that is removed, or was added, within the same event is not called. */
static void
test_within (Trio *trio, gconstpointer data)
{
  guint n = 0;

  the_log = trio->log;
  socketio_socket_on_any (trio->near[0], off_all, &n, NULL);
  socketio_socket_on_any (trio->near[0], hear, LETTER ("a"), NULL);
  socketio_server_emit (trio->server, "x", NULL);
  test_settle ();
  assert_log (trio->log, "");
  g_assert_cmpuint (n, ==, 1);
}

static void
test_outgoing (Trio *trio, gconstpointer data)
{
  SocketioSocket *far = SOCKETIO_SOCKET (trio->far[0]);
  g_autoptr (Answer) answer = NULL;
  gulong id;

  the_log = trio->log;
  id = socketio_socket_on_any_outgoing (far, hear, LETTER ("a"), NULL);
  socketio_socket_prepend_any_outgoing (far, hear, LETTER ("b"), NULL);
  socketio_socket_on_any_outgoing (trio->near[1], hear, LETTER ("near"), NULL);
  socketio_socket_emit (far, "x", NULL);
  assert_log (trio->log, "b:x a:x");
  socketio_server_emit (trio->server, "y", NULL);
  assert_log (trio->log, "b:y a:y");
  socketio_socket_off_any_outgoing (far, id);
  answer = answer_new (far, "z", NULL, 1);
  assert_log (trio->log, "b:z");
  answer_expect_error (answer, SOCKETIO_ERROR, SOCKETIO_ERROR_TIMED_OUT);
  socketio_socket_emit (trio->near[1], "w", NULL);
  assert_log (trio->log, "near:w");
  socketio_socket_off_any_outgoing (far, 0);
  socketio_socket_emit (far, "x", NULL);
  assert_log (trio->log, "");
}

static void
leave_all (SocketioSocket *socket,
           const char *name,
           SocketioArguments *arguments,
           SocketioAck *ack,
           gpointer user_data)
{
  Trio *trio = user_data;

  for (guint i = 0; i < TRIO; i++)
    socketio_server_socket_leave (trio->far[i], "r");
  socketio_server_socket_disconnect (trio->far[2], FALSE);
}

/* Who hears of a broadcast may change whom it goes to. */
static void
test_broadcast (Trio *trio, gconstpointer data)
{
  g_autoptr (SocketioTarget) room = socketio_server_to (trio->server, "r");
  guint heard = 0;

  for (guint i = 0; i < TRIO; i++)
    {
      socketio_server_socket_join (trio->far[i], "r");
      socketio_socket_on_any_outgoing (SOCKETIO_SOCKET (trio->far[i]), leave_all, trio, NULL);
      socketio_socket_on (trio->near[i], "x", note_event, trio->log, NULL);
    }
  socketio_target_emit (room, "x", NULL);
  test_settle ();
  for (const char *at = trio->log->str; (at = strstr (at, "x()")) != NULL; at++)
    heard++;
  g_assert_cmpuint (heard, ==, TRIO);
}

static void
count (gpointer n)
{
  ++*(guint *)n;
}

static void
test_destroy (Trio *trio, gconstpointer data)
{
  guint n = 0;
  gulong id;

  socketio_socket_on_any (trio->near[0], hear, &n, count);
  id = socketio_socket_on_any_outgoing (trio->near[0], hear, &n, count);
  socketio_socket_off_any_outgoing (trio->near[0], id);
  g_assert_cmpuint (n, ==, 1);
  trio_drop (trio, 0);
  g_assert_cmpuint (n, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  trio_test_add ("/socketio/any/order", test_order);
  trio_test_add ("/socketio/any/within", test_within);
  trio_test_add ("/socketio/any/outgoing", test_outgoing);
  trio_test_add ("/socketio/any/broadcast", test_broadcast);
  trio_test_add ("/socketio/any/destroy", test_destroy);

  return g_test_run ();
}
