/* socketio-screening.c: events that are looked at before their listeners get them
 *
 * The functions that were put into a socket with socketio_server_socket_use() get each event in
 * turn, and may decide later. An event that is kept can be overtaken by one that came after it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-screening-private.h"

#include "socketio-allowance.h"
#include "socketio-server-socket.h"
#include "socketio-socket-private.h"

typedef struct
{
  SocketioScreenFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Screen;

struct _SocketioScreens
{
  GPtrArray *screens;
  SocketioScreensFunc func;
  SocketioScreensFullFunc full;
  SocketioAllowance waiting;
};

struct _SocketioScreening
{
  GObject parent_instance;

  SocketioScreens *screens; /* NULL when it is decided; it lives as long as the socket */
  SocketioServerSocket *socket;
  SocketioPacket *packet;
  SocketioAck *ack; /* NULL if none is waited for */
  guint index; /* of the function that looks at it */
  gsize size; /* while it waits for the decision, else 0 */
};

G_DEFINE_FINAL_TYPE (SocketioScreening, socketio_screening, G_TYPE_OBJECT)

/* Whether it is decided or was dropped, it waits no longer. */
static SocketioScreens *
socketio_screening_steal_screens (SocketioScreening *self)
{
  SocketioScreens *screens = g_steal_pointer (&self->screens);

  if (screens != NULL && self->size > 0)
    socketio_allowance_give_back (&screens->waiting, self->size);
  self->size = 0;
  return screens;
}

static void
socketio_screening_finalize (GObject *object)
{
  SocketioScreening *self = SOCKETIO_SCREENING (object);

  socketio_screening_steal_screens (self);
  socketio_packet_unref (self->packet);
  g_clear_object (&self->ack);
  g_object_unref (self->socket);

  G_OBJECT_CLASS (socketio_screening_parent_class)->finalize (object);
}

static void
socketio_screening_class_init (SocketioScreeningClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = socketio_screening_finalize;
}

static void
socketio_screening_init (SocketioScreening *self)
{
}

/* The function has not decided at once. What it keeps is a stranger's, and must have an end. */
static void
socketio_screening_wait (SocketioScreening *self)
{
  SocketioScreens *screens = self->screens;

  self->size = socketio_allowance_measure (self->packet);
  socketio_allowance_force (&screens->waiting, self->size);
  if (socketio_allowance_is_exceeded (&screens->waiting))
    screens->full (self->socket);
}

static void
socketio_screens_run_from (SocketioScreens *self,
                           SocketioServerSocket *socket,
                           SocketioPacket *packet,
                           SocketioAck *ack,
                           guint index)
{
  g_autoptr (SocketioScreening) screening = NULL;
  Screen *screen;

  if (index == self->screens->len)
    {
      self->func (socket, packet, ack, NULL);
      return;
    }

  screen = self->screens->pdata[index];
  screening = g_object_new (SOCKETIO_TYPE_SCREENING, NULL);
  screening->screens = self;
  screening->socket = g_object_ref (socket);
  screening->packet = socketio_packet_ref (packet);
  g_set_object (&screening->ack, ack);
  screening->index = index;
  screen->func (socket, screening, screen->user_data);
  if (screening->screens != NULL)
    socketio_screening_wait (screening);
}

/* Returns: (transfer none) (nullable): the functions, if the decision still matters */
static SocketioScreens *
socketio_screening_decide (SocketioScreening *self)
{
  SocketioScreens *screens = socketio_screening_steal_screens (self);

  return socketio_socket_is_connected (SOCKETIO_SOCKET (self->socket)) ? screens : NULL;
}

/**
 * socketio_screening_get_name:
 * @screening: a screening
 *
 * Gets the name of the event.
 *
 * Returns: the event's name
 */
const char *
socketio_screening_get_name (SocketioScreening *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SCREENING (self), NULL);

  return socketio_packet_get_name (self->packet);
}

/**
 * socketio_screening_get_arguments:
 * @screening: a screening
 *
 * Gets the arguments of the event.
 *
 * Returns: (transfer none): the event's arguments
 */
SocketioArguments *
socketio_screening_get_arguments (SocketioScreening *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SCREENING (self), NULL);

  return socketio_packet_get_arguments (self->packet);
}

