/* test-within.c: anything may be done from within any signal
 *
 * A server and a client go through their lives together, once for each signal, for each thing that
 * its handler may do, and for each way to the end. Nothing may break, and nothing may be left.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-fixture.h"

typedef struct _World World;

/* {{{ What happens, and what is done then */

typedef enum
{
  CLIENT,
  SOCKET,
  NAMESPACE,
  SERVER_SOCKET,
  ADAPTER,
  SERVER,
} Who;

static const char *const who_names[] = { "client",        "socket",  "namespace",
                                         "server-socket", "adapter", "server" };

typedef struct
{
  Who who;
  const char *signal;
} Moment;

static const Moment moments[] = {
  { CLIENT, "open" },
  { CLIENT, "close" },
  { CLIENT, "error" },
  { CLIENT, "reconnect-attempt" },
  { CLIENT, "reconnect" },
  { CLIENT, "reconnect-failed" },
  { SOCKET, "connect" },
  { SOCKET, "connect-error" },
  { SOCKET, "disconnect" },
  { SOCKET, "event::down" },
  { SOCKET, "notify::id" },
  { SOCKET, "notify::connected" },
  { SOCKET, "outgoing" },
  { NAMESPACE, "use" },
  { NAMESPACE, "connection" },
  { SERVER_SOCKET, "disconnecting" },
  { SERVER_SOCKET, "disconnect" },
  { SERVER_SOCKET, "event::up" },
  { SERVER_SOCKET, "notify::connected" },
  { SERVER_SOCKET, "outgoing" },
  { SERVER_SOCKET, "screen" },
  { ADAPTER, "create-room" },
  { ADAPTER, "join-room" },
  { ADAPTER, "leave-room" },
  { ADAPTER, "delete-room" },
  { SERVER, "new-namespace" },
  { SERVER, "closed" },
};

typedef void (*Action) (World *world);

struct _World
{
  const Moment *moment;
  Action action;
  gboolean acted;

  SocketioServer *server;
  SocketioClient *client;
  SocketioClientSocket *socket;
  SocketioClientSocket *other;
  SocketioServerSocket *far;

  gpointer alive[5]; /* weak pointers to what must be gone in the end */
  guint n_waiting; /* for answers */
};

static void
act (World *world)
{
  if (world->acted)
    return;

  world->acted = TRUE;
  world->action (world);
}

static void
on_outgoing (SocketioSocket *socket,
             const char *name,
             SocketioArguments *arguments,
             SocketioAck *ack,
             gpointer world)
{
  act (world);
}

static void
screen (SocketioServerSocket *socket, SocketioScreening *screening, gpointer world)
{
  act (world);
  socketio_screening_pass (screening);
}

static void
use (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer world)
{
  act (world);
  socketio_admission_allow (admission);
}

/* Some of the moments are no signals. */
static void
watch (World *world, Who who, gpointer object)
{
  if (world->moment->who != who)
    return;

  if (g_str_equal (world->moment->signal, "outgoing"))
    socketio_socket_on_any_outgoing (object, on_outgoing, world, NULL);
  else if (g_str_equal (world->moment->signal, "screen"))
    socketio_server_socket_use (object, screen, world, NULL);
  else if (g_str_equal (world->moment->signal, "use"))
    socketio_namespace_use (object, use, world, NULL);
  else
    g_signal_connect_swapped (object, world->moment->signal, G_CALLBACK (act), world);
}

/* }}} */
/* {{{ Actions */

static void
disconnect_client (World *world)
{
  if (world->client != NULL)
    socketio_client_disconnect (world->client);
}

static void
drop_client_too (World *world)
{
  disconnect_client (world);
  g_clear_object (&world->socket);
  g_clear_object (&world->other);
  g_clear_object (&world->client);
}

static void
reconnect_client (World *world)
{
  disconnect_client (world);
  if (world->socket != NULL)
    socketio_client_socket_connect (world->socket);
}

static void
disconnect_far (World *world)
{
  if (world->far != NULL)
    socketio_server_socket_disconnect (world->far, FALSE);
}

static void
disconnect_far_whole (World *world)
{
  if (world->far != NULL)
    socketio_server_socket_disconnect (world->far, TRUE);
}

static void
close_it (World *world)
{
  if (world->server != NULL)
    socketio_server_close (world->server);
}

static void
drop_server (World *world)
{
  g_clear_object (&world->far);
  g_clear_object (&world->server);
}

static void
close_and_drop_server (World *world)
{
  close_it (world);
  drop_server (world);
}

static void
drop_all (World *world)
{
  drop_client_too (world);
  drop_server (world);
}

