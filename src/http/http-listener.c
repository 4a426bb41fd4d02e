/* http-listener.c: accepts in bulk on every address and hands streams to libsoup
 *
 * GSocket listens with a backlog of 10 and SoupServer accepts one connection a turn, so that a
 * storm of clients stalls for seconds. Here the backlog is the kernel's limit and a turn accepts as
 * many as its share of time allows. Each connection becomes an HttpStream and is given to the
 * SoupServer; the listener follows its requests to tell the stream which time-out holds.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "http-message.h"
#include "http-stream.h"

/* A connection costs libsoup's sources about so much until it is answered, in microseconds. They go
 * before GTK's redraw: those that a turn accepts must not hold up a frame, the others wait in the
 * kernel. */
#define ACCEPT_COST    150
#define ACCEPTS_A_TURN 32

/* How long accepting rests when the process has no descriptor left, in milliseconds, and how often
 * that is worth a line in the log, in microseconds. */
#define EXHAUSTED_PAUSE    200
#define COMPLAINT_INTERVAL (10 * G_USEC_PER_SEC)

/* Port 0: the second family may find the first one's port taken; another try gets another port. */
#define PORT_TRIES 16

/* What the system holds for a connection beyond what is on its way. It would take megabytes for
 * each peer that does not read, which no limit of ours counts; what does not fit waits in the
 * queues above, where it is shared and volatile messages can be dropped. */
#define UNSENT_BYTES (128 * 1024)

typedef struct
{
  HttpListener *listener;
  HttpWatch watch;
  GSocketAddress *address;
  int fd;
  gboolean any_address;

  /* Where the last connection came in: most come in at the same address. */
  struct sockaddr_storage local;
  GSocketAddress *local_address;
} Acceptor;

struct _HttpListener
{
  GObject parent_instance;

  SoupServer *server;
  HttpPoller *poller;
  HttpTimer pause;
  GPtrArray *acceptors;
  gint64 complained;
  int keep_alive_fd;
  guint16 port;
  gint n_connections;
};

G_DEFINE_FINAL_TYPE (HttpListener, http_listener, G_TYPE_OBJECT)

/* {{{ Accepting */

static void
http_listener_on_stream_gone (gpointer data, GObject *stream)
{
  HttpListener *self = data;

  self->n_connections--;
  g_object_unref (self);
}

static GSocketAddress *
acceptor_get_local_address (Acceptor *acceptor, int fd)
{
  struct sockaddr_storage storage = { 0 };
  socklen_t length = sizeof storage;

  if (!acceptor->any_address || getsockname (fd, (struct sockaddr *)&storage, &length) < 0)
    return g_object_ref (acceptor->address);

  if (acceptor->local_address == NULL || memcmp (&acceptor->local, &storage, sizeof storage) != 0)
    {
      g_clear_object (&acceptor->local_address);
      acceptor->local = storage;
      acceptor->local_address = g_socket_address_new_from_native (&storage, length);
    }
  return g_object_ref (acceptor->local_address);
}

static void
http_listener_take (HttpListener *self, Acceptor *acceptor, int fd, GSocketAddress *remote_address)
{
  g_autoptr (GSocketAddress) local_address = acceptor_get_local_address (acceptor, fd);
  g_autoptr (HttpStream) stream = http_stream_new (self->poller, fd, remote_address);
  g_autoptr (GError) error = NULL;

  if (stream == NULL)
    {
      g_message ("%s", _ ("A connection was refused: the system can watch no more"));
      return;
    }

  self->n_connections++;
  http_stream_join_answers (stream);
  g_object_weak_ref (G_OBJECT (stream), http_listener_on_stream_gone, g_object_ref (self));
  if (!soup_server_accept_iostream (self->server, G_IO_STREAM (stream), local_address,
                                    remote_address, &error))
    g_message (_ ("A connection was refused: %s"), error->message);
}

static void
http_listener_complain (HttpListener *self)
{
  gint64 now = http_poller_get_time (self->poller);

  if (self->complained != 0 && now - self->complained < COMPLAINT_INTERVAL)
    return;

  self->complained = now;
  g_message ("%s", _ ("The process has no descriptors left; new connections wait"));
}

static void
http_listener_pause (HttpListener *self)
{
  http_listener_complain (self);
  for (guint i = 0; i < self->acceptors->len; i++)
    {
      Acceptor *acceptor = g_ptr_array_index (self->acceptors, i);

      http_poller_rewatch (self->poller, &acceptor->watch, 0);
    }
  http_timer_start (self->poller, &self->pause, EXHAUSTED_PAUSE);
}

