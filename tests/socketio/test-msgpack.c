/* test-msgpack.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Packets as MessagePack, in both directions: the forms of the specification, and what a stranger
 * may try. */

#include "config.h"

#include "socketio-json-parser.h"
#include "socketio-json.h"
#include "socketio-msgpack-decoder.h"
#include "socketio-msgpack-writer.h"

#include <string.h>

#define NO_ID       SOCKETIO_PACKET_NO_ID
#define PLACEHOLDER "{\"_placeholder\":true,\"num\":0}"

/* {type: 2, data: ["x", VALUE], nsp: "/"} */
#define EVENT_START "83a47479706502a46461746192a178"
#define EVENT_END   "a36e7370a12f"

/* {{{ Bytes */

/* Spaces stand between digits for who reads them. */
static void
append_hex (GByteArray *bytes, const char *hex)
{
  for (; *hex != '\0'; hex++)
    if (*hex != ' ')
      {
        guint8 byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);

        g_byte_array_append (bytes, &byte, 1);
        hex++;
      }
}

static GBytes *
bytes_of (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  append_hex (bytes, hex);
  return g_byte_array_free_to_bytes (bytes);
}

static char *
hex_of (const GString *data)
{
  GString *hex = g_string_new (NULL);

  for (gsize i = 0; i < data->len; i++)
    g_string_append_printf (hex, "%02x", (guint8)data->str[i]);
  return g_string_free (hex, FALSE);
}

/* A message of a pattern that is repeated, between two others. */
static GBytes *
repeat (const char *before, const char *pattern, guint times, const char *after)
{
  GByteArray *bytes = g_byte_array_new ();

  append_hex (bytes, before);
  for (guint i = 0; i < times; i++)
    append_hex (bytes, pattern);
  append_hex (bytes, after);
  return g_byte_array_free_to_bytes (bytes);
}

static SocketioPacket *
decode (GBytes *bytes, GError **error)
{
  g_autoptr (SocketioDecoder) decoder = socketio_msgpack_decoder_new ();
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autofree guint8 *exact = g_memdup2 (data, length);
  g_autoptr (GBytes) copy = g_bytes_new (exact, length);
  SocketioPacket *packet = NULL;
  gboolean good = socketio_decoder_add_binary (decoder, copy, &packet, error);

  g_assert_true (good == (packet != NULL));
  return packet;
}

static SocketioPacket *
decode_good (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  SocketioPacket *packet = decode (bytes, &error);

  g_assert_no_error (error);
  return packet;
}

static GString *
encode (SocketioPacket *packet)
{
  GString *out = g_string_new (NULL);

  socketio_msgpack_append_packet (out, packet);
  return out;
}

static char *
encode_hex (SocketioPacket *packet)
{
  GString *out = encode (packet);
  char *hex = hex_of (out);

  g_string_free (out, TRUE);
  return hex;
}

static void
assert_bad (GBytes *bytes, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (decode (bytes, &error));
  g_assert_error (error, domain, code);
}

/* }}} */
/* {{{ Values */

/* A value, the JSON that it is read as, and what it is written as again: the same unless said
 * otherwise. */
typedef struct
{
  const char *hex;
  const char *json;
  const char *again;
} Value;

