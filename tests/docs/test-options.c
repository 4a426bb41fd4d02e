/* test-options.c: the page of options names them all, with their defaults
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <socketio.h>

#define PAGE "../src/docs/socketio/options.md"

static char *
format_value (const GValue *value)
{
  g_auto (GValue) text = G_VALUE_INIT;

  if (G_VALUE_HOLDS_BOOLEAN (value))
    return g_strdup (g_value_get_boolean (value) ? "`TRUE`" : "`FALSE`");
  if (G_VALUE_HOLDS_OBJECT (value))
    return g_strdup (g_value_get_object (value) != NULL ? "an object" : "`NULL`");
  if (G_VALUE_HOLDS (value, G_TYPE_STRV) && g_value_get_boxed (value) != NULL)
    {
      g_autofree char *joined = g_strjoinv ("`, `", g_value_get_boxed (value));

      return g_strdup_printf ("`%s`", joined);
    }
  if (G_VALUE_HOLDS_DOUBLE (value))
    return g_strdup_printf ("`%g`", g_value_get_double (value));

  if (G_VALUE_HOLDS_BOXED (value))
    return g_strdup (g_value_get_boxed (value) != NULL ? "an object" : "`NULL`");

  g_value_init (&text, G_TYPE_STRING);
  g_assert_true (g_value_transform (value, &text));
  return g_strdup_printf ("`%s`",
                          g_value_get_string (&text) != NULL ? g_value_get_string (&text) : "NULL");
}

/* The rows of the table below @heading, as "| `name` | default |". */
static char **
read_rows (const char *heading)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, PAGE, NULL);
  g_autofree char *page = NULL;
  g_auto (GStrv) sections = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);

  g_file_get_contents (path, &page, NULL, &error);
  g_assert_no_error (error);
  sections = g_strsplit (page, "\n## ", -1);
  for (char **section = sections; *section != NULL; section++)
    if (g_str_has_prefix (*section, heading) && (*section)[strlen (heading)] == '\n')
      {
        g_auto (GStrv) lines = g_strsplit (*section, "\n", -1);

        for (char **line = lines; *line != NULL; line++)
          if (g_str_has_prefix (*line, "| `"))
            {
              g_auto (GStrv) cells = g_strsplit (*line, " | ", 3);

              g_ptr_array_add (rows, g_strdup_printf ("%s | %s", cells[0], cells[1]));
            }
      }
  g_ptr_array_add (rows, NULL);
  return (char **)g_ptr_array_steal (rows, NULL);
}

static gboolean
is_option (GParamSpec *pspec)
{
  return (pspec->flags & G_PARAM_WRITABLE) && !(pspec->flags & G_PARAM_CONSTRUCT_ONLY);
}

static void
check_table (GObject *object, const char *heading)
{
  g_auto (GStrv) rows = read_rows (heading);
  guint n, n_options = 0;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);

  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *text = NULL;
      g_autofree char *row = NULL;

      if (!is_option (specs[i]))
        continue;

      n_options++;
      g_object_get_property (object, specs[i]->name, &value);
      text = format_value (&value);
      row = g_strdup_printf ("| `%s` | %s", specs[i]->name, text);
      if (!g_strv_contains ((const char *const *)rows, row))
        {
          g_test_message ("the table \"%s\" in src/docs/socketio/options.md has no row \"%s |\"",
                          heading, row);
          g_test_fail ();
        }
    }
  g_assert_cmpuint (g_strv_length (rows), ==, n_options);
}

static void
test_server (void)
{
  g_autoptr (SocketioOptions) options = socketio_options_new ();

  check_table (G_OBJECT (options), "Of a server");
}

static void
test_client (void)
{
  g_autoptr (SocketioClient) client = socketio_client_new ("http://localhost");
  g_autoptr (SocketioClientSocket) socket = socketio_client_socket (client, "/");

  check_table (G_OBJECT (client), "Of a client");
  check_table (G_OBJECT (socket), "Of a client's socket");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/docs/options/server", test_server);
  g_test_add_func ("/docs/options/client", test_client);

  return g_test_run ();
}
