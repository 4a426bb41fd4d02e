/* test-rooms.c: who gets what the server sends
 *
 * Three clients on `/`. Each notes what it gets under its letter.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-fixture.h"

#include "socketio-server-socket-private.h"

#define N_CLIENTS 3

/* More than a loopback takes at once. */
#define FLOOD 300

typedef struct
{
  GString *log;
  char letter;
} Ear;

typedef struct
{
  SocketioServer *server;
  SocketioClient *clients[N_CLIENTS];
  SocketioSocket *near[N_CLIENTS];
  SocketioServerSocket *far[N_CLIENTS];
  Ear ears[N_CLIENTS];
  guint n;
  GString *log;
} Fixture;

static void
hear (SocketioSocket *socket,
      const char *name,
      SocketioArguments *arguments,
      SocketioAck *ack,
      gpointer user_data)
{
  Ear *ear = user_data;

  note (ear->log, "%c:%s", ear->letter, name);
}

static void
on_connection (SocketioNamespace *namespace_, SocketioServerSocket *socket, Fixture *fixture)
{
  if (fixture->n < N_CLIENTS)
    fixture->far[fixture->n++] = g_object_ref (socket);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->log = g_string_new (NULL);
  fixture->server = socketio_server_new ();
  g_signal_connect (socketio_server_of (fixture->server, "/"), "connection",
                    G_CALLBACK (on_connection), fixture);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      fixture->ears[i] = (Ear){ fixture->log, 'a' + i };
      fixture->clients[i] = client_new_loopback (fixture->server);
      fixture->near[i] = connect_socket (fixture->clients[i], "/");
      socketio_socket_on (fixture->near[i], NULL, hear, &fixture->ears[i], NULL);
    }
  g_assert_cmpuint (fixture->n, ==, N_CLIENTS);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      g_clear_object (&fixture->near[i]);
      drop_client (&fixture->clients[i]);
      g_clear_object (&fixture->far[i]);
    }
  close_server (&fixture->server);
  g_string_free (fixture->log, TRUE);
}

/* Turns the loop, and sorts what was heard: who is in a room has no order. */
static char *
listen (Fixture *fixture)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  test_settle ();
  text = take_log (fixture->log);
  parts = g_strsplit (text, " ", 0);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      for (guint j = i + 1; parts[j] != NULL; j++)
        {
          if (g_strcmp0 (parts[j], parts[i]) < 0)
            {
              char *swap = parts[i];

              parts[i] = parts[j];
              parts[j] = swap;
            }
        }
    }
  return g_strjoinv (" ", parts);
}

static void
assert_heard (Fixture *fixture, const char *expected)
{
  g_autofree char *heard = listen (fixture);

  g_assert_cmpstr (heard, ==, expected);
}

static const char *
id_of (SocketioServerSocket *socket)
{
  return socketio_socket_get_id (SOCKETIO_SOCKET (socket));
}

/* Emits to @target and lets go of it. */
static void
emit_to (SocketioTarget *target, const char *name)
{
  socketio_target_emit (target, name, NULL);
  socketio_target_unref (target);
}

static void
test_one (Fixture *fixture, gconstpointer data)
{
  SocketioNamespace *root = socketio_server_of (fixture->server, "/");

  socketio_socket_emit (SOCKETIO_SOCKET (fixture->far[1]), "x", NULL);
  assert_heard (fixture, "b:x");
  emit_to (socketio_server_to (fixture->server, id_of (fixture->far[2])), "y");
  assert_heard (fixture, "c:y");

  g_assert_cmpstr (id_of (fixture->far[1]), ==, socketio_socket_get_id (fixture->near[1]));
  g_assert_true (socketio_namespace_lookup (root, id_of (fixture->far[1])) == fixture->far[1]);
  g_assert_null (socketio_namespace_lookup (root, "nobody"));
}

static void
test_all (Fixture *fixture, gconstpointer data)
{
  socketio_server_emit (fixture->server, "x", NULL);
  assert_heard (fixture, "a:x b:x c:x");
  socketio_namespace_emit (socketio_server_of (fixture->server, "/"), "y", NULL);
  assert_heard (fixture, "a:y b:y c:y");
  socketio_namespace_emit (socketio_server_of (fixture->server, "/other"), "z", NULL);
  assert_heard (fixture, "");
}