static const Value values[] = {
  { "c0", "null", NULL },
  { "c2", "false", NULL },
  { "c3", "true", NULL },

  { "00", "0", NULL },
  { "7f", "127", NULL },
  { "ff", "-1", NULL },
  { "e0", "-32", NULL },
  { "cc80", "128", NULL },
  { "ccff", "255", NULL },
  { "cd0100", "256", NULL },
  { "cdffff", "65535", NULL },
  { "ce00010000", "65536", NULL },
  { "ceffffffff", "4294967295", NULL },
  { "cf0000000100000000", "4294967296", NULL },
  { "cf0020000000000001", "9007199254740993", NULL },
  { "cf7fffffffffffffff", "9223372036854775807", NULL },
  { "cf8000000000000000", "9223372036854776000", "cb43e0000000000000" },
  { "cfffffffffffffffff", "18446744073709552000", "cb43f0000000000000" },
  { "d0df", "-33", NULL },
  { "d080", "-128", NULL },
  { "d1ff7f", "-129", NULL },
  { "d18000", "-32768", NULL },
  { "d2ffff7fff", "-32769", NULL },
  { "d280000000", "-2147483648", NULL },
  { "d3ffffffff7fffffff", "-2147483649", NULL },
  { "d38000000000000000", "-9223372036854775808", NULL },

  /* Longer than they need be. */
  { "cc01", "1", "01" },
  { "cd0001", "1", "01" },
  { "ce00000001", "1", "01" },
  { "cf0000000000000001", "1", "01" },
  { "d001", "1", "01" },
  { "d10080", "128", "cc80" },
  { "d2ffffffff", "-1", "ff" },
  { "d3ffffffffffffffff", "-1", "ff" },
  { "d37fffffffffffffff", "9223372036854775807", "cf7fffffffffffffff" },
  { "d90161", "\"a\"", "a161" },
  { "da000161", "\"a\"", "a161" },
  { "db0000000161", "\"a\"", "a161" },
  { "dc000101", "[1]", "9101" },
  { "dd0000000101", "[1]", "9101" },
  { "de0001a16101", "{\"a\":1}", "81a16101" },
  { "df00000001a16101", "{\"a\":1}", "81a16101" },

  { "ca3fc00000", "1.5", "cb3ff8000000000000" },
  { "ca7f800000", "null", "cb7ff0000000000000" },
  { "cb3ff8000000000000", "1.5", NULL },
  { "cb4008000000000000", "3", NULL },
  { "cb8000000000000000", "0", NULL },
  { "cb7ff0000000000000", "null", NULL },
  { "cbfff0000000000000", "null", NULL },
  { "cb7ff8000000000000", "null", NULL },
  { "cb0000000000000001", "5e-324", NULL },

  { "a0", "\"\"", NULL },
  { "a3eab080", "\"가\"", NULL },
  { "a11e", "\"\\u001e\"", NULL },
  { "90", "[]", NULL },
  { "9301c0a161", "[1,null,\"a\"]", NULL },
  { "919190", "[[[]]]", NULL },
  { "80", "{}", NULL },
  { "82a16101a162 81a163 90", "{\"a\":1,\"b\":{\"c\":[]}}", NULL },
  { "81a001", "{\"\":1}", NULL },
  { "81a95f5f70726f746f5f5f01", "{\"__proto__\":1}", NULL },

  /* What no C string can hold. */
  { "a100", "\"\357\277\275\"", "a3efbfbd" },
  { "a4 61000062", "\"a\357\277\275\357\277\275b\"", "a861efbfbdefbfbd62" },
  { "81a10001", "{\"\357\277\275\":1}", "81a3efbfbd01" },

  /* Names that are numbers, or repeated. */
  { "8101a161", "{\"1\":\"a\"}", "81a131a161" },
  { "81ff01", "{\"-1\":1}", "81a22d3101" },
  { "81cd010001", "{\"256\":1}", "81a332353601" },
  { "81cfffffffffffffffff01", "{\"18446744073709552000\":1}", "-" },
  { "83a16101a16202a16103", "{\"a\":3,\"b\":2}", "82a16103a16202" },
  { "82 01a161 a131a162", "{\"1\":\"b\"}", "81a131a162" },

  /* What looks like a placeholder is an object like any other. */
  { "82ac5f706c616365686f6c646572c3a36e756d00", PLACEHOLDER, NULL },

  /* notepack.io's undefined and dates. */
  { "d40000", "null", "c0" },
  { "d400ff", "null", "c0" },
  { "d7000000000000000000", "\"1970-01-01T00:00:00.000Z\"", "-" },
  { "d7000000019c140c9c95", "\"2026-01-31T12:34:56.789Z\"", "-" },
  { "d700ffffffffffffffff", "\"1969-12-31T23:59:59.999Z\"", "-" },
  { "d700ffffc77590fba000", "\"0000-01-01T00:00:00.000Z\"", "-" },
  { "d700ffffc77590fb9fff", "\"-000001-12-31T23:59:59.999Z\"", "-" },
  { "d700001eb208c2dc0000", "\"+275760-09-13T00:00:00.000Z\"", "-" },
  { "d700ffe14df73d240000", "\"-271821-04-20T00:00:00.000Z\"", "-" },
  { "d700000000dd9aa6e000", "\"2000-02-29T00:00:00.000Z\"", "-" },
  { "d7000000e677d21fdc00", "\"+010000-01-01T00:00:00.000Z\"", "-" },
  { "d700001eb208c2dc0001", "null", "c0" },
  { "d7008000000000000000", "null", "c0" },

  /* Timestamps in their three lengths. */
  { "d6ff00000000", "\"1970-01-01T00:00:00.000Z\"", "-" },
  { "d6ffffffffff", "\"2106-02-07T06:28:15.000Z\"", "-" },
  { "d7ffee6b27fc00000001", "\"1970-01-01T00:00:01.999Z\"", "-" },
  { "d7ff00000003ffffffff", "\"2514-05-30T01:53:03.000Z\"", "-" },
  { "c70cff 0ee6b280 ffffffffffffffff", "\"1969-12-31T23:59:59.250Z\"", "-" },
  { "c70cff 00000000 7fffffffffffffff", "null", "c0" },
  { "c70cff 00000000 8000000000000000", "null", "c0" },
};

static void
test_value (gconstpointer user_data)
{
  const Value *row = user_data;
  g_autofree char *hex = g_strconcat (EVENT_START, row->hex, EVENT_END, NULL);
  g_autoptr (GBytes) bytes = bytes_of (hex);
  g_autoptr (SocketioPacket) packet = decode_good (bytes);
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);
  g_autofree char *json = NULL;
  g_autoptr (GBytes) written = g_string_free_to_bytes (encode (packet));
  g_autoptr (GBytes) expected = NULL;
  g_autofree char *again = NULL;

  g_assert_cmpint (socketio_packet_get_packet_type (packet), ==, SOCKETIO_PACKET_EVENT);
  g_assert_cmpstr (socketio_packet_get_name (packet), ==, "x");
  g_assert_cmpuint (socketio_arguments_get_length (arguments), ==, 1);
  g_assert_cmpuint (socketio_arguments_get_n_attachments (arguments), ==, 0);
  json = socketio_json_to_string (socketio_arguments_get_node (arguments, 0));
  g_assert_cmpstr (json, ==, row->json);

  if (g_strcmp0 (row->again, "-") == 0)
    return;
  again = g_strconcat (EVENT_START, row->again != NULL ? row->again : row->hex, EVENT_END, NULL);
  expected = bytes_of (again);
  g_assert_true (g_bytes_equal (written, expected));
}

