/* test-address.c: what people type becomes a URL, or an error
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gio/gio.h>
#include <socketio-types.h>

#include "chat-address.h"

typedef struct
{
  const char *host;
  const char *url; /* NULL: no address */
} Case;

static const Case cases[] = {
  { "localhost", "http://localhost:3000" },
  { "  example.org\n", "http://example.org:3000" },
  { "192.168.0.5", "http://192.168.0.5:3000" },
  { "192.168.0.5:4000", "http://192.168.0.5:4000" },
  { "::1", "http://[::1]:3000" },
  { "[::1]", "http://[::1]:3000" },
  { "[fd00::5]:80", "http://[fd00::5]:80" },
  { "http://192.168.0.5:4000/", "http://192.168.0.5:4000" },
  { "http://192.168.0.5:4000/some/where?a=b#c", "http://192.168.0.5:4000" },
  { "http://[fd00::5]:80/", "http://[fd00::5]:80" },
  { "http://chat.local", "http://chat.local:80" },
  { "https://chat.local", "https://chat.local:443" },
  { "wss://chat.local:8443", "https://chat.local:8443" },
  { "ws://chat.local:8080", "http://chat.local:8080" },
  { "마당.local", "http://xn--ok1b32k.local:3000" },
  { "my_machine", "http://my_machine:3000" },

  { "", NULL },
  { "   ", NULL },
  { ".", NULL },
  { "two words", NULL },
  { "host:", NULL },
  { "host:0", NULL },
  { "host:70000", NULL },
  { "host:http", NULL },
  { "host:-1", NULL },
  { "host:+1", NULL },
  { "host/path", NULL },
  { "user@host", NULL },
  { "http://user:secret@host/", NULL },
  { "[::1", NULL },
  { "[host]:80", NULL },
  { "[::1]80", NULL },
  { "ftp://host/", NULL },
  { "http://", NULL },
  { "http:///", NULL },
  { "http://host:0/", NULL },
  { "\xff\xfe", NULL },
};

static void
test_to_url (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *url = chat_address_to_url (cases[i].host, 3000, &error);

      g_assert_cmpstr (url, ==, cases[i].url);
      if (cases[i].url == NULL)
        g_assert_error (error, SOCKETIO_ERROR, SOCKETIO_ERROR_INVALID_ADDRESS);
      else
        g_assert_no_error (error);
    }
}

static void
test_no_port (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_address_to_url ("localhost", 0, &error));
  g_assert_error (error, SOCKETIO_ERROR, SOCKETIO_ERROR_INVALID_ADDRESS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/address/to-url", test_to_url);
  g_test_add_func ("/chat/address/no-port", test_no_port);

  return g_test_run ();
}
