/* test-client.c: our client against our server, and against servers that are none
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "client-fixture.h"

typedef EngineFixture Fixture;

/* {{{ The fixture */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  engine_fixture_set_up (fixture, data);
  engine_fixture_start (fixture, data);
}

/* One for the path that the server is on. */
static EngineioClientOptions *
new_options (Fixture *fixture)
{
  EngineioClientOptions *options = client_options_new ("websocket", NULL);

  g_object_set (options, "path", engineio_options_get_path (fixture->options), NULL);
  return options;
}

static SessionLog *
dial (Fixture *fixture, const char *address)
{
  g_autoptr (EngineioClientOptions) options = new_options (fixture);

  return client_dial (options, address);
}

static SessionLog *
dial_port (Fixture *fixture, guint16 port)
{
  g_autoptr (EngineioClientOptions) options = new_options (fixture);

  return client_dial_port (options, port);
}

static SessionLog *
connect_client (Fixture *fixture)
{
  g_autoptr (EngineioClientOptions) options = new_options (fixture);

  return client_connect (options, fixture->port);
}

/* }}} */
/* {{{ Talking */

static void
test_open (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_client (fixture);
  SessionLog *server = engine_fixture_get_last (fixture);

  g_assert_cmpstr (engineio_session_get_id (client->session), ==,
                   engineio_session_get_id (server->session));
  g_assert_cmpstr (engineio_session_get_transport_name (client->session), ==, "websocket");
  g_assert_cmpuint (engineio_session_get_max_payload (client->session), ==, 1000000);
  g_assert_null (engineio_session_get_error (client->session));
  session_log_free (client);
}

static SessionLog *
dial_with_options (Fixture *fixture, const char *first, ...)
{
  g_autoptr (EngineioClientOptions) options = new_options (fixture);
  va_list list;

  va_start (list, first);
  g_object_set_valist (G_OBJECT (options), first, list);
  va_end (list);
  return client_dial_port (options, fixture->port);
}

/* The client dials already. */
static void
expect_echo (SessionLog *client)
{
  static const guint8 bytes[] = { 1, 2, 3, 0, 0xff };
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary (bytes, sizeof bytes);
  EngineioPacket *got;
  gsize length;

  client_say (client, "early");
  client_say (client, "마당 😀");
  session_log_expect_messages (client, "early", "마당 😀", NULL);
  engineio_session_send (client->session, binary);
  test_wait (client->messages->len == 1);
  got = client->messages->pdata[0];
  g_assert_true (engineio_packet_is_binary (got));
  g_assert_cmpmem (engineio_packet_get_data (got, &length), length, bytes, sizeof bytes);
}

static void
test_echo (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = dial_port (fixture, fixture->port);

  expect_echo (client);
  session_log_free (client);
}

/* What bytes grow to counts then. */
static void
test_force_base64 (Fixture *fixture, gconstpointer data)
{
  g_autofree char *bytes = g_strnfill (900, 'a');
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary (bytes, 900);
  SessionLog *client;

  g_object_set (fixture->options, "max-payload", G_GUINT64_CONSTANT (1000), NULL);
  client = dial_with_options (fixture, "force-base64", TRUE, NULL);
  expect_echo (client);
  g_assert_false (engineio_session_takes (client->session, binary));
  session_log_free (client);

  client = connect_client (fixture);
  g_assert_true (engineio_session_takes (client->session, binary));
  session_log_free (client);
}

/* A server that agrees on none, or on another, does not open a session. */
static void
test_protocols (Fixture *fixture, gconstpointer data)
{
  static const char *const some[] = { "first", "second", NULL };
  static const char *const none[] = { NULL };
  SessionLog *client = dial_with_options (fixture, "protocols", some, NULL);

  expect_echo (client);
  session_log_free (client);
  client = dial_with_options (fixture, "protocols", none, NULL);
  expect_echo (client);
  session_log_free (client);
}

static void
test_large_messages (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_client (fixture);
  SessionLog *server = engine_fixture_get_last (fixture);
  g_autofree char *upwards = g_strnfill (900000, 'a');
  g_autofree char *downwards = g_strnfill (5000000, 'b');

  client_say (client, upwards);
  session_log_expect_messages (client, upwards, NULL);
  client_say (server, downwards);
  session_log_expect_messages (client, downwards, NULL);
  session_log_free (client);
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_client (fixture);
  SessionLog *server = engine_fixture_get_last (fixture);
  g_autofree char *text = g_strnfill (1000000, 'a');

  client_say (client, text);
  session_log_expect_closed (server, ENGINEIO_CLOSE_TOO_LARGE);
  session_log_expect_closed (client, ENGINEIO_CLOSE_TOO_LARGE);
  session_log_free (client);
}

