/* socketio-memory-adapter.c: the rooms of one server
 *
 * Two maps that mirror each other: the members of each room, and the rooms of each member. The room
 * that every member has by its id is not stored as a room: the map of ids answers for it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-memory-adapter.h"

#include "engineio.h"

#include "socketio-adapter-private.h"
#include "socketio-member-set.h"
#include "socketio-recovery.h"
#include "socketio-wire-private.h"

typedef struct
{
  GHashTable *ids; /* id -> member */
  GHashTable *rooms; /* name -> SocketioMemberSet */
  SocketioMemberSet *everybody;
  /* member -> set of names, owned by rooms' keys; NULL while it has joined none */
  GHashTable *members;
  SocketioRecovery *recovery; /* NULL when it is off */
} SocketioMemoryAdapterPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (SocketioMemoryAdapter, socketio_memory_adapter, SOCKETIO_TYPE_ADAPTER)

#define PRIVATE(self)                                                                              \
  ((SocketioMemoryAdapterPrivate *)socketio_memory_adapter_get_instance_private (                  \
    (SocketioMemoryAdapter *)(self)))

static void
socketio_memory_adapter_add_member (SocketioAdapter *adapter, gpointer member, const char *id)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);

  g_hash_table_replace (self->ids, g_strdup (id), member);
  g_hash_table_insert (self->members, member, NULL);
  socketio_member_set_add (self->everybody, member);
  socketio_adapter_tell_room (adapter, id, TRUE);
  socketio_adapter_tell_member (adapter, id, member, TRUE);
}

/* {{{ Joining and leaving */

static SocketioMemberSet *
socketio_memory_adapter_get_room (SocketioMemoryAdapterPrivate *self,
                                  const char *name,
                                  const char **key)
{
  gpointer stored_key;
  gpointer room;

  if (!g_hash_table_lookup_extended (self->rooms, name, &stored_key, &room))
    {
      stored_key = g_strdup (name);
      room = socketio_member_set_new ();
      g_hash_table_insert (self->rooms, stored_key, room);
    }

  *key = stored_key;
  return room;
}

/* Signals come last: who listens may do anything. */
static void
socketio_memory_adapter_join (SocketioAdapter *adapter, gpointer member, const char *name)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);
  GHashTable *joined;
  SocketioMemberSet *room;
  const char *key;
  gboolean created;

  if (!g_hash_table_lookup_extended (self->members, member, NULL, (gpointer *)&joined) ||
      g_hash_table_lookup (self->ids, name) == member)
    return;

  room = socketio_memory_adapter_get_room (self, name, &key);
  created = socketio_member_set_get_size (room) == 0;
  if (!socketio_member_set_add (room, member))
    return;

  if (joined == NULL)
    {
      joined = g_hash_table_new (g_str_hash, g_str_equal);
      g_hash_table_insert (self->members, member, joined);
    }
  g_hash_table_add (joined, (gpointer)key);
  if (created)
    socketio_adapter_tell_room (adapter, name, TRUE);
  socketio_adapter_tell_member (adapter, name, member, TRUE);
}

static void
socketio_memory_adapter_leave_room (SocketioAdapter *adapter, gpointer member, const char *name)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);
  SocketioMemberSet *room = g_hash_table_lookup (self->rooms, name);
  g_autofree char *copy = g_strdup (name);
  gboolean deleted;

  socketio_member_set_remove (room, member);
  deleted = socketio_member_set_get_size (room) == 0;
  if (deleted)
    g_hash_table_remove (self->rooms, name);

  socketio_adapter_tell_member (adapter, copy, member, FALSE);
  if (deleted)
    socketio_adapter_tell_room (adapter, copy, FALSE);
}

static void
socketio_memory_adapter_leave (SocketioAdapter *adapter, gpointer member, const char *name)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);
  GHashTable *joined = g_hash_table_lookup (self->members, member);

  /* The set of names goes first: the name's memory belongs to the room. */
  if (joined != NULL && g_hash_table_remove (joined, name))
    socketio_memory_adapter_leave_room (adapter, member, name);
}

static void
socketio_memory_adapter_leave_all_rooms (SocketioAdapter *adapter,
                                         gpointer member,
                                         GHashTable *joined)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, joined);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      g_hash_table_iter_steal (&iter);
      socketio_memory_adapter_leave_room (adapter, member, name);
    }
}

