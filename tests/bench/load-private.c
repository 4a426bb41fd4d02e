/* load-private.c: people who write to each other
 *
 * Each logs in, so that the server knows who it is for good, and then writes to another one by the
 * id that its login was answered with.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER "430["
#define EVENT  "42[\"chat:message\","

static char (*ids)[ID_SIZE]; /* by client */
static bool *is_there; /* by number */

/* {{{ Everybody logs in */

/* Copies the string that is behind @before; the answer to the login has the user's id first. */
static bool
copy_string (const char *text, size_t length, const char *before, char *copy, size_t size)
{
  const char *start = memmem (text, length, before, strlen (before));
  const char *end;

  if (start == NULL)
    return false;

  start += strlen (before);
  end = memchr (start, '"', text + length - start);
  if (end == NULL || (size_t)(end - start) >= size)
    return false;

  memcpy (copy, start, end - start);
  copy[end - start] = '\0';
  return true;
}

/* Others who come are announced meanwhile. */
static void
on_login (Load *load, Client *client, const char *text, size_t length)
{
  if (length < strlen (ANSWER) || memcmp (text, ANSWER, strlen (ANSWER)) != 0)
    return;

  if (!copy_string (text, length, "\"user\":{\"id\":\"", ids[client->index], ID_SIZE))
    load_fail ("client %u could not log in", client->index);
  load->n_pending--;
}

static void
log_in (Load *load)
{
  char text[64];

  ids = calloc (load->n_clients, sizeof *ids);
  load->on_packet = on_login;
  load->n_pending = load->n_clients;
  for (unsigned i = 0; i < load->n_clients; i++)
    client_send (&load->clients[i], text,
                 snprintf (text, sizeof text, "420[\"chat:login\",{\"name\":\"u%05u\"}]", i));
  load_wait (load, "logins");
  load_settle (load);
}

/* }}} */
/* {{{ Each writes to another one */

static unsigned
recipient_of (Load *load, unsigned number)
{
  return (number + 1 + number / load->n_clients) % load->n_clients;
}

/* The event has the fields that were sent, and more of the server's. */
static void
check_fields (Load *load, Client *client, const char *text, size_t length, uint32_t number)
{
  const char *sender = ids[number % load->n_clients];
  char got[ID_SIZE];

  if (memcmp (text, EVENT, strlen (EVENT)) != 0 ||
      !copy_string (text, length, "\"sender\":\"", got, sizeof got) || strcmp (got, sender) != 0 ||
      !copy_string (text, length, "\"recepient\":\"", got, sizeof got) ||
      strcmp (got, ids[client->index]) != 0 || recipient_of (load, number) != client->index)
    load_fail ("client %u got message %u with wrong fields", client->index, number);
}

static void
on_direct (Load *load, Client *client, const char *text, size_t length)
{
  unsigned n_all = load->n_warm_up + load->rate * load->seconds;
  uint32_t number = 0;

  if (!message_read_number (text, length, &number) || number >= n_all || is_there[number])
    load_fail ("client %u got message %u, which it must not get now", client->index, number);

  check_fields (load, client, text, length, number);
  is_there[number] = true;
  load_add_latency (load, load_sent_at (number), load->arrived);
  load->n_pending--;
}

static void
send_to_one (Load *load, unsigned number)
{
  unsigned sender = number % load->n_clients;
  char text[MESSAGE_SIZE + 1];

  load->n_pending++;
  message_write (text, sender, ids[recipient_of (load, number)], number);
  client_send (&load->clients[sender], text, MESSAGE_SIZE);
}

void
load_run_private (Load *load)
{
  load->stamping = true;
  load_join (load, load->n_clients);
  log_in (load);
  load->on_packet = on_direct;
  is_there = calloc (load->n_warm_up + load->rate * load->seconds, sizeof *is_there);
  load_measure_paced (load, send_to_one);
  load_settle (load);
  load_print ("operations", (double)load->rate * load->seconds);
  load_print_latencies (load);
}

/* }}} */
