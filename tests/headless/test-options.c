/* test-options.c: texts become options, or an error with its place; options become texts again
 *
 * What the program makes of all that is in test-config.py.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "headless-config.h"
#include "headless-environment.h"

#define PATH "/etc/madang.conf"

static const char good[] = "# Comment\n"
                           "[server]\n"
                           "address=127.0.0.1\n"
                           "port = 4001\r\n"
                           "data-dir=/srv/\\sa\n"
                           "[access]\n"
                           "cors-origin=http://a.example;http://b.example:81;\n"
                           "allowed-host=\n"
                           "[log]\n"
                           "level=info  \n";

/* {{{ Values */

typedef struct
{
  const char *name;
  const char *text;
  const char *kept; /* NULL: an error */
} Value;

static const Value values[] = {
  { "port", "0", "0" },
  { "port", "65535", "65535" },
  { "port", "007", "7" },
  { "port", "65536", NULL },
  { "port", "-1", NULL },
  { "port", " 1", NULL },
  { "port", "0x10", NULL },
  { "port", "1e3", NULL },
  { "port", "", NULL },
  { "port", "99999999999999999999", NULL },
  { "address", "[::1]", "::1" },
  { "address", "::1", "::1" },
  { "address", "[", "[" },
  { "address", "[]", NULL },
  { "address", "", NULL },
  { "address", "\xff", NULL },
  { "name", "  Yard ", "Yard" },
  { "name", "a\nb", NULL },
  { "name", "\xff", NULL },
  { "data-dir", "\xff", "\xff" },
  { "data-dir", "", NULL },
  { "log-level", "debug", "debug" },
  { "log-level", "Debug", NULL },
  { "log-level", "", NULL },
  { "cors-origin", "https://a.example", "https://a.example" },
  { "cors-origin", "*", "*" },
  { "cors-origin", "a.example", NULL },
  { "cors-origin", "", NULL },
  { "allowed-host", "a.example", "a.example" },
  { "allowed-host", "a/b", NULL },
};

static void
test_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      const Value *value = &values[i];
      const HeadlessRow *row = headless_rows_find (value->name);
      const char *texts[] = { value->text, NULL };
      g_autoptr (HeadlessOptions) options = headless_options_new ();
      g_auto (GStrv) before = headless_row_dup_texts (row, options);
      g_auto (GStrv) after = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%u: %s", i, value->name);
      g_assert_true (headless_row_set (row, options, texts, &error) == (value->kept != NULL));
      g_assert_true ((error == NULL) == (value->kept != NULL));
      after = headless_row_dup_texts (row, options);
      if (value->kept != NULL)
        g_assert_cmpstr (after[0], ==, value->kept);
      else
        g_assert_cmpstrv (after, before);
    }
}

static void
test_bool (void)
{
  static const char *const words[] = { "true", "YES", "on", "1", "false", "no", "Off", "0" };
  const HeadlessRow row = { .name = "version",
                            .type = HEADLESS_BOOL,
                            .offset = G_STRUCT_OFFSET (HeadlessOptions, version) };
  const char *wrong[] = { "2", NULL };
  g_autoptr (HeadlessOptions) options = headless_options_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      const char *texts[] = { words[i], NULL };
      g_auto (GStrv) written = NULL;

      g_assert_true (headless_row_set (&row, options, texts, &error));
      g_assert_no_error (error);
      g_assert_cmpint (options->version, ==, i < 4);
      written = headless_row_dup_texts (&row, options);
      g_assert_cmpstr (written[0], ==, i < 4 ? "true" : "false");
    }

  g_assert_false (headless_row_set (&row, options, wrong, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
}

/* Nothing that a row says may be taken for another. */
static void
test_table (void)
{
  guint n_rows;
  const HeadlessRow *rows = headless_rows_get (&n_rows);

  for (guint i = 0; i < n_rows; i++)
    {
      const HeadlessRow *row = &rows[i];

      g_test_message ("%s", row->name);
      g_assert_true (headless_rows_find (row->name) == row);
      g_assert_cmpuint (headless_row_get_index (row), ==, i);
      g_assert_true ((row->group == NULL) == (row->key == NULL));
      g_assert_true (row->group == NULL || headless_rows_find_key (row->group, row->key) == row);
      g_assert_nonnull (row->help);
      g_assert_true ((row->type == HEADLESS_CHOICE) == (row->choices != NULL));
      g_assert_true (row->type != HEADLESS_INT || row->min < row->max);
    }
}

/* }}} */
/* {{{ The file */

static gboolean
read_text (const char *text, gsize length, char **message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HeadlessConfig) config = headless_config_parse (PATH, text, length, &error);
  guint n_rows;
  const HeadlessRow *rows = headless_rows_get (&n_rows);

  for (guint i = 0; config != NULL && i < n_rows; i++)
    {
      g_autofree char *place = NULL;
      g_auto (GStrv) texts = NULL;

      if (!headless_config_has (config, &rows[i], &place))
        continue;

      texts = headless_config_dup_texts (config, &rows[i], &error);
      if (texts == NULL)
        break;
    }

  *message = error != NULL ? g_strdup (error->message) : NULL;
  return error == NULL;
}

static char *
get_text (HeadlessConfig *config, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) texts = headless_config_dup_texts (config, headless_rows_find (name), &error);

  g_assert_no_error (error);
  return g_strjoinv ("|", texts);
}

