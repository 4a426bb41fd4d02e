/* engineio-opening.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _EngineioOpening EngineioOpening;

typedef void (*EngineioHeaderFunc) (const char *name, const char *value, gpointer user_data);

EngineioOpening *engineio_opening_new (SoupServerMessage *message);
EngineioOpening *engineio_opening_ref (EngineioOpening *opening);
void engineio_opening_unref (EngineioOpening *opening);

const char *engineio_opening_get_url (EngineioOpening *opening);
gboolean engineio_opening_is_secure (EngineioOpening *opening);
const char *engineio_opening_get_header (EngineioOpening *opening, const char *name);
void engineio_opening_foreach_header (EngineioOpening *opening,
                                      EngineioHeaderFunc func,
                                      gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineioOpening, engineio_opening_unref)

G_END_DECLS
