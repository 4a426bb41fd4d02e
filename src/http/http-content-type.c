/* http-content-type.c: (pure) the type of a file, by its name
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-content-type.h"

#define UNKNOWN_TYPE "application/octet-stream"
#define TEXT_CHARSET "; charset=utf-8"

/* What a page is made of. GLib knows these types only where the MIME database is installed, and
 * then under names that browsers do not take for scripts or fonts.
 */
static const struct
{
  const char *extension;
  const char *type;
} types[] = {
  { "css", "text/css; charset=utf-8" },
  { "csv", "text/csv; charset=utf-8" },
  { "gif", "image/gif" },
  { "htm", "text/html; charset=utf-8" },
  { "html", "text/html; charset=utf-8" },
  { "ico", "image/vnd.microsoft.icon" },
  { "jpeg", "image/jpeg" },
  { "jpg", "image/jpeg" },
  { "js", "text/javascript; charset=utf-8" },
  { "json", "application/json" },
  { "map", "application/json" },
  { "md", "text/markdown; charset=utf-8" },
  { "mjs", "text/javascript; charset=utf-8" },
  { "mp3", "audio/mpeg" },
  { "mp4", "video/mp4" },
  { "ogg", "audio/ogg" },
  { "pdf", "application/pdf" },
  { "png", "image/png" },
  { "svg", "image/svg+xml; charset=utf-8" },
  { "txt", "text/plain; charset=utf-8" },
  { "wasm", "application/wasm" },
  { "webm", "video/webm" },
  { "webmanifest", "application/manifest+json" },
  { "webp", "image/webp" },
  { "woff", "font/woff" },
  { "woff2", "font/woff2" },
  { "xml", "text/xml; charset=utf-8" },
};

static const char *
find_type (const char *name)
{
  const char *dot = strrchr (name, '.');

  if (dot == NULL)
    return NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (g_ascii_strcasecmp (dot + 1, types[i].extension) == 0)
        return types[i].type;
    }

  return NULL;
}

/**
 * http_content_type_for_name:
 * @name: a file name, of any bytes
 *
 * Gives the value of `Content-Type` for a file. Texts are said to be in UTF-8.
 *
 * Returns: (transfer full): the type, `application/octet-stream` for a file of no known type
 */
char *
http_content_type_for_name (const char *name)
{
  const char *type = find_type (name);
  g_autofree char *guess = NULL;
  g_autofree char *mime = NULL;
  gboolean uncertain;

  if (type != NULL)
    return g_strdup (type);

  if (!g_utf8_validate (name, -1, NULL))
    return g_strdup (UNKNOWN_TYPE);

  guess = g_content_type_guess (name, NULL, 0, &uncertain);
  mime = g_content_type_get_mime_type (guess);
  if (mime == NULL || uncertain)
    return g_strdup (UNKNOWN_TYPE);

  return g_strconcat (mime, g_str_has_prefix (mime, "text/") ? TEXT_CHARSET : NULL, NULL);
}

/**
 * http_content_type_is_html:
 * @type: the value of a `Content-Type`
 *
 * Returns: whether a browser shows it as a page
 */
gboolean
http_content_type_is_html (const char *type)
{
  return g_str_has_prefix (type, "text/html");
}
