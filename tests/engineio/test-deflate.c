/* test-deflate.c: compressed messages, byte for byte
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "engineio-deflate.h"
#include "engineio-frame.h"
#include "engineio-packet.h"

#define ALWAYS "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

/* {{{ Negotiation */

static const struct
{
  const char *offers;
  const char *answer;
  guint window_bits;
} offers[] = {
  { NULL, NULL, 0 },
  { "", NULL, 0 },
  { "permessage-deflate", ALWAYS, 15 },
  { "PerMessage-Deflate ; client_max_window_bits", ALWAYS, 15 },
  { "permessage-deflate; client_max_window_bits=10", ALWAYS, 15 },
  { "permessage-deflate; server_no_context_takeover; client_no_context_takeover", ALWAYS, 15 },
  { "permessage-deflate; server_max_window_bits=15", ALWAYS, 15 },
  { "permessage-deflate; server_max_window_bits=\"10\"", ALWAYS "; server_max_window_bits=10", 10 },
  { "permessage-deflate; server_max_window_bits=9", ALWAYS "; server_max_window_bits=9", 9 },
  { "permessage-deflate; server_max_window_bits=8, permessage-deflate", ALWAYS, 15 },
  { "x-webkit-deflate-frame, permessage-deflate", ALWAYS, 15 },
  { "permessage-bzip2; level=9, permessage-deflate; server_max_window_bits=12, permessage-deflate",
    ALWAYS "; server_max_window_bits=12", 12 },
  /* Offers that break a rule (RFC 7692 section 7.1). */
  { "permessage-deflate; server_max_window_bits", NULL, 0 },
  { "permessage-deflate; server_max_window_bits=8", NULL, 0 },
  { "permessage-deflate; server_max_window_bits=16", NULL, 0 },
  { "permessage-deflate; server_max_window_bits=010", NULL, 0 },
  { "permessage-deflate; server_max_window_bits=+10", NULL, 0 },
  { "permessage-deflate; client_max_window_bits=7", NULL, 0 },
  { "permessage-deflate; client_max_window_bits=", NULL, 0 },
  { "permessage-deflate; server_no_context_takeover=1", NULL, 0 },
  { "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10", NULL, 0 },
  { "permessage-deflate; mode=fast", NULL, 0 },
  { "permessage-deflated", NULL, 0 },
};

static void
test_negotiate (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (offers); i++)
    {
      guint window_bits = 99;
      g_autofree char *answer = engineio_deflate_negotiate (offers[i].offers, &window_bits);

      g_test_message ("%s", offers[i].offers != NULL ? offers[i].offers : "nothing");
      g_assert_cmpstr (answer, ==, offers[i].answer);
      g_assert_cmpuint (window_bits, ==, offers[i].window_bits);
    }
}

#define NEEDED "server_no_context_takeover"

static const struct
{
  const char *answer;
  gboolean good;
  guint window_bits;
} answers[] = {
  { NEEDED, TRUE, 15 },
  { "Server_No_Context_Takeover", TRUE, 15 },
  { NEEDED "; client_no_context_takeover", TRUE, 15 },
  { NEEDED "; server_max_window_bits=8", TRUE, 15 },
  { NEEDED "; client_max_window_bits=\"10\"", TRUE, 10 },
  { NEEDED "; client_max_window_bits=9; server_max_window_bits=15", TRUE, 9 },
  { NEEDED "; client_max_window_bits=8", TRUE, 0 },
  /* What was not offered, or breaks a rule. */
  { NULL, FALSE, 0 },
  { "client_no_context_takeover", FALSE, 0 },
  { NEEDED "=1", FALSE, 0 },
  { NEEDED "; client_max_window_bits", FALSE, 0 },
  { NEEDED "; client_max_window_bits=7", FALSE, 0 },
  { NEEDED "; client_max_window_bits=16", FALSE, 0 },
  { NEEDED "; server_max_window_bits", FALSE, 0 },
  { NEEDED "; mode=fast", FALSE, 0 },
};

static void
test_read_answer (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      GHashTable *parameters = NULL;
      guint window_bits = 99;

      g_test_message ("%s", answers[i].answer != NULL ? answers[i].answer : "nothing");
      if (answers[i].answer != NULL)
        parameters = soup_header_parse_semi_param_list_strict (answers[i].answer);
      g_assert_true (engineio_deflate_read_answer (parameters, &window_bits) == answers[i].good);
      if (answers[i].good)
        g_assert_cmpuint (window_bits, ==, answers[i].window_bits);
      g_clear_pointer (&parameters, soup_header_free_param_list);
    }
}

