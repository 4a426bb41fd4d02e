/* test-cors.c: who may ask from where
 *
 * Raw requests against a server whose handler does what all handlers do: preflight, admit, answer.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <libsoup/soup.h>

#include "http-cors.h"
#include "http-listener.h"
#include "http-origin.h"
#include "raw-client.h"

#define FORBIDDEN "{\"code\":4,\"message\":\"Forbidden\"}"

typedef struct
{
  SoupServer *server;
  HttpListener *listener;
  HttpCors *cors;
  guint16 port;
} Fixture;

static void
on_request (SoupServer *server,
            SoupServerMessage *msg,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  HttpCors *cors = user_data;

  if (http_cors_handle_preflight (cors, msg) || !http_cors_admit (cors, msg))
    return;

  /* Some handlers ask in two places. */
  http_cors_apply (cors, msg);

  soup_server_message_set_status (msg, strcmp (path, "/broken") == 0 ? 500 : 200, NULL);
  soup_server_message_set_response (msg, "text/plain", SOUP_MEMORY_STATIC, "welcome", 7);
}

static gboolean
on_allow_origin (HttpCors *cors, const char *origin, gpointer allowed)
{
  return strcmp (origin, allowed) == 0;
}

/* Options as words: "origin=https://a.example host=b.example credentials=off max-age=60" */
static void
configure (HttpCors *cors, const char *options)
{
  g_auto (GStrv) words = g_strsplit (options, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      char *value = strchr (words[i], '=') + 1;
      g_autoptr (GError) error = NULL;

      if (g_str_has_prefix (words[i], "origin="))
        g_assert_true (http_cors_add_origin (cors, value, &error));
      else if (g_str_has_prefix (words[i], "host="))
        g_assert_true (http_cors_add_host (cors, value, &error));
      else if (g_str_has_prefix (words[i], "proxy="))
        g_assert_true (http_cors_add_trusted_proxy (cors, value, &error));
      else if (g_str_has_prefix (words[i], "max-age="))
        http_cors_set_max_age (cors, atoi (value));
      else if (g_str_has_prefix (words[i], "expose="))
        http_cors_set_exposed_headers (cors, value);
      else if (g_str_has_prefix (words[i], "pattern="))
        g_assert_true (http_cors_add_origin_pattern (cors, value, &error));
      else if (g_str_has_prefix (words[i], "function="))
        g_signal_connect_data (cors, "allow-origin", G_CALLBACK (on_allow_origin), g_strdup (value),
                               (GClosureNotify)(void *)g_free, 0);
      else if (strcmp (words[i], "credentials=off") == 0)
        http_cors_set_credentials (cors, FALSE);
      else
        g_assert_not_reached ();
      g_assert_no_error (error);
    }
}

static Fixture *
fixture_new (const char *options)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  g_autoptr (GError) error = NULL;

  fixture->cors = http_cors_new ();
  if (options != NULL)
    configure (fixture->cors, options);

  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, on_request, fixture->cors, NULL);
  fixture->listener = http_listener_new (fixture->server);
  http_listener_listen (fixture->listener, "127.0.0.1", 0, &error);
  g_assert_no_error (error);
  fixture->port = http_listener_get_port (fixture->listener);

  return fixture;
}

static void
fixture_free (Fixture *fixture)
{
  http_listener_close (fixture->listener);
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->listener);
  g_object_unref (fixture->server);
  g_object_unref (fixture->cors);
  g_free (fixture);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static void
