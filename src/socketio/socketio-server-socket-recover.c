/* socketio-server-socket-recover.c: a server's socket that is left, and the one that takes its
 * place
 *
 * What is kept of a socket when its connection is lost, and how another one goes on with it. The
 * record of events and the sockets that are gone are the adapter's (socketio-recovery.c).
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-server-socket-fields.h"

/* The socket takes @session's place; what was put into its data meanwhile stays. */
void
socketio_server_socket_restore (SocketioServerSocket *self, SocketioSession *session)
{
  JsonObject *data = g_steal_pointer (&session->data);
  GList *names = self->data != NULL ? json_object_get_members (self->data) : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    {
      if (data == NULL)
        data = json_object_new ();
      json_object_set_member (data, l->data, json_object_dup_member (self->data, l->data));
    }
  g_list_free (names);
  g_clear_pointer (&self->data, json_object_unref);

  self->data = data;
  self->pid = g_strdup (session->pid);
  self->offset = g_strdup (session->offset);
  self->last_position = session->last_position;
  self->session = session;
  self->recovered = TRUE;
  socketio_socket_set_id (SOCKETIO_SOCKET (self), session->id);
}

/* Returns: (transfer none): the secret by which the client can come back */
const char *
socketio_server_socket_make_pid (SocketioServerSocket *self)
{
  if (self->pid == NULL)
    self->pid = engineio_make_id ();
  return self->pid;
}

/* Returns: (nullable) (transfer full): what is kept of the socket */
SocketioSession *
socketio_server_socket_make_session (SocketioServerSocket *self)
{
  g_autoptr (GStrvBuilder) rooms = g_strv_builder_new ();
  SocketioSession *session;

  if (self->offset == NULL)
    return NULL;

  session = socketio_session_new (self->pid, socketio_server_socket_id (self));
  socketio_server_socket_add_rooms (self, rooms);
  session->rooms = g_strv_builder_end (rooms);
  session->data = socketio_server_socket_dup_data (self);
  session->offset = g_strdup (self->offset);
  session->last_position = self->last_position;
  return session;
}

/* What was missed goes out before the client is told that it is connected, as in Node. */
void
socketio_server_socket_resume (SocketioServerSocket *self)
{
  g_autoptr (SocketioSession) session = g_steal_pointer (&self->session);
  SocketioAdapter *adapter = socketio_namespace_get_adapter (self->namespace_);

  for (guint i = 0; session->rooms != NULL && session->rooms[i] != NULL; i++)
    socketio_adapter_join (adapter, self, session->rooms[i]);
  for (guint i = 0; i < session->missed->len; i++)
    socketio_server_socket_send_wire (self, session->missed->pdata[i], SOCKETIO_SEND_DEFAULT);
}

/* The offset is of use before the first event: Node's clients have none until then. */
void
socketio_server_socket_add_recovery (SocketioServerSocket *self, JsonObject *welcome)
{
  g_autofree char *offset = socketio_adapter_get_offset (
    socketio_namespace_get_adapter (self->namespace_));

  if (offset == NULL)
    return;

  json_object_set_string_member (welcome, "pid", self->pid);
  json_object_set_string_member (welcome, "offset", offset);
  if (self->offset == NULL)
    self->offset = g_steal_pointer (&offset);
}