/* A value that is refused, and the code of its SocketioJsonError. */
static const struct
{
  const char *hex;
  int code;
} bad_values[] = {
  { "c1", SOCKETIO_JSON_ERROR_SYNTAX },
  { "a1ff", SOCKETIO_JSON_ERROR_ENCODING },
  { "a3eda080", SOCKETIO_JSON_ERROR_ENCODING },
  { "a300ff00", SOCKETIO_JSON_ERROR_ENCODING },
  { "81a1ff01", SOCKETIO_JSON_ERROR_ENCODING },
  { "81c001", SOCKETIO_JSON_ERROR_SYNTAX },
  { "81c301", SOCKETIO_JSON_ERROR_SYNTAX },
  { "81cb3ff800000000000001", SOCKETIO_JSON_ERROR_SYNTAX },
  { "819001", SOCKETIO_JSON_ERROR_SYNTAX },
  { "818001", SOCKETIO_JSON_ERROR_SYNTAX },
  { "81c4016101", SOCKETIO_JSON_ERROR_SYNTAX },
  { "81d4000001", SOCKETIO_JSON_ERROR_SYNTAX },
  { "d7ffee6b280000000000", SOCKETIO_JSON_ERROR_SYNTAX },
  { "c70cff 3b9aca00 0000000000000000", SOCKETIO_JSON_ERROR_SYNTAX },
  { "ddffffffff", SOCKETIO_JSON_ERROR_SYNTAX },
  { "dfffffffff", SOCKETIO_JSON_ERROR_SYNTAX },
  { "dbffffffff", SOCKETIO_JSON_ERROR_SYNTAX },
  { "c6ffffffff", SOCKETIO_JSON_ERROR_SYNTAX },
  { "c9ffffffff00", SOCKETIO_JSON_ERROR_SYNTAX },
  { "9f", SOCKETIO_JSON_ERROR_SYNTAX },
  { "8f", SOCKETIO_JSON_ERROR_SYNTAX },
};

static void
test_bad_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_values); i++)
    {
      g_autofree char *hex = g_strconcat (EVENT_START, bad_values[i].hex, EVENT_END, NULL);
      g_autoptr (GBytes) bytes = bytes_of (hex);

      g_test_message ("%s", hex);
      assert_bad (bytes, SOCKETIO_JSON_ERROR, bad_values[i].code);
    }
}

/* Lengths at which another form begins. */
static void
test_lengths (void)
{
  static const struct
  {
    guint length;
    const char *string, *array, *bytes;
  } rows[] = {
    { 15, "af", "9f", "c40f" },
    { 16, "b0", "dc0010", "c410" },
    { 31, "bf", "dc001f", "c41f" },
    { 32, "d920", "dc0020", "c420" },
    { 255, "d9ff", "dc00ff", "c4ff" },
    { 256, "da0100", "dc0100", "c50100" },
    { 65535, "daffff", "dcffff", "c5ffff" },
    { 65536, "db00010000", "dd00010000", "c600010000" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *heads[] = { rows[i].string, rows[i].array, rows[i].bytes };

      for (guint k = 0; k < G_N_ELEMENTS (heads); k++)
        {
          g_autofree char *before = g_strconcat (EVENT_START, heads[k], NULL);
          g_autoptr (GBytes) bytes = repeat (before, "61", rows[i].length, EVENT_END);
          g_autoptr (SocketioPacket) packet = decode_good (bytes);
          g_autoptr (GBytes) again = g_string_free_to_bytes (encode (packet));

          g_assert_true (g_bytes_equal (bytes, again));
        }
    }
}

/* As many names as need a longer form. */
static void
test_map_lengths (void)
{
  static const guint lengths[] = { 15, 16, 65535, 65536 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();
      JsonObject *object = json_object_new ();
      JsonNode *node = json_node_init_object (json_node_alloc (), object);
      g_autoptr (SocketioPacket) packet = NULL;
      g_autoptr (SocketioPacket) read = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GBytes) again = NULL;

      for (guint k = 0; k < lengths[i]; k++)
        {
          g_autofree char *name = g_strdup_printf ("%u", k);

          json_object_set_int_member (object, name, k);
        }
      json_object_unref (object);
      socketio_arguments_add_node (arguments, node);
      packet = socketio_packet_new_event (NULL, "x", arguments, NO_ID);
      bytes = g_string_free_to_bytes (encode (packet));
      read = decode_good (bytes);
      again = g_string_free_to_bytes (encode (read));
      g_assert_true (g_bytes_equal (bytes, again));
    }
}

/* }}} */
/* {{{ Bytes among values */

static void
assert_attachment (SocketioArguments *arguments, guint index, const char *hex)
{
  g_autoptr (GBytes) expected = bytes_of (hex);
  GBytes *bytes = socketio_arguments_get_attachment (arguments, index);

  g_assert_nonnull (bytes);
  g_assert_true (g_bytes_equal (bytes, expected));
}

static void
test_binary (void)
{
  static const char hex[] = EVENT_START "94 c403010203 c400 81a162c40107 91c40109" EVENT_END;
  g_autoptr (GBytes) bytes = bytes_of (hex);
  g_autoptr (SocketioPacket) packet = decode_good (bytes);
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);
  g_autoptr (GBytes) again = g_string_free_to_bytes (encode (packet));

  g_assert_cmpuint (socketio_arguments_get_n_attachments (arguments), ==, 4);
  assert_attachment (arguments, 0, "010203");
  assert_attachment (arguments, 1, "");
  assert_attachment (arguments, 2, "07");
  assert_attachment (arguments, 3, "09");
  g_assert_true (g_bytes_equal (bytes, again));
}

