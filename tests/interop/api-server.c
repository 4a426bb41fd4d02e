/* api-server.c: the server API as a program, for clients that others wrote to try
 *
 * It stands on the public headers alone. What a client asks for by an event is done by the API:
 * answers, questions with acks, rooms, floods, kicks. The timers are the default ones unless
 * options say otherwise, so that a busy machine loses no client (conformance-server has the short
 * ones that the official suites want).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib-unix.h>

#include <socketio.h>

#include "api-broadcast.h"

#define QUESTION_TIMEOUT 20000
#define CLOSE_TIMEOUT    3000

static int port;
static int ping_interval = 25000;
static int ping_timeout = 20000;
static int max_payload = 1000000;
static char **settings;
static char *token;
static char **origins;
static char *origin_pattern;
static char *exposed_headers;
static gboolean preflight_continue;
static gboolean msgpack;

static const GOptionEntry entries[] = {
  { "port", 0, 0, G_OPTION_ARG_INT, &port, "The port to listen on", "N" },
  { "ping-interval", 0, 0, G_OPTION_ARG_INT, &ping_interval, "Milliseconds", "N" },
  { "ping-timeout", 0, 0, G_OPTION_ARG_INT, &ping_timeout, "Milliseconds", "N" },
  { "max-payload", 0, 0, G_OPTION_ARG_INT, &max_payload, "Bytes", "N" },
  { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings, "Set a property of the options",
    "NAME=VALUE" },
  { "token", 0, 0, G_OPTION_ARG_STRING, &token, "Let in only whose query has this token", "TEXT" },
  { "origin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &origins, "Let pages of this origin in", "ORIGIN" },
  { "origin-pattern", 0, 0, G_OPTION_ARG_STRING, &origin_pattern, "Let pages of these in",
    "REGEX" },
  { "exposed-headers", 0, 0, G_OPTION_ARG_STRING, &exposed_headers, "What they may read", "NAMES" },
  { "msgpack", 0, 0, G_OPTION_ARG_NONE, &msgpack, "Speak MessagePack in place of JSON", NULL },
  { "preflight-continue", 0, 0, G_OPTION_ARG_NONE, &preflight_continue, "Do not answer preflights",
    NULL },
  G_OPTION_ENTRY_NULL,
};

/* {{{ Events */

static void
on_message (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer user_data)
{
  socketio_socket_emit (socket, "message-back", arguments);
}

static void
on_message_with_ack (SocketioSocket *socket,
                     const char *name,
                     SocketioArguments *arguments,
                     SocketioAck *ack,
                     gpointer user_data)
{
  if (ack != NULL)
    socketio_ack_send (ack, arguments);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SocketioSocket *socket = SOCKETIO_SOCKET (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioArguments)
    answer = socketio_socket_emit_with_ack_finish (socket, result, &error);

  if (answer != NULL)
    socketio_socket_emit (socket, "answered", answer);
  else
    g_message ("No answer: %s", error->message);
}

/* Asks the client by an event of its own and sends what it answered. */
static void
on_ask_me (SocketioSocket *socket,
           const char *name,
           SocketioArguments *arguments,
           SocketioAck *ack,
           gpointer user_data)
{
  socketio_socket_emit_with_ack_async (socket, "question", arguments, QUESTION_TIMEOUT, NULL,
                                       on_answered, NULL);
}

static void
on_join (SocketioSocket *socket,
         const char *name,
         SocketioArguments *arguments,
         SocketioAck *ack,
         gpointer user_data)
{
  const char *room = socketio_arguments_get_string (arguments, 0);

  if (room == NULL || ack == NULL)
    return;

  socketio_server_socket_join (SOCKETIO_SERVER_SOCKET (socket), room);
  socketio_ack_send (ack, arguments);
}

/* (room, text): to the others in the room. */
static void
on_say (SocketioSocket *socket,
        const char *name,
        SocketioArguments *arguments,
        SocketioAck *ack,
        gpointer user_data)
{
  const char *room = socketio_arguments_get_string (arguments, 0);
  g_autoptr (SocketioTarget) target = NULL;

  if (room == NULL)
    return;

  target = socketio_server_socket_to (SOCKETIO_SERVER_SOCKET (socket), room);
  socketio_target_emit (target, "said", arguments);
}

