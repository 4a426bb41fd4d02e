/* http-cors.c: who may ask from where
 *
 * Browsers let any page send requests to any server and open WebSockets to it, ours on the local
 * network included. `Origin` says which page asks, and `Host` under which name it found us. A page
 * that is not ours is refused, not merely kept from reading the answer; a name that is not ours is
 * refused too, or a stranger's name that suddenly resolves to our address would make his page "same
 * origin". The handlers of all layers above ask first. Here are the rules; http-cors-request holds
 * a request against them, http-origin does the parsing, http-cors-preflight answers the questions
 * that browsers ask beforehand.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-cors-private.h"

#include "http-origin.h"

enum
{
  PROP_0,
  PROP_CREDENTIALS,
  PROP_MAX_AGE,
  PROP_EXPOSED_HEADERS,
  PROP_ALLOWED_HEADERS,
  PROP_METHODS,
  PROP_SUCCESS_STATUS,
  PROP_PREFLIGHT_CONTINUE,
  N_PROPERTIES,
};

enum
{
  ALLOW_ORIGIN,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

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
http_cors_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HttpCors *cors = HTTP_CORS (object);

  switch (id)
    {
    case PROP_CREDENTIALS:
      g_value_set_boolean (value, cors->credentials);
      break;
    case PROP_MAX_AGE:
      g_value_set_int (value, cors->max_age);
      break;
    case PROP_EXPOSED_HEADERS:
      g_value_set_string (value, cors->exposed_headers);
      break;
    case PROP_ALLOWED_HEADERS:
      g_value_set_string (value, cors->allowed_headers);
      break;
    case PROP_METHODS:
      g_value_set_string (value, cors->methods);
      break;
    case PROP_SUCCESS_STATUS:
      g_value_set_uint (value, cors->success_status);
      break;
    case PROP_PREFLIGHT_CONTINUE:
      g_value_set_boolean (value, cors->preflight_continue);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

/* A list of names that becomes the value of a header. */
static void
set_names (char **field, const char *names)
{
  g_return_if_fail (names == NULL || strpbrk (names, "\r\n") == NULL);

  g_free (*field);
  *field = g_strdup (names);
}