/**
 * socketio_screening_get_ack:
 * @screening: a screening
 *
 * Gets the answer that the sender of the event waits for. A function that rejects the event can
 * give it, so that nobody waits in vain; one that lets it pass leaves that to the listeners, as
 * only the first answer counts.
 *
 * Returns: (transfer none) (nullable): the answer to be given; %NULL if none is waited for
 */
SocketioAck *
socketio_screening_get_ack (SocketioScreening *self)
{
  g_return_val_if_fail (SOCKETIO_IS_SCREENING (self), NULL);

  return self->ack;
}

/**
 * socketio_screening_replace:
 * @screening: a screening
 * @name: the event's name from now on
 * @arguments: (nullable) (transfer none): its arguments; they cannot be added to any more
 *
 * Changes the event for those who come next: further functions and the listeners. An answer that
 * its sender waits for stays the same. In JavaScript it is a change of the array that the function
 * gets. To be called before the decision; behind it nothing changes.
 */
void
socketio_screening_replace (SocketioScreening *self, const char *name, SocketioArguments *arguments)
{
  SocketioPacket *packet;

  g_return_if_fail (SOCKETIO_IS_SCREENING (self));
  g_return_if_fail (name != NULL);

  if (self->screens == NULL)
    return;

  packet = socketio_packet_new_event (socketio_packet_get_namespace (self->packet), name, arguments,
                                      socketio_packet_get_id (self->packet));
  socketio_packet_unref (self->packet);
  self->packet = packet;
}

/**
 * socketio_screening_pass:
 * @screening: a screening
 *
 * Lets the event go on to the next function; behind the last one its listeners get it. Only the
 * first decision counts, and none does when the socket is not connected any more.
 */
void
socketio_screening_pass (SocketioScreening *self)
{
  SocketioScreens *screens;

  g_return_if_fail (SOCKETIO_IS_SCREENING (self));

  screens = socketio_screening_decide (self);
  if (screens != NULL)
    socketio_screens_run_from (screens, self->socket, self->packet, self->ack, self->index + 1);
}

/**
 * socketio_screening_reject:
 * @screening: a screening
 * @error: why
 *
 * Drops the event. The socket emits [signal@SocketioServerSocket::error]; the client is told
 * nothing.
 */
void
socketio_screening_reject (SocketioScreening *self, const GError *error)
{
  SocketioScreens *screens;

  g_return_if_fail (SOCKETIO_IS_SCREENING (self));
  g_return_if_fail (error != NULL);

  screens = socketio_screening_decide (self);
  if (screens != NULL)
    screens->func (self->socket, self->packet, self->ack, error);
}

/* {{{ The functions of a socket */

static void
screen_free (gpointer data)
{
  Screen *screen = data;

  if (screen->destroy != NULL)
    screen->destroy (screen->user_data);
  g_free (screen);
}

SocketioScreens *
socketio_screens_new (SocketioScreensFunc func,
                      SocketioScreensFullFunc full,
                      guint max_events,
                      gsize max_bytes)
{
  SocketioScreens *self = g_new0 (SocketioScreens, 1);

  self->screens = g_ptr_array_new_with_free_func (screen_free);
  self->func = func;
  self->full = full;
  self->waiting = (SocketioAllowance){ .max_events = max_events, .max_bytes = max_bytes };
  return self;
}

void
socketio_screens_free (SocketioScreens *self)
{
  g_ptr_array_unref (self->screens);
  g_free (self);
}

void
socketio_screens_add (SocketioScreens *self,
                      SocketioScreenFunc func,
                      gpointer user_data,
                      GDestroyNotify destroy)
{
  Screen *screen = g_new (Screen, 1);

  *screen = (Screen){ func, user_data, destroy };
  g_ptr_array_add (self->screens, screen);
}

void
socketio_screens_run (SocketioScreens *self, SocketioServerSocket *socket, SocketioPacket *packet)
{
  g_autoptr (SocketioAck) ack = socketio_socket_make_ack (SOCKETIO_SOCKET (socket), packet);

  socketio_screens_run_from (self, socket, packet, ack, 0);
}

/* }}} */
