/* test-frame-decoder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The frame decoder: every rule of RFC 6455 section 5, with the stream cut at every place. What a
 * stream decodes to is written down as one line, which must not depend on the cuts. */

#include "config.h"

#include <string.h>

#include "engineio-frame-decoder.h"

#define FIN    0x80
#define CONT   ENGINEIO_FRAME_OPCODE_CONTINUATION
#define TEXT   ENGINEIO_FRAME_OPCODE_TEXT
#define BINARY ENGINEIO_FRAME_OPCODE_BINARY
#define CLOSE  ENGINEIO_FRAME_OPCODE_CLOSE
#define PING   ENGINEIO_FRAME_OPCODE_PING
#define PONG   ENGINEIO_FRAME_OPCODE_PONG

#define EURO "\xe2\x82\xac"

static const guint8 mask[] = { 0x37, 0xfa, 0x21, 0x3d };

static void
add_frame (GByteArray *stream, guint8 first, const void *data, gsize length)
{
  guint8 header[ENGINEIO_FRAME_MAX_HEADER];
  gsize size = engineio_frame_write_header (header, first & 0x0f, (first & FIN) != 0, length, mask);
  guint start;

  header[0] |= first & 0x70;
  g_byte_array_append (stream, header, size);
  start = stream->len;
  if (length > 0)
    g_byte_array_append (stream, data, length);
  engineio_frame_mask (stream->data + start, length, mask, 0);
}

static void
write_data (GString *log, const EngineioFrame *frame)
{
  g_autofree char *sum = NULL;
  g_autofree char *text = NULL;

  g_assert_nonnull (frame->data);
  if (frame->length > 64)
    {
      sum = g_compute_checksum_for_data (G_CHECKSUM_SHA1, frame->data, frame->length);
      g_string_append_printf (log, "%" G_GSIZE_FORMAT ":%.8s", frame->length, sum);
      return;
    }

  text = g_uri_escape_bytes (frame->data, frame->length, NULL);
  g_string_append (log, text);
}

static void
write_result (GString *log, EngineioFrameResult result, const EngineioFrame *frame, GError *error)
{
  static const char *const names[] = { "", "text", "ping", "pong", "close", "" };
  const char *name = frame->binary ? "binary" : names[result];

  if (log->len > 0)
    g_string_append (log, ", ");

  if (result == ENGINEIO_FRAME_FAILED)
    {
      g_assert_nonnull (error);
      g_string_append_printf (log, "%u", engineio_frame_error_get_close_code (error));
      return;
    }

  g_assert_no_error (error);
  g_string_append_printf (log, "%s(", name);
  if (result == ENGINEIO_FRAME_CLOSE)
    g_string_append_printf (log, "%u ", frame->close_code);
  write_data (log, frame);
  g_string_append_c (log, ')');
}

/* Pushes a piece that is freed at once after, so that a sanitizer sees who keeps a pointer. */
static void
feed (EngineioFrameDecoder *decoder, const guint8 *data, gsize length, GString *log)
{
  g_autofree guint8 *piece = g_memdup2 (data, length);
  EngineioFrameResult result;
  EngineioFrame frame;

  engineio_frame_decoder_push (decoder, piece, length);
  do
    {
      g_autoptr (GError) error = NULL;

      result = engineio_frame_decoder_next (decoder, &frame, &error);
      if (result != ENGINEIO_FRAME_NEED_MORE)
        write_result (log, result, &frame, error);
    }
  while (result != ENGINEIO_FRAME_NEED_MORE);
}

/* The stream in two pieces, of which the second goes on in steps. */
static void
check_cut (EngineioFrameRole role,
           gsize max,
           GByteArray *stream,
           gsize cut,
           gsize step,
           const char *expected)
{
  g_autoptr (EngineioFrameDecoder) decoder = engineio_frame_decoder_new (role, max);
  g_autoptr (GString) log = g_string_new (NULL);

  feed (decoder, stream->data, cut, log);
  while (cut < stream->len)
    {
      gsize n = MIN (step, stream->len - cut);

      feed (decoder, stream->data + cut, n, log);
      cut += n;
    }

  g_assert_cmpstr (log->str, ==, expected);
}

static void
check_role (EngineioFrameRole role, gsize max, GByteArray *stream, const char *expected)
{
  check_cut (role, max, stream, 0, 1, expected);
  check_cut (role, max, stream, 0, 3, expected);
  for (gsize cut = 0; cut <= stream->len; cut++)
    check_cut (role, max, stream, cut, G_MAXSIZE, expected);
}

