/* http-static.c: files from a folder or the GResource
 *
 * What a browser needs of a web server for plain files: types, validators, ranges, folders. Finding
 * a file is safe (http-folder), sending it takes little memory (http-file-sender); here it is
 * decided what to answer. Who may ask is decided before, by http-cors.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-static.h"

#include <unistd.h>

#include "http-content-type.h"
#include "http-file-sender.h"
#include "http-folder.h"
#include "http-message.h"
#include "http-range.h"
#include "http-static-file.h"

#define ALLOWED_METHODS "GET, HEAD, OPTIONS"
#define INDEX           "index.html"

/* A PDF viewer asks for a few ranges at once; nobody honest asks for many. */
#define MAX_RANGES 8

struct _HttpStatic
{
  GObject parent_instance;

  char *folder;

  GResource *resource;
  char *prefix;
  GHashTable *entries;

  GHashTable *headers;
};

G_DEFINE_FINAL_TYPE (HttpStatic, http_static, G_TYPE_OBJECT)

static void
http_static_finalize (GObject *object)
{
  HttpStatic *self = HTTP_STATIC (object);

  g_free (self->folder);
  g_clear_pointer (&self->resource, g_resource_unref);
  g_free (self->prefix);
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->headers);

  G_OBJECT_CLASS (http_static_parent_class)->finalize (object);
}

static void
http_static_class_init (HttpStaticClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = http_static_finalize;
}

static void
http_static_init (HttpStatic *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify)http_static_file_unref);
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * http_static_new_for_folder:
 * @path: (type filename): the name of a folder
 * @error: return location for an error
 *
 * Serves the files of a folder as they are at each request.
 *
 * Returns: (transfer full): the server of files, or %NULL with `HTTP_ERROR_NOT_FOUND`
 */
HttpStatic *
http_static_new_for_folder (const char *path, GError **error)
{
  HttpStatic *self;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  fd = http_folder_open (path, error);
  if (fd < 0)
    return NULL;

  close (fd);
  self = g_object_new (HTTP_TYPE_STATIC, NULL);
  self->folder = g_canonicalize_filename (path, NULL);

  return self;
}

/**
 * http_static_new_for_resource:
 * @resource: (nullable): where to look, or %NULL for all resources that are registered
 * @prefix: the path of the folder in it, such as `/org/example/web`
 *
 * Serves what was built into the program. What has been asked for once stays unpacked in memory.
 *
 * Returns: (transfer full): the server of files
 */
HttpStatic *
http_static_new_for_resource (GResource *resource, const char *prefix)
{
  HttpStatic *self;

  g_return_val_if_fail (prefix != NULL && prefix[0] == '/', NULL);

  self = g_object_new (HTTP_TYPE_STATIC, NULL);
  self->resource = resource != NULL ? g_resource_ref (resource) : NULL;
  self->prefix = g_strdup (prefix);
  if (g_str_has_suffix (self->prefix, "/"))
    self->prefix[strlen (self->prefix) - 1] = '\0';

  return self;
}

/**
 * http_static_set_header:
 * @self: a server of files
 * @name: the name of a header
 * @value: (nullable): its value, or %NULL to leave the header out
 *
 * Sets a header for answers that are HTML pages, such as `Content-Security-Policy`.
 */
void
http_static_set_header (HttpStatic *self, const char *name, const char *value)
{
  g_return_if_fail (HTTP_IS_STATIC (self));
  g_return_if_fail (name != NULL && *name != '\0' && strpbrk (name, " \t\r\n:") == NULL);
  g_return_if_fail (value == NULL || strpbrk (value, "\r\n") == NULL);

  if (value != NULL)
    g_hash_table_insert (self->headers, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (self->headers, name);
}

/* Only entries that exist are kept, so that the table grows no larger than the resource. */
static HttpStaticFile *
open_entry (HttpStatic *self, const char *path, GError **error)
{
  HttpStaticFile *file = g_hash_table_lookup (self->entries, path);
  g_autofree char *full = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (file != NULL)
    return http_static_file_ref (file);

  full = g_strconcat (self->prefix, "/", path, NULL);
  bytes = self->resource != NULL ? g_resource_lookup_data (self->resource, full, 0, NULL)
                                 : g_resources_lookup_data (full, 0, NULL);
  if (bytes == NULL)
    {
      g_set_error (error, HTTP_ERROR, HTTP_ERROR_NOT_FOUND, "There is no resource “%s”", full);
      return NULL;
    }

  file = http_static_file_new_for_bytes (path, bytes);
  g_hash_table_insert (self->entries, g_strdup (path), http_static_file_ref (file));

  return file;
}

static HttpStaticFile *
open_file (HttpStatic *self, const char *path, GError **error)
{
  if (self->folder != NULL)
    return http_static_file_open (self->folder, path, error);

  return open_entry (self, path, error);
}

/* A folder is served by its index. Without the slash at the end of its path, the links on that page
 * would lead elsewhere, so that @redirect is set then.
 */
static HttpStaticFile *
find_file (HttpStatic *self, const char *path, gboolean *redirect, GError **error)
{
  HttpStaticFile *file;
  g_autofree char *index = NULL;

  *redirect = FALSE;
  if (!http_path_is_decent (path))
    {
      g_set_error_literal (error, HTTP_ERROR, HTTP_ERROR_NOT_FOUND, "This is no path to a file");
      return NULL;
    }

  if (g_str_has_suffix (path, "/"))
    {
      index = g_strconcat (path + 1, INDEX, NULL);
      return open_file (self, index, error);
    }

  index = g_strconcat (path + 1, "/" INDEX, NULL);
  file = open_file (self, path + 1, error);
  if (file != NULL || !g_error_matches (*error, HTTP_ERROR, HTTP_ERROR_NOT_FOUND))
    return file;

  file = open_file (self, index, NULL);
  if (file != NULL)
    {
      *redirect = TRUE;
      g_clear_error (error);
    }

  return file;
}

static void
set_header (SoupServerMessage *msg, const char *name, const char *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (msg), name, value);
}