static void
test_all_but_one (Fixture *fixture, gconstpointer data)
{
  emit_to (socketio_server_socket_broadcast (fixture->far[0]), "x");
  assert_heard (fixture, "b:x c:x");
  emit_to (
    socketio_namespace_except (socketio_server_of (fixture->server, "/"), id_of (fixture->far[1])),
    "y");
  assert_heard (fixture, "a:y c:y");
}

static void
test_room (Fixture *fixture, gconstpointer data)
{
  socketio_server_socket_join (fixture->far[0], "r");
  socketio_server_socket_join (fixture->far[1], "r");
  socketio_server_socket_join (fixture->far[1], "s");

  emit_to (socketio_server_to (fixture->server, "r"), "x");
  assert_heard (fixture, "a:x b:x");
  emit_to (socketio_server_socket_to (fixture->far[0], "r"), "y");
  assert_heard (fixture, "b:y");
  emit_to (socketio_server_socket_to (fixture->far[2], "r"), "z");
  assert_heard (fixture, "a:z b:z");

  socketio_server_socket_leave (fixture->far[0], "r");
  emit_to (socketio_server_to (fixture->server, "r"), "x");
  assert_heard (fixture, "b:x");
  emit_to (socketio_server_to (fixture->server, "nowhere"), "x");
  assert_heard (fixture, "");
}

/* Each step makes another target, and who is meant is looked up when it is used. */
static void
test_targets (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SocketioTarget) r = socketio_server_to (fixture->server, "r");
  g_autoptr (SocketioTarget) r_or_s = socketio_target_to (r, "s");
  g_autoptr (SocketioTarget) r_not_s = socketio_target_except (r, "s");
  g_autoptr (SocketioTarget) local = socketio_target_make_local (r_or_s);

  socketio_target_emit (r, "early", NULL);
  socketio_server_socket_join (fixture->far[0], "r");
  socketio_server_socket_join (fixture->far[1], "r");
  socketio_server_socket_join (fixture->far[1], "s");
  socketio_server_socket_join (fixture->far[2], "s");

  socketio_target_emit (r, "r", NULL);
  assert_heard (fixture, "a:r b:r");
  socketio_target_emit (r_or_s, "rs", NULL);
  assert_heard (fixture, "a:rs b:rs c:rs");
  socketio_target_emit (r_not_s, "r-s", NULL);
  assert_heard (fixture, "a:r-s");
  socketio_target_emit (local, "local", NULL);
  assert_heard (fixture, "a:local b:local c:local");
}

static void
test_lists (Fixture *fixture, gconstpointer data)
{
  SocketioNamespace *root = socketio_server_of (fixture->server, "/");
  g_autoptr (SocketioTarget) room = socketio_server_to (fixture->server, "r");
  g_autoptr (GPtrArray) sockets = NULL;
  g_auto (GStrv) rooms = NULL;

  socketio_server_socket_join (fixture->far[1], "r");
  sockets = socketio_target_list_sockets (room);
  g_assert_cmpuint (sockets->len, ==, 1);
  g_assert_true (sockets->pdata[0] == fixture->far[1]);

  rooms = socketio_server_socket_list_rooms (fixture->far[1]);
  g_assert_cmpuint (g_strv_length (rooms), ==, 2);
  g_assert_cmpstr (rooms[0], ==, id_of (fixture->far[1]));
  g_assert_cmpstr (rooms[1], ==, "r");
  g_assert_cmpuint (socketio_namespace_get_n_sockets (root), ==, N_CLIENTS);
}

/* {{{ The end of a membership */

static void
on_disconnecting (SocketioServerSocket *socket,
                  SocketioDisconnectReason reason,
                  const char *description,
                  GString *log)
{
  g_auto (GStrv) rooms = socketio_server_socket_list_rooms (socket);

  g_assert_true (socketio_socket_is_connected (SOCKETIO_SOCKET (socket)));
  note (log, "disconnecting-from:%s", rooms[1]);
  socketio_server_socket_join (socket, "last");
  socketio_server_socket_disconnect (socket, FALSE);
}

