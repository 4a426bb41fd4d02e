/* test-payload3.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Protocol 3: polling bodies in both forms, both ways, WebSocket messages, and what is refused. */

#include "config.h"

#include <string.h>

#include "engineio-frame.h"
#include "engineio-packet3.h"
#include "engineio-payload3.h"

typedef gboolean (*NextFunc) (EngineioPayloadIter *iter, EngineioPacket **packet, GError **error);

#define TEXTS(name) ENGINEIO_PAYLOAD_TEXTS_##name

#define BYTES(text) text, sizeof text - 1

/* {{{ Reading */

/* One word a packet: type, or "b" if binary, and the data as URI text, then how it ended. */
static char *
describe (NextFunc next, const char *body, gsize length)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  /* An exact copy, so that a sanitizer sees what is read beside it. */
  g_autofree char *copy = g_memdup2 (body, length);
  EngineioPayloadIter iter;
  EngineioPacket *packet;

  engineio_payload_iter_init (&iter, copy, length);
  while (next (&iter, &packet, &error))
    {
      gsize data_length;
      const char *data = engineio_packet_get_data (packet, &data_length);
      g_autofree char *text = g_uri_escape_bytes ((const guint8 *)data, data_length, NULL);

      if (engineio_packet_is_binary (packet))
        g_string_append_printf (log, "b:%s ", text);
      else
        g_string_append_printf (log, "%d:%s ", engineio_packet_get_packet_type (packet), text);
      engineio_packet_unref (packet);
    }

  g_assert_null (packet);
  g_string_append (log, error != NULL ? error->message : "end");

  /* It stays at its end. */
  g_assert_false (next (&iter, &packet, NULL));

  return g_string_free (g_steal_pointer (&log), FALSE);
}

static void
assert_body (NextFunc next, const char *body, gsize length, const char *expected)
{
  g_autofree char *result = describe (next, body, length);

  g_assert_cmpstr (result, ==, expected);
}

#define assert_text(body, expected) assert_body (engineio_payload3_next, BYTES (body), expected)
#define assert_binary(body, expected)                                                              \
  assert_body (engineio_payload3_next_binary, BYTES (body), expected)

static void
test_text (void)
{
  assert_text ("6:4hello", "4:hello end");
  assert_text ("6:4test16:4test26:4test3", "4:test1 4:test2 4:test3 end");
  assert_text ("6:4hello10:b4AQIDBA==", "4:hello b:%01%02%03%04 end");
  assert_text ("1:2", "2: end");
  assert_text ("2:4039:451-[\"b\",{\"_placeholder\":true,\"num\":0}]6:b4AQI=",
               "4:0 4:51-%5B%22b%22%2C%7B%22_placeholder%22%3Atrue%2C%22num%22%3A0%7D%5D "
               "b:%01%02 end");
  assert_text ("2:b41:6", "b: 6: end");
  assert_text ("4:4a\0b1:1", "4:a%00b 1: end");
}

/* A character beyond U+FFFF is two units, whatever its bytes. */
static void
test_text_units (void)
{
  assert_text ("14:42[\"u\",\"é€😀\"]", "4:2%5B%22u%22%2C%22%C3%A9%E2%82%AC%F0%9F%98%80%22%5D end");
  assert_text ("2:4가3:4😀1:2", "4:%EA%B0%80 4:%F0%9F%98%80 2: end");
  assert_text ("5:4😀😀2:4\xef\xbf\xbd", "4:%F0%9F%98%80%F0%9F%98%80 4:%EF%BF%BD end");
}

static void
test_text_lengths (void)
{
  assert_text ("", "A body is empty");
  assert_text ("abc", "A length is no number");
  assert_text (":4a", "A packet has no length");
  assert_text ("6", "A packet has no length");
  assert_text ("6:4hell", "A packet is cut off");
  assert_text ("6:4hello6:4hell", "4:hello A packet is cut off");
  assert_text ("6:4hello1", "4:hello A packet has no length");
  assert_text ("-1:4", "A length is no number");
  assert_text ("+1:4", "A length is no number");
  assert_text (" 1:4", "A length is no number");
  assert_text ("1e0:4", "A length is no number");
  assert_text ("01:4", "A length is no number");
  assert_text ("0:", "A packet has no type");
  assert_text ("9999999999:4a", "A packet is cut off");
  assert_text ("18446744073709551617:4", "A length is no number");
  assert_text ("00000000000000000001:4", "A length is no number");
}

