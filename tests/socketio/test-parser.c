/* test-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Packets on the wire, in both directions. */

#include "config.h"

#include "socketio-json.h"
#include "socketio-json-decoder.h"
#include "socketio-json-parser.h"

#include <string.h>

#define PLACEHOLDER(num) "{\"_placeholder\":true,\"num\":" #num "}"

static char *
encode (SocketioPacket *packet)
{
  GString *text = g_string_new (NULL);

  socketio_packet_encode (packet, text);
  return g_string_free (text, FALSE);
}

static void
assert_encoded (SocketioPacket *packet, const char *expected)
{
  g_autoptr (SocketioPacket) owned = packet;
  g_autofree char *text = encode (owned);

  g_assert_cmpstr (text, ==, expected);
}

static JsonNode *
json (const char *text)
{
  return socketio_json_parse (text, -1, NULL);
}

static SocketioArguments *
arguments_of (const char *text)
{
  g_autoptr (JsonNode) node = json (text);

  return socketio_arguments_new_for_array (json_node_get_array (node), 0, NULL);
}

static SocketioDecoder *
new_decoder (void)
{
  return socketio_parser_create_decoder (socketio_parser_get_default ());
}

/* One of a parser with a property of this value. */
static SocketioDecoder *
new_decoder_with (const char *name, guint value)
{
  g_autoptr (SocketioParser) parser = NULL;
  g_auto (GValue) wanted = G_VALUE_INIT;

  g_value_init (&wanted, G_TYPE_UINT);
  g_value_set_uint (&wanted, value);
  parser = SOCKETIO_PARSER (
    g_object_new_with_properties (SOCKETIO_TYPE_JSON_PARSER, 1, &name, &wanted));
  return socketio_parser_create_decoder (parser);
}

static void
test_encode_connect (void)
{
  assert_encoded (socketio_packet_new_connect (NULL, NULL), "0");
  assert_encoded (socketio_packet_new_connect ("/", json ("{\"sid\":\"x\"}")), "0{\"sid\":\"x\"}");
  assert_encoded (socketio_packet_new_connect ("/admin", json ("{\"t\":1}")), "0/admin,{\"t\":1}");
  assert_encoded (socketio_packet_new_connect ("/a", NULL), "0/a,");
  assert_encoded (socketio_packet_new_connect_error ("/nope", json ("{\"message\":\"Invalid\"}")),
                  "4/nope,{\"message\":\"Invalid\"}");
  assert_encoded (socketio_packet_new_connect_error (NULL, json ("\"no\"")), "4\"no\"");
  assert_encoded (socketio_packet_new_disconnect (NULL), "1");
  assert_encoded (socketio_packet_new_disconnect ("/admin"), "1/admin,");
}

static void
test_encode_event (void)
{
  g_autoptr (SocketioArguments) mixed = arguments_of ("[1,null,{\"a\":[]},\"é\\n\"]");

  assert_encoded (socketio_packet_new_event (NULL, "foo", NULL, SOCKETIO_PACKET_NO_ID),
                  "2[\"foo\"]");
  assert_encoded (socketio_packet_new_event ("/", "a\"b", mixed, SOCKETIO_PACKET_NO_ID),
                  "2[\"a\\\"b\",1,null,{\"a\":[]},\"é\\n\"]");
  assert_encoded (socketio_packet_new_event ("/", "foo", NULL, 0), "20[\"foo\"]");
  assert_encoded (socketio_packet_new_event ("/admin", "foo", mixed, 12),
                  "2/admin,12[\"foo\",1,null,{\"a\":[]},\"é\\n\"]");
  assert_encoded (socketio_packet_new_event ("/", "foo", NULL, SOCKETIO_PACKET_MAX_ID),
                  "29007199254740991[\"foo\"]");
}

static void
test_encode_ack (void)
{
  g_autoptr (SocketioArguments) two = arguments_of ("[\"bar\",2]");

  assert_encoded (socketio_packet_new_ack (NULL, 0, NULL), "30[]");
  assert_encoded (socketio_packet_new_ack ("/admin", 13, two), "3/admin,13[\"bar\",2]");
}

