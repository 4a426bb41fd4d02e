/* socketio-waits.c: who has yet to answer the broadcasts of a namespace
 *
 * A broadcast is encoded once, so all its receivers get the same ack id. Those ids are none that a
 * socket of its own may have given out (socketio-answers.c counts from zero), and stay below 2^31,
 * as some clients read them into an int. All namespaces count together, so that an id alone tells
 * which broadcast it was.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-waits.h"

#define FIRST_ID (G_GINT64_CONSTANT (1) << 30)
#define LAST_ID  ((G_GINT64_CONSTANT (1) << 31) - 1)

struct _SocketioWaits
{
  GHashTable *waits; /* id -> Wait */
};

typedef struct
{
  SocketioWaits *waits;
  gint64 id;
  SocketioCollector *collector;
  GHashTable *members; /* set of those who have not answered */
} Wait;

static void
wait_free (gpointer data)
{
  Wait *wait = data;

  socketio_collector_unwatch (wait->collector, wait);
  socketio_collector_unref (wait->collector);
  g_hash_table_unref (wait->members);
  g_free (wait);
}

static void
on_done (SocketioCollector *collector, gpointer user_data)
{
  Wait *wait = user_data;

  g_hash_table_remove (wait->waits->waits, &wait->id);
}

SocketioWaits *
socketio_waits_new (void)
{
  SocketioWaits *self = g_new0 (SocketioWaits, 1);

  self->waits = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, wait_free);
  return self;
}

void
socketio_waits_free (SocketioWaits *self)
{
  g_hash_table_unref (self->waits);
  g_free (self);
}

static gint64
socketio_waits_make_id (SocketioWaits *self)
{
  static gint64 last_id = FIRST_ID - 1;

  do
    last_id = last_id < LAST_ID ? last_id + 1 : FIRST_ID;
  while (g_hash_table_contains (self->waits, &last_id));

  return last_id;
}

/* Returns: the id that the event shall bear */
gint64
socketio_waits_begin (SocketioWaits *self, SocketioCollector *collector)
{
  Wait *wait = g_new0 (Wait, 1);

  wait->waits = self;
  wait->id = socketio_waits_make_id (self);
  wait->collector = socketio_collector_ref (collector);
  wait->members = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (self->waits, &wait->id, wait);
  socketio_collector_watch (collector, on_done, wait);

  return wait->id;
}

/* @member has been sent the event. */
void
socketio_waits_add (SocketioWaits *self, gint64 id, gpointer member)
{
  Wait *wait = g_hash_table_lookup (self->waits, &id);

  if (wait != NULL)
    g_hash_table_add (wait->members, member);
}

/* Those who were added are all that there are. */
void
socketio_waits_commit (SocketioWaits *self, gint64 id)
{
  Wait *wait = g_hash_table_lookup (self->waits, &id);

  if (wait != NULL)
    socketio_collector_report (wait->collector, g_hash_table_size (wait->members));
}

/* The id may be one that a stranger made up. */
void
socketio_waits_answer (SocketioWaits *self,
                       gint64 id,
                       gpointer member,
                       SocketioArguments *arguments)
{
  Wait *wait = g_hash_table_lookup (self->waits, &id);

  if (wait != NULL && g_hash_table_remove (wait->members, member))
    socketio_collector_answer (wait->collector, arguments);
}

/* @member was sent the event, but it did not leave. */
void
socketio_waits_drop (SocketioWaits *self, gint64 id, gpointer member)
{
  Wait *wait = g_hash_table_lookup (self->waits, &id);

  if (wait != NULL && g_hash_table_remove (wait->members, member))
    socketio_collector_withdraw (wait->collector);
}

static GPtrArray *
socketio_waits_take (SocketioWaits *self, gpointer member)
{
  GPtrArray *collectors = g_ptr_array_new_with_free_func ((GDestroyNotify)socketio_collector_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->waits);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Wait *wait = value;

      if (g_hash_table_remove (wait->members, member))
        g_ptr_array_add (collectors, socketio_collector_ref (wait->collector));
    }
  return collectors;
}

/* @member will not answer any more. */
void
socketio_waits_leave (SocketioWaits *self, gpointer member)
{
  g_autoptr (GPtrArray) collectors = NULL;

  if (g_hash_table_size (self->waits) == 0)
    return;

  collectors = socketio_waits_take (self, member);
  for (guint i = 0; i < collectors->len; i++)
    socketio_collector_lose (collectors->pdata[i]);
}
