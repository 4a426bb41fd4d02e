/* socketio-adapter.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-collector.h"
#include "socketio-options.h"
#include "socketio-packet.h"
#include "socketio-session.h"
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
 * @uncompressed: whether what is sent to them must not be compressed
 *
 * Whom a broadcast goes to. The id of a socket is the name of a room that it is alone in.
 */
typedef struct
{
  GPtrArray *rooms;
  GPtrArray *except;
  gboolean is_volatile;
  gboolean local;
  gboolean uncompressed;
} SocketioAudience;

/**
 * SocketioPrefetchStep:
 * @SOCKETIO_PREFETCH_NEAR: the member itself
 * @SOCKETIO_PREFETCH_DEEP: what it points to
 *
 * Memory is fetched in steps, because a pointer has to be there before it can be followed.
 */
typedef enum
{
  SOCKETIO_PREFETCH_NEAR,
  SOCKETIO_PREFETCH_DEEP,
} SocketioPrefetchStep;

/**
 * SocketioEmitter:
 * @deliver: sends an encoded packet to one member; %FALSE if it was left out
 * @delivered: that packet has been sent to all whom it goes to
 * @begin_wait: answers to a broadcast will come; the id that its packet shall bear
 * @add_wait: a member has been sent that broadcast
 * @end_wait: those were all
 * @hold: takes a reference to a member
 * @release: drops it
 * @get_id: a member's id
 * @describe: what others may know of a member
 * @join: puts a member into a room
 * @leave: takes it out of it
 * @disconnect: puts it out of the namespace, or closes its whole connection
 * @server_event: another server has sent an event
 * @prefetch: (nullable): has the processor's cache fetch what @deliver will soon need of a member
 *
 * What an adapter sees of its namespace: how to reach its members.
 */
