/* socketio-adapter.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-packet.h"
#include "socketio-types.h"

G_BEGIN_DECLS

#define SOCKETIO_TYPE_ADAPTER (socketio_adapter_get_type ())

/**
 * SocketioAdapter:
 *
 * Knows who is in which room of a namespace. Subclasses may share rooms with other servers.
 */
G_DECLARE_DERIVABLE_TYPE (SocketioAdapter, socketio_adapter, SOCKETIO, ADAPTER, GObject)

/**
 * SocketioAudience:
 * @rooms: (element-type utf8) (nullable): the rooms that are meant; %NULL or empty for everybody
 * @except: (element-type utf8) (nullable): the rooms that are not
 * @is_volatile: whether members that cannot be reached at once are left out
 * @local: whether members on other servers are left out
 *
 * Whom a broadcast goes to. The id of a socket is the name of a room that it is alone in.
 */
typedef struct
{
  GPtrArray *rooms;
  GPtrArray *except;
  gboolean is_volatile;
  gboolean local;
} SocketioAudience;

/**
 * SocketioEmitter:
 * @begin: a broadcast begins; what is returned is given to each @deliver
 * @deliver: sends the broadcast to one member
 * @end: the broadcast is done
 *
 * What an adapter sees of its namespace: how to reach one member. @begin and @end let a packet be
 * encoded once for all.
 */
typedef struct
{
  gpointer (*begin) (SocketioPacket *packet, gpointer user_data);
  void (*deliver) (gpointer member, gpointer encoded, gboolean is_volatile, gpointer user_data);
  void (*end) (gpointer encoded, gpointer user_data);
} SocketioEmitter;

/**
 * SocketioMemberFunc:
 * @member: a member
 * @user_data: data
 *
 * Called for a member of an audience.
 */
typedef void (*SocketioMemberFunc) (gpointer member, gpointer user_data);

/**
 * SocketioAdapterClass:
 * @add_member: a socket, with its id, is there from now on
 * @remove_member: it is gone, and out of every room
 * @join: a member is in a room from now on
 * @leave: it is not any more
 * @foreach: calls a function for each member of an audience on this server, once
 * @foreach_room: calls a function for each room that a member has joined
 * @broadcast: delivers a packet to an audience, on all servers that there are
 * @count_servers: how many servers there are
 *
 * Who is in which room, and how a broadcast reaches them. Members are opaque.
 */
struct _SocketioAdapterClass
{
  GObjectClass parent_class;

  void (*add_member) (SocketioAdapter *adapter, gpointer member, const char *id);
  void (*remove_member) (SocketioAdapter *adapter, gpointer member, const char *id);
  void (*join) (SocketioAdapter *adapter, gpointer member, const char *room);
  void (*leave) (SocketioAdapter *adapter, gpointer member, const char *room);
  void (*foreach) (SocketioAdapter *adapter,
                   const SocketioAudience *audience,
                   SocketioMemberFunc func,
                   gpointer user_data);
  void (*foreach_room) (SocketioAdapter *adapter, gpointer member, GFunc func, gpointer user_data);
  void (*broadcast) (SocketioAdapter *adapter,
                     SocketioPacket *packet,
                     const SocketioAudience *audience);
  guint (*count_servers) (SocketioAdapter *adapter);

  gpointer padding[8];
};

void socketio_adapter_set_emitter (SocketioAdapter *adapter,
                                   const SocketioEmitter *emitter,
                                   gpointer user_data);
void socketio_adapter_deliver (SocketioAdapter *adapter,
                               SocketioPacket *packet,
                               const SocketioAudience *audience);

void socketio_adapter_add_member (SocketioAdapter *adapter, gpointer member, const char *id);
void socketio_adapter_remove_member (SocketioAdapter *adapter, gpointer member, const char *id);
void socketio_adapter_join (SocketioAdapter *adapter, gpointer member, const char *room);
void socketio_adapter_leave (SocketioAdapter *adapter, gpointer member, const char *room);
void socketio_adapter_foreach (SocketioAdapter *adapter,
                               const SocketioAudience *audience,
                               SocketioMemberFunc func,
                               gpointer user_data);
void socketio_adapter_foreach_room (SocketioAdapter *adapter,
                                    gpointer member,
                                    GFunc func,
                                    gpointer user_data);
void socketio_adapter_broadcast (SocketioAdapter *adapter,
                                 SocketioPacket *packet,
                                 const SocketioAudience *audience);
guint socketio_adapter_count_servers (SocketioAdapter *adapter);

G_END_DECLS