static void
check (gsize max, GByteArray *stream, const char *expected)
{
  check_role (ENGINEIO_FRAME_ROLE_SERVER, max, stream, expected);
}

typedef struct
{
  const char *name;
  const char *expected;
  struct
  {
    guint8 first;
    const char *payload;
    gsize length;
  } frames[8];
} Case;

#define S(string) string, sizeof (string) - 1

static const Case cases[] = {
  { "text", "text(Hello)", { { FIN | TEXT, S ("Hello") } } },
  { "text-empty", "text()", { { FIN | TEXT, S ("") } } },
  { "text-with-zero", "text(a%00b)", { { FIN | TEXT, S ("a\0b") } } },
  { "binary", "binary(%00%FF)", { { FIN | BINARY, S ("\0\xff") } } },
  { "several",
    "text(a), binary(b), text()",
    { { FIN | TEXT, S ("a") }, { FIN | BINARY, S ("b") }, { FIN | TEXT, S ("") } } },
  { "fragments", "text(Hello)", { { TEXT, S ("Hel") }, { FIN | CONT, S ("lo") } } },
  { "fragments-binary",
    "binary(%FFab), text(x)",
    { { BINARY, S ("\xff") },
      { CONT, S ("a") },
      { FIN | CONT, S ("b") },
      { FIN | TEXT, S ("x") } } },
  { "fragments-empty",
    "text(), text(a), text()",
    { { TEXT, S ("") },
      { CONT, S ("") },
      { FIN | CONT, S ("") },
      { TEXT, S ("a") },
      { FIN | CONT, S ("") },
      { TEXT, S ("") },
      { FIN | CONT, S ("") } } },
  { "control-empty", "ping(), pong()", { { FIN | PING, S ("") }, { FIN | PONG, S ("") } } },
  { "control-between-fragments",
    "ping(one), pong(), ping(three), text(ab), ping(four)",
    { { TEXT, S ("a") },
      { FIN | PING, S ("one") },
      { FIN | PONG, S ("") },
      { CONT, S ("") },
      { FIN | PING, S ("three") },
      { FIN | CONT, S ("b") },
      { FIN | PING, S ("four") } } },
  { "utf8-over-fragments",
    "ping(x), text(%E2%82%AC)",
    { { TEXT, S ("\xe2") },
      { CONT, S ("\x82") },
      { FIN | PING, S ("x") },
      { FIN | CONT, S ("\xac") } } },
  { "close", "close(1000 )", { { FIN | CLOSE, S ("\x03\xe8") } } },
  { "close-empty", "close(1005 )", { { FIN | CLOSE, S ("") } } },
  { "close-reason",
    "close(4999 %E2%82%AC)",
    { { FIN | CLOSE, S ("\x13\x87" EURO) }, { FIN | TEXT, S ("nobody listens") } } },
  { "close-between-fragments",
    "close(1001 )",
    { { TEXT, S ("a") }, { FIN | CLOSE, S ("\x03\xe9") }, { FIN | CONT, S ("b") } } },

  { "bad-close-half", "1002", { { FIN | CLOSE, S ("\x03") } } },
  /* With the first byte of the next frame it would be 1000. */
  { "bad-close-half-and-more",
    "1002",
    { { FIN | CLOSE, S ("\x03") }, { FIN | 0x60 | CLOSE, S ("") } } },
  { "bad-close-999", "1002", { { FIN | CLOSE, S ("\x03\xe7") } } },
  { "bad-close-1005", "1002", { { FIN | CLOSE, S ("\x03\xed") } } },
  { "bad-close-2999", "1002", { { FIN | CLOSE, S ("\x0b\xb7") } } },
  { "bad-close-5000", "1002", { { FIN | CLOSE, S ("\x13\x88") } } },
  { "bad-close-reason", "1007", { { FIN | CLOSE, S ("\x03\xe8\xff") } } },
  { "bad-close-reason-cut", "1007", { { FIN | CLOSE, S ("\x03\xe8\xe2\x82") } } },

  { "bad-rsv1", "1002", { { FIN | 0x40 | TEXT, S ("a") } } },
  { "bad-rsv2", "ping(), 1002", { { FIN | PING, S ("") }, { FIN | 0x20 | TEXT, S ("a") } } },
  { "bad-rsv3", "1002", { { FIN | 0x10 | PING, S ("") } } },
  { "bad-opcode-3", "1002", { { FIN | 0x3, S ("a") } } },
  { "bad-opcode-7", "1002", { { FIN | 0x7, S ("") } } },
  { "bad-opcode-11", "1002", { { FIN | 0xb, S ("") } } },
  { "bad-opcode-15", "1002", { { FIN | 0xf, S ("") } } },
  { "bad-ping-fragment", "1002", { { PING, S ("a") }, { FIN | CONT, S ("b") } } },
  { "bad-close-fragment", "1002", { { CLOSE, S ("") } } },
  { "bad-continuation", "1002", { { FIN | CONT, S ("a") } } },
  { "bad-continuation-open", "1002", { { CONT, S ("a") } } },
  { "bad-continuation-after",
    "text(ab), 1002",
    { { TEXT, S ("a") }, { FIN | CONT, S ("b") }, { FIN | CONT, S ("c") } } },
  { "bad-text-in-fragments", "1002", { { TEXT, S ("a") }, { FIN | TEXT, S ("b") } } },
  { "bad-binary-in-empty-fragments", "1002", { { TEXT, S ("") }, { BINARY, S ("b") } } },

  { "bad-utf8", "1007", { { FIN | TEXT, S ("a\xff") } } },
  { "bad-utf8-surrogate", "1007", { { FIN | TEXT, S ("\xed\xa0\x80") } } },
  { "bad-utf8-cut",
    "text(ok), 1007",
    { { FIN | TEXT, S ("ok") }, { FIN | TEXT, S ("\xe2\x82") } } },
  { "bad-utf8-cut-in-fragments", "1007", { { TEXT, S ("\xe2") }, { FIN | CONT, S ("\x82") } } },
  { "bad-utf8-cut-by-nothing", "1007", { { TEXT, S ("\xe2") }, { FIN | CONT, S ("") } } },
  { "bad-utf8-fragment", "1007", { { TEXT, S ("\xe2\x82\xac\xff") }, { FIN | 0x3, S ("") } } },
  { "bad-utf8-ping-is-no-text", "ping(%FF)", { { FIN | PING, S ("\xff") } } },
};

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (test->frames) && test->frames[i].payload != NULL; i++)
    add_frame (stream, test->frames[i].first, test->frames[i].payload, test->frames[i].length);

  check (1000, stream, test->expected);
}