/* (n): sends n events with the numbers from 0. */
static void
on_flood_me (SocketioSocket *socket,
             const char *name,
             SocketioArguments *arguments,
             SocketioAck *ack,
             gpointer user_data)
{
  gint64 n = 0;

  socketio_arguments_get_int (arguments, 0, &n);
  for (gint64 i = 0; i < n; i++)
    {
      g_autoptr (SocketioArguments) number = socketio_arguments_new ();

      socketio_arguments_add_int (number, i);
      socketio_socket_emit (socket, "flood", number);
    }
}

/* Whether what is asked for may be compressed; it may if the argument is missing. */
static gboolean
may_compress (SocketioArguments *arguments, guint i)
{
  JsonNode *compress = socketio_arguments_get_node (arguments, i);

  return compress == NULL || json_node_get_boolean (compress);
}

/* (text, compress): comes back. */
static void
on_pack (SocketioSocket *socket,
         const char *name,
         SocketioArguments *arguments,
         SocketioAck *ack,
         gpointer user_data)
{
  socketio_socket_emit_full (
    socket, "packed", arguments,
    may_compress (arguments, 1) ? SOCKETIO_SEND_DEFAULT : SOCKETIO_SEND_UNCOMPRESSED, NULL);
}

/* (n, compress): sends n bytes to everybody. */
static void
on_shower (SocketioSocket *socket,
           const char *name,
           SocketioArguments *arguments,
           SocketioAck *ack,
           gpointer server)
{
  g_autoptr (SocketioArguments) drops = socketio_arguments_new ();
  g_autoptr (SocketioTarget) all = socketio_target_new (socketio_server_of (server, "/"));
  g_autoptr (SocketioTarget) target = socketio_target_compress (all, may_compress (arguments, 1));
  g_autoptr (GBytes) bytes = NULL;
  gint64 n = 0;

  socketio_arguments_get_int (arguments, 0, &n);
  bytes = g_bytes_new_take (g_strnfill (n, 'x'), n);
  socketio_arguments_add_bytes (drops, bytes);
  socketio_target_emit (target, "shower", drops);
}

/* (close): out of the namespace, or of the connection as a whole. */
static void
on_kick_me (SocketioSocket *socket,
            const char *name,
            SocketioArguments *arguments,
            SocketioAck *ack,
            gpointer user_data)
{
  JsonNode *close = socketio_arguments_get_node (arguments, 0);

  socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (socket),
                                     close != NULL && json_node_get_boolean (close));
}

static void
on_close_server (SocketioSocket *socket,
                 const char *name,
                 SocketioArguments *arguments,
                 SocketioAck *ack,
                 gpointer user_data)
{
  socketio_server_close (user_data);
}

/* }}} */
/* {{{ Clients */

static void
send_auth (SocketioServerSocket *socket)
{
  JsonNode *auth = socketio_server_socket_get_auth (socket);
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();

  if (auth != NULL)
    socketio_arguments_add_node (arguments, json_node_copy (auth));
  else
    socketio_arguments_add_null (arguments);
  socketio_socket_emit (SOCKETIO_SOCKET (socket), "auth", arguments);
}

static void
on_disconnect (SocketioSocket *socket,
               SocketioDisconnectReason reason,
               const char *description,
               gpointer user_data)
{
  g_message ("%s left %s: %s (%s)", socketio_socket_get_id (socket),
             socketio_socket_get_namespace_name (socket),
             socketio_disconnect_reason_to_string (reason),
             description != NULL ? description : "no more words");
}

static void
reject (SocketioScreening *screening)
{
  SocketioAck *ack = socketio_screening_get_ack (screening);
  g_autoptr (SocketioArguments) answer = socketio_arguments_new_string ("No");
  g_autoptr (GError)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "Not this event");

  if (ack != NULL)
    socketio_ack_send (ack, answer);
  socketio_screening_reject (screening, error);
}

/* Each event is looked at: those of one name are dropped, which another event tells, and those of a
 * second one get another. */
static void
on_screen (SocketioServerSocket *socket, SocketioScreening *screening, gpointer user_data)
{
  const char *name = socketio_screening_get_name (screening);

  if (g_str_equal (name, "forbidden"))
    {
      reject (screening);
      return;
    }

  if (g_str_equal (name, "misspelt"))
    socketio_screening_replace (screening, "message-with-ack",
                                socketio_screening_get_arguments (screening));
  socketio_screening_pass (screening);
}

