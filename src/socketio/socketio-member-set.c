/* socketio-member-set.c: the members of a room, in the order in which they joined
 *
 * A broadcast goes to them in that order, as it does in Node. It is also the order in which they,
 * and what the kernel keeps of their connections, lie in memory: to go through ten thousand clients
 * in the order of a hash table takes a fifth longer.
 *
 * Most rooms have one member, so few of them are simply looked for.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-member-set.h"

/* From so many places on there is a table of them. */
#define MANY_PLACES 16

struct _SocketioMemberSet
{
  gpointer *members; /* NULL where one has left */
  GHashTable *places; /* member -> place, from 1; NULL while there are few */
  guint n_places;
  guint capacity;
  guint size;
};

/**
 * socketio_member_set_new:
 *
 * Returns: (transfer full): an empty set
 */
SocketioMemberSet *
socketio_member_set_new (void)
{
  return g_new0 (SocketioMemberSet, 1);
}

/**
 * socketio_member_set_free:
 * @set: (transfer full): a set
 *
 * Frees @set; its members are not its own.
 */
void
socketio_member_set_free (SocketioMemberSet *self)
{
  g_clear_pointer (&self->places, g_hash_table_unref);
  g_free (self->members);
  g_free (self);
}

static void
note_place (SocketioMemberSet *self, guint place)
{
  g_hash_table_insert (self->places, self->members[place], GUINT_TO_POINTER (place + 1));
}

static void
start_table (SocketioMemberSet *self)
{
  self->places = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < self->n_places; i++)
    {
      if (self->members[i] != NULL)
        note_place (self, i);
    }
}

/* Returns: the place of @member, from 1; 0 if it has none */
static guint
find (SocketioMemberSet *self, gpointer member)
{
  if (self->places != NULL)
    return GPOINTER_TO_UINT (g_hash_table_lookup (self->places, member));

  for (guint i = 0; i < self->n_places; i++)
    {
      if (self->members[i] == member)
        return i + 1;
    }
  return 0;
}

static void
resize (SocketioMemberSet *self, guint capacity)
{
  self->members = g_renew (gpointer, self->members, capacity);
  self->capacity = capacity;
}

/**
 * socketio_member_set_add:
 * @set: a set
 * @member: not %NULL
 *
 * Puts @member at the end.
 *
 * Returns: %FALSE if it is there already
 */
gboolean
socketio_member_set_add (SocketioMemberSet *self, gpointer member)
{
  if (find (self, member) != 0)
    return FALSE;

  if (self->n_places == self->capacity)
    resize (self, MAX (self->capacity * 2, 1));
  self->members[self->n_places++] = member;
  self->size++;

  if (self->places != NULL)
    note_place (self, self->n_places - 1);
  else if (self->n_places == MANY_PLACES)
    start_table (self);
  return TRUE;
}

/* Closes the gaps. */
static void
compact (SocketioMemberSet *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_places; i++)
    {
      if (self->members[i] != NULL)
        self->members[n++] = self->members[i];
    }
  self->n_places = n;
  resize (self, MAX (n, 1));

  g_clear_pointer (&self->places, g_hash_table_unref);
  if (n >= MANY_PLACES)
    start_table (self);
}

/**
 * socketio_member_set_remove:
 * @set: a set
 * @member: what may be in it
 *
 * Takes @member out.
 *
 * Returns: %FALSE if it was not there
 */
gboolean
socketio_member_set_remove (SocketioMemberSet *self, gpointer member)
{
  guint place = find (self, member);

  if (place == 0)
    return FALSE;

  self->members[place - 1] = NULL;
  self->size--;
  if (self->places != NULL)
    g_hash_table_remove (self->places, member);
  if (self->n_places >= MANY_PLACES && self->size <= self->n_places / 2)
    compact (self);
  return TRUE;
}

/**
 * socketio_member_set_contains:
 * @set: a set
 * @member: what may be in it
 *
 * Returns: whether @member is in it
 */
gboolean
socketio_member_set_contains (SocketioMemberSet *self, gpointer member)
{
  return find (self, member) != 0;
}

/**
 * socketio_member_set_get_size:
 * @set: a set
 *
 * Returns: how many members it has
 */
guint
socketio_member_set_get_size (SocketioMemberSet *self)
{
  return self->size;
}

/**
 * socketio_member_set_get_n_places:
 * @set: a set
 *
 * Returns: how many places there are to look at, in the order in which members came
 */
guint
socketio_member_set_get_n_places (SocketioMemberSet *self)
{
  return self->n_places;
}

/**
 * socketio_member_set_peek:
 * @set: a set
 * @place: a place
 *
 * Returns: (nullable): the member that has it; %NULL if it has left
 */
gpointer
socketio_member_set_peek (SocketioMemberSet *self, guint place)
{
  return self->members[place];
}
