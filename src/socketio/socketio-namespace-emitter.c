/* socketio-namespace-emitter.c: the adapter's way to the sockets of a namespace
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-namespace-private.h"
#include "socketio-server-socket-private.h"

static gboolean
emitter_deliver (gpointer member, SocketioWire *wire, gboolean is_volatile, gpointer user_data)
{
  SocketioNamespace *self = user_data;
  SocketioSendFlags flags = is_volatile ? SOCKETIO_SEND_VOLATILE : SOCKETIO_SEND_DEFAULT;

  if (!socketio_server_socket_send_wire (member, wire, flags))
    return FALSE;

  if (socketio_socket_listens_to_outgoing (member))
    {
      if (self->hearers == NULL)
        self->hearers = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (self->hearers, g_object_ref (member));
    }
  return TRUE;
}

static void
emitter_prefetch (gpointer member, SocketioPrefetchStep step)
{
  if (step == SOCKETIO_PREFETCH_NEAR)
    socketio_server_socket_prefetch (member);
  else
    socketio_server_socket_prefetch_session (member);
}

/* Those who listen to what is sent are told when all have been gone through: they may change who is
 * in which room. */
static void
emitter_delivered (SocketioPacket *packet, gpointer user_data)
{
  g_autoptr (GPtrArray) hearers = g_steal_pointer (&SOCKETIO_NAMESPACE (user_data)->hearers);

  for (guint i = 0; hearers != NULL && i < hearers->len; i++)
    socketio_socket_tell_outgoing (hearers->pdata[i], packet);
}

static gint64
emitter_begin_wait (SocketioCollector *collector, gpointer user_data)
{
  SocketioNamespace *self = user_data;

  if (self->waits == NULL)
    self->waits = socketio_waits_new ();
  return socketio_waits_begin (self->waits, collector);
}

static void
emitter_add_wait (gint64 id, gpointer member, gpointer user_data)
{
  socketio_waits_add (SOCKETIO_NAMESPACE (user_data)->waits, id, member);
}

static void
emitter_end_wait (gint64 id, gpointer user_data)
{
  socketio_waits_commit (SOCKETIO_NAMESPACE (user_data)->waits, id);
}

static void
emitter_hold (gpointer member)
{
  g_object_ref (member);
}

static const char *
emitter_get_id (gpointer member)
{
  return socketio_socket_get_id (SOCKETIO_SOCKET (member));
}

static void
emitter_join (gpointer member, const char *room)
{
  socketio_server_socket_join (member, room);
}

static void
emitter_leave (gpointer member, const char *room)
{
  socketio_server_socket_leave (member, room);
}

static void
emitter_disconnect (gpointer member, gboolean close)
{
  socketio_server_socket_disconnect (member, close);
}

static SocketioRemoteSocket *
emitter_describe (gpointer member)
{
  return socketio_server_socket_describe (member);
}

static void
emitter_server_event (const char *name,
                      SocketioArguments *arguments,
                      SocketioAck *ack,
                      gpointer user_data)
{
  socketio_namespace_take_server_event (user_data, name, arguments, ack);
}

static const SocketioEmitter emitter = {
  .hold = emitter_hold,
  .release = g_object_unref,
  .get_id = emitter_get_id,
  .describe = emitter_describe,
  .join = emitter_join,
  .leave = emitter_leave,
  .disconnect = emitter_disconnect,
  .server_event = emitter_server_event,
  .prefetch = emitter_prefetch,
  .deliver = emitter_deliver,
  .delivered = emitter_delivered,
  .begin_wait = emitter_begin_wait,
  .add_wait = emitter_add_wait,
  .end_wait = emitter_end_wait,
};

void
socketio_namespace_attach_emitter (SocketioNamespace *self)
{
  socketio_adapter_set_emitter (self->adapter, &emitter, self);
}

/* A broadcast that the session has dropped for others behind it. */
void
socketio_namespace_drop_answer (SocketioNamespace *self, SocketioServerSocket *socket, gint64 id)
{
  if (self->waits != NULL)
    socketio_waits_drop (self->waits, id, socket);
}

/* An ack whose id is none of the socket's own. */
void
socketio_namespace_take_answer (SocketioNamespace *self,
                                SocketioServerSocket *socket,
                                gint64 id,
                                SocketioArguments *arguments)
{
  if (self->waits != NULL)
    socketio_waits_answer (self->waits, id, socket, arguments);
}
