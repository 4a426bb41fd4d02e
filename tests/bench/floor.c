/* floor.c: the least that a server can do, for the benchmark
 *
 * A bare loop over epoll: every handshake is answered by the same ready text. An event goes to
 * everybody as it came, in one frame that is made once; one with an ack goes back to its sender,
 * cut at fixed places. Nothing is parsed, and there are no rooms, no heartbeats and no queues.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CLIENTS 65536
#define MAX_EVENTS  1024
#define TEXT_FRAME  "\x81"

/* The answer to the one key that the load generator sends, and Engine.IO's handshake behind it. */
#define OPEN "0{\"sid\":\"floor\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000}"
#define ACCEPTED                                                                                   \
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"              \
  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
#define JOINED "40{\"sid\":\"floor\"}"

static int clients[MAX_CLIENTS]; /* descriptors, without gaps */
static int places[MAX_CLIENTS]; /* of a descriptor in `clients`, from 1; 0 before the handshake */
static int n_clients;

/* For the test of the load generator: the last client misses one message, or a byte changes. */
static bool skips;
static bool spoils;

static size_t
write_frame (char *frame, const char *text, size_t length)
{
  size_t head = length < 126 ? 2 : 4;

  frame[0] = *TEXT_FRAME;
  frame[1] = (char)(head == 2 ? length : 126);
  if (head == 4)
    {
      frame[2] = (char)(length >> 8);
      frame[3] = (char)length;
    }
  memcpy (frame + head, text, length);
  return head + length;
}

static void
send_text (int fd, const char *text, size_t length)
{
  char frame[4096];
  size_t size = write_frame (frame, text, length);

  send (fd, frame, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void
send_all (const char *text, size_t length)
{
  char frame[4096];
  size_t size = write_frame (frame, text, length);

  if (spoils)
    frame[size - 20] ^= 1;
  for (int i = 0; i < n_clients - skips; i++)
    send (clients[i], frame, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  skips = false;
}

/* 42ID["echo",ARGUMENTS] becomes 43ID[ARGUMENTS]; an id has five digits. */
static void
answer (int fd, const char *text, size_t length)
{
  char answer[4096];

  memcpy (answer, "43", 2);
  memcpy (answer + 2, text + 2, 5);
  memcpy (answer + 7, "[", 1);
  memcpy (answer + 8, text + 15, length - 15);
  send_text (fd, answer, length - 7);
}

/* All have the same id. */
static void
let_in (int fd)
{
  const char *text = "430[{\"ok\":true,\"user\":{\"id\":\"x\"}}]";

  send_text (fd, text, strlen (text));
}

static void
take_text (int fd, const char *text, size_t length)
{
  if (length == 2)
    send_text (fd, JOINED, strlen (JOINED));
  else if (length > 15 && memcmp (text, "420[", 4) == 0)
    let_in (fd);
  else if (length > 15 && text[2] == '[')
    send_all (text, length);
  else if (length > 15)
    answer (fd, text, length);
}

/* Frames are short and come as a whole, with a mask of zeros. */
static void
take_frames (int fd, const char *bytes, size_t available)
{
  while (available >= 6)
    {
      size_t length = bytes[1] & 0x7f;
      size_t head = length < 126 ? 6 : 8;

      if (head == 8)
        length = (uint8_t)bytes[2] << 8 | (uint8_t)bytes[3];
      if (head + length > available)
        return;

      take_text (fd, bytes + head, length);
      bytes += head + length;
      available -= head + length;
    }
}

static void
welcome (int fd)
{
  char text[1024];
  size_t length = strlen (ACCEPTED);

  memcpy (text, ACCEPTED, length);
  length += write_frame (text + length, OPEN, strlen (OPEN));
  send (fd, text, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  clients[n_clients++] = fd;
  places[fd] = n_clients;
}

static void
drop (int fd)
{
  int place = places[fd];

  if (place > 0)
    {
      clients[place - 1] = clients[--n_clients];
      places[clients[place - 1]] = place;
      places[fd] = 0;
    }
  close (fd);
}

static void
take (int fd)
{
  char bytes[4096];
  ssize_t n = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT);

  if (n <= 0)
    {
      if (n == 0 || errno != EAGAIN)
        drop (fd);
    }
  else if (places[fd] > 0)
    take_frames (fd, bytes, n);
  else
    welcome (fd);
}

static void
accept_all (int epoll, int listener)
{
  int fd, on = 1;

  while ((fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
    {
      struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (fd >= MAX_CLIENTS || epoll_ctl (epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        close (fd);
    }
}

static int
listen_anywhere (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (bind (fd, (struct sockaddr *)&address, size) < 0 || listen (fd, 4096) < 0 ||
      getsockname (fd, (struct sockaddr *)&address, &size) < 0)
    {
      perror ("bench-floor");
      exit (1);
    }
  printf ("Listening on http://127.0.0.1:%u/\n", ntohs (address.sin_port));
  fflush (stdout);
  return fd;
}

int
main (int argc, char **argv)
{
  struct epoll_event events[MAX_EVENTS];
  struct epoll_event event = { .events = EPOLLIN };
  int epoll = epoll_create1 (0);
  int listener = listen_anywhere ();

  skips = argc > 1 && strcmp (argv[1], "--skip") == 0;
  spoils = argc > 1 && strcmp (argv[1], "--spoil") == 0;
  event.data.fd = listener;
  epoll_ctl (epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;)
    {
      int n = epoll_wait (epoll, events, MAX_EVENTS, -1);

      for (int i = 0; i < n; i++)
        {
          if (events[i].data.fd == listener)
            accept_all (epoll, listener);
          else
            take (events[i].data.fd);
        }
    }
}
