/* engineio-incoming-private.h: what the server sees of a request that waits for an answer
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "engineio-incoming.h"

#include "http-poller.h"

G_BEGIN_DECLS

/* Told once, with what was answered; @allowed is FALSE as well when the client is gone. */
typedef void (*EngineioIncomingFunc) (EngineioIncoming *incoming,
                                      gboolean allowed,
                                      const char *message,
                                      GObject *owner);

EngineioIncoming *engineio_incoming_new (HttpPoller *poller,
                                         SoupServerMessage *message,
                                         GHashTable *query,
                                         guint step,
                                         EngineioIncomingFunc func,
                                         GObject *owner);
guint engineio_incoming_get_step (EngineioIncoming *self);
void engineio_incoming_wait (EngineioIncoming *self);

G_END_DECLS