static void
on_socket_error (SocketioSocket *socket, GError *error, gpointer user_data)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new_string (error->message);

  socketio_socket_emit (socket, "screened", arguments);
}

static void
on_upgrade (SocketioSocket *socket, const char *transport)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new_string (transport);

  socketio_socket_emit (socket, "upgraded", arguments);
}

static void
on_connection (SocketioNamespace *namespace_, SocketioServerSocket *server_socket, gpointer server)
{
  SocketioSocket *socket = SOCKETIO_SOCKET (server_socket);

  socketio_socket_on (socket, "message", on_message, NULL, NULL);
  socketio_socket_on (socket, "message-with-ack", on_message_with_ack, NULL, NULL);
  socketio_socket_on (socket, "ask-me", on_ask_me, NULL, NULL);
  socketio_socket_on (socket, "join", on_join, NULL, NULL);
  socketio_socket_on (socket, "say", on_say, NULL, NULL);
  socketio_socket_on (socket, "flood-me", on_flood_me, NULL, NULL);
  socketio_socket_on (socket, "kick-me", on_kick_me, NULL, NULL);
  socketio_socket_on (socket, "pack", on_pack, NULL, NULL);
  socketio_socket_on (socket, "shower", on_shower, server, NULL);
  socketio_socket_on (socket, "close-server", on_close_server, server, NULL);
  g_signal_connect (socket, "disconnect", G_CALLBACK (on_disconnect), NULL);
  g_signal_connect (socket, "upgrade", G_CALLBACK (on_upgrade), NULL);
  add_broadcast_events (server_socket);
  socketio_server_socket_use (server_socket, on_screen, NULL, NULL);
  g_signal_connect (socket, "error", G_CALLBACK (on_socket_error), NULL);
  if (!g_str_has_prefix (socketio_namespace_get_name (namespace_), "/silent"))
    send_auth (server_socket);
}

static const char *
get_token (SocketioAdmission *admission)
{
  JsonNode *auth = socketio_server_socket_get_auth (socketio_admission_get_socket (admission));

  if (auth == NULL || !JSON_NODE_HOLDS_OBJECT (auth))
    return NULL;
  return json_object_get_string_member_with_default (json_node_get_object (auth), "token", NULL);
}

static void
on_guarded_use (SocketioNamespace *namespace_, SocketioAdmission *admission, gpointer user_data)
{
  g_autoptr (JsonNode) data = json_node_init_string (json_node_alloc (), "no-token");

  socketio_server_socket_join (socketio_admission_get_socket (admission), "guests");
  if (g_strcmp0 (get_token (admission), "open sesame") == 0)
    socketio_admission_allow (admission);
  else
    socketio_admission_refuse (admission, "Not allowed", data);
}

static gboolean
accept_later (gpointer match)
{
  socketio_match_accept (match);
  return G_SOURCE_REMOVE;
}

/* `/later-...`, from the next turn of the loop on. */
static void
on_match (SocketioServer *server, SocketioMatch *match, gpointer user_data)
{
  if (g_str_has_prefix (socketio_match_get_name (match), "/later-"))
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, accept_later, g_object_ref (match), g_object_unref);
}

/* }}} */

static void
add_parents (SocketioServer *server)
{
  g_autoptr (GRegex) pattern = g_regex_new ("^/dyn-\\d+$", 0, 0, NULL);
  SocketioNamespace *numbered = socketio_server_of_pattern (server, pattern);
  SocketioNamespace *later = socketio_server_of_function (server, on_match, NULL, NULL);

  g_signal_connect (numbered, "connection", G_CALLBACK (on_connection), server);
  g_signal_connect (later, "connection", G_CALLBACK (on_connection), server);
  socketio_namespace_use (later, on_guarded_use, NULL, NULL);
}

static void
add_namespace (SocketioServer *server, const char *name)
{
  g_signal_connect (socketio_server_of (server, name), "connection", G_CALLBACK (on_connection),
                    server);
}

typedef struct
{
  SocketioServer *server;
  GMainLoop *loop;
} Program;

