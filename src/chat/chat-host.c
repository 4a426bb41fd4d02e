/* chat-host.c: the service behind a Socket.IO server
 *
 * Opens the server, serves the page beside it, gives each client a peer (chat-peer.c) and sends out
 * what the service announces: to plain clients as `message`, to those who have logged in as
 * `chat:*`.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-host-private.h"

#include <libsoup/soup.h>

#include "http-body.h"
#include "http-cors.h"
#include "http-message.h"
#include "http-static.h"
#include "lan-interfaces.h"

#include "chat-address.h"
#include "chat-monitor.h"
#include "chat-peer.h"
#include "chat-wire.h"
#include "web-resources.h"

#define PAGE "/org/madang/web"

/* What our own page needs, and nothing else. It may connect to any host: that is what it is for. */
#define PAGE_POLICY                                                                                \
  "default-src 'self'; connect-src *; img-src 'self' data:; base-uri 'none'; form-action 'self'; " \
  "frame-ancestors 'none'"

/* What all sockets share that tell their host of their end. For GLib to know which of them do, it
 * would keep a list of them, and search it for each one that goes. */
typedef struct
{
  ChatHost *host; /* NULL when it is gone */
} ChatHostLink;

struct _ChatHost
{
  GObject parent_instance;

  ChatService *service;
  SocketioServer *server;
  SocketioOptions *options;
  HttpStatic *pages;
  ChatMetrics *metrics;
  ChatMonitor *monitor;
  ChatHostLink *link;
  char *address; /* NULL for all */
  gboolean closed;
};

enum
{
  LISTENING,
  CONNECTION,
  DISCONNECTION,
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChatHost, chat_host, G_TYPE_OBJECT)

/* {{{ Out: what the service announces */

static void
chat_host_emit (ChatHost *self, const char *room, const char *event, SocketioArguments *arguments)
{
  g_autoptr (SocketioTarget) target = socketio_server_to (self->server, room);

  socketio_target_emit (target, event, arguments);
}

/* Who is meant may be a person, or one or more plain clients; those that have not said anything yet
 * are not known to the service. */
static void
chat_host_send_private (ChatHost *self, ChatMessage *message)
{
  const char *id = chat_message_get_recipient (message);
  ChatUser *user = chat_service_lookup (self->service, id);
  gboolean is_rich = user != NULL && chat_user_get_kind (user) == CHAT_USER_RICH;
  g_autofree char *room = chat_peer_room_of_user (id);
  g_autoptr (SocketioArguments) arguments = is_rich ? chat_wire_write_rich (message)
                                                    : chat_wire_write_plain (message);

  chat_host_emit (self, room, is_rich ? CHAT_EVENT_CHAT_MESSAGE : CHAT_EVENT_MESSAGE, arguments);
}

static void
on_posted (ChatHost *self, ChatMessage *message)
{
  g_autoptr (SocketioArguments) plain = NULL;
  g_autoptr (SocketioArguments) rich = NULL;

  chat_metrics_count_posted (self->metrics, message);
  if (!chat_message_is_public (message))
    {
      chat_host_send_private (self, message);
      return;
    }

  plain = chat_wire_write_plain (message);
  chat_host_emit (self, CHAT_ROOM_PLAIN, CHAT_EVENT_MESSAGE, plain);
  rich = chat_wire_write_rich (message);
  chat_host_emit (self, CHAT_ROOM_RICH, CHAT_EVENT_CHAT_MESSAGE, rich);
}

static void
chat_host_announce_user (ChatHost *self, const char *event, ChatUser *user)
{
  g_autoptr (SocketioArguments) arguments = NULL;

  /* When all are put out, nobody needs to hear of everybody else. */
  if (self->closed)
    return;

  arguments = chat_wire_write_user_event (user);
  chat_host_emit (self, CHAT_ROOM_RICH, event, arguments);
}

static void
on_joined (ChatHost *self, ChatUser *user)
{
  chat_host_announce_user (self, CHAT_EVENT_JOINED, user);
}

static void
on_left (ChatHost *self, ChatUser *user)
{
  chat_host_announce_user (self, CHAT_EVENT_LEFT, user);
}

static void
on_renamed (ChatHost *self, ChatUser *user)
{
  chat_host_announce_user (self, CHAT_EVENT_RENAMED, user);
}

/* }}} */
/* {{{ In: clients, and who asks for the page */