static void
test_text_units_do_not_fit (void)
{
  assert_text ("2:4😀", "A length ends in a character");
  assert_text ("3:4가", "A packet is cut off");
  assert_text ("2:4\xea\xb0", "A length ends in a character");
  assert_text ("2:4\xf0\x9f\x98", "A length ends in a character");
  assert_text ("4:4é😀", "4:%C3%A9%F0%9F%98%80 end");
  assert_text ("3:4é😀", "A length ends in a character");
}

static void
test_text_refused (void)
{
  assert_text ("1:7", "A packet has the unknown type 0x37");
  assert_text ("2:4a3:4\xff\xff", "4:a A length ends in a character");
  assert_text ("2:4\x80", "A packet is not valid UTF-8");
  assert_text ("2:4\xed\xa0\x80", "A packet is not valid UTF-8");
  assert_text ("1:b", "A binary packet has the type 0x62, which is no message");
  assert_text ("6:b2AQI=", "A binary packet has the type 0x32, which is no message");
  assert_text ("5:bAQI=", "A binary packet has the type 0x41, which is no message");
  assert_text ("5:b4AQI", "A binary packet is not valid base64");
  assert_text ("3:b4*", "A binary packet is not valid base64");
}

static void
test_binary (void)
{
  assert_binary ("\0\6\xff"
                 "4hello\1\5\xff\4\1\2\3\4",
                 "4:hello b:%01%02%03%04 end");
  assert_binary ("\0\2\xff"
                 "40\1\3\xff\4\1\2\0\1\0\xff"
                 "4123456789",
                 "4:0 b:%01%02 4:123456789 end");
  assert_binary ("\1\1\xff\4", "b: end");
  assert_binary ("\0\6\xff"
                 "b4AQI=",
                 "b:%01%02 end");
  assert_binary ("\0\5\xff"
                 "4😀\0\1\xff"
                 "2",
                 "4:%F0%9F%98%80 2: end");
}

/* Half of a surrogate pair, as the clients write it here. */
static void
test_binary_surrogates (void)
{
  assert_binary ("\0\5\xff"
                 "4\xed\xa0\x80x",
                 "4:%EF%BF%BDx end");
  assert_binary ("\0\x7\xff"
                 "4\xed\xb0\x80\xed\xbf\xbf",
                 "4:%EF%BF%BD%EF%BF%BD end");
  assert_binary ("\0\3\xff"
                 "4\xed\xa0",
                 "A packet is not valid UTF-8");
  assert_binary ("\0\5\xff"
                 "4\xff\xed\xa0\x80",
                 "A packet is not valid UTF-8");
}

static void
test_binary_refused (void)
{
  assert_binary ("", "A body is empty");
  assert_binary ("4hello", "A packet is neither text nor bytes");
  assert_binary ("\2\1\xff"
                 "4",
                 "A packet is neither text nor bytes");
  assert_binary ("\0", "A packet has no length");
  assert_binary ("\0\xff"
                 "4",
                 "A packet has no length");
  assert_binary ("\0\1", "A packet has no length");
  assert_binary ("\0\2\xff"
                 "4",
                 "A packet is cut off");
  assert_binary ("\1\6\xff\4\1\2\3\4", "A packet is cut off");
  assert_binary ("\0\12\xff"
                 "4",
                 "A length is no number");
  assert_binary ("\0001\xff"
                 "4",
                 "A length is no number");
  assert_binary ("\0\0\1\xff"
                 "4",
                 "A length is no number");
  assert_binary ("\0\1\1\1\1\1\1\1\1\1\1\1\xff"
                 "4",
                 "A length is no number");
  assert_binary ("\1\0\xff", "A binary packet has no type");
  assert_binary ("\0\0\xff", "A packet has no type");
  assert_binary ("\1\2\xff\2a", "A binary packet has the type 0x02, which is no message");
  assert_binary ("\1\2\xff"
                 "4a",
                 "A binary packet has the type 0x34, which is no message");
  assert_binary ("\0\2\xff"
                 "4\xff",
                 "A packet is not valid UTF-8");
}

static void
test_many (void)
{
  g_autoptr (GString) body = g_string_new (NULL);
  EngineioPayloadIter iter;
  EngineioPacket *packet;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  for (guint i = 0; i <= ENGINEIO_PAYLOAD_MAX_PACKETS; i++)
    g_string_append (body, "1:6");
  engineio_payload_iter_init (&iter, body->str, body->len);
  for (; engineio_payload3_next (&iter, &packet, &error); n++)
    engineio_packet_unref (packet);

  g_assert_cmpuint (n, ==, ENGINEIO_PAYLOAD_MAX_PACKETS);
  g_assert_error (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_TOO_MANY);
}