/* }}} */
/* {{{ Messages */

static void
check_restores (GBytes *compressed, const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  gsize compressed_length, restored_length;
  gconstpointer data = g_bytes_get_data (compressed, &compressed_length);
  g_autofree guint8 *restored = engineio_deflate_restore (data, compressed_length, length,
                                                          &restored_length, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (restored, restored_length, text, length);
  g_free (g_steal_pointer (&restored));

  restored = engineio_deflate_restore (data, compressed_length, length - 1, &restored_length,
                                       &error);
  g_assert_null (restored);
  g_assert_error (error, ENGINEIO_FRAME_ERROR, ENGINEIO_FRAME_ERROR_TOO_BIG);
}

/* Each stands alone, so the order and the windows do not matter. */
static void
test_round_trip (void)
{
  for (gsize length = 100; length < 300000; length *= 3)
    {
      g_autofree char *text = g_malloc (length);

      for (gsize i = 0; i < length; i++)
        text[i] = "abcdefgh"[i * i / 7 % 8];
      for (guint window_bits = 9; window_bits <= 15; window_bits++)
        {
          g_autoptr (GBytes) compressed = engineio_deflate_message (text, length, window_bits);

          g_assert_nonnull (compressed);
          g_assert_cmpuint (g_bytes_get_size (compressed), <, length);
          check_restores (compressed, text, length);
        }
    }
}

/* The examples of RFC 7692, section 7.2.3. */
static void
test_examples (void)
{
  static const struct
  {
    const char *data;
    gsize length;
    const char *text;
  } examples[] = {
    { "\xf2\x48\xcd\xc9\xc9\x07\x00", 7, "Hello" },
    { "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11, "Hello" },
    { "\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8, "Hello" },
    { "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13, "Hello" },
    { "\x00", 1, "" },
    { "", 0, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      g_autoptr (GError) error = NULL;
      gsize length;
      g_autofree guint8 *text = engineio_deflate_restore (examples[i].data, examples[i].length, 100,
                                                          &length, &error);

      g_assert_no_error (error);
      g_assert_cmpmem (text, length, examples[i].text, strlen (examples[i].text));
    }
}

static void
test_broken (void)
{
  static const char *const broken[] = { "\x07", "\xff\xff\xff", "\x01\x05\x01\x01Hello" };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;
      gsize length;

      g_assert_null (
        engineio_deflate_restore (broken[i], strlen (broken[i]), 100, &length, &error));
      g_assert_error (error, ENGINEIO_FRAME_ERROR, ENGINEIO_FRAME_ERROR_INVALID_DEFLATE);
      g_assert_cmpuint (engineio_frame_error_get_close_code (error), ==, 1007);
    }
}

/* }}} */
/* {{{ Packets */

static const guint8 *
compress (EngineioPacket *packet, guint window_bits, gsize *length)
{
  const guint8 *frame = engineio_packet_get_frame (packet, length);

  return engineio_packet_get_compressed (packet, frame, window_bits, length);
}

/* Once for all who have the same window. */
static void
test_packet (void)
{
  g_autofree char *text = g_strnfill (70000, 'a');
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);
  gsize length, again, other;
  const guint8 *frame = compress (packet, 15, &length);

  g_assert_cmpuint (frame[0], ==, 0xc1);
  g_assert_cmpuint (length, <, 200);
  g_assert_true (frame == compress (packet, 15, &again));
  g_assert_cmpuint (length, ==, again);
  g_assert_false (frame == compress (packet, 9, &other));
  g_assert_true (frame == compress (packet, 15, &again));
}

static void
test_packet_no_shorter (void)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new_binary ("\x01\x80\x17\x39", 4);
  gsize length, plain_length;
  const guint8 *plain = engineio_packet_get_frame (packet, &plain_length);

  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (compress (packet, 15, &length) == plain);
      g_assert_cmpuint (length, ==, plain_length);
    }
}

/* }}} */

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/deflate/negotiate", test_negotiate);
  g_test_add_func ("/deflate/read-answer", test_read_answer);
  g_test_add_func ("/deflate/round-trip", test_round_trip);
  g_test_add_func ("/deflate/examples", test_examples);
  g_test_add_func ("/deflate/broken", test_broken);
  g_test_add_func ("/deflate/packet", test_packet);
  g_test_add_func ("/deflate/packet-no-shorter", test_packet_no_shorter);

  return g_test_run ();
}
