/* headless-server.c: --server
 *
 * Hosts a chat until a signal ends it. Standard output gets one line, when it is ready; everything
 * else goes to standard error.
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

#include "headless-memory.h"

/* How long clients have to take their leave. */
#define CLOSE_TIMEOUT 3000

typedef struct
{
  GMainLoop *loop;
  ChatHost *host;
  guint signal_ids[2];
  guint timeout_id;
} HeadlessServer;

/* A log that nobody reads must not stop the chat. */
static gboolean
can_log (void)
{
  struct pollfd fd = { STDERR_FILENO, POLLOUT, 0 };

  return poll (&fd, 1, 0) > 0 && (fd.revents & POLLOUT) != 0;
}

static void
on_connection (ChatHost *host, const char *address, guint port, gpointer user_data)
{
  g_autofree char *peer = chat_address_format_peer (address, port);
  g_autofree char *line = NULL;

  if (!can_log ())
    return;

  /* Translators: the address and port that somebody connected from */
  line = g_strdup_printf (_ ("connection info : %s"), peer);
  g_printerr ("%s\n", line);
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

  self->timeout_id = g_timeout_add (CLOSE_TIMEOUT, on_close_timeout, self);
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
  g_autofree char *url = chat_address_format_url (address, chat_host_get_port (host));

  g_print ("Listening on %s/\n", url);
}

static void
headless_server_start (HeadlessServer *self)
{
  g_signal_connect (self->host, "connection", G_CALLBACK (on_connection), NULL);
  g_signal_connect (self->host, "closed", G_CALLBACK (on_closed), self);
  self->signal_ids[0] = g_unix_signal_add (SIGTERM, on_signal, self);
  self->signal_ids[1] = g_unix_signal_add (SIGINT, on_signal, self);
}

static void
headless_server_stop (HeadlessServer *self)
{
  g_signal_handlers_disconnect_by_data (self->host, self);
  for (guint i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
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
  g_autoptr (HeadlessMemory) memory = NULL;
  HeadlessServer self = { .loop = loop };

  host = open_host (options, &error);
  if (host == NULL)
    {
      g_printerr ("madang: %s\n", error->message);
      return 1;
    }

  self.host = host;
  memory = headless_memory_new (host);
  headless_server_start (&self);
  g_printerr ("%s\n", _ ("Ready to accept socket.io requests."));
  print_address (options, host);
  g_main_loop_run (loop);
  headless_server_stop (&self);

  return 0;
}