/* Reads a text body of a client of which @texts is known, and tells what is known behind it. */
static void
assert_texts (EngineioPayloadTexts texts,
              const char *body,
              const char *expected,
              EngineioPayloadTexts learned)
{
  EngineioPayloadIter iter;
  EngineioPacket *packet;
  g_autoptr (GString) log = g_string_new (NULL);

  engineio_payload_iter_init (&iter, body, strlen (body));
  iter.texts = texts;
  while (engineio_payload3_next (&iter, &packet, NULL))
    {
      gsize length;

      g_string_append_printf (log, "%s ", engineio_packet_get_data (packet, &length));
      engineio_packet_unref (packet);
    }

  g_assert_cmpstr (log->str, ==, expected);
  g_assert_cmpint (iter.texts, ==, learned);
}

/* Socket.IO 1 takes the bytes of a text for characters, and counts those. */
static void
test_text_twice (void)
{
  assert_texts (TEXTS (UNKNOWN), "2:4a1:2", "a  ", TEXTS (UNKNOWN));
  assert_texts (TEXTS (UNKNOWN), "4:4\303\252\302\260\302\2002:4a", "가 a ", TEXTS (TWICE));
  assert_texts (TEXTS (UNKNOWN), "5:4\303\260\302\237\302\230\302\200", "😀 ", TEXTS (TWICE));
  assert_texts (TEXTS (UNKNOWN), "3:4\303\203\302\2514:4\303\255\302\240\302\200",
                "é \xef\xbf\xbd ", TEXTS (TWICE));
  assert_texts (TEXTS (TWICE), "3:4\303\203\302\251", "é ", TEXTS (TWICE));
}

static void
test_text_once (void)
{
  assert_texts (TEXTS (UNKNOWN), "2:4가", "가 ", TEXTS (ONCE));
  assert_texts (TEXTS (UNKNOWN), "2:4é", "é ", TEXTS (ONCE));
  assert_texts (TEXTS (UNKNOWN), "4:4«a»", "«a» ", TEXTS (ONCE));
  assert_texts (TEXTS (UNKNOWN), "4:4\303\203\302\251가", "\303\203\302\251가 ", TEXTS (ONCE));
  /* Once it is known, what looks like the other is not. */
  assert_texts (TEXTS (ONCE), "3:4\303\203\302\251", "\303\203\302\251 ", TEXTS (ONCE));
  assert_texts (TEXTS (UNKNOWN), "2:4é3:4\303\203\302\251", "é \303\203\302\251 ", TEXTS (ONCE));
  assert_texts (TEXTS (TWICE), "2:4가", "가 ", TEXTS (TWICE));
}

/* }}} */
/* {{{ Writing */

static void
assert_encoded (gboolean base64,
                EngineioPacket *const *packets,
                guint n,
                const char *type,
                const char *expected,
                gsize length)
{
  const char *real_type;
  g_autoptr (GBytes)
    body = base64 ? engineio_payload3_encode_base64 (packets, n, TEXTS (UNKNOWN), &real_type)
                  : engineio_payload3_encode (packets, n, TEXTS (UNKNOWN), &real_type);

  g_assert_cmpstr (real_type, ==, type);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), expected, length);
}

static EngineioPacket *
message (const char *text)
{
  return engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);
}

static void
test_encode (void)
{
  g_autoptr (EngineioPacket) connect = message ("0");
  g_autoptr (EngineioPacket) event = message ("51-[\"b\",{\"_placeholder\":true,\"num\":0}]");
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary ("\1\2", 2);
  g_autoptr (EngineioPacket) unicode = message ("2[\"u\",\"é€😀\"]");
  EngineioPacket *packets[] = { connect, event, binary, unicode };

  assert_encoded (TRUE, packets, 4, "text/plain; charset=UTF-8",
                  BYTES ("2:4039:451-[\"b\",{\"_placeholder\":true,\"num\":0}]6:b4AQI="
                         "14:42[\"u\",\"é€😀\"]"));
  assert_encoded (FALSE, packets, 4, "application/octet-stream",
                  BYTES ("\0\2\xff"
                         "40\0\3\x9\xff"
                         "451-[\"b\",{\"_placeholder\":true,\"num\":0}]\1\3\xff\4\1\2\0\1\x9\xff"
                         "42[\"u\",\"é€😀\"]"));
}

/* The shortest record, with nothing behind it to hide what is written there. */
static void
test_encode_empty (void)
{
  g_autoptr (EngineioPacket) empty = engineio_packet_new_binary (NULL, 0);

  assert_encoded (TRUE, &empty, 1, "text/plain; charset=UTF-8", BYTES ("2:b4"));
  assert_encoded (FALSE, &empty, 1, "application/octet-stream", BYTES ("\1\1\xff\4"));
}