static void
test_heartbeat (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_client (fixture);

  for (guint i = 0; i < 3; i++)
    {
      test_skip_time (25000);
      test_skip_time (19000);
    }
  g_assert_cmpuint (client->n_closed, ==, 0);
  g_assert_cmpuint (engine_fixture_get_last (fixture)->n_closed, ==, 0);
  session_log_free (client);
}

static void
test_query (Fixture *fixture, gconstpointer data)
{
  g_autofree char *address = g_strdup_printf ("ws://localhost:%u/some/path?token=abc",
                                              fixture->port);
  SessionLog *client = dial (fixture, address);

  test_wait (client->n_opened > 0 || client->n_closed > 0);
  g_assert_cmpuint (client->n_opened, ==, 1);
  session_log_free (client);
}

static void
test_many_clients (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify)session_log_free);

  for (guint i = 0; i < 200; i++)
    g_ptr_array_add (clients, dial_port (fixture, fixture->port));
  for (guint i = 0; i < clients->len; i++)
    {
      client_say (clients->pdata[i], "hello");
      session_log_expect_messages (clients->pdata[i], "hello", NULL);
    }
  g_assert_cmpuint (engineio_server_get_n_sessions (fixture->server), ==, 200);
  g_ptr_array_set_size (clients, 0);
  test_wait (engineio_server_get_n_sessions (fixture->server) == 0);
}

/* }}} */
/* {{{ Parting */

static void
test_client_closes (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_client (fixture);

  client_say (client, "last words");
  engineio_session_close (client->session);
  session_log_expect_closed (client, ENGINEIO_CLOSE_FORCED);
  session_log_expect_closed (engine_fixture_get_last (fixture), ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  g_assert_cmpuint (engine_fixture_get_last (fixture)->messages->len, ==, 1);
  session_log_free (client);
  test_wait (engine_fixture_is_idle (fixture));
}

static void
test_server_closes (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_client (fixture);

  client_say (engine_fixture_get_last (fixture), "last words");
  engineio_session_close (engine_fixture_get_last (fixture)->session);
  session_log_expect_closed (client, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  g_assert_cmpuint (client->messages->len, ==, 1);
  session_log_free (client);
  test_wait (engine_fixture_is_idle (fixture));
}

static void
test_server_vanishes (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_client (fixture);

  g_clear_object (&fixture->server);
  session_log_expect_closed (client, ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  session_log_free (client);
}

static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = connect_client (fixture);

  session_log_free (client);
  test_wait (engine_fixture_is_idle (fixture));
}

static void
test_dropped_while_dialing (Fixture *fixture, gconstpointer data)
{
  for (guint turns = 0; turns < 10; turns++)
    {
      SessionLog *client = dial_port (fixture, fixture->port);

      for (guint i = 0; i < turns; i++)
        g_main_context_iteration (NULL, FALSE);
      session_log_free (client);
      test_wait (engine_fixture_is_idle (fixture));
    }
}

static void
test_closed_while_dialing (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = dial_port (fixture, fixture->port);

  engineio_session_close (client->session);
  session_log_expect_closed (client, ENGINEIO_CLOSE_FORCED);
  test_settle ();
  g_assert_cmpuint (client->n_closed, ==, 1);
  session_log_free (client);
  test_wait (engine_fixture_is_idle (fixture));
}

/* }}} */
/* {{{ Servers that are none */

static void
test_invalid_addresses (Fixture *fixture, gconstpointer data)
{
  static const char *const addresses[] = {
    "",
    "127.0.0.1",
    "127.0.0.1:3000",
    "ftp://127.0.0.1",
    "http://",
    "http:///path",
    "http://:80",
    "http://[::1",
    "javascript:alert(1)",
    "http://127.0.0.1:99999",
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (EngineioClientOptions) options = engineio_client_options_new ();
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", addresses[i]);

      g_assert_null (engineio_client_open (options, addresses[i], 0, &error));
      g_assert_error (error, ENGINEIO_ERROR, ENGINEIO_ERROR_INVALID_ADDRESS);
    }
}

static void
test_nobody_listens (Fixture *fixture, gconstpointer data)
{
  guint16 port = fixture->port;
  SessionLog *client;

  g_clear_object (&fixture->server);
  client = dial_port (fixture, port);
  client_expect_error (client, ENGINEIO_ERROR_UNREACHABLE);
  session_log_free (client);
}

static void
test_no_such_host (Fixture *fixture, gconstpointer data)
{
  SessionLog *client = dial (fixture, "http://no.such.host.invalid");

  client_expect_error (client, ENGINEIO_ERROR_UNREACHABLE);
  session_log_free (client);
}

static void
test_other_path (Fixture *fixture, gconstpointer data)
{
  SessionLog *client;

  g_object_unref (fixture->options);
  fixture->options = engineio_options_new ();
  g_object_set (fixture->options, "path", "/other", NULL);
  client = dial_port (fixture, fixture->port);
  client_expect_error (client, ENGINEIO_ERROR_NOT_ENGINEIO);
  session_log_free (client);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  SessionLog *client;

  g_object_set (fixture->options, "websocket", FALSE, NULL);
  client = dial_port (fixture, fixture->port);
  client_expect_error (client, ENGINEIO_ERROR_PROTOCOL_VERSION);
  session_log_free (client);

  client = dial (fixture, "http://0.0.0.0:1");
  client_expect_error (client, ENGINEIO_ERROR_UNREACHABLE);
  session_log_free (client);
}

/* Answers whoever connects with the same bytes, and keeps the connection. */
static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             gpointer user_data)
{
  const char *answer = user_data;
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));

  if (answer == NULL)
    return FALSE;

  g_assert_true (g_output_stream_write_all (output, answer, strlen (answer), NULL, NULL, NULL));
  g_object_set_data_full (G_OBJECT (service), "connection", g_object_ref (connection),
                          g_object_unref);
  return TRUE;
}