static void
test_file (void)
{
  static const char *const expected[][2] = {
    { "address", "127.0.0.1" }, { "port", "4001" },
    { "data-dir", "/srv/ a" },  { "cors-origin", "http://a.example|http://b.example:81" },
    { "allowed-host", "" },     { "log-level", "info" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (HeadlessConfig) config = headless_config_parse (PATH, good, strlen (good), &error);
  g_autofree char *place = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *text = get_text (config, expected[i][0]);

      g_assert_cmpstr (text, ==, expected[i][1]);
    }

  g_assert_true (headless_config_has (config, headless_rows_find ("port"), &place));
  g_assert_cmpstr (place, ==, PATH ":4");
  g_assert_false (headless_config_has (config, headless_rows_find ("name"), &place));
}

/* Whatever the bytes are, there is an answer, and an error names the file and is one line. */
static void
test_any_bytes (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *text = g_strdup (good);
      gsize length = g_test_rand_int_range (0, sizeof good);
      g_autofree char *message = NULL;

      for (int n = g_test_rand_int_range (0, 4); n > 0; n--)
        text[g_test_rand_int_range (0, sizeof good - 1)] = g_test_rand_int_range (0, 256);
      text[length] = '\0';

      if (read_text (text, length, &message))
        continue;
      g_assert_true (g_str_has_prefix (message, PATH ":"));
      g_assert_null (strpbrk (message, "\n"));
    }
}

/* }}} */
/* {{{ All sources */

static HeadlessOptions *
parse (GError **error, const char *first, ...)
{
  g_autoptr (HeadlessOptions) options = headless_options_new ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) arguments = NULL;
  va_list more;

  g_strv_builder_add (builder, "madang");
  va_start (more, first);
  for (const char *word = first; word != NULL; word = va_arg (more, const char *))
    g_strv_builder_add (builder, word);
  va_end (more);

  arguments = g_strv_builder_end (builder);
  if (!headless_options_parse (options, (const char *const *)arguments, error))
    return NULL;
  return g_steal_pointer (&options);
}

static void
test_precedence (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "madang-test-XXXXXX", NULL);
  int fd = g_mkstemp (path);
  g_autoptr (HeadlessOptions) options = NULL;
  g_autoptr (HeadlessOptions) window = NULL;

  g_assert_true (g_close (fd, &error));
  g_assert_true (g_file_set_contents (path, good, -1, &error));
  g_setenv ("MADANG_PORT", "4002", TRUE);
  g_setenv ("MADANG_NAME", "Yard", TRUE);
  g_setenv ("MADANG_ALLOWED_HOST", " a.example ;;b.example;", TRUE);

  options = parse (&error, "--server", "--config", path, "--name", "Garden", NULL);
  g_assert_no_error (error);
  g_assert_cmpint (options->port, ==, 4002);
  g_assert_cmpstr (options->title, ==, "Garden");
  g_assert_cmpstr (options->address, ==, "127.0.0.1");
  g_assert_cmpstr (options->hosts[1], ==, "b.example");
  g_assert_cmpuint (g_strv_length (options->hosts), ==, 2);

  /* A window has none of it. */
  window = parse (&error, NULL, NULL);
  g_assert_no_error (error);
  g_assert_cmpint (window->port, ==, 3000);
  g_assert_false (window->needs_server);

  g_unsetenv ("MADANG_PORT");
  g_unsetenv ("MADANG_NAME");
  g_unsetenv ("MADANG_ALLOWED_HOST");
  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
test_round_trip (void)
{
  static const char *const paths[] = {
    "/a b", " /a", "a;b\\c", "#a", "마당", "a=b", "[a]", "a\tb"
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HeadlessOptions) options = parse (&error, "--server", "--data-dir", paths[i],
                                                   "--allowed-host", "a.example", NULL);
      g_autofree char *text = headless_config_write (options);
      g_autoptr (HeadlessConfig) config = headless_config_parse (PATH, text, strlen (text), &error);
      g_autofree char *read = get_text (config, "data-dir");
      g_autofree char *host = get_text (config, "allowed-host");

      g_assert_no_error (error);
      g_assert_cmpstr (read, ==, paths[i]);
      g_assert_cmpstr (host, ==, "a.example");
    }
}

static void
test_unknown_variables (void)
{
  g_auto (GStrv) names = NULL;

  g_setenv ("MADANG_DEBUG", "tcp", TRUE);
  g_setenv ("MADANG_PORT", "1", TRUE);
  g_setenv ("MADANG_PROT", "1", TRUE);
  names = headless_environment_list_unknown ();
  g_assert_cmpstr (names[0], ==, "MADANG_PROT");
  g_assert_null (names[1]);
  g_unsetenv ("MADANG_DEBUG");
  g_unsetenv ("MADANG_PORT");
  g_unsetenv ("MADANG_PROT");
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/headless/options/table", test_table);
  g_test_add_func ("/headless/options/values", test_values);
  g_test_add_func ("/headless/options/bool", test_bool);
  g_test_add_func ("/headless/options/file", test_file);
  g_test_add_func ("/headless/options/any-bytes", test_any_bytes);
  g_test_add_func ("/headless/options/precedence", test_precedence);
  g_test_add_func ("/headless/options/round-trip", test_round_trip);
  g_test_add_func ("/headless/options/unknown-variables", test_unknown_variables);

  return g_test_run ();
}