static void
socketio_memory_adapter_remove_member (SocketioAdapter *adapter, gpointer member, const char *id)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);
  g_autoptr (GHashTable) joined = NULL;
  gpointer taken = NULL;

  if (!g_hash_table_steal_extended (self->members, member, NULL, &taken))
    return;

  socketio_member_set_remove (self->everybody, member);
  joined = taken;
  if (joined != NULL)
    socketio_memory_adapter_leave_all_rooms (adapter, member, joined);
  if (g_hash_table_lookup (self->ids, id) != member)
    return;

  g_hash_table_remove (self->ids, id);
  socketio_adapter_tell_member (adapter, id, member, FALSE);
  socketio_adapter_tell_room (adapter, id, FALSE);
}

/* }}} */
/* {{{ Finding who is meant */

static gboolean
socketio_memory_adapter_is_in (SocketioMemoryAdapterPrivate *self,
                               gpointer member,
                               const char *name)
{
  SocketioMemberSet *room = g_hash_table_lookup (self->rooms, name);

  return g_hash_table_lookup (self->ids, name) == member ||
         (room != NULL && socketio_member_set_contains (room, member));
}

static gboolean
socketio_memory_adapter_is_in_any (SocketioMemoryAdapterPrivate *self,
                                   gpointer member,
                                   GPtrArray *names)
{
  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      if (socketio_memory_adapter_is_in (self, member, names->pdata[i]))
        return TRUE;
    }
  return FALSE;
}

typedef struct
{
  SocketioMemoryAdapterPrivate *adapter;
  GPtrArray *except;
  GHashTable *seen; /* NULL when nobody can be met twice */
  SocketioMemberFunc func;
  gpointer user_data;
} Walk;

static void
walk_member (Walk *walk, gpointer member)
{
  if (socketio_memory_adapter_is_in_any (walk->adapter, member, walk->except))
    return;
  if (walk->seen != NULL && !g_hash_table_add (walk->seen, member))
    return;

  walk->func (member, walk->user_data);
}

static void
walk_set (Walk *walk, SocketioMemberSet *members)
{
  for (guint i = 0; i < socketio_member_set_get_n_places (members); i++)
    {
      gpointer member = socketio_member_set_peek (members, i);

      if (member != NULL)
        walk_member (walk, member);
    }
}

static void
walk_room (Walk *walk, const char *name)
{
  gpointer member = g_hash_table_lookup (walk->adapter->ids, name);
  SocketioMemberSet *room = g_hash_table_lookup (walk->adapter->rooms, name);

  if (member != NULL)
    walk_member (walk, member);
  if (room != NULL)
    walk_set (walk, room);
}

static void
socketio_memory_adapter_foreach (SocketioAdapter *adapter,
                                 const SocketioAudience *audience,
                                 SocketioMemberFunc func,
                                 gpointer user_data)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);
  Walk walk = { self, audience->except, NULL, func, user_data };
  g_autoptr (GHashTable) seen = NULL;

  if (audience->rooms == NULL || audience->rooms->len == 0)
    {
      walk_set (&walk, self->everybody);
      return;
    }

  if (audience->rooms->len > 1)
    walk.seen = seen = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < audience->rooms->len; i++)
    walk_room (&walk, audience->rooms->pdata[i]);
}

static void
socketio_memory_adapter_foreach_room (SocketioAdapter *adapter,
                                      gpointer member,
                                      GFunc func,
                                      gpointer user_data)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);
  GHashTable *joined = g_hash_table_lookup (self->members, member);
  GHashTableIter iter;
  gpointer name;

  if (joined == NULL)
    return;

  g_hash_table_iter_init (&iter, joined);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    func (name, user_data);
}

/* }}} */

/* {{{ Clients that come back */

/* An event may be lost for as long as it takes to see that a connection is dead, and then be asked
 * for until the session is too old. What was missed must fit into the queue of a new connection. */
static void
socketio_memory_adapter_init_recovery (SocketioAdapter *adapter, SocketioOptions *options)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);
  EngineioOptions *engine = ENGINEIO_OPTIONS (options);
  guint duration = socketio_options_get_max_disconnection_duration (options);
  SocketioRecoveryLimits limits = {
    .session_age = duration,
    .packet_age = duration + engineio_options_get_ping_interval (engine) +
                  engineio_options_get_ping_timeout (engine),
    .max_sessions = socketio_options_get_recovery_max_sessions (options),
    .max_packets = socketio_options_get_recovery_max_packets (options),
    .max_bytes = socketio_options_get_recovery_max_bytes (options),
    .max_missed_packets = engineio_options_get_max_queue_packets (engine) / 2,
    .max_missed_bytes = engineio_options_get_max_queue_bytes (engine) / 2,
  };

  if (duration > 0 && self->recovery == NULL)
    self->recovery = socketio_recovery_new (&limits, socketio_options_get_parser (options));
}

