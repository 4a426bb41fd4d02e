/* http-cors-preflight.c: the question that a browser asks first
 *
 * A part of http-cors that only uses its public side.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-cors.h"

#include "http-message.h"

/* The longest list of header names that a preflight gets back; no page needs a tenth of it. */
#define MAX_REFLECTED_LENGTH 2048

/* RFC 9110, section 5.6.2 */
static gboolean
is_token (const char *text)
{
  if (*text == '\0')
    return FALSE;

  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isalnum (*text) && strchr ("!#$%&'*+-.^_`|~", *text) == NULL)
        return FALSE;
    }

  return TRUE;
}

/* What a page asks for comes back, but only what can be the name of a header. */
static void
reflect_requested_headers (SoupServerMessage *msg)
{
  const char *requested;
  g_auto (GStrv) names = NULL;
  g_autoptr (GString) allowed = NULL;

  if (http_message_find_header (msg, "Access-Control-Request-Headers", &requested) != 1 ||
      strlen (requested) > MAX_REFLECTED_LENGTH)
    return;

  allowed = g_string_new (NULL);
  names = g_strsplit (requested, ",", -1);
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (is_token (g_strstrip (names[i])))
        g_string_append_printf (allowed, "%s%s", allowed->len > 0 ? "," : "", names[i]);
    }

  if (allowed->len > 0)
    soup_message_headers_replace (soup_server_message_get_response_headers (msg),
                                  "Access-Control-Allow-Headers", allowed->str);
}

static void
allow_headers (SoupServerMessage *msg, const char *allowed)
{
  if (allowed == NULL)
    {
      reflect_requested_headers (msg);
      http_message_add_vary (msg, "Access-Control-Request-Headers");
    }
  else
    soup_message_headers_replace (soup_server_message_get_response_headers (msg),
                                  "Access-Control-Allow-Headers", allowed);
}

static void
answer_status (SoupServerMessage *msg, guint status)
{
  if (status == SOUP_STATUS_NO_CONTENT)
    http_message_answer_empty (msg, status);
  else
    http_message_answer (msg, status, "text/plain", "");
}

/* The headers alone if somebody else answers. */
static void
answer_preflight (HttpCors *cors, SoupServerMessage *msg, gboolean continues)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (msg);
  g_autofree char *methods = NULL;
  g_autofree char *allowed = NULL;
  guint status;
  int max_age;

  g_object_get (cors, "methods", &methods, "allowed-headers", &allowed, "success-status", &status,
                "max-age", &max_age, NULL);
  if (!continues)
    answer_status (msg, status);
  if (methods != NULL)
    soup_message_headers_replace (headers, "Access-Control-Allow-Methods", methods);
  allow_headers (msg, allowed);
  if (max_age >= 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%d", max_age);

      soup_message_headers_replace (headers, "Access-Control-Max-Age", seconds);
    }
}

/**
 * http_cors_handle_preflight:
 * @cors: the rules
 * @msg: a request
 *
 * Answers @msg if it is a preflight, the question that a browser asks before a request that a plain
 * form could not make (Fetch, section 3.3.2): with 204 and no body, or with the refusal. With
 * [property@Cors:preflight-continue] one that is allowed only gets its headers.
 *
 * Returns: %TRUE if @msg was a preflight and has been answered
 */
gboolean
http_cors_handle_preflight (HttpCors *cors, SoupServerMessage *msg)
{
  gboolean continues;

  g_return_val_if_fail (HTTP_IS_CORS (cors), FALSE);
  g_return_val_if_fail (SOUP_IS_SERVER_MESSAGE (msg), FALSE);

  if (soup_server_message_get_method (msg) != SOUP_METHOD_OPTIONS ||
      http_message_find_header (msg, "Access-Control-Request-Method", NULL) == 0)
    return FALSE;

  if (!http_cors_admit (cors, msg))
    return TRUE;

  g_object_get (cors, "preflight-continue", &continues, NULL);
  answer_preflight (cors, msg, continues);
  return !continues;
}
