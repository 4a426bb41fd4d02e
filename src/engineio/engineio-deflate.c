/* engineio-deflate.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Compressed WebSocket messages (RFC 7692). Every message stands alone in both directions: what
 * goes to many is compressed once for all, and a connection keeps no window in memory. Pure: the
 * two ends negotiate, engineio-packet keeps what was compressed, the WebSocket transport restores.
 *
 * libsoup has an object for this extension. It is not used: it keeps zlib's state of both
 * directions for each connection (some 300 KB, as zlib's manual counts), compresses for one
 * receiver, and restores messages of any size. */

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>
#include <zlib.h>

#include "engineio-deflate.h"
#include "engineio-frame.h"

#define EXTENSION "permessage-deflate"

/* zlib cannot write for the smallest window that the RFC has, 8 (it takes 9 in its place). */
#define MIN_WINDOW_BITS 9
#define MEMORY_LEVEL    8

#define MIN_RESTORED 1024

/* What ends a flushed block; senders leave it out (section 7.2.1). */
static const guint8 tail[] = { 0x00, 0x00, 0xff, 0xff };

/* {{{ Negotiation */

/* A number as section 7.1.2.1 wants it: 8 to 15, without leading zeros. */
static gboolean
read_window_bits (const char *text, guint *bits)
{
  guint64 number;

  if (text == NULL || *text == '0' || !g_ascii_string_to_unsigned (text, 10, 8, 15, &number, NULL))
    return FALSE;

  *bits = number;
  return TRUE;
}

static gboolean
accept_parameter (const char *name, const char *value, guint *window_bits)
{
  guint ignored;

  if (g_ascii_strcasecmp (name, "server_no_context_takeover") == 0 ||
      g_ascii_strcasecmp (name, "client_no_context_takeover") == 0)
    return value == NULL;
  if (g_ascii_strcasecmp (name, "server_max_window_bits") == 0)
    return read_window_bits (value, window_bits) && *window_bits >= MIN_WINDOW_BITS;
  if (g_ascii_strcasecmp (name, "client_max_window_bits") == 0)
    return value == NULL || read_window_bits (value, &ignored);

  return FALSE;
}

static gboolean
accept_parameters (const char *text, guint *window_bits)
{
  GHashTable *parameters = soup_header_parse_semi_param_list_strict (text);
  gboolean accepted = parameters != NULL;
  GHashTableIter iter;
  gpointer name, value;

  if (parameters == NULL)
    return FALSE;

  g_hash_table_iter_init (&iter, parameters);
  while (accepted && g_hash_table_iter_next (&iter, &name, &value))
    accepted = accept_parameter (name, value, window_bits);
  soup_header_free_param_list (parameters);

  return accepted;
}

static gboolean
accept_offer (const char *offer, guint *window_bits)
{
  const char *semicolon = strchr (offer, ';');
  g_autofree char *name = semicolon != NULL ? g_strndup (offer, semicolon - offer)
                                            : g_strdup (offer);

  *window_bits = MAX_WBITS;
  if (g_ascii_strcasecmp (g_strstrip (name), EXTENSION) != 0)
    return FALSE;

  return semicolon == NULL || accept_parameters (semicolon + 1, window_bits);
}

/**
 * engineio_deflate_negotiate:
 * @offers: (nullable): what a client offers as `Sec-WebSocket-Extensions`
 * @window_bits: (out): the window that messages for it may use, 9 to 15
 *
 * Takes the first offer that can be kept (section 7.1). Offers that break a rule are declined.
 *
 * Returns: (transfer full) (nullable): the header of the answer; %NULL for no compression
 */
char *
engineio_deflate_negotiate (const char *offers, guint *window_bits)
{
  static const char always[] = EXTENSION "; server_no_context_takeover; client_no_context_takeover";
  GSList *list = offers != NULL ? soup_header_parse_list (offers) : NULL;
  gboolean accepted = FALSE;

  *window_bits = 0;
  for (GSList *l = list; l != NULL && !accepted; l = l->next)
    accepted = accept_offer (l->data, window_bits);
  soup_header_free_list (list);

  if (!accepted)
    {
      *window_bits = 0;
      return NULL;
    }
  if (*window_bits == MAX_WBITS)
    return g_strdup (always);
  return g_strdup_printf ("%s; server_max_window_bits=%u", always, *window_bits);
}

static gboolean
check_answered_parameter (const char *name, const char *value, guint *window_bits)
{
  guint ignored;

  if (g_ascii_strcasecmp (name, "server_no_context_takeover") == 0 ||
      g_ascii_strcasecmp (name, "client_no_context_takeover") == 0)
    return value == NULL;
  if (g_ascii_strcasecmp (name, "server_max_window_bits") == 0)
    return read_window_bits (value, &ignored);
  if (g_ascii_strcasecmp (name, "client_max_window_bits") == 0)
    return read_window_bits (value, window_bits);

  return FALSE;
}

/**
 * engineio_deflate_read_answer:
 * @parameters: (nullable): what a server answers to %ENGINEIO_DEFLATE_OFFER, as
 *   [func@Soup.header_parse_semi_param_list_strict] reads it
 * @window_bits: (out): the window that messages to it may use, 9 to 15; 0 if it wants one that zlib
 *   cannot write for, so that they must not be compressed
 *
 * Reads the answer (section 7.1). A server that means to remember messages, although it was asked
 * not to, would not be understood later.
 *
 * Returns: whether it can be kept
 */
