/* socketio-json-decoder.c: packets that come as texts with JSON, and attachments behind them
 *
 * Texts and binary messages in, packets out. What it refuses ends the connection.
 * socketio-json-plain.c recognizes the usual payloads and socketio-json.c reads the others; what
 * they must be stands in socketio-incoming.c; socketio-packet.c is the way back.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-json-decoder.h"

#include <string.h>

#include "socketio-arguments-private.h"
#include "socketio-incoming.h"
#include "socketio-json-plain.h"
#include "socketio-json.h"
#include "socketio-placeholder.h"

/* 2^53 - 1 has 16 digits. */
#define MAX_ID_DIGITS    16
#define MAX_COUNT_DIGITS 9

/* A text that is being read. */
typedef struct
{
  const char *at;
  const char *end;
} Cursor;

struct _SocketioJsonDecoder
{
  SocketioDecoder parent_instance;

  guint max_attachments;
  gsize max_bytes;

  /* The packet whose attachments are under way; without any, payload is NULL. */
  SocketioIncoming incoming;
  JsonNode *payload;
  guint n_expected;
  GPtrArray *attachments;
  gsize n_bytes;
};

G_DEFINE_FINAL_TYPE (SocketioJsonDecoder, socketio_json_decoder, SOCKETIO_TYPE_DECODER)

static gboolean
fail (GError **error, SocketioParserError code, const char *message)
{
  g_set_error_literal (error, SOCKETIO_PARSER_ERROR, code, message);
  return FALSE;
}

/* {{{ What stands before the payload */

static gboolean
take (Cursor *cursor, char c)
{
  if (cursor->at == cursor->end || *cursor->at != c)
    return FALSE;

  cursor->at++;
  return TRUE;
}

/* Reads digits, if there are any; @max_digits must not let @value overflow. */
static gboolean
read_digits (Cursor *cursor, guint max_digits, guint *n_digits, gint64 *value)
{
  *value = 0;
  for (*n_digits = 0; cursor->at < cursor->end && g_ascii_isdigit (*cursor->at); cursor->at++)
    {
      if (++*n_digits > max_digits)
        return FALSE;
      *value = *value * 10 + (*cursor->at - '0');
    }
  return TRUE;
}

static gboolean
read_type (Cursor *cursor, SocketioIncoming *incoming, GError **error)
{
  if (cursor->at == cursor->end || *cursor->at < '0' ||
      *cursor->at > '0' + SOCKETIO_PACKET_BINARY_ACK)
    return fail (error, SOCKETIO_PARSER_ERROR_TYPE, "Unknown packet type");

  incoming->type = *cursor->at++ - '0';
  return TRUE;
}

static gboolean
read_count (SocketioJsonDecoder *self,
            Cursor *cursor,
            SocketioPacketType type,
            guint *n_attachments,
            GError **error)
{
  guint n_digits;
  gint64 count;

  *n_attachments = 0;
  if (type != SOCKETIO_PACKET_BINARY_EVENT && type != SOCKETIO_PACKET_BINARY_ACK)
    return TRUE;

  if (!read_digits (cursor, MAX_COUNT_DIGITS, &n_digits, &count) || n_digits == 0 ||
      !take (cursor, '-'))
    return fail (error, SOCKETIO_PARSER_ERROR_ATTACHMENTS, "Bad count of attachments");
  if (count > self->max_attachments)
    return fail (error, SOCKETIO_PARSER_ERROR_ATTACHMENTS, "Too many attachments");

  *n_attachments = count;
  return TRUE;
}

/* A namespace goes up to a comma or the end. */
static gboolean
read_namespace (Cursor *cursor, SocketioIncoming *incoming, GError **error)
{
  const char *start = cursor->at, *end;

  if (start == cursor->end || *start != '/')
    return TRUE;

  end = memchr (start, ',', cursor->end - start);
  if (end == NULL)
    end = cursor->end;
  cursor->at = end;
  take (cursor, ',');

  return socketio_incoming_read_namespace (incoming, start, end - start, error);
}

