/* raw-client.c: a client that sends what it is told, byte by byte
 *
 * SoupSession tidies requests up and reads answers kindly; tests want neither. The server lives in
 * the same main loop, so that every wait turns it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "raw-client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "test-loop.h"

RawClient *
raw_client_new (guint16 port)
{
  return raw_client_new_to ("127.0.0.1", port);
}

RawClient *
raw_client_new_to (const char *host, guint16 port)
{
  RawClient *client = g_new0 (RawClient, 1);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (host, port);
  g_autoptr (GError) error = NULL;

  client->received = g_byte_array_new ();
  client->socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_no_error (error);

  g_socket_connect (client->socket, address, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (client->socket, FALSE);
  g_socket_set_option (client->socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  client->stream = G_IO_STREAM (g_socket_connection_factory_create_connection (client->socket));

  return client;
}

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

static gboolean
accept_certificate (GTlsConnection *connection,
                    GTlsCertificate *certificate,
                    GTlsCertificateFlags errors,
                    gpointer user_data)
{
  return TRUE;
}

/* Speaks TLS from here on, and takes any certificate. */
void
raw_client_start_tls (RawClient *client)
{
  g_autoptr (GError) error = NULL;
  GIOStream *tls = g_tls_client_connection_new (client->stream, NULL, &error);
  gboolean done = FALSE;

  g_assert_no_error (error);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_certificate), NULL);
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (tls), FALSE);
  g_object_unref (client->stream);
  client->stream = tls;
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL, on_handshake,
                                    &done);
  test_wait (done);
}

void
raw_client_free (RawClient *client)
{
  g_object_unref (client->stream);
  g_object_unref (client->socket);
  g_byte_array_unref (client->received);
  g_free (client);
}

static gboolean
on_ready (GObject *half, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
wait_for_source (GSource *source)
{
  gboolean ready = FALSE;

  g_source_set_callback (source, G_SOURCE_FUNC (on_ready), &ready, NULL);
  g_source_attach (source, NULL);
  test_wait (ready);
  g_source_unref (source);
}

static GPollableInputStream *
get_input (RawClient *client)
{
  return G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (client->stream));
}

static GPollableOutputStream *
get_output (RawClient *client)
{
  return G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (client->stream));
}

void
raw_client_send (RawClient *client, const char *text)
{
  raw_client_send_data (client, text, strlen (text));
}

/* A connection that the server has closed swallows what is sent. */
void
raw_client_send_data (RawClient *client, const void *data, gsize length)
{
  const char *next = data;

  while (length > 0)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_pollable_output_stream_write_nonblocking (get_output (client), next, length,
                                                             NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          wait_for_source (g_pollable_output_stream_create_source (get_output (client), NULL));
          continue;
        }
      if (n < 0)
        return;
      next += n;
      length -= n;
    }
}

/* Sends the end of the stream and goes on to receive. */
void
raw_client_end (RawClient *client)
{
  g_socket_shutdown (client->socket, FALSE, TRUE, NULL);
}

/* Vanishes with a reset in place of an orderly end. */
void
raw_client_reset (RawClient *client)
{
  struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (g_socket_get_fd (client->socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  g_socket_close (client->socket, NULL);
}

/* Whether there is something to receive, if only the end. */
gboolean
raw_client_is_readable (RawClient *client)
{
  return g_pollable_input_stream_is_readable (get_input (client));
}

static gssize
receive_now (RawClient *client, gsize count, GError **error)
{
  guint length = client->received->len;
  gssize n;

  g_byte_array_set_size (client->received, length + count);
  n = g_pollable_input_stream_read_nonblocking (get_input (client), client->received->data + length,
                                                count, NULL, error);
  g_byte_array_set_size (client->received, length + MAX (n, 0));

  return n;
}

/* Appends up to @count bytes to what was received, if there are any now. Returns -1 if there are
 * none, 0 at the end of the connection, orderly or not. */
gssize
raw_client_receive_now (RawClient *client, gsize count)
{
  g_autoptr (GError) error = NULL;
  gssize n = receive_now (client, count, &error);

  if (n < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return 0;
  return n;
}

/* The same, and waits until there are some. */
gssize
raw_client_receive (RawClient *client, gsize count)
{
  gssize n;

  while ((n = raw_client_receive_now (client, count)) < 0)
    wait_for_source (g_pollable_input_stream_create_source (get_input (client), NULL));

  return n;
}

gboolean
raw_client_is_closed (RawClient *client)
{
  return raw_client_receive (client, 1) == 0;
}

static const char *
find_end_of_head (RawClient *client)
{
  if (client->received->len == 0)
    return NULL;

  return memmem (client->received->data, client->received->len, "\r\n\r\n", 4);
}

RawResponse *
raw_client_read_head (RawClient *client)
{
  RawResponse *response = g_new0 (RawResponse, 1);
  g_autofree char *length = NULL;
  const char *end;

  while ((end = find_end_of_head (client)) == NULL)
    g_assert_cmpint (raw_client_receive (client, 4096), >, 0);

  response->head = g_strndup ((char *)client->received->data, end - (char *)client->received->data);
  g_byte_array_remove_range (client->received, 0, strlen (response->head) + 4);
  response->body = g_byte_array_new ();

  g_assert_true (g_str_has_prefix (response->head, "HTTP/1."));
  response->status = g_ascii_strtoull (response->head + strlen ("HTTP/1.1 "), NULL, 10);
  length = raw_response_get (response, "Content-Length");
  response->announced = length != NULL ? g_ascii_strtoll (length, NULL, 10) : -1;

  return response;
}

RawResponse *
raw_client_read_response (RawClient *client, gboolean with_body)
{
  RawResponse *response = raw_client_read_head (client);
  guint wanted;

  if (!with_body || response->status == 204 || response->status == 304)
    return response;

  wanted = response->announced >= 0 ? response->announced : G_MAXUINT;
  while (client->received->len < wanted && raw_client_receive (client, 64 * 1024) > 0)
    ;

  wanted = MIN (wanted, client->received->len);
  if (wanted > 0)
    g_byte_array_append (response->body, client->received->data, wanted);
  g_byte_array_remove_range (client->received, 0, wanted);

  return response;
}

RawResponse *
raw_client_ask (RawClient *client, const char *request)
{
  raw_client_send (client, request);

  return raw_client_read_response (client, !g_str_has_prefix (request, "HEAD "));
}

/* How often a header is there, and the value of the last one. */
guint
raw_response_find (RawResponse *response, const char *name, char **value)
{
  g_auto (GStrv) lines = g_strsplit (response->head, "\r\n", -1);
  gsize length = strlen (name);
  guint n_found = 0;

  if (value != NULL)
    *value = NULL;

  for (guint i = 1; lines[i] != NULL; i++)
    {
      if (g_ascii_strncasecmp (lines[i], name, length) != 0 || lines[i][length] != ':')
        continue;

      n_found++;
      if (value != NULL)
        {
          g_free (*value);
          *value = g_strdup (g_strstrip (lines[i] + length + 1));
        }
    }

  return n_found;
}

/* The value of a header that must not be there twice, or NULL. */
char *
raw_response_get (RawResponse *response, const char *name)
{
  char *value;

  g_assert_cmpuint (raw_response_find (response, name, &value), <=, 1);

  return value;
}

char *
raw_response_dup_body (RawResponse *response)
{
  const char *data = response->body->len > 0 ? (char *)response->body->data : "";

  return g_strndup (data, response->body->len);
}

void
raw_response_free (RawResponse *response)
{
  g_free (response->head);
  g_byte_array_unref (response->body);
  g_free (response);
}