static void
on_disconnect (SocketioSocket *socket,
               SocketioDisconnectReason reason,
               const char *description,
               gpointer user_data)
{
  ChatHostLink *link = user_data;

  if (link->host == NULL)
    return;

  chat_metrics_count_closed (link->host->metrics, reason);
  g_signal_emit (link->host, signals[DISCONNECTION], 0);
}

static void
on_connection (ChatHost *self, SocketioServerSocket *socket)
{
  self->metrics->n_opened++;
  g_signal_emit (self, signals[CONNECTION], 0, socketio_server_socket_get_remote_address (socket),
                 (guint)socketio_server_socket_get_remote_port (socket));
  chat_peer_attach (self->service, self->metrics, socket);
  g_signal_connect_data (socket, "disconnect", G_CALLBACK (on_disconnect),
                         g_rc_box_acquire (self->link), (GClosureNotify)(void *)g_rc_box_release,
                         0);
}

static HttpCors *
chat_host_dup_cors (ChatHost *self)
{
  HttpCors *cors;

  g_object_get (self->options, "cors", &cors, NULL);
  return cors;
}

static void
on_page_request_head (SoupServer *soup_server,
                      SoupServerMessage *message,
                      const char *path,
                      GHashTable *query,
                      gpointer user_data)
{
  ChatHost *self = user_data;
  g_autoptr (HttpCors) cors = chat_host_dup_cors (self);

  if (chat_monitor_shows (self->monitor, http_cors_get_proxies (cors), message, path))
    {
      if (http_cors_is_host_allowed (cors, message))
        chat_monitor_check_method (message);
      else
        http_cors_refuse (cors, message);
    }
  else if (http_cors_admit (cors, message))
    http_cors_handle_preflight (cors, message);
  http_body_limit (message, 0, NULL, NULL);
}

static void
on_page_request (SoupServer *soup_server,
                 SoupServerMessage *message,
                 const char *path,
                 GHashTable *query,
                 gpointer user_data)
{
  ChatHost *self = user_data;
  g_autoptr (HttpCors) cors = chat_host_dup_cors (self);

  if (chat_monitor_shows (self->monitor, http_cors_get_proxies (cors), message, path))
    chat_monitor_handle (self->monitor, message, path, self->closed);
  else
    http_static_handle (self->pages, message, path);
}

static HttpStatic *
make_own_pages (void)
{
  HttpStatic *pages = http_static_new_for_resource (web_get_resource (), PAGE);

  http_static_set_header (pages, "Content-Security-Policy", PAGE_POLICY);
  return pages;
}

static void
chat_host_serve_pages (ChatHost *self)
{
  SoupServer *soup_server = socketio_server_get_soup_server (self->server);

  soup_server_add_early_handler (soup_server, "/", on_page_request_head, self, NULL);
  soup_server_add_handler (soup_server, "/", on_page_request, self, NULL);
}

