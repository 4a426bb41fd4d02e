/* socketio-packet.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One packet of Socket.IO protocol 5, and its text as JSON. socketio-json-decoder.c is the way
 * back; socketio-json-parser.c has the text sent, and after it the attachments. */

#include "config.h"

#include "socketio-arguments-private.h"
#include "socketio-json.h"
#include "socketio-packet.h"

struct _SocketioPacket
{
  guint ref_count;
  SocketioPacketType type;
  gint64 id;
  char *namespace_; /* NULL for the main one */
  char *query; /* of a connect */
  char *name; /* of an event */
  SocketioArguments *arguments; /* of an event or an ack */
  JsonNode *data; /* of a connect or a connect error */
};

G_DEFINE_BOXED_TYPE (SocketioPacket, socketio_packet, socketio_packet_ref, socketio_packet_unref)

static SocketioPacket *
packet_new (SocketioPacketType type, const char *namespace_)
{
  SocketioPacket *self = g_new0 (SocketioPacket, 1);

  self->ref_count = 1;
  self->type = type;
  self->id = SOCKETIO_PACKET_NO_ID;
  if (namespace_ != NULL && !g_str_equal (namespace_, "/"))
    self->namespace_ = g_strdup (namespace_);
  return self;
}

static void
packet_set_arguments (SocketioPacket *self, SocketioArguments *arguments)
{
  self->arguments = arguments != NULL ? socketio_arguments_ref (arguments)
                                      : socketio_arguments_new ();
  socketio_arguments_seal (self->arguments);
}

/**
 * socketio_packet_new_connect:
 * @namespace_: (nullable): the namespace, NULL for `/`
 * @data: (transfer full) (nullable): an object: what the client says of itself, or the server's
 *   answer
 *
 * Makes a packet that joins a namespace.
 *
 * Returns: (transfer full): the packet
 */
SocketioPacket *
socketio_packet_new_connect (const char *namespace_, JsonNode *data)
{
  SocketioPacket *self;

  g_return_val_if_fail (data == NULL || JSON_NODE_HOLDS_OBJECT (data), NULL);

  self = packet_new (SOCKETIO_PACKET_CONNECT, namespace_);
  self->data = data;
  return self;
}

/**
 * socketio_packet_new_connect_with_query:
 * @namespace_: (nullable): the namespace, NULL for `/`
 * @query: (nullable): what stood behind its name and a question mark
 * @data: (transfer full) (nullable): an object: what the client says of itself
 *
 * Makes a packet that joins a namespace, as it was received. Clients of older protocols say in
 * @query what newer ones say in @data.
 *
 * Returns: (transfer full): the packet
 */
SocketioPacket *
socketio_packet_new_connect_with_query (const char *namespace_, const char *query, JsonNode *data)
{
  SocketioPacket *self = socketio_packet_new_connect (namespace_, data);

  if (self != NULL)
    self->query = g_strdup (query);
  return self;
}

/**
 * socketio_packet_new_connect_error:
 * @namespace_: (nullable): the namespace, NULL for `/`
 * @data: (transfer full): why: an object with a `message`, or a string as in older protocols
 *
 * Makes a packet that refuses a namespace.
 *
 * Returns: (transfer full): the packet
 */
SocketioPacket *
socketio_packet_new_connect_error (const char *namespace_, JsonNode *data)
{
  SocketioPacket *self;

  g_return_val_if_fail (data != NULL, NULL);

  self = packet_new (SOCKETIO_PACKET_CONNECT_ERROR, namespace_);
  self->data = data;
  return self;
}

/**
 * socketio_packet_new_disconnect:
 * @namespace_: (nullable): the namespace, NULL for `/`
 *
 * Makes a packet that leaves a namespace.
 *
 * Returns: (transfer full): the packet
 */
SocketioPacket *
socketio_packet_new_disconnect (const char *namespace_)
{
  return packet_new (SOCKETIO_PACKET_DISCONNECT, namespace_);
}

/**
 * socketio_packet_new_event:
 * @namespace_: (nullable): the namespace, NULL for `/`
 * @name: the event's name
 * @arguments: (nullable): the arguments, which get sealed; NULL for none
 * @id: the id that the ack shall bear, or %SOCKETIO_PACKET_NO_ID if none is asked for
 *
 * Makes an event.
 *
 * Returns: (transfer full): the packet
 */
SocketioPacket *
socketio_packet_new_event (const char *namespace_,
                           const char *name,
                           SocketioArguments *arguments,
                           gint64 id)
{
  SocketioPacket *self;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (id >= SOCKETIO_PACKET_NO_ID && id <= SOCKETIO_PACKET_MAX_ID, NULL);

  self = packet_new (SOCKETIO_PACKET_EVENT, namespace_);
  self->name = g_strdup (name);
  self->id = id;
  packet_set_arguments (self, arguments);
  return self;
}

/**
 * socketio_packet_new_ack:
 * @namespace_: (nullable): the namespace, NULL for `/`
 * @id: the id of the event that is answered
 * @arguments: (nullable): the arguments, which get sealed; NULL for none
 *
 * Makes the answer to an event.
 *
 * Returns: (transfer full): the packet
 */
SocketioPacket *
socketio_packet_new_ack (const char *namespace_, gint64 id, SocketioArguments *arguments)
{
  SocketioPacket *self;

  g_return_val_if_fail (id >= 0 && id <= SOCKETIO_PACKET_MAX_ID, NULL);

  self = packet_new (SOCKETIO_PACKET_ACK, namespace_);
  self->id = id;
  packet_set_arguments (self, arguments);
  return self;
}

