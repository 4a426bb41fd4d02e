/* load.c: clients in numbers, for the benchmark
 *
 * One thread over epoll that speaks as much of Socket.IO as the cases need, and is cheaper than any
 * server that it measures. It checks what arrives: a server that drops, doubles, spoils or reorders
 * something fails its case. The result is one JSON object on standard output, with an `error` in it
 * if the case failed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "load.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>

static const struct
{
  const char *name;
  void (*run) (Load *load);
} cases[] = {
  { "fanout", load_run_fanout },   { "latency", load_run_latency }, { "echo", load_run_echo },
  { "private", load_run_private }, { "connect", load_run_connect }, { "memory", load_run_memory },
  { "polling", load_run_polling }, { "idle", load_run_idle },
};

void
load_fail (const char *format, ...)
{
  va_list arguments;

  printf ("{\"error\": \"");
  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  printf ("\"}\n");
  exit (1);
}

static void __attribute__ ((noreturn)) usage (void)
{
  fprintf (stderr, "Usage: bench-load --port N --pid N [OPTIONS] CASE\n\n"
                   "  --clients N      how many clients\n"
                   "  --concurrency N  how many of them connect at once\n"
                   "  --messages N     how many messages, or rounds, are measured\n"
                   "  --warm-up N      how many go before them\n"
                   "  --rate N         messages a second, for latency and private\n"
                   "  --seconds N      for how long, for latency, private and idle\n"
                   "  --patience N     seconds without any progress before the case has failed\n\n"
                   "Cases: fanout latency echo private connect memory polling idle\n");
  exit (2);
}

static void
parse (Load *load, int argc, char **argv)
{
  const struct option options[] = {
    { "port", required_argument, NULL, 'p' },     { "pid", required_argument, NULL, 'i' },
    { "clients", required_argument, NULL, 'c' },  { "concurrency", required_argument, NULL, 'o' },
    { "messages", required_argument, NULL, 'm' }, { "warm-up", required_argument, NULL, 'w' },
    { "rate", required_argument, NULL, 'r' },     { "seconds", required_argument, NULL, 's' },
    { "patience", required_argument, NULL, 't' }, { NULL, 0, NULL, 0 },
  };
  int option;

  while ((option = getopt_long (argc, argv, "", options, NULL)) != -1)
    {
      unsigned value = option != '?' ? strtoul (optarg, NULL, 10) : 0;

      switch (option)
        {
        case 'p':
          load->port = value;
          break;
        case 'i':
          load->server = value;
          break;
        case 'c':
          load->n_clients = value;
          break;
        case 'o':
          load->concurrency = value;
          break;
        case 'm':
          load->n_messages = value;
          break;
        case 'w':
          load->n_warm_up = value;
          break;
        case 'r':
          load->rate = value;
          break;
        case 's':
          load->seconds = value;
          break;
        case 't':
          load->patience = value;
          break;
        default:
          usage ();
        }
    }
}

static void
raise_descriptors (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

int
main (int argc, char **argv)
{
  Load load = { .n_clients = 100,
                .concurrency = 100,
                .n_messages = 100,
                .n_warm_up = 10,
                .rate = 20,
                .seconds = 5,
                .patience = 60 };

  parse (&load, argc, argv);
  if (optind != argc - 1 || load.port == 0 || load.server == 0 || load.n_clients == 0 ||
      load.rate == 0)
    usage ();

  raise_descriptors ();
  load.epoll = epoll_create1 (EPOLL_CLOEXEC);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      if (strcmp (cases[i].name, argv[optind]) != 0)
        continue;

      load_prepare_clients (&load);
      load_print_begin (cases[i].name);
      cases[i].run (&load);
      load_print_end ();
      return 0;
    }
  usage ();
}