assert_welcome (RawClient *client)
{
  g_autoptr (RawResponse)
    response = raw_client_ask (client, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  g_autofree char *body = raw_response_dup_body (response);

  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpstr (body, ==, "welcome");
}

static void
test_options (void)
{
  g_autoptr (HttpCors) cors = http_cors_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (http_cors_add_origin (cors, "*", &error));
  g_assert_true (http_cors_add_origin (cors, "null", &error));
  g_assert_true (http_cors_add_host (cors, "*", &error));
  g_assert_true (http_cors_add_host (cors, "[::1]", &error));
  g_assert_true (http_cors_add_host (cors, "::1", &error));
  g_assert_no_error (error);

  g_assert_false (http_cors_add_origin (cors, "http://a.example/", &error));
  g_assert_error (error, HTTP_ERROR, HTTP_ERROR_INVALID_ORIGIN);
  g_assert_nonnull (strstr (error->message, "http://a.example/"));
  g_assert_nonnull (strstr (error->message, "slash"));
  g_clear_error (&error);

  g_assert_false (http_cors_add_host (cors, "a.example:80", &error));
  g_assert_error (error, HTTP_ERROR, HTTP_ERROR_INVALID_HOST);
  g_clear_error (&error);

  g_assert_false (http_cors_add_host (cors, "", &error));
  g_assert_error (error, HTTP_ERROR, HTTP_ERROR_INVALID_HOST);
  g_clear_error (&error);

  g_assert_false (http_cors_add_origin_pattern (cors, "(", &error));
  g_assert_error (error, G_REGEX_ERROR, G_REGEX_ERROR_UNMATCHED_PARENTHESIS);
}

/* Other lists come in place of those that were there, or nothing changes. */
static void
test_lists (void)
{
  const char *first[] = { "http://a.example", NULL };
  const char *second[] = { "http://b.example", NULL };
  const char *wrong[] = { "http://c.example", "nonsense", NULL };
  const char *names[] = { "h.example", NULL };
  const char *from_a = "GET / HTTP/1.1\r\nHost: h.example\r\nOrigin: http://a.example\r\n\r\n";
  const char *from_b = "GET / HTTP/1.1\r\nHost: h.example\r\nOrigin: http://b.example\r\n\r\n";
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  const struct
  {
    const char *const *origins;
    const char *const *names;
    guint from_a;
    guint from_b;
  } steps[] = {
    { first, names, 200, 403 },  { second, names, 403, 200 }, { wrong, NULL, 403, 200 },
    { second, wrong, 403, 200 }, { NULL, names, 403, 403 },   { first, names, 200, 403 },
    { first, NULL, 403, 403 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (RawResponse) to_a = NULL;
      g_autoptr (RawResponse) to_b = NULL;
      gboolean is_wrong = steps[i].origins == wrong || steps[i].names == wrong;

      g_assert_true (http_cors_set_lists (fixture->cors, steps[i].origins, steps[i].names, NULL) ==
                     !is_wrong);
      to_a = raw_client_ask (client, from_a);
      to_b = raw_client_ask (client, from_b);
      g_assert_cmpuint (to_a->status, ==, steps[i].from_a);
      g_assert_cmpuint (to_b->status, ==, steps[i].from_b);
    }
}

/* }}} */
/* {{{ Admission: options, the request's headers, the status, and the origin that the answer names
 */

typedef struct
{
  const char *options;
  const char *headers;
  guint status;
  const char *allowed;
} AdmitRow;

static const AdmitRow admit_rows[] = {
  /* Origin: the default rule */
  { NULL, "Host: 10.0.0.5:3000\r\n", 200, NULL },
  { NULL, "Host: 10.0.0.5:3000\r\nOrigin: http://10.0.0.5:3000\r\n", 200, "http://10.0.0.5:3000" },
  { NULL, "Host: 10.0.0.5:3000\r\nOrigin: http://10.0.0.5:3001\r\n", 403, NULL },
  { NULL, "Host: 10.0.0.5:3000\r\nOrigin: http://10.0.0.6:3000\r\n", 403, NULL },
  { NULL, "Host: 10.0.0.5\r\nOrigin: http://10.0.0.5\r\n", 200, "http://10.0.0.5" },
  { NULL, "Host: 10.0.0.5:80\r\nOrigin: http://10.0.0.5\r\n", 200, "http://10.0.0.5" },
  { NULL, "Host: 10.0.0.5\r\nOrigin: https://10.0.0.5\r\n", 200, "https://10.0.0.5" },
  { NULL, "Host: 10.0.0.5:443\r\nOrigin: http://10.0.0.5\r\n", 403, NULL },
  { NULL, "Host: [2001:db8::1]:3000\r\nOrigin: http://[2001:db8::1]:3000\r\n", 200,
    "http://[2001:db8::1]:3000" },
  { NULL, "Host: 10.0.0.5\r\nOrigin: http://localhost:8080\r\n", 200, "http://localhost:8080" },
  { NULL, "Host: 10.0.0.5\r\nOrigin: https://app.localhost\r\n", 200, "https://app.localhost" },
  { NULL, "Host: 10.0.0.5\r\nOrigin: http://127.0.0.1:5173\r\n", 200, "http://127.0.0.1:5173" },
  { NULL, "Host: 10.0.0.5\r\nOrigin: http://127.9.9.9\r\n", 200, "http://127.9.9.9" },
  { NULL, "Host: 10.0.0.5\r\nOrigin: http://[::1]:5173\r\n", 200, "http://[::1]:5173" },
  { NULL, "Host: 10.0.0.5\r\nOrigin: http://localhost.evil.example\r\n", 403, NULL },
  { NULL, "Host: 10.0.0.5\r\nOrigin: http://evillocalhost\r\n", 403, NULL },
  { NULL, "Host: 10.0.0.5\r\nOrigin: http://127.0.0.1.evil.example\r\n", 403, NULL },
  { NULL, "Host: 10.0.0.5\r\nOrigin: http://evil.example\r\n", 403, NULL },
  { NULL, "Host: 10.0.0.5\r\nOrigin: capacitor://localhost\r\n", 403, NULL },
  { NULL, "Host: 10.0.0.5\r\nOrigin: file://\r\n", 403, NULL },
  { NULL, "Host: 10.0.0.5\r\nOrigin: null\r\n", 403, NULL },
  /* Origin: malformed */
  { "origin=*", "Host: localhost\r\nOrigin:\r\n", 403, NULL },
  { "origin=*", "Host: localhost\r\nOrigin: http://a.example\r\nOrigin: http://a.example\r\n", 403,
    NULL },
  { "origin=*", "Host: localhost\r\nOrigin: http://a.example,http://b.example\r\n", 403, NULL },
  { "origin=*", "Host: localhost\r\nOrigin: http://a.example, http://b.example\r\n", 403, NULL },
  { "origin=*", "Host: localhost\r\nOrigin: http://a.example http://b.example\r\n", 403, NULL },
  { "origin=*", "Host: localhost\r\nOrigin: http://a\x01.example\r\n", 403, NULL },
  { "origin=*", "Host: localhost\r\nOrigin: http://a\x7f.example\r\n", 403, NULL },
  { "origin=*",
    "Host: localhost\r\nOrigin: http://b\xc3\xbc"
    "cher.example\r\n",
    403, NULL },
  { "origin=*", "Host: localhost\r\nOrigin: http://\xff\xfe.example\r\n", 403, NULL },
  { "origin=*", "Host: localhost\r\nOrigin: http://a.example\r\n b\r\n", 403, NULL },
  /* Origin: listed */
  { "origin=https://chat.example", "Host: localhost\r\nOrigin: https://chat.example\r\n", 200,
    "https://chat.example" },
  { "origin=https://chat.example", "Host: localhost\r\nOrigin: https://CHAT.example:443\r\n", 200,
    "https://CHAT.example:443" },
  { "origin=https://chat.example", "Host: localhost\r\nOrigin: http://chat.example\r\n", 403,
    NULL },
  { "origin=https://chat.example", "Host: localhost\r\nOrigin: https://chat.example:444\r\n", 403,
    NULL },
  { "origin=https://chat.example", "Host: localhost\r\nOrigin: https://chat.example.evil\r\n", 403,
    NULL },
  { "origin=https://chat.example", "Host: localhost\r\nOrigin: http://localhost\r\n", 200,
    "http://localhost" },
  { "origin=https://chat.example", "Host: localhost\r\nOrigin: null\r\n", 403, NULL },
  /* Origin: a pattern, or a function's */
  { "pattern=^https://[a-z]+\\.example$", "Host: localhost\r\nOrigin: https://a.example\r\n", 200,
    "https://a.example" },
  { "pattern=^https://[a-z]+\\.example$", "Host: localhost\r\nOrigin: https://B.Example:443\r\n",
    200, "https://B.Example:443" },
  { "pattern=^https://[a-z]+\\.example$", "Host: localhost\r\nOrigin: http://a.example\r\n", 403,
    NULL },
  { "pattern=^https://[a-z]+\\.example$", "Host: localhost\r\nOrigin: https://a.example.org\r\n",
    403, NULL },
  { "pattern=^https://[a-z]+\\.example$", "Host: localhost\r\nOrigin: null\r\n", 403, NULL },
  { "pattern=x function=http://b.example", "Host: localhost\r\nOrigin: http://b.example\r\n", 200,
    "http://b.example" },
  { "function=http://b.example", "Host: localhost\r\nOrigin: http://b.example:81\r\n", 403, NULL },
  { "function=http://b.example function=http://c.example",
    "Host: localhost\r\nOrigin: http://c.example\r\n", 200, "http://c.example" },
  { "origin=null", "Host: localhost\r\nOrigin: null\r\n", 200, "null" },
  { "origin=null", "Host: localhost\r\nOrigin: http://a.example\r\n", 403, NULL },
  { "origin=file://", "Host: localhost\r\nOrigin: file://\r\n", 200, "file://" },
  { "origin=capacitor://localhost", "Host: localhost\r\nOrigin: capacitor://localhost\r\n", 200,
    "capacitor://localhost" },
  { "origin=http://bücher.example", "Host: localhost\r\nOrigin: http://xn--bcher-kva.example\r\n",
    200, "http://xn--bcher-kva.example" },
  { "origin=*", "Host: localhost\r\nOrigin: https://any.example\r\n", 200, "https://any.example" },
  { "origin=*", "Host: localhost\r\nOrigin: null\r\n", 200, "null" },
  { "origin=* credentials=off", "Host: localhost\r\nOrigin: https://any.example\r\n", 200, "*" },
  { "origin=* credentials=off", "Host: localhost\r\n", 200, NULL },
  /* Host */
  { NULL, "Host: localhost\r\n", 200, NULL },
  { NULL, "Host: LOCALHOST:3000\r\n", 200, NULL },
  { NULL, "Host: localhost.\r\n", 200, NULL },
  { NULL, "Host: a.b.localhost:1\r\n", 200, NULL },
  { NULL, "Host: 192.168.1.20\r\n", 200, NULL },
  { NULL, "Host: 8.8.8.8:80\r\n", 200, NULL },
  { NULL, "Host: [::1]\r\n", 200, NULL },
  { NULL, "Host: [fe80::1]:3000\r\n", 200, NULL },
  { NULL, "Host: evil.example\r\n", 403, NULL },
  { NULL, "Host: evil.example\r\nOrigin: http://evil.example\r\n", 403, NULL },
  { NULL, "Host: localhost.evil.example\r\n", 403, NULL },
  { NULL, "Host: 1.2.3.4.evil.example\r\n", 403, NULL },
  { NULL, "Host: 0x7f.1\r\n", 403, NULL },
  { NULL, "Host: localhost\r\nHost: localhost\r\n", 403, NULL },
  { NULL, "Host: evil.example, localhost\r\n", 403, NULL },
  { NULL, "Host: localhost:port\r\n", 400, NULL },
  { NULL, "Host: user@localhost\r\n", 403, NULL },
  { NULL,
    "Host: b\xc3\xbc"
    "cher.example\r\n",
    403, NULL },
  { "host=chat.lan", "Host: Chat.Lan.:3000\r\n", 200, NULL },
  { "host=Chat.Lan.", "Host: chat.lan\r\n", 200, NULL },
  { "host=chat.lan", "Host: a.chat.lan\r\n", 403, NULL },
  { "host=chat.lan", "Host: chat.lan\r\nOrigin: http://chat.lan\r\n", 200, "http://chat.lan" },
  { "host=*", "Host: whoever.example\r\n", 200, NULL },
  { "host=*", "Host: whoever.example\r\nOrigin: http://evil.example\r\n", 403, NULL },
  { "origin=https://chat.example", "Host: chat.example\r\n", 200, NULL },
  { "origin=https://chat.example:8443", "Host: chat.example\r\n", 200, NULL },
  { "origin=*", "Host: chat.example\r\n", 403, NULL },
  /* Behind a proxy that passes Host on */
  { "host=chat.lan proxy=127.0.0.1",
    "Host: chat.lan\r\nX-Forwarded-Proto: https\r\nOrigin: https://chat.lan\r\n", 200,
    "https://chat.lan" },
  { "host=chat.lan proxy=127.0.0.1",
    "Host: chat.lan\r\nX-Forwarded-Proto: https\r\nOrigin: http://chat.lan\r\n", 403, NULL },
  { "host=chat.lan proxy=127.0.0.1",
    "Host: chat.lan\r\nX-Forwarded-Proto: http\r\nOrigin: http://chat.lan\r\n", 200,
    "http://chat.lan" },
  { "host=chat.lan", "Host: chat.lan\r\nX-Forwarded-Proto: https\r\nOrigin: http://chat.lan\r\n",
    200, "http://chat.lan" },
  { "proxy=127.0.0.1", "Host: chat.lan\r\nX-Forwarded-Proto: https\r\n", 403, NULL },
  /* Behind one that does not */
  { "host=chat.lan proxy=127.0.0.1",
    "Host: 127.0.0.1:3000\r\nX-Forwarded-Host: chat.lan\r\nOrigin: https://chat.lan\r\n", 200,
    "https://chat.lan" },
  { "host=chat.lan proxy=127.0.0.0/8",
    "Host: 127.0.0.1:3000\r\nX-Forwarded-Host: chat.lan:8443\r\nOrigin: https://chat.lan:8443\r\n",
    200, "https://chat.lan:8443" },
  { "host=chat.lan proxy=127.0.0.1",
    "Host: 127.0.0.1:3000\r\nX-Forwarded-Host: chat.lan, inner.localhost\r\n"
    "Origin: https://chat.lan\r\n",
    200, "https://chat.lan" },
  { "host=chat.lan proxy=127.0.0.1",
    "Host: 127.0.0.1:3000\r\nX-Forwarded-Host: chat.lan\r\nX-Forwarded-Proto: https\r\n"
    "Origin: http://chat.lan\r\n",
    403, NULL },
  { "host=chat.lan proxy=127.0.0.1",
    "Host: 127.0.0.1:3000\r\nX-Forwarded-Host: chat.lan\r\nOrigin: https://evil.example\r\n", 403,
    NULL },
  { "proxy=127.0.0.1", "Host: 127.0.0.1:3000\r\nX-Forwarded-Host: chat.lan\r\n", 403, NULL },
  { "host=chat.lan proxy=127.0.0.1", "Host: evil.example\r\nX-Forwarded-Host: chat.lan\r\n", 403,
    NULL },
  { "host=chat.lan proxy=127.0.0.1", "Host: chat.lan\r\nX-Forwarded-Host: \r\n", 200, NULL },
  /* Behind one that nobody named */
  { "host=chat.lan proxy=127.0.0.2",
    "Host: 127.0.0.1:3000\r\nX-Forwarded-Host: chat.lan\r\nOrigin: https://chat.lan\r\n", 403,
    NULL },
  { NULL, "Host: 127.0.0.1:3000\r\nX-Forwarded-Host: evil.example\r\n", 200, NULL },
};

static void
check_refusal (RawResponse *response)
{
  g_autofree char *type = raw_response_get (response, "Content-Type");
  g_autofree char *body = raw_response_dup_body (response);

  g_assert_cmpstr (type, ==, "application/json");
  g_assert_cmpstr (body, ==, FORBIDDEN);
}

static void
check_admission (const AdmitRow *row, RawResponse *response)
{
  g_autofree char *allowed = raw_response_get (response, "Access-Control-Allow-Origin");
  g_autofree char *credentials = raw_response_get (response, "Access-Control-Allow-Credentials");
  g_autofree char *vary = raw_response_get (response, "Vary");
  gboolean same_for_all = row->options != NULL && strstr (row->options, "credentials=off") != NULL;

  g_assert_cmpuint (response->status, ==, row->status);
  g_assert_cmpstr (allowed, ==, row->allowed);
  g_assert_cmpstr (credentials, ==, allowed != NULL && !same_for_all ? "true" : NULL);
  if (row->status != 400)
    g_assert_cmpstr (vary, ==, same_for_all ? NULL : "Origin");
  if (row->status == 403)
    check_refusal (response);
}

static void
test_admit (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (admit_rows); i++)
    {
      const AdmitRow *row = &admit_rows[i];
      g_autoptr (Fixture) fixture = fixture_new (row->options);
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autofree char *request = g_strdup_printf ("GET / HTTP/1.1\r\n%s\r\n", row->headers);
      g_autofree char *escaped = g_strescape (row->headers, NULL);
      g_autoptr (RawResponse) response = NULL;

      g_test_message ("%s | %s", row->options ?: "", escaped);
      response = raw_client_ask (client, request);
      check_admission (row, response);
      if (row->status != 400)
        assert_welcome (client);
    }
}

static void
check_own_name (const char *host, guint status)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *request = g_strdup_printf ("GET / HTTP/1.1\r\nHost: %s\r\n\r\n", host);
  g_autoptr (RawResponse) response = raw_client_ask (client, request);

  g_test_message ("%s", host);
  g_assert_cmpuint (response->status, ==, status);
}

