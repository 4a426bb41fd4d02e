/* load-client.c: one client over WebSocket
 *
 * Dials, upgrades, joins the namespace "/" and gives its event packets and acks to the case. Frames
 * of servers are not masked; ours are, as RFC 6455 section 5.3 wants it, with a key of zeros.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define INPUT_SIZE (256 * 1024)

/* The pair that RFC 6455 section 1.3 has as its example. */
#define KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

enum
{
  OPCODE_TEXT = 1,
  OPCODE_PING = 9,
  OPCODE_PONG = 10,
};

static char input[INPUT_SIZE];
static char request[512];
static size_t request_length;

static void
client_write (Client *self, const char *bytes, size_t length)
{
  ssize_t n = send (self->watch.fd, bytes, length, MSG_NOSIGNAL);

  if (n != (ssize_t)length)
    load_fail ("client %u cannot send: %s", self->index, n < 0 ? strerror (errno) : "too much");
}

static void
client_send_frame (Client *self, unsigned opcode, const char *bytes, size_t length)
{
  char frame[1024] = { (char)(0x80 | opcode) };
  size_t head = length < 126 ? 2 : 4;

  if (head + 4 + length > sizeof frame)
    load_fail ("a frame of %zu bytes is too long", length);

  frame[1] = (char)(0x80 | (head == 2 ? length : 126));
  if (head == 4)
    {
      frame[2] = (char)(length >> 8);
      frame[3] = (char)length;
    }
  memcpy (frame + head + 4, bytes, length);
  client_write (self, frame, head + 4 + length);
}

void
client_send (Client *self, const char *text, size_t length)
{
  client_send_frame (self, OPCODE_TEXT, text, length);
}

static void
client_upgrade (Load *load, Client *self)
{
  int error = 0;
  socklen_t size = sizeof error;

  getsockopt (self->watch.fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0)
    load_fail ("client %u cannot connect: %s", self->index, strerror (error));

  self->state = CLIENT_UPGRADING;
  load_change (load, &self->watch, EPOLLIN);
  client_write (self, request, request_length);
}

/* The length of the answer's head, or 0 if it is not there yet. */
static size_t
client_take_upgrade (Client *self, const char *bytes, size_t length)
{
  const char *end = memmem (bytes, length, "\r\n\r\n", 4);
  const char *status = "HTTP/1.1 101";

  if (end == NULL)
    return 0;

  if (strncmp (bytes, status, strlen (status)) != 0 ||
      memmem (bytes, end - bytes, ACCEPT, strlen (ACCEPT)) == NULL)
    load_fail ("client %u is refused: %.*s", self->index, (int)strcspn (bytes, "\r"), bytes);

  self->state = CLIENT_OPENING;
  return end + 4 - bytes;
}

static void
client_take_joined (Load *load, Client *self)
{
  self->state = CLIENT_JOINED;
  load->n_joined++;
  load_add_latency (load, self->since, load_now ());
  load->n_pending--;
}

static void
client_take_text (Load *load, Client *self, const char *text, size_t length)
{
  if (self->state == CLIENT_JOINED && length > 2 &&
      (memcmp (text, "42", 2) == 0 || memcmp (text, "43", 2) == 0))
    load->on_packet (load, self, text, length);
  else if (length == 1 && *text == '2')
    client_send (self, "3", 1);
  else if (self->state == CLIENT_OPENING && length > 2 && memcmp (text, "0{", 2) == 0)
    {
      self->state = CLIENT_JOINING;
      client_send (self, "40", 2);
    }
  else if (self->state == CLIENT_JOINING && length > 3 && memcmp (text, "40{", 3) == 0)
    client_take_joined (load, self);
  else
    load_fail ("client %u got a strange packet of %zu bytes, which begins with %.2s", self->index,
               length, text);
}

/* The length of the frame with its head, or 0 if it is not there as a whole. */
static size_t
client_take_frame (Load *load, Client *self, const char *bytes, size_t available)
{
  const uint8_t *head = (const uint8_t *)bytes;
  size_t length, start;

  if (available < 4 && (available < 2 || head[1] > 125))
    return 0;

  start = head[1] < 126 ? 2 : 4;
  length = head[1] < 126 ? head[1] : (size_t)head[2] << 8 | head[3];
  if (available < start + length)
    return 0;

  if (head[1] <= 126 && head[0] == (0x80 | OPCODE_TEXT))
    client_take_text (load, self, bytes + start, length);
  else if (head[1] <= 126 && head[0] == (0x80 | OPCODE_PING))
    client_send_frame (self, OPCODE_PONG, bytes + start, length);
  else
    load_fail ("client %u got a strange frame: %02x %02x", self->index, head[0], head[1]);
  return start + length;
}

