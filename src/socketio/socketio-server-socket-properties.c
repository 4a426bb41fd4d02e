/* socketio-server-socket-properties.c: what is known of a client, as properties
 *
 * For binding and for languages that read properties. All of it is settled before anybody sees the
 * socket, so that none of these ever changes.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "socketio-server-socket-private.h"

#include "socketio-namespace.h"

enum
{
  PROP_0,
  PROP_NAMESPACE,
  PROP_REMOTE_ADDRESS,
  PROP_REMOTE_PORT,
  PROP_AUTH,
  PROP_HANDSHAKE,
  PROP_RECOVERED,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

static void
socketio_server_socket_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SocketioServerSocket *self = SOCKETIO_SERVER_SOCKET (object);

  switch (id)
    {
    case PROP_NAMESPACE:
      g_value_set_object (value, socketio_server_socket_get_namespace (self));
      break;
    case PROP_REMOTE_ADDRESS:
      g_value_set_string (value, socketio_server_socket_get_remote_address (self));
      break;
    case PROP_REMOTE_PORT:
      g_value_set_uint (value, socketio_server_socket_get_remote_port (self));
      break;
    case PROP_AUTH:
      g_value_set_boxed (value, socketio_server_socket_get_auth (self));
      break;
    case PROP_HANDSHAKE:
      g_value_take_boxed (value, socketio_server_socket_dup_handshake (self));
      break;
    case PROP_RECOVERED:
      g_value_set_boolean (value, socketio_server_socket_is_recovered (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
install_client_properties (GParamFlags flags)
{
  /**
   * SocketioServerSocket:remote-address:
   *
   * The client's IP address as text; %NULL for a client within the process.
   */
  properties[PROP_REMOTE_ADDRESS] = g_param_spec_string ("remote-address", NULL, NULL, NULL, flags);

  /**
   * SocketioServerSocket:remote-port:
   *
   * The port that the client's first request came from; 0 for a client within the process.
   */
  properties[PROP_REMOTE_PORT] = g_param_spec_uint ("remote-port", NULL, NULL, 0, G_MAXUINT16, 0,
                                                    flags);

  /**
   * SocketioServerSocket:auth:
   *
   * What the client said of itself when it asked to join, as
   * [method@SocketioServerSocket.get_auth] has it.
   */
  properties[PROP_AUTH] = g_param_spec_boxed ("auth", NULL, NULL, JSON_TYPE_NODE, flags);

  /**
   * SocketioServerSocket:handshake:
   *
   * What the client said when it came, as [method@SocketioServerSocket.dup_handshake] has it; made
   * anew each time that it is read.
   */
  properties[PROP_HANDSHAKE] = g_param_spec_boxed ("handshake", NULL, NULL, JSON_TYPE_NODE, flags);
}

void
socketio_server_socket_install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = socketio_server_socket_get_property;

  /**
   * SocketioServerSocket:namespace:
   *
   * The namespace that the socket is in.
   */
  properties[PROP_NAMESPACE] = g_param_spec_object ("namespace", NULL, NULL,
                                                    SOCKETIO_TYPE_NAMESPACE, flags);

  /**
   * SocketioServerSocket:recovered:
   *
   * Whether the client came back to a session that it had: the socket has the id, the rooms and the
   * data of the one before, and the client gets all that it missed. See
   * [property@SocketioOptions:max-disconnection-duration].
   */
  properties[PROP_RECOVERED] = g_param_spec_boolean ("recovered", NULL, NULL, FALSE, flags);

  install_client_properties (flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}