static gboolean
read_id (Cursor *cursor, SocketioIncoming *incoming, GError **error)
{
  guint n_digits;
  gint64 id;

  incoming->id = SOCKETIO_PACKET_NO_ID;
  if (!socketio_incoming_is_event (incoming) && !socketio_incoming_is_ack (incoming))
    return TRUE;

  if (!read_digits (cursor, MAX_ID_DIGITS, &n_digits, &id))
    id = G_MAXINT64;
  return n_digits > 0 ? socketio_incoming_set_id (incoming, id, error)
                      : socketio_incoming_set_no_id (incoming, error);
}

static gboolean
read_header (SocketioJsonDecoder *self,
             Cursor *cursor,
             SocketioIncoming *incoming,
             guint *n_attachments,
             GError **error)
{
  return read_type (cursor, incoming, error) &&
         read_count (self, cursor, incoming->type, n_attachments, error) &&
         read_namespace (cursor, incoming, error) && read_id (cursor, incoming, error);
}

/* }}} */
/* {{{ The payload */

/* The rest of the text; none at all is a payload of NULL. */
static gboolean
read_payload (Cursor *cursor, JsonNode **payload, GError **error)
{
  *payload = NULL;
  if (cursor->at == cursor->end)
    return TRUE;

  *payload = socketio_json_parse (cursor->at, cursor->end - cursor->at, error);
  if (*payload == NULL)
    g_prefix_error (error, "Bad payload: ");
  return *payload != NULL;
}

/* The name of an event at the start of a plain array, if it is one that is allowed and needs no
 * reading either. */
static char *
take_plain_name (const char *first, gsize length)
{
  g_autofree char *name = NULL;

  if (length < 2 || *first != '"' || memchr (first, '\\', length) != NULL)
    return NULL;

  name = g_strndup (first + 1, length - 2);
  return socketio_packet_name_is_reserved (name) ? NULL : g_steal_pointer (&name);
}

/* Makes a packet without reading its payload, if that is plain. What is not, or is wrong, is left
 * to the others. */
static SocketioPacket *
make_plain_packet (SocketioIncoming *incoming, Cursor *cursor)
{
  g_autoptr (SocketioArguments) arguments = NULL;
  g_autofree char *name = NULL;
  const char *values, *end;
  SocketioJsonPlain plain;

  if ((incoming->type != SOCKETIO_PACKET_EVENT && incoming->type != SOCKETIO_PACKET_ACK) ||
      !socketio_json_plain_check (cursor->at, cursor->end - cursor->at, &plain))
    return NULL;

  values = cursor->at + 1;
  end = cursor->end - 1;
  if (incoming->type == SOCKETIO_PACKET_ACK)
    {
      arguments = socketio_arguments_new_for_plain (values, end - values, plain.n_elements);
      return socketio_packet_new_ack (incoming->namespace_, incoming->id, arguments);
    }

  name = take_plain_name (values, plain.first_length);
  if (name == NULL)
    return NULL;
  values = MIN (values + plain.first_length + 1, end);
  arguments = socketio_arguments_new_for_plain (values, end - values, plain.n_elements - 1);
  return socketio_packet_new_event (incoming->namespace_, name, arguments, incoming->id);
}

/* Keeps a packet until its attachments are there. */
static gboolean
hold_packet (SocketioJsonDecoder *self,
             SocketioIncoming *incoming,
             JsonNode *payload,
             guint n_attachments,
             GError **error)
{
  if (!socketio_placeholder_check_array (json_node_get_array (payload), n_attachments))
    return fail (error, SOCKETIO_PARSER_ERROR_PLACEHOLDER, "Placeholder without an attachment");

  self->incoming = *incoming;
  incoming->namespace_ = incoming->query = NULL;
  self->payload = json_node_ref (payload);
  self->n_expected = n_attachments;
  self->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  self->n_bytes = 0;
  return TRUE;
}

/* }}} */
/* {{{ The object */

static void
socketio_json_decoder_reset (SocketioDecoder *decoder)
{
  SocketioJsonDecoder *self = SOCKETIO_JSON_DECODER (decoder);

  socketio_incoming_clear (&self->incoming);
  g_clear_pointer (&self->payload, json_node_unref);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  self->n_bytes = 0;
}

