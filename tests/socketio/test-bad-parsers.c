/* test-bad-parsers.c: parsers of a program's own that do what they should not
 *
 * Each does one thing wrong, as a parser does that has a bug or whose language threw an exception.
 * The connection may end, but nothing else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socketio-fixture.h"

/* {{{ The parser: JSON, but for what the test has it do */

typedef struct
{
  SocketioServer *server;
  SocketioClient *client;
  SocketioSocket *near;
  SocketioSocket *far;
  GString *log;

  gboolean no_decoder;
  gboolean fails;
  void (*decoding) (void);
  void (*encoding) (void);
  guint n_messages; /* that an event is encoded to */
} World;

static World world;

#define BAD_TYPE_DECODER (bad_decoder_get_type ())
G_DECLARE_FINAL_TYPE (BadDecoder, bad_decoder, BAD, DECODER, SocketioDecoder)

struct _BadDecoder
{
  SocketioDecoder parent_instance;

  SocketioDecoder *inner;
};

G_DEFINE_FINAL_TYPE (BadDecoder, bad_decoder, SOCKETIO_TYPE_DECODER)

static gboolean
bad_decoder_add_text (SocketioDecoder *decoder,
                      const char *text,
                      gsize length,
                      SocketioPacket **packet,
                      GError **error)
{
  if (world.decoding != NULL)
    world.decoding ();
  return !world.fails &&
         socketio_decoder_add_text (BAD_DECODER (decoder)->inner, text, length, packet, error);
}

static void
bad_decoder_finalize (GObject *object)
{
  g_object_unref (BAD_DECODER (object)->inner);

  G_OBJECT_CLASS (bad_decoder_parent_class)->finalize (object);
}

static void
bad_decoder_class_init (BadDecoderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bad_decoder_finalize;
  SOCKETIO_DECODER_CLASS (klass)->add_text = bad_decoder_add_text;
}

static void
bad_decoder_init (BadDecoder *self)
{
  self->inner = socketio_parser_create_decoder (socketio_parser_get_default ());
}

#define BAD_TYPE_PARSER (bad_parser_get_type ())
G_DECLARE_FINAL_TYPE (BadParser, bad_parser, BAD, PARSER, SocketioParser)

struct _BadParser
{
  SocketioParser parent_instance;
};

G_DEFINE_FINAL_TYPE (BadParser, bad_parser, SOCKETIO_TYPE_PARSER)

static void
bad_parser_encode (SocketioParser *parser, SocketioPacket *packet, SocketioWire *wire)
{
  gboolean is_event = socketio_packet_get_packet_type (packet) == SOCKETIO_PACKET_EVENT;
  g_autoptr (GString) text = g_string_new (NULL);

  if (is_event && world.encoding != NULL)
    world.encoding ();
  socketio_packet_encode (packet, text);
  for (guint i = 0; i < (is_event ? world.n_messages : 1); i++)
    socketio_wire_add_text (wire, text->str, text->len);
}

static SocketioDecoder *
bad_parser_create_decoder (SocketioParser *parser)
{
  return world.no_decoder ? NULL : g_object_new (BAD_TYPE_DECODER, NULL);
}

static void
bad_parser_class_init (BadParserClass *klass)
{
  SOCKETIO_PARSER_CLASS (klass)->encode = bad_parser_encode;
  SOCKETIO_PARSER_CLASS (klass)->create_decoder = bad_parser_create_decoder;
}

static void
bad_parser_init (BadParser *self)
{
}

/* }}} */
/* {{{ A server that has it, and a client within the process */

static void
on_connection (SocketioNamespace *namespace_, SocketioServerSocket *socket, gpointer user_data)
{
  g_set_object (&world.far, SOCKETIO_SOCKET (socket));
  note_server_socket (socket, world.log);
  socketio_socket_on (world.far, NULL, note_event, world.log, NULL);
}

static void
set_up (gpointer fixture, gconstpointer data)
{
  g_autoptr (SocketioOptions) options = socketio_options_new ();
  g_autoptr (SocketioParser) parser = g_object_new (BAD_TYPE_PARSER, NULL);
  g_autoptr (GError) error = NULL;

  world = (World){ .log = g_string_new (NULL), .n_messages = 1 };
  world.server = socketio_server_new ();
  g_object_set (options, "parser", parser, NULL);
  socketio_server_listen (world.server, "127.0.0.1", 0, options, &error);
  g_assert_no_error (error);
  g_signal_connect (socketio_server_of (world.server, "/"), "connection",
                    G_CALLBACK (on_connection), NULL);
  world.client = client_new_loopback (world.server);
  g_object_set (world.client, "parser", parser, "reconnection", FALSE, NULL);
}

static void
join (void)
{
  world.near = connect_socket (world.client, "/");
  socketio_socket_on (world.near, NULL, note_event, world.log, NULL);
  test_wait (world.far != NULL);
}

static void
tear_down (gpointer fixture, gconstpointer data)
{
  world.decoding = world.encoding = NULL;
  g_clear_object (&world.far);
  g_clear_object (&world.near);
  if (world.client != NULL)
    drop_client (&world.client);
  if (world.server != NULL)
    close_server (&world.server);
  g_string_free (world.log, TRUE);
}

