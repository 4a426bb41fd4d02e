/* api-client.c: our Socket.IO client, driven by JSON lines (see peers.js)
 *
 *   api-client URL [OPTIONS]    the path of the URL is the namespace; OPTIONS are a JSON object
 * with properties of the client and of the socket by their names, and `auth`, `headers`,
 * `transport-headers` (those of each transport), `trust`, and `parser`, which may be "msgpack";
 * what is a file there (`tls-database`, `tls-certificate`) is named by its path
 *
 *   out: started   connect {id, recovered, transport}   connect_error {message, code, active, data}
 *        disconnect {reason, active}   close {reason}   event {name, args}   answer {tag, args} or
 * {tag, code} state {transport, initial}   upgrade {transport}   ping packet {type, namespace,
 * name, id, args}   attempt {n}   reconnect {n}   reconnect_failed in:  {"emit": {name, args}}
 * {"volatile": {name, args}}   {"ask": {tag, name, args, timeout}}
 *        {"connect": true}   {"disconnect": true}   {"state": true}   {"quit": true}
 *
 * Bytes stand as {"$": "base64"}. An event that wants an answer is answered with what came, unless
 * its name is `silence`. A command with `in` is for the socket of that other namespace, which uses
 * the same connection; what becomes of a socket is told with its `namespace`.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <locale.h>

#include "socketio-json.h"
#include "socketio.h"

#include "json-lines.h"

typedef struct
{
  GMainLoop *loop;
  SocketioClientSocket *socket;
  GHashTable *others; /* of char * to SocketioClientSocket */
} Program;

/* {{{ JSON and arguments */

/* Takes object. */
static JsonNode *
new_object_node (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

/* Takes array. */
static JsonNode *
new_array_node (JsonArray *array)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, array);
  return node;
}

static JsonNode *
pack_bytes (GBytes *bytes)
{
  g_autofree char *text = g_base64_encode (g_bytes_get_data (bytes, NULL),
                                           g_bytes_get_size (bytes));
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "$", text);
  return new_object_node (object);
}

/* A value as it is printed. */
static JsonNode *
pack (SocketioArguments *arguments, JsonNode *node)
{
  GBytes *bytes = socketio_arguments_lookup_bytes (arguments, node);

  if (bytes != NULL)
    return pack_bytes (bytes);
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *from = json_node_get_array (node);
      JsonArray *to = json_array_new ();

      for (guint i = 0; i < json_array_get_length (from); i++)
        json_array_add_element (to, pack (arguments, json_array_get_element (from, i)));
      return new_array_node (to);
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *to = json_object_new ();
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &member))
        json_object_set_member (to, name, pack (arguments, member));
      return new_object_node (to);
    }
  return json_node_copy (node);
}

static JsonArray *
pack_arguments (SocketioArguments *arguments)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < socketio_arguments_get_length (arguments); i++)
    json_array_add_element (array, pack (arguments, socketio_arguments_get_node (arguments, i)));
  return array;
}

static JsonNode *
unpack (SocketioArguments *arguments, JsonNode *node)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *from = json_node_get_array (node);
      JsonArray *to = json_array_new ();

      for (guint i = 0; i < json_array_get_length (from); i++)
        json_array_add_element (to, unpack (arguments, json_array_get_element (from, i)));
      return new_array_node (to);
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *from = json_node_get_object (node);
      JsonObject *to;
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      if (json_object_has_member (from, "$"))
        {
          gsize length;
          guchar *data = g_base64_decode (json_object_get_string_member (from, "$"), &length);
          g_autoptr (GBytes) bytes = g_bytes_new_take (data, length);

          return socketio_arguments_attach (arguments, bytes);
        }
      to = json_object_new ();
      json_object_iter_init (&iter, from);
      while (json_object_iter_next (&iter, &name, &member))
        json_object_set_member (to, name, unpack (arguments, member));
      return new_object_node (to);
    }
  return json_node_copy (node);
}

static SocketioArguments *
unpack_arguments (JsonObject *command)
{
  SocketioArguments *arguments = socketio_arguments_new ();
  JsonArray *array = json_object_has_member (command, "args")
                       ? json_object_get_array_member (command, "args")
                       : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    socketio_arguments_add_node (arguments, unpack (arguments, json_array_get_element (array, i)));
  return arguments;
}

/* }}} */
/* {{{ Out */