/* What notepack.io and others write with extensions. */
static void
test_extensions (void)
{
  static const struct
  {
    const char *hex, *json, *attachment;
  } rows[] = {
    { "c70200 0102", PLACEHOLDER, "0102" },
    { "c8000100 01", PLACEHOLDER, "01" },
    { "c90000000100 01", PLACEHOLDER, "01" },
    { "c70000", PLACEHOLDER, "" },
    { "d4057f", "[5," PLACEHOLDER "]", "7f" },
    { "d5000102", "[0," PLACEHOLDER "]", "0102" },
    { "d6fe01020304", "[-2," PLACEHOLDER "]", "01020304" },
    { "d7050102030405060708", "[5," PLACEHOLDER "]", "0102030405060708" },
    { "d8ff00000000000000000000000000000000", "[-1," PLACEHOLDER "]",
      "00000000000000000000000000000000" },
    { "c703ff010203", "[-1," PLACEHOLDER "]", "010203" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *hex = g_strconcat (EVENT_START, rows[i].hex, EVENT_END, NULL);
      g_autoptr (GBytes) bytes = bytes_of (hex);
      g_autoptr (SocketioPacket) packet = decode_good (bytes);
      SocketioArguments *arguments = socketio_packet_get_arguments (packet);
      g_autofree char *json = socketio_json_to_string (socketio_arguments_get_node (arguments, 0));

      g_assert_cmpstr (json, ==, rows[i].json);
      assert_attachment (arguments, 0, rows[i].attachment);
    }
}

#define FORGED "82ac5f706c616365686f6c646572c3a36e756d00"

/* It could not be told from the one that stands for the bytes. */
static void
test_forged_placeholder (void)
{
  g_autoptr (GBytes) beside = bytes_of (EVENT_START "92 c40101" FORGED EVENT_END);
  g_autoptr (GBytes) before = bytes_of (EVENT_START "92" FORGED "c40101" EVENT_END);
  g_autoptr (GBytes) deep = bytes_of (EVENT_START "92 c40101 9181a161" FORGED EVENT_END);
  g_autoptr (GBytes)
    other = bytes_of (EVENT_START "92 c40101 81ac5f706c616365686f6c646572c2" EVENT_END);
  g_autoptr (SocketioPacket) packet = NULL;

  assert_bad (beside, SOCKETIO_PARSER_ERROR, SOCKETIO_PARSER_ERROR_PLACEHOLDER);
  assert_bad (before, SOCKETIO_PARSER_ERROR, SOCKETIO_PARSER_ERROR_PLACEHOLDER);
  assert_bad (deep, SOCKETIO_PARSER_ERROR, SOCKETIO_PARSER_ERROR_PLACEHOLDER);
  packet = decode_good (other);
}

/* What is not read is no part of the packet. */
static void
test_skipped_members (void)
{
  g_autoptr (GBytes) bytes = bytes_of ("85 a7 6f7074696f6e73 92c40105" FORGED "a474797065 02"
                                       "a464617461 92a178c40106 c0 01" EVENT_END);
  g_autoptr (GBytes) good = bytes_of ("84 a7 6f7074696f6e73 92c40105" FORGED "a474797065 02"
                                      "a464617461 92a178c40106" EVENT_END);
  g_autoptr (SocketioPacket) packet = decode_good (good);
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);

  g_assert_cmpuint (socketio_arguments_get_n_attachments (arguments), ==, 1);
  assert_attachment (arguments, 0, "06");
  g_clear_pointer (&packet, socketio_packet_unref);
  /* A member whose name is none is skipped too. */
  packet = decode_good (bytes);
}

/* Bytes that stand in several places are in each, up to a limit. */
static void
test_repetitions (void)
{
  const gsize size = 3 * 1000 * 1000;
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (size), size);
  g_autoptr (SocketioPacket) packet = NULL;
  g_autoptr (SocketioPacket) read = NULL;
  g_autoptr (GBytes) message = NULL;
  JsonNode *placeholder = socketio_arguments_attach (arguments, bytes);
  guint n_nulls = 0;

  for (guint i = 0; i < 100; i++)
    socketio_arguments_add_node (arguments, json_node_copy (placeholder));
  json_node_unref (placeholder);
  packet = socketio_packet_new_event (NULL, "x", arguments, NO_ID);
  message = g_string_free_to_bytes (encode (packet));
  g_assert_cmpuint (g_bytes_get_size (message), <=,
                    size + SOCKETIO_PARSER_MAX_ATTACHMENT_BYTES + 1000);

  read = decode_good (message);
  for (guint i = 0; i < 100; i++)
    n_nulls += JSON_NODE_HOLDS_NULL (
      socketio_arguments_get_node (socketio_packet_get_arguments (read), i));
  g_assert_cmpuint (n_nulls, ==, 96);
}

/* }}} */
/* {{{ Packets */

/* A packet, and what it comes back as: the same unless said otherwise. */
typedef struct
{
  const char *hex;
  SocketioPacketType type;
  const char *namespace_;
  gint64 id;
  const char *name;
  const char *again;
} Good;

#define TYPE(n) "a474797065" #n
#define NSP     "a36e7370 a12f"
#define NSP_A   "a36e7370 a22f61"

