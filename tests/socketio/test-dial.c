/* test-dial.c: what a client is told when there is no Socket.IO server at an address
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-fixture.h"

typedef struct
{
  const char *name;
  const char *address; /* in place of a server of the test */
  const char *answer; /* of a server that says the same to everybody */
  SocketioError code;
} Wrong;

static const Wrong wrongs[] = {
  { "no-host", "http://no-such-host.invalid:1", NULL, SOCKETIO_ERROR_UNREACHABLE },
  { "closed-port", "http://127.0.0.1:1", NULL, SOCKETIO_ERROR_UNREACHABLE },
  { "nonsense", "nonsense", NULL, SOCKETIO_ERROR_INVALID_ADDRESS },
  { "empty", "", NULL, SOCKETIO_ERROR_INVALID_ADDRESS },
  { "no-http", "ftp://127.0.0.1/", NULL, SOCKETIO_ERROR_INVALID_ADDRESS },
  { "silent", NULL, "", SOCKETIO_ERROR_TIMED_OUT },
  { "web-server", NULL, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    SOCKETIO_ERROR_NOT_SOCKETIO },
  { "no-such-path", NULL, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    SOCKETIO_ERROR_NOT_SOCKETIO },
  { "forbidden", NULL, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    SOCKETIO_ERROR_REFUSED },
  { "old-version", NULL, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    SOCKETIO_ERROR_PROTOCOL_VERSION },
};

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             const char *answer)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));

  g_assert_true (g_output_stream_write_all (output, answer, strlen (answer), NULL, NULL, NULL));
  g_object_set_data_full (G_OBJECT (service), "connection", g_object_ref (connection),
                          g_object_unref);
  return TRUE;
}

static GSocketService *
serve (const Wrong *wrong, char **address)
{
  GSocketService *service = g_socket_service_new ();

  if (wrong->address != NULL)
    *address = g_strdup (wrong->address);
  else
    *address = g_strdup_printf ("http://127.0.0.1:%u", g_socket_listener_add_any_inet_port (
                                                         G_SOCKET_LISTENER (service), NULL, NULL));
  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), (gpointer)wrong->answer);
  return service;
}

/* Whether it is tried again can be seen when the error is told; what is no address is given up. */
static void
test_wrong (gconstpointer data)
{
  const Wrong *wrong = data;
  g_autofree char *address = NULL;
  g_autoptr (GSocketService) service = serve (wrong, &address);
  g_autoptr (SocketioClient) client = socketio_client_new (address);
  g_autoptr (SocketioClientSocket) socket = socketio_client_socket (client, "/");
  g_autoptr (GString) log = g_string_new (NULL);
  gboolean given_up = wrong->code == SOCKETIO_ERROR_INVALID_ADDRESS;
  g_autofree char *expected = g_strdup_printf ("error:%d connect-error:%d:%s", wrong->code,
                                               wrong->code, given_up ? "given-up" : "active");

  note_client (client, log);
  note_client_socket (socket, log);
  socketio_client_socket_connect (socket);
  assert_log (log, "");
  if (wrong->code == SOCKETIO_ERROR_TIMED_OUT)
    {
      test_skip_time (19000);
      assert_log (log, "");
      test_skip_time (1000);
    }

  test_wait (log->len > strlen (expected));
  assert_log (log, expected);
  g_assert_error (socketio_client_get_error (client), SOCKETIO_ERROR, (int)wrong->code);
  g_assert_cmpint (socketio_client_socket_is_active (socket), ==, !given_up);
  socketio_client_disconnect (client);
  test_skip_time (100000);
  assert_log (log, "");

  /* Nor is anything told to who has left before it could be. */
  socketio_client_socket_connect (socket);
  socketio_client_disconnect (client);
  test_skip_time (100000);
  assert_log (log, "");
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      g_autofree char *path = g_strconcat ("/socketio/dial/", wrongs[i].name, NULL);

      g_test_add_data_func (path, &wrongs[i], test_wrong);
    }

  return g_test_run ();
}
