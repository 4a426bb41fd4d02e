/* http-bundle.c: the files of one version of something
 *
 * A released library that a program hands out to browsers: scripts and their source maps in a
 * GResource. The version is the entity tag of every file, and each is packed once for every coding
 * that was asked for, not once a request. Its neighbour http-static serves files that may change.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-bundle.h"

#include "http-encoding.h"
#include "http-message.h"
#include "http-validators.h"

struct _HttpBundle
{
  GResource *resource;
  char *prefix;
  HttpValidators validators;
  GHashTable *files; /* name -> BundleFile */
};

typedef struct
{
  GBytes *packed[HTTP_N_ENCODINGS]; /* NULL until it is asked for */
} BundleFile;

static void
bundle_file_free (gpointer data)
{
  BundleFile *file = data;

  for (guint i = 0; i < HTTP_N_ENCODINGS; i++)
    g_clear_pointer (&file->packed[i], g_bytes_unref);
  g_free (file);
}

/**
 * http_bundle_new:
 * @resource: a resource
 * @prefix: the folder in it, without a slash at its end
 * @version: the version of the files
 *
 * Returns: (transfer full): the bundle
 */
HttpBundle *
http_bundle_new (GResource *resource, const char *prefix, const char *version)
{
  HttpBundle *self = g_new0 (HttpBundle, 1);

  self->resource = g_resource_ref (resource);
  self->prefix = g_strdup (prefix);
  self->validators.etag = g_strdup_printf ("\"%s\"", version);
  self->validators.modified = -1;
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, bundle_file_free);

  return self;
}

/**
 * http_bundle_free:
 * @bundle: (transfer full): a bundle
 */
void
http_bundle_free (HttpBundle *self)
{
  g_resource_unref (self->resource);
  g_hash_table_unref (self->files);
  g_free (self->validators.etag);
  g_free (self->prefix);
  g_free (self);
}

/* Only files that exist are kept. */
static BundleFile *
http_bundle_find (HttpBundle *self, const char *name)
{
  BundleFile *file = g_hash_table_lookup (self->files, name);
  g_autofree char *path = NULL;
  GBytes *bytes;

  if (file != NULL)
    return file;

  path = g_strconcat (self->prefix, "/", name, NULL);
  bytes = g_resource_lookup_data (self->resource, path, 0, NULL);
  if (bytes == NULL)
    return NULL;

  file = g_new0 (BundleFile, 1);
  file->packed[HTTP_ENCODING_IDENTITY] = bytes;
  g_hash_table_insert (self->files, g_strdup (name), file);
  return file;
}

static GBytes *
bundle_file_get (BundleFile *file, HttpEncoding encoding)
{
  if (file->packed[encoding] == NULL)
    file->packed[encoding] = http_encoding_pack (encoding, file->packed[HTTP_ENCODING_IDENTITY]);

  return file->packed[encoding];
}

static void
set_header (SoupServerMessage *msg, const char *name, const char *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (msg), name, value);
}

static const char *
get_content_type (const char *name)
{
  return g_str_has_suffix (name, ".map") ? "application/json; charset=utf-8"
                                         : "application/javascript; charset=utf-8";
}

static void
answer_content (BundleFile *file, SoupServerMessage *msg, const char *name)
{
  HttpEncoding encoding = http_encoding_choose_kept (msg);
  GBytes *body = bundle_file_get (file, encoding);

  http_message_ignore_range (msg);
  http_encoding_declare (encoding, msg);
  set_header (msg, "Content-Type", get_content_type (name));
  soup_server_message_set_status (msg, SOUP_STATUS_OK, NULL);
  if (soup_server_message_get_method (msg) == SOUP_METHOD_GET)
    soup_message_body_append_bytes (soup_server_message_get_response_body (msg), body);
  else
    soup_message_headers_set_content_length (soup_server_message_get_response_headers (msg),
                                             g_bytes_get_size (body));
}

static void
http_bundle_answer (HttpBundle *self, BundleFile *file, SoupServerMessage *msg, const char *name)
{
  SoupMessageHeaders *request = soup_server_message_get_request_headers (msg);

  set_header (msg, "X-Content-Type-Options", "nosniff");
  set_header (msg, "Cache-Control", "public, max-age=0");
  set_header (msg, "ETag", self->validators.etag);
  if (http_validators_check (&self->validators, request) == SOUP_STATUS_NOT_MODIFIED)
    {
      http_message_add_vary (msg, "Accept-Encoding");
      http_message_answer_empty (msg, SOUP_STATUS_NOT_MODIFIED);
    }
  else
    answer_content (file, msg, name);
}

/**
 * http_bundle_handle:
 * @bundle: a bundle
 * @msg: a request
 * @name: the name of a file, without a slash
 *
 * Answers a request for a file of the bundle.
 *
 * Returns: whether there is such a file; if not, @msg is not answered
 */
gboolean
http_bundle_handle (HttpBundle *self, SoupServerMessage *msg, const char *name)
{
  const char *method = soup_server_message_get_method (msg);
  BundleFile *file = http_bundle_find (self, name);

  if (file == NULL)
    return FALSE;

  if (method == SOUP_METHOD_GET || method == SOUP_METHOD_HEAD)
    http_bundle_answer (self, file, msg, name);
  else
    {
      set_header (msg, "Allow", "GET, HEAD, OPTIONS");
      http_message_answer (msg, SOUP_STATUS_METHOD_NOT_ALLOWED, "text/plain",
                           "Only GET and HEAD\n");
    }
  return TRUE;
}
