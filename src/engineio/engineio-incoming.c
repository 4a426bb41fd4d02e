/* engineio-incoming.c: a request that waits for leave
 *
 * Handed to whoever may allow or refuse it, now or later. While it waits, its message is paused and
 * its client watched. The server is told of the answer; what is dropped without one is refused.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "engineio-incoming-private.h"

#include "http-hangup.h"

struct _EngineioIncoming
{
  GObject parent_instance;

  HttpPoller *poller;
  SoupServerMessage *message;
  GHashTable *query; /* NULL if there is none */
  guint step;
  EngineioIncomingFunc func; /* NULL once it is answered */
  GObject *owner; /* a weak pointer */
  HttpHangup hangup;
  gboolean is_paused;
};

G_DEFINE_FINAL_TYPE (EngineioIncoming, engineio_incoming, G_TYPE_OBJECT)

/* A message that is still to be answered, a poll that waits, goes on by itself. */
static void
engineio_incoming_resume (EngineioIncoming *self, gboolean is_connected)
{
  if (is_connected && soup_server_message_get_status (self->message) != SOUP_STATUS_NONE)
    soup_server_message_unpause (self->message);
}

static void
engineio_incoming_answer (EngineioIncoming *self, gboolean allowed, const char *message)
{
  EngineioIncomingFunc func = g_steal_pointer (&self->func);
  gboolean was_paused = self->is_paused;
  gboolean is_connected;

  if (func == NULL)
    return;

  self->is_paused = FALSE;
  is_connected = !was_paused || http_hangup_unwatch (&self->hangup);
  if (self->owner == NULL)
    soup_server_message_set_status (self->message, SOUP_STATUS_NOT_FOUND, NULL);
  else if (is_connected)
    {
      g_autoptr (GObject) owner = g_object_ref (self->owner);

      func (self, allowed, message, owner);
    }
  if (was_paused)
    engineio_incoming_resume (self, is_connected);
}

static void
engineio_incoming_dispose (GObject *object)
{
  EngineioIncoming *self = ENGINEIO_INCOMING (object);

  engineio_incoming_answer (self, FALSE, NULL);
  g_clear_weak_pointer (&self->owner);
  g_clear_object (&self->message);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_clear_pointer (&self->poller, http_poller_unref);

  G_OBJECT_CLASS (engineio_incoming_parent_class)->dispose (object);
}

static void
engineio_incoming_class_init (EngineioIncomingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = engineio_incoming_dispose;
}

static void
engineio_incoming_init (EngineioIncoming *self)
{
}

EngineioIncoming *
engineio_incoming_new (HttpPoller *poller,
                       SoupServerMessage *message,
                       GHashTable *query,
                       guint step,
                       EngineioIncomingFunc func,
                       GObject *owner)
{
  EngineioIncoming *self = g_object_new (ENGINEIO_TYPE_INCOMING, NULL);

  self->poller = http_poller_ref (poller);
  self->message = g_object_ref (message);
  self->query = query != NULL ? g_hash_table_ref (query) : NULL;
  self->step = step;
  self->func = func;
  g_set_weak_pointer (&self->owner, owner);

  return self;
}

guint
engineio_incoming_get_step (EngineioIncoming *self)
{
  return self->step;
}

static void
on_hung_up (gpointer user_data)
{
  g_autoptr (EngineioIncoming) self = g_object_ref (user_data);

  engineio_incoming_answer (self, FALSE, NULL);
}

/* For whoever made it, when nobody has answered at once. */
void
engineio_incoming_wait (EngineioIncoming *self)
{
  if (self->func == NULL)
    return;

  self->is_paused = TRUE;
  soup_server_message_pause (self->message);
  http_hangup_watch (&self->hangup, self->poller, self->message, on_hung_up, self);
}

/**
 * engineio_incoming_get_message:
 * @incoming: a request
 *
 * Gets the request, to look at it and to add to the headers of its answer.
 *
 * Returns: (transfer none): the request as libsoup has it: its method, headers and address, and the
 *   headers of the answer
 */
SoupServerMessage *
engineio_incoming_get_message (EngineioIncoming *self)
{
  g_return_val_if_fail (ENGINEIO_IS_INCOMING (self), NULL);

  return self->message;
}

/**
 * engineio_incoming_get_query:
 * @incoming: a request
 *
 * Gets the parameters of its address.
 *
 * Returns: (transfer none) (nullable) (element-type utf8 utf8): names and values, decoded; %NULL if
 *   there are none
 */
GHashTable *
engineio_incoming_get_query (EngineioIncoming *self)
{
  g_return_val_if_fail (ENGINEIO_IS_INCOMING (self), NULL);

  return self->query;
}

/**
 * engineio_incoming_allow:
 * @incoming: a request
 *
 * Lets the request go on. Only the first answer counts.
 */
void
engineio_incoming_allow (EngineioIncoming *self)
{
  g_autoptr (EngineioIncoming) guard G_GNUC_UNUSED = NULL;

  g_return_if_fail (ENGINEIO_IS_INCOMING (self));

  guard = g_object_ref (self);
  engineio_incoming_answer (self, TRUE, NULL);
}

/**
 * engineio_incoming_refuse:
 * @incoming: a request
 * @message: (nullable): what a client that wanted to open a session is told, valid UTF-8;
 *   "Forbidden" if %NULL
 *
 * Refuses the request.
 */
void
engineio_incoming_refuse (EngineioIncoming *self, const char *message)
{
  g_autoptr (EngineioIncoming) guard G_GNUC_UNUSED = NULL;

  g_return_if_fail (ENGINEIO_IS_INCOMING (self));

  guard = g_object_ref (self);
  engineio_incoming_answer (self, FALSE, message);
}