static void
on_server_closed (ChatHost *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

/* }}} */
/* {{{ The object */

static void
chat_host_dispose (GObject *object)
{
  ChatHost *self = CHAT_HOST (object);
  SoupServer *soup_server = socketio_server_get_soup_server (self->server);

  if (soup_server != NULL)
    soup_server_remove_handler (soup_server, "/");
  chat_host_close (self);
  self->link->host = NULL;

  G_OBJECT_CLASS (chat_host_parent_class)->dispose (object);
}

static void
chat_host_finalize (GObject *object)
{
  ChatHost *self = CHAT_HOST (object);

  g_clear_pointer (&self->monitor, chat_monitor_free);
  g_clear_pointer (&self->metrics, chat_metrics_unref);
  g_clear_object (&self->server);
  g_clear_object (&self->service);
  g_clear_object (&self->options);
  g_clear_object (&self->pages);
  g_rc_box_release (self->link);
  g_free (self->address);

  G_OBJECT_CLASS (chat_host_parent_class)->finalize (object);
}

static void
chat_host_class_init (ChatHostClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_host_dispose;
  object_class->finalize = chat_host_finalize;

  /**
   * ChatHost::listening:
   * @host: the host
   *
   * The chat is open to others.
   */
  signals[LISTENING] = g_signal_new ("listening", CHAT_TYPE_HOST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 0);

  /**
   * ChatHost::connection:
   * @host: the host
   * @address: the client's IP address
   * @port: the client's port; 0 for one within this process, and for one behind a proxy that does
   *   not tell it
   *
   * A client has connected.
   */
  signals[CONNECTION] = g_signal_new ("connection", CHAT_TYPE_HOST, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);

  /**
   * ChatHost::disconnection:
   * @host: the host
   *
   * A client has left.
   */
  signals[DISCONNECTION] = g_signal_new ("disconnection", CHAT_TYPE_HOST, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * ChatHost::closed:
   * @host: the host
   *
   * After [method@ChatHost.close]: the last client is gone.
   */
  signals[CLOSED] = g_signal_new ("closed", CHAT_TYPE_HOST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
chat_host_init (ChatHost *self)
{
  self->link = g_rc_box_new0 (ChatHostLink);
  self->link->host = self;
  self->options = socketio_options_new ();
  /* Whatever people have written for Socket.IO 2 may chat as well. */
  g_object_set (self->options, "allow-eio3", TRUE, NULL);
  self->pages = make_own_pages ();
  self->server = socketio_server_new ();
  self->metrics = chat_metrics_new ();
  chat_metrics_watch (self->metrics, self->server, self->options);
  g_signal_connect_object (self->server, "closed", G_CALLBACK (on_server_closed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (socketio_server_of (self->server, "/"), "connection",
                           G_CALLBACK (on_connection), self, G_CONNECT_SWAPPED);
}

/**
 * chat_host_new:
 * @service: the service of the chat
 *
 * Makes a host that does not listen yet.
 *
 * Returns: (transfer full): the host
 */
ChatHost *
chat_host_new (ChatService *service)
{
  ChatHost *self = g_object_new (CHAT_TYPE_HOST, NULL);

  self->service = g_object_ref (service);
  self->monitor = chat_monitor_new (self->metrics, self->server, service);
  g_signal_connect_object (service, "posted", G_CALLBACK (on_posted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (service, "joined", G_CALLBACK (on_joined), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (service, "left", G_CALLBACK (on_left), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (service, "renamed", G_CALLBACK (on_renamed), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * chat_host_get_service:
 * @host: a host
 *
 * Returns: (transfer none): the service of its chat
 */
ChatService *
chat_host_get_service (ChatHost *self)
{
  return self->service;
}

SocketioServer *
chat_host_get_server (ChatHost *self)
{
  return self->server;
}

/**
 * chat_host_check_origin:
 * @origin: what may be an origin
 * @error: return location for an error
 *
 * Returns: %FALSE with an error if [method@ChatHost.set_access] would not take @origin
 */
gboolean
chat_host_check_origin (const char *origin, GError **error)
{
  g_autoptr (HttpCors) cors = http_cors_new ();

  return http_cors_add_origin (cors, origin, error);
}

/**
 * chat_host_check_host:
 * @name: what may be a host name
 * @error: return location for an error
 *
 * Returns: %FALSE with an error if [method@ChatHost.set_access] would not take @name
 */
gboolean
chat_host_check_host (const char *name, GError **error)
{
  g_autoptr (HttpCors) cors = http_cors_new ();

  return http_cors_add_host (cors, name, error);
}

/**
 * chat_host_check_proxy:
 * @proxy: what may be an IP address or a network
 * @error: return location for an error
 *
 * Returns: %FALSE with an error if [method@ChatHost.set_trusted_proxies] would not take @proxy
 */
gboolean
chat_host_check_proxy (const char *proxy, GError **error)
{
  g_autoptr (HttpProxies) proxies = http_proxies_new ();

  return http_proxies_add (proxies, proxy, error);
}

/**
 * chat_host_set_static_folder:
 * @host: a host
 * @folder: (nullable): a folder, or %NULL for our own page
 * @error: return location for an error
 *
 * Serves the files of @folder in place of our own page, from the next request on.
 *
 * Returns: %FALSE with an error if @folder cannot be read; then all stays as it is
 */
gboolean
chat_host_set_static_folder (ChatHost *self, const char *folder, GError **error)
{
  HttpStatic *pages = folder != NULL ? http_static_new_for_folder (folder, error)
                                     : make_own_pages ();

  if (pages == NULL)
    return FALSE;

  g_clear_object (&self->pages);
  self->pages = pages;
  return TRUE;
}

/**
 * chat_host_set_access:
 * @host: a host
 * @origins: (nullable) (array zero-terminated=1): origins, each `scheme://host[:port]`, or `*` for
 * any
 * @names: (nullable) (array zero-terminated=1): names that this machine is called by, or `*` for
 * any
 * @error: return location for an error
 *
 * Lets the pages of these origins take part, beside those of the same host and of this machine, and
 * accepts requests that are addressed to these names, beside IP addresses and this machine's own.
 * That replaces what was set before, from the next request on; who is connected stays.
 *
 * Returns: %FALSE with an error if one is none; then all stays as it is
 */
gboolean
chat_host_set_access (ChatHost *self,
                      const char *const *origins,
                      const char *const *names,
                      GError **error)
{
  g_autoptr (HttpCors) cors = chat_host_dup_cors (self);

  return http_cors_set_lists (cors, origins, names, error);
}

/**
 * chat_host_set_trusted_proxies:
 * @host: a host
 * @proxies: (nullable) (array zero-terminated=1): IP addresses, and networks as `address/bits`
 * @error: return location for an error
 *
 * Believes these proxies in front of the host in what they say of who asks: their address, and the
 * name and the scheme that they asked by. That replaces what was set before, from the next request
 * on.
 *
 * Returns: %FALSE with an error if one is neither; then all stays as it is
 */
gboolean
chat_host_set_trusted_proxies (ChatHost *self, const char *const *proxies, GError **error)
{
  g_autoptr (HttpCors) cors = chat_host_dup_cors (self);

  return http_cors_set_trusted_proxies (cors, proxies, error);
}

/**
 * chat_host_set_exposure:
 * @host: a host
 * @healthz: to whom /healthz is shown, which says whether all is well
 * @metrics: to whom /metrics is shown, which has numbers for Prometheus
 *
 * Chooses who sees how the host is, from the next request on; at first that is this computer alone.
 * Who comes through a proxy counts by the address that a trusted one tells.
 */
void
chat_host_set_exposure (ChatHost *self, ChatExposure healthz, ChatExposure metrics)
{
  chat_monitor_set_exposure (self->monitor, healthz, metrics);
}

/**
 * chat_host_listen:
 * @host: a host that does not listen yet
 * @address: (nullable): an IP address or a name of this machine; %NULL for all, IPv4 and IPv6
 * @port: the port; 0 for a free one
 * @error: return location for an error
 *
 * Opens the chat to others.
 *
 * Returns: whether it is open
 */
gboolean
chat_host_listen (ChatHost *self, const char *address, guint16 port, GError **error)
{
  if (!socketio_server_listen (self->server, address, port, self->options, error))
    return FALSE;

  g_free (self->address);
  self->address = g_strdup (address);
  chat_host_serve_pages (self);
  g_signal_emit (self, signals[LISTENING], 0);
  return TRUE;
}

/**
 * chat_host_list_urls:
 * @host: a host
 *
 * Lists where others can reach the chat, the best first.
 *
 * Returns: (transfer full) (array zero-terminated=1): URLs without a path; empty if it does not
 *   listen, or if this machine has no network
 */
char **
chat_host_list_urls (ChatHost *self)
{
  const char *only[] = { self->address, NULL };
  gboolean is_one = self->address != NULL && !lan_interfaces_is_any (self->address);
  g_auto (GStrv) addresses = is_one ? g_strdupv ((char **)only)
                                    : lan_interfaces_list_addresses (self->address);
  guint16 port = chat_host_get_port (self);
  GPtrArray *urls = g_ptr_array_new ();

  for (char **address = addresses; port != 0 && *address != NULL; address++)
    g_ptr_array_add (urls, chat_address_format_url (*address, port));

  g_ptr_array_add (urls, NULL);
  return (char **)g_ptr_array_free (urls, FALSE);
}

/**
 * chat_host_get_port:
 * @host: a host
 *
 * Returns: the port that it listens on; 0 if it does not
 */
guint16
chat_host_get_port (ChatHost *self)
{
  return socketio_server_get_port (self->server);
}

/**
 * chat_host_get_n_clients:
 * @host: a host
 *
 * Returns: how many clients are connected
 */
guint
chat_host_get_n_clients (ChatHost *self)
{
  return socketio_server_get_n_connections (self->server);
}

/**
 * chat_host_close:
 * @host: a host
 *
 * Closes the chat: clients are told, and [signal@ChatHost::closed] tells when the last one is gone.
 */
void
chat_host_close (ChatHost *self)
{
  g_return_if_fail (CHAT_IS_HOST (self));

  if (self->closed)
    return;

  self->closed = TRUE;
  socketio_server_close (self->server);
}

/* }}} */
