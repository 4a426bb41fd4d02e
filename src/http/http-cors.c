/* http-cors.c: who may ask from where
 *
 * Browsers let any page send requests to any server and open WebSockets to it, ours on the local
 * network included. `Origin` says which page asks, and `Host` under which name it found us. A page
 * that is not ours is refused, not merely kept from reading the answer; a name that is not ours is
 * refused too, or a stranger's name that suddenly resolves to our address would make his page "same
 * origin". The handlers of all layers above ask here first; http-origin does
 * the parsing, http-cors-preflight answers the questions that browsers ask beforehand.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-cors.h"

#include "http-cors-log.h"
#include "http-message.h"
#include "http-origin.h"

struct _HttpCors
{
  GObject parent_instance;

  GHashTable *origins;
  GHashTable *hosts;
  HttpCorsLog *log;
  char *exposed_headers;
  int max_age;

  guint any_origin : 1;
  guint null_origin : 1;
  guint any_host : 1;
  guint credentials : 1;
};

G_DEFINE_FINAL_TYPE (HttpCors, http_cors, G_TYPE_OBJECT)

/* The names by which the neighbours may know this computer: the host name, with a domain if it
 * bears one, its first label, and that in the domain of multicast DNS (RFC 6762).
 */
static void
add_own_names (HttpCors *cors)
{
  g_autofree char *name = http_host_normalize (g_get_host_name (), NULL);
  g_autofree char *label = NULL;

  if (name == NULL || http_host_is_address (name))
    return;

  label = g_strndup (name, strcspn (name, "."));
  g_hash_table_add (cors->hosts, g_strconcat (label, ".local", NULL));
  g_hash_table_add (cors->hosts, g_steal_pointer (&label));
  g_hash_table_add (cors->hosts, g_steal_pointer (&name));
}

static void
http_cors_finalize (GObject *object)
{
  HttpCors *cors = HTTP_CORS (object);

  g_hash_table_unref (cors->origins);
  g_hash_table_unref (cors->hosts);
  http_cors_log_free (cors->log);
  g_free (cors->exposed_headers);

  G_OBJECT_CLASS (http_cors_parent_class)->finalize (object);
}

static void
http_cors_class_init (HttpCorsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = http_cors_finalize;
}

static void
http_cors_init (HttpCors *cors)
{
  cors->origins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  cors->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  cors->log = http_cors_log_new ();
  cors->credentials = TRUE;
  cors->max_age = -1;
  add_own_names (cors);
}

/**
 * http_cors_new:
 *
 * Creates the default rules: pages from this server itself and from the visitor's own computer may
 * ask, under an address, `localhost` or this computer's name.
 *
 * Returns: (transfer full): the rules
 */
HttpCors *
http_cors_new (void)
{
  return g_object_new (HTTP_TYPE_CORS, NULL);
}

/**
 * http_cors_add_origin:
 * @cors: the rules
 * @origin: `scheme://host[:port]`, `null` for pages without an origin of their own, or `*` for any
 * @error: return location for an error
 *
 * Lets pages of one more origin ask. The origin's host may also stand in `Host`: behind a proxy the
 * page is served under that name.
 *
 * Returns: %TRUE, or %FALSE with `HTTP_ERROR_INVALID_ORIGIN`
 */
gboolean
http_cors_add_origin (HttpCors *cors, const char *origin, GError **error)
{
  g_autoptr (HttpOrigin) parsed = NULL;

  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);
  g_return_val_if_fail (origin != NULL, FALSE);

  if (strcmp (origin, "*") == 0)
    {
      cors->any_origin = TRUE;
      return TRUE;
    }

  if (strcmp (origin, "null") == 0)
    {
      cors->null_origin = TRUE;
      return TRUE;
    }

  parsed = http_origin_parse (origin, error);
  if (parsed == NULL)
    return FALSE;

  g_hash_table_add (cors->origins, http_origin_to_string (parsed));
  g_hash_table_add (cors->hosts, g_steal_pointer (&parsed->host));

  return TRUE;
}

/**
 * http_cors_add_host:
 * @cors: the rules
 * @host: a name without a port, or `*` to take any name
 * @error: return location for an error
 *
 * Adds a name under which this server is known.
 *
 * Returns: %TRUE, or %FALSE with `HTTP_ERROR_INVALID_HOST`
 */
gboolean
http_cors_add_host (HttpCors *cors, const char *host, GError **error)
{
  char *normal;

  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);
  g_return_val_if_fail (host != NULL, FALSE);

  if (strcmp (host, "*") == 0)
    {
      cors->any_host = TRUE;
      return TRUE;
    }

  normal = http_host_normalize (host, error);
  if (normal == NULL)
    return FALSE;

  g_hash_table_add (cors->hosts, normal);

  return TRUE;
}

