/* socketio-recovery.c: the sessions that may come back, and the events that they may have missed
 *
 * Events get an offset as their last argument and are kept for a while, encoded as they were sent.
 * A client that comes back tells the last offset that it has seen, or none, which is where it
 * began. It gets its session back only if everything behind that is known still; nothing may be
 * lost or come twice without its knowing. A session is given back once.
 *
 * An offset is a number that counts the events, behind a mark of this log: that of another server,
 * or of the same one before it was restarted, is no offset here. Since they are in order, one whose
 * own event is forgotten still tells what came after it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-recovery.h"

#include "engineio.h"

#include "socketio-wire-private.h"

#define MARK_LENGTH 6

struct _SocketioRecovery
{
  SocketioRecoveryLimits limits;
  SocketioParser *parser;
  char mark[MARK_LENGTH + 1];
  EngineioTimer *timer; /* forgets what is too old when nothing else happens */

  GQueue events; /* of Event, the oldest first */
  gsize bytes;
  guint64 position; /* of the last event */
  guint64 forgotten; /* the last event that is not kept any more */

  GQueue sessions; /* of Kept, the oldest first */
  GHashTable *pids; /* pid -> link in sessions */
};

typedef struct
{
  guint64 position;
  gint64 time;
  SocketioWire *wire;
  gsize size;
  GPtrArray *rooms;
  GPtrArray *except;
  char *only; /* the id of the one socket that it is for */
} Event;

typedef struct
{
  SocketioSession *session;
  guint64 position; /* of the log when it left */
  gint64 time;
} Kept;

/* {{{ Sessions */

/**
 * socketio_session_new: (skip)
 * @pid: the secret by which the client asks for it
 * @id: the id of its socket
 *
 * Makes a session of a socket without rooms and data. For adapters that keep sessions elsewhere.
 *
 * Returns: (transfer full): the session
 */
SocketioSession *
socketio_session_new (const char *pid, const char *id)
{
  SocketioSession *self = g_new0 (SocketioSession, 1);

  self->pid = g_strdup (pid);
  self->id = g_strdup (id);
  self->missed = g_ptr_array_new_with_free_func ((GDestroyNotify)socketio_wire_unref);
  return self;
}

/**
 * socketio_session_free:
 * @session: (transfer full): a session
 *
 * Frees @session.
 */
void
socketio_session_free (SocketioSession *self)
{
  g_free (self->pid);
  g_free (self->id);
  g_strfreev (self->rooms);
  g_clear_pointer (&self->data, json_object_unref);
  g_free (self->offset);
  g_ptr_array_unref (self->missed);
  g_free (self);
}

static SocketioSession *
socketio_recovery_take (SocketioRecovery *self, GList *link, guint64 *position)
{
  Kept *kept = link->data;
  SocketioSession *session = kept->session;

  *position = kept->position;
  g_hash_table_remove (self->pids, session->pid);
  g_queue_delete_link (&self->sessions, link);
  g_free (kept);
  return session;
}

static void
socketio_recovery_drop_session (SocketioRecovery *self, GList *link)
{
  guint64 position;

  socketio_session_free (socketio_recovery_take (self, link, &position));
}

/* }}} */
/* {{{ Forgetting */

static void
event_free (gpointer data)
{
  Event *event = data;

  socketio_wire_unref (event->wire);
  g_clear_pointer (&event->rooms, g_ptr_array_unref);
  g_clear_pointer (&event->except, g_ptr_array_unref);
  g_free (event->only);
  g_free (event);
}

static void
socketio_recovery_drop_event (SocketioRecovery *self)
{
  Event *event = g_queue_pop_head (&self->events);

  self->bytes -= event->size;
  self->forgotten = event->position;
  event_free (event);
}

static gboolean
is_older (gint64 time, guint age)
{
  return g_get_monotonic_time () - time > age * G_GINT64_CONSTANT (1000);
}

static void
socketio_recovery_purge (SocketioRecovery *self)
{
  const SocketioRecoveryLimits *limits = &self->limits;
  Event *event;
  Kept *kept;

  while ((event = g_queue_peek_head (&self->events)) != NULL &&
         (self->events.length > limits->max_packets || self->bytes > limits->max_bytes ||
          is_older (event->time, limits->packet_age)))
    socketio_recovery_drop_event (self);

  while (
    (kept = g_queue_peek_head (&self->sessions)) != NULL &&
    (self->sessions.length > limits->max_sessions || is_older (kept->time, limits->session_age)))
    socketio_recovery_drop_session (self, self->sessions.head);
}