static void
test_own_name (void)
{
  g_autofree char *own = http_host_normalize (g_get_host_name (), NULL);
  g_autofree char *label = g_strndup (own ?: "", strcspn (own ?: "", "."));
  g_autofree char *with_port = g_strconcat (label, ":3000", NULL);
  g_autofree char *with_dot = g_strconcat (label, ".", NULL);
  g_autofree char *multicast = g_strconcat (label, ".local:80", NULL);
  g_autofree char *foreign = g_strconcat (label, ".evil.example", NULL);

  g_assert_nonnull (own);
  check_own_name (g_get_host_name (), 200);
  check_own_name (label, 200);
  check_own_name (with_port, 200);
  check_own_name (with_dot, 200);
  check_own_name (multicast, 200);
  check_own_name (foreign, 403);
}

static void
test_old_version (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawClient) named = raw_client_new (fixture->port);
  g_autoptr (RawClient) nameless = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = raw_client_ask (client, "GET / HTTP/1.0\r\n\r\n");
  g_autoptr (RawResponse)
    refused = raw_client_ask (named, "GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n");
  g_autoptr (RawResponse)
    absolute = raw_client_ask (nameless, "GET http://localhost/ HTTP/1.1\r\n\r\n");

  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpuint (refused->status, ==, 403);
  g_assert_cmpuint (absolute->status, ==, 403);
}

