/* load-polling.c: clients over HTTP long polling
 *
 * Each has two connections that are kept alive, as a browser has: one for what waits, one for what
 * is sent meanwhile. A session is its handshake, joining, some events that come back in a poll
 * which waits for them, and its end. One operation is such a session.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define N_EVENTS 4

typedef struct Poller Poller;

/* One connection; its answers are short. */
typedef struct
{
  Watch watch;
  Poller *poller;
  bool dialling;
  char input[2048];
  size_t length;
} Line;

typedef enum
{
  STEP_HANDSHAKE,
  STEP_JOIN,
  STEP_JOINED,
  STEP_EVENT,
  STEP_CLOSE,
} Step;

struct Poller
{
  Line lines[2];
  unsigned index;
  Step step;
  unsigned n_events; /* of this session */
  uint32_t number; /* of the event that is to come back */
  unsigned n_waiting; /* answers of this step */
  char sid[64];
  uint64_t since;
};

static unsigned n_to_begin;
static uint32_t n_sent;

static void poller_begin (Load *load, Poller *self);

/* {{{ Requests */

static void
line_send (Line *self, const char *text, size_t length)
{
  self->length = 0;
  self->poller->n_waiting++;
  if (send (self->watch.fd, text, length, MSG_NOSIGNAL) != (ssize_t)length)
    load_fail ("poller %u cannot send: %s", self->poller->index, strerror (errno));
}

static void
poller_get (Load *load, Poller *self)
{
  char text[512];
  int length = snprintf (text, sizeof text,
                         "GET /socket.io/?EIO=4&transport=polling%s%s HTTP/1.1\r\n"
                         "Host: 127.0.0.1:%u\r\n\r\n",
                         *self->sid != '\0' ? "&sid=" : "", self->sid, load->port);

  line_send (&self->lines[0], text, length);
}

static void
poller_post (Load *load, Poller *self, unsigned line, const char *body, size_t body_length)
{
  char text[1024];
  int length = snprintf (text, sizeof text,
                         "POST /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1\r\n"
                         "Host: 127.0.0.1:%u\r\nContent-Type: text/plain;charset=UTF-8\r\n"
                         "Content-Length: %zu\r\n\r\n%.*s",
                         self->sid, load->port, body_length, (int)body_length, body);

  line_send (&self->lines[line], text, length);
}

/* }}} */
/* {{{ A session, step by step */

/* 42["echo",ARGUMENTS] without an ack comes back as it is. */
static void
poller_write_event (Poller *self, char *text)
{
  char asked[MESSAGE_SIZE + 1];

  message_write_echo (asked, self->index, self->number);
  memcpy (text, "42", 2);
  memcpy (text + 2, asked + 7, MESSAGE_SIZE - 7);
}

static void
poller_send_event (Load *load, Poller *self)
{
  char text[MESSAGE_SIZE];

  self->n_events++;
  self->number = n_sent++;
  poller_write_event (self, text);
  poller_get (load, self);
  poller_post (load, self, 1, text, MESSAGE_SIZE - 5);
}

static void
poller_step (Load *load, Poller *self)
{
  static const Step after[] = { STEP_JOIN, STEP_JOINED, STEP_EVENT, STEP_EVENT, STEP_HANDSHAKE };
  Step step = after[self->step];

  if (self->step == STEP_EVENT && self->n_events == N_EVENTS)
    step = STEP_CLOSE;
  self->step = step;
  switch (step)
    {
    case STEP_JOIN:
      poller_post (load, self, 0, "40", 2);
      break;
    case STEP_JOINED:
      poller_get (load, self);
      break;
    case STEP_EVENT:
      poller_send_event (load, self);
      break;
    case STEP_CLOSE:
      poller_post (load, self, 0, "1", 1);
      break;
    case STEP_HANDSHAKE:
    default:
      load_add_latency (load, self->since, load_now ());
      load->n_pending--;
      poller_begin (load, self);
      break;
    }
}

static void
poller_begin (Load *load, Poller *self)
{
  if (n_to_begin == 0)
    return;

  n_to_begin--;
  self->step = STEP_HANDSHAKE;
  self->n_events = 0;
  *self->sid = '\0';
  self->since = load_now ();
  poller_get (load, self);
}

static void
poller_take_sid (Poller *self, const char *body)
{
  if (sscanf (body, "0{\"sid\":\"%63[^\"]\"", self->sid) != 1)
    load_fail ("poller %u got a strange handshake", self->index);
}