/**
 * socketio_packet_ref:
 * @self: the packet
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
SocketioPacket *
socketio_packet_ref (SocketioPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  self->ref_count++;
  return self;
}

/**
 * socketio_packet_unref:
 * @self: (transfer full): the packet
 *
 * Drops a reference, and frees the packet with the last one.
 */
void
socketio_packet_unref (SocketioPacket *self)
{
  g_return_if_fail (self != NULL);

  if (--self->ref_count > 0)
    return;

  g_free (self->namespace_);
  g_free (self->query);
  g_free (self->name);
  g_clear_pointer (&self->arguments, socketio_arguments_unref);
  g_clear_pointer (&self->data, json_node_unref);
  g_free (self);
}

/**
 * socketio_packet_get_packet_type:
 * @self: the packet
 *
 * Gets the type.
 *
 * Returns: the type, never one of the two binary ones
 */
SocketioPacketType
socketio_packet_get_packet_type (SocketioPacket *self)
{
  g_return_val_if_fail (self != NULL, SOCKETIO_PACKET_DISCONNECT);

  return self->type;
}

/**
 * socketio_packet_get_namespace:
 * @self: the packet
 *
 * Gets the name of the namespace that the packet belongs to.
 *
 * Returns: (transfer none): the namespace, `/` if the packet names none
 */
const char *
socketio_packet_get_namespace (SocketioPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->namespace_ != NULL ? self->namespace_ : "/";
}

/**
 * socketio_packet_get_id:
 * @self: the packet
 *
 * Gets the id that ties an answer to its event.
 *
 * Returns: the ack id of an event or an ack, %SOCKETIO_PACKET_NO_ID if there is none
 */
gint64
socketio_packet_get_id (SocketioPacket *self)
{
  g_return_val_if_fail (self != NULL, SOCKETIO_PACKET_NO_ID);

  return self->id;
}

/**
 * socketio_packet_get_name:
 * @self: the packet
 *
 * Gets the name of an event.
 *
 * Returns: (transfer none) (nullable): the name, %NULL in other packets
 */
const char *
socketio_packet_get_name (SocketioPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * socketio_packet_get_arguments:
 * @self: the packet
 *
 * Gets what an event or an ack carries.
 *
 * Returns: (transfer none) (nullable): the arguments, %NULL in other packets
 */
SocketioArguments *
socketio_packet_get_arguments (SocketioPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->arguments;
}

/**
 * socketio_packet_get_data:
 * @self: the packet
 *
 * Gets what a connect or a connect error carries.
 *
 * Returns: (transfer none) (nullable): the data, if there are any
 */
JsonNode *
socketio_packet_get_data (SocketioPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->data;
}

/**
 * socketio_packet_get_query:
 * @self: the packet
 *
 * Gets the query of a connect, which clients of Socket.IO 1 and 2 send behind the namespace.
 *
 * Returns: (transfer none) (nullable): the query, if there is one
 */
const char *
socketio_packet_get_query (SocketioPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->query;
}

static void
append_header (SocketioPacket *self, GString *text)
{
  guint n_attachments = 0;

  if (self->arguments != NULL)
    n_attachments = socketio_arguments_get_n_attachments (self->arguments);

  if (n_attachments == 0)
    g_string_append_c (text, '0' + self->type);
  else if (self->type == SOCKETIO_PACKET_EVENT)
    g_string_append_printf (text, "%d%u-", SOCKETIO_PACKET_BINARY_EVENT, n_attachments);
  else
    g_string_append_printf (text, "%d%u-", SOCKETIO_PACKET_BINARY_ACK, n_attachments);

  if (self->namespace_ != NULL)
    {
      g_string_append (text, self->namespace_);
      g_string_append_c (text, ',');
    }

  if (self->id != SOCKETIO_PACKET_NO_ID)
    socketio_json_append_int (text, self->id);
}

static void
append_arguments (SocketioPacket *self, GString *text)
{
  g_string_append_c (text, '[');
  if (self->name != NULL)
    socketio_json_append_string (text, self->name);
  if (self->name != NULL && socketio_arguments_get_length (self->arguments) > 0)
    g_string_append_c (text, ',');
  socketio_arguments_append (self->arguments, text);
  g_string_append_c (text, ']');
}

/**
 * socketio_packet_encode:
 * @self: the packet
 * @text: where to append
 *
 * Appends the text of the packet: `<type>[<attachments>-][<namespace>,][<id>][JSON]`, with the
 * namespace left out if it is `/`. The attachments of the packet's arguments follow it as binary
 * messages of their own, in their order, with no other message in between.
 */
void
socketio_packet_encode (SocketioPacket *self, GString *text)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL);

  append_header (self, text);
  if (self->arguments != NULL)
    append_arguments (self, text);
  else if (self->data != NULL)
    socketio_json_append (text, self->data);
}

/**
 * socketio_packet_name_is_reserved:
 * @name: the name of an event
 *
 * Tells whether an event of this name may only come from the library itself, never from the other
 * end. These are the names that socket.io's own parser refuses.
 *
 * Returns: whether it is reserved
 */
gboolean
socketio_packet_name_is_reserved (const char *name)
{
  static const char *const reserved[] = {
    "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener", NULL
  };

  g_return_val_if_fail (name != NULL, FALSE);

  return g_strv_contains (reserved, name);
}
