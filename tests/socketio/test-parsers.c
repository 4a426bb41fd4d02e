/* test-parsers.c: a server and a client that have another parser than the usual one
 *
 * Each test is done with JSON, with MessagePack and with a parser of the test's own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "raw-peer.h"

/* {{{ A parser of one's own: a mark stands before each text, and what follows is JSON. It is
 * written with the public headers alone. */

#define MARK '!'

struct _MarkDecoder
{
  SocketioDecoder parent_instance;

  SocketioDecoder *inner;
};

G_DECLARE_FINAL_TYPE (MarkDecoder, mark_decoder, MARK, DECODER, SocketioDecoder)
G_DEFINE_FINAL_TYPE (MarkDecoder, mark_decoder, SOCKETIO_TYPE_DECODER)

static gboolean
mark_decoder_add_text (SocketioDecoder *decoder,
                       const char *text,
                       gsize length,
                       SocketioPacket **packet,
                       GError **error)
{
  if (length > 0 && *text == MARK)
    return socketio_decoder_add_text (MARK_DECODER (decoder)->inner, text + 1, length - 1, packet,
                                      error);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "There is no mark");
  return FALSE;
}

static gboolean
mark_decoder_add_binary (SocketioDecoder *decoder,
                         GBytes *bytes,
                         SocketioPacket **packet,
                         GError **error)
{
  return socketio_decoder_add_binary (MARK_DECODER (decoder)->inner, bytes, packet, error);
}

static void
mark_decoder_reset (SocketioDecoder *decoder)
{
  socketio_decoder_reset (MARK_DECODER (decoder)->inner);
}

static void
mark_decoder_finalize (GObject *object)
{
  g_object_unref (MARK_DECODER (object)->inner);

  G_OBJECT_CLASS (mark_decoder_parent_class)->finalize (object);
}

static void
mark_decoder_class_init (MarkDecoderClass *klass)
{
  SocketioDecoderClass *decoder_class = SOCKETIO_DECODER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mark_decoder_finalize;
  decoder_class->add_text = mark_decoder_add_text;
  decoder_class->add_binary = mark_decoder_add_binary;
  decoder_class->reset = mark_decoder_reset;
}

static void
mark_decoder_init (MarkDecoder *self)
{
  self->inner = socketio_parser_create_decoder (socketio_parser_get_default ());
}

struct _MarkParser
{
  SocketioParser parent_instance;
};

G_DECLARE_FINAL_TYPE (MarkParser, mark_parser, MARK, PARSER, SocketioParser)
G_DEFINE_FINAL_TYPE (MarkParser, mark_parser, SOCKETIO_TYPE_PARSER)

static void
mark_parser_encode (SocketioParser *parser, SocketioPacket *packet, SocketioWire *wire)
{
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);
  guint n = arguments != NULL ? socketio_arguments_get_n_attachments (arguments) : 0;
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_c (text, MARK);
  socketio_packet_encode (packet, text);
  socketio_wire_add_text (wire, text->str, text->len);
  for (guint i = 0; i < n; i++)
    socketio_wire_add_binary (wire, socketio_arguments_get_attachment (arguments, i));
}

static SocketioDecoder *
mark_parser_create_decoder (SocketioParser *parser)
{
  return g_object_new (mark_decoder_get_type (), NULL);
}

static void
mark_parser_class_init (MarkParserClass *klass)
{
  SocketioParserClass *parser_class = SOCKETIO_PARSER_CLASS (klass);

  parser_class->encode = mark_parser_encode;
  parser_class->create_decoder = mark_parser_create_decoder;
}

static void
mark_parser_init (MarkParser *self)
{
}

/* }}} */
/* {{{ Both ends */

typedef GType (*ParserType) (void);

static void
on_connection (SocketioNamespace *namespace_, SocketioServerSocket *socket, gpointer user_data)
{
  Pair *pair = user_data;

  g_set_object (&pair->far, SOCKETIO_SOCKET (socket));
  note_server_socket (socket, pair->log);
  socketio_socket_on (SOCKETIO_SOCKET (socket), NULL, note_event, pair->log, NULL);
}

static SocketioServer *
start_server (ParserType parser_type)
{
  g_autoptr (SocketioOptions) options = socketio_options_new ();
  g_autoptr (SocketioParser) parser = g_object_new (parser_type (), NULL);
  g_autoptr (GError) error = NULL;
  SocketioServer *server = socketio_server_new ();

  g_object_set (options, "parser", parser, NULL);
  g_assert_true (socketio_options_get_parser (options) == parser);
  socketio_server_listen (server, "127.0.0.1", 0, options, &error);
  g_assert_no_error (error);
  return server;
}

static SocketioClient *
make_client (SocketioServer *server, ParserType parser_type)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", socketio_server_get_port (server));
  SocketioClient *client = socketio_client_new (url);
  g_autoptr (SocketioParser) parser = g_object_new (parser_type (), NULL);
  g_autoptr (SocketioParser) kept = NULL;

  g_object_set (client, "parser", parser, NULL);
  g_object_get (client, "parser", &kept, NULL);
  g_assert_true (kept == parser);
  return client;
}

static void
set_up (Pair *pair, gconstpointer data)
{
  ParserType parser_type = (ParserType)data;

  pair->log = g_string_new (NULL);
  pair->server = start_server (parser_type);
  g_signal_connect (socketio_server_of (pair->server, "/"), "connection",
                    G_CALLBACK (on_connection), pair);
  pair->client = make_client (pair->server, parser_type);
  pair->near = connect_socket (pair->client, "/");
  test_wait (pair->far != NULL);
}

