/* socketio-parent-adapter.c: the rooms of all children of a namespace
 *
 * Nobody is in a parent itself. What is for its rooms goes to the adapters of its children.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-parent-adapter.h"

#include <glib/gi18n-lib.h>

#include "socketio-namespace.h"

struct _SocketioParentAdapter
{
  SocketioAdapter parent_instance;

  GHashTable *children; /* name -> SocketioNamespace */
};

G_DEFINE_FINAL_TYPE (SocketioParentAdapter, socketio_parent_adapter, SOCKETIO_TYPE_ADAPTER)

/* Each with a reference: whoever is told of what is sent may have children made, and others go with
 * their last socket.
 * Returns: (transfer full): the children that there are now */
static GPtrArray *
socketio_parent_adapter_list (SocketioAdapter *adapter)
{
  GPtrArray *children = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer child;

  g_hash_table_iter_init (&iter, SOCKETIO_PARENT_ADAPTER (adapter)->children);
  while (g_hash_table_iter_next (&iter, NULL, &child))
    g_ptr_array_add (children, g_object_ref (child));
  return children;
}

static void
socketio_parent_adapter_foreach (SocketioAdapter *adapter,
                                 const SocketioAudience *audience,
                                 SocketioMemberFunc func,
                                 gpointer user_data)
{
  g_autoptr (GPtrArray) children = socketio_parent_adapter_list (adapter);

  for (guint i = 0; i < children->len; i++)
    socketio_adapter_foreach (socketio_namespace_get_adapter (children->pdata[i]), audience, func,
                              user_data);
}

/* A packet bears the name of its namespace. */
static SocketioPacket *
rename_packet (SocketioPacket *packet, SocketioNamespace *child)
{
  return socketio_packet_new_event (socketio_namespace_get_name (child),
                                    socketio_packet_get_name (packet),
                                    socketio_packet_get_arguments (packet), SOCKETIO_PACKET_NO_ID);
}

static void
socketio_parent_adapter_broadcast (SocketioAdapter *adapter,
                                   SocketioPacket *packet,
                                   const SocketioAudience *audience)
{
  g_autoptr (GPtrArray) children = socketio_parent_adapter_list (adapter);

  for (guint i = 0; i < children->len; i++)
    {
      g_autoptr (SocketioPacket) renamed = rename_packet (packet, children->pdata[i]);

      socketio_adapter_broadcast (socketio_namespace_get_adapter (children->pdata[i]), renamed,
                                  audience);
    }
}

/* One report stands for no child, so that a parent without children is done at once. */
static void
socketio_parent_adapter_broadcast_with_ack (SocketioAdapter *adapter,
                                            SocketioPacket *packet,
                                            const SocketioAudience *audience,
                                            SocketioCollector *collector)
{
  g_autoptr (GPtrArray) children = socketio_parent_adapter_list (adapter);

  socketio_collector_expect_reports (collector, children->len);
  for (guint i = 0; i < children->len; i++)
    {
      g_autoptr (SocketioPacket) renamed = rename_packet (packet, children->pdata[i]);

      socketio_adapter_broadcast_with_ack (socketio_namespace_get_adapter (children->pdata[i]),
                                           renamed, audience, collector);
    }
  socketio_collector_report (collector, 0);
}

/* As in Node: with several servers each may have other children. */
static void
socketio_parent_adapter_fetch (SocketioAdapter *adapter,
                               const SocketioAudience *audience,
                               GTask *task)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _ ("The sockets of a parent of namespaces cannot be listed"));
}

/* {{{ Nobody is in here */

static void
ignore_member (SocketioAdapter *adapter, gpointer member, const char *name)
{
}

static void
ignore_rooms (SocketioAdapter *adapter, gpointer member, GFunc func, gpointer user_data)
{
}

/* }}} */

static void
socketio_parent_adapter_finalize (GObject *object)
{
  g_hash_table_unref (SOCKETIO_PARENT_ADAPTER (object)->children);

  G_OBJECT_CLASS (socketio_parent_adapter_parent_class)->finalize (object);
}

static void
socketio_parent_adapter_class_init (SocketioParentAdapterClass *klass)
{
  SocketioAdapterClass *adapter_class = SOCKETIO_ADAPTER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = socketio_parent_adapter_finalize;
  adapter_class->add_member = ignore_member;
  adapter_class->remove_member = ignore_member;
  adapter_class->join = ignore_member;
  adapter_class->leave = ignore_member;
  adapter_class->foreach = socketio_parent_adapter_foreach;
  adapter_class->foreach_room = ignore_rooms;
  adapter_class->fetch = socketio_parent_adapter_fetch;
  adapter_class->broadcast = socketio_parent_adapter_broadcast;
  adapter_class->broadcast_with_ack = socketio_parent_adapter_broadcast_with_ack;
}

static void
socketio_parent_adapter_init (SocketioParentAdapter *self)
{
}

/**
 * socketio_parent_adapter_new:
 * @children: (element-type utf8 SocketioNamespace): the children by name; it may change
 *
 * Makes an adapter for the rooms of all children.
 *
 * Returns: (transfer full): the adapter
 */
SocketioAdapter *
socketio_parent_adapter_new (GHashTable *children)
{
  SocketioParentAdapter *self = g_object_new (SOCKETIO_TYPE_PARENT_ADAPTER, NULL);

  self->children = g_hash_table_ref (children);
  return SOCKETIO_ADAPTER (self);
}
