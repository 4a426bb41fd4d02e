/* socketio-dialect.c: what differs for clients of older protocols
 *
 * Protocol 5 is that of Socket.IO 3 and later; protocol 4 that of Socket.IO 1 and 2, whose sessions
 * are of Engine.IO 3. Packets look alike, so that events and acks need nothing here: it is about
 * how a client joins. The older one does not ask to join `/`, makes its sockets' ids itself from
 * the session's id, and puts what it says of itself into a query behind the namespace's name.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-dialect.h"

#include <string.h>

/* The last revision of Engine.IO below protocol 5. */
#define OLD_REVISION 3

static JsonNode *
take_object (JsonObject *object)
{
  JsonNode *node = json_node_init_object (json_node_alloc (), object);

  json_object_unref (object);
  return node;
}

/* {{{ Protocol 5 */

/* The session's id gives whoever knows it the session, so it is not made known. */
static char *
make_secret_id (EngineioSession *session, const char *namespace_name)
{
  return engineio_make_id ();
}

static JsonNode *
format_welcome (const char *id)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "sid", id);
  return take_object (object);
}

static JsonNode *
format_refusal (const char *message, JsonNode *data)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "message", message);
  if (data != NULL)
    json_object_set_member (object, "data", json_node_copy (data));
  return take_object (object);
}

static JsonNode *
read_payload (SocketioPacket *connect)
{
  JsonNode *data = socketio_packet_get_data (connect);

  return data != NULL ? json_node_ref (data) : NULL;
}

static const SocketioDialect dialect_5 = {
  .make_id = make_secret_id,
  .format_welcome = format_welcome,
  .format_refusal = format_refusal,
  .read_auth = read_payload,
};

/* }}} */
/* {{{ Protocol 4 */

static char *
make_shared_id (EngineioSession *session, const char *namespace_name)
{
  const char *id = engineio_session_get_id (session);

  if (g_str_equal (namespace_name, "/"))
    return g_strdup (id);
  return g_strconcat (namespace_name, "#", id, NULL);
}

static JsonNode *
format_no_welcome (const char *id)
{
  return NULL;
}

/* What JavaScript takes for false. */
static gboolean
is_falsy (JsonNode *node)
{
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return *json_node_get_string (node) == '\0';
  return json_node_get_double (node) == 0 && !json_node_get_boolean (node);
}

/* The client's program gets one value, the same as from Node: what is to be told, or its text. */
static JsonNode *
format_short_refusal (const char *message, JsonNode *data)
{
  if (!is_falsy (data))
    return json_node_copy (data);
  return json_node_init_string (json_node_alloc (), message);
}

/* Reads one name or value of a query. What is no UTF-8 becomes U+FFFD, as in browsers. */
static char *
unescape (const char *text, gsize length)
{
  g_autoptr (GString) bytes = g_string_sized_new (length);

  for (const char *end = text + length; text < end; text++)
    {
      gboolean escaped = *text == '%' && end - text > 2 && g_ascii_isxdigit (text[1]) &&
                         g_ascii_isxdigit (text[2]);

      if (escaped)
        {
          g_string_append_c (bytes,
                             g_ascii_xdigit_value (text[1]) * 16 + g_ascii_xdigit_value (text[2]));
          text += 2;
        }
      else
        g_string_append_c (bytes, *text == '+' ? ' ' : *text);
    }

  return g_utf8_make_valid (bytes->str, bytes->len);
}

static void
read_pair (JsonObject *object, const char *pair)
{
  gsize length = strcspn (pair, "=");
  const char *rest = pair[length] == '=' ? pair + length + 1 : "";
  g_autofree char *name = unescape (pair, length);
  g_autofree char *value = unescape (rest, strlen (rest));

  if (*pair != '\0')
    json_object_set_string_member (object, name, value);
}

static JsonNode *
read_query (SocketioPacket *connect)
{
  const char *query = socketio_packet_get_query (connect);
  g_auto (GStrv) pairs = NULL;
  JsonObject *object;
  JsonNode *node;

  if (query == NULL)
    return NULL;

  object = json_object_new ();
  pairs = g_strsplit (query, "&", -1);
  for (char **pair = pairs; *pair != NULL; pair++)
    read_pair (object, *pair);

  node = take_object (object);
  json_node_seal (node);
  return node;
}

static const SocketioDialect dialect_4 = {
  .joins_by_itself = TRUE,
  .make_id = make_shared_id,
  .format_welcome = format_no_welcome,
  .format_refusal = format_short_refusal,
  .read_auth = read_query,
};

/* }}} */

/**
 * socketio_dialect_of_session:
 * @session: a server's session
 *
 * Returns: a static object: how its client speaks
 */
const SocketioDialect *
socketio_dialect_of_session (EngineioSession *session)
{
  return engineio_session_get_revision (session) <= OLD_REVISION ? &dialect_4 : &dialect_5;
}
