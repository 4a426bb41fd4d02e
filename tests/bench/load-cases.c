/* load-cases.c: what the clients do together, over WebSocket
 *
 * Each case measures the server's CPU over its own part alone: after a warm-up, and from rest.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char expected[MESSAGE_SIZE + 1];
static uint64_t *sent_at; /* by number, in real time */

/* {{{ One writes to all */

static void
check (Client *client, const char *text, size_t length)
{
  if (length != MESSAGE_SIZE || memcmp (text, expected, length) != 0)
    {
      uint32_t number = 0, wanted = 0;

      message_read_number (text, length, &number);
      message_read_number (expected, MESSAGE_SIZE, &wanted);
      load_fail ("client %u got a wrong message: number %u of %zu bytes, for number %u",
                 client->index, number, length, wanted);
    }
}

/* All wait for the same one, so that it is written out once. */
static void
on_shared (Load *load, Client *client, const char *text, size_t length)
{
  check (client, text, length);
  client->n_received++;
  load_add_latency (load, client->since, load_now ());
  load->n_pending--;
}

static void
run_rounds (Load *load, unsigned first, unsigned n)
{
  for (unsigned i = first; i < first + n; i++)
    {
      uint64_t now = load_now ();

      message_write (expected, 0, "ALL", i);
      for (unsigned j = 0; j < load->n_clients; j++)
        load->clients[j].since = now;
      load->n_pending = load->n_clients;
      client_send (&load->clients[0], expected, MESSAGE_SIZE);
      load_wait (load, "deliveries");
    }
}

static void
check_counts (Load *load, unsigned n)
{
  load_settle (load);
  for (unsigned i = 0; i < load->n_clients; i++)
    {
      if (load->clients[i].n_received != n)
        load_fail ("client %u got %u messages of %u", i, load->clients[i].n_received, n);
    }
}

/* The next message is sent when everybody has the one before. */
void
load_run_fanout (Load *load)
{
  uint64_t before;

  load->on_packet = on_shared;
  load_join (load, load->n_clients);
  run_rounds (load, 0, load->n_warm_up);
  load_settle (load);

  load->measuring = true;
  before = load_cpu (load->server);
  run_rounds (load, load->n_warm_up, load->n_messages);
  load_print ("cpu_ns", load_cpu (load->server) - before);
  load->measuring = false;
  check_counts (load, load->n_warm_up + load->n_messages);

  load_print ("clients", load->n_clients);
  load_print ("operations", (double)load->n_messages * load->n_clients);
  load_print_latencies (load);
}

/* }}} */
/* {{{ The same at a steady rate, whether they have it or not */

static void
on_paced (Load *load, Client *client, const char *text, size_t length)
{
  message_write (expected, 0, "ALL", client->n_received);
  check (client, text, length);
  load_add_latency (load, sent_at[client->n_received++], load->arrived);
  load->n_pending--;
}

static void
send_paced (Load *load, unsigned first, unsigned n, void (*send) (Load *load, unsigned number))
{
  uint64_t start = load_now ();
  uint64_t interval = UINT64_C (1000000000) / load->rate;

  for (unsigned i = 0; i < n; i++)
    {
      uint64_t due = start + i * interval;
      uint64_t now;

      while ((now = load_now ()) < due)
        load_turn (load, (due - now + 999999) / 1000000);
      sent_at[first + i] = load_real_time ();
      send (load, first + i);
    }
}

static void
send_to_all (Load *load, unsigned number)
{
  char text[MESSAGE_SIZE + 1];

  load->n_pending += load->n_clients;
  message_write (text, 0, "ALL", number);
  client_send (&load->clients[0], text, MESSAGE_SIZE);
}

/* When what has a number was sent, in real time. */
uint64_t
load_sent_at (unsigned number)
{
  return sent_at[number];
}

/* Sends at the rate, for the seconds; `send` says what is pending then. */
void
load_measure_paced (Load *load, void (*send) (Load *load, unsigned number))
{
  unsigned n = load->rate * load->seconds;
  uint64_t before;

  sent_at = calloc (load->n_warm_up + n, sizeof *sent_at);
  send_paced (load, 0, load->n_warm_up, send);
  load_wait (load, "deliveries");
  load_settle (load);

  load->measuring = true;
  before = load_cpu (load->server);
  send_paced (load, load->n_warm_up, n, send);
  load_wait (load, "deliveries");
  load_print ("cpu_ns", load_cpu (load->server) - before);
  load->measuring = false;
  load_print ("clients", load->n_clients);
}