static gboolean
socketio_json_decoder_add_text (SocketioDecoder *decoder,
                                const char *text,
                                gsize length,
                                SocketioPacket **packet,
                                GError **error)
{
  SocketioJsonDecoder *self = SOCKETIO_JSON_DECODER (decoder);
  g_auto (SocketioIncoming) incoming = { 0 };
  g_autoptr (JsonNode) payload = NULL;
  guint n_attachments;
  Cursor cursor;

  if (self->payload != NULL)
    {
      socketio_json_decoder_reset (decoder);
      return fail (error, SOCKETIO_PARSER_ERROR_UNEXPECTED_TEXT, "Text in place of an attachment");
    }

  cursor.at = length > 0 ? text : "";
  cursor.end = cursor.at + length;
  if (!read_header (self, &cursor, &incoming, &n_attachments, error))
    return FALSE;
  *packet = make_plain_packet (&incoming, &cursor);
  if (*packet != NULL)
    return TRUE;

  if (!read_payload (&cursor, &payload, error) ||
      !socketio_incoming_check (&incoming, payload, error))
    return FALSE;
  if (n_attachments > 0)
    return hold_packet (self, &incoming, payload, n_attachments, error);

  *packet = socketio_incoming_make_packet (&incoming, payload, NULL);
  return TRUE;
}

/* The next attachment of the packet that was announced last. */
static gboolean
socketio_json_decoder_add_binary (SocketioDecoder *decoder,
                                  GBytes *bytes,
                                  SocketioPacket **packet,
                                  GError **error)
{
  SocketioJsonDecoder *self = SOCKETIO_JSON_DECODER (decoder);

  if (self->payload == NULL)
    return fail (error, SOCKETIO_PARSER_ERROR_UNEXPECTED_BINARY,
                 "Attachment without a packet; does the other end have another parser?");
  if (g_bytes_get_size (bytes) > self->max_bytes - MIN (self->n_bytes, self->max_bytes))
    {
      socketio_json_decoder_reset (decoder);
      return fail (error, SOCKETIO_PARSER_ERROR_TOO_LARGE, "Attachments are too large");
    }

  self->n_bytes += g_bytes_get_size (bytes);
  g_ptr_array_add (self->attachments, g_bytes_ref (bytes));
  if (self->attachments->len < self->n_expected)
    return TRUE;

  *packet = socketio_incoming_make_packet (&self->incoming, self->payload,
                                           g_steal_pointer (&self->attachments));
  socketio_json_decoder_reset (decoder);
  return TRUE;
}

static void
socketio_json_decoder_finalize (GObject *object)
{
  socketio_json_decoder_reset (SOCKETIO_DECODER (object));

  G_OBJECT_CLASS (socketio_json_decoder_parent_class)->finalize (object);
}

static void
socketio_json_decoder_class_init (SocketioJsonDecoderClass *klass)
{
  SocketioDecoderClass *decoder_class = SOCKETIO_DECODER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = socketio_json_decoder_finalize;
  decoder_class->add_text = socketio_json_decoder_add_text;
  decoder_class->add_binary = socketio_json_decoder_add_binary;
  decoder_class->reset = socketio_json_decoder_reset;
}

static void
socketio_json_decoder_init (SocketioJsonDecoder *self)
{
}

/* }}} */

/**
 * socketio_json_decoder_new:
 * @max_attachments: how many attachments a packet may have
 * @max_attachment_bytes: how many bytes they may have together
 *
 * Makes a decoder for one connection.
 *
 * Returns: (transfer full): the decoder
 */
SocketioDecoder *
socketio_json_decoder_new (guint max_attachments, gsize max_attachment_bytes)
{
  SocketioJsonDecoder *self = g_object_new (SOCKETIO_TYPE_JSON_DECODER, NULL);

  self->max_attachments = max_attachments;
  self->max_bytes = max_attachment_bytes;
  return SOCKETIO_DECODER (self);
}

/**
 * socketio_json_decoder_is_pending:
 * @decoder: a decoder of this kind
 *
 * Returns: whether attachments of a packet are still to come
 */
gboolean
socketio_json_decoder_is_pending (SocketioDecoder *decoder)
{
  return SOCKETIO_JSON_DECODER (decoder)->payload != NULL;
}
