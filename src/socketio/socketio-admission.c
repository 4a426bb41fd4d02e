/* socketio-admission.c: one step of the decision whether a client may join a namespace
 *
 * Handed to each function that was put into the namespace with socketio_namespace_use(). It may
 * answer at once or keep the object and answer later; one that is dropped without an answer
 * refuses.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-admission-private.h"

#include "socketio-server-socket.h"

struct _SocketioAdmission
{
  GObject parent_instance;

  SocketioServerSocket *socket;
  guint step;
  SocketioAdmissionFunc func;
  GObject *owner;
};

G_DEFINE_FINAL_TYPE (SocketioAdmission, socketio_admission, G_TYPE_OBJECT)

static void
socketio_admission_answer (SocketioAdmission *self, const char *message, JsonNode *data)
{
  SocketioAdmissionFunc func = g_steal_pointer (&self->func);
  g_autoptr (GObject) owner = g_steal_pointer (&self->owner);

  if (func != NULL)
    func (self->socket, self->step, message, data, owner);
}

static void
socketio_admission_dispose (GObject *object)
{
  SocketioAdmission *self = SOCKETIO_ADMISSION (object);

  socketio_admission_answer (self, "Not admitted", NULL);
  g_clear_object (&self->socket);

  G_OBJECT_CLASS (socketio_admission_parent_class)->dispose (object);
}

static void
socketio_admission_class_init (SocketioAdmissionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = socketio_admission_dispose;
}

static void
socketio_admission_init (SocketioAdmission *self)
{
}

SocketioAdmission *
socketio_admission_new (SocketioServerSocket *socket,
                        guint step,
                        SocketioAdmissionFunc func,
                        GObject *owner)
{
  SocketioAdmission *self = g_object_new (SOCKETIO_TYPE_ADMISSION, NULL);

  self->socket = g_object_ref (socket);
  self->step = step;
  self->func = func;
  self->owner = g_object_ref (owner);

  return self;
}

/**
 * socketio_admission_get_socket:
 * @admission: an admission
 *
 * Gets the socket that will be connected if it is allowed; its handshake says who asks.
 *
 * Returns: (transfer none): the socket that asks to be let in; it is not connected yet
 */
SocketioServerSocket *
socketio_admission_get_socket (SocketioAdmission *self)
{
  g_return_val_if_fail (SOCKETIO_IS_ADMISSION (self), NULL);

  return self->socket;
}

/**
 * socketio_admission_allow:
 * @admission: an admission
 *
 * Lets the socket go on to the next step; behind the last one it is connected. Only the first
 * answer counts.
 */
void
socketio_admission_allow (SocketioAdmission *self)
{
  g_return_if_fail (SOCKETIO_IS_ADMISSION (self));

  socketio_admission_answer (self, NULL, NULL);
}

/**
 * socketio_admission_refuse:
 * @admission: an admission
 * @message: what the client is told
 * @data: (nullable) (transfer none): more about it, for the client's program
 *
 * Refuses the socket: its client gets a `connect_error` with @message and @data.
 */
void
socketio_admission_refuse (SocketioAdmission *self, const char *message, JsonNode *data)
{
  g_return_if_fail (SOCKETIO_IS_ADMISSION (self));
  g_return_if_fail (message != NULL);

  socketio_admission_answer (self, message, data);
}