/* Errors carry the headers too, or a page cannot tell them from a broken network. */
static void
test_errors_carry_headers (void)
{
  g_autoptr (Fixture) fixture = fixture_new ("expose=X-Count");
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = raw_client_ask (
    client, "GET /broken HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\r\n");
  g_autofree char *allowed = raw_response_get (response, "Access-Control-Allow-Origin");
  g_autofree char *exposed = raw_response_get (response, "Access-Control-Expose-Headers");

  g_assert_cmpuint (response->status, ==, 500);
  g_assert_cmpstr (allowed, ==, "http://localhost");
  g_assert_cmpstr (exposed, ==, "X-Count");
}

static void
test_refuse_head (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = raw_client_ask (
    client, "HEAD / HTTP/1.1\r\nHost: evil.example\r\nRange: bytes=-99\r\n\r\n");

  g_assert_cmpuint (response->status, ==, 403);
  g_assert_cmpint (response->announced, ==, strlen (FORBIDDEN));
  assert_welcome (client);
}

/* }}} */
/* {{{ Preflights */

typedef struct
{
  const char *options;
  const char *headers;
  guint status;
  const char *allowed_headers;
  const char *max_age;
} PreflightRow;

#define ASK         "Access-Control-Request-Method: POST\r\n"
#define ASK_HEADERS "Access-Control-Request-Headers: "