static void
http_cors_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HttpCors *cors = HTTP_CORS (object);

  switch (id)
    {
    case PROP_CREDENTIALS:
      cors->credentials = g_value_get_boolean (value);
      break;
    case PROP_MAX_AGE:
      cors->max_age = g_value_get_int (value);
      break;
    case PROP_EXPOSED_HEADERS:
      set_names (&cors->exposed_headers, g_value_get_string (value));
      break;
    case PROP_ALLOWED_HEADERS:
      set_names (&cors->allowed_headers, g_value_get_string (value));
      break;
    case PROP_METHODS:
      set_names (&cors->methods, g_value_get_string (value));
      break;
    case PROP_SUCCESS_STATUS:
      cors->success_status = g_value_get_uint (value);
      break;
    case PROP_PREFLIGHT_CONTINUE:
      cors->preflight_continue = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
http_cors_finalize (GObject *object)
{
  HttpCors *cors = HTTP_CORS (object);

  g_hash_table_unref (cors->origins);
  g_hash_table_unref (cors->hosts);
  g_free (cors->allowed_host);
  g_ptr_array_unref (cors->patterns);
  http_cors_log_free (cors->log);
  http_proxies_free (cors->proxies);
  g_free (cors->exposed_headers);
  g_free (cors->allowed_headers);
  g_free (cors->methods);

  G_OBJECT_CLASS (http_cors_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;

  /**
   * HttpCors:credentials:
   *
   * Whether pages may send cookies and HTTP logins along, see [method@Cors.set_credentials].
   */
  properties[PROP_CREDENTIALS] = g_param_spec_boolean ("credentials", NULL, NULL, TRUE, flags);

  /**
   * HttpCors:max-age:
   *
   * Seconds that a browser may remember the answer to a preflight, or -1 to leave it to the
   * browser.
   */
  properties[PROP_MAX_AGE] = g_param_spec_int ("max-age", NULL, NULL, -1, G_MAXINT, -1, flags);

  /**
   * HttpCors:exposed-headers:
   *
   * Names of response headers, separated by commas, that pages may read; %NULL for no others than
   * browsers let them read anyway.
   */
  properties[PROP_EXPOSED_HEADERS] = g_param_spec_string ("exposed-headers", NULL, NULL, NULL,
                                                          flags);

  /**
   * HttpCors:allowed-headers:
   *
   * Names of request headers, separated by commas, that pages may send; %NULL, the default, for
   * those that they ask for.
   */
  properties[PROP_ALLOWED_HEADERS] = g_param_spec_string ("allowed-headers", NULL, NULL, NULL,
                                                          flags);

  /**
   * HttpCors:methods:
   *
   * The methods that pages may use, separated by commas.
   */
  properties[PROP_METHODS] = g_param_spec_string ("methods", NULL, NULL,
                                                  "GET,HEAD,PUT,PATCH,POST,DELETE", flags);

  /**
   * HttpCors:success-status:
   *
   * The status that a preflight is answered with; some old browsers want 200 in place of 204.
   */
  properties[PROP_SUCCESS_STATUS] = g_param_spec_uint ("success-status", NULL, NULL, 200, 299, 204,
                                                       flags);

  /**
   * HttpCors:preflight-continue:
   *
   * Whether a preflight goes on to what handles other requests, with the headers of its answer set:
   * it is to be answered there.
   */
  properties[PROP_PREFLIGHT_CONTINUE] = g_param_spec_boolean ("preflight-continue", NULL, NULL,
                                                              FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
http_cors_class_init (HttpCorsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = http_cors_get_property;
  object_class->set_property = http_cors_set_property;
  object_class->finalize = http_cors_finalize;
  install_properties (object_class);

  /**
   * HttpCors::allow-origin:
   * @cors: the rules
   * @origin: `scheme://host[:port]`, in lower case and without a default port
   *
   * A page of an origin asks that no rule allows.
   *
   * Returns: %TRUE to allow it
   */
  signals[ALLOW_ORIGIN] = g_signal_new ("allow-origin", HTTP_TYPE_CORS, G_SIGNAL_RUN_LAST, 0,
                                        g_signal_accumulator_true_handled, NULL, NULL,
                                        G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
}

static void
http_cors_init (HttpCors *cors)
{
  cors->origins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  cors->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  cors->patterns = g_ptr_array_new_with_free_func ((GDestroyNotify)g_regex_unref);
  cors->log = http_cors_log_new ();
  cors->proxies = http_proxies_new ();
  add_own_names (cors);
}

gboolean
http_cors_ask_program (HttpCors *cors, const char *origin)
{
  gboolean allowed = FALSE;

  g_signal_emit (cors, signals[ALLOW_ORIGIN], 0, origin, &allowed);
  return allowed;
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
 * http_cors_add_origin_pattern:
 * @cors: the rules
 * @pattern: a regular expression
 * @error: return location for an error of %G_REGEX_ERROR
 *
 * Lets pages ask whose origin, `scheme://host[:port]` in lower case and without a default port, has
 * a part that matches @pattern. An expression without `^` and `$` allows more than it looks like.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean
http_cors_add_origin_pattern (HttpCors *cors, const char *pattern, GError **error)
{
  GRegex *regex;

  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);
  g_return_val_if_fail (pattern != NULL, FALSE);

  regex = g_regex_new (pattern, G_REGEX_OPTIMIZE, G_REGEX_MATCH_DEFAULT, error);
  if (regex == NULL)
    return FALSE;

  g_ptr_array_add (cors->patterns, regex);
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

static gboolean
add_lists (HttpCors *cors, const char *const *origins, const char *const *hosts, GError **error)
{
  for (; origins != NULL && *origins != NULL; origins++)
    {
      if (!http_cors_add_origin (cors, *origins, error))
        return FALSE;
    }
  for (; hosts != NULL && *hosts != NULL; hosts++)
    {
      if (!http_cors_add_host (cors, *hosts, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * http_cors_set_lists:
 * @cors: the rules
 * @origins: (nullable) (array zero-terminated=1): origins as http_cors_add_origin() takes them
 * @hosts: (nullable) (array zero-terminated=1): names as http_cors_add_host() takes them
 * @error: return location for an error
 *
 * Replaces all origins and names that were added, for the requests that come from now on. Patterns
 * stay.
 *
 * Returns: %TRUE, or %FALSE with `HTTP_ERROR_INVALID_ORIGIN` or `HTTP_ERROR_INVALID_HOST`; then all
 *   stays as it is
 */
gboolean
http_cors_set_lists (HttpCors *cors,
                     const char *const *origins,
                     const char *const *hosts,
                     GError **error)
{
  g_autoptr (HttpCors) fresh = NULL;

  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);

  fresh = http_cors_new ();
  if (!add_lists (fresh, origins, hosts, error))
    return FALSE;

  g_hash_table_unref (cors->origins);
  cors->origins = g_hash_table_ref (fresh->origins);
  g_hash_table_unref (cors->hosts);
  cors->hosts = g_hash_table_ref (fresh->hosts);
  cors->any_origin = fresh->any_origin;
  cors->null_origin = fresh->null_origin;
  cors->any_host = fresh->any_host;
  g_clear_pointer (&cors->allowed_host, g_free);
  return TRUE;
}

/**
 * http_cors_add_trusted_proxy:
 * @cors: the rules
 * @proxy: an IP address, or a network as `address/bits`
 * @error: return location for an error
 *
 * Believes a proxy, and all that are in a network, in what its headers X-Forwarded-For,
 * X-Forwarded-Proto and X-Forwarded-Host say. Nobody else is believed. The names in
 * X-Forwarded-Host must be allowed like those in `Host`.
 *
 * Returns: %TRUE, or %FALSE with `HTTP_ERROR_INVALID_HOST`
 */
gboolean
http_cors_add_trusted_proxy (HttpCors *cors, const char *proxy, GError **error)
{
  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);

  return http_proxies_add (cors->proxies, proxy, error);
}

/**
 * http_cors_set_trusted_proxies:
 * @cors: the rules
 * @proxies: (nullable) (array zero-terminated=1): proxies as http_cors_add_trusted_proxy() takes
 *   them
 * @error: return location for an error
 *
 * Replaces all proxies that were added, for the requests that come from now on.
 *
 * Returns: %TRUE, or %FALSE with `HTTP_ERROR_INVALID_HOST`; then all stays as it is
 */
gboolean
http_cors_set_trusted_proxies (HttpCors *cors, const char *const *proxies, GError **error)
{
  g_autoptr (HttpProxies) fresh = http_proxies_new ();

  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);

  for (; proxies != NULL && *proxies != NULL; proxies++)
    {
      if (!http_proxies_add (fresh, *proxies, error))
        return FALSE;
    }

  http_proxies_free (cors->proxies);
  cors->proxies = g_steal_pointer (&fresh);
  return TRUE;
}

/**
 * http_cors_get_proxies:
 * @cors: the rules
 *
 * Returns: (transfer none): the proxies that are believed
 */
HttpProxies *
http_cors_get_proxies (HttpCors *cors)
{
  return cors->proxies;
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
 * http_cors_set_exposed_headers:
 * @cors: the rules
 * @names: (nullable): names of response headers, separated by commas, that pages may read
 */
void
http_cors_set_exposed_headers (HttpCors *cors, const char *names)
{
  g_return_if_fail (HTTP_IS_CORS (cors));

  set_names (&cors->exposed_headers, names);
}
