/* fuzz-msgpack.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The input is one binary message. A packet that comes out must survive being written and read
 * again, and then have the same bytes. */

#include "config.h"

#include "socketio-msgpack-decoder.h"
#include "socketio-msgpack-writer.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static SocketioPacket *
decode (const void *data, gsize size)
{
  g_autoptr (SocketioDecoder) decoder = socketio_msgpack_decoder_new ();
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  SocketioPacket *packet = NULL;
  gboolean good = socketio_decoder_add_binary (decoder, bytes, &packet, &error);

  g_assert_true (good == (error == NULL));
  g_assert_true (good == (packet != NULL));
  return packet;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (SocketioPacket) packet = decode (data, size);
  g_autoptr (SocketioPacket) again = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GString) out_again = g_string_new (NULL);

  if (packet == NULL)
    return 0;

  socketio_msgpack_append_packet (out, packet);
  again = decode (out->str, out->len);
  g_assert_nonnull (again);
  socketio_msgpack_append_packet (out_again, again);
  g_assert_true (g_string_equal (out, out_again));
  return 0;
}