static const Good good[] = {
  { "82" TYPE (00) NSP, SOCKETIO_PACKET_CONNECT, "/", NO_ID, NULL, NULL },
  { "82" TYPE (00) NSP_A, SOCKETIO_PACKET_CONNECT, "/a", NO_ID, NULL, NULL },
  { "83" TYPE (00) "a464617461 81a17401" NSP, SOCKETIO_PACKET_CONNECT, "/", NO_ID, NULL, NULL },
  { "82" TYPE (01) NSP, SOCKETIO_PACKET_DISCONNECT, "/", NO_ID, NULL, NULL },
  { "83" TYPE (02) "a464617461 91a178" NSP, SOCKETIO_PACKET_EVENT, "/", NO_ID, "x", NULL },
  { "84" TYPE (02) "a464617461 92a17801 a26964 00" NSP_A, SOCKETIO_PACKET_EVENT, "/a", 0, "x",
    NULL },
  { "84" TYPE (03) "a464617461 90 a26964 0d" NSP, SOCKETIO_PACKET_ACK, "/", 13, NULL, NULL },
  { "84" TYPE (03) "a464617461 91a7636f6e6e656374 a26964 01" NSP, SOCKETIO_PACKET_ACK, "/", 1, NULL,
    NULL },
  { "83" TYPE (04) "a464617461 81a76d657373616765a26e6f" NSP, SOCKETIO_PACKET_CONNECT_ERROR, "/",
    NO_ID, NULL, NULL },
  { "83" TYPE (04) "a464617461 a26e6f" NSP, SOCKETIO_PACKET_CONNECT_ERROR, "/", NO_ID, NULL, NULL },

  /* In any order, with what JavaScript leaves undefined, and with members that mean nothing here.
   */
  { "83" NSP "a464617461 91a178" TYPE (02), SOCKETIO_PACKET_EVENT, "/", NO_ID, "x", "-" },
  { "84" TYPE (01) "a464617461 d40000 a26964 d40000" NSP, SOCKETIO_PACKET_DISCONNECT, "/", NO_ID,
    NULL, "82" TYPE (01) NSP },
  { "84" TYPE (00) "a464617461 c0 a26964 c0" NSP, SOCKETIO_PACKET_CONNECT, "/", NO_ID, NULL,
    "82" TYPE (00) NSP },
  { "84" TYPE (02) "a464617461 91a178 a76f7074696f6e73 81a8636f6d7072657373c3" NSP,
    SOCKETIO_PACKET_EVENT, "/", NO_ID, "x", "83" TYPE (02) "a464617461 91a178" NSP },
  { "de0003" TYPE (02) "a464617461 91a178" NSP, SOCKETIO_PACKET_EVENT, "/", NO_ID, "x", "-" },
  { "df00000003" TYPE (02) "a464617461 91a178" NSP, SOCKETIO_PACKET_EVENT, "/", NO_ID, "x", "-" },
  { "84" TYPE (01) TYPE (02) "a464617461 91a178" NSP, SOCKETIO_PACKET_EVENT, "/", NO_ID, "x", "-" },
  { "83" TYPE (cb4000000000000000) "a464617461 91a178" NSP, SOCKETIO_PACKET_EVENT, "/", NO_ID, "x",
    "-" },
  { "84" TYPE (02) "a464617461 91a178 a26964 cf001fffffffffffff" NSP, SOCKETIO_PACKET_EVENT, "/",
    SOCKETIO_PACKET_MAX_ID, "x", NULL },
  { "83" TYPE (02) "a464617461 9107" NSP, SOCKETIO_PACKET_EVENT, "/", NO_ID, "7", "-" },

  /* python-socketio leaves out the id 0. */
  { "83" TYPE (03) "a464617461 90" NSP, SOCKETIO_PACKET_ACK, "/", 0, NULL, "-" },
  { "84" TYPE (03) "a464617461 90 a26964 c0" NSP, SOCKETIO_PACKET_ACK, "/", 0, NULL, "-" },

  /* Clients of Socket.IO 2: a query, and the types of the text for events with bytes. */
  { "82" TYPE (00) "a36e7370 a72f613f743d7827", SOCKETIO_PACKET_CONNECT, "/a", NO_ID, NULL, "-" },
  { "83" TYPE (05) "a464617461 92a178c40101" NSP, SOCKETIO_PACKET_EVENT, "/", NO_ID, "x",
    "83" TYPE (02) "a464617461 92a178c40101" NSP },
  { "84" TYPE (06) "a464617461 91c40101 a26964 01" NSP, SOCKETIO_PACKET_ACK, "/", 1, NULL,
    "84" TYPE (03) "a464617461 91c40101 a26964 01" NSP },
};

static void
test_good (gconstpointer user_data)
{
  const Good *row = user_data;
  g_autoptr (GBytes) bytes = bytes_of (row->hex);
  g_autoptr (SocketioPacket) packet = decode_good (bytes);
  g_autoptr (GBytes) again = g_string_free_to_bytes (encode (packet));
  g_autoptr (GBytes) expected = NULL;

  g_assert_cmpint (socketio_packet_get_packet_type (packet), ==, row->type);
  g_assert_cmpstr (socketio_packet_get_namespace (packet), ==, row->namespace_);
  g_assert_cmpint (socketio_packet_get_id (packet), ==, row->id);
  g_assert_cmpstr (socketio_packet_get_name (packet), ==, row->name);
  if (g_strcmp0 (row->again, "-") == 0)
    return;
  expected = bytes_of (row->again != NULL ? row->again : row->hex);
  g_assert_true (g_bytes_equal (again, expected));
}

static void
test_query (void)
{
  g_autoptr (GBytes) bytes = bytes_of ("82" TYPE (00) "a36e7370 a62f613f743d78");
  g_autoptr (SocketioPacket) packet = decode_good (bytes);

  g_assert_cmpstr (socketio_packet_get_namespace (packet), ==, "/a");
  g_assert_cmpstr (socketio_packet_get_query (packet), ==, "t=x");
}

#define ANY_JSON (-1)