/* Without bytes there is no need for the binary form; but see what the codec says of old pages. */
static void
test_encode_text (void)
{
  g_autoptr (EngineioPacket) ascii = message ("hello");
  g_autoptr (EngineioPacket) unicode = message ("é");
  g_autoptr (EngineioPacket) pong = engineio_packet_new (ENGINEIO_PACKET_PONG, NULL, 0);
  EngineioPacket *packets[] = { ascii, pong, unicode };

  assert_encoded (FALSE, packets, 2, "text/plain; charset=UTF-8", BYTES ("6:4hello1:3"));
  assert_encoded (TRUE, packets, 3, "text/plain; charset=UTF-8", BYTES ("6:4hello1:32:4é"));
  assert_encoded (FALSE, packets, 3, "application/octet-stream",
                  BYTES ("\0\6\xff"
                         "4hello\0\1\xff"
                         "3\0\3\xff"
                         "4é"));
}

static void
test_encode_twice (void)
{
  g_autoptr (EngineioPacket) unicode = message ("é€😀");
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary ("\1\2", 2);
  EngineioPacket *packets[] = { unicode, binary };
  const char *type;
  g_autoptr (GBytes) body = engineio_payload3_encode_base64 (packets, 2, TEXTS (TWICE), &type);
  g_autoptr (GBytes) bytes = engineio_payload3_encode (packets, 2, TEXTS (TWICE), &type);
  const char expected[] =
    "10:4\303\203\302\251\303\242\302\202\302\254\303\260\302\237\302\230\302\2006:b4AQI=";

  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), expected,
                   sizeof expected - 1);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   "\0\1\0\xff"
                   "4é€😀\1\3\xff\4\1\2",
                   20);
  g_assert_cmpuint (engineio_payload3_fit_base64 (packets, 2, TEXTS (TWICE), 30), ==, 2);
  g_assert_cmpuint (engineio_payload3_fit_base64 (packets, 2, TEXTS (TWICE), 29), ==, 1);
}

static void
test_fit (void)
{
  g_autoptr (EngineioPacket) text = message ("hello");
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary ("\1\2\3\4", 4);
  g_autoptr (EngineioPacket) unicode = message ("가나다라마바사아자차😀");
  EngineioPacket *packets[] = { text, binary, unicode, text };
  const char *type;

  for (gsize max = 0; max < 100; max++)
    {
      guint n = engineio_payload3_fit (packets, 4, TEXTS (UNKNOWN), max);
      guint n_base64 = engineio_payload3_fit_base64 (packets, 4, TEXTS (UNKNOWN), max);
      g_autoptr (GBytes) body = engineio_payload3_encode (packets, n, TEXTS (UNKNOWN), &type);
      g_autoptr (GBytes)
        body_base64 = engineio_payload3_encode_base64 (packets, n_base64, TEXTS (UNKNOWN), &type);

      g_assert_true (n == 1 || g_bytes_get_size (body) <= max);
      g_assert_true (n_base64 == 1 || g_bytes_get_size (body_base64) <= max);
    }
  g_assert_cmpuint (engineio_payload3_fit (packets, 4, TEXTS (UNKNOWN), 8), ==, 1);
  g_assert_cmpuint (engineio_payload3_fit (packets, 4, TEXTS (UNKNOWN), 17), ==, 2);
  g_assert_cmpuint (engineio_payload3_fit_base64 (packets, 4, TEXTS (UNKNOWN), 20), ==, 1);
  g_assert_cmpuint (engineio_payload3_fit_base64 (packets, 4, TEXTS (UNKNOWN), 21), ==, 2);
  g_assert_cmpuint (engineio_payload3_fit (packets, 0, TEXTS (UNKNOWN), 100), ==, 0);
}

/* What is written is read again, in both forms and of every length around the digits' ends. */
static void
test_round_trip (void)
{
  for (guint n = 0; n < 120; n++)
    {
      g_autofree char *data = g_strnfill (n, 0xe9);
      g_autofree char *filler = g_strnfill (n, 'x');
      g_autoptr (EngineioPacket) binary = engineio_packet_new_binary (data, n);
      g_autoptr (EngineioPacket) text = message (filler);
      EngineioPacket *packets[] = { binary, text };
      const char *type;
      g_autoptr (GBytes) bytes = engineio_payload3_encode (packets, 2, TEXTS (UNKNOWN), &type);
      g_autoptr (GBytes)
        base64 = engineio_payload3_encode_base64 (packets, 2, TEXTS (UNKNOWN), &type);
      g_autofree char *escaped = g_uri_escape_bytes ((guint8 *)data, n, NULL);
      g_autofree char *expected = g_strdup_printf ("b:%s 4:%s end", escaped, filler);

      assert_body (engineio_payload3_next_binary, g_bytes_get_data (bytes, NULL),
                   g_bytes_get_size (bytes), expected);
      assert_body (engineio_payload3_next, g_bytes_get_data (base64, NULL),
                   g_bytes_get_size (base64), expected);
    }
}

