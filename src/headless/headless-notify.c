/* headless-notify.c: tells the service manager how we are
 *
 * The protocol of sd_notify(3): datagrams of `KEY=value` lines to the socket that $NOTIFY_SOCKET
 * names. libsystemd has it too, but is not in the Flatpak's runtime and not where another manager
 * runs that speaks the same; the protocol is promised to stay, and is this small.
 *
 * Without that variable, nothing here does anything. A manager that is gone or slow stops nothing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "headless-notify.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* How long a manager may keep us waiting that does not read. */
#define SEND_SECONDS 1

struct _HeadlessNotify
{
  int fd; /* -1 without a manager */
  struct sockaddr_un address;
  socklen_t address_length;
  guint watchdog_id;
};

/* {{{ The socket */

/* A path, or after an @ a name that is no file; it is not ended by a NUL, and counted. */
static gboolean
read_address (HeadlessNotify *self, const char *name)
{
  gsize length = strlen (name);

  if ((*name != '/' && *name != '@') || length < 2 || length >= sizeof self->address.sun_path)
    return FALSE;

  self->address.sun_family = AF_UNIX;
  memcpy (self->address.sun_path, name, length);
  if (*name == '@')
    self->address.sun_path[0] = '\0';
  self->address_length = offsetof (struct sockaddr_un, sun_path) + length;
  return TRUE;
}

static void
open_socket (HeadlessNotify *self)
{
  const struct timeval timeout = { .tv_sec = SEND_SECONDS };

  self->fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (self->fd >= 0)
    setsockopt (self->fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
}

/* What comes again soon need not wait for a manager: MSG_DONTWAIT. */
static void
headless_notify_send (HeadlessNotify *self, const char *text, int flags)
{
  if (self->fd < 0)
    return;

  if (sendto (self->fd, text, strlen (text), MSG_NOSIGNAL | flags,
              (struct sockaddr *)&self->address, self->address_length) < 0)
    g_debug ("The service manager was not told: %s", g_strerror (errno));
}

/* }}} */
/* {{{ The watchdog */

static gboolean
on_watchdog (gpointer user_data)
{
  headless_notify_send (user_data, "WATCHDOG=1", MSG_DONTWAIT);
  return G_SOURCE_CONTINUE;
}

/* It may be meant for another process. */
static gboolean
is_watched (void)
{
  const char *text = g_getenv ("WATCHDOG_PID");
  guint64 pid = 0;

  return text == NULL || (g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT, &pid, NULL) &&
                          pid == (guint64)getpid ());
}

/* Twice in the time that is allowed, from the loop that serves the clients: one that hangs is
 * started again. */
static void
start_watchdog (HeadlessNotify *self)
{
  const char *text = g_getenv ("WATCHDOG_USEC");
  guint64 usec = 0;

  if (self->fd < 0 || text == NULL || !is_watched ())
    return;

  if (g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64, &usec, NULL))
    self->watchdog_id = g_timeout_add_full (G_PRIORITY_DEFAULT, CLAMP (usec / 2000, 1, G_MAXUINT),
                                            on_watchdog, self, NULL);
  else
    g_warning ("WATCHDOG_USEC is no time: %s", text);
}

/* }}} */

/**
 * headless_notify_new:
 *
 * Finds out from the environment whether there is a manager, and whether it wants to hear that we
 * are alive.
 *
 * Returns: (transfer full): what tells it
 */
HeadlessNotify *
headless_notify_new (void)
{
  HeadlessNotify *self = g_new0 (HeadlessNotify, 1);
  const char *name = g_getenv ("NOTIFY_SOCKET");

  self->fd = -1;
  if (name != NULL && *name != '\0')
    {
      if (read_address (self, name))
        open_socket (self);
      else
        g_warning ("NOTIFY_SOCKET is no socket's name: %s", name);
    }

  start_watchdog (self);
  return self;
}

void
headless_notify_free (HeadlessNotify *self)
{
  g_clear_handle_id (&self->watchdog_id, g_source_remove);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

/**
 * headless_notify_ready:
 * @notify: what tells the manager
 *
 * Clients can come, or what was changed counts.
 */
void
headless_notify_ready (HeadlessNotify *self)
{
  g_autofree char *text = g_strdup_printf ("READY=1\nMAINPID=%ld", (long)getpid ());

  headless_notify_send (self, text, 0);
}

/**
 * headless_notify_reloading:
 * @notify: what tells the manager
 *
 * The file is read again; [func@Headless.notify_ready] is the end of it. The time tells the manager
 * which of several reloads it is.
 */
void
headless_notify_reloading (HeadlessNotify *self)
{
  g_autofree char *text = g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT,
                                           g_get_monotonic_time ());

  headless_notify_send (self, text, 0);
}

void
headless_notify_stopping (HeadlessNotify *self)
{
  headless_notify_send (self, "STOPPING=1", 0);
}

/**
 * headless_notify_status:
 * @notify: what tells the manager
 * @status: one line for people, as in `systemctl status`
 */
void
headless_notify_status (HeadlessNotify *self, const char *status)
{
  g_autofree char *text = g_strconcat ("STATUS=", status, NULL);

  headless_notify_send (self, text, MSG_DONTWAIT);
}
