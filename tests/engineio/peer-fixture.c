/* peer-fixture.c: a session on a loopback whose other end is held by the test
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "peer-fixture.h"

#include <string.h>

#include "engineio-loopback.h"

/* {{{ The peer */

static void
on_packet (EngineioTransport *transport, EngineioPacket *packet, gpointer user_data)
{
  g_ptr_array_add (((Peer *)user_data)->received, engineio_packet_ref (packet));
}

static void
on_drained (EngineioTransport *transport, gpointer user_data)
{
  ((Peer *)user_data)->n_drained++;
}

static void
on_closed (EngineioTransport *transport,
           EngineioCloseReason reason,
           const char *description,
           gpointer user_data)
{
  ((Peer *)user_data)->closed = TRUE;
}

static const EngineioTransportHandler peer_handler = {
  .packet = on_packet,
  .drained = on_drained,
  .closed = on_closed,
};

Peer *
peer_new (EngineioTransport *transport)
{
  Peer *peer = g_new0 (Peer, 1);

  peer->transport = g_object_ref (transport);
  peer->received = g_ptr_array_new_with_free_func ((GDestroyNotify)engineio_packet_unref);
  engineio_transport_set_handler (transport, &peer_handler, peer);

  return peer;
}

void
peer_free (Peer *peer)
{
  engineio_transport_set_handler (peer->transport, NULL, NULL);
  g_object_unref (peer->transport);
  g_ptr_array_unref (peer->received);
  g_free (peer);
}

/* Sends a packet, as it is on the wire. */
void
peer_give (Peer *peer, const char *wire)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EngineioPacket) packet = engineio_packet_new_from_wire (wire, strlen (wire), &error);

  g_assert_no_error (error);
  engineio_transport_send (peer->transport, &packet, 1);
  test_settle ();
}

/* What the peer has got since the last time, joined by commas. */
void
peer_expect (Peer *peer, const char *wires)
{
  g_autoptr (GString) all = g_string_new (NULL);

  test_settle ();
  for (guint i = 0; i < peer->received->len; i++)
    {
      gsize length;
      const char *wire = engineio_packet_get_wire (peer->received->pdata[i], &length);

      g_string_append_printf (all, "%s%s", i > 0 ? "," : "", wire);
    }
  g_ptr_array_set_size (peer->received, 0);
  g_assert_cmpstr (all->str, ==, wires);
}

/* }}} */
/* {{{ The session */

void
peer_fixture_set_up (PeerFixture *fixture, gconstpointer data)
{
  EngineioSessionRole role = GPOINTER_TO_INT (data);
  g_autoptr (EngineioTransport) near = NULL;
  g_autoptr (EngineioTransport) far = NULL;
  g_autoptr (EngineioSession) session = NULL;

  fixture->poller = http_poller_ref_default ();
  fixture->options = engineio_options_new ();
  engineio_loopback_new_pair (fixture->poller, &near, &far);
  fixture->peer = peer_new (far);
  session = engineio_session_new (role, fixture->options, fixture->poller, near,
                                  role == ENGINEIO_SESSION_SERVER ? "abc" : NULL);
  fixture->log = session_log_new (session, FALSE);
  if (role == ENGINEIO_SESSION_SERVER)
    {
      engineio_session_start (session);
      test_settle ();
      g_ptr_array_set_size (fixture->peer->received, 0);
    }
}

void
peer_fixture_tear_down (PeerFixture *fixture, gconstpointer data)
{
  gpointer session = fixture->log->session;

  g_object_add_weak_pointer (session, &session);
  session_log_free (fixture->log);
  test_settle ();
  peer_free (fixture->peer);
  test_wait (session == NULL);
  g_object_unref (fixture->options);
  http_poller_unref (fixture->poller);
}

void
peer_fixture_give (PeerFixture *fixture, const char *wire)
{
  peer_give (fixture->peer, wire);
}

void
peer_fixture_expect (PeerFixture *fixture, const char *wires)
{
  peer_expect (fixture->peer, wires);
}

void
peer_fixture_say (PeerFixture *fixture, const char *text)
{
  g_autoptr (EngineioPacket) packet = engineio_packet_new (ENGINEIO_PACKET_MESSAGE, text, -1);

  engineio_session_send (fixture->log->session, packet);
}

void
peer_fixture_open_client (PeerFixture *fixture)
{
  peer_fixture_give (fixture, "0{\"sid\":\"abc\",\"upgrades\":[],\"pingInterval\":25000,"
                              "\"pingTimeout\":20000,\"maxPayload\":1000000}");
  g_assert_cmpuint (fixture->log->n_opened, ==, 1);
}

/* }}} */
