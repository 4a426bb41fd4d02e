/* headless-server.c: --server
 *
 * Hosts a chat until a signal ends it. Standard output gets one line, when it is ready; everything
 * else goes to standard error. A service manager that wants to know hears of it too.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-server.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "chat-address.h"
#include "chat-host.h"
#include "lan-announcer.h"

#include "headless-environment.h"
#include "headless-log.h"
#include "headless-memory.h"
#include "headless-network.h"
#include "headless-notify.h"
#include "headless-reload.h"

/* How long clients have to take their leave. */
#define CLOSE_TIMEOUT 3000

/* How often the manager hears how many there are, at most. */
#define STATUS_SECONDS 1

typedef struct
{
  HeadlessOptions *options;
  GMainLoop *loop;
  ChatHost *host;
  HeadlessNotify *notify;
  gboolean has_terminal;
  LanAnnouncer *announcer; /* (nullable) */
  guint signal_ids[3];
  guint timeout_id;
  guint status_id;
} HeadlessServer;

/* {{{ What it tells */

static char *
dup_url (HeadlessServer *self)
{
  const char *address = self->options->address;

  return chat_address_format_url (address != NULL ? address : "localhost",
                                  chat_host_get_port (self->host));
}

static void
send_status (HeadlessServer *self)
{
  g_autofree char *url = dup_url (self);
  /* Translators: the address of a server, and how many clients it has */
  g_autofree char *status = g_strdup_printf (_ ("Listening on %s/, clients: %u"), url,
                                             chat_host_get_n_clients (self->host));

  headless_notify_status (self->notify, status);
}

static gboolean
on_status_timeout (gpointer user_data)
{
  HeadlessServer *self = user_data;

  self->status_id = 0;
  send_status (self);
  return G_SOURCE_REMOVE;
}

static void
on_clients_changed (HeadlessServer *self)
{
  if (self->status_id == 0)
    self->status_id = g_timeout_add_seconds (STATUS_SECONDS, on_status_timeout, self);
}

static void
on_connection (ChatHost *host, const char *address, guint port, gpointer user_data)
{
  g_autofree char *peer = chat_address_format_peer (address, port);

  /* Translators: the address and port that somebody connected from */
  headless_log_print (G_LOG_LEVEL_INFO, _ ("connection info : %s"), peer);
}

static void
tell_that_it_is_ready (HeadlessServer *self)
{
  g_autofree char *url = dup_url (self);

  headless_log_print (G_LOG_LEVEL_INFO, "%s", _ ("Ready to accept socket.io requests."));
  headless_network_tell (self->host, self->options->address);
  g_print ("Listening on %s/\n", url);
  headless_notify_ready (self->notify);
  send_status (self);
}

static void
warn_of_unknown_variables (void)
{
  g_auto (GStrv) names = headless_environment_list_unknown ();

  for (char **name = names; *name != NULL; name++)
    headless_log_print (G_LOG_LEVEL_WARNING,
                        /* Translators: a variable of the environment */
                        _ ("madang: %s: there is no such option, so it does nothing"), *name);
}

/* }}} */
/* {{{ Its signals and its end */

static void
on_closed (ChatHost *host, gpointer user_data)
{
  HeadlessServer *self = user_data;

  g_main_loop_quit (self->loop);
}

