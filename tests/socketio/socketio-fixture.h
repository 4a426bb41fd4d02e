/* socketio-fixture.h: a server, a client of it within the process, and a log of what they are told
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "socketio.h"

#include "test-loop.h"

G_BEGIN_DECLS

/* A server with one client on namespace `/`, both ends of which are connected. */
typedef struct
{
  SocketioServer *server;
  SocketioClient *client;
  SocketioSocket *near; /* the client's end */
  SocketioSocket *far; /* the server's end */
  GString *log; /* of both ends and of the test, each entry with a space behind it */
} Pair;

void pair_set_up (Pair *pair, gconstpointer data);
void pair_tear_down (Pair *pair, gconstpointer data);

#define pair_test_add(path, func) g_test_add (path, Pair, NULL, pair_set_up, func, pair_tear_down)

/* Takes what the log has and empties it. */
#define assert_log(log, expected)                                                                  \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *test_taken = take_log (log);                                                  \
    g_assert_cmpstr (test_taken, ==, expected);                                                    \
  }                                                                                                \
  G_STMT_END

void note (GString *log, const char *format, ...) G_GNUC_PRINTF (2, 3);
char *take_log (GString *log);

/* Listeners that note `name(arguments)`; an ack is answered with what came. */
void note_event (SocketioSocket *socket,
                 const char *name,
                 SocketioArguments *arguments,
                 SocketioAck *ack,
                 gpointer log);
void note_client (SocketioClient *client, GString *log);
void note_client_socket (SocketioClientSocket *socket, GString *log);
void note_server_socket (SocketioServerSocket *socket, GString *log);
char *format_arguments (SocketioArguments *arguments);

/* What became of an event that wants an answer. */
typedef struct
{
  char *name;
  SocketioArguments *arguments;
  GError *error;
  gboolean done;
  GString *log; /* (nullable): where it is noted too */
} Answer;

Answer *
answer_new (SocketioSocket *socket, const char *name, SocketioArguments *arguments, guint timeout);
Answer *answer_new_full (SocketioSocket *socket,
                         const char *name,
                         SocketioArguments *arguments,
                         guint timeout,
                         GCancellable *cancellable,
                         GString *log);
Answer *answer_new_volatile (SocketioSocket *socket, const char *name, guint timeout);
void answer_free (Answer *answer);
void answer_expect (Answer *answer, const char *text);
void answer_expect_error (Answer *answer, GQuark domain, int code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

/* Connects a socket and waits for it; the other end is what came last to @namespace_. */
SocketioClient *client_new_loopback (SocketioServer *server);
SocketioSocket *connect_socket (SocketioClient *client, const char *namespace_name);
void use_websocket (SocketioClient *client);
void drop_client (SocketioClient **client);
void close_server (SocketioServer **server);

G_END_DECLS