static void
socketio_memory_adapter_close (SocketioAdapter *adapter)
{
  g_clear_pointer (&PRIVATE (adapter)->recovery, socketio_recovery_free);
}

static void
socketio_memory_adapter_broadcast (SocketioAdapter *adapter,
                                   SocketioPacket *packet,
                                   const SocketioAudience *audience)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);
  g_autoptr (SocketioWire) wire = NULL;

  if (self->recovery == NULL || audience->is_volatile)
    {
      socketio_adapter_deliver (adapter, packet, audience);
      return;
    }

  wire = socketio_recovery_record (self->recovery, packet, audience, NULL);
  socketio_adapter_deliver_wire (adapter, packet, wire, audience);
}

static SocketioWire *
socketio_memory_adapter_encode (SocketioAdapter *adapter, SocketioPacket *packet, const char *id)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);

  if (self->recovery == NULL)
    return socketio_wire_new (socketio_adapter_get_private (adapter)->parser, packet);
  return socketio_recovery_record (self->recovery, packet, NULL, id);
}

static char *
socketio_memory_adapter_get_offset (SocketioAdapter *adapter)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);

  return self->recovery != NULL ? socketio_recovery_get_offset (self->recovery) : NULL;
}

static void
socketio_memory_adapter_persist_session (SocketioAdapter *adapter, SocketioSession *session)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);

  if (self->recovery != NULL)
    socketio_recovery_persist (self->recovery, session);
  else
    socketio_session_free (session);
}

static void
socketio_memory_adapter_restore_session (SocketioAdapter *adapter,
                                         const char *pid,
                                         const char *offset,
                                         SocketioRestoreFunc func,
                                         gpointer user_data)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);
  SocketioSession *session = NULL;

  if (self->recovery != NULL)
    session = socketio_recovery_restore (self->recovery, pid, offset);
  func (adapter, session, user_data);
}

/* }}} */

static void
socketio_memory_adapter_finalize (GObject *object)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (object);

  g_clear_pointer (&self->recovery, socketio_recovery_free);
  g_hash_table_unref (self->members);
  socketio_member_set_free (self->everybody);
  g_hash_table_unref (self->rooms);
  g_hash_table_unref (self->ids);

  G_OBJECT_CLASS (socketio_memory_adapter_parent_class)->finalize (object);
}

static void
socketio_memory_adapter_class_init (SocketioMemoryAdapterClass *klass)
{
  SocketioAdapterClass *adapter_class = SOCKETIO_ADAPTER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = socketio_memory_adapter_finalize;
  adapter_class->add_member = socketio_memory_adapter_add_member;
  adapter_class->remove_member = socketio_memory_adapter_remove_member;
  adapter_class->join = socketio_memory_adapter_join;
  adapter_class->leave = socketio_memory_adapter_leave;
  adapter_class->foreach = socketio_memory_adapter_foreach;
  adapter_class->foreach_room = socketio_memory_adapter_foreach_room;
  adapter_class->init = socketio_memory_adapter_init_recovery;
  adapter_class->close = socketio_memory_adapter_close;
  adapter_class->broadcast = socketio_memory_adapter_broadcast;
  adapter_class->encode = socketio_memory_adapter_encode;
  adapter_class->get_offset = socketio_memory_adapter_get_offset;
  adapter_class->persist_session = socketio_memory_adapter_persist_session;
  adapter_class->restore_session = socketio_memory_adapter_restore_session;
}

static void
clear_names (gpointer names)
{
  if (names != NULL)
    g_hash_table_unref (names);
}

static void
socketio_memory_adapter_init (SocketioMemoryAdapter *adapter)
{
  SocketioMemoryAdapterPrivate *self = PRIVATE (adapter);

  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify)socketio_member_set_free);
  self->everybody = socketio_member_set_new ();
  self->members = g_hash_table_new_full (NULL, NULL, NULL, clear_names);
}

/**
 * socketio_memory_adapter_new:
 *
 * Makes an adapter for the rooms of one server.
 *
 * Returns: (transfer full): the adapter
 */
SocketioAdapter *
socketio_memory_adapter_new (void)
{
  return g_object_new (SOCKETIO_TYPE_MEMORY_ADAPTER, NULL);
}
