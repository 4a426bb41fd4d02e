/* test-client-tls.c: our client by https and wss
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsoup/soup.h>

#include "client-fixture.h"

/* LeakSanitizer breaks off when it looks into the threads of glib-networking's handshakes. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}

typedef EngineFixture Fixture;

static void
set_up_with (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "engineio", name, NULL);
  g_autoptr (GError) error = NULL;

  engine_fixture_set_up (fixture, NULL);
  fixture->certificate = g_tls_certificate_new_from_file (path, &error);
  g_assert_no_error (error);
  engine_fixture_start (fixture, ENGINE_ATTACHED);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  set_up_with (fixture, "test-certificate.pem");
}

static void
set_up_expired (Fixture *fixture, gconstpointer data)
{
  set_up_with (fixture, "expired-certificate.pem");
}

/* libsoup gives a connection that it shakes hands on back to nobody: one that is still there when
 * the server goes is freed under its handshake's own callback. */
static void
tear_down_refused (Fixture *fixture, gconstpointer data)
{
  test_wait (test_count_descriptors () <= fixture->n_descriptors);
  engine_fixture_tear_down (fixture, data);
}

static EngineioClientOptions *
make_options (gconstpointer data)
{
  EngineioClientOptions *options = client_options_new ("polling", "websocket", NULL);
  const char *const only[] = { data, NULL };

  if (data != NULL)
    g_object_set (options, "transports", only, NULL);
  return options;
}

static SessionLog *
dial (Fixture *fixture, EngineioClientOptions *options)
{
  g_autofree char *address = g_strdup_printf ("wss://127.0.0.1:%u", fixture->port);

  return client_dial (options, address);
}

static gboolean
on_accept_certificate (EngineioClientOptions *options,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags errors,
                       gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpint (errors, !=, 0);
  return g_tls_certificate_is_same (certificate, fixture->certificate);
}

static void
test_talk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = make_options (data);
  g_autofree char *large = g_strnfill (900000, 'a');
  SessionLog *client;

  g_signal_connect (options, "accept-certificate", G_CALLBACK (on_accept_certificate), fixture);
  client = dial (fixture, options);
  client_say (client, "early");
  session_log_expect_messages (client, "early", NULL);
  for (guint i = 0; i < 5; i++)
    {
      client_say (client, "마당");
      client_say (client, large);
      session_log_expect_messages (client, "마당", large, NULL);
    }
  test_wait (g_str_equal (engineio_session_get_transport_name (client->session),
                          data != NULL ? data : "websocket"));
  client_say (client, "bye");
  engineio_session_close (client->session);
  session_log_expect_closed (engine_fixture_get_last (fixture), ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  session_log_free (client);
}

static void
test_untrusted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = make_options (data);
  SessionLog *client = dial (fixture, options);

  client_expect_error (client, ENGINEIO_ERROR_CERTIFICATE);
  session_log_free (client);
}

static void
expect_reason (Fixture *fixture, const char *host, const char *reason)
{
  g_autoptr (EngineioClientOptions) options = make_options ("polling");
  g_autofree char *address = g_strdup_printf ("https://%s:%u", host, fixture->port);
  SessionLog *client = client_dial (options, address);

  client_expect_error (client, ENGINEIO_ERROR_CERTIFICATE);
  g_assert_cmpstr (engineio_session_get_error (client->session)->message, ==, reason);
  session_log_free (client);
}

static void
test_other_name (Fixture *fixture, gconstpointer data)
{
  expect_reason (fixture, "0.0.0.0", "The server's certificate is for another name");
}

static void
test_expired (Fixture *fixture, gconstpointer data)
{
  expect_reason (fixture, "127.0.0.1", "The server's certificate has expired");
}

/* Who takes a certificate takes it for himself: his connections are no one else's. */
static void
test_trusted_by_another (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) trusting = make_options ("polling");
  g_autoptr (EngineioClientOptions) options = make_options ("polling");
  SessionLog *other;
  SessionLog *client;

  g_signal_connect (trusting, "accept-certificate", G_CALLBACK (on_accept_certificate), fixture);
  other = dial (fixture, trusting);
  client_say (other, "hello");
  session_log_expect_messages (other, "hello", NULL);
  client = dial (fixture, options);
  client_expect_error (client, ENGINEIO_ERROR_CERTIFICATE);
  session_log_free (client);
  engineio_session_close (other->session);
  session_log_expect_closed (engine_fixture_get_last (fixture), ENGINEIO_CLOSE_TRANSPORT_CLOSE);
  session_log_free (other);
}

/* It answers in its own way to who speaks no TLS. */
static void
test_no_tls (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EngineioClientOptions) options = make_options (data);
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u", fixture->port);
  SessionLog *client = client_dial (options, address);

  test_wait (client->n_closed > 0);
  g_test_message ("%s", engineio_session_get_error (client->session)->message);
  g_assert_cmpuint (client->n_opened, ==, 0);
  session_log_free (client);
}

#define ADD_WITH(path, data, function, tear_down)                                                  \
  g_test_add ("/client-tls/" path, Fixture, data, set_up, function, tear_down)
#define ADD(path, data, function)         ADD_WITH (path, data, function, engine_fixture_tear_down)
#define ADD_REFUSED(path, data, function) ADD_WITH (path, data, function, tear_down_refused)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("talk/polling", "polling", test_talk);
  ADD ("talk/websocket", "websocket", test_talk);
  ADD ("talk/upgraded", NULL, test_talk);
  ADD ("untrusted/trusted-by-another", "polling", test_trusted_by_another);
  ADD_REFUSED ("untrusted/polling", "polling", test_untrusted);
  ADD_REFUSED ("untrusted/websocket", "websocket", test_untrusted);
  ADD_REFUSED ("untrusted/other-name", NULL, test_other_name);
  g_test_add ("/client-tls/untrusted/expired", Fixture, NULL, set_up_expired, test_expired,
              tear_down_refused);
  ADD_REFUSED ("no-tls/polling", "polling", test_no_tls);
  ADD_REFUSED ("no-tls/websocket", "websocket", test_no_tls);

  return g_test_run ();
}