static void
client_keep_rest (Client *self, const char *bytes, size_t length)
{
  free (self->rest);
  self->rest = NULL;
  self->rest_length = length;
  if (length > 0)
    {
      self->rest = malloc (length);
      memcpy (self->rest, bytes, length);
    }
}

static void
client_take (Load *load, Client *self, size_t length)
{
  size_t position = 0;
  size_t n;

  do
    {
      if (self->state == CLIENT_UPGRADING)
        n = client_take_upgrade (self, input + position, length - position);
      else
        n = client_take_frame (load, self, input + position, length - position);
      position += n;
    }
  while (n > 0 && position < length);

  if (position < length || self->rest_length > 0)
    client_keep_rest (self, input + position, length - position);
}

/* With the time when the last of the bytes came, which does not depend on when we get to them. */
static ssize_t
receive_stamped (Load *load, int fd, char *bytes, size_t size)
{
  union
  {
    char bytes[CMSG_SPACE (sizeof (struct timespec))];
    struct cmsghdr alignment;
  } control;
  struct iovec vector = { bytes, size };
  struct msghdr message = { .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen = sizeof control };
  ssize_t n = recvmsg (fd, &message, 0);
  struct cmsghdr *head = n > 0 ? CMSG_FIRSTHDR (&message) : NULL;

  load->arrived = load_real_time ();
  if (head != NULL && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_TIMESTAMPNS)
    {
      struct timespec time;

      memcpy (&time, CMSG_DATA (head), sizeof time);
      load->arrived = time.tv_sec * UINT64_C (1000000000) + time.tv_nsec;
    }
  return n;
}

static ssize_t
receive (Load *load, int fd, char *bytes, size_t size)
{
  return load->stamping ? receive_stamped (load, fd, bytes, size) : recv (fd, bytes, size, 0);
}

static void
client_read (Load *load, Client *self)
{
  size_t before = self->rest_length;
  ssize_t n;

  if (before > 0)
    memcpy (input, self->rest, before);
  n = receive (load, self->watch.fd, input + before, sizeof input - before);
  if (n > 0)
    client_take (load, self, before + n);
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    load_fail ("client %u was put out: %s", self->index, n == 0 ? "end" : strerror (errno));
}

static void
on_ready (Load *load, Watch *watch, uint32_t events)
{
  Client *self = (Client *)watch;

  if (self->state == CLIENT_DIALLING)
    client_upgrade (load, self);
  else
    client_read (load, self);
}

static void
client_dial (Load *load, Client *self)
{
  self->watch.fd = load_dial (load, self->index);
  self->watch.ready = on_ready;
  self->state = CLIENT_DIALLING;
  self->n_received = 0;
  self->since = load_now ();
  load_watch (load, &self->watch, EPOLLOUT);
}

void
load_prepare_clients (Load *load)
{
  request_length = snprintf (request, sizeof request,
                             "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                             "Host: 127.0.0.1:%u\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n\r\n",
                             load->port);
  load->clients = calloc (load->n_clients, sizeof *load->clients);
  for (unsigned i = 0; i < load->n_clients; i++)
    {
      load->clients[i].index = i;
      load->clients[i].watch.fd = -1;
    }
}

/* Brings the first @n clients in, `concurrency` of them at once. */
void
load_join (Load *load, unsigned n)
{
  uint64_t patience = load->patience * UINT64_C (1000000000);
  uint64_t progress = load_now ();

  while (load->n_joined < n)
    {
      unsigned n_joined = load->n_joined;

      while (load->n_dialled < n && load->n_dialled - n_joined < load->concurrency)
        {
          load->n_pending++;
          client_dial (load, &load->clients[load->n_dialled++]);
        }
      load_turn (load, 1000);
      if (load->n_joined > n_joined)
        progress = load_now ();
      else if (load_now () - progress > patience)
        load_fail ("%u of %u clients have joined", n_joined, n);
    }
}

/* All hang up. */
void
load_leave (Load *load)
{
  for (unsigned i = 0; i < load->n_dialled; i++)
    {
      Client *client = &load->clients[i];

      close (client->watch.fd);
      client_keep_rest (client, NULL, 0);
      client->watch.fd = -1;
      client->state = CLIENT_AWAY;
    }
  load->n_dialled = load->n_joined = 0;
}