static void
answer_text (SoupServerMessage *msg, guint status, const char *text)
{
  http_message_answer (msg, status, "text/plain; charset=utf-8", text);
}

static void
answer_error (SoupServerMessage *msg, const GError *error)
{
  if (g_error_matches (error, HTTP_ERROR, HTTP_ERROR_NOT_FOUND))
    {
      answer_text (msg, SOUP_STATUS_NOT_FOUND, "Not found\n");
      return;
    }

  g_message ("%s", error->message);
  answer_text (msg, SOUP_STATUS_SERVICE_UNAVAILABLE, "Not available at the moment\n");
}

/* The path is taken from the request, as the caller may have cut a prefix off. It gets one slash in
 * front: with two the browser would take its first name for a host.
 */
static void
answer_redirect (SoupServerMessage *msg)
{
  GUri *uri = soup_server_message_get_uri (msg);
  const char *path = g_uri_get_path (uri);
  const char *query = g_uri_get_query (uri);
  g_autofree char *escaped = NULL;
  g_autofree char *escaped_query = NULL;
  g_autofree char *location = NULL;

  path += strspn (path, "/");
  escaped = g_uri_escape_string (path, G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);
  if (query != NULL)
    escaped_query = g_uri_escape_string (query, "%?" G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);

  location = g_strconcat ("/", escaped, "/", query != NULL ? "?" : NULL, escaped_query, NULL);
  answer_text (msg, SOUP_STATUS_MOVED_PERMANENTLY, "This is a folder\n");
  set_header (msg, "Location", location);
  set_header (msg, "Cache-Control", "no-cache");
}

/* Everything but the type, which a 304 does not repeat. "no-cache" lets the browser keep the file,
 * but ask each time whether it is still good.
 */
