/* load-loop.c: the load generator's loop over epoll
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#define MAX_EVENTS 1024

/* One address has about 28,000 ports, and those of connections that are gone are not free at once.
 */
#define N_ADDRESSES 16

/* A server is at rest when it uses less than 1 ms of CPU in a step, for some of them in a row. */
#define SETTLE_STEP     50
#define SETTLE_STEPS    4
#define SETTLE_MAX      200
#define SETTLE_QUIET_NS 1000000

static uint64_t
read_clock (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return time.tv_sec * UINT64_C (1000000000) + time.tv_nsec;
}

uint64_t
load_now (void)
{
  return read_clock (CLOCK_MONOTONIC);
}

/* The clock of the kernel's time stamps. */
uint64_t
load_real_time (void)
{
  return read_clock (CLOCK_REALTIME);
}

void
load_watch (Load *load, Watch *watch, uint32_t events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (epoll_ctl (load->epoll, EPOLL_CTL_ADD, watch->fd, &event) < 0)
    load_fail ("epoll: %s", strerror (errno));
}

void
load_change (Load *load, Watch *watch, uint32_t events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (epoll_ctl (load->epoll, EPOLL_CTL_MOD, watch->fd, &event) < 0)
    load_fail ("epoll: %s", strerror (errno));
}

static void
bind_source (int fd, unsigned index)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  int on = 1;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK + index % N_ADDRESSES);
  setsockopt (fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (bind (fd, (struct sockaddr *)&address, sizeof address) < 0)
    load_fail ("bind: %s", strerror (errno));
}

/* A socket on its way to the server. */
int
load_dial (Load *load, unsigned index)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (load->port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int on = 1;

  if (fd < 0)
    load_fail ("socket: %s", strerror (errno));

  bind_source (fd, index);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (load->stamping)
    setsockopt (fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (connect (fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)
    load_fail ("connect: %s", strerror (errno));
  return fd;
}

/* Waits for up to @timeout milliseconds; whether something was ready. */
bool
load_turn (Load *load, int timeout)
{
  struct epoll_event events[MAX_EVENTS];
  int n = epoll_wait (load->epoll, events, MAX_EVENTS, timeout);

  for (int i = 0; i < n; i++)
    {
      Watch *watch = events[i].data.ptr;

      /* One that was closed in this turn is not there any more. */
      if (watch->fd >= 0)
        watch->ready (load, watch, events[i].events);
    }
  return n > 0;
}

/* Until nothing is pending. The patience is for a server that has stopped, not for a slow one. */
void
load_wait (Load *load, const char *what)
{
  uint64_t patience = load->patience * UINT64_C (1000000000);
  uint64_t progress = load_now ();
  size_t n_pending = load->n_pending;

  while (load->n_pending > 0)
    {
      load_turn (load, 1000);
      if (load->n_pending != n_pending)
        {
          n_pending = load->n_pending;
          progress = load_now ();
        }
      else if (load_now () - progress > patience)
        load_fail ("%zu %s are missing", n_pending, what);
    }
}

/* Answers pings meanwhile. */
void
load_rest (Load *load, unsigned milliseconds)
{
  uint64_t end = load_now () + milliseconds * UINT64_C (1000000);
  uint64_t now;

  while ((now = load_now ()) < end)
    load_turn (load, (end - now) / 1000000 + 1);
}

/* Until the server has done what it had left for later. */
void
load_settle (Load *load)
{
  uint64_t before = load_cpu (load->server);
  unsigned n_quiet = 0;

  for (unsigned i = 0; i < SETTLE_MAX && n_quiet < SETTLE_STEPS; i++)
    {
      uint64_t now;

      load_rest (load, SETTLE_STEP);
      now = load_cpu (load->server);
      n_quiet = now - before < SETTLE_QUIET_NS ? n_quiet + 1 : 0;
      before = now;
    }
}