static void
test_encode_binary (void)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\1\2", 2);

  socketio_arguments_add_bytes (arguments, bytes);
  assert_encoded (socketio_packet_new_event ("/", "baz", arguments, SOCKETIO_PACKET_NO_ID),
                  "51-[\"baz\"," PLACEHOLDER (0) "]");
  assert_encoded (socketio_packet_new_event ("/a", "x", arguments, 7),
                  "51-/a,7[\"x\"," PLACEHOLDER (0) "]");
  assert_encoded (socketio_packet_new_ack ("/", 15, arguments), "61-15[" PLACEHOLDER (0) "]");
}

/* A text, and what it comes back as: the same unless said otherwise. */
typedef struct
{
  const char *text;
  SocketioPacketType type;
  const char *namespace_;
  gint64 id;
  const char *name;
  const char *again;
} Good;

#define NO_ID SOCKETIO_PACKET_NO_ID

static const Good good[] = {
  { "0", SOCKETIO_PACKET_CONNECT, "/", NO_ID, NULL, NULL },
  { "0{\"sid\":\"oSO0OpakMV_3jnilAAAA\"}", SOCKETIO_PACKET_CONNECT, "/", NO_ID, NULL, NULL },
  { "0/admin,{\"a\":1}", SOCKETIO_PACKET_CONNECT, "/admin", NO_ID, NULL, NULL },
  { "0/admin,", SOCKETIO_PACKET_CONNECT, "/admin", NO_ID, NULL, NULL },
  { "0/admin", SOCKETIO_PACKET_CONNECT, "/admin", NO_ID, NULL, "0/admin," },
  { "0/,{}", SOCKETIO_PACKET_CONNECT, "/", NO_ID, NULL, "0{}" },
  { "0/안녕/b-1,", SOCKETIO_PACKET_CONNECT, "/안녕/b-1", NO_ID, NULL, NULL },
  { "0/chat?token=a%2Cb&c=/,{}", SOCKETIO_PACKET_CONNECT, "/chat", NO_ID, NULL, "0/chat,{}" },
  { "0/chat?token=ab", SOCKETIO_PACKET_CONNECT, "/chat", NO_ID, NULL, "0/chat," },
  { "0/?token=ab,", SOCKETIO_PACKET_CONNECT, "/", NO_ID, NULL, "0" },
  { "0 {}", SOCKETIO_PACKET_CONNECT, "/", NO_ID, NULL, "0{}" },

  { "1", SOCKETIO_PACKET_DISCONNECT, "/", NO_ID, NULL, NULL },
  { "1/admin,", SOCKETIO_PACKET_DISCONNECT, "/admin", NO_ID, NULL, NULL },
  { "1/admin", SOCKETIO_PACKET_DISCONNECT, "/admin", NO_ID, NULL, "1/admin," },

  { "2[\"foo\"]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "foo", NULL },
  { "212[\"foo\"]", SOCKETIO_PACKET_EVENT, "/", 12, "foo", NULL },
  { "20[\"foo\"]", SOCKETIO_PACKET_EVENT, "/", 0, "foo", NULL },
  { "2/admin,[\"bar\"]", SOCKETIO_PACKET_EVENT, "/admin", NO_ID, "bar", NULL },
  { "2/admin,13[\"bar\",1,[2],{\"a\":null}]", SOCKETIO_PACKET_EVENT, "/admin", 13, "bar", NULL },
  { "29007199254740991[\"x\"]", SOCKETIO_PACKET_EVENT, "/", 9007199254740991, "x", NULL },
  { "2007[\"x\"]", SOCKETIO_PACKET_EVENT, "/", 7, "x", "27[\"x\"]" },
  { "2[\"\"]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "", NULL },
  { "2[\"Connect\"]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "Connect", NULL },
  { "2[\"connecting\"]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "connecting", NULL },
  { "2[1,\"a\",{}]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "1", "2[\"1\",\"a\",{}]" },
  { "2[-1.50]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "-1.5", "2[\"-1.5\"]" },
  { "2[1e21]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "1e+21", "2[\"1e+21\"]" },
  { "2[ \"a\" , 1 ]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "a", "2[\"a\",1]" },
  { "2[\"a\",\"\\ud800\"]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "a", "2[\"a\",\"\xef\xbf\xbd\"]" },
  { "2[\"a\",\"\\u0000\"]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "a", "2[\"a\",\"\xef\xbf\xbd\"]" },
  { "2[\"a\",123456789012345678901234567890]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "a",
    "2[\"a\",1.2345678901234568e+29]" },

  /* Without attachments a placeholder is an object like any other. */
  { "2[\"a\"," PLACEHOLDER (0) "]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "a", NULL },
  { "2[\"a\"," PLACEHOLDER ("x") "]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "a", NULL },
  { "50-[\"a\"," PLACEHOLDER (9) "]", SOCKETIO_PACKET_EVENT, "/", NO_ID, "a",
    "2[\"a\"," PLACEHOLDER (9) "]" },
  { "60-1[]", SOCKETIO_PACKET_ACK, "/", 1, NULL, "31[]" },

  { "30[]", SOCKETIO_PACKET_ACK, "/", 0, NULL, NULL },
  { "3/admin,13[\"bar\"]", SOCKETIO_PACKET_ACK, "/admin", 13, NULL, NULL },
  { "31[\"connect\"]", SOCKETIO_PACKET_ACK, "/", 1, NULL, NULL },
  { "31[null]", SOCKETIO_PACKET_ACK, "/", 1, NULL, NULL },

  { "4{\"message\":\"Not authorized\"}", SOCKETIO_PACKET_CONNECT_ERROR, "/", NO_ID, NULL, NULL },
  { "4/nope,{\"message\":\"Invalid namespace\"}", SOCKETIO_PACKET_CONNECT_ERROR, "/nope", NO_ID,
    NULL, NULL },
  { "4\"no\"", SOCKETIO_PACKET_CONNECT_ERROR, "/", NO_ID, NULL, NULL },
};

static void
test_good (gconstpointer user_data)
{
  const Good *row = user_data;
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  g_autoptr (SocketioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = strlen (row->text);
  g_autofree char *exact = g_memdup2 (row->text, length);
  gboolean is_event = row->type == SOCKETIO_PACKET_EVENT;
  gboolean has_arguments = is_event || row->type == SOCKETIO_PACKET_ACK;
  g_autofree char *again = NULL;

  socketio_decoder_add_text (decoder, exact, length, &packet, &error);
  g_assert_no_error (error);
  g_assert_nonnull (packet);
  g_assert_false (socketio_json_decoder_is_pending (decoder));

  g_assert_cmpint (socketio_packet_get_packet_type (packet), ==, row->type);
  g_assert_cmpstr (socketio_packet_get_namespace (packet), ==, row->namespace_);
  g_assert_cmpint (socketio_packet_get_id (packet), ==, row->id);
  g_assert_cmpstr (socketio_packet_get_name (packet), ==, row->name);
  g_assert_true ((socketio_packet_get_arguments (packet) != NULL) == has_arguments);

  again = encode (packet);
  g_assert_cmpstr (again, ==, row->again != NULL ? row->again : row->text);
}

/* A text, and the code of its error; ANY_JSON where the payload is not JSON. */
typedef struct
{
  const char *text;
  int code;
} Bad;

#define ANY_JSON (-1)

static const Bad bad[] = {
  { "", SOCKETIO_PARSER_ERROR_TYPE },
  { "7", SOCKETIO_PARSER_ERROR_TYPE },
  { "999", SOCKETIO_PARSER_ERROR_TYPE },
  { "x", SOCKETIO_PARSER_ERROR_TYPE },
  { "/", SOCKETIO_PARSER_ERROR_TYPE },
  { " 2[\"a\"]", SOCKETIO_PARSER_ERROR_TYPE },
  { "abc[\"a\"]", SOCKETIO_PARSER_ERROR_TYPE },

  { "0\"invalid\"", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "0/admin,\"invalid\"", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "0[]", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "0null", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "0true", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "012", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "012{}", ANY_JSON },
  { "0{", ANY_JSON },
  { "0admin,{}", ANY_JSON },

  { "1{}", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "1/admin,{}", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "1null", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "1[]", SOCKETIO_PARSER_ERROR_PAYLOAD },

  { "2", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "27", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2/admin,", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2/admin", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2/admin[\"a\"]", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2{}", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2/admin,{}", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2\"a\"", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2null", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2[]", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2[true,\"foo\"]", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2[null,\"bar\"]", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2[[\"a\"]]", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2[{\"toString\":\"foo\"}]", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "51-[" PLACEHOLDER (0) "]", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "2admin,[\"a\"]", ANY_JSON },
  { "2-1[\"a\"]", ANY_JSON },
  { "2/admin,\"invalid", ANY_JSON },
  { "2[\"some\",\"data\"", ANY_JSON },
  { "2[\"a\"]x", ANY_JSON },
  { "2[\"a\",1e400]", ANY_JSON },
  { "2[\"a\",\"\xff\"]", ANY_JSON },
  { "2['a']", ANY_JSON },

  { "2[\"connect\"]", SOCKETIO_PARSER_ERROR_RESERVED },
  { "2[\"connect_error\"]", SOCKETIO_PARSER_ERROR_RESERVED },
  { "2[\"disconnect\",\"123\"]", SOCKETIO_PARSER_ERROR_RESERVED },
  { "2[\"disconnecting\"]", SOCKETIO_PARSER_ERROR_RESERVED },
  { "2[\"newListener\"]", SOCKETIO_PARSER_ERROR_RESERVED },
  { "2[\"removeListener\"]", SOCKETIO_PARSER_ERROR_RESERVED },
  { "2[\"\\u0063onnect\"]", SOCKETIO_PARSER_ERROR_RESERVED },
  { "51-[\"connect\"," PLACEHOLDER (0) "]", SOCKETIO_PARSER_ERROR_RESERVED },

  { "3[]", SOCKETIO_PARSER_ERROR_ID },
  { "3/admin,[]", SOCKETIO_PARSER_ERROR_ID },
  { "31", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "31{}", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "31\"x\"", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "3-1[]", SOCKETIO_PARSER_ERROR_ID },
  { "29007199254740992[\"a\"]", SOCKETIO_PARSER_ERROR_ID },
  { "39007199254740992[]", SOCKETIO_PARSER_ERROR_ID },
  { "299999999999999999999999999999[\"a\"]", SOCKETIO_PARSER_ERROR_ID },
  { "218446744073709551617[\"a\"]", SOCKETIO_PARSER_ERROR_ID },
  { "200000000000000001[\"a\"]", SOCKETIO_PARSER_ERROR_ID },
  { "21.5[\"a\"]", ANY_JSON },
  { "21e3[\"a\"]", ANY_JSON },

  { "4", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "4[]", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "4null", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "41", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "442[\"some\",\"data\"", ANY_JSON },

  { "5", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "51", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "5-[\"a\"]", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "5[\"a\"]", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "51[\"a\"]", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "5a-[\"a\"]", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "5-1-[\"a\"]", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "51.23-[\"a\"]", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "51e1-[\"a\"]", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "511-[\"a\"]", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "54294967297-[\"a\"]", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "518446744073709551617-[\"a\"]", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "6", SOCKETIO_PARSER_ERROR_ATTACHMENTS },
  { "61-[]", SOCKETIO_PARSER_ERROR_ID },
  { "51-", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "51-{}", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "51-[]", SOCKETIO_PARSER_ERROR_PAYLOAD },

  { "51-[\"a\"," PLACEHOLDER (1) "]", SOCKETIO_PARSER_ERROR_PLACEHOLDER },
  { "51-[\"a\"," PLACEHOLDER (-1) "]", SOCKETIO_PARSER_ERROR_PLACEHOLDER },
  { "51-[\"a\"," PLACEHOLDER (0.5) "]", SOCKETIO_PARSER_ERROR_PLACEHOLDER },
  { "51-[\"a\"," PLACEHOLDER ("splice") "]", SOCKETIO_PARSER_ERROR_PLACEHOLDER },
  { "51-[\"a\"," PLACEHOLDER (null) "]", SOCKETIO_PARSER_ERROR_PLACEHOLDER },
  { "51-[\"a\",{\"_placeholder\":true}]", SOCKETIO_PARSER_ERROR_PLACEHOLDER },
  { "51-[\"a\",[{\"b\":[" PLACEHOLDER (1) "]}]]", SOCKETIO_PARSER_ERROR_PLACEHOLDER },
  { "61-1[" PLACEHOLDER (1) "]", SOCKETIO_PARSER_ERROR_PLACEHOLDER },

  { "0/\xff,", SOCKETIO_PARSER_ERROR_NAMESPACE },
  { "0/\xed\xa0\x80,", SOCKETIO_PARSER_ERROR_NAMESPACE },
};

static void
assert_bad (SocketioDecoder *decoder, const char *text, gsize length, int code)
{
  SocketioPacket *packet = GUINT_TO_POINTER (1);
  g_autoptr (GError) error = NULL;

  g_assert_false (socketio_decoder_add_text (decoder, text, length, &packet, &error));
  g_assert_null (packet);
  if (code == ANY_JSON)
    g_assert_true (error->domain == SOCKETIO_JSON_ERROR);
  else
    g_assert_error (error, SOCKETIO_PARSER_ERROR, code);
  g_assert_false (socketio_json_decoder_is_pending (decoder));
}

/* After each refusal the parser still works. */
static void
test_bad (gconstpointer user_data)
{
  const Bad *row = user_data;
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  g_autoptr (SocketioPacket) packet = NULL;
  gsize length = strlen (row->text);
  g_autofree char *exact = g_memdup2 (row->text, length);

  assert_bad (decoder, exact, length, row->code);
  g_assert_true (socketio_decoder_add_text (decoder, "2[\"hello\"]", 10, &packet, NULL));
  g_assert_cmpstr (socketio_packet_get_name (packet), ==, "hello");
}

static void
test_nul_in_text (void)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder ();

  assert_bad (decoder, NULL, 0, SOCKETIO_PARSER_ERROR_TYPE);
  assert_bad (decoder, "0/a\0b,", 6, SOCKETIO_PARSER_ERROR_NAMESPACE);
  assert_bad (decoder, "2[\"a\"]\0", 7, ANY_JSON);
  assert_bad (decoder, "2[\"a\0b\"]", 8, ANY_JSON);
}

static void
test_namespace_length (void)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  g_autoptr (SocketioPacket) packet = NULL;
  g_autofree char *name = g_strnfill (SOCKETIO_PARSER_MAX_NAMESPACE - 1, 'a');
  g_autofree char *longest = g_strconcat ("0/", name, "?query=", name, name, ",", NULL);
  g_autofree char *longer = g_strconcat ("0/", name, "a,", NULL);

  g_assert_true (socketio_decoder_add_text (decoder, longest, strlen (longest), &packet, NULL));
  g_assert_cmpstr (socketio_packet_get_namespace (packet) + 1, ==, name);
  assert_bad (decoder, longer, strlen (longer), SOCKETIO_PARSER_ERROR_NAMESPACE);
}

static void
test_deep_payload (void)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  g_autofree char *brackets = g_strnfill (100 * 1000, '[');
  g_autofree char *text = g_strconcat ("2[\"a\",", brackets, NULL);
  g_autofree char *binary = g_strconcat ("51-[\"a\",", brackets, NULL);

  assert_bad (decoder, text, strlen (text), ANY_JSON);
  assert_bad (decoder, binary, strlen (binary), ANY_JSON);
}

static gboolean
add_text (SocketioDecoder *decoder, const char *text, SocketioPacket **packet)
{
  return socketio_decoder_add_text (decoder, text, strlen (text), packet, NULL);
}

static gboolean
add_bytes (SocketioDecoder *decoder, const char *text, SocketioPacket **packet, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return socketio_decoder_add_binary (decoder, bytes, packet, error);
}

static void
assert_bytes (GBytes *bytes, const char *expected)
{
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

static void
test_attachments (void)
{
  const char text[] = "52-/cool,23[\"a\"," PLACEHOLDER (1) ",{\"b\":[\"c\"," PLACEHOLDER (
    0) "]},3]";
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  g_autoptr (SocketioPacket) packet = NULL;
  g_autofree char *again = NULL;
  SocketioArguments *arguments;
  JsonArray *inner;

  g_assert_true (add_text (decoder, text, &packet));
  g_assert_null (packet);
  g_assert_true (socketio_json_decoder_is_pending (decoder));
  g_assert_true (add_bytes (decoder, "zero", &packet, NULL));
  g_assert_null (packet);
  g_assert_true (add_bytes (decoder, "one", &packet, NULL));
  g_assert_nonnull (packet);
  g_assert_false (socketio_json_decoder_is_pending (decoder));

  g_assert_cmpint (socketio_packet_get_packet_type (packet), ==, SOCKETIO_PACKET_EVENT);
  g_assert_cmpstr (socketio_packet_get_namespace (packet), ==, "/cool");
  g_assert_cmpstr (socketio_packet_get_name (packet), ==, "a");
  g_assert_cmpint (socketio_packet_get_id (packet), ==, 23);

  arguments = socketio_packet_get_arguments (packet);
  g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, 3);
  g_assert_cmpuint (socketio_arguments_get_n_attachments (arguments), ==, 2);
  assert_bytes (socketio_arguments_get_bytes (arguments, 0), "one");
  g_assert_null (socketio_arguments_get_bytes (arguments, 1));
  g_assert_true (socketio_arguments_get_int (arguments, 2, NULL));
  inner = json_object_get_array_member (socketio_arguments_get_object (arguments, 1), "b");
  assert_bytes (socketio_arguments_lookup_bytes (arguments, json_array_get_element (inner, 1)),
                "zero");

  again = encode (packet);
  g_assert_cmpstr (again, ==, text);
}

static void
test_binary_ack (void)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  g_autoptr (SocketioPacket) packet = NULL;
  SocketioArguments *arguments;

  g_assert_true (add_text (decoder, "61-/back,127[" PLACEHOLDER (0) ",{}]", &packet));
  g_assert_true (add_bytes (decoder, "", &packet, NULL));

  g_assert_cmpint (socketio_packet_get_packet_type (packet), ==, SOCKETIO_PACKET_ACK);
  g_assert_cmpint (socketio_packet_get_id (packet), ==, 127);
  g_assert_null (socketio_packet_get_name (packet));
  arguments = socketio_packet_get_arguments (packet);
  g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, 2);
  assert_bytes (socketio_arguments_get_bytes (arguments, 0), "");
}

/* Attachments that no placeholder names, or that several do, are no error in socket.io. */
static void
test_loose_attachments (void)
{
  static const char *const texts[] = {
    "51-[\"hello\"]",
    "51-[\"hello\"," PLACEHOLDER (0) "," PLACEHOLDER (0) "]",
    "51-[\"hello\"," PLACEHOLDER (0.0) "]",
    "501-[\"hello\"]",
  };
  g_autoptr (SocketioDecoder) decoder = new_decoder ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (SocketioPacket) packet = NULL;

      g_assert_true (add_text (decoder, texts[i], &packet));
      g_assert_true (add_bytes (decoder, "x", &packet, NULL));
      g_assert_cmpstr (socketio_packet_get_name (packet), ==, "hello");
    }
}

static void
test_text_between (void)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  SocketioPacket *packet;

  g_assert_true (add_text (decoder, "52-[\"a\"," PLACEHOLDER (0) "]", &packet));
  g_assert_true (add_bytes (decoder, "zero", &packet, NULL));
  assert_bad (decoder, "2[\"a\"]", 6, SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT);
}

static void
test_lone_binary (void)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SocketioPacket) packet = NULL;

  g_assert_false (add_bytes (decoder, "x", &packet, &error));
  g_assert_error (error, SOCKETIO_PARSER_ERROR, SOCKETIO_PARSER_ERROR_UNEXPECTED_BINARY);
  g_clear_error (&error);

  /* A binary packet that announces no attachment is complete, and waits for none. */
  g_assert_true (add_text (decoder, "50-[\"a\"]", &packet));
  g_assert_nonnull (packet);
  g_clear_pointer (&packet, socketio_packet_unref);
  g_assert_false (add_bytes (decoder, "x", &packet, &error));
  g_assert_error (error, SOCKETIO_PARSER_ERROR, SOCKETIO_PARSER_ERROR_UNEXPECTED_BINARY);
}

static void
test_max_attachments (void)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  g_autoptr (SocketioDecoder) two_at_most = new_decoder_with ("max-attachments", 2);
  g_autoptr (SocketioPacket) packet = NULL;

  g_assert_true (add_text (decoder, "510-[\"a\"]", &packet));
  for (guint i = 0; i < 10; i++)
    {
      g_assert_null (packet);
      g_assert_true (add_bytes (decoder, "x", &packet, NULL));
    }
  g_assert_nonnull (packet);

  assert_bad (two_at_most, "53-[\"a\"]", 8, SOCKETIO_PARSER_ERROR_ATTACHMENTS);
  g_clear_pointer (&packet, socketio_packet_unref);
  g_assert_true (add_text (two_at_most, "52-[\"a\"]", &packet));
}

static void
test_max_attachment_bytes (void)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder_with ("max-attachment-bytes", 10);
  g_autoptr (SocketioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&packet, socketio_packet_unref);
      g_assert_true (add_text (decoder, "52-[\"a\"]", &packet));
      g_assert_true (add_bytes (decoder, "12345", &packet, NULL));
      g_assert_true (add_bytes (decoder, "67890", &packet, NULL));
      g_assert_nonnull (packet);
    }

  g_clear_pointer (&packet, socketio_packet_unref);
  g_assert_true (add_text (decoder, "52-[\"a\"]", &packet));
  g_assert_true (add_bytes (decoder, "12345", &packet, NULL));
  g_assert_false (add_bytes (decoder, "678901", &packet, &error));
  g_assert_null (packet);
  g_assert_error (error, SOCKETIO_PARSER_ERROR, SOCKETIO_PARSER_ERROR_TOO_LARGE);
  g_assert_false (socketio_json_decoder_is_pending (decoder));
}

/* What limits a message limits an attachment, and nothing else does by default. */
static void
test_large_attachments (void)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  g_autofree char *text = g_strnfill (8 * 1000 * 1000, 'x');
  g_autoptr (SocketioPacket) packet = NULL;

  g_assert_true (add_text (decoder, "52-[\"a\"]", &packet));
  g_assert_true (add_bytes (decoder, text, &packet, NULL));
  g_assert_true (add_bytes (decoder, text, &packet, NULL));
  g_assert_nonnull (packet);
}

static void
test_reset (void)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  g_autoptr (SocketioPacket) packet = NULL;

  socketio_decoder_reset (decoder);
  g_assert_true (add_text (decoder, "52-/x,[\"hello\"]", &packet));
  g_assert_true (add_bytes (decoder, "x", &packet, NULL));
  socketio_decoder_reset (decoder);
  g_assert_true (add_text (decoder, "2[\"hello\"]", &packet));
  g_assert_cmpstr (socketio_packet_get_namespace (packet), ==, "/");

  /* One that is freed while it waits leaks nothing. */
  g_clear_pointer (&packet, socketio_packet_unref);
  g_assert_true (add_text (decoder, "52-/x,[\"hello\"]", &packet));
  g_assert_true (add_bytes (decoder, "x", &packet, NULL));
}

/* What was received can be sent on as it is. */
static void
test_relay (void)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  g_autoptr (SocketioPacket) packet = NULL;
  SocketioArguments *arguments;

  g_assert_true (add_text (decoder, "51-7[\"a\",1," PLACEHOLDER (0) "]", &packet));
  g_assert_true (add_bytes (decoder, "x", &packet, NULL));
  arguments = socketio_packet_get_arguments (packet);

  assert_encoded (socketio_packet_new_event ("/b", "b", arguments, NO_ID),
                  "51-/b,[\"b\",1," PLACEHOLDER (0) "]");
  assert_encoded (socketio_packet_new_ack ("/", 7, arguments), "61-7[1," PLACEHOLDER (0) "]");
}

/* A text that was plain or not, before somebody has looked into it and after. */
static void
test_relay_text (void)
{
  static const struct
  {
    const char *text, *event, *ack;
    guint length;
  } rows[] = {
    { "2/a,[\"a\"]", "2/b,[\"b\"]", "37[]", 0 },
    { "2[\"a\\\"\",[1,2],{\"c\":\"]\"}]", "2/b,[\"b\",[1,2],{\"c\":\"]\"}]",
      "37[[1,2],{\"c\":\"]\"}]", 2 },
    { "2[\"a\",[1,2],{\"c\":\"]\"}]", "2/b,[\"b\",[1,2],{\"c\":\"]\"}]", "37[[1,2],{\"c\":\"]\"}]",
      2 },
    { "2[\"a\",1.50, 2]", "2/b,[\"b\",1.5,2]", "37[1.5,2]", 2 },
    { "2[1,\"x\"]", "2/b,[\"b\",\"x\"]", "37[\"x\"]", 1 },
    { "30[]", "2/b,[\"b\"]", "37[]", 0 },
    { "30[\"x\",null]", "2/b,[\"b\",\"x\",null]", "37[\"x\",null]", 2 },
    { "3/a,0[{\"_placeholder\":true,\"num\":0}]", "2/b,[\"b\",{\"_placeholder\":true,\"num\":0}]",
      "37[{\"_placeholder\":true,\"num\":0}]", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (SocketioDecoder) decoder = new_decoder ();
      g_autoptr (SocketioPacket) packet = NULL;
      g_autoptr (SocketioArguments) copy = NULL;
      SocketioArguments *arguments;

      g_test_message ("%s", rows[i].text);
      g_assert_true (add_text (decoder, rows[i].text, &packet));
      arguments = socketio_packet_get_arguments (packet);
      g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, rows[i].length);
      assert_encoded (socketio_packet_new_event ("/b", "b", arguments, NO_ID), rows[i].event);

      copy = socketio_arguments_copy (arguments);
      g_assert_cmpuint (socketio_arguments_get_length (copy), ==, rows[i].length);
      g_assert_null (socketio_arguments_get_node (arguments, rows[i].length));
      assert_encoded (socketio_packet_new_ack ("/", 7, copy), rows[i].ack);
      assert_encoded (socketio_packet_new_ack ("/", 7, arguments), rows[i].ack);
    }
}

static void
add_rows (const char *kind, gconstpointer rows, gsize row_size, guint n_rows, GTestDataFunc func)
{
  for (guint i = 0; i < n_rows; i++)
    {
      g_autofree char *path = g_strdup_printf ("/parser/%s/%u", kind, i);

      g_test_add_data_func (path, (const char *)rows + i * row_size, func);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/packet/encode/connect", test_encode_connect);
  g_test_add_func ("/packet/encode/event", test_encode_event);
  g_test_add_func ("/packet/encode/ack", test_encode_ack);
  g_test_add_func ("/packet/encode/binary", test_encode_binary);
  add_rows ("good", good, sizeof good[0], G_N_ELEMENTS (good), test_good);
  add_rows ("bad", bad, sizeof bad[0], G_N_ELEMENTS (bad), test_bad);
  g_test_add_func ("/parser/nul-in-text", test_nul_in_text);
  g_test_add_func ("/parser/namespace-length", test_namespace_length);
  g_test_add_func ("/parser/deep-payload", test_deep_payload);
  g_test_add_func ("/parser/attachments", test_attachments);
  g_test_add_func ("/parser/binary-ack", test_binary_ack);
  g_test_add_func ("/parser/loose-attachments", test_loose_attachments);
  g_test_add_func ("/parser/text-between", test_text_between);
  g_test_add_func ("/parser/lone-binary", test_lone_binary);
  g_test_add_func ("/parser/max-attachments", test_max_attachments);
  g_test_add_func ("/parser/max-attachment-bytes", test_max_attachment_bytes);
  g_test_add_func ("/parser/large-attachments", test_large_attachments);
  g_test_add_func ("/parser/reset", test_reset);
  g_test_add_func ("/parser/relay", test_relay);
  g_test_add_func ("/parser/relay-text", test_relay_text);

  return g_test_run ();
}
