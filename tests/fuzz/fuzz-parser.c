/* fuzz-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The input is a sequence of messages with U+001E between them, as in a polling payload: one that
 * starts with b is binary, others are texts. Each packet that comes out must survive being encoded
 * and read again. */

#include "config.h"

#include "socketio-json-decoder.h"
#include "socketio-json-parser.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static SocketioDecoder *
new_decoder (void)
{
  return socketio_json_decoder_new (SOCKETIO_PARSER_MAX_ATTACHMENTS,
                                    SOCKETIO_PARSER_MAX_ATTACHMENT_BYTES);
}

static void
check_round_trip (SocketioPacket *packet)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  g_autoptr (SocketioPacket) again = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) text_again = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);
  guint n_attachments = 0;

  if (arguments != NULL)
    n_attachments = socketio_arguments_get_n_attachments (arguments);

  socketio_packet_encode (packet, text);
  socketio_decoder_add_text (decoder, text->str, text->len, &again, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < n_attachments; i++)
    {
      g_assert_null (again);
      socketio_decoder_add_binary (decoder, socketio_arguments_get_attachment (arguments, i),
                                   &again, &error);
      g_assert_no_error (error);
    }

  g_assert_nonnull (again);
  socketio_packet_encode (again, text_again);
  g_assert_cmpstr (text->str, ==, text_again->str);
}

/* Arguments that are kept as text must be the same once somebody has looked into them. */
static void
check_copy (SocketioPacket *packet)
{
  SocketioArguments *arguments = socketio_packet_get_arguments (packet);
  g_autoptr (SocketioArguments) copy = socketio_arguments_copy (arguments);
  g_autoptr (SocketioPacket) first = socketio_packet_new_ack (NULL, 0, arguments);
  g_autoptr (SocketioPacket) second = socketio_packet_new_ack (NULL, 0, copy);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) text_of_copy = g_string_new (NULL);

  g_assert_cmpuint (socketio_arguments_get_length (copy), ==,
                    socketio_arguments_get_length (arguments));
  socketio_packet_encode (first, text);
  socketio_packet_encode (second, text_of_copy);
  g_assert_cmpstr (text->str, ==, text_of_copy->str);
}

static gboolean
add_message (SocketioDecoder *decoder, const guint8 *data, gsize size)
{
  g_autoptr (SocketioPacket) packet = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gboolean added;

  if (size > 0 && data[0] == 'b')
    {
      bytes = g_bytes_new (data + 1, size - 1);
      added = socketio_decoder_add_binary (decoder, bytes, &packet, &error);
    }
  else
    added = socketio_decoder_add_text (decoder, (const char *)data, size, &packet, &error);

  g_assert_true (added == (error == NULL));
  g_assert_true (packet == NULL || !socketio_json_decoder_is_pending (decoder));
  if (packet != NULL)
    check_round_trip (packet);
  if (packet != NULL && socketio_packet_get_arguments (packet) != NULL)
    check_copy (packet);
  return added;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (SocketioDecoder) decoder = new_decoder ();
  gsize start = 0;

  for (gsize i = 0; i <= size; i++)
    {
      if (i < size && data[i] != 0x1e)
        continue;
      if (!add_message (decoder, data + start, i - start))
        g_assert_false (socketio_json_decoder_is_pending (decoder));
      start = i + 1;
    }

  return 0;
}