static SocketioArguments *
make_arguments (void)
{
  SocketioArguments *arguments = socketio_arguments_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("bytes", 5);

  socketio_arguments_add_string (arguments, "가");
  socketio_arguments_add_bytes (arguments, bytes);
  socketio_arguments_add_int (arguments, 7);
  socketio_arguments_add_bytes (arguments, bytes);
  return arguments;
}

/* }}} */

static void
test_events (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioArguments) arguments = make_arguments ();
  g_autoptr (Answer) near = answer_new (pair->near, "up", arguments, 0);
  g_autoptr (Answer) far = NULL;

  answer_expect (near, "\"가\",<bytes>,7,<bytes>");
  assert_log (pair->log, "up(\"가\",<bytes>,7,<bytes>)");

  socketio_socket_on (pair->near, NULL, note_event, pair->log, NULL);
  socketio_socket_emit (pair->far, "down", NULL);
  far = answer_new (pair->far, "ask", arguments, 0);
  answer_expect (far, "\"가\",<bytes>,7,<bytes>");
  assert_log (pair->log, "down() ask(\"가\",<bytes>,7,<bytes>)");
}

static void
test_broadcast (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioArguments) arguments = make_arguments ();
  g_autoptr (SocketioTarget) room = socketio_server_to (pair->server, "room");

  socketio_socket_on (pair->near, NULL, note_event, pair->log, NULL);
  socketio_server_socket_join (SOCKETIO_SERVER_SOCKET (pair->far), "room");
  socketio_target_emit (room, "news", arguments);
  test_wait (pair->log->len > 0);
  assert_log (pair->log, "news(\"가\",<bytes>,7,<bytes>)");
}

/* What waits is encoded already. */
static void
test_outbox (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioArguments) arguments = make_arguments ();

  socketio_client_socket_disconnect (SOCKETIO_CLIENT_SOCKET (pair->near));
  test_wait (pair->log->len > 0);
  assert_log (pair->log, "far:client namespace disconnect");
  socketio_socket_emit (pair->near, "waited", arguments);
  socketio_client_socket_connect (SOCKETIO_CLIENT_SOCKET (pair->near));
  test_wait (pair->log->len > 0);
  assert_log (pair->log, "waited(\"가\",<bytes>,7,<bytes>)");
}

static void
test_refusal (Pair *pair, gconstpointer data)
{
  g_autoptr (SocketioClientSocket) nowhere = socketio_client_socket (pair->client, "/nowhere");

  note_client_socket (nowhere, pair->log);
  socketio_client_socket_connect (nowhere);
  test_wait (pair->log->len > 0);
  assert_log (pair->log, "refused:Invalid namespace:");
}

static void
on_close (SocketioClient *client,
          SocketioDisconnectReason reason,
          const char *text,
          gpointer closed)
{
  *(gboolean *)closed = TRUE;
}

/* Whoever has another parser is not let in, and nobody waits. */
static void
test_mismatch (Pair *pair, gconstpointer data)
{
  static const ParserType types[] = { socketio_json_parser_get_type,
                                      socketio_msgpack_parser_get_type, mark_parser_get_type };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (SocketioClient) stranger = NULL;
      g_autoptr (SocketioClientSocket) socket = NULL;
      gboolean closed = FALSE;

      if ((gconstpointer)types[i] == data)
        continue;

      stranger = make_client (pair->server, types[i]);
      g_object_set (stranger, "reconnection", FALSE, NULL);
      g_signal_connect (stranger, "close", G_CALLBACK (on_close), &closed);
      socket = socketio_client_socket (stranger, "/");
      socketio_client_socket_connect (socket);
      test_wait (closed);
      g_assert_false (socketio_socket_is_connected (SOCKETIO_SOCKET (socket)));
    }
  test_events (pair, data);
}

/* {{{ What a decoder complains of */

static void
on_described (SocketioSocket *socket,
              SocketioDisconnectReason reason,
              const char *description,
              GString *log)
{
  note (log, "%s: %s", socketio_disconnect_reason_to_string (reason), description);
}

/* Who listens is told why the other end was put out. */
static void
test_complaint (RawFixture *fixture, gconstpointer data)
{
  g_autoptr (SocketioParser) parser = g_object_new (mark_parser_get_type (), NULL);
  g_autoptr (RawWebsocket) peer = NULL;

  g_object_set (fixture->options, "parser", parser, NULL);
  raw_listen (fixture);
  peer = raw_peer_new (fixture);
  raw_websocket_send (peer, "4!0");
  test_wait (fixture->far != NULL);
  g_signal_connect (fixture->far, "disconnect", G_CALLBACK (on_described), fixture->log);
  raw_websocket_send (peer, "42[\"x\"]");
  test_wait (strstr (fixture->log->str, "no mark") != NULL);
  g_assert_nonnull (strstr (fixture->log->str, "forced close: There is no mark"));
}

/* }}} */

static void
add_tests (const char *name, ParserType parser_type)
{
  static const struct
  {
    const char *name;
    void (*func) (Pair *pair, gconstpointer data);
  } tests[] = {
    { "events", test_events },   { "broadcast", test_broadcast }, { "outbox", test_outbox },
    { "refusal", test_refusal }, { "mismatch", test_mismatch },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/parsers/%s/%s", name, tests[i].name);

      g_test_add (path, Pair, (gconstpointer)parser_type, set_up, tests[i].func, pair_tear_down);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_tests ("json", socketio_json_parser_get_type);
  add_tests ("msgpack", socketio_msgpack_parser_get_type);
  add_tests ("own", mark_parser_get_type);
  raw_test_add ("/parsers/complaint", NULL, test_complaint);

  return g_test_run ();
}
