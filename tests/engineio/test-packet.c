/* test-packet.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* One packet: what it holds, how it stands in a frame, what is refused. */

#include "config.h"

#include <string.h>

#include "engineio-frame.h"
#include "engineio-packet.h"

static void
assert_data (EngineioPacket *packet, const void *expected, gsize expected_length)
{
  gsize length;
  const char *data = engineio_packet_get_data (packet, &length);

  g_assert_cmpmem (data, length, expected, expected_length);
  g_assert_cmpint (data[length], ==, 0);
}

static void
assert_wire (EngineioPacket *packet, const void *expected, gsize expected_length)
{
  gsize length;
  const char *wire = engineio_packet_get_wire (packet, &length);

  g_assert_cmpmem (wire, length, expected, expected_length);
}

static void
assert_frame (EngineioPacket *packet, const void *expected, gsize expected_length)
{
  gsize length;
  const guint8 *frame = engineio_packet_get_frame (packet, &length);

  g_assert_cmpmem (frame, length, expected, expected_length);
  g_assert_cmpuint (engineio_packet_get_size (packet), ==, length);
}

static void
test_text (void)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, "hello", -1);

  g_assert_cmpint (engineio_packet_get_packet_type (packet), ==, ENGINEIO_PACKET_MESSAGE);
  g_assert_false (engineio_packet_is_binary (packet));
  assert_data (packet, "hello", 5);
  assert_wire (packet, "4hello", 6);
  assert_frame (packet,
                "\x81\x06"
                "4hello",
                8);
}

static void
test_no_data (void)
{
  for (int type = ENGINEIO_PACKET_OPEN; type <= ENGINEIO_PACKET_NOOP; type++)
    {
      g_autoptr (EngineioPacket) packet = engineio_packet_new (type, NULL, -1);
      char wire = '0' + type;

      g_assert_cmpint (engineio_packet_get_packet_type (packet), ==, type);
      assert_data (packet, "", 0);
      assert_wire (packet, &wire, 1);
    }
}

static void
test_length_given (void)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_PING, "a\0bXX", 3);

  assert_wire (packet, "2a\0b", 4);
}

static void
test_binary (void)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new_binary ("4\0\xff\x1e", 4);
  g_autoptr (EngineioPacket) empty = engineio_packet_new_binary (NULL, 0);

  g_assert_cmpint (engineio_packet_get_packet_type (packet), ==, ENGINEIO_PACKET_MESSAGE);
  g_assert_true (engineio_packet_is_binary (packet));
  assert_data (packet, "4\0\xff\x1e", 4);
  assert_wire (packet, "4\0\xff\x1e", 4);
  assert_frame (packet,
                "\x82\x04"
                "4\0\xff\x1e",
                6);

  assert_data (empty, "", 0);
  assert_frame (empty, "\x82\0", 2);
}

/* The three forms of a frame's length, and both sides of each border. */
static void
test_frame_lengths (void)
{
  static const struct
  {
    gsize wire;
    gsize header;
    guint8 length_byte;
  } rows[] = {
    { 1, 2, 1 }, { 125, 2, 125 }, { 126, 4, 126 }, { 65535, 4, 126 }, { 65536, 10, 127 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strnfill (rows[i].wire - 1, 'x');
      g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);
      g_autofree char *wire = g_strconcat ("4", text, NULL);
      gsize length;
      const guint8 *frame = engineio_packet_get_frame (packet, &length);

      g_assert_cmpuint (length, ==, rows[i].header + rows[i].wire);
      g_assert_cmpuint (frame[0], ==, 0x81);
      g_assert_cmpuint (frame[1], ==, rows[i].length_byte);
      g_assert_cmpmem (frame + rows[i].header, rows[i].wire, wire, rows[i].wire);
      assert_wire (packet, wire, rows[i].wire);
      assert_data (packet, text, rows[i].wire - 1);
    }
}

/* The bytes share the packet's memory and outlive the caller's reference. */
static void
test_bytes (void)
{
  EngineioPacket *packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, "hello", 5);
  g_autoptr (GBytes) bytes = engineio_packet_get_bytes (packet);
  gsize length;

  g_assert_true (g_bytes_get_data (bytes, NULL) == engineio_packet_get_data (packet, &length));
  g_assert_true (engineio_packet_ref (packet) == packet);
  engineio_packet_unref (packet);
  engineio_packet_unref (packet);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "hello", 5);
}

static void
test_boxed (void)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_NOOP, NULL, 0);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, ENGINEIO_TYPE_PACKET);
  g_value_set_boxed (&value, packet);
  g_assert_true (g_value_get_boxed (&value) == packet);
}

