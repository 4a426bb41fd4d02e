/* raw-client.c: a client that sends what it is told, byte by byte
 *
 * SoupSession tidies requests up and reads answers kindly; tests want neither. The server lives in
 * the same main loop, so that every wait turns it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "raw-client.h"

#include <string.h>
#include <sys/socket.h>

#define DEADLINE_SECONDS 20

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

  return client;
}

void
raw_client_free (RawClient *client)
{
  g_object_unref (client->socket);
  g_byte_array_unref (client->received);
  g_free (client);
}

static gboolean
on_ready (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static gboolean
on_deadline (gpointer user_data)
{
  g_error ("The server did not answer in time");

  return G_SOURCE_REMOVE;
}

static void
wait_for (RawClient *client, GIOCondition condition)
{
  g_autoptr (GSource) source = g_socket_create_source (client->socket, condition, NULL);
  gboolean ready = FALSE;
  guint deadline;

  deadline = g_timeout_add_seconds (DEADLINE_SECONDS, on_deadline, NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (on_ready), &ready, NULL);
  g_source_attach (source, NULL);
  while (!ready)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
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
      gssize n = g_socket_send (client->socket, next, length, NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          wait_for (client, G_IO_OUT);
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
  return g_socket_condition_check (client->socket, G_IO_IN) != 0;
}

/* Appends up to @count bytes to what was received; 0 is the end of the connection, orderly or not.
 */
gssize
raw_client_receive (RawClient *client, gsize count)
{
  guint length = client->received->len;
  gssize n;
  g_autoptr (GError) error = NULL;

  wait_for (client, G_IO_IN);
  g_byte_array_set_size (client->received, length + count);
  n = g_socket_receive (client->socket, (char *)client->received->data + length, count, NULL,
                        &error);
  g_byte_array_set_size (client->received, length + MAX (n, 0));

  return MAX (n, 0);
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
