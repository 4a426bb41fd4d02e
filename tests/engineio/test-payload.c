/* test-payload.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Polling bodies: the protocol's examples, both ways, limits, and what is refused. */

#include "config.h"

#include <string.h>

#include "engineio-payload.h"

#define RS "\x1e"

/* One line a packet: type, or "b" if binary, and the data as URI text, then how it ended. */
static char *
describe (const char *body, gsize length)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  /* An exact copy, so that a sanitizer sees what is read beside it. */
  g_autofree char *copy = g_memdup2 (body, length);
  EngineioPayloadIter iter;
  EngineioPacket *packet;

  engineio_payload_iter_init (&iter, copy, length);
  while (engineio_payload_iter_next (&iter, &packet, &error))
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
  g_string_append_printf (log, error ? "error %d" : "end", error ? error->code : 0);

  /* It stays at its end. */
  g_assert_false (engineio_payload_iter_next (&iter, &packet, NULL));

  return g_string_free (g_steal_pointer (&log), FALSE);
}

static void
assert_body (const char *body, gsize length, const char *expected)
{
  g_autofree char *result = describe (body, length);

  g_assert_cmpstr (result, ==, expected);
}

#define assert_text(body, expected) assert_body (body, sizeof body - 1, expected)

static void
test_decode (void)
{
  assert_text ("4hello" RS "2" RS "4world", "4:hello 2: 4:world end");
  assert_text ("4hello" RS "bAQIDBA==", "4:hello b:%01%02%03%04 end");
  assert_text ("0{\"sid\":\"a\"}", "0:%7B%22sid%22%3A%22a%22%7D end");
  assert_text ("4\xe2\x82\xac", "4:%E2%82%AC end");
  assert_text ("4a\0b" RS "1", "4:a%00b 1: end");
  assert_text ("b" RS "b", "b: b: end");
}

/* What looks like a type behind "b" is data in protocol 4. */
static void
test_decode_base64_four (void)
{
  assert_text ("b4AQI" RS "b4w==" RS "4x", "b:%E0%04%08 b:%E3 4:x end");
}

/* Two packets without a separator are one: nothing in a text ends it but the separator. */
static void
test_decode_missing_separator (void)
{
  assert_text ("4hello2", "4:hello2 end");
  assert_text ("bAQID4hello", "error 2");
  assert_text ("bAQ==bAQ==", "error 2");
  assert_text ("6:4hello1:2", "6:%3A4hello1%3A2 end");
}

static void
test_decode_empty_packets (void)
{
  assert_text ("", "error 0");
  assert_text (RS, "error 0");
  assert_text (RS "4a", "error 0");
  assert_text ("4a" RS, "4:a error 0");
  assert_text ("4a" RS RS "4b", "4:a error 0");
}

static void
test_decode_refused (void)
{
  assert_text ("4a" RS "7" RS "4b", "4:a error 1");
  assert_text ("4a" RS "b*" RS "4b", "4:a error 2");
  assert_text ("4a" RS "4\xff" RS "4b", "4:a error 3");
  /* A character must not reach over the end of its packet. */
  assert_text ("4\xe2\x82" RS "4b", "error 3");
  assert_text ("4a" RS "4\xe2\x82", "4:a error 3");
  assert_text ("4\xed\xa0\x80", "error 3");
}

static char *
make_many (guint n, gsize *length)
{
  GString *body = g_string_new ("6");

  for (guint i = 1; i < n; i++)
    g_string_append (body, RS "6");
  *length = body->len;

  return g_string_free (body, FALSE);
}

static guint
count (const char *body, gsize length, GError **error)
{
  EngineioPayloadIter iter;
  EngineioPacket *packet;
  guint n = 0;

  engineio_payload_iter_init (&iter, body, length);
  for (; engineio_payload_iter_next (&iter, &packet, error); n++)
    engineio_packet_unref (packet);

  return n;
}

static void
test_decode_many (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *most = NULL;
  g_autofree char *more = NULL;
  gsize length;

  most = make_many (ENGINEIO_PAYLOAD_MAX_PACKETS, &length);
  g_assert_cmpuint (count (most, length, &error), ==, ENGINEIO_PAYLOAD_MAX_PACKETS);
  g_assert_no_error (error);

  more = make_many (ENGINEIO_PAYLOAD_MAX_PACKETS + 1, &length);
  g_assert_cmpuint (count (more, length, &error), ==, ENGINEIO_PAYLOAD_MAX_PACKETS);
  g_assert_error (error, ENGINEIO_PACKET_ERROR, ENGINEIO_PACKET_ERROR_TOO_MANY);
}

