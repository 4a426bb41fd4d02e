/* load.h: what the parts of the load generator share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MESSAGE_SIZE 200 /* bytes of a Socket.IO packet with its event */
#define ID_SIZE      33 /* the most that the id of a user may need, with its end */

typedef struct Load Load;
typedef struct Watch Watch;
typedef struct Client Client;

/* What epoll hands back: the first member of all that has a descriptor. */
struct Watch
{
  int fd;
  void (*ready) (Load *load, Watch *watch, uint32_t events);
};

typedef enum
{
  CLIENT_AWAY,
  CLIENT_DIALLING,
  CLIENT_UPGRADING,
  CLIENT_OPENING,
  CLIENT_JOINING,
  CLIENT_JOINED,
} ClientState;

struct Client
{
  Watch watch;
  ClientState state;
  uint32_t index;
  uint32_t n_received;
  uint32_t rest_length;
  char *rest; /* the beginning of a frame that has not arrived as a whole */
  uint64_t since; /* when it began to wait for what comes next */
};

typedef struct
{
  uint32_t *values; /* microseconds */
  size_t length;
  size_t allocated;
} Latencies;

struct Load
{
  /* The command line. */
  uint16_t port;
  pid_t server;
  unsigned n_clients;
  unsigned concurrency;
  unsigned n_messages;
  unsigned n_warm_up;
  unsigned rate;
  unsigned seconds;
  unsigned patience;

  int epoll;
  Client *clients;
  unsigned n_dialled;
  unsigned n_joined;
  size_t n_pending; /* what is still to arrive before the case goes on */
  void (*on_packet) (Load *load, Client *client, const char *text, size_t length);

  Latencies latencies;
  bool measuring; /* else it is a warm-up */
  bool stamping; /* ask the kernel when bytes arrived, set before clients join */
  uint64_t arrived; /* then: when what was read last did, by load_real_time () */
};

/* load.c */
void load_fail (const char *format, ...) __attribute__ ((format (printf, 1, 2), noreturn));

/* load-loop.c */
uint64_t load_now (void);
uint64_t load_real_time (void);
void load_watch (Load *load, Watch *watch, uint32_t events);
void load_change (Load *load, Watch *watch, uint32_t events);
int load_dial (Load *load, unsigned index);
bool load_turn (Load *load, int timeout);
void load_wait (Load *load, const char *what);
void load_rest (Load *load, unsigned milliseconds);
void load_settle (Load *load);

/* load-stats.c */
uint64_t load_cpu (pid_t pid);
uint64_t load_rss (pid_t pid);
uint64_t load_sleeps (pid_t pid);
void load_add_latency (Load *load, uint64_t since, uint64_t now);
void load_print_begin (const char *name);
void load_print (const char *name, double value);
void load_print_latencies (Load *load);
void load_print_end (void);

/* load-client.c: WebSocket */
void load_prepare_clients (Load *load);
void load_join (Load *load, unsigned n);
void load_leave (Load *load);
void client_send (Client *client, const char *text, size_t length);

/* load-message.c */
void message_write (char *text, unsigned sender, const char *recipient, uint32_t number);
void message_write_echo (char *text, unsigned sender, uint32_t number);
bool message_read_number (const char *text, size_t length, uint32_t *number);

/* load-cases.c */
void load_run_fanout (Load *load);
void load_run_latency (Load *load);
void load_run_echo (Load *load);
uint64_t load_sent_at (unsigned number);
void load_measure_paced (Load *load, void (*send) (Load *load, unsigned number));
void load_run_connect (Load *load);
void load_run_memory (Load *load);
void load_run_idle (Load *load);

/* load-private.c */
void load_run_private (Load *load);

/* load-polling.c */
void load_run_polling (Load *load);