static void
socketio_recovery_start_timer (SocketioRecovery *self)
{
  if (!engineio_timer_is_running (self->timer))
    engineio_timer_start (self->timer, self->limits.session_age);
}

static void
on_purge_due (gpointer user_data)
{
  SocketioRecovery *self = user_data;

  socketio_recovery_purge (self);
  if (self->events.length > 0 || self->sessions.length > 0)
    socketio_recovery_start_timer (self);
}

/* }}} */
/* {{{ Offsets */

static char *
socketio_recovery_format (SocketioRecovery *self, guint64 position)
{
  return g_strdup_printf ("%s%" G_GINT64_MODIFIER "x", self->mark, position);
}

/* The text comes from the network. */
static gboolean
socketio_recovery_parse (SocketioRecovery *self, const char *offset, guint64 *position)
{
  return g_str_has_prefix (offset, self->mark) &&
         g_ascii_string_to_unsigned (offset + MARK_LENGTH, 16, 0, self->position, position, NULL);
}

/* }}} */

/**
 * socketio_recovery_new:
 * @limits: what is kept, and for how long
 * @parser: what encodes events
 *
 * Makes an empty log.
 *
 * Returns: (transfer full): the log
 */
SocketioRecovery *
socketio_recovery_new (const SocketioRecoveryLimits *limits, SocketioParser *parser)
{
  SocketioRecovery *self = g_new0 (SocketioRecovery, 1);
  g_autofree char *id = engineio_make_id ();

  self->limits = *limits;
  self->parser = g_object_ref (parser);
  g_strlcpy (self->mark, id, sizeof self->mark);
  self->timer = engineio_timer_new (on_purge_due, self);
  g_queue_init (&self->events);
  g_queue_init (&self->sessions);
  self->pids = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

/**
 * socketio_recovery_free:
 * @recovery: (transfer full): a log
 *
 * Frees the log with all that it keeps.
 */
void
socketio_recovery_free (SocketioRecovery *self)
{
  engineio_timer_free (self->timer);
  while (self->sessions.head != NULL)
    socketio_recovery_drop_session (self, self->sessions.head);
  g_queue_clear_full (&self->events, event_free);
  g_hash_table_unref (self->pids);
  g_object_unref (self->parser);
  g_free (self);
}

/**
 * socketio_recovery_get_offset:
 * @recovery: a log
 *
 * Returns: (transfer full): the offset of a client that has seen everything
 */
char *
socketio_recovery_get_offset (SocketioRecovery *self)
{
  return socketio_recovery_format (self, self->position);
}

static SocketioPacket *
socketio_recovery_mark (SocketioRecovery *self, SocketioPacket *packet)
{
  g_autofree char *offset = socketio_recovery_format (self, self->position);
  g_autoptr (SocketioArguments)
    arguments = socketio_arguments_copy (socketio_packet_get_arguments (packet));

  socketio_arguments_add_string (arguments, offset);
  return socketio_packet_new_event (socketio_packet_get_namespace (packet),
                                    socketio_packet_get_name (packet), arguments,
                                    SOCKETIO_PACKET_NO_ID);
}

static GPtrArray *
ref_rooms (GPtrArray *rooms)
{
  return rooms != NULL && rooms->len > 0 ? g_ptr_array_ref (rooms) : NULL;
}

static void
socketio_recovery_keep (SocketioRecovery *self,
                        SocketioWire *wire,
                        const SocketioAudience *audience,
                        const char *only)
{
  Event *event = g_new (Event, 1);

  *event = (Event){
    .position = self->position,
    .time = g_get_monotonic_time (),
    .wire = socketio_wire_ref (wire),
    .size = socketio_wire_get_size (wire),
    .rooms = audience != NULL ? ref_rooms (audience->rooms) : NULL,
    .except = audience != NULL ? ref_rooms (audience->except) : NULL,
    .only = g_strdup (only),
  };
  self->bytes += event->size;
  g_queue_push_tail (&self->events, event);
  socketio_recovery_purge (self);
  socketio_recovery_start_timer (self);
}

/**
 * socketio_recovery_record:
 * @recovery: a log
 * @packet: an event that wants no answer
 * @audience: (nullable): whom it goes to; its arrays must not change any more
 * @only: (nullable): instead of @audience: the id of the one socket that it goes to
 *
 * Gives an event its offset and keeps it.
 *
 * Returns: (transfer full): what is to be sent
 */
SocketioWire *
socketio_recovery_record (SocketioRecovery *self,
                          SocketioPacket *packet,
                          const SocketioAudience *audience,
                          const char *only)
{
  g_autoptr (SocketioPacket) marked = NULL;
  SocketioWire *wire;

  self->position++;
  marked = socketio_recovery_mark (self, packet);
  wire = socketio_wire_new (self->parser, marked);
  socketio_wire_set_position (wire, self->position);
  socketio_recovery_keep (self, wire, audience, only);
  return wire;
}

/**
 * socketio_recovery_persist:
 * @recovery: a log
 * @session: (transfer full): a session whose connection broke
 *
 * Keeps a session for its client to come back.
 */
void
socketio_recovery_persist (SocketioRecovery *self, SocketioSession *session)
{
  Kept *kept;
  GList *old = g_hash_table_lookup (self->pids, session->pid);

  if (old != NULL)
    socketio_recovery_drop_session (self, old);

  kept = g_new (Kept, 1);
  *kept = (Kept){ session, self->position, g_get_monotonic_time () };
  g_queue_push_tail (&self->sessions, kept);
  g_hash_table_insert (self->pids, session->pid, self->sessions.tail);
  socketio_recovery_purge (self);
  socketio_recovery_start_timer (self);
}

/* {{{ Restoring */

static gboolean
session_is_in (SocketioSession *session, GPtrArray *rooms)
{
  for (guint i = 0; i < rooms->len; i++)
    {
      if (g_str_equal (rooms->pdata[i], session->id) ||
          (session->rooms != NULL &&
           g_strv_contains ((const char *const *)session->rooms, rooms->pdata[i])))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_for (Event *event, SocketioSession *session)
{
  if (event->only != NULL)
    return g_str_equal (event->only, session->id);

  return (event->rooms == NULL || session_is_in (session, event->rooms)) &&
         (event->except == NULL || !session_is_in (session, event->except));
}

/* Where to go on from: behind what the client has seen, and not before it connected. If it has seen
 * all that it was sent, nothing before it left concerns it. */
static gboolean
socketio_recovery_find_start (SocketioRecovery *self,
                              SocketioSession *session,
                              guint64 left_at,
                              const char *offset,
                              guint64 *start)
{
  guint64 seen = 0;

  if (session->offset == NULL || !socketio_recovery_parse (self, session->offset, start) ||
      (offset != NULL && !socketio_recovery_parse (self, offset, &seen)))
    return FALSE;

  *start = MAX (*start, seen);
  if (*start >= session->last_position)
    *start = MAX (*start, left_at);
  return *start >= self->forgotten;
}

/* Returns: %FALSE if it has missed more than can be sent to it at once */
static gboolean
socketio_recovery_collect (SocketioRecovery *self, SocketioSession *session, guint64 start)
{
  gsize bytes = 0;

  for (GList *l = self->events.tail; l != NULL; l = l->prev)
    {
      Event *event = l->data;

      if (event->position <= start)
        break;
      if (!is_for (event, session))
        continue;

      bytes += event->size;
      g_ptr_array_add (session->missed, socketio_wire_ref (event->wire));
      if (bytes > self->limits.max_missed_bytes ||
          session->missed->len > self->limits.max_missed_packets)
        return FALSE;
    }

  for (guint i = 0, j = session->missed->len; i + 1 < j; i++)
    {
      gpointer swapped = session->missed->pdata[i];

      session->missed->pdata[i] = session->missed->pdata[--j];
      session->missed->pdata[j] = swapped;
    }
  return TRUE;
}

/**
 * socketio_recovery_restore:
 * @recovery: a log
 * @pid: what the client says is its session
 * @offset: (nullable): what the client says that it has seen; %NULL for nothing
 *
 * Gives a session back, with what its client has missed. It is not kept any more then, also if it
 * cannot be given back.
 *
 * Returns: (transfer full) (nullable): the session; %NULL if there is none, or if what it has
 * missed is not all known
 */
SocketioSession *
socketio_recovery_restore (SocketioRecovery *self, const char *pid, const char *offset)
{
  g_autoptr (SocketioSession) session = NULL;
  guint64 left_at;
  guint64 start;
  GList *link;

  socketio_recovery_purge (self);
  link = g_hash_table_lookup (self->pids, pid);
  if (link == NULL)
    return NULL;

  session = socketio_recovery_take (self, link, &left_at);
  if (socketio_recovery_find_start (self, session, left_at, offset, &start) &&
      socketio_recovery_collect (self, session, start))
    return g_steal_pointer (&session);
  return NULL;
}

/* }}} */