/* }}} */
/* {{{ What it may do from within */

static void
disconnect (void)
{
  if (world.far != NULL)
    socketio_server_socket_disconnect (SOCKETIO_SERVER_SOCKET (world.far), TRUE);
}

static void
close_it (void)
{
  if (world.server != NULL)
    socketio_server_close (world.server);
}

static void
drop_it (void)
{
  g_clear_object (&world.far);
  g_clear_object (&world.server);
}

static void
leave (void)
{
  if (world.client != NULL)
    socketio_client_disconnect (world.client);
}

static void
drop_client_too (void)
{
  leave ();
  g_clear_object (&world.near);
  g_clear_object (&world.client);
}

static void
emit (void)
{
  static gboolean emitting;

  if (emitting || world.far == NULL)
    return;
  emitting = TRUE;
  socketio_socket_emit (world.far, "more", NULL);
  socketio_server_emit (world.server, "all", NULL);
  emitting = FALSE;
}

typedef void (*Action) (void);

static const Action actions[] = { disconnect, close_it, drop_it, leave, drop_client_too, emit };

/* }}} */

static void
test_no_decoder (gpointer fixture, gconstpointer data)
{
  g_autoptr (SocketioClientSocket) socket = socketio_client_socket (world.client, "/");

  world.no_decoder = TRUE;
  note_client (world.client, world.log);
  socketio_client_socket_connect (socket);
  test_settle ();
  g_assert_nonnull (strstr (world.log->str, "close:"));
}

/* Without a word why, as after an exception. */
static void
test_fails (gpointer fixture, gconstpointer data)
{
  join ();
  world.fails = TRUE;
  socketio_socket_emit (world.near, "x", NULL);
  test_settle ();
  g_assert_nonnull (strstr (world.log->str, "far:forced close"));
}

static void
decode (Action action, gboolean fails)
{
  join ();
  world.decoding = action;
  world.fails = fails;
  socketio_socket_emit (world.near, "x", NULL);
  socketio_server_emit (world.server, "y", NULL);
  test_settle ();
}

static void
test_decoding (gpointer fixture, gconstpointer data)
{
  decode (*(const Action *)data, FALSE);
}

static void
test_decoding_fails (gpointer fixture, gconstpointer data)
{
  decode (*(const Action *)data, TRUE);
}

static void
test_encoding (gpointer fixture, gconstpointer data)
{
  g_autoptr (SocketioSocket) near = NULL;

  join ();
  near = g_object_ref (world.near);
  world.encoding = *(const Action *)data;
  socketio_socket_emit (near, "x", NULL);
  if (world.far != NULL)
    socketio_socket_emit (world.far, "y", NULL);
  if (world.server != NULL)
    socketio_server_emit (world.server, "z", NULL);
  test_settle ();
}

/* Nothing is sent, and what comes after it is. */
static void
test_no_message (gpointer fixture, gconstpointer data)
{
  g_autoptr (SocketioTarget) loose = NULL;
  g_autoptr (SocketioTarget) all = NULL;

  join ();
  all = socketio_server_everybody (world.server);
  loose = socketio_target_make_volatile (all);
  world.n_messages = 0;
  socketio_socket_emit (world.far, "x", NULL);
  socketio_target_emit (loose, "x", NULL);
  world.n_messages = 1;
  socketio_socket_emit (world.far, "y", NULL);
  test_settle ();
  assert_log (world.log, "y()");
}

static void
note_n (SocketioSocket *socket,
        const char *name,
        SocketioArguments *arguments,
        SocketioAck *ack,
        gpointer n)
{
  ++*(guint *)n;
}

static void
test_many_messages (gpointer fixture, gconstpointer data)
{
  guint n = 0;

  join ();
  socketio_socket_on (world.near, "x", note_n, &n, NULL);
  world.n_messages = 1000;
  socketio_server_emit (world.server, "x", NULL);
  test_settle ();
  g_assert_cmpuint (n, ==, 1000);
  socketio_socket_off (world.near, "x");
}

static void
add (const char *name, gconstpointer data, void (*func) (gpointer fixture, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/socketio/bad-parsers/", name, NULL);

  g_test_add_vtable (path, 0, data, set_up, func, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("no-decoder", NULL, test_no_decoder);
  add ("fails", NULL, test_fails);
  add ("no-message", NULL, test_no_message);
  add ("many-messages", NULL, test_many_messages);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      static const char *const names[] = { "disconnect", "close",       "drop",
                                           "leave",      "drop-client", "emit" };
      g_autofree char *decoding = g_strconcat ("decoding/", names[i], NULL);
      g_autofree char *failing = g_strconcat ("decoding-fails/", names[i], NULL);
      g_autofree char *encoding = g_strconcat ("encoding/", names[i], NULL);

      add (decoding, &actions[i], test_decoding);
      add (failing, &actions[i], test_decoding_fails);
      add (encoding, &actions[i], test_encoding);
    }

  return g_test_run ();
}