static void
http_listener_resume (gpointer user_data)
{
  HttpListener *self = user_data;

  for (guint i = 0; i < self->acceptors->len; i++)
    {
      Acceptor *acceptor = g_ptr_array_index (self->acceptors, i);

      http_poller_rewatch (self->poller, &acceptor->watch, EPOLLIN);
    }
}

static gboolean
acceptor_accept (Acceptor *acceptor)
{
  HttpListener *self = acceptor->listener;
  g_autoptr (GSocketAddress) remote_address = NULL;
  struct sockaddr_storage storage;
  socklen_t length = sizeof storage;
  int fd;

  fd = accept4 (acceptor->fd, (struct sockaddr *)&storage, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0)
    {
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
        http_listener_pause (self);
      return errno == ECONNABORTED || errno == EINTR;
    }

  remote_address = g_socket_address_new_from_native (&storage, length);
  http_listener_take (self, acceptor, fd, remote_address);
  http_poller_charge (self->poller, ACCEPT_COST);
  return TRUE;
}

static void
acceptor_on_events (guint32 events, gpointer user_data)
{
  Acceptor *acceptor = user_data;
  g_autoptr (HttpListener) self = g_object_ref (acceptor->listener);

  for (guint i = 0; i < ACCEPTS_A_TURN; i++)
    {
      if (self->acceptors->len == 0 || !acceptor_accept (acceptor))
        break;
    }
}

/* }}} */
/* {{{ Listening */

static void
acceptor_free (gpointer data)
{
  Acceptor *acceptor = data;

  if (acceptor->fd >= 0)
    {
      http_poller_unwatch (acceptor->listener->poller, &acceptor->watch);
      close (acceptor->fd);
    }
  g_object_unref (acceptor->address);
  g_clear_object (&acceptor->local_address);
  g_free (acceptor);
}

static gboolean
set_system_error (GError **error, GSocketAddress *address, int code)
{
  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (address);
  g_autofree char *host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  guint port = g_inet_socket_address_get_port (inet);

  if (code == EADDRINUSE)
    g_set_error (error, HTTP_ERROR, HTTP_ERROR_ADDRESS_IN_USE,
                 /* Translators: a port and an address, e.g. 3000 and 0.0.0.0 */
                 _ ("Port %u of %s is already in use"), port, host);
  else if (code == EACCES)
    g_set_error (error, HTTP_ERROR, HTTP_ERROR_ADDRESS,
                 /* Translators: a port and an address */
                 _ ("Port %u of %s needs rights that this user does not have"), port, host);
  else
    g_set_error (error, HTTP_ERROR, HTTP_ERROR_ADDRESS,
                 /* Translators: an address, a port, and the system's reason */
                 _ ("Cannot listen on %s, port %u: %s"), host, port, g_strerror (code));
  return FALSE;
}

static int
open_socket (GSocketAddress *address)
{
  GSocketFamily family = g_socket_address_get_family (address);
  struct sockaddr_storage storage;
  int yes = 1;
  int unsent = UNSENT_BYTES;
  int fd;

  fd = socket (family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;

  /* Linux hands the TCP options of a listening socket down to the accepted ones. */
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  setsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  setsockopt (fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
  if (family == G_SOCKET_FAMILY_IPV6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);

  if (!g_socket_address_to_native (address, &storage, sizeof storage, NULL) ||
      bind (fd, (struct sockaddr *)&storage, g_socket_address_get_native_size (address)) < 0 ||
      listen (fd, G_MAXINT16) < 0)
    {
      int code = errno;

      close (fd);
      errno = code;
      return -1;
    }

  return fd;
}

static guint16
socket_get_port (int fd)
{
  g_autoptr (GSocketAddress) address = NULL;
  struct sockaddr_storage storage;
  socklen_t length = sizeof storage;

  if (getsockname (fd, (struct sockaddr *)&storage, &length) < 0)
    return 0;

  address = g_socket_address_new_from_native (&storage, length);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static GSocketAddress *
with_port (GInetSocketAddress *address, guint16 port)
{
  guint scope_id = 0;

  if (g_socket_address_get_family (G_SOCKET_ADDRESS (address)) == G_SOCKET_FAMILY_IPV6)
    scope_id = g_inet_socket_address_get_scope_id (address);

  return g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address",
                       g_inet_socket_address_get_address (address), "port", (guint)port, "scope-id",
                       scope_id, NULL);
}

static gboolean
http_listener_open (HttpListener *self, GSocketAddress *wanted, guint16 port, GError **error)
{
  GInetAddress *host = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (wanted));
  g_autoptr (GSocketAddress) address = with_port (G_INET_SOCKET_ADDRESS (wanted), port);
  Acceptor *acceptor;
  int fd = open_socket (address);

  if (fd < 0)
    return set_system_error (error, address, errno);

  acceptor = g_new0 (Acceptor, 1);
  acceptor->listener = self;
  acceptor->fd = fd;
  acceptor->any_address = g_inet_address_get_is_any (host);
  acceptor->address = g_steal_pointer (&address);
  acceptor->watch.func = acceptor_on_events;
  acceptor->watch.user_data = acceptor;
  g_ptr_array_add (self->acceptors, acceptor);
  self->port = socket_get_port (fd);

  if (!http_poller_watch (self->poller, &acceptor->watch, fd, EPOLLIN))
    return set_system_error (error, acceptor->address, errno);
  return TRUE;
}

static gboolean
has_ipv6 (void)
{
  int fd = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return FALSE;
  close (fd);
  return TRUE;
}

static void
add_address (GList **addresses, GInetAddress *address)
{
  g_autoptr (GInetAddress) owned = address;

  *addresses = g_list_append (*addresses, g_inet_socket_address_new (owned, 0));
}

static GList *
resolve_name (const char *name, GError **error)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GList *found = g_resolver_lookup_by_name (resolver, name, NULL, error);
  GList *addresses = NULL;

  for (GList *l = found; l != NULL; l = l->next)
    add_address (&addresses, g_object_ref (l->data));
  g_resolver_free_addresses (found);

  return addresses;
}