static JsonObject *
new_socket_event (gpointer socket, const char *name)
{
  JsonObject *object = json_lines_new_event (name);

  json_object_set_string_member (object, "namespace", socketio_socket_get_namespace_name (socket));
  return object;
}

static void
on_connect (SocketioClientSocket *socket)
{
  JsonObject *object = new_socket_event (socket, "connect");
  SocketioClient *client = socketio_client_socket_get_client (socket);

  json_object_set_string_member (object, "id", socketio_socket_get_id (SOCKETIO_SOCKET (socket)));
  json_object_set_boolean_member (object, "recovered",
                                  socketio_client_socket_is_recovered (socket));
  json_object_set_string_member (object, "transport", socketio_client_get_transport_name (client));
  json_lines_print (object);
}

static void
on_connect_error (SocketioClientSocket *socket, const GError *error, JsonNode *data)
{
  JsonObject *object = new_socket_event (socket, "connect_error");

  json_object_set_string_member (object, "message", error->message);
  json_object_set_int_member (object, "code", error->code);
  json_object_set_boolean_member (object, "active", socketio_client_socket_is_active (socket));
  if (data != NULL)
    json_object_set_member (object, "data", json_node_copy (data));
  json_lines_print (object);
}

static void
on_disconnect (SocketioClientSocket *socket, SocketioDisconnectReason reason)
{
  JsonObject *object = new_socket_event (socket, "disconnect");

  json_object_set_string_member (object, "reason", socketio_disconnect_reason_to_string (reason));
  json_object_set_boolean_member (object, "active", socketio_client_socket_is_active (socket));
  json_lines_print (object);
}

static void
on_event (SocketioSocket *socket,
          const char *name,
          SocketioArguments *arguments,
          SocketioAck *ack,
          gpointer user_data)
{
  JsonObject *object = new_socket_event (socket, "event");

  json_object_set_string_member (object, "name", name);
  json_object_set_array_member (object, "args", pack_arguments (arguments));
  json_lines_print (object);
  if (ack != NULL && !g_str_equal (name, "silence"))
    socketio_ack_send (ack, arguments);
}

static void
on_close (SocketioClient *client, SocketioDisconnectReason reason)
{
  JsonObject *object = json_lines_new_event ("close");

  json_object_set_string_member (object, "reason", socketio_disconnect_reason_to_string (reason));
  json_lines_print (object);
}

static void
print_number (const char *name, guint n)
{
  JsonObject *object = json_lines_new_event (name);

  json_object_set_int_member (object, "n", n);
  json_lines_print (object);
}

static void
on_attempt (SocketioClient *client, guint n)
{
  print_number ("attempt", n);
}

static void
on_reconnect (SocketioClient *client, guint n)
{
  print_number ("reconnect", n);
}

static void
on_reconnect_failed (SocketioClient *client)
{
  json_lines_print (json_lines_new_event ("reconnect_failed"));
}

static void
on_upgrade (SocketioClient *client, const char *transport)
{
  JsonObject *object = json_lines_new_event ("upgrade");

  json_object_set_string_member (object, "transport", transport);
  json_lines_print (object);
}

static void
on_ping (SocketioClient *client)
{
  json_lines_print (json_lines_new_event ("ping"));
}

static void
on_packet (SocketioClient *client, SocketioPacket *packet)
{
  JsonObject *object = json_lines_new_event ("packet");
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);

  json_object_set_int_member (object, "type", socketio_packet_get_packet_type (packet));
  json_object_set_string_member (object, "namespace", socketio_packet_get_namespace (packet));
  if (socketio_packet_get_name (packet) != NULL)
    json_object_set_string_member (object, "name", socketio_packet_get_name (packet));
  if (socketio_packet_get_id (packet) != SOCKETIO_PACKET_NO_ID)
    json_object_set_int_member (object, "id", socketio_packet_get_id (packet));
  if (arguments != NULL)
    json_object_set_array_member (object, "args", pack_arguments (arguments));
  json_lines_print (object);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *tag = user_data;
  JsonObject *object = json_lines_new_event ("answer");
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments)
    answer = socketio_socket_emit_with_ack_finish (SOCKETIO_SOCKET (source), result, &error);

  json_object_set_string_member (object, "tag", tag);
  if (answer != NULL)
    json_object_set_array_member (object, "args", pack_arguments (answer));
  else
    json_object_set_int_member (object, "code", error->code);
  json_lines_print (object);
}