void
load_run_latency (Load *load)
{
  load->on_packet = on_paced;
  load->stamping = true;
  load_join (load, load->n_clients);
  load_measure_paced (load, send_to_all);
  check_counts (load, load->n_warm_up + load->rate * load->seconds);
  load_print ("operations", (double)load->rate * load->seconds * load->n_clients);
  load_print_latencies (load);
}

/* }}} */
/* {{{ Each asks and waits for the answer */

static unsigned n_to_ask;
static uint32_t n_asked;

static void
ask (Load *load, Client *client)
{
  char text[MESSAGE_SIZE + 1];

  if (n_to_ask == 0)
    return;

  n_to_ask--;
  client->n_received = n_asked++;
  client->since = load_now ();
  message_write_echo (text, client->index, client->n_received);
  client_send (client, text, MESSAGE_SIZE);
}

/* 42ID["echo",ARGUMENTS] is answered by 43ID[ARGUMENTS]. */
static void
on_answer (Load *load, Client *client, const char *text, size_t length)
{
  const size_t id = 7, event = strlen ("[\"echo\",");
  char question[MESSAGE_SIZE + 1];

  message_write_echo (question, client->index, client->n_received);
  if (length != MESSAGE_SIZE - event + 1 || memcmp (text, "43", 2) != 0 ||
      memcmp (text + 2, question + 2, id - 2) != 0 || text[id] != '[' ||
      memcmp (text + id + 1, question + id + event, length - id - 1) != 0)
    load_fail ("client %u got a wrong answer", client->index);

  load_add_latency (load, client->since, load_now ());
  load->n_pending--;
  ask (load, client);
}

static void
run_questions (Load *load, unsigned n)
{
  n_to_ask = n;
  load->n_pending = n;
  for (unsigned i = 0; i < load->n_clients; i++)
    ask (load, &load->clients[i]);
  load_wait (load, "answers");
}

void
load_run_echo (Load *load)
{
  uint64_t before;

  load->on_packet = on_answer;
  load_join (load, load->n_clients);
  run_questions (load, load->n_warm_up);
  load_settle (load);

  load->measuring = true;
  before = load_cpu (load->server);
  run_questions (load, load->n_messages);
  load_print ("cpu_ns", load_cpu (load->server) - before);
  load_print ("clients", load->n_clients);
  load_print ("operations", load->n_messages);
  load_print_latencies (load);
}

/* }}} */
/* {{{ They come and go */

static void
come_and_go (Load *load, unsigned n)
{
  load_join (load, n);
  load_settle (load);
  load_leave (load);
  load_settle (load);
}

/* `messages` times; only coming is measured. */
void
load_run_connect (Load *load)
{
  uint64_t cpu = 0, seconds = 0;

  come_and_go (load, load->n_warm_up < load->n_clients ? load->n_warm_up : load->n_clients);
  for (unsigned i = 0; i < load->n_messages; i++)
    {
      uint64_t before = load_cpu (load->server);
      uint64_t start = load_now ();

      load->measuring = true;
      load_join (load, load->n_clients);
      cpu += load_cpu (load->server) - before;
      seconds += load_now () - start;
      load->measuring = false;
      load_settle (load);
      load_leave (load);
      load_settle (load);
    }
  load_print ("cpu_ns", cpu);
  load_print ("elapsed_ns", seconds);
  load_print ("clients", load->n_clients);
  load_print ("operations", (double)load->n_messages * load->n_clients);
  load_print_latencies (load);
}

/* Memory is given back with a delay, by a timer or a collector. */
static double
measure_memory (Load *load)
{
  load_settle (load);
  load_rest (load, 2000);
  return load_rss (load->server);
}

void
load_run_memory (Load *load)
{
  double before = measure_memory (load);
  double joined;

  load_join (load, load->n_clients);
  joined = measure_memory (load);
  load_leave (load);

  load_print ("clients", load->n_clients);
  load_print ("rss_before", before);
  load_print ("rss_joined", joined);
  load_print ("rss_after", measure_memory (load));
  load_print ("per_client", (joined - before) / load->n_clients);
}

/* Nobody says anything, but for heartbeats: how often the server wakes up for them. */
void
load_run_idle (Load *load)
{
  uint64_t cpu, sleeps;

  load_join (load, load->n_clients);
  load_settle (load);

  cpu = load_cpu (load->server);
  sleeps = load_sleeps (load->server);
  load_rest (load, load->seconds * 1000);
  load_print ("cpu_ns", load_cpu (load->server) - cpu);
  load_print ("wakeups", (double)(load_sleeps (load->server) - sleeps) / load->seconds);
  load_print ("clients", load->n_clients);
  load_print ("operations", (double)load->seconds);
}

/* }}} */