/* A client that polls may never come back to take its leave. */
static gboolean
on_close_timeout (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_signal (gpointer user_data)
{
  Program *program = user_data;

  g_timeout_add (CLOSE_TIMEOUT, on_close_timeout, program->loop);
  socketio_server_close (program->server);
  return G_SOURCE_CONTINUE;
}

static void
on_closed (SocketioServer *server, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

/* {{{ Requests */

static gboolean
answer_request (gpointer user_data)
{
  g_autoptr (SocketioRequest) request = user_data;

  if (g_strcmp0 (socketio_request_get_parameter (request, "token"), token) == 0)
    socketio_request_allow (request);
  else
    socketio_request_refuse (request, "A token, please");
  return G_SOURCE_REMOVE;
}

/* As if somebody else had to be asked first. */
static gboolean
on_allow_request (SocketioOptions *options, SocketioRequest *request, gpointer user_data)
{
  g_idle_add (answer_request, g_object_ref (request));
  return TRUE;
}

/* }}} */

static void
set_number (SocketioOptions *options, const char *name, GType type, const char *text)
{
  GValue number = G_VALUE_INIT;
  GValue value = G_VALUE_INIT;

  g_value_init (&number, G_TYPE_INT64);
  g_value_set_int64 (&number, g_ascii_strtoll (text, NULL, 10));
  g_value_init (&value, type);
  if (!g_value_transform (&number, &value))
    g_error ("%s is no number", name);
  g_object_set_property (G_OBJECT (options), name, &value);
}

/* Gives the property @name the value that @text stands for in its type. */
static void
set_option (SocketioOptions *options, const char *name, const char *text)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (options), name);

  if (pspec == NULL)
    g_error ("There is no option %s", name);

  if (pspec->value_type == G_TYPE_STRING)
    g_object_set (options, name, text, NULL);
  else if (pspec->value_type == G_TYPE_BOOLEAN)
    g_object_set (options, name, g_str_equal (text, "true"), NULL);
  else
    set_number (options, name, pspec->value_type, text);
}

static void
apply_settings (SocketioOptions *options)
{
  for (char **setting = settings; setting != NULL && *setting != NULL; setting++)
    {
      g_auto (GStrv) parts = g_strsplit (*setting, "=", 2);

      if (g_strv_length (parts) != 2)
        g_error ("%s is no NAME=VALUE", *setting);
      set_option (options, parts[0], parts[1]);
    }
}

static void
apply_origins (SocketioOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) cors = NULL;

  for (char **origin = origins; origin != NULL && *origin != NULL && error == NULL; origin++)
    socketio_options_add_origin (options, *origin, &error);
  if (origin_pattern != NULL && error == NULL)
    socketio_options_add_origin_pattern (options, origin_pattern, &error);
  if (error != NULL)
    g_error ("%s", error->message);

  g_object_get (options, "cors", &cors, NULL);
  g_object_set (cors, "exposed-headers", exposed_headers, "preflight-continue", preflight_continue,
                NULL);
}

static void
apply_parser (SocketioOptions *options)
{
  g_autoptr (SocketioParser) parser = msgpack ? socketio_msgpack_parser_new () : NULL;

  g_object_set (options, "parser", parser, NULL);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SocketioServer) server = socketio_server_new ();
  g_autoptr (SocketioOptions) options = socketio_options_new ();
  g_autoptr (GError) error = NULL;
  Program program = { server, loop };

  g_log_writer_default_set_use_stderr (TRUE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);

  g_object_set (options, "ping-interval", ping_interval, "ping-timeout", ping_timeout,
                "max-payload", (guint64)max_payload, NULL);
  apply_settings (options);
  apply_origins (options);
  apply_parser (options);
  if (token != NULL)
    g_signal_connect (options, "allow-request", G_CALLBACK (on_allow_request), NULL);
  add_namespace (server, "/");
  add_namespace (server, "/custom");
  add_namespace (server, "/guarded");
  add_namespace (server, "/silent");
  add_parents (server);
  socketio_namespace_use (socketio_server_of (server, "/guarded"), on_guarded_use, NULL, NULL);
  g_signal_connect (server, "closed", G_CALLBACK (on_closed), loop);

  if (!socketio_server_listen (server, NULL, port, options, &error))
    g_error ("%s", error->message);

  g_unix_signal_add (SIGTERM, on_signal, &program);
  g_print ("Listening on http://localhost:%d/\n", socketio_server_get_port (server));
  g_main_loop_run (loop);

  return 0;
}
