/* engineio-handshake.c: what the first packet of a session says
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <json-glib/json-glib.h>

#include "engineio-session-private.h"

/* A handshake is about 120 bytes. json-glib's parser recurses, so that what a server sends here may
 * not be deep either. */
#define MAX_HANDSHAKE 4096

char *
engineio_handshake_format (EngineioSession *self)
{
  gboolean can_upgrade = engineio_options_get_allow_upgrades (self->options) &&
                         engineio_options_get_websocket (self->options) &&
                         g_str_equal (engineio_session_get_transport_name (self), "polling");

  GString *text = g_string_new (NULL);

  g_string_printf (text, "{\"sid\":\"%s\",\"upgrades\":[%s],\"pingInterval\":%u,\"pingTimeout\":%u",
                   self->id, can_upgrade ? "\"websocket\"" : "", self->ping_interval,
                   self->ping_timeout);
  if (self->protocol->tells_max_payload)
    g_string_append_printf (text, ",\"maxPayload\":%" G_GSIZE_FORMAT, self->max_payload);
  g_string_append_c (text, '}');

  return g_string_free (text, FALSE);
}

static JsonObject *
parse_object (JsonParser *parser, EngineioPacket *packet)
{
  gsize length;
  const char *text = engineio_packet_get_data (packet, &length);
  JsonNode *root;

  if (length == 0 || length > MAX_HANDSHAKE ||
      !json_parser_load_from_data (parser, text, length, NULL))
    return NULL;

  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
}

static gboolean
read_number (JsonObject *object, const char *name, guint max, guint *number)
{
  JsonNode *node = json_object_get_member (object, name);
  gint64 value;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return FALSE;

  value = json_node_get_int (node);
  if (value < 1 || value > max)
    return FALSE;

  *number = value;
  return TRUE;
}

static gboolean
offers_websocket (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "upgrades");
  JsonArray *upgrades = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node)
                                                                     : NULL;
  guint n = upgrades != NULL ? json_array_get_length (upgrades) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *name = json_array_get_element (upgrades, i);

      if (json_node_get_value_type (name) == G_TYPE_STRING &&
          g_str_equal (json_node_get_string (name), "websocket"))
        return TRUE;
    }
  return FALSE;
}

/* Reads a server's handshake into a client's session. maxPayload came with protocol 4's second
 * edition; a server that does not tell it has no limit that we could keep. */
gboolean
engineio_handshake_read (EngineioSession *self, EngineioPacket *packet)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *object = parse_object (parser, packet);
  JsonNode *sid = object != NULL ? json_object_get_member (object, "sid") : NULL;
  guint max_payload;

  if (sid == NULL || json_node_get_value_type (sid) != G_TYPE_STRING)
    return FALSE;
  if (!read_number (object, "pingInterval", G_MAXINT / 2, &self->ping_interval) ||
      !read_number (object, "pingTimeout", G_MAXINT / 2, &self->ping_timeout))
    return FALSE;

  self->max_payload = read_number (object, "maxPayload", G_MAXINT, &max_payload) ? max_payload
                                                                                 : G_MAXINT;
  self->may_upgrade = offers_websocket (object);
  g_free (self->id);
  self->id = g_strdup (json_node_get_string (sid));
  return TRUE;
}
