/* socketio-match.c: which parent takes a name that is no namespace yet
 *
 * The parents of a server are asked in the order in which they were made: a pattern at once, a
 * function by a match that it may answer later. A match that is dropped without an answer declines.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-match-private.h"

#include "socketio-namespace-private.h"

typedef struct
{
  SocketioNamespace *namespace_;
  GRegex *pattern; /* or else func */
  SocketioMatchFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Parent;

struct _SocketioParents
{
  guint ref_count;
  SocketioServer *server; /* not owned; NULL when it is gone */
  GPtrArray *parents;
  SocketioParentsFunc func;
  gpointer user_data;
};

struct _SocketioMatch
{
  GObject parent_instance;

  SocketioParents *parents; /* NULL when it is answered */
  guint index; /* of the parent that is asked */
  SocketioConnection *connection;
  char *name;
  JsonNode *auth;
};

G_DEFINE_FINAL_TYPE (SocketioMatch, socketio_match, G_TYPE_OBJECT)

/* {{{ Matches */

static void socketio_parents_find_from (SocketioParents *self,
                                        guint index,
                                        SocketioConnection *connection,
                                        const char *name,
                                        JsonNode *auth);

static void
socketio_match_answer (SocketioMatch *self, gboolean accepted)
{
  SocketioParents *parents = g_steal_pointer (&self->parents);

  if (parents == NULL)
    return;

  if (parents->server != NULL && socketio_connection_is_open (self->connection))
    {
      Parent *parent = parents->parents->pdata[self->index];

      if (accepted)
        parents->func (parent->namespace_, self->connection, self->name, self->auth,
                       parents->user_data);
      else
        socketio_parents_find_from (parents, self->index + 1, self->connection, self->name,
                                    self->auth);
    }
  socketio_parents_unref (parents);
}

static void
socketio_match_dispose (GObject *object)
{
  SocketioMatch *self = SOCKETIO_MATCH (object);

  socketio_match_answer (self, FALSE);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (socketio_match_parent_class)->dispose (object);
}

static void
socketio_match_finalize (GObject *object)
{
  SocketioMatch *self = SOCKETIO_MATCH (object);

  g_clear_pointer (&self->auth, json_node_unref);
  g_free (self->name);

  G_OBJECT_CLASS (socketio_match_parent_class)->finalize (object);
}

static void
socketio_match_class_init (SocketioMatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = socketio_match_dispose;
  object_class->finalize = socketio_match_finalize;
}

static void
socketio_match_init (SocketioMatch *self)
{
}

/**
 * socketio_match_get_name:
 * @match: a match
 *
 * Gets the name that the client asks for.
 *
 * Returns: the name, at most 256 bytes long
 */
const char *
socketio_match_get_name (SocketioMatch *self)
{
  g_return_val_if_fail (SOCKETIO_IS_MATCH (self), NULL);

  return self->name;
}

/**
 * socketio_match_get_auth:
 * @match: a match
 *
 * Gets what the client sent with the name.
 *
 * Returns: (transfer none) (nullable): the object that the client sent with it
 */
JsonNode *
socketio_match_get_auth (SocketioMatch *self)
{
  g_return_val_if_fail (SOCKETIO_IS_MATCH (self), NULL);

  return self->auth;
}

/**
 * socketio_match_accept:
 * @match: a match
 *
 * Takes the name: the parent gets a child of it, which the client goes on to ask for. Only the
 * first answer counts.
 */
void
socketio_match_accept (SocketioMatch *self)
{
  g_return_if_fail (SOCKETIO_IS_MATCH (self));

  socketio_match_answer (self, TRUE);
}

/**
 * socketio_match_decline:
 * @match: a match
 *
 * Leaves the name to the parents that come after this one. If none of them takes it, the client is
 * refused.
 */
void
socketio_match_decline (SocketioMatch *self)
{
  g_return_if_fail (SOCKETIO_IS_MATCH (self));

  socketio_match_answer (self, FALSE);
}

/* }}} */
/* {{{ Parents */

