/* engine-fixture.h: an Engine.IO server that notes what its sessions bring, and clients for it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "engineio.h"

#include "http-poller.h"

#include "raw-client.h"
#include "raw-websocket.h"
#include "test-loop.h"

G_BEGIN_DECLS

/* What one session has told its handler. */
typedef struct
{
  EngineioSession *session;
  gboolean echo;
  GPtrArray *messages; /* of EngineioPacket */
  guint n_opened;
  guint n_drained;
  guint n_closed;
  EngineioCloseReason reason;
  char *description;
} SessionLog;

typedef struct
{
  HttpPoller *poller;
  EngineioOptions *options;
  EngineioServer *server;
  SoupServer *soup_server;
  GTlsCertificate *certificate;
  guint16 port;
  gboolean echo;
  GPtrArray *logs; /* of SessionLog */
  guint n_idle;
  guint n_descriptors;
  gboolean ignores_leaks;
} EngineFixture;

/* Data of a fixture whose server is attached to a SoupServer with a listener of its own. */
#define ENGINE_ATTACHED GINT_TO_POINTER (TRUE)

SessionLog *session_log_new (EngineioSession *session, gboolean echo);
void session_log_free (SessionLog *log);
void session_log_expect_messages (SessionLog *log, const char *first, ...) G_GNUC_NULL_TERMINATED;
void session_log_expect_closed (SessionLog *log, EngineioCloseReason reason);

void engine_fixture_set_up (EngineFixture *fixture, gconstpointer data);
void engine_fixture_tear_down (EngineFixture *fixture, gconstpointer data);
EngineioServer *engine_fixture_make_server (EngineFixture *fixture);
void engine_fixture_start (EngineFixture *fixture, gconstpointer data);
void engine_fixture_stop (EngineFixture *fixture);
SessionLog *engine_fixture_get_last (EngineFixture *fixture);
gboolean engine_fixture_is_idle (EngineFixture *fixture);

#define ENGINE_POLLING   "/engine.io/?EIO=4&transport=polling"
#define ENGINE_WEBSOCKET "/engine.io/?EIO=4&transport=websocket"

/* {{{ Clients by polling */

void engine_send_open (RawClient *client);
void engine_send_poll (RawClient *client, const char *sid);
void engine_begin_poll (RawClient *client, EngineioSession *session);
void engine_send_post (RawClient *client, const char *sid, const char *body);
void engine_expect (RawClient *client, guint status, const char *body);
char *engine_open (RawClient *client);
void engine_post (RawClient *client, const char *sid, const char *body);
void engine_poll (RawClient *client, const char *sid, const char *expected);

/* }}} */
/* {{{ Clients by WebSocket */

RawWebsocket *engine_websocket_open (EngineFixture *fixture);
RawWebsocket *engine_websocket_upgrade (EngineFixture *fixture, const char *sid);

/* }}} */

G_END_DECLS
