/* engineio-incoming.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-types.h"

typedef struct _SoupServerMessage SoupServerMessage;

G_BEGIN_DECLS

#define ENGINEIO_TYPE_INCOMING (engineio_incoming_get_type ())

/**
 * EngineioIncoming:
 *
 * A request that may be allowed or refused, now or later. Whoever answers later keeps a reference;
 * dropping it refuses.
 */
G_DECLARE_FINAL_TYPE (EngineioIncoming, engineio_incoming, ENGINEIO, INCOMING, GObject)

SoupServerMessage *engineio_incoming_get_message (EngineioIncoming *incoming);
GHashTable *engineio_incoming_get_query (EngineioIncoming *incoming);

void engineio_incoming_allow (EngineioIncoming *incoming);
void engineio_incoming_refuse (EngineioIncoming *incoming, const char *message);

G_END_DECLS
