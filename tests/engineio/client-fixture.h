/* client-fixture.h: clients of ours, and a server that answers them from a script
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "engine-fixture.h"

G_BEGIN_DECLS

EngineioClientOptions *client_options_new (const char *first_transport, ...) G_GNUC_NULL_TERMINATED;
SessionLog *client_dial (EngineioClientOptions *options, const char *address);
SessionLog *client_dial_port (EngineioClientOptions *options, guint16 port);
SessionLog *client_connect (EngineioClientOptions *options, guint16 port);
void client_say (SessionLog *log, const char *text);
void client_expect_error (SessionLog *client, EngineioError code);

/* An HTTP server that notes each request as `METHOD path?query body`, and gives its answers in
 * turn. A request that none is left for waits. */
typedef struct
{
  SoupServer *server;
  guint16 port;
  GPtrArray *requests; /* of char * */
  GPtrArray *cookies; /* of char *, what each request brought */
  GQueue answers;
  GQueue waiting;
} Script;

Script *script_new (void);
void script_free (Script *script);
void script_answer (Script *script, guint status, const char *headers, const char *body);
void script_answer_data (Script *script,
                         guint status,
                         const char *headers,
                         const void *body,
                         gsize length);
const char *script_wait (Script *script, guint n);

#define SCRIPT_OPEN                                                                                \
  "0{\"sid\":\"s/d\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,"                \
  "\"maxPayload\":1000000}"

G_END_DECLS
