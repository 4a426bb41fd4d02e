/* http-message.c: what SoupServerMessage lacks for answers without surprises
 *
 * Small helpers for whoever answers a request: http-cors and http-static here, the handlers of the
 * layers above. Each works around one thing that libsoup's server does with an answer.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-message.h"

/**
 * http_message_find_header:
 * @msg: a message
 * @name: the name of a request header, in any case
 * @value: (out) (optional) (nullable) (transfer none): its first value
 *
 * Looks for a request header that may stand there once only. One walk over the headers: libsoup's
 * way to join repeated headers takes quadratic time.
 *
 * Returns: how often the header is there
 */
guint
http_message_find_header (SoupServerMessage *msg, const char *name, const char **value)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (msg);
  SoupMessageHeadersIter iter;
  const char *header_name, *header_value;
  const char *found = NULL;
  guint n_found = 0;

  /* Most headers differ in the first letter, whose case is one bit. */
  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &header_name, &header_value))
    {
      if ((header_name[0] | 0x20) == (name[0] | 0x20) &&
          g_ascii_strcasecmp (header_name, name) == 0 && n_found++ == 0)
        found = header_value;
    }

  if (value != NULL)
    *value = found;

  return n_found;
}

/**
 * http_message_has_body:
 * @msg: a message whose request headers are there
 *
 * Tells whether the request may bring a body. In HTTP/1 one without framing has none (RFC 9112,
 * section 6.3); in HTTP/2 the headers need not say.
 *
 * Returns: %FALSE if there will be none
 */
gboolean
http_message_has_body (SoupServerMessage *msg)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (msg);

  return soup_server_message_get_http_version (msg) > SOUP_HTTP_1_1 ||
         soup_message_headers_get_encoding (headers) != SOUP_ENCODING_NONE;
}

/**
 * http_message_ignore_range:
 * @msg: a message
 *
 * Makes libsoup answer with the whole body whatever range was asked for.
 *
 * libsoup cuts every answer of status 200 to the `Range` of the request by itself. It does not
 * check the ranges against the length of the body, and it repeats the body for each of them. Every
 * handler that answers a GET with a body of its own needs this call.
 */
void
http_message_ignore_range (SoupServerMessage *msg)
{
  soup_message_headers_remove (soup_server_message_get_request_headers (msg), "Range");
}

/**
 * http_message_add_vary:
 * @msg: a message
 * @name: the name of a request header that the answer depends on
 *
 * Adds @name to the `Vary` header of the answer, unless it is there (RFC 9110, section 12.5.5).
 */
void
http_message_add_vary (SoupServerMessage *msg, const char *name)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (msg);
  g_autofree char *joined = NULL;
  const char *present = soup_message_headers_get_list (headers, "Vary");

  if (present != NULL && soup_header_contains (present, name))
    return;

  if (present != NULL)
    joined = g_strconcat (present, ", ", name, NULL);
  soup_message_headers_replace (headers, "Vary", joined ?: name);
}

/**
 * http_message_answer:
 * @msg: a message
 * @status: the status
 * @content_type: the type of @body
 * @body: a text
 *
 * Answers with a short text. A HEAD request gets its length alone.
 */
void
http_message_answer (SoupServerMessage *msg,
                     guint status,
                     const char *content_type,
                     const char *body)
{
  SoupMessageBody *response = soup_server_message_get_response_body (msg);

  http_message_ignore_range (msg);
  if (response->length > 0)
    soup_message_body_truncate (response);
  soup_server_message_set_status (msg, status, NULL);
  soup_server_message_set_response (msg, content_type, SOUP_MEMORY_COPY, body, strlen (body));
}

static void
declare_no_body (SoupServerMessage *msg)
{
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (msg),
                                     SOUP_ENCODING_NONE);
}

/**
 * http_message_answer_empty:
 * @msg: a message
 * @status: a status whose answer never has a body: 204 or 304
 *
 * Answers without a body and without `Content-Length`, and lets the connection live.
 *
 * By itself libsoup writes `Content-Length: 0` on a 304, which is no truth about the file, and
 * forgets how a 204 was framed while it writes the headers, so that it closes the connection
 * afterwards. Hence the framing is declared once more after the headers.
 */
void
http_message_answer_empty (SoupServerMessage *msg, guint status)
{
  soup_server_message_set_response (msg, NULL, SOUP_MEMORY_STATIC, NULL, 0);
  soup_server_message_set_status (msg, status, NULL);
  declare_no_body (msg);
  g_signal_connect (msg, "wrote-headers", G_CALLBACK (declare_no_body), NULL);
}

/**
 * http_message_confirm_close:
 * @msg: a message whose request headers are there
 *
 * Answers `Connection: close` with the same, as RFC 9112, section 9.6 asks for and libsoup does
 * not. Without it Node's client takes the connection for one that can be used again.
 */
void
http_message_confirm_close (SoupServerMessage *msg)
{
  const char *connection = soup_message_headers_get_list (
    soup_server_message_get_request_headers (msg), "Connection");

  if (connection != NULL && soup_header_contains (connection, "close"))
    soup_message_headers_replace (soup_server_message_get_response_headers (msg), "Connection",
                                  "close");
}
