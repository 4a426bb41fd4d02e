/* socketio-any.c: the listeners to every event, coming or going
 *
 * They are called before those of one event (socketio-listeners.c), in an order that a new one can
 * be put in front of, which handlers of a signal could not.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-any-private.h"

typedef struct
{
  gulong id;
  SocketioEventFunc callback;
  gpointer user_data;
  GDestroyNotify destroy;
  gboolean removed;
} Listener;

struct _SocketioAny
{
  GPtrArray *listeners; /* of Listener */
  gulong last_id;
};

static void
listener_clear (gpointer data)
{
  Listener *listener = data;

  if (listener->destroy != NULL)
    listener->destroy (listener->user_data);
}

static void
listener_unref (gpointer data)
{
  g_rc_box_release_full (data, listener_clear);
}

void
socketio_any_free (SocketioAny *self)
{
  g_ptr_array_unref (self->listeners);
  g_free (self);
}

/* One may add or remove others, and one that is removed is not called any more. */
void
socketio_any_call (SocketioAny *self,
                   SocketioSocket *socket,
                   const char *name,
                   SocketioArguments *arguments,
                   SocketioAck *ack)
{
  g_autoptr (GPtrArray) listeners = g_ptr_array_new_with_free_func (listener_unref);

  for (guint i = 0; i < self->listeners->len; i++)
    g_ptr_array_add (listeners, g_rc_box_acquire (self->listeners->pdata[i]));
  for (guint i = 0; i < listeners->len; i++)
    {
      Listener *listener = listeners->pdata[i];

      if (!listener->removed)
        listener->callback (socket, name, arguments, ack, listener->user_data);
    }
}

static gulong
socketio_any_add (SocketioSocket *socket,
                  gboolean outgoing,
                  gboolean first,
                  SocketioEventFunc callback,
                  gpointer user_data,
                  GDestroyNotify destroy)
{
  SocketioAny **self;
  Listener *listener;

  g_return_val_if_fail (SOCKETIO_IS_SOCKET (socket), 0);
  g_return_val_if_fail (callback != NULL, 0);

  self = socketio_socket_get_any (socket, outgoing);
  if (*self == NULL)
    {
      *self = g_new0 (SocketioAny, 1);
      (*self)->listeners = g_ptr_array_new_with_free_func (listener_unref);
    }
  listener = g_rc_box_new0 (Listener);
  listener->id = ++(*self)->last_id;
  listener->callback = callback;
  listener->user_data = user_data;
  listener->destroy = destroy;
  g_ptr_array_insert ((*self)->listeners, first ? 0 : -1, listener);
  return listener->id;
}

static void
socketio_any_remove (SocketioSocket *socket, gboolean outgoing, gulong id)
{
  SocketioAny *self;

  g_return_if_fail (SOCKETIO_IS_SOCKET (socket));

  self = *socketio_socket_get_any (socket, outgoing);
  for (guint i = self != NULL ? self->listeners->len : 0; i > 0; i--)
    {
      Listener *listener = self->listeners->pdata[i - 1];

      if (id != 0 && listener->id != id)
        continue;
      listener->removed = TRUE;
      g_ptr_array_remove_index (self->listeners, i - 1);
    }
}

/**
 * socketio_socket_on_any:
 * @socket: a socket
 * @callback: (scope notified) (closure user_data) (destroy destroy): called for each event
 * @user_data: data for @callback
 * @destroy: (nullable): frees @user_data when the listener is removed, or with the socket
 *
 * Adds a listener to every event, which is called before the listeners of one event, and behind
 * those to every event that there are.
 *
 * Returns: its id, for [method@SocketioSocket.off_any]
 */
gulong
socketio_socket_on_any (SocketioSocket *self,
                        SocketioEventFunc callback,
                        gpointer user_data,
                        GDestroyNotify destroy)
{
  return socketio_any_add (self, FALSE, FALSE, callback, user_data, destroy);
}

/**
 * socketio_socket_prepend_any:
 * @socket: a socket
 * @callback: (scope notified) (closure user_data) (destroy destroy): called for each event
 * @user_data: data for @callback
 * @destroy: (nullable): frees @user_data when the listener is removed, or with the socket
 *
 * Adds a listener to every event, which is called before all others.
 *
 * Returns: its id, for [method@SocketioSocket.off_any]
 */
gulong
socketio_socket_prepend_any (SocketioSocket *self,
                             SocketioEventFunc callback,
                             gpointer user_data,
                             GDestroyNotify destroy)
{
  return socketio_any_add (self, FALSE, TRUE, callback, user_data, destroy);
}

/**
 * socketio_socket_off_any:
 * @socket: a socket
 * @id: which one; 0 for all
 *
 * Removes what [method@SocketioSocket.on_any] or [method@SocketioSocket.prepend_any] has added.
 */
void
socketio_socket_off_any (SocketioSocket *self, gulong id)
{
  socketio_any_remove (self, FALSE, id);
}

/**
 * socketio_socket_on_any_outgoing:
 * @socket: a socket
 * @callback: (scope notified) (closure user_data) (destroy destroy): called for each event that is
 *   sent; without an ack
 * @user_data: data for @callback
 * @destroy: (nullable): frees @user_data when the listener is removed, or with the socket
 *
 * Adds a listener to every event that the socket sends, when it goes out: one that waits for the
 * client's connection is told of when that is there, and a volatile one that was dropped is not. At
 * the server, broadcasts that the socket gets are among them.
 *
 * Returns: its id, for [method@SocketioSocket.off_any_outgoing]
 */
gulong
socketio_socket_on_any_outgoing (SocketioSocket *self,
                                 SocketioEventFunc callback,
                                 gpointer user_data,
                                 GDestroyNotify destroy)
{
  return socketio_any_add (self, TRUE, FALSE, callback, user_data, destroy);
}

/**
 * socketio_socket_prepend_any_outgoing:
 * @socket: a socket
 * @callback: (scope notified) (closure user_data) (destroy destroy): called for each event that is
 *   sent; without an ack
 * @user_data: data for @callback
 * @destroy: (nullable): frees @user_data when the listener is removed, or with the socket
 *
 * Adds a listener as [method@SocketioSocket.on_any_outgoing] does, before all others.
 *
 * Returns: its id, for [method@SocketioSocket.off_any_outgoing]
 */
gulong
socketio_socket_prepend_any_outgoing (SocketioSocket *self,
                                      SocketioEventFunc callback,
                                      gpointer user_data,
                                      GDestroyNotify destroy)
{
  return socketio_any_add (self, TRUE, TRUE, callback, user_data, destroy);
}

/**
 * socketio_socket_off_any_outgoing:
 * @socket: a socket
 * @id: which one; 0 for all
 *
 * Removes what [method@SocketioSocket.on_any_outgoing] or
 * [method@SocketioSocket.prepend_any_outgoing] has added.
 */
void
socketio_socket_off_any_outgoing (SocketioSocket *self, gulong id)
{
  socketio_any_remove (self, TRUE, id);
}