static void
test_from_wire (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EngineioPacket) probe = engineio_packet_new_from_wire ("2probe", 6, &error);
  g_autoptr (EngineioPacket) upgrade = engineio_packet_new_from_wire ("5", 1, &error);

  g_assert_no_error (error);
  g_assert_cmpint (engineio_packet_get_packet_type (probe), ==, ENGINEIO_PACKET_PING);
  assert_data (probe, "probe", 5);
  g_assert_cmpint (engineio_packet_get_packet_type (upgrade), ==, ENGINEIO_PACKET_UPGRADE);
  assert_data (upgrade, "", 0);
}

static void
test_from_base64 (void)
{
  static const struct
  {
    const char *text;
    const char *data;
    gsize length;
  } rows[] = {
    { "b", "", 0 },
    { "bAA==", "\0", 1 },
    { "bAQI=", "\1\2", 2 },
    { "bAQID", "\1\2\3", 3 },
    { "bAQIDBA==", "\1\2\3\4", 4 },
    { "b+/+/", "\xfb\xff\xbf", 3 },
    /* The "4" is data here, only protocol 3 has a type behind the "b". */
    { "b4AQI", "\xe0\x04\x08", 3 },
    { "b4w==", "\xe3", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EngineioPacket) packet = NULL;

      packet = engineio_packet_new_from_wire (rows[i].text, strlen (rows[i].text), &error);
      g_assert_no_error (error);
      g_assert_true (engineio_packet_is_binary (packet));
      assert_data (packet, rows[i].data, rows[i].length);
    }
}

/* Each byte in each place of four digits. */
static void
test_base64_alphabet (void)
{
  for (int i = 0; i < 4 * 256; i++)
    {
      g_autoptr (EngineioPacket) packet = NULL;
      char text[] = "bAAAA";
      char c = i & 0xff;

      text[1 + i / 256] = c;
      packet = engineio_packet_new_from_wire (text, 5, NULL);
      /* A lone "=" is padding in the last place. */
      if (g_ascii_isalnum (c) || c == '+' || c == '/' || (c == '=' && i / 256 == 3))
        g_assert_nonnull (packet);
      else
        g_assert_null (packet);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    gsize length;
    EngineioPacketError code;
  } rows[] = {
    { "", 0, ENGINEIO_PACKET_ERROR_EMPTY },
    { "7", 1, ENGINEIO_PACKET_ERROR_UNKNOWN_TYPE },
    { "/", 1, ENGINEIO_PACKET_ERROR_UNKNOWN_TYPE },
    { "\0", 1, ENGINEIO_PACKET_ERROR_UNKNOWN_TYPE },
    { "\xff", 1, ENGINEIO_PACKET_ERROR_UNKNOWN_TYPE },
    { "abc", 3, ENGINEIO_PACKET_ERROR_UNKNOWN_TYPE },
    { "BAQID", 5, ENGINEIO_PACKET_ERROR_UNKNOWN_TYPE },
    { "bA", 2, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQ", 3, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQI", 4, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    /* What lies behind the end would make these good. */
    { "bAQIDBAUG", 2, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQIDBAUG", 4, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQIDBAUG", 8, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQIDBA==", 8, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQID=", 6, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "b=", 2, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "b====", 5, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bA===", 5, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQ==AQID", 9, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQ=I", 5, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQ-_", 5, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQ D", 5, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQI\n", 5, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQI\0", 5, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAR==", 5, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
    { "bAQJ=", 5, ENGINEIO_PACKET_ERROR_INVALID_BASE64 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (engineio_packet_new_from_wire (rows[i].text, rows[i].length, &error));
      g_assert_error (error, ENGINEIO_PACKET_ERROR, rows[i].code);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/packet/text", test_text);
  g_test_add_func ("/packet/no-data", test_no_data);
  g_test_add_func ("/packet/length-given", test_length_given);
  g_test_add_func ("/packet/binary", test_binary);
  g_test_add_func ("/packet/frame-lengths", test_frame_lengths);
  g_test_add_func ("/packet/bytes", test_bytes);
  g_test_add_func ("/packet/boxed", test_boxed);
  g_test_add_func ("/packet/from-wire", test_from_wire);
  g_test_add_func ("/packet/from-base64", test_from_base64);
  g_test_add_func ("/packet/base64-alphabet", test_base64_alphabet);
  g_test_add_func ("/packet/refused", test_refused);

  return g_test_run ();
}
