/* test-url.c: sockets by their URL, and who shares a connection
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio.h"

typedef struct
{
  const char *url;
  const char *address; /* NULL if there is none */
  const char *namespace_name;
  const char *query;
} Url;

static const Url urls[] = {
  { "http://a.example", "http://a.example:80", "/", NULL },
  { "HTTP://B.Example/", "http://b.example:80", "/", NULL },
  { "https://c.example/chat", "https://c.example:443", "/chat", NULL },
  { "ws://d.example:3000/a/b?x=1&y=%20", "http://d.example:3000", "/a/b", "x=1&y=%20" },
  { "wss://e.example?x=1", "https://e.example:443", "/", "x=1" },
  { "f.example:3000/n", "https://f.example:3000", "/n", NULL },
  { "//g.example", "https://g.example:443", "/", NULL },
  { "localhost", "https://localhost:443", "/", NULL },
  { "http://[::1]:3000/n", "http://[::1]:3000", "/n", NULL },
  { "", NULL, NULL, NULL },
  { "http://", NULL, NULL, NULL },
  { "ftp://h.example", NULL, NULL, NULL },
  { "http://h.example:99999", NULL, NULL, NULL },
};

static void
test_forms (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SocketioClientSocket)
        socket = socketio_client_socket_new_for_url (urls[i].url, FALSE, &error);
      g_autofree char *query = NULL;
      SocketioClient *client;

      g_test_message ("%s", urls[i].url);
      if (urls[i].address == NULL)
        {
          g_assert_null (socket);
          g_assert_error (error, SOCKETIO_ERROR, SOCKETIO_ERROR_INVALID_ADDRESS);
          continue;
        }

      g_assert_no_error (error);
      client = socketio_client_socket_get_client (socket);
      g_object_get (client, "query", &query, NULL);
      g_assert_cmpstr (socketio_client_get_address (client), ==, urls[i].address);
      g_assert_cmpstr (socketio_socket_get_namespace_name (SOCKETIO_SOCKET (socket)), ==,
                       urls[i].namespace_name);
      g_assert_cmpstr (query, ==, urls[i].query);
    }
}

static SocketioClientSocket *
make (const char *url, gboolean force_new)
{
  g_autoptr (GError) error = NULL;
  SocketioClientSocket *socket = socketio_client_socket_new_for_url (url, force_new, &error);

  g_assert_no_error (error);
  return socket;
}

static void
test_sharing (void)
{
  g_autoptr (SocketioClientSocket) one = make ("http://a.example/", FALSE);
  g_autoptr (SocketioClientSocket) other = make ("ws://A.example:80/other", FALSE);
  g_autoptr (SocketioClientSocket) again = make ("http://a.example/", FALSE);
  g_autoptr (SocketioClientSocket) alone = make ("http://a.example/alone", TRUE);
  g_autoptr (SocketioClientSocket) elsewhere = make ("https://a.example/elsewhere", FALSE);
  SocketioClient *shared = socketio_client_socket_get_client (one);

  g_assert_true (socketio_client_socket_get_client (other) == shared);
  g_assert_false (again == one);
  g_assert_false (socketio_client_socket_get_client (again) == shared);
  g_assert_false (socketio_client_socket_get_client (alone) == shared);
  g_assert_false (socketio_client_socket_get_client (elsewhere) == shared);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/socketio/url/forms", test_forms);
  g_test_add_func ("/socketio/url/sharing", test_sharing);

  return g_test_run ();
}