static const PreflightRow preflight_rows[] = {
  { NULL, "Origin: http://localhost\r\n" ASK, 204, NULL, NULL },
  { NULL, "Origin: http://localhost\r\n" ASK ASK_HEADERS "content-type\r\n", 204, "content-type",
    NULL },
  { NULL, "Origin: http://localhost\r\n" ASK ASK_HEADERS "a, b ,c\r\n", 204, "a,b,c", NULL },
  { NULL, "Origin: http://localhost\r\n" ASK ASK_HEADERS "a,,b c,d\x01,\xc3\xbc,e:f,g\r\n", 204,
    "a,g", NULL },
  { NULL, "Origin: http://localhost\r\n" ASK ASK_HEADERS ",\r\n", 204, NULL, NULL },
  { NULL, "Origin: http://localhost\r\n" ASK ASK_HEADERS "a\r\n" ASK_HEADERS "b\r\n", 204, NULL,
    NULL },
  { "max-age=600", "Origin: http://localhost\r\n" ASK, 204, NULL, "600" },
  { "max-age=0", "Origin: http://localhost\r\n" ASK, 204, NULL, "0" },
  { "origin=* credentials=off", "Origin: http://a.example\r\n" ASK, 204, NULL, NULL },
  { NULL, "Origin: http://evil.example\r\n" ASK, 403, NULL, NULL },
  { NULL, "Origin: null\r\n" ASK, 403, NULL, NULL },
  /* no preflights */
  { NULL, "Origin: http://localhost\r\n", 200, NULL, NULL },
  { NULL, "Origin: http://evil.example\r\n", 403, NULL, NULL },
};