static GList *
list_addresses (const char *name, GError **error)
{
  GList *addresses = NULL;
  GSocketAddress *literal;

  if (name == NULL)
    {
      if (has_ipv6 ())
        add_address (&addresses, g_inet_address_new_any (G_SOCKET_FAMILY_IPV6));
      add_address (&addresses, g_inet_address_new_any (G_SOCKET_FAMILY_IPV4));
      return addresses;
    }

  literal = g_inet_socket_address_new_from_string (name, 0);
  if (literal != NULL)
    return g_list_append (NULL, literal);
  return resolve_name (name, error);
}

static gboolean
http_listener_open_all (HttpListener *self, GList *addresses, guint16 port, GError **error)
{
  self->port = port;
  for (GList *l = addresses; l != NULL; l = l->next)
    {
      g_autoptr (GError) local_error = NULL;

      if (http_listener_open (self, l->data, self->port, &local_error))
        continue;

      /* A kernel may know IPv6 and yet have it switched off. */
      if (self->acceptors->len == 0 && l->next != NULL &&
          !g_error_matches (local_error, HTTP_ERROR, HTTP_ERROR_ADDRESS_IN_USE))
        continue;

      g_propagate_error (error, g_steal_pointer (&local_error));
      g_ptr_array_set_size (self->acceptors, 0);
      return FALSE;
    }

  return TRUE;
}

/**
 * http_listener_listen:
 * @listener: a listener that does not listen yet
 * @address: (nullable): an IPv4 or IPv6 address or a name of this machine; %NULL for all, IPv4 and
 * IPv6
 * @port: the port; 0 for a free one, the same on all addresses
 * @error: return location for an error of %HTTP_ERROR, or of [error@Gio.ResolverError] when
 * @address is a name that is not known
 *
 * Begins to accept connections for the server.
 *
 * Returns: whether it listens now, on every address
 */
gboolean
http_listener_listen (HttpListener *self, const char *address, guint16 port, GError **error)
{
  GList *addresses;
  gboolean listens = FALSE;

  g_return_val_if_fail (HTTP_IS_LISTENER (self), FALSE);
  g_return_val_if_fail (self->acceptors->len == 0, FALSE);

  addresses = list_addresses (address, error);
  if (addresses == NULL)
    return FALSE;

  for (guint i = 0; i < PORT_TRIES; i++)
    {
      g_autoptr (GError) local_error = NULL;

      listens = http_listener_open_all (self, addresses, port, &local_error);
      if (listens || port != 0 || i + 1 == PORT_TRIES)
        {
          if (!listens)
            g_propagate_error (error, g_steal_pointer (&local_error));
          break;
        }
    }
  g_list_free_full (addresses, g_object_unref);

  return listens;
}

/**
 * http_listener_get_port:
 * @listener: a listener
 *
 * Returns: the real port that it listens on; 0 when it does not
 */
guint16
http_listener_get_port (HttpListener *self)
{
  g_return_val_if_fail (HTTP_IS_LISTENER (self), 0);

  return self->acceptors->len > 0 ? self->port : 0;
}

