/* peer-fixture.h: a session on a loopback whose other end is held by the test
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "engineio-session-private.h"

#include "engine-fixture.h"

G_BEGIN_DECLS

/* One end of a loopback that notes what comes. */
typedef struct
{
  EngineioTransport *transport;
  GPtrArray *received; /* of EngineioPacket */
  guint n_drained;
  gboolean closed;
} Peer;

Peer *peer_new (EngineioTransport *transport);
void peer_free (Peer *peer);
void peer_give (Peer *peer, const char *wire);
void peer_expect (Peer *peer, const char *wires);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Peer, peer_free)

typedef struct
{
  HttpPoller *poller;
  EngineioOptions *options;
  Peer *peer;
  SessionLog *log;
} PeerFixture;

/* The data is the session's role. A server's session is open, a client's is not. */
void peer_fixture_set_up (PeerFixture *fixture, gconstpointer data);
void peer_fixture_tear_down (PeerFixture *fixture, gconstpointer data);

void peer_fixture_give (PeerFixture *fixture, const char *wire);
void peer_fixture_expect (PeerFixture *fixture, const char *wires);
void peer_fixture_say (PeerFixture *fixture, const char *text);
void peer_fixture_open_client (PeerFixture *fixture);

G_END_DECLS
