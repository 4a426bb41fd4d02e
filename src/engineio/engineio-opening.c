/* engineio-opening.c: what the first request of a session said
 *
 * Kept for as long as the session, and so in one piece of memory and without the request itself.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-opening.h"

/* A browser's headers take less than one KiB; what does not fit in here is left out. */
#define MAX_SIZE (8 * 1024)

struct _EngineioOpening
{
  gboolean secure;
  GString *block; /* the URL, then names and values, each with a zero byte behind it */
};

G_DEFINE_BOXED_TYPE (EngineioOpening,
                     engineio_opening,
                     engineio_opening_ref,
                     engineio_opening_unref)

static gboolean
append (GString *block, const char *text, const char *more)
{
  gsize size = strlen (text) + strlen (more) + 2;

  if (block->len + size > MAX_SIZE)
    return FALSE;

  g_string_append_len (block, text, strlen (text) + 1);
  g_string_append_len (block, more, strlen (more) + 1);
  return TRUE;
}

static void
append_url (GString *block, GUri *uri)
{
  const char *query = g_uri_get_query (uri);

  g_string_append (block, g_uri_get_path (uri));
  if (query != NULL)
    g_string_append_printf (block, "?%s", query);
  g_string_truncate (block, MIN (block->len, MAX_SIZE / 2));
  g_string_append_c (block, '\0');
}

/**
 * engineio_opening_new:
 * @message: a request that opens a session
 * @secure: whether it came by TLS, be it to a proxy
 *
 * Keeps what @message says.
 *
 * Returns: (transfer full): the opening
 */
EngineioOpening *
engineio_opening_new (SoupServerMessage *message, gboolean secure)
{
  EngineioOpening *self = g_rc_box_new0 (EngineioOpening);
  GUri *uri = soup_server_message_get_uri (message);
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  self->secure = secure;
  self->block = g_string_new (NULL);
  append_url (self->block, uri);
  soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    {
      g_autofree char *lower = g_ascii_strdown (name, -1);

      if (g_utf8_validate (lower, -1, NULL) && g_utf8_validate (value, -1, NULL))
        append (self->block, lower, value);
    }
  return self;
}

/**
 * engineio_opening_ref:
 * @opening: an opening
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @opening
 */
EngineioOpening *
engineio_opening_ref (EngineioOpening *self)
{
  return g_rc_box_acquire (self);
}

static void
engineio_opening_clear (gpointer data)
{
  g_string_free (((EngineioOpening *)data)->block, TRUE);
}

/**
 * engineio_opening_unref:
 * @opening: (transfer full): an opening
 *
 * Releases @opening.
 */
void
engineio_opening_unref (EngineioOpening *self)
{
  g_rc_box_release_full (self, engineio_opening_clear);
}

/**
 * engineio_opening_get_url:
 * @opening: an opening
 *
 * Gets what was asked for.
 *
 * Returns: the path and the query
 */
const char *
engineio_opening_get_url (EngineioOpening *self)
{
  return self->block->str;
}

/**
 * engineio_opening_is_secure:
 * @opening: an opening
 *
 * Tells whether it came by TLS, here or at a proxy that is believed.
 *
 * Returns: whether it did
 */
gboolean
engineio_opening_is_secure (EngineioOpening *self)
{
  return self->secure;
}

/**
 * engineio_opening_foreach_header:
 * @opening: an opening
 * @func: (scope call): called with each header's name, in small letters, and its value
 * @user_data: data for @func
 *
 * Goes through the headers in their order.
 */
void
engineio_opening_foreach_header (EngineioOpening *self, EngineioHeaderFunc func, gpointer user_data)
{
  const char *end = self->block->str + self->block->len;
  const char *name = self->block->str + strlen (self->block->str) + 1;

  while (name < end)
    {
      const char *value = name + strlen (name) + 1;

      func (name, value, user_data);
      name = value + strlen (value) + 1;
    }
}

typedef struct
{
  const char *name;
  const char *value;
} Search;

static void
match_header (const char *name, const char *value, gpointer user_data)
{
  Search *search = user_data;

  if (search->value == NULL && g_ascii_strcasecmp (name, search->name) == 0)
    search->value = value;
}

/**
 * engineio_opening_get_header:
 * @opening: an opening
 * @name: a header's name
 *
 * Looks a header up.
 *
 * Returns: (nullable): the value of the first header of that name
 */
const char *
engineio_opening_get_header (EngineioOpening *self, const char *name)
{
  Search search = { name, NULL };

  engineio_opening_foreach_header (self, match_header, &search);
  return search.value;
}