/* A packet that is refused, and the code of its SocketioParserError. */
static const struct
{
  const char *hex;
  int code;
} bad[] = {
  { "", ANY_JSON },
  { "80", SOCKETIO_PARSER_ERROR_TYPE },
  { "00", ANY_JSON },
  { "90", ANY_JSON },
  { "c0", ANY_JSON },
  { "30", ANY_JSON },
  { "81", ANY_JSON },
  { "dfffffffff", ANY_JSON },
  { "82" TYPE (00) NSP "00", ANY_JSON },
  { "82" TYPE (00) NSP "c0", ANY_JSON },
  { "81" NSP, SOCKETIO_PARSER_ERROR_TYPE },
  { "82" TYPE (07) NSP, SOCKETIO_PARSER_ERROR_TYPE },
  { "82" TYPE (ff) NSP, SOCKETIO_PARSER_ERROR_TYPE },
  { "82" TYPE (a130) NSP, SOCKETIO_PARSER_ERROR_TYPE },
  { "82" TYPE (c3) NSP, SOCKETIO_PARSER_ERROR_TYPE },
  { "82" TYPE (90) NSP, SOCKETIO_PARSER_ERROR_TYPE },
  { "82" TYPE (cb3fe0000000000000) NSP, SOCKETIO_PARSER_ERROR_TYPE },
  { "82" TYPE (cb7ff8000000000000) NSP, SOCKETIO_PARSER_ERROR_TYPE },
  { "82" TYPE (cfffffffffffffffff) NSP, SOCKETIO_PARSER_ERROR_TYPE },

  { "81" TYPE (00), SOCKETIO_PARSER_ERROR_NAMESPACE },
  { "82" TYPE (00) "a36e7370 c0", SOCKETIO_PARSER_ERROR_NAMESPACE },
  { "82" TYPE (00) "a36e7370 01", SOCKETIO_PARSER_ERROR_NAMESPACE },
  { "82" TYPE (00) "a36e7370 a0", SOCKETIO_PARSER_ERROR_NAMESPACE },
  { "82" TYPE (00) "a36e7370 a161", SOCKETIO_PARSER_ERROR_NAMESPACE },
  { "82" TYPE (00) "a36e7370 c4012f", SOCKETIO_PARSER_ERROR_NAMESPACE },

  { "83" TYPE (00) "a464617461 90" NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "83" TYPE (00) "a464617461 a178" NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "83" TYPE (00) "a464617461 81a161c40101" NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "83" TYPE (01) "a464617461 80" NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "82" TYPE (02) NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "83" TYPE (02) "a464617461 80" NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "83" TYPE (02) "a464617461 a178" NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "83" TYPE (02) "a464617461 90" NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "83" TYPE (02) "a464617461 91c3" NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "83" TYPE (02) "a464617461 91c0" NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "83" TYPE (02) "a464617461 91c40178" NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "83" TYPE (04) "a464617461 90" NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "82" TYPE (04) NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "83" TYPE (04) "a464617461 c40101" NSP, SOCKETIO_PARSER_ERROR_PAYLOAD },

  { "83" TYPE (02) "a464617461 91a7636f6e6e656374" NSP, SOCKETIO_PARSER_ERROR_RESERVED },

  { "84" TYPE (03) "a464617461 90 a26964 ff" NSP, SOCKETIO_PARSER_ERROR_ID },
  { "84" TYPE (02) "a464617461 91a178 a26964 a130" NSP, SOCKETIO_PARSER_ERROR_ID },
  { "84" TYPE (02) "a464617461 91a178 a26964 cb3fe0000000000000" NSP, SOCKETIO_PARSER_ERROR_ID },
  { "84" TYPE (02) "a464617461 91a178 a26964 cf0020000000000000" NSP, SOCKETIO_PARSER_ERROR_ID },
  { "84" TYPE (02) "a464617461 91a178 a26964 cfffffffffffffffff" NSP, SOCKETIO_PARSER_ERROR_ID },
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) bytes = bytes_of (bad[i].hex);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad[i].hex);
      g_assert_null (decode (bytes, &error));
      if (bad[i].code == ANY_JSON)
        g_assert_true (error->domain == SOCKETIO_JSON_ERROR);
      else
        g_assert_error (error, SOCKETIO_PARSER_ERROR, bad[i].code);
    }
}

static void
test_namespace_length (void)
{
  g_autoptr (GBytes) longest = repeat ("82" TYPE (00) "a36e7370 da0100 2f", "61", 255, "");
  g_autoptr (GBytes) too_long = repeat ("82" TYPE (00) "a36e7370 da0101 2f", "61", 256, "");
  g_autoptr (GBytes) query = repeat ("82" TYPE (00) "a36e7370 da2003 2f3f", "61", 8193, "");
  g_autoptr (SocketioPacket) packet = decode_good (longest);

  g_assert_cmpuint (strlen (socketio_packet_get_namespace (packet)), ==,
                    SOCKETIO_PARSER_MAX_NAMESPACE);
  assert_bad (too_long, SOCKETIO_PARSER_ERROR, SOCKETIO_PARSER_ERROR_NAMESPACE);
  assert_bad (query, SOCKETIO_PARSER_ERROR, SOCKETIO_PARSER_ERROR_NAMESPACE);
}

#define PACKET (-1)

