/* raw-client.h: a client that sends what it is told, byte by byte
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  GSocket *socket;
  GIOStream *stream;
  GByteArray *received;
} RawClient;

/* The body is as long as was announced, or shorter if the server closed the connection before. */
typedef struct
{
  guint status;
  char *head;
  GByteArray *body;
  gint64 announced;
} RawResponse;

RawClient *raw_client_new (guint16 port);
RawClient *raw_client_new_to (const char *host, guint16 port);
void raw_client_start_tls (RawClient *client);
void raw_client_free (RawClient *client);

void raw_client_send (RawClient *client, const char *text);
void raw_client_send_data (RawClient *client, const void *data, gsize length);
void raw_client_end (RawClient *client);
void raw_client_reset (RawClient *client);
gboolean raw_client_is_readable (RawClient *client);
gssize raw_client_receive_now (RawClient *client, gsize count);
gssize raw_client_receive (RawClient *client, gsize count);
RawResponse *raw_client_read_head (RawClient *client);
RawResponse *raw_client_read_response (RawClient *client, gboolean with_body);
RawResponse *raw_client_ask (RawClient *client, const char *request);
gboolean raw_client_is_closed (RawClient *client);

guint raw_response_find (RawResponse *response, const char *name, char **value);
char *raw_response_get (RawResponse *response, const char *name);
char *raw_response_dup_body (RawResponse *response);
void raw_response_free (RawResponse *response);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawClient, raw_client_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawResponse, raw_response_free)

G_END_DECLS