static void
check_preflight (const PreflightRow *row, RawResponse *response)
{
  g_autofree char *methods = raw_response_get (response, "Access-Control-Allow-Methods");
  g_autofree char *headers = raw_response_get (response, "Access-Control-Allow-Headers");
  g_autofree char *max_age = raw_response_get (response, "Access-Control-Max-Age");
  g_autofree char *origin = raw_response_get (response, "Access-Control-Allow-Origin");
  g_autofree char *vary = raw_response_get (response, "Vary");
  gboolean answered = row->status == 204;
  gboolean same_for_all = row->options != NULL && strstr (row->options, "credentials=off") != NULL;

  g_assert_cmpuint (response->status, ==, row->status);
  g_assert_cmpstr (methods, ==, answered ? "GET,HEAD,PUT,PATCH,POST,DELETE" : NULL);
  g_assert_cmpstr (headers, ==, row->allowed_headers);
  g_assert_cmpstr (max_age, ==, row->max_age);
  g_assert_true ((origin != NULL) == (row->status != 403));
  if (answered)
    {
      g_assert_cmpint (response->announced, ==, -1);
      g_assert_cmpuint (raw_response_find (response, "Transfer-Encoding", NULL), ==, 0);
      g_assert_cmpuint (raw_response_find (response, "Content-Type", NULL), ==, 0);
      g_assert_cmpstr (vary, ==,
                       same_for_all ? "Access-Control-Request-Headers"
                                    : "Origin, Access-Control-Request-Headers");
    }
}