static SessionLog *
dial_fake (Fixture *fixture, GSocketService *service, const char *answer)
{
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);

  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), (gpointer)answer);
  return dial_port (fixture, port);
}

typedef struct
{
  const char *answer;
  EngineioError code;
} Fake;

static void
test_fakes (Fixture *fixture, gconstpointer data)
{
  static const Fake fakes[] = {
    { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", ENGINEIO_ERROR_NOT_ENGINEIO },
    { "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", ENGINEIO_ERROR_NOT_ENGINEIO },
    { "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", ENGINEIO_ERROR_REFUSED },
    { "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", ENGINEIO_ERROR_REFUSED },
    { "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", ENGINEIO_ERROR_PROTOCOL_VERSION },
    { "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: d3Jvbmc=\r\n\r\n",
      ENGINEIO_ERROR_NOT_ENGINEIO },
    { "SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n", ENGINEIO_ERROR_NOT_ENGINEIO },
    { NULL, ENGINEIO_ERROR_NOT_ENGINEIO },
  };

  for (guint i = 0; i < G_N_ELEMENTS (fakes); i++)
    {
      g_autoptr (GSocketService) service = g_socket_service_new ();
      SessionLog *client = dial_fake (fixture, service, fakes[i].answer);

      client_expect_error (client, fakes[i].code);
      session_log_free (client);
      g_socket_service_stop (service);
      g_socket_listener_close (G_SOCKET_LISTENER (service));
    }
}

static void
test_silent_server (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  SessionLog *client = dial_fake (fixture, service, "");

  test_skip_time (19900);
  g_assert_cmpuint (client->n_closed, ==, 0);
  test_skip_time (100);
  client_expect_error (client, ENGINEIO_ERROR_TIMED_OUT);
  test_settle ();
  g_assert_cmpuint (client->n_closed, ==, 1);
  session_log_free (client);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

/* }}} */

#define ADD(path, function)                                                                        \
  g_test_add ("/client/" path, Fixture, NULL, set_up, function, engine_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("open", test_open);
  ADD ("echo", test_echo);
  ADD ("force-base64", test_force_base64);
  ADD ("protocols", test_protocols);
  ADD ("large-messages", test_large_messages);
  ADD ("too-large", test_too_large);
  ADD ("heartbeat", test_heartbeat);
  ADD ("query", test_query);
  ADD ("many-clients", test_many_clients);
  ADD ("parting/client-closes", test_client_closes);
  ADD ("parting/server-closes", test_server_closes);
  ADD ("parting/server-vanishes", test_server_vanishes);
  ADD ("parting/dropped", test_dropped);
  ADD ("parting/dropped-while-dialing", test_dropped_while_dialing);
  ADD ("parting/closed-while-dialing", test_closed_while_dialing);
  ADD ("error/invalid-addresses", test_invalid_addresses);
  ADD ("error/nobody-listens", test_nobody_listens);
  ADD ("error/no-such-host", test_no_such_host);
  ADD ("error/other-path", test_other_path);
  ADD ("error/refused", test_refused);
  ADD ("error/fakes", test_fakes);
  ADD ("error/silent-server", test_silent_server);

  return g_test_run ();
}