static void
test_encode (void)
{
  g_autoptr (EngineioPacket) hello = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, "hello", -1);
  g_autoptr (EngineioPacket) ping = engineio_packet_new (ENGINEIO_PACKET_PING, NULL, 0);
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary ("\1\2\3\4", 4);
  EngineioPacket *packets[] = { hello, ping, binary, hello };
  g_autoptr (GBytes) one = engineio_payload_encode (packets, 1);
  g_autoptr (GBytes) all = engineio_payload_encode (packets, 4);
  const char expected[] = "4hello" RS "2" RS "bAQIDBA==" RS "4hello";

  g_assert_cmpmem (g_bytes_get_data (one, NULL), g_bytes_get_size (one), "4hello", 6);
  g_assert_cmpmem (g_bytes_get_data (all, NULL), g_bytes_get_size (all), expected,
                   sizeof expected - 1);
}

/* Binary of every length around the groups of three survives, and its size is foretold. */
static void
test_binary_round_trip (void)
{
  guint8 data[200];

  for (guint i = 0; i < sizeof data; i++)
    data[i] = i * 37 + 0xe0;

  for (guint n = 0; n <= sizeof data; n++)
    {
      g_autoptr (EngineioPacket) packet = engineio_packet_new_binary (data, n);
      g_autoptr (GBytes) body = engineio_payload_encode (&packet, 1);
      g_autoptr (EngineioPacket) back = NULL;
      EngineioPayloadIter iter;
      const char *result;
      gsize length;

      g_assert_cmpuint (engineio_payload_get_packet_size (packet), ==, g_bytes_get_size (body));
      engineio_payload_iter_init (&iter, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
      g_assert_true (engineio_payload_iter_next (&iter, &back, NULL));
      g_assert_true (engineio_packet_is_binary (back));
      result = engineio_packet_get_data (back, &length);
      g_assert_cmpmem (result, length, data, n);
    }
}

/* The answer is the most that fits: its body does, and one packet more does not. */
/* As a peer gets it over a WebSocket that takes no bytes. */
static void
test_base64_frame (void)
{
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary ("\1\2\3\4", 4);
  g_autoptr (EngineioPacket) text = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, "a", 1);
  const guint8 *frame;
  gsize length;

  frame = engineio_payload_get_base64_frame (binary, &length);
  g_assert_cmpmem (frame, length,
                   "\x81\x09"
                   "bAQIDBA==",
                   11);
  g_assert_true (engineio_payload_get_base64_frame (binary, &length) == frame);
  frame = engineio_payload_get_base64_frame (text, &length);
  g_assert_cmpmem (frame, length,
                   "\x81\x02"
                   "4a",
                   4);
  frame = engineio_packet_get_frame (binary, &length);
  g_assert_cmpmem (frame, length, "\x82\x04\1\2\3\4", 6);
}

static void
test_fit (void)
{
  g_autoptr (EngineioPacket) text = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, "hello", -1);
  g_autoptr (EngineioPacket) binary = engineio_packet_new_binary ("\1\2\3\4", 4);
  EngineioPacket *packets[] = { text, binary, text, binary };

  for (gsize max = 0; max < 40; max++)
    {
      guint n = engineio_payload_fit (packets, 4, max);
      g_autoptr (GBytes) body = engineio_payload_encode (packets, n);

      g_assert_cmpuint (n, >=, 1);
      g_assert_true (n == 1 || g_bytes_get_size (body) <= max);
      if (n < 4)
        {
          g_autoptr (GBytes) longer = engineio_payload_encode (packets, n + 1);

          g_assert_cmpuint (g_bytes_get_size (longer), >, max);
        }
    }

  g_assert_cmpuint (engineio_payload_fit (packets, 4, 6), ==, 1);
  g_assert_cmpuint (engineio_payload_fit (packets, 4, 15), ==, 1);
  g_assert_cmpuint (engineio_payload_fit (packets, 4, 16), ==, 2);
  g_assert_cmpuint (engineio_payload_fit (packets, 4, 33), ==, 4);
  g_assert_cmpuint (engineio_payload_fit (packets, 0, 100), ==, 0);
}

static void
test_fit_many (void)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_NOOP, NULL, 0);
  guint n = ENGINEIO_PAYLOAD_MAX_PACKETS + 1;
  g_autofree EngineioPacket **packets = g_new (EngineioPacket *, n);

  for (guint i = 0; i < n; i++)
    packets[i] = packet;

  g_assert_cmpuint (engineio_payload_fit (packets, n, G_MAXSIZE), ==, n - 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/payload/decode", test_decode);
  g_test_add_func ("/payload/decode/base64-four", test_decode_base64_four);
  g_test_add_func ("/payload/decode/missing-separator", test_decode_missing_separator);
  g_test_add_func ("/payload/decode/empty-packets", test_decode_empty_packets);
  g_test_add_func ("/payload/decode/refused", test_decode_refused);
  g_test_add_func ("/payload/decode/many", test_decode_many);
  g_test_add_func ("/payload/encode", test_encode);
  g_test_add_func ("/payload/binary-round-trip", test_binary_round_trip);
  g_test_add_func ("/payload/base64-frame", test_base64_frame);
  g_test_add_func ("/payload/fit", test_fit);
  g_test_add_func ("/payload/fit/many", test_fit_many);

  return g_test_run ();
}