/* The examples of RFC 6455 section 5.7. */
static void
test_rfc (void)
{
  static const guint8 plain[] = "\x81\x05Hello"
                                "\x01\x03Hel\x80\x02lo"
                                "\x89\x05Hello\x8a\x05Hello";
  static const guint8 masked[] = "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
                                 "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
  g_autoptr (GByteArray) from_server = g_byte_array_new ();
  g_autoptr (GByteArray) from_client = g_byte_array_new ();

  g_byte_array_append (from_server, plain, sizeof plain - 1);
  g_byte_array_append (from_client, masked, sizeof masked - 1);

  check_role (ENGINEIO_FRAME_ROLE_CLIENT, 100, from_server,
              "text(Hello), text(Hello), ping(Hello), pong(Hello)");
  check_role (ENGINEIO_FRAME_ROLE_SERVER, 100, from_client, "text(Hello), pong(Hello)");

  check_role (ENGINEIO_FRAME_ROLE_SERVER, 100, from_server, "1002");
  check_role (ENGINEIO_FRAME_ROLE_CLIENT, 100, from_client, "1002");
}

static void
add_raw (GByteArray *stream, const char *bytes, gsize length)
{
  g_byte_array_set_size (stream, 0);
  g_byte_array_append (stream, (const guint8 *)bytes, length);
}

/* Lengths that are not in their shortest form, too long for a control frame, or absurd. */
static void
test_bad_lengths (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
    const char *expected;
  } rows[] = {
    { S ("\x82\xfe\x00\x7d\0\0\0\0"), "1002" },
    { S ("\x82\xfe\x00\x00\0\0\0\0"), "1002" },
    { S ("\x82\xff\0\0\0\0\0\0\xff\xff\0\0\0\0"), "1002" },
    { S ("\x82\xff\0\0\0\0\0\0\0\x05\0\0\0\0"), "1002" },
    { S ("\x82\xff\x80\0\0\0\0\0\0\0\0\0\0\0"), "1002" },
    { S ("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"), "1002" },
    { S ("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"), "1009" },
    { S ("\x82\xff\0\0\0\0\x40\0\0\0\0\0\0\0"), "1009" },
    { S ("\x01\xff\0\0\0\1\0\0\0\0\0\0\0\0"), "1009" },
    { S ("\x89\xfe\x00\x7e"), "1002" },
    { S ("\x88\xff"), "1002" },
    { S ("\x8a\xfe"), "1002" },
  };
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      add_raw (stream, rows[i].bytes, rows[i].length);
      check (1000000, stream, rows[i].expected);
    }
}