static void
test_preflight (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (preflight_rows); i++)
    {
      const PreflightRow *row = &preflight_rows[i];
      g_autoptr (Fixture) fixture = fixture_new (row->options);
      g_autoptr (RawClient) client = raw_client_new (fixture->port);
      g_autofree char *request = g_strdup_printf (
        "OPTIONS /x HTTP/1.1\r\nHost: localhost\r\n%s\r\n", row->headers);
      g_autofree char *escaped = g_strescape (row->headers, NULL);
      g_autoptr (RawResponse) response = NULL;

      g_test_message ("%s | %s", row->options ?: "", escaped);
      response = raw_client_ask (client, request);
      check_preflight (row, response);
      assert_welcome (client);
    }
}

/* What a program can set about them. */
static void
test_preflight_options (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = NULL;
  g_autofree char *methods = NULL;
  g_autofree char *headers = NULL;
  g_autofree char *vary = NULL;

  g_object_set (fixture->cors, "methods", "GET,POST", "allowed-headers", "X-A,X-B",
                "success-status", 200, "max-age", 5, NULL);
  response = raw_client_ask (
    client, "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n" ASK ASK_HEADERS
            "x-c\r\n\r\n");
  methods = raw_response_get (response, "Access-Control-Allow-Methods");
  headers = raw_response_get (response, "Access-Control-Allow-Headers");
  vary = raw_response_get (response, "Vary");
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpint (response->announced, ==, 0);
  g_assert_cmpstr (methods, ==, "GET,POST");
  g_assert_cmpstr (headers, ==, "X-A,X-B");
  g_assert_cmpstr (vary, ==, "Origin");
  assert_welcome (client);
}

/* It is for the handler to answer; who may not ask is refused all the same. */
static void
test_preflight_continue (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autoptr (RawResponse) response = NULL;
  g_autoptr (RawResponse) refusal = NULL;
  g_autofree char *methods = NULL;
  g_autofree char *headers = NULL;

  g_object_set (fixture->cors, "preflight-continue", TRUE, NULL);
  response = raw_client_ask (
    client, "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n" ASK ASK_HEADERS
            "x-c\r\n\r\n");
  methods = raw_response_get (response, "Access-Control-Allow-Methods");
  headers = raw_response_get (response, "Access-Control-Allow-Headers");
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpint (response->announced, >, 0);
  g_assert_cmpstr (methods, ==, "GET,HEAD,PUT,PATCH,POST,DELETE");
  g_assert_cmpstr (headers, ==, "x-c");

  refusal = raw_client_ask (
    client, "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n" ASK "\r\n");
  g_assert_cmpuint (refusal->status, ==, 403);
}