/* }}} */
/* {{{ In */

static void
quit (Program *self)
{
  socketio_client_disconnect (socketio_client_socket_get_client (self->socket));
  g_main_loop_quit (self->loop);
}

static void
print_state (Program *self)
{
  JsonObject *object = json_lines_new_event ("state");
  SocketioClient *client = socketio_client_socket_get_client (self->socket);
  const char *name = socketio_client_get_transport_name (client);
  const char *initial = socketio_client_get_initial_transport_name (client);

  json_object_set_string_member (object, "transport", name != NULL ? name : "");
  json_object_set_string_member (object, "initial", initial != NULL ? initial : "");
  json_lines_print (object);
}

static void
ask (SocketioSocket *socket, JsonObject *command)
{
  g_autoptr (SocketioArguments) arguments = unpack_arguments (command);

  socketio_socket_emit_with_ack_async (
    socket, json_object_get_string_member (command, "name"), arguments,
    json_object_get_int_member_with_default (command, "timeout", 0), NULL, on_answer,
    g_strdup (json_object_get_string_member_with_default (command, "tag", "")));
}

static void
emit (SocketioSocket *socket, JsonObject *command, gboolean is_volatile)
{
  const char *name = json_object_get_string_member (command, "name");
  g_autoptr (SocketioArguments) arguments = unpack_arguments (command);

  if (is_volatile)
    socketio_socket_emit_volatile (socket, name, arguments);
  else
    socketio_socket_emit (socket, name, arguments);
}

static void
watch_socket (SocketioClientSocket *socket)
{
  g_signal_connect (socket, "connect", G_CALLBACK (on_connect), NULL);
  g_signal_connect (socket, "connect-error", G_CALLBACK (on_connect_error), NULL);
  g_signal_connect (socket, "disconnect", G_CALLBACK (on_disconnect), NULL);
  socketio_socket_on (SOCKETIO_SOCKET (socket), NULL, on_event, NULL, NULL);
}

/* The socket that a command is for: the first one, or the one of another namespace. */
static SocketioClientSocket *
get_socket (Program *self, JsonObject *command)
{
  const char *name = json_object_get_string_member_with_default (command, "in", NULL);
  SocketioClientSocket *socket;

  if (name == NULL)
    return self->socket;

  socket = g_hash_table_lookup (self->others, name);
  if (socket == NULL)
    {
      socket = socketio_client_socket (socketio_client_socket_get_client (self->socket), name);
      watch_socket (socket);
      g_hash_table_insert (self->others, g_strdup (name), socket);
    }
  return socket;
}

static void
obey_socket (Program *self, JsonObject *command)
{
  SocketioClientSocket *client_socket = get_socket (self, command);
  SocketioSocket *socket = SOCKETIO_SOCKET (client_socket);

  if (json_object_has_member (command, "emit"))
    emit (socket, json_object_get_object_member (command, "emit"), FALSE);
  else if (json_object_has_member (command, "volatile"))
    emit (socket, json_object_get_object_member (command, "volatile"), TRUE);
  else if (json_object_has_member (command, "ask"))
    ask (socket, json_object_get_object_member (command, "ask"));
  else if (json_object_has_member (command, "connect"))
    socketio_client_socket_connect (client_socket);
  else if (json_object_has_member (command, "disconnect"))
    socketio_client_socket_disconnect (client_socket);
  else if (json_object_has_member (command, "state"))
    print_state (self);
  else
    quit (self);
}

static void
obey (JsonObject *command, gpointer user_data)
{
  Program *self = user_data;

  if (command != NULL)
    obey_socket (self, command);
  else
    quit (self);
}

/* }}} */
/* {{{ Options */

static void
set_strings (GObject *object, const char *name, JsonArray *array)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) strings = NULL;

  for (guint i = 0; i < json_array_get_length (array); i++)
    g_strv_builder_add (builder, json_array_get_string_element (array, i));
  strings = g_strv_builder_end (builder);
  g_object_set (object, name, strings, NULL);
}

static void
set_property (GObject *object, const char *name, JsonNode *node)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), name);
  g_auto (GValue) from = G_VALUE_INIT;
  g_auto (GValue) to = G_VALUE_INIT;

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      set_strings (object, name, json_node_get_array (node));
      return;
    }

  json_node_get_value (node, &from);
  g_value_init (&to, pspec->value_type);
  g_assert_true (g_value_transform (&from, &to));
  g_object_set_property (object, name, &to);
}

