/* headless-rows.c: the table of the options that have a value
 *
 * Each option is one row. From it come the command line and its help, the variable of the
 * environment, the key of the file, what --print-config writes and what SIGHUP takes over; the
 * values themselves are in headless-value.c.
 *
 * A new option is a row here and a field in #HeadlessOptions, beside what uses it: its help goes
 * through _() like all others, and the tests ask for a line in both manuals and in the README. The
 * rows of a group stand together, as they are written to the file. With @reloads,
 * headless-server.c has to take it over.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-rows.h"

#include <glib/gi18n.h>
#include <string.h>

#include "chat-host.h"
#include "chat-store.h"
#include "chat-user.h"

#include "headless-log.h"

/* In the order of #ChatExposure. */
const char *const headless_exposures[] = { "off", "loopback", "all", NULL };

#define FIELD(name) G_STRUCT_OFFSET (HeadlessOptions, name)

/* {{{ Defaults and checks */

static char *
make_default_port (void)
{
  return g_strdup ("3000");
}

static char *
make_default_exposure (void)
{
  return g_strdup ("loopback");
}

static char *
make_default_title (void)
{
  return g_strdup (_ ("Madang"));
}

/* What systemd gives to a service comes first; there may be more than one, with colons between. */
static char *
make_default_data_dir (void)
{
  const char *state = g_getenv ("STATE_DIRECTORY");

  if (state != NULL && g_path_is_absolute (state))
    return g_strndup (state, strcspn (state, ":"));
  return chat_store_get_default_folder ();
}

/* As it stands in an URL. */
static char *
check_address (const char *text, GError **error)
{
  gsize length = strlen (text);

  if (length >= 2 && text[0] == '[' && text[length - 1] == ']')
    return g_strndup (text + 1, length - 2);
  return g_strdup (text);
}

static char *
check_origin (const char *text, GError **error)
{
  return chat_host_check_origin (text, error) ? g_strdup (text) : NULL;
}

static char *
check_host (const char *text, GError **error)
{
  return chat_host_check_host (text, error) ? g_strdup (text) : NULL;
}

static char *
check_proxy (const char *text, GError **error)
{
  return chat_host_check_proxy (text, error) ? g_strdup (text) : NULL;
}

/* }}} */

static const HeadlessRow rows[] = {
  { .name = "config",
    .type = HEADLESS_PATH,
    .offset = FIELD (config),
    .help = N_ ("Read more options from this file (-FILE: if it is there)"),
    .argument = N_ ("FILE") },
  { .name = "address",
    .group = "server",
    .key = "address",
    .type = HEADLESS_STRING,
    .offset = FIELD (address),
    .check = check_address,
    .help = N_ ("Listen on this address only (default: all)"),
    .argument = N_ ("ADDR") },
  { .name = "port",
    .group = "server",
    .key = "port",
    .type = HEADLESS_INT,
    .offset = FIELD (port),
    .make_default = make_default_port,
    .min = 0,
    .max = G_MAXUINT16,
    .help = N_ ("Listen on this port (default: 3000; 0: a free one)"),
    .argument = N_ ("N") },
  { .name = "data-dir",
    .group = "server",
    .key = "data-dir",
    .type = HEADLESS_PATH,
    .offset = FIELD (data_dir),
    .make_default = make_default_data_dir,
    .help = N_ ("Keep the messages in this folder"),
    .argument = N_ ("DIR") },
  { .name = "no-announce",
    .group = "server",
    .key = "no-announce",
    .type = HEADLESS_BOOL,
    .offset = FIELD (no_announce),
    .help = N_ ("Do not let others on the network find the chat") },
  { .name = "name",
    .group = "chat",
    .key = "name",
    /* The check says more of what is no UTF-8. */
    .type = HEADLESS_PATH,
    .offset = FIELD (title),
    .make_default = make_default_title,
    .check = chat_name_normalize,
    .reloads = TRUE,
    .help = N_ ("The name of the chat"),
    .argument = N_ ("TITLE") },
  { .name = "static",
    .group = "pages",
    .key = "static",
    .type = HEADLESS_PATH,
    .offset = FIELD (static_folder),
    .reloads = TRUE,
    .help = N_ ("Serve this folder in place of the built-in page"),
    .argument = N_ ("DIR") },
  { .name = "cors-origin",
    .group = "access",
    .key = "cors-origin",
    .type = HEADLESS_LIST,
    .offset = FIELD (origins),
    .check = check_origin,
    .reloads = TRUE,
    .help = N_ ("Let pages of this origin take part (* for any; may be repeated)"),
    .argument = N_ ("ORIGIN") },
  { .name = "allowed-host",
    .group = "access",
    .key = "allowed-host",
    .type = HEADLESS_LIST,
    .offset = FIELD (hosts),
    .check = check_host,
    .reloads = TRUE,
    .help = N_ ("Accept requests for this host name (* for any; may be repeated)"),
    .argument = N_ ("NAME") },
  { .name = "trusted-proxy",
    .group = "access",
    .key = "trusted-proxy",
    .type = HEADLESS_LIST,
    .offset = FIELD (proxies),
    .check = check_proxy,
    .reloads = TRUE,
    .help = N_ ("Believe this proxy in who asks it: an address or network (may be repeated)"),
    .argument = N_ ("ADDR") },
  { .name = "healthz",
    .group = "monitoring",
    .key = "healthz",
    .type = HEADLESS_CHOICE,
    .offset = FIELD (healthz),
    .make_default = make_default_exposure,
    .choices = headless_exposures,
    .reloads = TRUE,
    .help = N_ ("Show /healthz to these: off, loopback or all (default: loopback)"),
    .argument = N_ ("WHOM") },
  { .name = "metrics",
    .group = "monitoring",
    .key = "metrics",
    .type = HEADLESS_CHOICE,
    .offset = FIELD (metrics),
    .make_default = make_default_exposure,
    .choices = headless_exposures,
    .reloads = TRUE,
    .help = N_ ("Show /metrics to these: off, loopback or all (default: loopback)"),
    .argument = N_ ("WHOM") },
  { .name = "log-level",
    .group = "log",
    .key = "level",
    .type = HEADLESS_CHOICE,
    .offset = FIELD (log_level),
    .choices = headless_log_levels,
    .reloads = TRUE,
    .window = TRUE,
    .help = N_ ("Log so much: error, warning, message, info or debug (default: message)"),
    .argument = N_ ("LEVEL") },
};

/**
 * headless_rows_get:
 * @n_rows: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_rows): all rows
 */
const HeadlessRow *
headless_rows_get (guint *n_rows)
{
  *n_rows = G_N_ELEMENTS (rows);
  return rows;
}

/**
 * headless_rows_find:
 * @name: a name as on the command line, without dashes
 *
 * Returns: (transfer none) (nullable): the row
 */
const HeadlessRow *
headless_rows_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (g_str_equal (rows[i].name, name))
        return &rows[i];
    }
  return NULL;
}

/**
 * headless_rows_find_key:
 * @group: a group of the file
 * @key: a key in it
 *
 * Returns: (transfer none) (nullable): the row
 */
const HeadlessRow *
headless_rows_find_key (const char *group, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (g_strcmp0 (rows[i].group, group) == 0 && g_strcmp0 (rows[i].key, key) == 0)
        return &rows[i];
    }
  return NULL;
}

gboolean
headless_rows_have_group (const char *group)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (g_strcmp0 (rows[i].group, group) == 0)
        return TRUE;
    }
  return FALSE;
}

guint
headless_row_get_index (const HeadlessRow *row)
{
  return row - rows;
}