/* An endless list is not worth an answer. */
static void
test_preflight_long (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *list = g_strnfill (30000, ',');
  g_autofree char *request = g_strdup_printf (
    "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n" ASK ASK_HEADERS
    "a%sb\r\n\r\n",
    list);
  g_autoptr (RawResponse) response = raw_client_ask (client, request);

  g_assert_cmpuint (response->status, ==, 204);
  g_assert_cmpuint (raw_response_find (response, "Access-Control-Allow-Headers", NULL), ==, 0);
}

/* }}} */
/* {{{ The log */

static GLogWriterOutput
collect_message (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  GPtrArray *lines = user_data;

  for (gsize i = 0; i < n_fields && (level & G_LOG_LEVEL_MESSAGE) != 0; i++)
    {
      if (strcmp (fields[i].key, "MESSAGE") == 0)
        g_ptr_array_add (lines, g_strdup (fields[i].value));
    }

  return (level & G_LOG_LEVEL_MESSAGE) != 0 ? G_LOG_WRITER_HANDLED
                                            : g_log_writer_default (level, fields, n_fields, NULL);
}

static void
ask_with (RawClient *client, const char *headers)
{
  g_autofree char *request = g_strdup_printf ("GET / HTTP/1.1\r\n%s\r\n", headers);
  g_autoptr (RawResponse) response = raw_client_ask (client, request);

  g_assert_cmpuint (response->status, ==, 403);
}

static void
assert_contains (GPtrArray *lines, guint index, const char *text)
{
  g_assert_cmpuint (lines->len, ==, index + 1);
  g_assert_nonnull (strstr (g_ptr_array_index (lines, index), text));
}

static void
check_log (GPtrArray *lines)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (RawClient) client = raw_client_new (fixture->port);
  g_autofree char *name = g_strnfill (5000, 'x');
  g_autofree char *long_origin = g_strdup_printf ("Host: localhost\r\nOrigin: %s://x\r\n", name);

  ask_with (client, "Host: localhost\r\nOrigin: https://a.example:444\r\n");
  assert_contains (lines, 0, "--cors-origin https://a.example:444");
  ask_with (client, "Host: localhost\r\nOrigin: https://a.example:444\r\n");
  ask_with (client, "Host: localhost\r\nOrigin: null\r\n");
  assert_contains (lines, 1, "--cors-origin null");
  ask_with (client, "Host: chat.example:3000\r\n");
  assert_contains (lines, 2, "--allowed-host chat.example");
  ask_with (client, "Host: chat.example:3001\r\n");
  ask_with (client, "Host: localhost\r\nOrigin: http://\x1b[31m\xc3\xbc\r\n");
  assert_contains (lines, 3, "invalid");
  g_assert_nonnull (strstr (g_ptr_array_index (lines, 3), "http://\\033[31m"));
  g_assert_null (strchr (g_ptr_array_index (lines, 3), '\x1b'));
  ask_with (client, long_origin);
  assert_contains (lines, 4, "invalid");
  g_assert_cmpuint (strlen (g_ptr_array_index (lines, 4)), <, 500);

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *headers = g_strdup_printf ("Host: localhost\r\nOrigin: http://evil%u\r\n",
                                                  i);

      ask_with (client, headers);
    }
  g_assert_cmpuint (lines->len, <=, 64);
}

static void
test_log (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

      g_log_set_writer_func (collect_message, lines, NULL);
      check_log (lines);
      return;
    }

  g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/cors/options", test_options);
  g_test_add_func ("/http/cors/lists", test_lists);
  g_test_add_func ("/http/cors/admit", test_admit);
  g_test_add_func ("/http/cors/own-name", test_own_name);
  g_test_add_func ("/http/cors/old-version", test_old_version);
  g_test_add_func ("/http/cors/errors-carry-headers", test_errors_carry_headers);
  g_test_add_func ("/http/cors/refuse-head", test_refuse_head);
  g_test_add_func ("/http/cors/preflight", test_preflight);
  g_test_add_func ("/http/cors/preflight-options", test_preflight_options);
  g_test_add_func ("/http/cors/preflight-continue", test_preflight_continue);
  g_test_add_func ("/http/cors/preflight-long", test_preflight_long);
  g_test_add_func ("/http/cors/log", test_log);

  return g_test_run ();
}