static gboolean
on_accept_certificate (SocketioClient *client,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags errors)
{
  return TRUE;
}

/* One that is read from a file. */
static gboolean
set_tls_option (SocketioClient *client, const char *name, JsonNode *node)
{
  g_autoptr (GObject) value = NULL;
  g_autoptr (GError) error = NULL;

  if (g_str_equal (name, "tls-database"))
    value = G_OBJECT (g_tls_file_database_new (json_node_get_string (node), &error));
  else if (g_str_equal (name, "tls-certificate"))
    value = G_OBJECT (g_tls_certificate_new_from_file (json_node_get_string (node), &error));
  else
    return FALSE;

  g_assert_no_error (error);
  g_object_set (client, name, value, NULL);
  return TRUE;
}

static void
set_header (JsonObject *headers, const char *name, JsonNode *value, gpointer client)
{
  socketio_client_set_header (client, name, json_node_get_string (value));
}

static void
set_transport_headers (JsonObject *transports,
                       const char *transport,
                       JsonNode *headers,
                       gpointer client)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init (&iter, json_node_get_object (headers));
  while (json_object_iter_next (&iter, &name, &value))
    socketio_client_set_transport_header (client, transport, name, json_node_get_string (value));
}

static void
set_parser (SocketioClient *client, JsonNode *node)
{
  g_autoptr (SocketioParser) parser = socketio_msgpack_parser_new ();

  g_assert_cmpstr (json_node_get_string (node), ==, "msgpack");
  g_object_set (client, "parser", parser, NULL);
}

static void
set_option (JsonObject *options, const char *name, JsonNode *node, gpointer user_data)
{
  Program *self = user_data;
  SocketioClient *client = socketio_client_socket_get_client (self->socket);

  if (set_tls_option (client, name, node))
    return;
  if (g_str_equal (name, "parser"))
    {
      set_parser (client, node);
      return;
    }
  if (g_str_equal (name, "trust"))
    g_signal_connect (client, "accept-certificate", G_CALLBACK (on_accept_certificate), NULL);
  else if (g_str_equal (name, "auth"))
    socketio_client_socket_set_auth (self->socket, node);
  else if (g_str_equal (name, "headers"))
    json_object_foreach_member (json_node_get_object (node), set_header, client);
  else if (g_str_equal (name, "transport-headers"))
    json_object_foreach_member (json_node_get_object (node), set_transport_headers, client);
  else if (g_object_class_find_property (G_OBJECT_GET_CLASS (client), name) != NULL)
    set_property (G_OBJECT (client), name, node);
  else
    set_property (G_OBJECT (self->socket), name, node);
}

/* }}} */

static void
watch (Program *self)
{
  SocketioClient *client = socketio_client_socket_get_client (self->socket);

  watch_socket (self->socket);
  g_signal_connect (client, "close", G_CALLBACK (on_close), NULL);
  g_signal_connect (client, "reconnect-attempt", G_CALLBACK (on_attempt), NULL);
  g_signal_connect (client, "reconnect", G_CALLBACK (on_reconnect), NULL);
  g_signal_connect (client, "upgrade", G_CALLBACK (on_upgrade), NULL);
  g_signal_connect (client, "ping", G_CALLBACK (on_ping), NULL);
  g_signal_connect (client, "packet", G_CALLBACK (on_packet), NULL);
  g_signal_connect (client, "reconnect-failed", G_CALLBACK (on_reconnect_failed), NULL);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SocketioClientSocket) socket = NULL;
  g_autoptr (GHashTable)
    others = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_autoptr (JsonNode) options = NULL;
  g_autoptr (GError) error = NULL;
  Program self = { loop, NULL, others };

  setlocale (LC_ALL, "");
  g_log_writer_default_set_use_stderr (TRUE);
  json_lines_print (json_lines_new_event ("started"));
  self.socket = socket = socketio_client_socket_new_for_url (argv[1], FALSE, &error);
  g_assert_no_error (error);
  watch (&self);
  if (argc > 2)
    {
      options = socketio_json_parse (argv[2], -1, &error);
      g_assert_no_error (error);
      json_object_foreach_member (json_node_get_object (options), set_option, &self);
    }
  socketio_client_socket_connect (socket);
  json_lines_read (obey, &self);
  g_main_loop_run (loop);

  return 0;
}