/* A text, and the code of its error, or PACKET where one comes out. */
static const struct
{
  const char *text;
  int code;
} texts[] = {
  { "{\"type\":0,\"nsp\":\"/a\"}", PACKET },
  { "{\"type\":0,\"nsp\":\"/a?t=x\",\"query\":\"t=x\"}", PACKET },
  { "{\"type\":1,\"nsp\":\"/a\",\"data\":null}", PACKET },
  { "{\"type\":1,\"nsp\":\"/a\",\"data\":[]}", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "{\"type\":2,\"nsp\":\"/a\"}", SOCKETIO_PARSER_ERROR_PAYLOAD },
  { "{\"type\":0}", SOCKETIO_PARSER_ERROR_NAMESPACE },
  { "{}", SOCKETIO_PARSER_ERROR_TYPE },
  { "", SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT },
  { "0", SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT },
  { "0/a,", SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT },
  { "0{\"type\":0}", SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT },
  { "2[\"x\"]", SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT },
  { "[]", SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT },
};

static void
test_text (void)
{
  g_autoptr (SocketioDecoder) decoder = socketio_msgpack_decoder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (SocketioPacket) packet = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", texts[i].text);
      socketio_decoder_add_text (decoder, texts[i].text, strlen (texts[i].text), &packet, &error);
      g_assert_true ((packet != NULL) == (texts[i].code == PACKET));
      if (packet != NULL)
        g_assert_cmpstr (socketio_packet_get_namespace (packet), ==, "/a");
      else
        g_assert_error (error, SOCKETIO_PARSER_ERROR, texts[i].code);
      socketio_decoder_reset (decoder);
    }
}

/* }}} */
/* {{{ What a stranger may try */

static const char everything[] =
  "84 a474797065 02 a464617461 9f a178 c0 c3 7f e1 cd1234 d2ffff7fff"
  "cb3ff8000000000000 a3eab080 92 c403010203 90 82 a161 9101 07 c70100ff"
  "d7000000019c140c9c95 d6ff00000001 d4057f d90161 a26964 05 a36e7370 a22f61";

static void
test_truncated (void)
{
  g_autoptr (GBytes) whole = bytes_of (everything);
  g_autoptr (SocketioPacket) packet G_GNUC_UNUSED = decode_good (whole);

  for (gsize length = 0; length < g_bytes_get_size (whole); length++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, 0, length);

      g_assert_null (decode (part, NULL));
    }
}

/* Whatever changes on the way, there is a packet or an error, and a packet can be sent on. */
static void
test_mutations (void)
{
  g_autoptr (GBytes) whole = bytes_of (everything);
  gsize length;
  const guint8 *data = g_bytes_get_data (whole, &length);
  guint n_good = 0;

  for (guint i = 0; i < length * 256; i++)
    {
      guint8 *changed = g_memdup2 (data, length);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (SocketioPacket) packet = NULL;

      changed[i / 256] = i % 256;
      bytes = g_bytes_new_take (changed, length);
      packet = decode (bytes, &error);
      if (packet != NULL)
        {
          g_autoptr (GBytes) again = g_string_free_to_bytes (encode (packet));
          g_autoptr (SocketioPacket) read G_GNUC_UNUSED = decode_good (again);

          n_good++;
        }
    }
  g_assert_cmpuint (n_good, >, length);
}

/* The payload is the first level. */
static void
test_depth (void)
{
  g_autoptr (GBytes)
    deepest = repeat (EVENT_START, "91", SOCKETIO_JSON_MAX_DEPTH - 1, "c0" EVENT_END);
  g_autoptr (GBytes) too_deep = repeat (EVENT_START, "91", SOCKETIO_JSON_MAX_DEPTH, "c0" EVENT_END);
  g_autoptr (GBytes) maps = repeat (EVENT_START, "81a161", SOCKETIO_JSON_MAX_DEPTH, "c0" EVENT_END);
  g_autoptr (GBytes)
    unknown = repeat (EVENT_START, "91", SOCKETIO_JSON_MAX_DEPTH - 1, "d40501" EVENT_END);
  g_autoptr (GBytes) very_deep = repeat (EVENT_START, "91", 100000, EVENT_END);
  g_autoptr (SocketioPacket) packet G_GNUC_UNUSED = decode_good (deepest);

  assert_bad (too_deep, SOCKETIO_JSON_ERROR, SOCKETIO_JSON_ERROR_DEPTH);
  assert_bad (maps, SOCKETIO_JSON_ERROR, SOCKETIO_JSON_ERROR_DEPTH);
  assert_bad (unknown, SOCKETIO_JSON_ERROR, SOCKETIO_JSON_ERROR_DEPTH);
  assert_bad (very_deep, SOCKETIO_JSON_ERROR, SOCKETIO_JSON_ERROR_DEPTH);
}

static void
test_many_values (void)
{
  const guint n_around = 16;
  g_autofree char *most = g_strdup_printf (EVENT_START "dd%08x",
                                           SOCKETIO_JSON_MAX_VALUES - n_around);
  g_autofree char *more = g_strdup_printf (EVENT_START "dd%08x", SOCKETIO_JSON_MAX_VALUES);
  g_autoptr (GBytes) good_one = repeat (most, "c0", SOCKETIO_JSON_MAX_VALUES - n_around, EVENT_END);
  g_autoptr (GBytes) bad_one = repeat (more, "c0", SOCKETIO_JSON_MAX_VALUES, EVENT_END);
  g_autoptr (SocketioPacket) packet G_GNUC_UNUSED = decode_good (good_one);

  assert_bad (bad_one, SOCKETIO_JSON_ERROR, SOCKETIO_JSON_ERROR_SIZE);
}

/* Each counts for as many values as its placeholder has the memory of. */
static void
test_many_binaries (void)
{
  const guint n = SOCKETIO_JSON_MAX_VALUES / 8;
  g_autofree char *most = g_strdup_printf (EVENT_START "dd%08x", n - 8);
  g_autofree char *more = g_strdup_printf (EVENT_START "dd%08x", n);
  g_autoptr (GBytes) good_one = repeat (most, "c400", n - 8, EVENT_END);
  g_autoptr (GBytes) bad_one = repeat (more, "c400", n, EVENT_END);
  g_autoptr (SocketioPacket) packet G_GNUC_UNUSED = decode_good (good_one);

  assert_bad (bad_one, SOCKETIO_JSON_ERROR, SOCKETIO_JSON_ERROR_SIZE);
}

