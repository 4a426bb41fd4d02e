/* listener-fixture.h: a small SoupServer behind our listener
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "http-listener.h"
#include "http-poller.h"

#include "raw-client.h"
#include "test-loop.h"

G_BEGIN_DECLS

typedef struct
{
  HttpPoller *poller;
  SoupServer *server;
  HttpListener *listener;
  guint16 port;
  guint n_descriptors;
  guint n_requests;
  gboolean is_plain;
} ListenerFixture;

/* With any data the server has a listener of libsoup's own instead, and fixture->listener is NULL.
 */
#define LISTENER_PLAIN GINT_TO_POINTER (TRUE)

void listener_fixture_set_up (ListenerFixture *fixture, gconstpointer data);
void listener_fixture_tear_down (ListenerFixture *fixture, gconstpointer data);

/* Tells whether all connections are gone, with their descriptors. */
gboolean listener_fixture_is_idle (ListenerFixture *fixture);

#define LISTENER_REQUEST "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

G_END_DECLS
