/* headless-server.c: --server
 *
 * Hosts a chat until a signal ends it. Standard output gets one line, when it is ready; everything else goes
 * to standard error.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-server.h"

#include <signal.h>
#include <sys/resource.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "chat-host.h"

/* How long clients have to take their leave. */
#define CLOSE_TIMEOUT 3000

typedef struct
{
  GMainLoop *loop;
  ChatHost *host;
  gboolean closing;
} HeadlessServer;

/* A server for thousands of clients needs as many descriptors as the system lets it have. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == limit.rlim_max)
    return;

  limit.rlim_cur = limit.rlim_max;
  if (setrlimit (RLIMIT_NOFILE, &limit) < 0)
    g_debug ("The limit of descriptors stays as it is");
}

static void
on_connection (ChatHost *host, const char *address, guint port, gpointer user_data)
{
  gboolean is_ipv6 = address != NULL && strchr (address, ':') != NULL;

  /* Translators: the address and port that somebody connected from */
  g_message (is_ipv6 ? _("connection info : [%s]:%u") : _("connection info : %s:%u"),
             address != NULL ? address : "?", port);
}

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

  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_signal (gpointer user_data)
{
  HeadlessServer *self = user_data;

  if (self->closing)
    {
      g_main_loop_quit (self->loop);
      return G_SOURCE_CONTINUE;
    }

  self->closing = TRUE;
  g_timeout_add (CLOSE_TIMEOUT, on_close_timeout, self);
  chat_host_close (self->host);
  return G_SOURCE_CONTINUE;
}

static gboolean
configure (ChatHost *host, HeadlessOptions *options, GError **error)
{
  for (char **origin = options->origins; origin != NULL && *origin != NULL; origin++)
    {
      if (!chat_host_add_origin (host, *origin, error))
        return FALSE;
    }
  for (char **name = options->hosts; name != NULL && *name != NULL; name++)
    {
      if (!chat_host_add_host (host, *name, error))
        return FALSE;
    }

  return options->static_folder == NULL ||
         chat_host_set_static_folder (host, options->static_folder, error);
}

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
  if (!configure (host, options, error) ||
      !chat_host_listen (host, options->address, options->port, error))
    return NULL;

  return g_steal_pointer (&host);
}

static void
print_address (HeadlessOptions *options, ChatHost *host)
{
  const char *address = options->address != NULL ? options->address : "localhost";
  gboolean is_ipv6 = strchr (address, ':') != NULL && address[0] != '[';

  g_print (is_ipv6 ? "Listening on http://[%s]:%u/\n" : "Listening on http://%s:%u/\n", address,
           chat_host_get_port (host));
}

/**
 * headless_server_run:
 * @options: what the command line says
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
  HeadlessServer self = { .loop = loop };

  raise_descriptor_limit ();
  signal (SIGPIPE, SIG_IGN);

  host = open_host (options, &error);
  if (host == NULL)
    {
      g_printerr ("madang: %s\n", error->message);
      return 1;
    }

  self.host = host;
  g_signal_connect (host, "connection", G_CALLBACK (on_connection), NULL);
  g_signal_connect (host, "closed", G_CALLBACK (on_closed), &self);
  g_unix_signal_add (SIGTERM, on_signal, &self);
  g_unix_signal_add (SIGINT, on_signal, &self);

  g_message ("%s", _("Ready to accept socket.io requests."));
  print_address (options, host);
  g_main_loop_run (loop);

  return 0;
}