gboolean
engineio_deflate_read_answer (GHashTable *parameters, guint *window_bits)
{
  GHashTableIter iter;
  gpointer name, value;

  *window_bits = MAX_WBITS;
  if (parameters == NULL || !g_hash_table_contains (parameters, "server_no_context_takeover"))
    return FALSE;

  g_hash_table_iter_init (&iter, parameters);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      if (!check_answered_parameter (name, value, window_bits))
        return FALSE;
    }
  if (*window_bits < MIN_WINDOW_BITS)
    *window_bits = 0;
  return TRUE;
}

/* }}} */
/* {{{ Messages */

/* To set one up takes longer than a short message, so there is one for each window; the network has
 * one thread. */
static z_stream *
get_deflater (guint window_bits)
{
  static z_stream *deflaters[MAX_WBITS + 1];
  z_stream **deflater = &deflaters[window_bits];

  if (*deflater != NULL)
    deflateReset (*deflater);
  else
    {
      *deflater = g_new0 (z_stream, 1);
      if (deflateInit2 (*deflater, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -(int)window_bits,
                        MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        g_error ("zlib has no memory");
    }
  return *deflater;
}

static z_stream *
get_inflater (void)
{
  static z_stream *inflater;

  if (inflater != NULL)
    inflateReset (inflater);
  else
    {
      inflater = g_new0 (z_stream, 1);
      if (inflateInit2 (inflater, -MAX_WBITS) != Z_OK)
        g_error ("zlib has no memory");
    }
  return inflater;
}

/**
 * engineio_deflate_message:
 * @data: (array length=length): the payload of a message, not empty
 * @length: its bytes
 * @window_bits: the window that the receiver has, 9 to 15
 *
 * Compresses a message.
 *
 * Returns: (transfer full) (nullable): the payload of a frame that has RSV1 set; %NULL if that
 * would not be shorter
 */
GBytes *
engineio_deflate_message (const void *data, gsize length, guint window_bits)
{
  z_stream *deflater = get_deflater (window_bits);
  g_autofree guint8 *out = g_malloc (length);

  deflater->next_in = (Bytef *)data;
  deflater->avail_in = length;
  deflater->next_out = out;
  deflater->avail_out = length;
  /* A flush that fills the room may not be complete. */
  if (deflate (deflater, Z_SYNC_FLUSH) != Z_OK || deflater->avail_in > 0 ||
      deflater->avail_out == 0)
    return NULL;

  length = deflater->total_out - sizeof tail;
  return g_bytes_new_take (g_realloc (g_steal_pointer (&out), length), length);
}

/* Where a message is restored to. */
typedef struct
{
  guint8 *data;
  gsize size;
  gsize max_size;
} Room;

/* Doubles what is there and never trusts what a message may become. */
static gboolean
grow (Room *room, z_stream *inflater, gsize used)
{
  if (room->size == room->max_size)
    return FALSE;

  room->size = MIN (room->size * 2, room->max_size);
  room->data = g_realloc (room->data, room->size);
  inflater->next_out = room->data + used;
  inflater->avail_out = room->size - used;
  return TRUE;
}

static gboolean
fail (GError **error, EngineioFrameError code, const char *text)
{
  g_set_error_literal (error, ENGINEIO_FRAME_ERROR, code, text);
  return FALSE;
}

static gboolean
restore_piece (z_stream *inflater, const void *data, gsize length, Room *room, GError **error)
{
  inflater->next_in = (Bytef *)data;
  inflater->avail_in = length;
  for (;;)
    {
      int result = inflate (inflater, Z_NO_FLUSH);

      if (result == Z_STREAM_END && inflater->avail_in > 0)
        inflateReset (inflater); /* a final block may stand in a message (section 7.2.3.4) */
      else if (result == Z_DATA_ERROR || result == Z_NEED_DICT || result == Z_MEM_ERROR)
        return fail (error, ENGINEIO_FRAME_ERROR_INVALID_DEFLATE,
                     "A compressed message cannot be read");
      else if (inflater->avail_out > 0)
        return TRUE;
      if (inflater->avail_out == 0 && !grow (room, inflater, inflater->next_out - room->data))
        return fail (error, ENGINEIO_FRAME_ERROR_TOO_BIG, "A message is too big");
    }
}

/**
 * engineio_deflate_restore:
 * @data: (array length=length): the payload of a compressed message, its fragments joined
 * @length: its bytes
 * @max_length: the bytes that the message may have; equal is accepted
 * @restored_length: (out): the bytes of the message
 * @error: return location for an error of %ENGINEIO_FRAME_ERROR
 *
 * Restores a message. No more memory is taken than twice what it really has, and it is given up at
 * the limit.
 *
 * Returns: (transfer full) (array length=restored_length) (nullable): the message, or %NULL on
 * error
 */
guint8 *
engineio_deflate_restore (const void *data,
                          gsize length,
                          gsize max_length,
                          gsize *restored_length,
                          GError **error)
{
  z_stream *inflater = get_inflater ();
  /* One byte more tells a message of that length from a longer one. */
  Room room = { NULL, MIN (MAX (length * 2, MIN_RESTORED), max_length + 1), max_length + 1 };

  room.data = g_malloc (room.size);
  inflater->next_out = room.data;
  inflater->avail_out = room.size;
  if (restore_piece (inflater, data, length, &room, error) &&
      restore_piece (inflater, tail, sizeof tail, &room, error))
    {
      *restored_length = inflater->next_out - room.data;
      return room.data;
    }

  g_free (room.data);
  return NULL;
}

/* }}} */
