/* socketio-handshake.c: what a client said when it came
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-server-socket-private.h"

static void
add_header (const char *name, const char *value, gpointer user_data)
{
  json_object_set_string_member (user_data, name, value);
}

static void
add_query (JsonObject *handshake, const char *url)
{
  const char *query = strchr (url, '?');
  JsonObject *object = json_object_new ();
  GUriParamsIter iter;
  char *name;
  char *value;

  json_object_set_object_member (handshake, "query", object);
  if (query == NULL)
    return;

  g_uri_params_iter_init (&iter, query + 1, -1, "&", G_URI_PARAMS_WWW_FORM);
  while (g_uri_params_iter_next (&iter, &name, &value, NULL))
    {
      json_object_set_string_member (object, name, value);
      g_free (name);
      g_free (value);
    }
}

static void
add_opening (JsonObject *handshake, EngineioOpening *opening)
{
  JsonObject *headers = json_object_new ();

  json_object_set_object_member (handshake, "headers", headers);
  engineio_opening_foreach_header (opening, add_header, headers);
  json_object_set_boolean_member (handshake, "xdomain", json_object_has_member (headers, "origin"));
  json_object_set_boolean_member (handshake, "secure", engineio_opening_is_secure (opening));
  json_object_set_string_member (handshake, "url", engineio_opening_get_url (opening));
  add_query (handshake, engineio_opening_get_url (opening));
}

static void
add_time (JsonObject *handshake, gint64 issued)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (issued / 1000);
  g_autofree char *text = g_date_time_format (time, "%a, %d %b %Y %H:%M:%S GMT");

  json_object_set_int_member (handshake, "issued", issued);
  json_object_set_string_member (handshake, "time", text);
}

/**
 * socketio_server_socket_dup_handshake:
 * @socket: a socket
 *
 * Gets what the client said when it came, as an object with Node's names: `headers` (by their names
 * in small letters), `time`, `address`, `xdomain` (whether a page of some origin asked), `secure`,
 * `issued` (milliseconds since 1970), `url`, `query` and `auth`. It is that of the request that
 * opened the connection; up to 8 KiB of it are kept. A client within the process has made none: its
 * handshake has `time`, `issued`, `address` and `auth` alone.
 *
 * Returns: (transfer full): the object
 */
JsonNode *
socketio_server_socket_dup_handshake (SocketioServerSocket *self)
{
  EngineioSession *session;
  EngineioOpening *opening;
  JsonNode *auth;
  const char *address;
  g_autoptr (JsonObject) object = NULL;

  g_return_val_if_fail (SOCKETIO_IS_SERVER_SOCKET (self), NULL);

  session = socketio_connection_get_session (socketio_server_socket_get_connection (self));
  opening = engineio_session_get_opening (session);
  auth = socketio_server_socket_get_auth (self);
  address = socketio_server_socket_get_remote_address (self);
  object = json_object_new ();

  if (opening != NULL)
    add_opening (object, opening);
  add_time (object, socketio_server_socket_get_issued (self));
  if (address != NULL)
    json_object_set_string_member (object, "address", address);
  if (auth != NULL)
    json_object_set_member (object, "auth", json_node_copy (auth));
  else
    json_object_set_object_member (object, "auth", json_object_new ());
  return json_node_init_object (json_node_alloc (), object);
}

/**
 * socketio_server_socket_get_header:
 * @socket: a socket
 * @name: a header's name, in any case
 *
 * Looks a header of the first request up.
 *
 * Returns: (nullable): the value of the first header of that name in the request that opened the
 *   connection
 */
const char *
socketio_server_socket_get_header (SocketioServerSocket *self, const char *name)
{
  EngineioSession *session;
  EngineioOpening *opening;

  g_return_val_if_fail (SOCKETIO_IS_SERVER_SOCKET (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  session = socketio_connection_get_session (socketio_server_socket_get_connection (self));
  opening = engineio_session_get_opening (session);
  return opening != NULL ? engineio_opening_get_header (opening, name) : NULL;
}
