/* http-cors-request.c: what the rules say to a request
 *
 * http-cors has the rules; here one request is held against them, and its answer gets the headers
 * that browsers go by.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-cors-private.h"

#include "http-client.h"
#include "http-message.h"
#include "http-origin.h"

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

/* A proxy that is believed may say by which name it was asked, beside what it wrote into Host. */
static gboolean
is_forwarded_origin (HttpCors *cors, const HttpOrigin *origin, SoupServerMessage *msg)
{
  gboolean secure = http_client_is_secure (cors->proxies, msg);
  g_auto (GStrv) hosts = http_client_list_hosts (cors->proxies, msg);

  for (guint i = 0; hosts != NULL && hosts[i] != NULL; i++)
    {
      if (http_origin_is_host (origin, hosts[i], secure))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_same_origin (HttpCors *cors, const HttpOrigin *origin, SoupServerMessage *msg)
{
  const char *host;

  return (http_message_find_header (msg, "Host", &host) == 1 &&
          http_origin_is_host (origin, host, http_client_is_secure (cors->proxies, msg))) ||
         is_forwarded_origin (cors, origin, msg);
}

static gboolean
matches_pattern (HttpCors *cors, const char *origin)
{
  for (guint i = 0; i < cors->patterns->len; i++)
    {
      if (g_regex_match (cors->patterns->pdata[i], origin, G_REGEX_MATCH_DEFAULT, NULL))
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_parsed_origin_allowed (HttpCors *cors, const HttpOrigin *origin, SoupServerMessage *msg)
{
  g_autofree char *normal = http_origin_to_string (origin);

  if (g_hash_table_contains (cors->origins, normal) || matches_pattern (cors, normal))
    return TRUE;

  if (http_origin_default_port (origin->scheme) != 0 &&
      (http_host_is_loopback (origin->host) || is_same_origin (cors, origin, msg)))
    return TRUE;

  return http_cors_ask_program (cors, normal);
}

/* Also gives the origin, NULL if the request has none. */
static gboolean
check_origin (HttpCors *cors, SoupServerMessage *msg, const char **text)
{
  g_autoptr (HttpOrigin) origin = NULL;

  if (!get_origin (msg, text))
    return FALSE;

  if (*text == NULL || cors->any_origin)
    return TRUE;

  if (strcmp (*text, "null") == 0)
    return cors->null_origin;

  origin = http_origin_parse (*text, NULL);

  return origin != NULL && is_parsed_origin_allowed (cors, origin, msg);
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

  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);
  g_return_val_if_fail (SOUP_IS_SERVER_MESSAGE (msg), FALSE);

  return check_origin (cors, msg, &text);
}

static gboolean
is_host_text_allowed (HttpCors *cors, const char *text)
{
  g_autofree char *host = NULL;
  guint16 port;

  return http_host_parse (text, &host, &port, NULL) &&
         (http_host_is_address (host) || http_host_is_loopback (host) ||
          g_hash_table_contains (cors->hosts, host));
}

static gboolean
is_named_host_allowed (HttpCors *cors, SoupServerMessage *msg)
{
  const char *text;
  guint n_hosts = http_message_find_header (msg, "Host", &text);

  if (n_hosts == 0)
    return soup_server_message_get_http_version (msg) == SOUP_HTTP_1_0;

  if (n_hosts > 1)
    return FALSE;

  /* Hosts are added to the rules and never taken away. */
  if (g_strcmp0 (text, cors->allowed_host) == 0)
    return TRUE;
  if (!is_host_text_allowed (cors, text))
    return FALSE;

  g_free (cors->allowed_host);
  cors->allowed_host = g_strdup (text);
  return TRUE;
}

/* A page may write this header itself, and its own name into it, and some proxy passes it on: it
 * must be one of ours, beside Host and not in place of it. */
static char *
find_forwarded_stranger (HttpCors *cors, SoupServerMessage *msg)
{
  g_auto (GStrv) hosts = http_client_list_hosts (cors->proxies, msg);

  for (guint i = 0; hosts != NULL && hosts[i] != NULL; i++)
    {
      if (!is_host_text_allowed (cors, hosts[i]))
        return g_strdup (hosts[i]);
    }
  return NULL;
}

/**
 * http_cors_is_host_allowed:
 * @cors: the rules
 * @msg: a request
 *
 * Whether the request names this server by a name of its own, in `Host` and in what a trusted proxy
 * was asked by. Only an attacker's name can be made to point here later (DNS rebinding), so
 * addresses are always right. HTTP/1.0 may leave the name out.
 *
 * Returns: whether it does
 */
gboolean
http_cors_is_host_allowed (HttpCors *cors, SoupServerMessage *msg)
{
  g_autofree char *stranger = NULL;

  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);
  g_return_val_if_fail (SOUP_IS_SERVER_MESSAGE (msg), FALSE);

  if (cors->any_host)
    return TRUE;

  stranger = find_forwarded_stranger (cors, msg);
  return stranger == NULL && is_named_host_allowed (cors, msg);
}

/* Without credentials and with any origin allowed, the answer is the same for all. */
static gboolean
answers_depend_on_origin (HttpCors *cors)
{
  return !cors->any_origin || cors->credentials;
}

/* What lets the page that asks read the answer. */
static void
add_headers (HttpCors *cors, SoupServerMessage *msg, const char *origin)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (msg);

  if (origin == NULL)
    return;

  soup_message_headers_replace (headers, "Access-Control-Allow-Origin",
                                answers_depend_on_origin (cors) ? origin : "*");
  if (cors->credentials)
    soup_message_headers_replace (headers, "Access-Control-Allow-Credentials", "true");
  if (cors->exposed_headers != NULL)
    soup_message_headers_replace (headers, "Access-Control-Expose-Headers", cors->exposed_headers);
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
  const char *origin;

  g_return_if_fail (HTTP_IS_CORS (cors));
  g_return_if_fail (SOUP_IS_SERVER_MESSAGE (msg));

  if (answers_depend_on_origin (cors))
    http_message_add_vary (msg, "Origin");
  if (check_origin (cors, msg, &origin))
    add_headers (cors, msg, origin);
}

static void
log_refused_name (HttpCors *cors, const char *header, const char *text)
{
  g_autofree char *host = NULL;
  guint16 port;

  if (http_host_parse (text, &host, &port, NULL))
    http_cors_log_refusal (cors->log, header, host, "--allowed-host");
  else
    http_cors_log_refusal (cors->log, header, text, NULL);
}

static void
log_refused_host (HttpCors *cors, SoupServerMessage *msg)
{
  g_autofree char *stranger = find_forwarded_stranger (cors, msg);
  const char *text;

  if (stranger != NULL)
    log_refused_name (cors, "X-Forwarded-Host", stranger);
  else if (http_message_find_header (msg, "Host", &text) == 1)
    log_refused_name (cors, "Host", text);
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
  const char *origin;

  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);
  g_return_val_if_fail (SOUP_IS_SERVER_MESSAGE (msg), FALSE);

  if (!http_cors_is_host_allowed (cors, msg) || !check_origin (cors, msg, &origin))
    {
      http_cors_refuse (cors, msg);
      return FALSE;
    }

  if (answers_depend_on_origin (cors))
    http_message_add_vary (msg, "Origin");
  add_headers (cors, msg, origin);

  return TRUE;
}
