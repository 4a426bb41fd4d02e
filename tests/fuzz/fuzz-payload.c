/* fuzz-payload.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Polling bodies of any bytes. A body has one reading and packets have one writing, so that what
 * was read without an error is written back to the very same bytes. */

#include "config.h"

#include <string.h>

#include "engineio-payload.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static GPtrArray *
decode (const char *body, gsize size, GError **error)
{
  GPtrArray *packets = g_ptr_array_new_with_free_func ((GDestroyNotify)engineio_packet_unref);
  EngineioPayloadIter iter;
  EngineioPacket *packet;

  engineio_payload_iter_init (&iter, body, size);
  while (engineio_payload_iter_next (&iter, &packet, error))
    g_ptr_array_add (packets, packet);
  g_assert_false (engineio_payload_iter_next (&iter, &packet, NULL));

  return packets;
}

static void
check_packet (EngineioPacket *packet)
{
  gsize frame_length, wire_length, data_length;
  const guint8 *frame = engineio_packet_get_frame (packet, &frame_length);
  const char *wire = engineio_packet_get_wire (packet, &wire_length);
  const char *data = engineio_packet_get_data (packet, &data_length);

  g_assert_true ((const guint8 *)wire + wire_length == frame + frame_length);
  g_assert_true (data + data_length == wire + wire_length);
  g_assert_cmpint (data[data_length], ==, 0);
  if (!engineio_packet_is_binary (packet))
    g_assert_cmpint (wire[0], ==, '0' + engineio_packet_get_packet_type (packet));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) packets = decode ((const char *)data, size, &error);
  EngineioPacket **array = (EngineioPacket **)packets->pdata;
  g_autoptr (GBytes) body = engineio_payload_encode (array, packets->len);
  gsize length = g_bytes_get_size (body);

  g_ptr_array_foreach (packets, (GFunc)check_packet, NULL);

  /* After an error, what came before it and the separator. */
  g_assert_cmpuint (length, <=, size);
  if (error == NULL)
    g_assert_cmpuint (length, ==, size);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), length, data, length);
  g_assert_cmpuint (engineio_payload_fit (array, packets->len, length), ==, packets->len);

  return 0;
}