static bool
is_right (Poller *self, Line *line, const char *body, size_t length)
{
  char text[MESSAGE_SIZE];

  if (line == &self->lines[1] || self->step == STEP_JOIN || self->step == STEP_CLOSE)
    return length == 2 && memcmp (body, "ok", 2) == 0;
  if (self->step == STEP_HANDSHAKE)
    return length > 2 && memcmp (body, "0{", 2) == 0;
  if (self->step == STEP_JOINED)
    return length > 3 && memcmp (body, "40{", 3) == 0;

  poller_write_event (self, text);
  return length == MESSAGE_SIZE - 5 && memcmp (body, text, length) == 0;
}

static void
poller_take (Load *load, Poller *self, Line *line, const char *body, size_t length)
{
  if (!is_right (self, line, body, length))
    load_fail ("poller %u got a wrong answer of %zu bytes in step %d", self->index, length,
               self->step);

  if (self->step == STEP_HANDSHAKE)
    poller_take_sid (self, body);
  if (--self->n_waiting == 0)
    poller_step (load, self);
}

/* }}} */
/* {{{ Answers */

/* Both ways to give a body: its length, or as one chunk and an empty one. */
static bool
find_body (const char *head, const char **body, size_t *length)
{
  const char *field = strcasestr (head, "\r\nContent-Length:");
  char *end;

  if (field != NULL && field < *body)
    {
      *length = strtoul (field + strlen ("\r\nContent-Length:"), NULL, 10);
      return strlen (*body) >= *length;
    }

  if (strstr (*body, "\r\n0\r\n\r\n") == NULL)
    return false;

  *length = strtoul (*body, &end, 16);
  *body = end + 2;
  return true;
}

static void
line_take (Load *load, Line *self)
{
  const char *body;
  size_t length;

  self->input[self->length] = '\0';
  body = strstr (self->input, "\r\n\r\n");
  if (body == NULL)
    return;

  body += 4;
  if (strncmp (self->input, "HTTP/1.1 200", 12) != 0)
    load_fail ("poller %u in step %d: %.*s", self->poller->index, self->poller->step,
               (int)strcspn (self->input, "\r"), self->input);
  if (find_body (self->input, &body, &length))
    poller_take (load, self->poller, self, body, length);
}

static void
on_ready (Load *load, Watch *watch, uint32_t events)
{
  Line *self = (Line *)watch;
  ssize_t n;

  if (self->dialling)
    {
      self->dialling = false;
      load_change (load, watch, EPOLLIN);
      load->n_pending--;
      return;
    }

  n = recv (watch->fd, self->input + self->length, sizeof self->input - 1 - self->length, 0);
  if (n > 0)
    {
      self->length += n;
      line_take (load, self);
    }
  else if (n == 0 || errno != EAGAIN)
    load_fail ("poller %u was put out in step %d: %s", self->poller->index, self->poller->step,
               n == 0 ? "end" : strerror (errno));
}

static void
line_dial (Load *load, Line *self, Poller *poller)
{
  self->poller = poller;
  self->dialling = true;
  self->watch.fd = load_dial (load, poller->index);
  self->watch.ready = on_ready;
  load_watch (load, &self->watch, EPOLLOUT);
  load->n_pending++;
}

/* }}} */

static void
run_sessions (Load *load, Poller *pollers, unsigned n)
{
  n_to_begin = n;
  load->n_pending = n;
  for (unsigned i = 0; i < load->n_clients; i++)
    poller_begin (load, &pollers[i]);
  load_wait (load, "sessions");
}

void
load_run_polling (Load *load)
{
  Poller *pollers = calloc (load->n_clients, sizeof *pollers);
  uint64_t before;

  for (unsigned i = 0; i < load->n_clients; i++)
    {
      pollers[i].index = i;
      line_dial (load, &pollers[i].lines[0], &pollers[i]);
      line_dial (load, &pollers[i].lines[1], &pollers[i]);
    }
  load_wait (load, "connections");
  run_sessions (load, pollers, load->n_warm_up);
  load_settle (load);

  load->measuring = true;
  before = load_cpu (load->server);
  run_sessions (load, pollers, load->n_messages);
  load_print ("cpu_ns", load_cpu (load->server) - before);
  load_print ("clients", load->n_clients);
  load_print ("operations", load->n_messages);
  load_print_latencies (load);
}