static void
describe_file (HttpStatic *self, SoupServerMessage *msg, HttpStaticFile *file)
{
  GHashTableIter iter;
  gpointer name, value;
  g_autofree char *date = NULL;

  set_header (msg, "ETag", file->validators.etag);
  set_header (msg, "Cache-Control", "no-cache");
  set_header (msg, "Accept-Ranges", "bytes");

  if (file->validators.modified >= 0)
    date = http_date_format (file->validators.modified);
  if (date != NULL)
    set_header (msg, "Last-Modified", date);

  if (!http_content_type_is_html (file->type))
    return;

  g_hash_table_iter_init (&iter, self->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    set_header (msg, name, value);
}

static HttpRangeResult
find_ranges (SoupServerMessage *msg, HttpStaticFile *file, SoupRange *ranges, guint *n_ranges)
{
  SoupMessageHeaders *request = soup_server_message_get_request_headers (msg);
  gboolean small = file->bytes != NULL || file->size <= HTTP_FILE_CHUNK;
  const char *text;

  if (soup_server_message_get_method (msg) != SOUP_METHOD_GET ||
      http_message_find_header (msg, "Range", &text) != 1 ||
      !http_validators_allow_range (&file->validators, request))
    return HTTP_RANGE_WHOLE;

  return http_range_parse (text, file->size, ranges, small ? MAX_RANGES : 1, n_ranges);
}

static gboolean
send_whole (SoupServerMessage *msg, HttpStaticFile *file, GError **error)
{
  soup_server_message_set_status (msg, SOUP_STATUS_OK, NULL);
  if (soup_server_message_get_method (msg) == SOUP_METHOD_GET)
    return http_static_file_send (file, msg, 0, file->size, error);

  soup_message_headers_set_content_length (soup_server_message_get_response_headers (msg),
                                           file->size);

  return TRUE;
}

static gboolean
send_range (SoupServerMessage *msg, HttpStaticFile *file, const SoupRange *range, GError **error)
{
  soup_server_message_set_status (msg, SOUP_STATUS_PARTIAL_CONTENT, NULL);
  soup_message_headers_set_content_range (soup_server_message_get_response_headers (msg),
                                          range->start, range->end, file->size);

  return http_static_file_send (file, msg, range->start, range->end - range->start + 1, error);
}

/* libsoup makes a multipart answer of a body that is in memory. It gets our ranges for the
 * client's. */
static gboolean
send_ranges (SoupServerMessage *msg,
             HttpStaticFile *file,
             SoupRange *ranges,
             guint n_ranges,
             GError **error)
{
  soup_message_headers_set_ranges (soup_server_message_get_request_headers (msg), ranges, n_ranges);

  return http_static_file_load (file, error) && send_whole (msg, file, error);
}

static void
answer_unsatisfiable (SoupServerMessage *msg, HttpStaticFile *file)
{
  g_autofree char *range = g_strdup_printf ("bytes */%" G_GOFFSET_FORMAT, file->size);

  answer_text (msg, SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE, "No such range\n");
  set_header (msg, "Content-Range", range);
}

static void
answer_content (HttpStatic *self, SoupServerMessage *msg, HttpStaticFile *file)
{
  SoupRange ranges[MAX_RANGES];
  guint n_ranges = 0;
  HttpRangeResult result = find_ranges (msg, file, ranges, &n_ranges);
  g_autoptr (GError) error = NULL;
  gboolean sent;

  http_message_ignore_range (msg);
  if (result == HTTP_RANGE_UNSATISFIABLE)
    {
      answer_unsatisfiable (msg, file);
      return;
    }

  if (result == HTTP_RANGE_WHOLE)
    sent = send_whole (msg, file, &error);
  else if (n_ranges == 1)
    sent = send_range (msg, file, &ranges[0], &error);
  else
    sent = send_ranges (msg, file, ranges, n_ranges, &error);

  if (!sent)
    {
      soup_message_headers_remove (soup_server_message_get_response_headers (msg), "Content-Range");
      answer_error (msg, error);
      return;
    }

  describe_file (self, msg, file);
  set_header (msg, "Content-Type", file->type);
}

static void
answer_file (HttpStatic *self, SoupServerMessage *msg, HttpStaticFile *file)
{
  SoupMessageHeaders *request = soup_server_message_get_request_headers (msg);
  guint status = http_validators_check (&file->validators, request);

  if (status == SOUP_STATUS_NOT_MODIFIED)
    {
      http_message_answer_empty (msg, status);
      describe_file (self, msg, file);
    }
  else if (status == SOUP_STATUS_PRECONDITION_FAILED)
    answer_text (msg, status, "Another version of the file was expected\n");
  else
    answer_content (self, msg, file);
}

static void
answer_path (HttpStatic *self, SoupServerMessage *msg, const char *path)
{
  gboolean redirect;
  g_autoptr (GError) error = NULL;
  g_autoptr (HttpStaticFile) file = find_file (self, path, &redirect, &error);

  if (file == NULL)
    answer_error (msg, error);
  else if (redirect)
    answer_redirect (msg);
  else
    answer_file (self, msg, file);
}

/**
 * http_static_handle:
 * @self: a server of files
 * @msg: a request
 * @path: the path of the file, beginning with a slash, decoded once: as `SoupServer` gives it to a
 *   handler unless its `raw-paths` is set, without the prefix if the handler has one
 *
 * Answers a request for a file, whatever it is: there is always a status afterwards.
 */
void
http_static_handle (HttpStatic *self, SoupServerMessage *msg, const char *path)
{
  const char *method;

  g_return_if_fail (HTTP_IS_STATIC (self));
  g_return_if_fail (SOUP_IS_SERVER_MESSAGE (msg));
  g_return_if_fail (path != NULL);

  method = soup_server_message_get_method (msg);
  set_header (msg, "X-Content-Type-Options", "nosniff");

  if (method == SOUP_METHOD_GET || method == SOUP_METHOD_HEAD)
    {
      answer_path (self, msg, path);
      return;
    }

  if (method == SOUP_METHOD_OPTIONS)
    http_message_answer_empty (msg, SOUP_STATUS_NO_CONTENT);
  else
    answer_text (msg, SOUP_STATUS_METHOD_NOT_ALLOWED, "Only GET and HEAD\n");
  set_header (msg, "Allow", ALLOWED_METHODS);
}
