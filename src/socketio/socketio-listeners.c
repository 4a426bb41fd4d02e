/* socketio-listeners.c: on, once and off
 *
 * The listeners of a socket are the handlers of its signal `event`; there is no other list of them.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-socket.h"

static guint
get_event_signal (void)
{
  static guint id;

  if (id == 0)
    id = g_signal_lookup ("event", SOCKETIO_TYPE_SOCKET);
  return id;
}

static gulong
socketio_socket_add_listener (SocketioSocket *self, const char *name, GClosure *closure)
{
  GQuark detail = name != NULL ? g_quark_from_string (name) : 0;

  return g_signal_connect_closure_by_id (self, get_event_signal (), detail, closure, FALSE);
}

/**
 * socketio_socket_on:
 * @socket: a socket
 * @name: (nullable): the event to listen to; %NULL for every event
 * @callback: (scope notified) (closure user_data) (destroy destroy): called for each such event
 * @user_data: data for @callback
 * @destroy: (nullable): frees @user_data when the listener is removed, or with the socket
 *
 * Adds a listener. It is the same as a handler of [signal@SocketioSocket::event] with @name as
 * detail. Listeners are called in the order in which they were added; one may remove itself or
 * others, and may disconnect the socket. @name is remembered for ever, so it must not come from the
 * network.
 *
 * Returns: the handler's id, for [func@GObject.signal_handler_disconnect]
 */
gulong
socketio_socket_on (SocketioSocket *self,
                    const char *name,
                    SocketioEventFunc callback,
                    gpointer user_data,
                    GDestroyNotify destroy)
{
  g_return_val_if_fail (SOCKETIO_IS_SOCKET (self), 0);
  g_return_val_if_fail (callback != NULL, 0);

  return socketio_socket_add_listener (
    self, name, g_cclosure_new (G_CALLBACK (callback), user_data, (GClosureNotify)(void *)destroy));
}

typedef struct
{
  SocketioEventFunc callback;
  gpointer user_data;
  GDestroyNotify destroy;
  gulong id;
} Once;

static void
once_free (gpointer data, GClosure *closure)
{
  Once *once = data;

  if (once->destroy != NULL)
    once->destroy (once->user_data);
  g_free (once);
}

static void
on_event_once (SocketioSocket *socket,
               const char *name,
               SocketioArguments *arguments,
               SocketioAck *ack,
               gpointer user_data)
{
  Once *once = user_data;

  /* First, so that an event which the callback brings about does not find the listener again.
   * The emission keeps it alive until the callback has returned. */
  g_signal_handler_disconnect (socket, once->id);
  once->callback (socket, name, arguments, ack, once->user_data);
}

/**
 * socketio_socket_once:
 * @socket: a socket
 * @name: (nullable): the event to listen to; %NULL for any event
 * @callback: (scope notified) (closure user_data) (destroy destroy): called for the next such event
 * @user_data: data for @callback
 * @destroy: (nullable): frees @user_data when the listener is removed, or with the socket
 *
 * Adds a listener that is removed with its first event. Otherwise it is as with
 * [method@SocketioSocket.on].
 *
 * Returns: the handler's id, for [func@GObject.signal_handler_disconnect]
 */
gulong
socketio_socket_once (SocketioSocket *self,
                      const char *name,
                      SocketioEventFunc callback,
                      gpointer user_data,
                      GDestroyNotify destroy)
{
  Once *once;

  g_return_val_if_fail (SOCKETIO_IS_SOCKET (self), 0);
  g_return_val_if_fail (callback != NULL, 0);

  once = g_new (Once, 1);
  *once = (Once){ .callback = callback, .user_data = user_data, .destroy = destroy };
  once->id = socketio_socket_add_listener (
    self, name, g_cclosure_new (G_CALLBACK (on_event_once), once, once_free));

  return once->id;
}

/**
 * socketio_socket_off:
 * @socket: a socket
 * @name: (nullable): an event's name; %NULL for those that listen to every event
 *
 * Removes all listeners to @name. One alone is removed by its id, with
 * [func@GObject.signal_handler_disconnect].
 */
void
socketio_socket_off (SocketioSocket *self, const char *name)
{
  GQuark detail = name != NULL ? g_quark_try_string (name) : 0;
  gulong id;

  g_return_if_fail (SOCKETIO_IS_SOCKET (self));

  if (name != NULL && detail == 0)
    return;

  /* Not g_signal_handlers_disconnect_matched (): before GLib 2.78 it wants a function or data to
   * match. */
  while ((id = g_signal_handler_find (self, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DETAIL,
                                      get_event_signal (), detail, NULL, NULL, NULL)) != 0)
    g_signal_handler_disconnect (self, id);
}
