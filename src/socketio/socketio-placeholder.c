/* socketio-placeholder.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What stands in the JSON of a packet where bytes belong: `{"_placeholder":true,"num":N}`, N being
 * the place of the bytes among the attachments that follow. socketio-arguments.c makes them and
 * follows them, socketio-json-decoder.c checks those that come from the network. */

#include "config.h"

#include "socketio-json.h"
#include "socketio-placeholder.h"

/**
 * socketio_placeholder_new:
 * @index: which attachment it stands for, from 0
 *
 * Makes a placeholder.
 *
 * Returns: (transfer full): the placeholder
 */
JsonNode *
socketio_placeholder_new (guint index)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_init_object (json_node_alloc (), object);

  json_object_set_boolean_member (object, "_placeholder", TRUE);
  json_object_set_int_member (object, "num", index);

  json_object_unref (object);
  return node;
}

/**
 * socketio_placeholder_check:
 * @node: any value
 *
 * Tells whether @node is a placeholder, right or wrong, if it comes from a packet with attachments;
 * elsewhere it is an object like any other.
 *
 * Returns: whether it is
 */
gboolean
socketio_placeholder_check (JsonNode *node)
{
  JsonNode *mark;

  if (!JSON_NODE_HOLDS_OBJECT (node) || json_node_get_object (node) == NULL)
    return FALSE;

  mark = json_object_get_member (json_node_get_object (node), "_placeholder");
  return mark != NULL && json_node_get_value_type (mark) == G_TYPE_BOOLEAN &&
         json_node_get_boolean (mark);
}

/**
 * socketio_placeholder_get_index:
 * @node: a placeholder
 * @n_attachments: how many attachments there are
 * @index: (out): where to put which one it stands for
 *
 * Reads a placeholder.
 *
 * Returns: whether it stands for an attachment that is there
 */
gboolean
socketio_placeholder_get_index (JsonNode *node, guint n_attachments, guint *index)
{
  JsonNode *num = json_object_get_member (json_node_get_object (node), "num");
  gint64 value;

  if (!socketio_json_get_int (num, &value) || value < 0 || value >= n_attachments)
    return FALSE;

  *index = value;
  return TRUE;
}

static gboolean
check_node (JsonNode *node, guint n_attachments)
{
  JsonObjectIter members;
  JsonNode *member;
  guint index;

  if (JSON_NODE_HOLDS_ARRAY (node))
    return socketio_placeholder_check_array (json_node_get_array (node), n_attachments);
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  if (socketio_placeholder_check (node))
    return socketio_placeholder_get_index (node, n_attachments, &index);

  json_object_iter_init (&members, json_node_get_object (node));
  while (json_object_iter_next (&members, NULL, &member))
    if (!check_node (member, n_attachments))
      return FALSE;
  return TRUE;
}

/**
 * socketio_placeholder_check_array:
 * @array: values that [func@socketio_json_parse] has read, which bounds their depth
 * @n_attachments: how many attachments belong to them
 *
 * Tells whether each placeholder at any depth in @array stands for an attachment that is there.
 *
 * Returns: whether all do
 */
gboolean
socketio_placeholder_check_array (JsonArray *array, guint n_attachments)
{
  guint length = json_array_get_length (array);

  for (guint i = 0; i < length; i++)
    if (!check_node (json_array_get_element (array, i), n_attachments))
      return FALSE;
  return TRUE;
}