/* Each form of a length and both its borders, joined from one frame and from two. */
static void
test_sizes (void)
{
  static const gsize sizes[] = { 0, 1, 124, 125, 126, 127, 65535, 65536, 70000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GByteArray) stream = g_byte_array_new ();
      g_autoptr (GString) expected = g_string_new (NULL);
      g_autofree guint8 *data = g_malloc (sizes[i] + 1);
      EngineioFrame frame = { .data = data, .length = sizes[i], .binary = TRUE };

      for (gsize n = 0; n < sizes[i]; n++)
        data[n] = n * 7 + n / 251;

      add_frame (stream, FIN | BINARY, data, sizes[i]);
      add_frame (stream, BINARY, data, sizes[i] / 3);
      add_frame (stream, FIN | CONT, data + sizes[i] / 3, sizes[i] - sizes[i] / 3);
      write_result (expected, ENGINEIO_FRAME_MESSAGE, &frame, NULL);
      write_result (expected, ENGINEIO_FRAME_MESSAGE, &frame, NULL);

      check_cut (ENGINEIO_FRAME_ROLE_SERVER, 70000, stream, stream->len, 1, expected->str);
      for (gsize step = 1; step < 2 * stream->len; step *= 5)
        check_cut (ENGINEIO_FRAME_ROLE_SERVER, 70000, stream, 0, step, expected->str);
      for (gsize cut = 0; cut < MIN (20, stream->len); cut++)
        check_cut (ENGINEIO_FRAME_ROLE_SERVER, 70000, stream, cut, G_MAXSIZE, expected->str);
    }
}

/* The limit itself is accepted, one byte more is not, in one frame or in many. */
static void
test_limit (void)
{
  const char *ten = "0123456789";
  g_autoptr (GByteArray) good = g_byte_array_new ();
  g_autoptr (GByteArray) bad = g_byte_array_new ();
  g_autoptr (GByteArray) joined = g_byte_array_new ();

  add_frame (good, FIN | TEXT, ten, 10);
  add_frame (good, TEXT, ten, 5);
  add_frame (good, CONT, ten + 5, 4);
  add_frame (good, FIN | PING, ten, 10);
  add_frame (good, FIN | CONT, ten + 9, 1);
  check (10, good, "text(0123456789), ping(0123456789), text(0123456789)");

  add_frame (bad, FIN | TEXT, ten, 10);
  check (9, bad, "1009");
  check (0, bad, "1009");

  add_frame (joined, TEXT, ten, 9);
  add_frame (joined, CONT, "", 0);
  add_frame (joined, FIN | PING, ten, 10);
  add_frame (joined, FIN | CONT, ten, 2);
  check (10, joined, "ping(0123456789), 1009");
}

/* No limit is no overflow. */
static void
test_limit_none (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  add_frame (stream, TEXT, "a", 1);
  add_frame (stream, CONT, "b", 1);
  add_frame (stream, FIN | PING, "p", 1);
  add_frame (stream, FIN | CONT, "c", 1);
  g_byte_array_append (stream, (const guint8 *)S ("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff"
                                                  "\0\0\0\0"));
  check (G_MAXSIZE, stream, "ping(p), text(abc), 1009");
}

/* An announced length takes no memory, and what arrives takes at most twice its size. */
static void
test_memory (void)
{
  g_autoptr (EngineioFrameDecoder)
    decoder = engineio_frame_decoder_new (ENGINEIO_FRAME_ROLE_SERVER, 1000000);
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autofree guint8 *data = g_malloc0 (1000000);

  add_frame (stream, FIN | BINARY, data, 1000000);
  feed (decoder, stream->data, 14, log);
  g_assert_cmpuint (engineio_frame_decoder_get_buffered (decoder), ==, 0);

  for (gsize done = 14; done < stream->len - 1;)
    {
      gsize n = MIN (1000, stream->len - 1 - done);

      feed (decoder, stream->data + done, n, log);
      done += n;
      g_assert_cmpuint (engineio_frame_decoder_get_buffered (decoder), <=, 2 * done);
      g_assert_cmpuint (engineio_frame_decoder_get_buffered (decoder), <=, 1000000);
    }

  g_assert_cmpstr (log->str, ==, "");
  feed (decoder, stream->data + stream->len - 1, 1, log);
  g_assert_true (g_str_has_prefix (log->str, "binary(1000000:"));
  g_assert_cmpuint (engineio_frame_decoder_get_buffered (decoder), ==, 0);
}

