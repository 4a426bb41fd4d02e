/* engineio-refusal.c: how the server says no
 *
 * The answers to requests that the protocol has an error code for. Which request gets which is for
 * engineio-server-http.c to say.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-refusal.h"

#include <json-glib/json-glib.h>

#include "http-message.h"

#include "engineio-http-options-private.h"

static const char *const messages[] = {
  [ENGINEIO_REFUSAL_UNKNOWN_TRANSPORT] = "Transport unknown",
  [ENGINEIO_REFUSAL_UNKNOWN_SID] = "Session ID unknown",
  [ENGINEIO_REFUSAL_BAD_HANDSHAKE_METHOD] = "Bad handshake method",
  [ENGINEIO_REFUSAL_BAD_REQUEST] = "Bad request",
  [ENGINEIO_REFUSAL_FORBIDDEN] = "Forbidden",
  [ENGINEIO_REFUSAL_UNSUPPORTED_PROTOCOL] = "Unsupported protocol version",
};

gboolean
engineio_wants_websocket (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *upgrade = soup_message_headers_get_one (headers, "Upgrade");

  return upgrade != NULL && g_ascii_strcasecmp (upgrade, "websocket") == 0;
}

static char *
format_refusal (EngineioRefusalCode code, const char *text)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), text);
  g_autofree char *quoted = json_to_string (node, FALSE);

  return g_strdup_printf ("{\"code\":%d,\"message\":%s}", code, quoted);
}

/* A WebSocket's client gets the message alone, as from Node; a polling one gets JSON. */
static void
answer (SoupServerMessage *message, EngineioRefusalCode code, const char *text)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gboolean forbidden = code == ENGINEIO_REFUSAL_FORBIDDEN;
  g_autofree char *json = NULL;

  if (engineio_wants_websocket (message))
    {
      soup_message_headers_replace (headers, "Connection", "close");
      http_message_answer (message, SOUP_STATUS_BAD_REQUEST, "text/html", text);
      return;
    }

  json = format_refusal (code, text);
  http_message_answer (message, forbidden ? SOUP_STATUS_FORBIDDEN : SOUP_STATUS_BAD_REQUEST,
                       "application/json", json);
}

/* Answers, and tells who watches. @text takes the place of the protocol's own words. */
void
engineio_server_refuse_with (EngineioServer *self,
                             SoupServerMessage *message,
                             EngineioRefusal refusal,
                             const char *text)
{
  if (text == NULL)
    text = messages[refusal.code];

  answer (message, refusal.code, text);
  engineio_http_options_tell_refusal (engineio_server_get_options (self), message, refusal.code,
                                      text, refusal.context);
}

void
engineio_server_refuse (EngineioServer *self, SoupServerMessage *message, EngineioRefusal refusal)
{
  engineio_server_refuse_with (self, message, refusal, NULL);
}
