/* test-link.c: links to chats
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib.h>

#include "madang-link.h"

static void
test_good (void)
{
  static const struct
  {
    const char *link;
    const char *host;
    guint16 port;
  } cases[] = {
    { "madang://localhost:4000", "localhost", 4000 },
    { "madang://localhost:4000/", "localhost", 4000 },
    { "madang://192.168.0.7", "192.168.0.7", 3000 },
    { "madang://[fe80::1]:4000/?a=b#c", "fe80::1", 4000 },
    { "MADANG://example.com:80/path", "example.com", 80 },
    { "madang:example.com", "example.com", 3000 },
    { "madang:///example.com:5", "example.com", 5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *host = NULL;
      g_autoptr (GError) error = NULL;
      guint16 port = 0;

      g_assert_true (madang_link_read (cases[i].link, &host, &port, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (host, ==, cases[i].host);
      g_assert_cmpuint (port, ==, cases[i].port);
    }
}

static void
test_bad (void)
{
  static const char *const links[] = {
    "",
    "madang:",
    "madang://",
    "madang:///",
    "madang://:4000",
    "madang://host:0",
    "madang://host:70000",
    "madang://host:port",
    "madang://a b",
    "madang://user@host",
    "madang://[::1",
    "madang://%41",
    "madang://\xff\xfe",
    "http://localhost:3000",
    "localhost:3000",
  };

  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *shown = g_strescape (links[i], NULL);
      g_autofree char *host = NULL;
      g_autoptr (GError) error = NULL;
      guint16 port = 0;

      g_test_message ("%s", shown);
      g_assert_false (madang_link_read (links[i], &host, &port, &error));
      g_assert_nonnull (error);
      g_assert_null (host);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/link/good", test_good);
  g_test_add_func ("/link/bad", test_bad);

  return g_test_run ();
}