static void
parent_free (gpointer data)
{
  Parent *parent = data;

  if (parent->destroy != NULL)
    parent->destroy (parent->user_data);
  g_clear_pointer (&parent->pattern, g_regex_unref);
  g_object_unref (parent->namespace_);
  g_free (parent);
}

SocketioParents *
socketio_parents_new (SocketioServer *server, SocketioParentsFunc func, gpointer user_data)
{
  SocketioParents *self = g_new0 (SocketioParents, 1);

  self->ref_count = 1;
  self->server = server;
  self->parents = g_ptr_array_new_with_free_func (parent_free);
  self->func = func;
  self->user_data = user_data;
  return self;
}

void
socketio_parents_ref (SocketioParents *self)
{
  self->ref_count++;
}

/* The server goes: matches that are kept have no effect any more. */
void
socketio_parents_close (SocketioParents *self)
{
  self->server = NULL;
  g_ptr_array_set_size (self->parents, 0);
}

void
socketio_parents_unref (SocketioParents *self)
{
  if (--self->ref_count > 0)
    return;

  g_ptr_array_unref (self->parents);
  g_free (self);
}

/* Nobody joins a parent, so that its name only has to be unlike others. */
static Parent *
socketio_parents_add (SocketioParents *self)
{
  Parent *parent = g_new0 (Parent, 1);
  g_autofree char *name = g_strdup_printf ("/_%u", self->parents->len);

  parent->namespace_ = socketio_namespace_new_parent (name);
  g_ptr_array_add (self->parents, parent);
  return parent;
}

SocketioNamespace *
socketio_parents_add_pattern (SocketioParents *self, GRegex *pattern)
{
  Parent *parent = socketio_parents_add (self);

  parent->pattern = g_regex_ref (pattern);
  return parent->namespace_;
}

SocketioNamespace *
socketio_parents_add_function (SocketioParents *self,
                               SocketioMatchFunc func,
                               gpointer user_data,
                               GDestroyNotify destroy)
{
  Parent *parent = socketio_parents_add (self);

  parent->func = func;
  parent->user_data = user_data;
  parent->destroy = destroy;
  return parent->namespace_;
}

/* Returns: (transfer none) (nullable): the first parent whose pattern takes @name */
SocketioNamespace *
socketio_parents_match (SocketioParents *self, const char *name)
{
  for (guint i = 0; i < self->parents->len; i++)
    {
      Parent *parent = self->parents->pdata[i];

      if (parent->pattern != NULL && g_regex_match (parent->pattern, name, 0, NULL))
        return parent->namespace_;
    }
  return NULL;
}

static void
socketio_parents_ask (SocketioParents *self,
                      guint index,
                      SocketioConnection *connection,
                      const char *name,
                      JsonNode *auth)
{
  g_autoptr (SocketioMatch) match = g_object_new (SOCKETIO_TYPE_MATCH, NULL);
  Parent *parent = self->parents->pdata[index];

  socketio_parents_ref (self);
  match->parents = self;
  match->index = index;
  match->connection = g_object_ref (connection);
  match->name = g_strdup (name);
  match->auth = auth != NULL ? json_node_ref (auth) : NULL;
  parent->func (self->server, match, parent->user_data);
}

static void
socketio_parents_find_from (SocketioParents *self,
                            guint index,
                            SocketioConnection *connection,
                            const char *name,
                            JsonNode *auth)
{
  for (; index < self->parents->len; index++)
    {
      Parent *parent = self->parents->pdata[index];

      if (parent->pattern == NULL)
        {
          socketio_parents_ask (self, index, connection, name, auth);
          return;
        }
      if (g_regex_match (parent->pattern, name, 0, NULL))
        {
          self->func (parent->namespace_, connection, name, auth, self->user_data);
          return;
        }
    }
  self->func (NULL, connection, name, auth, self->user_data);
}

/* Finds who takes @name, now or later. */
void
socketio_parents_find (SocketioParents *self,
                       SocketioConnection *connection,
                       const char *name,
                       JsonNode *auth)
{
  socketio_parents_find_from (self, 0, connection, name, auth);
}

/* }}} */