static void
emit_all (World *world)
{
  if (world->socket != NULL)
    socketio_socket_emit (SOCKETIO_SOCKET (world->socket), "up", NULL);
  if (world->far != NULL)
    socketio_socket_emit (SOCKETIO_SOCKET (world->far), "down", NULL);
  if (world->server != NULL)
    socketio_server_emit (world->server, "down", NULL);
}

static const Action actions[] = {
  disconnect_client, drop_client_too, reconnect_client,      disconnect_far, disconnect_far_whole,
  close_it,          drop_server,     close_and_drop_server, drop_all,       emit_all,
};

/* }}} */
/* {{{ Ways to the end */

static void
lose (World *world)
{
  test_skip_time (45000);
}

static const Action ends[] = { disconnect_client, disconnect_far, disconnect_far_whole, close_it,
                               lose };

/* }}} */
/* {{{ A life */

static void
on_connection (World *world, SocketioServerSocket *socket)
{
  g_set_object (&world->far, socket);
  watch (world, SERVER_SOCKET, socket);
}

static void
show (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer user_data)
{
  World *world = user_data;

  /* What is to be seen of a socket before it is announced. */
  if (g_str_has_prefix (world->moment->signal, "notify"))
    watch (world, SERVER_SOCKET, socketio_admission_get_socket (admission));
  socketio_admission_allow (admission);
}

static void
set_up_server (World *world)
{
  g_autoptr (GRegex) other = g_regex_new ("^/other$", 0, 0, NULL);
  SocketioNamespace *root;

  world->server = socketio_server_new ();
  root = socketio_server_of (world->server, "/");
  socketio_server_of_pattern (world->server, other);
  socketio_namespace_use (root, show, world, NULL);
  g_signal_connect_swapped (root, "connection", G_CALLBACK (on_connection), world);
  watch (world, NAMESPACE, root);
  watch (world, ADAPTER, socketio_namespace_get_adapter (root));
  watch (world, SERVER, world->server);
}

static void
set_up_client (World *world)
{
  world->client = client_new_loopback (world->server);
  world->socket = socketio_client_socket (world->client, "/");
  world->other = socketio_client_socket (world->client, "/other");
  g_object_set (world->client, "reconnection-attempts", 2, "reconnection-delay", 10,
                "reconnection-delay-max", 10, NULL);
  watch (world, CLIENT, world->client);
  watch (world, SOCKET, world->socket);
}

static void
remember (World *world)
{
  world->alive[0] = world->server;
  world->alive[1] = world->client;
  world->alive[2] = world->socket;
  world->alive[3] = world->other;
  world->alive[4] = socketio_server_of (world->server, "/");
  for (guint i = 0; i < G_N_ELEMENTS (world->alive); i++)
    g_object_add_weak_pointer (world->alive[i], &world->alive[i]);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  World *world = user_data;
  g_autoptr (SocketioArguments) arguments = NULL;

  arguments = socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result, NULL);
  world->n_waiting--;
}

static void
ask (World *world, gpointer socket, const char *name)
{
  if (socket == NULL)
    return;

  world->n_waiting++;
  socketio_socket_emit_with_ack_async (socket, name, NULL, 100, NULL, on_answered, world);
}

static void
connect_all (World *world)
{
  socketio_client_socket_connect (world->socket);
  socketio_client_socket_connect (world->other);
  ask (world, world->socket, "up");
  test_settle ();
}

static void
talk (World *world)
{
  ask (world, world->socket, "up");
  ask (world, world->far, "down");
  emit_all (world);
  test_settle ();
}

static void
tear_down (World *world)
{
  disconnect_client (world);
  close_it (world);
  test_skip_time (100);
  drop_all (world);
  test_skip_time (60000);
  g_assert_cmpuint (world->n_waiting, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (world->alive); i++)
    g_assert_null (world->alive[i]);
}

static gboolean
live (const Moment *moment, Action action, Action end)
{
  World world = { .moment = moment, .action = action };

  set_up_server (&world);
  set_up_client (&world);
  remember (&world);
  connect_all (&world);
  talk (&world);
  end (&world);
  for (guint i = 0; i < 4; i++)
    test_skip_time (20);
  tear_down (&world);
  return world.acted;
}

/* }}} */

static void
test_moment (gconstpointer data)
{
  const Moment *moment = data;
  guint n_acted = 0;

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (ends); j++)
        n_acted += live (moment, actions[i], ends[j]);
    }
  g_assert_cmpuint (n_acted, >=, G_N_ELEMENTS (actions));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autofree char *path = g_strdup_printf ("/socketio/within/%s/%s", who_names[moments[i].who],
                                               moments[i].signal);

      g_test_add_data_func (path, &moments[i], test_moment);
    }

  return g_test_run ();
}