static gboolean
on_close_timeout (gpointer user_data)
{
  HeadlessServer *self = user_data;

  self->timeout_id = 0;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

/* The second signal is for who does not want to wait. */
static gboolean
on_signal (gpointer user_data)
{
  HeadlessServer *self = user_data;

  if (self->timeout_id != 0)
    {
      g_main_loop_quit (self->loop);
      return G_SOURCE_CONTINUE;
    }

  headless_notify_stopping (self->notify);
  g_clear_object (&self->announcer);
  self->timeout_id = g_timeout_add (CLOSE_TIMEOUT, on_close_timeout, self);
  chat_host_close (self->host);
  return G_SOURCE_CONTINUE;
}

/* Who closes the window of a terminal means the programs in it too. */
static gboolean
has_lost_terminal (HeadlessServer *self)
{
  struct pollfd fd = { STDIN_FILENO, 0, 0 };

  return self->has_terminal && poll (&fd, 1, 0) > 0 && (fd.revents & POLLHUP) != 0;
}

static gboolean
on_hangup (gpointer user_data)
{
  HeadlessServer *self = user_data;

  if (self->timeout_id != 0)
    return G_SOURCE_CONTINUE;
  if (has_lost_terminal (self))
    return on_signal (self);

  headless_notify_reloading (self->notify);
  headless_reload (self->host, self->options);
  if (self->announcer != NULL)
    lan_announcer_set_name (self->announcer,
                            chat_service_get_title (chat_host_get_service (self->host)));
  headless_notify_ready (self->notify);
  return G_SOURCE_CONTINUE;
}

/* }}} */

static ChatHost *
open_host (HeadlessOptions *options, GError **error)
{
  g_autoptr (ChatStore) store = chat_store_new (options->data_dir, error);
  g_autoptr (ChatService) service = NULL;
  g_autoptr (ChatHost) host = NULL;

  if (store == NULL)
    return NULL;

  service = chat_service_new (store, options->title);
  host = chat_host_new (service);
  if (!headless_apply (host, options, error) ||
      !chat_host_listen (host, options->address, options->port, error))
    return NULL;

  return g_steal_pointer (&host);
}

static void
headless_server_announce (HeadlessServer *self)
{
  ChatService *service = chat_host_get_service (self->host);

  if (self->options->no_announce)
    return;

  self->announcer = lan_announcer_new (chat_service_get_title (service),
                                       chat_service_get_id (service),
                                       chat_host_get_port (self->host), "/");
  lan_announcer_set_address (self->announcer, self->options->address);
}

static void
headless_server_start (HeadlessServer *self)
{
  g_signal_connect (self->host, "connection", G_CALLBACK (on_connection), self);
  g_signal_connect_swapped (self->host, "connection", G_CALLBACK (on_clients_changed), self);
  g_signal_connect_swapped (self->host, "disconnection", G_CALLBACK (on_clients_changed), self);
  g_signal_connect (self->host, "closed", G_CALLBACK (on_closed), self);
  self->signal_ids[0] = g_unix_signal_add (SIGTERM, on_signal, self);
  self->signal_ids[1] = g_unix_signal_add (SIGINT, on_signal, self);
  self->signal_ids[2] = g_unix_signal_add (SIGHUP, on_hangup, self);
  headless_server_announce (self);
}

static void
headless_server_stop (HeadlessServer *self)
{
  g_signal_handlers_disconnect_by_data (self->host, self);
  g_clear_object (&self->announcer);
  for (guint i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_handle_id (&self->status_id, g_source_remove);
}

/**
 * headless_server_run:
 * @options: what the command line, the environment and the file say
 *
 * Hosts a chat until SIGTERM or SIGINT.
 *
 * Returns: the exit status
 */
int
headless_server_run (HeadlessOptions *options)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatHost) host = NULL;
  g_autoptr (HeadlessMemory) memory = NULL;
  g_autoptr (HeadlessNotify) notify = NULL;
  HeadlessServer self = { .options = options, .loop = loop, .has_terminal = isatty (STDIN_FILENO) };

  warn_of_unknown_variables ();
  self.notify = notify = headless_notify_new ();
  host = open_host (options, &error);
  if (host == NULL)
    {
      headless_notify_status (notify, error->message);
      headless_log_print (G_LOG_LEVEL_ERROR, "madang: %s", error->message);
      return 1;
    }

  self.host = host;
  memory = headless_memory_new (host);
  headless_server_start (&self);
  tell_that_it_is_ready (&self);
  g_main_loop_run (loop);
  headless_server_stop (&self);

  return 0;
}