/* Bytes that come one by one between split pings must not make us copy the message for each. */
static void
test_memory_growth (void)
{
  g_autoptr (EngineioFrameDecoder)
    decoder = engineio_frame_decoder_new (ENGINEIO_FRAME_ROLE_SERVER, 100000);
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  guint8 data[125] = { 0 };
  gsize last = 0;
  guint growths = 0;

  add_frame (stream, BINARY, data, 1);
  for (guint i = 0; i < 799; i++)
    {
      add_frame (stream, FIN | PONG, data, 125);
      add_frame (stream, CONT, data, 125);
    }

  for (gsize done = 0; done < stream->len; done++)
    {
      gsize buffered;

      feed (decoder, stream->data + done, 1, log);
      buffered = engineio_frame_decoder_get_buffered (decoder);
      growths += buffered != last;
      last = buffered;
    }

  g_assert_cmpuint (last, >=, 99876);
  g_assert_cmpuint (growths, <, 12);
}

/* The limit holds for the buffer too while control frames come in pieces between fragments. */
static void
test_memory_interleaved (void)
{
  g_autoptr (EngineioFrameDecoder)
    decoder = engineio_frame_decoder_new (ENGINEIO_FRAME_ROLE_SERVER, 5000);
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  guint8 data[125] = { 0 };

  add_frame (stream, BINARY, data, 100);
  for (guint i = 0; i < 38; i++)
    {
      add_frame (stream, FIN | PING, data, 125);
      add_frame (stream, CONT, data, 125);
    }
  add_frame (stream, FIN | PONG, data, 125);
  add_frame (stream, CONT, data, 125);
  add_frame (stream, CONT, data, 25);

  for (gsize done = 0; done < stream->len; done++)
    {
      feed (decoder, stream->data + done, 1, log);
      g_assert_cmpuint (engineio_frame_decoder_get_buffered (decoder), <=, 5125);
    }

  g_assert_nonnull (strstr (log->str, "pong(125:"));
  g_assert_null (strstr (log->str, "1009"));
  add_frame (stream, CONT, data, 1);
  feed (decoder, stream->data + stream->len - 7, 7, log);
  g_assert_true (g_str_has_suffix (log->str, ", 1009"));
  g_assert_cmpuint (engineio_frame_decoder_get_buffered (decoder), ==, 0);
}

/* A message that lies whole in the input is not copied, a split one is. */
static void
test_no_copy (void)
{
  g_autoptr (EngineioFrameDecoder)
    decoder = engineio_frame_decoder_new (ENGINEIO_FRAME_ROLE_SERVER, 100);
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  EngineioFrame frame;

  add_frame (stream, FIN | TEXT, "first", 5);
  add_frame (stream, FIN | TEXT, "second", 6);
  add_frame (stream, FIN | PING, "third", 5);
  engineio_frame_decoder_push (decoder, stream->data, stream->len);

  g_assert_cmpint (engineio_frame_decoder_next (decoder, &frame, NULL), ==, ENGINEIO_FRAME_MESSAGE);
  g_assert_true (frame.data == stream->data + 6);
  g_assert_cmpint (engineio_frame_decoder_next (decoder, &frame, NULL), ==, ENGINEIO_FRAME_MESSAGE);
  g_assert_true (frame.data == stream->data + 17);
  g_assert_cmpmem (frame.data, frame.length, "second", 6);
  g_assert_cmpint (engineio_frame_decoder_next (decoder, &frame, NULL), ==, ENGINEIO_FRAME_PING);
  g_assert_true (frame.data == stream->data + 29);
  g_assert_cmpuint (engineio_frame_decoder_get_buffered (decoder), ==, 0);
}