static void
on_disconnect (SocketioServerSocket *socket,
               SocketioDisconnectReason reason,
               const char *description,
               Fixture *fixture)
{
  g_auto (GStrv) rooms = socketio_server_socket_list_rooms (socket);
  SocketioNamespace *root = socketio_server_of (fixture->server, "/");

  note (fixture->log, "rooms:%u", g_strv_length (rooms));
  socketio_server_socket_join (socket, "r");
  g_assert_null (socketio_namespace_lookup (root, id_of (socket)));
  socketio_server_emit (fixture->server, "gone", NULL);
}

static void
test_disconnect (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SocketioTarget) rooms = socketio_server_to (fixture->server, "r");
  g_autoptr (SocketioTarget) all = socketio_target_to (rooms, "last");
  g_autoptr (GPtrArray) sockets = NULL;

  socketio_server_socket_join (fixture->far[0], "r");
  g_signal_connect (fixture->far[0], "disconnecting", G_CALLBACK (on_disconnecting), fixture->log);
  g_signal_connect (fixture->far[0], "disconnect", G_CALLBACK (on_disconnect), fixture);
  socketio_client_disconnect (fixture->clients[0]);
  assert_heard (fixture, "b:gone c:gone disconnecting-from:r rooms:0");
  sockets = socketio_target_list_sockets (all);
  g_assert_cmpuint (sockets->len, ==, 0);
}

/* }}} */
/* {{{ Events that may be lost */

static void
block (Fixture *fixture, guint i)
{
  EngineioSession *session = socketio_connection_get_session (
    socketio_server_socket_get_connection (fixture->far[i]));

  for (guint n = 0; n < FLOOD; n++)
    socketio_socket_emit (SOCKETIO_SOCKET (fixture->far[i]), "flood", NULL);
  test_wait (!engineio_session_is_writable (session));
}

static void
assert_rooms (SocketioTarget *target, guint n, const char *room)
{
  g_auto (GStrv) rooms = socketio_target_list_rooms (target);

  g_assert_cmpuint (g_strv_length (rooms), ==, n);
  g_assert_true (room == NULL || g_strv_contains ((const char *const *)rooms, room));
  socketio_target_unref (target);
}

static void
test_list_rooms (Fixture *fixture, gconstpointer data)
{
  assert_rooms (socketio_server_everybody (fixture->server), 0, NULL);
  socketio_server_socket_join (fixture->far[0], "r");
  socketio_server_socket_join (fixture->far[0], "s");
  socketio_server_socket_join (fixture->far[1], "r");
  assert_rooms (socketio_server_everybody (fixture->server), 2, "s");
  assert_rooms (socketio_server_except (fixture->server, "s"), 1, "r");
  socketio_server_socket_leave (fixture->far[0], "s");
  assert_rooms (socketio_server_everybody (fixture->server), 1, "r");
  assert_rooms (socketio_server_to (fixture->server, "nowhere"), 0, NULL);
}

static void
test_volatile (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SocketioTarget) all = socketio_target_new (socketio_server_of (fixture->server, "/"));
  g_autoptr (SocketioTarget) lossy = socketio_target_make_volatile (all);
  g_autofree char *heard = NULL;

  socketio_target_emit (lossy, "x", NULL);
  socketio_socket_emit_volatile (SOCKETIO_SOCKET (fixture->far[0]), "y", NULL);
  assert_heard (fixture, "a:x a:y b:x c:x");

  block (fixture, 0);
  socketio_target_emit (lossy, "x", NULL);
  socketio_socket_emit_volatile (SOCKETIO_SOCKET (fixture->far[0]), "y", NULL);
  socketio_target_emit (all, "z", NULL);
  heard = listen (fixture);
  g_assert_null (strstr (heard, "a:x"));
  g_assert_null (strstr (heard, "a:y"));
  g_assert_true (g_str_has_suffix (heard, "a:flood a:z b:x b:z c:x c:z"));
  g_assert_true (g_str_has_prefix (heard, "a:flood"));
}

/* }}} */

#define add(name, func) g_test_add ("/socketio/rooms/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("one", test_one);
  add ("all", test_all);
  add ("all-but-one", test_all_but_one);
  add ("room", test_room);
  add ("targets", test_targets);
  add ("lists", test_lists);
  add ("disconnect", test_disconnect);
  add ("list-rooms", test_list_rooms);
  add ("volatile", test_volatile);

  return g_test_run ();
}