/* }}} */
/* {{{ WebSocket */

static void
test_frames (void)
{
  g_autoptr (EngineioPacket) text = message ("é");
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary ("\1\2\3\4", 4);
  const guint8 *frame, *again;
  gsize length;

  frame = engineio_packet3_get_frame (text, &length);
  g_assert_cmpmem (frame, length,
                   "\x81\3"
                   "4é",
                   5);
  frame = engineio_packet3_get_base64_frame (text, &length);
  g_assert_cmpmem (frame, length,
                   "\x81\3"
                   "4é",
                   5);

  frame = engineio_packet3_get_frame (binary, &length);
  g_assert_cmpmem (frame, length, "\x82\5\4\1\2\3\4", 7);
  again = engineio_packet3_get_frame (binary, &length);
  g_assert_true (frame == again);
  frame = engineio_packet3_get_base64_frame (binary, &length);
  g_assert_cmpmem (frame, length,
                   "\x81\12"
                   "b4AQIDBA==",
                   12);

  /* Those of the current protocol have the same packet as it was. */
  frame = engineio_packet_get_frame (binary, &length);
  g_assert_cmpmem (frame, length, "\x82\4\1\2\3\4", 6);
}

static void
test_messages (void)
{
  g_autoptr (EngineioPacket) binary = engineio_packet3_new_from_message ("\4\1\2", 3, TRUE, NULL);
  g_autoptr (EngineioPacket) base64 = engineio_packet3_new_from_message ("b4AQI=", 6, FALSE, NULL);
  g_autoptr (EngineioPacket) text = engineio_packet3_new_from_message ("4b4", 3, FALSE, NULL);
  g_autoptr (GError) error = NULL;
  const char *data;
  gsize length;

  data = engineio_packet_get_data (binary, &length);
  g_assert_true (engineio_packet_is_binary (binary));
  g_assert_cmpmem (data, length, "\1\2", 2);
  data = engineio_packet_get_data (base64, &length);
  g_assert_true (engineio_packet_is_binary (base64));
  g_assert_cmpmem (data, length, "\1\2", 2);
  data = engineio_packet_get_data (text, &length);
  g_assert_false (engineio_packet_is_binary (text));
  g_assert_cmpmem (data, length, "b4", 2);

  g_assert_null (engineio_packet3_new_from_message ("", 0, TRUE, &error));
  g_assert_error (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_EMPTY);
  g_clear_error (&error);
  g_assert_null (engineio_packet3_new_from_message ("", 0, FALSE, &error));
  g_assert_error (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_EMPTY);
  g_clear_error (&error);
  g_assert_null (engineio_packet3_new_from_message ("\1\2", 2, TRUE, &error));
  g_assert_error (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_UNKNOWN_TYPE);
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/payload3/text", test_text);
  g_test_add_func ("/payload3/text/units", test_text_units);
  g_test_add_func ("/payload3/text/lengths", test_text_lengths);
  g_test_add_func ("/payload3/text/units-do-not-fit", test_text_units_do_not_fit);
  g_test_add_func ("/payload3/text/refused", test_text_refused);
  g_test_add_func ("/payload3/text/twice", test_text_twice);
  g_test_add_func ("/payload3/text/once", test_text_once);
  g_test_add_func ("/payload3/binary", test_binary);
  g_test_add_func ("/payload3/binary/surrogates", test_binary_surrogates);
  g_test_add_func ("/payload3/binary/refused", test_binary_refused);
  g_test_add_func ("/payload3/many", test_many);
  g_test_add_func ("/payload3/encode", test_encode);
  g_test_add_func ("/payload3/encode/empty", test_encode_empty);
  g_test_add_func ("/payload3/encode/text", test_encode_text);
  g_test_add_func ("/payload3/encode/twice", test_encode_twice);
  g_test_add_func ("/payload3/fit", test_fit);
  g_test_add_func ("/payload3/round-trip", test_round_trip);
  g_test_add_func ("/packet3/frames", test_frames);
  g_test_add_func ("/packet3/messages", test_messages);

  return g_test_run ();
}