/**
 * http_cors_set_credentials:
 * @cors: the rules
 * @credentials: whether pages may send cookies and HTTP logins along; %TRUE unless set
 *
 * With credentials the asking origin is always named in the answer, never `*`, which browsers would
 * not take (Fetch, section 3.3.5).
 */
void
http_cors_set_credentials (HttpCors *cors, gboolean credentials)
{
  g_return_if_fail (HTTP_IS_CORS (cors));

  cors->credentials = !!credentials;
}

/**
 * http_cors_set_max_age:
 * @cors: the rules
 * @seconds: how long a browser may remember the answer to a preflight, or -1 to leave it to the
 * browser
 */
void
http_cors_set_max_age (HttpCors *cors, int seconds)
{
  g_return_if_fail (HTTP_IS_CORS (cors));
  g_return_if_fail (seconds >= -1);

  cors->max_age = seconds;
}

/**
 * http_cors_get_max_age:
 * @cors: the rules
 *
 * Returns: the seconds of [method@Cors.set_max_age], or -1
 */
int
http_cors_get_max_age (HttpCors *cors)
{
  g_return_val_if_fail (HTTP_IS_CORS (cors), -1);

  return cors->max_age;
}

/**
 * http_cors_set_exposed_headers:
 * @cors: the rules
 * @names: (nullable): names of response headers, separated by commas, that pages may read
 */
void
http_cors_set_exposed_headers (HttpCors *cors, const char *names)
{
  g_return_if_fail (HTTP_IS_CORS (cors));
  g_return_if_fail (names == NULL || strpbrk (names, "\r\n") == NULL);

  g_free (cors->exposed_headers);
  cors->exposed_headers = g_strdup (names);
}

/* The text of the only Origin header. FALSE if it is one that no browser sends: it may be reflected
 * into the answer and written to the log, so it must be one word of printable ASCII.
 */
static gboolean
get_origin (SoupServerMessage *msg, const char **origin)
{
  guint n_origins = http_message_find_header (msg, "Origin", origin);

  if (n_origins == 0)
    return TRUE;

  if (n_origins > 1 || **origin == '\0')
    return FALSE;

  for (const char *p = *origin; *p != '\0'; p++)
    {
      if (!g_ascii_isgraph (*p) || *p == ',')
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_same_origin (const HttpOrigin *origin, SoupServerMessage *msg)
{
  gboolean secure = strcmp (g_uri_get_scheme (soup_server_message_get_uri (msg)), "https") == 0;
  const char *host;

  return http_message_find_header (msg, "Host", &host) == 1 &&
         http_origin_is_host (origin, host, secure);
}

static gboolean
is_parsed_origin_allowed (HttpCors *cors, const HttpOrigin *origin, SoupServerMessage *msg)
{
  g_autofree char *normal = http_origin_to_string (origin);

  if (g_hash_table_contains (cors->origins, normal))
    return TRUE;

  if (http_origin_default_port (origin->scheme) == 0)
    return FALSE;

  return http_host_is_loopback (origin->host) || is_same_origin (origin, msg);
}

/**
 * http_cors_is_origin_allowed:
 * @cors: the rules
 * @msg: a request
 *
 * Whether the page that asks may do so. A request without `Origin` comes from no page, or from one
 * of ours, and is allowed.
 *
 * Returns: whether it may
 */
gboolean
http_cors_is_origin_allowed (HttpCors *cors, SoupServerMessage *msg)
{
  const char *text;
  g_autoptr (HttpOrigin) origin = NULL;

  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);
  g_return_val_if_fail (SOUP_IS_SERVER_MESSAGE (msg), FALSE);

  if (!get_origin (msg, &text))
    return FALSE;

  if (text == NULL || cors->any_origin)
    return TRUE;

  if (strcmp (text, "null") == 0)
    return cors->null_origin;

  origin = http_origin_parse (text, NULL);

  return origin != NULL && is_parsed_origin_allowed (cors, origin, msg);
}

/**
 * http_cors_is_host_allowed:
 * @cors: the rules
 * @msg: a request
 *
 * Whether the request names this server by a name of its own. Only an attacker's name can be made
 * to point here later (DNS rebinding), so addresses are always right. HTTP/1.0 may leave the name
 * out.
 *
 * Returns: whether it does
 */
gboolean
http_cors_is_host_allowed (HttpCors *cors, SoupServerMessage *msg)
{
  const char *text;
  guint n_hosts;
  g_autofree char *host = NULL;
  guint16 port;

  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);
  g_return_val_if_fail (SOUP_IS_SERVER_MESSAGE (msg), FALSE);

  if (cors->any_host)
    return TRUE;

  n_hosts = http_message_find_header (msg, "Host", &text);
  if (n_hosts == 0)
    return soup_server_message_get_http_version (msg) == SOUP_HTTP_1_0;

  if (n_hosts > 1 || !http_host_parse (text, &host, &port, NULL))
    return FALSE;

  return http_host_is_address (host) || http_host_is_loopback (host) ||
         g_hash_table_contains (cors->hosts, host);
}