/**
 * http_listener_get_n_connections:
 * @listener: a listener
 *
 * Returns: how many of the connections that it accepted are open, whatever they are used for
 */
guint
http_listener_get_n_connections (HttpListener *self)
{
  g_return_val_if_fail (HTTP_IS_LISTENER (self), 0);

  return self->n_connections;
}

/**
 * http_listener_close:
 * @listener: a listener
 *
 * Stops to accept. Connections that are open stay.
 */
void
http_listener_close (HttpListener *self)
{
  g_return_if_fail (HTTP_IS_LISTENER (self));

  http_timer_stop (self->poller, &self->pause);
  g_ptr_array_set_size (self->acceptors, 0);
}

/* }}} */
/* {{{ The requests' phases */

static void
set_phase (SoupServerMessage *message, HttpStreamPhase phase)
{
  HttpStream *stream = http_stream_from_message (message);

  if (stream != NULL)
    http_stream_set_phase (stream, phase);
}

static void
on_got_chunk (SoupServerMessage *message, GBytes *chunk)
{
  set_phase (message, HTTP_STREAM_BODY);
}

/* Between the pieces of a chunked body stands what could be drawn out for ever: there it takes the
 * pieces themselves to go on. */
static void
on_got_headers (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  gboolean counted = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH;

  set_phase (message, counted ? HTTP_STREAM_COUNTED_BODY : HTTP_STREAM_BODY);
  if (!counted && http_message_has_body (message))
    g_signal_connect (message, "got-chunk", G_CALLBACK (on_got_chunk), NULL);
  http_message_confirm_close (message);
}

static void
http_listener_on_request_started (HttpListener *self, SoupServerMessage *message)
{
  if (http_stream_from_message (message) == NULL)
    return;

  g_signal_connect (message, "got-headers", G_CALLBACK (on_got_headers), NULL);
}

static void
http_listener_on_request_read (HttpListener *self, SoupServerMessage *message)
{
  set_phase (message, HTTP_STREAM_RESPONSE);
}

static void
http_listener_on_request_over (HttpListener *self, SoupServerMessage *message)
{
  set_phase (message, HTTP_STREAM_IDLE);
}

/* A SoupServer that listens on nothing closes each connection after one answer. It gets one end of
 * a pair of sockets to listen on: nobody else can dial that. */
static void
http_listener_keep_alive (HttpListener *self)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
    return;

  self->keep_alive_fd = pair[1];
  socket = g_socket_new_from_fd (pair[0], &error);
  if (socket == NULL || !soup_server_listen_socket (self->server, socket, 0, &error))
    g_message (_ ("Connections are not kept alive: %s"), error->message);
}

/* }}} */

static void
http_listener_dispose (GObject *object)
{
  HttpListener *self = HTTP_LISTENER (object);

  if (self->poller != NULL)
    http_listener_close (self);

  G_OBJECT_CLASS (http_listener_parent_class)->dispose (object);
}

static void
http_listener_finalize (GObject *object)
{
  HttpListener *self = HTTP_LISTENER (object);

  g_clear_pointer (&self->acceptors, g_ptr_array_unref);
  g_clear_object (&self->server);
  g_clear_pointer (&self->poller, http_poller_unref);
  if (self->keep_alive_fd >= 0)
    close (self->keep_alive_fd);

  G_OBJECT_CLASS (http_listener_parent_class)->finalize (object);
}

static void
http_listener_class_init (HttpListenerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = http_listener_dispose;
  object_class->finalize = http_listener_finalize;
}

static void
http_listener_init (HttpListener *self)
{
  self->poller = http_poller_ref_default ();
  self->acceptors = g_ptr_array_new_with_free_func (acceptor_free);
  self->keep_alive_fd = -1;
  http_timer_init (&self->pause, http_listener_resume, self);
}

/**
 * http_listener_new:
 * @server: the server that gets the connections
 *
 * Makes a listener. It runs in the default main context.
 *
 * Returns: (transfer full): the listener
 */
HttpListener *
http_listener_new (SoupServer *server)
{
  HttpListener *self = g_object_new (HTTP_TYPE_LISTENER, NULL);

  self->server = g_object_ref (server);
  g_signal_connect_object (server, "request-started", G_CALLBACK (http_listener_on_request_started),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (server, "request-read", G_CALLBACK (http_listener_on_request_read), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (server, "request-finished", G_CALLBACK (http_listener_on_request_over),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (server, "request-aborted", G_CALLBACK (http_listener_on_request_over),
                           self, G_CONNECT_SWAPPED);
  http_listener_keep_alive (self);

  return self;
}
