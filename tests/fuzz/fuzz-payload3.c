/* fuzz-payload3.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Polling bodies of protocol 3 of any bytes, read in both forms, and WebSocket messages. What was
 * read is written in both forms, and is the same when it is read again. */

#include "config.h"

#include <string.h>

#include "engineio-packet3.h"
#include "engineio-payload3.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

typedef gboolean (*NextFunc) (EngineioPayloadIter *iter, EngineioPacket **packet, GError **error);

static GPtrArray *
decode (NextFunc next, EngineioPayloadTexts texts, const char *body, gsize size, GError **error)
{
  GPtrArray *packets = g_ptr_array_new_with_free_func ((GDestroyNotify)engineio_packet_unref);
  EngineioPayloadIter iter;
  EngineioPacket *packet;

  engineio_payload_iter_init (&iter, body, size);
  iter.texts = texts;
  while (next (&iter, &packet, error))
    g_ptr_array_add (packets, packet);
  g_assert_false (next (&iter, &packet, NULL));
  g_assert_cmpuint (packets->len, <=, ENGINEIO_PAYLOAD_MAX_PACKETS);

  return packets;
}

static void
assert_same (EngineioPacket *a, EngineioPacket *b)
{
  gsize a_length, b_length;
  const char *a_wire = engineio_packet_get_wire (a, &a_length);
  const char *b_wire = engineio_packet_get_wire (b, &b_length);

  g_assert_cmpint (engineio_packet_is_binary (a), ==, engineio_packet_is_binary (b));
  g_assert_cmpmem (a_wire, a_length, b_wire, b_length);
}

static void
check_body (GPtrArray *packets, EngineioPayloadTexts texts, GBytes *body, const char *type)
{
  gboolean binary = g_str_equal (type, ENGINEIO_PAYLOAD_BINARY);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray)
    again = decode (binary ? engineio_payload3_next_binary : engineio_payload3_next, texts,
                    g_bytes_get_data (body, NULL), g_bytes_get_size (body), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, packets->len);
  for (guint i = 0; i < packets->len; i++)
    assert_same (packets->pdata[i], again->pdata[i]);
}

static void
check_frames (EngineioPacket *packet)
{
  gsize length, with_type, with_base64;

  engineio_packet_get_frame (packet, &length);
  engineio_packet3_get_frame (packet, &with_type);
  engineio_packet3_get_base64_frame (packet, &with_base64);
  if (engineio_packet_is_binary (packet))
    g_assert_true (length < with_type && length < with_base64);
  else
    g_assert_true (length == with_type && length == with_base64);
}

static void
check_written (GPtrArray *packets, EngineioPayloadTexts texts)
{
  EngineioPacket **array = (EngineioPacket **)packets->pdata;
  const char *bytes_type, *base64_type;
  g_autoptr (GBytes) bytes = engineio_payload3_encode (array, packets->len, texts, &bytes_type);
  g_autoptr (GBytes)
    base64 = engineio_payload3_encode_base64 (array, packets->len, texts, &base64_type);

  check_body (packets, texts, bytes, bytes_type);
  check_body (packets, texts, base64, base64_type);
  g_assert_cmpuint (engineio_payload3_fit (array, packets->len, texts, G_MAXSIZE), ==,
                    packets->len);
  g_assert_cmpuint (
    engineio_payload3_fit_base64 (array, packets->len, texts, g_bytes_get_size (base64)), ==,
    packets->len);
}

static void
check (NextFunc next, EngineioPayloadTexts texts, const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) packets = decode (next, texts, (const char *)data, size, NULL);

  if (packets->len == 0)
    return;

  g_ptr_array_foreach (packets, (GFunc)check_frames, NULL);
  check_written (packets, ENGINEIO_PAYLOAD_TEXTS_ONCE);
  check_written (packets, ENGINEIO_PAYLOAD_TEXTS_TWICE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (EngineioPacket) binary = NULL;
  g_autoptr (EngineioPacket) text = NULL;

  for (guint texts = 0; texts <= ENGINEIO_PAYLOAD_TEXTS_TWICE; texts++)
    check (engineio_payload3_next, texts, data, size);
  check (engineio_payload3_next_binary, ENGINEIO_PAYLOAD_TEXTS_UNKNOWN, data, size);
  binary = engineio_packet3_new_from_message ((const char *)data, size, TRUE, NULL);
  text = engineio_packet3_new_from_message ((const char *)data, size, FALSE, NULL);

  return 0;
}