/* Names that g_str_hash() cannot tell apart: "bA" and "ab" have the same. */
static void
test_colliding_names (void)
{
  const guint n_bits = 12;
  g_autofree char *before = g_strdup_printf (EVENT_START "df%08x", 1 << n_bits);
  GByteArray *bytes = g_byte_array_new ();
  g_autoptr (GBytes) message = NULL;

  append_hex (bytes, before);
  for (guint i = 0; i < 1 << n_bits; i++)
    {
      append_hex (bytes, "b8");
      for (guint k = 0; k < n_bits; k++)
        append_hex (bytes, i >> k & 1 ? "6241" : "6162");
      append_hex (bytes, "c0");
    }
  append_hex (bytes, EVENT_END);
  message = g_byte_array_free_to_bytes (bytes);
  g_assert_cmpuint (g_str_hash ("bA"), ==, g_str_hash ("ab"));
  assert_bad (message, SOCKETIO_JSON_ERROR, SOCKETIO_JSON_ERROR_SIZE);
}

/* }}} */
/* {{{ What a program may have built */

static char *
encode_node (JsonNode *node)
{
  g_autoptr (SocketioArguments) arguments = socketio_arguments_new_node (node);
  g_autoptr (SocketioPacket) packet = socketio_packet_new_event (NULL, "x", arguments, NO_ID);
  g_autofree char *hex = encode_hex (packet);

  g_assert_true (g_str_has_prefix (hex, EVENT_START) && g_str_has_suffix (hex, EVENT_END));
  return g_strndup (hex + strlen (EVENT_START),
                    strlen (hex) - strlen (EVENT_START) - strlen (EVENT_END));
}

static void
assert_written (JsonNode *node, const char *expected)
{
  g_autofree char *hex = encode_node (node);

  g_assert_cmpstr (hex, ==, expected);
}

static void
test_odd_values (void)
{
  assert_written (json_node_init_string (json_node_alloc (), "a\xff"), "a461efbfbd");
  assert_written (json_node_init_string (json_node_alloc (), NULL), "c0");
  assert_written (json_node_init_object (json_node_alloc (), NULL), "c0");
  assert_written (json_node_init_array (json_node_alloc (), NULL), "c0");
  assert_written (json_node_init_double (json_node_alloc (), 5), "cb4014000000000000");
}

/* An array that contains itself comes to an end. */
static void
test_endless (void)
{
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_init_array (json_node_alloc (), array);
  g_autofree char *hex = NULL;

  json_array_add_array_element (array, json_array_ref (array));
  hex = encode_node (json_node_ref (node));
  g_assert_cmpuint (strlen (hex), ==, 2 * 257);
  g_assert_true (g_str_has_suffix (hex, "9191c0"));
  json_array_remove_element (array, 0);
  json_array_unref (array);
  json_node_unref (node);
}

/* What came as a text of JSON is sent on as MessagePack. */
static void
test_from_json (void)
{
  g_autoptr (SocketioDecoder)
    decoder = socketio_parser_create_decoder (socketio_parser_get_default ());
  g_autoptr (SocketioPacket) packet = NULL;
  g_autofree char *hex = NULL;

  g_assert_true (socketio_decoder_add_text (decoder, "2/a,7[\"x\",[1,\"a\"]]", 18, &packet, NULL));
  hex = encode_hex (packet);
  g_assert_cmpstr (hex, ==, "84a47479706502a46461746192a1789201a161a2696407a36e7370a22f61");
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *path = g_strdup_printf ("/msgpack/value/%u", i);

      g_test_add_data_func (path, &values[i], test_value);
    }
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *path = g_strdup_printf ("/msgpack/good/%u", i);

      g_test_add_data_func (path, &good[i], test_good);
    }
  g_test_add_func ("/msgpack/bad-values", test_bad_values);
  g_test_add_func ("/msgpack/lengths", test_lengths);
  g_test_add_func ("/msgpack/map-lengths", test_map_lengths);
  g_test_add_func ("/msgpack/binary", test_binary);
  g_test_add_func ("/msgpack/extensions", test_extensions);
  g_test_add_func ("/msgpack/forged-placeholder", test_forged_placeholder);
  g_test_add_func ("/msgpack/skipped-members", test_skipped_members);
  g_test_add_func ("/msgpack/repetitions", test_repetitions);
  g_test_add_func ("/msgpack/query", test_query);
  g_test_add_func ("/msgpack/bad", test_bad);
  g_test_add_func ("/msgpack/namespace-length", test_namespace_length);
  g_test_add_func ("/msgpack/text", test_text);
  g_test_add_func ("/msgpack/truncated", test_truncated);
  g_test_add_func ("/msgpack/mutations", test_mutations);
  g_test_add_func ("/msgpack/depth", test_depth);
  g_test_add_func ("/msgpack/many-values", test_many_values);
  g_test_add_func ("/msgpack/many-binaries", test_many_binaries);
  g_test_add_func ("/msgpack/colliding-names", test_colliding_names);
  g_test_add_func ("/msgpack/odd-values", test_odd_values);
  g_test_add_func ("/msgpack/endless", test_endless);
  g_test_add_func ("/msgpack/from-json", test_from_json);

  return g_test_run ();
}