/* Without credentials and with any origin allowed, the answer is the same for all. */
static gboolean
answers_depend_on_origin (HttpCors *cors)
{
  return !cors->any_origin || cors->credentials;
}

/**
 * http_cors_apply:
 * @cors: the rules
 * @msg: a request
 *
 * Adds the headers that let the asking page read the answer, if it is allowed to. They belong on
 * every answer, errors too; calling this twice does no harm.
 */
void
http_cors_apply (HttpCors *cors, SoupServerMessage *msg)
{
  SoupMessageHeaders *headers;
  const char *origin;

  g_return_if_fail (HTTP_IS_CORS (cors));
  g_return_if_fail (SOUP_IS_SERVER_MESSAGE (msg));

  if (answers_depend_on_origin (cors))
    http_message_add_vary (msg, "Origin");

  if (!http_cors_is_origin_allowed (cors, msg) || !get_origin (msg, &origin) || origin == NULL)
    return;

  headers = soup_server_message_get_response_headers (msg);
  soup_message_headers_replace (headers, "Access-Control-Allow-Origin",
                                answers_depend_on_origin (cors) ? origin : "*");
  if (cors->credentials)
    soup_message_headers_replace (headers, "Access-Control-Allow-Credentials", "true");
  if (cors->exposed_headers != NULL)
    soup_message_headers_replace (headers, "Access-Control-Expose-Headers", cors->exposed_headers);
}

static void
log_refused_host (HttpCors *cors, SoupServerMessage *msg)
{
  const char *text;
  g_autofree char *host = NULL;
  guint16 port;

  if (http_message_find_header (msg, "Host", &text) == 1 &&
      http_host_parse (text, &host, &port, NULL))
    http_cors_log_refusal (cors->log, "Host", host, "--allowed-host");
  else
    http_cors_log_refusal (cors->log, "Host", text ?: "", NULL);
}

static void
log_refused_origin (HttpCors *cors, SoupServerMessage *msg)
{
  const char *text;
  g_autoptr (HttpOrigin) origin = NULL;
  gboolean can_be_listed = FALSE;

  if (get_origin (msg, &text) && text != NULL)
    {
      origin = http_origin_parse (text, NULL);
      can_be_listed = origin != NULL || strcmp (text, "null") == 0;
    }

  http_cors_log_refusal (cors->log, "Origin", text ?: "", can_be_listed ? "--cors-origin" : NULL);
}

/**
 * http_cors_refuse:
 * @cors: the rules
 * @msg: a request that is not allowed
 *
 * Answers with 403 and the error object of Engine.IO, and logs which option would allow it.
 */
void
http_cors_refuse (HttpCors *cors, SoupServerMessage *msg)
{
  g_return_if_fail (HTTP_IS_CORS (cors));
  g_return_if_fail (SOUP_IS_SERVER_MESSAGE (msg));

  if (!http_cors_is_host_allowed (cors, msg))
    log_refused_host (cors, msg);
  else
    log_refused_origin (cors, msg);

  if (answers_depend_on_origin (cors))
    http_message_add_vary (msg, "Origin");
  http_message_answer (msg, SOUP_STATUS_FORBIDDEN, "application/json",
                       "{\"code\":4,\"message\":\"Forbidden\"}");
}

/**
 * http_cors_admit:
 * @cors: the rules
 * @msg: a request
 *
 * The one call for handlers: checks `Host` and `Origin`, and prepares the headers of the answer or
 * refuses the request.
 *
 * Returns: %TRUE if the handler may go on, %FALSE if the request has been answered
 */
gboolean
http_cors_admit (HttpCors *cors, SoupServerMessage *msg)
{
  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);
  g_return_val_if_fail (SOUP_IS_SERVER_MESSAGE (msg), FALSE);

  if (!http_cors_is_host_allowed (cors, msg) || !http_cors_is_origin_allowed (cors, msg))
    {
      http_cors_refuse (cors, msg);
      return FALSE;
    }

  http_cors_apply (cors, msg);

  return TRUE;
}