/* The decoder may go while half of the input is unread, as when a handler closes the transport. */
static void
test_free_midway (void)
{
  g_autoptr (EngineioFrameDecoder)
    decoder = engineio_frame_decoder_new (ENGINEIO_FRAME_ROLE_SERVER, 100);
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  EngineioFrame frame;

  add_frame (stream, TEXT, "first", 5);
  add_frame (stream, FIN | PING, "", 0);
  add_frame (stream, FIN | CONT, "second", 6);
  engineio_frame_decoder_push (decoder, stream->data, stream->len);
  g_assert_cmpint (engineio_frame_decoder_next (decoder, &frame, NULL), ==, ENGINEIO_FRAME_PING);
}

/* Bad text is refused before its message, or even its frame, is complete. */
static void
test_utf8_fails_fast (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  add_frame (stream, FIN | TEXT, "good \xff and more", 15);
  g_byte_array_set_size (stream, 6 + 6);
  check (100, stream, "1007");

  g_byte_array_set_size (stream, 0);
  add_frame (stream, TEXT, EURO "\xed\xa0", 5);
  check (100, stream, "1007");
}

static void
test_empty_fragments (void)
{
  g_autoptr (GByteArray) good = g_byte_array_new ();
  g_autoptr (GByteArray) bad = g_byte_array_new ();

  /* The count begins anew with each message, and fragments with data do not count. */
  for (guint turn = 0; turn < 2; turn++)
    {
      add_frame (good, TEXT, "", 0);
      for (guint i = 0; i < 63; i++)
        {
          add_frame (good, CONT, "", 0);
          add_frame (good, CONT, "a", 1);
        }
      add_frame (good, FIN | CONT, "", 0);
      add_frame (good, FIN | TEXT, "", 0);
    }
  check (63, good,
         "text(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa), text(), "
         "text(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa), text()");

  add_frame (bad, TEXT, "a", 1);
  for (guint i = 0; i < 65; i++)
    add_frame (bad, CONT, "", 0);
  check (100, bad, "1008");
}

/* A message in very many fragments of one byte takes time in proportion. */
static void
test_many_fragments (void)
{
  g_autoptr (EngineioFrameDecoder)
    decoder = engineio_frame_decoder_new (ENGINEIO_FRAME_ROLE_SERVER, 300000);
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GString) log = g_string_new (NULL);

  add_frame (stream, TEXT, "", 0);
  for (guint i = 0; i < 100000; i++)
    {
      add_frame (stream, CONT, "\xe2", 1);
      add_frame (stream, CONT, "\x82", 1);
      add_frame (stream, CONT, "\xac", 1);
    }
  add_frame (stream, FIN | CONT, "", 0);

  for (gsize done = 0; done < stream->len; done += 6)
    feed (decoder, stream->data + done, MIN (6, stream->len - done), log);
  g_assert_true (g_str_has_prefix (log->str, "text(300000:"));
}

/* Over is over: nothing more comes, however much is pushed. */
static void
test_over (void)
{
  g_autoptr (EngineioFrameDecoder)
    decoder = engineio_frame_decoder_new (ENGINEIO_FRAME_ROLE_SERVER, 100);
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GString) log = g_string_new (NULL);

  add_frame (stream, FIN | CONT, "a", 1);
  for (guint i = 0; i < 3; i++)
    feed (decoder, stream->data, stream->len, log);

  g_assert_cmpstr (log->str, ==, "1002");
}

static void
add_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/frame-decoder/case/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_cases ();
  g_test_add_func ("/frame-decoder/rfc", test_rfc);
  g_test_add_func ("/frame-decoder/bad-lengths", test_bad_lengths);
  g_test_add_func ("/frame-decoder/sizes", test_sizes);
  g_test_add_func ("/frame-decoder/limit", test_limit);
  g_test_add_func ("/frame-decoder/limit/none", test_limit_none);
  g_test_add_func ("/frame-decoder/memory", test_memory);
  g_test_add_func ("/frame-decoder/memory/growth", test_memory_growth);
  g_test_add_func ("/frame-decoder/memory/interleaved", test_memory_interleaved);
  g_test_add_func ("/frame-decoder/no-copy", test_no_copy);
  g_test_add_func ("/frame-decoder/free-midway", test_free_midway);
  g_test_add_func ("/frame-decoder/utf8-fails-fast", test_utf8_fails_fast);
  g_test_add_func ("/frame-decoder/empty-fragments", test_empty_fragments);
  g_test_add_func ("/frame-decoder/many-fragments", test_many_fragments);
  g_test_add_func ("/frame-decoder/over", test_over);

  return g_test_run ();
}