typedef struct
{
  gboolean (*deliver) (gpointer member,
                       SocketioWire *wire,
                       gboolean is_volatile,
                       gpointer user_data);
  void (*delivered) (SocketioPacket *packet, gpointer user_data);
  gint64 (*begin_wait) (SocketioCollector *collector, gpointer user_data);
  void (*add_wait) (gint64 id, gpointer member, gpointer user_data);
  void (*end_wait) (gint64 id, gpointer user_data);
  void (*hold) (gpointer member);
  void (*release) (gpointer member);
  const char *(*get_id) (gpointer member);
  SocketioRemoteSocket *(*describe) (gpointer member);
  void (*join) (gpointer member, const char *room);
  void (*leave) (gpointer member, const char *room);
  void (*disconnect) (gpointer member, gboolean close);
  void (*server_event) (const char *name,
                        SocketioArguments *arguments,
                        SocketioAck *ack,
                        gpointer user_data);
  void (*prefetch) (gpointer member, SocketioPrefetchStep step);
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
 * SocketioRestoreFunc:
 * @adapter: the adapter
 * @session: (transfer full) (nullable): the session, with what it has missed; %NULL if it cannot be
 *   given back
 * @user_data: data
 *
 * Gets what [method@SocketioAdapter.restore_session] has found.
 */
typedef void (*SocketioRestoreFunc) (SocketioAdapter *adapter,
                                     SocketioSession *session,
                                     gpointer user_data);

/**
 * SocketioAdapterClass:
 * @init: the server starts, with these options
 * @close: the namespace is gone
 * @add_member: a socket, with its id, is there from now on
 * @remove_member: it is gone, and out of every room
 * @join: a member is in a room from now on
 * @leave: it is not any more
 * @foreach: calls a function for each member of an audience on this server, once
 * @foreach_room: calls a function for each room that a member has joined
 * @broadcast: delivers a packet to an audience, on all servers that there are
 * @broadcast_with_ack: the same with an event that wants answers; each server reports to the
 *   collector how many clients it sent it to, and puts in their answers
 * @join_all: puts everybody in an audience into a room, on all servers
 * @leave_all: takes them out of one
 * @disconnect_all: puts them out
 * @fetch: finds out about everybody in an audience: ends the task with an array of
 *   [class@SocketioRemoteSocket]
 * @server_side_emit: sends an event to the other servers; with a collector, which gets a report
 * from each and its answer, if one is wanted
 * @count_servers: how many servers there are
 * @encode: encodes an event for one member, and keeps it for when that comes back
 * @get_offset: the offset of a client that has seen everything; %NULL if sessions are not kept
 * @persist_session: keeps a session whose connection broke; takes it
 * @restore_session: gives it back, once, at once or later
 *
 * Who is in which room, and how a broadcast reaches them. Members are opaque.
 */
struct _SocketioAdapterClass
{
  GObjectClass parent_class;

  void (*init) (SocketioAdapter *adapter, SocketioOptions *options);
  void (*close) (SocketioAdapter *adapter);
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
  void (*broadcast_with_ack) (SocketioAdapter *adapter,
                              SocketioPacket *packet,
                              const SocketioAudience *audience,
                              SocketioCollector *collector);
  void (*join_all) (SocketioAdapter *adapter, const SocketioAudience *audience, const char *room);
  void (*leave_all) (SocketioAdapter *adapter, const SocketioAudience *audience, const char *room);
  void (*disconnect_all) (SocketioAdapter *adapter,
                          const SocketioAudience *audience,
                          gboolean close);
  void (*fetch) (SocketioAdapter *adapter, const SocketioAudience *audience, GTask *task);
  void (*server_side_emit) (SocketioAdapter *adapter,
                            const char *name,
                            SocketioArguments *arguments,
                            SocketioCollector *collector);
  guint (*count_servers) (SocketioAdapter *adapter);
  SocketioWire *(*encode) (SocketioAdapter *adapter, SocketioPacket *packet, const char *id);
  char *(*get_offset) (SocketioAdapter *adapter);
  void (*persist_session) (SocketioAdapter *adapter, SocketioSession *session);
  void (*restore_session) (SocketioAdapter *adapter,
                           const char *pid,
                           const char *offset,
                           SocketioRestoreFunc func,
                           gpointer user_data);

  gpointer padding[8];
};

void socketio_adapter_set_emitter (SocketioAdapter *adapter,
                                   const SocketioEmitter *emitter,
                                   gpointer user_data);
void socketio_adapter_deliver (SocketioAdapter *adapter,
                               SocketioPacket *packet,
                               const SocketioAudience *audience);
void socketio_adapter_deliver_wire (SocketioAdapter *adapter,
                                    SocketioPacket *packet,
                                    SocketioWire *wire,
                                    const SocketioAudience *audience);
void socketio_adapter_deliver_with_ack (SocketioAdapter *adapter,
                                        SocketioPacket *packet,
                                        const SocketioAudience *audience,
                                        SocketioCollector *collector);

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
void socketio_adapter_broadcast_with_ack (SocketioAdapter *adapter,
                                          SocketioPacket *packet,
                                          const SocketioAudience *audience,
                                          SocketioCollector *collector);
guint socketio_adapter_count_servers (SocketioAdapter *adapter);

void socketio_adapter_join_all (SocketioAdapter *adapter,
                                const SocketioAudience *audience,
                                const char *room);
void socketio_adapter_leave_all (SocketioAdapter *adapter,
                                 const SocketioAudience *audience,
                                 const char *room);
void socketio_adapter_disconnect_all (SocketioAdapter *adapter,
                                      const SocketioAudience *audience,
                                      gboolean close);
void
socketio_adapter_fetch (SocketioAdapter *adapter, const SocketioAudience *audience, GTask *task);
void socketio_adapter_server_side_emit (SocketioAdapter *adapter,
                                        const char *name,
                                        SocketioArguments *arguments,
                                        SocketioCollector *collector);
void socketio_adapter_receive_server_event (SocketioAdapter *adapter,
                                            const char *name,
                                            SocketioArguments *arguments,
                                            SocketioAck *ack);

void socketio_adapter_tell_room (SocketioAdapter *adapter, const char *room, gboolean created);
void socketio_adapter_tell_member (SocketioAdapter *adapter,
                                   const char *room,
                                   gpointer member,
                                   gboolean joined);

void socketio_adapter_start (SocketioAdapter *adapter, SocketioOptions *options);
void socketio_adapter_close (SocketioAdapter *adapter);
SocketioWire *
socketio_adapter_encode (SocketioAdapter *adapter, SocketioPacket *packet, const char *id);
char *socketio_adapter_get_offset (SocketioAdapter *adapter);
void socketio_adapter_persist_session (SocketioAdapter *adapter, SocketioSession *session);
void socketio_adapter_restore_session (SocketioAdapter *adapter,
                                       const char *pid,
                                       const char *offset,
                                       SocketioRestoreFunc func,
                                       gpointer user_data);

G_END_DECLS
